"""The passphrase: a new one twice, the old one once, and again after a slip."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

import app.__main__ as program
from app.errors import ErrorCode, UserFacingError
from app.laptop import PassphraseNeed
from tests.gui.conftest import settle
from ui.shell.passphrase_dialog import PassphraseDialog

ENTER = Qt.Key.Key_Return


def shown(qtbot, need: PassphraseNeed, problem: str = "") -> PassphraseDialog:  # type: ignore[no-untyped-def]
    dialog = PassphraseDialog(need, problem=problem)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.activateWindow()
    settle()
    assert QApplication.focusWidget() is dialog.first
    return dialog


def test_the_old_one_is_typed_once(qtbot) -> None:
    dialog = shown(qtbot, PassphraseNeed.EXISTING)
    assert not dialog.second.isVisible()
    qtbot.keyClicks(dialog.first, "long enough")
    with qtbot.waitSignal(dialog.accepted, timeout=0):
        qtbot.keyClick(dialog.first, ENTER)
    assert dialog.passphrase == "long enough"


def test_a_new_one_must_be_typed_twice_alike(qtbot) -> None:
    dialog = shown(qtbot, PassphraseNeed.NEW)
    qtbot.keyClicks(dialog.first, "long enough")
    qtbot.keyClicks(dialog.second, "long enouhg")
    with qtbot.assertNotEmitted(dialog.accepted):
        qtbot.keyClick(dialog.second, ENTER)
    assert "两次输入的不一样" in dialog.problem.text()
    assert dialog.second.text() == ""
    qtbot.keyClicks(dialog.second, "long enough")
    with qtbot.waitSignal(dialog.accepted, timeout=0):
        qtbot.keyClick(dialog.second, ENTER)


def test_it_says_why_it_asks_again(qtbot) -> None:
    dialog = shown(qtbot, PassphraseNeed.EXISTING, "口令不对。")
    assert dialog.problem.isVisible()
    assert dialog.problem.text() == "口令不对。"


def test_a_wrong_passphrase_is_asked_for_again_and_never_leads_to_a_copy(
    monkeypatch, tmp_path
) -> None:
    asked: list[str] = []

    def ask(need: PassphraseNeed, problem: str = "") -> str:
        asked.append(problem)
        return "wrong" if len(asked) == 1 else "right"

    def open_laptop(folder, *, ask_passphrase):  # type: ignore[no-untyped-def]
        if ask_passphrase(PassphraseNeed.EXISTING) == "wrong":
            raise UserFacingError(ErrorCode.KEY_PHRASE_WRONG, path="gulou.keys")
        return "the laptop"

    monkeypatch.setattr(program, "_ask_in_window", ask)
    monkeypatch.setattr("app.laptop.open_laptop", open_laptop)
    assert program._open_asking(tmp_path) == "the laptop"
    assert asked[0] == ""
    assert "口令不对" in asked[1]


def test_other_trouble_is_not_asked_away(monkeypatch, tmp_path) -> None:
    def open_laptop(folder, *, ask_passphrase):  # type: ignore[no-untyped-def]
        raise UserFacingError(ErrorCode.KEY_MISSING)

    monkeypatch.setattr("app.laptop.open_laptop", open_laptop)
    with pytest.raises(UserFacingError) as trouble:
        program._open_asking(tmp_path)
    assert trouble.value.code is ErrorCode.KEY_MISSING
