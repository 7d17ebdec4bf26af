"""Looks, after a request's groups were judged, whether something is there twice by now.

Two laptops may make the same household, or bring in two ballots of one; nothing forbids it, because
each was right as far as it could know. The county notes it for a person to decide. And where one of
the two has gone meanwhile, it says that there is nothing left to decide.

What is looked for needs an order: a lock for each village (or vote), taken after the rows are
written and held until commit, lets the second of two requests see what the first one wrote.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import psycopg
from psycopg import Cursor

from app.conflicts.vocabulary import ConflictKind, ConflictState, SettlementChoice
from app.households.rules import (
    HouseholdFacts,
    PersonFacts,
    double_reasons,
    normal_household_number,
)
from app.households.vocabulary import MEMBER_STATUSES, ResidentStatus
from sync.protocol.messages import ChangeKind
from sync.server import conflicts, crossings, emptied
from sync.server.ledger import Ledger
from sync.server.rows import FeedRow, Key, Row

LOG: Final = logging.getLogger("gulou.county")
_HERE: Final = "county_id = current_setting('gulou.county')"
_MOST_ALIKE: Final = 20
"""Of one record; a village in which more are alike has another trouble."""
_REQUESTS_MET: Final = (
    psycopg.errors.DeadlockDetected,
    psycopg.errors.UniqueViolation,
    psycopg.errors.SerializationFailure,
    psycopg.OperationalError,
)


def note_doubles(
    cursor: Cursor[Any],
    ledger: Ledger,
    feed: Sequence[FeedRow],
    now: datetime,
    *,
    install_id: str,
    seen_until: datetime,
) -> list[FeedRow]:
    """Notes what is double by now and settles what is not any more; returns the feed rows of it.

    ``seen_until`` is the install's previous contact: of later work it cannot have known. A mistake
    of ours in here must not cost a laptop its work: it is logged, and nothing is noted.
    """
    written = _Written.of(ledger, feed)
    if not written and not any(line.entity == "resident" for line in feed):
        return []
    try:
        with cursor.connection.transaction():
            _note_households(cursor, ledger, written, now)
            _note_ballots(cursor, ledger, written, now)
            emptied.note_left_behind(cursor, ledger, feed, now)
            crossings.note_crossings(
                cursor,
                ledger,
                [*written.handovers, *written.closings],
                now,
                install_id=install_id,
                seen_until=seen_until,
            )
            _settle_what_is_gone(
                cursor, ledger, written, now, living=emptied.living_again(ledger, feed)
            )
            ledger.keep()
            return ledger.write(cursor)
    except _REQUESTS_MET:
        raise
    except Exception:
        LOG.exception("doubles could not be looked for")
        ledger.discard()
        return []


@dataclass(frozen=True, slots=True)
class _Written:
    """What of a request can make, or end, a double."""

    households: list[Row]
    residents: list[Row]
    ballots: list[Row]
    withdrawals: list[Row]
    handovers: list[Row]
    closings: list[Row]
    gone: list[Key]
    past: list[Key]
    """Dissolved households, and residents who died or moved away: they are nobody's double."""

    @classmethod
    def of(cls, ledger: Ledger, feed: Sequence[FeedRow]) -> _Written:
        put: dict[str, dict[str, Row]] = {}
        gone: dict[Key, None] = {}
        for line in feed:
            key = Key(line.entity, line.record_id)
            row = ledger.rows.get(key)
            if line.kind == ChangeKind.TOMBSTONE:
                gone[key] = None
            elif row is not None and not row.is_deleted and row.not_applied_reason is None:
                put.setdefault(line.entity, {})[line.record_id] = row
        return cls(
            households=[
                row
                for row in put.get("household", {}).values()
                if any(_names(row, name) for name in ("number", "unit_id", "dissolved_on"))
                and _is_present(row)
            ],
            residents=[
                row
                for row in put.get("resident", {}).values()
                if _is_identified(row) and _is_present(row)
            ],
            ballots=list(put.get("ballot", {}).values()),
            withdrawals=list(put.get("ballot_withdrawal", {}).values()),
            handovers=list(put.get("handover", {}).values()),
            closings=[
                row for row in put.get("case_event", {}).values() if crossings.is_closing(row)
            ],
            gone=list(gone),
            past=[
                row.key
                for entity in ("household", "resident")
                for row in put.get(entity, {}).values()
                if not _is_present(row)
            ],
        )

    def __bool__(self) -> bool:
        return any(
            (
                self.households,
                self.residents,
                self.ballots,
                self.withdrawals,
                self.handovers,
                self.closings,
                self.gone,
                self.past,
            )
        )


