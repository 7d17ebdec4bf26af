"""Answers a laptop whose sums differ: the rows of the ranges that differ, all of each range.

Before that the feed lines of these buckets are compared with their records and mended: what one
laptop lacks, others may lack as well.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, Final

import orjson
from psycopg import Connection
from pydantic import ValidationError

from sync.protocol.messages import COUNTY_SCOPE, MAGIC, ProblemCode, RepairRequest
from sync.protocol.packing import pack
from sync.protocol.sums import RANGES, Sum
from sync.server import feed_check, intake, sums
from sync.server.envelope import parsed
from sync.server.exchange import CountyDesk
from sync.server.postgres import snapshot
from sync.server.problems import RequestRefusedError
from sync.server.state import read_state

LOG: Final = logging.getLogger("gulou.county")
MAX_ROWS: Final = 10_000
"""Rows of one answer, unless one range alone has more."""


def repair(desk: CountyDesk, install_id: str, packed: bytes) -> bytes:
    """Answers one packed repair request of this install; raises ``RequestRefusedError``."""
    request = _read(packed, install_id)
    with desk.pool.connection() as connection:
        install = intake.read_install(connection, install_id)
        scope = desk.units.tree(connection).scope_of(install.unit_id)
        connection.commit()
        feed_check.mend_lines(connection, _own_buckets(request, scope), now=desk.now())
        with snapshot(connection):
            scope = desk.units.tree(connection).scope_of(install.unit_id)
            return pack(_answer(connection, scope, request))


def _own_buckets(request: RepairRequest, scope: Sequence[str]) -> list[str]:
    """Where lines may be missing for this laptop: what it asks about of its own, and, for records
    of others that are shared with it, its own buckets."""
    if COUNTY_SCOPE in scope:
        return list(request.ranges)
    away = request.ranges.keys() - set(scope)
    return list(scope) if away else list(request.ranges)


def _read(packed: bytes, install_id: str) -> RepairRequest:
    try:
        request = RepairRequest.model_validate(parsed(packed))
        for parts in request.ranges.values():
            if len(parts) != RANGES:
                raise ValueError(len(parts))
            _ = [Sum.read(part) for part in parts if part is not None]
        if any("\0" in name for name in (*request.ranges, *chain(*request.strays))):
            raise ValueError("NUL")
    except (ValidationError, ValueError) as problem:
        raise RequestRefusedError(ProblemCode.BAD_REQUEST, why="repair") from problem
    if request.install_id != install_id:
        raise RequestRefusedError(ProblemCode.BAD_REQUEST, why="install_id")
    return request


def _answer(connection: Connection[Any], scope: Sequence[str], request: RepairRequest) -> bytes:
    buckets = list(request.ranges)
    ours = sums.read_range_sums(connection, scope, request.entities, buckets)
    answered, more = _within_a_page(_differing(request, ours), ours)
    changes = sums.read_ranges(connection, scope, request.entities, answered) if answered else []
    if request.strays:
        changes += sums.read_strays(connection, scope, list(dict.fromkeys(request.strays)))
    differing: dict[str, list[int]] = {}
    for bucket, part in answered:
        differing.setdefault(bucket, []).append(part)
    head = {
        "magic": MAGIC,
        "epoch": read_state(connection, "epoch"),
        "differing": differing,
        "sums": {name: one.wire() for name, one in _totals(buckets, ours).items()},
        "more": more,
    }
    return orjson.dumps(head)[:-1] + b',"changes":[' + b",".join(changes) + b"]}"


def _differing(
    request: RepairRequest, ours: Mapping[tuple[str, int], Sum]
) -> list[tuple[str, int]]:
    return [
        (bucket, part)
        for bucket, parts in request.ranges.items()
        for part, theirs in enumerate(parts)
        if theirs is not None and Sum.read(theirs) != ours.get((bucket, part), Sum())
    ]


def _within_a_page(
    differing: Sequence[tuple[str, int]], ours: Mapping[tuple[str, int], Sum]
) -> tuple[list[tuple[str, int]], bool]:
    """As many ranges as one answer carries, and whether some are left."""
    rows = 0
    for place, part in enumerate(differing):
        rows += ours.get(part, Sum()).rows
        if rows > MAX_ROWS and place > 0:
            return list(differing[:place]), True
    return list(differing), False


def _totals(buckets: Sequence[str], ours: Mapping[tuple[str, int], Sum]) -> dict[str, Sum]:
    found = dict.fromkeys(buckets, Sum())
    for (bucket, _part), one in ours.items():
        total = found[bucket]
        found[bucket] = Sum(total.rows + one.rows, total.mix ^ one.mix)
    return found
