"""Where the board's tasks come from: one small list of readers, each over one kind of thing.

A reader takes what is asked for and yields tasks; one that does not concern the person yields
nothing. Add a line to ``SOURCES`` for another kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

import orjson

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission, Role
from app.board.rules import BoardTask, TaskKind
from app.cases.queries import units_seen
from app.cases.secrecy import confidential_ids, narrowed_for
from app.clocks.vocabulary import LimitKey
from app.court.due import CourtDue, confirmations_due, enforcements_due
from app.court.vocabulary import ConfirmationState
from app.flow.limit_rules import SENT_LIMIT, RowLimit
from app.flow.reach import IN_UNITS, SPONSORED
from app.flow.vocabulary import Wait
from app.flow.waiting import sent_in_sight, waiting
from app.grid_work.queries import hazards_due, open_services
from app.legal_aid.actions import AID_CENTRE_ID
from app.legal_aid.queries import aid_due
from app.listing import fetch_rows
from app.mediation.queries import in_force
from app.organisations.vocabulary import UnitKind
from app.outreach.queries import open_rounds
from app.store import Store
from db.clock import day_in_china

MOST: Final = 500
"""Tasks of one source; who has more works from the list of cases."""
MOST_OF_MONTH: Final = 5000
"""A month is counted by its days, so far more of them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted: tasks whose last day is no later than ``last``; with ``first`` none before
    it, and without it also those that wait and have no day at all."""

    store: Store
    actor: Actor
    today: date
    last: date
    first: date | None = None
    most: int = MOST

    def holds(self, day: date) -> bool:
        """Whether a task of this day is wanted."""
        return day <= self.last and (self.first is None or day >= self.first)


Source = Callable[[Asked], Iterator[BoardTask]]


@dataclass(frozen=True, slots=True)
class Found:
    """Everything the sources gave; ``last_of_cut`` has the last task of each that had more."""

    tasks: tuple[BoardTask, ...]
    last_of_cut: tuple[BoardTask, ...]


def tasks_of(asked: Asked, sources: Sequence[Source] | None = None) -> Found:
    """Everything the sources know, or these of them."""
    given = {source: list(source(asked)) for source in sources or SOURCES}
    last = {one: given[one][-1] for one in CUT if len(given.get(one, ())) >= asked.most}
    if in_hand in last:  # read by when it was recorded, whatever its day
        last[in_hand] = replace(last[in_hand], due_on=None)
    tasks = [task for found in given.values() for task in found]
    return Found(tuple(_marked(asked.store, tasks)), tuple(last.values()))


def _marked(store: Store, tasks: Iterable[BoardTask]) -> Iterator[BoardTask]:
    """Those of confidential cases say so; who may not see one has no task of it."""
    with store.reading() as session:
        secret = confidential_ids(session)
    for task in tasks:
        yield replace(task, is_confidential=True) if task.record_id in secret else task


# --- cases ---------------------------------------------------------------------------------------

_LED: Final = "coalesce(c.holder_unit_id, c.unit_id)"


def limits(asked: Asked) -> Iterator[BoardTask]:
    """The nearest running limit of each case, as it is folded."""
    rows = _cases(
        asked,
        "c.id, c.number, c.title, c.due_on, c.due_limit, " + f"{_LED} AS unit",
        "c.due_on >= :first AND c.due_on <= :last",
        order="c.due_on",
    )
    for row in rows:
        yield _case_task(asked, row, due_on=row.due_on, limit=row.due_limit or "")


def chain(asked: Asked) -> Iterator[BoardTask]:
    """What the chain waits for, and whom; in a month only the days the cases were sent with."""
    if not _sees_cases(asked.actor):
        return
    known = waiting(asked.store, asked.actor, asked.today)
    for row in (*known.for_me, *known.for_others):
        task = BoardTask(
            TaskKind.CASE,
            "case_file",
            row.case_id,
            row.title,
            row.unit_id,
            number=row.number,
            wait=row.what,
            since=row.since,
            due_on=row.due_on,
            limit=SENT_LIMIT if row.due_on else "",
            home_id=row.home_id,
            is_help=row.is_help,
        )
        if asked.first is None or (row.due_on is not None and asked.holds(row.due_on)):
            yield task
        if asked.first is None:
            yield from (_with_limit(task, one) for one in row.folded)


def _with_limit(task: BoardTask, limit: RowLimit) -> BoardTask:
    """The same case with its limit of the law or the county, however far that is."""
    return replace(
        task,
        unit_id=limit.unit_id,
        due_on=limit.due_on,
        limit=limit.limit,
        wait=Wait.NOTHING,
        is_help=False,
    )


def in_hand(asked: Asked) -> Iterator[BoardTask]:
    """Open cases the person's own unit leads, whatever their clocks say."""
    if asked.first is not None or asked.actor.role is Role.SPONSOR_LEADER:
        return
    rows = _cases(
        asked,
        f"c.id, c.number, c.title, c.recorded_at, c.due_on, c.due_limit, {_LED} AS unit",
        "c.state <> 'closed' AND c.state NOT IN ('refused', 'withdrawn') "
        "AND (+c.unit_id = :own OR +c.holder_unit_id = :own) "
        f"AND {_LED} = :own",
        source="case_file c INDEXED BY ix_case_file_open",
        order="c.recorded_at",
        own=asked.actor.unit_id,
    )
    for row in rows:
        since = day_in_china(datetime.fromisoformat(row.recorded_at))
        limit = row.due_limit or ""
        yield _case_task(asked, row, due_on=row.due_on, limit=limit, since=since)


