"""The fields an event carries: filled in by keys, kept in the draft, refused in place."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QDateEdit

from app.cases.actions import EVENT_FORM, add_case_event
from app.cases.detail_rules import DETAIL_FIELDS, read_detail
from app.cases.queries import one_case
from app.cases.vocabulary import CaseEventKind
from app.drafts import load_draft
from app.mediation.vocabulary import SessionPlace
from tests.gui.cases.conftest import Desk
from tests.gui.cases.scenes import a_scene, some_disputes
from tests.gui.conftest import settle
from tests.helpers.stores import NO_RISK
from ui.widgets.timeline import ENTRY

K = CaseEventKind
ENTER, ESCAPE, TAB = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Tab
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def told(make_desk: Callable[..., Desk], tmp_path, runner) -> Desk:  # type: ignore[no-untyped-def]
    """The case of three siblings, which nobody has dealt with yet."""
    scene = a_scene(tmp_path, runner)
    case_id = some_disputes(scene)[3]
    desk = make_desk(scene=scene)
    desk.page.open(case_id)
    desk.wait()
    return desk


def newest(desk: Desk) -> str:
    return str(desk.page.card.timeline.model().index(0, 0).data(ENTRY).text)


def last_values(desk: Desk) -> dict[str, object]:
    case = one_case(desk.scene.store, desk.page.card.case_id)
    assert case is not None
    return read_detail(case.events[-1].kind, case.events[-1].detail)


def test_a_refusal_to_be_mediated_names_who_refused(told: Desk) -> None:
    events = told.page.card.events
    events.ask(K.PARTY_REFUSED)
    told.press(ENTER, CTRL)
    assert "还没有填" in events.details.fields["parties"].error

    told.press(Qt.Key.Key_Space)
    told.press(ENTER, CTRL)

    assert newest(told) == "当事人拒绝调解：哪些当事人 杨某丙"


def test_a_session_keeps_place_language_and_day(told: Desk) -> None:
    events = told.page.card.events
    events.ask(K.MEDIATION_HELD)
    told.type("谈了一次")
    events.risk.choices.set_value("none")
    events.details.editors["place"].take_focus()
    told.press(Qt.Key.Key_1)
    events.details.editors["language"].take_focus()
    told.press(Qt.Key.Key_1)
    told.press(ENTER, CTRL)

    assert newest(told) == "开展调解：地点 鼓楼；说什么话 侗语；谈了一次"
    assert last_values(told)["place"] is SessionPlace.DRUM_TOWER
    assert "held_on" in last_values(told)


def test_delete_takes_a_choice_back_that_need_not_be_made(told: Desk) -> None:
    events = told.page.card.events
    events.ask(K.MEDIATION_HELD)
    events.details.editors["place"].take_focus()
    told.press(Qt.Key.Key_2)
    assert events.details.body()["place"] == "stilt_house"

    told.press(Qt.Key.Key_Delete)

    assert "place" not in events.details.body()


def test_the_draft_keeps_every_field_and_comes_back(told: Desk) -> None:
    events = told.page.card.events
    events.ask(K.REFUSED)
    told.type("不归这里管")
    told.page.flush_draft()
    told.wait()
    kept = load_draft(
        told.scene.store,
        form=EVENT_FORM,
        record_id=told.page.card.case_id,
        account_id=told.scene.actor.account_id,
    )
    assert kept is not None
    assert kept.body["values"]["reason"] == "不归这里管"

    told.press(ESCAPE)
    assert not events.is_asking
    events.draft_bar.restore.click()
    told.wait()

    assert events.details.body()["reason"] == "不归这里管"
    told.press(ESCAPE)
    assert events.draft_bar.restore.isVisible(), "what came back is not lost by a second Esc"


def test_the_other_steps_are_reached_by_the_keys(told: Desk) -> None:
    steps = told.page.card.events.steps
    steps.others.setFocus()
    told.press(Qt.Key.Key_Space)

    assert steps.menu.isVisible()
    assert steps.menu.activeAction() is steps.menu.actions()[0]
    steps.menu.hide()


def test_nothing_typed_leaves_nothing_to_restore(told: Desk) -> None:
    events = told.page.card.events
    events.ask(K.MEDIATION_HELD)
    told.press(ESCAPE)
    assert not events.draft_bar.isVisible()


def test_a_section_opens_it_prefilled_with_a_record(told: Desk) -> None:
    events = told.page.card.events
    events.ask(K.CONFIRMATION_APPLIED, values={"agreement_id": "a1", "court": "通道县人民法院"})

    assert events.details.body()["agreement_id"] == "a1"
    assert events.details.body()["court"] == "通道县人民法院"
    assert "agreement_id" not in events.details.fields


def test_a_unit_is_found_by_its_initials(told: Desk) -> None:
    add_case_event(
        told.scene.store, told.scene.actor, case_id=told.page.card.case_id,
        kind=K.SETTLED, risk=NO_RISK,
    )  # fmt: skip
    events = told.page.card.events
    events.ask(K.URGED)
    events.details.editors["unit_id"].take_focus()
    told.type("ptc")
    told.press(Qt.Key.Key_Down)

    assert events.details.editors["unit_id"].widget.is_open()  # type: ignore[attr-defined]


def test_the_wheel_changes_no_field(told: Desk) -> None:
    events = told.page.card.events
    events.ask(K.FOLLOWED_UP)
    settle()
    day = events.details.fields["visited_on"].editor
    assert isinstance(day, QDateEdit)
    before = events.details.body()
    events.note.setFocus()
    place = day.rect().center()
    wheel = QWheelEvent(
        place, day.mapToGlobal(place), place, QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(day, wheel)

    assert events.details.body() == before


@pytest.mark.parametrize("kind", DETAIL_FIELDS)
def test_every_kind_has_a_form(told: Desk, kind: CaseEventKind) -> None:
    events = told.page.card.events
    events.ask(kind)
    settle()

    shown = {name for name, field in events.details.fields.items() if field.isVisible()}
    asked = {each.name for each in DETAIL_FIELDS[kind] if not each.is_derived}
    assert shown == asked - {"agreement_id"}
