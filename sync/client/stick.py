"""Exchange by USB stick, for villages without a line: out with what waits, in with the answer.

What is written are the requests the line would have carried; operations go on waiting until an
answer comes, by stick or by line, whichever is first, so writing can be repeated at any time. An
answer is laid down only where it fits: it was made for one state of this file, and the file may
have moved on by line, or another answer may have come first. See ``_fit``.
"""

from __future__ import annotations

import base64
import contextlib
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from sqlalchemy import Connection
from sqlmodel import Session, col, func, select

from app.errors import ErrorCode, UserFacingError
from db.columns import OF_LIST
from db.local_values import read_values, write_values
from db.search_catch_up import catch_up_search
from db.session import Changes, Store
from db.tables.local import Stick
from db.tables.registry import ENTITIES
from sync.client.acks import read_acks
from sync.client.after_upgrade import use_what_was_left
from sync.client.batches import BatchSize
from sync.client.composing import numbers_of
from sync.client.identity import Secrets, load_device
from sync.client.laying import AfterLaying
from sync.client.round import (
    COUNTY_KEYS,
    STICKS_LAID,
    OvertakenError,
    compose_request,
    lay_down,
    parse_answer,
)
from sync.client.transport import Device, NotTheCountyError
from sync.protocol.messages import ChangeKind, CountyKeys
from sync.protocol.op_columns import pack_runs, pack_steps
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
    raw_public,
    read_header,
    read_whole,
    seal,
    split,
    write_whole,
)

Progress = Callable[[int, int], None]
"""So many done, of so many."""
_OPERATIONS = 2_000
"""In one request; the county judges each request by itself."""
_TRIES = 5


@dataclass(frozen=True)
class StickWritten:
    """What lies on the stick now."""

    number: int
    operations: int
    files: tuple[Path, ...]


@dataclass
class StickRead:
    """What came of reading one."""

    numbers: list[int] = field(default_factory=list)
    """The writings whose answers were found."""
    touched: set[tuple[str, str]] = field(default_factory=set)
    rows: int = 0
    is_new: bool = False
    """False when everything had been laid down before."""

    @property
    def changes(self) -> Changes:
        """For the screens."""
        return Changes(frozenset(self.touched))


def write_stick(
    store: Store,
    secrets: Secrets,
    folder: Path,
    *,
    secret_name: str,
    on_progress: Progress = lambda _done, _all: None,
) -> StickWritten:
    """Writes all that waits, and how far this laptop has read, into files for the county.

    Earlier files of this laptop in the folder are replaced: the new ones hold all that still
    waits. Raises ``UserFacingError`` STICK_NOT_ENROLLED, STICK_NO_COUNTY_KEYS, STICK_NOT_WRITTEN.
    """
    device = _device(store, secrets, secret_name)
    keys = _county_keys(store)
    requests, noted = _compose_all(store, device, on_progress)
    number = _next_number(store)
    parts = split(requests)
    head = SealedHeader(
        kind=StickKind.UP,
        install_id=device.install_id,
        stick_id=str(uuid.uuid4()),
        number=number,
        part=1,
        parts=len(parts),
        reply_to=base64.b64encode(raw_public(_box(secrets, secret_name))).decode(),
    ).model_copy(update=noted)
    reader = X25519PublicKey.from_public_bytes(base64.b64decode(keys.box))
    written: list[Path] = []
    try:
        for part, items in enumerate(parts, start=1):
            header = head.model_copy(update={"part": part})
            sealed = seal(header, items, signer=device.private_key, reader=reader)
            written.append(_write(folder / file_name(header), sealed))
            on_progress(part, len(parts))
    except UserFacingError:
        _remove(written)
        raise
    _note_written(store, head)
    _remove_older(folder, device, written)
    return StickWritten(number, head.operations, tuple(written))


def read_stick(
    store: Store,
    secrets: Secrets,
    folder: Path,
    *,
    secret_name: str,
    after: AfterLaying,
    on_progress: Progress = lambda _done, _all: None,
) -> StickRead:
    """Reads the county's answers for this laptop; all files are checked before one is laid down.

    Raises ``UserFacingError``: STICK_EMPTY, STICK_FOR_ANOTHER, STICK_TAMPERED, STICK_CUT_OFF,
    STICK_FROM_NEWER_PROGRAM, STICK_DOES_NOT_FIT, STICK_NOT_READ; then nothing was changed but
    what earlier answers of the same stick had brought.
    """
    device = _device(store, secrets, secret_name)
    found = _checked_answers(store, secrets, folder, device, secret_name)
    result = StickRead()
    result.touched |= use_what_was_left(store, after)
    for place, (header, items) in enumerate(found):
        before = result.rows
        for asked, packed in zip(items[::2], items[1::2], strict=True):
            _lay(store, orjson.loads(asked), packed, after, result)
        _note_read(store, header, result.rows - before)
        if header.number not in result.numbers:
            result.numbers.append(header.number)
        on_progress(place + 1, len(found))
    catch_up_search(store)
    return result


