"""The whole window of one laptop on a real file: who signs in, what they find, what is left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from sqlmodel import select

from app.accounts.pins import PinCost, hash_pin
from app.accounts.vocabulary import Role
from app.households.actions import HouseholdFields, add_household
from app.laptop import Laptop
from db.check import FileHealth, Finding
from db.key_file import KdfCost
from db.keystore import KeyFileStore
from db.tables.households import Household
from db.tables.organisations import Account, Credential, UnitRecord
from sync.client.status import LineState, SyncStatus
from tests.gui.conftest import LARGE, settle
from tests.helpers.stores import a_store, a_unit, units_by_id
from tests.helpers.votes import lay_rule_sets
from ui.application import LaptopWindow
from ui.shell.settings import Settings

PIN = "274913"
CHEAP_PIN = PinCost(memory_kib=64, iterations=1, lanes=1)
CHEAP_KEY = KdfCost(memory_kib=64, iterations=1, lanes=1)
PEOPLE = {
    "zhang": ("张某", Role.GRID_WORKER),
    "li": ("李某", Role.AUXILIARY_POLICE),
    "wu": ("吴某", Role.VILLAGE_SECRETARY),
}
PAGES = [
    "today",
    "board",
    "cases",
    "incidents",
    "grids",
    "visits",
    "votes",
    "conflicts",
    "statistics",
    "settings",
]


@dataclass
class Desk:
    """A shown window and a person's hands."""

    shown: LaptopWindow
    qtbot: object

    def wait(self) -> None:
        for _round in range(3):
            assert self.shown.runner.wait_idle()
            settle()

    def sign_in(self, key: str, pin: str = PIN) -> None:
        page = self.shown.sign_in_page
        assert page.table.choose(key)
        self.qtbot.keyClicks(page.pin, pin)  # type: ignore[attr-defined]
        self.qtbot.keyClick(page.pin, Qt.Key.Key_Return)  # type: ignore[attr-defined]
        self.wait()

    def notice(self) -> str:
        shown = self.shown.window.notices.shown
        return shown.text if shown is not None else ""

    def press_in_notice(self, words: str) -> None:
        bar = self.shown.window.notices
        (button,) = [
            b for b in bar.findChildren(QPushButton) if b.text() == words and b.isVisible()
        ]
        button.click()
        self.wait()

    def add_household(self, number: str) -> None:
        """As the form does it: written in the background, then offered to be undone."""
        actor = self.shown.actor
        assert actor is not None
        given = HouseholdFields(number=number, head_name="吴某甲")
        changes = add_household(self.shown.laptop.store, actor, unit_id=actor.unit_id, given=given)
        self.shown.taking_back.offer(f"已新增 {number} 户。", changes.txn or 0)
        self.shown._on_written(changes)
        self.wait()

    def households(self) -> list[str]:
        with self.shown.laptop.store.reading() as session:
            return sorted(session.exec(select(Household.number)))


@pytest.fixture
def desk(qtbot, tmp_path: Path) -> Iterator[Desk]:
    """A laptop of 坪坦村 that was enrolled and has no line to the county."""
    store = a_store(tmp_path)
    lay_rule_sets(store)
    _lay_units_and_people(store)
    store.set_values(county_url="https://county.invalid")
    keys = KeyFileStore(tmp_path / "gulou.keys", "a passphrase", cost=CHEAP_KEY)
    laptop = Laptop(store, keys, "one", has_keyring=True)
    settings = Settings(QSettings(str(tmp_path / "screen.ini"), QSettings.Format.IniFormat))
    desk = Desk(LaptopWindow(laptop, settings), qtbot)
    desk.shown.start()
    desk.shown.window.resize(*LARGE)
    desk.shown.window.activateWindow()
    desk.wait()
    yield desk
    desk.shown.close()
    desk.shown.window.deleteLater()
    store.close()


def _lay_units_and_people(store) -> None:  # type: ignore[no-untyped-def]
    known = {"sync_version": 1, "sync_seq": 1, "sync_state": "synced"}
    village = a_unit().id
    with store.laying_down() as session:
        for unit in units_by_id().values():
            session.add(
                UnitRecord(
                    id=unit.id,
                    unit_id=unit.id,
                    kind=unit.kind,
                    code=unit.code,
                    code_system=unit.code_system.value,
                    name=unit.name,
                    parent_id=unit.parent_id,
                    **known,
                )
            )
        for key, (name, role) in PEOPLE.items():
            session.add(Account(id=key, unit_id=village, name=name, role=role, **known))
            pin_hash = hash_pin(PIN, cost=CHEAP_PIN)
            session.add(Credential(unit_id=village, account_id=key, pin_hash=pin_hash, **known))


