"""What each post may do and where, and how PINs are judged."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.rules import (
    HELD_ONLY_ROLES,
    ROLE_PERMISSIONS,
    is_account_usable,
    may,
    may_act_on,
    pin_weakness,
    waiting_seconds,
)
from app.accounts.vocabulary import Permission, PinWeakness, Role
from app.organisations.vocabulary import COUNTY_ID, shipped_units

UNITS = {unit.id: unit for unit in shipped_units()}
BY_NAME = {unit.name: unit.id for unit in shipped_units()}
PINGTAN_VILLAGE = BY_NAME["坪坦村"]
PINGTAN = BY_NAME["坪坦乡"]
LONGCHENG = BY_NAME["陇城镇"]
FORESTRY = BY_NAME["县林业局"]
HOUSING = BY_NAME["县住房和城乡建设局"]


def reaches(
    role: Role,
    permission: Permission,
    account_unit_id: str,
    record_unit_id: str = PINGTAN_VILLAGE,
    holders: frozenset[str] = frozenset(),
) -> bool:
    return may_act_on(
        role,
        permission,
        account_unit_id=account_unit_id,
        record_unit_id=record_unit_id,
        units_by_id=UNITS,
        holder_unit_ids=holders,
    )


def test_every_role_has_a_line_and_every_permission_a_holder() -> None:
    assert set(ROLE_PERMISSIONS) == set(Role)
    assert frozenset().union(*ROLE_PERMISSIONS.values()) == set(Permission)


def test_the_grid_worker_does_the_whole_village_job() -> None:
    for permission in (
        *(Permission.IMPORT_ROSTER, Permission.EDIT_ROSTER, Permission.RECORD_CASE),
        *(Permission.PROPOSE_MOTION, Permission.OPEN_MOTION, Permission.TAKE_BALLOT),
        Permission.TALLY_MOTION,
    ):
        assert may(Role.GRID_WORKER, permission)


def test_an_auxiliary_policeman_records_and_reports_and_decides_nothing() -> None:
    role = Role.AUXILIARY_POLICE
    assert may(role, Permission.RECORD_CASE)
    assert may(role, Permission.ADD_CASE_EVENT)
    assert may(role, Permission.TAKE_BALLOT)
    assert not may(role, Permission.CLOSE_CASE)
    assert not may(role, Permission.TALLY_MOTION)


def test_nobody_in_a_village_sees_confidential_cases() -> None:
    for role in (
        *(Role.GRID_WORKER, Role.AUXILIARY_POLICE, Role.MEDIATOR, Role.VILLAGE_SECRETARY),
    ):
        assert not may(role, Permission.SEE_CONFIDENTIAL)


@pytest.mark.parametrize("role", [Role.TOWNSHIP_CENTRE, Role.COUNTY_CENTRE])
def test_township_and_county_see_a_vote_and_do_not_touch_it(role: Role) -> None:
    assert may(role, Permission.SEE_MOTIONS)
    for permission in (Permission.OPEN_MOTION, Permission.TAKE_BALLOT, Permission.TALLY_MOTION):
        assert not may(role, permission)


def test_the_administrator_reads_no_case_and_no_roster() -> None:
    assert ROLE_PERMISSIONS[Role.ADMINISTRATOR] == {
        Permission.MANAGE_ACCOUNTS,
        Permission.MANAGE_SETTINGS,
    }


@pytest.mark.parametrize(
    ("role", "account_unit", "expected"),
    [
        (Role.GRID_WORKER, PINGTAN_VILLAGE, True),
        (Role.GRID_WORKER, BY_NAME["平日村"], False),
        (Role.TOWNSHIP_CENTRE, PINGTAN, True),
        (Role.TOWNSHIP_CENTRE, LONGCHENG, False),
        (Role.COUNTY_CENTRE, COUNTY_ID, True),
        (Role.SPONSOR_LEADER, COUNTY_ID, True),
        (Role.DEPARTMENT_HANDLER, FORESTRY, False),
        (Role.DEPARTMENT_HANDLER, COUNTY_ID, False),
        (Role.ADMINISTRATOR, COUNTY_ID, False),
    ],
)
def test_a_record_is_seen_from_its_own_unit_upwards(
    role: Role, account_unit: str, expected: bool
) -> None:
    assert reaches(role, Permission.SEE_CASES, account_unit) is expected


def test_the_reach_goes_no_higher_than_the_account() -> None:
    assert not reaches(Role.GRID_WORKER, Permission.SEE_CASES, PINGTAN_VILLAGE, PINGTAN)


def test_permission_comes_before_place() -> None:
    assert not reaches(Role.MEDIATOR, Permission.EDIT_ROSTER, PINGTAN_VILLAGE)


@pytest.mark.parametrize("role", sorted(HELD_ONLY_ROLES))
def test_a_department_sees_only_what_was_dispatched_to_it(role: Role) -> None:
    assert reaches(role, Permission.SEE_CASES, FORESTRY, holders=frozenset({FORESTRY, PINGTAN}))
    assert not reaches(role, Permission.SEE_CASES, HOUSING, holders=frozenset({FORESTRY}))


def test_a_case_of_the_county_dispatched_down_is_seen_where_it_is_held() -> None:
    held = frozenset({PINGTAN_VILLAGE})
    for role, unit in ((Role.GRID_WORKER, PINGTAN_VILLAGE), (Role.TOWNSHIP_CENTRE, PINGTAN)):
        assert reaches(role, Permission.SEE_CASES, unit, COUNTY_ID, held)
    assert not reaches(Role.TOWNSHIP_CENTRE, Permission.SEE_CASES, LONGCHENG, COUNTY_ID, held)


def test_a_unit_nobody_knows_is_seen_by_nobody_else() -> None:
    assert not reaches(Role.COUNTY_CENTRE, Permission.SEE_CASES, COUNTY_ID, "unknown")


def test_the_delay_grows_and_is_capped() -> None:
    assert [waiting_seconds(n) for n in range(11)] == [0, 0, 0, 0, 5, 15, 60, 300, 900, 900, 900]


def test_an_account_ends_after_its_last_day() -> None:
    last = date(2026, 11, 30)

    def usable(today: date, *, is_active: bool = True, valid_until: date | None = last) -> bool:
        return is_account_usable(valid_until=valid_until, is_active=is_active, today=today)

    assert usable(last)
    assert not usable(date(2026, 12, 1))
    assert usable(date(2036, 1, 1), valid_until=None)
    assert not usable(last, is_active=False)


@pytest.mark.parametrize(
    ("pin", "weakness"),
    [
        ("", PinWeakness.NOT_SIX_DIGITS),
        ("38492", PinWeakness.NOT_SIX_DIGITS),
        ("3849201", PinWeakness.NOT_SIX_DIGITS),
        ("38a920", PinWeakness.NOT_SIX_DIGITS),
        ("３８４９２０", PinWeakness.NOT_SIX_DIGITS),
        ("000000", PinWeakness.REPEATED),
        ("787878", PinWeakness.REPEATED),
        ("730730", PinWeakness.REPEATED),
        ("123456", PinWeakness.RUN),
        ("876543", PinWeakness.RUN),
        ("789012", PinWeakness.RUN),
        ("321098", PinWeakness.RUN),
        ("147258", PinWeakness.COMMON),
        ("850317", PinWeakness.BIRTHDAY),
        ("198503", PinWeakness.BIRTHDAY),
        ("384920", None),
        ("901377", None),
        ("198513", None),
        ("123457", None),
    ],
)
def test_pins_that_are_guessed_are_refused(pin: str, weakness: PinWeakness | None) -> None:
    assert pin_weakness(pin) is weakness


@given(st.dates(min_value=date(1920, 1, 1), max_value=date(2026, 12, 31)))
def test_nobody_s_birthday_is_a_pin(born: date) -> None:
    assert pin_weakness(born.strftime("%y%m%d")) is not None
    assert pin_weakness(born.strftime("%Y%m")) is not None


def test_most_pins_remain() -> None:
    refused = sum(pin_weakness(f"{n:06d}") is not None for n in range(0, 1_000_000, 7))
    assert refused < 0.06 * 1_000_000 / 7
