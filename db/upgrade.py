"""Brings the laptop's file to this program's version, from the first version on.

A copy is made before anything changes. A file from a newer program is left alone and said so.
Migrations are self-contained: they never import today's tables. Alembic is imported only when
there is something to do, so that an ordinary start does not pay for it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError

from app.errors import ErrorCode, UserFacingError
from db.backup import BackupKind, back_up
from db.search_cases import SEARCH_CASES_LEFT

if TYPE_CHECKING:
    from db.session import Store

_SCRIPTS = Path(__file__).parent / "migrations"


def newest_revision() -> str:
    """The revision this program wants, e.g. ``0001``; the file names carry the number."""
    return max(path.name[:4] for path in (_SCRIPTS / "versions").glob("[0-9]*.py"))


def file_revision(store: Store) -> str | None:
    """The revision of the file; None for a new, empty one.

    Raises ``UserFacingError`` STORE_KEY_WRONG when the key does not open the file.
    """
    try:
        with store.engine.connect() as connection:
            known = connection.execute(
                text("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")
            ).first()
            if known is None:
                return None
            return str(
                connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
            )
    except DatabaseError as problem:
        raise UserFacingError(ErrorCode.STORE_UNREADABLE, path=store.path.name) from problem


def bring_up_to_date(store: Store) -> None:
    """Upgrades the file if it is older; copies it first."""
    wanted, found = newest_revision(), file_revision(store)
    if found == wanted:
        return
    if found is not None and found > wanted:
        raise UserFacingError(ErrorCode.STORE_FROM_NEWER_PROGRAM, path=store.path.name)
    if found is not None:
        back_up(store, BackupKind.BEFORE_UPGRADE)
    _upgrade(store)


def _upgrade(store: Store) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    with store.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        _enter_cases_anew(connection)
        connection.commit()


def _enter_cases_anew(connection: Connection) -> None:
    """A migration that makes the table of cases anew gives them other row numbers, by which the
    list's words are kept: the trigger that went with the old table tells. The words are entered
    where the program starts, as after the migration that brought them.
    """
    there = connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE name IN ('search_cases', 'search_cases_left')"
    )
    if {row[0] for row in there} != {"search_cases"}:
        return
    for statement in (
        "INSERT INTO search_cases (search_cases) VALUES ('delete-all')",
        SEARCH_CASES_LEFT,
        "INSERT OR REPLACE INTO local_value (name, value) VALUES ('stories_behind', '0')",
    ):
        connection.exec_driver_sql(statement)
