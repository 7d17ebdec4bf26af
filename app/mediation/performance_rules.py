"""What was promised, by when, and how far it was done; and when somebody goes to see.

The committee sees to it that an agreement is performed: 人民调解法 (2010-08-28), Art. 31 (2). How
soon after is this program's own figure, no law's.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from typing import Final

from app.clocks.counting import days_after
from app.mediation.vocabulary import Performance

DEFAULT_FOLLOW_UP_DAYS: Final = 30
"""Until the county sets another figure."""
MOST_CENTS: Final = 10**12
"""Ten thousand million yuan: more is a slip of the finger."""


class ItemState(StrEnum):
    """Where one promise stands on a day."""

    NOT_IN_FORCE = "not_in_force"
    """The agreement has not taken effect, or was given up."""
    WAITING = "waiting"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    """Red until it is done, also where somebody said that it will not be."""
    NOT_DONE = "not_done"
    DONE = "done"


DUE_SOON_DAYS: Final = 7


def item_state(
    performance: Performance, due_on: date | None, *, today: date, stands: bool
) -> ItemState:
    """What is due today is not overdue yet; without a day nothing ever is."""
    if performance is Performance.DONE:
        return ItemState.DONE
    if not stands:
        return ItemState.NOT_IN_FORCE
    if due_on is not None and due_on < today:
        return ItemState.OVERDUE
    if performance is Performance.NOT_DONE:
        return ItemState.NOT_DONE
    is_soon = due_on is not None and due_on <= today + timedelta(days=DUE_SOON_DAYS)
    return ItemState.DUE_SOON if is_soon else ItemState.WAITING


@dataclass(frozen=True, slots=True)
class PerformanceRate:
    """Of how many promises that were to be kept by now how many were kept whole (协议履行率)."""

    done: int
    due: int

    @property
    def per_cent(self) -> float | None:
        """None where nothing was due yet: that is no rate."""
        return None if self.due == 0 else 100 * self.done / self.due


def performance_rate(
    items: Iterable[tuple[Performance, date | None]], *, today: date
) -> PerformanceRate:
    """``items`` of agreements in force: how far done, and due when. What is not due yet counts
    only once it was done, or was said not to be; half done is not done."""
    due = [
        performance
        for performance, due_on in items
        if performance in (Performance.DONE, Performance.NOT_DONE)
        or (due_on is not None and due_on <= today)
    ]
    return PerformanceRate(sum(each is Performance.DONE for each in due), len(due))


def follow_up_due(
    anchor: date | None, visited_on: Iterable[date], *, days: int = DEFAULT_FOLLOW_UP_DAYS
) -> date | None:
    """The last day for the first follow-up after a case ended or its agreement took effect.

    None where nothing ended, or somebody was there on that day or since.
    """
    if anchor is None or any(day >= anchor for day in visited_on):
        return None
    return days_after(anchor, days)


# --- money ----------------------------------------------------------------------------------------

_YUAN = re.compile(r"(\d{1,12}|\d{1,3}(,\d{3})+)(\.\d{1,2})?")


def cents_of(typed: str) -> int | None:
    """「1,200.50」 in hundredths of a yuan; raises ``ValueError`` for what is no amount.

    None for an empty text. Full-width digits and signs and the words 元 and ¥ are understood.
    """
    plain = typed.translate(_NARROW).replace("元", "").strip().lstrip("¥￥").replace(" ", "")
    if not plain:
        return None
    if _YUAN.fullmatch(plain) is None:
        raise ValueError(typed)
    cents = int(Decimal(plain.replace(",", "")) * 100)
    if not 0 < cents <= MOST_CENTS:
        raise ValueError(typed)
    return cents


_NARROW: Final = str.maketrans("０１２３４５６７８９，．。\u3000", "0123456789,.. ")


def yuan_text(cents: int) -> str:
    """120050 as 1,200.50."""
    return f"{cents // 100:,}.{cents % 100:02d}"


# --- instalments ----------------------------------------------------------------------------------

MOST_INSTALMENTS: Final = 60


@dataclass(frozen=True, slots=True)
class Instalment:
    """One part of a sum and its last day."""

    amount_cents: int
    due_on: date


def instalments(
    total_cents: int, *, count: int, first_due_on: date, months_apart: int = 1
) -> tuple[Instalment, ...]:
    """A sum in ``count`` parts, whole yuan each as far as it goes, the last takes what is left.

    The day of the month stays; in a month that is too short it is its last day, and the next one
    has the old day again. Raises ``ValueError`` where the parts would be less than a cent.
    """
    if not (1 <= count <= MOST_INSTALMENTS and months_apart >= 1 and total_cents >= count):
        raise ValueError(count)
    even = Decimal(total_cents) / count
    whole = int((even / 100).to_integral_value(ROUND_DOWN)) * 100
    part = whole or total_cents // count
    return tuple(
        Instalment(
            part if place < count - 1 else total_cents - part * (count - 1),
            months_later(first_due_on, place * months_apart),
        )
        for place in range(count)
    )


def months_later(day: date, months: int) -> date:
    """The same day so many months on, or the last of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
