"""The life of a case, what a draft needs, and the number it carries first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.rules import may
from app.accounts.vocabulary import Role
from app.cases.rules import (
    PERMISSION_NEEDED,
    RISK_EVENTS,
    STAYS,
    TRANSITIONS,
    PartyDraft,
    check_case_draft,
    fold,
    fold_with_refusals,
    may_follow,
)
from app.cases.vocabulary import CaseEventKind, CaseField, CaseProblem, CaseState, PartySide
from app.folding import Refusal
from tests.helpers.cases import steps_of

K = CaseEventKind
S = CaseState
ENDS = {S.SETTLED, S.NOT_SETTLED, S.ANSWERED, S.REFUSED, S.WITHDRAWN, S.CLOSED}
TODAY = date(2026, 11, 23)


def test_the_usual_way_of_a_case() -> None:
    assert fold(steps_of([])) is S.NOT_RECORDED
    assert fold(steps_of([K.RECORDED])) is S.RECORDED
    assert fold(steps_of([K.RECORDED, K.MEDIATION_HELD])) is S.UNDER_WAY
    assert fold(steps_of([K.RECORDED, K.MEDIATION_HELD, K.SETTLED])) is S.SETTLED
    assert fold(steps_of([K.RECORDED, K.MEDIATION_HELD, K.SETTLED, K.CLOSED])) is S.CLOSED
    assert fold(steps_of([K.RECORDED, K.NOT_SETTLED, K.CLOSED, K.REOPENED])) is S.UNDER_WAY


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        (S.NOT_RECORDED, K.NOTE_ADDED),
        (S.RECORDED, K.RECORDED),
        (S.RECORDED, K.CLOSED),
        (S.UNDER_WAY, K.CLOSED),
        (S.SETTLED, K.NOT_SETTLED),
        (S.CLOSED, K.SETTLED),
        (S.CLOSED, K.MEDIATION_HELD),
        (S.RECORDED, K.REOPENED),
    ],
)
def test_what_must_not_follow(state: CaseState, kind: CaseEventKind) -> None:
    assert not may_follow(state, kind)


def test_a_second_outcome_is_skipped_and_reported() -> None:
    folded = fold_with_refusals(steps_of([K.RECORDED, K.SETTLED, K.NOT_SETTLED, K.NOTE_ADDED]))
    assert folded.state is S.SETTLED
    assert folded.refusals == (Refusal(2, K.NOT_SETTLED, S.SETTLED),)


@given(st.lists(st.sampled_from(K)))
def test_every_event_is_either_applied_or_reported(kinds: list[CaseEventKind]) -> None:
    folded = fold_with_refusals(steps_of(kinds))
    refused = {refusal.position for refusal in folded.refusals}
    applied = [kind for place, kind in enumerate(kinds) if place not in refused]
    assert fold_with_refusals(steps_of(applied)).refusals == ()
    assert fold(steps_of(applied)) is folded.state


def test_every_state_can_be_reached_and_only_not_recorded_is_never_left_to_again() -> None:
    assert set(TRANSITIONS.values()) == set(S) - {S.NOT_RECORDED}


def test_a_note_fits_every_recorded_case_and_changes_nothing() -> None:
    assert STAYS[K.NOTE_ADDED] == set(S) - {S.NOT_RECORDED}
    assert not any(kind is K.NOTE_ADDED for _, kind in TRANSITIONS)


def test_an_auxiliary_policeman_never_records_an_outcome() -> None:
    assert set(PERMISSION_NEEDED) == set(K)
    allowed = {kind for kind in K if may(Role.AUXILIARY_POLICE, PERMISSION_NEEDED[kind])}
    assert {K.RECORDED, K.NOTE_ADDED, K.MEDIATION_HELD, *RISK_EVENTS} <= allowed
    changing = {kind for (state, kind), after in TRANSITIONS.items() if after in ENDS}
    assert not changing & allowed


@dataclass
class Draft:
    """A draft that is good as it stands."""

    title: str = "建房滴水纠纷"
    class_code: str = "0202"
    place: str = "坪坦村二组"
    story: str = "新建木楼的滴水落到邻居院内。"
    parties: tuple[PartyDraft, ...] = (PartyDraft("吴某甲", PartySide.A),)
    happened_on: date | None = TODAY


def problems_of(**changes: Any) -> list[tuple[CaseField, CaseProblem]]:
    found = check_case_draft(**vars(Draft(**changes)), today=TODAY)
    return [(problem.field, problem.code) for problem in found]


def test_a_good_draft_and_one_without_place_and_story_pass() -> None:
    assert problems_of() == []
    assert problems_of(place="", story="") == []
    assert problems_of(title="字" * 100, place="字" * 100, story="字" * 4000) == []


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"title": " \u3000"}, CaseField.TITLE, CaseProblem.TITLE_MISSING),
        ({"title": "字" * 101}, CaseField.TITLE, CaseProblem.TITLE_TOO_LONG),
        ({"class_code": ""}, CaseField.CLASS_CODE, CaseProblem.CLASS_MISSING),
        ({"class_code": "0203x"}, CaseField.CLASS_CODE, CaseProblem.CLASS_UNKNOWN),
        ({"place": "字" * 101}, CaseField.PLACE, CaseProblem.PLACE_TOO_LONG),
        ({"story": "字" * 4001}, CaseField.STORY, CaseProblem.STORY_TOO_LONG),
        ({"parties": ()}, CaseField.PARTIES, CaseProblem.PARTIES_MISSING),
        (
            {"parties": (PartyDraft("吴某甲", PartySide.A), PartyDraft(" ", PartySide.B))},
            CaseField.PARTIES,
            CaseProblem.PARTY_NAME_MISSING,
        ),
        ({"happened_on": None}, CaseField.HAPPENED_ON, CaseProblem.DATE_MISSING),
        ({"happened_on": date(2026, 11, 24)}, CaseField.HAPPENED_ON, CaseProblem.DATE_IN_FUTURE),
    ],
)
def test_each_fault_is_named_with_its_field(
    changes: dict[str, Any], field: CaseField, code: CaseProblem
) -> None:
    assert problems_of(**changes) == [(field, code)]


def test_all_faults_come_at_once_in_the_order_of_the_form() -> None:
    found = problems_of(title="", class_code="", parties=(), happened_on=None)
    assert [field for field, _ in found] == [
        CaseField.TITLE,
        CaseField.CLASS_CODE,
        CaseField.PARTIES,
        CaseField.HAPPENED_ON,
    ]
