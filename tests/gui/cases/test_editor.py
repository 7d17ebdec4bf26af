"""Recording a dispute with the keyboard alone, and never losing what was typed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from sqlmodel import select

from app.accounts.vocabulary import Role
from app.cases.actions import CASE_FORM
from app.cases.listing import CaseFilter, case_rows
from app.cases.queries import CaseDetail, one_case
from app.cases.vocabulary import CaseField, CaseState, PartySide, PartySource, Urgency
from app.drafts import load_draft
from app.looks.vocabulary import LookedAt
from db.tables.looks import Look
from tests.gui.cases.conftest import Desk
from tests.gui.cases.scenes import some_disputes
from ui.widgets.forms import DRAFT_DELAY_MS

ENTER, DOWN, TAB, ESCAPE = Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_Tab, Qt.Key.Key_Escape
CTRL = Qt.KeyboardModifier.ControlModifier
CTRL_SHIFT = CTRL | Qt.KeyboardModifier.ShiftModifier


def the_cases(desk: Desk) -> list[CaseDetail]:
    rows = case_rows(desk.scene.store, CaseFilter()).rows
    found = [one_case(desk.scene.store, row.case_id) for row in rows]
    return [case for case in found if case is not None]


def the_draft(desk: Desk, record_id: str = "") -> dict[str, object] | None:
    found = load_draft(
        desk.scene.store, form=CASE_FORM, record_id=record_id,
        account_id=desk.scene.actor.account_id,
    )  # fmt: skip
    return found.body if found else None


def fill_least(desk: Desk, title: str = "田埂改道") -> None:
    """The least that can be recorded: title, class, one party and the answer that it will not
    get worse; the focus stays in the party's row."""
    desk.form.risk.choices.set_value("none")
    desk.type(title)
    desk.press(ENTER)
    desk.type("fenjia")
    desk.press(DOWN)
    desk.press(ENTER)
    desk.form.parties.rows[0].name.edit.setFocus()
    desk.type("石某")


# --- the keys ---------------------------------------------------------------------------------


def test_a_dispute_is_recorded_without_a_mouse(desk: Desk) -> None:
    desk.qtbot.keyClick(desk.page, Qt.Key.Key_N, CTRL)
    desk.wait()
    assert desk.page.is_editing

    desk.type("田埂改道，挡了水")
    desk.press(ENTER)
    desk.type("yspstx")
    desk.press(DOWN)
    desk.press(ENTER)
    assert desk.focus() is desk.form.happened_on
    desk.press(ENTER)
    desk.type("三组田坝")
    desk.press(ENTER)
    desk.press(Qt.Key.Key_Left)
    desk.press(ENTER)
    desk.press(ENTER)
    desk.type("wwy")
    desk.press(DOWN)
    desk.press(ENTER)
    upper, lower = desk.form.parties.rows
    for field in (upper.phone, upper.address, lower.side):
        assert desk.focus() is field or field.isAncestorOf(desk.focus())
        desk.press(ENTER)
    assert desk.focus() is lower.name.edit
    desk.type("石某外")
    desk.press(ENTER)
    desk.type("13811112222")
    desk.press(ENTER)
    lower.origin.setCurrentText("贵州省黎平县")
    desk.press(ENTER)
    desk.type("水口镇")
    for field in (desk.form.own.head_count, desk.form.own.region, desk.form.story):
        desk.press(ENTER)
        assert desk.focus() is field
    assert desk.focus() is desk.form.story, "Enter passes the buttons by"
    desk.type("上家改田埂")
    desk.press(TAB)
    desk.press(Qt.Key.Key_1)
    desk.press(ENTER, CTRL)

    (case,) = the_cases(desk)
    assert (case.title, case.class_code, case.place) == ("田埂改道，挡了水", "0201", "三组田坝")
    assert (case.urgency, case.story, case.state) == (
        Urgency.HIGH, "上家改田埂", CaseState.RECORDED,
    )  # fmt: skip
    first, second = case.parties
    assert (first.name, first.side, first.source) == ("吴文永", PartySide.A, PartySource.ROSTER)
    assert (first.phone, first.address) == ("139****1234", "坪坦村三组")
    assert (second.name, second.side, second.source) == ("石某外", PartySide.B, PartySource.OUTSIDE)
    assert (second.phone, second.address) == ("138****2222", "贵州省黎平县水口镇")
    with desk.scene.store.reading() as session:
        looks = session.exec(select(Look.subject_entity, Look.looked_at)).all()
    assert looks == [("household", LookedAt.PHONE)]


