"""What stands in the papers of a case, read in one go.

Telephones are whole only in ``paper_with_phones``, which writes the look first: a form that has a
place for them is a way of seeing them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from app.accounts.session import Actor
from app.attachments.queries import attachments_of
from app.cases.detail_rules import read_detail
from app.cases.queries import CaseDetail, one_case, units_seen
from app.cases.vocabulary import AgentKind, CaseEventKind, PartySide
from app.clocks.queries import limits_of_case
from app.clocks.rules import Limit
from app.errors import ErrorCode, UserFacingError
from app.handovers.vocabulary import HandoverPurpose
from app.households.vocabulary import Sex
from app.looks.actions import look_at_whole
from app.mediation.queries import AgreementRow, agreements_of
from app.organisations.rules import display_name
from app.organisations.vocabulary import UnitKind
from app.papers.rules import FileSpec, Situation, file_of, line_state
from app.papers.vocabulary import LineState
from app.refolding import county_order
from app.settings.queries import setting
from app.settings.vocabulary import SettingKey
from app.store import Store
from db.clock import CHINA, today_in_china
from db.tables.base import SyncState
from db.tables.cases import CaseFile, CaseParty
from db.tables.handovers import Handover
from db.tables.mediation import CaseMediator
from db.tables.organisations import Account


@dataclass(frozen=True, slots=True)
class PaperParty:
    """A party as forms name it; ``phone`` is empty but on forms that need it."""

    party_id: str
    side: PartySide
    name: str
    sex: Sex
    ethnicity: str | None
    birth_date: date | None
    address: str
    is_organisation: bool
    is_main: bool
    agent_kind: AgentKind | None
    agent_name: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class PaperEvent:
    """Something that happened; ``values`` as ``read_detail`` gives them."""

    event_id: str
    kind: CaseEventKind
    on: date
    at: datetime
    note: str
    values: dict[str, Any]
    by_name: str
    scans: int


@dataclass(frozen=True, slots=True)
class PaperSending:
    """The case went, or was asked to go, from one unit to another."""

    purpose: HandoverPurpose
    from_unit: str
    to_unit: str
    on: date
    due_on: date | None
    note: str
    by_name: str


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """All a paper may say; units by their full names, days in China's time."""

    case: CaseDetail
    unit: str
    """Whose case it is."""
    in_hand: str
    """Who has it now."""
    own_unit: str
    """Who prints."""
    by_name: str
    today: date
    parties: tuple[PaperParty, ...]
    events: tuple[PaperEvent, ...]
    sendings: tuple[PaperSending, ...]
    agreements: tuple[AgreementRow, ...]
    mediators: tuple[str, ...]
    limits: tuple[Limit, ...]
    registered_at: str
    """The unit whose case it is, with what its centre is called."""
    retention: str

    @property
    def recorded_on(self) -> date:
        """The day it was registered, which is not the day it happened."""
        return self.case.recorded_at.astimezone(CHINA).date()

    def last(self, kind: CaseEventKind) -> PaperEvent | None:
        """The latest event of a kind."""
        return next((one for one in reversed(self.events) if one.kind is kind), None)

    def side(self, side: PartySide) -> tuple[PaperParty, ...]:
        """The parties on one side."""
        return tuple(one for one in self.parties if one.side is side)

    def names(self, side: PartySide) -> str:
        """Their names, with 、 between."""
        return "、".join(one.name for one in self.side(side))

    @property
    def situation(self) -> Situation:
        """What decides which papers fit."""
        return Situation(
            kind=self.case.kind,
            state=self.case.state,
            events=frozenset(one.kind for one in self.events),
            agreements=frozenset(one.form for one in self.agreements),
            purposes=frozenset(one.purpose for one in self.sendings),
        )

    @property
    def file_lines(self) -> tuple[tuple[FileSpec, LineState], ...]:
        """The file line by line, and how far each has got."""
        happened = {one.kind for one in self.events}
        scanned = {one.kind for one in self.events if one.scans}
        lines = file_of(self.case.kind, happened)
        return tuple((spec, line_state(spec, happened, scanned)) for spec in lines)


