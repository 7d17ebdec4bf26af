"""The list of two-line rows: whole words at any width, and no row chosen by itself."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QScrollArea, QVBoxLayout, QWidget

from tests.gui.conftest import settle
from ui.widgets.line_table import Line, LineTable
from ui.widgets.tab_order import tab_in_reading_order


def _line(words: str) -> Line:
    return Line(words, under=("双方在鼓楼当面选定",), pill="正在调解", aside="33,300.00 元")


def test_rows_grow_with_narrow_room_and_the_page_follows_the_cursor(qtbot) -> None:
    table = LineTable(_line, key=lambda words: words, name="调解员", empty="还没有。")
    inside, area = QWidget(), QScrollArea()
    column = QVBoxLayout(inside)
    first = QPushButton("加调解员")
    column.addWidget(first)
    column.addWidget(table)
    area.setWidgetResizable(True)
    area.setWidget(inside)
    qtbot.addWidget(area)
    area.resize(700, 200)
    area.show()
    qtbot.waitExposed(area)
    assert table.minimumHeight() > 0
    table.show_rows([f"欧阳玉龙凤翔付第 {n} 期杉木补偿款" for n in range(12)])
    settle()
    wide = table.rowHeight(0)
    assert table.height() >= 12 * wide, "it does not scroll by itself"
    assert table.current_row() is None

    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    settle()
    assert table.current_row() == "欧阳玉龙凤翔付第 0 期杉木补偿款"
    for _ in range(11):
        qtbot.keyClick(table, Qt.Key.Key_Down)
    settle()
    last = table.visualRect(table.currentIndex()).bottomLeft()
    assert area.viewport().rect().contains(table.viewport().mapTo(area.viewport(), last))

    area.resize(240, 200)
    settle()
    assert table.rowHeight(0) > wide


def test_tab_follows_the_eye_after_a_part_was_drawn_anew(qtbot) -> None:
    whole, inner = QWidget(), QVBoxLayout()
    column = QVBoxLayout(whole)
    last, first = QPushButton("另做一份"), QPushButton("签署")
    column.addLayout(inner)
    column.addWidget(last)
    qtbot.addWidget(whole)
    whole.show()
    qtbot.waitExposed(whole)
    inner.addWidget(first)  # made last, stands first
    settle()
    tab_in_reading_order(whole)
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    assert last.hasFocus()
