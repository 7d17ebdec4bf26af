"""What laptops sent by USB stick, taken in and answered as if the line had carried it.

Every request goes through the ordinary exchange, so a stick read twice, an old stick, or one that
the line has overtaken change nothing: operations are known by their numbers, and what was judged
is answered with its verdict. Nothing of a stick is judged before all of it has been checked.
"""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import orjson
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from psycopg import Connection

from sync.protocol.messages import OLDEST_PROTOCOL, row_count
from sync.protocol.packing import TooLargeError, pack, unpack
from sync.protocol.sealed import (
    NotSealedError,
    SealedByNewerError,
    SealedHeader,
    StickKind,
    TamperedError,
    file_name,
    is_sealed_name,
    open_sealed,
    read_header,
    read_whole,
    seal,
    split,
    write_whole,
)
from sync.server.applying import MAX_TRIES
from sync.server.exchange import CountyDesk, exchange
from sync.server.intake import read_install
from sync.server.problems import RequestRefusedError
from sync.server.stick_keys import StickKeys, stick_keys

_PAGE_ROWS: Final = 10_000
_EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)


class StickProblem(StrEnum):
    """Why nothing of a writing was taken."""

    NOT_OURS = "not_ours"
    NEWER = "newer"
    PART_MISSING = "part_missing"
    UNKNOWN = "unknown"
    """No such laptop here."""
    REVOKED = "revoked"
    TAMPERED = "tampered"
    REFUSED = "refused"
    """The exchange itself said no; ``detail`` is its code."""
    NOT_READ = "not_read"
    NOT_WRITTEN = "not_written"
    """Taken in, but the answer could not be written; read the stick again."""


@dataclass
class StickTaken:
    """What became of one laptop's writing."""

    files: list[str]
    install_id: str = ""
    unit_id: str = ""
    device_name: str = ""
    number: int = 0
    operations: int = 0
    refused: int = 0
    """Of them, refused or quarantined."""
    rows: int = 0
    answers: list[Path] = field(default_factory=list)
    was_read_before: bool = False
    problem: StickProblem | None = None
    detail: str = ""


class _NotTakenError(Exception):
    def __init__(self, problem: StickProblem, detail: str = "") -> None:
        super().__init__(problem, detail)
        self.problem = problem
        self.detail = detail


@dataclass(frozen=True, slots=True)
class _Laptop:
    """What is needed of an install to believe its stick and answer it."""

    id: str
    unit_id: str
    device_name: str
    public_key: bytes
    last_op_no: int
    clock_offset_ms: int
    seen_until: datetime


def take_stick(desk: CountyDesk, folder: Path, out: Path) -> list[StickTaken]:
    """Reads every laptop's files in ``folder`` and writes the answers into ``out``.

    Each laptop's writing stands or falls alone. The desk's pool must be open. Raises ``OSError``
    when the folder cannot be read.
    """
    with desk.pool.connection() as connection:
        keys = stick_keys(connection)
    taken, writings = _sorted_writings(folder)
    for files in writings:
        report = StickTaken([path.name for path, _, _ in files])
        try:
            _take(desk, keys, files, out, report)
        except _NotTakenError as problem:
            report.problem, report.detail = problem.problem, problem.detail
        taken.append(report)
    return taken


_File = tuple[Path, SealedHeader, bytes]


def _sorted_writings(folder: Path) -> tuple[list[StickTaken], list[list[_File]]]:
    """Files that are none of ours, as reports; the others by laptop and number."""
    bad: list[StickTaken] = []
    writings: dict[tuple[str, int, str], list[_File]] = defaultdict(list)
    for path in sorted(folder.iterdir()):
        if not is_sealed_name(path.name, StickKind.UP):
            continue
        try:
            sealed = read_whole(path)
            header = read_header(sealed)
        except OSError as problem:
            detail = problem.strerror or ""
            bad.append(StickTaken([path.name], problem=StickProblem.NOT_READ, detail=detail))
        except SealedByNewerError:
            bad.append(StickTaken([path.name], problem=StickProblem.NEWER))
        except NotSealedError:
            bad.append(StickTaken([path.name], problem=StickProblem.NOT_OURS))
        else:
            key = (header.install_id, header.number, header.stick_id)
            writings[key].append((path, header, sealed))
    return bad, [sorted(writings[key], key=lambda one: one[1].part) for key in sorted(writings)]


