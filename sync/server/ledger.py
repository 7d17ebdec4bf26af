"""The records one request touches, in memory while its groups are judged, then written at once.

A group works on copies; they are kept when the group stands and thrown away when it is refused,
so a savepoint in the database is needed only when the database itself objects.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from psycopg import Cursor

from sync.protocol.messages import ChangeKind
from sync.server import former, record_table
from sync.server.former import NewPlacement, Placement
from sync.server.numbers import Numbers
from sync.server.rows import FeedRow, Key, Row
from sync.server.scope import buckets_of


@dataclass
class Ledger:
    """Working copies: ``rows`` is what stands, ``_draft`` what the group under way has made."""

    rows: dict[Key, Row] = field(default_factory=dict)
    changed: dict[Key, None] = field(default_factory=dict)
    """Keys in the order of their first change; the feed keeps this order."""
    placements: dict[Key, list[Placement]] = field(default_factory=dict)
    """Where records that were moved lay before."""
    _moves: list[NewPlacement] = field(default_factory=list)
    _draft_moves: list[NewPlacement] = field(default_factory=list)
    _children: dict[tuple[str, str], list[Key]] = field(default_factory=dict)
    _values: dict[tuple[str, str, str], set[str]] = field(default_factory=dict)
    _draft: dict[Key, Row] = field(default_factory=dict)
    _draft_children: dict[tuple[str, str], list[Key]] = field(default_factory=dict)
    """Children by parent that the group under way has made, put back or moved there."""
    aliases: dict[Key, str] = field(default_factory=dict)
    """Where deleted records go on under another id."""
    traces: dict[str, list[Key]] = field(default_factory=dict)
    """What hangs on households that are to be deleted; see ``sync.server.traces``."""
    numbers: Numbers = field(default_factory=Numbers)
    """Whose the lasting numbers are that the request names."""
    is_settled_before: bool = False
    """Whether the group under way settles what was settled before; nothing of it is carried out."""

    def load(self, cursor: Cursor[Any], keys: Iterable[Key], *, locked: bool) -> None:
        """Reads records, locking them in one order everywhere, so that requests never deadlock."""
        wanted = sorted(set(keys) - self.rows.keys())
        for row in record_table.read(cursor, wanted, locked=locked):
            self.rows[row.key] = row

    def load_children(
        self, cursor: Cursor[Any], parents: Iterable[tuple[str, str]], *, locked: bool = False
    ) -> None:
        """Reads all records of an entity that belong to a parent: pairs of entity and parent id."""
        wanted = sorted(set(parents) - self._children.keys())
        for pair in wanted:
            self._children[pair] = []
        for row in record_table.read_children(cursor, wanted, locked=locked):
            self.rows.setdefault(row.key, row).place = row.place
            self._children[row.key.entity, str(row.parent_id)].append(row.key)

    def load_placements(self, cursor: Cursor[Any]) -> None:
        """Reads where those records lay before that were ever moved; nearly always none."""
        moved = [
            key
            for key, row in self.rows.items()
            if row.shared is not None and key not in self.placements
        ]
        self.placements |= former.read(cursor, moved)

    def note_placement(self, placement: NewPlacement) -> None:
        """Keeps where a record lay, if the group stands."""
        self._draft_moves.append(placement)

    def former_units(self, key: Key) -> set[str]:
        """The units a record ever lay with, or that held it, moves of this request among them."""
        written = (one for one in (*self._moves, *self._draft_moves) if one.key == key)
        return {one.unit_id for one in (*self.placements.get(key, ()), *written)}

    def rows_of(self, entity: str, name: str, value: str) -> list[Row]:
        """The living records read so far that hold this value."""
        keys = dict.fromkeys((*self.rows, *self._draft))
        found = (self.get(key) for key in keys if key.entity == entity)
        return [row for row in found if row and not row.is_deleted and row.body.get(name) == value]

    def get(self, key: Key) -> Row | None:
        """The record as the group under way sees it."""
        return self._draft.get(key) or self.rows.get(key)

    def children(self, entity: str, parent_id: str) -> list[Row]:
        """The living children of a parent, in county order, as the group sees them."""
        known = self._children.get((entity, parent_id), [])
        drafted = self._draft_children.get((entity, parent_id), [])
        found: dict[Key, Row | None] = {key: self.get(key) for key in (*known, *drafted)}
        return [
            row
            for row in found.values()
            if row is not None and row.parent_id == parent_id and not row.is_deleted
        ]

    def history(self, entities: Iterable[str], parent_id: str) -> list[Row]:
        """Living children of several kinds in one order, the county's; what this request has made
        comes last, as it was judged."""
        found = [row for entity in entities for row in self.children(entity, parent_id)]
        made = {row.key for row in found if row.place is None}
        turn = [key for key in dict.fromkeys((*self.changed, *self._draft)) if key in made]
        later = {key: (1, place) for place, key in enumerate(turn)}
        return sorted(
            found,
            key=lambda row: (0, row.place) if row.place is not None else later[row.key],
        )

    def has_child(self, entity: str, parent_id: str, name: str, value: str) -> bool:
        """Whether a child that is never removed has this value; asked once per ballot."""
        place = (entity, parent_id, name)
        known = self._values.get(place)
        if known is None:
            keys = self._children.get((entity, parent_id), [])
            known = self._values[place] = {self.rows[key].body[name] for key in keys}
        return value in known or any(
            row.parent_id == parent_id and row.body[name] == value
            for key, row in self._draft.items()
            if key.entity == entity
        )

    def edit(self, row: Row) -> Row:
        """The group's own copy of a record."""
        copy = self._draft.get(row.key)
        if copy is None:
            copy = self._draft[row.key] = row.copy()
        return copy

    def take_up_again(self, row: Row) -> Row:
        """As it was before the group, and sent again: its laptop has dropped it."""
        copy = self._draft[row.key] = row.copy()
        copy.is_sent_again = True
        return copy

    def add(self, row: Row) -> None:
        """A new record of the group."""
        self._draft[row.key] = row
        self.place(row)

    def place(self, row: Row) -> None:
        """Notes the parent of a record of the group that is new, put back or moved."""
        if row.parent_id is not None:
            place = (row.key.entity, row.parent_id)
            self._draft_children.setdefault(place, []).append(row.key)

    def send_again(self, key: Key) -> None:
        """Moves a record in the feed: a laptop has dropped it, and the county keeps it."""
        row = self.rows.get(key)
        if row is not None and not row.is_deleted:
            row.is_sent_again = True
            self.changed.setdefault(key)

    def keep(self) -> None:
        """The group stands."""
        for place, keys in self._draft_children.items():
            siblings = self._children.get(place)
            if siblings is not None:
                siblings += [key for key in keys if key not in siblings]
                self._values.clear()
        self.changed.update(dict.fromkeys(key for key in self._draft if key not in self.changed))
        self.rows.update(self._draft)
        self._moves += self._draft_moves
        self.discard()

    def discard(self) -> None:
        """The group is refused."""
        self._draft = {}
        self._draft_children = {}
        self.is_settled_before = False
        self._draft_moves = []

    def forget(self) -> None:
        """Everything read and made; for starting over after the database objected."""
        for held in (self.rows, self.changed, self._children, self._values):
            held.clear()
        self.discard()
        self.placements.clear()
        self.aliases.clear()
        self._moves.clear()
        self.numbers = Numbers()

    def write(self, cursor: Cursor[Any]) -> list[FeedRow]:
        """Writes what has changed since the last call; returns its feed rows, in order."""
        rows = [self.rows[key] for key in self.changed]
        for row in rows:
            if row.version != row.version_before and row.held_at != row.version:
                row.unheld = row.version
        record_table.insert(cursor, [row for row in rows if row.is_new])
        record_table.update(cursor, [row for row in rows if not row.is_new])
        former.write(cursor, self._moves)
        feed = [line for row in rows for line in feed_rows(row)]
        for row in rows:
            row.is_new = False
            row.buckets_before = row.buckets
            row.version_before = row.version
            row.is_sent_again = False
        self.changed.clear()
        self._moves.clear()
        return feed


