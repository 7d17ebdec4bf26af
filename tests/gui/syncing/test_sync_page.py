"""What waits and what was refused, in full, with what can be done about it; the line above it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from sqlmodel import select

from app.accounts.vocabulary import Role
from app.looks.vocabulary import LookedAt
from app.outbox_rows import OpState
from app.pending.vocabulary import PendingKind
from db.tables.households import Household
from db.tables.local import OutboxOp
from db.tables.looks import Look
from i18n import text
from sync.client.round import lay_down
from sync.client.status import LineState, SyncStatus
from sync.protocol.messages import Reason
from tests.gui.clipping import assert_nothing_clipped
from tests.gui.conftest import LARGE, SMALL
from tests.gui.scene import Scene, make_scene
from tests.helpers.pdf_text import pages_of
from tests.helpers.stores import a_case, a_household, a_resident, an_actor, save
from ui.syncing.pending_paper import paper_html
from ui.syncing.pending_view import PendingView
from ui.syncing.sync_page import SyncPage
from ui.widgets.paper import PaperDesk
from ui.wording_pending import row_title, todo_sentence, why_sentence


@pytest.fixture
def scene(tmp_path, runner) -> Iterator[Scene]:
    yield from make_scene(tmp_path, runner)


@pytest.fixture
def household(scene: Scene):  # type: ignore[no-untyped-def]
    """The two people of the scene are with the county; a household and its head are not."""
    with scene.store.local_writing() as session:
        for each in session.exec(select(OutboxOp)):
            each.state = OpState.APPLIED
    household = a_household(note="屋后有滑坡，雨季要看")
    save(scene.store, household, a_resident(household))
    return household


def answer(scene: Scene, verdicts: list[dict[str, Any]], changes: list[Any] | None = None) -> None:
    found = {"verdicts": verdicts, "changes": changes or [], "cursors": {}, "more": False}
    lay_down(scene.store, {**found, "epoch": "e", "server_ms": 0}, lambda _session, _touched: None)


def refuse(scene: Scene, reasons: dict[str, str], detail: dict[str, Any] | None = None) -> None:
    """The county's verdict on all that waits, by entity; what is not named: group_refused."""
    with scene.store.reading() as session:
        waiting = session.exec(select(OutboxOp).where(OutboxOp.state == OpState.WAITING)).all()
    answer(
        scene,
        [
            {
                "op_no": one.op_no,
                "verdict": "refused",
                "reason": reasons.get(one.entity, "group_refused"),
                "detail": detail if one.entity in reasons else None,
            }
            for one in waiting
        ],
    )


def opened(qtbot, scene: Scene, size: tuple[int, int] = LARGE) -> PendingView:  # type: ignore[no-untyped-def]
    page = SyncPage(scene.context())
    qtbot.addWidget(page)
    page.resize(*size)
    page.show()
    page.load()
    scene.settle()
    page.pending.keeps = page  # type: ignore[attr-defined]
    return page.pending


def choose(view: PendingView, entity: str) -> None:
    rows = list(view.table.rows.rows())
    view.table.choose_position([row.entity for row in rows].index(entity))


def words_of(view: PendingView) -> str:
    return "\n".join(label.text() for label in view.card.findChildren(QLabel))


def test_refused_work_is_shown_in_full_with_why_and_what_to_do(qtbot, scene, household) -> None:
    refuse(scene, {"resident": "bad_value"}, {"fields": {"identity_number": "wrong"}})
    view = opened(qtbot, scene)
    assert [row.entity for row in view.table.rows.rows()] == ["resident", "household"]
    assert "身份证号码" in view.card.todo.text()
    assert "有一项填得不合要求" in view.card.why.text()
    choose(view, "household")
    assert "屋后有滑坡，雨季要看" in words_of(view)
    assert "先改好" in view.card.todo.text()


def test_mending_opens_the_form_at_the_field(qtbot, scene, household) -> None:
    refuse(scene, {"household": "bad_value"}, {"fields": {"head_name": "too_long"}})
    view = opened(qtbot, scene)
    choose(view, "household")
    view.card.mend.click()
    qtbot.keyClick(view.table, Qt.Key.Key_Return)
    assert scene.mended == [("household", household.id, "head_name")] * 2


