"""Counting petitions: which cases are old (积案) at a month's end, and four rates with n/N.

No official formula was found for the rates; these are our own, shown as 口径 v1. What is not known
is left out of both numbers, and an empty denominator has no rate.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from app.cases.detail_rules import read_detail
from app.cases.vocabulary import CaseEventKind, CaseKind, CaseStep
from app.clocks.vocabulary import LimitKey
from app.petitions.vocabulary import PetitionPurpose, Satisfaction

_K = CaseEventKind
FORMULA: Final = "v1"
LAW_DAYS: Final = timedelta(days=60)
"""信访工作条例 (2022-02-25), Art. 34: what Art. 31 (6) means, closed within sixty days of being
accepted."""
TOLD_DAYS: Final = timedelta(days=15)
"""信访工作条例 (2022-02-25), Art. 23 (2): told within fifteen days."""
COUNTY_TOLD_DAYS: Final = timedelta(days=3)
COUNTY_CLOSED_DAYS: Final = timedelta(days=30)
"""The county's own 3 and 30 days, from receipt."""
MONTHS: Final = 12
_ENDS: Final = frozenset({_K.CLOSED, _K.REFUSED, _K.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class CaseSpan:
    """A case as it is counted. ``changes`` are the days on which it ended (True) or was taken up
    again (False), in county order."""

    case_id: str
    kind: CaseKind
    came_on: date
    changes: tuple[tuple[date, bool], ...] = ()
    accepted_on: date | None = None
    law_due_on: date | None = None
    """Sixty days after it was accepted, with what it was extended by; None while not accepted, and
    of advice and accusations, of which Art. 34 does not speak."""
    answered_on: date | None = None
    satisfaction: Satisfaction | None = None
    is_refused: bool = False

    def is_open(self, on: date) -> bool:
        """Whether it was there and not ended at the end of this day."""
        ended = [is_end for day, is_end in self.changes if day <= on]
        return self.came_on <= on and not (ended and ended[-1])

    def is_old(self, on: date, *, old_days: int) -> bool:
        """Whether it counts as old on this day: beyond the law's limit, or older than the county
        has set."""
        is_beyond = self.law_due_on is not None and self.law_due_on < on
        return is_beyond or (on - self.came_on).days > old_days


def span_of(
    case_id: str,
    kind: CaseKind,
    came_on: date,
    steps: Sequence[CaseStep],
    purpose: PetitionPurpose | None = None,
) -> CaseSpan:
    """A case from its steps that count, in county order; each has its day."""
    changes = [
        (step.day, step.kind in _ENDS)
        for step in steps
        if step.day is not None and step.kind in (*_ENDS, _K.REOPENED)
    ]
    accepted = _first(steps, _K.ACCEPTED)
    accepted_on = None if accepted is None else _told(accepted, "accepted_on") or accepted.day
    answered = _last(steps, _K.ANSWERED)
    evaluated = _last(steps, _K.EVALUATED)
    is_appeal = kind is CaseKind.PETITION and purpose in (None, PetitionPurpose.APPEAL)
    due = accepted_on + LAW_DAYS + _extended(steps) if is_appeal and accepted_on else None
    return CaseSpan(
        case_id=case_id,
        kind=kind,
        came_on=came_on,
        changes=tuple(changes),
        accepted_on=accepted_on,
        law_due_on=due,
        answered_on=None if answered is None else _told(answered, "delivered_on") or answered.day,
        satisfaction=None if evaluated is None else _told(evaluated, "satisfaction"),
        is_refused=_last(steps, _K.REFUSED) is not None,
    )


@dataclass(frozen=True, slots=True)
class MonthOfOldCases:
    """``open`` old cases at the end of the month, or today; ``closed`` of those that were old."""

    first: date
    last: date
    open: int
    closed: int


def burn_down(
    cases: Iterable[CaseSpan], *, today: date, old_days: int, months: int = MONTHS
) -> tuple[MonthOfOldCases, ...]:
    """The last twelve months, the oldest first; the present one as far as it has come."""
    known = tuple(cases)
    found = []
    for back in range(months - 1, -1, -1):
        first, end = _month(today, back)
        last = min(end, today)
        is_open = sum(one.is_open(last) and one.is_old(last, old_days=old_days) for one in known)
        closed = sum(
            1
            for one in known
            if any(
                is_end and first <= day <= last and one.is_old(day, old_days=old_days)
                for day, is_end in one.changes[-1:]
            )
        )
        found.append(MonthOfOldCases(first, last, is_open, closed))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Rate:
    """``done`` of ``whole``."""

    done: int
    whole: int

    @property
    def percent(self) -> Decimal | None:
        """One decimal, half away from zero; None for an empty whole."""
        if self.whole == 0:
            return None
        exact = Decimal(self.done) * 100 / Decimal(self.whole)
        return exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class PetitionRates:
    """口径 v1, of the petitions received in a span."""

    accepted_by_law: Rate
    accepted_by_county: Rate
    answered_by_law: Rate
    closed_by_county: Rate
    evaluated: Rate
    satisfied: Rate


def rates_of(petitions: Iterable[CaseSpan], *, today: date, counts_roughly: bool) -> PetitionRates:
    """及时受理率, 按期办结率, 参评率, 满意率; what is still in time is in neither number."""
    known = tuple(petitions)
    judged = {Satisfaction.SATISFIED, Satisfaction.ROUGHLY_SATISFIED, Satisfaction.DISSATISFIED}
    good = {Satisfaction.SATISFIED}
    if counts_roughly:
        good.add(Satisfaction.ROUGHLY_SATISFIED)
    answered = [one for one in known if one.answered_on is not None]
    evaluated = [one for one in answered if one.satisfaction in judged]
    return PetitionRates(
        accepted_by_law=_in_time(
            ((one.accepted_on, one.came_on + TOLD_DAYS) for one in known if not one.is_refused),
            today,
        ),
        accepted_by_county=_in_time(
            (
                (one.accepted_on, one.came_on + COUNTY_TOLD_DAYS)
                for one in known
                if not one.is_refused
            ),
            today,
        ),
        answered_by_law=_in_time(
            ((one.answered_on, one.law_due_on) for one in known if one.law_due_on), today
        ),
        closed_by_county=_in_time(
            ((_ended_on(one), one.came_on + COUNTY_CLOSED_DAYS) for one in known), today
        ),
        evaluated=Rate(len(evaluated), len(answered)),
        satisfied=Rate(sum(one.satisfaction in good for one in evaluated), len(evaluated)),
    )


def _in_time(pairs: Iterable[tuple[date | None, date | None]], today: date) -> Rate:
    """Of what was done, or should have been by now: what was done in time."""
    done = whole = 0
    for day, due in pairs:
        if due is None or (day is None and due >= today):
            continue
        whole += 1
        done += day is not None and day <= due
    return Rate(done, whole)


def _ended_on(one: CaseSpan) -> date | None:
    if not one.changes or not one.changes[-1][1]:
        return None
    return one.changes[-1][0]


def _extended(steps: Sequence[CaseStep]) -> timedelta:
    """信访工作条例 (2022-02-25), Art. 34: thirty days at the most, told to the person."""
    days = 0
    for step in steps:
        if step.kind is _K.EXTENDED and _told(step, "limit") == LimitKey.PETITION_HANDLING.value:
            days += _told(step, "days") or 0
    return timedelta(days=min(days, 30))


def _month(today: date, back: int) -> tuple[date, date]:
    year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, 1), date(year, month + 1, last)


def _first(steps: Sequence[CaseStep], kind: CaseEventKind) -> CaseStep | None:
    return next((one for one in steps if one.kind is kind), None)


def _last(steps: Sequence[CaseStep], kind: CaseEventKind) -> CaseStep | None:
    return next((one for one in reversed(steps) if one.kind is kind), None)


def _told(step: CaseStep, name: str) -> Any:
    return read_detail(step.kind, step.detail).get(name)
