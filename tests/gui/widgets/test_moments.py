"""A moment is typed and read by China's clock, wherever the laptop believes it is."""

from __future__ import annotations

import time
from datetime import datetime

import pytest

from db.clock import CHINA
from ui.widgets.moments import moment_edit, moment_of, set_moment


@pytest.mark.parametrize("zone", ["America/New_York", "Etc/GMT+12", "Asia/Shanghai"])
def test_no_hour_is_left_out(qtbot, monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    """On 2027-03-14 the clocks of New York go from two to three; China's have since 1992 not."""
    try:
        with monkeypatch.context() as patch:
            patch.setenv("TZ", zone)
            time.tzset()
            field = moment_edit()
            qtbot.addWidget(field)
            at = datetime(2027, 3, 14, 2, 30, tzinfo=CHINA)
            set_moment(field, at)
            assert field.text() == "2027-03-14 02:30"
            assert moment_of(field) == at
    finally:
        time.tzset()
