"""Reads a request without trusting it: one malformed operation must not stop the others.

The envelope must be right, or the whole request is a bad one. An operation only needs its number:
it is then stored as it came, and refused if it is nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final, NamedTuple

import orjson
import zstandard
from pydantic import TypeAdapter, ValidationError

from sync.protocol.messages import (
    MAX_INFLATED_BYTES,
    OLDEST_PROTOCOL,
    PROTOCOL_VERSION,
    Operation,
    ProblemCode,
    SyncRequest,
)
from sync.protocol.op_columns import FIELDS, unpack_operations
from sync.protocol.packing import TooLargeError, unpack
from sync.server.problems import RequestRefusedError
from sync.server.validation import has_nul

_LARGEST: Final = 2**62
_MAX_WRITTEN_OUT: Final = 2 * MAX_INFLATED_BYTES
"""All operations as objects, in bytes; columns say once what objects say each."""
_OPERATION: Final = TypeAdapter(Operation)
_SIGNED_FIELDS: Final = (
    "op_no",
    "txn",
    "entity",
    "record_id",
    "kind",
    "patch",
    "base",
    "account_id",
    "wall_ms",
)
"""What makes two operations the same; a later program may add fields around them."""
_signed: Final = attrgetter(*_SIGNED_FIELDS)
_LONGEST_ID: Final = 60
_MOST_LETTERS: Final = (10**6, 10**6, 36, 60, 40, 60)
"""Of entity, kind, account, action, boot id and origin; as `Operation` says."""


class Incoming(NamedTuple):
    """One operation as it came: its number, its group, its bytes, and what could be read of it."""

    op_no: int
    txn: int
    sha256: bytes
    body: bytes
    wall_ms: int
    operation: Operation | None


@dataclass(frozen=True, slots=True)
class Envelope:
    """A request whose operations have been read one by one."""

    request: SyncRequest
    incoming: list[Incoming]
    """In operation order, each number once."""


def open_envelope(packed: bytes, *, install_id: str) -> Envelope:
    """Unpacks and reads a request of this install; raises ``RequestRefusedError``."""
    raw = parsed(packed)
    operations = raw.pop("operations", None)
    protocol = raw.get("protocol")
    if not isinstance(operations, list | dict):
        raise RequestRefusedError(ProblemCode.BAD_REQUEST, why="operations")
    if protocol not in range(OLDEST_PROTOCOL, PROTOCOL_VERSION + 1):
        raise RequestRefusedError(ProblemCode.PROTOCOL_TOO_OLD, spoken=PROTOCOL_VERSION)
    if not isinstance(operations, list if protocol == OLDEST_PROTOCOL else dict):
        raise RequestRefusedError(ProblemCode.BAD_REQUEST, why="operations")
    try:
        request = SyncRequest.model_validate({**raw, "operations": []})
    except ValidationError as problem:
        fields = sorted({str(error["loc"][0]) for error in problem.errors(include_url=False)})
        raise RequestRefusedError(ProblemCode.BAD_REQUEST, why=fields) from problem
    if any("\0" in bucket for bucket in request.cursors):
        raise RequestRefusedError(ProblemCode.BAD_REQUEST, why="cursors")
    if request.install_id != install_id:
        raise RequestRefusedError(ProblemCode.BAD_REQUEST, why="install_id")
    return Envelope(request, _in_order(_all_incoming(operations)))


def _all_incoming(operations: list[Any] | dict[str, Any]) -> Iterator[Incoming]:
    """One by one, so that what would fill the memory is seen before it does."""
    if isinstance(operations, list):
        return map(_incoming, operations)
    try:
        unpacked = unpack_operations(operations)
    except TooLargeError as problem:
        raise RequestRefusedError(ProblemCode.TOO_LARGE) from problem
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise RequestRefusedError(ProblemCode.BAD_REQUEST, why="columns") from problem
    words: set[tuple[Any, ...]] = set()
    return (_of_columns(op, words) or _incoming(_as_object(op)) for op in unpacked)


def _as_object(op: Operation) -> dict[str, Any]:
    return {name: getattr(op, name) for name in FIELDS}


def _of_columns(op: Operation, known: set[tuple[Any, ...]]) -> Incoming | None:
    """An operation that is plainly one; None for any that has to be looked at more closely.

    Its numbers were checked with their columns. What most operations of a batch have alike is
    checked once and remembered in ``known``.
    """
    words = (op.entity, op.kind, op.account_id, op.action, op.boot_id, op.origin)
    numbers = (op.schema_version, op.seen)
    is_id = type(op.record_id) is str and 1 <= len(op.record_id) <= _LONGEST_ID
    if not (is_id and 1 <= op.op_no <= _LARGEST and 1 <= op.txn <= _LARGEST):
        return None
    if type(numbers[0]) is not int or type(numbers[1]) not in (int, type(None)):
        return None
    if any(type(version) is not int for version in op.base.values()):
        return None
    try:
        if words not in known:
            if not _are_words(words):
                return None
            known.add(words)
        body = orjson.dumps(op)
    except (TypeError, orjson.JSONEncodeError):
        return None
    if has_nul(body):
        return None
    signed = orjson.dumps(_signed(op), option=orjson.OPT_SORT_KEYS)
    sha256 = hashlib.sha256(signed).digest()
    return Incoming(op.op_no, op.txn, sha256, body, op.wall_ms, op)


def _are_words(words: tuple[Any, ...]) -> bool:
    needed = words if words[-1] is not None else words[:-1]  # the origin may be missing
    return all(
        type(word) is str and len(word) <= most
        for word, most in zip(needed, _MOST_LETTERS, strict=False)
    )


def parsed(packed: bytes) -> dict[str, Any]:
    """A packed JSON object; raises ``RequestRefusedError``."""
    try:
        found = orjson.loads(unpack(packed))
    except TooLargeError as problem:
        raise RequestRefusedError(ProblemCode.TOO_LARGE) from problem
    except (zstandard.ZstdError, orjson.JSONDecodeError) as problem:
        raise RequestRefusedError(ProblemCode.BAD_REQUEST, why="body") from problem
    if not isinstance(found, dict):
        raise RequestRefusedError(ProblemCode.BAD_REQUEST, why="body")
    return found


def _in_order(operations: Iterable[Incoming]) -> list[Incoming]:
    found: dict[int, Incoming] = {}
    size = 0
    for incoming in operations:
        size += len(incoming.body)
        if size > _MAX_WRITTEN_OUT:
            raise RequestRefusedError(ProblemCode.TOO_LARGE)
        twin = found.setdefault(incoming.op_no, incoming)
        if twin.sha256 != incoming.sha256:
            raise RequestRefusedError(ProblemCode.IDENTITY_REUSED, op_no=incoming.op_no)
    return [found[op_no] for op_no in sorted(found)]


def _incoming(raw: Any) -> Incoming:
    op_no = _number_or_none(raw.get("op_no")) if isinstance(raw, dict) else None
    if op_no is None:
        raise RequestRefusedError(ProblemCode.BAD_REQUEST, why="op_no")
    try:
        body = orjson.dumps(raw)
    except orjson.JSONEncodeError as problem:  # nested deeper than can be written down again
        raise RequestRefusedError(ProblemCode.BAD_REQUEST, why="depth") from problem
    signed = orjson.dumps([raw.get(name) for name in _SIGNED_FIELDS], option=orjson.OPT_SORT_KEYS)
    wall_ms = raw.get("wall_ms")
    return Incoming(
        op_no=op_no,
        txn=_number_or_none(raw.get("txn")) or op_no,
        sha256=hashlib.sha256(signed).digest(),
        body=body,
        wall_ms=wall_ms if isinstance(wall_ms, int) else 0,
        operation=_operation(raw, body),
    )


def _operation(raw: dict[str, Any], body: bytes) -> Operation | None:
    if has_nul(body) or _number_or_none(raw.get("txn")) is None:
        return None
    try:
        return _OPERATION.validate_python(raw)
    except ValidationError:
        return None


def _number_or_none(value: Any) -> int | None:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 1 <= value <= _LARGEST else None


def incoming_again(body: str) -> Incoming:
    """An operation as it was kept raw, to be judged once more."""
    return _incoming(orjson.loads(body))