# --- writing -------------------------------------------------------------------------------------


def _write(path: Path, content: bytes) -> Path:
    try:
        return write_whole(path, content)
    except OSError as problem:
        raise UserFacingError(
            ErrorCode.STICK_NOT_WRITTEN, folder=str(path.parent), problem=problem.strerror or ""
        ) from problem


def _read(path: Path) -> bytes:
    try:
        return read_whole(path)
    except OSError as problem:
        raise UserFacingError(
            ErrorCode.STICK_NOT_READ, file=path.name, problem=problem.strerror or ""
        ) from problem


def _device(store: Store, secrets: Secrets, secret_name: str) -> Device:
    device = load_device(store, secrets, secret_name=secret_name)
    if device is None:
        raise UserFacingError(ErrorCode.STICK_NOT_ENROLLED)
    return device


def _county_keys(store: Store) -> CountyKeys:
    kept = store.value(COUNTY_KEYS)
    if kept is None:
        raise UserFacingError(ErrorCode.STICK_NO_COUNTY_KEYS)
    return CountyKeys.model_validate_json(kept)


def _box(secrets: Secrets, secret_name: str) -> X25519PrivateKey:
    """This laptop's own key for answers, made when it has none."""
    name = f"{secret_name}-box"
    kept = secrets.get(name)
    if kept is None:
        kept = X25519PrivateKey.generate().private_bytes_raw()
        secrets.put(name, kept)
    return X25519PrivateKey.from_private_bytes(kept)


def _compose_all(
    store: Store, device: Device, on_progress: Progress
) -> tuple[list[bytes], dict[str, int]]:
    """Packed requests that together carry all that waits, at least one; and the numbers in them."""
    waiting, first, last = _waiting_numbers(store)
    requests: list[bytes] = []
    batch = BatchSize(operations=_OPERATIONS, rows=10_000)
    after, done = 0, 0
    while not requests or done < waiting:
        request = compose_request(store, device.install_id, batch, after_op_no=after)
        carried = numbers_of(request["operations"])
        if requests and not carried:
            break
        requests.append(pack(orjson.dumps(request)))
        after = carried[-1] if carried else after
        done += len(carried)
        on_progress(done, max(waiting, done))
    return requests, {"operations": done, "first_op_no": first, "last_op_no": max(last, after)}


def _waiting_numbers(store: Store) -> tuple[int, int, int]:
    """How many wait, the first and the last number."""
    with store.reading() as session:
        row = session.connection().exec_driver_sql(
            "SELECT count(*), coalesce(min(op_no), 0), coalesce(max(op_no), 0) FROM outbox "
            "WHERE state = 'waiting'"
        )
        count, first, last = row.one()
    return int(count), int(first), int(last)


def _next_number(store: Store) -> int:
    with store.reading() as session:
        return (session.exec(select(func.max(Stick.number))).one() or 0) + 1


def _note_written(store: Store, head: SealedHeader) -> None:
    with store.local_writing() as session:
        session.add(
            Stick(
                stick_id=head.stick_id,
                number=head.number,
                install_id=head.install_id,
                written_at=store.clock.now(),
                operations=head.operations,
                first_op_no=head.first_op_no,
                last_op_no=head.last_op_no,
                files=head.parts,
            )
        )


def _remove_older(folder: Path, device: Device, written: list[Path]) -> None:
    """Best effort: an older file does no harm, it only takes room."""
    mine = f"gulou-{StickKind.UP}-{device.install_id[:8]}-"
    _remove(path for path in folder.iterdir() if path.name.startswith(mine) and path not in written)


def _remove(files: Iterable[Path]) -> None:
    for path in files:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


# --- reading -------------------------------------------------------------------------------------


def _checked_answers(
    store: Store, secrets: Secrets, folder: Path, device: Device, secret_name: str
) -> list[tuple[SealedHeader, list[bytes]]]:
    """This laptop's files in their order, each opened; raises before anything is believed."""
    keys = _county_keys(store)
    signed_by = Ed25519PublicKey.from_public_bytes(base64.b64decode(keys.signing))
    box = _box(secrets, secret_name)
    found: list[tuple[SealedHeader, list[bytes]]] = []
    others = 0
    for path in _answer_files(folder):
        try:
            sealed = _read(path)
            header = read_header(sealed)
            if header.install_id != device.install_id or header.kind is not StickKind.DOWN:
                others += 1
                continue
            found.append((header, open_sealed(sealed, signed_by=signed_by, reader=box)))
        except SealedByNewerError as problem:
            raise UserFacingError(ErrorCode.STICK_FROM_NEWER_PROGRAM, file=path.name) from problem
        except (NotSealedError, TamperedError) as problem:
            raise UserFacingError(ErrorCode.STICK_TAMPERED, file=path.name) from problem
    if not found:
        code = ErrorCode.STICK_FOR_ANOTHER if others else ErrorCode.STICK_EMPTY
        raise UserFacingError(code, folder=str(folder))
    _require_all_parts(found)
    return sorted(found, key=lambda one: (one[0].number, one[0].part))


