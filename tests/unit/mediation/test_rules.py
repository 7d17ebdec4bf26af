"""Refusals, ways, signatures: at their edges."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from app.accounts.vocabulary import Role
from app.cases.rules import block_of, counted, fold
from app.cases.vocabulary import CaseBlock, CaseEventKind, CaseState, CaseStep, PartySide
from app.mediation.rules import (
    AgreementTerms,
    Signed,
    SigningPlace,
    are_rights_told,
    effective_on,
    is_frozen,
    is_minor,
    may_change_way,
    missing_signatures,
    read_parties,
    standing_refusals,
    stored_parties,
    way_of,
    who_agrees,
)
from app.mediation.vocabulary import AgreementForm, MediationWay, SignerKind

K, W = CaseEventKind, MediationWay
PARTY, MEDIATOR, SEAL = SignerKind.PARTY, SignerKind.MEDIATOR, SignerKind.SEAL
WRITTEN = AgreementTerms(AgreementForm.WRITTEN, date(2026, 11, 1))
ORAL = AgreementTerms(AgreementForm.ORAL, date(2026, 11, 1))
IN_CASE = (("wu", PartySide.A), ("yang", PartySide.B), ("shi", PartySide.THIRD))
PARTIES = who_agrees(IN_CASE)


def step(kind: CaseEventKind, *, note: bool = True, **detail: Any) -> CaseStep:
    return CaseStep(kind, json.dumps(detail) if detail else None, has_note=note)


def signed(*days: int) -> list[Signed]:
    """Wu, Yang, the mediator and the seal, each on a day of November 2026; 0 for not at all."""
    places = ((PARTY, "wu"), (PARTY, "yang"), (MEDIATOR, None), (SEAL, None))
    return [
        Signed(signer, date(2026, 11, day), party)
        for (signer, party), day in zip(places, days, strict=True)
        if day
    ]


# --- Art. 17 ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("past", "standing"),
    [
        ([], set()),
        ([step(K.PARTY_REFUSED, parties=["wu"])], {"wu"}),
        ([step(K.MEDIATION_HELD, refused_by=["yang"])], {"yang"}),
        (
            [step(K.PARTY_REFUSED, parties=["wu", "yang"]), step(K.PARTY_AGREED, parties=["wu"])],
            {"yang"},
        ),
        ([step(K.PARTY_REFUSED, parties=["wu"]), step(K.PARTY_AGREED, parties=["yang"])], {"wu"}),
        (
            [
                step(K.PARTY_REFUSED, parties=["wu"]),
                step(K.PARTY_AGREED, parties=["wu"]),
                step(K.PARTY_REFUSED, parties=["wu"]),
            ],
            {"wu"},
        ),
    ],
)
def test_a_refusal_stands_until_the_same_party_agrees(
    past: list[CaseStep], standing: set[str]
) -> None:
    assert standing_refusals(past) == standing
    blocked = CaseBlock.PARTY_REFUSES if standing else None
    assert block_of(past, step(K.MEDIATION_HELD)) is blocked


def test_the_session_at_which_a_party_refuses_counts_and_the_next_does_not() -> None:
    steps = [
        step(K.RECORDED),
        step(K.MEDIATION_HELD, refused_by=["wu"]),
        step(K.MEDIATION_HELD, outcome="agreed"),
    ]
    assert counted(steps) == steps[:2]


# --- Art. 26 ---------------------------------------------------------------------------------


def test_a_failure_is_told_with_the_other_ways() -> None:
    bare, worded = step(K.NOT_SETTLED, note=False), step(K.NOT_SETTLED)
    told = step(K.TOLD_OTHER_WAYS, note=False, ways="仲裁、行政、司法")
    assert block_of([step(K.RECORDED)], bare) is CaseBlock.OTHER_WAYS_UNTOLD
    assert block_of([step(K.RECORDED)], worded) is None
    assert block_of([step(K.RECORDED), told], bare) is None
    assert fold([step(K.RECORDED), bare]) is CaseState.RECORDED
    assert fold([step(K.RECORDED), told, bare]) is CaseState.NOT_SETTLED


def test_rights_are_told_where_a_session_says_so() -> None:
    assert not are_rights_told([step(K.MEDIATION_HELD, rights_told=False)])
    assert are_rights_told([step(K.MEDIATION_HELD, rights_told=True), step(K.NOTE_ADDED)])


# --- the three ways --------------------------------------------------------------------------


def test_the_way_is_the_last_that_was_changed_to() -> None:
    first, over = step(K.MEDIATION_HELD), step(K.WAY_CHANGED, way="administrative")
    assert way_of([step(K.RECORDED)]) is None
    assert way_of([first]) is W.PEOPLES
    assert way_of([over, first]) is W.ADMINISTRATIVE
    assert way_of([first, over, step(K.WAY_CHANGED, way="judicial")]) is W.JUDICIAL
    assert way_of([over, step(K.WAY_CHANGED, way="of a newer program")]) is W.ADMINISTRATIVE


def test_a_case_does_not_go_over_to_the_way_it_is_in() -> None:
    again = step(K.WAY_CHANGED, way="peoples")
    assert block_of([step(K.RECORDED)], again) is None
    assert block_of([step(K.MEDIATION_HELD)], again) is CaseBlock.SAME_WAY


@pytest.mark.parametrize("role", Role)
def test_who_leads_gives_over_and_who_takes_over_leads(role: Role) -> None:
    committees = {Role.GRID_WORKER, Role.MEDIATOR, Role.VILLAGE_SECRETARY}
    centres = {Role.TOWNSHIP_CENTRE, Role.COUNTY_CENTRE}
    may = may_change_way
    to_court = role in committees | centres | {Role.COURT_LIAISON}
    assert may(role, W.PEOPLES, W.JUDICIAL) is to_court
    assert may(role, None, W.JUDICIAL) is to_court
    handed = role in centres | {Role.DEPARTMENT_HANDLER, Role.COURT_LIAISON}
    assert may(role, W.ADMINISTRATIVE, W.JUDICIAL) is handed


# --- Art. 28 to 31 ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "day"),
    [
        ((0, 0, 0, 0), None),
        ((2, 3, 4, 0), None),
        ((2, 3, 0, 4), None),
        ((2, 0, 3, 4), None),
        ((2, 3, 4, 5), 5),
        ((9, 3, 4, 5), 9),
        ((2, 2, 2, 2), 2),
    ],
)
def test_a_written_one_takes_effect_with_the_last_signature(
    days: tuple[int, ...], day: int | None
) -> None:
    found = effective_on(WRITTEN, signed(*days), PARTIES)
    assert found == (date(2026, 11, day) if day else None)
    missing = missing_signatures(WRITTEN, signed(*days), PARTIES)
    assert len(missing) == days.count(0)


def test_two_laptops_may_note_one_signature_and_the_first_counts() -> None:
    again = Signed(PARTY, date(2026, 11, 20), "wu")
    assert effective_on(WRITTEN, [*signed(2, 3, 4, 5), again], PARTIES) == date(2026, 11, 5)


def test_a_third_signs_where_it_owes() -> None:
    between = who_agrees(IN_CASE, {"shi", None})
    assert read_parties(stored_parties(between)) == between == ("wu", "yang", "shi")
    assert missing_signatures(WRITTEN, signed(2, 3, 4, 5), between) == (SigningPlace(PARTY, "shi"),)
    assert effective_on(WRITTEN, signed(2, 3, 4, 5), between) is None


@pytest.mark.parametrize("stored", ["", "{}", "[1]", '"wu"'])
def test_parties_that_cannot_be_read_are_none(stored: str) -> None:
    assert read_parties(stored) == ()


def test_a_signature_of_somebody_else_is_not_the_partys() -> None:
    stranger = Signed(PARTY, date(2026, 11, 5), "long")
    assert effective_on(WRITTEN, [*signed(2, 0, 4, 5), stranger], PARTIES) is None


def test_without_parties_there_is_no_agreement() -> None:
    assert effective_on(WRITTEN, signed(0, 0, 4, 5), ()) is None


def test_an_oral_one_takes_effect_when_reached() -> None:
    assert effective_on(ORAL, [], PARTIES) == date(2026, 11, 1)
    assert missing_signatures(ORAL, [], PARTIES) == ()


def test_what_is_signed_is_not_changed_any_more() -> None:
    assert not is_frozen(WRITTEN, [])
    assert is_frozen(WRITTEN, signed(2, 0, 0, 0))
    assert is_frozen(ORAL, [])


@pytest.mark.parametrize(
    ("born", "on", "minor"),
    [
        (date(2008, 11, 24), date(2026, 11, 23), True),
        (date(2008, 11, 23), date(2026, 11, 23), False),
        (date(2008, 2, 29), date(2026, 2, 28), True),
        (date(2008, 2, 29), date(2026, 3, 1), False),
        (None, date(2026, 11, 23), False),
    ],
)
def test_who_is_under_eighteen(born: date | None, on: date, *, minor: bool) -> None:
    assert is_minor(born, on) is minor
