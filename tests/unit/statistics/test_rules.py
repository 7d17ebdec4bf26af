"""Spans like with like, rates as reports print them, and chances against known values."""

from __future__ import annotations

import math
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from app.statistics.rules import (
    Span,
    SpanKind,
    SpanProblem,
    Standing,
    chance_of_so_many,
    change_rate,
    free_span,
    judge,
    span_at,
    span_before,
    spans_before,
    year_before,
)

D = date
LATE = D(2030, 1, 1)


def span(kind: SpanKind, first: date, last: date) -> Span:
    return Span(kind, first, last)


@pytest.mark.parametrize(
    ("kind", "day", "today", "first", "last"),
    [
        (SpanKind.MONTH, D(2026, 2, 11), LATE, D(2026, 2, 1), D(2026, 2, 28)),
        (SpanKind.MONTH, D(2024, 2, 1), LATE, D(2024, 2, 1), D(2024, 2, 29)),
        (SpanKind.MONTH, D(2026, 11, 2), D(2026, 11, 23), D(2026, 11, 1), D(2026, 11, 23)),
        (SpanKind.MONTH, D(2026, 12, 31), LATE, D(2026, 12, 1), D(2026, 12, 31)),
        (SpanKind.QUARTER, D(2026, 5, 9), LATE, D(2026, 4, 1), D(2026, 6, 30)),
        (SpanKind.QUARTER, D(2026, 11, 9), D(2026, 11, 23), D(2026, 10, 1), D(2026, 11, 23)),
        (SpanKind.YEAR_TO_DATE, D(2026, 3, 1), D(2026, 11, 23), D(2026, 1, 1), D(2026, 11, 23)),
        (SpanKind.YEAR_TO_DATE, D(2025, 3, 1), D(2026, 11, 23), D(2025, 1, 1), D(2025, 12, 31)),
    ],
)
def test_the_span_a_day_lies_in(
    kind: SpanKind, day: date, today: date, first: date, last: date
) -> None:
    assert span_at(kind, day, today=today) == Span(kind, first, last)


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        (D(2026, 3, 1), D(2026, 3, 10), Span(SpanKind.FREE, D(2026, 3, 1), D(2026, 3, 10))),
        (D(2026, 3, 1), D(2026, 3, 1), Span(SpanKind.FREE, D(2026, 3, 1), D(2026, 3, 1))),
        (D(2026, 11, 20), D(2026, 12, 5), Span(SpanKind.FREE, D(2026, 11, 20), D(2026, 11, 23))),
        (D(2026, 3, 2), D(2026, 3, 1), SpanProblem.BACKWARDS),
        (D(2026, 11, 24), D(2026, 12, 5), SpanProblem.NOT_YET),
        (D(2025, 1, 1), D(2026, 1, 2), SpanProblem.TOO_LONG),
        (D(19, 1, 1), D(19, 1, 2), SpanProblem.TOO_EARLY),
    ],
)
def test_a_free_span(first: date, last: date, found: Span | SpanProblem) -> None:
    assert free_span(first, last, today=D(2026, 11, 23)) == found


M, Q, Y, F = SpanKind.MONTH, SpanKind.QUARTER, SpanKind.YEAR_TO_DATE, SpanKind.FREE


@pytest.mark.parametrize(
    ("now", "a_year_before"),
    [
        # a whole February beside a whole February, however long
        (span(M, D(2024, 2, 1), D(2024, 2, 29)), span(M, D(2023, 2, 1), D(2023, 2, 28))),
        (span(M, D(2025, 2, 1), D(2025, 2, 28)), span(M, D(2024, 2, 1), D(2024, 2, 29))),
        (span(M, D(2026, 11, 1), D(2026, 11, 23)), span(M, D(2025, 11, 1), D(2025, 11, 23))),
        (span(Q, D(2024, 1, 1), D(2024, 3, 31)), span(Q, D(2023, 1, 1), D(2023, 3, 31))),
        (span(Q, D(2024, 1, 1), D(2024, 2, 29)), span(Q, D(2023, 1, 1), D(2023, 2, 28))),
        # a year to date up to the same day of the calendar
        (span(Y, D(2024, 1, 1), D(2024, 2, 29)), span(Y, D(2023, 1, 1), D(2023, 2, 28))),
        (span(Y, D(2025, 1, 1), D(2025, 2, 28)), span(Y, D(2024, 1, 1), D(2024, 2, 28))),
        (span(Y, D(2024, 1, 1), D(2024, 12, 31)), span(Y, D(2023, 1, 1), D(2023, 12, 31))),
        (span(F, D(2024, 2, 1), D(2024, 2, 29)), span(F, D(2023, 2, 1), D(2023, 2, 28))),
        (span(F, D(2025, 12, 20), D(2026, 1, 5)), span(F, D(2024, 12, 20), D(2025, 1, 5))),
    ],
)
def test_the_same_period_of_last_year(now: Span, a_year_before: Span) -> None:
    assert year_before(now) == a_year_before