def items(asked: Asked) -> Iterator[BoardTask]:
    """Promises of agreements in force that are not kept whole."""
    rows = _cases(
        asked,
        f"c.id, c.number, c.title, i.due_on, a.id AS agreement_id, {_LED} AS unit",
        "i.due_on >= :first AND i.due_on <= :last AND i.performance <> 'done' "
        "AND a.ended_on IS NULL",
        source="agreement_item i JOIN agreement a ON a.id = i.agreement_id "
        "JOIN case_file c ON c.id = i.case_id",
        order="i.due_on",
    )
    binding = in_force(asked.store, {row.agreement_id for row in rows})
    for row in (each for each in rows if each.agreement_id in binding):
        yield _case_task(
            asked, row, TaskKind.ITEM, due_on=row.due_on, limit=LimitKey.AGREEMENT_ITEM.value
        )


def plans(asked: Asked) -> Iterator[BoardTask]:
    """The plans of cases with a leader; they are the leader's own."""
    rows = _cases(
        asked,
        f"c.id, c.number, c.title, s.plan_due_on AS due_on, s.leader_id, {_LED} AS unit",
        "s.plan_due_on >= :first AND s.plan_due_on <= :last AND s.ended_on IS NULL "
        "AND c.state NOT IN ('closed', 'refused', 'withdrawn')",
        source="sponsorship s JOIN case_file c ON c.id = s.case_id",
        order="s.plan_due_on",
    )
    for row in rows:
        yield _case_task(
            asked,
            row,
            TaskKind.PLAN,
            due_on=row.due_on,
            limit="plan",
            account_id=row.leader_id,
        )


def legal_aid(asked: Asked) -> Iterator[BoardTask]:
    """What the legal aid centre is to decide, or whom it is to name; 法律援助法 (2021-08-20),
    Art. 43."""
    if not _sees_cases(asked.actor):
        return
    for row in aid_due(asked.store, asked.actor):
        if asked.holds(row.due_on):
            yield BoardTask(
                TaskKind.LEGAL_AID,
                "case_file",
                row.case_id,
                row.title,
                AID_CENTRE_ID,
                number=row.number,
                due_on=row.due_on,
                limit=f"legal_aid_{row.limit.value}",
            )


