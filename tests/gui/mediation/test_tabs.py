"""The tabs 调解 and 协议与履行: a case worked from its first mediator to its last instalment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from app.accounts.vocabulary import Role
from app.cases.actions import add_case_event
from app.cases.vocabulary import CaseEventKind, CaseState
from app.grid_work.vocabulary import TeamPost
from app.mediation.agreement_rules import ItemDraft
from app.mediation.mediators import mediators_of
from app.mediation.queries import parties_of
from app.mediation.vocabulary import AgreementForm
from db.tables.grid_work import TeamMember
from i18n import text
from tests.gui.cases.conftest import Desk
from tests.gui.cases.scenes import a_scene, some_disputes
from tests.gui.clipping import assert_nothing_clipped
from tests.gui.conftest import SMALL, settle
from tests.gui.scene import GALLERY
from tests.helpers.stores import NO_RISK, a_unit, save
from tests.unit.mediation.scene import an_agreement, row_of, sign_next, state_of
from ui.mediation.agreement_section import AgreementSection
from ui.mediation.case_section import MediationSection
from ui.mediation.pickers import ANYBODY
from ui.wording_rules import name_of
from ui.work.runner import Runner

K = CaseEventKind
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def desk(make_desk: Callable[..., Desk], tmp_path: Path, runner: Runner) -> Desk:
    return a_desk(make_desk, tmp_path, runner)


def a_desk(
    make_desk: Callable[..., Desk],
    tmp_path: Path,
    runner: Runner,
    *,
    role: Role = Role.GRID_WORKER,
) -> Desk:
    scene = a_scene(tmp_path, runner)
    scene.cases = some_disputes(scene)  # type: ignore[attr-defined]
    save(
        scene.store,
        TeamMember(
            id="shi", unit_id=a_unit().id, name="石某", post=TeamPost.MEDIATOR,
            starts_on=date(2026, 1, 1), skills="15,21",
        ),
        TeamMember(
            id="yang", unit_id=a_unit().id, name="杨某", post=TeamPost.ELDER,
            starts_on=date(2026, 1, 1),
        ),
    )  # fmt: skip
    scene.actor = type(scene.actor)(
        scene.actor.account_id, scene.actor.name, role, scene.actor.unit_id, scene.actor.units
    )
    return make_desk(scene=scene)


def show(desk: Desk, key: str, place: int = -1) -> Any:
    """The tab of the case at this place in the scene's list, the last by default."""
    desk.page.open(case_at(desk, place))
    desk.wait()
    tabs = desk.page.card.sections
    tabs.turn_to(key)
    desk.wait()
    return tabs.made[key]


def case_at(desk: Desk, place: int = -1) -> str:
    found: list[str] = desk.scene.cases  # type: ignore[attr-defined]
    return found[place]


def fill(form: Any, **texts: str) -> None:
    for key, value in texts.items():
        editor = form.editor(key)
        if isinstance(editor, QLineEdit):
            editor.setText(value)
        elif isinstance(editor, QPlainTextEdit):
            editor.setPlainText(value)
        else:
            editor.set_value(value)


# --- 调解 ------------------------------------------------------------------------------------


def test_a_mediator_is_found_by_what_he_can_and_taken(desk: Desk) -> None:
    tab: MediationSection = show(desk, "mediation")
    tab.add.click()
    desk.wait()
    picker = tab.form.member
    picker.skill.set_value("21")
    assert [hit.title for hit in picker._find("")] == ["石某"]
    picker.skill.set_value(ANYBODY)
    assert {hit.title for hit in picker._find("")} == {"石某", "杨某"}
    picker.picker.set_value(picker._find("石")[0])
    picker._on_changed()
    desk.wait()
    assert "花名册只知道户" in tab.form.kin.text()
    fill(tab.form, chosen_by="chosen", chosen_note="双方选定")
    tab.form.editor("chosen_note").setFocus()
    desk.press(Qt.Key.Key_Return, CTRL)
    (row,) = mediators_of(desk.scene.store, desk.scene.actor, case_at(desk))
    assert (row.name, row.member_id, row.chosen_note) == ("石某", "shi", "双方选定")
    assert desk.scene.undos
    assert tab.stack.form is None


def test_who_is_invited_without_consent_is_kept_in_the_form(desk: Desk) -> None:
    tab: MediationSection = show(desk, "mediation")
    tab.add.click()
    desk.wait()
    tab.form.member.picker.set_text("寨老吴公")
    fill(tab.form, chosen_by="invited")
    tab.form.panel.saved.emit()
    desk.wait()
    assert "第二十条" in tab.form.field("kinship_note").error
    assert tab.form.member.name() == "寨老吴公"


