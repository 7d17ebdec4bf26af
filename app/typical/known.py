"""What the file knows that would identify the people of a case."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from sqlmodel import Session, col, select

from app.organisations.vocabulary import Unit
from app.typical.rules import Known, names_of
from db.tables.cases import CaseEvent, CaseFile, CaseParty
from db.tables.households import Household, MicroGrid, Resident
from db.tables.mediation import CaseMediator
from db.tables.organisations import Account


def known_of(session: Session, case: CaseFile, units: Mapping[str, Unit]) -> Known:
    """Parties first, in the order of their sides, then agents, mediators, and whoever of the
    village's roster is named in the file; the places of the case and its village; all numbers."""
    parties = session.exec(
        select(CaseParty)
        .where(col(CaseParty.case_id) == case.id)
        .order_by(col(CaseParty.side), col(CaseParty.is_main).desc(), col(CaseParty.id))
    ).all()
    mediators = session.exec(select(CaseMediator.name).where(CaseMediator.case_id == case.id))
    accounts = session.exec(
        select(Account.name)
        .join(CaseEvent, col(CaseEvent.by_account_id) == col(Account.id))
        .where(CaseEvent.case_id == case.id)
    )
    return Known(
        people=names_of(
            [party.name for party in parties],
            [party.agent_name for party in parties],
            mediators.all(),
            accounts.all(),
            _named_in_the_file(session, case),
        ),
        places=names_of(
            _unit_names(units, case.unit_id),
            [case.place],
            [party.address for party in parties],
            session.exec(select(MicroGrid.name).where(MicroGrid.unit_id == case.unit_id)).all(),
        ),
        numbers=names_of(
            [case.number, case.former_number],
            *([party.identity_number, party.phone, party.agent_phone] for party in parties),
        ),
    )


def _named_in_the_file(session: Session, case: CaseFile) -> list[str]:
    """People of the village whom story or notes name without their being parties."""
    told = "\n".join(_texts(session, case))
    names = session.exec(
        select(Resident.name)
        .join(Household, col(Household.id) == col(Resident.household_id))
        .where(Household.unit_id == case.unit_id)
    )
    return sorted({name for name in names if len(name) > 1 and name in told})


def _texts(session: Session, case: CaseFile) -> Iterator[str]:
    yield from (case.title, case.story, case.wanted or "")
    events = session.exec(select(CaseEvent).where(CaseEvent.case_id == case.id))
    yield from (event.note or "" for event in events)


def _unit_names(units: Mapping[str, Unit], unit_id: str) -> list[str]:
    """The village, its township, and each without what it ends with (坪坦 of 坪坦乡)."""
    found: list[str] = []
    here = units.get(unit_id)
    while here is not None:
        short = re.sub(r"(村|社区|镇|苗族乡|乡|侗族自治县)$", "", here.name)
        found += [here.name, *([short] if len(short) > 1 else [])]
        here = units.get(here.parent_id or "")
    return found
