"""The county's own records of what collided, and of what left nothing to decide.

A conflict is a record like any other: it lies in the bucket of the unit whose record it is about,
so everyone who holds the record holds the conflict. Its id follows from what collided, so judging
the same again makes no second one.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from app.conflicts.vocabulary import ConflictKind, ConflictState, SettlementChoice
from db.columns import utc_text
from sync.protocol.messages import Operation
from sync.server.authors import COUNTY_SENDER
from sync.server.rows import Key, Row

NEVER_ASKED: Final = frozenset({"credential"})
"""Whose PIN counts is not decided by looking at two hashes; and no other unit may see them."""
_SPACE: Final = uuid.UUID("6c1f7a52-6d0c-5b7e-9a3d-2f0f4c7a8e11")


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: a value as JSON (None: none to show), who, on which laptop, when."""

    value: str | None
    by: str
    install: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """What collided."""

    kind: ConflictKind
    subject: Key
    unit_id: str
    shared: str | None
    """The further buckets of the record, which its conflict follows."""
    current: Side
    other: Side
    field_name: str | None = None
    base_value: str | None = None
    other_id: str | None = None
    detail: dict[str, Any] | None = None


def conflict_id(*parts: object) -> str:
    """The id that follows from what collided."""
    return str(uuid.uuid5(_SPACE, "/".join(str(part) for part in parts)))


def conflict_record(record_id: str, finding: Finding, now: datetime) -> Row:
    """The county's record of a finding."""
    body = {
        "unit_id": finding.unit_id,
        "kind": finding.kind.value,
        "subject_entity": finding.subject.entity,
        "subject_id": finding.subject.record_id,
        "other_id": finding.other_id,
        "field_name": finding.field_name,
        "base_value": finding.base_value,
        **_side_fields("current", finding.current),
        **_side_fields("other", finding.other),
        "detail": None if finding.detail is None else as_json(finding.detail),
        "found_at": utc_text(now),
    }
    row = county_row(Key("conflict", record_id), body, now, state=ConflictState.OPEN.value)
    row.parent_id = finding.subject.record_id
    row.shared = finding.shared
    return row


def settlement_by_county(conflict: Row, choice: SettlementChoice, now: datetime) -> Row:
    """Settles a conflict that has nothing left to decide; the conflict's state is the caller's."""
    body = {
        "unit_id": conflict.unit_id,
        "conflict_id": conflict.key.record_id,
        "choice": choice.value,
        "value": None,
        "by_account_id": COUNTY_SENDER.install_id,
        "settled_at": utc_text(now),
    }
    record_id = conflict_id("settled", conflict.key.record_id, now.isoformat())
    row = county_row(Key("conflict_settlement", record_id), body, now)
    row.parent_id = conflict.key.record_id
    row.shared = conflict.shared or None
    return row


def county_row(key: Key, body: dict[str, Any], now: datetime, *, state: str | None = None) -> Row:
    """A new record written by the county itself."""
    county = COUNTY_SENDER.install_id
    return Row(
        key=key,
        body=body,
        fields={},
        edits={},
        version=1,
        is_deleted=False,
        parent_id=None,
        state=state,
        not_applied_reason=None,
        created_by=county,
        created_install=county,
        created_at=now,
        updated_by=county,
        updated_install=county,
        updated_at=now,
        is_new=True,
    )


def field_finding(
    row: Row, name: str, value: Any, op: Operation, *, install_id: str, made_at: datetime
) -> Finding:
    """One field, edited on two laptops: the incoming value stands, the county's is kept."""
    known_before = op.before or {}
    return Finding(
        kind=ConflictKind.FIELD,
        subject=row.key,
        unit_id=row.unit_id,
        shared=row.shared or None,
        field_name=name,
        base_value=as_json(known_before[name]) if name in known_before else None,
        current=Side(as_json(value), op.account_id, install_id, made_at),
        other=field_side(row, name),
    )


def field_side(row: Row, name: str) -> Side:
    """What the county held of a field, who wrote it and when."""
    by, install, _ = row.last_edit(name)
    return Side(as_json(row.body.get(name)), by, install, moment_of(row.typed_ms(name)))


def delete_finding(row: Row, op: Operation, *, install_id: str, made_at: datetime) -> Finding:
    """Deleted on one laptop, worked on elsewhere: it stands, the delete is what lost."""
    newest = max(row.edits, key=lambda name: row.last_edit(name)[2], default=None)
    at = row.updated_at if newest is None else moment_of(row.typed_ms(newest))
    return Finding(
        kind=ConflictKind.DELETE,
        subject=row.key,
        unit_id=row.unit_id,
        shared=row.shared or None,
        current=Side(None, row.updated_by, row.updated_install, at),
        other=Side(None, op.account_id, install_id, made_at),
        detail={"record": {name: row.body.get(name) for name in _TELLING if name in row.body}},
    )


_TELLING: Final = ("number", "head_name", "name", "title", "address", "phone")


def as_json(value: Any) -> str:
    """A value as it is kept in a conflict."""
    return orjson.dumps(value).decode()


def moment_of(milliseconds: int) -> datetime:
    """Milliseconds since 1970 as a moment."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _side_fields(side: str, given: Side) -> dict[str, Any]:
    return {
        f"{side}_value": given.value,
        f"{side}_by": given.by,
        f"{side}_install": given.install,
        f"{side}_at": utc_text(given.at),
    }
