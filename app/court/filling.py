"""What the program writes into an event of the court's way when it is recorded.

The rules ask only the events of a case, so that laptop and county fold them alike; what they need
of its parties, its agreement and the calendar is therefore written down with the event, as it was
known there and then.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlmodel import Session

from app.cases.vocabulary import CaseEventKind, PartySide
from app.court.period_rules import confirmation_last_day
from app.mediation.queries import agreements_in, parties_of
from app.settings.queries import working_calendar


def filled(
    session: Session,
    case_id: str,
    kind: CaseEventKind,
    values: Mapping[str, Any],
    *,
    today: date,
) -> Mapping[str, Any]:
    """The values with those no form asks for; others stay as they are."""
    match kind:
        case CaseEventKind.COURT_SENT:
            sides = [one for one in parties_of(session, case_id) if one.side is not PartySide.THIRD]
            return {**values, "parties": [one.id for one in sides]}
        case CaseEventKind.CONFIRMATION_APPLIED:
            return {**values, **_effect(session, case_id, values.get("agreement_id"), today)}
    return values


def _effect(session: Session, case_id: str, agreement_id: Any, today: date) -> dict[str, Any]:
    """Since when the agreement is in effect and until when it may be brought to the court; the
    only one that stands is meant where none was named."""
    agreements = agreements_in(session, case_id, today=today)
    standing = [one for one in agreements if one.stands]
    named = [one for one in standing if one.agreement_id == agreement_id]
    found = named or (standing if not agreement_id and len(standing) == 1 else [])
    if not found or found[0].effective_on is None:
        return {"effective_on": None, "last_day": None}
    last = confirmation_last_day(found[0].effective_on, working_calendar(session))
    return {
        "agreement_id": found[0].agreement_id,
        "effective_on": found[0].effective_on,
        "last_day": last,
    }
