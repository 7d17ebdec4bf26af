"""Writing a case: recording it, correcting it, and everything that happens to it.

A case is a file, its parties and its events. The state is never written by hand; it is folded
from the events after each of them, by the same table at the county.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.rules import (
    MAX_STORY,
    PERMISSION_NEEDED,
    RISK_EVENTS,
    PartyDraft,
    Problem,
    check_case_draft,
    fold,
    may_follow,
    provisional_case_number,
)
from app.cases.vocabulary import (
    CaseEventKind,
    CaseKind,
    CaseState,
    PartySide,
    PartySource,
    Urgency,
)
from app.drafts import discard_draft_in
from app.errors import ErrorCode, UserFacingError
from app.households.vocabulary import Sex
from app.refolding import refold_case
from app.store import Changes, Store
from db.clock import today_in_china
from db.columns import new_id
from db.local_values import read_values, write_values
from db.tables.cases import CaseEvent, CaseFile, CaseParty

CASE_FORM = "case"
EVENT_FORM = "case_event"
"""Names under which the drafts of the two forms are kept; see ``app.drafts``."""

NEEDS_NOTE = frozenset(
    {CaseEventKind.NOTE_ADDED, CaseEventKind.NOT_SETTLED, CaseEventKind.REOPENED}
)
"""A failed mediation is told with the advice of the People's Mediation Law, Art. 26."""


@dataclass(frozen=True, slots=True)
class PartyEntry(PartyDraft):
    """A party with what the file keeps of it; ``party_id`` is None for one that is new."""

    party_id: str | None = None
    resident_id: str | None = None
    phone: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """What the form holds. ``unit_id`` is the village the dispute belongs to."""

    title: str
    class_code: str
    happened_on: date | None
    place: str
    story: str
    urgency: Urgency
    parties: tuple[PartyEntry, ...]
    unit_id: str


@dataclass(frozen=True)
class Recorded:
    """What was written, and the new case."""

    changes: Changes
    case_id: str
    number: str

    @property
    def records(self) -> frozenset[tuple[str, str]]:
        """As ``Changes.records``, so that screens hear of it."""
        return self.changes.records

    def touches(self, *entities: str) -> bool:
        """As ``Changes.touches``."""
        return self.changes.touches(*entities)


def problems_of(draft: CaseDraft, *, today: date) -> list[Problem]:
    """What keeps the draft from being recorded, field by field."""
    return check_case_draft(
        title=draft.title,
        class_code=draft.class_code,
        place=draft.place,
        story=draft.story,
        parties=draft.parties,
        happened_on=draft.happened_on,
        today=today,
    )


def record_case(store: Store, actor: Actor, draft: CaseDraft) -> Recorded:
    """The file, its parties and the first event, all or nothing; the form's draft goes with it.

    Raises ``UserFacingError``: NOT_ALLOWED, CASE_DRAFT_WRONG (problems), CASE_UNIT_UNKNOWN.
    """
    actor.require(Permission.RECORD_CASE, unit_id=draft.unit_id)
    _require_sound(store, draft)
    with store.transaction(account_id=actor.account_id, action="record_case") as tx:
        case = _new_case(tx.session, store, actor, draft)
        case.state = fold([CaseEventKind.RECORDED])
        parties = _new_parties(tx.session, case, draft.parties)
        event = _new_event(store, actor, case, CaseEventKind.RECORDED, None)
        discard_draft_in(tx.session, form=CASE_FORM, record_id="", account_id=actor.account_id)
        tx.session.add_all((case, *parties, event))
    return Recorded(tx.changes, case.id, case.number)


def edit_case(
    store: Store, actor: Actor, *, case_id: str, before: CaseDraft, after: CaseDraft
) -> Changes:
    """Writes what differs between the form as it was opened and as it is now.

    Only that: what a colleague changed meanwhile in other fields stays. Raises
    ``UserFacingError``: NOT_ALLOWED, CASE_NOT_FOUND, CASE_DRAFT_WRONG (problems).
    """
    with store.transaction(account_id=actor.account_id, action="edit_case") as tx:
        case = _case(tx.session, case_id)
        actor.require(Permission.RECORD_CASE, unit_id=case.unit_id)
        _require_sound(store, after)
        _write_fields(case, before, after)
        _write_parties(tx.session, case, before.parties, after.parties)
        discard_draft_in(tx.session, form=CASE_FORM, record_id=case_id, account_id=actor.account_id)
    return tx.changes


