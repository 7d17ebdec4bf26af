"""Reading one case with its timeline, and who sees which. Rows are frozen; no ORM object leaves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlmodel import Session, col, select

from app.accounts.rules import HELD_ONLY_ROLES, may
from app.accounts.session import Actor
from app.accounts.vocabulary import Permission, Role
from app.cases.parties import PartyRow, party_row
from app.cases.rules import counted, is_risk_unreported
from app.cases.secrecy import is_hidden
from app.cases.vocabulary import (
    CaseEventKind,
    CaseKind,
    CaseState,
    CaseStep,
    FlowStage,
    Urgency,
    class_name,
)
from app.errors import ErrorCode, UserFacingError
from app.flow.reach import holders_of
from app.links.queries import LinkedRecord, linked_in
from app.listing import fetch_rows
from app.looks.actions import has_looked
from app.mediation.vocabulary import MediationWay
from app.organisations.rules import subtree
from app.organisations.vocabulary import COUNTY_ID, UnitKind
from app.petitions.vocabulary import PetitionForm, PetitionPurpose
from app.refolding import case_steps, county_order
from app.store import Store
from db.tables.base import SyncState
from db.tables.cases import CaseEvent, CaseFile, CaseParty
from db.tables.desk import LegalAid, Sponsorship
from db.tables.mediation import Agreement, CaseMediator
from db.tables.organisations import Account

_OnCase = Agreement | CaseMediator | LegalAid | Sponsorship


@dataclass(frozen=True, slots=True)
class EventRow:
    """Something that happened, and whether the county has it."""

    event_id: str
    kind: CaseEventKind
    note: str | None
    detail: str | None
    by_name: str
    by_role: Role | None
    happened_at: datetime
    sync_state: SyncState


@dataclass(frozen=True, slots=True)
class CaseDetail:
    """One case whole: the file, its parties by side, its events in county order."""

    case_id: str
    unit_id: str
    holder_unit_id: str | None
    holder_unit_ids: frozenset[str]
    """Who leads it and who helps, besides its own unit."""
    holder: str
    """The unit it was handed to, by name; empty while it is the village's own."""
    village: str
    number: str
    title: str
    class_code: str
    class_name: str
    happened_on: date
    place: str
    story: str
    urgency: Urgency
    state: CaseState
    recorded_at: datetime
    recorded_by: str
    sync_state: SyncState
    parties: tuple[PartyRow, ...]
    events: tuple[EventRow, ...]
    kind: CaseKind
    is_risk_unreported: bool
    """Whether the police must hear of it and have not."""
    links: tuple[LinkedRecord, ...]
    received_on: date | None
    wanted: str
    head_count: int | None
    place_region: str | None
    is_confidential: bool
    accused_unit_id: str | None
    petition_purpose: PetitionPurpose | None
    petition_form: PetitionForm | None
    first_contact_id: str | None
    first_contact: str
    """By name; empty where there is none."""
    former_number: str | None
    helper_unit_ids: tuple[str, ...]
    stage: FlowStage
    way: MediationWay | None
    due_on: date | None
    due_limit: str | None
    has_legal_aid: bool
    has_sponsor: bool
    """Whether a leader is or was in charge of it."""
    has_mediator: bool
    has_agreement: bool


def counted_steps(case: CaseDetail) -> list[CaseStep]:
    """What counted of what happened; what the county refused is left out."""
    told = [each for each in case.events if each.sync_state is not SyncState.REFUSED]
    return counted([CaseStep(each.kind, each.detail, None, bool(each.note)) for each in told])


def units_seen(
    actor: Actor, permission: Permission = Permission.SEE_CASES
) -> frozenset[str] | None:
    """The units whose records this person may see; None for all of them, empty for none.

    Posts that see only what was handed to them: their own unit, which holds it.
    """
    if not may(actor.role, permission):
        return frozenset()
    if actor.role in HELD_ONLY_ROLES:
        return frozenset({actor.unit_id})
    if actor.unit_id == COUNTY_ID:
        return None
    return subtree(actor.unit_id, actor.units.values())


def units_in_sight(
    actor: Actor, wanted: frozenset[str] | None, permission: Permission = Permission.SEE_CASES
) -> frozenset[str] | None:
    """Those of the wanted units whose records this person may see; None for all of both."""
    seen = units_seen(actor, permission)
    if seen is None or wanted is None:
        return seen if wanted is None else wanted
    return seen & wanted


def one_case(
    store: Store,
    case_id: str,
    *,
    unit_ids: frozenset[str] | None = None,
    reader: Actor | None = None,
) -> CaseDetail | None:
    """The case, or None when it is not in this file or not in ``unit_ids``.

    ``case_id`` may also be the id of one of its parties, as the search finds them. A confidential
    case is there only for a ``reader`` who may see it, and only once that look is written down:
    raises ``UserFacingError`` CASE_LOOK_FIRST (case_id); see ``look_at_confidential``.
    """
    with store.reading() as session:
        party = session.get(CaseParty, case_id)
        case = session.get(CaseFile, party.case_id if party else case_id)
        places = set() if case is None else {case.unit_id, *holders_of(case)}
        if case is None or (unit_ids is not None and unit_ids.isdisjoint(places)):
            return None
        if case.is_confidential:
            if reader is None or is_hidden(session, reader, case):
                return None
            if not has_looked(session, reader, store.clock.now(), case):
                raise UserFacingError(ErrorCode.CASE_LOOK_FIRST, case_id=case.id)
        return _case_detail(session, case)