def _answer_files(folder: Path) -> list[Path]:
    try:
        return sorted(
            path for path in folder.iterdir() if is_sealed_name(path.name, StickKind.DOWN)
        )
    except OSError as problem:
        raise UserFacingError(
            ErrorCode.STICK_NOT_READ, file=str(folder), problem=problem.strerror or ""
        ) from problem


def _require_all_parts(found: list[tuple[SealedHeader, list[bytes]]]) -> None:
    parts: dict[str, set[int]] = defaultdict(set)
    wanted: dict[str, int] = {}
    for header, items in found:
        parts[header.stick_id].add(header.part)
        wanted[header.stick_id] = header.parts
        if len(items) % 2:
            raise UserFacingError(ErrorCode.STICK_TAMPERED, file=file_name(header))
    for stick_id, there in parts.items():
        missing = set(range(1, wanted[stick_id] + 1)) - there
        if missing:
            raise UserFacingError(
                ErrorCode.STICK_CUT_OFF, part=min(missing), parts=wanted[stick_id]
            )


class Fit(StrEnum):
    """How an answer stands to what this file has read."""

    WHOLE = "whole"
    """Made for exactly this state."""
    REST = "rest"
    """Made for an older state, but it reaches further."""
    KNOWN = "known"
    """All of it was laid down before."""
    GAP = "gap"
    """Something between the file and this answer is missing."""


@dataclass(frozen=True)
class _State:
    """How far the file has read."""

    epoch: str | None
    cursors: dict[str, int]

    @classmethod
    def of(cls, session: Session) -> _State:
        """As the file says now."""
        values = read_values(session, "epoch", "cursors")
        return cls(values.get("epoch"), orjson.loads(values.get("cursors", "{}")))


def _fit(state: _State, asked: dict[str, Any], answer: dict[str, Any]) -> Fit:
    """Rows older than what the file holds must never be put back.

    Whoever sees a place in the feed sees all before it. So an answer that reaches as far as the
    file in every bucket was made from a county that knew all the file has read, and none of its
    rows is older; only what the file learnt beyond its cursors (``_leave_older``) may be newer.
    """
    reached: dict[str, int] = answer["cursors"]
    if answer["epoch"] != state.epoch:
        # The county was restored and noticed it in answering this very state, or long ago.
        return Fit.WHOLE if asked["epoch"] == state.epoch else Fit.KNOWN
    known = {bucket: state.cursors.get(bucket, 0) for bucket in reached}
    begun = {bucket: asked["cursors"].get(bucket, 0) for bucket in reached}
    if known == begun:
        return Fit.WHOLE
    if all(known[bucket] >= reached[bucket] for bucket in reached):
        return Fit.KNOWN
    if all(begun[bucket] <= known[bucket] <= reached[bucket] for bucket in reached):
        return Fit.REST
    return Fit.GAP


def _lay(
    store: Store, asked: dict[str, Any], packed: bytes, after: AfterLaying, result: StickRead
) -> None:
    """One answer; looked at again when a round on the line moved the file meanwhile."""
    for _attempt in range(_TRIES):
        answer = _unpacked(packed)
        with store.reading() as session:
            state = _State.of(session)
        fit = _fit(state, asked, answer)
        if fit is Fit.KNOWN:
            return
        if fit is Fit.GAP:
            raise UserFacingError(ErrorCode.STICK_DOES_NOT_FIT)
        if fit is Fit.REST:
            _leave_older(store, answer)
        _keep_own_clock(store, answer)
        try:
            result.touched |= lay_down(store, answer, after, may_lay=_if_still(state))
        except OvertakenError:
            continue
        result.rows += len(answer["changes"])
        result.is_new = True
        return
    raise UserFacingError(ErrorCode.STICK_DOES_NOT_FIT)


def _unpacked(packed: bytes) -> dict[str, Any]:
    try:
        return parse_answer(unpack(packed))
    except (NotTheCountyError, TooLargeError, zstandard.ZstdError) as problem:
        raise UserFacingError(ErrorCode.STICK_TAMPERED, file="") from problem


