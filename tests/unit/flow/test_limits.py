"""One case shows the same last day in the list, over it, today, on the board and in the month."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from app.accounts.vocabulary import Role
from app.board.queries import board, month_of, reminders
from app.cases.listing import CaseFilter, case_rows
from app.cases.vocabulary import CaseEventKind, CaseKind, CaseState
from app.clocks.queries import read_limits
from app.handovers.vocabulary import HandoverPurpose
from app.today.queries import today_view
from db.clock import today_in_china
from tests.helpers.clock import FakeClock
from tests.helpers.flow import FORESTRY, HOUSING, TOWNSHIP, VILLAGE, Chain
from tests.helpers.stores import a_case, a_store, an_actor, save

P = HandoverPurpose
SENT = "dispatch"
LATE, LATER = date(2026, 11, 25), date(2026, 11, 28)
HANDLER = Role.DEPARTMENT_HANDLER
READERS = {
    "leads": (an_actor(HANDLER, "县林业局"), LATE, SENT),
    "sent it": (an_actor(Role.TOWNSHIP_CENTRE, "坪坦乡"), LATE, SENT),
    "of its village": (an_actor(), LATE, SENT),
    "helps": (an_actor(HANDLER, "县住房和城乡建设局"), LATER, SENT),
}


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """A petition at the forestry office, which was given one day too few; housing helps and has
    time; the county's own limit lies between."""
    store = a_store(tmp_path_factory.mktemp("limits"))
    chain = Chain(store, kind=CaseKind.PETITION)
    chain.event(CaseEventKind.RECORDED)
    chain.event(CaseEventKind.ACCEPTED)
    chain.hand(P.ESCALATED, VILLAGE, TOWNSHIP)
    chain.hand(P.DISPATCHED, TOWNSHIP, FORESTRY, due_on=LATE)
    chain.hand(P.HELP_ASKED, FORESTRY, HOUSING, due_on=LATER)
    assert isinstance(store.clock, FakeClock)
    store.clock.advance(timedelta(days=3))
    return chain


@pytest.mark.parametrize("who", READERS)
def test_every_screen_shows_the_same_day(sent: Chain, who: str) -> None:
    actor, due_on, limit = READERS[who]
    store, today = sent.store, today_in_china(sent.store.clock)
    assert today == LATE + timedelta(days=1)
    (row,) = case_rows(store, CaseFilter(reader_unit_id=actor.unit_id)).rows
    (todo,) = (one.case for one in today_view(store, actor).todos if one.case is not None)
    (task,) = (one for tasks in board(store, actor, today).columns.values() for one in tasks)
    shown = read_limits(store, actor, sent.case_id).shown
    assert (row.due_on, row.due_limit) == (due_on, limit)
    assert todo is not None
    assert [one.due_on for one in todo.limits] == [one.due_on for one in row.limits]
    assert (task.due_on, task.limit) == (due_on, limit)
    assert (task.beside_on, task.beside) == (row.limits[1].due_on, row.limits[1].limit)
    assert [one.due_on for one in shown] == [one.due_on for one in row.limits]
    month = month_of(store, actor, due_on, today)
    assert SENT in {one.limit for one in month.days[due_on]}
    is_late = due_on < today
    assert (today_view(store, actor).figures.late_cases == 1) is is_late
    narrowed = CaseFilter(reader_unit_id=actor.unit_id, due_last=today - timedelta(days=1))
    assert len(case_rows(store, narrowed).rows) == is_late


@pytest.mark.parametrize(
    ("who", "counted"),
    [("leads", (1, 0)), ("helps", (0, 1)), ("sent it", (0, 0)), ("of its village", (0, 0))],
)
def test_the_badge_counts_what_binds_the_own_unit(
    sent: Chain, who: str, counted: tuple[int, int]
) -> None:
    found = reminders(sent.store, READERS[who][0], today_in_china(sent.store.clock))
    assert (found.overdue, found.soon) == counted


def test_the_badge_counts_every_case_and_not_only_those_that_are_listed(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    today = today_in_china(store.clock)
    late = today - timedelta(days=9)
    others = [
        a_case(store, id=f"o{n}", number=f"o{n}", due_on=late, holder_unit_id=TOWNSHIP)
        for n in range(501)
    ]
    own = [
        a_case(store, id=f"c{n}", number=f"c{n}", due_on=today, state=CaseState.UNDER_WAY)
        for n in range(620)
    ]
    save(store, *others, *own)
    assert reminders(store, an_actor(Role.MEDIATOR), today).soon == 620
    store.close()
