"""Where a case stands between the court and the centres.

Everything is folded from the events of the case and from its agreements; nothing is stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from sqlmodel import Session

from app.accounts.session import Actor
from app.cases.detail_rules import read_detail
from app.cases.opening import case_to_read
from app.cases.vocabulary import CaseEventKind, CaseState, CaseStep, PartySide
from app.clocks.counting import WorkingCalendar
from app.court.period_rules import (
    AgreementToConfirm,
    PromiseFacts,
    SideFacts,
    confirmation_last_day,
    confirmation_state,
    confirmation_warnings,
    enforcement_last_day,
    mediation_last_day,
    ruling_last_day,
)
from app.court.rules import (
    Confirmation,
    Sending,
    confirmations_in,
    consenting,
    is_told_other_ways,
    sending_of,
)
from app.court.vocabulary import ConfirmationState, ConfirmationWarning, CourtSending, PathStep
from app.mediation.performance_rules import ItemState
from app.mediation.queries import AgreementRow, agreements_in, parties_of
from app.mediation.vocabulary import AgreementForm
from app.refolding import case_steps
from app.settings.queries import working_calendar
from app.store import Store
from db.tables.cases import CaseFile, CaseParty

_K = CaseEventKind
_RULED = (ConfirmationState.VALID, ConfirmationState.DISMISSED)


class Progress(StrEnum):
    """How far one step of the way has come."""

    DONE = "done"
    CURRENT = "current"
    OVERDUE = "overdue"
    OPEN = "open"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PathStepView:
    """One step: since when it is done, until when it is to be."""

    step: PathStep
    progress: Progress
    on: date | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class SideParty:
    """A party of one of the two sides, and whether it agrees to be mediated first."""

    party_id: str
    name: str
    side: PartySide
    has_consented: bool


@dataclass(frozen=True, slots=True)
class AgreementView:
    """One agreement on its way through the court.

    ``apply_until`` is the last day of the joint application, ``ruling_until`` of the court's
    ruling, ``enforce_until`` of the request for enforcement; None where they do not run.
    """

    agreement_id: str
    number: str
    form: AgreementForm
    reached_on: date
    effective_on: date | None
    state: ConfirmationState
    apply_until: date | None
    ruling_until: date | None
    enforce_until: date | None
    asked: Confirmation | None
    warnings: tuple[ConfirmationWarning, ...]
    item_count: int
    done_count: int
    overdue_count: int
    missing_signatures: int

    @property
    def is_performed(self) -> bool:
        """Whether everything promised was done."""
        return self.item_count > 0 and self.done_count == self.item_count

    @property
    def may_be_enforced(self) -> bool:
        """Whether the court found it valid and something is late."""
        return self.state is ConfirmationState.VALID and self.overdue_count > 0


@dataclass(frozen=True, slots=True)
class CourtView:
    """One case between the court and the centres; agreements latest first.

    ``court`` is the court to go to where it sent the case, empty where the parties choose.
    """

    case_id: str
    state: CaseState
    steps: tuple[PathStepView, ...]
    sides: tuple[SideParty, ...]
    sending: Sending | None
    mediate_until: date | None
    court: str
    agreements: tuple[AgreementView, ...]
    is_told_other_ways: bool
    enforcement_on: date | None
    suit_on: date | None
    hearings: int

    @property
    def missing_consent(self) -> tuple[SideParty, ...]:
        """Who has not agreed yet."""
        return tuple(one for one in self.sides if not one.has_consented)

    @property
    def current(self) -> AgreementView | None:
        """The agreement that counts: the latest that was not given up, else the latest."""
        standing = (one for one in self.agreements if one.state is not ConfirmationState.ENDED)
        return next(standing, next(iter(self.agreements), None))


def court_view(store: Store, actor: Actor, case_id: str, today: date) -> CourtView | None:
    """The way of one case; None when it is not in this file, or not to be seen."""
    with store.reading() as session:
        case = case_to_read(session, actor, case_id)
        return None if case is None else view_in(session, case, today)


def view_in(session: Session, case: CaseFile, today: date) -> CourtView:
    """As ``court_view``, in a session that is open."""
    past, calendar = case_steps(session, case), working_calendar(session)
    parties = parties_of(session, case.id)
    agreements = tuple(
        _agreement(case, one, past, parties, today, calendar)
        for one in agreements_in(session, case.id, today=today)
    )
    sent = sending_of(past)
    agreed = consenting(past)
    view = CourtView(
        case_id=case.id,
        state=case.state,
        steps=(),
        sides=tuple(
            SideParty(one.id, one.name, one.side, one.id in agreed)
            for one in parties
            if one.side is not PartySide.THIRD
        ),
        sending=sent,
        mediate_until=mediation_last_day(sent, calendar) if sent else None,
        court=sent.court if sent else "",
        agreements=agreements,
        is_told_other_ways=is_told_other_ways(past),
        enforcement_on=_last_day_of(past, _K.ENFORCEMENT_APPLIED, "applied_on"),
        suit_on=_last_day_of(past, _K.SUIT_FILED, "filed_on"),
        hearings=sum(step.kind is _K.HEARING_ATTENDED for step in past),
    )
    return _with_steps(view, past, today)


def _agreement(
    case: CaseFile,
    one: AgreementRow,
    past: Sequence[CaseStep],
    parties: Sequence[CaseParty],
    today: date,
    calendar: WorkingCalendar,
) -> AgreementView:
    found = [each for each in confirmations_in(past) if each.agreement_id == one.agreement_id]
    asked = found[-1] if found else None
    ended = one.ended_on is not None
    state = confirmation_state(
        one.effective_on, asked, is_ended=ended, today=today, calendar=calendar
    )
    is_open = state in (ConfirmationState.OPEN, ConfirmationState.TOO_LATE)
    apply_until = (
        confirmation_last_day(one.effective_on, calendar) if is_open and one.effective_on else None
    )
    return AgreementView(
        agreement_id=one.agreement_id,
        number=one.number,
        form=one.form,
        reached_on=one.reached_on,
        effective_on=one.effective_on,
        state=state,
        apply_until=apply_until,
        ruling_until=_ruling_until(state, asked, calendar),
        enforce_until=_enforce_until(state, asked, one, calendar),
        asked=asked,
        warnings=()
        if state in _RULED
        else confirmation_warnings(_facts(case, one, parties), today),
        item_count=len(one.items),
        done_count=sum(item.state is ItemState.DONE for item in one.items),
        overdue_count=sum(item.state is ItemState.OVERDUE for item in one.items),
        missing_signatures=len(one.missing),
    )


def _ruling_until(
    state: ConfirmationState, asked: Confirmation | None, calendar: WorkingCalendar
) -> date | None:
    if state is not ConfirmationState.ACCEPTED or asked is None or asked.filed_on is None:
        return None
    return ruling_last_day(asked.filed_on, calendar)


def _enforce_until(
    state: ConfirmationState,
    asked: Confirmation | None,
    one: AgreementRow,
    calendar: WorkingCalendar,
) -> date | None:
    if state is not ConfirmationState.VALID or asked is None or asked.ruled_on is None:
        return None
    return enforcement_last_day([item.due_on for item in one.items], asked.ruled_on, calendar)


def _facts(case: CaseFile, one: AgreementRow, parties: Sequence[CaseParty]) -> AgreementToConfirm:
    return AgreementToConfirm(
        class_code=case.class_code,
        is_oral=one.form is AgreementForm.ORAL,
        items=tuple(PromiseFacts(item.text, item.amount_cents, item.due_on) for item in one.items),
        parties=tuple(
            SideFacts(each.side, each.birth_date, bool(each.region), bool(each.agent_name))
            for each in parties
            if each.side is not PartySide.THIRD and not each.is_organisation
        ),
        way=one.way,
    )


def _last_day_of(past: Sequence[CaseStep], kind: CaseEventKind, field: str) -> date | None:
    """The day the last event of this kind names, else the day it was recorded."""
    days = [
        read_detail(kind, step.detail).get(field) or step.day for step in past if step.kind is kind
    ]
    return days[-1] if days else None


# --- the way, step by step -----------------------------------------------------------------------


def _with_steps(view: CourtView, past: Sequence[CaseStep], today: date) -> CourtView:
    return replace(view, steps=tuple(_steps(view, past, today)))


def _steps(view: CourtView, past: Sequence[CaseStep], today: date) -> Iterator[PathStepView]:
    """Consent and sending only where the court has to do with it before an agreement."""
    sent, current = view.sending, view.current
    consent_on = _last_day_of(past, _K.CONSENTED, "")
    if sent is not None or consent_on is not None:
        is_needed = sent is None or sent.sending is CourtSending.BEFORE_FILING
        if is_needed:
            is_whole = not view.missing_consent
            done = Progress.DONE if is_whole else Progress.CURRENT
            yield PathStepView(PathStep.CONSENTED, done, consent_on if is_whole else None)
        yield _step(PathStep.SENT, is_done=sent is not None, on=sent.sent_on if sent else None)
    yield _mediated(view, past, today)
    effective_on = current.effective_on if current else None
    yield _step(PathStep.AGREED, is_done=effective_on is not None, on=effective_on)
    yield from _confirmed(current, today)
    yield _performed(view, current)


def _step(step: PathStep, *, is_done: bool, on: date | None) -> PathStepView:
    return PathStepView(step, Progress.DONE if is_done else Progress.OPEN, on)


def _mediated(view: CourtView, past: Sequence[CaseStep], today: date) -> PathStepView:
    due_on = view.mediate_until
    if view.sending is not None and view.sending.sent_back_on is not None:
        is_failed = view.state is CaseState.NOT_SETTLED or not view.agreements
        progress = Progress.FAILED if is_failed else Progress.DONE
        return PathStepView(PathStep.MEDIATED, progress, view.sending.sent_back_on)
    if view.state is CaseState.NOT_SETTLED:
        return PathStepView(PathStep.MEDIATED, Progress.FAILED)
    settled_on = _last_day_of(past, _K.SETTLED, "")
    if settled_on is not None and view.state is not CaseState.UNDER_WAY:
        return PathStepView(PathStep.MEDIATED, Progress.DONE, settled_on)
    if due_on is not None and today > due_on:
        return PathStepView(PathStep.MEDIATED, Progress.OVERDUE, due_on=due_on)
    is_begun = any(step.kind is _K.MEDIATION_HELD for step in past) or due_on is not None
    progress = Progress.CURRENT if is_begun else Progress.OPEN
    return PathStepView(PathStep.MEDIATED, progress, due_on=due_on)


def _confirmed(current: AgreementView | None, today: date) -> Iterator[PathStepView]:
    if current is None:
        yield PathStepView(PathStep.APPLIED, Progress.OPEN)
        yield PathStepView(PathStep.RULED, Progress.OPEN)
        return
    asked, state = current.asked, current.state
    applied = {
        ConfirmationState.OPEN: Progress.CURRENT,
        ConfirmationState.TOO_LATE: Progress.FAILED,
    }
    yield PathStepView(
        PathStep.APPLIED,
        Progress.DONE if asked else applied.get(state, Progress.OPEN),
        asked.applied_on if asked else None,
        current.apply_until,
    )
    ruled = {
        ConfirmationState.VALID: Progress.DONE,
        ConfirmationState.DISMISSED: Progress.FAILED,
        ConfirmationState.APPLIED: Progress.CURRENT,
        ConfirmationState.ACCEPTED: Progress.CURRENT,
    }.get(state, Progress.OPEN)
    if current.ruling_until is not None and today > current.ruling_until:
        ruled = Progress.OVERDUE
    yield PathStepView(
        PathStep.RULED, ruled, asked.ruled_on if asked else None, current.ruling_until
    )


def _performed(view: CourtView, current: AgreementView | None) -> PathStepView:
    if view.enforcement_on is not None:
        return PathStepView(PathStep.PERFORMED, Progress.CURRENT, view.enforcement_on)
    if current is None or current.effective_on is None:
        return PathStepView(PathStep.PERFORMED, Progress.OPEN)
    if current.is_performed:
        return PathStepView(PathStep.PERFORMED, Progress.DONE)
    is_late = current.overdue_count > 0
    return PathStepView(PathStep.PERFORMED, Progress.OVERDUE if is_late else Progress.CURRENT)
