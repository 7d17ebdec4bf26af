"""Who looked: at one record, and in a unit over a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission, Role
from app.cases.queries import units_seen
from app.listing import fetch_rows
from app.looks.vocabulary import LookedAt
from app.store import Store, SyncState
from db.clock import CHINA
from db.columns import utc_text

PAGE_SIZE: Final = 500


@dataclass(frozen=True, slots=True)
class LookFilter:
    """What of the list is wanted; None leaves a part open. Days are days in China, both counted."""

    first_day: date
    last_day: date
    account_id: str | None = None
    looked_at: LookedAt | None = None


@dataclass(frozen=True, slots=True)
class LookRow:
    """One look. ``subject`` names the record as far as this laptop holds it, ``place`` its unit."""

    look_id: str
    happened_at: datetime
    account_id: str
    by_name: str
    by_role: Role | None
    looked_at: LookedAt
    subject_entity: str
    subject_id: str
    subject: str
    place: str
    people: int
    reason: str
    sync_state: SyncState


@dataclass(frozen=True, slots=True)
class LookerRow:
    """How often somebody looked: ``looks`` and at how many people's data."""

    account_id: str
    name: str
    role: Role | None
    looks: int
    people: int


@dataclass(frozen=True, slots=True)
class LooksOfRecord:
    """All looks at one record and its people."""

    record_id: str
    title: str
    rows: tuple[LookRow, ...]


@dataclass(frozen=True, slots=True)
class LooksView:
    """A page of the list, and who looked how often in all of that time."""

    rows: tuple[LookRow, ...]
    lookers: tuple[LookerRow, ...]


def looks_view(store: Store, actor: Actor, wanted: LookFilter) -> LooksView:
    """Both for the page; ``lookers`` stay all when one person is chosen. Raises NOT_ALLOWED."""
    anybody = LookFilter(wanted.first_day, wanted.last_day, None, wanted.looked_at)
    return LooksView(look_rows(store, actor, wanted), lookers(store, actor, anybody))


def looks_at(
    store: Store, actor: Actor, *, subject_ids: Iterable[str], unit_id: str
) -> tuple[LookRow, ...]:
    """Who looked at these records of one unit, newest first; raises NOT_ALLOWED."""
    actor.require(Permission.SEE_LOOKS, unit_id=unit_id)
    values = {"subjects": list(subject_ids), "most": PAGE_SIZE}
    return _rows(store, "k.subject_id IN :subjects", values)


def looks_of_record(store: Store, actor: Actor, record_id: str) -> LooksOfRecord | None:
    """Who looked at a household, a case or an incident or anybody in it, or at one resident.

    None when the record is not in this file; raises NOT_ALLOWED.
    """
    found = _select(store, _RECORD, {"record": record_id})
    if not found:
        return None
    parts = [row.id for row in _select(store, _PARTS, {"record": record_id})]
    ids = [record_id, *parts]
    rows = looks_at(store, actor, subject_ids=ids, unit_id=found[0].unit_id)
    return LooksOfRecord(record_id, found[0].title, rows)


_CASE: Final = "c.number || iif(c.is_confidential, '', ' ' || c.title)"
"""A log of looks names a confidential case by its number alone."""
_RECORD: Final = f"""
SELECT unit_id, trim(number || ' ' || head_name) AS title FROM household WHERE id = :record
UNION ALL SELECT unit_id, name FROM resident WHERE id = :record
UNION ALL SELECT c.unit_id, {_CASE} FROM case_file c WHERE c.id = :record
UNION ALL SELECT unit_id, number || ' ' || title FROM incident WHERE id = :record
"""
_PARTS: Final = """
SELECT id FROM resident WHERE household_id = :record
UNION ALL SELECT id FROM case_party WHERE case_id = :record
UNION ALL SELECT id FROM incident_person WHERE incident_id = :record
"""


def look_rows(
    store: Store, actor: Actor, wanted: LookFilter, *, limit: int = PAGE_SIZE
) -> tuple[LookRow, ...]:
    """The looks of a time in the units this person watches, newest first; raises NOT_ALLOWED.

    The newest ``limit`` of them: ``lookers`` counts them all.
    """
    where, values = _conditions(actor, wanted)
    return _rows(store, where, {**values, "most": limit})


