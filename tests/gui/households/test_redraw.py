"""Drawing the village anew by keyboard: before and after, by hand, applied, taken back, kept."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QSettings, Qt

from app.accounts.vocabulary import Role
from app.households.grids_queries import village_grids
from app.store import Store
from app.undo import undo
from i18n import text
from tests.gui.clipping import assert_nothing_clipped
from tests.gui.conftest import LARGE, SMALL, settle
from tests.gui.households.village import TODAY, VILLAGE, a_page, settled
from tests.helpers.stores import a_household, a_micro_grid, a_store, an_actor, save
from ui.households.redraw_words import redraw_html
from ui.shell.main_window import MainWindow
from ui.shell.pages import PageSpec
from ui.shell.settings import Settings

GALLERY = Path(__file__).parents[3] / "build" / "gallery"
CTRL = Qt.KeyboardModifier.ControlModifier


def fill(store: Store, *sizes: int, loose: int = 0) -> None:
    """Micro-grids 1, 2 … with so many households, and some in none."""
    grids = [a_micro_grid(id=f"grid-{n}", number=n) for n in range(1, len(sizes) + 1)]
    places = [f"grid-{n}" for n, size in enumerate(sizes, start=1) for _ in range(size)]
    homes = [
        a_household(
            id=f"home-{i:03}",
            number=f"{i:03}",
            head_name="欧阳杨吴甲乙" if i % 9 == 0 else "杨某",
            group_name=f"{'一二三四五六七八九'[i // 40 % 9]}组",
            micro_grid_id=place,
        )
        for i, place in enumerate([*places, *[None] * loose], start=1)
    ]
    save(store, *grids, *homes)


@pytest.fixture
def show(qtbot, tmp_path: Path, runner):
    def make(*sizes: int, loose: int = 0, size=LARGE, actor=None):
        store = a_store(tmp_path)
        fill(store, *sizes, loose=loose)
        page, said = a_page(store, runner, actor)
        page.said, page.store = said, store
        settings = Settings(QSettings(str(tmp_path / "gulou.ini"), QSettings.Format.IniFormat))
        window = MainWindow(
            runner=runner, settings=settings, search=lambda _typed: [], today=lambda: TODAY
        )
        qtbot.addWidget(window)
        window.register_page(PageSpec("grids", page.title, "grid", lambda: page))
        window.resize(*size)
        window.show_workspace()
        window.open_page("grids")
        window.show()
        qtbot.waitExposed(window)
        window.activateWindow()
        settled(runner)
        if page.redraw_button.isVisible():
            page.redraw_button.click()
            settled(runner)
            settle()
        page.window_of = window
        return page

    return make


def picture(page, name: str, size: tuple[int, int]) -> None:
    GALLERY.mkdir(parents=True, exist_ok=True)
    assert page.window_of.grab().save(str(GALLERY / f"redraw_{name}_{size[0]}.png"))


def sizes(view) -> list[int]:
    return [len(row.tiles) for row in view.tiles.rows]


def grids_in(store: Store) -> list[int]:
    village = village_grids(store, VILLAGE)
    return [sum(h.grid_id == one.id for h in village.homes) for one in village.grids]


def test_an_oversized_one_is_split_applied_and_taken_back(show, runner, qtbot):
    page = show(46)
    redraw = page.redraw_page
    assert sizes(redraw.before) == [46]
    assert sorted(sizes(redraw.after)) == [15, 15, 16]
    assert redraw.summary.text() == "30 户换格，新设 2 格"
    assert len(redraw.table.rows.rows()) == 30
    assert redraw.after.hasFocus()

    qtbot.keyClick(redraw.after, Qt.Key.Key_Return, CTRL)
    settled(runner)
    assert grids_in(page.store) == [16, 15, 15]
    assert page.subtitle == ""
    (sentence, txn), *_ = page.said.undo
    assert sentence == "微网格已调整：30 户换格，新设 2 格。新设的还没有网格员，请交接。"
    undo(page.store, account_id=an_actor().account_id, txn=txn)
    assert grids_in(page.store) == [46]


def test_the_keyboard_moves_cuts_and_households_and_steps_back(show, qtbot):
    page = show(16, 17, 18)
    redraw = page.redraw_page
    assert not redraw.apply_button.isEnabled()

    def press(key, modifiers=CTRL) -> list[int]:
        qtbot.keyClick(redraw.after, key, modifiers)
        return sizes(redraw.after)

    assert press(Qt.Key.Key_Right) == [17, 16, 18]
    assert press(Qt.Key.Key_Left) == [16, 17, 18]
    assert press(Qt.Key.Key_Down) == [15, 18, 18], "the household under the cursor"
    assert redraw.after.current_row() == 1, "the cursor goes with it"
    assert redraw.chosen.text() == "001 杨某 一组：第1微网格 → 第2微网格"
    press(Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier)
    assert press(Qt.Key.Key_D) == [15, 1, 17, 18]
    assert press(Qt.Key.Key_J) == [15, 1, 35], "the cursor is in the new one"
    assert press(Qt.Key.Key_Z) == [15, 1, 17, 18]
    for _ in range(4):
        press(Qt.Key.Key_Z)
    assert sizes(redraw.after) == [16, 17, 18]


def test_arrows_stay_on_households(show, qtbot):
    redraw = show(24, 15, loose=0).redraw_page
    redraw.board.drawing = redraw.board.present
    redraw._show()
    plain = Qt.KeyboardModifier.NoModifier
    qtbot.keyClick(redraw.after, Qt.Key.Key_End, plain)
    assert redraw.after.current_tile().home_id == "home-020"
    qtbot.keyClick(redraw.after, Qt.Key.Key_Down, plain)
    assert redraw.after.current_tile().home_id == "home-024", "the rest stands in a second line"
    assert redraw.after.current_row() == 0
    qtbot.keyClick(redraw.after, Qt.Key.Key_Down, plain)
    assert redraw.after.current_row() == 1


def test_a_scope_leaves_the_others_and_says_what_cannot_be(show, qtbot):
    page = show(46, 9, 24)
    redraw = page.redraw_page
    words = [redraw.scope_combo.itemText(n) for n in range(redraw.scope_combo.count())]
    assert words[:3] == ["全村（79 户）", "只分第1微网格（46 户）", "只分第3微网格（24 户）"]
    redraw.scope_combo.setCurrentIndex(2)
    redraw.scope_combo.activated.emit(2)

    assert sizes(redraw.after) == [46, 9, 24]
    assert "一共 24 户：分 1 格多出 4 户，分 2 格又少 6 户" in redraw.doubt.text()
    assert not redraw.apply_button.isEnabled()


def test_what_a_hand_did_is_kept_over_leaving_and_over_new_households(show, runner, qtbot):
    page = show(16, 17)
    redraw = page.redraw_page
    qtbot.keyClick(redraw.after, Qt.Key.Key_Right, CTRL)
    qtbot.keyClick(redraw.after, Qt.Key.Key_Escape)
    settled(runner)
    assert page.subtitle == ""
    save(page.store, a_household(id="late", number="099", micro_grid_id="grid-2"))
    page.redraw_button.click()
    settled(runner)

    assert sizes(redraw.after) == [17, 17]
    assert redraw.draft_bar.isVisible()
    qtbot.mouseClick(redraw.discard_button, Qt.MouseButton.LeftButton)
    settled(runner)
    assert sizes(redraw.after) == [16, 18]
    assert not redraw.draft_bar.isVisible()


def test_a_household_that_comes_meanwhile_stops_the_writing_and_stands_in_the_drawing(
    show, runner, qtbot
):
    page = show(22, 16)
    redraw = page.redraw_page
    save(page.store, a_household(id="late", number="099", micro_grid_id="grid-1"))  # unheard of
    redraw.apply_button.click()
    settled(runner)

    assert "名册又有了改动" in redraw.error.text()
    assert grids_in(page.store) == [23, 16]
    assert sizes(redraw.after) == [21, 18], "the hand's work stays, the new one is where it was"
    redraw.again_button.click()
    redraw.apply_button.click()
    settled(runner)
    assert grids_in(page.store) == [20, 19]


def test_changes_of_a_sync_round_reach_the_drawing(show, runner):
    page = show(22, 16)
    changes = save(page.store, a_household(id="late", number="099", micro_grid_id=None))
    page.on_changes(changes)
    settled(runner)

    assert page.redraw_page.before.tiles.rows[-1].title == "未编入"
    assert sum(sizes(page.redraw_page.after)) == 39


def test_the_export_names_who_moves(show, runner, tmp_path):
    page = show(22, 16)
    page.redraw_page.export_to(tmp_path / "方案.xlsx")
    settled(runner)

    sheets = load_workbook(tmp_path / "方案.xlsx")
    moves = list(sheets["变动的户"].iter_rows(values_only=True))
    assert [row[:2] for row in moves[1:]] == [("021", "杨某"), ("022", "杨某")]
    assert "已导出" in page.said.notices[-1]
    assert "第2微网格" in redraw_html(page.redraw_page.board)


def test_two_micro_grids_of_one_name_are_pointed_out(show, runner):
    """Two laptops may give the next number at the same time."""
    page = show(16, 16)
    changes = save(page.store, a_micro_grid(id="twin", number=2))
    page.on_changes(changes)
    settled(runner)
    assert "都叫第2微网格" in page.redraw_page.doubt.text()


@pytest.mark.parametrize("role", Role)
def test_who_is_offered_to_redraw(show, role):
    page = show(16, actor=an_actor(role))
    is_keeper = role in (Role.GRID_WORKER, Role.VILLAGE_SECRETARY)
    assert page.redraw_button.isVisibleTo(page.overview) is is_keeper
    assert (page.subtitle == "› 调整微网格") is is_keeper


@pytest.mark.parametrize(("name", "size"), [("46", LARGE), ("46", SMALL), ("60", LARGE)])
def test_pictures(show, name, size):
    given = (46, 18, 12, 20) if name == "46" else (*[17] * 20, 46, *[16] * 20, 9, *[18] * 18)
    page = show(*given, loose=3, size=size)
    picture(page, name, size)


def test_the_picture_of_60_micro_grids_is_painted_in_no_time(show):
    page = show(*[18] * 60)
    view = page.redraw_page.after
    took = []
    for _ in range(3):
        begun = time.thread_time()
        view.grab()
        took.append(time.thread_time() - begun)
    assert min(took) < 0.1, took


def test_the_list_of_60_micro_grids_is_painted_in_no_time(show):
    page = show(*[20] * 60)
    page.redraw_page.leave()
    view = page.overview.grid_list
    settle()
    assert len(view.lines()) == 61
    for height in (view.height(), 60 * 90):  # as it is, and every row of it at once
        view.resize(view.width(), height)
        took = []
        for _ in range(3):
            begun = time.thread_time()
            view.grab()
            took.append(time.thread_time() - begun)
        assert min(took) < 0.1, (height, took)


def test_the_figure_of_those_that_do_not_fit_leads_to_the_drawing(show, runner, qtbot):
    page = show(22, 16)
    page.redraw_page.leave()
    settled(runner)
    qtbot.keyClick(page.overview.size_card, Qt.Key.Key_Return)
    settled(runner)
    assert page.subtitle == "› 调整微网格"


def test_nothing_is_clipped_on_a_small_screen_with_long_words(show, runner):
    text.set_stretch(1.5)
    page = show(46, 12, 9, loose=2, size=SMALL)
    for part in ("after", "before", "moves"):
        page.redraw_page._show_part(part)
        settle()
        assert_nothing_clipped(page.window_of)