def _take(
    desk: CountyDesk, keys: StickKeys, files: list[_File], out: Path, report: StickTaken
) -> None:
    header = files[0][1]
    with desk.pool.connection() as connection:
        laptop = _laptop(connection, header.install_id)
    report.install_id, report.number = laptop.id, header.number
    report.unit_id, report.device_name = laptop.unit_id, laptop.device_name
    requests = _checked_requests(keys, laptop, files)
    reader = _reader_of_answers(header)
    try:
        items = list(_converse(desk, laptop, requests, report))
    except RequestRefusedError as problem:
        raise _NotTakenError(StickProblem.REFUSED, problem.code.value) from problem
    with desk.pool.connection() as connection:
        report.was_read_before = _note_read(connection, header, desk.now())
        report.refused = _count_refused(connection, header)
    report.operations = header.operations
    report.answers = _write_answers(keys, header, items, out, reader)


# --- believing it --------------------------------------------------------------------------------


def _laptop(connection: Connection[Any], install_id: str) -> _Laptop:
    if "\0" in install_id:
        raise _NotTakenError(StickProblem.UNKNOWN)
    row = connection.execute(
        "SELECT id, unit_id, device_name, public_key, last_op_no, coalesce(clock_offset_ms, 0), "
        "revoked_at FROM install WHERE county_id = current_setting('gulou.county') AND id = %s",
        (install_id,),
    ).fetchone()
    if row is None:
        raise _NotTakenError(StickProblem.UNKNOWN)
    if row[6] is not None:
        raise _NotTakenError(StickProblem.REVOKED)
    seen_until = read_install(connection, install_id).seen_until
    install_id, unit_id, device_name, public_key, last_op_no, offset, _revoked_at = row
    return _Laptop(
        install_id, unit_id, device_name, bytes(public_key), last_op_no, offset, seen_until
    )


def _checked_requests(keys: StickKeys, laptop: _Laptop, files: list[_File]) -> list[dict[str, Any]]:
    """The requests of a whole writing; raises before any of them is looked at further."""
    signed_by = Ed25519PublicKey.from_public_bytes(laptop.public_key)
    requests: list[dict[str, Any]] = []
    for _path, header, sealed in files:
        try:
            items = open_sealed(sealed, signed_by=signed_by, reader=keys.box)
            requests += [_request(item, laptop) for item in items]
        except (TamperedError, NotSealedError) as problem:
            raise _NotTakenError(StickProblem.TAMPERED) from problem
        if header.kind is not StickKind.UP:
            raise _NotTakenError(StickProblem.NOT_OURS)
    there = [header.part for _path, header, _sealed in files]
    missing = set(range(1, files[0][1].parts + 1)) - set(there)
    if missing:
        raise _NotTakenError(StickProblem.PART_MISSING, str(min(missing)))
    if not requests:
        raise _NotTakenError(StickProblem.TAMPERED)
    return requests


def _reader_of_answers(header: SealedHeader) -> X25519PublicKey:
    """The laptop's key, with which a secret can be shared; with some points of the curve none."""
    try:
        reader = X25519PublicKey.from_public_bytes(base64.b64decode(header.reply_to or ""))
        X25519PrivateKey.generate().exchange(reader)
    except ValueError as problem:
        raise _NotTakenError(StickProblem.TAMPERED) from problem
    return reader


def _request(item: bytes, laptop: _Laptop) -> dict[str, Any]:
    """Signed by the laptop, and by it for itself."""
    try:
        found = orjson.loads(unpack(item))
        is_its_own = found["install_id"] == laptop.id and isinstance(found["cursors"], dict)
        _count(found["operations"])
        if type(found.get("last_op_no", 0)) is not int:
            raise TamperedError("last_op_no")
    except (zstandard.ZstdError, ValueError, KeyError, TypeError, TooLargeError) as problem:
        raise TamperedError("request") from problem
    if not is_its_own:
        raise TamperedError("install")
    return dict(found)


# --- answering it --------------------------------------------------------------------------------


