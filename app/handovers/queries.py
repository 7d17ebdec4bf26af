"""Reading hand-overs: how far each has got, who has a thing now, and whom it may be handed to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlmodel import Session, col, select

from app.accounts.rules import may
from app.accounts.session import Actor
from app.accounts.vocabulary import Role
from app.cases.secrecy import is_hidden
from app.handovers.rules import PERMISSION_NEEDED, Giver, Holding, follow, targets
from app.handovers.vocabulary import HandoverState, HandoverSubject, Step
from app.organisations.rules import display_name, subtree
from app.organisations.vocabulary import Unit
from app.refolding import county_order
from app.store import Store, SyncState
from app.wire_values import title_of_record
from db.columns import OF_LIST
from db.tables.base import SyncedRecord
from db.tables.cases import CaseFile
from db.tables.handovers import Handover
from db.tables.organisations import Account
from db.tables.registry import ENTITIES


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """One hand-over as a page shows it; units by their names."""

    handover_id: str
    subject: HandoverSubject
    subject_id: str
    from_unit_id: str
    to_unit_id: str
    to_unit: str
    note: str | None
    by_name: str
    happened_at: datetime
    state: HandoverState


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a thing stands: who has it, and the last hand-over, if there was any."""

    subject: HandoverSubject
    subject_id: str
    title: str
    home_unit_id: str
    unit_id: str
    """The unit that has it now; for a case the holder."""
    targets: tuple[Unit, ...]
    """Where this person may hand it; empty for who may not."""
    last: HandoverRow | None


def standing_of(
    store: Store, actor: Actor, *, subject: HandoverSubject, subject_id: str
) -> Standing | None:
    """What the dialog needs; None when the record is not here, or not to be seen."""
    with store.reading() as session:
        record = session.get(ENTITIES[subject.value], subject_id)
        if record is None or is_hidden(session, actor, record):
            return None
        rows = rows_of(session, subject, record, actor)
        now = unit_that_has(record)
    giver = Giver(actor.role, actor.unit_id)
    possible: tuple[Unit, ...] = ()
    if may(actor.role, PERMISSION_NEEDED[subject]):
        possible = targets(
            giver,
            subject=subject,
            home_unit_id=record.unit_id,
            from_unit_id=now,
            units=actor.units,
            is_confidential=secrecy_of(record)[0],
            accused_unit_id=secrecy_of(record)[1],
        )
    return Standing(
        subject=subject,
        subject_id=subject_id,
        title=title_of_record(record),
        home_unit_id=record.unit_id,
        unit_id=now,
        targets=possible,
        last=rows[-1] if rows else None,
    )


def secrecy_of(record: SyncedRecord) -> tuple[bool, str | None]:
    """Whether a record is confidential, and which unit it must not reach."""
    is_secret = isinstance(record, CaseFile) and record.is_confidential
    return is_secret, record.accused_unit_id if isinstance(record, CaseFile) else None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody who works below one's own unit."""

    account_id: str
    name: str
    role: Role
    unit: str
    asked_for: str
    """The unit the person was asked to be handed to, while the county has not answered."""


def people_in_reach(store: Store, actor: Actor) -> tuple[PersonRow, ...]:
    """Active people of the units below the actor's own, by unit and name."""
    reached = subtree(actor.unit_id, actor.units.values()) - {actor.unit_id}
    with store.reading() as session:
        found = [
            one
            for one in session.exec(select(Account).where(col(Account.is_active)))
            if one.unit_id in reached
        ]
        asked = requested_units(session, [one.id for one in found])
    found.sort(key=lambda one: (actor.units[one.unit_id].code, one.name))
    return tuple(
        PersonRow(
            account_id=one.id,
            name=one.name,
            role=one.role,
            unit=unit_name(actor, one.unit_id),
            asked_for=unit_name(actor, asked[one.id]) if one.id in asked else "",
        )
        for one in found
    )


def rows_of(
    session: Session, subject: HandoverSubject, record: SyncedRecord, actor: Actor
) -> list[HandoverRow]:
    """All hand-overs of a record, in county order, what waits last."""
    found = session.exec(
        select(Handover, col(Account.name))
        .join(Account, col(Account.id) == col(Handover.by_account_id), isouter=True)
        .where(col(Handover.subject_id) == record.id)
        .order_by(*county_order(Handover))
    ).all()
    states = states_of([one for one, _ in found])
    return [
        HandoverRow(
            handover_id=one.id,
            subject=subject,
            subject_id=record.id,
            from_unit_id=one.from_unit_id,
            to_unit_id=one.to_unit_id,
            to_unit=unit_name(actor, one.to_unit_id),
            note=one.note,
            by_name=name or "",
            happened_at=one.happened_at,
            state=states[one.id],
        )
        for one, name in found
    ]


def states_of(handovers: Sequence[Handover]) -> dict[str, HandoverState]:
    """How far each hand-over of one record has got; given in county order."""
    known = [one for one in handovers if one.sync_seq > 0]
    start = known[0].from_unit_id if known else ""
    holding = _followed(start, known)
    states = {}
    for one in handovers:
        if one.sync_seq == 0:
            is_refused = one.sync_state is SyncState.REFUSED
            states[one.id] = HandoverState.REFUSED if is_refused else HandoverState.REQUESTED
        elif one.id in holding.not_applied or one.sync_state is SyncState.REFUSED:
            states[one.id] = HandoverState.NOT_APPLIED
        else:
            states[one.id] = HandoverState.EFFECTIVE
    return states


def _followed(start: str, known: Iterable[Handover]) -> Holding:
    steps = (Step(one.id, one.from_unit_id, one.to_unit_id, one.purpose) for one in known)
    return follow(start, steps)


def requested_units(session: Session, ids: Iterable[str]) -> dict[str, str]:
    """{record: unit it was asked to be handed to} of those for which the county has not answered
    yet; the last counts."""
    found = session.connection().exec_driver_sql(
        "SELECT subject_id, to_unit_id FROM handover WHERE sync_seq = 0 "
        f"AND sync_state <> 'refused' AND subject_id IN {OF_LIST} "
        "ORDER BY rowid",
        (orjson.dumps(list(ids)).decode(),),
    )
    return {row[0]: row[1] for row in found}


def unit_that_has(record: Any) -> str:
    """The holder of a case, or the unit whose record it is."""
    return str(getattr(record, "holder_unit_id", None) or record.unit_id)


def unit_name(actor: Actor, unit_id: str) -> str:
    """A unit's name, a village after its township."""
    unit = actor.units.get(unit_id)
    return unit_id if unit is None else display_name(unit, actor.units)
