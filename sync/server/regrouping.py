"""Changes in the county's own order: villages go to another township, merge and are divided,
laptops change their place.

Ids of units, and with them the buckets, stay what they were; codes are attributes. Records are
moved in bulk as a hand-over moves them, each with a note of where it lay. Everything is one
transaction, whose feed lines are written last.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection, Cursor

from app.handovers.rules import Hands
from app.handovers.vocabulary import HandoverSubject
from app.organisations.rules import is_within
from db.tables.base import SIGN_IN_SUFFIX
from sync.server import former, moving, record_table
from sync.server.authors import COUNTY_SENDER
from sync.server.former import NewPlacement
from sync.server.in_hand import shared_by
from sync.server.ledger import Ledger
from sync.server.merging import Occasion
from sync.server.relations import MOVES_ALONG
from sync.server.rows import FeedRow, Key, Row
from sync.server.scope import UnitTree, read_tree, shared_buckets

_COUNTY = COUNTY_SENDER.install_id


class RegroupingError(ValueError):
    """Why it was not done; the text is a short English code for the caller to put in words."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved."""

    records: int
    laptops: int


def move_unit(connection: Connection[Any], unit_id: str, parent_id: str, now: datetime) -> None:
    """A unit with everything below it goes under another; raises ``RegroupingError``."""
    with connection.transaction(), connection.cursor() as cursor:
        work = _Work(cursor, read_tree(connection), now)
        unit, parent = work.unit(unit_id), work.unit(parent_id)
        if is_within(parent.key.record_id, unit_id, work.tree.by_id):
            raise RegroupingError("ring")
        if unit.body["parent_id"] == parent_id:
            raise RegroupingError("there_already")
        work.put_under(unit, parent_id)
        work.finish()


def merge_units(connection: Connection[Any], unit_id: str, into_id: str, now: datetime) -> Moved:
    """All records, people, laptops and units below become the other unit's; raises
    ``RegroupingError``.

    The merged unit stays known by its name, as one that nobody works for any more.
    """
    with connection.transaction(), connection.cursor() as cursor:
        work = _Work(cursor, read_tree(connection), now)
        unit, into = work.unit(unit_id), work.unit(into_id)
        if is_within(into_id, unit_id, work.tree.by_id) or unit.body["kind"] != into.body["kind"]:
            raise RegroupingError("not_alike")
        for below in [one for one in work.tree.by_id.values() if one.parent_id == unit_id]:
            work.put_under(work.unit(below.id), into_id)
        records = work.move_all(unit_id, into_id)
        cursor.execute(
            "SELECT id FROM install WHERE county_id = current_setting('gulou.county') "
            "AND unit_id = %s",
            (unit_id,),
        )
        installs = [str(found) for (found,) in cursor.fetchall()]
        for install_id in installs:
            work.place_install(install_id, unit_id, into_id)
        cursor.execute(
            "INSERT INTO merged_unit (county_id, unit_id, into_unit_id, at) "
            "VALUES (current_setting('gulou.county'), %s, %s, %s) "
            "ON CONFLICT (county_id, unit_id) DO UPDATE SET into_unit_id = excluded.into_unit_id, "
            "at = excluded.at",
            (unit_id, into_id, now),
        )
        moving.change(work.ledger, unit, {"is_virtual": True}, _COUNTY, work.occasion)
        work.finish()
    return Moved(records, len(installs))


def split_unit(
    connection: Connection[Any],
    unit_id: str,
    into_id: str,
    micro_grids: Iterable[int],
    now: datetime,
) -> Moved:
    """These micro-grids, by their numbers, become another unit's with their households; raises
    ``RegroupingError``."""
    wanted = [str(number) for number in sorted(set(micro_grids))]
    with connection.transaction(), connection.cursor() as cursor:
        work = _Work(cursor, read_tree(connection), now)
        work.unit(into_id)
        grids = work.load_where(
            "r.entity = 'micro_grid' AND r.unit_id = %s AND r.body ->> 'number' = ANY(%s)",
            (unit_id, wanted),
        )
        if {str(grid.body["number"]) for grid in grids} != set(wanted):
            raise RegroupingError("micro_grid_unknown")
        households = work.load_where(
            "r.entity = 'household' AND r.body ->> 'micro_grid_id' = ANY(%s)",
            ([grid.key.record_id for grid in grids],),
        )
        moving.load_for_moves(cursor, work.ledger, [row.key for row in households])
        roots = [*grids, *households]
        moved = [part for root in roots for part in work.with_parts(root)]
        for row in moved:
            moving.move_one(work.ledger, row, into_id, _COUNTY, work.occasion, keeps_grid=True)
        work.finish()
    return Moved(len(moved), 0)


def move_install(connection: Connection[Any], install_id: str, unit_id: str, now: datetime) -> None:
    """A laptop works for another unit from now on; raises ``RegroupingError``."""
    with connection.transaction(), connection.cursor() as cursor:
        work = _Work(cursor, read_tree(connection), now)
        unit = work.unit(unit_id)
        cursor.execute(
            "SELECT unit_id FROM install WHERE county_id = current_setting('gulou.county') "
            "AND id = %s FOR UPDATE",
            (install_id,),
        )
        row = cursor.fetchone()
        if row is None:
            raise RegroupingError("install_unknown")
        if row[0] == unit_id:
            raise RegroupingError("there_already")
        work.place_install(install_id, str(row[0]), unit_id)
        work.tell_of(unit)
        work.finish()