def add_case_event(
    store: Store, actor: Actor, *, case_id: str, kind: CaseEventKind, note: str = ""
) -> Changes:
    """Something happened; the state follows. The draft of the note goes with it.

    Raises ``UserFacingError``: NOT_ALLOWED, CASE_NOT_FOUND, CASE_EVENT_NOT_POSSIBLE (state, kind),
    CASE_NOTE_MISSING (kind), CASE_NOTE_TOO_LONG (limit).
    """
    told = note.strip()
    with store.transaction(account_id=actor.account_id, action="add_case_event") as tx:
        case = _case(tx.session, case_id)
        actor.require(
            PERMISSION_NEEDED[kind], unit_id=case.unit_id, holder_unit_id=case.holder_unit_id
        )
        _require_event(case, kind, told)
        tx.session.add(_new_event(store, actor, case, kind, told or None))
        discard_draft_in(
            tx.session, form=EVENT_FORM, record_id=case_id, account_id=actor.account_id
        )
        tx.session.flush()
        refold_case(tx.session, case_id)
    return tx.changes


def possible_events(
    actor: Actor, *, state: CaseState, unit_id: str, holder_unit_id: str | None = None
) -> tuple[CaseEventKind, ...]:
    """What this person may record next on a case in this state, in the order of the buttons."""
    return tuple(
        kind
        for kind in CaseEventKind
        if kind is not CaseEventKind.RECORDED
        and kind not in RISK_EVENTS
        and may_follow(state, kind)
        and actor.reaches(PERMISSION_NEEDED[kind], unit_id=unit_id, holder_unit_id=holder_unit_id)
    )


def may_edit_case(actor: Actor, *, unit_id: str) -> bool:
    """Whether this person may correct the file of a case of this unit."""
    return actor.reaches(Permission.RECORD_CASE, unit_id=unit_id)


_MARK_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MARK_LENGTH = 6


def install_mark(install_id: str) -> str:
    """Six letters and digits for one laptop, none that is read for another (no I, L, O, U).

    30 bits of a hash: of the at most twenty laptops of one village, two share a mark once in five
    million villages, and the county gives the lasting number in any case.
    """
    bits = int.from_bytes(hashlib.sha256(install_id.encode()).digest()[:8], "big")
    return "".join(_MARK_LETTERS[bits >> (5 * place) & 31] for place in range(_MARK_LENGTH))


def _require_sound(store: Store, draft: CaseDraft) -> None:
    problems = problems_of(draft, today=today_in_china(store.clock))
    if problems:
        raise UserFacingError(ErrorCode.CASE_DRAFT_WRONG, problems=problems)


def _require_event(case: CaseFile, kind: CaseEventKind, note: str) -> None:
    if kind is CaseEventKind.RECORDED or not may_follow(case.state, kind):
        raise UserFacingError(ErrorCode.CASE_EVENT_NOT_POSSIBLE, state=case.state, kind=kind)
    if kind in NEEDS_NOTE and not note:
        raise UserFacingError(ErrorCode.CASE_NOTE_MISSING, kind=kind)
    if len(note) > MAX_STORY:
        raise UserFacingError(ErrorCode.CASE_NOTE_TOO_LONG, limit=MAX_STORY)


def _case(session: Session, case_id: str) -> CaseFile:
    case = session.get(CaseFile, case_id)
    if case is None:
        raise UserFacingError(ErrorCode.CASE_NOT_FOUND)
    return case


def _new_case(session: Session, store: Store, actor: Actor, draft: CaseDraft) -> CaseFile:
    unit = actor.units.get(draft.unit_id)
    if unit is None:
        raise UserFacingError(ErrorCode.CASE_UNIT_UNKNOWN)
    if draft.happened_on is None:
        raise ValueError("a draft without a date is not sound")
    return CaseFile(
        unit_id=draft.unit_id,
        number=_next_number(session, year=today_in_china(store.clock).year, village_code=unit.code),
        kind=CaseKind.DISPUTE,
        title=draft.title.strip(),
        class_code=draft.class_code,
        happened_on=draft.happened_on,
        place=draft.place.strip(),
        story=draft.story.strip(),
        urgency=draft.urgency,
        recorded_by=actor.account_id,
        recorded_at=store.clock.now(),
    )


def _new_event(
    store: Store, actor: Actor, case: CaseFile, kind: CaseEventKind, note: str | None
) -> CaseEvent:
    return CaseEvent(
        unit_id=case.unit_id,
        case_id=case.id,
        kind=kind,
        note=note,
        by_account_id=actor.account_id,
        happened_at=store.clock.now(),
    )


