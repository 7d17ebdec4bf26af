"""Handing over by keyboard: a case, a household, a person; what the cards say of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from sqlmodel import select

from app.accounts.session import Actor
from app.accounts.vocabulary import Role
from app.handovers.vocabulary import HandoverSubject
from app.store import Store
from db.tables.cases import CaseFile
from db.tables.handovers import Handover
from db.tables.organisations import Account
from tests.gui.cases.scenes import a_scene, some_disputes
from tests.gui.clipping import assert_nothing_clipped
from tests.gui.conftest import SMALL
from tests.helpers.stores import a_household, a_store, a_unit, an_actor, save
from ui.context import PageContext
from ui.handovers.desk import HandoverDesk
from ui.handovers.dialog import HandoverDialog
from ui.handovers.people_card import PeopleCard
from ui.households.side import HouseholdSide
from ui.work.runner import Runner

FORESTRY, NEXT = a_unit("县林业局").id, a_unit("平日村").id


def settled(runner: Runner) -> None:
    for _ in range(4):
        QApplication.processEvents()
        assert runner.wait_idle()
    QApplication.processEvents()


def dialog_of(owner: QWidget) -> HandoverDialog:
    found = [one for one in owner.window().findChildren(HandoverDialog) if one.isVisible()]
    assert len(found) == 1
    return found[0]


def pick(qtbot, runner: Runner, dialog: HandoverDialog, typed: str) -> None:
    """Types a part of the name, waits for the list and takes the first."""
    qtbot.keyClicks(dialog.unit.edit, typed)
    qtbot.waitUntil(lambda: dialog.unit.is_open(), timeout=5000)
    settled(runner)
    qtbot.keyClick(dialog.unit.edit, Qt.Key.Key_Return)
    settled(runner)


def carried_out(store: Store, handover_id: str) -> None:
    """As the county's answer lays it down."""
    with store.laying_down() as session:
        row = session.get(Handover, handover_id)
        assert row is not None
        row.sync_version, row.sync_seq = 1, 10


@pytest.fixture
def desk(qtbot, runner: Runner, tmp_path: Path):
    scene = a_scene(tmp_path, runner)
    cases = some_disputes(scene)
    page = scene.page()
    qtbot.addWidget(page)
    page.resize(1366, 768)
    page.show()
    qtbot.waitExposed(page)
    page.activateWindow()
    page.load()
    page.open(cases[-1])
    settled(runner)
    yield scene, page, cases[-1]
    page.flush_draft()
    page.hide()
    settled(runner)


def test_a_case_is_handed_over_by_keyboard_and_asked_back(qtbot, runner: Runner, desk) -> None:
    scene, page, _ = desk
    button = page.card.handover.button
    assert button.isVisible()
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    dialog = dialog_of(page)
    qtbot.waitExposed(dialog)
    assert not dialog.accept_button.isEnabled()
    assert_nothing_clipped(dialog)
    pick(qtbot, runner, dialog, "linyeju")
    assert dialog.accept_button.isEnabled()
    assert "县林业局" in dialog.what.text()
    assert "能看到全部案卷" in dialog.what.text()
    qtbot.keyClick(dialog.accept_button, Qt.Key.Key_Return)
    settled(runner)
    assert not dialog.isVisible()
    assert page.card.handover.line.text() == "已申请移交到县林业局，等县里确认。"
    assert not button.isVisible()
    assert [words for words, _ in scene.undos] == ["已申请移交，等县里确认。"]
    assert scene.writes

    qtbot.mouseClick(page.card.handover.back, Qt.MouseButton.LeftButton)
    settled(runner)
    with scene.store.reading() as session:
        first, back = session.exec(select(Handover).order_by("happened_at")).all()
        assert {(one.from_unit_id, one.to_unit_id) for one in (first, back)} == {
            (scene.actor.unit_id, FORESTRY),
            (FORESTRY, scene.actor.unit_id),
        }


def test_escape_leaves_the_dialog_and_asks_nothing(qtbot, runner: Runner, desk) -> None:
    scene, page, _ = desk
    page.card.handover.ask()
    dialog = dialog_of(page)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    settled(runner)
    assert not dialog.isVisible()
    with scene.store.reading() as session:
        assert not session.exec(select(Handover)).all()


