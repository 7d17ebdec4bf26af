"""Duty on screen: the week by keys, a round out and back, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from sqlmodel import select

from app.accounts.rules import may
from app.accounts.vocabulary import Permission, Role
from app.duty.actions import PatrolFields, ShiftFields, add_shift, record_patrol
from app.undo import undo
from db.tables.grid_work import DutyShift, Patrol
from tests.gui.conftest import LARGE, SMALL
from tests.gui.scene import Scene, make_scene
from tests.helpers.stores import a_unit, an_actor
from ui.grid_work.duty_tab import DutyTab
from ui.grid_work.page import VisitsPage
from ui.widgets.paper import PaperDesk

VILLAGE = a_unit().id
WORKER = an_actor()
MONDAY = date(2026, 11, 23)
CTRL = Qt.KeyboardModifier.ControlModifier
NIGHT = ShiftFields(MONDAY, "20:00", "06:00", "吴某甲", phone="13800004751")
ROUND = PatrolFields(MONDAY, "15:00", "鼓楼到寨脚", "张某")


@pytest.fixture
def scene(tmp_path, runner) -> Iterator[Scene]:
    yield from make_scene(tmp_path, runner)


def opened(qtbot, scene: Scene) -> DutyTab:  # type: ignore[no-untyped-def]
    tab = DutyTab(scene.context())
    qtbot.addWidget(tab)
    tab.resize(*LARGE)
    scene.runner.changed.connect(tab.on_changes)  # as the page that holds it is told
    tab.show()
    tab.load()
    scene.settle()
    return tab


def type_into(editor: object, text: str) -> None:
    assert isinstance(editor, QLineEdit)
    editor.setText(text)


def shifts(scene: Scene) -> list[DutyShift]:
    with scene.store.reading() as session:
        return list(session.exec(select(DutyShift).order_by(DutyShift.on_date)).all())


def patrols(scene: Scene) -> list[Patrol]:
    with scene.store.reading() as session:
        return list(session.exec(select(Patrol)).all())


def test_seven_days_stand_there_also_without_anybody(qtbot, scene) -> None:
    tab = opened(qtbot, scene)
    model = tab.week.model
    assert [model.row_at(place).day for place in range(7)] == [
        MONDAY + timedelta(days=day) for day in range(7)
    ]
    assert model.index(0, 0).data() == "今天 11-23"
    assert model.index(1, 1).data() == "没有排班"
    assert tab.now_names.text() == "现在没有人值班"
    assert not tab.week.odd.isVisible()
    assert not tab.week.copy_button.isEnabled()


def test_days_are_filled_one_after_the_other_by_keys(qtbot, scene) -> None:
    """Enter on a day opens the form; Ctrl+Shift+Enter saves and goes on with the next day."""
    tab = opened(qtbot, scene)
    tab.week.table.choose_position(0)
    qtbot.keyClick(tab.week.table, Qt.Key.Key_Return)
    scene.settle()
    form = tab.shift_form
    for name, day in (("吴某甲", MONDAY), ("杨某", MONDAY + timedelta(days=1))):
        assert form.texts()["on_date"] == day.isoformat()
        type_into(form.editor("name"), name)
        type_into(form.editor("starts_at"), "20点")
        type_into(form.editor("ends_at"), "6")
        qtbot.keyClick(
            form.editor("ends_at"), Qt.Key.Key_Return, CTRL | Qt.KeyboardModifier.ShiftModifier
        )
        scene.settle()
    assert [(one.on_date, one.name, one.starts_at, one.ends_at) for one in shifts(scene)] == [
        (MONDAY, "吴某甲", "20:00", "06:00"),
        (MONDAY + timedelta(days=1), "杨某", "20:00", "06:00"),
    ]
    assert scene.writes == 2


def test_somebody_of_the_village_is_chosen_from_the_list(qtbot, scene) -> None:
    tab = opened(qtbot, scene)
    tab.week.add_button.click()
    scene.settle()
    form = tab.shift_form
    assert [form.people.itemText(place) for place in range(form.people.count())] == [
        "（不在名单里）",
        "张某",
        "李某",
    ]
    form.people.setCurrentIndex(2)
    form.people.activated.emit(2)
    qtbot.keyClick(form.editor("name"), Qt.Key.Key_Return, CTRL)
    scene.settle()
    assert [(one.name, one.account_id) for one in shifts(scene)] == [("李某", "account-of-li")]
    assert not tab.host.is_side_open


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("starts_at", "晚上", "不是钟点"),
        ("ends_at", "", "不是钟点"),
        ("on_date", "后天", "日期看不明白"),
        ("on_date", "2036-01-01", "太远"),
        ("name", " ", "还没有写谁值班"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_all_of_it_stays(
    qtbot, scene, field: str, typed: str, words: str
) -> None:
    tab = opened(qtbot, scene)
    tab.week.add_button.click()
    scene.settle()
    form = tab.shift_form
    for name, text in {"name": "吴某甲", "note": "带对讲机", field: typed}.items():
        type_into(form.editor(name), text)
    qtbot.keyClick(form.editor("note"), Qt.Key.Key_Return, CTRL)
    scene.settle()
    assert words in form.field(field).error
    assert form.texts()["note"] == "带对讲机"
    assert shifts(scene) == []
    # and it is on disk: the form is left and opened again
    form.leave()
    scene.settle()
    tab.week.add_button.click()
    scene.settle()
    assert form.texts()["note"] == "带对讲机"


def test_a_shift_goes_with_delete_and_comes_back_with_undo(qtbot, scene) -> None:
    add_shift(scene.store, WORKER, unit_id=VILLAGE, given=NIGHT)
    tab = opened(qtbot, scene)
    tab.week.table.setFocus()
    tab.week.table.choose_position(0)
    qtbot.keyClick(tab.week.table, Qt.Key.Key_Delete)
    scene.settle()
    assert shifts(scene) == []
    ((words, txn),) = scene.undos
    assert words == "已删去 周一 11-23 吴某甲的班次。"
    undo(scene.store, account_id=WORKER.account_id, txn=txn)
    assert len(shifts(scene)) == 1


def test_last_week_is_taken_over_with_one_button(qtbot, scene) -> None:
    for day in (-7, -6):
        given = ShiftFields(MONDAY + timedelta(days=day), "20:00", "06:00", "吴某甲")
        add_shift(scene.store, WORKER, unit_id=VILLAGE, given=given)
    tab = opened(qtbot, scene)
    tab.week.copy_button.click()
    scene.settle()
    assert len(shifts(scene)) == 4
    assert scene.undos[0][0] == "已照上一周排好 2 个班次。"
    tab.week.copy_button.click()
    scene.settle()
    assert len(shifts(scene)) == 4
    assert "没有改动" in scene.notices[0]


def test_gaps_and_a_person_twice_are_said(qtbot, scene) -> None:
    for given in (NIGHT, ShiftFields(MONDAY, "22:00", "23:00", "吴某甲")):
        add_shift(scene.store, WORKER, unit_id=VILLAGE, given=given)
    tab = opened(qtbot, scene)
    assert "同一个人的班次重叠：吴某甲 周一 22:00–23:00。请核对。" in tab.week.odd.text()
    assert "周三、周四、周五、周六、周日全天" in tab.week.odd.text()
    assert tab.week.model.index(0, 5).data() == "本人重叠"


def test_a_round_goes_out_and_comes_back(qtbot, scene) -> None:
    tab = opened(qtbot, scene)
    assert tab.round_button.text() == "开始巡逻"
    tab.round_button.click()
    scene.settle()
    form = tab.patrol_form
    assert (form.texts()["starts_at"], form.texts()["members"]) == ("16:30", "张某")
    type_into(form.editor("route"), "鼓楼到寨脚")
    qtbot.keyClick(form.editor("route"), Qt.Key.Key_Return, CTRL)
    scene.settle()
    assert tab.round_button.text() == "结束巡逻"
    assert "巡逻中：张某，鼓楼到寨脚，16:30 出发" in tab.round_line.text()
    scene.store.clock.advance(timedelta(minutes=50))
    tab.round_button.click()
    scene.settle()
    assert form.texts()["ends_at"] == "17:20"
    assert form.editor("found").hasFocus()
    qtbot.keyClicks(form.editor("found"), "ok")
    qtbot.keyClick(form.editor("found"), Qt.Key.Key_Return, CTRL)
    scene.settle()
    ((one,),) = (patrols(scene),)
    assert (one.ends_at, one.found) == ("17:20", "ok")
    assert tab.round_button.text() == "开始巡逻"


def test_a_former_route_and_more_people_are_chosen(qtbot, scene) -> None:
    record_patrol(scene.store, WORKER, unit_id=VILLAGE, given=ROUND)
    tab = opened(qtbot, scene)
    tab.rounds.add_button.click()
    scene.settle()
    form = tab.patrol_form
    assert form.texts()["route"] == "鼓楼到寨脚", "the usual one is there by itself"
    form.routes.setCurrentIndex(1)
    form.routes.activated.emit(1)
    for _ in range(2):
        form.people.setCurrentIndex(2)
        form.people.activated.emit(2)
    assert form.texts()["members"] == "张某、李某"


@pytest.mark.parametrize(("key", "kind"), [(Qt.Key.Key_1, "hazard"), (Qt.Key.Key_2, "incident")])
def test_what_was_found_is_recorded_from_the_round_with_a_key(
    qtbot, scene, key: Qt.Key, kind: str
) -> None:
    recorded = record_patrol(scene.store, WORKER, unit_id=VILLAGE, given=ROUND)
    ((_, patrol_id),) = recorded.records
    found: list[tuple[str, str]] = []
    tab = opened(qtbot, scene)
    tab.patrol_form.found_asked.connect(lambda *asked: found.append(asked))
    tab.open(patrol_id)
    scene.settle()
    assert tab._lists.currentWidget() is tab.rounds
    tab.rounds.table.row_opened.emit(tab.rounds.table.current_row())
    scene.settle()
    tab.patrol_form.editor("route").setFocus()
    qtbot.keyClick(tab.patrol_form.editor("route"), key, CTRL)
    assert found == [(kind, patrol_id)]


def test_a_shift_of_another_week_is_opened_at_the_field_to_mend(qtbot, scene) -> None:
    then = MONDAY - timedelta(days=20)
    given = ShiftFields(then, "20:00", "06:00", "吴某甲")
    ((_, shift_id),) = add_shift(scene.store, WORKER, unit_id=VILLAGE, given=given).records
    tab = opened(qtbot, scene)
    tab.mend(shift_id, "note")
    tab.open(shift_id)
    scene.settle()
    assert tab.week.week.monday <= then <= tab.week.week.monday + timedelta(days=6)
    assert tab.shift_form.record_id == shift_id
    assert tab.shift_form.editor("note").hasFocus()


def test_what_is_not_here_any_more_is_said(qtbot, scene) -> None:
    tab = opened(qtbot, scene)
    tab.mend("gone", "note")
    tab.open("gone")
    scene.settle()
    assert "已经不在这里了" in scene.notices[0]
    assert not tab.host.is_side_open


def test_a_new_round_has_nothing_to_record_from_yet(qtbot, scene) -> None:
    tab = opened(qtbot, scene)
    tab.rounds.add_button.click()
    scene.settle()
    assert not tab.patrol_form.foot.isVisibleTo(tab.patrol_form)


def test_the_week_is_printed_with_every_day(qtbot, scene) -> None:
    add_shift(scene.store, WORKER, unit_id=VILLAGE, given=NIGHT)
    tab = opened(qtbot, scene)
    tab.week.print_button.click()
    desk = tab.week.print_button.findChild(PaperDesk)
    assert desk.paper.title == "坪坦乡坪坦村值班表（2026年11月23日至11月29日）"
    assert desk.paper.html.count("没有排班") == 6
    assert "20:00–次日 06:00" in desk.paper.html
    desk.menu.close()


@pytest.mark.parametrize("role", list(Role))
def test_each_post_sees_and_does_what_it_may(qtbot, scene, role: Role) -> None:
    add_shift(scene.store, WORKER, unit_id=VILLAGE, given=NIGHT)
    scene.actor = an_actor(role)
    tab = opened(qtbot, scene)
    records = may(role, Permission.RECORD_GRID_WORK)
    assert (tab.week.model.rowCount() > 0) is may(role, Permission.SEE_GRID_WORK)
    for button in (tab.week.add_button, tab.week.copy_button, tab.round_button):
        assert button.isVisibleTo(tab) is records
    tab.week.table.choose_position(0)
    tab.week._on_opened(tab.week.table.current_row())
    assert tab.host.is_side_open is records


def test_above_the_villages_the_one_chosen_is_shown(qtbot, scene) -> None:
    add_shift(scene.store, WORKER, unit_id=VILLAGE, given=NIGHT)
    scene.actor = an_actor(Role.TOWNSHIP_CENTRE, "坪坦乡")
    tab = opened(qtbot, scene)
    assert tab.week.model.row_at(0).shift is None
    tab.show_unit(VILLAGE)
    scene.settle()
    assert tab.week.model.row_at(0).shift is not None


@pytest.mark.parametrize("is_form_open", [False, True])
def test_nothing_is_clipped_on_a_small_screen(show_small, scene, is_form_open: bool) -> None:
    long = ShiftFields(MONDAY, "20:00", "06:00", "欧阳某某甲乙丙", note="带对讲机" * 20)
    for day in range(3):
        given = ShiftFields(
            MONDAY + timedelta(days=day), long.starts_at, long.ends_at, long.name, note=long.note
        )
        add_shift(scene.store, WORKER, unit_id=VILLAGE, given=given)

    def make() -> object:
        window = scene.window("cases", VisitsPage)
        page = window.findChild(VisitsPage)
        page.tabs.setCurrentIndex(page.stack.indexOf(page.duty))
        scene.settle()
        if is_form_open:
            page.duty.round_button.click()
            scene.settle()
        return window

    show_small(make, size=SMALL)


@pytest.mark.parametrize("size", [LARGE, SMALL])
def test_pictures(qtbot, scene, size) -> None:
    for day in range(-1, 5):
        given = ShiftFields(MONDAY + timedelta(days=day), "20:00", "06:00", "吴某甲")
        add_shift(scene.store, WORKER, unit_id=VILLAGE, given=given)
    record_patrol(scene.store, WORKER, unit_id=VILLAGE, given=ROUND)
    window = scene.window("cases", DutyTab)
    qtbot.addWidget(window)
    scene.picture(window, "duty", size)
    window.findChild(DutyTab).round_button.click()
    scene.settle()
    scene.picture(window, "duty-round", size)
