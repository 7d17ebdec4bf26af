"""The order of legal aid and its days, asked alike by laptop and county.

Articles are those of 法律援助法 (2021-08-20, in force 2022-01-01).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from app.legal_aid.vocabulary import (
    LegalAidLimit,
    LegalAidProblem,
    LegalAidStage,
    LegalAidStep,
)

_P = LegalAidProblem

DECISION_DAYS: Final = 7
NAMING_DAYS: Final = 3
MAX_NEED: Final = 1000
MAX_NOTE: Final = 500
MAX_OUTCOME: Final = 2000
LAW: Final = ("法律援助法", "2021-08-20", "第四十三条")


@dataclass(frozen=True, slots=True)
class Aid:
    """Legal aid as it is written down; ``lawyer`` is a name, an office or an account."""

    need: str
    seen_on: date | None
    applied_on: date | None = None
    decided_on: date | None = None
    is_granted: bool | None = None
    decision_note: str = ""
    is_ahead: bool = False
    lawyer: str = ""
    named_on: date | None = None
    done_on: date | None = None
    outcome: str = ""


def problem_with(aid: Aid, today: date) -> LegalAidProblem | None:
    """The first thing wrong with it; None when it may stand like this.

    Art. 43 (1): decided on after it was applied for; refused in writing and with reasons; somebody
    is named once it was granted. Art. 44: where it cannot wait it is given before it is decided.
    Art. 50: whoever gave it reports how it ended.
    """
    if not aid.need.strip():
        return _P.NEED_MISSING
    if len(aid.need) > MAX_NEED:
        return _P.NEED_TOO_LONG
    if aid.seen_on is None:
        return _P.DAY_MISSING
    return _decision_problem(aid) or _lawyer_problem(aid) or _days_problem(aid, today)


def _decision_problem(aid: Aid) -> LegalAidProblem | None:
    if aid.decided_on is None:
        return None if aid.is_granted is None else _P.DAY_MISSING
    if aid.applied_on is None:
        return _P.NOT_APPLIED
    if aid.is_granted is None:
        return _P.NOT_DECIDED
    return None if aid.is_granted or aid.decision_note.strip() else _P.REASON_MISSING


def _lawyer_problem(aid: Aid) -> LegalAidProblem | None:
    if aid.named_on is None:
        return _P.NOT_NAMED if aid.done_on is not None else None
    if not aid.lawyer.strip():
        return _P.LAWYER_MISSING
    if aid.applied_on is None:
        return _P.NOT_APPLIED
    if aid.is_granted is False and not aid.is_ahead:
        return _P.NOT_GRANTED
    if aid.is_granted is None and not aid.is_ahead:
        return _P.NOT_DECIDED
    return _P.OUTCOME_MISSING if aid.done_on is not None and not aid.outcome.strip() else None


def _days_problem(aid: Aid, today: date) -> LegalAidProblem | None:
    """Each step on or after the one before it; what is given ahead is decided meanwhile."""
    steps = [aid.seen_on, aid.applied_on, aid.decided_on, aid.named_on, aid.done_on]
    if aid.is_ahead:
        steps = [aid.seen_on, aid.applied_on, aid.named_on, aid.done_on]
    days = [day for day in steps if day is not None]
    if any(later < earlier for earlier, later in pairwise(days)):
        return _P.DAYS_BACKWARDS
    if aid.decided_on and aid.applied_on and aid.decided_on < aid.applied_on:
        return _P.DAYS_BACKWARDS
    is_early = any(day > today for day in (*days, aid.decided_on) if day is not None)
    return _P.DAY_IN_FUTURE if is_early else None


def stage_of(aid: Aid) -> LegalAidStage:
    """How far it has got."""
    if aid.done_on is not None:
        return LegalAidStage.DONE
    if aid.named_on is not None:
        return LegalAidStage.NAMED
    if aid.decided_on is not None:
        return LegalAidStage.GRANTED if aid.is_granted else LegalAidStage.NOT_GRANTED
    return LegalAidStage.SEEN if aid.applied_on is None else LegalAidStage.APPLIED


def next_steps(aid: Aid) -> tuple[LegalAidStep, ...]:
    """What may be done about it now, the likely one first."""
    steps: list[LegalAidStep] = []
    if aid.done_on is not None:
        return ()
    if aid.applied_on is None:
        return (LegalAidStep.APPLY,)
    if aid.decided_on is None:
        steps.append(LegalAidStep.DECIDE)
    if aid.named_on is not None:
        steps.append(LegalAidStep.FINISH)
    elif aid.is_granted is not False:
        steps.append(LegalAidStep.NAME)
    return tuple(steps)


def limit_of(aid: Aid) -> tuple[LegalAidLimit, date] | None:
    """What is waited for, and its last day; None where nothing is.

    Art. 43 (1): the decision within seven days of receiving the application, somebody named within
    three days of the decision. The day itself is not counted; the law knows no shift for holidays
    here.
    """
    if aid.applied_on is not None and aid.decided_on is None:
        return LegalAidLimit.DECISION, aid.applied_on + timedelta(days=DECISION_DAYS)
    if aid.decided_on is not None and aid.is_granted and aid.named_on is None:
        return LegalAidLimit.NAMING, aid.decided_on + timedelta(days=NAMING_DAYS)
    return None
