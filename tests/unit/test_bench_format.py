"""The pure parts of ``make bench``: medians, percentiles, what is met, the shape of the report."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.benchmarks.figures import (
    Figure,
    Goal,
    Of,
    median_pairs,
    percentile,
    report,
    rounded,
    table,
)


def a_figure(value: float, floor: float, goal: Goal | None) -> Figure:
    return Figure("saving", value, "ms", floor, goal)


@pytest.mark.parametrize(
    ("value", "floor", "met"), [(20.0, 10.0, True), (20.1, 10.0, False), (5.0, 10.0, True)]
)
def test_a_ratio_is_met_up_to_and_with_the_goal(value: float, floor: float, met: bool) -> None:
    assert a_figure(value, floor, Goal(Of.RATIO, 2)).met is met


@pytest.mark.parametrize(("value", "met"), [(50.0, True), (50.1, False), (3.0, True)])
def test_a_value_is_met_whatever_its_floor(value: float, met: bool) -> None:
    assert a_figure(value, 0.01, Goal(Of.VALUE, 50)).met is met


def test_without_a_goal_nothing_is_met_or_missed() -> None:
    row = a_figure(3, 2, None).as_row()
    assert (row["goal"], row["met"]) == (None, None)


def test_met_is_judged_by_the_numbers_that_are_shown() -> None:
    """2.004 is shown as 2.00; a reader who computes again must come to the same word."""
    row = a_figure(20.04, 10.0, Goal(Of.RATIO, 2)).as_row()
    assert (row["ratio"], row["met"]) == (2.0, True)


def test_the_row_has_exactly_the_agreed_fields() -> None:
    assert a_figure(1.23456, 0.5, Goal(Of.RATIO, 2.5)).as_row() == {
        "name": "saving",
        "value": 1.235,
        "unit": "ms",
        "floor": 0.5,
        "ratio": 2.47,
        "goal": "ratio <= 2.5",
        "met": True,
    }


def test_floor_and_ours_take_turns_and_medians_stand() -> None:
    order: list[str] = []
    floors, ours = iter([1.0, 9.0, 2.0]), iter([10.0, 30.0, 20.0])

    def measure(name: str, numbers: Iterator[float]) -> float:
        order.append(name)
        return next(numbers)

    found = median_pairs(lambda: measure("floor", floors), lambda: measure("ours", ours), 3)
    assert found == (2.0, 20.0)
    assert order == ["floor", "ours"] * 3


@pytest.mark.parametrize(
    ("values", "share", "found"),
    [
        (range(1, 101), 0.95, 95),
        (range(1, 21), 0.95, 19),
        ([7], 0.95, 7),
        ([3, 1, 2], 0.5, 2),
        ([1, 2], 0.95, 2),
    ],
)
def test_percentiles_are_values_that_occurred(
    values: range | list[int], share: float, found: int
) -> None:
    assert percentile(values, share) == found


def test_a_percentile_of_nothing_is_a_slip() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.95)


def test_rounding_keeps_four_digits() -> None:
    assert [rounded(number) for number in (0.000123456, 12345.6, 2.0)] == [0.0001235, 12350.0, 2.0]


def test_the_report_is_json_with_the_machine_last() -> None:
    figures = [a_figure(1, 1, None), a_figure(5, 2, Goal(Of.RATIO, 2))]
    rows = json.loads(json.dumps(report(figures, "two cores")))
    assert [row.get("met") for row in rows] == [None, False, None]
    assert rows[-1] == {"machine": "two cores"}


def test_the_table_shows_every_row_and_what_was_missed() -> None:
    figures = [a_figure(1, 1, None), a_figure(5, 2, Goal(Of.RATIO, 2))]
    lines = table(report(figures, "two cores")).splitlines()
    assert [line.split()[-1] for line in lines[2:4]] == ["-", "NO"]
    assert lines[-1] == "two cores"
