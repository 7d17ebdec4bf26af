"""Which birthdays fall into a week, and what concerns which post.

No law says either. Years are whole years as ``age_on`` counts them: who was born on 29 February has
turned a year older on 1 March in a common year, and the card comes that day, not a day too early.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from app.accounts.vocabulary import Permission, Role

OLD_AGE: Final = 80
"""From this birthday on somebody is congratulated."""
HOME_DAYS: Final = 14
"""For so many days somebody who came home is news."""


class TodoKind(StrEnum):
    """What a line of the list is about; the order is that of the list where nothing presses."""

    RISK = "risk"
    """A dispute that may become a public-order or criminal matter, and the police do not know
    (People's Mediation Law 2010, Art. 25)."""
    RECORD = "record"
    INCIDENT = "incident"
    HAZARD = "hazard"
    CASE = "case"
    DUTY = "duty"
    VISIT = "visit"
    SERVICE = "service"
    MOTION = "motion"
    VILLAGE = "village"
    """A village whose incidents stand out against its own past."""
    CAME_HOME = "came_home"
    BIRTHDAY = "birthday"
    MICRO_GRID = "micro_grid"


_K = TodoKind
_DESK: Final = frozenset({_K.VISIT, _K.SERVICE, _K.DUTY, _K.CAME_HOME, _K.BIRTHDAY})
_WORK: Final = frozenset({_K.RISK, _K.RECORD, _K.CASE, _K.MOTION})
_ABOVE: Final = _WORK | {_K.HAZARD, _K.VILLAGE}

KINDS_OF_ROLE: Final[Mapping[Role, frozenset[TodoKind]]] = {
    Role.GRID_WORKER: frozenset(_K) - {_K.VILLAGE},
    Role.VILLAGE_SECRETARY: frozenset(_K) - {_K.VILLAGE},
    Role.AUXILIARY_POLICE: _WORK | _DESK | {_K.INCIDENT, _K.HAZARD},
    Role.MEDIATOR: _WORK | _DESK | {_K.INCIDENT, _K.HAZARD},
    # Above the villages: what a village must not be left alone with, not its daily round.
    Role.TOWNSHIP_CENTRE: _ABOVE,
    Role.COUNTY_CENTRE: _ABOVE,
}
"""A post that is not named here has cases, votes and what was refused, as far as it sees them."""


def kinds_of(role: Role) -> frozenset[TodoKind]:
    """What concerns this post; whether it may be seen is asked besides."""
    return KINDS_OF_ROLE.get(role, _WORK)


class NewRecord(StrEnum):
    """What can be begun from today."""

    CASE = "case"
    INCIDENT = "incident"
    VISIT = "visit"


_NEW_OF_ROLE: Final[Mapping[Role, tuple[NewRecord, Permission]]] = {
    Role.GRID_WORKER: (NewRecord.VISIT, Permission.RECORD_GRID_WORK),
    Role.AUXILIARY_POLICE: (NewRecord.INCIDENT, Permission.RECORD_INCIDENT),
}
"""What this post records most often; every other post records cases."""


def new_records(role: Role, may: Callable[[Permission], bool]) -> tuple[NewRecord, ...]:
    """What this post may begin from today, what it records most often first."""
    of_cases = NewRecord.CASE, Permission.RECORD_CASE
    likely = dict((_NEW_OF_ROLE.get(role, of_cases), of_cases))
    return tuple(record for record, needed in likely.items() if may(needed))


def sees_whole_village(role: Role) -> bool:
    """Whether visits, services and birthdays of all micro-grids concern this post, not only of
    its own."""
    return role is Role.VILLAGE_SECRETARY


@dataclass(frozen=True, slots=True)
class Turning:
    """Somebody turns this old on this day."""

    day: date
    age: int


def turning_in(born: date, first: date, last: date) -> Turning | None:
    """The birthday that falls on one of these days, both counted; None for none and before birth.

    The span is shorter than a year.
    """
    for year in range(first.year, last.year + 1):
        day = birthday_in(born, year)
        if first <= day <= last and year > born.year:
            return Turning(day, year - born.year)
    return None


def birthday_in(born: date, year: int) -> date:
    """The day in this year on which somebody is a year older."""
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def month_days(first: date, last: date) -> frozenset[str]:
    """MM-DD of everybody who may turn older on one of these days, 29 February among them where
    it is kept on 1 March."""
    days = frozenset(_days(first, last))
    found = {f"{day:%m-%d}" for day in days}
    if "03-01" in found:
        found.add("02-29")
    return frozenset(found)


def _days(first: date, last: date) -> Iterator[date]:
    for place in range((last - first).days + 1):
        yield first + timedelta(days=place)
