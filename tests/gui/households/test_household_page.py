"""The household's page by keyboard: steps of a life, drafts, undo, what is said; the month."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from sqlmodel import select

from app.accounts.vocabulary import Role
from app.cases.vocabulary import CaseState, PartySide, PartySource
from app.households.life import record_death, record_move_out, record_went_away
from app.households.life_steps import Happening
from app.households.vocabulary import LeftBehindKind, Relation, ResidentStatus, RosterEventKind
from app.store import Store
from app.undo import undo
from db.tables.cases import CaseParty
from db.tables.handovers import Handover
from db.tables.households import Household, Resident, RosterEvent
from tests.gui.households.village import VILLAGE, a_page, settled
from tests.helpers.grid_work import a_visit
from tests.helpers.stores import (
    a_case,
    a_household,
    a_micro_grid,
    a_resident,
    a_store,
    a_unit,
    an_actor,
    an_identity_number,
    save,
)
from ui.handovers.dialog import HandoverDialog
from ui.households.record_form import fill_editor
from ui.work.runner import Runner

CTRL = Qt.KeyboardModifier.ControlModifier
BACK = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Household 001: 吴某甲, his wife 龙某, their grandchild 吴小小; 002: 杨某乙 alone."""
    made = a_store(tmp_path)
    grid = a_micro_grid()
    home = a_household(micro_grid_id=grid.id)
    other = a_household(number="002", head_name="杨某乙", micro_grid_id=grid.id)
    people = (
        (home, "吴某甲", Relation.HEAD, "1", 1950),
        (home, "龙某", Relation.WIFE, "2", 1955),
        (home, "吴大某", Relation.SON, "1", 1985),
        (home, "吴小小", Relation.GRANDSON, "1", 2015),
        (other, "杨某乙", Relation.HEAD, "1", 1970),
    )
    rows = [
        a_resident(
            where,
            name=name,
            relation=relation,
            sex=sex,
            position=place,
            birth_date=date(year, 3, 2),
            identity_number=an_identity_number(date(year, 3, 2), order=11 + place),
        )
        for place, (where, name, relation, sex, year) in enumerate(people)
    ]
    save(made, grid, home, other, *rows)
    return made


@pytest.fixture
def show(qtbot, store, runner: Runner):
    def make(number: str = "001", actor=None, *, width: int = 1140):
        page, said = a_page(store, runner, actor)
        page.said = said
        qtbot.addWidget(page)
        page.resize(width, 640)
        page.show()
        qtbot.waitExposed(page)
        page.activateWindow()
        page.load()
        settled(runner)
        page.show_household(household(store, number).id)
        settled(runner)
        return page

    return make


def household(store: Store, number: str) -> Household:
    with store.reading() as session:
        return session.exec(select(Household).where(Household.number == number)).one()


def person(store: Store, name: str) -> Resident:
    with store.reading() as session:
        return session.exec(select(Resident).where(Resident.name == name)).one()


def visible(form) -> set[str]:
    return {key for key in form.texts() if not form.field(key).isHidden()}


def step(page, runner, kind: RosterEventKind, name: str = "") -> object:
    """The form of this step, for this member."""
    page.household_page.ask_step(kind, person(page._context.store, name).id if name else "")
    settled(runner)
    return page.household_page.life_form


def save_form(form, qtbot, runner) -> None:
    qtbot.keyClick(form.editor("note"), Qt.Key.Key_Return, CTRL)
    settled(runner)


# --- looking -------------------------------------------------------------------------------------


def test_the_page_shows_members_their_facts_and_masked_numbers(show, runner):
    page = show()
    card = page.household_page.members
    assert page.subtitle == "› 001 吴某甲"
    assert [row.name for row in card.table.rows.rows()] == ["吴某甲", "龙某", "吴大某", "吴小小"]
    assert card.table.hasFocus()
    assert "1950-03-02" in card.facts.text()
    assert "****" in card.numbers.lines[0].label.text()


