"""Proves that laptop and county hold the same, and puts right what is not.

The laptop adds up its own rows and never takes over the county's sum: a hole would be copied with
it. Compared is only when both sides are quiet. What differs is narrowed to ranges of ids, and the
county sends these ranges whole. A row the county does not know leaves the tables and is kept as a
dead letter; every repair is noted and reported.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from db.clock import Clock
from db.columns import OF_LIST, utc_text
from db.local_values import read_values, write_values
from db.session import Store
from db.tables.local import STRAY
from db.tables.registry import ENTITIES
from sync.client.laying import AfterLaying, Layer, Touched
from sync.client.transport import CountyRefusedError, NotTheCountyError, OfflineError
from sync.protocol.messages import MAGIC, PROTOCOL_VERSION, ChangeKind
from sync.protocol.sums import RANGES, Sum, range_of, row_hash

log = logging.getLogger(__name__)

_DAY_MS = 24 * 3_600_000
_HOUR_MS = 3_600_000
_MANY_ROWS = 100_000
"""From here on adding up takes long enough to do it at most once an hour."""
_BUCKETS_AT_ONCE = 16
_MOST_QUESTIONS = 200
"""For one repair; a county that always finds something more is not believed for ever."""

Ask = Callable[[str, bytes], bytes]
Sums = dict[str, Sum]
RowKey = tuple[str, str]


# --- when ----------------------------------------------------------------------------------------


def are_sums_due(values: Mapping[str, str], now_ms: int) -> bool:
    """Whether the next request is to ask for sums; ``values`` are the laptop's small facts."""
    if "cursors" not in values:
        return False  # nothing was laid down yet
    checked = int(values.get("sums_checked_ms", -_DAY_MS))
    passed = abs(now_ms - checked)  # a clock that was set back must not put the check off
    if passed >= _DAY_MS:
        return True
    if int(values.get("sums_rows", 0)) > _MANY_ROWS and passed < _HOUR_MS:
        return False
    return values.get("sums_due", "1") == "1"


def report(connection: Connection) -> dict[str, Any]:
    """What a request says besides its operations: what was refused, which repairs there were."""
    refused = connection.exec_driver_sql(
        "SELECT count(*) FROM outbox o WHERE state IN ('refused', 'quarantined') AND NOT EXISTS "
        "(SELECT 1 FROM outbox n WHERE n.record_id = o.record_id AND n.op_no > o.op_no)"
    ).scalar_one()
    incidents = connection.exec_driver_sql(
        "SELECT no, CAST(round((julianday(at) - 2440587.5) * 86400000) AS INTEGER), bucket, laid, "
        "removed, is_mended FROM sync_incident WHERE NOT is_reported ORDER BY no LIMIT 200"
    ).all()
    names = ("no", "at_ms", "bucket", "laid", "removed", "is_mended")
    return {
        "entities": list(ENTITIES),
        "refused": int(refused),
        "incidents": [
            {**dict(zip(names, row, strict=True)), "is_mended": bool(row[5])} for row in incidents
        ],
    }


def note_reported(connection: Connection, incidents: Iterable[Mapping[str, Any]]) -> None:
    """The county has answered the request that carried these."""
    numbers = [one["no"] for one in incidents]
    if numbers:
        connection.exec_driver_sql(
            f"UPDATE sync_incident SET is_reported = 1 WHERE no IN {OF_LIST}",
            (orjson.dumps(numbers).decode(),),
        )


# --- this side's sums ----------------------------------------------------------------------------


def own_rows(connection: Connection) -> Iterable[tuple[str, str, str, int]]:
    """Home bucket, entity, id and version of every row the county has seen."""
    for entity, model in ENTITIES.items():
        buckets: dict[str, str] = {}
        rows = connection.exec_driver_sql(
            f"SELECT unit_id, id, sync_version FROM {model.__tablename__} WHERE sync_version > 0"
        )
        for unit_id, record_id, version in rows:
            bucket = buckets.get(unit_id)
            if bucket is None:
                bucket = buckets[unit_id] = model.bucket_of({"unit_id": unit_id})
            yield bucket, entity, record_id, version


