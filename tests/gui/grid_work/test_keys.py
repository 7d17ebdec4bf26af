"""The page 走访 by its keys alone, and how many a visit takes."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QDateEdit
from sqlmodel import select

from app.accounts.vocabulary import Role
from app.drafts import load_draft
from app.grid_work.parts import VISIT_FORM
from app.grid_work.vocabulary import HazardLevel, VisitPurpose, VisitWay
from app.organisations.vocabulary import UnitKind
from app.undo import undo
from db.tables.grid_work import Hazard, HazardMeasure, MicroService, Visit
from tests.gui.grid_work.conftest import TODAY, fill_village
from tests.helpers.stores import a_unit, an_actor
from ui.widgets.forms import DRAFT_DELAY_MS

Key = Qt.Key
ENTER = Key.Key_Return


def all_of(desk, model: type[Any]) -> list[Any]:  # type: ignore[no-untyped-def]
    with desk.scene.store.reading() as session:
        return list(session.exec(select(model)))


def visits_today(desk) -> list[Visit]:  # type: ignore[no-untyped-def]
    return [one for one in all_of(desk, Visit) if one.visited_on == TODAY]


def shown_plan(desk) -> list[str]:  # type: ignore[no-untyped-def]
    return [due.number for due in desk.page.plan.table.rows.rows()]


# --- the plan ----------------------------------------------------------------------------------


def test_a_routine_visit_from_the_plan_is_two_presses(make_desk, scene) -> None:
    homes = fill_village(scene)
    desk = make_desk()
    assert desk.focus() is desk.page.plan.table
    desk.press(ENTER)
    desk.save()
    [visit] = visits_today(desk)
    assert (visit.household_id, visit.purpose, visit.way) == (
        homes[0].id,
        VisitPurpose.ROUTINE,
        VisitWay.AT_HOME,
    )
    assert desk.presses == 2
    assert desk.focus() is desk.page.plan.table
    assert scene.undos[-1][0] == "已记下 001 吴某甲 的走访。"
    assert "001" not in shown_plan(desk)
    undo(scene.store, account_id="account-of-zhang", txn=scene.undos[-1][1])
    assert visits_today(desk) == []


def test_a_visit_with_who_and_what_is_twelve_presses_at_most(make_desk, scene) -> None:
    fill_village(scene)
    desk = make_desk()
    desk.press(ENTER)
    desk.type("2")
    desk.type("z")
    desk.press(Key.Key_Tab, Key.Key_Tab)
    desk.type("吴某甲")
    desk.press(ENTER, ENTER)
    desk.type("一切都好")
    desk.save()
    [visit] = visits_today(desk)
    assert (visit.purpose, visit.way) == (VisitPurpose.CARE, VisitWay.ELSEWHERE)
    assert (visit.met, visit.note) == ("吴某甲", "一切都好")
    assert desk.presses - len("吴某甲一切都好") <= 12


def test_on_to_the_next_of_the_plan(make_desk, scene) -> None:
    homes = fill_village(scene)
    desk = make_desk()
    first, second, third = shown_plan(desk)
    desk.press(ENTER)
    desk.save(is_next=True)
    assert desk.page.plan.form.texts()["household_id"] == homes[int(second) - 1].id
    desk.save(is_next=True)
    desk.save(is_next=True)
    assert desk.presses == 4
    assert {one.household_id for one in visits_today(desk)} == {
        homes[int(number) - 1].id for number in (first, second, third)
    }
    assert not desk.page.plan.host.is_side_open
    assert desk.focus() is desk.page.plan.table
    assert desk.page.plan.summary.text() == "本周还要走访 0 户 · 已走访 3 户"


def test_a_household_found_by_its_initials(make_desk, scene) -> None:
    homes = fill_village(scene)
    desk = make_desk()
    desk.press(Key.Key_N, held=Qt.KeyboardModifier.ControlModifier)
    desk.type("lm")
    picker = desk.page.plan.form.editor("household_id")
    picker._query_timer.stop()  # type: ignore[attr-defined]
    picker._ask()  # type: ignore[attr-defined]
    desk.wait()
    assert picker.is_open()  # type: ignore[attr-defined]
    desk.press(ENTER)
    desk.save()
    [visit] = visits_today(desk)
    found = next(home for home in homes if home.id == visit.household_id)
    assert found.head_name == "龙某"
    assert desk.presses <= 6


def test_typing_in_the_plan_finds_and_enter_opens(make_desk, scene) -> None:
    homes = fill_village(scene)
    desk = make_desk()
    desk.type("sm")
    assert shown_plan(desk) == ["003"]
    desk.press(ENTER)
    desk.save()
    assert [one.household_id for one in visits_today(desk)] == [homes[2].id]
    assert desk.presses == 4
    assert shown_plan(desk) == []
    desk.page.plan.words.clear()
    assert shown_plan(desk) == ["001", "002"]


def test_ones_own_micro_grids_and_all_of_the_village(make_desk, scene) -> None:
    fill_village(scene)
    desk = make_desk()
    assert shown_plan(desk) == ["001", "002", "003"]
    desk.page.plan.scope.set_value("village")
    desk.page.plan.scope.chosen.emit("village")
    assert len(shown_plan(desk)) == 6


def test_who_has_no_micro_grid_sees_the_village(make_desk, scene) -> None:
    fill_village(scene)
    desk = make_desk(an_actor(Role.VILLAGE_SECRETARY, account_id="account-of-shi"))
    assert len(shown_plan(desk)) == 6
    assert not desk.page.plan.scope.isVisible()


def test_typed_words_in_the_picker_that_were_not_chosen(make_desk, scene) -> None:
    fill_village(scene)
    desk = make_desk()
    desk.press(Key.Key_N, held=Qt.KeyboardModifier.ControlModifier)
    desk.type("某某")
    desk.save()
    assert "还没有选是哪一户" in desk.page.plan.form.field("household_id").error
    assert visits_today(desk) == []
    assert desk.page.plan.form.texts()["household_name"] == "某某"


def test_a_wrong_day_is_said_and_the_entry_kept(make_desk, scene) -> None:
    fill_village(scene)
    desk = make_desk()
    desk.press(ENTER)
    form = desk.page.plan.form
    day = form.editor("visited_on")
    assert isinstance(day, QDateEdit)
    day.setDate(day.date().addDays(1))
    form.editor("note").setPlainText("一切都好")
    desk.save()
    assert form.field("visited_on").error == "走访日期在今天之后，请核对。"
    assert form.texts()["note"] == "一切都好"
    assert visits_today(desk) == []


def test_what_came_of_a_visit_is_saved_with_it(make_desk, scene) -> None:
    homes = fill_village(scene)
    desk = make_desk()
    desk.press(ENTER)
    form = desk.page.plan.form
    form.hazard_button.click()
    desk.save()
    assert form.field("hazard_text").error == "内容还没有填，请填上。"
    desk.type("火塘边堆柴")
    form.service_button.click()
    desk.type("代买化肥")
    desk.save()
    [visit] = visits_today(desk)
    hazard = next(one for one in all_of(desk, Hazard) if one.visit_id == visit.id)
    service = next(one for one in all_of(desk, MicroService) if one.visit_id == visit.id)
    assert (hazard.text, hazard.level, hazard.place) == ("火塘边堆柴", HazardLevel.MEDIUM, "家中")
    assert (hazard.due_on - hazard.found_on).days == 15
    assert (service.text, service.asker_name) == ("代买化肥", homes[0].head_name)


def test_a_part_opened_by_mistake_is_closed_again(make_desk, scene) -> None:
    fill_village(scene)
    desk = make_desk()
    desk.press(ENTER)
    form = desk.page.plan.form
    form.service_button.click()
    form.service_button.click()
    form.editor("purpose").setFocus()
    desk.save()
    assert [one for one in all_of(desk, MicroService) if one.visit_id] == []
    assert len(visits_today(desk)) == 1


def test_letters_in_a_text_choose_nothing(make_desk, scene) -> None:
    fill_village(scene)
    desk = make_desk()
    desk.press(ENTER)
    form = desk.page.plan.form
    form.editor("note").setFocus()
    desk.type("dw37")
    assert form.texts()["note"] == "dw37"
    assert (form.texts()["way"], form.texts()["purpose"]) == ("at_home", "routine")


# --- drafts ------------------------------------------------------------------------------------


def test_a_draft_belongs_to_its_household_and_goes_with_the_record(make_desk, scene, qtbot) -> None:
    homes = fill_village(scene)
    desk = make_desk()
    desk.press(ENTER)
    form = desk.page.plan.form
    form.editor("note").setPlainText("说到一半")
    assert form.panel._draft_timer.interval() == DRAFT_DELAY_MS
    desk.press(Key.Key_Escape)

    def draft(record_id: str):  # type: ignore[no-untyped-def]
        return load_draft(
            scene.store, form=VISIT_FORM, record_id=record_id, account_id="account-of-zhang"
        )

    found = draft(homes[0].id)
    assert found is not None
    assert found.body["note"] == "说到一半"
    desk.page.plan.begin(homes[1].id)
    desk.wait()
    assert form.texts()["note"] == ""
    desk.page.plan.begin(homes[0].id)
    desk.wait()
    assert form.texts()["note"] == "说到一半"
    desk.save()
    assert draft(homes[0].id) is None


def test_the_wheel_changes_nothing(make_desk, scene) -> None:
    fill_village(scene)
    desk = make_desk()
    combo = desk.page.visits.list.spans
    desk.page.tabs.setCurrentIndex(1)
    desk.wait()
    before = combo.currentIndex()
    wheel = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(0, -120),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(combo, wheel)
    assert wheel.type() is QEvent.Type.Wheel
    assert combo.currentIndex() == before


# --- the lists ---------------------------------------------------------------------------------


def open_tab(desk, place: int):  # type: ignore[no-untyped-def]
    desk.press(getattr(Key, f"Key_{place + 1}"), held=Qt.KeyboardModifier.AltModifier)
    tab = desk.page.stack.currentWidget()
    assert desk.focus() is tab.list.table
    return tab


def test_a_service_is_done_by_keys(make_desk, scene) -> None:
    fill_village(scene)
    desk = make_desk()
    tab = open_tab(desk, 2)
    assert [row.text for row in tab.list.model.rows()] == ["修水管", "代取养老金"]
    desk.press(Key.Key_Down, ENTER)
    tab.card.buttons["done"].setFocus()
    desk.press(ENTER)
    desk.type("修好了")
    desk.save()
    done = next(one for one in all_of(desk, MicroService) if one.done_on)
    assert (done.text, done.done_note, done.done_on) == ("修水管", "修好了", TODAY)
    assert [row.text for row in tab.list.model.rows()] == ["代取养老金"]
    undo(scene.store, account_id="account-of-zhang", txn=scene.undos[-1][1])
    assert all(one.done_on is None for one in all_of(desk, MicroService))


def test_a_hazard_is_worked_off_by_keys(make_desk, scene) -> None:
    fill_village(scene)
    desk = make_desk()
    tab = open_tab(desk, 3)
    assert [row.place for row in tab.list.model.rows()] == ["灶房", "堆柴的过道"]
    desk.press(Key.Key_Down, ENTER)
    assert tab.card.pill.text() == "超 2 天"
    tab.card.buttons["gone"].setFocus()
    desk.press(ENTER)
    desk.save()
    assert tab.measure_form.field("text").error == "内容还没有填，请填上。"
    desk.type("线路全部换新")
    desk.save()
    gone = next(one for one in all_of(desk, Hazard) if one.place == "灶房")
    assert gone.resolved_on == TODAY
    assert "线路全部换新" in [one.text for one in all_of(desk, HazardMeasure)]
    tab.card.buttons["reopen"].click()
    desk.wait()
    assert all(one.resolved_on is None for one in all_of(desk, Hazard))


def test_another_level_proposes_another_day(make_desk, scene) -> None:
    fill_village(scene)
    desk = make_desk()
    tab = open_tab(desk, 3)
    desk.press(Key.Key_N, held=Qt.KeyboardModifier.ControlModifier)
    tab.form.editor("level").setFocus()
    desk.press(Key.Key_G)
    assert tab.form.texts()["due_on"] == "2026-11-26"
    tab.form.editor("place").setText("老祠堂")
    tab.form.editor("text").setPlainText("瓦片松动")
    desk.save()
    made = next(one for one in all_of(desk, Hazard) if one.place == "老祠堂")
    assert (made.level, made.household_id) == (HazardLevel.HIGH, None)


def test_a_visit_is_removed_and_can_be_had_back(make_desk, scene) -> None:
    fill_village(scene)
    desk = make_desk()
    tab = open_tab(desk, 1)
    desk.press(Key.Key_Down, ENTER)
    shown = tab.card.record_id
    tab.card.buttons["remove"].click()
    desk.wait()
    assert shown not in [one.id for one in all_of(desk, Visit)]
    assert not tab.host.is_side_open
    undo(scene.store, account_id="account-of-zhang", txn=scene.undos[-1][1])
    assert shown in [one.id for one in all_of(desk, Visit)]


def test_typing_in_a_list_filters_it(make_desk, scene) -> None:
    fill_village(scene)
    desk = make_desk()
    tab = open_tab(desk, 1)
    desk.type("002")
    tab.list._timer.stop()
    tab.list._read_anew()
    desk.wait()
    assert [row.number for row in tab.list.model.rows()] == ["002"]
    assert desk.focus() is tab.list.words


def test_a_record_is_opened_from_elsewhere_at_its_field(make_desk, scene) -> None:
    fill_village(scene)
    desk = make_desk()
    hazard = next(one for one in all_of(desk, Hazard) if one.place == "灶房")
    desk.page.mend(hazard.id, "place")
    desk.page.open(hazard.id)
    desk.wait()
    assert desk.page.stack.currentWidget() is desk.page.hazards
    assert desk.focus() is desk.page.hazards.form.editor("place")


def test_a_form_is_begun_from_elsewhere(make_desk, scene) -> None:
    homes = fill_village(scene)
    desk = make_desk()
    desk.page.begin("hazard", homes[3].id)
    desk.wait()
    assert desk.page.hazards.form.texts()["household_id"] == homes[3].id


# --- who sees what -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "may_see", "may_record"),
    [
        (Role.GRID_WORKER, True, True),
        (Role.AUXILIARY_POLICE, True, True),
        (Role.MEDIATOR, True, True),
        (Role.VILLAGE_SECRETARY, True, True),
        (Role.TOWNSHIP_CENTRE, True, False),
        (Role.LEGAL_AID_LAWYER, False, False),
        (Role.ADMINISTRATOR, False, False),
    ],
)
def test_the_page_for_each_post(make_desk, scene, role, may_see, may_record) -> None:
    fill_village(scene)
    unit = a_unit()
    if role is Role.TOWNSHIP_CENTRE:
        unit = a_unit("坪坦乡", kind=UnitKind.TOWNSHIP)
    desk = make_desk(an_actor(role, unit, account_id="account-of-shi"))
    assert desk.page.tabs.isVisible() is may_see
    assert (desk.page.new_button in desk.page.header_buttons()) is may_record
    assert (desk.page.export_button in desk.page.header_buttons()) is may_see
    if may_see:
        assert len(shown_plan(desk)) == 6
        assert desk.page.village_combo.isVisible() is (role is Role.TOWNSHIP_CENTRE)
        desk.page.open(all_of(desk, Hazard)[0].id)
        desk.wait()
        assert bool(desk.page.hazards.card.buttons) is may_record


def test_the_plan_goes_onto_paper(make_desk, scene) -> None:
    from ui.grid_work.plan_paper import plan_html

    fill_village(scene)
    desk = make_desk()
    html = plan_html(desk.page.plan.due(), desk.page.plan.summary.text())
    assert "网格员：张某" in html
    assert "001 吴某甲" in html
    assert "关注程度 高" in html
    assert "李某" not in html


def test_duty_stands_with_the_visits(make_desk, scene) -> None:
    fill_village(scene)
    desk = make_desk()
    desk.press(Key.Key_5, held=Qt.KeyboardModifier.AltModifier)
    assert desk.page.stack.currentWidget() is desk.page.duty
    desk.press(Key.Key_N, held=Qt.KeyboardModifier.ControlModifier)
    assert desk.page.duty.host.is_side_open
    desk.page.new_button.click()
    desk.wait()
    assert desk.page.stack.currentWidget() is desk.page.visits
    assert desk.page.visits.form.is_open


def test_a_hazard_of_a_patrol(make_desk, scene) -> None:
    fill_village(scene)
    desk = make_desk()
    desk.page.begin_found("patrol-1")
    desk.wait()
    form = desk.page.hazards.form
    form.editor("place").setText("风雨桥")
    form.editor("text").setPlainText("桥板松了")
    form.editor("kind").setFocus()
    desk.save()
    made = next(one for one in all_of(desk, Hazard) if one.place == "风雨桥")
    assert made.patrol_id == "patrol-1"


def test_photographs_hang_on_visits_and_hazards(make_desk, scene) -> None:
    fill_village(scene)
    desk = make_desk()
    for place in (1, 3):
        tab = open_tab(desk, place)
        desk.press(Key.Key_Down, ENTER)
        assert tab.card.attachments is not None
        assert tab.card.attachments.add.isVisible()
    assert desk.page.services.card.attachments is None


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("due_on", "下个月", "日期看不明白"),
        ("due_on", "2026-11-22", "期限早于提出日期"),
        ("household_id", "某某", "没有从名单里选是哪一户"),
        ("text", "", "内容还没有填"),
        ("asker_name", " ", "谁提出的还没有填"),
    ],
)
def test_a_service_that_cannot_be_is_said_and_kept(
    make_desk, scene, field, typed, sentence
) -> None:
    fill_village(scene)
    desk = make_desk()
    tab = open_tab(desk, 2)
    desk.press(Key.Key_N, held=Qt.KeyboardModifier.ControlModifier)
    form = tab.form
    form.editor("text").setPlainText("代买化肥")
    form.editor("asker_name").setText("石某")
    editor = form.editor(field)
    if field == "text":
        editor.setPlainText(typed)
    else:
        (editor.edit if field == "household_id" else editor).setText(typed)
    before = len(all_of(desk, MicroService))
    form.editor("asker_phone").setFocus()
    desk.save()
    assert form.field(field).error.startswith(sentence)
    assert form.texts()["asker_name"] == (typed if field == "asker_name" else "石某")
    assert len(all_of(desk, MicroService)) == before
