"""PySide6 6.12 loses a reference to None per void call on Python 3.10 and 3.11, and the process
dies after some thousands. The pin is in pyproject.toml; this fails if it is ever loosened."""

from __future__ import annotations

import sys

import PySide6
import pytest

CALLS = 20_000
LOST_AT_MOST = CALLS // 10
"""Room for what a garbage collection takes meanwhile; the fault costs one per call."""


def test_version_is_below_the_faulty_one():
    assert tuple(int(part) for part in PySide6.__version__.split(".")[:2]) < (6, 12)


@pytest.mark.gui
def test_many_void_calls_survive_and_lose_no_reference(qtbot):
    from PySide6.QtWidgets import QLabel

    label = QLabel()
    qtbot.addWidget(label)
    label.setText("0")
    before = sys.getrefcount(None)
    for number in range(CALLS):
        label.setText(str(number))

    assert label.text() == str(CALLS - 1)
    assert sys.getrefcount(None) > before - LOST_AT_MOST
