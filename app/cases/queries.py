"""Reading cases: pages of the list, and one case with its timeline.

The list is read page by page, newest first, so that a file with 100,000 cases opens as fast as
one with ten. Rows are frozen; no ORM object leaves.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import orjson
from sqlalchemy import text
from sqlmodel import Session, col, select

from app.accounts.rules import HELD_ONLY_ROLES, may
from app.accounts.session import Actor
from app.accounts.vocabulary import Permission, Role
from app.cases.actions import CaseDraft
from app.cases.file_rules import RECORDED_BY_HAND, kind_problem
from app.cases.finding import find_classes
from app.cases.parties import PartyEntry
from app.cases.rules import is_risk_unreported
from app.cases.secrecy import CONFIDENTIAL, has_confidential, sees_confidential
from app.cases.vocabulary import (
    AgentKind,
    CaseEventKind,
    CaseKind,
    CaseState,
    FlowStage,
    PartySide,
    PartySource,
    SpokenLanguage,
    Urgency,
    class_name,
)
from app.errors import ErrorCode, UserFacingError
from app.flow.reach import IN_UNITS, holders_of
from app.handovers.queries import requested_units
from app.households.rules import mask_phone
from app.links.queries import LinkedRecord, linked_in
from app.listing import fetch_rows, where_clause
from app.looks.actions import has_looked, look_at_whole
from app.mediation.vocabulary import MediationWay
from app.organisations.rules import subtree
from app.organisations.vocabulary import COUNTY_ID, UnitKind
from app.petitions.vocabulary import PetitionForm, PetitionPurpose
from app.refolding import case_steps, county_order
from app.store import Changes, Store
from db.clock import CHINA
from db.columns import utc_text
from db.search_index import HAS_WORDS, fits_many, match_expression
from db.tables.base import SyncState
from db.tables.cases import CaseEvent, CaseFile, CaseParty
from db.tables.desk import LegalAid, Sponsorship
from db.tables.organisations import Account

PAGE_SIZE = 200
MAX_WORDS = 5
"""Words of a search beyond the fifth narrow nothing any more."""

MOST_COUNTED = 1000
"""Beyond so many nobody asks how many exactly; reading on only to count would take longer than
reading the page."""

OPEN_STATES = frozenset(CaseState) - {CaseState.CLOSED}


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What of the list is wanted. ``unit_ids`` None means every unit in the file."""

    text: str = ""
    states: frozenset[CaseState] = frozenset(CaseState)
    kinds: frozenset[CaseKind] = frozenset(CaseKind)
    unit_ids: frozenset[str] | None = None
    sees_confidential: bool = False
    """Whether confidential cases are listed; see ``app.cases.secrecy``."""
    urgencies: frozenset[Urgency] = frozenset(Urgency)
    stages: frozenset[FlowStage] = frozenset(FlowStage)
    ways: frozenset[MediationWay] = frozenset()
    """Empty for every way, and none."""
    class_code: str = ""
    """A class with all its sub-classes, or a sub-class."""
    in_hand_of: frozenset[str] | None = None
    """Units that lead the case now; None for whoever does."""
    first_contact_id: str = ""
    due_first: date | None = None
    due_last: date | None = None
    """The nearest last day of its limits; with either of the two, cases without any do not fit."""
    first_day: date | None = None
    last_day: date | None = None
    """Days of the village on which it was recorded, both included."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of the list. ``parties`` names the first of each side, ``party_count`` all."""

    case_id: str
    number: str
    title: str
    kind: CaseKind
    class_name: str
    parties: tuple[str, ...]
    party_count: int
    urgency: Urgency
    state: CaseState
    happened_on: date
    recorded_at: datetime
    sync_state: SyncState
    village: str
    holder: str = ""
    """The unit it was handed to, by name."""
    head_count: int | None = None
    asked_for: str = ""
    """The unit it was asked to be handed to, while the county has not answered."""


