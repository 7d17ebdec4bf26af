"""待办 with a real file behind it."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from sqlmodel import select

from app.board.rules import BoardColumn, BoardTask, TaskKind
from app.cases.vocabulary import CaseState
from app.looks.vocabulary import LookedAt
from db.tables.looks import Look
from i18n import text
from tests.gui.clipping import assert_nothing_clipped
from tests.gui.conftest import LARGE, SMALL
from tests.helpers.full_disk import full_disk
from tests.helpers.stores import a_case, save
from ui.board.page import BoardPage, section_of
from ui.board.paper import board_html, month_html, write_board
from ui.exchange.list_out import sheet_title

TODAY = date(2026, 11, 23)
LONG = "坪坦村三组与高步村二组后山老杉树旁责任山界址及林木采伐收益分配多年争议再次反复（涉十七户）"


def lay_cases(store, count: int) -> None:
    limits = ("county_met", "county_answered", "petition_handling", "follow_up")
    save(
        store,
        *(
            a_case(
                store,
                id=f"case-{place}",
                number=f"TD-2026-{place:04d}",
                title=LONG if place % 3 == 0 else f"第{place}号界址争议",
                state=CaseState.UNDER_WAY,
                due_on=None if place % 4 == 3 else TODAY + timedelta(days=place % 40 - 12),
                due_limit=None if place % 4 == 3 else limits[place % 4],
            )
            for place in range(count)
        ),
    )


def show(scene, qtbot, *, size=LARGE):
    window = scene.window("board", BoardPage)
    qtbot.addWidget(window)
    window.resize(*size)
    window.show()
    scene.settle()
    return window, window.pages.current_page()


def test_arrows_go_through_the_columns_and_enter_opens_at_the_right_tab(scene, qtbot) -> None:
    lay_cases(scene.store, 3)
    _window, page = show(scene, qtbot)
    late, mine = (page.columns.lists[one] for one in (BoardColumn.OVERDUE, BoardColumn.FOR_ME))
    late.take_focus()

    qtbot.keyClick(late, Qt.Key.Key_Down)
    qtbot.keyClick(late, Qt.Key.Key_Return)

    assert scene.opened_at == [("case-1", "clocks")]
    assert (late.rows.rowCount(), mine.rows.rowCount()) == (3, 0)

    for _ in range(2):
        focused = page.columns.focusWidget()
        qtbot.keyClick(focused, Qt.Key.Key_Right)
    assert mine.hasFocus()


def test_the_month_is_walked_with_the_keyboard(scene, qtbot) -> None:
    lay_cases(scene.store, 20)
    _window, page = show(scene, qtbot)
    page.tabs.chosen.emit("month")
    page.tabs.set_value("month")
    page.load()
    scene.settle()
    grid = page.month.grid

    qtbot.keyClick(grid, Qt.Key.Key_Left)
    assert grid.day == TODAY - timedelta(days=1)
    assert page.month.list.rows.rowCount() == len(page.month.month.days.get(grid.day, ()))

    qtbot.keyClick(grid, Qt.Key.Key_PageDown)
    scene.settle()
    assert (grid.day, page.month.month.last) == (date(2026, 12, 22), date(2027, 1, 3))

    qtbot.keyClick(grid, Qt.Key.Key_PageUp)
    qtbot.keyClick(grid, Qt.Key.Key_Home)
    scene.settle()
    assert grid.day == TODAY


def test_paper_and_workbook_say_the_same(scene, qtbot, tmp_path: Path) -> None:
    lay_cases(scene.store, 20)
    _window, page = show(scene, qtbot)
    board = page._board

    html = board_html(board, page.names)
    title = partial(sheet_title, scene.context())
    out = write_board(board, page.names, title, tmp_path / "待办.xlsx")

    assert html.count("<tr>") - html.count("<thead>") == out.count == 20
    assert "超期 12 天" in html
    book = load_workbook(out.path)
    assert book.sheetnames == ["已超期", "快到期", "等我办", "等别人"]
    assert book["已超期"]["A1"].value == "待办：已超期　坪坦村　2026年11月23日"


def test_what_leaves_by_a_file_is_written_down_as_on_paper(scene, qtbot, tmp_path: Path) -> None:
    lay_cases(scene.store, 3)
    _window, page = show(scene, qtbot)
    page._on_export()
    with full_disk():
        page._out.write_to(str(tmp_path / "待办.xlsx"))
        scene.settle()
    assert not (tmp_path / "待办.xlsx").exists()
    page._out.write_to(str(tmp_path / "待办.xlsx"))
    scene.settle()

    with scene.store.reading() as session:
        (look,) = session.exec(select(Look)).all()
    assert (look.looked_at, look.people, look.reason) == (LookedAt.EXPORT, 3, "待办")


@pytest.mark.parametrize(
    ("limit", "tab"),
    [("follow_up", "agreement"), ("enforcement", "court"), ("county_met", "clocks")],
)
def test_a_limit_leads_to_where_it_is_kept(limit: str, tab: str) -> None:
    task = BoardTask(TaskKind.CASE, "case_file", "c", "山林", "village", limit=limit)

    assert section_of(task) == tab


def test_a_month_on_paper_has_every_week(scene, qtbot) -> None:
    lay_cases(scene.store, 20)
    _window, page = show(scene, qtbot)
    page._on_tab("month")
    page.tabs.set_value("month")
    page.load()
    scene.settle()

    html = month_html(page.month.month)

    assert (html.count("<tr>"), "11-23" in html) == (7, True)


@pytest.mark.parametrize("count", [0, 3, 500])
@pytest.mark.parametrize("size", [LARGE, SMALL])
def test_pictures(scene, qtbot, count: int, size) -> None:
    if count:
        lay_cases(scene.store, count)
    window, page = show(scene, qtbot, size=size)
    scene.picture(window, f"board-{count}", size)
    page.tabs.set_value("month")
    page._on_tab("month")
    scene.settle()
    scene.picture(window, f"month-{count}", size)


def test_nothing_is_cut_off_with_long_words(scene, qtbot) -> None:
    text.set_stretch(1.5)
    lay_cases(scene.store, 9)
    window, page = show(scene, qtbot, size=SMALL)
    assert_nothing_clipped(window)
    page.tabs.set_value("month")
    page._on_tab("month")
    scene.settle()
    assert_nothing_clipped(window)
