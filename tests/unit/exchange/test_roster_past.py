"""A roster of last year names people who died or moved away since: said, and never doubled."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.exchange.roster import read_roster
from app.exchange.roster_apply import import_roster
from app.exchange.roster_plan_rows import PlanKind, PlanWarningKind
from app.exchange.roster_report import RosterReport
from app.households.vocabulary import ResidentStatus
from app.store import Store
from db.tables.households import Household
from tests.helpers.stores import a_household, a_store, save
from tests.unit.exchange.test_roster_plan import (
    BORN,
    ROSTER,
    TODAY,
    WORKER,
    a_home,
    a_line,
    a_report,
    plan_of,
    residents,
    save_household,
)
from ui.wording_households import plan_warning_sentence

DAY = date(2026, 11, 1)
WARNING = {
    ResidentStatus.DECEASED: PlanWarningKind.HAS_DIED,
    ResidentStatus.MOVED_OUT: PlanWarningKind.HAS_MOVED_OUT,
}


@pytest.fixture(scope="module")
def real() -> RosterReport:
    return read_roster(ROSTER, today=TODAY)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_store(tmp_path)


@pytest.mark.parametrize("status", WARNING)
@pytest.mark.parametrize("has_number", [True, False])
def test_who_left_is_said_and_stays_as_they_are(
    store: Store, real: RosterReport, status: ResidentStatus, has_number: bool
) -> None:
    extra = {} if has_number else {"identity_number": None, "birth_date": None}
    save_household(store, status=status, left_on=DAY, **extra)
    line = a_line(phone="13800000001", **extra)
    plan = plan_of(store, a_report(real, a_home(line)))
    assert [one.kind for one in plan.residents] == [PlanKind.LEFT_ALONE]
    (warning,) = plan.warnings
    assert (warning.kind, warning.row) == (WARNING[status], line.row)
    assert "杨某乙" in plan_warning_sentence(warning)
    assert "2026-11-01" in plan_warning_sentence(warning)
    assert plan.counts.left_alone == 1
    assert not plan.has_work
    import_roster(store, WORKER, plan)
    (one,) = residents(store)
    assert (one.status, one.phone) == (status, None)


def test_a_dissolved_household_is_not_made_again_of_the_dead(
    store: Store, real: RosterReport
) -> None:
    home, _ = save_household(store, status=ResidentStatus.DECEASED, left_on=DAY)
    with store.transaction(account_id="account-of-zhang", action="dissolve") as tx:
        tx.session.get_one(Household, home.id).dissolved_on = DAY
    plan = plan_of(store, a_report(real, a_home()))
    assert (plan.households, plan.not_mentioned) == ((), ())
    assert [one.kind for one in plan.warnings] == [PlanWarningKind.HAS_DIED]


def test_a_new_household_under_a_dissolved_ones_number_is_a_new_household(
    store: Store, real: RosterReport
) -> None:
    save(store, a_household(number="007", head_name="粟某", dissolved_on=DAY))
    plan = plan_of(store, a_report(real, a_home()))
    assert [home.kind for home in plan.households] == [PlanKind.ADD]


def test_somebody_who_moved_in_from_a_village_that_let_them_go_is_no_doubt(
    store: Store, real: RosterReport
) -> None:
    other = a_household(unit_id="another-village", number="1")
    save(store, other)
    save_household(store, unit_id=other.unit_id, status=ResidentStatus.MOVED_OUT, left_on=DAY)
    plan = plan_of(store, a_report(real, a_home(a_line(birth_date=BORN))))
    kinds = {one.kind for one in plan.warnings}
    assert PlanWarningKind.HELD_BY_ANOTHER_VILLAGE not in kinds
