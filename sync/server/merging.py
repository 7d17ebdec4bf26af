"""Merges a patch into what the county holds, field by field.

Different fields merge. The same field edited on an older version is a conflict: the incoming
value stands for now, the county's earlier one is kept for a person to look at. What an install
did itself is never a conflict with what it did next: its operations come in order, but their
base is the version it last saw confirmed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from db.columns import utc_text
from sync.protocol.messages import Operation, Verdict, VerdictRow
from sync.server.authors import Sender
from sync.server.ledger import Ledger
from sync.server.relations import parent_id_of
from sync.server.rows import Conflict, Row

ANY_FIELD = "*"


@dataclass(frozen=True, slots=True)
class Occasion:
    """When and by whom an operation is judged."""

    sender: Sender
    now: datetime
    seen_until: datetime
    """The install's previous contact: later edits of others it cannot have seen."""


def merge_patch(
    ledger: Ledger, row: Row, patch: dict[str, Any], op: Operation, occasion: Occasion
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
        ledger.note_conflict(_conflict(row, name, changes[name], op, occasion.sender))
    is_merge = _is_edited_elsewhere(row, changes.keys(), occasion)
    _apply(ledger, row, changes, op.account_id, occasion)
    verdict = Verdict.CONFLICT if lost else Verdict.MERGED if is_merge else Verdict.APPLIED
    return VerdictRow(
        op_no=op.op_no, verdict=verdict, detail=detail or None, version=row.version + 1
    )


def put_back(
    ledger: Ledger, row: Row, body: dict[str, Any], op: Operation, occasion: Occasion
) -> VerdictRow:
    """A deleted record is there again as it comes now: undo of a delete that had gone up."""
    changes = {
        name: value
        for name, value in body.items()
        if name not in row.body or row.body[name] != value
    }
    back = _apply(ledger, row, changes, op.account_id, occasion)
    back.is_deleted = False
    ledger.place(back)
    return VerdictRow(op_no=op.op_no, verdict=Verdict.APPLIED, version=back.version)


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


def delete_conflict(row: Row, op: Operation, sender: Sender) -> Conflict:
    """The record of a delete that was not carried out."""
    return _conflict(row, ANY_FIELD, None, op, sender)


def touch(row: Row, account_id: str, occasion: Occasion) -> None:
    """A new version by this account."""
    row.version += 1
    row.updated_by = account_id
    row.updated_install = occasion.sender.install_id
    row.updated_at = occasion.now


def _apply(
    ledger: Ledger, before: Row, changes: dict[str, Any], account_id: str, occasion: Occasion
) -> Row:
    row = ledger.edit(before)
    touch(row, account_id, occasion)
    at = round(occasion.now.timestamp() * 1000)
    for name, value in changes.items():
        row.body[name] = value
        row.fields[name] = row.version
        row.edits[name] = [account_id, occasion.sender.install_id, at]
    parent_id = parent_id_of(row.key.entity, row.body)
    if parent_id != row.parent_id:
        row.parent_id = parent_id
        ledger.place(row)
    return row


def _is_conflict(row: Row, name: str, op: Operation, sender: Sender) -> bool:
    if sender.is_county:
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
        for name, (_, install, at) in row.edits.items()
    )


def _county_side(row: Row, name: str) -> dict[str, Any]:
    by, _, at = row.last_edit(name)
    moment = datetime.fromtimestamp(at / 1000, UTC)
    return {"county": row.body.get(name), "by": by, "at": utc_text(moment)}


def _conflict(row: Row, name: str, value: Any, op: Operation, sender: Sender) -> Conflict:
    return Conflict(
        key=row.key,
        field=name,
        county_value=row.body if name == ANY_FIELD else row.body.get(name),
        county_by=row.updated_by if name == ANY_FIELD else row.last_edit(name)[0],
        county_version=row.version if name == ANY_FIELD else row.fields.get(name, 1),
        incoming_value=value,
        incoming_by=op.account_id,
        incoming_install=sender.install_id,
        op_no=op.op_no,
    )
