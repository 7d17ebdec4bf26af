"""An account that is closed locks its owner out; it wipes nothing, and its work still goes in."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlmodel import select

from app.accounts.actions import sign_in
from app.accounts.pins import PinCost, hash_pin
from app.accounts.vocabulary import Role
from app.demo.scene import DEMO_PIN, Scene
from app.errors import ErrorCode, UserFacingError
from db.tables.households import Household
from db.tables.organisations import Account, Credential
from sync.client.round import waiting_count
from tests.helpers.clock import FakeClock
from tests.helpers.stores import a_household, a_store, a_unit, save


@pytest.mark.county
def test_a_revoked_account_locks_and_never_wipes_before_its_outbox_is_in(scene: Scene) -> None:
    village = scene.laptops["village"]
    store = village.laptop.store
    actor = scene.actor("grid_worker", "village")
    unsent = a_household(unit_id=actor.unit_id, number="901")
    save(store, unsent, account_id=actor.account_id)
    scene.county.put([("account", actor.account_id, {"is_active": False})], action="close")

    village.sync()

    with pytest.raises(UserFacingError) as raised:
        sign_in(store, account_id=actor.account_id, pin=DEMO_PIN)
    assert raised.value.code is ErrorCode.ACCOUNT_EXPIRED
    assert waiting_count(store) == 0
    with psycopg.connect(scene.county.url) as connection:
        there = connection.execute(
            "SELECT count(*) FROM household WHERE id = %s", (unsent.id,)
        ).fetchone()
    assert there == (1,), "what was written before the account was closed stands"
    late = a_household(unit_id=actor.unit_id, number="902")
    save(store, late, account_id=actor.account_id)  # a window that was open all the while
    village.sync()
    with store.reading() as session:
        held = set(session.exec(select(Household.number)))
        kept = session.connection().scalar(
            text("SELECT patch FROM outbox WHERE record_id = :id"), {"id": late.id}
        )
    assert {"901", "902"} <= held, "nothing is wiped, whatever became of it"
    assert kept is not None
    assert "902" in kept


def test_the_countys_list_says_who_may_sign_in_offline_until_when(tmp_path: Path) -> None:
    clock = FakeClock()
    store = a_store(tmp_path, clock=clock)
    last_day = date(2026, 11, 25)
    cheap = PinCost(memory_kib=64, iterations=1, lanes=1)
    with store.laying_down() as session:
        unit_id = a_unit().id
        account = Account(
            id="zhang", unit_id=unit_id, name="张某", role=Role.GRID_WORKER, valid_until=last_day
        )
        pin_hash = hash_pin(DEMO_PIN, cost=cheap)
        session.add_all(
            [account, Credential(unit_id=unit_id, account_id="zhang", pin_hash=pin_hash)]
        )
    for _ in range(3):  # Monday to Wednesday, without any line
        assert sign_in(store, account_id="zhang", pin=DEMO_PIN).account_id == "zhang"
        clock.advance(timedelta(days=1))
    with pytest.raises(UserFacingError) as raised:
        sign_in(store, account_id="zhang", pin=DEMO_PIN)
    assert raised.value.code is ErrorCode.ACCOUNT_EXPIRED
