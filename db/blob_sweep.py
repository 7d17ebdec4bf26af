"""An original leaves the disk with the last record that names it.

Looks at what is here, not at what has changed: so it is right after a kill between two steps, after
a stick was read, and after a copy was put back.
"""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from db.columns import OF_LIST
from db.session import Store


def forget_unnamed(store: Store) -> int:
    """Removes originals that no record here names any more; returns how many.

    Only what could be fetched again: what the county does not have yet is sent first, even when its
    record has gone to another unit meanwhile.
    """
    kept = [row.sha256 for row in store.blobs.kept()]
    if not kept:
        return 0
    gone = set(kept) - named_originals(store, kept).keys()
    store.blobs.forget(gone)
    return len(gone)


def named_originals(store: Store, names: Iterable[str]) -> dict[str, int]:
    """{SHA-256: county version of a record that names it, 0 while unjudged} of those named."""
    with store.reading() as session:
        rows = session.connection().exec_driver_sql(
            "SELECT sha256, max(sync_version) FROM attachment "
            f"WHERE sha256 IN {OF_LIST} GROUP BY sha256",
            (orjson.dumps(list(names)).decode(),),
        )
        return {row[0]: row[1] for row in rows}
