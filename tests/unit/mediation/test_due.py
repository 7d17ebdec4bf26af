"""What waits on the desk: cases where nobody has been since they ended; what was kept so far."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from app.board.queries import board
from app.board.rules import BoardColumn
from app.cases.actions import add_case_event
from app.cases.vocabulary import CaseEventKind, CaseState
from app.clocks.vocabulary import LimitKey
from app.mediation.actions import end_agreement, note_performance
from app.mediation.agreement_rules import ItemDraft
from app.mediation.due import case_follow_up, rate_of
from app.mediation.queries import agreements_of
from app.mediation.vocabulary import AgreementForm, Performance
from app.store import Store
from tests.helpers.stores import a_store, an_actor
from tests.unit.mediation.scene import (
    TODAY,
    a_recorded_case,
    an_agreement,
    row_of,
    sign_next,
    state_of,
)

K = CaseEventKind
WORKER = an_actor()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_store(tmp_path)


@pytest.fixture
def case_id(store: Store) -> str:
    """Settled by word of mouth: due in 8 days, in 7, yesterday, some day."""
    case_id = a_recorded_case(store, WORKER)
    days = [TODAY + timedelta(days=step) for step in (8, 7)]
    dues = [*days, TODAY - timedelta(days=1), None]
    items = tuple(ItemDraft(f"第{place}项", due_on=due) for place, due in enumerate(dues))
    an_agreement(store, WORKER, case_id, form=AgreementForm.ORAL, items=items)
    return case_id


def test_what_was_done_counts_as_kept(store: Store, case_id: str) -> None:
    item = row_of(store, case_id).items[2]
    note_performance(
        store, WORKER, item_id=item.item_id, performance=Performance.DONE, performed_on=TODAY
    )
    rate = rate_of(agreements_of(store, WORKER, case_id), today=TODAY)
    assert (rate.done, rate.due) == (1, 1)


def test_somebody_goes_to_see_once_after_it_ended(store: Store, case_id: str) -> None:
    assert state_of(store, case_id) is CaseState.SETTLED

    def plan() -> tuple[date, date] | None:
        return case_follow_up(store, case_id, state=CaseState.SETTLED, today=TODAY)

    assert plan() == (TODAY, TODAY + timedelta(days=30))
    add_case_event(store, WORKER, case_id=case_id, kind=K.FOLLOWED_UP, values={"visited_on": TODAY})
    assert plan() is None


def test_a_promise_waits_on_the_board_once_everybody_has_signed(store: Store) -> None:
    """Before that it binds nobody, and after the agreement was given up neither."""
    case_id = a_recorded_case(store, WORKER)
    item = ItemDraft("付杉木款", due_on=TODAY - timedelta(days=1))
    agreement_id = an_agreement(store, WORKER, case_id, items=(item,))

    def promises() -> int:
        late = board(store, WORKER, TODAY).columns[BoardColumn.OVERDUE]
        return sum(task.limit == LimitKey.AGREEMENT_ITEM.value for task in late)

    while row_of(store, case_id).missing:
        assert promises() == 0
        sign_next(store, WORKER, case_id)
    assert promises() == 1
    end_agreement(store, WORKER, agreement_id=agreement_id, ended_on=TODAY, reason="双方都不要了")
    assert promises() == 0
