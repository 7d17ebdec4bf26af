"""Taking back one's last step: the inverse of a whole transaction, as an ordinary edit.

The outbox knows of every operation what the fields were before. Undo puts those back where the
field still holds what that step wrote; a field that was changed since stays as it is. Events and
ballots are never taken back this way: they have their own counter-events. Where one needs no words
of a person, a step is taken back by saying it: see ``_OPPOSITES``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlmodel import Session, SQLModel, col, select

from app.attachments.actions import opposite_attachments
from app.attachments.rules import ATTACH_PERMISSION
from app.conflicts.settling import take_back_settlement
from app.court.opposites import is_application, opposite_application
from app.errors import ErrorCode, UserFacingError
from app.handovers.actions import opposite_handovers
from app.incidents.opposites import opposite_incident_events
from app.mediation.opposites import opposite_settlement
from app.refolding import refold
from app.settings.opposites import opposite_setting_changes
from app.store import Changes, Store, Transaction
from db.outbox import from_wire, loads, wire_value
from db.tables.base import RecordKind, SyncedRecord
from db.tables.local import OpKind, OutboxOp
from db.tables.registry import ENTITIES


@dataclass(frozen=True)
class UndoOutcome:
    """What was taken back, and how many records were left because they changed since."""

    changes: Changes
    left: int
    may_redo: bool = False
    """Whether taking this step back brings all of the first one again; what was said against an
    event is not unsaid."""

    @property
    def txn(self) -> int | None:
        """The step that took it back."""
        return self.changes.txn


def undo(store: Store, *, account_id: str, txn: int) -> UndoOutcome:
    """Takes back the transaction ``txn``; raises NOTHING_TO_UNDO when it is not here any more, or
    is another's: a laptop has several people, and each answers for the own steps."""
    with store.reading() as session:
        operations = session.exec(
            select(OutboxOp).where(col(OutboxOp.txn) == txn).order_by(col(OutboxOp.op_no).desc())
        ).all()
    if not operations or _is_anothers(operations, account_id):
        raise UserFacingError(ErrorCode.NOTHING_TO_UNDO)
    opposite = _opposite_for({one.entity for one in operations})
    if opposite is not None:
        return _say_the_opposite(store, account_id, operations, opposite)
    settlements = [one for one in operations if one.entity == "conflict_settlement"]
    # A step that also asked another unit to help, as for legal aid, asks it back.
    handed = [one for one in operations if one.entity == "handover"]
    answered = ("conflict_settlement", "handover")
    edits = [one for one in operations if one.entity not in answered]
    if any(ENTITIES[one.entity].record_kind is not RecordKind.REGISTER for one in edits):
        raise UserFacingError(ErrorCode.UNDO_TOO_LATE)
    action = "undo_" + operations[0].action.removeprefix("undo_")
    left = 0
    gone: set[str] = set()
    with store.transaction(account_id=account_id, action=action[:60]) as tx:
        for operation in sorted(edits, key=_turn):
            left += not _take_back(tx, operation, gone)
        if handed:
            now = store.clock.now()
            tx.session.add_all(opposite_handovers(tx.session, handed, account_id, now))
        for operation in settlements:
            left += not take_back_settlement(
                tx.session, operation.record_id, account_id, store.clock.now()
            )
    return UndoOutcome(tx.changes, left, may_redo=not (left or handed or settlements))


def _is_anothers(operations: Sequence[OutboxOp], account_id: str) -> bool:
    return any(one.account_id != account_id for one in operations)


@dataclass(frozen=True, slots=True)
class _Opposite:
    """How a step of these ``events`` is taken back, with the records that came ``beside`` them,
    which stay; a None it yields is something that was left, because it has changed since."""

    events: frozenset[str]
    beside: frozenset[str]
    answers: Callable[[Session, Sequence[OutboxOp], str, datetime], Iterator[SyncedRecord | None]]


def _opposite_case_step(
    session: Session, operations: Sequence[OutboxOp], account_id: str, now: datetime
) -> Iterator[SyncedRecord | None]:
    found = opposite_application if is_application(operations) else opposite_settlement
    return found(session, operations, account_id, now)


_OPPOSITES = (
    _Opposite(
        frozenset({"attachment", "attachment_withdrawal"}), frozenset(), opposite_attachments
    ),
    _Opposite(frozenset({"handover"}), frozenset(), opposite_handovers),
    _Opposite(frozenset({"setting_change"}), frozenset(), opposite_setting_changes),
    _Opposite(
        frozenset({"incident_event"}),
        frozenset({"incident", "incident_person", "record_link"}),
        opposite_incident_events,
    ),
    _Opposite(
        frozenset({"case_event"}),
        frozenset({"agreement", "agreement_item", "agreement_signature", "handover"}),
        _opposite_case_step,
    ),
)
"""The events that have a counter-event which needs no words of a person."""


def _opposite_for(entities: set[str]) -> _Opposite | None:
    return next(
        (
            one
            for one in _OPPOSITES
            if entities & one.events and entities <= one.events | one.beside
        ),
        None,
    )


