"""The pages with a real roster, at both sizes, unclipped with words half as long again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from app.store import Store
from i18n import text
from tests.gui.clipping import assert_nothing_clipped
from tests.gui.conftest import LARGE, SMALL, settle
from tests.gui.households.village import ROSTER, TODAY, a_page, import_pingtan, settled
from tests.helpers.rosters import save_second_form
from tests.helpers.stores import a_store
from ui.households.page import MicroGridsPage
from ui.shell.main_window import MainWindow
from ui.shell.pages import PageSpec
from ui.shell.settings import Settings
from ui.work.runner import Runner

GALLERY = Path(__file__).parents[3] / "build" / "gallery"
SIZES = [LARGE, SMALL]


@pytest.fixture(scope="module")
def village(tmp_path_factory) -> Store:
    store = a_store(tmp_path_factory.mktemp("village"))
    import_pingtan(store)
    return store


@pytest.fixture
def in_window(qtbot, runner: Runner, tmp_path: Path):
    def show(page: MicroGridsPage, size: tuple[int, int]) -> MainWindow:
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
        settled(runner)
        settle()
        return window

    return show


def picture(window: QWidget, name: str, size: tuple[int, int]) -> None:
    GALLERY.mkdir(parents=True, exist_ok=True)
    assert window.grab().save(str(GALLERY / f"households_{name}_{size[0]}.png"))


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_the_register(village, runner, in_window, size):
    page, _said = a_page(village, runner)
    window = in_window(page, size)
    picture(window, "overview", size)
    page.overview.table.choose_position(3)
    page.overview.table.row_opened.emit(page.overview.table.current_row())
    settled(runner)
    picture(window, "household", size)
    page.overview.side.begin_new_resident()
    settled(runner)
    picture(window, "resident_form", size)
    page.overview.side.resident_form.leave()
    page.overview.worker_row.button.click()
    settled(runner)
    picture(window, "grid_handover", size)
    page.overview.side.grid_form.leave()
    page.begin_import()
    page.import_page.read_file(ROSTER)
    settled(runner)
    picture(window, "import_again", size)
    assert page.import_page.plan is not None


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_an_import_of_many_sheets(tmp_path, runner, in_window, size):
    page, _said = a_page(a_store(tmp_path), runner)
    window = in_window(page, size)
    page.begin_import()
    page.import_page.read_file(save_second_form(tmp_path / "坪坦村分网格户籍花名册.xlsx"))
    settled(runner)
    for name, tab in (("refused", 0), ("sheets", 5), ("columns", 6)):
        page.import_page.tabs.setCurrentIndex(tab)
        settle()
        assert_nothing_clipped(window)
        picture(window, f"import_sheets_{name}", size)


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_an_empty_village_and_its_import(tmp_path, runner, in_window, size):
    page, _said = a_page(a_store(tmp_path), runner)
    window = in_window(page, size)
    picture(window, "empty", size)
    page.begin_import()
    page.import_page.read_file(ROSTER)
    settled(runner)
    picture(window, "import", size)
    for place in range(1, 6):
        page.import_page.tabs.setCurrentIndex(place)
        settle()
        picture(window, f"import_tab{place}", size)
    page.import_page.read_file(Path(__file__))
    settled(runner)
    picture(window, "import_refused", size)
    assert page.import_page.error_label.text()


def test_nothing_is_clipped_on_a_small_screen_with_long_words(village, runner, in_window):
    text.set_stretch(1.5)
    page, _said = a_page(village, runner)
    window = in_window(page, SMALL)
    assert_nothing_clipped(window)

    page.overview.table.choose_position(0)
    page.overview.table.row_opened.emit(page.overview.table.current_row())
    settled(runner)
    settle()
    assert_nothing_clipped(window)

    page.overview.side.begin_new_resident()
    settled(runner)
    settle()
    assert_nothing_clipped(window)

    page.overview.begin_new_household()
    settled(runner)
    settle()
    assert_nothing_clipped(window)

    page.overview.side.household_form.leave()
    page.overview.columns.close_side()
    page.overview.worker_row.button.click()
    settled(runner)
    settle()
    assert_nothing_clipped(window)


def test_the_import_is_not_clipped_on_a_small_screen_with_long_words(tmp_path, runner, in_window):
    text.set_stretch(1.5)
    page, _said = a_page(a_store(tmp_path), runner)
    window = in_window(page, SMALL)
    page.begin_import()
    settle()
    assert_nothing_clipped(window)

    page.import_page.read_file(ROSTER)
    settled(runner)
    for place in range(page.import_page.tabs.count()):
        page.import_page.tabs.setCurrentIndex(place)
        settle()
        assert_nothing_clipped(window)