def court(asked: Asked) -> Iterator[BoardTask]:
    """Until when the parties may ask for confirmation or enforcement, and the court is to rule.

    A right nobody used in time is no work that is late.
    """
    if not _sees_cases(asked.actor):
        return
    limits_by_state = {
        ConfirmationState.OPEN: LimitKey.CONFIRMATION_APPLICATION,
        ConfirmationState.ACCEPTED: LimitKey.CONFIRMATION_RULING,
        ConfirmationState.VALID: LimitKey.ENFORCEMENT,
    }
    given = asked.store, asked.actor, asked.today
    for row in (*confirmations_due(*given, last=asked.last), *enforcements_due(*given)):
        limit = limits_by_state.get(row.state)
        is_duty = limit is LimitKey.CONFIRMATION_RULING
        if limit is not None and asked.holds(row.until) and (is_duty or row.until >= asked.today):
            yield _due_task(TaskKind.COURT, row, due_on=row.until, limit=limit)


def _due_task(kind: TaskKind, row: CourtDue, *, due_on: date, limit: LimitKey) -> BoardTask:
    return BoardTask(
        kind,
        "case_file",
        row.case_id,
        row.title,
        row.unit_id,
        number=row.number,
        due_on=due_on,
        limit=limit.value,
    )


def _case_task(
    asked: Asked,
    row: Any,
    kind: TaskKind = TaskKind.CASE,
    *,
    due_on: str | None = None,
    since: date | None = None,
    limit: str = "",
    account_id: str | None = None,
) -> BoardTask:
    is_leader = asked.actor.role is Role.SPONSOR_LEADER
    return BoardTask(
        kind,
        "case_file",
        row.id,
        row.title,
        row.unit,
        number=row.number,
        due_on=date.fromisoformat(due_on) if due_on else None,
        limit=limit,
        since=since,
        account_id=asked.actor.account_id if is_leader else account_id,
        home_id=row.home,
    )


def _sees_cases(actor: Actor) -> bool:
    """A leader has the cases he answers for, not the county's chain."""
    return actor.may(Permission.SEE_CASES) and actor.role is not Role.SPONSOR_LEADER


def _cases(
    asked: Asked,
    columns: str,
    where: str,
    *,
    order: str,
    source: str = "case_file c",
    **more: Any,
) -> Sequence[Any]:
    """Rows of cases in sight, at most ``MOST``."""
    actor = asked.actor
    if not actor.may(Permission.SEE_CASES):
        return ()
    values: dict[str, Any] = {"most": asked.most, **more}
    if ":last" in where:
        values["last"] = asked.last.isoformat()
        values["first"] = (asked.first or date.min).isoformat()
    if actor.role is Role.SPONSOR_LEADER:
        where += f" AND {SPONSORED}"
        values["account"] = actor.account_id
    seen = units_seen(actor)
    if seen is not None:
        where += f" AND {IN_UNITS}"
        values["units"] = sorted(seen)
    statement = (
        f"SELECT {columns}, c.unit_id AS home FROM {source} WHERE {where}{narrowed_for(actor)} "
        f"ORDER BY {order} LIMIT :most"
    )
    with asked.store.reading() as session:
        return fetch_rows(session, statement, values)


def own_due(store: Store, actor: Actor, today: date, last: date) -> tuple[int, int]:
    """How many cases of this person's unit, or of the leader, are late and how many end by
    ``last``: by the day their row shows, and by the plan of whoever is to write it."""
    if not actor.may(Permission.SEE_CASES):
        return 0, 0
    is_leader = actor.role is Role.SPONSOR_LEADER
    with store.reading() as session:
        sent = sent_in_sight(session, actor)
        row = fetch_rows(
            session,
            _OWN_DUE.format(
                own=SPONSORED if is_leader else f"{_LED} = :own",
                narrowed=narrowed_for(actor),
            ),
            {
                "own": actor.unit_id,
                "account": actor.account_id,
                "today": today.isoformat(),
                "last": last.isoformat(),
                "sent": orjson.dumps(list(sent)).decode(),
            },
        )[0]
    shown = [
        one.limits(actor.unit_id)[0].due_on
        for one in sent.values()
        if is_leader or actor.unit_id in (one.lead_unit_id, *(each.unit_id for each in one.sent))
    ]
    late = sum(day < today for day in shown)
    in_time = sum(today <= day <= last for day in shown)
    return (row.late or 0) + late, row.count - (row.late or 0) + in_time


