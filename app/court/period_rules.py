"""Until when something may be asked of a court, and what the court may not take.

民事诉讼法 (2023-09-01), Art. 85: the day a period begins is not counted; where its last day is a
public day off, it ends on the first day after. The days off come from the county's calendar.

The text of the Supreme People's Court's interpretation of that law is not among the texts at hand:
what is taken from it is marked as not confirmed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.cases.vocabulary import PartySide
from app.clocks.counting import WorkingCalendar, add_days, shift_to_working_day, years_after
from app.clocks.vocabulary import DayUnit
from app.court.rules import CONFIRMATION_DAYS, Confirmation, Sending
from app.court.vocabulary import ConfirmationState, ConfirmationWarning, RulingOutcome
from app.mediation.rules import is_minor
from app.mediation.vocabulary import MediationWay

_W = ConfirmationWarning
RULING_DAYS: Final = 30
ENFORCEMENT_YEARS: Final = 2


@dataclass(frozen=True, slots=True)
class Citation:
    """Which law says so; ``is_confirmed`` false where its text was not at hand.

    ``version`` is the day its text was passed, or only a year where no more is known.
    """

    law: str
    version: str
    article: str
    is_confirmed: bool = True


_PROCEDURE: Final = ("民事诉讼法", "2023-09-01")
_MEDIATION: Final = ("人民调解法", "2010-08-28")
_READING: Final = ("民事诉讼法解释", "2022")

MEDIATE_FIRST: Final = Citation(*_PROCEDURE, "第一百二十五条")
CONFIRMATION: Final = Citation(*_PROCEDURE, "第二百零五条")
RULING: Final = Citation(*_PROCEDURE, "第二百零六条")
RULING_PERIOD: Final = Citation(*_PROCEDURE, "第一百八十七条")
ENFORCEMENT: Final = Citation(*_PROCEDURE, "第二百五十条")
ENFORCEABLE: Final = Citation(*_MEDIATION, "第三十三条")
COURT_PERIOD: Final = Citation(
    "最高人民法院关于人民法院特邀调解的规定", "2016-06-28", "第二十七条", False
)
"""As the rule set of this limit; its text was not at hand."""

WARNING_SOURCES: Final = {
    _W.IDENTITY_RELATION: Citation(*_READING, "第三百五十五条", False),
    _W.OWNERSHIP: Citation(*_READING, "第三百五十五条", False),
    _W.NOT_CIVIL: Citation(*_READING, "第三百五十五条", False),
    _W.NO_ITEMS: Citation(*_READING, "第三百五十八条", False),
    _W.NO_DATE: Citation(*_READING, "第三百五十八条", False),
    _W.NO_AMOUNT: Citation(*_READING, "第三百五十八条", False),
    _W.MINOR_WITHOUT_AGENT: Citation(*_PROCEDURE, "第六十条"),
    _W.ABSENT_WITHOUT_AGENT: CONFIRMATION,
    _W.NO_COMMITTEE: CONFIRMATION,
    _W.BY_THE_COURT: Citation(*_PROCEDURE, "第一百条"),
    _W.ORAL: Citation("最高人民法院关于人民调解协议司法确认程序的若干规定", "2011-03-23", "第三条"),
}


# --- periods -------------------------------------------------------------------------------------


def last_day(start: date, days: int, calendar: WorkingCalendar) -> date:
    """The last day of a period of so many days that begins with what happened on ``start``.

    民事诉讼法 (2023-09-01), Art. 85.
    """
    return shift_to_working_day(add_days(start, days, DayUnit.CALENDAR), calendar)


def confirmation_last_day(effective_on: date, calendar: WorkingCalendar) -> date:
    """The last day of the joint application: 民事诉讼法 (2023-09-01), Art. 205; 人民调解法
    (2010-08-28), Art. 33 (1). Counted by Art. 85."""
    return last_day(effective_on, CONFIRMATION_DAYS, calendar)


def ruling_last_day(filed_on: date, calendar: WorkingCalendar) -> date:
    """Special procedures end within thirty days of filing; the court's president may extend:
    民事诉讼法 (2023-09-01), Art. 187."""
    return last_day(filed_on, RULING_DAYS, calendar)


def mediation_last_day(sent: Sending, calendar: WorkingCalendar) -> date:
    """The last day of what the court gave for mediation, with its extension.

    最高人民法院关于人民法院特邀调解的规定 (2016-06-28), Art. 27, to be checked; counted by
    民事诉讼法 (2023-09-01), Art. 85, as a period that a court sets."""
    return last_day(sent.sent_on, sent.days + sent.extra_days, calendar)


def enforcement_last_day(
    due_days: Sequence[date | None], ruled_on: date, calendar: WorkingCalendar
) -> date:
    """Two years from the last day of performance, of several from the last of them; where none is
    set from the day the ruling takes effect. 民事诉讼法 (2023-09-01), Art. 250."""
    start = max((day for day in due_days if day is not None), default=ruled_on)
    return shift_to_working_day(years_after(start, ENFORCEMENT_YEARS), calendar)


# --- confirmation --------------------------------------------------------------------------------


def confirmation_state(
    effective_on: date | None,
    asked: Confirmation | None,
    *,
    is_ended: bool,
    today: date,
    calendar: WorkingCalendar,
) -> ConfirmationState:
    """Where the confirmation of one agreement stands; ``asked`` is the application for it."""
    if asked is not None:
        if asked.outcome is not None:
            is_valid = asked.outcome is RulingOutcome.VALID
            return ConfirmationState.VALID if is_valid else ConfirmationState.DISMISSED
        return ConfirmationState.APPLIED if asked.filed_on is None else ConfirmationState.ACCEPTED
    if is_ended:
        return ConfirmationState.ENDED
    if effective_on is None:
        return ConfirmationState.NOT_IN_EFFECT
    is_open = today <= confirmation_last_day(effective_on, calendar)
    return ConfirmationState.OPEN if is_open else ConfirmationState.TOO_LATE


@dataclass(frozen=True, slots=True)
class PromiseFacts:
    """One thing that was promised."""

    text: str
    amount_cents: int | None
    due_on: date | None


@dataclass(frozen=True, slots=True)
class SideFacts:
    """A party of the agreement; ``is_away`` who works elsewhere or lives in another county."""

    side: PartySide
    birth_date: date | None
    is_away: bool
    has_agent: bool


@dataclass(frozen=True, slots=True)
class AgreementToConfirm:
    """What the warnings look at."""

    class_code: str
    is_oral: bool
    items: tuple[PromiseFacts, ...]
    parties: tuple[SideFacts, ...]
    way: MediationWay = MediationWay.PEOPLES


_OWNERSHIP: Final = frozenset({"0403", "0901", "0902", "0903", "0904", "0999"})
_NOT_CIVIL: Final = ("11", "12", "13", "14", "15", "16")
_MONEY: Final = re.compile(r"元|赔|补偿|付|还款|工资|钱")


def confirmation_warnings(
    agreement: AgreementToConfirm, today: date
) -> tuple[ConfirmationWarning, ...]:
    """What may keep a court from confirming it. Nothing is refused for these: the court decides.

    民事诉讼法解释 (2022), Art. 355: relations of identity, ownership of real rights, what is not a
    civil matter; Art. 358 (5): content that is not clear. To be checked: only a summary was read.
    民事诉讼法 (2023-09-01), Art. 205 speaks of mediation organisations set up by law, and Art. 100
    has the court's own mediation end with its 调解书.
    """
    unspoken = [one for one in agreement.parties if not one.has_agent]
    found = [
        (_W.IDENTITY_RELATION, agreement.class_code == "0101"),
        (_W.OWNERSHIP, agreement.class_code in _OWNERSHIP),
        (_W.NOT_CIVIL, agreement.class_code[:2] in _NOT_CIVIL),
        (_W.ORAL, agreement.is_oral),
        (_W.NO_COMMITTEE, agreement.way is MediationWay.ADMINISTRATIVE),
        (_W.BY_THE_COURT, agreement.way is MediationWay.JUDICIAL),
        (_W.NO_ITEMS, not agreement.items),
        (_W.NO_DATE, any(item.due_on is None for item in agreement.items)),
        (_W.NO_AMOUNT, any(_is_sum_missing(item) for item in agreement.items)),
        (
            _W.MINOR_WITHOUT_AGENT,
            any(is_minor(one.birth_date, today) for one in unspoken),
        ),
        (_W.ABSENT_WITHOUT_AGENT, any(one.is_away for one in unspoken)),
    ]
    return tuple(warning for warning, is_there in found if is_there)


def _is_sum_missing(item: PromiseFacts) -> bool:
    return item.amount_cents is None and _MONEY.search(item.text) is not None