def test_a_refusal_stands_in_red_and_leads_back(desk: Desk) -> None:
    case_id = case_at(desk)
    with desk.scene.store.reading() as session:
        wu = parties_of(session, case_id)[0]
    add_case_event(
        desk.scene.store,
        desk.scene.actor,
        case_id=case_id,
        kind=K.PARTY_REFUSED,
        values={"parties": [wu.id]},
    )
    tab: MediationSection = show(desk, "mediation")
    assert wu.name in tab.refusal.words.text()
    assert not tab.refusal.isHidden()
    assert tab.hold.isHidden()
    asked: list[tuple[object, object]] = []
    tab.event_wanted.connect(lambda kind, values: asked.append((kind, values)))
    tab.refusal.button.click()
    assert asked == [(K.PARTY_AGREED, {"parties": [wu.id]})]
    agreement: AgreementSection = show(desk, "agreement")
    assert not agreement.refusal.isHidden()  # and no form is offered that could not be saved
    assert agreement.written.isHidden()
    events = desk.page.card.events
    events.ask(K.MEDIATION_HELD)  # asked for all the same: what comes first is asked instead
    assert events.title.text() == name_of(K.PARTY_AGREED)
    assert name_of(K.MEDIATION_HELD) in events._field.error


def test_sessions_say_where_and_what_came_of_them(desk: Desk) -> None:
    add_case_event(
        desk.scene.store,
        desk.scene.actor,
        case_id=case_at(desk),
        kind=K.MEDIATION_HELD,
        note="当面谈拢",
        risk=NO_RISK,
        values={"place": "drum_tower", "language": "dong", "outcome": "agreed"},
    )
    tab: MediationSection = show(desk, "mediation")
    row = tab.sessions.rows.rows()[0]
    assert (row.place, row.language, row.outcome.value) == ("鼓楼", "侗语", "agreed")
    wanted: list[str] = []
    tab.section_wanted.connect(wanted.append)
    tab.agree.click()
    assert wanted == ["agreement"]


@pytest.mark.parametrize("role", [Role.AUXILIARY_POLICE, Role.SPONSOR_LEADER])
def test_who_does_not_mediate_only_looks(
    make_desk: Callable[..., Desk], tmp_path: Path, runner: Runner, role: Role
) -> None:
    desk = a_desk(make_desk, tmp_path, runner, role=role)
    tab: MediationSection = show(desk, "mediation")
    assert tab.add.isHidden()
    assert all(button.isHidden() for button in tab.way_buttons.values())
    agreements: AgreementSection = show(desk, "agreement")
    assert agreements.written.isHidden()


# --- 协议与履行 ------------------------------------------------------------------------------


def test_an_agreement_is_written_signed_and_settles(desk: Desk) -> None:
    tab: AgreementSection = show(desk, "agreement")
    assert tab.written.property("role") == "primary"
    tab.written.click()
    desk.wait()
    fill(tab.write, terms="以老杉树为界，杨昌林付补偿款。")
    tab.write.items.parts.total.setText("1000")
    tab.write.items.parts.count.setText("3")
    tab.write.items.parts.first.setText("2026-12-31")
    tab.write.items.parts.make.click()
    desk.wait()
    first, second = tab.write.items.lines[:2]
    first.due.setFocus()
    for following in (second.ower, second.text):  # made later than what stands below them
        desk.press(Qt.Key.Key_Return)
        assert following.hasFocus()
    tab.write.items.lines[-1].due.setFocus()
    desk.press(Qt.Key.Key_Return)
    assert tab.write.editor("performance_way").hasFocus()
    tab.write.panel.saved.emit()
    desk.wait()
    assert tab.cards[0].places.hasFocus()
    assert tab.written.property("role") != "primary"  # what comes next is to sign this one
    row = row_of(desk.scene.store, case_at(desk))
    assert [item.amount_cents for item in row.items] == [33300, 33300, 33400]
    for _place in row.places:
        card = tab.cards[0]
        card.places.choose_position(card.row.places.index(card.row.missing[0]))
        card.places.setFocus()
        desk.press(Qt.Key.Key_Return)
        tab.sign.editor("name").setFocus()
        if not tab.sign.editor("name").text():
            desk.type("石某")
        desk.press(Qt.Key.Key_Return, CTRL)
    assert row_of(desk.scene.store, case_at(desk)).stands
    assert state_of(desk.scene.store, case_at(desk)) is CaseState.SETTLED
    assert "perform" in tab.cards[0].buttons


def test_what_is_wrong_stands_under_its_field_and_is_kept(desk: Desk) -> None:
    tab: AgreementSection = show(desk, "agreement")
    tab.oral.click()
    desk.wait()
    tab.write.panel.saved.emit()
    desk.wait()
    assert "协议内容" in tab.write.field("terms").error
    fill(tab.write, terms="当面赔礼")
    tab.write.items.add.click()
    line = tab.write.items.lines[0]
    line.text.setText("赔谷子")
    line.amount.setText("五十斤")
    tab.write.panel.saved.emit()
    desk.wait()
    assert "第 1 项的金额" in tab.write.field("items").error
    assert line.text.text() == "赔谷子"