def test_the_panel_leads_to_the_page_and_back(show, store, qtbot, runner):
    page = show()
    qtbot.keyClick(page.household_page.members.table, Qt.Key.Key_Left, BACK)
    settled(runner)
    assert page.overview.isVisible()
    page.overview.side.show_household(household(store, "002").id)
    settled(runner)
    page.overview.side.panel.page_button.click()
    settled(runner)
    assert page.household_page.title == "002 杨某乙"
    page.household_page.back.click()
    page.overview.side.panel.step_button.click()
    settled(runner)
    form = page.household_page.life_form
    assert form.people.chosen() == [person(store, "杨某乙").id]


def test_whoever_only_looks_has_no_buttons_and_opens_no_form(show, qtbot, runner):
    page = show(actor=an_actor(Role.MEDIATOR))
    card = page.household_page.members
    assert not card.step_button.isVisible()
    qtbot.keyClick(card.table, Qt.Key.Key_Return)
    qtbot.keyClick(card.table, Qt.Key.Key_E, CTRL)
    settled(runner)
    assert not page.household_page.is_editing


def test_on_a_small_screen_the_members_are_the_first_tab(show):
    page = show(width=760)
    tabs = page.household_page.tabs
    assert [tabs.tabText(place) for place in range(tabs.count())] == [
        "家庭成员",
        "变动",
        "走访和服务",
        "案件",
    ]
    page.resize(1200, 640)
    assert tabs.count() == 3
    assert page.household_page.members.isVisible()


def test_a_case_a_member_is_party_to_is_shown_and_opened(show, store, runner):
    case = a_case(store)
    party = CaseParty(
        unit_id=VILLAGE,
        case_id=case.id,
        side=PartySide.A,
        source=PartySource.ROSTER,
        resident_id=person(store, "吴某甲").id,
        name="吴某甲",
    )
    save(store, case, party)
    page = show()
    (row,) = page.household_page.cases.rows.rows()
    assert (row.title, row.names, row.is_open) == (case.title, "吴某甲", True)
    page.household_page.cases.row_opened.emit(row)
    assert page.said.opened == [("case_file", case.id)]
    form = step(page, runner, RosterEventKind.DIED, "吴某甲")
    assert case.title in form.warning.text()
    assert row.state is CaseState.NOT_RECORDED


# --- steps ---------------------------------------------------------------------------------------


def test_a_death_asks_for_the_new_head_and_is_taken_back_whole(show, store, qtbot, runner):
    page = show()
    qtbot.keyClick(page.household_page.members.table, Qt.Key.Key_E, CTRL)
    settled(runner)
    form = page.household_page.life_form
    assert form.editor("kind").value() == "went_away"  # a slip of the keys is never a death
    form.editor("kind").set_value("died")
    form.editor("kind").chosen.emit("died")
    assert form.people.chosen() == [person(store, "吴某甲").id]
    assert {"head", "relations", "people", "happened_on"} <= visible(form)
    assert not {"name", "place", "number", "into", "staying_head", "dissolves"} & visible(form)
    assert form.editor("head").currentText().startswith("龙某")
    assert form.relations.relations()[person(store, "吴大某").id] is Relation.SON

    form.editor("happened_on").setText("2026.11.3")
    save_form(form, qtbot, runner)
    assert household(store, "001").head_name == "龙某"
    assert person(store, "吴某甲").left_on == date(2026, 11, 3)
    assert not page.household_page.is_editing
    history = page.household_page.history.model()
    assert "吴某甲去世" in history.index(1, 0).data() + history.index(0, 0).data()
    ((sentence, txn),) = page.said.undo
    assert sentence == "已登记吴某甲去世。"
    undo(store, account_id="account-of-zhang", txn=txn)
    assert household(store, "001").head_name == "吴某甲"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2027-01-01", "今天以后"),
        ("昨天", "看不明白"),
        ("", "还没有填日期"),
        ("1940-1-1", "早于出生"),
    ],
)
def test_a_wrong_day_is_said_and_what_was_typed_stays(show, qtbot, runner, typed, said):
    page = show("002")
    form = step(page, runner, RosterEventKind.DIED, "杨某乙")
    form.editor("happened_on").setText(typed)
    form.editor("note").setPlainText("家属来报")
    save_form(form, qtbot, runner)
    assert said in form.field("happened_on").error
    assert form.editor("note").toPlainText() == "家属来报"
    assert page.household_page.is_editing


