"""What is to be done of agreements, and where somebody is to go and see: for the day's desk.

The committee sees to it that an agreement is performed: 人民调解法 (2010-08-28), Art. 31 (2). By
when somebody goes to see is the county's setting. Confidential cases are on nobody's list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlmodel import Session, col, select

from app.accounts.session import Actor
from app.cases.detail_rules import read_detail
from app.cases.queries import units_seen
from app.cases.secrecy import CONFIDENTIAL
from app.cases.vocabulary import CaseEventKind, CaseState
from app.clocks.counting import days_after
from app.listing import fetch_rows
from app.mediation.performance_rules import (
    ItemState,
    PerformanceRate,
    follow_up_due,
    performance_rate,
)
from app.mediation.queries import AgreementRow, ItemRow, agreements_in
from app.mediation.vocabulary import Performance
from app.settings.queries import setting
from app.settings.vocabulary import SettingKey
from app.store import Store
from db.clock import CHINA
from db.tables.cases import CaseEvent

SOON_DAYS: Final = 7
MOST_FOLLOW_UPS: Final = 200


@dataclass(frozen=True, slots=True)
class DueItem:
    """A promise that is due within a week, or overdue; ``item.ower`` says whose it is."""

    case_id: str
    number: str
    title: str
    unit_id: str
    agreement_id: str
    item: ItemRow

    @property
    def is_overdue(self) -> bool:
        """Whether its day is over and it was not kept whole."""
        return self.item.state is ItemState.OVERDUE


@dataclass(frozen=True, slots=True)
class FollowUpDue:
    """A case that ended and nobody has gone to see since; ``due_on`` the last day for it, and
    ``unit_id`` the unit that leads the case."""

    case_id: str
    number: str
    title: str
    unit_id: str
    ended_on: date
    due_on: date


def due_items(
    store: Store, actor: Actor, today: date, *, within_days: int = SOON_DAYS
) -> tuple[DueItem, ...]:
    """What is promised by agreements in force and due within so many days, the oldest first."""
    until = today + timedelta(days=within_days)
    with store.reading() as session:
        cases = _cases(
            session,
            actor,
            "c.id IN (SELECT i.case_id FROM agreement_item i JOIN agreement a "
            "ON a.id = i.agreement_id WHERE i.due_on <= :until AND i.performance <> 'done' "
            "AND a.ended_on IS NULL)",
            {"until": until.isoformat()},
        )
        found = [
            DueItem(case.id, case.number, case.title, case.unit_id, agreement.agreement_id, item)
            for case in cases
            for agreement in agreements_in(session, case.id, today=today)
            if agreement.stands
            for item in agreement.items
            if item.performance is not Performance.DONE
            and item.due_on is not None
            and item.due_on <= until
        ]
    return tuple(sorted(found, key=lambda one: (one.item.due_on or until, one.item.item_id)))


def follow_ups_due(
    store: Store, actor: Actor, today: date, *, limit: int = MOST_FOLLOW_UPS
) -> tuple[FollowUpDue, ...]:
    """Settled and closed cases where nobody has been since, the oldest first; also those whose
    last day for it is still to come."""
    with store.reading() as session:
        days = int(setting(session, SettingKey.FOLLOW_UP_DAYS, today))
        where, values = _reached(actor)
        found = fetch_rows(session, _NOT_VISITED.format(where=where), {**values, "page": limit})
    rows = []
    for case in found:
        ended = datetime.fromisoformat(case.ended_at).astimezone(CHINA).date()
        due_on = days_after(ended, days)
        rows.append(FollowUpDue(case.id, case.number, case.title, case.unit_id, ended, due_on))
    return tuple(rows)


_NOT_VISITED = (
    "SELECT c.id, c.number, c.title, coalesce(c.holder_unit_id, c.unit_id) AS unit_id, "
    "max(CASE WHEN e.kind <> 'followed_up' THEN e.happened_at END) AS ended_at, "
    "max(CASE WHEN e.kind = 'followed_up' THEN e.happened_at END) AS visited_at "
    "FROM case_file c JOIN case_event e ON e.case_id = c.id "
    "AND e.kind IN ('settled', 'closed', 'followed_up') "
    "WHERE c.state IN ('settled', 'closed') AND {where} GROUP BY c.id "
    "HAVING ended_at IS NOT NULL AND (visited_at IS NULL OR visited_at < ended_at) "
    "ORDER BY ended_at, c.id LIMIT :page"
)


def case_follow_up(
    store: Store, case_id: str, *, state: CaseState, today: date
) -> tuple[date, date] | None:
    """As ``follow_up_plan``, with the county's days."""
    with store.reading() as session:
        days = int(setting(session, SettingKey.FOLLOW_UP_DAYS, today))
        return follow_up_plan(session, case_id, state=state, days=days)


def follow_up_plan(
    session: Session, case_id: str, *, state: CaseState, days: int
) -> tuple[date, date] | None:
    """Since when a case has ended and by when somebody goes to see; None where it goes on, or
    somebody was there."""
    if state not in (CaseState.SETTLED, CaseState.CLOSED):
        return None
    events = session.exec(
        select(CaseEvent)
        .where(col(CaseEvent.case_id) == case_id)
        .where(
            col(CaseEvent.kind).in_(
                (CaseEventKind.SETTLED, CaseEventKind.CLOSED, CaseEventKind.FOLLOWED_UP)
            )
        )
    ).all()
    ends = [
        one.happened_at.astimezone(CHINA).date()
        for one in events
        if one.kind is not CaseEventKind.FOLLOWED_UP
    ]
    visits = [
        read_detail(one.kind, one.detail).get("visited_on")
        for one in events
        if one.kind is CaseEventKind.FOLLOWED_UP
    ]
    ended = max(ends, default=None)
    due = follow_up_due(ended, [day for day in visits if day is not None], days=days)
    return None if ended is None or due is None else (ended, due)


def rate_of(agreements: tuple[AgreementRow, ...], *, today: date) -> PerformanceRate:
    """协议履行率 of the agreements in force among these."""
    return performance_rate(
        ((item.performance, item.due_on) for one in agreements if one.stands for item in one.items),
        today=today,
    )


def _cases(session: Session, actor: Actor, where: str, values: Mapping[str, Any]) -> list[Any]:
    reached, bound = _reached(actor)
    return list(
        fetch_rows(
            session,
            "SELECT c.id, c.number, c.title, c.unit_id FROM case_file c "
            f"WHERE {where} AND {reached}",
            {**values, **bound},
        )
    )


def _reached(actor: Actor) -> tuple[str, dict[str, Any]]:
    """The cases of the units this person sees, or that his unit has in hand."""
    seen = units_seen(actor)
    open_ones = f"c.id NOT IN ({CONFIDENTIAL})"
    if seen is None:
        return open_ones, {}
    return (
        f"(c.unit_id IN :units OR c.holder_unit_id IN :units) AND {open_ones}",
        {"units": sorted(seen)},
    )