def test_after_saving_the_case_is_open_beside_the_list(desk: Desk) -> None:
    desk.open_new()
    fill_least(desk)

    desk.press(ENTER, CTRL)

    assert not desk.page.is_editing
    assert desk.page.card.title.text() == "田埂改道"
    row = desk.page.list.table.current_row()
    assert row is not None
    assert row.case_id == desk.page.card.case_id  # type: ignore[attr-defined]
    assert desk.scene.writes == [True]
    assert the_draft(desk) is None


def test_saving_and_the_next_begins_an_empty_form(desk: Desk) -> None:
    desk.open_new()
    fill_least(desk, "第一件")

    desk.press(ENTER, CTRL_SHIFT)

    assert desk.page.is_editing
    assert desk.form.body()["title"] == ""
    assert desk.focus() is desk.form.title
    assert "第一件" in desk.page.editor.done_line.text()
    fill_least(desk, "第二件")
    desk.press(ENTER, CTRL)
    assert {case.title for case in the_cases(desk)} == {"第一件", "第二件"}


def test_tab_visits_every_field_in_the_order_of_the_form(desk: Desk) -> None:
    desk.open_new()
    desk.page.editor.form.parties.add.click()
    desk.form.focus_first()
    seen = [desk.focus()]

    while seen[-1] is not desk.form.risk.editors()[0]:
        desk.press(TAB)
        if desk.focus() is seen[-1]:  # the parts of a date are stops too
            continue
        assert desk.focus() not in seen, "the tab order turns in a ring"
        seen.append(desk.focus())

    stops = [each for each in desk.form.editors() if each.focusPolicy() & Qt.FocusPolicy.TabFocus]
    shown = [each for each in stops if each.isVisible()]
    assert seen == shown[shown.index(desk.form.title) :]
    desk.press(TAB)
    assert desk.focus() is desk.page.editor.foot.save


def test_enter_in_the_story_is_a_new_line(desk: Desk) -> None:
    desk.open_new()
    desk.form.story.setFocus()
    desk.type("a")
    desk.press(ENTER)
    desk.type("b")

    assert desk.form.body()["story"] == "a\nb"


def test_all_classes_are_listed_by_the_down_key(desk: Desk) -> None:
    desk.open_new()
    desk.form.class_code.edit.setFocus()

    desk.press(DOWN)

    assert desk.form.class_code.results.count() == 17 + 78


def test_a_name_in_the_roster_may_still_be_somebody_else(desk: Desk) -> None:
    desk.open_new()
    name = desk.form.parties.rows[0].name
    name.edit.setFocus()
    desk.type("吴文")
    desk.press(DOWN)
    assert name.results.count() == 2

    desk.press(DOWN)
    desk.press(ENTER)

    party = desk.form.parties.rows[0].body()
    assert (party["name"], party["resident_id"]) == ("吴文", None)


def test_typing_over_a_picked_resident_makes_an_outsider(desk: Desk) -> None:
    desk.open_new()
    row = desk.form.parties.rows[0]
    row.name.edit.setFocus()
    desk.type("wwy")
    desk.press(DOWN)
    desk.press(ENTER)
    assert row.body()["resident_id"] is not None
    assert not row.origin.isVisible()

    row.name.edit.setFocus()
    desk.type("x")

    assert row.body()["resident_id"] is None
    assert row.origin.isVisible()


