"""Until when somebody is on duty, said as people say it at that moment."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from app.duty.queries import DutyNow, ShiftRow
from app.store import SyncState
from ui.wording_duty import now_line

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def _night(phone: str = "") -> ShiftRow:
    start, end = datetime(2026, 11, 23, 20), datetime(2026, 11, 24, 8)
    return ShiftRow(
        *("shift", MONDAY, "20:00", "08:00", start, end, None),
        name="李某",
        phone=phone,
        note="",
        sync_state=SyncState.SYNCED,
    )


@pytest.mark.parametrize(
    ("today", "said"), [(MONDAY, "值到明天 08:00"), (TUESDAY, "值到今天 08:00")]
)
def test_a_night_ends_tomorrow_before_midnight_and_today_after_it(today: date, said: str) -> None:
    assert now_line(DutyNow((_night(),), None), today) == said


def test_the_telephone_follows() -> None:
    said = now_line(DutyNow((_night("13800000000"),), None), TUESDAY)
    assert said == "值到今天 08:00，电话 13800000000"