def test_what_was_typed_is_found_again(desk: Desk) -> None:
    tab: AgreementSection = show(desk, "agreement")
    tab.written.click()
    desk.wait()
    fill(tab.write, terms="写到一半")
    tab.write.items.add.click()
    tab.write.items.lines[0].text.setText("修水沟")
    tab.write.panel.note_edit()
    tab.write.leave()
    desk.wait()
    tab.written.click()
    desk.wait()
    assert tab.write.texts()["terms"] == "写到一半"
    assert tab.write.items.lines[0].text.text() == "修水沟"


def test_a_promise_is_kept_by_keys(desk: Desk) -> None:
    case_id = case_at(desk)
    items = (ItemDraft("付款", due_on=date(2026, 11, 21)),)
    an_agreement(desk.scene.store, desk.scene.actor, case_id, form=AgreementForm.ORAL, items=items)
    tab: AgreementSection = show(desk, "agreement")
    assert tab.cards[0].items.model().index(0, 0).data().startswith("1. 付款")
    assert tab.cards[0].items.current_row() is None  # nothing looks chosen before somebody chooses
    assert tab.cards[0].buttons["perform"].property("role") == "primary"
    assert tab.written.property("role") == "quiet"
    tab.cards[0].items.setFocus()
    desk.press(Qt.Key.Key_Return)
    desk.press(Qt.Key.Key_Return, CTRL)
    assert row_of(desk.scene.store, case_id).items[0].performed_on == date(2026, 11, 23)
    assert "100%" in tab.rate.text()
    tab._on_item_chosen(row_of(desk.scene.store, case_id).items[0])
    assert "付款" in tab.attachments.part.text()


# --- how it looks ----------------------------------------------------------------------------


def many(desk: Desk) -> None:
    """Long names, several sessions, two agreements, something overdue, a follow-up."""
    case_id, store, actor = case_at(desk), desk.scene.store, desk.scene.actor
    for place, outcome in (("drum_tower", "goes_on"), ("stilt_house", "agreed")):
        add_case_event(
            store, actor, case_id=case_id, kind=K.MEDIATION_HELD, risk=NO_RISK,
            note="两家老人都到了，先讲了林业法规，再上山看界。",
            values={
                "place": place, "language": "dong", "mediators": "石某、杨某",
                "attendees": "吴文永、杨昌林、寨老吴公、村民小组长", "outcome": outcome,
            },
        )  # fmt: skip
    an_agreement(
        store, actor, case_id, terms="以老杉树为界，立石为记；" * 6,
        items=tuple(
            ItemDraft(f"付第 {n} 期补偿款", amount_cents=33300 * n, due_on=date(2026, 11, 19 + n))
            for n in range(1, 7)
        ),
    )  # fmt: skip
    for _ in range(4):
        sign_next(store, actor, case_id)
    an_agreement(store, actor, case_id, terms="另立一份未签")


@pytest.mark.parametrize("size", [SMALL, (1366, 768)])
def test_everything_can_be_read(desk: Desk, size: tuple[int, int]) -> None:
    many(desk)
    desk.page.resize(*size)
    for key, place, name in (
        ("mediation", -1, "many"),
        ("agreement", -1, "many"),
        ("mediation", 0, "empty"),
        ("agreement", 0, "empty"),
    ):
        tab = show(desk, key, place)
        picture(desk, f"{key}-{name}-{size[0]}x{size[1]}")
        assert_nothing_clipped(tab)


def test_the_forms_can_be_read_small_and_with_longer_words(desk: Desk) -> None:
    many(desk)
    desk.page.resize(*SMALL)
    tab: AgreementSection = show(desk, "agreement")
    signed = next(card.row for card in tab.cards if card.row.stands)
    unsigned = next(card.row for card in tab.cards if card.row.missing)
    opened = {
        "write": lambda: tab._on_asked("edit", unsigned, None),
        "sign": lambda: tab._on_asked("sign", unsigned, None),
        "perform": lambda: tab._on_asked("perform", signed, signed.items[0]),
        "end": lambda: tab._on_asked("end", signed, None),
    }
    for scale in (1.0, 1.5):
        text.set_stretch(scale)
        for name, begin in opened.items():
            begin()
            desk.wait()
            picture(desk, f"form-{name}-{scale}")
            assert_nothing_clipped(tab)
    other: MediationSection = show(desk, "mediation")
    other.add.click()
    desk.wait()
    picture(desk, "form-mediator")
    assert_nothing_clipped(other)


def picture(desk: Desk, name: str) -> None:
    settle()
    GALLERY.mkdir(parents=True, exist_ok=True)
    desk.page.grab().save(str(GALLERY / f"{name}.png"))
