"""Brings the county's database to this program's shape, and says cheaply whether it is there.

Steps are Alembic's; the typed read views over `record` are made anew from `db.tables` whenever
they differ, so that people and tests can read the county's data with plain SQL.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import date, datetime
from pathlib import Path
from types import UnionType
from typing import Any, Final, get_args

import psycopg
from psycopg import sql

from db.tables.base import RecordKind, SyncedRecord
from db.tables.registry import ENTITIES
from sync.server.postgres import DEFAULT_COUNTY

HEAD: Final = "c0011"
"""The newest step; a test compares it with the migrations folder."""
FOLDED_ENTITIES: Final = frozenset({"case_file", "motion", "conflict", "incident"})
"""Entities whose state is folded from their events and kept beside the record."""
_MIGRATIONS = Path(__file__).parent / "migrations"
_SCHEMA_LOCK = 424231


class CountyNotNamedError(LookupError):
    """Several counties live in this database, and nobody said which is meant."""


class SchemaTooNewError(RuntimeError):
    """The database was made by a newer program."""


def upgrade(url: str) -> None:
    """Runs the steps that are missing, makes the views and the county's own constants.

    Several processes may call it at once. Raises ``SchemaTooNewError``.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (_SCHEMA_LOCK,))
        found = current_version(connection)
        if found != HEAD:
            _refuse_unknown(found)
            _drop_views(connection)
            run_steps(url)
        with connection.transaction():
            _make_views(connection)
            _make_constants(connection)


def is_current(connection: psycopg.Connection[Any]) -> bool:
    """Whether the steps and the views are this program's."""
    if current_version(connection) != HEAD:
        return False
    row = connection.execute(
        "SELECT value FROM county_state "
        "WHERE county_id = current_setting('gulou.county') AND name = 'views'"
    ).fetchone()
    return row is not None and row[0] == _views_mark()


def current_version(connection: psycopg.Connection[Any]) -> str | None:
    """The step the database is at; None for an empty one."""
    row = connection.execute("SELECT to_regclass('alembic_version') IS NOT NULL").fetchone()
    if row is None or not row[0]:
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if row is None else str(row[0])


def only_county(url: str) -> str:
    """The county that lives in a database; the shipped one if there is none yet.

    Raises ``CountyNotNamedError`` when there are several.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_attribute WHERE attrelid = to_regclass('county_state') "
            "AND attname = 'county_id'"
        ).fetchone()
        if row is None or row[0] == 0:
            return DEFAULT_COUNTY
        found = connection.execute("SELECT DISTINCT county_id FROM county_state").fetchall()
    if len(found) > 1:
        raise CountyNotNamedError(", ".join(sorted(name for (name,) in found)))
    return str(found[0][0]) if found else DEFAULT_COUNTY


def _refuse_unknown(found: str | None) -> None:
    if found is not None and found > HEAD:
        raise SchemaTooNewError(found)


def run_steps(url: str, revision: str = "head") -> None:
    """Brings the database to a step; a backup of an older program is read at its own."""
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    engine = create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(url), poolclass=NullPool
    )
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _make_constants(connection: psycopg.Connection[Any]) -> None:
    """What is drawn once for a county: its epoch and the secret behind its tokens."""
    connection.execute(
        "INSERT INTO county_state (name, value) VALUES ('epoch', %s), "
        "('token_secret', encode(sha256(convert_to(%s, 'UTF8')), 'hex')) "
        "ON CONFLICT (county_id, name) DO NOTHING",
        (str(uuid.uuid4()), f"{uuid.uuid4()}{uuid.uuid4()}"),
    )


# --- typed read views --------------------------------------------------------------------------


def view_statement(model: type[SyncedRecord]) -> sql.Composed:
    """The view of one entity: id, its fields with their types, then the county's book-keeping."""
    columns: list[sql.Composable] = [sql.SQL("r.id")]
    columns += [_view_column(model, name) for name in model.wire_fields()]
    if model.entity() in FOLDED_ENTITIES:
        columns.append(sql.SQL("r.state"))
    if model.record_kind in (RecordKind.EVENT, RecordKind.BALLOT):
        columns.append(sql.SQL("r.not_applied_reason"))
    columns.append(sql.SQL(_BOOKKEEPING))
    return sql.SQL(
        "CREATE VIEW {view} AS SELECT {columns} FROM record r "
        "WHERE r.county_id = current_setting('gulou.county') "
        "AND r.entity = {entity} AND NOT r.is_deleted"
    ).format(
        view=sql.Identifier(model.entity()),
        columns=sql.SQL(", ").join(columns),
        entity=sql.Literal(model.entity()),
    )


_BOOKKEEPING: Final = (
    "r.version AS county_version, r.updated_by AS county_by, r.updated_at AS county_at"
)
_SQL_TYPES: Final[dict[type, str]] = {int: "bigint", bool: "boolean", datetime: "timestamptz"}


def _view_column(model: type[SyncedRecord], name: str) -> sql.Composed:
    kind = plain_type(model.model_fields[name].annotation)
    value = sql.SQL("(r.body ->> {name})").format(name=sql.Literal(name))
    cast = "date" if kind is date else _SQL_TYPES.get(kind, "text")
    return sql.SQL("{value}::{cast} AS {name}").format(
        value=value, cast=sql.SQL(cast), name=sql.Identifier(name)
    )


def plain_type(annotation: Any) -> type:
    """The type without its None."""
    if isinstance(annotation, UnionType) or hasattr(annotation, "__args__"):
        kinds = [kind for kind in get_args(annotation) if kind is not type(None)]
        return kinds[0] if kinds else str
    return annotation if isinstance(annotation, type) else str


def _views_mark() -> str:
    statements = "\n".join(view_statement(model).as_string(None) for model in ENTITIES.values())
    return hashlib.sha256(statements.encode()).hexdigest()


def _make_views(connection: psycopg.Connection[Any]) -> None:
    if is_current(connection):
        return
    _drop_views(connection)
    for model in ENTITIES.values():
        connection.execute(view_statement(model))
    connection.execute(
        "INSERT INTO county_state (name, value) VALUES ('views', %s) "
        "ON CONFLICT (county_id, name) DO UPDATE SET value = excluded.value",
        (_views_mark(),),
    )


def _drop_views(connection: psycopg.Connection[Any]) -> None:
    for (view,) in connection.execute(
        "SELECT viewname FROM pg_views WHERE schemaname = current_schema() AND viewname = ANY(%s)",
        (list(ENTITIES),),
    ).fetchall():  # an older county may have a table of that name
        connection.execute(sql.SQL("DROP VIEW {}").format(sql.Identifier(view)))
