"""What a household's page and the village's history show: who, what happened, what it touches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import orjson
from sqlalchemy import text
from sqlmodel import Session, col, select

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.secrecy import CONFIDENTIAL
from app.cases.vocabulary import CaseState
from app.flow.reach import helpers_of
from app.households.filling import ResidentFields, resident_fields
from app.households.life_rules import MemberFacts, head_of, left_behind_suggestion
from app.households.queries import HouseholdDetail, next_household_number, one_household
from app.households.rules import mask_identity_number, mask_phone
from app.households.vocabulary import LeftBehindKind, RosterEventKind
from app.organisations.rules import display_name
from app.organisations.vocabulary import UnitKind
from app.store import Store, SyncState
from app.votes.vocabulary import MotionState
from db.clock import today_in_china
from db.columns import OF_LIST
from db.tables.households import Resident


@dataclass(frozen=True, slots=True)
class RosterEventRow:
    """Something that happened; households as 户号 and head, empty where one is not here."""

    id: str
    household_id: str
    household: str
    resident_id: str | None
    other_household_id: str | None
    other_household: str
    kind: RosterEventKind
    happened_on: date
    name: str
    place: str
    note: str
    by_name: str
    sync_state: SyncState

    @property
    def is_arrival(self) -> bool:
        """Of a split or merge: whether the people are in this household afterwards."""
        return self.resident_id is not None


@dataclass(frozen=True, slots=True)
class HouseholdCase:
    """A case somebody of the household is a party to."""

    case_id: str
    number: str
    title: str
    state: CaseState
    resident_ids: tuple[str, ...]
    names: str

    @property
    def is_open(self) -> bool:
        """Whether it is not closed yet."""
        return self.state is not CaseState.CLOSED


@dataclass(frozen=True, slots=True)
class MovedTo:
    """Where people of a household went within the county, and when."""

    unit_id: str
    unit: str
    on: date


@dataclass(frozen=True, slots=True)
class HouseholdPageView:
    """Everything the page shows; numbers are masked."""

    detail: HouseholdDetail
    people: Mapping[str, ResidentFields]
    """Every field of members and former members, by id, identity number and phones masked."""
    suggestions: Mapping[str, LeftBehindKind]
    """Who may count as left behind and is not noted so."""
    history: tuple[RosterEventRow, ...]
    cases: tuple[HouseholdCase, ...]
    open_votes: tuple[str, ...]
    """Titles of votes under way in which the household is listed."""
    moved_to: MovedTo | None
    """The village of this county all its people moved out to, while the record is still here."""


def household_page(store: Store, actor: Actor, household_id: str) -> HouseholdPageView | None:
    """The household's page; None when it is not here (any more)."""
    detail = one_household(store, household_id)
    if detail is None:
        return None
    today = today_in_china(store.clock)
    with store.reading() as session:
        people = session.exec(
            select(Resident).where(col(Resident.household_id) == household_id)
        ).all()
        facts = member_facts(session, people)
        members = [facts[one.id] for one in people if one.status.is_member]
        history = _events(session, "e.household_id = :household", household=household_id)
        return HouseholdPageView(
            detail=detail,
            people={one.id: _masked(resident_fields(one)) for one in people},
            suggestions=_suggestions(people, members, today),
            history=history,
            cases=_cases(session, actor, [one.id for one in people]),
            open_votes=_open_votes(session, actor, household_id),
            moved_to=_moved_to(detail, history, actor),
        )


def villages_to_move_to(actor: Actor, *, but: str) -> tuple[tuple[str, str], ...]:
    """(id, name after its township) of the county's other villages; who lives there is counted."""
    return tuple(
        (unit.id, display_name(unit, actor.units))
        for unit in actor.units.values()
        if unit.kind is UnitKind.VILLAGE
        and not (unit.is_virtual or unit.is_statistical or unit.id == but)
    )


def _moved_to(
    detail: HouseholdDetail, history: Iterable[RosterEventRow], actor: Actor
) -> MovedTo | None:
    """By the name of the place, which the form takes from the county's own list."""
    last = next((one for one in history if one.kind is RosterEventKind.MOVED_OUT), None)
    if last is None or not last.place or detail.residents:
        return None
    villages = villages_to_move_to(actor, but=detail.unit_id)
    found = next((key for key, name in villages if name == last.place), None)
    return None if found is None else MovedTo(found, last.place, last.happened_on)


def village_events(
    store: Store,
    unit_id: str,
    *,
    first_day: date,
    last_day: date,
    kinds: Iterable[RosterEventKind] = (),
) -> tuple[RosterEventRow, ...]:
    """What happened in the village between two days, the last first; no `kinds` gives all.

    A split or merge stands here once, with the household where the people are afterwards.
    """
    condition = "e.unit_id = :unit AND e.happened_on BETWEEN :first AND :last"
    with store.reading() as session:
        rows = _events(session, condition, unit=unit_id, first=str(first_day), last=str(last_day))
    wanted = frozenset(kinds) or frozenset(RosterEventKind)
    return tuple(
        row
        for row in rows
        if row.kind in wanted and (row.other_household_id is None or row.is_arrival)
    )


def member_facts(session: Session, people: Iterable[Resident]) -> dict[str, MemberFacts]:
    """What the rules ask about these residents, with since when they are away."""
    people = list(people)
    since = _away_since(session, [one.id for one in people])
    return {
        one.id: MemberFacts(
            one.id,
            one.name,
            one.sex,
            one.birth_date,
            one.relation,
            one.status,
            since.get(one.id),
        )
        for one in people
    }


