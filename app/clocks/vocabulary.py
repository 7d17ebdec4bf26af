"""The words of a time limit."""

from __future__ import annotations

from enum import StrEnum


class DayUnit(StrEnum):
    """How days are counted."""

    CALENDAR = "calendar"
    WORKING = "working"


class LimitSource(StrEnum):
    """Whose limit it is; the screen shows both, the law's in red when it has passed."""

    LAW = "law"
    COUNTY = "county"


class PauseGround(StrEnum):
    """Why a clock stands still."""

    HEARING = "hearing"
    """听证所需时间不计算在内: 信访工作条例 (2022), Art. 36."""
    APPRAISAL = "appraisal"
    PARTY_ABSENT = "party_absent"
    OTHER = "other"


class ClockState(StrEnum):
    """Where a clock stands today."""

    RUNNING = "running"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    PAUSED = "paused"
    MET = "met"
    MET_LATE = "met_late"