@pytest.mark.parametrize(
    ("now", "before"),
    [
        (span(M, D(2026, 3, 1), D(2026, 3, 31)), span(M, D(2026, 2, 1), D(2026, 2, 28))),
        (span(M, D(2026, 2, 1), D(2026, 2, 28)), span(M, D(2026, 1, 1), D(2026, 1, 31))),
        (span(M, D(2026, 1, 1), D(2026, 1, 31)), span(M, D(2025, 12, 1), D(2025, 12, 31))),
        (span(M, D(2026, 3, 1), D(2026, 3, 30)), span(M, D(2026, 2, 1), D(2026, 2, 28))),
        (span(M, D(2026, 3, 1), D(2026, 3, 9)), span(M, D(2026, 2, 1), D(2026, 2, 9))),
        (span(Q, D(2026, 4, 1), D(2026, 6, 30)), span(Q, D(2026, 1, 1), D(2026, 3, 31))),
        (span(Q, D(2026, 4, 1), D(2026, 5, 31)), span(Q, D(2026, 1, 1), D(2026, 2, 28))),
        (span(F, D(2026, 3, 1), D(2026, 3, 10)), span(F, D(2026, 2, 19), D(2026, 2, 28))),
        (span(Y, D(2026, 1, 1), D(2026, 3, 31)), None),
    ],
)
def test_the_period_before(now: Span, before: Span | None) -> None:
    assert span_before(now) == before


@pytest.mark.parametrize("kind", [M, Q, F])
def test_the_past_is_twelve_spans_that_do_not_touch(kind: SpanKind) -> None:
    days = {M: D(2026, 3, 31), Q: D(2026, 3, 31), F: D(2026, 3, 20)}
    now = Span(kind, D(2026, 3, 1) if kind is not Q else D(2026, 1, 1), days[kind])
    past = spans_before(now)
    assert len(past) == 12
    assert past[-1] == span_before(now)
    ends = [*(one.last for one in past), now.first]
    starts = [one.first for one in past[1:]] + [now.first]
    assert all(end < start for end, start in zip(ends, starts, strict=False))
    if kind is not F:
        for one, following in zip(past, starts, strict=True):
            assert one.last + timedelta(days=1) == following, "whole periods leave no day out"


def test_years_to_date_have_the_years_before_as_their_past() -> None:
    past = spans_before(span(Y, D(2024, 1, 1), D(2024, 2, 29)))
    assert past[-1] == span(Y, D(2023, 1, 1), D(2023, 2, 28))
    assert past[-4] == span(Y, D(2020, 1, 1), D(2020, 2, 29))
    assert len(spans_before(span(Y, D(1905, 1, 1), D(1905, 2, 1)))) == 5


@pytest.mark.parametrize(
    ("now", "before", "rate"),
    [
        (197, 225, "-12.44"),
        (166, 189, "-12.17"),
        (225, 197, "14.21"),
        (0, 7, "-100.00"),
        (7, 7, "0.00"),
        (1, 800, "-99.88"),  # -99.875: half goes away from zero
        (1601, 1600, "0.06"),  # 0.0625
        (1599, 1600, "-0.06"),
        (80_100, 80_000, "0.13"),  # 0.125
        (79_900, 80_000, "-0.13"),
        (3, 1, "200.00"),
    ],
)
def test_a_rate_has_two_decimals_half_away_from_zero(now: int, before: int, rate: str) -> None:
    assert change_rate(now, before) == Decimal(rate)


@pytest.mark.parametrize("now", [0, 1, 50])
def test_without_a_base_there_is_no_rate(now: int) -> None:
    assert change_rate(now, 0) is None


