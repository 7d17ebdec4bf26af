"""From the word 有冲突 of a list to the place where it is settled."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt

from app.store import SyncState
from tests.gui.scene import Scene, make_scene
from tests.helpers.stores import a_case, a_household
from ui.cases.list_card import CONFLICT_COLUMN
from ui.cases.page import CasesPage
from ui.households.page import MicroGridsPage
from ui.widgets.record_table import RecordTable


@pytest.fixture
def scene(tmp_path, runner) -> Iterator[Scene]:
    yield from make_scene(tmp_path, runner)


def click(qtbot, table: RecordTable, column: int) -> None:  # type: ignore[no-untyped-def]
    place = table.visualRect(table.rows.index(0, column)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place))


@pytest.mark.parametrize("state", [SyncState.CONFLICT, SyncState.SYNCED])
@pytest.mark.parametrize("make_page", [CasesPage, MicroGridsPage])
def test_the_word_of_a_list_leads_to_its_conflict(qtbot, scene, make_page, state) -> None:
    record = a_case(scene.store) if make_page is CasesPage else a_household()
    record.sync_state, record.sync_version, record.sync_seq = state, 1, 1
    with scene.store.laying_down() as session:
        session.add(record)
    page = make_page(scene.context())
    qtbot.addWidget(page)
    page.resize(1366, 768)
    page.show()
    page.load()
    scene.settle()
    table = page.list.table if isinstance(page, CasesPage) else page.overview.table
    said_in = CONFLICT_COLUMN if isinstance(page, CasesPage) else len(table.rows.columns) - 1
    click(qtbot, table, 1)
    scene.settle()
    assert scene.opened == []
    click(qtbot, table, said_in)
    scene.settle()
    wanted = [("conflict", record.id)] if state is SyncState.CONFLICT else []
    assert scene.opened == wanted
