"""Writing duty and rounds, and reading them again."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from app.accounts.rules import may
from app.accounts.vocabulary import Permission, Role
from app.duty.actions import (
    PatrolFields,
    ShiftFields,
    add_shift,
    copy_last_week,
    edit_patrol,
    edit_shift,
    record_patrol,
    remove_patrol,
    remove_shift,
)
from app.duty.queries import (
    DutyPlace,
    duty_now,
    duty_people,
    duty_week,
    former_routes,
    patrol_rows,
    place_of_duty,
)
from app.duty.rules import DutyProblem
from app.errors import ErrorCode, UserFacingError
from app.grid_work.vocabulary import HazardKind, HazardLevel, TeamPost
from app.incidents.vocabulary import IncidentClass, IncidentSource
from app.store import Store
from app.undo import undo
from db.tables.grid_work import DutyShift, Hazard, Patrol, TeamMember
from db.tables.incidents import Incident
from db.tables.organisations import Account
from tests.helpers.clock import FakeClock
from tests.helpers.stores import a_store, a_unit, an_actor, save

VILLAGE = a_unit().id
WORKER = an_actor()
MONDAY = date(2026, 11, 23)
NIGHT = ShiftFields(MONDAY, "20", "6点", "杨某", phone="13800004751")
ROUND = PatrolFields(MONDAY, "20:00", "鼓楼到寨脚", "杨某、吴某", "21:30", "路灯坏了一盏")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    clock = FakeClock()
    clock.set_wall(datetime(2026, 11, 24, 12, tzinfo=UTC))  # Tuesday 20:00 in China
    return a_store(tmp_path, clock=clock)


def shifts(store: Store) -> list[DutyShift]:
    with store.reading() as session:
        return list(session.exec(select(DutyShift).order_by(DutyShift.on_date)).all())


def patrols(store: Store) -> list[Patrol]:
    with store.reading() as session:
        return list(session.exec(select(Patrol)).all())


def test_a_shift_is_kept_as_it_is_stored_everywhere(store: Store) -> None:
    add_shift(store, WORKER, unit_id=VILLAGE, given=NIGHT)
    (shift,) = shifts(store)
    assert (shift.on_date, shift.starts_at, shift.ends_at) == (MONDAY, "20:00", "06:00")
    assert (shift.name, shift.phone, shift.note) == ("杨某", "13800004751", None)


def test_a_shift_is_corrected_removed_and_each_step_taken_back(store: Store) -> None:
    add_shift(store, WORKER, unit_id=VILLAGE, given=NIGHT)
    (shift,) = shifts(store)
    edited = edit_shift(
        store, WORKER, shift_id=shift.id, given=dataclasses.replace(NIGHT, ends_at="0730")
    )
    assert shifts(store)[0].ends_at == "07:30"
    undo(store, account_id=WORKER.account_id, txn=edited.txn or 0)
    assert shifts(store)[0].ends_at == "06:00"
    removed = remove_shift(store, WORKER, shift_id=shift.id)
    assert shifts(store) == []
    undo(store, account_id=WORKER.account_id, txn=removed.txn or 0)
    assert shifts(store)[0].id == shift.id


def test_last_week_is_copied_in_one_step_and_nothing_twice(store: Store) -> None:
    for day in range(3):
        add_shift(
            store,
            WORKER,
            unit_id=VILLAGE,
            given=dataclasses.replace(NIGHT, on_date=MONDAY + timedelta(days=day)),
        )
    following = MONDAY + timedelta(days=7)
    add_shift(store, WORKER, unit_id=VILLAGE, given=dataclasses.replace(NIGHT, on_date=following))
    copied = copy_last_week(store, WORKER, unit_id=VILLAGE, monday=following)
    week = duty_week(store, WORKER, unit_id=VILLAGE, monday=following)
    assert [row.on_date - following for row in week.shifts] == [
        timedelta(days=day) for day in range(3)
    ]
    undo(store, account_id=WORKER.account_id, txn=copied.txn or 0)
    assert len(duty_week(store, WORKER, unit_id=VILLAGE, monday=following).shifts) == 1


def test_there_may_be_nothing_to_copy(store: Store) -> None:
    with pytest.raises(UserFacingError) as raised:
        copy_last_week(store, WORKER, unit_id=VILLAGE, monday=MONDAY)
    assert raised.value.code is ErrorCode.DUTY_NOTHING_TO_COPY


@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        ({"on_date": None}, "on_date", DutyProblem.DATE_MISSING),
        ({"on_date": date(2036, 11, 23)}, "on_date", DutyProblem.DATE_OUT_OF_RANGE),
        ({"starts_at": "晚上"}, "starts_at", DutyProblem.TIME_MALFORMED),
        ({"ends_at": ""}, "ends_at", DutyProblem.TIME_MALFORMED),
        ({"name": "  "}, "name", DutyProblem.NAME_MISSING),
        ({"note": "长" * 501}, "note", DutyProblem.TEXT_TOO_LONG),
    ],
)
def test_a_bad_shift_is_refused_and_nothing_written(
    store: Store, change: dict[str, object], field: str, problem: DutyProblem
) -> None:
    with pytest.raises(UserFacingError) as raised:
        add_shift(store, WORKER, unit_id=VILLAGE, given=dataclasses.replace(NIGHT, **change))
    assert raised.value.code is ErrorCode.DUTY_FIELD_WRONG
    assert (raised.value.params["field"], raised.value.params["problem"]) == (field, problem)
    assert shifts(store) == []


@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        ({"on_date": date(2026, 11, 25)}, "on_date", DutyProblem.DATE_IN_FUTURE),
        ({"starts_at": "25"}, "starts_at", DutyProblem.TIME_MALFORMED),
        ({"ends_at": "后来"}, "ends_at", DutyProblem.TIME_MALFORMED),
        ({"route": ""}, "route", DutyProblem.ROUTE_MISSING),
        ({"members": ""}, "members", DutyProblem.MEMBERS_MISSING),
        ({"found": "长" * 2001}, "found", DutyProblem.TEXT_TOO_LONG),
    ],
)
def test_a_bad_round_is_refused_and_nothing_written(
    store: Store, change: dict[str, object], field: str, problem: DutyProblem
) -> None:
    with pytest.raises(UserFacingError) as raised:
        record_patrol(store, WORKER, unit_id=VILLAGE, given=dataclasses.replace(ROUND, **change))
    assert (raised.value.params["field"], raised.value.params["problem"]) == (field, problem)
    assert patrols(store) == []


def test_a_round_begins_and_ends(store: Store) -> None:
    begun = dataclasses.replace(ROUND, ends_at="", found="")
    record_patrol(store, WORKER, unit_id=VILLAGE, given=begun)
    (row,) = patrol_rows(store, WORKER, unit_id=VILLAGE)
    assert row.ends_at == ""
    edit_patrol(store, WORKER, patrol_id=row.patrol_id, given=ROUND)
    (row,) = patrol_rows(store, WORKER, unit_id=VILLAGE)
    assert (row.ends_at, row.found) == ("21:30", "路灯坏了一盏")


def test_a_round_from_which_something_was_recorded_stays(store: Store) -> None:
    recorded = record_patrol(store, WORKER, unit_id=VILLAGE, given=ROUND)
    ((_, patrol_id),) = recorded.records
    save(store, a_hazard(patrol_id), an_incident(patrol_id))
    (row,) = patrol_rows(store, WORKER, unit_id=VILLAGE)
    assert (row.hazards, row.incidents) == (1, 1)
    with pytest.raises(UserFacingError) as raised:
        remove_patrol(store, WORKER, patrol_id=patrol_id)
    assert raised.value.code is ErrorCode.PATROL_HAS_FINDINGS
    assert raised.value.params == {"count": 2}


def test_a_round_is_removed_and_put_back(store: Store) -> None:
    recorded = record_patrol(store, WORKER, unit_id=VILLAGE, given=ROUND)
    ((_, patrol_id),) = recorded.records
    removed = remove_patrol(store, WORKER, patrol_id=patrol_id)
    assert patrols(store) == []
    undo(store, account_id=WORKER.account_id, txn=removed.txn or 0)
    assert [one.id for one in patrols(store)] == [patrol_id]


@pytest.mark.parametrize("role", list(Role))
def test_only_who_sees_the_grids_work_reads_duty(store: Store, role: Role) -> None:
    add_shift(store, WORKER, unit_id=VILLAGE, given=NIGHT)
    record_patrol(store, WORKER, unit_id=VILLAGE, given=ROUND)
    actor = an_actor(role)
    sees = may(role, Permission.SEE_GRID_WORK)
    assert bool(duty_week(store, actor, unit_id=VILLAGE, monday=MONDAY).shifts) is sees
    assert bool(patrol_rows(store, actor, unit_id=VILLAGE)) is sees
    assert bool(former_routes(store, actor, unit_id=VILLAGE)) is sees


def test_nobody_reads_or_writes_the_duty_of_another_village(store: Store) -> None:
    add_shift(store, WORKER, unit_id=VILLAGE, given=NIGHT)
    stranger = an_actor(unit="横岭村")
    assert duty_week(store, stranger, unit_id=VILLAGE, monday=MONDAY).shifts == ()
    assert duty_now(store, stranger, unit_id=VILLAGE).on == ()
    assert duty_people(store, stranger, unit_id=VILLAGE) == ()
    assert place_of_duty(store, stranger, shifts(store)[0].id) is None
    assert place_of_duty(store, WORKER, shifts(store)[0].id) == DutyPlace(VILLAGE, MONDAY)
    with pytest.raises(UserFacingError) as raised:
        remove_shift(store, stranger, shift_id=shifts(store)[0].id)
    assert raised.value.code is ErrorCode.NOT_ALLOWED


def test_what_was_removed_elsewhere_says_so(store: Store) -> None:
    for step in (
        lambda: edit_shift(store, WORKER, shift_id="gone", given=NIGHT),
        lambda: remove_shift(store, WORKER, shift_id="gone"),
        lambda: edit_patrol(store, WORKER, patrol_id="gone", given=ROUND),
        lambda: remove_patrol(store, WORKER, patrol_id="gone"),
    ):
        with pytest.raises(UserFacingError) as raised:
            step()
        assert raised.value.code is ErrorCode.DUTY_GONE


def test_a_week_says_what_is_odd_about_it(store: Store) -> None:
    for given in (
        dataclasses.replace(NIGHT, on_date=MONDAY - timedelta(days=1)),
        NIGHT,
        dataclasses.replace(NIGHT, name="吴某", starts_at="23:00"),
    ):
        add_shift(store, WORKER, unit_id=VILLAGE, given=given)
    week = duty_week(store, WORKER, unit_id=VILLAGE, monday=MONDAY + timedelta(days=2))
    assert week.monday == MONDAY
    assert [row.name for row in week.shifts] == ["杨某", "吴某"]
    assert [one.is_same_person for one in week.overlaps] == [False]
    assert week.gaps[0].is_whole_day
    assert week.gaps[0].days == tuple(MONDAY + timedelta(days=day) for day in range(2, 7))
    assert week.has_week_before


def test_who_is_on_now_also_after_midnight(store: Store) -> None:
    add_shift(store, WORKER, unit_id=VILLAGE, given=NIGHT)
    tomorrow = dataclasses.replace(NIGHT, name="吴某", on_date=MONDAY + timedelta(days=1))
    add_shift(store, WORKER, unit_id=VILLAGE, given=tomorrow)
    clock = store.clock
    assert isinstance(clock, FakeClock)
    for moment, on, following in (
        (datetime(2026, 11, 23, 11, 59, tzinfo=UTC), [], "杨某"),
        (datetime(2026, 11, 23, 12, tzinfo=UTC), ["杨某"], "吴某"),
        (datetime(2026, 11, 23, 21, 59, tzinfo=UTC), ["杨某"], "吴某"),
        (datetime(2026, 11, 23, 22, tzinfo=UTC), [], "吴某"),
        (datetime(2026, 11, 25, 2, tzinfo=UTC), [], None),
    ):
        clock.set_wall(moment)
        found = duty_now(store, WORKER, unit_id=VILLAGE)
        assert [row.name for row in found.on] == on
        assert (found.following.name if found.following else None) == following


def test_people_of_the_team_and_of_the_village_are_offered_once(store: Store) -> None:
    save(
        store,
        Account(id="acc", unit_id=VILLAGE, name="杨某", role=Role.AUXILIARY_POLICE, phone="1"),
        Account(id="old", unit_id=VILLAGE, name="旧某", role=Role.GRID_WORKER, is_active=False),
        a_member("杨某", account_id="acc"),
        a_member("粟某"),
        a_member("过某", ends_on=date(2026, 11, 23)),
        a_member("将某", starts_on=date(2026, 11, 25)),
    )
    found = duty_people(store, WORKER, unit_id=VILLAGE)
    assert [(person.name, person.account_id) for person in found] == [
        ("杨某", "acc"),
        ("粟某", None),
    ]


def test_routes_are_offered_by_how_often_they_were_walked(store: Store) -> None:
    for route in ("寨脚", "鼓楼", "鼓楼"):
        given = dataclasses.replace(ROUND, route=route)
        record_patrol(store, WORKER, unit_id=VILLAGE, given=given)
    old = dataclasses.replace(ROUND, route="旧路", on_date=date(2025, 1, 1))
    record_patrol(store, WORKER, unit_id=VILLAGE, given=old)
    assert former_routes(store, WORKER, unit_id=VILLAGE) == ("鼓楼", "寨脚")


def a_member(name: str, **fields: object) -> TeamMember:
    usual = {"unit_id": VILLAGE, "name": name, "post": TeamPost.ELDER}
    return TeamMember(**{**usual, "starts_on": date(2026, 1, 1), **fields})


def a_hazard(patrol_id: str) -> Hazard:
    return Hazard(
        unit_id=VILLAGE,
        patrol_id=patrol_id,
        kind=HazardKind.FIRE,
        level=HazardLevel.HIGH,
        place="鼓楼边",
        text="柴堆靠着木楼",
        found_on=MONDAY,
        due_on=MONDAY,
        by_account_id=WORKER.account_id,
        recorded_at=datetime(2026, 11, 23, tzinfo=UTC),
    )


def an_incident(patrol_id: str) -> Incident:
    return Incident(
        unit_id=VILLAGE,
        patrol_id=patrol_id,
        number="1",
        incident_class=IncidentClass.PUBLIC_ORDER,
        source=IncidentSource.PATROL,
        title="争吵",
        story="",
        place="鼓楼边",
        happened_at=datetime(2026, 11, 23, tzinfo=UTC),
        recorded_by=WORKER.account_id,
        recorded_at=datetime(2026, 11, 23, tzinfo=UTC),
    )