class _Work:
    """One regrouping under way."""

    def __init__(self, cursor: Cursor[Any], tree: UnitTree, now: datetime) -> None:
        self.cursor = cursor
        self.tree = tree
        self.ledger = Ledger()
        self.occasion = Occasion(COUNTY_SENDER, now, now)
        self._places: list[NewPlacement] = []

    def unit(self, unit_id: str) -> Row:
        """The unit's own record, locked; raises ``RegroupingError``."""
        self.ledger.load(self.cursor, [Key("unit", unit_id)], locked=True)
        row = self.ledger.get(Key("unit", unit_id))
        if row is None or row.is_deleted:
            raise RegroupingError("unit_unknown")
        return row

    def put_under(self, unit: Row, parent_id: str) -> None:
        """A unit gets another parent."""
        unit_id, before = unit.key.record_id, unit.body["parent_id"]
        if before is not None:
            self._places.append(NewPlacement(Key("unit", unit_id), before, unit_id, False))
        moving.change(self.ledger, unit, {"parent_id": parent_id}, _COUNTY, self.occasion)

    def place_install(self, install_id: str, before: str, unit_id: str) -> None:
        """A laptop gets another unit."""
        self.cursor.execute(
            "UPDATE install SET unit_id = %s "
            "WHERE county_id = current_setting('gulou.county') AND id = %s",
            (unit_id, install_id),
        )
        place = NewPlacement(Key("install", install_id), before, before + SIGN_IN_SUFFIX, False)
        self._places.append(place)

    def tell_of(self, unit: Row) -> None:
        """Moves the unit's record in the feed, so that every process reads the units anew."""
        self.ledger.edit(unit).is_sent_again = True

    def move_all(self, unit_id: str, into_id: str) -> int:
        """Every record of the unit but its own; returns how many."""
        rows = self.load_where(
            "r.unit_id = %s AND r.entity NOT IN ('unit', 'rule_set')", (unit_id,)
        )
        for row in rows:
            moving.move_one(self.ledger, row, into_id, _COUNTY, self.occasion, keeps_grid=True)
        self._rename_holder(unit_id, into_id)
        return len(rows)

    def _rename_holder(self, unit_id: str, into_id: str) -> None:
        """What was handed to the unit, or by it, is the other's now."""
        for row in self.load_where("%s = ANY(string_to_array(r.shared, ' '))", (unit_id,)):
            if row.key.entity == HandoverSubject.CASE:
                place = NewPlacement(row.key, unit_id, unit_id, True)
                self._places.append(place)
            has_it = (into_id if one == unit_id else one for one in shared_buckets(row.shared))
            lead, *helpers = dict.fromkeys(has_it)
            self.ledger.edit(row).shared = shared_by(Hands(lead, tuple(helpers)), row.unit_id)
        named = self.load_where(
            "r.entity = 'handover' AND %s IN (r.body ->> 'from_unit_id', r.body ->> 'to_unit_id')",
            (unit_id,),
        )
        for row in named:
            fields = ("from_unit_id", "to_unit_id")
            changes = {name: into_id for name in fields if row.body[name] == unit_id}
            moving.change(self.ledger, row, changes, _COUNTY, self.occasion)
        self._rename_in_cases(unit_id, into_id)

    def _rename_in_cases(self, unit_id: str, into_id: str) -> None:
        """Who is accused is so still, and what the unit said of a case is the other's word: laptops
        fold by it what is still owed."""
        naming = self.load_where(
            "(r.entity = 'case_file' AND r.body ->> 'accused_unit_id' = %s) OR "
            "(r.entity = 'case_event' AND position(%s IN coalesce(r.body ->> 'detail', '')) > 0)",
            (unit_id, unit_id),
        )
        for row in naming:
            changes = moving.naming_merged(row.body, {unit_id: into_id})
            moving.change(self.ledger, row, changes, _COUNTY, self.occasion)

    def load_where(self, condition: str, values: tuple[Any, ...]) -> list[Row]:
        """Living records in the order of the feed, locked."""
        self.cursor.execute(
            "SELECT r.entity, r.id FROM record r LEFT JOIN feed f ON f.county_id = r.county_id "
            "AND f.entity = r.entity AND f.record_id = r.id AND f.bucket = r.bucket "
            "WHERE r.county_id = current_setting('gulou.county') AND NOT r.is_deleted "
            f"AND ({condition}) "
            "ORDER BY f.seq",
            values,
        )
        keys = [Key(entity, record_id) for entity, record_id in self.cursor.fetchall()]
        self.ledger.load(self.cursor, keys, locked=True)
        found = [self.ledger.get(key) for key in keys]
        return [row for row in found if row is not None and not row.is_deleted]

    def with_parts(self, root: Row) -> list[Row]:
        """The record and what goes along with it."""
        return list(moving.with_parts(self.ledger, root, MOVES_ALONG))

    def finish(self) -> None:
        """Writes everything, the feed last."""
        self.ledger.keep()
        feed: list[FeedRow] = self.ledger.write(self.cursor)
        former.write(self.cursor, self._places)
        record_table.insert_feed(self.cursor, feed)