# --- signing in ----------------------------------------------------------------------------------


def test_the_names_stand_there_and_the_cursor_waits_for_the_pin(desk: Desk) -> None:
    rows = [row.name for row in desk.shown.sign_in_page._people.rows()]
    assert sorted(rows) == sorted(name for name, _role in PEOPLE.values())
    assert QApplication.focusWidget() is desk.shown.sign_in_page.pin
    assert not desk.shown.window.is_workspace_shown


def test_a_wrong_pin_opens_nothing(desk: Desk) -> None:
    desk.sign_in("zhang", "111111")
    assert not desk.shown.window.is_workspace_shown
    assert "PIN 码不对" in desk.shown.sign_in_page.error
    assert desk.shown.actor is None


@pytest.mark.parametrize("key", PEOPLE)
def test_every_role_finds_every_page_and_its_own_name(desk: Desk, key: str) -> None:
    name, _role = PEOPLE[key]
    desk.sign_in(key)
    window = desk.shown.window
    assert window.is_workspace_shown
    assert window.pages.key == "today"
    assert QApplication.focusWidget() is window.navigation.item("today")
    assert window.pages.keys() == PAGES
    assert name in window.navigation._person.text()
    assert window.navigation._place.text() == "坪坦乡坪坦村"
    for page in (*PAGES, "sync"):
        window.open_page(page)
        desk.wait()
        assert window.pages.key == page


