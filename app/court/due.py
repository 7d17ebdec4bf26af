"""What of the court's way is due: the right to confirmation, a ruling, the right to enforcement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlmodel import Session

from app.accounts.session import Actor
from app.cases.queries import units_seen
from app.cases.secrecy import narrowed_for
from app.court.queries import AgreementView, CourtView, view_in
from app.court.rules import CONFIRMATION_DAYS, LONGEST_SHIFT
from app.court.vocabulary import ConfirmationState
from app.flow.reach import IN_UNITS
from app.listing import fetch_rows
from app.store import Store
from db.tables.cases import CaseFile

_RECENT: Final = timedelta(days=CONFIRMATION_DAYS + LONGEST_SHIFT)
"""An agreement that nobody signed since is past its last day."""


@dataclass(frozen=True, slots=True)
class CourtDue:
    """An agreement that waits for the parties, the court or its performance, and until when.

    ``unit_id`` is the unit that leads the case.
    """

    case_id: str
    number: str
    title: str
    unit_id: str
    agreement_id: str
    state: ConfirmationState
    until: date
    days_left: int


def confirmations_due(
    store: Store, actor: Actor, today: date, *, last: date = date.max
) -> tuple[CourtDue, ...]:
    """Agreements that may still be brought to the court, and those it has filed and not ruled on;
    the nearest day first. With ``last`` only some that end later are left in."""
    latest = last if last == date.max else last - timedelta(days=CONFIRMATION_DAYS)
    with store.reading() as session:
        found = [
            *_candidates(session, actor, _FRESH, {"since": today - _RECENT, "latest": latest}),
            *_candidates(session, actor, _AT_COURT, {}),
        ]
        return _due(session, found, today, until_of=_confirm_until)


def enforcements_due(store: Store, actor: Actor, today: date) -> tuple[CourtDue, ...]:
    """Agreements the court found valid of which something is late: the right to enforcement runs
    out; the nearest day first."""
    with store.reading() as session:
        found = _candidates(session, actor, _LATE, {"today": today})
        return _due(session, found, today, until_of=_enforce_until)


_FRESH = (
    "SELECT a.case_id FROM agreement a WHERE a.ended_on IS NULL AND (a.reached_on >= :since OR "
    "EXISTS (SELECT 1 FROM agreement_signature s WHERE s.agreement_id = a.id "
    "AND s.signed_on >= :since)) AND a.reached_on <= :latest"
)
_AT_COURT = (
    "SELECT a.case_id FROM agreement a WHERE a.ended_on IS NULL AND EXISTS (SELECT 1 FROM "
    "case_event e WHERE e.case_id = a.case_id AND e.kind = 'confirmation_accepted') AND NOT EXISTS "
    "(SELECT 1 FROM case_event e WHERE e.case_id = a.case_id AND e.kind = 'confirmation_ruled')"
)
_LATE = (
    "SELECT i.case_id FROM agreement_item i WHERE i.due_on < :today AND i.performance <> 'done' "
    "AND EXISTS (SELECT 1 FROM case_event e WHERE e.case_id = i.case_id "
    "AND e.kind = 'confirmation_ruled')"
)


def _candidates(session: Session, actor: Actor, cases: str, values: dict[str, date]) -> list[str]:
    """The cases this person sees among those a statement finds."""
    units = units_seen(actor)
    bound: dict[str, object] = {name: day.isoformat() for name, day in values.items()}
    where = narrowed_for(actor)
    if units is not None:
        where += f" AND {IN_UNITS}"
        bound["units"] = sorted(units)
    rows = fetch_rows(
        session, f"SELECT c.id FROM case_file c WHERE c.id IN ({cases}){where}", bound
    )
    return [row[0] for row in rows]


def _due(
    session: Session,
    case_ids: Sequence[str],
    today: date,
    *,
    until_of: Callable[[CourtView, AgreementView], date | None],
) -> tuple[CourtDue, ...]:
    rows = []
    for case_id in dict.fromkeys(case_ids):
        case = session.get_one(CaseFile, case_id)
        view = view_in(session, case, today)
        for one in view.agreements:
            until = until_of(view, one)
            if until is not None:
                left = (until - today).days
                rows.append(
                    CourtDue(
                        case.id,
                        case.number,
                        case.title,
                        case.holder_unit_id or case.unit_id,
                        one.agreement_id,
                        one.state,
                        until,
                        left,
                    )
                )
    return tuple(sorted(rows, key=lambda row: (row.until, row.number)))


def _confirm_until(_view: CourtView, one: AgreementView) -> date | None:
    if one.state is ConfirmationState.OPEN:
        return one.apply_until
    return one.ruling_until


def _enforce_until(view: CourtView, one: AgreementView) -> date | None:
    is_asked = view.enforcement_on is not None
    return one.enforce_until if one.may_be_enforced and not is_asked else None