def lookers(store: Store, actor: Actor, wanted: LookFilter) -> tuple[LookerRow, ...]:
    """Who looked in that time, the most first; raises NOT_ALLOWED. For all, not for a page."""
    where, values = _conditions(actor, wanted)
    found = _select(
        store,
        "SELECT k.by_account_id, a.name, a.role, count(*) AS looks, sum(k.people) AS people "
        "FROM look k LEFT JOIN account a ON a.id = k.by_account_id "
        f"WHERE {where} GROUP BY k.by_account_id ORDER BY looks DESC, a.name",
        values,
    )
    return tuple(
        LookerRow(
            account_id=row.by_account_id,
            name=row.name or "",
            role=Role(row.role) if row.role else None,
            looks=row.looks,
            people=row.people,
        )
        for row in found
    )


def _conditions(actor: Actor, wanted: LookFilter) -> tuple[str, dict[str, Any]]:
    actor.require(Permission.SEE_LOOKS, unit_id=actor.unit_id)
    first = datetime.combine(wanted.first_day, time(), CHINA)
    end = datetime.combine(wanted.last_day + timedelta(days=1), time(), CHINA)
    where = ["k.happened_at >= :first", "k.happened_at < :end"]
    values: dict[str, Any] = {"first": utc_text(first), "end": utc_text(end)}
    units = units_seen(actor, Permission.SEE_LOOKS)
    if units is not None:
        where.append("+k.unit_id IN :units")  # the time narrows more than the units do
        values["units"] = sorted(units)
    if wanted.account_id is not None:
        where.append("k.by_account_id = :account")
        values["account"] = wanted.account_id
    if wanted.looked_at is not None:
        where.append("k.looked_at = :looked_at")
        values["looked_at"] = wanted.looked_at.value
    return " AND ".join(where), values


_SUBJECT: Final = f"""CASE k.subject_entity
  WHEN 'resident' THEN (SELECT r.name FROM resident r WHERE r.id = k.subject_id)
  WHEN 'household' THEN (SELECT trim(h.number || ' ' || h.head_name) FROM household h
    WHERE h.id = k.subject_id)
  WHEN 'case_file' THEN (SELECT {_CASE} FROM case_file c WHERE c.id = k.subject_id)
  WHEN 'case_party' THEN (SELECT iif(c.is_confidential, '', p.name || ' ') || c.number
    FROM case_party p JOIN case_file c ON c.id = p.case_id WHERE p.id = k.subject_id)
  WHEN 'incident' THEN (SELECT i.number || ' ' || i.title FROM incident i
    WHERE i.id = k.subject_id)
  WHEN 'incident_person' THEN (SELECT p.name || ' ' || i.number FROM incident_person p
    JOIN incident i ON i.id = p.incident_id WHERE p.id = k.subject_id)
  WHEN 'micro_service' THEN (SELECT s.asker_name FROM micro_service s WHERE s.id = k.subject_id)
  WHEN 'unit' THEN (SELECT n.name FROM unit n WHERE n.id = k.subject_id)
END"""

_ROWS: Final = f"""
SELECT k.id, k.happened_at, k.by_account_id, a.name, a.role, k.looked_at, k.subject_entity,
  k.subject_id, k.people, k.reason, k.sync_state, u.name AS place, {_SUBJECT} AS subject
FROM look k LEFT JOIN account a ON a.id = k.by_account_id LEFT JOIN unit u ON u.id = k.unit_id
WHERE {{where}} ORDER BY k.happened_at DESC, k.rowid DESC LIMIT :most
"""


def _rows(store: Store, where: str, values: dict[str, Any]) -> tuple[LookRow, ...]:
    return tuple(
        LookRow(
            look_id=row.id,
            happened_at=datetime.fromisoformat(row.happened_at),
            account_id=row.by_account_id,
            by_name=row.name or "",
            by_role=Role(row.role) if row.role else None,
            looked_at=LookedAt(row.looked_at),
            subject_entity=row.subject_entity,
            subject_id=row.subject_id,
            subject=row.subject or "",
            place=row.place or "",
            people=row.people,
            reason=row.reason or "",
            sync_state=SyncState(row.sync_state),
        )
        for row in _select(store, _ROWS.format(where=where), values)
    )


def _select(store: Store, statement: str, values: dict[str, Any]) -> Sequence[Any]:
    with store.reading() as session:
        return fetch_rows(session, statement, values)
