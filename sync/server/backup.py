"""A county in one file, and back again.

The file is a ZIP: one member per table as PostgreSQL's COPY writes it, everything from one
snapshot, with the certificates beside them, because laptops trust no others. It holds the county's
secrets and is readable by its owner alone. COPY needs no program of PostgreSQL's own, and takes
only this county out of a database that holds several.

What was put back is an older county: it gets a new epoch, by which every laptop notices and sends
again what the backup has not seen. So each backup notes for every laptop up to which operation it
holds everything, and laptops keep what they sent until then.
"""

from __future__ import annotations

import json
import os
import uuid
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import Connection, sql

from sync.server import schema
from sync.server.health import BACKUP_STATE
from sync.server.postgres import snapshot
from sync.server.state import write_state

FORMAT: Final = "gulou-county-backup"
VERSION: Final = 1
_MANIFEST: Final = "manifest.json"
_CERTIFICATES: Final = "certificates/"
_PIECE_BYTES: Final = 1 << 20


class BackupBadError(ValueError):
    """The file is no backup of ours, damaged, or of another county; nothing was changed."""


class BackupOlderError(RuntimeError):
    """The backup is of an older program and the database is not empty; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup says of itself."""

    county_id: str
    revision: str
    """The step the database was at."""
    epoch: str
    made_at: str
    rows: Mapping[str, int]
    """Rows by table."""

    @property
    def total(self) -> int:
        """All rows."""
        return sum(self.rows.values())


def back_up(url: str, file: Path, *, certificates: Path, now: datetime) -> Backup:
    """Writes the county into ``file``, whole or not at all, and notes what it holds.

    Raises ``OSError`` when it cannot be written; an earlier file of that name is then still there.
    """
    unfinished = file.with_name(file.name + ".unfinished")
    try:
        with psycopg.connect(url) as connection, snapshot(connection):
            marks = _held(connection)
            with _private(unfinished) as raw, zipfile.ZipFile(raw, "w", _DEFLATED) as archive:
                made = _write(connection, archive, now)
                _write_certificates(archive, certificates)
        _reach_disk(unfinished)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
    with psycopg.connect(url) as connection:
        _note_held(connection, marks)
        write_state(connection, BACKUP_STATE, made.made_at)
    return made


def read_backup(file: Path) -> Backup:
    """Reads and checks every byte of a backup; raises ``BackupBadError``."""
    try:
        with zipfile.ZipFile(file) as archive:
            if archive.testzip() is not None:
                raise BackupBadError(file.name)
            found = json.loads(archive.read(_MANIFEST))
            if found["format"] != FORMAT or found["version"] > VERSION:
                raise BackupBadError(file.name)
            rows = {name: int(table["rows"]) for name, table in found["tables"].items()}
            return Backup(
                found["county_id"], found["revision"], found["epoch"], found["made_at"], rows
            )
    except (OSError, zipfile.BadZipFile, zlib.error, ValueError, KeyError, TypeError) as problem:
        raise BackupBadError(file.name) from problem


def restore(url: str, file: Path, *, certificates: Path, now: datetime) -> Backup:
    """Puts a backup in the place of what the county's database holds, in one transaction.

    The county begins a new epoch. Certificates that are there stay. Raises ``BackupBadError``,
    ``BackupOlderError``, ``SchemaTooNewError``; nothing is changed then.
    """
    backup = read_backup(file)
    with psycopg.connect(url) as connection:
        county_id = _value(connection, "SELECT current_setting('gulou.county')")
        found = schema.current_version(connection)
    if county_id != backup.county_id:
        raise BackupBadError(file.name)
    if backup.revision > schema.HEAD:
        raise schema.SchemaTooNewError(backup.revision)
    if found is None:
        schema.run_steps(url, backup.revision)
    elif found != backup.revision:
        raise BackupOlderError(backup.revision)
    with zipfile.ZipFile(file) as archive, psycopg.connect(url) as connection:
        _read(connection, archive)
        _begin_epoch(connection, now)
        _note_held(connection, _held(connection))
        write_state(connection, BACKUP_STATE, backup.made_at)
    schema.upgrade(url)
    _read_certificates(file, certificates)
    return backup