class _Windows(QObject):
    """Everything that is shown as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(f"{type(watched).__name__} {watched.accessibleName()}")
        return False


def test_no_part_of_a_page_flashes_up_as_a_window(desk: Desk) -> None:
    """What is shown before it has a place stands on the screen by itself, and takes the keys."""
    windows, app = _Windows(), QApplication.instance()
    assert app is not None
    desk.sign_in("zhang")
    app.installEventFilter(windows)
    try:
        for page in PAGES:
            desk.shown.window.open_page(page)
            desk.wait()
    finally:
        app.removeEventFilter(windows)
    assert windows.shown == []


@pytest.mark.parametrize(("key", "may_import"), [("zhang", True), ("li", False), ("wu", True)])
def test_only_who_keeps_the_roster_may_import_it(desk: Desk, key: str, may_import: bool) -> None:
    desk.sign_in(key)
    desk.shown.window.open_page("grids")
    words = [button.text() for button in desk.shown.window.pages.buttons()]
    assert ("导入花名册" in words) is may_import


def test_a_dispute_is_begun_from_today(desk: Desk) -> None:
    desk.sign_in("zhang")
    buttons = desk.shown.window.pages.buttons()
    next(button for button in buttons if button.text() == "登记案件").click()
    desk.wait()
    assert desk.shown.window.pages.key == "cases"
    assert desk.shown.window.pages.current_page().is_editing  # type: ignore[union-attr]


# --- leaving and coming back ---------------------------------------------------------------------


def test_locked_the_same_person_comes_back_to_the_same_place(desk: Desk) -> None:
    desk.sign_in("zhang")
    page = desk.shown.window.open_page("cases")
    desk.shown.window.lock()
    desk.wait()
    assert not desk.shown.window.is_workspace_shown
    assert QApplication.focusWidget() is desk.shown.sign_in_page.pin
    assert [row.name for row in desk.shown.sign_in_page._people.rows()] == ["张某"]

    desk.sign_in("zhang")
    assert desk.shown.window.is_workspace_shown
    assert desk.shown.window.pages.current_page() is page


def test_what_was_typed_is_a_draft_when_the_screen_locks(desk: Desk) -> None:
    desk.sign_in("zhang")
    desk.shown.opener.begin_case()
    desk.wait()
    form = desk.shown.window.pages.current_page().editor.form  # type: ignore[union-attr]
    form.title.setText("写到一半")
    desk.shown.window.lock()
    desk.sign_in("zhang")
    assert form.title.text() == "写到一半"
    assert not form.is_draft_pending()


def test_another_person_finds_nothing_of_the_one_before(desk: Desk) -> None:
    desk.sign_in("zhang")
    desk.add_household("001")
    desk.shown.opener.begin_case()
    desk.wait()
    before = desk.shown.window.pages.current_page()
    before.editor.form.title.setText("张某写的")  # type: ignore[union-attr]
    desk.shown.window.lock()
    desk.shown.sign_in_page.other.click()
    desk.wait()
    assert desk.shown.actor is None

    desk.sign_in("li")
    window = desk.shown.window
    assert window.pages.key == "today"
    assert "李某" in window.navigation._person.text()
    assert desk.notice() == "", "whose step it was, takes it back"
    page = window.open_page("cases")
    desk.wait()
    assert page is not before
    assert not page.is_editing  # type: ignore[attr-defined]
    assert not page.draft_bar.isVisible()  # type: ignore[attr-defined]


def test_the_draft_waits_for_its_own_writer(desk: Desk) -> None:
    desk.sign_in("zhang")
    desk.shown.opener.begin_case()
    desk.wait()
    desk.shown.window.pages.current_page().editor.form.title.setText("张某写的")  # type: ignore[union-attr]
    for key in ("li", "zhang"):
        desk.shown.window.lock()
        desk.shown.sign_in_page.other.click()
        desk.wait()
        desk.sign_in(key)
    page = desk.shown.window.open_page("cases")
    desk.wait()
    assert page.draft_bar.isVisible()  # type: ignore[attr-defined]


# --- the PIN the county gave ---------------------------------------------------------------------

GIVEN = "这是县里给的 PIN 码，请换成只有您自己知道的。"


def _give_pin(desk: Desk, key: str) -> None:
    with desk.shown.laptop.store.laying_down() as session:
        found = session.exec(select(Credential).where(Credential.account_id == key)).one()
        found.must_change = True


def test_the_pin_the_county_gave_is_spoken_of_until_it_is_changed(desk: Desk) -> None:
    _give_pin(desk, "zhang")
    desk.sign_in("zhang")
    assert desk.notice() == GIVEN
    desk.press_in_notice("换 PIN 码")
    assert desk.notice() == ""
    page = desk.shown.window.pages.current_page()
    assert desk.shown.window.pages.key == "settings"
    card = page.pin_card  # type: ignore[union-attr]
    assert QApplication.focusWidget() is card.old

    for field, typed in ((card.old, PIN), (card.new, "583026"), (card.again, "583026")):
        desk.qtbot.keyClicks(field, typed)  # type: ignore[attr-defined]
    card.button.click()
    desk.wait()
    assert card.line == "已换好，下次用新的 PIN 码登录。"
    desk.shown.window.lock()
    desk.shown.sign_in_page.other.click()
    desk.wait()
    desk.sign_in("zhang", "583026")
    assert desk.shown.window.is_workspace_shown
    assert desk.notice() == ""


def test_a_change_of_ones_own_accord_puts_the_notice_away(desk: Desk) -> None:
    _give_pin(desk, "zhang")
    desk.sign_in("zhang")
    card = desk.shown.window.open_page("settings").pin_card  # type: ignore[attr-defined]
    assert desk.notice() == GIVEN
    for field, typed in ((card.old, PIN), (card.new, "583026"), (card.again, "583026")):
        desk.qtbot.keyClicks(field, typed)  # type: ignore[attr-defined]
    card.button.click()
    desk.wait()
    assert desk.notice() == ""


def test_the_notice_is_not_for_the_next_person(desk: Desk) -> None:
    _give_pin(desk, "zhang")
    desk.sign_in("zhang")
    desk.shown.window.lock()
    desk.shown.sign_in_page.other.click()
    desk.wait()
    desk.sign_in("li")
    assert desk.notice() == ""


# --- undo ----------------------------------------------------------------------------------------


def test_the_notice_takes_the_last_step_back(desk: Desk) -> None:
    desk.sign_in("zhang")
    desk.add_household("001")
    assert desk.households() == ["001"]
    window = desk.shown.window
    window.pages.current_page().setFocus()
    for key, there, said in (
        (Qt.Key.Key_Z, [], "已撤销。"),
        (Qt.Key.Key_Y, ["001"], "已新增 001 户。"),
        (Qt.Key.Key_Z, [], "已撤销。"),
    ):
        QTest.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        desk.wait()
        assert (desk.households(), desk.notice()) == (there, said)
    desk.add_household("002")  # another step: what was taken back stays away
    assert desk.notice() == "已新增 002 户。"
    desk.press_in_notice("知道了")
    assert desk.notice() == ""


def test_a_step_on_which_others_rest_is_not_offered_any_more(desk: Desk) -> None:
    desk.sign_in("zhang")
    desk.add_household("001")
    desk.add_household("002")
    assert desk.notice() == "已新增 002 户。"
    desk.press_in_notice("撤销")
    assert desk.households() == ["001"]
    desk.press_in_notice("知道了")
    assert desk.notice() == ""


# --- a damaged file ------------------------------------------------------------------------------


def test_a_damaged_file_is_still_said_after_signing_in_and_leads_to_the_copies(
    desk: Desk, qtbot, tmp_path: Path
) -> None:
    from db.backup import BackupKind, back_up, backups

    back_up(desk.shown.laptop.store, BackupKind.DAILY)
    copies = tuple(backups(desk.shown.laptop.store.path))
    desk.shown._on_checked(Finding(FileHealth.DAMAGED, ("page 7",), copies))
    desk.sign_in("zhang")
    assert "资料文件有损坏" in desk.notice()
    with qtbot.waitSignal(desk.shown.recovery_asked, timeout=1000) as asked:
        desk.press_in_notice("退回到备份")
    assert "资料文件有损坏" in asked.args[0]


def test_without_a_copy_no_way_back_is_offered(desk: Desk) -> None:
    desk.sign_in("zhang")
    desk.shown._on_checked(Finding(FileHealth.DAMAGED, ("page 7",), ()))
    assert "没有可退回的备份" in desk.notice()
    words = [b.text() for b in desk.shown.window.notices.findChildren(QPushButton) if b.isVisible()]
    assert words == ["知道了"]


# --- the first start -----------------------------------------------------------------------------


def test_a_new_laptop_asks_for_the_countys_file(qtbot, tmp_path: Path) -> None:
    from ui.syncing.enrol_page import EnrolPage

    store = a_store(tmp_path)
    keys = KeyFileStore(tmp_path / "gulou.keys", "a passphrase", cost=CHEAP_KEY)
    settings = Settings(QSettings(str(tmp_path / "screen.ini"), QSettings.Format.IniFormat))
    shown = LaptopWindow(Laptop(store, keys, "one", has_keyring=True), settings)
    shown.start()
    assert shown.runner.wait_idle()
    settle()
    (page,) = shown.window.findChildren(EnrolPage)
    assert page.isVisible()
    assert not shown.window.is_workspace_shown
    shown.close()
    store.close()


@pytest.mark.parametrize("page", ["cases", "grids", "votes"])
def test_control_n_begins_what_the_page_is_about(desk: Desk, page: str) -> None:
    desk.sign_in("zhang")
    shown = desk.shown.window.open_page(page)
    desk.wait()
    desk.qtbot.keyClick(desk.shown.window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)  # type: ignore[attr-defined]
    desk.wait()
    begun = {
        "cases": lambda: shown.is_editing,  # type: ignore[attr-defined]
        "grids": lambda: shown.overview.side.is_editing,  # type: ignore[attr-defined]
        "votes": lambda: shown.editor.isVisible(),  # type: ignore[attr-defined]
    }
    assert begun[page]()


# --- what the county says ------------------------------------------------------------------------


def test_a_wrong_clock_is_one_banner_and_nothing_else(desk: Desk) -> None:
    """Over ten minutes: said once, work goes on, and it goes when the clock is right again."""
    desk.sign_in("zhang")
    for minutes in (9, 11, 12):
        desk.shown._show_status(SyncStatus(LineState.ONLINE, clock_offset_ms=minutes * 60_000))
        assert ("慢 11 分钟" in desk.notice()) == (minutes > 10)
    desk.add_household("007")
    assert desk.households() == ["007"]
    desk.shown._show_status(SyncStatus(LineState.ONLINE, clock_offset_ms=1_000))
    desk.shown.window.notices.forget("已新增 007 户。")
    assert "分钟" not in desk.notice()


def test_a_forgotten_laptop_is_offered_to_be_enrolled_again(desk: Desk) -> None:
    desk.sign_in("zhang")
    forgotten = SyncStatus(LineState.REFUSED, problem="install_unknown")
    desk.shown._show_status(forgotten)
    assert "县里不认识这台电脑了" in desk.notice()
    desk.press_in_notice("重新开通")
    assert not desk.shown.window.is_workspace_shown


def test_a_stolen_laptop_shows_nothing_any_more_and_says_why(desk: Desk) -> None:
    desk.sign_in("zhang")
    said: list[str] = []
    desk.shown.ended.connect(said.append)
    desk.shown._show_status(SyncStatus(LineState.DESTROYED))
    desk.wait()
    assert desk.shown.actor is None
    assert len(said) == 1
    assert "密钥已经销毁" in said[0]
