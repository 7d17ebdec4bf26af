"""What the county may set, within which bounds, and what counts while it has set nothing.

One table for the form, the action, the command line and the county's check. No law sets any of
these figures unless its row says so: the defaults are this program's own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid5

from app.clocks.counting import WorkingCalendar
from app.clocks.vocabulary import DayUnit
from app.settings.holidays import calendar_of, holidays_problem, shipped_holidays, year_of
from app.settings.vocabulary import SettingKey, SettingProblem, SettingType

SETTING_NAMESPACE: Final = UUID("6f4d2b0e-8a1c-5c55-9d3e-431230202601")
"""Never change it: the county finds the setting it corrects by its id."""
MAX_VALUE: Final = 8000
MAX_NOTE: Final = 1000
_P = SettingProblem
_T = SettingType


@dataclass(frozen=True, slots=True)
class SettingSpec:
    """One row: type, bounds, and the value while none is set.

    ``most`` is the length of a text or the greatest number; ``names`` are the parts of a value of
    several numbers, ``choices`` what may be chosen. ``basis`` is where the default comes from.
    """

    type: SettingType
    default: Any
    least: int = 0
    most: int = 0
    names: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    basis: str = ""
    is_empty_fine: bool = field(default=False)


SETTINGS: Final[Mapping[SettingKey, SettingSpec]] = {
    # The one source for this county is its own article, of 2021: 三级矛盾纠纷调处中心. The national
    # wording since November 2024 is 综治中心; whether and when this county changed its
    # plates is not known, and the new name can be set from that day on.
    SettingKey.CENTRE_NAME: SettingSpec(
        _T.TEXT, "矛盾纠纷调处中心", most=30, basis="通道县2021年工作文章"
    ),
    SettingKey.HOLIDAYS: SettingSpec(_T.HOLIDAYS, None),
    SettingKey.CASE_NUMBER_FORMAT: SettingSpec(
        _T.NUMBER_FORMAT, {"prefix": "通", "digits": 7}, most=8
    ),
    SettingKey.COUNTY_DAY_UNIT: SettingSpec(
        _T.CHOICE,
        DayUnit.CALENDAR.value,
        choices=(DayUnit.CALENDAR.value, DayUnit.WORKING.value),
    ),
    SettingKey.FOLLOW_UP_DAYS: SettingSpec(_T.NUMBER, 30, least=1, most=365),
    # Of a petition: over the sixty days and the thirty of an extension.
    SettingKey.OLD_CASE_DAYS: SettingSpec(
        _T.NUMBER,
        90,
        least=1,
        most=3650,
        basis="《信访工作条例》2022 年，第三十四条：60 天加 30 天",
    ),
    SettingKey.REMINDER_DAYS: SettingSpec(_T.NUMBER, 3, least=0, most=30),
    SettingKey.SATISFACTION_COUNTS_ROUGHLY: SettingSpec(_T.YES_NO, True),
    # No national period for mediation files was found: the cover stays blank until one is set.
    SettingKey.RETENTION: SettingSpec(_T.TEXT, "", most=40, is_empty_fine=True),
    SettingKey.VISIT_DAYS: SettingSpec(
        _T.NUMBERS,
        {"high": 7, "medium": 14, "low": 30, "none": 90},
        least=1,
        most=365,
        names=("high", "medium", "low", "none"),
    ),
    SettingKey.GREETING_DAYS: SettingSpec(_T.NUMBER, 7, least=1, most=90),
    SettingKey.WEEK_CAPACITY: SettingSpec(_T.NUMBER, 20, least=1, most=200),
    SettingKey.HAZARD_DAYS: SettingSpec(
        _T.NUMBERS,
        {"high": 3, "medium": 15, "low": 30},
        least=1,
        most=365,
        names=("high", "medium", "low"),
    ),
}


@dataclass(frozen=True, slots=True)
class SettingFact:
    """One setting as it was sent: the value is the JSON itself."""

    key: str
    value: str
    starts_on: date
    note: str = ""


def setting_id(key: str, starts_on: date) -> str:
    """The id of the record, alike on every machine: setting the same day again corrects it."""
    return str(uuid5(SETTING_NAMESPACE, f"{key}@{starts_on.isoformat()}"))


def shipped_settings() -> tuple[SettingFact, ...]:
    """What a county starts with: the holidays whose notice is known."""
    return tuple(
        SettingFact(
            SettingKey.HOLIDAYS.value,
            as_json(year.as_value()),
            date(year.year, 1, 1),
            year.source,
        )
        for year in shipped_holidays()
    )


def as_json(value: Any) -> str:
    """A value as it is kept."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def change_problem(
    *, key: str, value: str, starts_on: date | None, note: str | None
) -> SettingProblem | None:
    """What keeps this from being set, for the whole county at once."""
    if key not in set(SettingKey):
        return _P.UNKNOWN_KEY
    if starts_on is None:
        return _P.WRONG_DAY
    told = (note or "").strip()
    if not told:
        return _P.NOTE_MISSING
    if len(told) > MAX_NOTE:
        return _P.NOTE_TOO_LONG
    if len(value) > MAX_VALUE:
        return _P.TOO_LONG
    try:
        read = json.loads(value)
    except (ValueError, RecursionError):
        return _P.NOT_READABLE
    found = SettingKey(key)
    return value_problem(found, read) or _start_problem(found, read, starts_on)


