"""Copies, the check at start, and the way back."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from app.errors import ErrorCode, UserFacingError
from db.backup import DAILY_KEPT, BackupKind, back_up, back_up_daily, backups, restore
from db.check import FileHealth, check_file
from db.session import Store
from db.tables.households import Household
from tests.helpers.clock import A_MONDAY, FakeClock
from tests.helpers.stores import a_household, a_resident, a_store


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


def test_copies_from_a_clock_that_ran_ahead_do_not_push_out_new_ones(tmp_path: Path) -> None:
    clock = FakeClock()
    store = a_store(tmp_path, clock=clock)
    clock.set_wall(datetime(2099, 1, 1, tzinfo=UTC))
    for _ in range(DAILY_KEPT):
        back_up_daily(store)
        clock.advance(timedelta(days=1))
    clock.set_wall(A_MONDAY)
    for _ in range(DAILY_KEPT):
        made = back_up_daily(store)
        assert made is not None
        assert made.exists()
        clock.advance(timedelta(days=1))
    assert {copy.made_at.year for copy in backups(store.path)} == {2026}


def test_files_that_are_no_copies_of_ours_are_passed_over(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    made = back_up(store, BackupKind.DAILY)
    for name in (
        made.name.replace(".db", " - 副本.db"),
        made.name.replace("daily", "mine"),
        "gulou.old.db",
        "gulou.daily.20261399-000000.db",
    ):
        (made.parent / name).write_bytes(b"x")
    assert [copy.path for copy in backups(store.path)] == [made]
    assert check_file(store).is_whole


def test_what_a_killed_copy_left_is_swept_away(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    made = back_up(store, BackupKind.DAILY)
    left = [
        made.parent / "gulou.daily.20261101-080000.unfinished",
        made.parent / "gulou.daily.20261101-080000.unfinished-journal",
    ]
    for path in left:
        path.write_bytes(b"half a copy")
        os.utime(path, (0, path.stat().st_mtime - 7200))
    beside = made.parent / "gulou.daily.20261123-080000.unfinished"
    beside.write_bytes(b"another window is at it")
    back_up(store, BackupKind.DAILY)
    assert not any(path.exists() for path in left)
    assert beside.exists()


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


@pytest.mark.parametrize("step", range(1, 7))
def test_going_back_can_be_cut_off_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Killed between two steps: never a file that lacks its last pages in silence."""
    store = a_store(tmp_path)
    write(store, "001")
    back_up(store, BackupKind.DAILY)
    write(store, "002")
    as_killed = tmp_path / "killed"
    shutil.copytree(store.path.parent, as_killed, ignore=shutil.ignore_patterns("killed"))
    path = as_killed / store.path.name
    assert path.with_name(path.name + "-wal").exists()
    (copy,) = backups(path)
    steps = 0

    def cut_off(name: str) -> None:
        original = getattr(os, name)

        def counted(*arguments: Any, **options: Any) -> Any:
            nonlocal steps
            steps += 1
            if steps == step:
                raise KeyboardInterrupt
            return original(*arguments, **options)

        monkeypatch.setattr(os, name, counted)

    for name in ("replace", "unlink"):
        cut_off(name)
    with contextlib.suppress(KeyboardInterrupt):
        restore(path, copy, store.clock.now())
    monkeypatch.undo()

    kept = [one.path for one in backups(path) if one.kind is BackupKind.BEFORE_RESTORE]
    found = [numbers(Store(one, store.key)) for one in (path, *kept) if one.exists()]
    assert ["001", "002"] in found
    assert all(one in (["001"], ["001", "002"]) for one in found)


def test_going_back_on_a_full_disk_leaves_the_present_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = a_store(tmp_path)
    write(store, "001")
    back_up(store, BackupKind.DAILY)
    write(store, "002")
    store.close()
    (copy,) = backups(store.path)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(UserFacingError) as raised:
        restore(store.path, copy, store.clock.now())
    assert raised.value.code is ErrorCode.BACKUP_FAILED
    assert numbers(Store(store.path, store.key)) == ["001", "002"]


def test_going_back_from_a_dying_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The present file cannot be read any more, and so not be copied: it is moved."""
    store = a_store(tmp_path)
    write(store, "001")
    back_up(store, BackupKind.DAILY)
    store.close()
    (copy,) = backups(store.path)
    original = shutil.copyfile

    def dying(source: Path, target: Path) -> Path:
        if source == store.path:
            raise OSError(errno.EIO, "Input/output error")
        return original(source, target)

    monkeypatch.setattr(shutil, "copyfile", dying)
    kept = restore(store.path, copy, store.clock.now())
    assert kept.exists()
    assert numbers(Store(store.path, store.key)) == ["001"]


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


def test_a_child_whose_parent_the_county_took_away_is_no_damage(tmp_path: Path) -> None:
    """It waits to be mended; to call the file damaged would end the daily copies for it."""
    store = a_store(tmp_path)
    home = a_household()
    with store.transaction(account_id="worker", action="add_household") as tx:
        tx.session.add_all([home, a_resident(home)])
    with store.laying_down(checks_parents=False) as session:
        session.connection().exec_driver_sql("DELETE FROM household")

    finding = check_file(store)

    assert finding.health is FileHealth.WHOLE
    assert finding.details == ("resident row 1: no household",)
