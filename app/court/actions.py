"""Bringing an agreement before the court: the application, and that the court can read the case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlmodel import Session

from app.accounts.session import Actor
from app.cases.actions import write_case_event
from app.cases.vocabulary import CaseEventKind
from app.flow.help import try_to_ask
from app.organisations.vocabulary import COUNTY_ID, CodeSystem, unit_id_of
from app.store import Changes, Store
from db.tables.cases import CaseFile

COURT_UNIT_ID: Final = unit_id_of(CodeSystem.OWN, "court")


def apply_for_confirmation(
    store: Store, actor: Actor, *, case_id: str, note: str = "", values: Mapping[str, Any]
) -> Changes:
    """Both sides apply (民事诉讼法 2023-09-01, Art. 205), and the county's own court is asked to
    help where it does not have the case yet.

    Where this person may not ask other units, or another court is applied to, only the application
    is written. Raises as ``app.cases.actions.add_case_event``.
    """
    kind = CaseEventKind.CONFIRMATION_APPLIED
    with store.transaction(account_id=actor.account_id, action="apply_for_confirmation") as tx:
        write_case_event(
            tx.session, store, actor, case_id=case_id, kind=kind, note=note, values=values
        )
        if is_own_court(actor, str(values.get("court") or "")):
            _ask_court(tx.session, store, actor, case_id)
    return tx.changes


def is_own_court(actor: Actor, name: str) -> bool:
    """Whether this is the county's court, by its short name or its full one."""
    court, county = actor.units.get(COURT_UNIT_ID), actor.units.get(COUNTY_ID)
    if court is None or county is None:
        return False
    return name.strip() in (court.name, county.name + court.name.removeprefix("县"))


def _ask_court(session: Session, store: Store, actor: Actor, case_id: str) -> None:
    try_to_ask(session, store, actor, session.get_one(CaseFile, case_id), COURT_UNIT_ID)
