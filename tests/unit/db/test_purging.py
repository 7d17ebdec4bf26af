"""Wiping what left: the log, the words in the outbox, the copies; safe to be cut off anywhere."""

from __future__ import annotations

import errno
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from db import purging
from db.backup import BackupKind, back_up, backups
from db.purging import PURGE_DUE, purge_departed
from db.session import Store
from db.tables.households import Household
from db.tables.local import Departure, OpState, OutboxOp
from tests.helpers.clock import FakeClock
from tests.helpers.raw_pages import places_of
from tests.helpers.stores import a_household, a_store, save

MARK = "离开的标记"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def store(tmp_path: Path, clock: FakeClock) -> Store:
    return a_store(tmp_path, clock=clock)


def on_disk(store: Store) -> list[str]:
    return places_of(MARK, store.path.parent, store.key)


def left(store: Store, *, state: OpState = OpState.APPLIED) -> None:
    """A household was here, was judged, and has left."""
    home = a_household(number="7", note=MARK)
    save(store, home)
    with store.laying_down() as session:
        operation = session.exec(select(OutboxOp)).one()
        operation.state, operation.judged_at = state, store.clock.now()
        session.delete(session.get_one(Household, home.id))
        session.add(Departure(entity="household", record_id=home.id, left_at=store.clock.now()))
    store.set_values(**{PURGE_DUE: "1"})


def test_the_log_is_written_out_and_cut(store: Store) -> None:
    left(store)
    store.set_values(backed_up_op_no="1")
    assert any("-wal" in place for place in on_disk(store))
    assert purge_departed(store)
    assert store.path.with_name("gulou.db-wal").stat().st_size == 0
    assert on_disk(store) == []


def test_words_stay_until_the_backup_has_them(store: Store) -> None:
    left(store)
    purge_departed(store)
    assert on_disk(store)
    store.set_values(backed_up_op_no="1")
    assert purge_departed(store)
    assert on_disk(store) == []
    with store.reading() as session:
        assert not session.exec(select(Departure)).all()


def test_words_do_not_wait_for_ever_for_a_county_without_backups(
    store: Store, clock: FakeClock
) -> None:
    left(store)
    clock.advance(timedelta(days=91))
    assert purge_departed(store)
    assert on_disk(store) == []


def test_refused_words_are_the_persons_own(store: Store, clock: FakeClock) -> None:
    left(store, state=OpState.REFUSED)
    store.set_values(backed_up_op_no="1")
    clock.advance(timedelta(days=400))
    purge_departed(store)
    with store.reading() as session:
        assert MARK in session.exec(select(OutboxOp)).one().patch


def test_copies_made_before_are_replaced_by_one_made_now(store: Store, clock: FakeClock) -> None:
    save(store, a_household(number="1"))
    for kind in (BackupKind.DAILY, BackupKind.BEFORE_UPGRADE):
        left_before = back_up(store, kind)
        clock.advance(timedelta(days=1))
    store.set_values(**{PURGE_DUE: "1"})
    assert purge_departed(store)
    found = backups(store.path)
    assert [one.kind for one in found] == [BackupKind.DAILY]
    assert found[0].path != left_before


def test_a_file_set_aside_with_unsent_work_is_kept_for_thirty_days(
    store: Store, clock: FakeClock
) -> None:
    save(store, a_household(number="1"))  # waits
    back_up(store, BackupKind.BEFORE_RESTORE)
    store.set_values(**{PURGE_DUE: "1"})
    clock.advance(timedelta(days=1))
    purge_departed(store)
    assert BackupKind.BEFORE_RESTORE in {one.kind for one in backups(store.path)}
    store.set_values(**{PURGE_DUE: "1"})
    clock.advance(timedelta(days=31))
    purge_departed(store)
    assert {one.kind for one in backups(store.path)} == {BackupKind.DAILY}


def test_somebody_who_reads_puts_it_off(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    left(store)
    store.set_values(backed_up_op_no="1")
    monkeypatch.setattr(purging, "_empty_log", lambda _store: False)
    assert not purge_departed(store)
    assert store.value(PURGE_DUE) == "1"
    monkeypatch.undo()
    assert purge_departed(store)
    assert store.value(PURGE_DUE) == "0"


def test_a_full_disk_keeps_the_copies_there_are(
    store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = back_up(store, BackupKind.DAILY)
    clock.advance(timedelta(days=1))
    left(store)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("db.backup._copy", full)
    assert not purge_departed(store)
    assert [one.path for one in backups(store.path)] == [kept]
    assert store.value(PURGE_DUE) == "1"