def own_sums(connection: Connection) -> Sums:
    """{home bucket: sum} of this laptop's own rows."""
    counts: dict[str, int] = {}
    mixes: dict[str, int] = {}
    for bucket, entity, record_id, version in own_rows(connection):
        counts[bucket] = counts.get(bucket, 0) + 1
        mixes[bucket] = mixes.get(bucket, 0) ^ row_hash(entity, record_id, version)
    return {bucket: Sum(count, mixes[bucket]) for bucket, count in counts.items()}


def own_range_sums(connection: Connection, buckets: Sequence[str]) -> dict[str, list[Sum]]:
    """For each of these buckets a sum per range."""
    found = {bucket: [Sum()] * RANGES for bucket in buckets}
    for bucket, entity, record_id, version in own_rows(connection):
        parts = found.get(bucket)
        if parts is not None:
            part = range_of(record_id)
            one = parts[part]
            parts[part] = Sum(one.rows + 1, one.mix ^ row_hash(entity, record_id, version))
    return found


def differing(ours: Sums, theirs: Sums) -> list[str]:
    """The buckets that are not equal."""
    return sorted(
        bucket
        for bucket in ours.keys() | theirs.keys()
        if ours.get(bucket, Sum()) != theirs.get(bucket, Sum())
    )


def read_sums(wire: Any) -> Sums:
    """The county's sums from an answer; raises ``NotTheCountyError``."""
    try:
        return {str(bucket): Sum.read(one) for bucket, one in dict(wire).items()}
    except (TypeError, ValueError) as problem:
        raise NotTheCountyError("sums") from problem


# --- comparing and mending -----------------------------------------------------------------------


@dataclass
class _Tally:
    """What one repair did in one bucket."""

    laid: int = 0
    removed: int = 0