def test_with_the_last_one_the_household_ends_and_it_is_said(show, store, qtbot, runner):
    page = show("002")
    form = step(page, runner, RosterEventKind.MOVED_OUT, "杨某乙")
    assert "dissolves" in visible(form)
    assert "移交" in form.warning.text()
    form.editor("place").setText("怀化市")
    save_form(form, qtbot, runner)
    assert household(store, "002").dissolved_on is not None
    assert page.said.undo[0][0] == "已登记杨某乙迁出。家里没有人了，这一户已销户。"
    assert page.household_page.state.isVisible()
    assert "销户" in page.household_page.state.text()
    card = page.household_page.members
    assert card.restore_button.isVisible()
    card.restore_button.click()
    settled(runner)
    assert household(store, "002").dissolved_on is None
    assert person(store, "杨某乙").status is ResidentStatus.PRESENT


def test_a_split_by_keyboard(show, store, qtbot, runner):
    page = show()
    form = step(page, runner, RosterEventKind.HOUSEHOLD_SPLIT, "吴大某")
    boxes = form.people._boxes
    qtbot.keyClick(boxes[person(store, "吴小小").id], Qt.Key.Key_Space)
    settled(runner)
    assert form.editor("number").text() == "003"
    assert form.editor("head").currentText().startswith("吴大某")
    relations = form.relations
    box = relations._combos[person(store, "吴小小").id]
    assert box.currentData() == "", "a grandson's father is asked, not guessed"
    box.setCurrentIndex(box.findData(Relation.SON.value))
    box.activated.emit(box.currentIndex())
    save_form(form, qtbot, runner)
    new = household(store, "003")
    assert new.head_name == "吴大某"
    assert person(store, "吴小小").household_id == new.id
    assert person(store, "吴小小").relation is Relation.SON
    assert page.said.undo[0][0] == "吴大某、吴小小已分出，单独立户。"


def test_a_head_who_splits_off_names_who_follows(show, runner, qtbot, store):
    page = show()
    form = step(page, runner, RosterEventKind.HOUSEHOLD_SPLIT, "吴某甲")
    assert {"head", "staying_head"} <= visible(form)
    assert form.editor("staying_head").currentText().startswith("龙某")
    save_form(form, qtbot, runner)
    assert household(store, "001").head_name == "龙某"


def test_a_merge_needs_the_other_household(show, store, qtbot, runner):
    page = show("002")
    form = step(page, runner, RosterEventKind.HOUSEHOLD_MERGED)
    save_form(form, qtbot, runner)
    assert "选并到哪一户" in form.field("into").error
    form.into.picker.edit.setText("001")
    hits = form.into._search("001")
    assert [hit.title for hit in hits] == ["001 吴某甲"]
    form.into.picker.set_value(hits[0])
    save_form(form, qtbot, runner)
    assert person(store, "杨某乙").household_id == household(store, "001").id
    assert "已并入“001 吴某甲”户" in page.said.undo[0][0]


def test_a_birth_asks_for_the_child_alone(show, store, qtbot, runner):
    page = show()
    form = step(page, runner, RosterEventKind.BORN)
    assert {"name", "sex", "birth_date", "note"} <= visible(form)
    assert not {"happened_on", "people", "head", "place"} & visible(form)
    form.editor("name").setText("吴新新")
    save_form(form, qtbot, runner)
    assert "还没有填日期" in form.field("birth_date").error
    assert form.editor("birth_date").hasFocus()
    form.editor("birth_date").setText("2026-11-20")
    save_form(form, qtbot, runner)
    assert person(store, "吴新新").birth_date == date(2026, 11, 20)


def test_what_was_typed_comes_back_as_a_draft(show, store, qtbot, runner):
    page = show()
    form = step(page, runner, RosterEventKind.WENT_AWAY, "吴大某")
    form.editor("place").setText("东莞")
    page.flush_draft()
    qtbot.keyClick(form.editor("place"), Qt.Key.Key_Escape)
    settled(runner)
    assert not page.household_page.is_editing
    form = step(page, runner, RosterEventKind.DIED)
    assert form.editor("kind").value() == "went_away"
    assert form.editor("place").text() == "东莞"
    assert form.people.chosen() == [person(store, "吴大某").id]
    form.discard_button.click()
    settled(runner)
    assert form.editor("kind").value() == "died"
    assert form.editor("place").text() == ""


