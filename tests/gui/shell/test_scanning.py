"""A scanner types like a keyboard and presses Enter at once; a mistyped number is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QWidget

from tests.gui.conftest import settle
from ui.shell.search_panel import SearchPanel
from ui.work.runner import Runner

CODE = "2026-0001234-6-1431699455"


@dataclass(frozen=True)
class _Hit:
    kind: str = "case_file"
    record_id: str = "c1"
    title: str = "山林界址争议"
    subtitle: str = "通纠〔2026〕0001234-6"
    past: None = None
    story: str = ""


@pytest.fixture
def panel(qtbot, runner: Runner) -> Iterator[SearchPanel]:  # type: ignore[no-untyped-def]
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 480)

    def search(typed: str) -> Sequence[_Hit]:
        return [_Hit()] if typed == CODE else []

    panel = SearchPanel(search=search, runner=runner, parent=window)
    window.show()
    qtbot.waitExposed(window)
    panel.open_at(QRect(600, 8, 240, 32))
    yield panel
    window.close()


def test_what_a_scanner_read_opens_without_another_key(  # type: ignore[no-untyped-def]
    qtbot, runner: Runner, panel: SearchPanel
) -> None:
    opened: list[object] = []
    panel.hit_opened.connect(opened.append)
    qtbot.keyClicks(panel.edit, CODE)
    qtbot.keyClick(panel.edit, Qt.Key.Key_Return)
    assert runner.wait_idle()
    settle()
    assert [one.record_id for one in opened] == ["c1"]  # type: ignore[attr-defined]


def test_a_mistyped_number_is_told_from_one_that_is_not_here(  # type: ignore[no-untyped-def]
    qtbot, runner: Runner, panel: SearchPanel
) -> None:
    told = []
    for typed in ("2026-0001243-6", "2026-0001234-6"):
        panel.edit.setText(typed)
        panel._timer.stop()
        panel._ask()
        assert runner.wait_idle()
        settle()
        told.append(panel._line.text())
    assert "校验" in told[0]
    assert "没有找到" in told[1]