@dataclass(frozen=True, slots=True)
class CaseList:
    """A page of the list; ``total`` counts all pages and comes with the first of them only, where
    it is no more than ``MOST_COUNTED``, and not for words that fit a great part of the file.

    ``is_last`` when nothing follows.
    """

    rows: tuple[CaseRow, ...]
    total: int | None
    is_last: bool
    at_least: int = 0
    """No fewer than so many fit; told where there is no ``total``."""


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A party as the page shows it; ``phone`` is masked."""

    party_id: str
    side: PartySide
    source: PartySource
    resident_id: str | None
    name: str
    phone: str
    address: str | None
    is_main: bool = False
    is_organisation: bool = False
    is_representative: bool = False
    ethnicity: str | None = None
    category: str | None = None
    birth_date: date | None = None
    language: SpokenLanguage | None = None
    region: str | None = None
    agent_kind: AgentKind | None = None
    agent_name: str | None = None
    agent_phone: str = ""
    """Masked."""


@dataclass(frozen=True, slots=True)
class CaseToEdit:
    """What the form opens with; telephones whole."""

    case_id: str
    draft: CaseDraft
    first_contact: str = ""
    """By name."""
    may_correct_kind: bool = False


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


def case_rows(
    store: Store, wanted: CaseFilter, *, after: CaseRow | None = None, limit: int = PAGE_SIZE
) -> CaseList:
    """A page of the cases that fit, newest first; ``after`` is the last row of the page before."""
    with store.reading() as session:
        where, values, is_counted = _conditions(session, wanted)
        # Nearly all of a laptop's file is in sight, and the index it is walked by, newest first,
        # holds whatever it is narrowed by: the plus keeps other indexes out.
        walked = [part if part.startswith("(") else f"+{part}" for part in where]
        counts = after is None and is_counted
        if after is not None:
            walked.append("(c.recorded_at, c.id) < (:after_at, :after_id)")
            values |= {"after_at": utc_text(after.recorded_at), "after_id": after.case_id}
        most = max(limit, MOST_COUNTED) if counts else limit
        ids = _ids(session, walked, {**values, "page": most + 1}, of=_index_for(wanted))
        page = _rows(session, ids[:limit])
        rows = _case_rows(session, page)
    total = len(ids) if counts and len(ids) <= most else None
    return CaseList(rows, total, is_last=len(ids) <= limit, at_least=min(len(ids), most))


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
        case_id = party.case_id if party else case_id
        case = session.get(CaseFile, case_id)
        places = set() if case is None else {case.unit_id, *holders_of(case)}
        if case is None or (unit_ids is not None and unit_ids.isdisjoint(places)):
            return None
        if case.is_confidential:
            if reader is None or not sees_confidential(reader):
                return None
            if not has_looked(session, reader, store.clock.now(), case):
                raise UserFacingError(ErrorCode.CASE_LOOK_FIRST, case_id=case.id)
        parties, events = _parties(session, case_id), _events(session, case_id)
        recorder = session.get(Account, case.recorded_by)
        contact = session.get(Account, case.first_contact_id or "")
        own = [case.sync_state, *(state for _, state in parties)]
        own += [event.sync_state for event in events]
        return CaseDetail(
            case_id=case.id,
            unit_id=case.unit_id,
            holder_unit_id=case.holder_unit_id,
            holder_unit_ids=holders_of(case),
            holder=village_names(session, [case.holder_unit_id or ""]).get(
                case.holder_unit_id or "", ""
            ),
            village=village_names(session, [case.unit_id]).get(case.unit_id, ""),
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
            recorded_by=recorder.name if recorder else "",
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
            first_contact=contact.name if contact else "",
            former_number=case.former_number,
            helper_unit_ids=tuple(json.loads(case.helper_unit_ids or "[]")),
            stage=case.stage,
            way=case.way,
            due_on=case.due_on,
            due_limit=case.due_limit,
            has_legal_aid=_hangs_on(session, LegalAid, case_id),
            has_sponsor=_hangs_on(session, Sponsorship, case_id),
        )


def _hangs_on(session: Session, table: type[LegalAid | Sponsorship], case_id: str) -> bool:
    hangs = select(table.id).where(col(table.case_id) == case_id).limit(1)
    return session.exec(hangs).first() is not None


def case_for_editing(store: Store, actor: Actor, case_id: str) -> CaseToEdit:
    """The case as it is filled in, with whole telephone numbers.

    Whoever opens it has looked at it: that is written down, so this is work for the writer.
    Raises ``UserFacingError`` NOT_ALLOWED, CASE_NOT_FOUND.
    """
    with store.transaction(account_id=actor.account_id, action="look") as tx:
        case = tx.session.get(CaseFile, case_id)
        if case is None:
            raise UserFacingError(ErrorCode.CASE_NOT_FOUND)
        actor.require(Permission.RECORD_CASE, unit_id=case.unit_id)
        if case.is_confidential:
            actor.require(Permission.SEE_CONFIDENTIAL, unit_id=case.unit_id)
        account = tx.session.get(Account, case.first_contact_id or "")
        contact = account.name if account else ""
        parties = _party_records(tx.session, case_id)
        numbers = sum(bool(party.phone) for party in parties)
        if numbers or case.is_confidential:
            look_at_whole(tx.session, actor, store.clock.now(), case, people=numbers)
    return CaseToEdit(
        case.id,
        CaseDraft(
            title=case.title,
            class_code=case.class_code,
            happened_on=case.happened_on,
            place=case.place,
            story=case.story,
            urgency=case.urgency,
            parties=tuple(_entry(party) for party in parties),
            unit_id=case.unit_id,
            kind=case.kind,
            received_on=case.received_on,
            wanted=case.wanted or "",
            head_count=case.head_count,
            place_region=case.place_region,
            first_contact_id=case.first_contact_id,
            petition_purpose=case.petition_purpose,
            petition_form=case.petition_form,
            accused_unit_id=case.accused_unit_id,
            is_confidential=case.is_confidential,
        ),
        first_contact=contact,
        may_correct_kind=_may_correct_kind(case),
    )


def _may_correct_kind(case: CaseFile) -> bool:
    """Whether it can be said to be of another kind than it was recorded as."""
    other = next(kind for kind in RECORDED_BY_HAND if kind is not case.kind)
    problem = kind_problem(case.kind, other, state=case.state, is_confidential=case.is_confidential)
    return problem is None


def look_at_confidential(store: Store, actor: Actor, case_id: str) -> Changes:
    """Writes down that somebody opens a confidential case, before anything of it is shown.

    Raises ``UserFacingError`` NOT_ALLOWED, CASE_NOT_FOUND.
    """
    with store.transaction(account_id=actor.account_id, action="look") as tx:
        case = tx.session.get(CaseFile, case_id)
        if case is None:
            raise UserFacingError(ErrorCode.CASE_NOT_FOUND)
        actor.require(
            Permission.SEE_CONFIDENTIAL,
            unit_id=case.unit_id,
            holder_unit_ids=holders_of(case),
        )
        people = len(_party_records(tx.session, case_id))
        look_at_whole(tx.session, actor, store.clock.now(), case, people=max(1, people))
    return tx.changes


_GRAVITY = (SyncState.SYNCED, SyncState.PENDING, SyncState.REFUSED, SyncState.CONFLICT)


def worst_sync_state(states: Iterable[SyncState]) -> SyncState:
    """The one word for a case made of several records."""
    return max(states, key=_GRAVITY.index)


def _conditions(session: Session, wanted: CaseFilter) -> tuple[list[str], dict[str, Any], bool]:
    """WHERE parts over ``case_file c``, what is bound in them, and whether what fits is quickly
    counted."""
    where: list[str] = []
    values: dict[str, Any] = {}
    if wanted.states != frozenset(CaseState):
        where.append("c.state IN :states")
        values["states"] = [state.value for state in wanted.states]
    if wanted.kinds != frozenset(CaseKind):
        where.append("c.kind IN :kinds")
        values["kinds"] = [kind.value for kind in wanted.kinds]
    if wanted.unit_ids is not None:
        where.append(IN_UNITS)
        values["units"] = sorted(wanted.unit_ids)
    _narrow(wanted, where, values)
    if not wanted.sees_confidential and has_confidential(session):
        where.append(f"(c.id NOT IN ({CONFIDENTIAL}))")
    is_counted = True
    for place, typed in enumerate(wanted.text.split()[:MAX_WORDS]):
        match = match_expression(typed)
        is_common = match is not None and fits_many(session, match)
        where.append(_has_word(typed, place, values, is_common=is_common))
        is_counted = is_counted and not is_common
    return where, values, is_counted


def _narrow(wanted: CaseFilter, where: list[str], values: dict[str, Any]) -> None:
    """What was chosen beside state and kind; every column stands in the index of the list."""
    chosen: tuple[tuple[str, frozenset[Any], frozenset[Any]], ...] = (
        ("urgency", wanted.urgencies, frozenset(Urgency)),
        ("stage", wanted.stages, frozenset(FlowStage)),
        ("way", wanted.ways, frozenset()),
    )
    for column, asked, everything in chosen:
        if asked != everything:
            where.append(f"c.{column} IN :{column}s")
            values[f"{column}s"] = [one.value for one in asked]
    if wanted.class_code:
        where.append("c.class_code LIKE :class_code")
        values["class_code"] = f"{wanted.class_code}%"
    if wanted.in_hand_of is not None:
        where.append("(coalesce(c.holder_unit_id, c.unit_id) IN :leads)")
        values["leads"] = sorted(wanted.in_hand_of)
    if wanted.first_contact_id:
        where.append("c.first_contact_id = :first_contact")
        values["first_contact"] = wanted.first_contact_id
    days = {
        "c.due_on >= :due_first": ("due_first", _day_text(wanted.due_first)),
        "c.due_on <= :due_last": ("due_last", _day_text(wanted.due_last)),
        "(c.recorded_at >= :first_at)": ("first_at", _begin_of(wanted.first_day)),
        "(c.recorded_at < :end_at)": ("end_at", _begin_of(wanted.last_day, days=1)),
    }
    for condition, (name, value) in days.items():
        if value is not None:
            where.append(condition)
            values[name] = value


def _day_text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _begin_of(day: date | None, *, days: int = 0) -> str | None:
    """The moment a day of the village begins, or the day so many days on."""
    if day is None:
        return None
    return utc_text(datetime.combine(day + timedelta(days=days), time.min, CHINA))


def _has_word(typed: str, place: int, values: dict[str, Any], *, is_common: bool) -> str:
    """The condition that title, number, a party or the class has this word; binds it."""
    match, classes = match_expression(typed), find_classes(typed)
    ways = []
    if classes:
        values[f"classes{place}"] = [found.record_id for found in classes]
        ways.append(f"c.class_code IN :classes{place}")
    if match is not None:
        values[f"match{place}"] = match
        ways.append((_ONE_BY_ONE if is_common else _FROM_WORDS).format(match=f":match{place}"))
    return f"({' OR '.join(ways)})" if ways else "(0)"


_FROM_WORDS = (
    "c.id IN (SELECT CASE e.entity WHEN 'case_file' THEN e.record_id ELSE "
    "(SELECT p.case_id FROM case_party p WHERE p.id = e.record_id) END "
    "FROM search_words w JOIN search_entry e ON e.rowid_ = w.rowid "
    "WHERE search_words MATCH {match} AND e.entity IN ('case_file', 'case_party'))"
)
_ONE_BY_ONE = (
    "EXISTS (SELECT 1 FROM (SELECT c.id AS id UNION ALL "
    "SELECT p.id FROM case_party p WHERE p.case_id = c.id) part "
    f"CROSS JOIN search_entry e ON e.record_id = part.id WHERE {HAS_WORDS})"
)
"""Walking the list newest first, a page of what fits many is soon full."""


_NEWEST = "ix_case_file_newest"
_FEW_OPEN = "ix_case_file_open"
_FEW_DUE = "ix_case_file_due_open"


def _index_for(wanted: CaseFilter) -> str:
    """The index it is all read from: two of them hold the few that are open, or have a limit.

    It is named because nobody runs ANALYZE: what is open is read and put in order sooner than the
    whole file is walked, and SQLite cannot know.
    """
    if wanted.due_first is not None or wanted.due_last is not None:
        return _FEW_DUE
    return _NEWEST if CaseState.CLOSED in wanted.states else _FEW_OPEN


def _ids(
    session: Session, walked: Sequence[str], values: dict[str, Any], *, of: str = ""
) -> list[str]:
    """Newest first; what is passed over on the way is read from the index alone."""
    held = [*walked, _HELD_BY[of]] if of in _HELD_BY else walked
    found = fetch_rows(
        session,
        f"SELECT c.id FROM case_file c {f'INDEXED BY {of}' if of else ''}{where_clause(held)} "
        "ORDER BY c.recorded_at DESC, c.id DESC LIMIT :page",
        values,
    )
    return [row[0] for row in found]


_HELD_BY = {_FEW_OPEN: "c.state <> 'closed'", _FEW_DUE: "c.due_on IS NOT NULL"}
"""As the partial indexes have it."""


def _rows(session: Session, ids: Sequence[str]) -> Sequence[Any]:
    """The cases of a page, newest first."""
    return fetch_rows(
        session,
        "SELECT c.id, c.number, c.kind, c.title, c.class_code, c.urgency, c.state, c.happened_on, "
        "c.recorded_at, c.sync_state, c.unit_id, c.holder_unit_id, c.head_count FROM case_file c "
        "WHERE c.id IN (SELECT value FROM json_each(:ids)) "
        "ORDER BY c.recorded_at DESC, c.id DESC",
        {"ids": orjson.dumps(ids).decode()},
    )


def _case_rows(session: Session, found: Sequence[Any]) -> tuple[CaseRow, ...]:
    """Rows with their parties, their village and the gravest sync state of all they are made of."""
    ids = [row.id for row in found]
    parties, states = _party_names(session, ids), _event_sync_states(session, ids)
    asked = requested_units(session, ids)
    held = {row.holder_unit_id for row in found if row.holder_unit_id}
    places = {row.unit_id for row in found} | held | set(asked.values())
    villages = village_names(session, sorted(places))
    rows = []
    for row in found:
        own = parties.get(row.id, [])
        sync = [row.sync_state, *states.get(row.id, ()), *(state for _, _, state in own)]
        rows.append(
            CaseRow(
                case_id=row.id,
                number=row.number,
                title=row.title,
                kind=CaseKind(row.kind),
                class_name=class_name(row.class_code),
                parties=tuple(name for name, is_main, _ in own if is_main),
                party_count=len(own),
                urgency=Urgency(row.urgency),
                state=CaseState(row.state),
                happened_on=date.fromisoformat(row.happened_on),
                recorded_at=datetime.fromisoformat(row.recorded_at),
                sync_state=worst_sync_state(SyncState(state) for state in set(sync)),
                village=villages.get(row.unit_id, ""),
                holder=villages.get(row.holder_unit_id or "", ""),
                head_count=row.head_count,
                asked_for=villages.get(asked[row.id], asked[row.id]) if row.id in asked else "",
            )
        )
    return tuple(rows)


_CHUNK = 500


def _party_names(session: Session, ids: list[str]) -> dict[str, list[tuple[str, bool, str]]]:
    """Per case: name, whether it stands for its side, sync state; by side."""
    names: dict[str, list[tuple[str, bool, str]]] = {}
    for start in range(0, len(ids), _CHUNK):
        found = fetch_rows(
            session,
            "SELECT case_id, name, is_main, sync_state FROM case_party WHERE case_id IN :ids "
            "ORDER BY case_id, side, is_main DESC, rowid",
            {"ids": ids[start : start + _CHUNK]},
        )
        for case_id, name, is_main, sync_state in found:
            names.setdefault(case_id, []).append((name, bool(is_main), sync_state))
    return names


def _event_sync_states(session: Session, ids: list[str]) -> dict[str, list[str]]:
    """Per case: the sync states that its events have."""
    states: dict[str, list[str]] = {}
    for start in range(0, len(ids), _CHUNK):
        found = fetch_rows(
            session,
            "SELECT DISTINCT case_id, sync_state FROM case_event WHERE case_id IN :ids",
            {"ids": ids[start : start + _CHUNK]},
        )
        for case_id, sync_state in found:
            states.setdefault(case_id, []).append(sync_state)
    return states


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


def _party_records(session: Session, case_id: str) -> list[CaseParty]:
    statement = select(CaseParty).where(col(CaseParty.case_id) == case_id)
    order = (col(CaseParty.side), col(CaseParty.is_main).desc(), text("rowid"))
    return list(session.exec(statement.order_by(*order)))


def _parties(session: Session, case_id: str) -> list[tuple[PartyRow, SyncState]]:
    return [
        (
            PartyRow(
                party_id=one.id,
                side=one.side,
                source=one.source,
                resident_id=one.resident_id,
                name=one.name,
                phone=mask_phone(one.phone or ""),
                address=one.address,
                is_main=one.is_main,
                is_organisation=one.is_organisation,
                is_representative=one.is_representative,
                ethnicity=one.ethnicity,
                category=one.category,
                birth_date=one.birth_date,
                language=one.language,
                region=one.region,
                agent_kind=one.agent_kind,
                agent_name=one.agent_name,
                agent_phone=mask_phone(one.agent_phone or ""),
            ),
            one.sync_state,
        )
        for one in _party_records(session, case_id)
    ]


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


def _entry(party: CaseParty) -> PartyEntry:
    return PartyEntry(
        name=party.name,
        side=party.side,
        source=party.source,
        party_id=party.id,
        resident_id=party.resident_id,
        phone=party.phone,
        address=party.address,
        is_organisation=party.is_organisation,
        is_representative=party.is_representative,
        ethnicity=party.ethnicity,
        category=party.category,
        birth_date=party.birth_date,
        language=party.language,
        region=party.region,
        agent_kind=party.agent_kind,
        agent_name=party.agent_name,
        agent_phone=party.agent_phone,
    )