def test_a_refused_group_is_sent_again_whole(qtbot, scene, household) -> None:
    refuse(scene, {"household": "not_permitted"})
    view = opened(qtbot, scene)
    view.card.again.click()
    scene.settle()
    assert {row.kind for row in view.table.rows.rows()} == {PendingKind.WAITING}
    assert scene.writes == 1
    assert not view.card.again.isVisible()


def test_kept_as_a_note_and_taken_back_at_once(qtbot, scene, household) -> None:
    refuse(scene, {"household": "record_gone"})
    view = opened(qtbot, scene)
    view.card.aside_.click()
    scene.settle()
    assert view.table.rows.rowCount() == 0
    assert view._done.isVisible()
    view.kinds.setCurrentIndex(view.kinds.findData(PendingKind.NOTE))
    view.kinds.activated.emit(view.kinds.currentIndex())
    scene.settle()
    assert view.table.rows.rowCount() == 2
    view._done.undo.click()
    scene.settle()
    view.kinds.setCurrentIndex(0)
    view.load()
    scene.settle()
    assert view.table.rows.rowCount() == 2


def test_a_note_is_found_by_its_words_and_put_back(qtbot, scene, household) -> None:
    refuse(scene, {"household": "record_gone"})
    view = opened(qtbot, scene)
    view.card.aside_.click()
    scene.settle()
    view.kinds.setCurrentIndex(view.kinds.findData(PendingKind.NOTE))
    view.words.setText("滑坡")
    view.load()
    scene.settle()
    assert [row.entity for row in view.table.rows.rows()] == ["household"]
    assert "屋后有滑坡，雨季要看" in words_of(view)
    view.card.back.click()
    scene.settle()
    view.words.clear()
    view.kinds.setCurrentIndex(0)
    view.load()
    scene.settle()
    assert view.table.rows.rowCount() == 2


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_says_why_and_what_to_do(qtbot, scene, household, reason: Reason) -> None:
    refuse(scene, {"household": reason.value, "resident": reason.value})
    view = opened(qtbot, scene)
    row = view.card.row
    assert row is not None
    assert "没有说明" not in why_sentence(row), "a sentence of its own"
    assert todo_sentence(row)


def test_an_operation_is_found_by_its_number(qtbot, scene, household) -> None:
    page = SyncPage(scene.context())
    qtbot.addWidget(page)
    page.resize(*LARGE)
    page.show()
    page.load()
    scene.settle()
    wanted = page.pending.table.rows.rows()[-1]
    page.open(str(wanted.op_no))
    scene.settle()
    assert page.pending.table.current_row().op_no == wanted.op_no


def test_what_another_may_not_read_is_not_shown(qtbot, scene, household) -> None:
    refuse(scene, {"household": "not_permitted"})
    scene.actor = an_actor(Role.LEGAL_AID_LAWYER, account_id="account-of-lawyer", name="王某")
    view = opened(qtbot, scene)
    assert "滑坡" not in words_of(view)
    assert row_title(view.table.rows.rows()[0]) == "（您的岗位看不到内容）"
    assert not any(button.isVisible() for button in view.card.buttons())


def test_the_list_goes_out_as_a_workbook(qtbot, scene, household, tmp_path: Path) -> None:
    refuse(scene, {"household": "out_of_scope"})
    view = opened(qtbot, scene)
    file = tmp_path / "待处理.xlsx"
    view.export_to(file)
    scene.settle()
    sheet = load_workbook(file).active
    lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert len(lines) == 3
    assert any("屋后有滑坡，雨季要看" in str(cell) for cell in lines[1] + lines[2])
    assert "已导出" in scene.notices[-1]


def test_a_folder_that_is_gone_is_said(qtbot, scene, household, tmp_path: Path) -> None:
    view = opened(qtbot, scene)
    view.export_to(tmp_path / "not there" / "a.xlsx")
    scene.settle()
    assert "没有写成" in scene.notices[-1]