def paper_facts(store: Store, actor: Actor, case_id: str) -> PaperFacts:
    """What the papers of a case say, without telephones.

    Raises ``UserFacingError`` CASE_NOT_FOUND, CASE_LOOK_FIRST as ``one_case``.
    """
    case = one_case(store, case_id, unit_ids=units_seen(actor), reader=actor)
    if case is None:
        raise UserFacingError(ErrorCode.CASE_NOT_FOUND)
    today = today_in_china(store.clock)
    with store.reading() as session:
        parties = _parties(session, case.case_id)
        sendings = _sendings(session, actor, case.case_id)
        mediators = _mediators(session, case.case_id)
        centre = str(setting(session, SettingKey.CENTRE_NAME, today) or "")
        retention = str(setting(session, SettingKey.RETENTION, today) or "")
    return PaperFacts(
        case=case,
        unit=_unit(actor, case.unit_id),
        in_hand=_unit(actor, case.holder_unit_id or case.unit_id),
        own_unit=_unit(actor, actor.unit_id),
        by_name=actor.name,
        today=today,
        parties=parties,
        events=_events(store, actor, case),
        sendings=sendings,
        agreements=agreements_of(store, actor, case.case_id),
        mediators=mediators,
        limits=limits_of_case(store, actor, case.case_id, today),
        registered_at=_centre(actor, case.unit_id, centre),
        retention=retention,
    )


def _centre(actor: Actor, unit_id: str, centre: str) -> str:
    """County, township and village have a centre each; a department takes in as itself."""
    unit = actor.units.get(unit_id)
    has_one = unit is not None and unit.kind is not UnitKind.DEPARTMENT
    return _unit(actor, unit_id) + (centre if has_one else "")


def facts_with_phones(store: Store, actor: Actor, case_id: str) -> PaperFacts:
    """As ``paper_facts`` with whole telephone numbers, once that look is written down.

    Work for the writer. Raises as ``paper_facts``, and STORE_NOT_WRITTEN.
    """
    facts = paper_facts(store, actor, case_id)
    with store.transaction(account_id=actor.account_id, action="look") as tx:
        case = tx.session.get_one(CaseFile, case_id)
        found = {one.id: one.phone or "" for one in _party_records(tx.session, case_id)}
        shown = sum(bool(phone) for phone in found.values())
        if shown:
            look_at_whole(tx.session, actor, store.clock.now(), case, people=shown)
    parties = (replace(one, phone=found.get(one.party_id, "")) for one in facts.parties)
    return replace(facts, parties=tuple(parties))


def _party_records(session: Session, case_id: str) -> Sequence[CaseParty]:
    return session.exec(
        select(CaseParty)
        .where(col(CaseParty.case_id) == case_id)
        .order_by(col(CaseParty.side), col(CaseParty.is_main).desc(), col(CaseParty.id))
    ).all()


def _parties(session: Session, case_id: str) -> tuple[PaperParty, ...]:
    return tuple(
        PaperParty(
            party_id=one.id,
            side=one.side,
            name=one.name,
            sex=one.sex,
            ethnicity=one.ethnicity,
            birth_date=one.birth_date,
            address=one.address or "",
            is_organisation=one.is_organisation,
            is_main=one.is_main,
            agent_kind=one.agent_kind,
            agent_name=one.agent_name or "",
        )
        for one in _party_records(session, case_id)
    )


def _events(store: Store, actor: Actor, case: CaseDetail) -> tuple[PaperEvent, ...]:
    scans: dict[str | None, int] = {}
    for row in attachments_of(store, actor, entity="case_file", record_id=case.case_id):
        if not row.is_withdrawn:
            scans[row.subject.part_id] = scans.get(row.subject.part_id, 0) + 1
    return tuple(
        PaperEvent(
            event_id=one.event_id,
            kind=one.kind,
            on=one.happened_at.astimezone(CHINA).date(),
            at=one.happened_at.astimezone(CHINA),
            note=one.note or "",
            values=read_detail(one.kind, one.detail),
            by_name=one.by_name,
            scans=scans.get(one.event_id, 0),
        )
        for one in case.events
    )


def _sendings(session: Session, actor: Actor, case_id: str) -> tuple[PaperSending, ...]:
    found = session.exec(
        select(Handover)
        .where(col(Handover.subject_id) == case_id)
        .where(col(Handover.sync_state) != SyncState.REFUSED)
        .order_by(*county_order(Handover))
    )
    names = {one.id: one.name for one in session.exec(select(Account))}
    return tuple(
        PaperSending(
            purpose=one.purpose or HandoverPurpose.HANDED_OVER,
            from_unit=_unit(actor, one.from_unit_id),
            to_unit=_unit(actor, one.to_unit_id),
            on=one.happened_at.astimezone(CHINA).date(),
            due_on=one.due_on,
            note=one.note or "",
            by_name=names.get(one.by_account_id, ""),
        )
        for one in found
    )


def _mediators(session: Session, case_id: str) -> tuple[str, ...]:
    found = session.exec(
        select(CaseMediator.name)
        .where(col(CaseMediator.case_id) == case_id)
        .order_by(col(CaseMediator.starts_on), col(CaseMediator.id))
    )
    return tuple(dict.fromkeys(found))


def _unit(actor: Actor, unit_id: str) -> str:
    unit = actor.units.get(unit_id)
    return "" if unit is None else display_name(unit, actor.units)
