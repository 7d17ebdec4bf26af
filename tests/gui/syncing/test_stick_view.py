"""用U盘交换 in the window: out, in, receipts, errors that say what was kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.errors import ErrorCode, UserFacingError
from i18n import text
from sync.client.stick import StickRead, StickRow, StickState, StickWritten
from tests.gui.clipping import assert_nothing_clipped
from tests.gui.conftest import LARGE, SMALL
from tests.gui.scene import Scene, make_scene
from ui.syncing.stick_desk import StickDesk
from ui.syncing.stick_view import StickView
from ui.syncing.sync_page import SyncPage

ROWS = (
    StickRow(3, "2026-11-23T08:30:00.000Z", 12, 1, StickState.UNDER_WAY, None, 0),
    StickRow(2, "2026-11-16T08:30:00.000Z", 40, 1, StickState.BY_LINE, None, 0),
    StickRow(1, "2026-11-09T08:30:00.000Z", 7, 2, StickState.ANSWERED, "2026-11-12T01:00:00Z", 96),
)


class PaperDesk(StickDesk):
    """Answers as the real one does, without a county; tests/sync/test_stick.py has the real one."""

    def __init__(self) -> None:
        super().__init__(None, tell=lambda _read: None)  # type: ignore[arg-type]
        self.asked: list[tuple[str, Path]] = []
        self.problem: UserFacingError | None = None

    def write(self, folder: Path) -> StickWritten:
        self._ask("write", folder)
        return StickWritten(4, 12, (folder / "a.glu",))

    def read(self, folder: Path) -> StickRead:
        self._ask("read", folder)
        return StickRead([3], {("household", "h")}, 96, is_new=True)

    def receipts(self) -> tuple[StickRow, ...]:
        return ROWS

    def _ask(self, what: str, folder: Path) -> None:
        self.asked.append((what, folder))
        self.progressed.emit(1, 2)
        if self.problem is not None:
            raise self.problem


@pytest.fixture
def scene(tmp_path, runner) -> Iterator[Scene]:
    yield from make_scene(tmp_path, runner)


@pytest.fixture
def desk(qtbot) -> PaperDesk:
    return PaperDesk()


def shown(qtbot, scene: Scene, desk: PaperDesk, size: tuple[int, int] = LARGE) -> Any:  # type: ignore[no-untyped-def]
    window = scene.window("sync", lambda context: SyncPage(context, sticks=desk))
    qtbot.addWidget(window)
    window.resize(*size)
    window.show()
    page = window.pages.current_page()
    assert isinstance(page, SyncPage)
    page.stick_button.click()
    scene.settle()
    return window


def view_of(window: Any) -> StickView:
    view = window.pages.current_page().sticks
    assert isinstance(view, StickView)
    return view


def test_receipts_say_what_was_confirmed(qtbot, scene, desk) -> None:
    window = shown(qtbot, scene, desk)
    view = view_of(window)
    assert view.table.rows.rowCount() == 3
    meanings = []
    for place in range(3):
        view.table.choose_position(place)
        meanings.append(view.meaning.text())
    assert "送到乡镇或县里" in meanings[0]
    assert "另外得到" in meanings[1]
    assert "96 条" in meanings[2]


def test_writing_and_reading_say_what_came_of_it(qtbot, scene, desk, tmp_path) -> None:
    window = shown(qtbot, scene, desk)
    view = view_of(window)
    view.write_to(tmp_path)
    assert not view.out.isEnabled()
    assert view.stop.isVisible()
    scene.settle()
    assert "12 条待上传" in view.said.text()
    assert view.out.isEnabled()
    view.read_from(tmp_path)
    scene.settle()
    assert "第 3 次的回执" in view.said.text()
    assert desk.asked == [("write", tmp_path), ("read", tmp_path)]


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (UserFacingError(ErrorCode.STICK_TAMPERED, file="a.glu"), "本机没有改动"),
        (UserFacingError(ErrorCode.STICK_FOR_ANOTHER, folder="/x"), "别的电脑"),
        (UserFacingError(ErrorCode.STICK_CUT_OFF, part=2, parts=3), "缺第 2 个"),
        (UserFacingError(ErrorCode.STICK_STOPPED), "再读一次"),
    ],
)
def test_an_error_stays_and_says_what_was_kept(
    qtbot, scene, desk, tmp_path, problem, words
) -> None:
    desk.problem = problem
    window = shown(qtbot, scene, desk)
    view = view_of(window)
    view.read_from(tmp_path)
    scene.settle()
    assert words in view.said.text()
    assert view.said.isVisible()
    assert view.in_.isEnabled()


def test_everything_is_reached_by_keyboard(qtbot, scene, desk) -> None:
    window = shown(qtbot, scene, desk)
    window.activateWindow()
    view = view_of(window)
    view.setFocus()
    seen = set()
    for _step in range(8):
        focus = window.focusWidget()
        seen.add(focus)
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    assert {view.out, view.in_, view.back, view.table} <= seen
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert window.pages.current_page().pending.isVisible()


@pytest.mark.parametrize("size", [LARGE, SMALL])
@pytest.mark.parametrize("stretch", [1.0, 1.5])
def test_nothing_is_clipped(qtbot, scene, desk, tmp_path, size, stretch) -> None:
    text.set_stretch(stretch)
    window = shown(qtbot, scene, desk, size)
    view_of(window).write_to(tmp_path)
    scene.settle()
    assert_nothing_clipped(window)
    if stretch == 1.0:
        scene.picture(window, "stick", size)


def test_without_a_stick_desk_there_is_no_button(qtbot, scene) -> None:
    page = SyncPage(scene.context())
    qtbot.addWidget(page)
    assert len(page.header_buttons()) == 1
