"""Signing in with a PIN, offline, and changing it.

Wrong tries are counted on this laptop, in the encrypted file, against the monotonic clock: neither
restarting the program nor turning the clock forward shortens the wait.
"""

from __future__ import annotations

from sqlmodel import Session, col, select

from app.accounts.pins import STANDARD_COST, PinCost, hash_pin, verify_pin
from app.accounts.queries import known_units
from app.accounts.rules import is_account_usable, pin_weakness, waiting_seconds
from app.accounts.session import Actor
from app.errors import ErrorCode, UserFacingError
from app.store import Changes, Store
from db.clock import Clock, today_in_china
from db.tables.local import SignInTry
from db.tables.organisations import Account, Credential


def sign_in(store: Store, *, account_id: str, pin: str) -> Actor:
    """The person who knows this PIN.

    Raises ``UserFacingError``: ACCOUNT_LOCKED_FOR_NOW (seconds), PIN_WRONG (seconds until the next
    try), ACCOUNT_EXPIRED.
    """
    with store.reading() as session:
        account = session.get(Account, account_id)
        credential = _credential(session, account_id)
        tries = session.get(SignInTry, account_id)
    waits = seconds_to_wait(tries, store.clock)
    if waits > 0:
        raise UserFacingError(ErrorCode.ACCOUNT_LOCKED_FOR_NOW, seconds=waits)
    if account is None or credential is None or not _is_usable(account, store.clock):
        raise UserFacingError(ErrorCode.ACCOUNT_EXPIRED)
    if not verify_pin(pin, credential.pin_hash):
        wrong = _count_wrong_try(store, account_id)
        raise UserFacingError(ErrorCode.PIN_WRONG, seconds=waiting_seconds(wrong))
    if tries is not None and tries.wrong:
        _forget_wrong_tries(store, account_id)
    return Actor(account.id, account.name, account.role, account.unit_id, known_units(store))


def change_pin(
    store: Store, actor: Actor, *, old: str, new: str, cost: PinCost = STANDARD_COST
) -> Changes:
    """A new PIN for oneself; raises PIN_WRONG or PIN_TOO_WEAK (weakness)."""
    weakness = pin_weakness(new)
    if weakness is not None:
        raise UserFacingError(ErrorCode.PIN_TOO_WEAK, weakness=weakness)
    sign_in(store, account_id=actor.account_id, pin=old)
    with store.transaction(account_id=actor.account_id, action="change_pin") as tx:
        credential = _credential(tx.session, actor.account_id)
        if credential is None:
            raise UserFacingError(ErrorCode.ACCOUNT_EXPIRED)
        credential.pin_hash = hash_pin(new, cost=cost)
        credential.must_change = False
    return tx.changes


def seconds_to_wait(tries: SignInTry | None, clock: Clock) -> int:
    """How long this account must still wait; after a restart of the machine, the whole time."""
    if tries is None:
        return 0
    wait = waiting_seconds(tries.wrong)
    if tries.boot_id != clock.boot_id:
        return wait if clock.monotonic_ms() < wait * 1000 else 0
    passed = (clock.monotonic_ms() - tries.last_wrong_ms) // 1000
    return max(0, wait - passed)


def _is_usable(account: Account, clock: Clock) -> bool:
    return is_account_usable(
        valid_until=account.valid_until,
        is_active=account.is_active,
        today=today_in_china(clock),
    )


def _credential(session: Session, account_id: str) -> Credential | None:
    return session.exec(select(Credential).where(col(Credential.account_id) == account_id)).first()


def _count_wrong_try(store: Store, account_id: str) -> int:
    with store.local_writing() as session:
        tries = session.get(SignInTry, account_id) or SignInTry(account_id=account_id)
        tries.wrong += 1
        tries.last_wrong_ms = store.clock.monotonic_ms()
        tries.boot_id = store.clock.boot_id
        session.add(tries)
        return tries.wrong


def _forget_wrong_tries(store: Store, account_id: str) -> None:
    with store.local_writing() as session:
        tries = session.get(SignInTry, account_id)
        if tries is not None:
            session.delete(tries)
