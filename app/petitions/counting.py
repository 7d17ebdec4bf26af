"""Old cases month by month, and the rates of petitions: counted from what the county has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.queries import units_seen
from app.cases.rules import counted
from app.cases.secrecy import narrowed_for
from app.cases.vocabulary import CaseEventKind, CaseKind, CaseStep
from app.flow.reach import IN_UNITS
from app.listing import fetch_rows
from app.petitions.count_rules import (
    CaseSpan,
    MonthOfOldCases,
    PetitionRates,
    burn_down,
    rates_of,
    span_of,
)
from app.petitions.vocabulary import PetitionPurpose
from app.settings.queries import setting
from app.settings.vocabulary import SettingKey
from app.statistics.rules import Span, year_before
from app.store import Store
from db.clock import CHINA, today_in_china


@dataclass(frozen=True, slots=True)
class PetitionReport:
    """What the tab shows. ``petitions`` were received in the span, ``petitions_before`` in the same
    span of the year before; ``unsent`` are not counted."""

    span: Span
    months: tuple[MonthOfOldCases, ...]
    rates: PetitionRates
    petitions: int
    petitions_before: int
    old_days: int
    counts_roughly: bool
    unsent: int
    as_of: datetime


def old_case_days(store: Store, on: date) -> int:
    """From how many days on a case counts as old, as the county has set it."""
    return int(setting(store, SettingKey.OLD_CASE_DAYS, on))


def petition_report(store: Store, actor: Actor, span: Span) -> PetitionReport | None:
    """Within what the person may see; None for who sees no cases or no statistics."""
    units = units_seen(actor, Permission.SEE_CASES)
    if units == frozenset() or not actor.may(Permission.SEE_STATISTICS):
        return None
    today = today_in_china(store.clock)
    old_days = old_case_days(store, today)
    roughly = bool(setting(store, SettingKey.SATISFACTION_COUNTS_ROUGHLY, today))
    spans = tuple(_spans(store, actor, units))
    petitions = _received(spans, span)
    return PetitionReport(
        span=span,
        months=burn_down(spans, today=today, old_days=old_days),
        rates=rates_of(petitions, today=today, counts_roughly=roughly),
        petitions=len(petitions),
        petitions_before=len(_received(spans, year_before(span))),
        old_days=old_days,
        counts_roughly=roughly,
        unsent=_unsent(store, actor, units),
        as_of=store.clock.now(),
    )


def _received(spans: Iterable[CaseSpan], span: Span) -> list[CaseSpan]:
    return [
        one
        for one in spans
        if one.kind is CaseKind.PETITION and span.first <= one.came_on <= span.last
    ]


def old_cases(store: Store, actor: Actor, *, old_days: int) -> int:
    """How many open cases are old today, were so many days old enough."""
    spans = _spans(store, actor, units_seen(actor, Permission.SEE_CASES))
    today = today_in_china(store.clock)
    (month,) = burn_down(spans, today=today, old_days=old_days, months=1)
    return month.open


def satisfied_this_year(store: Store, actor: Actor, counts_roughly: bool) -> int:
    """How many petitions of this year count as satisfied."""
    today = today_in_china(store.clock)
    spans = _spans(store, actor, units_seen(actor, Permission.SEE_CASES))
    petitions = [
        one for one in spans if one.kind is CaseKind.PETITION and one.came_on.year == today.year
    ]
    return rates_of(petitions, today=today, counts_roughly=counts_roughly).satisfied.done


_EVENTS: Final = """
SELECT c.id, c.kind AS case_kind, c.petition_purpose, c.received_on, c.recorded_at,
  e.kind, e.detail, e.happened_at, e.note IS NOT NULL AS has_note
FROM case_file c JOIN case_event e ON e.case_id = c.id
WHERE c.sync_version > 0 AND e.sync_seq > 0 {where}
ORDER BY c.id, e.sync_seq
"""


def _spans(store: Store, actor: Actor, units: frozenset[str] | None) -> Iterator[CaseSpan]:
    where, values = _where(actor, units)
    with store.reading() as session:
        rows = fetch_rows(session, _EVENTS.format(where=where), values)
    for _case_id, events in groupby(rows, key=lambda row: row.id):
        yield _span(list(events))


def _span(rows: list[Any]) -> CaseSpan:
    first = rows[0]
    recorded = _day(first.recorded_at)
    came_on = date.fromisoformat(first.received_on) if first.received_on else recorded
    steps = [
        CaseStep(CaseEventKind(row.kind), row.detail, _day(row.happened_at), bool(row.has_note))
        for row in rows
    ]
    purpose = PetitionPurpose(first.petition_purpose) if first.petition_purpose else None
    return span_of(first.id, CaseKind(first.case_kind), came_on, counted(steps), purpose)


def _unsent(store: Store, actor: Actor, units: frozenset[str] | None) -> int:
    where, values = _where(actor, units)
    statement = f"SELECT count(*) FROM case_file c WHERE c.sync_version = 0 {where}"
    with store.reading() as session:
        return int(fetch_rows(session, statement, values)[0][0])


def _where(actor: Actor, units: frozenset[str] | None) -> tuple[str, dict[str, Any]]:
    where = narrowed_for(actor)
    if units is None:
        return where, {}
    return f"{where} AND {IN_UNITS}", {"units": sorted(units)}


def _day(moment: str) -> date:
    return datetime.fromisoformat(moment).astimezone(CHINA).date()