# --- what a backup holds of each laptop's work --------------------------------------------------

_HELD: Final = """
SELECT install_id, max(op_no) FROM (
    SELECT v.install_id, v.op_no, i.first_op_no - 1 + row_number() OVER (
        PARTITION BY v.install_id ORDER BY v.op_no) AS without_gaps
    FROM op_verdict v JOIN install i ON i.county_id = v.county_id AND i.id = v.install_id
    WHERE v.county_id = current_setting('gulou.county') AND v.op_no >= i.first_op_no
) judged WHERE op_no = without_gaps GROUP BY install_id
"""
"""Up to the first number that has no verdict yet: a laptop keeps everything from there on."""


def _held(connection: Connection[Any]) -> dict[str, int]:
    return {str(install_id): int(op_no) for install_id, op_no in connection.execute(_HELD)}


def _note_held(connection: Connection[Any], marks: Mapping[str, int]) -> None:
    connection.execute(
        "UPDATE install SET backed_up_op_no = n.op_no "
        "FROM unnest(%b::text[], %b::bigint[]) AS n(install_id, op_no) "
        "WHERE county_id = current_setting('gulou.county') AND id = n.install_id",
        (list(marks), list(marks.values())),
    )


# --- tables -------------------------------------------------------------------------------------

_TABLES: Final = """
SELECT c.oid::bigint, c.relname,
    array_agg(a.attname::text ORDER BY a.attnum) FILTER (WHERE a.attgenerated = ''),
    array(SELECT confrelid::bigint FROM pg_constraint WHERE conrelid = c.oid AND contype = 'f')
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
GROUP BY c.oid, c.relname
HAVING bool_or(a.attname = 'county_id')
ORDER BY c.relname
"""
_DEFLATED: Final = zipfile.ZIP_DEFLATED


def county_tables(connection: Connection[Any]) -> dict[str, list[str]]:
    """{table: columns} of all that belongs to counties, parents before their children."""
    found = {row[0]: row[1:] for row in connection.execute(_TABLES).fetchall()}
    placed: dict[str, list[str]] = {}

    def place(oid: int) -> None:
        name, columns, parents = found[oid]
        for parent in parents:
            if parent != oid and parent in found and found[parent][0] not in placed:
                place(parent)
        placed[name] = columns

    for oid in found:
        if found[oid][0] not in placed:
            place(oid)
    return placed