def _names(row: Row, field: str) -> bool:
    """Whether the field is as new as the record, or as its last change."""
    return row.version == 1 or row.fields.get(field, 1) == row.version


def _is_identified(row: Row) -> bool:
    fields = ("identity_number", "household_id", "unit_id", "status")
    is_new = any(_names(row, name) for name in fields)
    return is_new and bool(row.body.get("identity_number"))


def _is_present(row: Row) -> bool:
    """A household somebody lives in, a resident who is a member of one."""
    if row.key.entity == "household":
        return row.body.get("dissolved_on") is None
    return row.body.get("status", ResidentStatus.PRESENT) in MEMBER_STATUSES


def _lock(cursor: Cursor[Any], names: Iterable[str]) -> None:
    for name in sorted(set(names)):
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(current_setting('gulou.county')), hashtext(%s))",
            (f"doubles {name}",),
        )


# --- households ----------------------------------------------------------------------------------


# What one laptop writes, its own form has looked at: only other laptops' rows are compared.


def _note_households(cursor: Cursor[Any], ledger: Ledger, written: _Written, now: datetime) -> None:
    if not written.households and not written.residents:
        return
    _lock(cursor, (row.unit_id for row in (*written.households, *written.residents)))
    pairs = _alike(cursor, ledger, written)
    if not pairs:
        return
    ids = {conflicts.conflict_id("households", *pair): pair for pair in pairs}
    ledger.load(cursor, (Key("conflict", one) for one in ids), locked=False)
    new = {one: pair for one, pair in ids.items() if Key("conflict", one) not in ledger.rows}
    homes = {Key("household", one) for pair in new.values() for one in pair}
    ledger.load(cursor, homes, locked=False)
    ledger.load_children(cursor, (("resident", key.record_id) for key in homes))
    for record_id, pair in new.items():
        one, other = (ledger.get(Key("household", each)) for each in pair)
        if one is not None and other is not None:
            _note_pair(ledger, record_id, one, other, now)


def _alike(cursor: Cursor[Any], ledger: Ledger, written: _Written) -> set[tuple[str, str]]:
    """Pairs of household ids that share a number, or somebody's identity number."""
    keys = [
        *(
            ("number", row, normal_household_number(str(row.body["number"])), "number")
            for row in written.households
        ),
        *(
            ("identity", row, str(row.body["identity_number"]), "identity_number")
            for row in written.residents
        ),
    ]
    columns = (
        [kind for kind, _, _, _ in keys],
        [row.key.record_id for _, row, _, _ in keys],
        [row.unit_id for _, row, _, _ in keys],
        [value for _, _, value, _ in keys],
        [row.last_edit(field)[1] for _, row, _, field in keys],
    )
    cursor.execute(
        "INSERT INTO likeness (kind, record_id, unit_id, value, install_id) "
        "SELECT * FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::text[]) "
        "ON CONFLICT (county_id, kind, record_id) DO UPDATE SET unit_id = excluded.unit_id, "
        "value = excluded.value, install_id = excluded.install_id",
        columns,
    )
    cursor.execute(
        "SELECT n.kind, n.record_id, o.record_id "
        "FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::text[]) "
        "AS n(kind, record_id, unit_id, value, install_id) "
        "CROSS JOIN LATERAL (SELECT record_id FROM likeness l "
        f"WHERE l.{_HERE} AND l.value = n.value AND l.unit_id = n.unit_id AND l.kind = n.kind "
        "AND l.install_id <> n.install_id AND l.record_id <> n.record_id "
        f"LIMIT {_MOST_ALIKE}) o",
        columns,
    )
    found = cursor.fetchall()
    people = [Key("resident", other) for kind, _, other in found if kind == "identity"]
    ledger.load(cursor, people, locked=False)
    pairs = set()
    for kind, one, other in found:
        homes = (one, other) if kind == "number" else _homes(ledger, one, other)
        if homes is not None and homes[0] != homes[1]:
            pairs.add(_pair(*homes))
    return pairs