def _case_detail(session: Session, case: CaseFile) -> CaseDetail:
    """Long because a page of a case shows that much; one line per field."""
    parties, events = _parties(session, case.id), _events(session, case.id)
    own = [case.sync_state, *(state for _, state in parties)]
    own += [event.sync_state for event in events]
    units = village_names(session, [case.unit_id, case.holder_unit_id or ""])
    return CaseDetail(
        case_id=case.id,
        unit_id=case.unit_id,
        holder_unit_id=case.holder_unit_id,
        holder_unit_ids=holders_of(case),
        holder=units.get(case.holder_unit_id or "", ""),
        village=units.get(case.unit_id, ""),
        number=case.number,
        title=case.title,
        class_code=case.class_code,
        class_name=class_name(case.class_code),
        happened_on=case.happened_on,
        place=case.place,
        story=case.story,
        urgency=case.urgency,
        state=case.state,
        recorded_at=case.recorded_at,
        recorded_by=_name_of(session, case.recorded_by),
        sync_state=worst_sync_state(own),
        parties=tuple(party for party, _ in parties),
        events=events,
        kind=case.kind,
        is_risk_unreported=is_risk_unreported(step.kind for step in case_steps(session, case)),
        links=linked_in(session, entity="case_file", record_id=case.id),
        received_on=case.received_on,
        wanted=case.wanted or "",
        head_count=case.head_count,
        place_region=case.place_region,
        is_confidential=case.is_confidential,
        accused_unit_id=case.accused_unit_id,
        petition_purpose=case.petition_purpose,
        petition_form=case.petition_form,
        first_contact_id=case.first_contact_id,
        first_contact=_name_of(session, case.first_contact_id),
        former_number=case.former_number,
        helper_unit_ids=tuple(json.loads(case.helper_unit_ids or "[]")),
        stage=case.stage,
        way=case.way,
        due_on=case.due_on,
        due_limit=case.due_limit,
        has_legal_aid=_hangs_on(session, LegalAid, case.id),
        has_sponsor=_hangs_on(session, Sponsorship, case.id),
        has_mediator=_hangs_on(session, CaseMediator, case.id),
        has_agreement=_hangs_on(session, Agreement, case.id),
    )


def _name_of(session: Session, account_id: str | None) -> str:
    """Empty for nobody, or for an account this file has not."""
    account = session.get(Account, account_id or "")
    return account.name if account else ""


def _hangs_on(session: Session, table: type[_OnCase], case_id: str) -> bool:
    hangs = select(table.id).where(col(table.case_id) == case_id).limit(1)
    return session.exec(hangs).first() is not None


_GRAVITY = (SyncState.SYNCED, SyncState.PENDING, SyncState.REFUSED, SyncState.CONFLICT)


def worst_sync_state(states: Iterable[SyncState]) -> SyncState:
    """The one word for a case made of several records."""
    return max(states, key=_GRAVITY.index)


def village_names(session: Session, unit_ids: Sequence[str]) -> dict[str, str]:
    """Unit id to name, a village after its township: three names occur twice in the county."""
    found = fetch_rows(
        session,
        "SELECT u.id, u.name, u.kind, p.name AS above FROM unit u "
        "LEFT JOIN unit p ON p.id = u.parent_id WHERE u.id IN :ids",
        {"ids": list(unit_ids)},
    )
    return {
        row.id: f"{row.above}{row.name}" if row.kind == UnitKind.VILLAGE and row.above else row.name
        for row in found
    }


def party_records(session: Session, case_id: str) -> list[CaseParty]:
    """The parties by side, the one that stands for its side first."""
    statement = select(CaseParty).where(col(CaseParty.case_id) == case_id)
    order = (col(CaseParty.side), col(CaseParty.is_main).desc(), text("rowid"))
    return list(session.exec(statement.order_by(*order)))


def _parties(session: Session, case_id: str) -> list[tuple[PartyRow, SyncState]]:
    return [(party_row(one), one.sync_state) for one in party_records(session, case_id)]


def _events(session: Session, case_id: str) -> tuple[EventRow, ...]:
    found = session.exec(
        select(CaseEvent, col(Account.name), col(Account.role))
        .join(Account, col(Account.id) == col(CaseEvent.by_account_id), isouter=True)
        .where(col(CaseEvent.case_id) == case_id)
        .order_by(*county_order(CaseEvent))
    )
    return tuple(
        EventRow(
            event_id=event.id,
            kind=event.kind,
            note=event.note,
            detail=event.detail,
            by_name=name or "",
            by_role=role,
            happened_at=event.happened_at,
            sync_state=event.sync_state,
        )
        for event, name, role in found
    )
