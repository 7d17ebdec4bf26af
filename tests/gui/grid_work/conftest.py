"""A laptop of 坪坦村 with two micro-grids, and the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.accounts.session import Actor
from app.grid_work.vocabulary import HazardKind, HazardLevel, VisitWay
from app.households.vocabulary import CareLevel, LeftBehindKind
from db.tables.grid_work import HazardMeasure
from db.tables.households import Household
from tests.gui.conftest import LARGE, settle
from tests.gui.scene import Scene, make_scene
from tests.helpers.grid_work import a_hazard, a_service, a_visit
from tests.helpers.stores import a_household, a_micro_grid, a_resident, save
from ui.grid_work.page import VisitsPage
from ui.work.runner import Runner

TODAY = date(2026, 11, 23)


@pytest.fixture
def scene(tmp_path: Path, runner: Runner) -> Iterator[Scene]:
    yield from make_scene(tmp_path, runner)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def fill_village(scene: Scene, count: int = 6) -> list[Household]:
    """Micro-grid 1 is 张某's, with who needs care and what was found; the other 李某's."""
    grids = [
        a_micro_grid(number=1, worker_id="account-of-zhang"),
        a_micro_grid(number=2, worker_id="account-of-li"),
    ]
    names = ("吴某甲", "杨某", "石某", "吴某乙", "龙某", "粟某", "陆某", "杨某丙", "吴某丁")
    homes = [
        a_household(
            number=f"{place:03}",
            head_name=names[(place - 1) % len(names)],
            micro_grid_id=grids[0 if place <= (count + 1) // 2 else 1].id,
            address=f"坪坦村{place % 4 + 1}组",
        )
        for place in range(1, count + 1)
    ]
    people = [a_resident(home, identity_number=None, birth_date=date(1950, 3, 1)) for home in homes]
    people[0].care_level = CareLevel.HIGH
    people[1].left_behind = LeftBehindKind.ELDER
    hazard = a_hazard(homes[0], due_on=ago(2))
    save(
        scene.store,
        *grids,
        *homes,
        *people,
        a_visit(homes[0], ago(38), met="吴某甲", note="腿脚不便，请村医上门看过。"),
        a_visit(homes[1], ago(20), note="孙子在县城读书，周末才回来。"),
        a_visit(homes[2], ago(5), way=VisitWay.NOBODY_HOME),
        a_visit(homes[3], ago(100)),
        a_service(homes[0]),
        a_service(homes[1], text="修水管", asked_on=ago(9), due_on=ago(2)),
        hazard,
        a_hazard(
            homes[3],
            kind=HazardKind.FIRE,
            level=HazardLevel.LOW,
            place="堆柴的过道",
            text="柴草堆在火塘边，把过道也堵住了",
            due_on=TODAY + timedelta(days=9),
        ),
        HazardMeasure(
            unit_id=hazard.unit_id,
            hazard_id=hazard.id,
            done_on=ago(1),
            text="请电工看过，先断了灶房的电。",
            by_account_id="account-of-zhang",
            recorded_at=scene.store.clock.now(),
        ),
    )
    return homes


class Desk:
    """A page, its scene, and how often a key was pressed."""

    def __init__(self, qtbot, scene: Scene, page: VisitsPage) -> None:  # type: ignore[no-untyped-def]
        self.qtbot = qtbot
        self.scene = scene
        self.page = page
        self.presses = 0

    def wait(self) -> None:
        self.scene.settle()

    def focus(self) -> QWidget:
        found = QApplication.focusWidget()
        assert found is not None
        return found

    def press(self, *keys: Qt.Key, held: Qt.KeyboardModifier | None = None) -> None:
        for key in keys:
            self.presses += 1
            self.qtbot.keyClick(self.focus(), key, held or Qt.KeyboardModifier.NoModifier)
            self.wait()

    def save(self, *, is_next: bool = False) -> None:
        held = Qt.KeyboardModifier.ControlModifier
        if is_next:
            held |= Qt.KeyboardModifier.ShiftModifier
        self.press(Qt.Key.Key_Return, held=held)

    def type(self, text: str) -> None:
        """Letters by their keys, Chinese in one piece as an input method commits it."""
        self.presses += len(text)
        focus = self.focus()
        if text.isascii():
            self.qtbot.keyClicks(focus, text)
        elif hasattr(focus, "insertPlainText"):
            focus.insertPlainText(text)
        else:
            focus.insert(text)  # type: ignore[attr-defined]
        settle()


@pytest.fixture
def make_desk(qtbot, scene: Scene) -> Iterator[Callable[..., Desk]]:  # type: ignore[no-untyped-def]
    made: list[Desk] = []

    def make(actor: Actor | None = None) -> Desk:
        if actor is not None:
            scene.actor = actor
        page = VisitsPage(scene.context())
        scene.runner.changed.connect(page.on_changes)
        qtbot.addWidget(page)
        page.resize(*LARGE)
        page.show()
        qtbot.waitExposed(page)
        page.activateWindow()
        desk = Desk(qtbot, scene, page)
        page.load()
        desk.wait()
        page.setFocus()
        settle()
        made.append(desk)
        return desk

    yield make
    for desk in made:  # no clock outlives its test
        desk.page.flush_draft()
        desk.page.hide()
        desk.wait()
