"""What is offered next: only what may happen, each kind once, and nothing out of reach."""

from __future__ import annotations

import json
from itertools import product

import pytest

from app.cases.rules import may_follow
from app.cases.step_rules import GROUPS, is_offered, next_steps, other_steps, step_before
from app.cases.vocabulary import CaseBlock, CaseEventKind, CaseKind, CaseState, CaseStep

K = CaseEventKind


@pytest.mark.parametrize(("kind", "state"), [*product(CaseKind, CaseState)])
def test_what_is_likely_may_happen_and_is_offered(kind: CaseKind, state: CaseState) -> None:
    likely = next_steps(kind, state)

    assert len(likely) == len(set(likely)) <= 3
    assert all(may_follow(state, each) and is_offered(each, kind) for each in likely)


def test_every_kind_that_is_chosen_stands_in_one_group() -> None:
    grouped = [kind for kinds in GROUPS.values() for kind in kinds]

    assert sorted(grouped) == sorted(set(CaseEventKind) - {K.RECORDED})


def test_what_comes_before_a_step_that_is_stopped() -> None:
    refused = [CaseStep(K.PARTY_REFUSED, json.dumps({"parties": ["wu"]}))]

    assert step_before(refused, K.MEDIATION_HELD) == (CaseBlock.PARTY_REFUSES, K.PARTY_AGREED)
    assert step_before([], K.ANSWERED) == (CaseBlock.NOT_INVESTIGATED, K.INVESTIGATED)
    assert step_before([], K.MEDIATION_HELD) is None
    assert step_before(refused, K.NOT_SETTLED) is None


def test_what_needs_another_record_is_begun_where_that_is() -> None:
    assert not is_offered(K.CONFIRMATION_APPLIED, CaseKind.DISPUTE)


def test_other_steps_leave_out_what_is_shown_and_what_is_not_for_this_kind_of_case() -> None:
    possible = (K.NOTE_ADDED, K.ANSWERED, K.MET, K.FOLLOWED_UP)

    of_dispute = other_steps(possible, case_kind=CaseKind.DISPUTE, shown=(K.NOTE_ADDED,))
    of_petition = other_steps(possible, case_kind=CaseKind.PETITION, shown=())

    assert list(of_dispute.values()) == [(K.MET,), (K.FOLLOWED_UP,)]
    assert list(of_petition.values()) == [(K.NOTE_ADDED,), (K.MET, K.ANSWERED), (K.FOLLOWED_UP,)]
