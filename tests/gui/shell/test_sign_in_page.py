"""Signing in by keyboard; a wrong PIN, the wait after it, the lock screen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from app.errors import ErrorCode, UserFacingError
from tests.gui.conftest import settle
from ui.shell.sign_in_page import Person, SignInPage
from ui.work.runner import Runner

ZHANG, LI = Person("1", "张某", "网格员"), Person("2", "李某", "辅警")


class Desk:
    """Knows one PIN and counts the tries."""

    def __init__(self) -> None:
        self.tries: list[tuple[str, str]] = []
        self.seconds = 0

    def sign_in(self, account_id: str, pin: str) -> object:
        self.tries.append((account_id, pin))
        if pin != "246810":
            raise UserFacingError(ErrorCode.PIN_WRONG, seconds=self.seconds)
        return f"actor {account_id}"


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def page(qtbot, desk: Desk, runner: Runner) -> SignInPage:
    page = SignInPage(
        sign_in=desk.sign_in, describe=lambda error: f"不对：{error.code}", runner=runner
    )
    qtbot.addWidget(page)
    page.set_people([ZHANG, LI], last_account_id="2")
    page.resize(911, 480)
    page.show()
    page.activateWindow()
    page.reset()
    settle()
    return page


def test_the_last_person_is_chosen_and_the_pin_awaited(page: SignInPage) -> None:
    assert page.table.current_row() == LI
    assert QApplication.focusWidget() is page.pin
    assert page.pin.echoMode() == QLineEdit.EchoMode.Password


def test_the_whole_of_it_by_keyboard(page: SignInPage, desk: Desk, runner, qtbot) -> None:
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Up):
        qtbot.keyClick(page.pin, key)
    assert page.table.current_row() == ZHANG
    assert QApplication.focusWidget() is page.pin
    qtbot.keyClicks(page.pin, "246810")
    with qtbot.waitSignal(page.signed_in, timeout=5000) as signed_in:
        qtbot.keyClick(page.pin, Qt.Key.Key_Return)
    assert signed_in.args == ["actor 1"]
    assert page.pin.text() == ""


def test_digits_typed_over_the_names_go_to_the_pin(page: SignInPage, qtbot) -> None:
    page.table.setFocus()
    qtbot.keyClicks(page.table, "2")
    assert page.pin.text() == "2"


def test_only_digits_are_taken(page: SignInPage, qtbot) -> None:
    qtbot.keyClicks(page.pin, "2a4 b6")
    assert page.pin.text() == "246"


def test_a_wrong_pin_says_so_and_is_cleared(page: SignInPage, runner, qtbot) -> None:
    qtbot.keyClicks(page.pin, "111111")
    qtbot.keyClick(page.pin, Qt.Key.Key_Return)
    assert runner.wait_idle()
    assert page.error == "不对：pin_wrong"
    assert page.pin.text() == ""
    assert page.button.isEnabled()


def test_after_a_wrong_pin_the_wait_is_counted_down(page, desk, runner, qtbot) -> None:
    desk.seconds = 2
    qtbot.keyClicks(page.pin, "111111")
    qtbot.keyClick(page.pin, Qt.Key.Key_Return)
    assert runner.wait_idle()
    assert page.waiting_seconds == 2
    qtbot.keyClicks(page.pin, "246810")
    qtbot.keyClick(page.pin, Qt.Key.Key_Return)
    assert len(desk.tries) == 1
    page.count_down()
    page.count_down()
    assert page.button.isEnabled()
    assert not page._timer.isActive()
    qtbot.keyClicks(page.pin, "246810")
    qtbot.keyClick(page.pin, Qt.Key.Key_Return)
    assert runner.wait_idle()
    assert len(desk.tries) == 2


def test_a_double_enter_tries_once(page: SignInPage, desk: Desk, runner, qtbot) -> None:
    qtbot.keyClicks(page.pin, "246810")
    qtbot.keyClick(page.pin, Qt.Key.Key_Return)
    qtbot.keyClick(page.pin, Qt.Key.Key_Return)
    assert runner.wait_idle()
    assert len(desk.tries) == 1


def test_an_empty_pin_is_no_try(page: SignInPage, desk: Desk, qtbot) -> None:
    qtbot.keyClick(page.pin, Qt.Key.Key_Return)
    assert desk.tries == []


def test_the_lock_screen_shows_one_person_and_a_way_to_the_others(page, qtbot) -> None:
    page.show_locked(ZHANG)
    assert page.table.current_row() == ZHANG
    assert page._people.rowCount() == 1
    with qtbot.waitSignal(page.other_person_asked, timeout=0):
        page.other.click()


def test_the_cursor_is_in_the_pin_wherever_the_page_gets_the_focus(page: SignInPage) -> None:
    page.table.setFocus()
    page.setFocus()
    assert QApplication.focusWidget() is page.pin


def test_nobody_waits_for_the_mistakes_of_another(page, desk, runner, qtbot) -> None:
    desk.seconds = 60
    qtbot.keyClicks(page.pin, "111111")
    qtbot.keyClick(page.pin, Qt.Key.Key_Return)
    assert runner.wait_idle()
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Up)
    assert page.waiting_seconds == 0
    qtbot.keyClicks(page.table, "246810")
    with qtbot.waitSignal(page.signed_in, timeout=5000) as signed_in:
        qtbot.keyClick(page.pin, Qt.Key.Key_Return)
    assert signed_in.args == ["actor 1"]


def test_what_is_typed_while_waiting_is_not_kept(page, desk, runner, qtbot) -> None:
    desk.seconds = 2
    qtbot.keyClicks(page.pin, "111111")
    qtbot.keyClick(page.pin, Qt.Key.Key_Return)
    assert runner.wait_idle()
    page.table.setFocus()
    qtbot.keyClicks(page.table, "24")
    assert page.pin.text() == ""


def test_the_sentence_counts_down_and_goes_with_the_wait(qtbot, desk, runner) -> None:
    page = SignInPage(
        sign_in=desk.sign_in, describe=lambda error: f"等 {error.params['seconds']}", runner=runner
    )
    qtbot.addWidget(page)
    page.set_people([ZHANG])
    desk.seconds = 2
    page.pin.setText("111111")
    page.button.click()
    assert runner.wait_idle()
    assert page.error == "等 2"
    page.count_down()
    assert page.error == "等 1"
    page.count_down()
    assert page.error == ""


def test_a_laptop_without_accounts_says_what_it_waits_for(page: SignInPage) -> None:
    page.set_people([])
    assert not page.pin.isVisible()
    page.set_people([ZHANG])
    assert page.pin.isVisible()
