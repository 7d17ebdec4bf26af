"""Which days count as working days when a dispatch is returned."""

from __future__ import annotations

from sqlmodel import Session

from app.flow.rules import IsWorkingDay
from app.settings.queries import working_calendar


def working_days(session: Session) -> IsWorkingDay:
    """The county's calendar as this file knows it."""
    return working_calendar(session).is_working
