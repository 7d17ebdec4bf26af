"""What waits and what was refused, with the reason and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from sqlmodel import select

from app.outbox_rows import OpState
from db.tables.local import OutboxOp
from sync.client.round import lay_down
from sync.client.status import LineState, SyncStatus
from tests.gui.conftest import LARGE
from tests.gui.scene import Scene, make_scene
from tests.helpers.stores import a_household, a_resident, save
from ui.syncing.sync_page import SyncPage


@pytest.fixture
def scene(tmp_path, runner) -> Iterator[Scene]:
    yield from make_scene(tmp_path, runner)


@pytest.fixture
def household(scene: Scene):  # type: ignore[no-untyped-def]
    """The two people of the scene are with the county; a household and its head are not."""
    with scene.store.local_writing() as session:
        for each in session.exec(select(OutboxOp)):
            each.state = OpState.APPLIED
    household = a_household()
    save(scene.store, household, a_resident(household))
    return household


def judged(scene: Scene, entity: str, state: OpState, reason: str | None = None) -> None:
    with scene.store.local_writing() as session:
        for each in session.exec(select(OutboxOp).where(OutboxOp.entity == entity)):
            each.state, each.reason = state, reason


def opened(qtbot, scene: Scene) -> SyncPage:  # type: ignore[no-untyped-def]
    page = SyncPage(scene.context())
    qtbot.addWidget(page)
    page.resize(*LARGE)
    page.show()
    page.load()
    scene.settle()
    return page


def choose(page: SyncPage, entity: str) -> None:
    rows = list(page.table.rows.rows())
    page.table.choose_position([row.entity for row in rows].index(entity))


def test_refused_ones_stand_first_and_say_why(qtbot, scene, household) -> None:
    judged(scene, "resident", OpState.REFUSED, "not_permitted")
    page = opened(qtbot, scene)
    rows = page.table.rows.rows()
    assert [(row.entity, row.state) for row in rows] == [
        ("resident", OpState.REFUSED),
        ("household", OpState.WAITING),
    ]
    choose(page, "resident")
    assert page.why.isVisible()
    assert page.why.text() == "您的岗位没有这项权限，县里没有采纳。内容留在本机。"
    choose(page, "household")
    assert not page.why.isVisible()


@pytest.mark.parametrize(
    ("state", "may_send"),
    [(OpState.REFUSED, True), (OpState.QUARANTINED, True), (OpState.CONFLICT, False)],
)
def test_only_what_the_county_did_not_take_can_be_sent_again(
    qtbot, scene, household, state, may_send
) -> None:
    judged(scene, "resident", state, "bad_value")
    page = opened(qtbot, scene)
    choose(page, "resident")
    assert page.again.isVisible() is may_send
    assert page.why.isVisible()


def test_a_refused_group_is_sent_again_whole(qtbot, scene, household) -> None:
    with scene.store.reading() as session:
        waiting = select(OutboxOp.op_no).where(OutboxOp.state == OpState.WAITING)
        verdicts = [{"op_no": number, "verdict": "refused"} for number in session.exec(waiting)]
    answer = {"verdicts": verdicts, "changes": [], "cursors": {}, "more": False}
    lay_down(scene.store, {**answer, "epoch": "e", "server_ms": 0}, lambda _session, _touched: None)
    page = opened(qtbot, scene)
    choose(page, "household")
    page.again.click()
    scene.settle()
    states = {(row.entity, row.state) for row in page.table.rows.rows()}
    assert states == {("household", OpState.WAITING), ("resident", OpState.WAITING)}
    assert scene.writes == 1
    assert not page.again.isVisible()


def test_enter_opens_the_record_to_mend_it(qtbot, scene, household) -> None:
    judged(scene, "household", OpState.REFUSED, "bad_value")
    page = opened(qtbot, scene)
    choose(page, "household")
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert scene.opened == [("household", household.id)]


def test_an_operation_is_found_by_its_number(qtbot, scene, household) -> None:
    page = opened(qtbot, scene)
    wanted = page.table.rows.rows()[-1]
    page.open(str(wanted.op_no))
    scene.settle()
    assert page.table.current_row().op_no == wanted.op_no


def test_nothing_to_see_is_said_and_a_round_can_be_asked_for(qtbot, scene) -> None:
    with scene.store.local_writing() as session:
        for each in session.exec(select(OutboxOp)):
            each.state = OpState.APPLIED
    page = opened(qtbot, scene)
    assert page.table.rows.rowCount() == 0
    assert page.table._empty.isVisible()
    (button,) = page.header_buttons()
    assert isinstance(button, QPushButton)
    with qtbot.waitSignal(page.sync_asked, timeout=0):
        button.click()


def test_the_line_and_a_wrong_clock_are_told(qtbot, scene) -> None:
    page = opened(qtbot, scene)
    page.show_status(SyncStatus(LineState.OFFLINE, waiting=3, clock_offset_ms=-15 * 60_000))
    assert page.word.text() == "离线"
    assert page.line.text().startswith("3 条待上传")
    assert "快 15 分钟" in page.clock.text()
    page.show_status(SyncStatus(LineState.ONLINE))
    assert page.word.text() == "已同步"
    assert not page.clock.isVisible()
    scene.settle()