@dataclass
class Checker:
    """Compares after a round and repairs what differs."""

    store: Store
    install_id: str
    ask: Ask
    after: AfterLaying
    touched: Touched = field(default_factory=set)

    def check(self, answer: Mapping[str, Any]) -> Touched:
        """Compares with the sums of an answer that has been laid down; returns what was mended.

        A line that breaks in the middle leaves the check due.
        """
        theirs = read_sums(answer["sums"])
        with self.store.reading() as session:
            connection = session.connection()
            if not _is_quiet(connection, answer):
                return self.touched
            ours = own_sums(connection)
            stuck = _read_stuck(read_values(session, "sums_stuck"))
        wrong = [
            bucket
            for bucket in differing(ours, theirs)
            if not _is_known(stuck.get(bucket), _residue(ours, theirs, bucket), self._now_ms())
        ]
        try:
            for start in range(0, len(wrong), _BUCKETS_AT_ONCE):
                self._repair(wrong[start : start + _BUCKETS_AT_ONCE])
        except (OfflineError, NotTheCountyError, CountyRefusedError) as problem:
            log.warning("repair cut short: %s", problem)
            return self.touched
        self._note_checked(sum(one.rows for one in ours.values()), differing(ours, theirs))
        return self.touched

    def _repair(self, buckets: list[str]) -> None:
        log.error("not equal with the county: %s", buckets)
        tallies = {bucket: _Tally() for bucket in buckets}
        open_ranges = {bucket: set(range(RANGES)) for bucket in buckets}
        for _ in range(_MOST_QUESTIONS):
            answer = self._ask_ranges(open_ranges)
            for bucket, parts in answer["differing"].items():
                open_ranges[bucket].difference_update(parts)
            self._lay(answer, tallies)
            if not answer["more"]:
                break
        self._note_outcome(read_sums(answer["sums"]), tallies)

    def _ask_ranges(self, open_ranges: Mapping[str, set[int]]) -> dict[str, Any]:
        with self.store.reading() as session:
            ours = own_range_sums(session.connection(), list(open_ranges))
        ranges = {
            bucket: [
                one.wire() if part in open_ranges[bucket] else None
                for part, one in enumerate(parts)
            ]
            for bucket, parts in ours.items()
        }
        return self._post({"ranges": ranges})

    def _post(self, parts: dict[str, Any]) -> dict[str, Any]:
        request = {
            "protocol": PROTOCOL_VERSION,
            "install_id": self.install_id,
            "entities": list(ENTITIES),
            **parts,
        }
        try:
            answer = orjson.loads(self.ask("/repair", orjson.dumps(request)))
            is_ours = answer["magic"] == MAGIC and answer["epoch"] == self.store.value("epoch")
        except (orjson.JSONDecodeError, KeyError, TypeError) as problem:
            raise NotTheCountyError("/repair") from problem
        if not is_ours:
            raise NotTheCountyError("/repair")
        return dict(answer)

    # --- laying down -----------------------------------------------------------------------------

    def _lay(self, answer: Mapping[str, Any], tallies: dict[str, _Tally]) -> None:
        """The rows of the answered ranges, and what to do with the others we hold there."""
        changes: list[list[Any]] = answer["changes"]
        ours = self._rows_in(answer["differing"])
        theirs = {(row[0], row[1]): row for row in changes}
        for key, row in theirs.items():
            bucket, version = ours.get(key) or (_home_of(row), None)
            if version != row[3] and bucket in tallies:
                tallies[bucket].laid += 1
        strays = [key for key in ours if key not in theirs]
        fates = self._fates(strays) if strays else []
        kinds = {(row[0], row[1]): row[2] for row in fates}
        for key in strays:
            tallies[ours[key][0]].removed += kinds.get(key) != ChangeKind.PUT
        self._lay_rows([*changes, *fates], [key for key in strays if key not in kinds])

    def _rows_in(self, parts: Mapping[str, list[int]]) -> dict[RowKey, tuple[str, int]]:
        """{entity and id: (bucket, version)} of the rows we hold in these ranges."""
        wanted = {(bucket, part) for bucket, numbers in parts.items() for part in numbers}
        with self.store.reading() as session:
            return {
                (entity, record_id): (bucket, version)
                for bucket, entity, record_id, version in own_rows(session.connection())
                if (bucket, range_of(record_id)) in wanted
            }

    def _fates(self, strays: list[RowKey]) -> list[list[Any]]:
        """What the county knows of rows it did not list: deleted, elsewhere, or come meanwhile."""
        return list(self._post({"strays": strays})["changes"])

    def _lay_rows(self, changes: list[list[Any]], unknown: list[RowKey]) -> None:
        try:
            self._lay_once(changes, unknown, checks_parents=True)
        except IntegrityError as problem:
            log.error("a repaired row is without its parent: %s", problem.orig)
            self._lay_once(changes, unknown, checks_parents=False)

    def _lay_once(
        self, changes: list[list[Any]], unknown: list[RowKey], *, checks_parents: bool
    ) -> None:
        with self.store.laying_down(checks_parents=checks_parents) as session:
            layer = Layer(session, self.store.clock)
            put_away = _put_away(session.connection(), unknown, self.store.clock)
            self.touched |= layer.lay([], [*changes, *put_away], self.after)

    # --- notes -----------------------------------------------------------------------------------

    def _note_outcome(self, theirs: Sums, tallies: dict[str, _Tally]) -> None:
        """One incident per bucket; what is still not equal is remembered as it is."""
        with self.store.local_writing() as session:
            connection = session.connection()
            ours = own_sums(connection)
            stuck = _read_stuck(read_values(session, "sums_stuck"))
            for bucket, tally in tallies.items():
                residue = _residue(ours, theirs, bucket)
                stuck.pop(bucket, None)
                if residue != Sum():
                    stuck[bucket] = (*residue.wire(), self._now_ms())
                connection.exec_driver_sql(
                    "INSERT INTO sync_incident (at, bucket, laid, removed, is_mended, is_reported) "
                    "VALUES (?, ?, ?, ?, ?, 0)",
                    (
                        utc_text(self.store.clock.now()),
                        bucket[:80],
                        tally.laid,
                        tally.removed,
                        residue == Sum(),
                    ),
                )
            write_values(session, {"sums_stuck": orjson.dumps(stuck).decode()})

    def _note_checked(self, rows: int, wrong: list[str]) -> None:
        with self.store.local_writing() as session:
            stuck = _read_stuck(read_values(session, "sums_stuck"))
            left = {bucket: one for bucket, one in stuck.items() if bucket in wrong}
            write_values(
                session,
                {
                    "sums_checked_ms": str(self._now_ms()),
                    "sums_due": "0",
                    "sums_rows": str(rows),
                    "sums_stuck": orjson.dumps(left).decode(),
                },
            )

    def _now_ms(self) -> int:
        return round(self.store.clock.now().timestamp() * 1000)


