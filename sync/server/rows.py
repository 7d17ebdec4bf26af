"""The rows the county works with: a record, a line of the feed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from db.tables.registry import ENTITIES
from sync.server.scope import buckets_of, home_bucket


class Key(NamedTuple):
    """Which record."""

    entity: str
    record_id: str


@dataclass(slots=True)
class Row:
    """A record as the county holds it; columns of the table ``record``."""

    key: Key
    body: dict[str, Any]
    fields: dict[str, int]
    edits: dict[str, list[Any]]
    """{field: [account, install, milliseconds, and when it was typed]} of its last change; absent:
    as created."""
    version: int
    is_deleted: bool
    parent_id: str | None
    state: str | None
    not_applied_reason: str | None
    created_by: str
    created_install: str
    created_at: datetime
    updated_by: str
    updated_install: str
    updated_at: datetime
    shared: str | None = None
    """Further buckets it lies in, separated by spaces; None: never moved and never shared."""
    is_new: bool = False
    buckets_before: frozenset[str] = frozenset()
    version_before: int = 0
    """The version that is in the feed; a changed state alone does not travel."""
    is_sent_again: bool = False
    """Whether it moves in the feed although it did not change."""
    unheld: int = 0
    """The last version whose writer may not hold what came of it; see ``merging.holds``."""
    held_at: int = -1
    """The version that the laptop under way is known to hold."""
    place: int | None = None
    """Where it first stood in the order of events; only known of children that were read, and not
    of what this request has made."""

    def copy(self) -> Row:
        """A row that can be changed without changing this one."""
        return replace(self, body=dict(self.body), fields=dict(self.fields), edits=dict(self.edits))

    @property
    def unit_id(self) -> str:
        """The unit whose record it is."""
        return str(self.body["unit_id"])

    @property
    def bucket(self) -> str:
        """The bucket of that unit."""
        return home_bucket(ENTITIES[self.key.entity], self.body)

    @property
    def buckets(self) -> frozenset[str]:
        """Every bucket it is put into; none once it is deleted."""
        if self.is_deleted:
            return frozenset()
        return buckets_of(self.key.entity, self.body, self.shared)

    def last_edit(self, name: str) -> tuple[str, str, int]:
        """Account, install and milliseconds of a field's last change."""
        edit = self.edits.get(name)
        if edit is None:
            return self.created_by, self.created_install, _ms(self.created_at)
        return edit[0], edit[1], edit[2]

    def typed_ms(self, name: str) -> int:
        """When a field was last edited at the laptop, as far as its clock was believed."""
        edit = self.edits.get(name)
        return _ms(self.created_at) if edit is None else int(edit[-1])


class FeedRow(NamedTuple):
    """One line of the feed, without its number."""

    bucket: str
    entity: str
    record_id: str
    kind: str
    version: int
    home: str | None = None
    """The record's own bucket, where this line lies in another."""
    is_place_known: bool = False
    """Whether its place in the order of events is its number, or stays what it was: no other line
    of the record has to be looked for."""
    is_first: bool = False
    """Whether it is the only line of a record that was made just now."""
    is_held: bool = False
    """Whether the laptop that wrote it holds it as it stands, and needs no echo."""


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
