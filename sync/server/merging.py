"""Merges a patch into what the county holds, field by field.

Different fields merge. The same field edited on an older version is a conflict: the incoming
value stands for now, the county's earlier one is kept for a person to look at. What an install
did itself is never a conflict with what it did next: its operations come in order, but their
base is the version it last saw confirmed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.columns import utc_text
from sync.protocol.messages import Operation, Verdict, VerdictRow
from sync.server import conflicts
from sync.server.authors import Sender
from sync.server.former import NOTHING_KNOWN, Known
from sync.server.ledger import Ledger
from sync.server.relations import parent_id_of
from sync.server.rows import Row

ANY_FIELD = "*"


@dataclass(frozen=True, slots=True)
class Occasion:
    """When and by whom an operation is judged."""

    sender: Sender
    now: datetime
    seen_until: datetime
    """The install's previous contact: later edits of others it cannot have seen."""
    known: Known = NOTHING_KNOWN
    """How much of what has moved the install has heard of."""


def merge_patch(
    ledger: Ledger,
    row: Row,
    patch: dict[str, Any],
    op: Operation,
    occasion: Occasion,
    made_at: datetime,
) -> VerdictRow:
    """Applies a patch to a register row and says how it went."""
    changes = {
        name: value
        for name, value in patch.items()
        if name not in row.body or row.body[name] != value
    }
    if not changes:
        return VerdictRow(op_no=op.op_no, verdict=Verdict.APPLIED, version=row.version)
    lost = [name for name in changes if _is_conflict(row, name, op, occasion.sender)]
    detail = {name: _county_side(row, name) for name in lost}
    for name in lost:
        _note_field_conflict(ledger, row, name, changes[name], op, occasion, made_at)
    is_merge = _is_edited_elsewhere(row, changes.keys(), occasion)
    verdict = Verdict.CONFLICT if lost else Verdict.MERGED if is_merge else Verdict.APPLIED
    is_plain = verdict is Verdict.APPLIED and len(changes) == len(patch) and patch == op.patch
    was_held, unheld = holds(row, op, occasion.sender), row.unheld
    merged = apply_changes(ledger, row, changes, op.account_id, occasion, made_at)
    if is_plain and was_held:
        merged.unheld, merged.held_at = unheld, merged.version
    # Not one more than before: a record the group under way has made is changed in its place.
    return VerdictRow(
        op_no=op.op_no, verdict=verdict, detail=detail or None, version=merged.version
    )


def put_back(
    ledger: Ledger,
    row: Row,
    body: dict[str, Any],
    op: Operation,
    occasion: Occasion,
    made_at: datetime,
) -> VerdictRow:
    """A deleted record is there again as it comes now: undo of a delete that had gone up."""
    changes = {
        name: value
        for name, value in body.items()
        if name not in row.body or row.body[name] != value
    }
    back = apply_changes(ledger, row, changes, op.account_id, occasion, made_at)
    back.is_deleted = False
    ledger.place(back)
    return VerdictRow(op_no=op.op_no, verdict=Verdict.APPLIED, version=back.version)


def holds(row: Row, op: Operation, sender: Sender) -> bool:
    """Whether the laptop that wrote this operation holds the record as the county does.

    It does when it had seen this version, or when all that came since is its own work and was
    taken as it was written. Then its edit needs no echo.
    """
    if op.seen is None or op.seen > row.version:
        return False
    if op.seen == row.version:
        return True
    is_own = op.seen > 0 or row.created_install == sender.install_id
    return (
        is_own
        and row.unheld <= op.seen
        and all(
            row.last_edit(name)[1] == sender.install_id
            for name, version in row.fields.items()
            if version > op.seen
        )
    )


def is_edited_since(row: Row, version: int | None, sender: Sender) -> bool:
    """Whether somebody else edited the record after this version (None: never confirmed)."""
    if sender.is_county:
        return False
    base = version if version is not None else 1 if _is_own(row, sender) else 0
    if base < 1:
        return True
    return any(
        last > base and row.last_edit(name)[1] != sender.install_id
        for name, last in row.fields.items()
    )


def note_delete_conflict(
    ledger: Ledger, row: Row, op: Operation, occasion: Occasion, made_at: datetime
) -> None:
    """Keeps a record of a delete that was not carried out."""
    install_id = occasion.sender.install_id
    finding = conflicts.delete_finding(row, op, install_id=install_id, made_at=made_at)
    record_id = conflicts.conflict_id(install_id, op.op_no, ANY_FIELD)
    ledger.add(conflicts.conflict_record(record_id, finding, occasion.now))


def touch(row: Row, account_id: str, occasion: Occasion) -> None:
    """A new version by this account; whether its laptop holds it is for the caller to say."""
    row.version += 1
    row.unheld = row.version
    row.updated_by = account_id
    row.updated_install = occasion.sender.install_id
    row.updated_at = occasion.now


def apply_changes(
    ledger: Ledger,
    before: Row,
    changes: dict[str, Any],
    account_id: str,
    occasion: Occasion,
    made_at: datetime,
) -> Row:
    """A new version of a record with these fields changed; ``made_at`` is when it was typed."""
    row = ledger.edit(before)
    touch(row, account_id, occasion)
    at, typed = (round(moment.timestamp() * 1000) for moment in (occasion.now, made_at))
    for name, value in changes.items():
        row.body[name] = value
        row.fields[name] = row.version
        row.edits[name] = [account_id, occasion.sender.install_id, at, typed]
    parent_id = parent_id_of(row.key.entity, row.body)
    if parent_id != row.parent_id:
        row.parent_id = parent_id
        ledger.place(row)
    return row


def _is_conflict(row: Row, name: str, op: Operation, sender: Sender) -> bool:
    if sender.is_county or row.key.entity in conflicts.NEVER_ASKED:
        return False
    base = op.base.get(name)
    if base is None:
        base = 1 if _is_own(row, sender) else 0
    last_install = row.last_edit(name)[1]
    return row.fields.get(name, 1) > base and last_install != sender.install_id


def _is_own(row: Row, sender: Sender) -> bool:
    return row.created_install == sender.install_id


def _is_edited_elsewhere(row: Row, names: Any, occasion: Occasion) -> bool:
    """Whether other fields were changed by others since this install last heard from us."""
    seen_ms = round(occasion.seen_until.timestamp() * 1000)
    return any(
        name not in names and install != occasion.sender.install_id and at > seen_ms
        for name, (_, install, at, *_rest) in row.edits.items()
    )


def _county_side(row: Row, name: str) -> dict[str, Any]:
    by, _, at = row.last_edit(name)
    return {"county": row.body.get(name), "by": by, "at": utc_text(conflicts.moment_of(at))}


def _note_field_conflict(
    ledger: Ledger,
    row: Row,
    name: str,
    value: Any,
    op: Operation,
    occasion: Occasion,
    made_at: datetime,
) -> None:
    install_id = occasion.sender.install_id
    finding = conflicts.field_finding(row, name, value, op, install_id=install_id, made_at=made_at)
    record_id = conflicts.conflict_id(install_id, op.op_no, name)
    ledger.add(conflicts.conflict_record(record_id, finding, occasion.now))
