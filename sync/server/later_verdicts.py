"""The verdicts that have changed since a laptop was told that an operation is quarantined."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from sync.protocol.messages import Verdict


def later_verdicts(
    connection: Connection[Any], lineage: Sequence[str], op_nos: Sequence[int]
) -> list[dict[str, Any]]:
    """Of these operations, under any name this laptop has had; only what is judged by now."""
    rows = connection.execute(
        "SELECT DISTINCT ON (op_no) verdict FROM op_verdict "
        "WHERE county_id = current_setting('gulou.county') "
        "AND install_id = ANY(%(names)b::text[]) AND op_no = ANY(%(op_nos)b::bigint[]) "
        "ORDER BY op_no, array_position(%(names)b::text[], install_id::text)",
        {"names": list(lineage), "op_nos": list(op_nos)},
    )
    return [row[0] for row in rows.fetchall() if row[0]["verdict"] != Verdict.QUARANTINED]