def feed_rows(row: Row) -> list[FeedRow]:
    """PUT where the record is, EVICT where it no longer is, TOMBSTONE where it was deleted."""
    if row.is_new and not (row.is_deleted or row.buckets_before or row.shared):
        is_held = row.held_at == row.version and not row.is_sent_again
        line = (row.bucket, *row.key, ChangeKind.PUT.value, row.version, None, True, True, is_held)
        return [FeedRow(*line)]
    now = row.buckets
    is_changed = row.version != row.version_before or row.is_sent_again
    if not is_changed and now == row.buckets_before:
        return []
    is_held = row.held_at == row.version and not row.is_sent_again
    gone = ChangeKind.TOMBSTONE if row.is_deleted else ChangeKind.EVICT
    left = sorted(row.buckets_before - now)
    if row.is_deleted and row.is_new:
        left = sorted(buckets_of(row.key.entity, row.body, row.shared))
    put = now if is_changed else now - row.buckets_before
    entity, record_id = row.key
    home = row.bucket
    is_first = row.is_new and not row.buckets_before and len(put) == 1
    return [
        *(
            FeedRow(
                name,
                entity,
                record_id,
                gone.value,
                row.version,
                is_held=is_held and row.is_deleted,
            )
            for name in left
        ),
        *(
            FeedRow(
                name,
                entity,
                record_id,
                ChangeKind.PUT.value,
                row.version,
                home=None if name == home else home,
                is_place_known=name in row.buckets_before or is_first,
                is_first=is_first,
                is_held=is_held,
            )
            for name in put
        ),
    ]
