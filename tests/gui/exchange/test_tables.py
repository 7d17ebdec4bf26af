"""Tables in and out of Excel on 走访 and 警情: dry run, import, undo, the filtered list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog
from sqlmodel import select

from app.exchange.table_forms import TableColumn, TableKind
from app.exchange.table_plan import read_and_plan_table
from app.undo import undo
from db.tables.grid_work import Visit
from db.tables.incidents import Incident
from i18n import text
from tests.gui.clipping import assert_nothing_clipped
from tests.gui.conftest import LARGE, SMALL
from tests.gui.grid_work.conftest import fill_village
from tests.gui.scene import Scene, make_scene
from tests.helpers.stores import a_unit
from ui.grid_work.page import VisitsPage
from ui.incidents.page import IncidentsPage
from ui.work.runner import Runner

VISITS = [
    ("坪坦村走访台账",),
    ("户主姓名", "走访日期", "走访方式", "走访情况"),
    ("吴某甲", "2026.11.20", "入户", "新装的电线已经验过"),
    ("石某", "2026.11.21", "入户", "一切都好"),
    ("查无此人", "2026.11.21", "入户", "一切都好"),
    ("石某", "2026.11.21", "入户", "一切都好"),
    ("石某", "2026.11", "入户", "看不出哪天"),
]


def save_table(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    return path


@pytest.fixture
def scene(tmp_path: Path, runner: Runner) -> Iterator[Scene]:
    yield from make_scene(tmp_path, runner)


@pytest.fixture
def open_visits(qtbot, scene: Scene):
    opened = []

    def open_it(size: tuple[int, int] = LARGE):
        fill_village(scene)
        window = scene.window("visits", VisitsPage)
        qtbot.addWidget(window)
        opened.append(window)
        scene.runner.changed.connect(window.pages.tell_changes)
        window.resize(*size)
        page = window.pages.current_page()
        page.tabs.setCurrentIndex(1)
        scene.settle()
        return window, page

    yield open_it
    for window in opened:  # words that were just typed ask nothing more of the closed runner
        for timer in window.findChildren(QTimer):
            timer.stop()


def test_a_table_of_visits_comes_in_and_can_be_taken_back(open_visits, scene, tmp_path) -> None:
    _window, page = open_visits()
    page.import_button.click()
    importing = page.stack.currentWidget()
    importing.read_file(save_table(tmp_path / "走访.xlsx", VISITS))
    scene.settle()

    figures = (importing.add_card, importing.double_card, importing.refused_card)
    assert [card.number.text() for card in figures] == ["2", "1", "2"]
    assert [line.row for line in importing.refused.rows.rows()] == [5, 7]
    assert "查无此人" in importing.refused.rows.row_at(0).sentence
    assert not page.new_button.isEnabled()
    before = page.visits.list.model.rowCount()

    importing.start_import()
    scene.settle()

    assert page.stack.currentWidget() is page.visits
    assert page.import_button.isEnabled()
    assert page.visits.list.model.rowCount() == before + 2
    ((sentence, _txn),) = scene.undos
    assert "2 条走访" in sentence


def test_a_reason_a_cell_has_no_room_for_stands_in_full_below(open_visits, scene, tmp_path) -> None:
    window, page = open_visits(SMALL)
    scene.picture(window, "table-reason", SMALL)
    page.begin_import()
    importing = page.stack.currentWidget()
    importing.read_file(save_table(tmp_path / "走访.xlsx", VISITS))
    scene.settle()
    importing.refused.choose_position(1)
    scene.settle()
    assert importing.whole.text() == importing.refused.rows.row_at(1).sentence
    assert importing.whole.isVisible()
    importing.tabs.setCurrentWidget(importing.columns)
    assert not importing.whole.isVisible()
    importing.tabs.setCurrentWidget(importing.refused)
    scene.settle()
    assert_nothing_clipped(window)


def test_a_corrected_column_is_read_again(open_visits, scene, tmp_path) -> None:
    _window, page = open_visits()
    page.begin_import()
    importing = page.stack.currentWidget()
    importing.read_file(save_table(tmp_path / "走访.xlsx", VISITS))
    scene.settle()
    words = importing.columns.combos[TableColumn.TEXT]
    words.setCurrentIndex(0)
    words.activated.emit(0)
    scene.settle()
    (sheet,) = importing.plan.report.sheets
    assert sheet.columns.position(TableColumn.TEXT) is None


def test_a_file_without_the_columns_is_told_and_nothing_is_written(
    open_visits, scene, tmp_path
) -> None:
    _window, page = open_visits()
    page.begin_import()
    importing = page.stack.currentWidget()
    importing.read_file(save_table(tmp_path / "别的.xlsx", [("甲", "乙"), ("丙", "丁")]))
    scene.settle()
    assert "走访日期" in importing.error_label.text()
    assert not importing.import_button.isEnabled()
    importing.back_button.click()
    assert page.stack.currentWidget() is page.visits


def test_the_list_goes_out_as_it_is_filtered_and_is_known_again(
    open_visits, scene, tmp_path
) -> None:
    _window, page = open_visits()
    page.visits.list.spans.setCurrentIndex(page.visits.list.spans.count() - 1)
    page.visits.list.words.setText("吴某")
    page.export_button.click()
    asking = page.findChild(QFileDialog)
    assert asking.selectedFiles()[0].endswith("坪坦乡坪坦村走访20261123.xlsx")
    path = tmp_path / "走访.xlsx"
    asking.fileSelected.emit(str(path))
    asking.close()
    scene.settle()

    rows = list(load_workbook(path).active.iter_rows(min_row=3, values_only=True))
    assert [row[1] for row in rows] == ["吴某甲", "吴某乙"]
    assert scene.notices == ["已导出 2 条到 走访.xlsx。"]
    plan = read_and_plan_table(
        scene.store, scene.actor, path, kind=TableKind.VISITS, unit_id=a_unit().id
    )
    assert (plan.rows, plan.refused) == ((), ())
    assert len(plan.doubles) == 2


@pytest.mark.parametrize("tab", [2, 3])
def test_services_and_hazards_go_out_and_are_known_again(open_visits, scene, tmp_path, tab) -> None:
    _window, page = open_visits()
    page.tabs.setCurrentIndex(tab)
    scene.settle()
    shown = page.stack.currentWidget()
    shown.list.states.setCurrentIndex(2)
    page.begin_export()
    path = tmp_path / "表.xlsx"
    page._out.write_to(str(path))
    page.findChild(QFileDialog).close()
    scene.settle()
    kind = TableKind.SERVICES if tab == 2 else TableKind.HAZARDS
    plan = read_and_plan_table(scene.store, scene.actor, path, kind=kind, unit_id=a_unit().id)
    assert (plan.rows, plan.refused) == ((), ())
    assert len(plan.doubles) == 2


def test_a_disk_that_refuses_is_told(open_visits, scene, tmp_path) -> None:
    _window, page = open_visits()
    page.begin_export()
    page._out.write_to(str(tmp_path / "gone" / "走访.xlsx"))
    page.findChild(QFileDialog).close()
    scene.settle()
    assert "没有写成" in scene.notices[0]


def test_the_plan_is_no_table(open_visits, scene) -> None:
    _window, page = open_visits()
    page.tabs.setCurrentIndex(0)
    assert not page.import_button.isEnabled()
    assert not page.export_button.isEnabled()
    assert page.new_button.isEnabled()


INCIDENTS = [
    ("发生时间", "性质", "名称", "地点", "当事人"),
    ("2026-11-20 15:00", "治安", "酒后吵闹", "鼓楼", "甲某、乙某"),
    ("2026-11-21 09:30", "民事", "争水", "上寨", None),
    ("2026-11-21 09:30", "吵架", "争水", "上寨", None),
]


def test_incidents_come_in_with_undo_and_go_out_again(qtbot, scene, tmp_path) -> None:
    window = scene.window("cases", IncidentsPage)
    qtbot.addWidget(window)
    scene.runner.changed.connect(window.pages.tell_changes)
    page = window.pages.current_page()
    page.import_button.click()
    page.import_page.read_file(save_table(tmp_path / "警情.xlsx", INCIDENTS))
    scene.settle()
    page.import_page.start_import()
    scene.settle()

    ((sentence, txn),) = scene.undos
    assert "2 条警情" in sentence
    assert page.list.model.rowCount() == 2
    page.begin_export()
    path = tmp_path / "out.xlsx"
    page._out.write_to(str(path))
    page.findChild(QFileDialog).close()
    scene.settle()
    rows = list(load_workbook(path).active.iter_rows(min_row=3, values_only=True))
    assert [row[3] for row in rows] == ["争水", "酒后吵闹"]
    plan = read_and_plan_table(
        scene.store, scene.actor, path, kind=TableKind.INCIDENTS, unit_id=a_unit().id
    )
    assert (plan.rows, plan.refused, len(plan.doubles)) == ((), (), 2)
    with scene.store.reading() as session:
        assert len(session.exec(select(Incident)).all()) == 2
        assert session.exec(select(Visit)).all() == []
    undo(scene.store, account_id=scene.actor.account_id, txn=txn)
    page.load()
    scene.settle()
    assert page.list.model.rowCount() == 0


@pytest.mark.parametrize("size", [LARGE, SMALL])
def test_pictures_of_the_import(open_visits, scene, tmp_path, size) -> None:
    window, page = open_visits(size)
    scene.picture(window, "table-list", size)
    page.begin_import()
    importing = page.stack.currentWidget()
    importing.read_file(save_table(tmp_path / "坪坦村2026年11月走访台账.xlsx", VISITS))
    scene.settle()
    for place in range(importing.tabs.count()):
        importing.tabs.setCurrentIndex(place)
        scene.picture(window, f"table-import-{place}", size)
        assert_nothing_clipped(window)


def test_nothing_is_clipped_with_long_words(open_visits, scene, tmp_path) -> None:
    text.set_stretch(1.5)
    window, page = open_visits(SMALL)
    scene.picture(window, "table-stretched", SMALL)
    assert_nothing_clipped(window)
    page.begin_import()
    importing = page.stack.currentWidget()
    importing.read_file(save_table(tmp_path / "走访.xlsx", VISITS))
    scene.settle()
    for place in range(importing.tabs.count()):
        importing.tabs.setCurrentIndex(place)
        scene.settle()
        assert_nothing_clipped(window)