def _away_since(session: Session, resident_ids: list[str]) -> dict[str, date]:
    rows = session.connection().exec_driver_sql(
        "SELECT resident_id, max(happened_on) FROM roster_event "
        f"WHERE kind = 'went_away' AND resident_id IN {OF_LIST} GROUP BY resident_id",
        (orjson.dumps(resident_ids).decode(),),
    )
    return {row[0]: date.fromisoformat(row[1]) for row in rows}


def _masked(fields: ResidentFields) -> ResidentFields:
    return replace(
        fields,
        identity_number=mask_identity_number(fields.identity_number),
        phone=mask_phone(fields.phone),
        carer_phone=mask_phone(fields.carer_phone),
    )


def _suggestions(
    people: Iterable[Resident], members: list[MemberFacts], today: date
) -> dict[str, LeftBehindKind]:
    noted = {one.id for one in people if one.left_behind is not None}
    found = {one.id: left_behind_suggestion(one, members, today) for one in members}
    return {key: kind for key, kind in found.items() if kind is not None and key not in noted}


_EVENTS = (
    "SELECT e.id, e.household_id, h.number || ' ' || h.head_name, e.resident_id, "
    "e.other_household_id, o.number || ' ' || o.head_name, e.kind, e.happened_on, e.name, "
    "e.place, e.note, a.name, e.sync_state FROM roster_event e "
    "LEFT JOIN household h ON h.id = e.household_id "
    "LEFT JOIN household o ON o.id = e.other_household_id "
    "LEFT JOIN account a ON a.id = e.by_account_id WHERE {condition} "
    "ORDER BY e.happened_on DESC, e.recorded_at DESC, e.id"
)


def _events(session: Session, condition: str, **values: str) -> tuple[RosterEventRow, ...]:
    statement = text(_EVENTS.format(condition=condition))
    return tuple(_event(row) for row in session.connection().execute(statement, values))


def _event(row: Any) -> RosterEventRow:
    event_id, home_id, home, resident_id, other_id, other, kind, on, name, *rest = row
    place, note, by_name, state = rest
    return RosterEventRow(
        id=event_id,
        household_id=home_id,
        household=(home or "").strip(),
        resident_id=resident_id,
        other_household_id=other_id,
        other_household=(other or "").strip(),
        kind=RosterEventKind(kind),
        happened_on=date.fromisoformat(on),
        name=name,
        place=place or "",
        note=note or "",
        by_name=by_name or "",
        sync_state=SyncState(state),
    )


def _cases(session: Session, actor: Actor, resident_ids: list[str]) -> tuple[HouseholdCase, ...]:
    """Open ones first, then the newest; only those this person sees, and no confidential ones."""
    rows = session.connection().exec_driver_sql(
        "SELECT c.id, c.number, c.title, c.state, c.unit_id, c.holder_unit_id, c.helper_unit_ids, "
        "group_concat(p.resident_id), group_concat(p.name, '、') FROM case_party p "
        f"JOIN case_file c ON c.id = p.case_id WHERE p.resident_id IN {OF_LIST} "
        f"AND c.id NOT IN ({CONFIDENTIAL}) "
        "GROUP BY c.id ORDER BY c.state = 'closed', c.recorded_at DESC",
        (orjson.dumps(resident_ids).decode(),),
    )
    return tuple(
        HouseholdCase(id_, number, title, CaseState(state), tuple(ids.split(",")), names)
        for id_, number, title, state, unit_id, lead, helpers, ids, names in rows
        if actor.reaches(
            Permission.SEE_CASES,
            unit_id=unit_id,
            holder_unit_id=lead,
            holder_unit_ids=helpers_of(helpers),
        )
    )


def _open_votes(session: Session, actor: Actor, household_id: str) -> tuple[str, ...]:
    if not actor.may(Permission.SEE_MOTIONS):
        return ()
    rows = session.connection().exec_driver_sql(
        "SELECT m.title FROM electorate_entry e JOIN motion m ON m.id = e.motion_id "
        "WHERE e.household_id = ? AND m.state = ? ORDER BY m.number",
        (household_id, MotionState.OPEN.value),
    )
    return tuple(row[0] for row in rows)


@dataclass(frozen=True, slots=True)
class LifeFormView:
    """What the form of a step needs besides what is typed."""

    page: HouseholdPageView
    members: tuple[MemberFacts, ...]
    """In the roster's order."""
    head: MemberFacts | None
    next_number: str
    """For a household that is split off."""
    today: date


def life_form(store: Store, actor: Actor, household_id: str) -> LifeFormView | None:
    """None when the household is not here (any more); raises NOT_ALLOWED."""
    page = household_page(store, actor, household_id)
    if page is None:
        return None
    actor.require(Permission.EDIT_ROSTER, unit_id=page.detail.unit_id)
    ids = [one.id for one in page.detail.residents]
    with store.reading() as session:
        people = session.exec(select(Resident).where(col(Resident.id).in_(ids))).all()
        facts = member_facts(session, people)
    members = tuple(facts[one] for one in ids if one in facts)
    return LifeFormView(
        page=page,
        members=members,
        head=head_of(members, page.detail.head_name),
        next_number=next_household_number(store, page.detail.unit_id),
        today=today_in_china(store.clock),
    )