def _converse(
    desk: CountyDesk, laptop: _Laptop, requests: Sequence[dict[str, Any]], report: StickTaken
) -> Iterator[bytes]:
    """What was asked and what was answered, by turns, until the laptop has everything.

    Each request goes on where the answer before it ended, as the laptop itself would have asked.
    """
    sent_at = _sent_at(laptop, requests[0], desk.now())
    # A stick is old by nature: it neither tells the time of day nor how far the laptop is now.
    common = {
        "wall_ms": round(sent_at.timestamp() * 1000) - laptop.clock_offset_ms,
        "page_rows": _PAGE_ROWS,
        "wants_sums": False,
        "wants_columns": False,  # the reader may have to leave rows out, one by one
        "incidents": [],
    }
    asked = {"epoch": requests[0].get("epoch"), "cursors": requests[0]["cursors"]}
    more = True
    for request in requests:
        for _attempt in range(MAX_TRIES):
            known = max(laptop.last_op_no, request.get("last_op_no", 0))
            body = {**request, **common, **asked, "last_op_no": known}
            packed = exchange(desk, laptop.id, pack(orjson.dumps(body)), sent_at=sent_at)
            yield orjson.dumps(asked)
            yield packed
            answer = _noted(packed, report)
            asked, more = _after(answer)
            if _judged_count(answer) >= _count(request["operations"]):
                break  # else something was tried in vain; the third try is the last
    empty = _without_operations(requests[-1])
    while more:
        body = {**empty, **common, **asked, "last_op_no": known}
        packed = exchange(desk, laptop.id, pack(orjson.dumps(body)), sent_at=sent_at)
        yield orjson.dumps(asked)
        yield packed
        asked, more = _after(_noted(packed, report))


def _sent_at(laptop: _Laptop, request: dict[str, Any], now: datetime) -> datetime:
    """When it was written, by the county's clock as far as the laptop's is known."""
    wall_ms = request.get("wall_ms")
    if not isinstance(wall_ms, int):
        return now
    try:
        written = _EARLIEST + timedelta(milliseconds=wall_ms + laptop.clock_offset_ms)
    except OverflowError:
        return now
    return min(max(written, laptop.seen_until), now)


def _without_operations(request: dict[str, Any]) -> dict[str, Any]:
    """In the oldest form, which needs no columns to say nothing."""
    return {**request, "protocol": OLDEST_PROTOCOL, "operations": []}


def _noted(packed: bytes, report: StickTaken) -> dict[str, Any]:
    answer: dict[str, Any] = orjson.loads(unpack(packed))
    report.rows += row_count(answer)
    return answer


def _after(answer: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """What the laptop would ask next, and whether it would."""
    return {"epoch": answer["epoch"], "cursors": answer["cursors"]}, bool(answer["more"])


def _judged_count(answer: dict[str, Any]) -> int:
    return len(answer["verdicts"]) + int((answer.get("acks") or {}).get("count", 0))


def _count(operations: Any) -> int:
    """As a list of objects, or as columns."""
    return len(operations) if isinstance(operations, list) else int(operations["count"])


def _note_read(connection: Connection[Any], header: SealedHeader, now: datetime) -> bool:
    """Whether it had been read before."""
    row = connection.execute(
        "INSERT INTO stick_read (install_id, stick_id, number, operations, first_read_at, "
        "last_read_at) VALUES (%s, %s, %s, %s, %s, %s) "
        "ON CONFLICT (county_id, install_id, stick_id) DO UPDATE SET "
        "last_read_at = excluded.last_read_at, times = stick_read.times + 1 RETURNING times",
        (header.install_id, header.stick_id, header.number, header.operations, now, now),
    ).fetchone()
    return row is not None and row[0] > 1


def _count_refused(connection: Connection[Any], header: SealedHeader) -> int:
    row = connection.execute(
        "SELECT count(*) FROM op_intake WHERE county_id = current_setting('gulou.county') "
        "AND install_id = %s AND op_no BETWEEN %s AND %s "
        "AND verdict ->> 'verdict' IN ('refused', 'quarantined')",
        (header.install_id, header.first_op_no, header.last_op_no),
    ).fetchone()
    return int(row[0]) if row else 0


def _write_answers(
    keys: StickKeys,
    header: SealedHeader,
    items: list[bytes],
    out: Path,
    reader: X25519PublicKey,
) -> list[Path]:
    """Pairs are never torn apart; the reader lays down pair by pair."""
    pairs = [b"".join(pair) for pair in zip(items[::2], items[1::2], strict=True)]
    files = split(pairs)
    written: list[Path] = []
    place = 0
    for part, content in enumerate(files, start=1):
        answered = header.model_copy(
            update={"kind": StickKind.DOWN, "part": part, "parts": len(files), "reply_to": None}
        )
        kept = items[place : place + 2 * len(content)]
        place += 2 * len(content)
        sealed = seal(answered, kept, signer=keys.signing, reader=reader)
        written.append(_write(out / file_name(answered), sealed))
    return written


def _write(path: Path, content: bytes) -> Path:
    try:
        return write_whole(path, content)
    except OSError as problem:
        raise _NotTakenError(StickProblem.NOT_WRITTEN, problem.strerror or "") from problem
