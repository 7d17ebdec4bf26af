"""Times of day, weeks of duty and what is wrong with them; judged alike here and at the county.

A shift or a round is a day and two times HH:MM in China; an end that is not after its start lies
in the next morning. Overlaps and gaps are said and never refused: two may well be on together,
and a village need not be watched at noon.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final

LONGEST: Final = {
    "name": 80,
    "phone": 50,
    "note": 500,
    "route": 300,
    "members": 300,
    "found": 2000,
}
"""Characters a field may hold, by its name in the store."""
EARLIEST: Final = date(2000, 1, 1)
FURTHEST_PLAN: Final = timedelta(days=366)
"""Nobody is put on duty for later than that; a year typed wrong is."""
A_WEEK: Final = timedelta(days=7)
A_DAY: Final = timedelta(days=1)


class DutyProblem(StrEnum):
    """Why a shift or a round cannot be kept as it was typed."""

    DATE_MISSING = "date_missing"
    DATE_OUT_OF_RANGE = "date_out_of_range"
    DATE_IN_FUTURE = "date_in_future"
    TIME_MALFORMED = "time_malformed"
    NAME_MISSING = "name_missing"
    ROUTE_MISSING = "route_missing"
    MEMBERS_MISSING = "members_missing"
    TEXT_TOO_LONG = "text_too_long"


@dataclass(frozen=True, slots=True)
class DutyFinding:
    """What is wrong with which field."""

    field: str
    problem: DutyProblem


_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_TYPED = re.compile(r"(\d{1,2})(?:[:.点时](\d{1,2})?分?)?|(\d{1,2})(\d{2})")


def is_time(text: object) -> bool:
    """Whether this is a time as it is stored: HH:MM, 00:00 to 23:59."""
    return isinstance(text, str) and _TIME.fullmatch(text) is not None


def read_time(typed: str) -> str | None:
    """A time as people type it, as HH:MM: 8, 8:30, 0830, 20点, ２０：３０; 24:00 is 00:00.

    None for what is no time.
    """
    plain = unicodedata.normalize("NFKC", typed).replace(" ", "").replace("半", "30")
    found = _TYPED.fullmatch(plain)
    if found is None:
        return None
    hours, minutes = (found[1], found[2]) if found[1] else (found[3], found[4])
    stored = f"{int(hours) % 24 if int(hours) <= 24 else 99:02d}:{int(minutes or 0):02d}"
    is_past_midnight = int(hours) == 24 and int(minutes or 0) > 0
    return stored if is_time(stored) and not is_past_midnight else None


def span_of(on_date: date, starts_at: str, ends_at: str) -> tuple[datetime, datetime]:
    """Begin and end on China's clock, without a zone."""
    start = datetime.combine(on_date, time.fromisoformat(starts_at))
    end = datetime.combine(on_date, time.fromisoformat(ends_at))
    return start, end if end > start else end + A_DAY


def monday_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


# --- what may be kept --------------------------------------------------------------------------


def shift_problem(fields: Mapping[str, Any], *, today: date) -> DutyFinding | None:
    """What is wrong with a shift, as stored (a ``date`` as ISO text or as a date); None if
    nothing."""
    return (
        _day_problem(fields, last=today + FURTHEST_PLAN, beyond=DutyProblem.DATE_OUT_OF_RANGE)
        or _time_problem(fields, ("starts_at", "ends_at"))
        or _missing(fields, {"name": DutyProblem.NAME_MISSING})
        or _too_long(fields, ("name", "phone", "note"))
    )


def patrol_problem(fields: Mapping[str, Any], *, today: date) -> DutyFinding | None:
    """What is wrong with a round; one that is still under way has no end."""
    times = ("starts_at",) if fields.get("ends_at") is None else ("starts_at", "ends_at")
    wanted = {"route": DutyProblem.ROUTE_MISSING, "members": DutyProblem.MEMBERS_MISSING}
    return (
        _day_problem(fields, last=today, beyond=DutyProblem.DATE_IN_FUTURE)
        or _time_problem(fields, times)
        or _missing(fields, wanted)
        or _too_long(fields, ("route", "members", "found"))
    )


