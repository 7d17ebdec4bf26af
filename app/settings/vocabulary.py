"""The keys of what the county sets. A key a program does not know is kept and not used."""

from __future__ import annotations

from enum import StrEnum


class SettingKey(StrEnum):
    """One thing the county sets; its value is JSON, checked by ``app.settings.rules``."""

    CENTRE_NAME = "centre_name"
    """What the centres call themselves; the name has changed before and will again."""
    HOLIDAYS = "holidays"
    """Public holidays and make-up working days of one year."""
    CASE_NUMBER_FORMAT = "case_number_format"
    COUNTY_DAY_UNIT = "county_day_unit"
    """Whether the days of the county's own limits are calendar or working days."""
    FOLLOW_UP_DAYS = "follow_up_days"
    OLD_CASE_DAYS = "old_case_days"
    REMINDER_DAYS = "reminder_days"
    SATISFACTION_COUNTS_ROUGHLY = "satisfaction_counts_roughly"
    RETENTION = "retention"
    VISIT_DAYS = "visit_days"
    """Days between two visits, by how much care a household needs."""
    GREETING_DAYS = "greeting_days"
    """Within so many days somebody who moved in is visited."""
    WEEK_CAPACITY = "week_capacity"
    HAZARD_DAYS = "hazard_days"
    """Days until a hazard is to be gone, by its level."""


class SettingStand(StrEnum):
    """What has become of something that was set."""

    IN_FORCE = "in_force"
    TO_COME = "to_come"
    ENDED = "ended"
    REPLACED = "replaced"
    """Put right by a later change for the same day."""
    WAITING = "waiting"
    REFUSED = "refused"


class SettingType(StrEnum):
    """How a value is typed in; what exactly may stand in it is the table's to say."""

    TEXT = "text"
    NUMBER = "number"
    YES_NO = "yes_no"
    CHOICE = "choice"
    NUMBERS = "numbers"
    """Several numbers with fixed names."""
    NUMBER_FORMAT = "number_format"
    HOLIDAYS = "holidays"


class HolidayKind(StrEnum):
    """What is out of the ordinary about a day."""

    OFF = "off"
    WORKED = "worked"


class SettingProblem(StrEnum):
    """Why a value may not be set."""

    UNKNOWN_KEY = "unknown_key"
    NOT_READABLE = "not_readable"
    WRONG_TYPE = "wrong_type"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    OUT_OF_RANGE = "out_of_range"
    UNKNOWN_CHOICE = "unknown_choice"
    WRONG_YEAR = "wrong_year"
    NO_DAYS = "no_days"
    TOO_MANY_DAYS = "too_many_days"
    WRONG_DAY = "wrong_day"
    WRONG_KIND = "wrong_kind"
    DAY_OF_OTHER_YEAR = "day_of_other_year"
    DAY_TWICE = "day_twice"
    WORKED_ON_WEEKDAY = "worked_on_weekday"
    STARTS_ELSEWHEN = "starts_elsewhen"
    """A year's holidays begin with the year."""
    NOTE_MISSING = "note_missing"
    """Nobody sets anything for the whole county without saying what it rests on."""
    NOTE_TOO_LONG = "note_too_long"
