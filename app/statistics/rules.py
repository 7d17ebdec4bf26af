"""Spans that may be compared, rates of change, and when a village stands out against its own past.

Like is compared with like: a month that is not over is compared with the same days of other
months, a year to date with the other years up to the same day. 29 February has 28 February beside
it, and a whole month its whole month, however long.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from math import exp, lgamma, log
from typing import Final

FEWEST_SPANS: Final = 4
MOST_SPANS: Final = 12
FEWEST_TO_MARK: Final = 3
MARK_BELOW: Final = 0.05
"""A village is marked when so many would come by chance less often than this."""
LONGEST_DAYS: Final = 366
_EARLIEST_YEAR: Final = 1900
_A_DAY: Final = timedelta(days=1)


class SpanKind(StrEnum):
    """What stretch of time is counted."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR_TO_DATE = "year_to_date"
    FREE = "free"


class SpanProblem(StrEnum):
    """Why a free span cannot be counted."""

    BACKWARDS = "backwards"
    NOT_YET = "not_yet"
    """It begins after today."""
    TOO_LONG = "too_long"
    TOO_EARLY = "too_early"


@dataclass(frozen=True, slots=True)
class Span:
    """From the first day to the last, both counted."""

    kind: SpanKind
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def is_whole(self) -> bool:
        """Whether it reaches the end of its month, quarter or year."""
        ends = {
            SpanKind.MONTH: _month_end(self.first),
            SpanKind.QUARTER: _month_end(_by_months(self.first, 2)),
            SpanKind.YEAR_TO_DATE: date(self.first.year, 12, 31),
        }
        return self.last == ends.get(self.kind, self.last)


def span_at(kind: SpanKind, day: date, *, today: date) -> Span:
    """The month, quarter or year this day lies in, as far as it has come by today."""
    if kind is SpanKind.MONTH:
        first, end = day.replace(day=1), _month_end(day)
    elif kind is SpanKind.QUARTER:
        first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        end = _month_end(_by_months(first, 2))
    elif kind is SpanKind.YEAR_TO_DATE:
        first, end = date(day.year, 1, 1), date(day.year, 12, 31)
    else:
        raise ValueError("a free span is given by both its days")
    return Span(kind, first, max(first, min(end, today)))


def free_span(first: date, last: date, *, today: date) -> Span | SpanProblem:
    """A span between two days, cut at today; or why it cannot be."""
    if first > last:
        return SpanProblem.BACKWARDS
    if first > today:
        return SpanProblem.NOT_YET
    if first.year < _EARLIEST_YEAR:
        return SpanProblem.TOO_EARLY
    span = Span(SpanKind.FREE, first, min(last, today))
    return SpanProblem.TOO_LONG if span.days > LONGEST_DAYS else span


def year_before(span: Span) -> Span:
    """The same period of last year (同比)."""
    if span.kind is SpanKind.MONTH:
        return _earlier_by(span, 12)
    if span.kind is SpanKind.QUARTER:
        return _earlier_by(span, 4)
    if span.kind is SpanKind.YEAR_TO_DATE:
        return _earlier_by(span, 1)
    return Span(span.kind, _by_months(span.first, -12), _by_months(span.last, -12))


def span_before(span: Span) -> Span | None:
    """The period before (环比); None for a year to date, which has none that is like it."""
    return None if span.kind is SpanKind.YEAR_TO_DATE else _earlier_by(span, 1)


def spans_before(span: Span) -> tuple[Span, ...]:
    """The periods before, the oldest first; what a span's own past is."""
    found = [_earlier_by(span, steps) for steps in range(1, MOST_SPANS + 1)]
    return tuple(one for one in reversed(found) if one.first.year >= _EARLIEST_YEAR)


def _earlier_by(span: Span, steps: int) -> Span:
    if span.kind is SpanKind.FREE:
        back = timedelta(days=span.days * steps)
        return Span(span.kind, span.first - back, span.last - back)
    months = {SpanKind.MONTH: 1, SpanKind.QUARTER: 3, SpanKind.YEAR_TO_DATE: 12}[span.kind]
    first = _by_months(span.first, -months * steps)
    if span.is_whole:
        return Span(span.kind, first, _by_months(first, months) - _A_DAY)
    return Span(span.kind, first, _by_months(span.last, -months * steps))


def _by_months(day: date, months: int) -> date:
    """So many months later, held at the end of a shorter month."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


# --- rates -------------------------------------------------------------------------------------


def change_rate(now: int, before: int) -> Decimal | None:
    """(now - before) / before in percent, two decimals, half away from zero; None without a base.

    A report that says 下降 12.44 % means -12.44 here.
    """
    if before <= 0:
        return None
    exact = Decimal(now - before) * 100 / Decimal(before)
    return exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


# --- standing out ------------------------------------------------------------------------------


class Standing(StrEnum):
    """How a count stands to its own past."""

    STANDS_OUT = "stands_out"
    USUAL = "usual"
    TOO_SHORT = "too_short"
    """Fewer earlier spans than can be judged by; nothing is said."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A count beside its own past. ``mean`` is per span; ``probability`` is that of so many or
    more coming by chance, None where the past is too short."""

    standing: Standing
    count: int
    spans: int
    mean: float
    probability: float | None


def judge(count: int, days: int, history: Sequence[tuple[int, int]]) -> Judgement:
    """Whether a village stands out. ``history`` is (count, days) of its last spans, at most 12.

    Counts of rare things scatter as Poisson counts do, but the mean itself is known from a few
    months only: after four quiet months a plain Poisson of mean 0 would call any one incident
    impossible. So the mean is given Jeffreys' prior Gamma(1/2, 0); with S incidents in T days the
    next span of t days is then negative binomial with r = S + 1/2 and q = t / (T + t). With a
    long past this is the Poisson tail; with a short one it marks later. Days are the exposure, so
    that February is not taken for a quiet month.
    """
    spans = len(history)
    total, exposure = sum(one[0] for one in history), sum(one[1] for one in history)
    mean = total / spans if spans else 0.0
    if spans < FEWEST_SPANS:
        return Judgement(Standing.TOO_SHORT, count, spans, mean, None)
    probability = chance_of_so_many(count, total=total, share=days / (exposure + days))
    is_marked = count >= FEWEST_TO_MARK and probability < MARK_BELOW
    standing = Standing.STANDS_OUT if is_marked else Standing.USUAL
    return Judgement(standing, count, spans, mean, probability)


def chance_of_so_many(count: int, *, total: int, share: float) -> float:
    """P(X >= count) of the negative binomial with r = total + 1/2; ``share`` is q, the part of all
    days that the present span has (0 < q < 1).

    The shorter side is summed, term by term, so that a small chance is exact too.
    """
    if count <= 0:
        return 1.0
    size = total + 0.5
    expected = size * share / (1 - share)
    if count <= expected:
        return 1.0 - sum(_chance_of(number, size, share) for number in range(count))
    term = _chance_of(count, size, share)
    tail = 0.0
    number = count
    while term > tail * 1e-17:
        tail += term
        term *= (size + number) / (number + 1) * share
        number += 1
    return tail


def _chance_of(number: int, size: float, share: float) -> float:
    ways = lgamma(size + number) - lgamma(size) - lgamma(number + 1)
    return exp(ways + size * log(1 - share) + number * log(share))