def test_the_list_is_printed_as_it_was_typed(qtbot, scene, household, tmp_path: Path) -> None:
    with scene.store.transaction(account_id="account-of-zhang", action="edit") as tx:
        tx.session.get_one(Household, household.id).note = "<b>不是标记</b>"
    view = opened(qtbot, scene)
    rows = tuple(view.table.rows.rows())
    assert "&lt;b&gt;不是标记" in paper_html(rows)
    view.print_button.click()
    desk = view.print_button.findChild(PaperDesk)
    desk.menu.close()
    desk.save_to(tmp_path / "a.pdf")
    scene.settle()
    (page,) = pages_of((tmp_path / "a.pdf").read_bytes())
    assert "待处理" in page
    assert "<b>不是标记</b>" in page
    assert "已存为" in scene.notices[-1]
    with scene.store.reading() as session:
        (look,) = session.exec(select(Look)).all()
    assert (look.looked_at, look.people, look.reason) == (
        LookedAt.PRINT,
        len(rows),
        "待处理",
    )


def test_a_row_the_file_could_not_hold_is_listed(qtbot, scene) -> None:
    body = {"unit_id": scene.actor.unit_id, "head_name": "石某某"}
    answer(scene, [], [["household", "h", "put", 1, None, body, 3]])
    view = opened(qtbot, scene)
    view.kinds.setCurrentIndex(view.kinds.findData(PendingKind.NOT_LAID))
    view.load()
    scene.settle()
    assert "石某某" in words_of(view)
    assert not any(button.isVisible() for button in view.card.buttons())


def test_nothing_to_see_is_said_and_a_round_can_be_asked_for(qtbot, scene) -> None:
    with scene.store.local_writing() as session:
        for each in session.exec(select(OutboxOp)):
            each.state = OpState.APPLIED
    page = SyncPage(scene.context())
    qtbot.addWidget(page)
    page.resize(*LARGE)
    page.show()
    page.load()
    scene.settle()
    assert page.pending.table.rows.rowCount() == 0
    assert page.pending.table._empty.isVisible()
    assert not page.pending.export_button.isEnabled()
    (button,) = page.header_buttons()
    assert isinstance(button, QPushButton)
    with qtbot.waitSignal(page.sync_asked, timeout=0):
        button.click()


def test_the_line_and_a_wrong_clock_are_told(qtbot, scene) -> None:
    page = SyncPage(scene.context())
    qtbot.addWidget(page)
    page.resize(*LARGE)
    page.show()
    page.show_status(SyncStatus(LineState.OFFLINE, waiting=3, clock_offset_ms=-15 * 60_000))
    assert page.word.text() == "离线"
    assert page.line.text().startswith("3 条待上传")
    assert "快 15 分钟" in page.clock.text()
    page.show_status(SyncStatus(LineState.OFFLINE, clock_offset_ms=400 * 86_400_000))
    assert "慢 400 天" in page.clock.text()
    page.show_status(SyncStatus(LineState.ONLINE))
    assert page.word.text() == "已同步"
    assert not page.clock.isVisible()
    scene.settle()


@pytest.mark.parametrize("size", [LARGE, SMALL])
@pytest.mark.parametrize("stretch", [1.0, 1.5])
def test_nothing_is_clipped(qtbot, scene, household, size, stretch) -> None:
    refuse(scene, {"resident": "bad_value"}, {"fields": {"identity_number": "wrong"}})
    save(scene.store, a_case(scene.store))
    text.set_stretch(stretch)
    window = scene.window("sync", SyncPage)
    qtbot.addWidget(window)
    window.resize(*size)
    window.show()
    scene.settle()
    page = window.pages.current_page()
    assert isinstance(page, SyncPage)
    qtbot.keyClick(page.pending.table, Qt.Key.Key_Return)
    scene.settle()
    assert_nothing_clipped(window)
    if stretch == 1.0:
        scene.picture(window, "pending", size)
