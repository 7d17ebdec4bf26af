"""Counting incidents by village and class, beside last year, the period before and their past.

Counted is what the county has, by the day it took place in China: so that a village's number and
the county's are one number. Not counted is what was recorded by mistake and withdrawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import Connection

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.queries import units_seen
from app.incidents.vocabulary import IncidentClass
from app.organisations.vocabulary import UnitKind
from app.statistics.rules import (
    Judgement,
    Span,
    Standing,
    change_rate,
    judge,
    span_before,
    spans_before,
    year_before,
)
from app.store import Store
from db.clock import CHINA
from db.columns import OF_LIST, utc_text

_NOW, _YEAR, _BEFORE = 0, 1, 2
_PAST = 3
"""The numbers of the spans in a query: the past follows from here on, the oldest first."""

Counts = Mapping[tuple[int, str, str], int]
"""By number of the span, unit and class."""


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """The figures of a village, a class or all together."""

    key: str
    """A unit's id, a class, or empty for all."""
    now: int
    year_before: int
    before: int | None
    """None where there is no period before that is like this one."""
    past: tuple[int, ...]
    """Of the periods before that are wholly on record, the oldest first."""
    judgement: Judgement

    @property
    def by_year(self) -> Decimal | None:
        """同比 in percent; None without a base."""
        return change_rate(self.now, self.year_before)

    @property
    def by_period(self) -> Decimal | None:
        """环比 in percent; None without a base."""
        return None if self.before is None else change_rate(self.now, self.before)

    @property
    def stands_out(self) -> bool:
        return self.judgement.standing is Standing.STANDS_OUT


@dataclass(frozen=True, slots=True)
class IncidentReport:
    """What was counted; the rows come from it without asking the file again."""

    span: Span
    year_before: Span
    before: Span | None
    past: tuple[Span, ...]
    unit_ids: tuple[str, ...]
    """The villages in view by their code, also those without an incident."""
    counts: Counts
    first_days: Mapping[str, date]
    """The day of each unit's first incident: nothing is known of what was before."""
    unsent: int
    """Incidents of the span the county does not have yet; not counted."""
    as_of: datetime

    def of_units(self, incident_class: IncidentClass | None = None) -> tuple[IncidentRow, ...]:
        """A row for each village, of one class or of all."""
        by_unit = self._by(lambda unit, kind: unit if _fits(kind, incident_class) else None)
        return tuple(
            self._row(unit_id, by_unit.get(unit_id, {}), self._past_from([unit_id]))
            for unit_id in self.unit_ids
        )

    def of_classes(self, unit_id: str | None = None) -> tuple[IncidentRow, ...]:
        """A row for each class, of one village or of all."""
        by_class = self._by(lambda unit, kind: kind if unit_id in (None, unit) else None)
        since = self._past_from(self.unit_ids if unit_id is None else [unit_id])
        return tuple(
            self._row(kind.value, by_class.get(kind.value, {}), since) for kind in IncidentClass
        )

    def of_all(self, incident_class: IncidentClass | None = None) -> IncidentRow:
        """One row for everything in view."""
        found = self._by(lambda _unit, kind: "" if _fits(kind, incident_class) else None)
        return self._row("", found.get("", {}), self._past_from(self.unit_ids))

    def _by(self, key_of: Callable[[str, str], str | None]) -> dict[str, dict[int, int]]:
        found: dict[str, dict[int, int]] = {}
        for (number, unit, kind), count in self.counts.items():
            key = key_of(unit, kind)
            if key is not None:
                of_key = found.setdefault(key, {})
                of_key[number] = of_key.get(number, 0) + count
        return found

    def _past_from(self, unit_ids: Iterable[str]) -> int:
        """The place of the first earlier span that is wholly on record for any of these."""
        known = [self.first_days[one] for one in unit_ids if one in self.first_days]
        if not known:
            return len(self.past)
        return sum(one.first < min(known) for one in self.past)

    def _row(self, key: str, found: Mapping[int, int], since: int) -> IncidentRow:
        past = tuple(found.get(_PAST + place, 0) for place in range(since, len(self.past)))
        now = found.get(_NOW, 0)
        days = [one.days for one in self.past[since:]]
        return IncidentRow(
            key=key,
            now=now,
            year_before=found.get(_YEAR, 0),
            before=None if self.before is None else found.get(_BEFORE, 0),
            past=past,
            judgement=judge(now, self.span.days, list(zip(past, days, strict=True))),
        )