# --- chances -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "share", "chance"),
    [
        # r = 1/2 (nothing on record), q = 1/5: P(X>=n) = 1 - sqrt(4/5) * sum of
        # C(-1/2 over k) terms 1, 1/10, 3/200 = 0.015, ...
        (0, 0.2, 1.0),
        (1, 0.2, 1 - math.sqrt(0.8)),
        (2, 0.2, 1 - math.sqrt(0.8) * 1.1),
        (3, 0.2, 1 - math.sqrt(0.8) * 1.115),
        (1, 0.5, 1 - math.sqrt(0.5)),
    ],
)
def test_the_chance_with_nothing_on_record_by_hand(count: int, share: float, chance: float) -> None:
    assert chance_of_so_many(count, total=0, share=share) == pytest.approx(chance, rel=1e-12)


@pytest.mark.parametrize(
    ("count", "mean", "chance"),
    [
        # Poisson tails from printed tables
        (3, 1.0, 0.080301397),
        (5, 1.0, 0.003659847),
        (5, 2.0, 0.052653017),
        (7, 2.0, 0.004533806),
        (7, 2.1, 0.005862),
        (10, 5.0, 0.031828057),
        (3, 5.0, 0.875347981),
    ],
)
def test_with_a_long_past_it_is_the_poisson_tail(count: int, mean: float, chance: float) -> None:
    share = 1e-7
    total = round(mean / share)
    found = chance_of_so_many(count, total=total, share=share)
    assert found == pytest.approx(chance, rel=2e-4)


@pytest.mark.parametrize("total", [0, 3, 24, 240])
@pytest.mark.parametrize("share", [1 / 5, 1 / 13])
def test_chances_fall_and_both_ways_of_summing_meet(total: int, share: float) -> None:
    chances = [chance_of_so_many(count, total=total, share=share) for count in range(80)]
    assert chances[0] == 1.0
    assert all(more >= fewer > 0 for more, fewer in pairwise(chances))
    # P(X >= n) - P(X >= n + 1) is P(X = n); their sum over all n is the mean.
    size = total + 0.5
    tail = sum(chance_of_so_many(count, total=total, share=share) for count in range(1, 400))
    assert tail == pytest.approx(size * share / (1 - share), rel=1e-9)


def test_a_very_small_chance_is_not_lost_in_rounding() -> None:
    assert 0 < chance_of_so_many(60, total=6, share=1 / 13) < 1e-30


def test_a_short_past_marks_later_than_a_long_one() -> None:
    short = judge(5, 30, [(1, 30)] * 4)
    long = judge(5, 30, [(1, 30)] * 12)
    assert short.probability is not None
    assert long.probability is not None
    assert short.probability > long.probability > 0.003659847


@pytest.mark.parametrize(
    ("count", "past", "standing"),
    [
        (7, [2] * 12, Standing.STANDS_OUT),
        (4, [2] * 12, Standing.USUAL),
        (2, [0] * 12, Standing.USUAL),  # rare, but two are no matter of counting
        (3, [0] * 12, Standing.STANDS_OUT),
        (3, [0] * 4, Standing.STANDS_OUT),
        (9, [0] * 3, Standing.TOO_SHORT),
        (9, [], Standing.TOO_SHORT),
        (0, [5] * 12, Standing.USUAL),
    ],
)
def test_what_stands_out(count: int, past: list[int], standing: Standing) -> None:
    found = judge(count, 30, [(each, 30) for each in past])
    assert found.standing is standing
    assert found.spans == len(past)
    assert (found.probability is None) == (standing is Standing.TOO_SHORT)


def test_the_mean_is_what_anybody_can_add_up() -> None:
    past = [2, 1, 3, 2, 2, 4, 1, 2, 3, 1, 2, 2]
    assert judge(7, 30, [(each, 30) for each in past]).mean == pytest.approx(25 / 12)


def test_fewer_days_are_not_taken_for_a_quiet_time() -> None:
    """Nine days of a month are measured against nine days, not against whole months."""
    whole = judge(4, 30, [(3, 30)] * 12)
    part = judge(4, 9, [(3, 30)] * 12)
    assert whole.standing is Standing.USUAL
    assert part.standing is Standing.STANDS_OUT