def test_rows_are_added_and_taken_off(desk: Desk) -> None:
    desk.open_new()
    desk.form.parties.add.click()
    assert len(desk.form.parties.rows) == 3
    assert desk.focus() is desk.form.parties.rows[2].name.edit

    for _row in range(3):
        desk.form.parties.rows[0].remove.click()
        desk.wait()

    assert len(desk.form.parties.rows) == 1
    assert desk.form.parties.body()[0]["name"] == ""


# --- what is wrong ----------------------------------------------------------------------------


def test_each_problem_stands_under_its_field(desk: Desk) -> None:
    desk.open_new()

    desk.press(ENTER, CTRL)

    wrong = {field for field, each in desk.form.problem_fields.items() if each.error}
    missing = {CaseField.TITLE, CaseField.CLASS_CODE, CaseField.PARTIES, CaseField.RISK}
    assert wrong == missing
    assert desk.focus() is desk.form.title
    assert the_cases(desk) == []


def test_a_sentence_goes_when_its_field_is_right(desk: Desk) -> None:
    desk.open_new()
    desk.press(ENTER, CTRL)

    desk.type("田埂改道")

    shown = desk.form.problem_fields
    assert shown[CaseField.TITLE].error == ""
    assert shown[CaseField.PARTIES].error != ""


def test_a_day_in_the_future_is_said_to_be_one(desk: Desk) -> None:
    desk.open_new()
    desk.form.happened_on.setDate(desk.form.happened_on.date().addDays(1))

    desk.press(ENTER, CTRL)

    assert "今天之后" in desk.form.problem_fields[CaseField.HAPPENED_ON].error


