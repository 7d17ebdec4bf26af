"""Where somebody is to go and see what became of it, and how far promises are kept.

The committee sees to it that an agreement is performed: 人民调解法 (2010-08-28), Art. 31 (2). By
when somebody goes to see is the county's setting. Confidential cases are on nobody's list.
"""

from __future__ import annotations

from datetime import date

from sqlmodel import Session, col, select

from app.cases.detail_rules import read_detail
from app.cases.vocabulary import CaseEventKind, CaseState
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
