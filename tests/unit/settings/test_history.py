"""What a setting has been, what another value would count, and taking a change back."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.accounts.vocabulary import Role
from app.cases.vocabulary import CaseEventKind, CaseKind, CaseState
from app.grid_work.rules import hazard_due_on
from app.grid_work.vocabulary import HazardLevel
from app.organisations.vocabulary import COUNTY_ID
from app.settings.actions import change_setting
from app.settings.effects import Effect, effect_of
from app.settings.history import setting_history
from app.settings.queries import setting_facts, waiting_changes
from app.settings.rules import SettingFact, as_json, setting_id
from app.settings.vocabulary import SettingKey, SettingProblem, SettingStand
from app.store import Store
from app.undo import undo
from db.tables.cases import CaseEvent
from db.tables.organisations import Account
from db.tables.settings import Setting, SettingChange
from tests.helpers.clock import FakeClock
from tests.helpers.stores import a_case, a_store, an_actor, save, units_by_id
from ui.wording_settings import setting_problem

K = SettingKey
S = SettingStand
TODAY = date(2026, 11, 23)
CENTRE = an_actor(Role.COUNTY_CENTRE, units_by_id()[COUNTY_ID])


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = a_store(tmp_path, clock=FakeClock())
    save(made, Account(id=CENTRE.account_id, unit_id=COUNTY_ID, name="石某", role=CENTRE.role))
    return made


def asked(store: Store, value: int, starts_on: date = TODAY, note: str = "会议") -> int:
    """The centre sets a number of days for the reminder; the number of the step."""
    assert isinstance(store.clock, FakeClock)
    store.clock.advance(timedelta(seconds=1))
    given: dict[str, Any] = {"value": value, "starts_on": starts_on, "note": note}
    txn = change_setting(store, CENTRE, key=K.REMINDER_DAYS, **given).txn
    assert txn is not None
    return txn


def carried_out(store: Store, value: int, starts_on: date = TODAY) -> None:
    """The county has made the setting of the latest change."""
    with store.laying_down() as session:
        key = K.REMINDER_DAYS.value
        fields = {"unit_id": COUNTY_ID, "key": key, "note": "县里", "set_by": "石某"}
        made = Setting(id=setting_id(key, starts_on), starts_on=starts_on, **fields)
        made.value, made.sync_seq, made.sync_version = as_json(value), 1, 1
        session.merge(made)
        session.connection().exec_driver_sql("UPDATE setting_change SET sync_seq = 1")


def stands(store: Store) -> list[tuple[SettingStand, Any, str]]:
    found = setting_history(store, K.REMINDER_DAYS, TODAY)
    return [(row.stand, row.value, row.set_by) for row in found]


def test_a_setting_tells_what_it_was_is_and_will_be(store: Store) -> None:
    assert stands(store) == [(S.IN_FORCE, 3, "")]

    asked(store, 4)
    carried_out(store, 4)
    asked(store, 5)
    carried_out(store, 5)
    carried_out(store, 9, TODAY - timedelta(days=90))
    carried_out(store, 8, TODAY + timedelta(days=30))
    asked(store, 6)

    assert stands(store) == [
        (S.TO_COME, 8, "石某"),
        (S.WAITING, 6, "石某"),
        (S.IN_FORCE, 5, "石某"),
        (S.REPLACED, 4, "石某"),
        (S.ENDED, 9, "石某"),
        (S.ENDED, 3, ""),
    ]


def test_a_change_is_taken_back_by_what_counted_before(store: Store) -> None:
    """The default, then the value of an earlier day, then what was set for the same day before;
    what was set anew since is left."""
    undo(store, account_id=CENTRE.account_id, txn=asked(store, 7))
    assert [json_of(one) for one in changes(store)] == ["7", "3"]

    carried_out(store, 9, TODAY - timedelta(days=90))
    later = TODAY + timedelta(days=1)
    first = asked(store, 12, later)
    second = asked(store, 14, later, note="更正")
    assert undo(store, account_id=CENTRE.account_id, txn=first).left == 1
    undo(store, account_id=CENTRE.account_id, txn=second)
    assert [json_of(one) for one in changes(store)][-3:] == ["12", "14", "12"]

    undo(store, account_id=CENTRE.account_id, txn=asked(store, 20, later + timedelta(days=1)))
    assert json_of(changes(store)[-1]) == "9"
    assert all(one.note for one in changes(store))
    assert len(waiting_changes(store)) == 5


def changes(store: Store) -> list[SettingChange]:
    with store.reading() as session:
        found = session.connection().exec_driver_sql("SELECT id FROM setting_change ORDER BY rowid")
        return [session.get_one(SettingChange, row.id) for row in found]


def json_of(change: SettingChange) -> str:
    return change.value


def test_another_value_says_what_it_would_count(store: Store) -> None:
    """Two cases end within five days, one of them within three; one petition is 100 days old."""
    near = [
        a_case(store, id=f"near-{left}", number=str(left), due_on=TODAY + timedelta(days=left))
        for left in (-1, 2, 5)
    ]
    old = a_case(store, id="old", number="9", kind=CaseKind.PETITION, state=CaseState.RECORDED)
    old.received_on = TODAY - timedelta(days=100)
    event = CaseEvent(
        unit_id=old.unit_id,
        case_id="old",
        kind=CaseEventKind.RECORDED,
        by_account_id=CENTRE.account_id,
        happened_at=store.clock.now(),
    )
    save(store, *near, old, event)
    with store.laying_down() as session:
        for entity in ("case_file", "case_event"):
            session.connection().exec_driver_sql(
                f"UPDATE {entity} SET sync_version = 1, sync_seq = 1"
            )

    def effect(key: SettingKey, value: Any) -> Effect | None:
        return effect_of(store, CENTRE, key=key, value=value, today=TODAY)

    assert effect(K.REMINDER_DAYS, 5) == Effect(1, 2)
    assert effect(K.OLD_CASE_DAYS, 100) == Effect(1, 0)
    assert effect(K.OLD_CASE_DAYS, 99) == Effect(1, 1)
    assert effect(K.SATISFACTION_COUNTS_ROUGHLY, False) == Effect(0, 0)
    assert effect(K.REMINDER_DAYS, -1) is None
    assert effect(K.FOLLOW_UP_DAYS, 9) is None, "it holds only for what ends from then on"


def test_a_hazard_has_the_days_of_the_day_it_was_found(store: Store) -> None:
    days = as_json({"high": 1, "medium": 10, "low": 60})
    facts = [SettingFact(K.HAZARD_DAYS.value, days, TODAY)]
    before = TODAY - timedelta(days=1)

    assert hazard_due_on(HazardLevel.HIGH, TODAY, facts) == TODAY + timedelta(days=1)
    assert hazard_due_on(HazardLevel.LOW, TODAY, facts) == TODAY + timedelta(days=60)
    assert hazard_due_on(HazardLevel.HIGH, before, facts) == before + timedelta(days=3)
    assert setting_facts(store, K.HAZARD_DAYS) == ()


def test_a_number_out_of_bounds_is_refused_with_the_bounds() -> None:
    assert setting_problem(K.HAZARD_DAYS, SettingProblem.OUT_OF_RANGE).endswith("请填 1 到 365。")