def _next_number(session: Session, *, year: int, village_code: str) -> str:
    """The laptop's next number of the year; one counter for all villages it serves.

    The counter skips numbers that are here already: an older copy of the file may have been put
    back, whose counter stands behind what the county has since returned.
    """
    counter = f"case_count_{year}"
    known = read_values(session, "install_id", "own_mark", counter)
    mark = install_mark(_install_id(session, known))
    count = int(known.get(counter, 0))
    is_taken = True
    while is_taken:
        count += 1
        number = provisional_case_number(
            year=year, village_code=village_code, install_mark=mark, count=count
        )
        is_taken = _has_number(session, number)
    write_values(session, {counter: str(count)})
    return number


def _has_number(session: Session, number: str) -> bool:
    found = session.connection().exec_driver_sql(
        "SELECT 1 FROM case_file WHERE number = ? LIMIT 1", (number,)
    )
    return found.first() is not None


def _install_id(session: Session, known: Mapping[str, str]) -> str:
    """The county's id of this laptop, or one of its own before it is enrolled."""
    found = known.get("install_id") or known.get("own_mark")
    if found is None:
        found = new_id()
        write_values(session, {"own_mark": found})
    return found


def _new_parties(
    session: Session, case: CaseFile, entries: tuple[PartyEntry, ...]
) -> list[CaseParty]:
    mains = _mains(entries)
    sexes = _sexes(session, entries)
    return [
        CaseParty(
            unit_id=case.unit_id,
            case_id=case.id,
            **_party_fields(entry, sexes, is_main=id(entry) in mains),
        )
        for entry in entries
    ]


def _sexes(session: Session, entries: Iterable[PartyEntry]) -> dict[str, Sex]:
    """The sex of each party that is in the roster, by resident."""
    ids = [entry.resident_id for entry in entries if entry.resident_id]
    marks = ", ".join("?" * len(ids))
    found = session.connection().exec_driver_sql(
        f"SELECT id, sex FROM resident WHERE id IN ({marks})", tuple(ids)
    )
    return {row[0]: Sex(row[1]) for row in found}


def _mains(entries: Iterable[PartyEntry]) -> set[int]:
    """The identities of the first entry of each side, which stands for it in lists."""
    firsts: dict[PartySide, int] = {}
    for entry in entries:
        firsts.setdefault(entry.side, id(entry))
    return set(firsts.values())


def _party_fields(entry: PartyEntry, sexes: Mapping[str, Sex], *, is_main: bool) -> dict[str, Any]:
    """The columns of a party; sex comes from the roster.

    The identity number stays in the roster: a case travels to departments that must answer it and
    need no more than name and telephone (Personal Information Protection Law, Art. 6).
    """
    return {
        "side": entry.side,
        "is_main": is_main,
        "source": PartySource.ROSTER if entry.resident_id else PartySource.OUTSIDE,
        "resident_id": entry.resident_id,
        "name": entry.name.strip(),
        "sex": sexes.get(entry.resident_id or "", Sex.UNKNOWN),
        "phone": (entry.phone or "").strip() or None,
        "address": (entry.address or "").strip() or None,
    }


_TEXT_FIELDS = ("title", "place", "story")
_OTHER_FIELDS = ("class_code", "happened_on", "urgency")


def _write_fields(case: CaseFile, before: CaseDraft, after: CaseDraft) -> None:
    for name in (*_TEXT_FIELDS, *_OTHER_FIELDS):
        value = getattr(after, name)
        if value != getattr(before, name):
            setattr(case, name, value.strip() if name in _TEXT_FIELDS else value)


def _write_parties(
    session: Session,
    case: CaseFile,
    before: tuple[PartyEntry, ...],
    after: tuple[PartyEntry, ...],
) -> None:
    """New ones are added, changed ones changed field by field, missing ones taken off."""
    opened = _fields_by_id(session, before)
    wanted = _fields_by_id(session, after)
    for party_id in opened.keys() - wanted.keys():
        party = session.get(CaseParty, party_id)
        if party is not None:
            session.delete(party)
    for party_id, fields in wanted.items():
        party = session.get(CaseParty, party_id)
        if party is None:
            # A party a colleague took off meanwhile comes back only if it was changed here.
            if fields != opened.get(party_id):
                session.add(CaseParty(unit_id=case.unit_id, case_id=case.id, **fields))
            continue
        for name, value in fields.items():
            if party_id not in opened or value != opened[party_id][name]:
                setattr(party, name, value)


def _fields_by_id(session: Session, entries: tuple[PartyEntry, ...]) -> dict[str, dict[str, Any]]:
    """The columns of each party; one that is new to the file gets an id no record has."""
    mains = _mains(entries)
    sexes = _sexes(session, entries)
    return {
        entry.party_id or new_id(): _party_fields(entry, sexes, is_main=id(entry) in mains)
        for entry in entries
    }