def test_a_child_whose_father_is_long_away_is_asked_about(show, store, qtbot, runner):
    son = person(store, "吴大某")
    when = Happening(date(2026, 2, 1), "东莞")
    record_went_away(store, an_actor(), resident_ids=[son.id], when=when)
    page = show()
    card = page.household_page.members
    card.table.choose_position(3)
    assert card.suggestion.isVisible()
    assert "留守儿童" in card.suggestion.text()
    card.suggestion_button.click()
    settled(runner)
    form = page.household_page.resident_form
    assert form.editor("left_behind").hasFocus()
    box = form.editor("left_behind")
    box.setCurrentIndex(box.findData(LeftBehindKind.CHILD.value))
    qtbot.keyClick(box, Qt.Key.Key_Return, CTRL)
    settled(runner)
    assert person(store, "吴小小").left_behind is LeftBehindKind.CHILD
    card.table.choose_position(3)
    assert not card.suggestion.isVisible()


# --- to another village of the county ------------------------------------------------------------


def moved_to_next_village(page, qtbot, runner):
    """杨某乙, the only one of household 002, moves to 平日村; chosen by pinyin."""
    form = step(page, runner, RosterEventKind.MOVED_OUT, "杨某乙")
    form.village.picker.edit.setFocus()
    qtbot.keyClicks(form.village.picker.edit, "pingri")
    qtbot.waitUntil(form.village.picker.is_open, timeout=5000)
    settled(runner)
    qtbot.keyClick(form.village.picker.edit, Qt.Key.Key_Return)
    settled(runner)
    return form


def test_a_move_to_another_village_is_noted_with_it_and_kept_as_a_draft(show, store, qtbot, runner):
    page = show("002")
    form = moved_to_next_village(page, qtbot, runner)
    assert form.village.title() == "坪坦乡平日村"
    assert {"village"} == visible(form) & {"village", "place"}
    assert "移交给别村" in form.warning.text()
    form.leave()
    settled(runner)
    form = step(page, runner, RosterEventKind.MOVED_OUT)
    assert form.village.title() == "坪坦乡平日村"
    save_form(form, qtbot, runner)
    with store.reading() as session:
        (event,) = session.exec(select(RosterEvent)).all()
    assert (event.place, event.kind) == ("坪坦乡平日村", RosterEventKind.MOVED_OUT)
    assert page.household_page.handover.button.isHidden()
    undo(store, account_id="account-of-zhang", txn=page.said.undo[0][1])
    assert person(store, "杨某乙").status is ResidentStatus.PRESENT


def test_one_member_who_moves_is_taken_in_there(show, qtbot, runner):
    page = show()
    form = step(page, runner, RosterEventKind.MOVED_OUT, "吴大某")
    form.village.set_form_text('["x", "坪坦乡平日村"]')
    form._on_asked()
    assert "请坪坦乡平日村用“迁入”登记" in form.warning.text()
    form.village.picker.edit.clear()
    assert {"village", "place"} <= visible(form)


@pytest.mark.parametrize("role", [Role.TOWNSHIP_CENTRE, Role.COUNTY_CENTRE])
def test_the_township_hands_the_household_over_from_its_page(show, store, qtbot, runner, role):
    when = Happening(date(2026, 11, 20), "坪坦乡平日村")
    ids = [person(store, "杨某乙").id]
    record_move_out(store, an_actor(), resident_ids=ids, when=when)
    unit = "坪坦乡" if role is Role.TOWNSHIP_CENTRE else "通道侗族自治县"
    window = show("002", an_actor(role, unit))
    page = window.household_page
    assert "2026-11-20 登记迁往坪坦乡平日村" in page.moved_to.text()
    assert page.handover.button.text() == "移交给别村…"
    page.handover.button.click()
    (dialog,) = [one for one in page.window().findChildren(HandoverDialog) if one.isVisible()]
    assert dialog.unit.value().title == "坪坦乡平日村"
    qtbot.keyClick(dialog.note, Qt.Key.Key_Return, CTRL)
    settled(runner)
    with store.reading() as session:
        (asked,) = session.exec(select(Handover)).all()
    assert (asked.to_unit_id, asked.from_unit_id) == (a_unit("平日村").id, VILLAGE)
    assert "等县里确认" in page.handover.line.text()


