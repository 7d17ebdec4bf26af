"""Changing one's own PIN on a real file: what is refused, what is kept, what is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from sqlmodel import select

from app.accounts.actions import sign_in
from app.accounts.pins import PinCost, hash_pin, verify_pin
from app.accounts.vocabulary import Role
from app.store import Store
from db.tables.local import SignInTry
from db.tables.organisations import Account, Credential
from tests.gui.clipping import assert_nothing_clipped
from tests.gui.conftest import settle
from tests.helpers.stores import a_store, a_unit, an_actor
from ui.shell.pin_card import PinCard
from ui.shell.settings import Settings
from ui.shell.settings_page import SettingsPage
from ui.work.runner import Runner

PIN = "274913"
NEW = "583026"
ME = an_actor()
CHEAP = PinCost(memory_kib=64, iterations=1, lanes=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = a_store(tmp_path)
    known = {"unit_id": a_unit().id, "sync_version": 1, "sync_seq": 1, "sync_state": "synced"}
    with store.laying_down() as session:
        session.add(Account(id=ME.account_id, name=ME.name, role=Role.GRID_WORKER, **known))
        pin_hash = hash_pin(PIN, cost=CHEAP)
        session.add(
            Credential(account_id=ME.account_id, pin_hash=pin_hash, must_change=True, **known)
        )
    yield store
    store.close()


@pytest.fixture
def card(qtbot, store: Store, runner: Runner) -> PinCard:
    card = PinCard(store, ME, runner)
    qtbot.addWidget(card)
    card.resize(700, 260)
    card.show()
    card.activateWindow()
    card.setFocus()
    settle()
    return card


@pytest.fixture
def change(qtbot, card: PinCard, runner: Runner) -> Callable[..., None]:
    """Types the three from the first field on, with Enter after each."""

    def typed(old: str, new: str, again: str | None = None) -> None:
        for each in (old, new, new if again is None else again):
            field = QApplication.focusWidget()
            assert isinstance(field, QLineEdit)
            qtbot.keyClicks(field, each)
            qtbot.keyClick(field, Qt.Key.Key_Return)
        assert runner.wait_idle()
        settle()

    return typed


def credential(store: Store) -> Credential:
    with store.reading() as session:
        return session.exec(select(Credential)).one()


def wrong_tries(store: Store) -> int:
    with store.reading() as session:
        tries = session.get(SignInTry, ME.account_id)
    return tries.wrong if tries is not None else 0


def texts(card: PinCard) -> list[str]:
    return [card.old.text(), card.new.text(), card.again.text()]


def test_a_new_pin_is_written_and_leaves_the_fields(
    qtbot, card: PinCard, store: Store, change
) -> None:
    with qtbot.waitSignal(card.pin_changed, timeout=5000):
        change(PIN, NEW)
    assert card.line == "已换好，下次用新的 PIN 码登录。"
    assert texts(card) == ["", "", ""]
    found = credential(store)
    assert verify_pin(NEW, found.pin_hash)
    assert not found.must_change
    assert sign_in(store, account_id=ME.account_id, pin=NEW).name == ME.name


def test_the_window_hears_of_the_change(qtbot, card: PinCard, runner: Runner, change) -> None:
    with qtbot.waitSignal(runner.changed, timeout=5000) as heard:
        change(PIN, NEW)
    assert heard.args[0].touches("credential")


def test_a_wrong_old_pin_changes_nothing_and_counts(card: PinCard, store: Store, change) -> None:
    before = credential(store).pin_hash
    change("111111", NEW)
    assert card.line == "PIN 码不对，请再输一次。"
    assert card.old.accessibleDescription() == card.line
    assert texts(card) == ["", NEW, NEW]
    assert QApplication.focusWidget() is card.old
    assert credential(store).pin_hash == before
    assert wrong_tries(store) == 1


def test_who_tries_too_often_waits(qtbot, card: PinCard, store: Store, runner, change) -> None:
    change("111111", NEW)
    for _ in range(4):
        card.old.setText("111111")
        card.button.click()
        assert runner.wait_idle()
    assert card.line == "PIN 码错了几次，请等 5 秒再试。"
    assert wrong_tries(store) == 4


@pytest.mark.parametrize(
    ("weak", "word"), [("123456", "连着"), ("58302", "六位数字"), ("850317", "生日")]
)
def test_a_weak_pin_is_refused_and_says_why(
    card: PinCard, store: Store, change, weak: str, word: str
) -> None:
    before = credential(store).pin_hash
    change(PIN, weak)
    assert word in card.line
    assert "。。" not in card.line
    assert texts(card) == [PIN, "", ""]
    assert QApplication.focusWidget() is card.new
    assert credential(store).pin_hash == before


def test_two_different_new_ones_are_not_tried(card: PinCard, store: Store, change) -> None:
    before = credential(store).pin_hash
    change(PIN, NEW, "583027")
    assert card.line == "两次输入的新 PIN 码不一样，还没有换。请再输一次。"
    assert texts(card) == [PIN, NEW, ""]
    assert QApplication.focusWidget() is card.again
    assert credential(store).pin_hash == before


def test_the_same_pin_again_is_no_change(card: PinCard, store: Store, change) -> None:
    change(PIN, PIN)
    assert card.line == "新的 PIN 码和现在的一样，还没有换。请换一个。"
    assert credential(store).must_change


def test_an_empty_field_is_no_wrong_try(card: PinCard, store: Store, runner: Runner) -> None:
    card.button.click()
    assert runner.wait_idle()
    assert card.line == "请先输入现在的 PIN 码。"
    assert wrong_tries(store) == 0


def test_the_sentence_goes_when_the_person_types_on(qtbot, card: PinCard) -> None:
    card.button.click()
    assert card.line
    qtbot.keyClicks(card.old, "2")
    assert card.line == ""
    assert card.old.accessibleDescription() == ""


def test_pressed_twice_it_is_done_once(card: PinCard, store: Store, runner: Runner) -> None:
    card.old.setText(PIN)
    card.new.setText(NEW)
    card.again.setText(NEW)
    card.button.click()
    card.button.click()
    assert runner.wait_idle()
    assert card.line == "已换好，下次用新的 PIN 码登录。"
    assert wrong_tries(store) == 0


def test_out_of_sight_nothing_typed_is_left(card: PinCard) -> None:
    card.old.setText(PIN)
    card.hide()
    assert texts(card) == ["", "", ""]


def test_the_fields_are_masked_take_digits_only_and_have_names(qtbot, card: PinCard) -> None:
    fields = (card.old, card.new, card.again)
    for field in fields:
        qtbot.keyClicks(field, "2a7")
        assert field.text() == "27"
        assert field.echoMode() is QLineEdit.EchoMode.Password
    names = [field.accessibleName() for field in fields]
    assert names == ["现在的 PIN 码", "新的 PIN 码，六位数字", "再输一次新的 PIN 码"]
    assert card.button.accessibleName() == "换 PIN 码"


def test_the_settings_page_shows_the_card_it_is_given(
    qtbot, tmp_path: Path, store: Store, runner: Runner
) -> None:
    settings = Settings(QSettings(str(tmp_path / "screen.ini"), QSettings.Format.IniFormat))
    card = PinCard(store, ME, runner)
    page = SettingsPage(settings, pin_card=card)
    qtbot.addWidget(page)
    page.show()
    assert page.isAncestorOf(card)
    assert card.isVisible()


def test_nothing_is_cut_off_with_long_words(store: Store, runner: Runner, show_small) -> None:
    card = show_small(lambda: PinCard(store, ME, runner))
    card.button.click()
    settle()
    assert card.line
    assert_nothing_clipped(card)