def _homes(ledger: Ledger, one: str, other: str) -> tuple[str, str] | None:
    """The households of two residents; None where one of them is gone."""
    rows = [ledger.get(Key("resident", each)) for each in (one, other)]
    homes = [
        str(row.parent_id)
        for row in rows
        if row is not None and not row.is_deleted and _is_present(row)
    ]
    return (homes[0], homes[1]) if len(homes) == 2 else None


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _note_pair(ledger: Ledger, record_id: str, one: Row, other: Row, now: datetime) -> None:
    first, second = sorted((one, other), key=lambda row: (row.created_at, row.key))
    reasons = double_reasons(_facts(ledger, first), _facts(ledger, second))
    is_gone = any(one.is_deleted or not _is_present(one) for one in (first, second))
    if is_gone or not reasons:
        return
    finding = conflicts.Finding(
        kind=ConflictKind.HOUSEHOLD_DOUBLE,
        subject=second.key,
        unit_id=second.unit_id,
        current=_maker(second),
        other=_maker(first),
        other_id=first.key.record_id,
        detail={"reasons": [reason.value for reason in reasons]},
        shared=None,
    )
    ledger.add(conflicts.conflict_record(record_id, finding, now))


def _maker(row: Row) -> conflicts.Side:
    return conflicts.Side(None, row.created_by, row.created_install, row.created_at)


def _facts(ledger: Ledger, home: Row) -> HouseholdFacts:
    people = filter(_is_present, ledger.children("resident", home.key.record_id))
    return HouseholdFacts(
        number=str(home.body["number"]),
        head_name=str(home.body["head_name"]),
        people=tuple(_person(row) for row in people),
    )


def _person(row: Row) -> PersonFacts:
    born = row.body.get("birth_date")
    return PersonFacts(
        id=row.key.record_id,
        name=str(row.body["name"]),
        identity_number=row.body.get("identity_number"),
        birth_date=None if born is None else date.fromisoformat(born),
    )


# --- ballots -------------------------------------------------------------------------------------


def _note_ballots(cursor: Cursor[Any], ledger: Ledger, written: _Written, now: datetime) -> None:
    places = {_vote_of(row) for row in written.ballots}
    if not places:
        return
    _lock(cursor, (motion_id for motion_id, _ in places))
    for (motion_id, household_id), ballots in _standing(cursor, ledger, places).items():
        if len(ballots) < 2:
            continue
        second = ballots[-1]
        detail = {"motion_id": motion_id, "household_id": household_id}
        record_id = conflicts.conflict_id("ballots", second.key.record_id)
        ledger.load(cursor, [Key("conflict", record_id)], locked=False)
        if ledger.get(Key("conflict", record_id)) is not None:
            continue
        finding = conflicts.Finding(
            kind=ConflictKind.BALLOT_DOUBLE,
            subject=second.key,
            unit_id=second.unit_id,
            current=_maker(second),
            other=_maker(ballots[0]),
            other_id=ballots[0].key.record_id,
            detail=detail,
            shared=None,
        )
        ledger.add(conflicts.conflict_record(record_id, finding, now))


def _vote_of(ballot: Row) -> tuple[str, str]:
    return str(ballot.body["motion_id"]), str(ballot.body["household_id"])


def _standing(
    cursor: Cursor[Any], ledger: Ledger, places: set[tuple[str, str]]
) -> dict[tuple[str, str], list[Row]]:
    """The ballots that count for these votes and households, the first first."""
    cursor.execute(
        f"SELECT r.id FROM record r WHERE r.{_HERE} AND r.entity = 'ballot' "
        "AND r.parent_id = ANY(%b::text[]) AND r.body ->> 'household_id' = ANY(%b::text[]) "
        "AND r.not_applied_reason IS NULL AND NOT r.is_deleted AND NOT EXISTS ("
        f"SELECT 1 FROM record w WHERE w.{_HERE} AND w.entity = 'ballot_withdrawal' "
        "AND w.parent_id = r.parent_id AND w.body ->> 'ballot_id' = r.id "
        "AND w.not_applied_reason IS NULL AND NOT w.is_deleted)",
        (sorted({one for one, _ in places}), sorted({one for _, one in places})),
    )
    keys = [Key("ballot", record_id) for (record_id,) in cursor.fetchall()]
    ledger.load(cursor, keys, locked=False)
    found: dict[tuple[str, str], list[Row]] = {place: [] for place in places}
    rows = (row for key in keys if (row := ledger.get(key)) is not None)
    for row in sorted(rows, key=lambda row: (row.created_at, row.key)):
        if _vote_of(row) in found:
            found[_vote_of(row)].append(row)
    return found


