"""Showing what is masked: the look is written down before the number leaves the file.

Nothing here gives a number without its record; both are one transaction.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlmodel import Session, col, select

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.opening import case_to_write
from app.errors import ErrorCode, UserFacingError
from app.looks.rules import MASKED, SUBJECT_PERMISSIONS, is_same_look
from app.looks.vocabulary import LookedAt
from app.store import Changes, Store
from db.tables.base import SyncedRecord
from db.tables.cases import CaseParty
from db.tables.looks import Look
from db.tables.registry import ENTITIES

REASON_LONGEST: Final = 200


def record_look(
    store: Store,
    actor: Actor,
    *,
    subject_entity: str,
    subject_id: str,
    unit_id: str,
    looked_at: LookedAt,
    people: int = 1,
    reason: str = "",
) -> Changes:
    """Writes down that personal data was shown, printed or exported; empty when it is known.

    ``people`` is of how many; for an export or a print the subject is the unit. Whoever may see
    something in full may also say so: raises nothing but STORE_NOT_WRITTEN.
    """
    with store.transaction(account_id=actor.account_id, action="look") as tx:
        add_look(
            tx.session,
            actor,
            store.clock.now(),
            subject_entity=subject_entity,
            subject_id=subject_id,
            unit_id=unit_id,
            looked_at=looked_at,
            people=people,
            reason=reason,
        )
    return tx.changes


def add_look(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    subject_entity: str,
    subject_id: str,
    unit_id: str,
    looked_at: LookedAt,
    people: int = 1,
    reason: str = "",
) -> None:
    """For a transaction that shows or writes out more: as ``record_look``."""
    if _is_known(session, actor, now, subject_entity, subject_id, looked_at):
        return
    session.add(
        Look(
            unit_id=_unit_of_look(actor, unit_id),
            subject_entity=subject_entity,
            subject_id=subject_id,
            looked_at=looked_at,
            people=people,
            reason=reason.strip()[:REASON_LONGEST] or None,
            by_account_id=actor.account_id,
            happened_at=now,
        )
    )


def reveal(store: Store, actor: Actor, *, entity: str, record_id: str, field: str) -> str:
    """The whole text of a masked field, once the look is written down; empty where none is kept.

    Raises ``UserFacingError`` NOT_ALLOWED, LOOK_SUBJECT_GONE, STORE_NOT_WRITTEN.
    """
    masked = MASKED[(entity, field)]
    with store.transaction(account_id=actor.account_id, action="look") as tx:
        record = _held(tx.session, entity, record_id)
        _require(tx.session, actor, masked.permission, record)
        value = str(getattr(record, field) or "")
        if value:
            add_look(
                tx.session,
                actor,
                store.clock.now(),
                subject_entity=entity,
                subject_id=record_id,
                unit_id=record.unit_id,
                looked_at=masked.looked_at,
            )
    return value


def reveal_phone(store: Store, actor: Actor, resident_id: str) -> str:
    """The telephone of a resident, or of the household where there is no own; as ``reveal``."""
    own = reveal(store, actor, entity="resident", record_id=resident_id, field="phone")
    if own:
        return own
    with store.reading() as session:
        household_id = str(getattr(_held(session, "resident", resident_id), "household_id", ""))
    return reveal(store, actor, entity="household", record_id=household_id, field="phone")


def look_at_whole(
    session: Session, actor: Actor, now: datetime, record: SyncedRecord, *, people: int = 1
) -> None:
    """A form opens that shows number and telephone for correcting them."""
    add_look(
        session,
        actor,
        now,
        subject_entity=record.entity(),
        subject_id=record.id,
        unit_id=record.unit_id,
        looked_at=LookedAt.WHOLE_RECORD,
        people=people,
    )


def has_looked(session: Session, actor: Actor, now: datetime, record: SyncedRecord) -> bool:
    """Whether it is written down that this person is looking at the whole of this record."""
    return _is_known(session, actor, now, record.entity(), record.id, LookedAt.WHOLE_RECORD)


def may_reveal(actor: Actor, *, entity: str, field: str) -> bool:
    """Whether to offer 显示 at all; whether it reaches the record is asked when it is pressed."""
    return actor.may(MASKED[(entity, field)].permission)


def _held(session: Session, entity: str, record_id: str) -> SyncedRecord:
    record = session.get(ENTITIES[entity], record_id)
    if record is None:
        raise UserFacingError(ErrorCode.LOOK_SUBJECT_GONE)
    return record


def _require(session: Session, actor: Actor, permission: Permission, record: SyncedRecord) -> None:
    """A party is as far away as its case: the unit that has it in hand may call people too."""
    if isinstance(record, CaseParty):
        case_to_write(session, actor, record.case_id, permission, gone=ErrorCode.LOOK_SUBJECT_GONE)
    else:
        actor.require(permission, unit_id=record.unit_id)


def _is_known(
    session: Session,
    actor: Actor,
    now: datetime,
    subject_entity: str,
    subject_id: str,
    looked_at: LookedAt,
) -> bool:
    """What left the program by printer or file counts each time."""
    if looked_at in (LookedAt.EXPORT, LookedAt.PRINT):
        return False
    earlier: Any = session.exec(
        select(Look.happened_at)
        .where(
            col(Look.subject_id) == subject_id,
            col(Look.subject_entity) == subject_entity,
            col(Look.looked_at) == looked_at,
            col(Look.by_account_id) == actor.account_id,
        )
        .order_by(col(Look.happened_at).desc())
    )
    return any(is_same_look(moment, now) for moment in earlier)


def _unit_of_look(actor: Actor, unit_id: str) -> str:
    """The record's unit where the county takes it from this person, else the person's own."""
    reaches = any(actor.reaches(one, unit_id=unit_id) for one in SUBJECT_PERMISSIONS)
    return unit_id if reaches else actor.unit_id