def _say_the_opposite(
    store: Store, account_id: str, operations: Sequence[OutboxOp], opposite: _Opposite
) -> UndoOutcome:
    """The county sees both, in this order."""
    action = "undo_" + operations[0].action.removeprefix("undo_")
    with store.transaction(account_id=account_id, action=action[:60]) as tx:
        found = list(opposite.answers(tx.session, operations, account_id, store.clock.now()))
        said = [one for one in found if one is not None]
        tx.session.add_all(said)
        tx.session.flush()
        refold(tx.session, [(one.entity(), one.id) for one in said])
    return UndoOutcome(tx.changes, left=len(found) - len(said))


def _turn(operation: OutboxOp) -> tuple[int, int, int]:
    """What was removed first, parents before children; what was added last, children first."""
    place = _PLACE[operation.entity]
    if operation.kind is OpKind.DELETE:
        return (0, place, -operation.op_no)
    if loads(operation.before):
        return (1, 0, -operation.op_no)
    return (2, -place, -operation.op_no)


def _take_back(tx: Transaction, operation: OutboxOp, gone: set[str]) -> bool:
    """``gone`` are the records this step has taken away so far."""
    model = ENTITIES[operation.entity]
    record = tx.session.get(model, operation.record_id)
    before, patch = loads(operation.before), loads(operation.patch)
    if not before and not _is_whole(model, patch):
        return False  # the record once left this laptop, and with it what it had been
    if operation.kind is OpKind.DELETE:
        if record is not None or _missing_parents(tx.session, model, before):
            return False
        tx.session.add(model(id=operation.record_id, **from_wire(model, before)))
        return True
    if record is None:
        return False
    unchanged = {
        name: value for name, value in patch.items() if wire_value(getattr(record, name)) == value
    }
    if not before:
        if len(unchanged) < len(patch) or _is_leaned_on(tx.session, model, record.id, gone):
            return False
        tx.session.delete(record)
        gone.add(record.id)
        return True
    for name in _missing_parents(tx.session, model, before):
        unchanged.pop(name, None)
    for name, value in from_wire(model, before).items():
        if name in unchanged:
            setattr(record, name, value)
    return len(unchanged) == len(patch)


def _is_whole(model: type[SyncedRecord], patch: dict[str, Any]) -> bool:
    """Whether this is a record that was added, not an edit."""
    return all(
        name in patch for name in model.wire_fields() if model.model_fields[name].is_required()
    )


# --- who leans on whom ---------------------------------------------------------------------------

_PLACE = {entity: place for place, entity in enumerate(ENTITIES)}
"""The registry names parents before children."""
_LOOSE = {
    "micro_grid": (
        ("household", "micro_grid_id"),
        ("hazard", "micro_grid_id"),
        ("incident", "micro_grid_id"),
    ),
    "household": (
        ("ballot", "household_id"),
        ("electorate_entry", "household_id"),
        ("handover", "subject_id"),
        ("micro_service", "household_id"),
        ("hazard", "household_id"),
        ("outreach_finding", "household_id"),
    ),
    "resident": (
        ("case_party", "resident_id"),
        ("incident_person", "resident_id"),
        ("team_member", "resident_id"),
    ),
    "team_member": (("case_mediator", "member_id"),),
    "case_party": (("agreement_item", "party_id"), ("agreement_signature", "party_id")),
    "visit": (("micro_service", "visit_id"), ("hazard", "visit_id")),
    "patrol": (("hazard", "patrol_id"), ("incident", "patrol_id")),
}
"""References the file does not check, because either side may come first or live elsewhere; we
do: nobody takes a household away from under an open vote, nor a party out of a case."""


def _missing_parents(
    session: Session, model: type[SyncedRecord], wire: dict[str, Any]
) -> frozenset[str]:
    """The fields of these that name a record which is not here."""
    return frozenset(
        name
        for name, parent in _parents(model)
        if name in wire and not _is_there(session, parent, wire[name])
    )


def _is_there(session: Session, model: type[SyncedRecord], record_id: str) -> bool:
    if session.get(model, record_id) is None:
        session.flush()  # it may be coming back in this very step
    return session.get(model, record_id) is not None


def _is_leaned_on(
    session: Session, model: type[SyncedRecord], record_id: str, gone: set[str]
) -> bool:
    with session.no_autoflush:
        return any(
            child.id not in gone and getattr(child, name) == record_id
            for other, name in _children(model)
            for child in session.exec(select(other).where(col(getattr(other, name)) == record_id))
        )


@cache
def _parents(model: type[SyncedRecord]) -> tuple[tuple[str, type[SyncedRecord]], ...]:
    table = SQLModel.metadata.tables[model.entity()]
    return tuple((key.parent.name, ENTITIES[key.column.table.name]) for key in table.foreign_keys)


@cache
def _children(model: type[SyncedRecord]) -> tuple[tuple[type[SyncedRecord], str], ...]:
    hanging = [("attachment", "subject_id")] if model.entity() in ATTACH_PERMISSION else []
    named = (*_LOOSE.get(model.entity(), ()), *hanging)
    loose = ((ENTITIES[entity], name) for entity, name in named)
    checked = (
        (other, name)
        for other in ENTITIES.values()
        for name, parent in _parents(other)
        if parent is model
    )
    return (*loose, *checked)
