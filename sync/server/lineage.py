"""Under which name an operation is kept when its laptop has been renewed since it numbered it.

A renewed laptop sends what waits under the numbers it had, with the name they were given under.
The county keeps such an operation under that old name: the laptop it was copied from may send the
same one, and must find its verdict. Where the two have gone different ways (a number is known with
another content), everything from there on is the renewed laptop's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from psycopg import Connection, Cursor

from sync.server.envelope import Incoming

if TYPE_CHECKING:
    from sync.server.applying import Group


def read_lineage(connection: Connection[Any], install_id: str) -> tuple[str, ...]:
    """The install and those it was renewed from, the youngest first."""
    rows = connection.execute(
        "WITH RECURSIVE line AS ("
        "SELECT id, renewed_from, 1 AS depth FROM install "
        "WHERE county_id = current_setting('gulou.county') AND id = %s "
        "UNION ALL SELECT i.id, i.renewed_from, line.depth + 1 FROM line JOIN install i "
        "ON i.county_id = current_setting('gulou.county') AND i.id = line.renewed_from) "
        "SELECT id FROM line ORDER BY depth",
        (install_id,),
    ).fetchall()
    return tuple(str(row[0]) for row in rows)


def owners_of(
    cursor: Cursor[Any], lineage: Sequence[str], incoming: Sequence[Incoming]
) -> dict[int, str]:
    """{number: the install it is kept under} of these operations, in number order.

    A name that is not of this laptop's own line says nothing: it could be anybody's.
    """
    own = lineage[0]
    owners = {op.op_no: own for op in incoming}
    carried = [op for op in incoming if _origin(op) in lineage[1:]]
    if not carried:
        return owners
    known = _known(cursor, lineage, [op.op_no for op in carried])
    forked_at = _first_number(cursor, own)
    for _, members in groupby(carried, key=lambda op: op.txn):
        group = list(members)
        at_home = {op.op_no: home for op in group if (home := _home(op, known, lineage))}
        if not at_home:
            is_other = any(known.get(op.op_no) for op in group)
            if is_other and forked_at is None:
                forked_at = group[0].op_no
            went_own_way = forked_at is not None and forked_at <= group[-1].op_no
            at_home = {op.op_no: own if went_own_way else str(_origin(op)) for op in group}
        first = next(iter(at_home.values()))
        owners.update({op.op_no: at_home.get(op.op_no, first) for op in group})
    return owners


def runs_of(
    groups: Sequence[Group], owners: Mapping[int, str]
) -> Iterator[tuple[str, list[Group]]]:
    """Groups that follow one another and are kept under one name."""
    for owner, members in groupby(groups, key=lambda group: owners[group.op_nos[0]]):
        yield owner, list(members)


def _origin(op: Incoming) -> str | None:
    return None if op.operation is None else op.operation.origin


def _home(
    op: Incoming, known: Mapping[int, Mapping[str, bytes]], lineage: Sequence[str]
) -> str | None:
    """The name under which this very operation is kept already."""
    kept = known.get(op.op_no, {})
    return next((name for name in lineage if kept.get(name) == op.sha256), None)


def _known(
    cursor: Cursor[Any], lineage: Sequence[str], op_nos: Sequence[int]
) -> dict[int, dict[str, bytes]]:
    cursor.execute(
        "SELECT op_no, install_id, sha256 FROM op_raw "
        "WHERE county_id = current_setting('gulou.county') "
        "AND install_id = ANY(%b::text[]) AND op_no = ANY(%b::bigint[])",
        (list(lineage), list(op_nos)),
    )
    known: dict[int, dict[str, bytes]] = {}
    for op_no, install_id, sha256 in cursor.fetchall():
        known.setdefault(int(op_no), {})[str(install_id)] = bytes(sha256)
    return known


def _first_number(cursor: Cursor[Any], install_id: str) -> int | None:
    """Of all that is kept under this name; a carried number among it is where it forked."""
    cursor.execute(
        "SELECT min(op_no) FROM op_raw WHERE county_id = current_setting('gulou.county') "
        "AND install_id = %s",
        (install_id,),
    )
    row = cursor.fetchone()
    return None if row is None or row[0] is None else int(row[0])
