"""A petition's way from being received to its evaluation, and what is known of the person's others.

Folded from the events of the case; nothing is stored. The limits come from ``app.clocks``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from sqlmodel import Session, col, select

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.detail_rules import read_detail
from app.cases.opening import case_to_read
from app.cases.rules import counted
from app.cases.vocabulary import CaseEventKind, CaseKind, CaseStep
from app.clocks.queries import limits_in
from app.clocks.rules import Limit
from app.clocks.vocabulary import LimitKey
from app.listing import fetch_rows
from app.petitions.rules import EarlierPetition, last_day_to_ask, unit_above, why_not_again
from app.petitions.vocabulary import (
    AnswerOutcome,
    NotAgain,
    PetitionForm,
    PetitionPurpose,
    ReviewOutcome,
    Satisfaction,
)
from app.refolding import case_steps
from app.store import Store
from db.clock import today_in_china
from db.tables.cases import CaseFile
from db.tables.organisations import Account

_K = CaseEventKind


class PathStep(StrEnum):
    """The steps of the way, in their order."""

    RECEIVED = "received"
    MET = "met"
    INVESTIGATED = "investigated"
    ANSWERED = "answered"
    EVALUATED = "evaluated"
    REVIEW = "review"
    RE_REVIEW = "re_review"


LIMITS_OF_STEP: Final[Mapping[PathStep, tuple[LimitKey, ...]]] = {
    PathStep.RECEIVED: (LimitKey.PETITION_TOLD,),
    PathStep.MET: (LimitKey.COUNTY_MET,),
    PathStep.INVESTIGATED: (LimitKey.COUNTY_INVESTIGATED,),
    PathStep.ANSWERED: (
        LimitKey.COUNTY_ANSWERED,
        LimitKey.COUNTY_CLOSED,
        LimitKey.PETITION_HANDLING,
    ),
    PathStep.EVALUATED: (),
    PathStep.REVIEW: (LimitKey.REVIEW_ASKING, LimitKey.REVIEW_ANSWERING),
    PathStep.RE_REVIEW: (LimitKey.RE_REVIEW_ASKING, LimitKey.RE_REVIEW_ANSWERING),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, as a 信访处理意见书 says it (Art. 32)."""

    outcome: AnswerOutcome | None
    request: str
    facts: str
    basis: str
    number: str
    delivered_on: date | None
    last_day_for_review: date | None


@dataclass(frozen=True, slots=True)
class Review:
    """A review or re-review: asked, and decided."""

    asked_on: date | None
    unit: str
    unit_above: str | None
    """Who decides on it once more; None where the county's file has none."""
    outcome: ReviewOutcome | None
    delivered_on: date | None


@dataclass(frozen=True, slots=True)
class EarlierRow:
    """Another petition of one of its people."""

    case_id: str
    number: str
    title: str
    why_not_again: NotAgain | None


@dataclass(frozen=True, slots=True)
class PetitionView:
    """All the tab shows. ``done`` is the day of each step that was done."""

    case_id: str
    purpose: PetitionPurpose | None
    form: PetitionForm | None
    received_on: date | None
    wanted: str
    first_contact_id: str | None
    first_contact: str
    is_first_contact_here: bool
    """Whether that person still works where the case is."""
    may_hand_on: bool
    people: tuple[tuple[str, str], ...]
    """Who may become the first contact: account and name."""
    done: Mapping[PathStep, date]
    limits: Mapping[PathStep, tuple[Limit, ...]]
    answer: Answer | None
    sought_on: date | None
    why_not_reached: str
    satisfaction: Satisfaction | None
    review: Review | None
    re_review: Review | None
    reviewer_id: str | None
    """The unit above the one that would answer here; None where the county's file has none."""
    answering_unit_id: str
    earlier: tuple[EarlierRow, ...]
    today: date


def petition_view(store: Store, actor: Actor, case_id: str) -> PetitionView | None:
    """The way of a petition; None when it is not here, or not to be seen."""
    today = today_in_china(store.clock)
    with store.reading() as session:
        case = case_to_read(session, actor, case_id)
        if case is None:
            return None
        steps = counted(case_steps(session, case))
        limits = limits_in(session, case_id, today)
        contact = session.get(Account, case.first_contact_id or "")
        holder = case.holder_unit_id or case.unit_id
        answering = _named_unit(steps, _K.ANSWERED) or holder
        above = unit_above(answering, actor.units)
        return PetitionView(
            case_id=case_id,
            purpose=case.petition_purpose,
            form=case.petition_form,
            received_on=case.received_on,
            wanted=case.wanted or "",
            first_contact_id=case.first_contact_id,
            first_contact=contact.name if contact else "",
            is_first_contact_here=contact is not None and contact.is_active,
            may_hand_on=all(
                actor.reaches(one, unit_id=case.unit_id)
                for one in (Permission.HAND_OVER_CASE, Permission.RECORD_CASE)
            ),
            people=_people_of(session, {case.unit_id, holder}),
            done=_done(case, steps),
            limits=_limits(limits),
            answer=_answer(steps),
            sought_on=_field(_last(steps, _K.EVALUATION_SOUGHT), "sought_on"),
            why_not_reached=_field(_last(steps, _K.EVALUATION_SOUGHT), "why_not_reached") or "",
            satisfaction=_field(_last(steps, _K.EVALUATED), "satisfaction"),
            review=_review(actor, steps, _K.REVIEW_ASKED, _K.REVIEW_DECIDED),
            re_review=_review(actor, steps, _K.RE_REVIEW_ASKED, _K.RE_REVIEW_DECIDED),
            reviewer_id=None if above is None else above.id,
            answering_unit_id=answering,
            earlier=_earlier(session, case),
            today=today,
        )