@pytest.mark.parametrize("role", [Role.GRID_WORKER, Role.VILLAGE_SECRETARY])
def test_a_village_does_not_hand_households_over(show, role):
    page = show("002", an_actor(role))
    assert not page.household_page.handover.button.isVisible()


# --- mistakes ------------------------------------------------------------------------------------


def test_removing_is_done_at_once_and_taken_back_whole(show, store, runner):
    page = show()
    card = page.household_page.members
    card.table.choose_position(1)
    card.remove_resident_button.click()
    settled(runner)
    assert "已把龙某移出名册" in page.said.undo[0][0]
    assert len(card.table.rows.rows()) == 3
    card.remove_household_button.click()
    settled(runner)
    assert page.overview.isVisible()
    undo(store, account_id="account-of-zhang", txn=page.said.undo[1][1])
    assert household(store, "001").head_name == "吴某甲"


def test_a_household_that_was_visited_is_not_removed_and_it_is_said_why(show, store, runner):
    save(store, a_visit(household(store, "001")))
    page = show()
    page.household_page.members.remove_household_button.click()
    settled(runner)
    assert "走访 1 次" in page.said.notices[0]
    assert "登记变动" in page.said.notices[0]
    assert page.household_page.isVisible()
    assert page.said.undo == []


def test_a_household_that_went_meanwhile_is_said(show, store, runner):
    page = show("002")
    page.household_page.begin("gone")
    settled(runner)
    assert "没有这一户" in page.said.notices[0]
    assert page.overview.isVisible()


# --- the village's month -------------------------------------------------------------------------


@pytest.fixture
def month(show, store, runner):
    actor = an_actor()
    one = person(store, "吴大某")
    record_went_away(
        store, actor, resident_ids=[one.id], when=Happening(date(2026, 10, 31), "东莞")
    )
    record_death(
        store, actor, resident_id=person(store, "杨某乙").id, when=Happening(date(2026, 11, 1))
    )
    page = show()
    page.household_page.back.click()
    page.changes_button.click()
    settled(runner)
    return page


def test_a_month_is_counted_filtered_and_leafed_through(month, qtbot, runner):
    view = month.changes_view
    assert month.subtitle == "› 变动"
    assert [row.name for row in view.table.rows.rows()] == ["杨某乙"]
    assert not view.later.isEnabled()
    assert not view._pills[RosterEventKind.DIED].isHidden()
    assert view._pills[RosterEventKind.BORN].isHidden()
    view.kind.setCurrentIndex(view.kind.findData("born"))
    view.kind.activated.emit(view.kind.currentIndex())
    assert view.table.rows.rowCount() == 0
    view.kind.setCurrentIndex(0)
    qtbot.keyClick(view.table, Qt.Key.Key_PageUp, CTRL)
    settled(runner)
    assert view.month_label.text() == "2026年10月"
    assert [row.kind for row in view.table.rows.rows()] == [RosterEventKind.WENT_AWAY]
    qtbot.keyClick(view.table, Qt.Key.Key_PageDown, CTRL)
    settled(runner)
    assert view.month == date(2026, 11, 1)


def test_a_line_leads_to_its_household_and_back(month, runner):
    view = month.changes_view
    view.table.row_opened.emit(view.table.rows.rows()[0])
    settled(runner)
    assert month.household_page.title == "002 杨某乙"
    month.household_page.back.click()
    settled(runner)
    assert view.isVisible()


def test_the_month_goes_to_excel(month, tmp_path, runner):
    view = month.changes_view
    view.write_to(tmp_path / "变动.xlsx")
    settled(runner)
    assert "已导出" in month.said.notices[-1]
    assert (tmp_path / "变动.xlsx").stat().st_size > 1000


