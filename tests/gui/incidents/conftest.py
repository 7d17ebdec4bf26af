"""The page 警情 on a real encrypted store, worked by its keys. Every name is made up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.accounts.vocabulary import Role
from app.incidents.actions import record_incident
from app.incidents.people import PersonEntry
from app.incidents.vocabulary import IncidentClass, IncidentRole
from tests.gui.cases.scenes import Scene, a_scene
from tests.gui.conftest import LARGE, settle
from tests.helpers.clock import A_MONDAY
from tests.helpers.stores import a_micro_grid, save
from tests.unit.incidents.drafts import an_incident
from ui.incidents.page import IncidentsPage
from ui.work.runner import Runner


class Desk:
    """A page, its scene, and the keyboard."""

    def __init__(self, qtbot, scene: Scene, page: IncidentsPage) -> None:  # type: ignore[no-untyped-def]
        self.qtbot = qtbot
        self.scene = scene
        self.page = page

    @property
    def form(self):  # type: ignore[no-untyped-def]
        return self.page.editor.form

    def wait(self) -> None:
        """Until all reads and writes are done and shown."""
        for _round in range(3):
            settle()
            assert self.scene.runner.wait_idle()
        settle()

    def focus(self) -> QWidget:
        found = QApplication.focusWidget()
        assert found is not None
        return found

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier | None = None) -> None:
        self.qtbot.keyClick(self.focus(), key, modifiers or Qt.KeyboardModifier.NoModifier)
        self.wait()

    def type(self, text: str) -> None:
        """As an input method commits it: Chinese in one piece."""
        field = self.focus()
        if text.isascii():
            self.qtbot.keyClicks(field, text)
        elif hasattr(field, "insert"):
            field.insert(text)
        else:
            field.insertPlainText(text)  # type: ignore[attr-defined]
        settle()

    def open(self, title: str) -> None:
        row = next(row for row in self.page.list.model.rows() if row.title == title)
        self.page.open(row.incident_id)
        self.wait()


def some_incidents(scene: Scene) -> None:
    """A micro-grid and three incidents, the newest about a fight."""
    grid = a_micro_grid(name="第1微网格")
    save(scene.store, grid)
    for hours, title, kind, people in (
        (50, "夜里丢了两只鸡", IncidentClass.CRIMINAL, ()),
        (20, "借钱不还上门堵路", IncidentClass.CIVIL, (PersonEntry("粟某"), PersonEntry("陆某"))),
        (
            2,
            "酒后打架",
            IncidentClass.PUBLIC_ORDER,
            (
                PersonEntry("石某", phone="13800001111", address="坪坦村三组"),
                PersonEntry("贵州黎平龙某", IncidentRole.HARMED),
            ),
        ),
    ):
        record_incident(
            scene.store,
            scene.actor,
            an_incident(
                title=title,
                incident_class=kind,
                people=people,
                micro_grid_id=grid.id,
                happened_at=A_MONDAY - timedelta(hours=hours),
            ),
        )


@pytest.fixture
def make_desk(  # type: ignore[no-untyped-def]
    qtbot, runner: Runner, tmp_path: Path
) -> Iterator[Callable[..., Desk]]:
    made: list[Desk] = []

    def make(role: Role = Role.GRID_WORKER, *, is_empty: bool = False) -> Desk:
        scene = a_scene(tmp_path, runner)
        if not is_empty:
            some_incidents(scene)
        scene.actor = type(scene.actor)(
            scene.actor.account_id, scene.actor.name, role, scene.actor.unit_id, scene.actor.units
        )
        page = IncidentsPage(scene.context())
        runner.changed.connect(page.on_changes)
        qtbot.addWidget(page)
        page.resize(*LARGE)
        page.show()
        qtbot.waitExposed(page)
        page.activateWindow()
        desk = Desk(qtbot, scene, page)
        page.load()
        desk.wait()
        made.append(desk)
        return desk

    yield make
    for desk in made:  # no clock outlives its test
        desk.page.flush_draft()
        desk.page.hide()
        desk.wait()


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    """A grid worker's page with three incidents."""
    return make_desk()