def _write(connection: Connection[Any], archive: zipfile.ZipFile, now: datetime) -> Backup:
    tables: dict[str, dict[str, Any]] = {}
    for name, columns in county_tables(connection).items():
        statement = sql.SQL(
            "COPY (SELECT {columns} FROM {table} "
            "WHERE county_id = current_setting('gulou.county')) TO STDOUT"
        ).format(columns=_listed(columns), table=sql.Identifier(name))
        rows = 0
        with (
            archive.open(f"{name}.copy", "w", force_zip64=True) as member,
            connection.cursor() as cursor,
            cursor.copy(statement) as copy,
        ):
            for piece in copy:
                member.write(piece)
                rows += bytes(piece).count(b"\n")  # a line break within a value is written \\n
        tables[name] = {"columns": columns, "rows": rows}
    backup = Backup(
        county_id=_value(connection, "SELECT current_setting('gulou.county')"),
        revision=_value(connection, "SELECT version_num FROM alembic_version"),
        epoch=_value(connection, _EPOCH),
        made_at=now.isoformat(timespec="seconds"),
        rows={name: table["rows"] for name, table in tables.items()},
    )
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "county_id": backup.county_id,
        "revision": backup.revision,
        "epoch": backup.epoch,
        "made_at": backup.made_at,
        "tables": tables,
        "sequences": dict(_sequences(connection)),
    }
    archive.writestr(_MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    return backup


def _read(connection: Connection[Any], archive: zipfile.ZipFile) -> None:
    """Empties the county's tables and fills them again; triggers rest, because numbers are kept."""
    manifest = json.loads(archive.read(_MANIFEST))
    present = list(county_tables(connection))
    for name in present:
        _execute(connection, "ALTER TABLE {} DISABLE TRIGGER USER", name)
    for name in reversed(present):
        _execute(
            connection, "DELETE FROM {} WHERE county_id = current_setting('gulou.county')", name
        )
    for name in present:
        if name in manifest["tables"]:
            _fill(connection, archive, name, manifest["tables"][name]["columns"])
    for name in present:
        _execute(connection, "ALTER TABLE {} ENABLE TRIGGER USER", name)
    for name, last in manifest["sequences"].items():
        statement = sql.SQL("SELECT setval({}, greatest({}, (SELECT last_value FROM {})))")
        connection.execute(
            statement.format(sql.Literal(name), sql.Literal(last), sql.Identifier(name))
        )


def _fill(
    connection: Connection[Any], archive: zipfile.ZipFile, table: str, columns: list[str]
) -> None:
    statement = sql.SQL("COPY {table} ({columns}) FROM STDIN").format(
        table=sql.Identifier(table), columns=_listed(columns)
    )
    with (
        archive.open(f"{table}.copy") as member,
        connection.cursor() as cursor,
        cursor.copy(statement) as copy,
    ):
        while piece := member.read(_PIECE_BYTES):
            copy.write(piece)


def _sequences(connection: Connection[Any]) -> Iterator[tuple[str, int]]:
    names = connection.execute(
        "SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema()"
    ).fetchall()
    for (name,) in names:
        statement = sql.SQL("SELECT last_value FROM {}").format(sql.Identifier(name))
        row = connection.execute(statement).fetchone()
        yield name, 1 if row is None else int(row[0])


def _begin_epoch(connection: Connection[Any], now: datetime) -> None:
    # The backup says that the views are made; this database may have none yet.
    connection.execute(
        "DELETE FROM county_state "
        "WHERE county_id = current_setting('gulou.county') AND name = 'views'"
    )
    connection.execute(
        "INSERT INTO county_state (name, value) VALUES ('epoch', %s), ('restored_at', %s) "
        "ON CONFLICT (county_id, name) DO UPDATE SET value = excluded.value",
        (str(uuid.uuid4()), now.isoformat(timespec="seconds")),
    )


_EPOCH: Final = (
    "SELECT value FROM county_state "
    "WHERE county_id = current_setting('gulou.county') AND name = 'epoch'"
)


def _execute(connection: Connection[Any], statement: str, table: str) -> None:
    connection.execute(sql.SQL(statement).format(sql.Identifier(table)))  # type: ignore[arg-type]


def _listed(columns: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def _value(connection: Connection[Any], statement: str) -> str:
    row = connection.execute(statement).fetchone()
    if row is None:
        raise LookupError(statement)
    return str(row[0])


# --- files --------------------------------------------------------------------------------------


def _private(path: Path) -> Any:
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _reach_disk(path: Path) -> None:
    with path.open("rb") as written:
        os.fsync(written.fileno())


def _write_certificates(archive: zipfile.ZipFile, folder: Path) -> None:
    for path in sorted(folder.glob("*")) if folder.is_dir() else ():
        archive.write(path, _CERTIFICATES + path.name)


def _read_certificates(file: Path, folder: Path) -> None:
    """On a new machine: the laptops trust only the authority they were enrolled with."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            path = folder / Path(name).name
            if name.startswith(_CERTIFICATES) and not path.exists():
                with _private(path) as written:
                    written.write(archive.read(name))