def test_a_whole_household_moves_in(month, store, qtbot, runner):
    view = month.changes_view
    view.move_in.click()
    settled(runner)
    form = view.form
    assert form.editor("number").hasFocus()
    assert form.editor("number").text() == "003"
    form.editor("name").setText("石某")
    form.editor("place").setText("三江县")
    qtbot.keyClick(form.editor("place"), Qt.Key.Key_Return, CTRL)
    settled(runner)
    made = household(store, "003")
    assert (made.head_name, person(store, "石某").relation) == ("石某", Relation.HEAD)
    assert view.table.isVisible()
    assert [row.kind for row in view.table.rows.rows()][:1] == [RosterEventKind.MOVED_IN]
    assert "“003 石某”户已迁入" in month.said.undo[0][0]


def test_a_household_moves_in_with_its_members_in_one_step(month, store, qtbot, runner):
    view = month.changes_view
    view.move_in.click()
    settled(runner)
    form = view.form
    form.editor("name").setText("石某")
    first = form.members.lines()[0]
    first.name.setFocus()
    first.name.setText("龙某花")
    fill_editor(first.relation, Relation.WIFE.value)
    first.number.setText(an_identity_number(date(1990, 3, 2), order=12))
    assert not first.birth.isVisible()
    first.number.setFocus()
    qtbot.keyClick(first.number, Qt.Key.Key_Return)
    second = form.members.lines()[1]
    assert second.name.hasFocus()
    second.name.setText("石小某")
    second.birth.setText("2019-05-06")
    fill_editor(second.sex, "1")
    second.birth.setFocus()
    qtbot.keyClick(second.birth, Qt.Key.Key_Return)
    qtbot.keyClick(form.members.lines()[2].name, Qt.Key.Key_Return)
    assert form.editor("happened_on").hasFocus()

    form.leave()
    settled(runner)
    view.move_in.click()
    settled(runner)
    assert [one["name"] for one in form.members.members()] == ["龙某花", "石小某"]
    qtbot.keyClick(form.editor("place"), Qt.Key.Key_Return, CTRL)
    settled(runner)
    home = household(store, "003")
    assert people_of(store, home.id) == [
        ("石某", Relation.HEAD),
        ("龙某花", Relation.WIFE),
        ("石小某", None),
    ]
    assert person(store, "石小某").birth_date == date(2019, 5, 6)
    assert "共 3 人" in month.said.undo[0][0]
    undo(store, account_id="account-of-zhang", txn=month.said.undo[0][1])
    assert people_of(store, home.id) == []


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"identity_number": "431230199003020"}, "第 1 人还没有写姓名"),
        ({"name": "龙某花", "identity_number": "43303119900302001"}, "身份证号码不对"),
        ({"name": "龙某花", "birth_date": "三月"}, "出生日期看不明白"),
    ],
)
def test_a_member_who_cannot_be_is_told_and_everything_kept(
    month, store, qtbot, runner, typed, sentence
):
    month.changes_view.move_in.click()
    settled(runner)
    form = month.changes_view.form
    form.editor("name").setText("石某")
    form.members.lines()[0].fill(typed)
    qtbot.keyClick(form.editor("place"), Qt.Key.Key_Return, CTRL)
    settled(runner)
    assert sentence in form.field("members").error
    assert form.members.isAncestorOf(month.window().focusWidget())
    assert form.members.members()[0].items() >= typed.items()
    assert month.said.undo == []
    form.leave()
    settled(runner)


def test_a_number_that_is_somebody_elses_keeps_the_form_and_a_line_goes(
    month, store, qtbot, runner
):
    month.changes_view.move_in.click()
    settled(runner)
    form = month.changes_view.form
    form.editor("name").setText("石某")
    taken = {"name": "龙某花", "identity_number": person(store, "龙某").identity_number}
    form.members.set_form_text(json.dumps([taken]))
    qtbot.keyClick(form.editor("place"), Qt.Key.Key_Return, CTRL)
    settled(runner)
    assert "龙某名下" in form.error.text()
    form.members.lines()[0].remove.click()
    assert form.members.members() == []
    qtbot.keyClick(form.editor("place"), Qt.Key.Key_Return, CTRL)
    settled(runner)
    assert "共 1 人" in month.said.undo[0][0]


def people_of(store: Store, household_id: str) -> list[tuple[str, Relation | None]]:
    with store.reading() as session:
        found = select(Resident).where(Resident.household_id == household_id)
        people = session.exec(found.order_by(Resident.position)).all()
        return [(one.name, one.relation) for one in people]
