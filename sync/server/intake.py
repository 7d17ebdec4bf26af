"""Keeps what came before judging it: committed raw, so that nothing typed can be lost.

An operation is known by its install and number. The same again is answered with the verdict it
had; another content under a known number means two machines count under one name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from psycopg import Connection, Cursor
from psycopg.errors import UniqueViolation

from sync.protocol.messages import Incident, ProblemCode, SyncRequest, VerdictRow
from sync.server.clock import effective_times, moment_of, offset_ms
from sync.server.copying import copied_text, copy_lines, escaped_json
from sync.server.envelope import Envelope, Incoming
from sync.server.lineage import owners_of, read_lineage
from sync.server.problems import RequestRefusedError


@dataclass(frozen=True, slots=True)
class Install:
    """A laptop as the county knows it."""

    id: str
    unit_id: str
    enrolled_at: datetime
    last_contact_at: datetime | None
    last_effective_at: datetime | None
    caught_up_at: datetime | None = None
    last_op_no: int = 0
    """The last number it had given out at its previous contact."""
    backed_up_op_no: int = 0
    must_destroy_key: bool = False
    lineage: tuple[str, ...] = ()
    """This install and those it was renewed from, the youngest first."""

    @property
    def seen_until(self) -> datetime:
        """The previous contact."""
        return self.last_contact_at or self.enrolled_at

    @property
    def wrote_since(self) -> datetime:
        """What still comes was made after this: the last contact that left nothing behind."""
        return self.caught_up_at or self.enrolled_at


def read_install(
    connection: Connection[Any], install_id: str, *, may_be_stolen: bool = False
) -> Install:
    """Raises ``RequestRefusedError`` for one that is unknown or revoked.

    ``may_be_stolen`` lets one in that shall destroy its keys: it may still give what it has.
    """
    row = connection.execute(
        "SELECT id, unit_id, enrolled_at, last_contact_at, last_effective_at, caught_up_at, "
        "last_op_no, backed_up_op_no, destroy_key, revoked_at FROM install "
        "WHERE county_id = current_setting('gulou.county') AND id = %s",
        (install_id,),
    ).fetchone()
    if row is None:
        raise RequestRefusedError(ProblemCode.INSTALL_UNKNOWN)
    if row[9] is not None and not (row[8] and may_be_stolen):
        raise RequestRefusedError(ProblemCode.INSTALL_REVOKED)
    return replace(Install(*row[:9]), lineage=read_lineage(connection, install_id))


def refuse_behind(install: Install, request: SyncRequest) -> None:
    """An older file was put back: its next numbers were given before, for other content."""
    if request.can_renew and request.last_op_no < install.last_op_no:
        raise RequestRefusedError(ProblemCode.INSTALL_BEHIND, known=install.last_op_no)


def take_in(
    connection: Connection[Any],
    install: Install,
    envelope: Envelope,
    now: datetime,
    *,
    sent_at: datetime | None = None,
) -> dict[int, str]:
    """Stores the operations and the contact, and commits; returns the name each number is kept
    under. Raises ``RequestRefusedError`` 409.

    What came by hand was sent at ``sent_at``: nothing in it was written later, and what the
    laptop writes before its next contact is not.
    """
    contact = sent_at or now
    offset = offset_ms(now=contact, wall_ms=envelope.request.wall_ms)
    times = effective_times(
        (incoming.wall_ms for incoming in envelope.incoming),
        offset=offset,
        earliest=max(install.wrote_since, install.last_effective_at or install.enrolled_at),
        now=contact,
    )
    with connection.transaction(), connection.cursor() as cursor:
        owners = owners_of(cursor, install.lineage, envelope.incoming)
        for owner in set(owners.values()):
            mine = [n for n, op in enumerate(envelope.incoming) if owners[op.op_no] == owner]
            kept = [envelope.incoming[n] for n in mine]
            _store(cursor, owner, kept, [times[n] for n in mine], now)
        if envelope.request.incidents:
            _store_incidents(cursor, install.id, envelope.request.incidents, now)
        _note_contact(cursor, install.id, envelope, times, now=contact, offset=offset)
    return owners


def _store(
    cursor: Cursor[Any],
    install_id: str,
    incoming: Sequence[Incoming],
    times: Sequence[datetime],
    now: datetime,
) -> None:
    if incoming and not _is_any_known(cursor, install_id, incoming):
        try:
            with cursor.connection.transaction():
                _copy_new(cursor, install_id, incoming, times, now)
            return
        except UniqueViolation:  # the same request came twice, and the other was faster
            pass
    cursor.execute(
        "INSERT INTO op_raw (install_id, op_no, txn, sha256, body, received_at, effective_at) "
        "SELECT %s, op_no, txn, sha256, body, %s, effective_at "
        "FROM unnest(%b::bigint[], %b::bigint[], %b::bytea[], %b::text[], %b::timestamptz[]) "
        "AS n(op_no, txn, sha256, body, effective_at) "
        "ON CONFLICT (county_id, install_id, op_no) DO NOTHING",
        (
            install_id,
            now,
            [op.op_no for op in incoming],
            [op.txn for op in incoming],
            [op.sha256 for op in incoming],
            [op.body.decode() for op in incoming],
            list(times),
        ),
    )
    if cursor.rowcount < len(incoming):
        _refuse_reused(cursor, install_id, incoming)


def _is_any_known(cursor: Cursor[Any], install_id: str, incoming: Sequence[Incoming]) -> bool:
    cursor.execute(
        "SELECT EXISTS (SELECT 1 FROM op_raw WHERE county_id = current_setting('gulou.county') "
        "AND install_id = %s AND op_no BETWEEN %s AND %s)",
        (install_id, incoming[0].op_no, incoming[-1].op_no),
    )
    row = cursor.fetchone()
    return row is None or bool(row[0])


def _copy_new(
    cursor: Cursor[Any],
    install_id: str,
    incoming: Sequence[Incoming],
    times: Sequence[datetime],
    now: datetime,
) -> None:
    alike = f"{copied_text(install_id)}\t{now.isoformat()}\n"
    copy_lines(
        cursor,
        "op_raw",
        "op_no, txn, sha256, body, effective_at, install_id, received_at",
        (
            f"{op.op_no}\t{op.txn}\t\\\\x{op.sha256.hex()}\t{escaped_json(op.body)}\t"
            f"{at.isoformat()}\t{alike}"
            for op, at in zip(incoming, times, strict=True)
        ),
    )


def _refuse_reused(cursor: Cursor[Any], install_id: str, incoming: Sequence[Incoming]) -> None:
    cursor.execute(
        "SELECT op_no, sha256 FROM op_raw WHERE county_id = current_setting('gulou.county') "
        "AND install_id = %s AND op_no = ANY(%b::bigint[])",
        (install_id, [op.op_no for op in incoming]),
    )
    stored = {op_no: bytes(sha256) for op_no, sha256 in cursor.fetchall()}
    for op in incoming:
        if stored[op.op_no] != op.sha256:
            raise RequestRefusedError(ProblemCode.IDENTITY_REUSED, op_no=op.op_no)


def _note_contact(
    cursor: Cursor[Any],
    install_id: str,
    envelope: Envelope,
    times: Sequence[datetime],
    *,
    now: datetime,
    offset: int,
) -> None:
    request, incoming = envelope.request, envelope.incoming
    is_caught_up = not incoming or incoming[-1].op_no >= request.last_op_no
    cursor.execute(
        "UPDATE install SET last_contact_at = greatest(last_contact_at, %s), "
        "clock_offset_ms = %s, last_op_no = greatest(last_op_no, %s), app_version = %s, "
        "schema_version = %s, last_effective_at = greatest(last_effective_at, %s), "
        "protocol = %s, waiting = coalesce(%s, waiting), refused = coalesce(%s, refused), "
        "caught_up_at = greatest(caught_up_at, %s) "
        "WHERE county_id = current_setting('gulou.county') AND id = %s",
        (
            now,
            offset,
            max(0, min(request.last_op_no, 2**62)),
            request.app_version.replace("\0", "")[:40],
            max(0, min(request.schema_version, 2**31 - 1)),
            times[-1] if times else None,
            _small(request.protocol),
            _small(request.waiting),
            _small(request.refused),
            now if is_caught_up else None,
            install_id,
        ),
    )


def _store_incidents(
    cursor: Cursor[Any], install_id: str, incidents: Sequence[Incident], now: datetime
) -> None:
    cursor.executemany(
        "INSERT INTO repair (install_id, no, reported_at, at, bucket, laid, removed, is_mended) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (county_id, install_id, no) "
        "DO NOTHING",
        [
            (
                install_id,
                max(0, min(one.no, 2**62)),
                now,
                moment_of(one.at_ms),
                one.bucket.replace("\0", ""),
                _small(one.laid),
                _small(one.removed),
                one.is_mended,
            )
            for one in incidents
        ],
    )


def _small(number: int | None) -> int | None:
    """Within what the column holds; what a laptop says must not stop its request."""
    return None if number is None else max(0, min(number, 2**31 - 1))


@dataclass(frozen=True, slots=True)
class Taken:
    """What the intake says about one operation."""

    effective_at: datetime
    tries: int
    verdict: bytes | None
    """As JSON; None while it has not been judged."""


def read_taken(cursor: Cursor[Any], owners: Mapping[int, str]) -> dict[int, Taken]:
    """The stored operations of these numbers, each under the name it is kept under."""
    taken: dict[int, Taken] = {}
    for owner in set(owners.values()):
        op_nos = [op_no for op_no, name in owners.items() if name == owner]
        taken |= _read_taken(cursor, owner, op_nos)
    return taken


def _read_taken(cursor: Cursor[Any], install_id: str, op_nos: Sequence[int]) -> dict[int, Taken]:
    cursor.execute(
        "SELECT op_no, verdict::text FROM op_verdict "
        "WHERE county_id = current_setting('gulou.county') "
        "AND install_id = %s AND op_no = ANY(%b::bigint[])",
        (install_id, list(op_nos)),
    )
    verdicts = {op_no: verdict.encode() for op_no, verdict in cursor.fetchall()}
    cursor.execute(
        "SELECT op_no, effective_at, tries FROM op_raw "
        "WHERE county_id = current_setting('gulou.county') "
        "AND install_id = %s AND op_no = ANY(%b::bigint[])",
        (install_id, list(op_nos)),
    )
    return {
        op_no: Taken(effective_at, tries, verdicts.get(op_no))
        for op_no, effective_at, tries in cursor.fetchall()
    }


def store_verdicts(
    cursor: Cursor[Any], install_id: str, verdicts: Sequence[VerdictRow], now: datetime
) -> dict[int, bytes]:
    """Each operation gets exactly one; a second raises ``UniqueViolation``. Returns them as JSON,
    by number."""
    found = {verdict.op_no: verdict_json(verdict) for verdict in verdicts}
    if found:
        alike = f"{copied_text(install_id)}\t{now.isoformat()}\n"
        lines = (f"{n}\t{escaped_json(verdict)}\t{alike}" for n, verdict in found.items())
        copy_lines(cursor, "op_verdict", "op_no, verdict, install_id, judged_at", lines)
    return found


def count_tries(cursor: Cursor[Any], install_id: str, op_nos: Sequence[int]) -> None:
    """One more failed attempt for each."""
    cursor.execute(
        "UPDATE op_raw SET tries = tries + 1 "
        "WHERE county_id = current_setting('gulou.county') "
        "AND install_id = %s AND op_no = ANY(%b::bigint[])",
        (install_id, list(op_nos)),
    )


def verdict_json(verdict: VerdictRow) -> bytes:
    """As stored and sent; empty parts left out."""
    found: dict[str, Any] = {"op_no": verdict.op_no, "verdict": verdict.verdict.value}
    if verdict.reason is not None:
        found["reason"] = verdict.reason.value
    if verdict.detail:
        found["detail"] = verdict.detail
    if verdict.version is not None:
        found["version"] = verdict.version
    return orjson.dumps(found)
