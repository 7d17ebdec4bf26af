"""Rows of records: fast, worked from the keyboard, steady across reloads."""

from __future__ import annotations

import time
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from tests.gui.conftest import settle
from ui.theme import Tone, colors_of
from ui.widgets.record_table import RecordTable
from ui.widgets.rows_model import Column, RowsModel


@dataclass(frozen=True)
class Household:
    household_id: int
    head: str
    size: int | None = 4


def a_model() -> RowsModel[Household]:
    return RowsModel(
        [
            Column("户主", lambda row: row.head),
            Column(
                "人数",
                lambda row: row.size,
                lambda row: Tone.WARN if row.size is None else None,
                width=80,
                is_right=True,
            ),
        ],
        key=lambda row: row.household_id,
    )


ROWS = (Household(1, "吴某"), Household(2, "杨某", None), Household(3, "石某", 2))


class Screen(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.model = a_model()
        self.filter = QLineEdit()
        self.table = RecordTable(self.model, name="户", empty="还没有户")
        layout = QVBoxLayout(self)
        layout.addWidget(self.filter)
        layout.addWidget(self.table)


@pytest.fixture
def screen(qtbot) -> Screen:
    screen = Screen()
    qtbot.addWidget(screen)
    screen.resize(500, 400)
    screen.show()
    screen.table.show_rows(ROWS)
    screen.table.setFocus()
    settle()
    return screen


def texts(model: RowsModel[Household], column: int = 0) -> list[object]:
    return [model.index(row, column).data() for row in range(model.rowCount())]


def test_cells_show_text_tone_and_side(screen: Screen) -> None:
    model = screen.model
    assert texts(model) == ["吴某", "杨某", "石某"]
    assert texts(model, 1) == ["4", "", "2"]
    ground = Qt.ItemDataRole.ForegroundRole
    assert model.index(1, 1).data(ground) == QColor(colors_of(Tone.WARN).text)
    assert model.index(0, 1).data(ground) is None
    aligned = model.index(0, 1).data(Qt.ItemDataRole.TextAlignmentRole)
    assert aligned & int(Qt.AlignmentFlag.AlignRight)


def test_arrows_move_and_enter_opens_the_row_object(screen: Screen, qtbot) -> None:
    screen.table.choose_position(0)
    qtbot.keyClick(screen.table, Qt.Key.Key_Down)
    with qtbot.waitSignal(screen.table.row_opened, timeout=0) as opened:
        qtbot.keyClick(screen.table, Qt.Key.Key_Return)
    assert opened.args == [ROWS[1]]
    for key, row in ((Qt.Key.Key_End, ROWS[-1]), (Qt.Key.Key_Home, ROWS[0])):
        qtbot.keyClick(screen.table, key)
        assert screen.table.current_row() == row


def test_enter_on_nothing_opens_nothing(screen: Screen, qtbot) -> None:
    screen.table.show_rows(())
    with qtbot.assertNotEmitted(screen.table.row_opened):
        qtbot.keyClick(screen.table, Qt.Key.Key_Return)


def test_moving_to_another_row_is_told_once(screen: Screen, qtbot) -> None:
    screen.table.choose_position(0)
    with qtbot.waitSignal(screen.table.row_chosen, timeout=0) as chosen:
        qtbot.keyClick(screen.table, Qt.Key.Key_Down)
    assert chosen.args == [ROWS[1]]
    with qtbot.assertNotEmitted(screen.table.row_chosen):
        qtbot.keyClick(screen.table, Qt.Key.Key_Right)


def test_typing_goes_on_in_the_filter_field(screen: Screen, qtbot) -> None:
    screen.table.set_filter_field(screen.filter)
    qtbot.keyClick(screen.table, Qt.Key.Key_W)
    assert screen.filter.text() == "w"
    assert QApplication.focusWidget() is screen.filter
    qtbot.keyClick(screen.filter, Qt.Key.Key_Down)
    assert QApplication.focusWidget() is screen.table
    assert screen.table.current_row() == ROWS[0]


def test_typing_without_a_filter_field_is_a_signal(screen: Screen, qtbot) -> None:
    with qtbot.waitSignal(screen.table.typed, timeout=0) as typed:
        qtbot.keyClick(screen.table, Qt.Key.Key_1)
    assert typed.args == ["1"]


def test_tab_leaves_the_table(screen: Screen, qtbot) -> None:
    qtbot.keyClick(screen.table, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is screen.filter


def test_a_reload_stays_on_the_same_record(screen: Screen) -> None:
    screen.table.choose(3)
    screen.table.show_rows((Household(3, "石某", 5), *ROWS[:2]))
    assert screen.table.current_row() == Household(3, "石某", 5)


def test_when_the_record_is_gone_the_cursor_stays_near(screen: Screen) -> None:
    screen.table.choose(3)
    screen.table.show_rows(ROWS[:2])
    assert screen.table.current_row() == ROWS[1]


def test_one_row_is_replaced_in_place(screen: Screen) -> None:
    screen.table.choose(2)
    assert screen.model.replace_row(Household(2, "杨某", 6))
    assert texts(screen.model, 1) == ["4", "6", "2"]
    assert screen.table.current_row() == Household(2, "杨某", 6)
    assert not screen.model.replace_row(Household(9, "无"))


def test_filter_and_sort_work_together_and_can_be_undone(screen: Screen) -> None:
    screen.model.set_filter(lambda row: row.household_id != 1)
    screen.model.sort(1, Qt.SortOrder.AscendingOrder)
    assert texts(screen.model) == ["石某", "杨某"]
    screen.model.set_filter(None)
    screen.model.sort(-1)
    assert texts(screen.model) == ["吴某", "杨某", "石某"]


def test_an_empty_table_says_so(screen: Screen) -> None:
    assert not screen.table._empty.isVisible()
    screen.table.show_rows(())
    assert screen.table._empty.isVisible()
    screen.table.show_rows(ROWS)
    assert not screen.table._empty.isVisible()


def test_on_a_narrow_table_the_stretching_column_stays_legible(screen: Screen) -> None:
    header = screen.table.horizontalHeader()
    wide = header.sectionSize(1)
    screen.resize(250, 300)
    settle()
    assert header.sectionSize(1) < wide
    assert header.sectionSize(0) > header.sectionSize(1)


def test_rows_are_forty_pixels_high(screen: Screen) -> None:
    assert screen.table.rowHeight(0) == 40


def test_100_000_rows_show_without_a_pause(screen: Screen) -> None:
    rows = tuple(Household(number, f"吴某{number}") for number in range(100_000))
    begun = time.perf_counter()
    screen.table.show_rows(rows)
    screen.table.choose_position(99_999)
    settle()
    assert time.perf_counter() - begun < 1.0
    assert screen.table.current_row() == rows[-1]
