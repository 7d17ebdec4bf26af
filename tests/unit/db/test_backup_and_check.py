"""Copies, the check at start, and the way back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from app.errors import ErrorCode, UserFacingError
from db.backup import DAILY_KEPT, BackupKind, back_up, back_up_daily, backups, restore
from db.check import FileHealth, check_file
from db.session import Store
from db.tables.households import Household
from tests.helpers.clock import FakeClock
from tests.helpers.stores import a_store


def write(store: Store, number: str) -> None:
    with store.transaction(account_id="worker", action="add_household") as tx:
        tx.session.add(Household(unit_id="v", number=number, head_name="吴某"))


def numbers(store: Store) -> list[str]:
    with store.reading() as session:
        return sorted(session.exec(select(Household.number)))


def test_one_copy_a_day_and_seven_are_kept(tmp_path: Path) -> None:
    clock = FakeClock()
    store = a_store(tmp_path, clock=clock)
    for _ in range(10):
        assert back_up_daily(store) is not None
        assert back_up_daily(store) is None
        clock.advance(timedelta(days=1))
    kept = backups(store.path)
    assert len(kept) == DAILY_KEPT
    assert kept[0].made_at > kept[-1].made_at


def test_a_copy_is_whole_private_and_opens_with_the_same_key(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    write(store, "001")
    path = back_up(store, BackupKind.DAILY)
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"SQLite format 3" not in path.read_bytes()[:100]
    assert numbers(Store(path, store.key)) == ["001"]


def test_going_back_keeps_the_present_file_too(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    write(store, "001")
    back_up(store, BackupKind.DAILY)
    write(store, "002")
    store.close()
    (copy,) = backups(store.path)

    kept = restore(store.path, copy, store.clock.now())

    assert numbers(Store(store.path, store.key)) == ["001"]
    assert numbers(Store(kept, store.key)) == ["001", "002"]


def test_a_copy_that_cannot_be_written_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    folder = store.path.parent / "backups"
    folder.write_text("a file where the folder should be")
    with pytest.raises((UserFacingError, FileExistsError)) as raised:
        back_up(store, BackupKind.DAILY)
    assert isinstance(raised.value, UserFacingError)
    assert raised.value.code is ErrorCode.BACKUP_FAILED


def test_a_whole_file_is_found_whole(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    write(store, "001")
    assert check_file(store).health is FileHealth.WHOLE


def test_a_changed_byte_is_found_with_the_way_back(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    for n in range(50):
        write(store, f"{n:03}")
    back_up(store, BackupKind.DAILY)
    store.close()
    damaged = bytearray(store.path.read_bytes())
    damaged[len(damaged) // 2] ^= 0xFF
    store.path.write_bytes(damaged)

    finding = check_file(Store(store.path, store.key))

    assert finding.health in {FileHealth.DAMAGED, FileHealth.UNREADABLE}
    assert finding.details
    assert len(finding.way_back) == 1
