"""The county's days off, as the court's periods ask for them."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from app.court.period_rules import IsDayOff

_SATURDAY = 5


def day_off_in(_session: Session) -> IsDayOff:
    """Whether offices are closed on a day."""

    def is_day_off(day: date) -> bool:
        return day.weekday() >= _SATURDAY

    return is_day_off
