"""What a figure is and how it is judged: computed from measurements, never written by hand."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Measurement = Callable[[], float]


class Of(StrEnum):
    """What a goal limits."""

    RATIO = "ratio"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Goal:
    """The most that the ratio, or the value in its own unit, may be."""

    of: Of
    at_most: float

    def __str__(self) -> str:
        return f"{self.of} <= {self.at_most:g}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure beside its floor, both in ``unit``."""

    name: str
    value: float
    unit: str
    floor: float
    goal: Goal | None = None

    @property
    def ratio(self) -> float:
        """How many times the floor."""
        return round(rounded(self.value) / rounded(self.floor), 2)

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None where there is none. From the numbers that are shown."""
        if self.goal is None:
            return None
        measured = self.ratio if self.goal.of is Of.RATIO else rounded(self.value)
        return measured <= self.goal.at_most

    def as_row(self) -> dict[str, Any]:
        """As it stands in build/bench.json."""
        return {
            "name": self.name,
            "value": rounded(self.value),
            "unit": self.unit,
            "floor": rounded(self.floor),
            "ratio": self.ratio,
            "goal": None if self.goal is None else str(self.goal),
            "met": self.met,
        }


def rounded(number: float) -> float:
    """Four digits that mean something."""
    return float(f"{number:.4g}")


def median_pairs(floor: Measurement, ours: Measurement, runs: int) -> tuple[float, float]:
    """The medians of floor and ours over ``runs`` alternating pairs, so that noise hits both."""
    pairs = [(floor(), ours()) for _ in range(runs)]
    return (
        statistics.median(pair[0] for pair in pairs),
        statistics.median(pair[1] for pair in pairs),
    )


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that ``share`` of all values do not exceed (nearest rank)."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values")
    rank = -(-len(ordered) * round(share * 1000) // 1000)
    return ordered[max(rank, 1) - 1]


def report(figures: Sequence[Figure], machine: str) -> list[dict[str, Any]]:
    """The whole of build/bench.json: a row per figure, the machine last."""
    return [*(figure.as_row() for figure in figures), {"machine": machine}]


_HEADINGS = ("figure", "value", "floor", "unit", "ratio", "goal", "met")


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The report for a terminal."""
    figures = [row for row in rows if "name" in row]
    lines = [_HEADINGS, *(_cells(row) for row in figures)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(_HEADINGS))]
    shown = [
        "  ".join(
            cell.ljust(width) if place in (0, 5) else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    shown.insert(1, "-" * max(map(len, shown)))
    return "\n".join((*shown, *(row["machine"] for row in rows if "machine" in row)))


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    met = {None: "-", True: "yes", False: "NO"}[row["met"]]
    numbers = (f"{row['value']:g}", f"{row['floor']:g}")
    return (
        row["name"],
        *numbers,
        row["unit"],
        f"{row['ratio']:.2f}",
        row["goal"] or "-",
        met,
    )
