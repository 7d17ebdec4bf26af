"""What the Regulations on Petitions ask; judged alike on the laptop and at the county.

Articles are those of 信访工作条例 (2022-02-25, in force from 2022-05-01). Its time limits are
with the other limits in ``app.clocks``; here is only what a limit forbids.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from app.cases.detail_rules import read_detail
from app.cases.vocabulary import CaseBlock, CaseEventKind, CaseState, CaseStep
from app.organisations.rules import ancestors
from app.organisations.vocabulary import Unit
from app.petitions.vocabulary import (
    NotAgain,
    OtherWay,
    PetitionForm,
    PetitionProblem,
    PetitionPurpose,
    ReviewOutcome,
)

_K = CaseEventKind
MAX_REQUEST: Final = 2000
MOST_REPRESENTATIVES: Final = 5
"""信访工作条例 (2022-02-25), Art. 20 (3)."""
DAYS_TO_ASK: Final = timedelta(days=30)
"""信访工作条例 (2022-02-25), Art. 35 and 36: to ask for review and re-review, each."""

ORAL_FORMS: Final = frozenset({PetitionForm.VISIT, PetitionForm.TELEPHONE})
"""信访工作条例 (2022-02-25), Art. 19 (1): what is said is written down truthfully."""


# --- the draft -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PetitionFacts:
    """What the form knows. ``representatives`` is how many were chosen to speak for the others,
    ``petitioners`` how many stand on the asking side or, where given, the head count."""

    purpose: PetitionPurpose | None
    form: PetitionForm | None
    received_on: date | None
    wanted: str
    story: str
    addresses: tuple[str, ...] = ()
    """Of the petitioners that are named."""
    petitioners: int = 1
    representatives: int = 0


def check_petition(
    facts: PetitionFacts, *, happened_on: date | None, today: date
) -> tuple[PetitionProblem, ...]:
    """What keeps this petition from being recorded, in the order of the form.

    信访工作条例 (2022-02-25), Art. 19 (1): name, address, request, facts and reasons; Art. 17: how
    it came; Art. 20 (3): who comes in person with others is spoken for by five at the most.
    """
    return (
        *_check_kind(facts),
        *_check_received(facts.received_on, happened_on, today),
        *_check_words(facts),
        *_check_representatives(facts),
    )


def _check_kind(facts: PetitionFacts) -> Iterable[PetitionProblem]:
    if facts.purpose is None:
        yield PetitionProblem.PURPOSE_MISSING
    if facts.form is None:
        yield PetitionProblem.FORM_MISSING


def _check_received(
    received_on: date | None, happened_on: date | None, today: date
) -> Iterable[PetitionProblem]:
    if received_on is None:
        yield PetitionProblem.RECEIVED_MISSING
    elif received_on > today:
        yield PetitionProblem.RECEIVED_IN_FUTURE
    elif happened_on is not None and received_on < happened_on:
        yield PetitionProblem.RECEIVED_BEFORE_IT_HAPPENED


def _check_words(facts: PetitionFacts) -> Iterable[PetitionProblem]:
    """The address is asked of whoever is there to say it; a letter may leave it out, and then
    nobody needs to be told in writing (Art. 23 (2))."""
    if not facts.wanted.strip():
        yield PetitionProblem.REQUEST_MISSING
    elif len(facts.wanted.strip()) > MAX_REQUEST:
        yield PetitionProblem.REQUEST_TOO_LONG
    if not facts.story.strip():
        yield PetitionProblem.FACTS_MISSING
    is_asked = facts.form in ORAL_FORMS and facts.purpose is not PetitionPurpose.ACCUSATION
    if is_asked and not any(address.strip() for address in facts.addresses):
        yield PetitionProblem.ADDRESS_MISSING


def _check_representatives(facts: PetitionFacts) -> Iterable[PetitionProblem]:
    if facts.form is not PetitionForm.VISIT:
        return
    if facts.representatives > MOST_REPRESENTATIVES:
        yield PetitionProblem.TOO_MANY_REPRESENTATIVES
    elif facts.petitioners > MOST_REPRESENTATIVES and facts.representatives == 0:
        yield PetitionProblem.REPRESENTATIVES_MISSING


# --- what to do with it --------------------------------------------------------------------------


def other_ways(purpose: PetitionPurpose | None) -> tuple[OtherWay, ...]:
    """The ways that go before the petition itself, by what is wanted.

    信访工作条例 (2022-02-25), Art. 31 (1) to (5), for appeals only; advice is studied and
    replied to (Art. 29), an accusation goes to the discipline inspection (Art. 22 (2), 30).
    """
    return tuple(OtherWay) if purpose is PetitionPurpose.APPEAL else ()


@dataclass(frozen=True, slots=True)
class EarlierPetition:
    """A petition of the same person about what may be the same matter."""

    state: CaseState
    is_re_reviewed: bool
    is_within_limit: bool = True


def why_not_again(earlier: EarlierPetition) -> NotAgain | None:
    """Why the same matter is not accepted again; whether it is the same a person judges.

    信访工作条例 (2022-02-25), Art. 19 (3): accepted or being handled, and asked again above
    within its time; Art. 36 (3): after re-review, with the same facts and reasons.
    """
    if earlier.is_re_reviewed:
        return NotAgain.RE_REVIEWED
    is_under_hand = earlier.state in (CaseState.ACCEPTED, CaseState.UNDER_WAY)
    return NotAgain.UNDER_HAND if is_under_hand and earlier.is_within_limit else None


def who_decides(unit_ids: Sequence[str], units: Mapping[str, Unit]) -> Unit | None:
    """The nearest unit above all that quarrel over who accepts a petition; None where they have
    none in common, and the joint meeting (联席会议) settles it.

    信访工作条例 (2022-02-25), Art. 24 (1).
    """
    if not unit_ids:
        return None
    above = [ancestors(unit_id, units) for unit_id in unit_ids]
    common = [one for one in above[0] if all(one in others for others in above)]
    return common[0] if common else None


def unit_above(unit_id: str, units: Mapping[str, Unit]) -> Unit | None:
    """The unit that reviews what this one answered; None where it is none of the county's.

    信访工作条例 (2022-02-25), Art. 35 and 36: 上一级机关、单位.
    """
    found = ancestors(unit_id, units)
    return found[0] if found else None


def unit_problem(
    past: Sequence[CaseStep], step: CaseStep, units: Mapping[str, Unit]
) -> CaseBlock | None:
    """Whether a review is asked of the unit above the one whose answer it is about.

    信访工作条例 (2022-02-25), Art. 35 and 36. Nothing is said where either unit is not named.
    """
    before = {_K.REVIEW_ASKED: _K.ANSWERED, _K.RE_REVIEW_ASKED: _K.REVIEW_ASKED}.get(step.kind)
    asked = _field(step, "unit_id")
    answered = None if before is None else _field(_last(past, before), "unit_id")
    if asked is None or answered is None:
        return None
    above = unit_above(answered, units)
    return None if above is not None and above.id == asked else CaseBlock.NOT_THE_UNIT_ABOVE


# --- what stands against a step ------------------------------------------------------------------


def answer_block(past: Sequence[CaseStep], _step: CaseStep) -> CaseBlock | None:
    """Nobody answers what was not looked into, nor again what a re-review upheld.

    信访工作条例 (2022-02-25), Art. 31 (6): heard, investigated and checked, then the opinion;
    Art. 29: advice is studied first; Art. 36 (3).
    """
    if _is_ended_by_re_review(past):
        return CaseBlock.ENDED_BY_RE_REVIEW
    return None if _last(past, _K.INVESTIGATED) else CaseBlock.NOT_INVESTIGATED


def evaluation_block(past: Sequence[CaseStep], _step: CaseStep) -> CaseBlock | None:
    """Only what was answered is judged by the person; 信访工作条例 (2022-02-25), Art. 21 (2)."""
    return None if _last(past, _K.ANSWERED) else CaseBlock.NOT_ANSWERED


def closing_block(past: Sequence[CaseStep], _step: CaseStep) -> CaseBlock | None:
    """What was answered is closed once the person was asked to judge it, or cannot be reached.

    信访工作条例 (2022-02-25), Art. 21 (2): people can look up and judge how their matter was
    handled. That closing waits for it is the county's rule.
    """
    since = _since_last(past, _K.ANSWERED)
    if since is None:
        return None
    is_asked = any(one.kind in (_K.EVALUATION_SOUGHT, _K.EVALUATED) for one in since)
    return None if is_asked else CaseBlock.EVALUATION_NOT_SOUGHT


def review_block(past: Sequence[CaseStep], step: CaseStep) -> CaseBlock | None:
    """Within thirty days of receiving the answer, once; 信访工作条例 (2022-02-25), Art. 35."""
    if _is_ended_by_re_review(past):
        return CaseBlock.ENDED_BY_RE_REVIEW
    since = _since_last(past, _K.ANSWERED)
    if since is None:
        return CaseBlock.NOT_ANSWERED
    if _last(since, _K.REVIEW_ASKED):
        return CaseBlock.REVIEW_ASKED_BEFORE
    return _time_block(_last(past, _K.ANSWERED), step)


def review_decision_block(past: Sequence[CaseStep], _step: CaseStep) -> CaseBlock | None:
    """A decision answers a question, once; one that is late is late and still counts.

    信访工作条例 (2022-02-25), Art. 35.
    """
    since = _since_last(past, _K.REVIEW_ASKED)
    is_open = since is not None and not _last(since, _K.REVIEW_DECIDED)
    return None if is_open else CaseBlock.REVIEW_NOT_ASKED


def re_review_block(past: Sequence[CaseStep], step: CaseStep) -> CaseBlock | None:
    """Within thirty days of receiving the review, once and never again.

    信访工作条例 (2022-02-25), Art. 36 (1) and (3).
    """
    if _last(past, _K.RE_REVIEW_ASKED):
        return CaseBlock.RE_REVIEW_ASKED_BEFORE
    since = _since_last(past, _K.REVIEW_ASKED)
    decided = None if since is None else _last(since, _K.REVIEW_DECIDED)
    return _time_block(decided, step) if decided else CaseBlock.REVIEW_NOT_DECIDED


def re_review_decision_block(past: Sequence[CaseStep], _step: CaseStep) -> CaseBlock | None:
    """As for a review; 信访工作条例 (2022-02-25), Art. 36 (1)."""
    since = _since_last(past, _K.RE_REVIEW_ASKED)
    is_open = since is not None and not _last(since, _K.RE_REVIEW_DECIDED)
    return None if is_open else CaseBlock.RE_REVIEW_NOT_ASKED


def reopening_block(past: Sequence[CaseStep], _step: CaseStep) -> CaseBlock | None:
    """What a re-review upheld is not taken up again; new facts are a new case.

    信访工作条例 (2022-02-25), Art. 36 (3).
    """
    return CaseBlock.ENDED_BY_RE_REVIEW if _is_ended_by_re_review(past) else None


def last_day_to_ask(received_on: date) -> date:
    """The last of the thirty days in which review or re-review may be asked for.

    信访工作条例 (2022-02-25), Art. 35 and 36; the day of receipt is not counted.
    """
    return received_on + DAYS_TO_ASK


def _time_block(answer: CaseStep | None, step: CaseStep) -> CaseBlock | None:
    received, asked = _field(answer, "delivered_on"), _field(step, "asked_on")
    if received is None or asked is None:
        return None
    if asked < received:
        return CaseBlock.BEFORE_ANSWER
    return CaseBlock.ASKED_TOO_LATE if asked > last_day_to_ask(received) else None


def _is_ended_by_re_review(past: Sequence[CaseStep]) -> bool:
    decided = _last(past, _K.RE_REVIEW_DECIDED)
    return decided is not None and _field(decided, "outcome") is ReviewOutcome.UPHELD


def _last(steps: Sequence[CaseStep], kind: CaseEventKind) -> CaseStep | None:
    return next((one for one in reversed(steps) if one.kind is kind), None)


def _since_last(steps: Sequence[CaseStep], kind: CaseEventKind) -> Sequence[CaseStep] | None:
    """What came after the last of this kind; None where there was none."""
    for place in range(len(steps) - 1, -1, -1):
        if steps[place].kind is kind:
            return steps[place + 1 :]
    return None


def _field(step: CaseStep | None, name: str) -> Any:
    return None if step is None else read_detail(step.kind, step.detail).get(name)
