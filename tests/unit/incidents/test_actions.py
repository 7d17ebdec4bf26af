"""Recording an incident, what happens to it, and its way into a case and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.accounts.rules import may
from app.accounts.vocabulary import Permission, Role
from app.attachments.actions import NewFile, attach_files
from app.attachments.queries import attachments_of
from app.attachments.vocabulary import MediaType, Subject
from app.cases.actions import CASE_FORM, add_case_event, record_case, report_case
from app.cases.queries import one_case
from app.cases.vocabulary import CaseEventKind, CaseKind, CaseState, Escalation, RiskAnswer
from app.drafts import load_draft, save_draft
from app.errors import ErrorCode, UserFacingError
from app.incidents.actions import (
    EVENT_FORM,
    INCIDENT_FORM,
    add_incident_event,
    edit_incident,
    possible_events,
    record_incident,
    record_police_mediation,
    report_incident,
    turn_into_case,
)
from app.incidents.detail import IncidentDetail, incident_for_editing, one_incident
from app.incidents.people import PersonEntry
from app.incidents.queries import (
    IncidentFilter,
    incident_rows,
    open_incidents,
    unreported_risks,
)
from app.incidents.rules import Step
from app.incidents.vocabulary import (
    IncidentClass,
    IncidentEventKind,
    IncidentRole,
    IncidentState,
    PoliceMediation,
    PoliceReport,
    Signer,
    SignerCapacity,
)
from app.search import search
from app.store import Store
from app.undo import undo
from tests.helpers.clock import A_MONDAY, FakeClock
from tests.helpers.stores import (
    a_household,
    a_micro_grid,
    a_resident,
    a_store,
    a_unit,
    an_actor,
    save,
)
from tests.unit.cases.drafts_of_cases import a_draft
from tests.unit.incidents.drafts import an_incident

K, S = IncidentEventKind, IncidentState
WORKER = an_actor()
POLICE = an_actor(Role.AUXILIARY_POLICE, account_id="account-of-li", name="李某")
REPORT = PoliceReport("坪坦派出所", A_MONDAY)
PAPER = PoliceMediation(
    (
        Signer("杨警官", SignerCapacity.POLICEMAN),
        Signer("石某", SignerCapacity.PARTY),
        Signer("龙某", SignerCapacity.PARTY),
    )
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_store(tmp_path)


def the_incident(store: Store, incident_id: str) -> IncidentDetail:
    found = one_incident(store, incident_id)
    assert found is not None
    return found


def raised(code: ErrorCode, call: Any, *args: Any, **named: Any) -> dict[str, Any]:
    with pytest.raises(UserFacingError) as caught:
        call(*args, **named)
    assert caught.value.code is code
    return caught.value.params


# --- recording -----------------------------------------------------------------------------------


def test_an_incident_is_a_record_its_people_and_one_event_in_one_step(store: Store) -> None:
    home = a_household()
    resident = a_resident(home, name="石某")
    grid = a_micro_grid()
    save(store, grid, home, resident)
    mine = {"form": INCIDENT_FORM, "record_id": "", "account_id": POLICE.account_id}
    save_draft(store, **mine, body={"title": "酒后"})
    people = (
        PersonEntry("石某", resident_id=resident.id, phone="13800001111"),
        PersonEntry("外人"),
    )

    made = record_incident(store, POLICE, an_incident(people=people, micro_grid_id=grid.id))

    found = the_incident(store, made.incident_id)
    assert made.number.startswith("警2026-216200-")
    assert made.number.endswith("-001")
    assert (found.state, found.micro_grid_name) == (S.OPEN, "第1微网格")
    assert [(one.name, one.source.value) for one in found.people] == [
        ("石某", "roster"),
        ("外人", "outside"),
    ]
    assert found.people[0].phone == "138****1111"
    assert [event.kind for event in found.events] == [K.RECORDED]
    assert load_draft(store, **mine) is None
    assert {entity for entity, _ in made.records} == {
        "incident", "incident_person", "incident_event",
    }  # fmt: skip


def test_incidents_and_cases_count_by_themselves(store: Store) -> None:
    assert record_case(store, WORKER, a_draft()).number.endswith("-001")
    numbers = [record_incident(store, WORKER, an_incident()).number for _ in range(2)]
    assert [number[-4:] for number in numbers] == ["-001", "-002"]


def test_a_draft_with_faults_is_kept_and_nothing_is_written(store: Store) -> None:
    wrong = raised(
        ErrorCode.INCIDENT_DRAFT_WRONG, record_incident, store, WORKER, an_incident(title="")
    )
    assert wrong["problems"]
    assert incident_rows(store, IncidentFilter()).total == 0


@pytest.mark.parametrize("role", list(Role))
def test_who_may_record_and_who_may_close(tmp_path: Path, role: Role) -> None:
    store = a_store(tmp_path)
    actor = an_actor(role, account_id="account-of-x")
    recorders = {Role.GRID_WORKER, Role.AUXILIARY_POLICE, Role.VILLAGE_SECRETARY}
    closers = recorders - {Role.AUXILIARY_POLICE}
    made = record_incident(store, WORKER, an_incident())
    close: dict[str, Any] = {"incident_id": made.incident_id, "kind": K.CLOSED}

    if role in recorders:
        record_incident(store, actor, an_incident())
    else:
        raised(ErrorCode.NOT_ALLOWED, record_incident, store, actor, an_incident())
    if role in closers:
        add_incident_event(store, actor, **close)
    else:
        raised(ErrorCode.NOT_ALLOWED, add_incident_event, store, actor, **close)


def test_nobody_records_for_another_village(store: Store) -> None:
    elsewhere = an_incident(unit_id=a_unit("陇城镇").id)
    raised(ErrorCode.NOT_ALLOWED, record_incident, store, WORKER, elsewhere)


def test_a_correction_writes_what_changed_and_can_be_taken_back(store: Store) -> None:
    made = record_incident(store, WORKER, an_incident())
    before = incident_for_editing(store, WORKER, made.incident_id).draft
    people = (replace(before.people[0], name="石某某"), PersonEntry("新来的", IncidentRole.WITNESS))
    after = replace(before, place="风雨桥", people=people)

    changes = edit_incident(store, WORKER, incident_id=made.incident_id, before=before, after=after)

    found = the_incident(store, made.incident_id)
    assert found.place == "风雨桥"
    assert [one.name for one in found.people] == ["石某某", "新来的"]
    assert changes.txn is not None
    undo(store, account_id=WORKER.account_id, txn=changes.txn)
    found = the_incident(store, made.incident_id)
    assert found.place == "鼓楼坪"
    assert {one.name for one in found.people} == {"石某", "龙某"}


def test_whole_telephones_are_for_who_may_correct(store: Store) -> None:
    made = record_incident(store, WORKER, an_incident())
    township = an_actor(Role.TOWNSHIP_CENTRE, "坪坦乡")
    raised(ErrorCode.NOT_ALLOWED, incident_for_editing, store, township, made.incident_id)


# --- what happens to it --------------------------------------------------------------------------


def test_from_the_report_to_the_end(store: Store) -> None:
    incident_id = record_incident(store, POLICE, an_incident()).incident_id
    mine = {"form": EVENT_FORM, "record_id": incident_id, "account_id": POLICE.account_id}
    save_draft(store, **mine, body={"kind": "grid_acted"})
    an_hour_ago = A_MONDAY - timedelta(hours=1)

    add_incident_event(
        store, POLICE, incident_id=incident_id, kind=K.GRID_ACTED, note="劝开", done_at=an_hour_ago
    )
    assert load_draft(store, **mine) is None
    report_incident(store, POLICE, incident_id=incident_id, report=REPORT)
    assert the_incident(store, incident_id).state is S.WITH_POLICE
    record_police_mediation(
        store, POLICE, incident_id=incident_id, mediation=PAPER, done_at=A_MONDAY, note="赔礼"
    )
    add_incident_event(store, WORKER, incident_id=incident_id, kind=K.CLOSED)

    found = the_incident(store, incident_id)
    assert found.state is S.CLOSED
    assert [event.kind for event in found.events] == [
        K.RECORDED, K.GRID_ACTED, K.REPORTED_TO_POLICE, K.POLICE_MEDIATED, K.CLOSED,
    ]  # fmt: skip
    assert found.events[1].done_at == an_hour_ago
    assert PoliceReport.of_detail(found.events[2].detail) == REPORT
    assert PoliceMediation.of_detail(found.events[3].detail) == PAPER


def test_a_police_mediation_on_an_auxiliary_policemans_signature_is_refused(store: Store) -> None:
    incident_id = record_incident(store, POLICE, an_incident()).incident_id
    alone = (Signer("李某", SignerCapacity.AUXILIARY_POLICE), *PAPER.signers[1:])
    raised(
        ErrorCode.POLICE_MEDIATION_WRONG,
        record_police_mediation,
        store,
        POLICE,
        incident_id=incident_id,
        mediation=PoliceMediation(alone),
        done_at=None,
    )
    assert the_incident(store, incident_id).state is S.OPEN


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ({"kind": K.NOTE_ADDED, "note": " "}, ErrorCode.INCIDENT_NOTE_MISSING),
        ({"kind": K.NOTE_ADDED, "note": "长" * 4001}, ErrorCode.INCIDENT_NOTE_TOO_LONG),
        ({"kind": K.REOPENED, "note": "x"}, ErrorCode.INCIDENT_EVENT_NOT_POSSIBLE),
        (
            {"kind": K.GRID_ACTED, "note": "x", "done_at": A_MONDAY + timedelta(days=1)},
            ErrorCode.INCIDENT_MOMENT_IN_FUTURE,
        ),
    ],
)
def test_what_cannot_be_written_is_said(
    store: Store, named: dict[str, Any], code: ErrorCode
) -> None:
    incident_id = record_incident(store, WORKER, an_incident()).incident_id
    raised(code, add_incident_event, store, WORKER, incident_id=incident_id, **named)
    assert len(the_incident(store, incident_id).events) == 1


def test_a_report_without_a_station_is_refused(store: Store) -> None:
    incident_id = record_incident(store, WORKER, an_incident()).incident_id
    nowhere = replace(REPORT, station="")
    raised(
        ErrorCode.POLICE_REPORT_WRONG,
        report_incident, store, WORKER, incident_id=incident_id, report=nowhere,
    )  # fmt: skip


def test_an_incident_that_is_not_here_is_said_to_be_missing(store: Store) -> None:
    raised(
        ErrorCode.INCIDENT_NOT_FOUND,
        add_incident_event, store, WORKER, incident_id="gone", kind=K.CLOSED,
    )  # fmt: skip


def test_the_buttons_are_what_rules_and_post_allow() -> None:
    fresh: dict[str, Any] = {
        "state": S.OPEN,
        "unit_id": a_unit().id,
        "recorded_by": POLICE.account_id,
        "steps": [Step(K.RECORDED, POLICE.account_id)],
    }
    assert possible_events(WORKER, **fresh) == (
        K.NOTE_ADDED, K.GRID_ACTED, K.REPORTED_TO_POLICE, K.POLICE_MEDIATED, K.POLICE_RESULT,
        K.BECAME_CASE, K.CLOSED, K.WITHDRAWN,
    )  # fmt: skip
    assert K.CLOSED not in possible_events(POLICE, **fresh)
    mediator = an_actor(Role.MEDIATOR)
    assert possible_events(mediator, **fresh) == ()
    assert possible_events(WORKER, **{**fresh, "unit_id": a_unit("陇城镇").id}) == ()


# --- into a case and back ------------------------------------------------------------------------


def test_an_incident_becomes_a_dispute_in_one_step(store: Store) -> None:
    incident_id = record_incident(store, POLICE, an_incident()).incident_id
    mine = {"form": CASE_FORM, "record_id": incident_id, "account_id": POLICE.account_id}
    save_draft(store, **mine, body={"title": "x"})

    made = turn_into_case(store, POLICE, incident_id=incident_id, draft=a_draft())

    case, incident = one_case(store, made.case_id), the_incident(store, incident_id)
    assert case is not None
    assert (case.kind, case.state) == (CaseKind.INCIDENT_BORN, CaseState.RECORDED)
    assert incident.state is S.BECAME_CASE
    assert [(one.entity, one.record_id, one.is_origin) for one in case.links] == [
        ("incident", incident_id, True)
    ]
    assert [(one.entity, one.record_id, one.is_origin) for one in incident.links] == [
        ("case_file", made.case_id, False)
    ]
    assert load_draft(store, **mine) is None


def test_a_faulty_dispute_leaves_the_incident_as_it_was(store: Store) -> None:
    incident_id = record_incident(store, WORKER, an_incident()).incident_id
    raised(
        ErrorCode.CASE_DRAFT_WRONG,
        turn_into_case, store, WORKER, incident_id=incident_id, draft=a_draft(parties=()),
    )  # fmt: skip
    assert the_incident(store, incident_id).state is S.OPEN


def test_a_mistaken_conversion_has_its_counter_event(store: Store) -> None:
    incident_id = record_incident(store, WORKER, an_incident()).incident_id
    made = turn_into_case(store, WORKER, incident_id=incident_id, draft=a_draft())
    assert made.changes.txn is not None
    with pytest.raises(UserFacingError):
        undo(store, account_id=WORKER.account_id, txn=made.changes.txn)

    add_incident_event(store, WORKER, incident_id=incident_id, kind=K.REOPENED, note="转错了")

    assert the_incident(store, incident_id).state is S.OPEN


def test_a_dispute_breaks_out_into_an_incident(store: Store) -> None:
    case_id = record_case(store, WORKER, a_draft()).case_id
    made = record_incident(store, WORKER, an_incident(), from_case_id=case_id)
    (link,) = the_incident(store, made.incident_id).links
    assert (link.entity, link.record_id, link.is_origin) == ("case_file", case_id, True)
    raised(
        ErrorCode.CASE_NOT_FOUND,
        record_incident, store, WORKER, an_incident(), from_case_id="gone",
    )  # fmt: skip
    assert incident_rows(store, IncidentFilter()).total == 1


# --- reading -------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_common", [False, True])
def test_the_list_is_narrowed_by_words_class_state_and_period(
    tmp_path: Path, is_common: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.incidents.queries.fits_many", lambda *_: is_common)
    store = a_store(tmp_path)
    old = an_incident(title="偷鸡", happened_at=A_MONDAY - timedelta(days=40), place="三组水渠")
    record_incident(store, WORKER, old)
    newer = replace(an_incident(), incident_class=IncidentClass.CIVIL)
    newest = record_incident(store, WORKER, newer).incident_id

    def titles(**wanted: Any) -> list[str]:
        return [row.title for row in incident_rows(store, IncidentFilter(**wanted)).rows]

    assert titles() == ["酒后打架", "偷鸡"]
    assert titles(text="jhdj") == ["酒后打架"]
    assert titles(text="石某 龙某") == ["酒后打架", "偷鸡"]
    assert titles(text="水渠") == ["偷鸡"]
    assert titles(text="不在") == []
    assert titles(classes=frozenset({IncidentClass.CIVIL})) == ["酒后打架"]
    assert titles(states=frozenset({S.CLOSED})) == []
    assert titles(first_day=date(2026, 11, 1)) == ["酒后打架"]
    assert titles(last_day=date(2026, 11, 1)) == ["偷鸡"]
    assert titles(unit_ids=frozenset()) == []
    assert [row.incident_id for row in open_incidents(store, WORKER)][-1] == newest
    assert open_incidents(store, an_actor(Role.ADMINISTRATOR)) == ()


def test_pages_follow_one_another(store: Store) -> None:
    for hours in range(5):
        happened_at = A_MONDAY - timedelta(hours=hours)
        record_incident(store, WORKER, an_incident(title=str(hours), happened_at=happened_at))
    first = incident_rows(store, IncidentFilter(), limit=3)
    second = incident_rows(store, IncidentFilter(), after=first.rows[-1], limit=3)
    assert [row.title for row in (*first.rows, *second.rows)] == ["0", "1", "2", "3", "4"]
    assert (first.total, first.is_last, second.total, second.is_last) == (5, False, None, True)


def test_the_search_finds_an_incident_and_its_people(store: Store) -> None:
    made = record_incident(store, WORKER, an_incident(people=(PersonEntry("粟红梅"),)))
    for typed in ("酒后", "jhdj", made.number, "粟红梅", "shm"):
        assert [(hit.entity, hit.record_id) for hit in search(store, typed)] == [
            ("incident", made.incident_id)
        ]


# --- recorded by mistake -------------------------------------------------------------------------


def undone(store: Store, txn: int | None, actor: Any = WORKER) -> int:
    assert txn is not None
    return undo(store, account_id=actor.account_id, txn=txn).left


def said(store: Store, actor: Any, incident_id: str, kind: IncidentEventKind) -> int | None:
    return add_incident_event(store, actor, incident_id=incident_id, kind=kind, note="登记有误").txn


def test_what_was_withdrawn_is_found_and_stands_in_no_list(store: Store) -> None:
    made = record_incident(store, WORKER, an_incident())
    assert undone(store, made.txn) == 0

    found = the_incident(store, made.incident_id)
    assert (found.state, [event.kind for event in found.events]) == (
        S.WITHDRAWN, [K.RECORDED, K.WITHDRAWN],
    )  # fmt: skip
    assert open_incidents(store, WORKER) == ()
    assert incident_rows(store, IncidentFilter()).total == 0
    everything = IncidentFilter(states=frozenset(S))
    assert [row.state for row in incident_rows(store, everything).rows] == [S.WITHDRAWN]
    assert [hit.record_id for hit in search(store, made.number)] == [made.incident_id]


def test_undoing_the_undo_brings_the_incident_back(store: Store) -> None:
    made = record_incident(store, WORKER, an_incident())
    assert made.txn is not None
    first = undo(store, account_id=WORKER.account_id, txn=made.txn)
    second = undo(store, account_id=WORKER.account_id, txn=first.changes.txn or 0)
    assert the_incident(store, made.incident_id).state is S.OPEN
    undone(store, second.changes.txn)
    assert the_incident(store, made.incident_id).state is S.WITHDRAWN


def test_an_end_is_taken_back_in_one_press_to_where_it_was(store: Store) -> None:
    incident_id = record_incident(store, WORKER, an_incident()).incident_id
    said(store, WORKER, incident_id, K.POLICE_RESULT)
    closed = said(store, WORKER, incident_id, K.CLOSED)
    assert undone(store, closed) == 0
    assert the_incident(store, incident_id).state is S.ANSWERED


def test_what_went_on_since_is_left(store: Store) -> None:
    made = record_incident(store, POLICE, an_incident())
    report_incident(store, WORKER, incident_id=made.incident_id, report=REPORT)
    assert undone(store, made.txn, POLICE) == 1
    assert the_incident(store, made.incident_id).state is S.WITH_POLICE


def test_words_have_no_counter_event(store: Store) -> None:
    incident_id = record_incident(store, WORKER, an_incident()).incident_id
    with pytest.raises(UserFacingError) as caught:
        undone(store, said(store, WORKER, incident_id, K.NOTE_ADDED))
    assert caught.value.code is ErrorCode.UNDO_TOO_LATE


@pytest.mark.parametrize("role", list(Role))
def test_who_may_withdraw_whose(store: Store, role: Role) -> None:
    me = an_actor(role, account_id="me")
    own, others = (
        record_incident(store, an_actor(account_id=who), an_incident()).incident_id
        for who in ("me", "somebody")
    )
    known = record_incident(store, an_actor(account_id="me"), an_incident()).incident_id
    report_incident(store, WORKER, incident_id=known, report=REPORT)

    def may_withdraw(incident_id: str) -> bool:
        before = the_incident(store, incident_id)
        offered = possible_events(
            me,
            state=before.state,
            unit_id=before.unit_id,
            recorded_by=before.recorder_id,
            steps=before.steps,
        )
        if K.WITHDRAWN in offered:
            said(store, me, incident_id, K.WITHDRAWN)
        else:
            raised(ErrorCode.NOT_ALLOWED, said, store, me, incident_id, K.WITHDRAWN)
        return the_incident(store, incident_id).state is S.WITHDRAWN

    assert may_withdraw(own) is may(role, Permission.RECORD_INCIDENT)
    assert may_withdraw(others) is may(role, Permission.CLOSE_INCIDENT)
    assert may_withdraw(known) is may(role, Permission.CLOSE_INCIDENT)


def test_who_withdrew_their_own_brings_it_back_and_nobody_undoes_a_decision(store: Store) -> None:
    own = record_incident(store, POLICE, an_incident()).incident_id
    said(store, POLICE, own, K.WITHDRAWN)
    said(store, POLICE, own, K.REOPENED)
    said(store, WORKER, own, K.WITHDRAWN)
    raised(ErrorCode.NOT_ALLOWED, said, store, POLICE, own, K.REOPENED)
    said(store, WORKER, own, K.REOPENED)
    assert the_incident(store, own).state is S.OPEN


# --- disputes the police must hear of ------------------------------------------------------------

DANGER = RiskAnswer(Escalation.MAY_OFFEND)


def test_a_risk_is_listed_until_it_is_reported(tmp_path: Path) -> None:
    clock = FakeClock()
    store = a_store(tmp_path, clock=clock)
    record_case(store, WORKER, a_draft())
    case_id = record_case(store, WORKER, a_draft(title="要动刀", risk=DANGER)).case_id

    (risk,) = unreported_risks(store, WORKER)
    assert (risk.case_id, risk.title, risk.parties) == (case_id, "要动刀", "吴某 / 杨某")
    assert unreported_risks(store, an_actor(unit="陇城镇")) == ()
    report_case(store, WORKER, case_id=case_id, report=REPORT)
    assert unreported_risks(store, WORKER) == ()

    held = CaseEventKind.MEDIATION_HELD
    add_case_event(store, WORKER, case_id=case_id, kind=held, note="又吵", risk=DANGER)
    assert [one.case_id for one in unreported_risks(store, WORKER)] == [case_id]


# --- photographs -------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.AUXILIARY_POLICE, Role.MEDIATOR])
def test_photographs_hang_on_an_incident(store: Store, role: Role) -> None:
    incident_id = record_incident(store, WORKER, an_incident()).incident_id
    subject = Subject("incident", incident_id)
    photo = NewFile(b"\xff\xd8\xff" + b"x" * 20, MediaType.JPEG, "现场.jpg")
    actor = an_actor(role, account_id="account-of-x")
    if role is Role.MEDIATOR:
        raised(ErrorCode.NOT_ALLOWED, attach_files, store, actor, subject=subject, files=[photo])
        return
    attach_files(store, actor, subject=subject, files=[photo])
    (row,) = attachments_of(store, actor, entity="incident", record_id=incident_id)
    assert row.name == "现场.jpg"
