"""The register by keyboard: find, open, add, correct, remove; drafts; who sees what."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path
from shutil import copy

import pytest
from PySide6.QtCore import Qt
from sqlmodel import select

from app.accounts.vocabulary import Role
from app.households.vocabulary import Sex
from app.organisations.vocabulary import UnitKind
from app.store import Store
from app.undo import undo
from db.tables.households import Household, MicroGrid, Resident
from tests.gui.households.village import VILLAGE, a_page, import_pingtan, settled
from tests.helpers.stores import (
    a_household,
    a_micro_grid,
    a_store,
    a_unit,
    an_actor,
    an_identity_number,
    save,
)
from ui.theme import Tone
from ui.work.runner import Runner

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(scope="module")
def imported(tmp_path_factory) -> Path:
    """The file of a village with its roster; each test works on a copy."""
    store = a_store(tmp_path_factory.mktemp("imported"))
    import_pingtan(store)
    store.close()
    return store.path


@pytest.fixture
def store(tmp_path: Path, imported: Path) -> Store:
    copy(imported, tmp_path / "gulou.db")
    return a_store(tmp_path)


@pytest.fixture
def show(qtbot, store, runner: Runner):
    def make(actor=None, *, width: int = 1140, of: Store | None = None):
        page, said = a_page(of or store, runner, actor)
        page.said = said
        qtbot.addWidget(page)
        page.resize(width, 640)
        page.show()
        qtbot.waitExposed(page)
        page.activateWindow()
        page.load()
        settled(runner)
        return page

    return make


def households(store: Store) -> dict[str, str]:
    with store.reading() as session:
        return dict(session.exec(select(Household.number, Household.head_name)).all())


def resident(store: Store, name: str) -> Resident | None:
    with store.reading() as session:
        return session.exec(select(Resident).where(Resident.name == name)).first()


def numbers(page) -> list[str]:
    return [row.number for row in page.overview.table.rows.rows()]


# --- looking -------------------------------------------------------------------------------------


def test_micro_grids_stand_against_the_band_and_ones_own_is_chosen(show):
    page = show()
    overview = page.overview

    lines = overview.grid_list.lines()
    assert [line.title for line in lines] == ["全村", "第1微网格", "第2微网格", "第3微网格"]
    assert [line.tone for line in lines[1:]] == [Tone.NEUTRAL, Tone.NEUTRAL, Tone.WARN]
    assert "少 3 户" in lines[3].words
    assert overview.size_card.number.text() == "1"
    assert overview.households_card.title.text() == "第1微网格"
    assert len(overview.table.rows.rows()) == 17


def test_arrows_and_enter_lead_from_micro_grid_to_household_to_resident(show, qtbot, runner):
    page = show()
    overview = page.overview
    overview.grid_list.setFocus()
    qtbot.keyClick(overview.grid_list, Qt.Key.Key_Down)
    settled(runner)
    assert numbers(page)[0] == "018"

    qtbot.keyClick(overview.grid_list, Qt.Key.Key_Return)
    qtbot.keyClick(overview.table, Qt.Key.Key_Down)
    qtbot.keyClick(overview.table, Qt.Key.Key_Return)
    settled(runner)
    assert overview.side.panel.title.text().startswith("019 ")
    assert overview.side.panel.table.hasFocus()

    qtbot.keyClick(overview.side.panel.table, Qt.Key.Key_Return)
    settled(runner)
    assert overview.side.resident_form.editor("name").hasFocus()
    assert len(overview.side.resident_form.texts()["identity_number"]) == 18


def test_typing_in_the_list_finds_by_pinyin_in_the_whole_village(show, qtbot, runner):
    page = show()
    page.overview.table.setFocus()

    qtbot.keyClicks(page.overview.table, "w")
    qtbot.keyClicks(page.overview.filter, "wy")
    with qtbot.waitSignal(page.overview._filter_timer.timeout, timeout=2000):
        pass
    settled(runner)

    assert page.overview.filter.text() == "wwy"
    assert "004" in numbers(page)
    assert page.overview.households_card.title.text() == "找到的户"


def test_a_search_hit_opens_the_household_of_a_resident(show, store, runner):
    page = show()
    one = resident(store, "蒙美妹")

    page.open(one.id)
    settled(runner)

    assert page.overview.side.household_id == one.household_id
    assert page.overview.side.panel.title.text() == "001 陆再"
    page.open("gone")
    settled(runner)
    assert "没有这一条" in page.said.notices[0]


def test_lists_show_no_whole_identity_number_and_no_whole_phone(show):
    page = show()
    panel = page.overview.side.panel

    shown = [panel.table.rows.index(0, column).data() for column in range(5)]
    assert shown[3] == "433031****37"
    assert [line.is_whole for line in panel.numbers.lines] == [False] * len(panel.numbers.lines)
    assert "身份证号 433031****37" in [line.label.text() for line in panel.numbers.lines]


def test_changes_of_a_sync_round_appear(show, store, runner):
    page = show()

    changes = save(store, a_household(number="000", head_name="新某", micro_grid_id=None))
    page.on_changes(changes)
    settled(runner)

    assert page.overview.household_card.number.text() == "47"
    assert page.overview.grid_list.lines()[-1].title == "未编入"


# --- writing -------------------------------------------------------------------------------------


def test_a_household_is_added_with_the_keyboard_alone(show, qtbot, store, runner):
    page = show()
    qtbot.keyClick(page.add_button, Qt.Key.Key_Space)
    settled(runner)
    form = page.overview.side.household_form
    assert form.texts()["number"] == "047"
    assert form.editor("number").hasFocus()

    qtbot.keyClick(form.editor("number"), Qt.Key.Key_Return)
    assert form.editor("head_name").hasFocus()
    form.editor("head_name").insert("新某")
    qtbot.keyClick(form.editor("head_name"), Qt.Key.Key_Return, CTRL)
    settled(runner)

    assert households(store)["047"] == "新某"
    assert page.overview.side.panel.title.text() == "047 新某"


def test_tab_walks_through_the_form_in_reading_order(show, qtbot, runner):
    page = show()
    page.overview.begin_new_household()
    settled(runner)
    form = page.overview.side.household_form
    walked = ["number", "head_name", "micro_grid_id", "phone", "group_name", "address", "note"]
    for key, following in pairwise(walked):
        assert form.editor(key).hasFocus(), key
        qtbot.keyClick(form.editor(key), Qt.Key.Key_Tab)
        assert form.editor(following).hasFocus(), following


def test_ctrl_shift_enter_saves_and_begins_the_next(show, qtbot, store, runner):
    page = show()
    page.overview.begin_new_household()
    settled(runner)
    form = page.overview.side.household_form
    for name in ("新某", "次某"):
        form.editor("head_name").insert(name)
        qtbot.keyClick(form.editor("head_name"), Qt.Key.Key_Return, CTRL | SHIFT)
        settled(runner)
        assert form.editor("head_name").text() == ""

    assert (households(store)["047"], households(store)["048"]) == ("新某", "次某")


def test_a_number_that_is_taken_is_told_at_its_field_and_nothing_lost(show, qtbot, runner):
    page = show()
    page.overview.begin_new_household()
    settled(runner)
    form = page.overview.side.household_form
    form.editor("number").setText("001")
    form.editor("head_name").setText("新某")

    qtbot.keyClick(form.editor("number"), Qt.Key.Key_Return, CTRL)
    settled(runner)

    assert "陆再" in form.field("number").error
    assert form.editor("head_name").text() == "新某"


def test_a_resident_is_added_and_the_number_says_sex_and_birthday(show, qtbot, store, runner):
    page = show()
    number = an_identity_number(date(1991, 7, 15), order=12)
    page.overview.side.begin_new_resident()
    settled(runner)
    form = page.overview.side.resident_form
    form.editor("name").insert("龙某")
    wrong = number[:17] + ("1" if number[17] != "1" else "2")
    form.editor("identity_number").setText(wrong)
    assert "校验" in form.field("identity_number").error
    assert not form.field("sex").isVisible()

    qtbot.keyClick(form.editor("name"), Qt.Key.Key_Return, CTRL)
    settled(runner)
    assert resident(store, "龙某") is None
    assert "校验" in form.field("identity_number").error

    form.editor("identity_number").setText(number)
    assert form.number_line.text() == "女 · 1991-07-15"
    qtbot.keyClick(form.editor("name"), Qt.Key.Key_Return, CTRL)
    settled(runner)
    assert resident(store, "龙某").sex is Sex.FEMALE


def test_a_birthday_that_cannot_be_read_is_told(show, qtbot, store, runner):
    page = show()
    page.overview.side.begin_new_resident()
    settled(runner)
    form = page.overview.side.resident_form
    form.editor("name").setText("龙某")
    form.editor("birth_date").setText("春天")

    qtbot.keyClick(form.editor("name"), Qt.Key.Key_Return, CTRL)
    settled(runner)

    assert "看不明白" in form.field("birth_date").error
    assert resident(store, "龙某") is None


def test_a_draft_survives_and_can_be_discarded(show, store, runner):
    page = show()
    page.overview.begin_new_household()
    settled(runner)
    page.overview.side.household_form.editor("head_name").setText("没写完")
    page.flush_draft()
    settled(runner)
    page.close()

    again = show()
    again.overview.begin_new_household()
    settled(runner)
    form = again.overview.side.household_form
    assert form.editor("head_name").text() == "没写完"
    assert form.discard_button.isVisible()

    form.discard_button.click()
    settled(runner)
    assert form.editor("head_name").text() == ""
    form.leave()
    again.overview.begin_new_household()
    settled(runner)
    assert not form.discard_button.isVisible()


def test_saving_forgets_the_draft(show, qtbot, runner):
    page = show()
    page.overview.begin_new_household()
    settled(runner)
    form = page.overview.side.household_form
    form.editor("head_name").setText("新某")
    page.flush_draft()
    qtbot.keyClick(form.editor("head_name"), Qt.Key.Key_Return, CTRL)
    settled(runner)

    page.overview.begin_new_household()
    settled(runner)

    assert form.editor("head_name").text() == ""
    assert not form.discard_button.isVisible()


def test_a_micro_grid_is_handed_over_beside_the_list(show, store, runner, qtbot):
    page = show()
    row, side = page.overview.worker_row, page.overview.side
    assert row.words.text() == "张某（2026-11-23 起）"
    row.button.click()
    settled(runner)
    form = side.grid_form
    assert form.editor("account").hasFocus()

    form.editor("account").setCurrentIndex(form.editor("account").findText("龙某"))
    form.editor("starts_on").setText("2027-01-01")
    qtbot.keyClick(form.editor("starts_on"), Qt.Key.Key_Return, CTRL)
    settled(runner)
    assert "2026-11-23" in form.field("starts_on").error, "not in the future; what was typed stays"
    form.editor("starts_on").setText("2026.11.23")
    form.editor("note").setText("外出务工")
    qtbot.keyClick(form.editor("note"), Qt.Key.Key_Return, CTRL)
    settled(runner)

    with store.reading() as session:
        grid = session.exec(select(MicroGrid).where(MicroGrid.number == 1)).one()
    assert grid.worker_id == "account-of-long"
    assert "龙某" in page.overview.grid_list.lines()[1].aside
    assert page.said.undo[-1][0] == "第1微网格已交给龙某。"
    row.button.click()
    settled(runner)
    shown = [form.history.model().index(n, 0).data() for n in range(2)]
    assert "张某 → 龙某。外出务工" in shown[0]
    assert "交给张某" in shown[1]


# --- what two laptops left behind when both redrew -----------------------------------------------


def test_a_number_given_twice_is_changed_with_one_key(show, store, qtbot, runner):
    save(store, a_micro_grid(id="twin", number=1, name="上寨"))
    page = show()
    overview = page.overview
    line = next(one for one in overview.grid_list.lines() if one.key == "twin")
    assert line.words == "编号 1 有两个微网格，请改其中一个"
    twins = [one for one in overview.grid_list.lines() if "编号 1 " in one.words]
    assert [one.tone for one in twins] == [Tone.WARN, Tone.WARN]
    overview.grid_list.choose("twin")
    settled(runner)
    assert overview.worker_row.number_button.isVisible()
    qtbot.keyClick(overview.grid_list, Qt.Key.Key_R, CTRL)
    settled(runner)
    assert "编号" in page.said.undo[-1][0]
    assert not any("编号" in one.words for one in overview.grid_list.lines())
    assert not overview.worker_row.number_button.isVisible()
    undo(store, account_id=page._context.actor.account_id, txn=page.said.undo[-1][1])
    with store.reading() as session:
        assert session.get_one(MicroGrid, "twin").number == 1


def test_who_may_not_redraw_is_told_of_it_and_has_no_key(show, store, qtbot, runner):
    save(store, a_micro_grid(id="twin", number=1, name="上寨"))
    page = show(an_actor(Role.AUXILIARY_POLICE, account_id="account-of-li"))
    page.overview.grid_list.choose("twin")
    settled(runner)
    assert not page.overview.worker_row.number_button.isVisible()
    qtbot.keyClick(page.overview.grid_list, Qt.Key.Key_R, CTRL)
    settled(runner)
    with store.reading() as session:
        assert session.get_one(MicroGrid, "twin").number == 1


def test_a_household_left_in_a_closed_micro_grid_says_why_it_is_in_none(show, store, runner):
    old = a_micro_grid(id="old", number=9, closed_on=date(2026, 11, 1))
    save(store, old, a_household(number="900", head_name="粟某", micro_grid_id="old"))
    with store.laying_down() as session:
        for entity in ("household", "micro_grid"):
            session.connection().exec_driver_sql(f"UPDATE {entity} SET sync_state = 'synced'")
    page = show()
    overview = page.overview
    assert overview.grid_list.lines()[-1].words == "1 户，其中 1 户原微网格已撤并，请重新编入"
    overview.grid_list.choose("none")
    settled(runner)
    assert overview.table.model().index(0, 3).data() == "原格已撤并"
    overview.table.choose_position(0)
    page.overview.side.show_household(overview.table.current_row().id)
    settled(runner)
    assert "原微网格“第9微网格”已撤并，请重新编入" in overview.side.panel.place.text()


# --- who sees what -------------------------------------------------------------------------------


def test_who_may_only_read_has_no_buttons(show, runner, qtbot):
    page = show(an_actor(Role.AUXILIARY_POLICE, account_id="account-of-li"))
    panel = page.overview.side.panel

    assert page.header_buttons() == [page.team_button, page.export_button]
    assert not panel.edit_button.isVisible()
    assert not panel.step_button.isVisible()
    page.overview.grid_list.setCurrentIndex(page.overview.grid_list.model().index(1, 0))
    settled(runner)
    page.overview.worker_row.button.click()
    settled(runner)
    assert page.overview.side.grid_form.history.isVisible()
    assert not page.overview.side.grid_form.editor("account").isVisible()
    page.overview.side.grid_form.leave()
    settled(runner)
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    settled(runner)
    assert not page.overview.side.is_editing


def test_the_township_chooses_among_its_villages(show, store, runner):
    other = a_unit("横岭村")
    save(store, a_household(unit_id=other.id, head_name="粟某"))
    township = a_unit("坪坦乡", kind=UnitKind.TOWNSHIP)
    page = show(an_actor(Role.TOWNSHIP_CENTRE, township, account_id="account-of-lu"))

    villages = {page.village_combo.itemText(place) for place in range(page.village_combo.count())}
    assert villages == {"坪坦乡坪坦村", "坪坦乡横岭村"}
    place = page.village_combo.findData(other.id)
    page.village_combo.activated.emit(place)
    settled(runner)
    assert [row.head_name for row in page.overview.table.rows.rows()] == ["粟某"]


def test_a_department_sees_no_roster(show):
    court = next(unit for unit in an_actor().units.values() if unit.kind is UnitKind.DEPARTMENT)
    page = show(an_actor(Role.COURT_LIAISON, court))

    assert not page.overview.isVisible()
    assert page.header_buttons() == []


def test_an_empty_village_says_what_to_do(show, tmp_path):
    empty = a_store(tmp_path, name="empty.db")
    page = show(of=empty)

    assert page.overview.table.rows.rowCount() == 0
    assert page.import_button.property("role") == "primary"
    assert page._unit_id == VILLAGE