def _fits(kind: str, wanted: IncidentClass | None) -> bool:
    return wanted is None or kind == wanted


def incident_report(store: Store, actor: Actor, span: Span) -> IncidentReport | None:
    """The figures of this span within what the person may see; None for who sees no incidents."""
    unit_ids = units_seen(actor, Permission.SEE_INCIDENTS)
    if unit_ids == frozenset() or not actor.may(Permission.SEE_STATISTICS):
        return None
    spans = [span, year_before(span), span_before(span), *spans_before(span)]
    with store.reading() as session:
        connection = session.connection()
        counts, first_days = _counts(connection, spans, unit_ids)
        unsent = _unsent(connection, span, unit_ids)
    return IncidentReport(
        span=span,
        year_before=spans[_YEAR] or span,
        before=spans[_BEFORE],
        past=tuple(one for one in spans[_PAST:] if one is not None),
        unit_ids=_villages(actor, unit_ids, set(first_days)),
        counts=counts,
        first_days=first_days,
        unsent=unsent,
        as_of=store.clock.now(),
    )


def _villages(actor: Actor, unit_ids: frozenset[str] | None, counted: set[str]) -> tuple[str, ...]:
    """Every real village in view, and whatever else has an incident."""
    shown = {
        unit.id
        for unit in actor.units.values()
        if unit.kind is UnitKind.VILLAGE
        and not (unit.is_virtual or unit.is_statistical)
        and (unit_ids is None or unit.id in unit_ids)
    }
    codes = {unit_id: unit.code for unit_id, unit in actor.units.items()}
    return tuple(sorted(shown | counted, key=lambda one: (codes.get(one, ""), one)))


# --- asking the file ---------------------------------------------------------------------------

_COUNT = (
    "SELECT unit_id, incident_class, {spans} FROM incident i WHERE happened_at >= ? "
    "AND sync_version > 0 AND state <> 'withdrawn' {units} GROUP BY unit_id, incident_class"
)
"""In the order of the index, so that 20,000 incidents are counted in one pass; what is older than
all spans is passed over."""
_FIRST = (
    "SELECT unit_id, min(happened_at) FROM incident i "
    "WHERE sync_version > 0 AND state <> 'withdrawn' {units} GROUP BY unit_id"
)
_IN_SPAN = "sum(happened_at >= ? AND happened_at < ?)"
_UNSENT = (
    "SELECT count(*) FROM incident i WHERE happened_at >= ? AND happened_at < ? "
    "AND sync_version = 0 AND state <> 'withdrawn' {units}"
)


def _counts(
    connection: Connection, spans: Sequence[Span | None], unit_ids: frozenset[str] | None
) -> tuple[Counts, dict[str, date]]:
    """The counts, and of each unit the day of its first incident."""
    asked = [(number, span) for number, span in enumerate(spans) if span is not None]
    moments = [moment for _, span in asked for moment in _moments(span)]
    statement = _COUNT.replace("{spans}", ", ".join([_IN_SPAN] * len(asked)))
    first_days = {
        unit: datetime.fromisoformat(first).astimezone(CHINA).date()
        for unit, first in _ask(connection, _FIRST, (), unit_ids)
    }
    counts: dict[tuple[int, str, str], int] = {}
    for unit, kind, *found in _ask(connection, statement, [*moments, min(moments)], unit_ids):
        for (number, _), count in zip(asked, found, strict=True):
            if count:
                counts[number, unit, kind] = count
    return counts, first_days


def _unsent(connection: Connection, span: Span, unit_ids: frozenset[str] | None) -> int:
    ((count,),) = _ask(connection, _UNSENT, _moments(span), unit_ids)
    return int(count)


def _ask(
    connection: Connection,
    statement: str,
    values: Sequence[str],
    unit_ids: frozenset[str] | None,
) -> Sequence[Any]:
    if unit_ids is None:
        return connection.exec_driver_sql(statement.format(units=""), tuple(values)).all()
    narrow = statement.format(units=f"AND i.unit_id IN {OF_LIST}")
    units = orjson.dumps(sorted(unit_ids)).decode()
    return connection.exec_driver_sql(narrow, (*values, units)).all()


def _moments(span: Span) -> tuple[str, str]:
    """From the first midnight in China to the one after the last day, as they are stored."""
    first = datetime.combine(span.first, time(), CHINA)
    after = datetime.combine(span.last + timedelta(days=1), time(), CHINA)
    return utc_text(first), utc_text(after)
