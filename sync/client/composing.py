"""What of the outbox goes into a request, and in which form: columns, or objects for an old county.

Whole transaction groups, oldest first. The value before an edit travels only with an edit of what
the county has: there it tells two people what both started from.
"""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import Connection

from sync.protocol.messages import OLDEST_PROTOCOL
from sync.protocol.op_columns import FIELDS, Parts, pack_operations, unpack_steps

_WAITING = (
    "SELECT op_no, txn, entity, record_id, kind, patch, base, account_id, action, wall_ms, "
    'mono_ms, boot_id, schema_version, seen, "before", origin FROM outbox '
    "WHERE state = 'waiting' AND op_no > ? ORDER BY op_no"
)
_TXN, _KIND, _PATCH, _BASE, _BEFORE = 1, 4, 5, 6, 14
_SINCE_PROTOCOL_2 = ("seen", "before", "origin")


def waiting_groups(
    connection: Connection, *, limit: int, size_limit: int, after_op_no: int = 0
) -> list[Parts]:
    """The oldest waiting groups, whole, until there are ``limit`` operations or their patches
    have ``size_limit`` bytes; at least one group."""
    rows = connection.exec_driver_sql(_WAITING, (after_op_no,))
    operations: list[Parts] = []
    size = txn = 0
    for row in rows:
        is_enough = len(operations) >= limit or size > size_limit
        if operations and is_enough and row[_TXN] != txn:
            break
        txn = row[_TXN]
        size += len(row[_PATCH])
        operations.append(_parts(row))
    rows.close()
    return operations


def _parts(row: Any) -> Parts:
    is_edit = row[_BASE] != "{}" and row[_KIND] == "put"
    return (
        *row[:_PATCH],
        orjson.loads(row[_PATCH]),
        orjson.loads(row[_BASE]) if row[_BASE] != "{}" else {},
        *row[_BASE + 1 : _BEFORE],
        orjson.loads(row[_BEFORE]) if is_edit else None,
        row[_BEFORE + 1],
    )


def numbers_of(operations: list[Any] | dict[str, Any]) -> list[int]:
    """The numbers of the operations in a request."""
    if isinstance(operations, list):
        return [one["op_no"] for one in operations]
    count = operations["count"]
    return unpack_steps(operations["op_no"], count) if count else []


def composed(operations: list[Parts], protocol: int) -> list[Any] | dict[str, Any]:
    """Operations as this protocol carries them."""
    if protocol > OLDEST_PROTOCOL:
        return pack_operations(operations)
    objects = [dict(zip(FIELDS, parts, strict=True)) for parts in operations]
    for one in objects:
        for name in _SINCE_PROTOCOL_2:
            if name != "origin" or one[name] is None:
                del one[name]
    return objects