def test_a_case_in_other_hands_says_so(runner: Runner, desk, qtbot) -> None:
    scene, page, case_id = desk
    page.card.handover.ask()
    dialog = dialog_of(page)
    pick(qtbot, runner, dialog, "linyeju")
    qtbot.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    settled(runner)
    with scene.store.reading() as session:
        handover_id = session.exec(select(Handover.id)).one()
    carried_out(scene.store, handover_id)
    with scene.store.laying_down() as session:
        case = session.get(CaseFile, case_id)
        assert case is not None
        case.holder_unit_id = FORESTRY
    page.load()
    settled(runner)
    assert page.card.handover.line.text() == "现由县林业局办理。"
    assert page.card.handover.back.isVisible()
    assert_nothing_clipped(page)
    page.resize(*SMALL)
    settled(runner)
    assert_nothing_clipped(page)


# --- households and people ------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_store(tmp_path)


def a_context(store: Store, runner: Runner, actor: Actor) -> PageContext:
    return PageContext(
        store=store,
        actor=actor,
        runner=runner,
        notify=lambda _words: None,
        offer_undo=lambda _words, _txn: None,
        open_record=lambda _entity, _record: None,
        wrote=lambda: None,
    )


@pytest.mark.parametrize(
    ("role", "unit", "may"),
    [(Role.TOWNSHIP_CENTRE, "坪坦乡", True), (Role.GRID_WORKER, "坪坦村", False)],
)
def test_households_are_moved_from_above(
    qtbot, store: Store, runner: Runner, role: Role, unit: str, may: bool
) -> None:
    home = a_household(number="7", head_name="吴某")
    save(store, home)
    side = HouseholdSide(a_context(store, runner, an_actor(role, unit)))
    qtbot.addWidget(side)
    side.resize(420, 560)
    side.show()
    side.show_household(home.id)
    settled(runner)
    desk = side.panel.handover
    assert (desk is not None) is may
    if desk is None:
        return
    assert desk.button.isVisible()
    desk.ask()
    dialog = dialog_of(side)
    pick(qtbot, runner, dialog, "pingri")
    assert "7 吴某" in dialog.what.text()
    qtbot.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    settled(runner)
    assert desk.line.text() == "已申请移交到坪坦乡平日村，等县里确认。"
    assert_nothing_clipped(side)


def test_a_refusal_is_said_in_the_dialog_and_the_words_stay(
    qtbot, store: Store, runner: Runner
) -> None:
    home = a_household(number="7", head_name="吴某")
    save(store, home)
    context = a_context(store, runner, an_actor(Role.TOWNSHIP_CENTRE, "坪坦乡"))
    owner = QWidget()
    qtbot.addWidget(owner)
    desk = HandoverDesk(context, HandoverSubject.HOUSEHOLD, owner)
    desk.button.setParent(owner)
    owner.show()
    desk.show_subject(home.id)
    settled(runner)
    desk.ask()
    dialog = dialog_of(owner)
    pick(qtbot, runner, dialog, "pingri")
    dialog.note.setPlainText("字" * 1001)
    qtbot.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    settled(runner)
    assert dialog.isVisible()
    assert "1000" in dialog.problem.text()
    assert len(dialog.note.toPlainText()) == 1001
    dialog.reject()


def test_a_person_is_moved_from_the_list(qtbot, store: Store, runner: Runner) -> None:
    with store.laying_down() as session:
        session.add(Account(id="a", unit_id=a_unit().id, name="张某", role=Role.GRID_WORKER))
    card = PeopleCard(a_context(store, runner, an_actor(Role.TOWNSHIP_CENTRE, "坪坦乡")))
    qtbot.addWidget(card)
    card.resize(520, 320)
    card.show()
    settled(runner)
    card.table.setFocus()
    card.handover.ask()
    dialog = dialog_of(card)
    pick(qtbot, runner, dialog, "pingri")
    assert "只能在坪坦乡平日村的电脑上登录" in dialog.what.text()
    qtbot.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    settled(runner)
    row = card.table.current_row()
    assert row.asked_for == "坪坦乡平日村"
    assert_nothing_clipped(card)
