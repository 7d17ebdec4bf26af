"""The form for every kind of case, and a party with all that is known of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from app.accounts.vocabulary import Role
from app.cases.editing import case_for_editing
from app.cases.finding import Found
from app.cases.vocabulary import AgentKind, CaseField, CaseKind, CaseState, PartySide
from app.petitions.vocabulary import PetitionForm, PetitionPurpose
from i18n import text
from tests.gui.cases.conftest import Desk
from tests.gui.cases.scenes import a_scene
from tests.gui.clipping import assert_nothing_clipped
from tests.gui.conftest import SMALL, settle
from tests.helpers.stores import a_case, a_household, a_resident, a_unit, save

ENTER, CTRL = Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier
LONG = "通道侗族自治县坪坦乡某某林业种植养殖农民专业合作社联合社第三生产经营部"


def shown(desk: Desk) -> set[CaseField]:
    return {name for name, field in desk.form.problem_fields.items() if field.isVisible()}


@pytest.mark.parametrize(
    ("key", "kind", "some", "none"),
    [
        (Qt.Key.Key_1, CaseKind.DISPUTE, {CaseField.HEAD_COUNT}, {CaseField.WANTED}),
        (Qt.Key.Key_2, CaseKind.PETITION, {CaseField.WANTED, CaseField.PETITION_FORM}, set()),
        (
            Qt.Key.Key_3,
            CaseKind.LAWSUIT_SOURCE,
            {CaseField.RECEIVED_ON, CaseField.FIRST_CONTACT},
            {CaseField.PETITION_PURPOSE},
        ),
    ],
)
def test_a_key_chooses_the_kind_and_only_its_fields_are_shown(
    desk: Desk, key: Qt.Key, kind: CaseKind, some: set[CaseField], none: set[CaseField]
) -> None:
    desk.open_new()
    desk.press(Qt.Key.Key_4, CTRL)
    desk.press(key, CTRL)
    settle()

    assert desk.form.body()["kind"] == kind
    assert some <= shown(desk)
    assert not none & shown(desk)


def test_above_the_village_the_kind_is_asked_first(
    make_desk: Callable[..., Desk], tmp_path, runner
) -> None:  # type: ignore[no-untyped-def]
    scene = a_scene(tmp_path, runner, role=Role.TOWNSHIP_CENTRE)
    object.__setattr__(scene.actor, "unit_id", a_unit("坪坦乡").id)
    desk = make_desk(scene=scene)
    desk.open_new()

    assert desk.form.kind.isAncestorOf(desk.focus())


def fill_petition(desk: Desk) -> None:
    desk.open_new()
    desk.press(Qt.Key.Key_2, CTRL)
    form = desk.form
    form.title.setText("要求补发公益林补偿")
    form.class_code.edit.setFocus()
    desk.type("fenjia")
    desk.press(Qt.Key.Key_Down)
    desk.press(ENTER)
    block = form.blocks[0][1]
    block.form.set_value(PetitionForm.VISIT)
    block.purpose.set_value(PetitionPurpose.APPEAL)
    form.own.wanted.setPlainText("补发两年的钱")
    form.own.head_count.setText("12")
    form.story.setPlainText("两年没有发")
    form.risk.choices.set_value("none")


def test_a_petition_with_a_minor_and_a_guardian_is_recorded_whole(desk: Desk) -> None:
    fill_petition(desk)
    row = desk.form.parties.rows[0]
    row.name.set_text("杨某")
    row.address.setText("三组")
    row.unfold.click()
    more = row.more
    assert more is not None
    more.birth.setText("2015-03-04")
    assert more.warning.isVisible()
    more.agent_kind.setCurrentIndex(more.agent_kind.findData(AgentKind.GUARDIAN.value))
    assert not more.warning.isVisible()
    desk.form.title.setFocus()
    desk.press(ENTER, CTRL)
    assert "代理人姓名" in desk.form.problem_fields[CaseField.PARTIES].error

    more.agent_name.setText("杨某父")
    desk.press(ENTER, CTRL)
    assert "推选代表" in desk.form.problem_fields[CaseField.PARTIES].error
    more.representative.setChecked(True)
    desk.press(ENTER, CTRL)

    case_id = desk.page.card.case_id
    draft = case_for_editing(desk.scene.store, desk.scene.actor, case_id).draft
    assert (draft.kind, draft.head_count, draft.wanted) == (CaseKind.PETITION, 12, "补发两年的钱")
    assert draft.first_contact_id == desk.scene.actor.account_id
    (party,) = draft.parties
    assert (party.agent_kind, party.agent_name) == (AgentKind.GUARDIAN, "杨某父")


def test_a_folded_row_says_in_words_what_it_holds(desk: Desk) -> None:
    desk.open_new()
    row = desk.form.parties.rows[0]
    row.name.set_text("杨某")
    row.unfold.click()
    assert row.more is not None
    row.more.representative.setChecked(True)
    row.more.birth.setText("2015-03-04")
    row.unfold.click()

    assert "代表人" in row.source.text()
    assert "法定代理人" in row.source.text()


def test_an_accusation_asks_against_whom_and_is_confidential(
    make_desk: Callable[..., Desk],
) -> None:
    desk = make_desk(Role.COUNTY_CENTRE)
    desk.open_new()
    desk.press(Qt.Key.Key_2, CTRL)
    block = desk.form.blocks[0][1]
    assert CaseField.ACCUSED_UNIT not in shown(desk)
    block.purpose.set_value(PetitionPurpose.ACCUSATION.value)
    block.purpose.chosen.emit(PetitionPurpose.ACCUSATION.value)

    assert CaseField.ACCUSED_UNIT in shown(desk)
    assert desk.form.body()["is_confidential"]


@pytest.mark.parametrize("stretch", [1.0, 1.5])
def test_nothing_is_clipped_on_a_small_screen(
    make_desk: Callable[..., Desk], stretch: float
) -> None:
    text.set_stretch(stretch)
    desk = make_desk()
    desk.page.resize(*SMALL)
    fill_petition(desk)
    row = desk.form.parties.rows[0]
    row.name.set_text(LONG)
    row.unfold.click()
    settle()
    desk.wait()

    assert desk.page.width() <= SMALL[0]
    assert_nothing_clipped(desk.page)
    desk.press(ENTER, CTRL)
    assert_nothing_clipped(desk.page)
    assert row.body()["side"] == PartySide.A


def test_a_case_of_the_wrong_kind_is_corrected_while_it_was_only_written_down(
    make_desk: Callable[..., Desk], tmp_path, runner
) -> None:  # type: ignore[no-untyped-def]
    scene = a_scene(tmp_path, runner)
    new, begun = (
        a_case(scene.store, id=name, state=state)
        for name, state in (("new", CaseState.RECORDED), ("begun", CaseState.UNDER_WAY))
    )
    save(scene.store, new, begun)
    desk = make_desk(scene=scene)
    for case, is_open in ((new, True), (begun, False)):
        desk.page._show_editor()
        desk.page.editor.open_case(case.id)
        desk.wait()
        desk.press(Qt.Key.Key_3, CTRL)
        kind = CaseKind.LAWSUIT_SOURCE if is_open else CaseKind.DISPUTE
        assert desk.form.body()["kind"] == kind
        assert desk.form.problem_fields[CaseField.KIND].isHidden() is not is_open


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (Qt.Key.Key_1, ["甲方", "乙方", "第三人"]),
        (Qt.Key.Key_2, ["信访人", "被反映方", "第三人"]),
        (Qt.Key.Key_4, ["申请人", "被申请人", "第三人"]),
    ],
)
def test_the_sides_are_called_as_in_such_a_case(desk: Desk, key: Qt.Key, words: list[str]) -> None:
    desk.open_new()
    desk.press(Qt.Key.Key_3, CTRL)

    desk.press(key, CTRL)
    desk.form.parties.add.click()
    desk.wait()

    for row in desk.form.parties.rows:
        buttons = row.side.findChildren(QPushButton)
        assert [one.text() for one in buttons] == words
        assert [one.accessibleName() for one in buttons] == words
    assert len(desk.form.parties.rows) == 3


def test_who_is_picked_from_the_roster_brings_birth_and_ethnicity_along(desk: Desk) -> None:
    """民法典 (2020), Art. 23, to be confirmed: the warning needs no typing."""
    child = a_resident(a_household(), birth_date=date(2015, 3, 1), identity_number=None)
    hit = Found("resident", child.id, child.name, "", None, None, child.birth_date, "12")
    desk.open_new()
    row, typed = desk.form.parties.rows[:2]
    typed.more.birth.setText("1980-01-01")
    for each in (row, typed):
        each._on_picked(hit)
    desk.wait()

    said = row.body()
    assert (said["birth_date"], said["ethnicity"]) == ("2015-03-01", "12")
    assert "法定代理人" in row.more.warning.text()
    assert typed.body()["birth_date"] == "1980-01-01", "what was typed stays"