# --- nothing left to decide ----------------------------------------------------------------------


def _settle_what_is_gone(
    cursor: Cursor[Any],
    ledger: Ledger,
    written: _Written,
    now: datetime,
    *,
    living: Sequence[str],
) -> None:
    gone = [key.record_id for key in written.gone]
    forgotten = [*gone, *(key.record_id for key in written.past)]
    if forgotten:
        cursor.execute(
            f"DELETE FROM likeness WHERE {_HERE} AND kind IN ('number', 'identity') "
            "AND record_id = ANY(%b::text[])",
            (forgotten,),
        )
    keys = _open_about(cursor, gone)
    keys += _of_dissolved(cursor, ledger, written)
    keys += _of_living(cursor, ledger, living)
    keys += _of_ballots_that_stand_alone(cursor, ledger, written)
    ledger.load(cursor, keys, locked=True)
    for key in dict.fromkeys(keys):
        conflict = ledger.get(key)
        if conflict is not None and conflict.state == ConflictState.OPEN:
            ledger.edit(conflict).state = ConflictState.SETTLED.value
            ledger.add(conflicts.settlement_by_county(conflict, SettlementChoice.GONE, now))


def _of_dissolved(cursor: Cursor[Any], ledger: Ledger, written: _Written) -> list[Key]:
    """Whether a dissolved household is there twice is no question any more."""
    dissolved = [key.record_id for key in written.past if key.entity == "household"]
    keys = _open_about(cursor, dissolved)
    ledger.load(cursor, keys, locked=False)
    rows = (ledger.get(key) for key in keys)
    kind = ConflictKind.HOUSEHOLD_DOUBLE
    return [row.key for row in rows if row is not None and row.body["kind"] == kind]


def _of_living(cursor: Cursor[Any], ledger: Ledger, living: Sequence[str]) -> list[Key]:
    """When a household ended is no question while somebody lives in it."""
    keys = _open_about(cursor, living)
    ledger.load(cursor, keys, locked=False)
    rows = (ledger.get(key) for key in keys)
    return [row.key for row in rows if row and row.body["field_name"] == emptied.FIELD]


def _of_ballots_that_stand_alone(
    cursor: Cursor[Any], ledger: Ledger, written: _Written
) -> list[Key]:
    """The conflicts of households that have one ballot left."""
    withdrawn = [Key("ballot", str(row.body["ballot_id"])) for row in written.withdrawals]
    if not withdrawn:
        return []
    ledger.load(cursor, withdrawn, locked=False)
    places = {_vote_of(row) for key in withdrawn if (row := ledger.get(key)) is not None}
    _lock(cursor, (motion_id for motion_id, _ in places))
    alone = {place for place, rows in _standing(cursor, ledger, places).items() if len(rows) < 2}
    cursor.execute(
        f"SELECT id FROM record WHERE {_HERE} AND entity = 'ballot' "
        "AND parent_id = ANY(%b::text[]) AND body ->> 'household_id' = ANY(%b::text[])",
        (sorted({one for one, _ in alone}), sorted({one for _, one in alone})),
    )
    return _open_about(cursor, [record_id for (record_id,) in cursor.fetchall()])


def _open_about(cursor: Cursor[Any], record_ids: Sequence[str]) -> list[Key]:
    """The open conflicts that name one of these records."""
    if not record_ids:
        return []
    cursor.execute(
        f"SELECT id FROM record WHERE {_HERE} AND entity = 'conflict' AND state = 'open' "
        "AND parent_id = ANY(%b::text[]) UNION "
        f"SELECT id FROM record WHERE {_HERE} AND entity = 'conflict' AND state = 'open' "
        "AND body ->> 'other_id' = ANY(%b::text[]) ORDER BY id",
        (list(record_ids), list(record_ids)),
    )
    return [Key("conflict", record_id) for (record_id,) in cursor.fetchall()]
