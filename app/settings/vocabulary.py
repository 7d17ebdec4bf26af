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
    FOLLOW_UP_DAYS = "follow_up_days"
    OLD_CASE_DAYS = "old_case_days"
    REMINDER_DAYS = "reminder_days"
    SATISFACTION_COUNTS_ROUGHLY = "satisfaction_counts_roughly"
    RETENTION = "retention"