def _people_of(session: Session, unit_ids: set[str]) -> tuple[tuple[str, str], ...]:
    found = session.exec(
        select(Account)
        .where(col(Account.unit_id).in_(unit_ids), col(Account.is_active))
        .order_by(col(Account.name))
    )
    return tuple((one.id, one.name) for one in found)


_DAY_FIELD: Final[Mapping[CaseEventKind, str]] = {
    _K.MET: "met_on",
    _K.INVESTIGATED: "done_on",
    _K.ANSWERED: "delivered_on",
    _K.EVALUATED: "given_on",
    _K.REVIEW_DECIDED: "delivered_on",
    _K.RE_REVIEW_DECIDED: "delivered_on",
}
_STEP_OF: Final[Mapping[CaseEventKind, PathStep]] = {
    _K.MET: PathStep.MET,
    _K.INVESTIGATED: PathStep.INVESTIGATED,
    _K.ANSWERED: PathStep.ANSWERED,
    _K.EVALUATED: PathStep.EVALUATED,
    _K.REVIEW_DECIDED: PathStep.REVIEW,
    _K.RE_REVIEW_DECIDED: PathStep.RE_REVIEW,
}


def _done(case: CaseFile, steps: Sequence[CaseStep]) -> dict[PathStep, date]:
    """Each step by the day of the last event that did it; an answer is the last one."""
    found: dict[PathStep, date] = {}
    if case.received_on is not None:
        found[PathStep.RECEIVED] = case.received_on
    for step in steps:
        name = _DAY_FIELD.get(step.kind)
        day = None if name is None else _field(step, name) or step.day
        if day is not None:
            found[_STEP_OF[step.kind]] = day
    return found


def _limits(limits: Sequence[Limit]) -> dict[PathStep, tuple[Limit, ...]]:
    return {
        step: tuple(limit for key in keys for limit in limits if limit.key is key)
        for step, keys in LIMITS_OF_STEP.items()
    }


def _answer(steps: Sequence[CaseStep]) -> Answer | None:
    step = _last(steps, _K.ANSWERED)
    if step is None:
        return None
    told = read_detail(step.kind, step.detail)
    delivered = told.get("delivered_on")
    return Answer(
        outcome=told.get("outcome"),
        request=told.get("request") or "",
        facts=told.get("facts") or "",
        basis=told.get("basis") or "",
        number=told.get("number") or "",
        delivered_on=delivered,
        last_day_for_review=None if delivered is None else last_day_to_ask(delivered),
    )


def _review(
    actor: Actor, steps: Sequence[CaseStep], asked: CaseEventKind, decided: CaseEventKind
) -> Review | None:
    first = _last(steps, asked)
    if first is None:
        return None
    second = _last(steps[_place(steps, first) :], decided)
    unit = actor.units.get(_field(first, "unit_id") or "")
    above = unit_above(unit.id, actor.units) if unit is not None else None
    return Review(
        asked_on=_field(first, "asked_on"),
        unit=unit.name if unit is not None else "",
        unit_above=None if above is None else above.id,
        outcome=_field(second, "outcome"),
        delivered_on=_field(second, "delivered_on"),
    )


_EARLIER: Final = f"""
SELECT DISTINCT c.id, c.number, c.title, c.state, c.recorded_at,
  EXISTS (SELECT 1 FROM case_event e WHERE e.case_id = c.id
    AND e.kind = '{_K.RE_REVIEW_DECIDED}') AS is_re_reviewed
FROM case_party p JOIN case_party o ON o.resident_id = p.resident_id
JOIN case_file c ON c.id = o.case_id
WHERE p.case_id = :case AND o.case_id <> :case AND c.kind = '{CaseKind.PETITION}'
  AND c.is_confidential = 0
ORDER BY c.recorded_at DESC LIMIT 5
"""


def _earlier(session: Session, case: CaseFile) -> tuple[EarlierRow, ...]:
    """Other petitions of the same residents; whether one is about the same a person judges."""
    return tuple(
        EarlierRow(
            row.id,
            row.number,
            row.title,
            why_not_again(EarlierPetition(row.state, bool(row.is_re_reviewed))),
        )
        for row in fetch_rows(session, _EARLIER, {"case": case.id})
    )


def _named_unit(steps: Sequence[CaseStep], kind: CaseEventKind) -> str | None:
    found: str | None = _field(_last(steps, kind), "unit_id")
    return found


def _place(steps: Sequence[CaseStep], step: CaseStep) -> int:
    return max(place for place, one in enumerate(steps) if one is step)


def _last(steps: Sequence[CaseStep], kind: CaseEventKind) -> CaseStep | None:
    return next((one for one in reversed(steps) if one.kind is kind), None)


def _field(step: CaseStep | None, name: str) -> Any:
    return None if step is None else read_detail(step.kind, step.detail).get(name)