def _start_problem(key: SettingKey, value: Any, starts_on: date) -> SettingProblem | None:
    if key is SettingKey.HOLIDAYS and starts_on != date(value["year"], 1, 1):
        return _P.STARTS_ELSEWHEN
    return None


def value_problem(key: SettingKey, value: Any) -> SettingProblem | None:
    """What is wrong with a value of this key."""
    spec = SETTINGS[key]
    match spec.type:
        case SettingType.HOLIDAYS:
            return holidays_problem(value)
        case SettingType.YES_NO:
            return None if isinstance(value, bool) else _P.WRONG_TYPE
        case SettingType.NUMBER:
            return _number_problem(value, spec.least, spec.most)
        case SettingType.NUMBERS:
            return _numbers_problem(spec, value)
        case SettingType.NUMBER_FORMAT:
            return _format_problem(spec, value)
    if not isinstance(value, str):
        return _P.WRONG_TYPE
    if spec.type is SettingType.CHOICE:
        return None if value in spec.choices else _P.UNKNOWN_CHOICE
    if not value.strip() and not spec.is_empty_fine:
        return _P.EMPTY
    return _P.TOO_LONG if len(value.strip()) > spec.most else None


def _number_problem(value: Any, least: int, most: int) -> SettingProblem | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return _P.WRONG_TYPE
    return None if least <= value <= most else _P.OUT_OF_RANGE


def _numbers_problem(spec: SettingSpec, value: Any) -> SettingProblem | None:
    if not isinstance(value, dict) or set(value) != set(spec.names):
        return _P.WRONG_TYPE
    problems = (_number_problem(one, spec.least, spec.most) for one in value.values())
    return next(filter(None, problems), None)


def _format_problem(spec: SettingSpec, value: Any) -> SettingProblem | None:
    """As ``app.cases.number_rules`` writes numbers: words before, and digits that count."""
    if not isinstance(value, dict) or set(value) != {"prefix", "digits"}:
        return _P.WRONG_TYPE
    prefix = value["prefix"]
    if not isinstance(prefix, str):
        return _P.WRONG_TYPE
    if not prefix.strip():
        return _P.EMPTY
    if len(prefix) > spec.most:
        return _P.TOO_LONG
    return _number_problem(value["digits"], 4, 9)


def value_on(facts: Iterable[SettingFact], key: SettingKey, on: date) -> Any:
    """The value in force: the last that starts on or before the day; the default where none.

    A value this program cannot read, of a newer county, is passed over as if it were not there.
    """
    fitting = sorted(
        (one for one in facts if one.key == key.value and one.starts_on <= on),
        key=lambda one: one.starts_on,
        reverse=True,
    )
    for one in fitting:
        read = _read(one.value)
        if read is not _NOTHING and value_problem(key, read) is None:
            return read
    return SETTINGS[key].default


def calendar_from(facts: Iterable[SettingFact]) -> WorkingCalendar:
    """The holidays of all years that were set."""
    tables = (_read(one.value) for one in facts if one.key == SettingKey.HOLIDAYS.value)
    return calendar_of(year_of(one) for one in tables if holidays_problem(one) is None)


def value_of(fact: SettingFact) -> Any:
    """What a setting says; None where it cannot be read."""
    read = _read(fact.value)
    return None if read is _NOTHING else read


_NOTHING: Final = object()


def _read(value: str) -> Any:
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return _NOTHING
