"""Where somebody is to go and see what became of it, and how far promises are kept.

The committee sees to it that an agreement is performed: 人民调解法 (2010-08-28), Art. 31 (2). By
when somebody goes to see is the county's setting. Confidential cases are on nobody's list.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
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
    PerformanceRate,
    follow_up_due,
    performance_rate,
)
from app.mediation.queries import AgreementRow
from app.settings.queries import setting
from app.settings.vocabulary import SettingKey
from app.store import Store
from db.clock import CHINA
from db.tables.cases import CaseEvent

MOST_FOLLOW_UPS: Final = 200


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
