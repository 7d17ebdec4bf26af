"""How many bytes 10,000 scattered edits of one field are on their way up.

Floor: SQLite's own changeset of the same edits in a plain file, compressed with zlib. It holds the
ids and both values, and nothing of who, when, on which version and in which order.
"""

from __future__ import annotations

import random
import uuid
import zlib
from typing import Final

import apsw
import orjson

from sync.protocol.messages import MAX_OPERATIONS
from sync.protocol.op_columns import Parts, pack_operations
from sync.protocol.packing import pack
from tests.benchmarks.figures import Figure, Goal, Of

_FIRST_MS: Final = 1_790_000_000_000
_ACCOUNT: Final = "0e5f2c52-7f3e-4b5c-9d9e-2f6b1c8d7a90"
_COLUMNS: Final = (
    "id TEXT PRIMARY KEY, unit_id TEXT, household_id TEXT, position INTEGER, name TEXT, "
    "relation TEXT, sex TEXT, birth_date TEXT, ethnic_group TEXT, identity_kind TEXT, "
    "identity_number TEXT, missing_identity TEXT, phone TEXT, note TEXT"
)
Edit = tuple[str, str, str]
"""Resident, phone before, phone after."""


def measure_edit_bytes(edits: int) -> Figure:
    """Bytes of the operations, columns packed, in batches as large as they may be."""
    chance = random.Random(7)
    made = [(_an_id(chance), _a_phone(chance), _a_phone(chance)) for _ in range(edits)]
    operations = _operations(made, chance)
    batches = (
        operations[start : start + MAX_OPERATIONS]
        for start in range(0, len(operations), MAX_OPERATIONS)
    )
    up = sum(len(pack(orjson.dumps(pack_operations(batch)))) for batch in batches)
    return Figure(
        f"{edits:,} scattered field edits, up",
        up,
        "bytes",
        len(zlib.compress(_changeset(made), 9)),
        Goal(Of.RATIO, 2.0),
    )


def _operations(edits: list[Edit], chance: random.Random) -> list[Parts]:
    """Each an edit of its own, some seconds after the one before."""
    found: list[Parts] = []
    wall_ms = _FIRST_MS
    for number, (record_id, before, after) in enumerate(edits, start=1):
        wall_ms += chance.randrange(2_000, 60_000)
        found.append(
            (
                *(number, number, "resident", record_id, "put"),
                *({"phone": after}, {"phone": 1}, _ACCOUNT, "edit_resident"),
                *(wall_ms, wall_ms - _FIRST_MS, _ACCOUNT, 8, 1, {"phone": before}, None),
            )
        )
    return found


def _changeset(edits: list[Edit]) -> bytes:
    database = apsw.Connection(":memory:")
    database.execute(f"CREATE TABLE resident ({_COLUMNS})")
    database.executemany(
        "INSERT INTO resident (id, phone) VALUES (?, ?)", [(one, old) for one, old, _ in edits]
    )
    session = apsw.Session(database, "main")
    session.attach("resident")
    database.executemany(
        "UPDATE resident SET phone = ? WHERE id = ?", [(new, one) for one, _, new in edits]
    )
    found = bytes(session.changeset())
    session.close()
    database.close()
    return found


def _an_id(chance: random.Random) -> str:
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))


def _a_phone(chance: random.Random) -> str:
    return f"139{chance.randrange(10**8):08d}"
