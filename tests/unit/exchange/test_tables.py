"""Tables of visits, micro-services, hazards and incidents: read by words, refused with reasons,
written in one step, doubles passed over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from sqlmodel import select

from app.accounts.vocabulary import Role
from app.errors import ErrorCode, UserFacingError
from app.exchange.table_apply import import_table
from app.exchange.table_forms import FORMS, TableColumn, TableKind
from app.exchange.table_out import export_incidents
from app.exchange.table_plan import TablePlan, plan_table, read_and_plan_table
from app.exchange.table_read import clock_of
from app.exchange.table_report import DoubleKind, TableNote, TableRefusal
from app.exchange.table_words import WORDS, code_of
from app.grid_work.vocabulary import HazardKind, HazardLevel, ServiceKind, VisitPurpose, VisitWay
from app.incidents.actions import (
    RecordedIncident,
    add_incident_event,
    record_incident,
    report_incident,
)
from app.incidents.queries import IncidentFilter
from app.incidents.vocabulary import (
    IncidentClass,
    IncidentEventKind,
    IncidentState,
    PoliceReport,
)
from app.looks.vocabulary import LookedAt
from app.store import Store
from app.undo import undo
from db.clock import CHINA
from db.tables.grid_work import Hazard, HazardMeasure, MicroService, Visit
from db.tables.incidents import Incident, IncidentEvent, IncidentPerson
from db.tables.looks import Look
from db.tables.organisations import Account
from tests.helpers.clock import A_MONDAY
from tests.helpers.stores import (
    a_household,
    a_micro_grid,
    a_resident,
    a_store,
    a_unit,
    an_actor,
    an_identity_number,
    save,
)
from tests.unit.incidents.drafts import an_incident
from ui.wording_rules import name_of
from ui.wording_tables import NOTES, REFUSALS, double_sentence, note_sentence, refusal_sentence

K = IncidentEventKind
VILLAGE = a_unit().id
WORKER = an_actor()
NUMBER = an_identity_number(date(1976, 5, 4), order=11)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = a_store(tmp_path / "store")
    grid = a_micro_grid()
    home = a_household(number="001", head_name="吴某甲", micro_grid_id=grid.id)
    twins = [a_household(number=f"00{n}", head_name="石某") for n in (2, 3)]
    colleague = Account(id="account-of-long", unit_id=VILLAGE, name="龙某", role=Role.GRID_WORKER)
    wife = a_resident(home, name="杨某", identity_number=None)
    save(store, grid, home, a_resident(home, identity_number=NUMBER), wife, *twins, colleague)
    return store


def workbook(path: Path, *sheets: Iterable[Sequence[object]], names: Sequence[str] = ()) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for place, rows in enumerate(sheets):
        sheet = book.create_sheet(names[place] if names else f"{place + 1}月")
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def planned(
    store: Store, tmp_path: Path, kind: TableKind, *sheets: Iterable[Sequence[object]]
) -> TablePlan:
    path = workbook(tmp_path / "表.xlsx", *sheets)
    return read_and_plan_table(store, WORKER, path, kind=kind, unit_id=VILLAGE)


def reasons(plan: TablePlan) -> list[tuple[int, TableRefusal]]:
    return [(row.row, row.reason) for row in plan.refused]


VISIT_HEADER = ("序号", "户主姓名", "走访日期", "走访方式", "事由", "走访情况", "走访人")


def a_visit(
    head: object = "吴某甲",
    day: object = "2026.11.3",
    way: object = "入户",
    purpose: object = "日常",
    text: object = "一切都好",
    by: object = None,
) -> tuple[object, ...]:
    return (None, head, day, way, purpose, text, by)


# --- visits ----------------------------------------------------------------------------------


def test_visits_of_several_months_are_written_in_one_step_and_taken_back(store, tmp_path):
    plan = planned(
        store,
        tmp_path,
        TableKind.VISITS,
        [["走访台账"], VISIT_HEADER, a_visit(), a_visit("杨某", 46330, "电话", "回访", by="龙某")],
        [VISIT_HEADER, a_visit("001", date(2026, 10, 2)), ("合计", None, "3次")],
        [["填表说明"]],
    )  # fmt: skip
    assert reasons(plan) == [(2, TableRefusal.HOUSEHOLD_UNKNOWN)]
    changes = import_table(store, WORKER, plan)

    with store.reading() as session:
        found = session.exec(select(Visit).order_by(Visit.visited_on.desc())).all()
    assert [(one.visited_on, one.way, one.purpose, one.by_account_id) for one in found] == [
        (date(2026, 11, 4), VisitWay.BY_PHONE, VisitPurpose.FOLLOW_UP, "account-of-long"),
        (date(2026, 11, 3), VisitWay.AT_HOME, VisitPurpose.ROUTINE, WORKER.account_id),
    ]
    assert [sheet.name for sheet in plan.report.skipped_sheets] == ["3月"]
    undo(store, account_id=WORKER.account_id, txn=changes.txn)
    with store.reading() as session:
        assert session.exec(select(Visit)).all() == []


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (a_visit("石某"), TableRefusal.HOUSEHOLD_AMBIGUOUS),
        (a_visit("粟某"), TableRefusal.HOUSEHOLD_UNKNOWN),
        (a_visit(None), TableRefusal.HOUSEHOLD_MISSING),
        (a_visit(day="2026.11"), TableRefusal.DATE_UNCLEAR),
        (a_visit(day="2026-12-01"), TableRefusal.DATE_IN_FUTURE),
        (a_visit(day="1926-11-01"), TableRefusal.DATE_TOO_EARLY),
        (a_visit(day=None), TableRefusal.CELL_MISSING),
        (a_visit(purpose="喝油茶"), TableRefusal.WORD_UNKNOWN),
        (a_visit(text="=1+1"), TableRefusal.CELL_HAS_FORMULA),
        (a_visit(text="字" * 2001), TableRefusal.TEXT_TOO_LONG),
        (a_visit(text="#REF!"), TableRefusal.CELL_HAS_ERROR),
    ],
)
def test_a_bad_row_is_refused_with_its_reason_and_the_rest_is_kept(store, tmp_path, row, reason):
    plan = planned(store, tmp_path, TableKind.VISITS, [VISIT_HEADER, row, a_visit()])
    assert reasons(plan) == [(2, reason)]
    assert [one.source.row for one in plan.rows] == [3]
    sentence = refusal_sentence(plan.kind, plan.refused[0])
    assert sentence
    assert "{" not in sentence


def test_an_unknown_word_is_refused_with_the_words_that_are_known(store, tmp_path):
    plan = planned(store, tmp_path, TableKind.VISITS, [VISIT_HEADER, a_visit(purpose="喝油茶")])
    sentence = refusal_sentence(plan.kind, plan.refused[0])
    assert "喝油茶" in sentence
    assert all(name_of(purpose) in sentence for purpose in VisitPurpose)


def test_a_household_is_found_by_number_by_identity_and_never_against_the_name(store, tmp_path):
    header = ("户号", "户主", "身份证号码", "日期", "内容")
    plan = planned(
        store,
        tmp_path,
        TableKind.VISITS,
        [
            header,
            ("1", None, None, "2026/11/1", "甲"),
            (None, None, NUMBER, "2026/11/1", "乙"),
            ("003", "石某", None, "2026/11/1", "丙"),
            ("003", "吴某甲", None, "2026/11/1", "丁"),
            ("003", None, NUMBER, "2026/11/1", "戊"),
            ("099", "石某", None, "2026/11/1", "己"),
        ],
    )
    assert [one.household for one in plan.rows] == ["吴某甲", "吴某甲", "石某"]
    assert reasons(plan) == [
        (5, TableRefusal.HOUSEHOLD_CONTRADICTS),
        (6, TableRefusal.HOUSEHOLD_CONTRADICTS),
        (7, TableRefusal.HOUSEHOLD_UNKNOWN),
    ]


def test_the_same_visit_twice_is_written_once(store, tmp_path):
    rows = [VISIT_HEADER, a_visit(), a_visit(text=" 一切 都好"), a_visit(text="又去了")]
    plan = planned(store, tmp_path, TableKind.VISITS, rows)
    (double,) = plan.doubles
    assert (double.kind, double.source.row, double.params["first_row"]) == (
        DoubleKind.IN_FILE,
        3,
        2,
    )
    assert "第 2 行" in double_sentence(double)
    import_table(store, WORKER, plan)

    again = planned(store, tmp_path, TableKind.VISITS, rows)
    assert not again.has_work
    assert [one.kind for one in again.doubles] == [DoubleKind.IN_STORE] * 3


def test_a_worker_without_an_account_stays_in_the_words(store, tmp_path):
    plan = planned(store, tmp_path, TableKind.VISITS, [VISIT_HEADER, a_visit(by="石某丁")])
    (warning,) = plan.warnings
    assert warning.kind is TableNote.WORKER_UNKNOWN
    assert "石某丁" in note_sentence(warning)
    import_table(store, WORKER, plan)
    with store.reading() as session:
        assert session.exec(select(Visit)).one().note == "一切都好（石某丁）"
    assert not planned(store, tmp_path, TableKind.VISITS, [VISIT_HEADER, a_visit(by="石某丁")]).rows


def test_a_store_that_changed_since_is_planned_anew(store, tmp_path):
    plan = planned(store, tmp_path, TableKind.VISITS, [VISIT_HEADER, a_visit()])
    import_table(store, WORKER, plan)
    with pytest.raises(UserFacingError) as raised:
        import_table(store, WORKER, plan)
    assert raised.value.code is ErrorCode.TABLE_PLAN_OUTDATED


def test_a_table_without_the_columns_is_told_which_ones(store, tmp_path):
    path = workbook(tmp_path / "a.xlsx", [("姓名", "电话"), ("甲", "1")])
    with pytest.raises(UserFacingError) as raised:
        read_and_plan_table(store, WORKER, path, kind=TableKind.VISITS, unit_id=VILLAGE)
    assert raised.value.code is ErrorCode.TABLE_NO_HEADER


def test_an_import_that_is_stopped_leaves_nothing(store, tmp_path):
    class StoppedError(Exception):
        pass

    def stop(done: int, total: int) -> None:
        assert total == 2
        raise StoppedError

    rows = [VISIT_HEADER, a_visit(), a_visit(text="二")]
    plan = planned(store, tmp_path, TableKind.VISITS, rows)
    with pytest.raises(StoppedError):
        import_table(store, WORKER, plan, on_progress=stop)
    with store.reading() as session:
        assert session.exec(select(Visit)).all() == []


# --- micro-services and hazards --------------------------------------------------------------


def test_services(store, tmp_path):
    header = (
        "申请日期",
        "申请人",
        "户主",
        "联系电话",
        "服务类型",
        "服务内容",
        "办结日期",
        "办理结果",
    )
    plan = planned(
        store,
        tmp_path,
        TableKind.SERVICES,
        [
            header,
            ("2026-11-1", "吴某甲", "吴某甲", 13800000000, "代办", "代缴电费", "2026-11-2", "已缴"),
            ("2026-11-1", "过路人", None, None, None, "问路", None, None),
            ("2026-11-9", "吴某甲", None, None, "维修", "修水管", "2026-11-2", None),
        ],
    )
    assert reasons(plan) == [(4, TableRefusal.DATE_BEFORE)]
    import_table(store, WORKER, plan)
    with store.reading() as session:
        found = session.exec(select(MicroService).order_by(MicroService.asker_name)).all()
    assert [(one.kind, one.household_id is None, one.done_on, one.done_note) for one in found] == [
        (ServiceKind.ERRAND, False, date(2026, 11, 2), "已缴"),
        (ServiceKind.OTHER, True, None, None),
    ]
    assert (found[0].asker_phone, found[0].done_by) == ("13800000000", WORKER.account_id)


def test_hazards_with_what_was_done(store, tmp_path):
    header = (
        "排查日期",
        "网格",
        "隐患类别",
        "隐患等级",
        "隐患地点",
        "隐患描述",
        "整改措施",
        "整改日期",
    )
    plan = planned(
        store,
        tmp_path,
        TableKind.HAZARDS,
        [
            header,
            ("2026.11.1", "1网格", "用电", "重大", "鼓楼", "电线老化", "已换线", "2026.11.5"),
            ("2026.11.1", "9网格", "用电", "重大", "鼓楼", "二", None, None),
            ("2026.11.1", None, None, "低", "桥头", "护栏松", None, None),
        ],
    )
    assert reasons(plan) == [(3, TableRefusal.MICRO_GRID_UNKNOWN)]
    changes = import_table(store, WORKER, plan)
    with store.reading() as session:
        first, second = session.exec(select(Hazard).order_by(Hazard.place.desc())).all()
        (measure,) = session.exec(select(HazardMeasure)).all()
    assert (first.kind, first.level, first.resolved_on) == (
        HazardKind.WIRING,
        HazardLevel.HIGH,
        date(2026, 11, 5),
    )
    assert (measure.text, measure.done_on) == ("已换线", date(2026, 11, 5))
    assert (second.level, second.due_on) == (HazardLevel.LOW, date(2026, 12, 1))
    undo(store, account_id=WORKER.account_id, txn=changes.txn)
    with store.reading() as session:
        assert session.exec(select(Hazard)).all() == []


# --- incidents -------------------------------------------------------------------------------

INCIDENT_HEADER = ("日期", "时间", "警情类别", "警情名称", "地点", "当事人", "处置情况", "是否办结")


def test_incidents_with_their_people_and_what_was_done(store, tmp_path):
    plan = planned(
        store,
        tmp_path,
        TableKind.INCIDENTS,
        [
            INCIDENT_HEADER,
            ("2026.11.1", "下午3点", "治安", "酒后吵闹", "鼓楼", "甲某、乙某", "劝离", "是"),
            ("2026.11.2", None, "民事", "争水", "上寨", None, None, None),
            ("2026.11.2", "半夜", "民事", "争水", "下寨", None, None, None),
            ("2026.11.3", None, "交通", "碰撞", "桥头", None, None, None),
            ("2026.11.3", None, "其他", "走失", None, None, None, None),
        ],
    )
    assert reasons(plan) == [
        (4, TableRefusal.TIME_UNCLEAR),
        (5, TableRefusal.WORD_UNKNOWN),
        (6, TableRefusal.PLACE_MISSING),
    ]
    assert (3, TableNote.HOUR_UNKNOWN) in [(one.row, one.kind) for one in plan.warnings]
    changes = import_table(store, WORKER, plan)

    with store.reading() as session:
        noisy, water = session.exec(select(Incident).order_by(Incident.happened_at)).all()
        events = session.exec(select(IncidentEvent).where(IncidentEvent.incident_id == noisy.id))
        people = session.exec(select(IncidentPerson.name)).all()
        kinds = [event.kind for event in events]
    assert noisy.happened_at == datetime(2026, 11, 1, 15, 0, tzinfo=CHINA)
    assert (noisy.incident_class, noisy.state) == (
        IncidentClass.PUBLIC_ORDER,
        IncidentState.CLOSED,
    )
    assert set(kinds) == {
        IncidentEventKind.RECORDED,
        IncidentEventKind.GRID_ACTED,
        IncidentEventKind.CLOSED,
    }
    assert sorted(people) == ["乙某", "甲某"]
    assert water.state is IncidentState.OPEN
    assert noisy.number != water.number
    assert undo(store, account_id=WORKER.account_id, txn=changes.txn).left == 0
    with store.reading() as session:
        states = session.exec(select(Incident.state)).all()
    assert states == [IncidentState.WITHDRAWN] * 2
    again = plan_table(store, WORKER, plan.report, unit_id=plan.unit_id)
    assert (len(again.rows), again.doubles) == (2, ()), "what was taken back may come again"


def lines_of(store: Store, path: Path) -> tuple[list[dict[str, str]], Path]:
    """What an export of the incidents holds, by heading, the newest first."""
    export_incidents(store, WORKER, path, wanted=IncidentFilter(), title="警情")
    _title, heading, *rows = load_workbook(path).active.iter_rows(values_only=True)
    return [dict(zip(heading, (each or "" for each in row), strict=True)) for row in rows], path


def test_what_an_incident_says_comes_back_and_nothing_is_made_up(store, tmp_path):
    def say(made: RecordedIncident, kind: IncidentEventKind, note: str) -> None:
        add_incident_event(store, WORKER, incident_id=made.incident_id, kind=kind, note=note)

    whole, told, _open, wrong = (
        record_incident(store, WORKER, an_incident(title=title, story=f"{title}\n第二天又来。"))
        for title in ("打架", "偷牛", "争水", "记错的")
    )
    say(whole, K.GRID_ACTED, "到场劝开")
    say(whole, K.POLICE_RESULT, "警告")
    say(whole, K.CLOSED, "双方和好")
    say(wrong, K.WITHDRAWN, "记错了")
    report = PoliceReport("坪坦派出所", A_MONDAY, officer="杨警官", receipt="12")
    report_incident(store, WORKER, incident_id=told.incident_id, report=report)

    lines, path = lines_of(store, tmp_path / "出.xlsx")
    with store.reading() as session:
        (look,) = session.exec(select(Look)).all()
    assert (look.looked_at, look.people) == (LookedAt.EXPORT, 3), "stories leave with it"
    assert {line["名称"]: line["状态"] for line in lines} == {
        "打架": "已办结", "偷牛": "已报公安", "争水": "处置中",
    }  # fmt: skip
    by_title = {line["名称"]: line for line in lines}
    assert by_title["打架"]["涉事人员"] == "石某（138****1111）、龙某"
    assert (by_title["打架"]["处置情况"], by_title["打架"]["公安反馈"]) == ("到场劝开", "警告")
    assert "报公安 坪坦派出所 杨警官 12" in by_title["偷牛"]["处置过程"]

    other = a_store(tmp_path / "other")
    plan = read_and_plan_table(other, WORKER, path, kind=TableKind.INCIDENTS, unit_id=VILLAGE)
    assert plan.refused == ()
    assert [(one.kind, one.params) for one in plan.warnings] == [
        (TableNote.COLUMN_NOT_USED, {"heading": "处置过程"}),
        (TableNote.STATE_NOT_READ, {"typed": "已报公安"}),
    ]
    assert "补记" in note_sentence(plan.warnings[1])
    import_table(other, WORKER, plan)
    with other.reading() as session:
        assert session.exec(select(IncidentPerson.phone)).all() == [None] * 6
    back = {line["名称"]: line for line in lines_of(other, tmp_path / "再出.xlsx")[0]}
    assert back["偷牛"]["状态"] == "处置中", "nobody knows to whom it was reported, and when"
    kept = {"发生时间", "性质", "地点", "微网格", "来源", "经过", "处置情况", "公安反馈", "村"}
    for title, line in by_title.items():
        assert {one: back[title][one] for one in kept} == {one: line[one] for one in kept}
        assert back[title]["涉事人员"] == "石某、龙某"
    assert back["打架"]["状态"] == "已办结"


@pytest.mark.parametrize(
    ("state", "result", "is_noted"),
    [("公安已反馈", "警告", False), ("公安已反馈", None, True), ("已转纠纷", None, True)],
)
def test_a_state_without_its_event_is_noted_and_not_made_up(
    store, tmp_path, state, result, is_noted
):
    header = (*INCIDENT_HEADER, "公安反馈")
    row = ("2026.11.1", "15:00", "治安", "吵闹", "鼓楼", None, None, state, result)
    plan = planned(store, tmp_path, TableKind.INCIDENTS, [header, row])
    assert (TableNote.STATE_NOT_READ in [one.kind for one in plan.warnings]) is is_noted
    import_table(store, WORKER, plan)
    with store.reading() as session:
        (found,) = session.exec(select(Incident.state)).all()
    assert found is (IncidentState.ANSWERED if result else IncidentState.OPEN)


def test_what_is_withdrawn_there_does_not_come(store, tmp_path):
    row = ("2026.11.1", "15:00", "治安", "吵闹", "鼓楼", None, None, "已撤销")
    plan = planned(store, tmp_path, TableKind.INCIDENTS, [INCIDENT_HEADER, row])
    assert reasons(plan) == [(2, TableRefusal.WITHDRAWN_THERE)]


def test_an_auxiliary_policeman_closes_none(store, tmp_path):
    actor = an_actor(Role.AUXILIARY_POLICE)
    row = ("2026.11.1", "15:00", "治安", "吵闹", "鼓楼", None, None, "已办结")
    path = workbook(tmp_path / "a.xlsx", [INCIDENT_HEADER, row])
    plan = read_and_plan_table(store, actor, path, kind=TableKind.INCIDENTS, unit_id=VILLAGE)
    assert [one.kind for one in plan.warnings] == [TableNote.MAY_NOT_CLOSE]
    import_table(store, actor, plan)
    with store.reading() as session:
        assert session.exec(select(Incident)).one().state is IncidentState.OPEN


# --- who may, and the words ------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("kind", TableKind)
def test_who_may_import(store, tmp_path, role, kind):
    actor = an_actor(role)
    path = workbook(tmp_path / "a.xlsx", [("一", "二", "三")])
    with pytest.raises(UserFacingError) as raised:
        read_and_plan_table(store, actor, path, kind=kind, unit_id=VILLAGE)
    is_allowed = actor.reaches(FORMS[kind].permission, unit_id=VILLAGE)
    wanted = ErrorCode.TABLE_NO_HEADER if is_allowed else ErrorCode.NOT_ALLOWED
    assert raised.value.code is wanted


@pytest.mark.parametrize(("kind", "column"), WORDS)
def test_what_the_program_writes_is_read_again(kind: TableKind, column: TableColumn) -> None:
    for code in WORDS[kind, column]:
        assert code_of(kind, column, name_of(code)) is code
    assert len(WORDS[kind, column]) == len(type(code))


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("15:20", time(15, 20)),
        ("下午3点20分", time(15, 20)),
        ("2026-11-23 08:05", time(8, 5)),
        ("2026年11月23日晚上9时", time(21, 0)),
        ("25:00", None),
        ("半夜", None),
    ],
)
def test_times_of_day(text: str, hour: time | None) -> None:
    assert clock_of(text) == hour


def test_every_code_has_a_sentence() -> None:
    assert set(REFUSALS) == set(TableRefusal)
    assert set(NOTES) == set(TableNote)


@pytest.mark.parametrize("kind", TableKind)
def test_no_heading_of_a_form_means_two_things(kind: TableKind) -> None:
    words = [word for form in FORMS[kind].columns.values() for word in form.words]
    assert len(words) == len(set(words))