def _day_problem(
    fields: Mapping[str, Any], *, last: date, beyond: DutyProblem
) -> DutyFinding | None:
    day = fields.get("on_date")
    if isinstance(day, str):
        day = date.fromisoformat(day)
    if day is None:
        return DutyFinding("on_date", DutyProblem.DATE_MISSING)
    if day < EARLIEST:
        return DutyFinding("on_date", DutyProblem.DATE_OUT_OF_RANGE)
    return DutyFinding("on_date", beyond) if day > last else None


def _time_problem(fields: Mapping[str, Any], names: Sequence[str]) -> DutyFinding | None:
    wrong = (name for name in names if not is_time(fields.get(name)))
    return next((DutyFinding(name, DutyProblem.TIME_MALFORMED) for name in wrong), None)


def _missing(fields: Mapping[str, Any], wanted: Mapping[str, DutyProblem]) -> DutyFinding | None:
    empty = (name for name in wanted if not str(fields.get(name) or "").strip())
    return next((DutyFinding(name, wanted[name]) for name in empty), None)


def _too_long(fields: Mapping[str, Any], names: Sequence[str]) -> DutyFinding | None:
    long = (name for name in names if len(str(fields.get(name) or "")) > LONGEST[name])
    return next((DutyFinding(name, DutyProblem.TEXT_TOO_LONG) for name in long), None)


# --- a week ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody's shift, as far as a week is judged by it."""

    shift_id: str
    who: str
    """The account, or the name of whoever has none."""
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two shifts at one time."""

    first_id: str
    second_id: str
    start: datetime
    end: datetime
    is_same_person: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """Nobody is on from then to then."""

    start: datetime
    end: datetime


def overlaps(turns: Iterable[Turn]) -> tuple[Overlap, ...]:
    """Every pair of shifts that share time, the first to begin first."""
    ordered = sorted(turns, key=lambda turn: (turn.start, turn.end))
    return tuple(
        Overlap(
            one.shift_id,
            other.shift_id,
            other.start,
            min(one.end, other.end),
            one.who == other.who,
        )
        for place, one in enumerate(ordered)
        for other in ordered[place + 1 :]
        if other.start < one.end
    )


def gaps(turns: Iterable[Turn], monday: date) -> tuple[Gap, ...]:
    """Where nobody is on between Monday 00:00 and the next Monday 00:00; none in an empty week.

    A week without any shift is not planned yet, which is something else than a gap.
    """
    ordered = sorted(turns, key=lambda turn: turn.start)
    start = datetime.combine(monday, time())
    last = start + A_WEEK
    if not any(turn.start < last and turn.end > start for turn in ordered):
        return ()
    found = []
    covered = start
    for turn in ordered:
        if turn.start > covered:
            found.append(Gap(covered, min(turn.start, last)))
        covered = max(covered, turn.end)
    if covered < last:
        found.append(Gap(covered, last))
    return tuple(gap for gap in found if gap.start < gap.end)


@dataclass(frozen=True, slots=True)
class DailyGap:
    """The same hours on one or more days of the week; ``is_whole_day`` when it is all of them."""

    days: tuple[date, ...]
    starts_at: str
    ends_at: str
    is_whole_day: bool


def by_hours(found: Iterable[Gap]) -> tuple[DailyGap, ...]:
    """Gaps day by day, those of the same hours together: a village that watches only its nights
    is told so once, not seven times."""
    days: dict[tuple[str, str], list[date]] = {}
    for gap in found:
        for day, hours in _days_of(gap):
            days.setdefault(hours, []).append(day)
    lines = [
        DailyGap(tuple(those), starts_at, ends_at, (starts_at, ends_at) == ("00:00", "00:00"))
        for (starts_at, ends_at), those in days.items()
    ]
    return tuple(sorted(lines, key=lambda line: (not line.is_whole_day, line.days, line.starts_at)))


def _days_of(gap: Gap) -> Iterable[tuple[date, tuple[str, str]]]:
    start = gap.start
    while start < gap.end:
        midnight = datetime.combine(start.date() + A_DAY, time())
        end = min(gap.end, midnight)
        yield start.date(), (f"{start:%H:%M}", f"{end:%H:%M}")
        start = end
