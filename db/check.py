"""Is the laptop's file whole? A readable finding, and the way back.

SQLCipher keeps a checksum per page, so ``cipher_integrity_check`` finds what a dying disk or a
stray hand changed; ``quick_check`` finds broken trees. A child without its parent
(``foreign_key_check``) is noted and is no damage: the county may delete a household while an
unsent resident of it waits here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy.exc import DatabaseError
from sqlcipher3 import dbapi2 as sqlcipher

from db.backup import BackupFile, backups

if TYPE_CHECKING:
    from db.session import Store


class FileHealth(StrEnum):
    """What the check found."""

    WHOLE = "whole"
    DAMAGED = "damaged"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Finding:
    """The check's outcome with the copies one could go back to, newest first."""

    health: FileHealth
    details: tuple[str, ...]
    """SQLite's own lines, for the log and the support call; at most twenty."""
    way_back: tuple[BackupFile, ...]

    @property
    def is_whole(self) -> bool:
        """Nothing was found."""
        return self.health is FileHealth.WHOLE


def check_file(store: Store) -> Finding:
    """Reads the whole file once; takes about a second for 100 MB."""
    way_back = tuple(backups(store.path))
    try:
        damage, orphans = _problems(store)
    except (sqlcipher.DatabaseError, DatabaseError) as problem:
        return Finding(FileHealth.UNREADABLE, (str(problem),), way_back)
    health = FileHealth.DAMAGED if damage else FileHealth.WHOLE
    return Finding(health, tuple((damage + orphans)[:20]), way_back)


def _problems(store: Store) -> tuple[list[str], list[str]]:
    connection = store.engine.raw_connection()
    try:
        cursor = connection.cursor()
        lines = [str(row[0]) for row in cursor.execute("PRAGMA cipher_integrity_check")]
        quick = [str(row[0]) for row in cursor.execute("PRAGMA quick_check(20)")]
        lines += [line for line in quick if line != "ok"]
        orphans = [
            f"{row[0]} row {row[1]}: no {row[2]}"
            for row in cursor.execute("PRAGMA foreign_key_check")
        ]
        return lines, orphans
    finally:
        connection.close()
