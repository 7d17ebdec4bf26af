"""Writing the week's duty and the rounds; each function is one step of undo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.duty.rules import (
    A_DAY,
    A_WEEK,
    LONGEST,
    DutyFinding,
    monday_of,
    patrol_problem,
    read_time,
    shift_problem,
)
from app.errors import ErrorCode, UserFacingError
from app.store import Changes, Store
from db.clock import today_in_china
from db.tables.base import SyncedRecord
from db.tables.grid_work import DutyShift, Hazard, Patrol
from db.tables.incidents import Incident

SHIFT_FORM = "duty_shift"
PATROL_FORM = "patrol"
"""The names of the drafts."""


@dataclass(frozen=True, slots=True)
class ShiftFields:
    """What a person fills in for a shift; times and texts as typed."""

    on_date: date | None
    starts_at: str
    ends_at: str
    name: str
    account_id: str | None = None
    phone: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PatrolFields:
    """What a person fills in for a round; no end while it is under way."""

    on_date: date | None
    starts_at: str
    route: str
    members: str
    ends_at: str = ""
    found: str = ""


def add_shift(store: Store, actor: Actor, *, unit_id: str, given: ShiftFields) -> Changes:
    """Puts somebody on duty.

    Raises ``UserFacingError``: NOT_ALLOWED, DUTY_FIELD_WRONG (field, problem, limit).
    """
    actor.require(Permission.RECORD_GRID_WORK, unit_id=unit_id)
    with store.transaction(account_id=actor.account_id, action="add_shift") as tx:
        tx.session.add(DutyShift(unit_id=unit_id, **_shift_values(store, given)))
    return tx.changes


def edit_shift(store: Store, actor: Actor, *, shift_id: str, given: ShiftFields) -> Changes:
    """Corrects a shift; raises as ``add_shift``, and DUTY_GONE."""
    with store.transaction(account_id=actor.account_id, action="edit_shift") as tx:
        shift = _held(tx.session, actor, DutyShift, shift_id)
        _fill(shift, _shift_values(store, given))
    return tx.changes


def remove_shift(store: Store, actor: Actor, *, shift_id: str) -> Changes:
    """Takes a shift out of the week; raises NOT_ALLOWED, DUTY_GONE."""
    with store.transaction(account_id=actor.account_id, action="remove_shift") as tx:
        tx.session.delete(_held(tx.session, actor, DutyShift, shift_id))
    return tx.changes


def copy_last_week(store: Store, actor: Actor, *, unit_id: str, monday: date) -> Changes:
    """The shifts of the week before, seven days later, in one step; what stands there already is
    not put there twice.

    Raises NOT_ALLOWED, and DUTY_NOTHING_TO_COPY when there is nothing that is not there yet.
    """
    actor.require(Permission.RECORD_GRID_WORK, unit_id=unit_id)
    first = monday_of(monday)
    with store.transaction(account_id=actor.account_id, action="copy_duty_week") as tx:
        standing = {_key(shift) for shift in _week(tx.session, unit_id, first)}
        added = 0
        for shift in _week(tx.session, unit_id, first - A_WEEK):
            copy = DutyShift(
                unit_id=unit_id,
                on_date=shift.on_date + A_WEEK,
                starts_at=shift.starts_at,
                ends_at=shift.ends_at,
                account_id=shift.account_id,
                name=shift.name,
                phone=shift.phone,
                note=shift.note,
            )
            if _key(copy) not in standing:
                standing.add(_key(copy))
                tx.session.add(copy)
                added += 1
        if not added:
            raise UserFacingError(ErrorCode.DUTY_NOTHING_TO_COPY)
    return tx.changes


def record_patrol(store: Store, actor: Actor, *, unit_id: str, given: PatrolFields) -> Changes:
    """A round that was made, or one that begins now.

    Raises NOT_ALLOWED, DUTY_FIELD_WRONG (field, problem, limit).
    """
    actor.require(Permission.RECORD_GRID_WORK, unit_id=unit_id)
    with store.transaction(account_id=actor.account_id, action="record_patrol") as tx:
        patrol = Patrol(
            unit_id=unit_id,
            by_account_id=actor.account_id,
            recorded_at=store.clock.now(),
            **_patrol_values(store, given),
        )
        tx.session.add(patrol)
    return tx.changes


def edit_patrol(store: Store, actor: Actor, *, patrol_id: str, given: PatrolFields) -> Changes:
    """Corrects a round or ends it; raises as ``record_patrol``, and DUTY_GONE."""
    with store.transaction(account_id=actor.account_id, action="edit_patrol") as tx:
        patrol = _held(tx.session, actor, Patrol, patrol_id)
        _fill(patrol, _patrol_values(store, given))
    return tx.changes


def remove_patrol(store: Store, actor: Actor, *, patrol_id: str) -> Changes:
    """Takes a round out; raises NOT_ALLOWED, DUTY_GONE, and PATROL_HAS_FINDINGS (count) while a
    hazard or an incident says it was found on it."""
    with store.transaction(account_id=actor.account_id, action="remove_patrol") as tx:
        patrol = _held(tx.session, actor, Patrol, patrol_id)
        found = sum(
            len(tx.session.exec(select(model.id).where(model.patrol_id == patrol_id)).all())
            for model in (Hazard, Incident)
        )
        if found:
            raise UserFacingError(ErrorCode.PATROL_HAS_FINDINGS, count=found)
        tx.session.delete(patrol)
    return tx.changes


# --- the same for all --------------------------------------------------------------------------


def _shift_values(store: Store, given: ShiftFields) -> dict[str, Any]:
    values = {
        "on_date": given.on_date,
        "starts_at": read_time(given.starts_at),
        "ends_at": read_time(given.ends_at),
        "name": given.name.strip(),
        "account_id": given.account_id,
        "phone": given.phone.strip() or None,
        "note": given.note.strip() or None,
    }
    _refuse(shift_problem(values, today=today_in_china(store.clock)))
    return values


def _patrol_values(store: Store, given: PatrolFields) -> dict[str, Any]:
    ends_at = read_time(given.ends_at) or given.ends_at.strip() or None
    values = {
        "on_date": given.on_date,
        "starts_at": read_time(given.starts_at),
        "ends_at": ends_at,
        "route": given.route.strip(),
        "members": given.members.strip(),
        "found": given.found.strip() or None,
    }
    _refuse(patrol_problem(values, today=today_in_china(store.clock)))
    return values


def _refuse(finding: DutyFinding | None) -> None:
    if finding is not None:
        raise UserFacingError(
            ErrorCode.DUTY_FIELD_WRONG,
            field=finding.field,
            problem=finding.problem,
            limit=LONGEST.get(finding.field, 0),
        )


Record = TypeVar("Record", DutyShift, Patrol)


def _held(session: Session, actor: Actor, model: type[Record], record_id: str) -> Record:
    """The record, unless another laptop removed it since the screen was drawn."""
    record = session.get(model, record_id)
    if record is None:
        raise UserFacingError(ErrorCode.DUTY_GONE)
    actor.require(Permission.RECORD_GRID_WORK, unit_id=record.unit_id)
    return record


def _fill(record: SyncedRecord, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(record, name, value)


def _week(session: Session, unit_id: str, monday: date) -> list[DutyShift]:
    statement = select(DutyShift).where(
        col(DutyShift.unit_id) == unit_id,
        col(DutyShift.on_date) >= monday,
        col(DutyShift.on_date) < monday + 7 * A_DAY,
    )
    return list(session.exec(statement.order_by(col(DutyShift.on_date), col(DutyShift.starts_at))))


def _key(shift: DutyShift) -> tuple[object, ...]:
    return (shift.on_date, shift.starts_at, shift.ends_at, shift.account_id or shift.name)