def test_a_refusal_keeps_what_was_typed(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk()
    desk.open_new()
    fill_least(desk)
    object.__setattr__(desk.scene.actor, "role", Role.LEGAL_AID_LAWYER)

    desk.press(ENTER, CTRL)

    assert "权限" in desk.page.editor.foot.error.text()
    assert desk.form.body()["title"] == "田埂改道"
    assert desk.form.isEnabled()
    draft = the_draft(desk)
    assert draft is not None
    assert draft["title"] == "田埂改道"


# --- drafts -----------------------------------------------------------------------------------


def test_a_draft_is_due_one_second_after_the_last_key(desk: Desk) -> None:
    desk.open_new()
    assert not desk.form.is_draft_pending()

    desk.type("abc")

    assert DRAFT_DELAY_MS == 1000
    assert desk.form.is_draft_pending()
    desk.page.flush_draft()
    desk.wait()
    draft = the_draft(desk)
    assert draft is not None
    assert draft["title"] == "abc"
    assert desk.page.editor.foot.draft_line.text() != ""


def test_a_draft_survives_the_program(make_desk: Callable[..., Desk]) -> None:
    first = make_desk()
    first.open_new()
    fill_least(first)
    first.form.parties.rows[1].name.edit.setFocus()
    first.type("龙某")
    first.page.flush_draft()
    first.wait()
    first.page.close()

    second = make_desk(scene=first.scene)
    assert second.page.draft_bar.isVisible()
    second.open_new()
    assert second.page.editor.draft_bar.isVisible()
    assert not second.form.isEnabled()
    assert second.focus() is second.page.editor.draft_bar.go_on
    second.press(Qt.Key.Key_Space)

    body = second.form.body()
    assert (body["title"], body["class_code"]) == ("田埂改道", "0103")
    assert [party["name"] for party in body["parties"]] == ["石某", "龙某"]
    second.press(ENTER, CTRL)
    assert [case.title for case in the_cases(second)] == ["田埂改道"]
    assert the_draft(second) is None


def test_nothing_is_typed_over_a_draft_before_it_was_asked_about(
    make_desk: Callable[..., Desk],
) -> None:
    desk = make_desk()
    desk.open_new()
    desk.type("abc")
    desk.press(ESCAPE)
    desk.open_new()

    desk.qtbot.keyClicks(desk.form.title, "xyz")
    desk.page.flush_draft()
    desk.wait()

    draft = the_draft(desk)
    assert draft is not None
    assert draft["title"] == "abc"


def test_a_discarded_draft_may_be_had_back_at_once(desk: Desk) -> None:
    desk.open_new()
    desk.type("abc")
    desk.press(ESCAPE)
    desk.open_new()

    desk.page.editor.draft_bar.drop.click()
    desk.wait()
    assert the_draft(desk) is None
    assert desk.form.body()["title"] == ""
    desk.page.editor.draft_bar.restore.click()
    desk.wait()

    assert desk.form.body()["title"] == "abc"
    assert the_draft(desk) is not None


def test_leaving_keeps_the_draft_and_the_list_offers_it(desk: Desk) -> None:
    desk.open_new()
    desk.type("abc")

    desk.press(ESCAPE)

    assert not desk.page.is_editing
    assert desk.page.draft_bar.isVisible()
    desk.page.draft_bar.go_on.click()
    desk.wait()
    assert desk.form.body()["title"] == "abc"
    assert not desk.page.editor.draft_bar.isVisible()


def test_another_person_does_not_see_the_draft(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk()
    desk.open_new()
    desk.type("abc")
    desk.press(ESCAPE)
    object.__setattr__(desk.scene.actor, "account_id", "account-of-shi")

    other = make_desk(scene=desk.scene)
    other.open_new()

    assert not other.page.editor.draft_bar.isVisible()
    assert other.form.body()["title"] == ""


# --- correcting -------------------------------------------------------------------------------


def test_a_correction_writes_what_was_changed_and_offers_to_take_it_back(
    make_desk: Callable[..., Desk],
) -> None:
    desk = make_desk()
    case_id = some_disputes(desk.scene)[-1]
    desk.page.open(case_id)
    desk.wait()

    desk.page.card.edit.click()
    desk.wait()
    assert desk.form.body()["title"] == "山林界址争议"
    assert not desk.page.editor.foot.save_next.isVisible()
    desk.form.title.setFocus()
    desk.form.title.end(False)
    desk.type("x")
    desk.press(ENTER, CTRL)

    assert desk.page.card.title.text() == "山林界址争议x"
    (undo,) = desk.scene.undos
    assert undo[1] > 0


def test_a_correction_has_a_draft_of_its_own(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk()
    case_id = some_disputes(desk.scene)[-1]
    desk.page.open(case_id)
    desk.wait()
    desk.page.card.edit.click()
    desk.wait()
    desk.type("x")

    desk.press(ESCAPE)

    assert the_draft(desk) is None
    assert the_draft(desk, case_id) is not None
    desk.page.card.edit.click()
    desk.wait()
    assert desk.page.editor.draft_bar.isVisible()


@pytest.mark.parametrize("role", [Role.TOWNSHIP_CENTRE, Role.COUNTY_CENTRE])
def test_above_the_village_the_village_is_asked(make_desk: Callable[..., Desk], role: Role) -> None:
    from tests.helpers.stores import a_unit

    desk = make_desk()
    top = "坪坦乡" if role is Role.TOWNSHIP_CENTRE else "通道侗族自治县"
    for name, value in (("role", role), ("unit_id", a_unit(top).id)):
        object.__setattr__(desk.scene.actor, name, value)
    above = make_desk(scene=desk.scene)
    above.open_new()
    assert above.form.village.isVisible()
    above.form.village.edit.setFocus()
    above.type("坪坦村")
    above.press(DOWN)
    above.press(ENTER)

    assert above.form.body()["unit_id"] == a_unit("坪坦村").id


def test_in_the_village_it_is_not_asked(desk: Desk) -> None:
    desk.open_new()

    assert not desk.form.village.isVisible()
