"""The list, one case beside it, and telling what happened."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from app.accounts.vocabulary import Role
from app.cases import queries
from app.cases.actions import EVENT_FORM, add_case_event
from app.cases.vocabulary import CaseEventKind, CaseState
from app.drafts import load_draft
from app.store import Changes
from i18n import text
from tests.gui.cases.conftest import Desk
from tests.gui.cases.scenes import Scene, a_scene, some_disputes, sync_some
from tests.gui.clipping import assert_nothing_clipped
from tests.gui.conftest import SMALL, settle
from tests.helpers.stores import a_case, a_unit, save
from ui.cases import page
from ui.widgets.timeline import ENTRY

ENTER, DOWN, ESCAPE = Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_Escape
CTRL = Qt.KeyboardModifier.ControlModifier
K = CaseEventKind


@pytest.fixture
def six(make_desk: Callable[..., Desk], tmp_path, runner) -> Desk:  # type: ignore[no-untyped-def]
    """Six disputes, the three oldest at the county."""
    scene = a_scene(tmp_path, runner)
    sync_some(scene, some_disputes(scene)[:3])
    return make_desk(scene=scene)


def subjects(desk: Desk) -> list[str]:
    return [row.title for row in desk.page.list.model.rows()]


def open_case(desk: Desk, title: str) -> None:
    row = next(row for row in desk.page.list.model.rows() if row.title == title)
    desk.page.open(row.case_id)
    desk.wait()


def timeline(desk: Desk) -> list[str]:
    model = desk.page.card.timeline.model()
    return [model.index(place, 0).data(ENTRY).text for place in range(model.rowCount())]


def shown_buttons(desk: Desk) -> list[CaseEventKind]:
    return [kind for kind, each in desk.page.card.events.buttons.items() if each.isVisible()]


def other_steps(desk: Desk) -> set[CaseEventKind]:
    return {kind for kinds in desk.page.card.events.steps.grouped.values() for kind in kinds}


# --- the list ---------------------------------------------------------------------------------


def test_the_newest_case_is_on_top_with_state_and_sync_word(six: Desk) -> None:
    model = six.page.list.model
    spoken = [
        [
            model.index(row, column).data(Qt.ItemDataRole.AccessibleTextRole)
            for column in range(model.columnCount())
        ]
        for row in range(model.rowCount())
    ]

    assert spoken[0][0] == "办理中 待上传"
    assert spoken[0][1].startswith("山林界址争议 急 · 吴文永 / 杨昌林 · ")
    assert spoken[0][2] == "11-23"
    assert spoken[2][1].startswith("赡养老人分摊不均 急 · 杨某丙 / 杨某丁 等3人 · ")
    assert [row[0].split()[1] for row in spoken] == ["待上传"] * 3 + ["已上报"] * 3
    assert "6" in six.page.list.aside.text()


def test_the_keys_lead_from_the_list_to_the_case_and_back(six: Desk) -> None:
    card, cases = six.page.card, six.page.list
    cases.focus_list()
    cases.table.choose_position(0)
    six.press(ENTER)
    six.press(Qt.Key.Key_Tab)  # also where no filter is kept: what is hidden takes no focus
    assert card.isAncestorOf(six.focus())
    card.attachments.record.setFocus()
    six.press(Qt.Key.Key_Tab)
    assert six.focus() is next(iter(card.events.buttons.values()))

    six.press(ESCAPE)
    six.page.resize(*SMALL)
    six.press(ENTER)
    assert six.focus() is card.sections.tabs.button("course")
    six.press(Qt.Key.Key_Right)
    assert card.sections.value() == "flow"
    six.press(ESCAPE)
    assert six.focus() is cases.table


def test_a_candidate_in_the_filter_keeps_its_keys(six: Desk) -> None:
    words = six.page.list.words
    words.setFocus()
    QApplication.sendEvent(words, QInputMethodEvent("shan", []))
    for key in (DOWN, ENTER, ESCAPE):
        six.press(key)
    assert six.focus() is words
    assert words.text() == ""

    chosen = QInputMethodEvent("", [])
    chosen.setCommitString("山林")
    QApplication.sendEvent(words, chosen)
    six.page.list.filter_changed.emit()
    six.wait()
    six.press(DOWN)
    assert six.focus() is six.page.list.table
    assert subjects(six) == ["山林界址争议"]


def test_arrows_and_enter_open_a_case_and_escape_closes_it(six: Desk) -> None:
    six.page.list.focus_list()
    six.press(DOWN)
    assert not six.page.host.is_side_open

    six.press(ENTER)
    assert six.page.host.is_side_open
    assert six.page.card.title.text() == "牛吃禾苗赔偿"
    six.press(DOWN)
    assert six.page.card.title.text() == "赡养老人分摊不均"
    six.press(ESCAPE)

    assert not six.page.host.is_side_open


def narrow(desk: Desk, typed: str) -> None:
    desk.page.list.words.setText(typed)
    desk.page.list.filter_changed.emit()
    desk.wait()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("滴水", ["建房滴水纠纷"]),
        ("dsjf", ["建房滴水纠纷"]),
        ("杨昌林 山林", ["山林界址争议"]),
        ("没有的", []),
    ],
)
def test_typing_narrows_the_list(six: Desk, typed: str, expected: list[str]) -> None:
    narrow(six, typed)

    assert subjects(six) == expected


def test_what_is_typed_in_the_list_goes_to_the_filter(six: Desk) -> None:
    six.page.list.focus_list()

    six.type("ds")

    assert six.page.list.words.text() == "ds"
    assert six.focus() is six.page.list.words


def test_a_state_narrows_the_list(six: Desk) -> None:
    states = six.page.list.states
    states.setCurrentIndex(states.findText("已办结"))
    six.wait()
    assert subjects(six) == ["稻田放水纠纷"]

    states.setCurrentIndex(states.findText("未办结"))
    six.wait()
    assert len(subjects(six)) == 5


def test_an_empty_list_says_what_to_do(desk: Desk) -> None:
    assert desk.page.list.table._empty.isVisible()
    assert "还没有案件" in desk.page.list.table._empty.accessibleName()

    narrow(desk, "没有的")

    assert "没有符合" in desk.page.list.table._empty.accessibleName()


def test_pages_come_as_one_goes_down(
    make_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch, tmp_path, runner
) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(page, "PAGE_SIZE", 40)
    scene = a_scene(tmp_path, runner)
    save(scene.store, *(a_case(scene.store, number=f"TD-{place:03}") for place in range(100)))
    desk = make_desk(scene=scene)
    assert desk.page.list.model.rowCount() == 40
    assert "100" in desk.page.list.aside.text()
    desk.page.list.focus_list()
    desk.press(DOWN)
    first = desk.page.list.table.current_row()

    for _page in range(3):
        desk.page.list.table.verticalScrollBar().setValue(
            desk.page.list.table.verticalScrollBar().maximum()
        )
        desk.wait()

    numbers = [row.number for row in desk.page.list.model.rows()]
    assert len(numbers) == len(set(numbers)) == 100
    assert desk.page.list.table.current_row() is first
    assert not desk.page.list.model.canFetchMore()


def test_an_answer_to_an_older_question_is_dropped(six: Desk) -> None:
    six.page.list.words.setText("滴水")
    six.page.list.filter_changed.emit()
    six.page.list.words.setText("")
    six.page.list.filter_changed.emit()
    six.wait()

    assert len(subjects(six)) == 6


def test_a_sync_round_refreshes_the_list_and_keeps_the_cursor(six: Desk) -> None:
    open_case(six, "牛吃禾苗赔偿")
    new = save(six.scene.store, a_case(six.scene.store, title="邻村送来的"))

    six.page.on_changes(new)
    six.wait()

    assert "邻村送来的" in subjects(six)
    row = six.page.list.table.current_row()
    assert row is not None
    assert row.title == "牛吃禾苗赔偿"  # type: ignore[attr-defined]


def test_changes_of_other_areas_read_nothing(six: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(six.scene.runner, "read", lambda *work, **_named: asked.append(work))

    six.page.on_changes(Changes(frozenset({("motion", "m1")})))

    assert asked == []


# --- one case ---------------------------------------------------------------------------------


def test_a_case_shows_its_facts_its_parties_and_its_story(six: Desk) -> None:
    open_case(six, "山林界址争议")
    card = six.page.card
    words = " ".join(label.text() for label in card.facts.findChildren(QLabel) if label.isVisible())

    assert card.state.text() == "办理中"
    assert card.sync_state.text() == "待上传"
    assert "坪坦乡坪坦村" in card.number.text()
    assert "张某" in card.number.text()
    for expected in ("邻里纠纷 / 相邻土地建筑利用", "2026年11月15日", "电话 139****1234"):
        assert expected in words
    assert timeline(six)[-1] == "登记"
    assert timeline(six)[0].startswith("开展调解：上山看了界址")


def test_a_party_found_by_the_search_opens_its_case(six: Desk) -> None:
    row = six.page.list.model.rows()[0]
    case = queries.one_case(six.scene.store, row.case_id)
    assert case is not None

    six.page.open(case.parties[0].party_id)
    six.wait()

    assert six.page.card.case_id == row.case_id


def test_a_case_that_is_not_here_is_said_to_be_missing(six: Desk) -> None:
    six.page.open("gone")
    six.wait()

    (sentence,) = six.scene.notices
    assert "没有这件案子" in sentence
    assert not six.page.host.is_side_open


def test_a_case_of_another_village_is_not_shown(six: Desk) -> None:
    case = a_case(six.scene.store, unit_id=a_unit("陇城镇").id, title="外乡的")
    six.page.on_changes(save(six.scene.store, case))
    six.page.open(case.id)
    six.wait()

    assert "外乡的" not in subjects(six)
    assert len(six.scene.notices) == 1


# --- what happens to it -----------------------------------------------------------------------


def test_a_note_is_added_by_the_keys(six: Desk) -> None:
    open_case(six, "赡养老人分摊不均")
    six.page.card.events.buttons[K.NOTE_ADDED].setFocus()
    six.press(Qt.Key.Key_Space)
    assert six.focus() is six.page.card.events.note
    six.type("上门问过老人")

    six.press(ENTER, CTRL)

    assert timeline(six) == ["记事：上门问过老人", "登记"]
    assert not six.page.card.events.is_asking
    assert six.focus() is six.page.card.events.buttons[K.NOTE_ADDED]
    assert six.scene.writes == [True]


def test_the_state_follows_in_card_list_and_buttons(six: Desk) -> None:
    open_case(six, "赡养老人分摊不均")
    six.page.card.events.ask(K.SETTLED)
    six.press(ENTER, CTRL)

    assert six.page.card.state.text() == "调解成功"
    assert six.page.list.model.rows()[2].state is CaseState.SETTLED
    assert shown_buttons(six) == [K.NOTE_ADDED, K.CLOSED, K.FOLLOWED_UP, K.REOPENED]


def test_a_note_without_words_is_refused_in_place(six: Desk) -> None:
    open_case(six, "赡养老人分摊不均")
    six.page.card.events.ask(K.NOTE_ADDED)

    six.press(ENTER, CTRL)

    assert "写明情况" in six.page.card.events._field.error
    assert six.page.card.events.is_asking
    assert timeline(six) == ["登记"]


def test_a_failed_mediation_begins_with_the_advice_of_the_law(six: Desk) -> None:
    open_case(six, "赡养老人分摊不均")

    six.page.card.events.ask(K.NOT_SETTLED)

    assert "仲裁、行政、司法" in six.page.card.events.note.toPlainText()


def test_a_colleague_was_quicker(six: Desk) -> None:
    open_case(six, "赡养老人分摊不均")
    six.page.card.events.ask(K.SETTLED)
    add_case_event(six.scene.store, six.scene.actor, case_id=six.page.card.case_id, kind=K.SETTLED)

    six.press(ENTER, CTRL)

    assert "不能再记" in six.page.card.events._field.error
    assert six.page.card.events.is_asking


def test_escape_puts_the_words_away_and_they_may_be_had_back(six: Desk) -> None:
    open_case(six, "赡养老人分摊不均")
    six.page.card.events.ask(K.NOTE_ADDED)
    six.type("上门问过老人")
    six.press(ESCAPE)
    assert not six.page.card.events.is_asking
    assert six.page.host.is_side_open

    six.page.card.events.draft_bar.restore.click()
    six.wait()

    assert six.page.card.events.note.toPlainText() == "上门问过老人"


def test_words_left_for_another_case_wait_there(six: Desk) -> None:
    open_case(six, "赡养老人分摊不均")
    left = six.page.card.case_id
    six.page.card.events.ask(K.MEDIATION_HELD)
    six.type("在鼓楼")

    open_case(six, "山林界址争议")
    assert not six.page.card.events.is_asking
    assert not six.page.card.events.draft_bar.isVisible()
    kept = load_draft(
        six.scene.store, form=EVENT_FORM, record_id=left, account_id=six.scene.actor.account_id
    )
    assert kept is not None
    assert (kept.body["kind"], kept.body["note"]) == ("mediation_held", "在鼓楼")

    open_case(six, "赡养老人分摊不均")
    assert six.page.card.events.draft_bar.isVisible()
    six.page.card.events.draft_bar.go_on.click()
    six.wait()
    assert six.page.card.events.note.toPlainText() == "在鼓楼"
    six.press(Qt.Key.Key_Tab)
    six.press(Qt.Key.Key_1)
    six.press(ENTER, CTRL)
    assert timeline(six)[0] == "开展调解：在鼓楼"


# --- who may what -----------------------------------------------------------------------------


def a_desk_of(
    make_desk: Callable[..., Desk], scene: Scene, role: Role, unit_id: str | None = None
) -> Desk:
    object.__setattr__(scene.actor, "role", role)
    if unit_id:
        object.__setattr__(scene.actor, "unit_id", unit_id)
    return make_desk(scene=scene)


def header_words(desk: Desk) -> list[str]:
    buttons: list[QPushButton] = desk.page.header_buttons()
    for button in buttons:
        desk.qtbot.addWidget(button)
    return [button.text() for button in buttons]


def test_a_grid_worker_records_and_decides(six: Desk) -> None:
    open_case(six, "赡养老人分摊不均")

    assert header_words(six) == ["典型案例", "导出 Excel", "登记案件"]
    decides = [K.NOTE_ADDED, K.MEDIATION_HELD, K.SETTLED, K.NOT_SETTLED]
    assert shown_buttons(six) == decides
    assert {K.RISK_FOUND, K.REPORTED_TO_POLICE, K.WITHDRAWN} <= other_steps(six)
    assert six.page.card.edit.isVisible()


def test_an_auxiliary_policeman_gets_no_button_for_an_outcome(
    make_desk: Callable[..., Desk], six: Desk
) -> None:
    desk = a_desk_of(make_desk, six.scene, Role.AUXILIARY_POLICE)
    open_case(desk, "赡养老人分摊不均")

    assert header_words(desk) == ["典型案例", "导出 Excel", "登记案件"]
    assert shown_buttons(desk) == [K.NOTE_ADDED, K.MEDIATION_HELD]
    assert {K.RISK_FOUND, K.REPORTED_TO_POLICE} <= other_steps(desk)
    assert K.WITHDRAWN not in other_steps(desk)


def test_a_sponsor_leader_reads_and_adds(make_desk: Callable[..., Desk], six: Desk) -> None:
    desk = a_desk_of(make_desk, six.scene, Role.SPONSOR_LEADER, a_unit("通道侗族自治县").id)
    open_case(desk, "赡养老人分摊不均")

    assert header_words(desk) == ["典型案例", "导出 Excel"]
    assert shown_buttons(desk) == [K.NOTE_ADDED, K.MEDIATION_HELD]
    assert not desk.page.card.edit.isVisible()
    desk.page.open_new()
    assert not desk.page.is_editing


def test_an_administrator_sees_no_case(make_desk: Callable[..., Desk], six: Desk) -> None:
    desk = a_desk_of(make_desk, six.scene, Role.ADMINISTRATOR)

    assert subjects(desk) == []


def test_above_the_village_the_list_names_it(make_desk: Callable[..., Desk], six: Desk) -> None:
    desk = a_desk_of(make_desk, six.scene, Role.TOWNSHIP_CENTRE, a_unit("坪坦乡").id)
    model = desk.page.list.model

    spoken = model.index(0, 1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "山林界址争议" in spoken
    assert "坪坦乡坪坦村" in spoken


# --- small screens ----------------------------------------------------------------------------


def _at_rest(desk: Desk) -> None:
    """The list and a case."""


def _telling(desk: Desk) -> None:
    desk.page.card.events.ask(K.NOT_SETTLED)


def _recording(desk: Desk) -> None:
    desk.page.open_new()


def _with_errors(desk: Desk) -> None:
    desk.page.open_new()
    desk.wait()
    desk.press(ENTER, CTRL)


def _with_a_draft(desk: Desk) -> None:
    desk.page.open_new()
    desk.wait()
    desk.type("abc")
    desk.page.flush_draft()
    desk.page.editor.closed.emit()
    desk.wait()
    desk.page.open_new()


def _with_hits(desk: Desk) -> None:
    desk.page.open_new()
    desk.wait()
    desk.form.parties.rows[0].name.edit.setFocus()
    desk.type("wwy")
    desk.press(DOWN)


@pytest.mark.parametrize(
    "step", [_at_rest, _telling, _recording, _with_errors, _with_a_draft, _with_hits]
)
@pytest.mark.parametrize("stretch", [1.0, 1.5])
def test_nothing_is_clipped_on_a_small_screen(
    make_desk: Callable[..., Desk], tmp_path, runner,  # type: ignore[no-untyped-def]
    step: Callable[[Desk], None], stretch: float,
) -> None:  # fmt: skip
    scene = a_scene(tmp_path, runner)
    made = some_disputes(scene)
    text.set_stretch(stretch)
    desk = make_desk(scene=scene)
    desk.page.resize(*SMALL)
    desk.page.open(made[-1])
    desk.wait()

    step(desk)
    desk.wait()
    settle()

    assert desk.page.width() <= SMALL[0]
    assert desk.page.height() <= SMALL[1]
    assert_nothing_clipped(desk.page)
