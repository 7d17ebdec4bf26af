"""The parties of a case: writing them down, and what of them was changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlmodel import Session

from app.cases.file_rules import PersonFacts
from app.cases.rules import PartyDraft
from app.cases.vocabulary import AgentKind, PartySide, PartySource, SpokenLanguage
from app.households.rules import mask_phone
from app.households.vocabulary import Sex
from db.columns import new_id
from db.tables.cases import CaseFile, CaseParty


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyFields(PartyDraft):
    """What the file keeps of a party, without its telephones: the form has them whole
    (``PartyEntry``), the page masked (``PartyRow``)."""

    resident_id: str | None = None
    address: str | None = None
    is_organisation: bool = False
    is_representative: bool = False
    ethnicity: str | None = None
    category: str | None = None
    birth_date: date | None = None
    language: SpokenLanguage | None = None
    region: str | None = None
    agent_kind: AgentKind | None = None
    agent_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyEntry(PartyFields):
    """A party as it is filled in; ``party_id`` is None for one that is new."""

    party_id: str | None = None
    phone: str | None = None
    agent_phone: str | None = None

    def facts(self) -> PersonFacts:
        """What of it the rules check."""
        return PersonFacts(
            is_organisation=self.is_organisation,
            ethnicity=self.ethnicity,
            category=self.category,
            birth_date=self.birth_date,
            region=self.region,
            agent_kind=self.agent_kind,
            agent_name=self.agent_name,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyRow(PartyFields):
    """A party as the page shows it; both telephones are masked."""

    party_id: str
    phone: str
    agent_phone: str
    is_main: bool


def party_entry(party: CaseParty) -> PartyEntry:
    """The party as the form opens with it, telephones whole."""
    return PartyEntry(
        **_kept(party), party_id=party.id, phone=party.phone, agent_phone=party.agent_phone
    )


def party_row(party: CaseParty) -> PartyRow:
    """The party as the page shows it."""
    return PartyRow(
        **_kept(party),
        party_id=party.id,
        phone=mask_phone(party.phone or ""),
        agent_phone=mask_phone(party.agent_phone or ""),
        is_main=party.is_main,
    )


def _kept(party: CaseParty) -> dict[str, Any]:
    return {field.name: getattr(party, field.name) for field in fields(PartyFields)}


def new_parties(
    session: Session, case: CaseFile, entries: tuple[PartyEntry, ...]
) -> list[CaseParty]:
    """The parties as rows of the case, in the order given; the sex comes from the roster."""
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
        "is_organisation": entry.is_organisation,
        "is_representative": entry.is_representative,
        "ethnicity": entry.ethnicity or None,
        "category": entry.category or None,
        "birth_date": entry.birth_date,
        "language": entry.language,
        "region": entry.region or None,
        "agent_kind": entry.agent_kind,
        "agent_name": (entry.agent_name or "").strip() or None,
        "agent_phone": (entry.agent_phone or "").strip() or None,
    }


def write_parties(
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
    for party_id, columns in wanted.items():
        party = session.get(CaseParty, party_id)
        if party is None:
            # A party a colleague took off meanwhile comes back only if it was changed here.
            if columns != opened.get(party_id):
                session.add(CaseParty(unit_id=case.unit_id, case_id=case.id, **columns))
            continue
        for name, value in columns.items():
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
