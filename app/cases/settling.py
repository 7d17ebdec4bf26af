"""Lasting numbers for cases that have none yet, and other ones for those the county did not take.

The laptop that recorded a case does this, as an ordinary edit, when it has numbers: so nobody else
is asked, and what a paper says is found for ever under ``former_number``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlmodel import Session, col, select

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.number_rules import PROVISIONAL, is_provisional
from app.numbering import case_number, lasting_number, own_marks, years_with_numbers
from app.store import Changes, Store
from db.clock import CHINA, today_in_china
from db.tables.cases import CaseFile

AT_ONCE: Final = 200
"""Cases in one go; the rest follows after the next round."""
_REFUSED: Final = (
    "SELECT c.id FROM case_file c JOIN outbox o ON o.record_id = c.id "
    "WHERE c.sync_state = 'refused' AND o.entity = 'case_file' AND o.state = 'refused' "
    "AND o.reason IN ('number_taken', 'number_not_given')"
)


def cases_to_number(store: Store, actor: Actor) -> tuple[str, ...]:
    """What ``settle_numbers`` would give a number now; not more than it does in one go."""
    with store.reading() as session:
        refused = session.connection().exec_driver_sql(_REFUSED).scalars().all()
        found = dict.fromkeys((*refused, *_provisional(session, store)))
        cases = (session.get_one(CaseFile, case_id) for case_id in found)
        mine = [case.id for case in cases if _may_number(actor, case)]
    return tuple(mine[:AT_ONCE])


def settle_numbers(store: Store, actor: Actor) -> Changes:
    """Gives what waits for a number one, as far as there are numbers and this person may.

    Each case is an edit of its own, so that none has to wait for another at the county. Raises
    nothing but STORE_NOT_WRITTEN.
    """
    records: set[tuple[str, str]] = set()
    for case_id in cases_to_number(store, actor):
        with store.transaction(account_id=actor.account_id, action="settle_number") as tx:
            case = tx.session.get(CaseFile, case_id)
            if case is not None:
                _renumber(tx.session, store, actor, case)
        records |= tx.changes.records
    return Changes(frozenset(records))


def _provisional(session: Session, store: Store) -> Iterator[str]:
    """Cases of this laptop with a provisional number for which it has a lasting one."""
    years, marks = years_with_numbers(session), own_marks(session)
    if not years:
        return
    found = session.exec(
        select(CaseFile)
        .where(col(CaseFile.number) >= PROVISIONAL)
        .where(col(CaseFile.number) < chr(ord(PROVISIONAL) + 1))
        .order_by(col(CaseFile.recorded_at))
    )
    for case in found:
        is_own = any(f"-{mark}-" in case.number for mark in marks)
        if is_own and not years.isdisjoint(_years_of(store, case)):
            yield case.id


def _may_number(actor: Actor, case: CaseFile) -> bool:
    return actor.reaches(Permission.RECORD_CASE, unit_id=case.unit_id)


def _years_of(store: Store, case: CaseFile) -> tuple[int, ...]:
    """The year it was recorded in, and this one where that has no number left."""
    return case.recorded_at.astimezone(CHINA).year, today_in_china(store.clock).year


def _renumber(session: Session, store: Store, actor: Actor, case: CaseFile) -> None:
    years = _years_of(store, case)
    found = (lasting_number(session, kind=case.kind, year=year) for year in years)
    number = next((one for one in found if one is not None), None)
    if number is None and not is_provisional(case.number):
        unit = actor.units.get(case.unit_id)
        code = unit.code if unit is not None else case.unit_id
        number = case_number(session, kind=case.kind, year=years[-1], village_code=code)
    if number is not None:
        case.former_number = case.number
        case.number = number
