"""The roster out to Excel: masked at first, whole on request, a sentence when the disk refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtWidgets import QFileDialog
from shiboken6 import isValid

from app.accounts.vocabulary import Role
from app.store import Store
from i18n import text
from tests.gui.clipping import assert_nothing_clipped
from tests.gui.conftest import settle
from tests.gui.households.village import a_page, import_pingtan, settled
from tests.helpers.stores import a_store, an_actor
from ui.households.export_dialog import RosterExportDialog
from ui.work.runner import Runner


@pytest.fixture(scope="module")
def village(tmp_path_factory) -> Store:
    store = a_store(tmp_path_factory.mktemp("village"))
    import_pingtan(store)
    return store


@pytest.fixture
def open_dialog(qtbot, village, runner: Runner):
    pages = []

    def open_it(role: Role = Role.GRID_WORKER) -> tuple[RosterExportDialog, list[str]]:
        page, said = a_page(village, runner, an_actor(role))
        pages.append(page)
        qtbot.addWidget(page)
        page.resize(1100, 640)
        page.show()
        page.load()
        settled(runner)
        page.export_button.click()
        (dialog,) = page.findChildren(RosterExportDialog)
        return dialog, said.notices

    return open_it


def rows_of(path: Path) -> list[tuple[object, ...]]:
    return list(load_workbook(path).active.iter_rows(min_row=3, values_only=True))


def test_numbers_are_masked_and_the_file_is_named(open_dialog, runner, tmp_path):
    dialog, notices = open_dialog()
    path = tmp_path / "名册.xlsx"

    dialog.export_to(path)
    settled(runner)

    assert not isValid(dialog), "closed"
    assert notices == ["已导出 46 户 177 人到 名册.xlsx。"]
    assert rows_of(path)[0][7] == "433031**********37"


def test_one_micro_grid_with_whole_numbers(open_dialog, runner, tmp_path):
    dialog, notices = open_dialog()
    dialog.grid.setCurrentIndex(3)
    dialog.whole.setChecked(True)
    assert dialog.reason_field.isVisible()
    path = tmp_path / "名册.xlsx"

    dialog.export_to(path)
    settled(runner)

    assert notices == ["已导出 12 户 43 人到 名册.xlsx。"]
    assert {row[1] for row in rows_of(path)} == {"第3微网格"}
    assert "*" not in str(rows_of(path)[0][7])


def test_who_may_not_see_numbers_is_not_asked(open_dialog):
    dialog, _notices = open_dialog(Role.AUXILIARY_POLICE)
    assert not dialog.whole.isVisible()
    assert not dialog.reason_field.isVisible()


def test_a_disk_that_refuses_is_told_and_the_choice_stays(open_dialog, runner, tmp_path):
    dialog, notices = open_dialog()
    dialog.whole.setChecked(True)
    dialog.export_to(tmp_path / "gone" / "名册.xlsx")
    settled(runner)
    assert "没有写成" in dialog.problem.text()
    assert dialog.isVisible()
    assert dialog.whole.isChecked()
    assert dialog.export_button.isEnabled()
    assert notices == []


def test_the_file_is_asked_for_without_a_loop_of_its_own(open_dialog, runner, tmp_path):
    dialog, notices = open_dialog()
    dialog.export_button.click()
    asking = dialog.findChild(QFileDialog)
    assert asking.selectedFiles()[0].endswith("坪坦乡坪坦村花名册20261123.xlsx")
    asking.fileSelected.emit(str(tmp_path / "a.xlsx"))
    asking.close()
    settled(runner)
    assert len(notices) == 1


def test_long_words_are_not_clipped(open_dialog):
    text.set_stretch(1.5)
    dialog, _notices = open_dialog()
    dialog.whole.setChecked(True)
    settle()
    assert dialog.sizeHint().height() <= 430
    assert_nothing_clipped(dialog)