def _is_quiet(connection: Connection, answer: Mapping[str, Any]) -> bool:
    """Whether the tables are what the sums were made for: nothing waits, nothing is half laid."""
    waits = connection.exec_driver_sql(
        "SELECT EXISTS (SELECT 1 FROM outbox WHERE state = 'waiting')"
    ).scalar_one()
    values: dict[str, str] = dict(
        connection.exec_driver_sql(
            "SELECT name, value FROM local_value WHERE name IN ('cursors', 'epoch', 'catching_up')"
        ).all()
    )
    return (
        not waits
        and values.get("catching_up") != "1"
        and values.get("epoch") == answer["epoch"]
        and orjson.loads(values.get("cursors", "{}")) == answer["cursors"]
    )


def _put_away(connection: Connection, unknown: Sequence[RowKey], clock: Clock) -> list[list[Any]]:
    """Keeps rows the county does not know as dead letters; returns the deletions to lay down.

    A row that holds unsent or refused work stays where it is, as one the county has not seen; if
    what it is a part of goes, it goes along, and its words stay in the outbox.
    """
    gone: list[list[Any]] = []
    for entity, record_id in unknown:
        table = ENTITIES[entity].__tablename__
        row = connection.exec_driver_sql(
            f"SELECT * FROM {table} WHERE id = ? AND sync_dirty IS NULL AND NOT EXISTS "
            "(SELECT 1 FROM outbox WHERE entity = ? AND record_id = ? AND state = 'waiting')",
            (record_id, entity, record_id),
        ).first()
        if row is None:
            connection.exec_driver_sql(
                f"UPDATE {table} SET sync_version = 0, sync_seq = 0, sync_fields = NULL "
                "WHERE id = ?",
                (record_id,),
            )
            continue
        connection.exec_driver_sql(
            "INSERT INTO dead_letter (entity, record_id, body, problem, received_at) "
            "VALUES (?, ?, ?, ?, ?)",
            (
                entity,
                record_id[:36],
                orjson.dumps(dict(row._mapping)).decode(),
                STRAY,
                utc_text(clock.now()),
            ),
        )
        gone.append([entity, record_id, ChangeKind.TOMBSTONE.value, 0, None, None, 0])
    return gone


def _home_of(row: Sequence[Any]) -> str:
    model = ENTITIES.get(row[0])
    return model.bucket_of(row[5]) if model is not None and row[5] else ""


def _residue(ours: Sums, theirs: Sums, bucket: str) -> Sum:
    """What is on one side alone."""
    return ours.get(bucket, Sum()).minus(theirs.get(bucket, Sum()))


def _read_stuck(values: Mapping[str, str]) -> dict[str, tuple[int, str, int]]:
    """{bucket: what could not be mended (count, mix), and when it was tried}."""
    found: dict[str, Any] = orjson.loads(values.get("sums_stuck", "{}"))
    return {bucket: (one[0], one[1], one[2]) for bucket, one in found.items()}


def _is_known(stuck: tuple[int, str, int] | None, residue: Sum, now_ms: int) -> bool:
    """Whether this very difference was tried within a day, e.g. a dead letter."""
    return stuck is not None and Sum.read(stuck[:2]) == residue and abs(now_ms - stuck[2]) < _DAY_MS
