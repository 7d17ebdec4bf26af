"""Which of its last days a row about a case shows: in the list, over the case, on the board, in the
month, today and on paper alike.

A case may have to be answered by the law's day and, where it was sent on, by the day its sender
named. Two screens that choose differently call the same case late and in time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

SENT_LIMIT: Final = "dispatch"
"""The key of the day that was named when the case was sent; beside those of `LimitKey`."""


@dataclass(frozen=True, slots=True)
class RowLimit:
    """A last day, which limit it is of, and the unit it binds."""

    due_on: date
    limit: str
    unit_id: str = ""
    is_help: bool = False
    """Whether it was given to a unit that only helps."""


def in_shown_order(limits: Iterable[RowLimit], reader_unit_id: str) -> tuple[RowLimit, ...]:
    """The one a row shows, then the one it names beside it, then the rest; each day once.

    The soonest is shown. A unit that helps is bound by the day it was given itself, and the case's
    other days stand behind; who leads, and whoever waits for the case, is bound by them all.
    """
    given = tuple(limits)
    if len(given) < 2:
        return given
    helps = any(one.is_help and one.unit_id == reader_unit_id for one in given)
    found: dict[tuple[date, str], RowLimit] = {}
    for one in sorted(
        given, key=lambda one: (helps and one.unit_id != reader_unit_id, one.due_on, one.limit)
    ):
        found.setdefault((one.due_on, one.limit), one)
    return tuple(found.values())
