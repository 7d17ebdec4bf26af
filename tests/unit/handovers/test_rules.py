"""Who may hand what to whom, and how hand-overs follow each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.vocabulary import Role
from app.handovers.rules import Giver, Passage, follow, problem_with, targets
from app.handovers.vocabulary import HandoverProblem, HandoverSubject, Step
from app.organisations.vocabulary import UnitKind, shipped_units

UNITS = {unit.id: unit for unit in shipped_units()}
BY_NAME = {unit.name: unit.id for unit in shipped_units()}
VILLAGE, NEXT = BY_NAME["坪坦村"], BY_NAME["平日村"]
TOWNSHIP, FAR = BY_NAME["坪坦乡"], BY_NAME["陇城镇"]
COUNTY, FORESTRY = BY_NAME["通道侗族自治县"], BY_NAME["县林业局"]
HOUSING = BY_NAME["县住房和城乡建设局"]
FAR_VILLAGE = next(
    unit.id
    for unit in shipped_units()
    if unit.parent_id == FAR and unit.kind is UnitKind.VILLAGE and not unit.is_virtual
)
UNREAL = next(unit.id for unit in shipped_units() if unit.is_virtual or unit.is_statistical)
_P = HandoverProblem
_TOWNSHIP = Giver(Role.TOWNSHIP_CENTRE, TOWNSHIP)
_COUNTY = Giver(Role.COUNTY_CENTRE, COUNTY)
_WORKER = Giver(Role.GRID_WORKER, VILLAGE)
_FORESTER = Giver(Role.DEPARTMENT_HANDLER, FORESTRY)


def asked(
    giver: Giver,
    subject: HandoverSubject,
    target: str,
    *,
    source: str = VILLAGE,
    home: str = VILLAGE,
) -> HandoverProblem | None:
    return problem_with(giver, Passage(subject, home, source, target), UNITS)


@pytest.mark.parametrize("subject", [HandoverSubject.HOUSEHOLD, HandoverSubject.ACCOUNT])
@pytest.mark.parametrize(
    ("giver", "target", "problem"),
    [
        (_TOWNSHIP, NEXT, None),
        (_COUNTY, FAR_VILLAGE, None),
        (_TOWNSHIP, FAR_VILLAGE, _P.OUT_OF_REACH),
        (_TOWNSHIP, TOWNSHIP, _P.OTHER_KIND),
        (_TOWNSHIP, VILLAGE, _P.SAME_UNIT),
        (_TOWNSHIP, "nowhere", _P.UNIT_UNKNOWN),
        (_COUNTY, UNREAL, _P.UNIT_UNKNOWN),
        (_WORKER, NEXT, _P.NOT_HELD_HERE),
        (_FORESTER, NEXT, _P.NOT_HELD_HERE),
        (Giver(Role.TOWNSHIP_CENTRE, FAR), FAR_VILLAGE, _P.NOT_HELD_HERE),
    ],
)
def test_households_and_people_are_moved_from_above(
    subject: HandoverSubject, giver: Giver, target: str, problem: HandoverProblem | None
) -> None:
    assert asked(giver, subject, target) is problem


@pytest.mark.parametrize(
    ("giver", "source", "target", "problem"),
    [
        (_WORKER, VILLAGE, TOWNSHIP, None),
        (_WORKER, VILLAGE, COUNTY, None),
        (_WORKER, VILLAGE, FORESTRY, None),
        (_WORKER, VILLAGE, NEXT, _P.OUT_OF_REACH),
        (_WORKER, FORESTRY, VILLAGE, None),
        (_WORKER, FORESTRY, HOUSING, _P.NOT_HELD_HERE),
        (_FORESTER, FORESTRY, VILLAGE, None),
        (_FORESTER, FORESTRY, HOUSING, None),
        (_FORESTER, FORESTRY, COUNTY, None),
        (_FORESTER, FORESTRY, NEXT, _P.OUT_OF_REACH),
        (_FORESTER, HOUSING, VILLAGE, _P.NOT_HELD_HERE),
        (_TOWNSHIP, VILLAGE, NEXT, None),
        (_TOWNSHIP, FORESTRY, TOWNSHIP, None),
        (_COUNTY, FORESTRY, VILLAGE, None),
        (Giver(Role.AUXILIARY_POLICE, VILLAGE), VILLAGE, TOWNSHIP, _P.NOT_HELD_HERE),
        (Giver(Role.LEGAL_AID_LAWYER, FORESTRY), FORESTRY, VILLAGE, _P.NOT_HELD_HERE),
    ],
)
def test_a_case_goes_up_over_and_down(
    giver: Giver, source: str, target: str, problem: HandoverProblem | None
) -> None:
    assert asked(giver, HandoverSubject.CASE, target, source=source) is problem


def test_the_targets_are_those_without_a_problem() -> None:
    found = targets(
        _TOWNSHIP,
        subject=HandoverSubject.HOUSEHOLD,
        home_unit_id=VILLAGE,
        from_unit_id=VILLAGE,
        units=UNITS,
    )
    assert found
    assert {unit.parent_id for unit in found} == {TOWNSHIP}
    assert VILLAGE not in {unit.id for unit in found}


def test_of_two_from_one_unit_the_first_counts() -> None:
    steps = [Step("1", "a", "b"), Step("2", "a", "c"), Step("3", "b", "a"), Step("4", "a", "c")]
    holding = follow("a", steps)
    assert (holding.unit_id, holding.not_applied) == ("c", {"2"})


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), max_size=12))
def test_what_was_carried_out_is_a_chain(pairs: list[tuple[str, str]]) -> None:
    steps = [Step(str(place), source, target) for place, (source, target) in enumerate(pairs)]
    holding = follow("a", steps)
    here = "a"
    for step in steps:
        if step.handover_id not in holding.not_applied:
            assert step.from_unit_id == here
            here = step.to_unit_id
    assert here == holding.unit_id
