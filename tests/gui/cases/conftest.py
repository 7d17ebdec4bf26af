"""A page on a real encrypted store, worked by its keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.accounts.vocabulary import Role
from tests.gui.cases.scenes import Scene, a_scene
from tests.gui.conftest import LARGE, settle
from ui.cases.page import CasesPage
from ui.work.runner import Runner


class Desk:
    """A page, its scene, and the keyboard."""

    def __init__(self, qtbot, scene: Scene, page: CasesPage) -> None:  # type: ignore[no-untyped-def]
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
        if text.isascii():
            self.qtbot.keyClicks(self.focus(), text)
        else:
            self.focus().insert(text) if hasattr(
                self.focus(), "insert"
            ) else self.focus().insertPlainText(text)  # type: ignore[attr-defined]
        settle()

    def open_new(self) -> None:
        self.page.open_new()
        self.wait()


@pytest.fixture
def make_desk(  # type: ignore[no-untyped-def]
    qtbot, runner: Runner, tmp_path: Path
) -> Iterator[Callable[..., Desk]]:
    made: list[Desk] = []

    def make(role: Role = Role.GRID_WORKER, *, scene: Scene | None = None) -> Desk:
        scene = scene or a_scene(tmp_path, runner, role=role)
        page = scene.page()
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
    return make_desk()
