"""Reading the legal aid of a case, and what of it is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import col, select

from app.accounts.session import Actor
from app.accounts.vocabulary import Role
from app.cases.opening import case_to_read
from app.cases.queries import units_seen
from app.cases.secrecy import narrowed_for
from app.flow.reach import IN_UNITS
from app.legal_aid.actions import as_aid, may_take
from app.legal_aid.rules import limit_of, next_steps, stage_of
from app.legal_aid.vocabulary import (
    LegalAidGround,
    LegalAidLimit,
    LegalAidStage,
    LegalAidStep,
)
from app.listing import fetch_rows
from app.store import Store
from db.tables.base import SyncState
from db.tables.cases import CaseFile, CaseParty
from db.tables.desk import LegalAid
from db.tables.organisations import Account


@dataclass(frozen=True, slots=True)
class AidRow:
    """Legal aid for one party as the case shows it.

    ``steps`` are those this person may take now; ``due_on`` the day ``limit`` ends.
    """

    aid_id: str
    party: str
    need: str
    ground: LegalAidGround | None
    stage: LegalAidStage
    seen_on: date
    applied_on: date | None
    decided_on: date | None
    is_granted: bool | None
    decision_note: str
    is_ahead: bool
    lawyer: str
    office: str
    named_on: date | None
    done_on: date | None
    outcome: str
    limit: LegalAidLimit | None
    due_on: date | None
    steps: tuple[LegalAidStep, ...]
    sync_state: SyncState


@dataclass(frozen=True, slots=True)
class CaseAid:
    """All legal aid of a case, the newest first, and whether this person may add to it."""

    rows: tuple[AidRow, ...]
    may_add: bool


@dataclass(frozen=True, slots=True)
class AidDue:
    """Legal aid that waits for a decision or for somebody to be named."""

    case_id: str
    number: str
    title: str
    unit_id: str
    aid_id: str
    limit: LegalAidLimit
    due_on: date


@dataclass(frozen=True, slots=True)
class LawyerRow:
    """An account that gives legal aid."""

    account_id: str
    name: str
    unit_id: str


def aid_of_case(store: Store, actor: Actor, case_id: str) -> CaseAid:
    """The legal aid of a case; empty where the case is not in this file."""
    with store.reading() as session:
        case = case_to_read(session, actor, case_id)
        if case is None:
            return CaseAid((), may_add=False)
        found = session.exec(
            select(LegalAid)
            .where(col(LegalAid.case_id) == case_id)
            .order_by(col(LegalAid.recorded_at).desc(), col(LegalAid.id))
        ).all()
        people = session.exec(select(CaseParty).where(col(CaseParty.case_id) == case_id))
        names = {party.id: party.name for party in people}
        rows = tuple(_row(actor, case, one, names) for one in found)
        return CaseAid(rows, may_add=may_take(actor, case))


def _row(actor: Actor, case: CaseFile, one: LegalAid, names: dict[str, str]) -> AidRow:
    aid = as_aid(one)
    limit = limit_of(aid)
    return AidRow(
        aid_id=one.id,
        party=names.get(one.party_id or "", ""),
        need=one.need,
        ground=one.ground,
        stage=stage_of(aid),
        seen_on=one.seen_on,
        applied_on=one.applied_on,
        decided_on=one.decided_on,
        is_granted=one.is_granted,
        decision_note=one.decision_note or "",
        is_ahead=one.is_ahead,
        lawyer=one.lawyer_name or "",
        office=one.lawyer_office or "",
        named_on=one.named_on,
        done_on=one.done_on,
        outcome=one.outcome or "",
        limit=limit[0] if limit else None,
        due_on=limit[1] if limit else None,
        steps=tuple(step for step in next_steps(aid) if may_take(actor, case, step)),
        sync_state=one.sync_state,
    )


def aid_due(store: Store, actor: Actor) -> tuple[AidDue, ...]:
    """What waits for a decision or a lawyer, the nearest day first; also what is overdue."""
    units = units_seen(actor)
    bound: dict[str, Any] = {} if units is None else {"units": sorted(units)}
    where = narrowed_for(actor) + ("" if units is None else f" AND {IN_UNITS}")
    with store.reading() as session:
        found = fetch_rows(
            session,
            "SELECT l.id, c.id, c.number, c.title, c.unit_id FROM legal_aid l "
            "CROSS JOIN case_file c ON c.id = l.case_id "
            "WHERE l.applied_on IS NOT NULL AND l.done_on IS NULL "
            f"AND (l.decided_on IS NULL OR (l.is_granted AND l.named_on IS NULL)){where}",
            bound,
        )
        rows = []
        for aid_id, case_id, number, title, unit_id in found:
            limit = limit_of(as_aid(session.get_one(LegalAid, aid_id)))
            if limit is not None:
                rows.append(AidDue(case_id, number, title, unit_id, aid_id, *limit))
    return tuple(sorted(rows, key=lambda row: (row.due_on, row.number)))


def lawyers(store: Store) -> tuple[LawyerRow, ...]:
    """The accounts known here that give legal aid, by name."""
    with store.reading() as session:
        found = session.exec(
            select(Account)
            .where(col(Account.role) == Role.LEGAL_AID_LAWYER, col(Account.is_active))
            .order_by(col(Account.name))
        )
        return tuple(LawyerRow(one.id, one.name, one.unit_id) for one in found)
