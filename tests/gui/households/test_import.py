"""Importing a roster: the dry run, the columns, Ctrl+Enter, undo, cancel, files that are none."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from openpyxl import Workbook
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from app.accounts.vocabulary import Role
from app.exchange.roster_columns import RosterColumn
from app.households.queries import residents_count
from app.store import Store
from app.undo import undo
from tests.gui.households.village import ROSTER, VILLAGE, a_page, settled
from tests.helpers.rosters import add_sheet, household_rows, save_second_form
from tests.helpers.stores import a_household, a_resident, a_store, an_actor, save
from ui.households.import_page import ImportPage
from ui.work.runner import Runner


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_store(tmp_path)


@pytest.fixture
def page(qtbot, store, runner: Runner):
    page, page_said = a_page(store, runner)
    page.said = page_said
    qtbot.addWidget(page)
    page.resize(1100, 640)
    page.show()
    page.load()
    settled(runner)
    page.begin_import()
    return page


@pytest.fixture
def importing(page) -> ImportPage:
    return page.import_page


def counts(store: Store) -> tuple[int, int, int]:
    totals = residents_count(store, VILLAGE)
    return totals.micro_grids, totals.households, totals.residents


def shown(table) -> list[tuple]:
    return [(line.row, line.name) for line in table.rows.rows()]


def test_the_dry_run_shows_what_would_happen_and_writes_nothing(importing, runner, store):
    importing.read_file(ROSTER)
    assert importing.cancel_button.isVisible()
    settled(runner)

    figures = (
        importing.add_card,
        importing.change_card,
        importing.same_card,
        importing.refused_card,
    )
    assert [card.number.text() for card in figures] == ["177", "0", "0", "2"]
    assert shown(importing.refused) == [(12, "林秀月"), (24, "黄光")]
    assert importing.refused.rows.row_at(0).place == "G"
    assert "校验" in importing.refused.rows.row_at(0).sentence
    assert importing.work.rows.rowCount() == 46 + 177
    assert [line.count for line in importing.grids.lines()] == [17, 17, 12]
    assert counts(store) == (0, 0, 0)


def test_ctrl_enter_imports_and_offers_undo(page, importing, runner, qtbot, store):
    importing.read_file(ROSTER)
    settled(runner)

    qtbot.keyClick(importing.import_button, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settled(runner)

    assert counts(store) == (3, 46, 177)
    assert not importing.isVisible()
    assert page.overview.table.rows.rowCount() == 46
    ((sentence, txn),) = page.said.undo
    assert "177" in sentence
    undo(store, account_id="account-of-zhang", txn=txn)
    assert counts(store) == (0, 0, 0)


def test_the_same_file_again_has_nothing_to_import(page, importing, runner, store):
    importing.read_file(ROSTER)
    settled(runner)
    importing.start_import()
    settled(runner)
    page.begin_import()

    importing.read_file(ROSTER)
    settled(runner)

    assert importing.same_card.number.text() == "177"
    assert not importing.import_button.isEnabled()
    importing.start_import()
    settled(runner)
    assert len(page.said.undo) == 1


def test_a_corrected_column_is_read_again(importing, runner, qtbot):
    importing.read_file(ROSTER)
    settled(runner)
    note = importing.columns.combos[RosterColumn.NOTE]
    assert note.currentText() == "I 列 备注"

    note.setCurrentIndex(0)
    note.activated.emit(0)
    settled(runner)

    assert importing.plan.report.columns.position(RosterColumn.NOTE) is None
    assert note.currentIndex() == 0
    assert any("备注" in line.sentence for line in importing.warnings.rows.rows())


def test_taking_away_the_name_column_is_told_and_the_guess_put_back(importing, runner):
    importing.read_file(ROSTER)
    settled(runner)
    name = importing.columns.combos[RosterColumn.NAME]

    name.setCurrentIndex(0)
    name.activated.emit(0)
    settled(runner)

    assert "姓名" in importing.error_label.text()
    assert name.currentText() == "D 列 姓名"
    assert importing.import_button.isEnabled()


def test_a_file_that_is_no_workbook_is_a_sentence_and_nothing_is_kept(
    importing, runner, tmp_path, store
):
    importing.read_file(ROSTER)
    settled(runner)
    letter = tmp_path / "名册.xlsx"
    letter.write_text("不是工作簿", encoding="utf-8")

    importing.read_file(letter)
    settled(runner)

    assert "名册.xlsx" in importing.error_label.text()
    assert importing.error_label.isVisible()
    assert importing.plan is None
    assert not importing.import_button.isEnabled()
    importing.read_file(tmp_path / "没有.xlsx")
    settled(runner)
    assert "没有.xlsx" in importing.error_label.text()
    assert counts(store) == (0, 0, 0)


def test_reading_can_be_cancelled_and_its_answer_is_dropped(importing, runner, qtbot):
    importing.read_file(ROSTER)
    qtbot.mouseClick(importing.cancel_button, Qt.MouseButton.LeftButton)
    settled(runner)

    assert importing.plan is None
    assert not importing.cancel_button.isVisible()
    assert importing.choose_button.isEnabled()


def test_writing_can_be_cancelled_and_nothing_is_written(importing, runner, qtbot, store):
    importing.read_file(ROSTER)
    settled(runner)
    reached, go_on = threading.Event(), threading.Event()
    tell = importing._tell_progress

    def hold(done: int, total: int) -> None:
        reached.set()
        assert go_on.wait(10)
        tell(done, total)

    importing._tell_progress = hold
    importing.start_import()
    assert reached.wait(10)
    qtbot.mouseClick(importing.cancel_button, Qt.MouseButton.LeftButton)
    go_on.set()
    settled(runner)

    assert counts(store) == (0, 0, 0)
    assert "取消" in importing.error_label.text()
    assert importing.import_button.isEnabled()
    importing.start_import()
    settled(runner)
    assert counts(store) == (3, 46, 177)


def test_progress_has_numbers(importing, runner, qtbot):
    importing.read_file(ROSTER)
    settled(runner)
    steps = []
    importing._progressed.connect(lambda done, total: steps.append((done, total)))

    importing.start_import()
    settled(runner)

    assert steps == [(10, 46), (20, 46), (30, 46), (40, 46), (46, 46)]


def test_a_store_that_changed_meanwhile_is_planned_anew(importing, runner, store):
    importing.read_file(ROSTER)
    settled(runner)
    household = a_household(number="001", head_name="陆再")
    save(store, household, a_resident(household, identity_number=None))

    importing.start_import()
    settled(runner)

    assert "重新试算" in importing.error_label.text()
    assert importing.plan.counts.households_to_add == 45
    importing.start_import()
    settled(runner)
    assert counts(store) == (3, 46, 178)


def test_the_file_is_asked_for_without_a_loop_of_its_own(importing, runner, qtbot):
    importing.choose_file()
    dialog = importing.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(ROSTER))
    dialog.close()
    settled(runner)

    assert importing.plan is not None


def test_escape_goes_back(page, importing, qtbot, runner):
    qtbot.keyClick(importing.choose_button, Qt.Key.Key_Escape)

    assert not importing.isVisible()
    assert page.overview.isVisible()
    assert page.import_button.isEnabled()
    assert runner.wait_idle()


@pytest.mark.parametrize("role", [Role.AUXILIARY_POLICE, Role.MEDIATOR])
def test_who_may_not_import_sees_no_button(qtbot, store, runner, role):
    page, _said = a_page(store, runner, an_actor(role))
    qtbot.addWidget(page)

    assert page.import_button is None
    assert page.header_buttons() == [page.team_button, page.export_button]


# --- a sheet for each micro-grid


@pytest.fixture
def second_form(tmp_path: Path) -> Path:
    return save_second_form(tmp_path / "分网格名册.xlsx")


def test_the_sheets_are_shown_with_their_micro_grids_and_reasons(importing, runner, second_form):
    importing.read_file(second_form)
    settled(runner)

    rows = importing.sheets.table.rows.rows()
    assert [(row.name, row.micro_grid, row.is_read) for row in rows] == [
        ("第1微网格", "第1微网格", True),
        ("2网格", "第2微网格", True),
        ("封面", "", False),
        ("填表说明", "", False),
        ("汇总", "", False),
        ("旧名册", "", False),
    ]
    assert "2 张工作表" in importing.file_label.text()
    assert [line.sheet for line in importing.refused.rows.rows()] == ["第1微网格", "2网格"]
    assert not importing.refused.isColumnHidden(0)


def test_one_sheet_needs_no_column_of_sheets(importing, runner):
    importing.read_file(ROSTER)
    settled(runner)
    assert importing.refused.isColumnHidden(0)
    assert not importing.columns.sheet_field.isVisibleTo(importing.columns)


def test_a_sheet_is_left_out_and_taken_in_again(importing, runner, second_form, qtbot):
    importing.read_file(second_form)
    settled(runner)
    importing.tabs.setCurrentWidget(importing.sheets)
    importing.sheets.table.selectRow(0)

    qtbot.mouseClick(importing.sheets.read_button, Qt.MouseButton.LeftButton)
    settled(runner)
    assert [sheet.name for sheet in importing.plan.report.sheets] == ["2网格"]

    rows = importing.sheets.table.rows.rows()
    importing.sheets.table.selectRow([row.name for row in rows].index("第1微网格"))
    assert importing.sheets.read_button.text() == "也读这张表"
    qtbot.mouseClick(importing.sheets.read_button, Qt.MouseButton.LeftButton)
    settled(runner)
    assert len(importing.plan.report.sheets) == 2


def test_a_sheet_is_given_another_micro_grid(importing, runner, second_form, qtbot):
    importing.read_file(second_form)
    settled(runner)
    importing.sheets.table.selectRow(1)
    importing.sheets.grid_name.setText("上寨网格")

    qtbot.keyClick(importing.sheets.grid_name, Qt.Key.Key_Return)
    settled(runner)

    grids = [grid.name for grid in importing.plan.report.micro_grids]
    assert grids == ["第1微网格", "上寨网格"]


def test_a_decision_that_leaves_nothing_is_told_and_the_last_reading_stays(
    importing, runner, second_form
):
    importing.read_file(second_form)
    settled(runner)
    importing._on_read_changed("2网格", False)
    settled(runner)
    importing._on_read_changed("第1微网格", False)
    settled(runner)

    assert "不读" in importing.error_label.text()
    assert [sheet.name for sheet in importing.plan.report.sheets] == ["第1微网格"]
    assert importing.import_button.isEnabled()


def test_columns_are_corrected_for_one_sheet_or_for_all_alike(importing, runner, tmp_path):
    book = Workbook()
    book.remove(book.worksheets[0])
    for place, name in enumerate(("第1网格", "第2网格")):
        homes = [household_rows("吴", 2, seed=place * 10 + n) for n in range(3)]
        add_sheet(book, name, homes, title="名册")
    path = tmp_path / "名册.xlsx"
    book.save(path)
    importing.read_file(path)
    settled(runner)

    def take_phone_away() -> list[bool]:
        phone = importing.columns.combos[RosterColumn.PHONE]
        phone.setCurrentIndex(0)
        phone.activated.emit(0)
        settled(runner)
        sheets = importing.plan.report.sheets
        return [sheet.columns.position(RosterColumn.PHONE) is None for sheet in sheets]

    importing.columns.all_alike.setChecked(False)
    assert take_phone_away() == [True, False]
    importing.read_file(path)
    settled(runner)
    importing.columns.all_alike.setChecked(True)
    assert take_phone_away() == [True, True]
