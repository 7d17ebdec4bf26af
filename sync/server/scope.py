"""Who lies inside whom: the buckets an install is sent, and whose records it may write.

A record's bucket is its unit's; a laptop's scope is its unit with everything below it. The
county's own laptops have one bucket more than all: `*` stands for every bucket but the sign-ins.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import psycopg

from app.organisations.rules import is_within, subtree
from app.organisations.vocabulary import CodeSystem, Unit, UnitKind
from db.tables.base import REFERENCE_BUCKET, SIGN_IN_SUFFIX, SyncedRecord
from db.tables.registry import ENTITIES
from sync.protocol.messages import COUNTY_SCOPE

_UNIT_FIELDS: Final = ("code", "name", "parent_id", "is_statistical", "is_virtual")


def covers(scope: Collection[str], bucket: str) -> bool:
    """Whether a laptop of this scope is sent this bucket."""
    if bucket in scope:
        return True
    return COUNTY_SCOPE in scope and not bucket.endswith(SIGN_IN_SUFFIX)


@dataclass(frozen=True, slots=True)
class UnitTree:
    """All units as the county holds them."""

    by_id: Mapping[str, Unit]
    merged: Mapping[str, str] = field(default_factory=dict)
    """Unit to the one it was merged into, to the end of the chain."""
    former_parents: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Unit to the units it was below before."""
    former_homes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Install to the units it worked for before."""

    def scope_of(self, unit_id: str) -> tuple[str, ...]:
        """The buckets an install enrolled for this unit is sent."""
        unit = self.by_id.get(unit_id)
        own_sign_in = unit_id + SIGN_IN_SUFFIX
        if unit is not None and unit.kind is UnitKind.COUNTY:
            return (COUNTY_SCOPE, own_sign_in)
        return (REFERENCE_BUCKET, *sorted(subtree(unit_id, self.by_id.values())), own_sign_in)

    def as_before(self, unit_id: str, former_parent_id: str) -> UnitTree:
        """The tree with one unit where it was before."""
        unit = self.by_id.get(unit_id)
        if unit is None:
            return self
        return replace(
            self, by_id={**self.by_id, unit_id: replace(unit, parent_id=former_parent_id)}
        )

    def is_inside(self, unit_id: str, top_id: str) -> bool:
        """Whether a unit is known and is the top unit or below it."""
        return unit_id in self.by_id and is_within(unit_id, top_id, self.by_id)


class UnitCache:
    """The unit tree, read again only when a reference record has moved in the feed."""

    def __init__(self) -> None:
        self._known: tuple[int, UnitTree] = (-1, UnitTree({}))

    def tree(self, connection: psycopg.Connection[Any]) -> UnitTree:
        """The tree as this transaction sees it."""
        row = connection.execute(
            "SELECT coalesce(max(seq), 0) FROM feed "
            "WHERE county_id = current_setting('gulou.county') AND bucket = %s",
            (REFERENCE_BUCKET,),
        ).fetchone()
        mark = int(row[0]) if row else 0
        known_mark, tree = self._known
        if mark != known_mark:
            tree = read_tree(connection)
            self._known = (mark, tree)
        return tree


def read_tree(connection: psycopg.Connection[Any]) -> UnitTree:
    """All units that were not taken away."""
    rows = connection.execute(
        "SELECT id, body FROM record WHERE county_id = current_setting('gulou.county') "
        "AND entity = 'unit' AND NOT is_deleted"
    ).fetchall()
    former: dict[str, dict[str, set[str]]] = {"unit": {}, "install": {}}
    for entity, thing_id, unit_id in connection.execute(_FORMER).fetchall():
        former[entity].setdefault(thing_id, set()).add(unit_id)
    return UnitTree(
        by_id={record_id: _unit(record_id, body) for record_id, body in rows},
        merged=_to_the_end(dict(connection.execute(_MERGED).fetchall())),
        former_parents={name: frozenset(units) for name, units in former["unit"].items()},
        former_homes={name: frozenset(units) for name, units in former["install"].items()},
    )


_FORMER: Final = """
SELECT entity, id, unit_id FROM placement
WHERE county_id = current_setting('gulou.county') AND entity IN ('unit', 'install')
"""
_MERGED: Final = """
SELECT unit_id, into_unit_id FROM merged_unit WHERE county_id = current_setting('gulou.county')
"""


def _to_the_end(merged: dict[str, str]) -> dict[str, str]:
    """Each unit to the last of the chain; a unit that lives again ends it."""
    found = {}
    for unit_id in merged:
        here, seen = unit_id, {unit_id}
        while here in merged and merged[here] not in seen:
            here = merged[here]
            seen.add(here)
        found[unit_id] = here
    return found


def _unit(record_id: str, body: dict[str, Any]) -> Unit:
    return Unit(
        id=record_id,
        kind=UnitKind(body["kind"]),
        code_system=CodeSystem(body["code_system"]),
        **{name: body[name] for name in _UNIT_FIELDS},
    )


def home_bucket(model: type[SyncedRecord], body: dict[str, Any]) -> str:
    """The bucket of the unit whose record it is."""
    return model.bucket_of(body)


def buckets_of(entity: str, body: dict[str, Any], shared: str | None) -> frozenset[str]:
    """Every bucket a record is put into: its unit's, and those it is shared with.

    A case that was handed to a department is in the department's as well; whatever leaves this
    set is evicted there.
    """
    return frozenset({home_bucket(ENTITIES[entity], body), *shared_buckets(shared)})


def shared_buckets(shared: str | None) -> list[str]:
    """The buckets of ``record.shared``."""
    return shared.split() if shared else []
