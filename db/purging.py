"""Wipes from the disk what has left this laptop's scope.

A row that was deleted is gone from its table, and still there: in the log of writes, in the words
of the full-text table, in the copies made before. Pages are overwritten when they are freed
(``secure_delete``); the rest is done here, after the transaction and away from anybody's hands. It
is safe to be cut off anywhere and is then done again.

Copies: whoever put one back would hold again what is not theirs. So the file is copied anew and
older copies go. One thing is kept for thirty days: a file that was set aside when a copy was put
back and that holds work never sent.
"""

from __future__ import annotations

import logging
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlcipher3 import dbapi2 as sqlcipher

from app.errors import UserFacingError
from db.backup import BackupFile, BackupKind, back_up, backups
from db.columns import utc_text
from db.local_values import read_values

if TYPE_CHECKING:
    from db.session import Store

log = logging.getLogger(__name__)

PURGE_DUE: Final = "purge_due"
"""Set with every eviction, until nothing of it is left."""
_BACKED_UP: Final = "backed_up_op_no"
_WORDS_KEPT: Final = timedelta(days=90)
"""So long the words of an operation outlive its record when the county never backs up."""
_SET_ASIDE_KEPT: Final = timedelta(days=30)


def purge_departed(store: Store) -> bool:
    """Wipes what the last evictions left behind; True when nothing of it is left now."""
    _wipe_words(store)
    if store.value(PURGE_DUE) != "1":
        return True
    _merge_search_words(store)
    if not _empty_log(store):
        return False  # somebody reads: next time
    try:
        _replace_copies(store)
    except UserFacingError as problem:  # a full disk: the copies there are stay until next time
        log.warning("copies not replaced: %s", problem)
        return False
    store.set_values(**{PURGE_DUE: "0"})
    return _empty_log(store)


def _wipe_words(store: Store) -> None:
    """What was written of records that left goes as soon as the county's backup has it."""
    with store.reading() as session:
        found = session.connection().exec_driver_sql("SELECT 1 FROM departure LIMIT 1")
        if found.first() is None:
            return
    long_ago = utc_text(store.clock.now() - _WORDS_KEPT)
    with store.local_writing() as session:
        connection = session.connection()
        backed_up = int(read_values(session, _BACKED_UP).get(_BACKED_UP, 0))
        wiped = connection.exec_driver_sql(
            "UPDATE outbox SET patch = '{}' WHERE patch <> '{}' "
            "AND state NOT IN ('waiting', 'refused', 'quarantined') "
            "AND (op_no <= ? OR judged_at < ?) AND EXISTS (SELECT 1 FROM departure d "
            "WHERE d.entity = outbox.entity AND d.record_id = outbox.record_id "
            "AND d.left_at IS NOT NULL)",
            (backed_up, long_ago),
        ).rowcount
        connection.exec_driver_sql(
            "DELETE FROM departure WHERE left_at IS NOT NULL AND NOT EXISTS (SELECT 1 "
            "FROM outbox o WHERE o.entity = departure.entity AND o.record_id = departure.record_id "
            "AND o.patch <> '{}' AND o.state NOT IN ('refused', 'quarantined'))"
        )
        if wiped:
            connection.exec_driver_sql(
                "INSERT INTO local_value (name, value) VALUES (?, '1') "
                "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (PURGE_DUE,),
            )


def _merge_search_words(store: Store) -> None:
    """Words of deleted entries stay in the full-text table until it is merged."""
    with store.local_writing() as session:
        for table in ("search_words", "search_stories", "search_cases"):
            session.connection().exec_driver_sql(
                f"INSERT INTO {table} ({table}) VALUES ('optimize')"
            )


def _empty_log(store: Store) -> bool:
    """Writes the log into the file and cuts it to nothing; False while somebody reads from it."""
    connection = store.engine.raw_connection()
    try:
        row = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return bool(row[0] == 0)
    finally:
        connection.close()


def _replace_copies(store: Store) -> None:
    """A new copy first, then the old ones go; never none."""
    old = backups(store.path)
    if not old:
        return
    fresh = back_up(store, BackupKind.DAILY)
    oldest_kept = store.clock.now() - _SET_ASIDE_KEPT
    for copy in old:
        is_set_aside = copy.kind is BackupKind.BEFORE_RESTORE and copy.made_at > oldest_kept
        if copy.path != fresh and not (is_set_aside and _has_unsent_work(copy, store.key)):
            for part in ("", "-wal", "-shm"):
                copy.path.with_name(copy.path.name + part).unlink(missing_ok=True)


def _has_unsent_work(copy: BackupFile, key: bytes) -> bool:
    """Also a copy that cannot be read might hold some."""
    try:
        with closing(sqlcipher.connect(str(copy.path))) as connection:
            connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            found = connection.execute("SELECT 1 FROM outbox WHERE state = 'waiting' LIMIT 1")
            return found.fetchone() is not None
    except sqlcipher.Error:
        return True
