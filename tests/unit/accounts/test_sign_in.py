"""Signing in offline: the right PIN, the wrong one, the growing wait."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from app.accounts.actions import change_pin, sign_in
from app.accounts.pins import PinCost, hash_pin
from app.accounts.queries import accounts_of_this_laptop, must_change_pin
from app.accounts.vocabulary import Role
from app.errors import ErrorCode, UserFacingError
from app.store import Store
from db.tables.organisations import Account, Credential
from tests.helpers.clock import FakeClock
from tests.helpers.stores import a_store

CHEAP = PinCost(memory_kib=64, iterations=1, lanes=1)
PIN = "274913"


def add_account(
    store: Store, name: str = "张某", *, must_change: bool = False, **fields: object
) -> str:
    with store.transaction(account_id="county", action="add_account") as tx:
        account = Account(
            **{"unit_id": "village", "name": name, "role": Role.GRID_WORKER, **fields}
        )
        tx.session.add(account)
        tx.session.add(
            Credential(
                unit_id="village",
                account_id=account.id,
                pin_hash=hash_pin(PIN, cost=CHEAP),
                must_change=must_change,
            )
        )
    return account.id


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def store(tmp_path: Path, clock: FakeClock) -> Store:
    return a_store(tmp_path, clock=clock)


def try_pin(store: Store, account_id: str, pin: str) -> UserFacingError:
    with pytest.raises(UserFacingError) as raised:
        sign_in(store, account_id=account_id, pin=pin)
    return raised.value


def test_the_right_pin_signs_in(store: Store) -> None:
    account_id = add_account(store)
    actor = sign_in(store, account_id=account_id, pin=PIN)
    assert (actor.name, actor.role, actor.unit_id) == ("张某", Role.GRID_WORKER, "village")


def test_several_people_share_one_laptop(store: Store) -> None:
    add_account(store, "张某")
    add_account(store, "李某")
    assert {row.name for row in accounts_of_this_laptop(store)} == {"张某", "李某"}


def test_wrong_tries_wait_longer_and_longer(store: Store, clock: FakeClock) -> None:
    account_id = add_account(store)
    waits = []
    for _ in range(6):
        problem = try_pin(store, account_id, "000001")
        assert problem.code is ErrorCode.PIN_WRONG
        waits.append(problem.params["seconds"])
        clock.advance(timedelta(seconds=problem.params["seconds"]))
    assert waits == [0, 0, 0, 5, 15, 60]


def test_during_the_wait_even_the_right_pin_is_not_looked_at(
    store: Store, clock: FakeClock
) -> None:
    account_id = add_account(store)
    for _ in range(4):
        try_pin(store, account_id, "000001")
    assert try_pin(store, account_id, PIN).code is ErrorCode.ACCOUNT_LOCKED_FOR_NOW
    clock.advance(timedelta(seconds=5))
    assert sign_in(store, account_id=account_id, pin=PIN).account_id == account_id


def test_turning_the_clock_forward_does_not_shorten_the_wait(
    store: Store, clock: FakeClock
) -> None:
    account_id = add_account(store)
    for _ in range(4):
        try_pin(store, account_id, "000001")
    clock.set_wall(clock.now() + timedelta(days=400))
    assert try_pin(store, account_id, PIN).code is ErrorCode.ACCOUNT_LOCKED_FOR_NOW


def test_after_a_success_the_count_begins_anew(store: Store) -> None:
    account_id = add_account(store)
    try_pin(store, account_id, "000001")
    sign_in(store, account_id=account_id, pin=PIN)
    assert [try_pin(store, account_id, "1").params["seconds"] for _ in range(3)] == [0, 0, 0]


@pytest.mark.parametrize("fields", [{"is_active": False}, {"valid_until": date(2020, 1, 1)}])
def test_an_account_that_ended_does_not_sign_in(store: Store, fields: dict[str, object]) -> None:
    account_id = add_account(store, **fields)
    assert try_pin(store, account_id, PIN).code is ErrorCode.ACCOUNT_EXPIRED
    assert accounts_of_this_laptop(store) == []


def test_a_new_pin_replaces_the_old(store: Store) -> None:
    account_id = add_account(store)
    actor = sign_in(store, account_id=account_id, pin=PIN)
    change_pin(store, actor, old=PIN, new="583026", cost=CHEAP)
    assert try_pin(store, account_id, PIN).code is ErrorCode.PIN_WRONG
    assert sign_in(store, account_id=account_id, pin="583026").name == "张某"


def test_a_weak_pin_is_refused(store: Store) -> None:
    account_id = add_account(store)
    actor = sign_in(store, account_id=account_id, pin=PIN)
    with pytest.raises(UserFacingError) as raised:
        change_pin(store, actor, old=PIN, new="123456", cost=CHEAP)
    assert raised.value.code is ErrorCode.PIN_TOO_WEAK


def test_the_countys_pin_must_be_changed_until_it_is(store: Store) -> None:
    given = add_account(store, must_change=True)
    own = add_account(store, "李某")
    assert must_change_pin(store, given)
    assert not must_change_pin(store, own)
    actor = sign_in(store, account_id=given, pin=PIN)
    change_pin(store, actor, old=PIN, new="583026", cost=CHEAP)
    assert not must_change_pin(store, given)


def test_who_has_no_pin_here_has_none_to_change(store: Store) -> None:
    add_account(store, must_change=True)
    assert not must_change_pin(store, "nobody")
