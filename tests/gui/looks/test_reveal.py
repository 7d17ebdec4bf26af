"""A masked number beside 显示: by key, for half a minute, and never without its record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from sqlmodel import select

from app.accounts.vocabulary import Role
from app.looks.actions import record_look, reveal
from app.looks.vocabulary import LookedAt
from db.tables.households import Resident
from db.tables.looks import Look
from tests.gui.clipping import assert_nothing_clipped
from tests.gui.conftest import LARGE, SMALL, settle
from tests.gui.scene import Scene, make_scene
from tests.helpers.pdf_text import pages_of
from tests.helpers.stores import a_household, a_resident, a_unit, an_actor, an_identity_number, save
from ui.looks.page import LooksCard, LooksPage
from ui.looks.reveal import LooksLink, MaskedText, RevealRow
from ui.widgets.paper import PaperDesk

NUMBER = an_identity_number(date(1976, 5, 4))
TEXTS = (
    MaskedText("身份证号", "433031****37", "resident", "wu", "identity_number"),
    MaskedText("电话", "139****1234", "resident", "wu", "phone"),
    MaskedText("户电话", "", "household", "home", "phone"),
)


@pytest.fixture
def scene(tmp_path, runner) -> Iterator[Scene]:
    for made in make_scene(tmp_path, runner):
        home = a_household(id="home")
        wu = a_resident(home, id="wu", phone="13900001234", identity_number=NUMBER)
        save(made.store, home, wu)
        yield made


def a_row(qtbot, scene: Scene) -> RevealRow:  # type: ignore[no-untyped-def]
    owner = QWidget()
    qtbot.addWidget(owner)
    owner.resize(600, 60)
    row = RevealRow(scene.context(), owner)
    row.resize(600, 60)
    row.show_texts(TEXTS)
    owner.show()
    scene.owner = owner  # type: ignore[attr-defined]
    settle()
    return row


def looks(scene: Scene) -> list[Look]:
    with scene.store.reading() as session:
        return list(session.exec(select(Look)))


def test_enter_shows_it_and_after_half_a_minute_it_is_masked(qtbot, scene) -> None:
    number, phone = a_row(qtbot, scene).lines
    assert number.label.text() == "身份证号 433031****37"
    assert number.button.accessibleName() == "显示身份证号"
    number.button.setFocus()
    qtbot.keyClick(number.button, Qt.Key.Key_Space)
    scene.settle()
    assert number.label.text() == f"身份证号 {NUMBER}"
    assert number.label.accessibleName() == number.label.text()
    assert number.button.text() == "隐藏"
    assert number.timer.isActive()
    assert number.timer.interval() == 30_000
    assert not phone.is_whole, "only what was asked for"
    assert scene.writes == 1
    number.timer.timeout.emit()
    assert number.label.text() == "身份证号 433031****37"
    assert [look.looked_at for look in looks(scene)] == [LookedAt.IDENTITY_NUMBER]


def test_it_is_masked_by_hand_by_leaving_and_by_another_person(qtbot, scene) -> None:
    row = a_row(qtbot, scene)
    _number, phone = row.lines
    phone.button.click()
    scene.settle()
    row.show_texts(TEXTS)
    assert phone.is_whole, "the same person read again leaves it"
    phone.button.click()
    assert not phone.is_whole
    phone.button.click()
    scene.settle()
    row.window().hide()
    assert not phone.is_whole
    row.window().show()
    phone.button.click()
    scene.settle()
    assert phone.is_whole
    row.show_texts([MaskedText("电话", "138****0000", "resident", "li", "phone")])
    assert row.lines[0].label.text() == "电话 138****0000"
    assert not any(line.is_whole for line in row.lines)
    assert not row.lines[1].isVisible()


def test_an_answer_that_comes_late_shows_nothing(qtbot, scene) -> None:
    row = a_row(qtbot, scene)
    row.lines[0].button.click()
    row.show_texts([MaskedText("电话", "138****0000", "resident", "li", "phone")])
    scene.settle()
    assert row.lines[0].label.text() == "电话 138****0000"


def test_what_is_gone_is_said(qtbot, scene) -> None:
    row = a_row(qtbot, scene)
    with scene.store.transaction(account_id="account-of-zhang", action="remove") as tx:
        tx.session.delete(tx.session.get_one(Resident, "wu"))
    row.lines[0].button.click()
    scene.settle()
    assert "已经不在了" in scene.notices[-1]
    assert row.lines[0].button.isEnabled()
    assert looks(scene) == []


def test_who_may_not_see_numbers_is_offered_telephones_alone(qtbot, scene) -> None:
    scene.actor = an_actor(Role.AUXILIARY_POLICE, account_id="account-of-li")
    number, phone = a_row(qtbot, scene).lines
    assert not number.button.isVisible()
    assert phone.button.isVisible()


# --- who looked ----------------------------------------------------------------------------------


def a_page(qtbot, scene: Scene, **known) -> LooksPage:  # type: ignore[no-untyped-def]
    scene.actor = an_actor(Role.VILLAGE_SECRETARY, account_id="account-of-li")
    page = LooksPage(scene.context(), **known)
    qtbot.addWidget(page)
    page.resize(*LARGE)
    page.show()
    return page


def some_looks(scene: Scene) -> None:
    reveal(scene.store, an_actor(), entity="resident", record_id="wu", field="identity_number")
    scene.store.clock.advance(timedelta(days=3))
    for place in range(12):
        record_look(
            scene.store,
            an_actor(name="李某", account_id="account-of-li"),
            subject_entity="unit",
            subject_id=a_unit().id,
            unit_id=a_unit().id,
            looked_at=LookedAt.PRINT,
            people=177,
            reason=f"第 {place} 次打印走访名单，给镇里核对全村的留守老人和儿童",
        )


def test_the_list_is_narrowed_exported_and_printed(qtbot, scene, tmp_path) -> None:
    some_looks(scene)
    target = tmp_path / "谁看过.xlsx"
    page = a_page(qtbot, scene, ask_path=lambda _name: str(target))
    page.load()
    scene.settle()
    assert page.table.rows.rowCount() == 13
    assert "共 13 次，2 个人看过" in page.line.text()
    page.period.setCurrentIndex(0)
    scene.settle()
    assert page.table.rows.rowCount() == 12
    page.period.setCurrentIndex(2)
    scene.settle()
    page.person.setCurrentIndex(page.person.findData("account-of-zhang"))
    scene.settle()
    assert page.table.rows.rowCount() == 1
    assert page.person.count() == 3, "the others can still be chosen"
    page.person.setCurrentIndex(0)
    page.what.setCurrentIndex(page.what.findData(LookedAt.PHONE.value))
    scene.settle()
    assert page.table.rows.rowCount() == 0
    assert not page.export.isEnabled()
    page.what.setCurrentIndex(0)
    scene.settle()
    page.export.click()
    scene.settle()
    lines = list(load_workbook(target).worksheets[0].values)
    assert len(lines) == 15
    assert "吴某甲" in lines[-1]
    page.print_button.click()
    desk = page.print_button.findChild(PaperDesk)
    desk.menu.close()
    desk.save_to(tmp_path / "a.pdf")
    scene.settle()
    assert "身份证号码" in "".join(pages_of((tmp_path / "a.pdf").read_bytes()))


def test_one_record_and_back_to_all(qtbot, scene) -> None:
    some_looks(scene)
    page = a_page(qtbot, scene)
    page.open("home")
    scene.settle()
    assert page.card.title.text() == "谁看过“001 吴某甲”"
    assert page.table.rows.rowCount() == 1
    assert not page.period.isVisible()
    page.whole.click()
    scene.settle()
    assert page.table.rows.rowCount() == 13
    page.open("nothing here")
    scene.settle()
    assert page.table.rows.rowCount() == 0
    assert page.table._empty.isVisible()


def test_a_look_of_a_round_appears(qtbot, scene) -> None:
    page = a_page(qtbot, scene)
    page.load()
    scene.settle()
    assert page.table._empty.isVisible()
    page.on_changes(
        record_look(
            scene.store, an_actor(), subject_entity="resident", subject_id="wu",
            unit_id=a_unit().id, looked_at=LookedAt.PHONE,
        )
    )  # fmt: skip
    scene.settle()
    assert page.table.rows.rowCount() == 1


def test_only_who_may_ask_is_offered_the_way_there(qtbot, scene) -> None:
    for role, may in ((Role.GRID_WORKER, False), (Role.VILLAGE_SECRETARY, True)):
        scene.actor = an_actor(role)
        owner = QWidget()
        qtbot.addWidget(owner)
        owner.show()
        link = LooksLink(scene.context(), owner)
        assert link.isVisibleTo(owner) is may
        link.show_for("home")
        link.click()
    assert scene.opened[-1] == ("looks_of", "home")
    card = LooksCard(scene.context())
    qtbot.addWidget(card)
    card.button.click()
    assert scene.pages == ["looks"]


@pytest.mark.parametrize("size", [LARGE, SMALL])
def test_pictures(qtbot, scene, size) -> None:
    some_looks(scene)
    scene.actor = an_actor(Role.VILLAGE_SECRETARY, account_id="account-of-li")
    window = scene.window("today", LooksPage)
    qtbot.addWidget(window)
    scene.picture(window, "looks", size)
    assert_nothing_clipped(window)


def test_nothing_is_clipped_on_a_small_screen_with_long_words(show_small, scene) -> None:
    some_looks(scene)
    scene.actor = an_actor(Role.VILLAGE_SECRETARY, account_id="account-of-li")
    page = show_small(lambda: LooksPage(scene.context()))
    page.load()
    scene.settle()
    assert_nothing_clipped(page)
