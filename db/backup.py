"""Copies of the laptop's file: before each upgrade, and daily with seven kept.

A copy is made through SQLite's own backup interface, so it is whole even while the program
writes, and it is encrypted with the same key. A copy that is put back belongs to the past: whoever
opens it next asks the county for a new name before it sends anything (see app/laptop.py).
"""

from __future__ import annotations

import errno
import logging
import os
import shutil
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DatabaseError
from sqlcipher3 import dbapi2 as sqlcipher

from app.errors import ErrorCode, UserFacingError
from db.clock import CHINA, today_in_china

if TYPE_CHECKING:
    from db.session import Store

log = logging.getLogger(__name__)

DAILY_KEPT = 7
_ABANDONED_S = 3600.0
"""An unfinished copy that nobody has touched for so long was left by a program that was killed."""


class BackupKind(StrEnum):
    """Why a copy was made."""

    DAILY = "daily"
    BEFORE_UPGRADE = "before-upgrade"
    BEFORE_RESTORE = "before-restore"


@dataclass(frozen=True)
class BackupFile:
    """A copy on disk."""

    path: Path
    kind: BackupKind
    made_at: datetime
    size: int


def backup_folder(store_path: Path) -> Path:
    """Where the copies of this file lie."""
    return store_path.parent / "backups"


def back_up(store: Store, kind: BackupKind) -> Path:
    """Copies the file while it is in use; the copy is complete or not there at all.

    Raises ``UserFacingError`` BACKUP_FAILED, e.g. when the disk is full.
    """
    moment = store.clock.now().astimezone(CHINA)
    folder = backup_folder(store.path)
    target = folder / f"{store.path.stem}.{kind.value}.{moment:%Y%m%d-%H%M%S}.db"
    unfinished = target.with_suffix(".unfinished")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        unfinished.unlink(missing_ok=True)
        unfinished.touch(mode=0o600)
        _sweep(folder, unfinished)
        _copy(store, unfinished)
        unfinished.replace(target)
    except (OSError, sqlcipher.Error, DatabaseError) as problem:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise UserFacingError(ErrorCode.BACKUP_FAILED, reason=str(problem)) from problem
    return target


def back_up_daily(store: Store) -> Path | None:
    """One copy a day, the newest seven kept; None when today's is already there."""
    today = today_in_china(store.clock)
    dailies = [found for found in backups(store.path) if found.kind is BackupKind.DAILY]
    if any(_day(found) == today for found in dailies):
        return None
    made = back_up(store, BackupKind.DAILY)
    others = [
        found
        for found in backups(store.path)
        if found.kind is BackupKind.DAILY and found.path != made
    ]
    # A copy from tomorrow is of a clock that was wrong: it must not outlive the true ones.
    others.sort(key=lambda found: _day(found) <= today, reverse=True)
    for old in others[DAILY_KEPT - 1 :]:
        old.path.unlink()
    return made


def backups(store_path: Path) -> list[BackupFile]:
    """All copies of this file, newest first; files that others put beside them are no copies."""
    found = []
    for path in backup_folder(store_path).glob(f"{store_path.stem}.*.db"):
        try:
            _stem, kind, moment, _suffix = path.name.rsplit(".", 3)
            made_at = datetime.strptime(moment, "%Y%m%d-%H%M%S").replace(tzinfo=CHINA)
            found.append(BackupFile(path, BackupKind(kind), made_at, path.stat().st_size))
        except ValueError:
            log.info("not a copy of ours: %s", path.name)
    return sorted(found, key=lambda backup: (backup.made_at, backup.path.name), reverse=True)


def restore(store_path: Path, backup: BackupFile, now: datetime) -> Path:
    """Puts a copy in the file's place; the present file is kept beside it, never overwritten.

    The store must be closed. Returns where the present file went. Whoever is killed between two
    steps finds the present file, the copy, or none in its place, and the present one whole among
    the copies.

    Raises ``UserFacingError`` BACKUP_FAILED; the present file is then where it was.
    """
    kept = backup_folder(store_path) / (
        f"{store_path.stem}.{BackupKind.BEFORE_RESTORE.value}."
        f"{now.astimezone(CHINA):%Y%m%d-%H%M%S}.db"
    )
    incoming = store_path.with_suffix(".restoring")
    try:
        shutil.copyfile(backup.path, incoming)
        incoming.chmod(0o600)
        _reach_disk(incoming)
        _keep(_beside(store_path, "-wal"), _beside(kept, "-wal"))
        _keep(store_path, kept)
        # The log belongs to the old file: the new one must not find it, nor may the old one be
        # opened without it. So the old one goes first, and whoever finds none asks for a copy.
        for part in ("", "-wal", "-shm"):
            _beside(store_path, part).unlink(missing_ok=True)
        incoming.replace(store_path)
    except OSError as problem:
        raise UserFacingError(ErrorCode.BACKUP_FAILED, reason=str(problem)) from problem
    return kept


def _keep(present: Path, kept: Path) -> None:
    """A copy that is whole or not there; a move where a dying disk does not give the file."""
    if not present.exists():
        return
    unfinished = _beside(kept, ".unfinished")
    try:
        shutil.copyfile(present, unfinished)
        unfinished.chmod(0o600)
        _reach_disk(unfinished)
        unfinished.replace(kept)
    except OSError as problem:
        unfinished.unlink(missing_ok=True)
        if problem.errno != errno.EIO:
            raise
        present.replace(kept)


def _beside(path: Path, part: str) -> Path:
    return path.with_name(path.name + part)


def _reach_disk(path: Path) -> None:
    with path.open("rb") as written:
        os.fsync(written.fileno())


def _sweep(folder: Path, fresh: Path) -> None:
    """Copies that were never finished, and SQLite's journals of them."""
    now = fresh.stat().st_mtime
    for left in folder.glob("*.unfinished*"):
        if abs(now - left.stat().st_mtime) > _ABANDONED_S:
            left.unlink(missing_ok=True)


def _copy(store: Store, target: Path) -> None:
    with closing(sqlcipher.connect(str(target))) as copy:
        copy.execute(f"PRAGMA key = \"x'{store.key.hex()}'\"")
        with store.engine.connect() as connection:
            source: Any = connection.connection.dbapi_connection
            source.backup(copy)
    _reach_disk(target)


def _day(backup: BackupFile) -> date:
    return backup.made_at.astimezone(CHINA).date()