_OWN_DUE: Final = (
    "SELECT count(*) AS count, sum(day < :today) AS late FROM (SELECT id, min(day) AS day FROM ("
    "SELECT c.id, c.due_on AS day FROM case_file c INDEXED BY ix_case_file_due_open "
    "WHERE c.due_on <= :last AND {own}{narrowed} "
    "UNION ALL SELECT c.id, s.plan_due_on FROM sponsorship s JOIN case_file c ON c.id = s.case_id "
    "WHERE s.plan_due_on <= :last AND s.ended_on IS NULL AND s.leader_id = :account "
    "AND c.state NOT IN ('closed', 'refused', 'withdrawn'){narrowed}) "
    "WHERE id NOT IN (SELECT value FROM json_each(:sent)) GROUP BY id)"
)
"""An open promise of an agreement is folded into the case's own day."""


# --- the grid desk -------------------------------------------------------------------------------


def hazards(asked: Asked) -> Iterator[BoardTask]:
    """Hazards not yet removed, of the own village."""
    if not _works_in_village(asked.actor):
        return
    within = (asked.last - asked.today).days
    for one in hazards_due(asked.store, asked.actor, asked.today, within_days=within):
        if asked.holds(one.due_on):
            yield BoardTask(
                TaskKind.HAZARD,
                "hazard",
                one.id,
                one.text,
                one.unit_id,
                due_on=one.due_on,
                limit="hazard",
                since=one.found_on,
                home_id=one.unit_id,
            )


def services(asked: Asked) -> Iterator[BoardTask]:
    """Small services somebody asked for, of the own village."""
    if not _works_in_village(asked.actor):
        return
    for one in open_services(asked.store, asked.actor, asked.today):
        if (asked.first is None) if one.due_on is None else asked.holds(one.due_on):
            yield BoardTask(
                TaskKind.SERVICE,
                "micro_service",
                one.id,
                one.text,
                asked.actor.unit_id,
                due_on=one.due_on,
                limit="service" if one.due_on else "",
                since=one.asked_on,
                home_id=asked.actor.unit_id,
            )


def outreach(asked: Asked) -> Iterator[BoardTask]:
    """Rounds of which something found is still open; nothing sets a day for it."""
    if asked.first is not None:
        return
    for one in open_rounds(asked.store, asked.actor):
        yield BoardTask(
            TaskKind.OUTREACH,
            "outreach_round",
            one.id,
            one.title,
            one.unit_id,
            limit="outreach",
            since=one.held_on,
            home_id=one.unit_id,
        )


def _works_in_village(actor: Actor) -> bool:
    unit = actor.units.get(actor.unit_id)
    is_village = unit is not None and unit.kind is UnitKind.VILLAGE
    return is_village and actor.may(Permission.SEE_GRID_WORK)


SOURCES: Final[tuple[Source, ...]] = (
    limits,
    chain,
    items,
    plans,
    legal_aid,
    court,
    in_hand,
    hazards,
    services,
    outreach,
)
CUT: Final[tuple[Source, ...]] = (limits, in_hand, plans)
"""Those that stop at the most that is asked for and leave nothing out before it."""
BY_DAY: Final[tuple[Source, ...]] = (limits, items, plans)
"""Those that are read from the first day on up to the most that is asked for: what is far too late
can fill them. The others give all they have."""
