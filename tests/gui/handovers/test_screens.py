"""Handing over by keyboard: a case, a household, a person; what the cards say of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.accounts.session import Actor
from app.accounts.vocabulary import Role
from app.handovers.vocabulary import HandoverSubject
from app.store import Store
from db.tables.organisations import Account
from tests.gui.clipping import assert_nothing_clipped
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
