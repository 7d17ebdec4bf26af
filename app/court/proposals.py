"""Which steps of the court's way are likely next, and what their forms begin with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.cases.vocabulary import CaseEventKind, CaseKind, CaseState
from app.court.queries import AgreementView, CourtView
from app.court.rules import COURT_DAYS, COURT_LIMIT, EXTENSION_DAYS
from app.court.vocabulary import ConfirmationState, CourtSending, EnforcementBasis

_K = CaseEventKind


@dataclass(frozen=True, slots=True)
class Proposal:
    """A step and the values its form begins with."""

    kind: CaseEventKind
    values: dict[str, Any] = field(default_factory=dict)


def proposals(view: CourtView, kind: CaseKind, *, court: str, today: date) -> tuple[Proposal, ...]:
    """What may come next, the likely one first; whether this person may is asked elsewhere.

    ``court`` is proposed where no court sent the case.
    """
    court = view.court or court
    return tuple(_proposed(view, kind, court, today))


def _proposed(view: CourtView, kind: CaseKind, court: str, today: date) -> Iterator[Proposal]:
    if kind is CaseKind.RECONSIDERATION:
        yield Proposal(_K.HEARING_ATTENDED, {"held_on": today})
    sent = view.sending
    if view.current is not None:
        yield from _confirmation(view, view.current, court, today)
    if sent is None or sent.sent_back_on is not None:
        yield from _sending(view, court, today)
    else:
        yield from _sent(view, today)
    is_ended_badly = view.state is CaseState.NOT_SETTLED or _is_closed_to_court(view)
    if is_ended_badly and view.suit_on is None:
        yield Proposal(_K.SUIT_FILED, {"court": court, "filed_on": today})


def _sending(view: CourtView, court: str, today: date) -> Iterator[Proposal]:
    """Before anything was agreed on."""
    if view.agreements or view.state in (CaseState.SETTLED, CaseState.CLOSED):
        return
    missing = [one.party_id for one in view.missing_consent]
    if missing:
        yield Proposal(_K.CONSENTED, {"parties": missing})
    sending = CourtSending.AFTER_FILING if missing else CourtSending.BEFORE_FILING
    values = {"court": court, "sent_on": today, "days": COURT_DAYS, "sending": sending}
    yield Proposal(_K.COURT_SENT, values)


def _sent(view: CourtView, today: date) -> Iterator[Proposal]:
    is_settled = view.state in (CaseState.SETTLED, CaseState.CLOSED, CaseState.ANSWERED)
    if not is_settled:
        if view.state in (CaseState.RECORDED, CaseState.ACCEPTED):
            yield Proposal(_K.MEDIATION_HELD)  # nobody tried yet: it was sent to be mediated
        elif not view.is_told_other_ways:
            yield Proposal(_K.TOLD_OTHER_WAYS)
        agreed = [one.party_id for one in view.sides]
        extended = {"limit": COURT_LIMIT, "days": EXTENSION_DAYS, "consented": agreed}
        yield Proposal(_K.EXTENDED, {**extended, "told_on": today})
    yield Proposal(_K.SENT_BACK_TO_COURT, {"sent_on": today})


def _confirmation(
    view: CourtView, one: AgreementView, court: str, today: date
) -> Iterator[Proposal]:
    match one.state:
        case ConfirmationState.OPEN:
            values = {"agreement_id": one.agreement_id, "court": court, "applied_on": today}
            yield Proposal(_K.CONFIRMATION_APPLIED, values)
        case ConfirmationState.APPLIED:
            yield Proposal(_K.CONFIRMATION_ACCEPTED, {"filed_on": today})
            yield Proposal(_K.CONFIRMATION_RULED, {"ruled_on": today})
        case ConfirmationState.ACCEPTED:
            yield Proposal(_K.CONFIRMATION_RULED, {"ruled_on": today})
        case ConfirmationState.VALID if one.may_be_enforced and view.enforcement_on is None:
            values = {"enforcement_basis": EnforcementBasis.RULING, "court": court}
            yield Proposal(_K.ENFORCEMENT_APPLIED, {**values, "applied_on": today})
        case ConfirmationState.DISMISSED:
            yield Proposal(_K.REOPENED)


def _is_closed_to_court(view: CourtView) -> bool:
    """Not confirmed, and somebody may have to sue: 民事诉讼法 (2023-09-01), Art. 206; 人民调解法
    (2010-08-28), Art. 32."""
    one = view.current
    states = (ConfirmationState.DISMISSED, ConfirmationState.TOO_LATE)
    return one is not None and one.state in states and not one.is_performed