def _leave_older(store: Store, answer: dict[str, Any]) -> None:
    """Leaves out what is older than a record here: an acknowledgement may have told its version
    before the cursor came there. An operation whose acknowledgement is left out goes on waiting
    and is sent again."""
    acks = read_acks(answer)
    with store.reading() as session:
        connection = session.connection()
        records = _records_of(connection, [ack.op_no for ack in acks])
        rows = {(row[0], row[1]) for row in answer["changes"]}
        here = _versions(connection, rows | set(records.values()))
    answer["changes"] = [
        row
        for row in answer["changes"]
        if row[2] != ChangeKind.PUT or row[3] >= here.get((row[0], row[1]), 0)
    ]
    kept = [ack for ack in acks if ack.version >= here.get(records.get(ack.op_no, ("", "")), 0)]
    answer["acks"] = {
        "count": len(kept),
        "op_no": pack_steps([ack.op_no for ack in kept]),
        "version": pack_runs([ack.version for ack in kept]),
        "seq": pack_steps([ack.seq for ack in kept]),
    }


def _records_of(connection: Connection, op_nos: list[int]) -> dict[int, tuple[str, str]]:
    rows = connection.exec_driver_sql(
        f"SELECT op_no, entity, record_id FROM outbox WHERE op_no IN {OF_LIST}",
        (orjson.dumps(op_nos).decode(),),
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def _versions(connection: Connection, wanted: set[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """{record: its county version} of those that are here."""
    found: dict[tuple[str, str], int] = {}
    for entity in {entity for entity, _ in wanted} & ENTITIES.keys():
        ids = [record_id for kind, record_id in wanted if kind == entity]
        rows = connection.exec_driver_sql(
            f"SELECT id, sync_version FROM {ENTITIES[entity].__tablename__} WHERE id IN {OF_LIST}",
            (orjson.dumps(ids).decode(),),
        )
        found |= {(entity, row[0]): row[1] for row in rows}
    return found


def _keep_own_clock(store: Store, answer: dict[str, Any]) -> None:
    """The days a stick was carried say nothing about this laptop's clock."""
    offset = int(store.value("clock_offset_ms") or 0)
    answer["server_ms"] = round(store.clock.now().timestamp() * 1000) + offset


def _if_still(state: _State) -> Callable[[Session], None]:
    """Lays down only on the state that was looked at, and tells the line's rounds."""

    def check(session: Session) -> None:
        if _State.of(session) != state:
            raise OvertakenError
        laid = int(read_values(session, STICKS_LAID).get(STICKS_LAID, 0))
        write_values(session, {STICKS_LAID: str(laid + 1)})

    return check


def _note_read(store: Store, header: SealedHeader, rows: int) -> None:
    with store.local_writing() as session:
        stick = session.exec(select(Stick).where(col(Stick.stick_id) == header.stick_id)).first()
        if stick is None:
            return  # written before this file was put back from a copy
        stick.changes += rows
        if header.part == header.parts and stick.read_at is None:
            stick.read_at = store.clock.now()


# --- receipts ------------------------------------------------------------------------------------


class StickState(StrEnum):
    """Whether what was written onto a stick has arrived."""

    UNDER_WAY = "under_way"
    ANSWERED = "answered"
    """The county's answer was read."""
    BY_LINE = "by_line"
    """No answer was read, but all of it has a verdict: the line was quicker, or a later stick."""


@dataclass(frozen=True)
class StickRow:
    """One writing in the list of receipts."""

    number: int
    written_at: str
    operations: int
    files: int
    state: StickState
    read_at: str | None
    changes: int


def sticks(store: Store, *, most: int = 200) -> tuple[StickRow, ...]:
    """The writings of this laptop, newest first; moments as ISO texts in UTC."""
    with store.reading() as session:
        rows = session.connection().exec_driver_sql(
            "SELECT s.number, s.written_at, s.operations, s.files, s.read_at, s.changes, "
            "s.operations > 0 AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.state = 'waiting' "
            "AND o.op_no BETWEEN s.first_op_no AND s.last_op_no) AS is_judged "
            "FROM stick s ORDER BY s.number DESC LIMIT ?",
            (most,),
        )
        return tuple(
            StickRow(
                number=row.number,
                written_at=row.written_at,
                operations=row.operations,
                files=row.files,
                state=_state(row.read_at, is_judged=bool(row.is_judged)),
                read_at=row.read_at,
                changes=row.changes,
            )
            for row in rows
        )


def _state(read_at: str | None, *, is_judged: bool) -> StickState:
    if read_at is not None:
        return StickState.ANSWERED
    return StickState.BY_LINE if is_judged else StickState.UNDER_WAY
