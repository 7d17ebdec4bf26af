"""Days of the court at their edges, and what the court may not take."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from app.cases.vocabulary import PartySide
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
from app.court.rules import Confirmation, Sending
from app.court.vocabulary import (
    ConfirmationState,
    ConfirmationWarning,
    CourtSending,
    RulingOutcome,
)
from app.mediation.vocabulary import MediationWay

W, S = ConfirmationWarning, ConfirmationState
OPEN = WorkingCalendar(worked=frozenset(date(2026, 1, 1) + timedelta(day) for day in range(1600)))
"""Nobody ever has a day off."""
HOLIDAYS = WorkingCalendar(off=frozenset({date(2027, 1, 1)}), worked=frozenset({date(2027, 1, 10)}))
"""New Year, and a Sunday that is worked instead."""


@pytest.mark.parametrize(
    ("effective_on", "last"),
    [
        (date(2026, 11, 23), date(2026, 12, 23)),  # the day itself is not counted
        (date(2026, 12, 2), date(2027, 1, 4)),  # New Year, then Saturday and Sunday
        (date(2026, 11, 20), date(2026, 12, 21)),  # a Sunday
        (date(2026, 12, 11), date(2027, 1, 10)),  # a Sunday that is worked
        (date(2028, 1, 31), date(2028, 3, 1)),  # over the 29th of February
    ],
)
def test_thirty_days_to_apply_end_on_a_working_day(effective_on: date, last: date) -> None:
    """民事诉讼法 (2023), Art. 205 and 85."""
    assert confirmation_last_day(effective_on, HOLIDAYS) == last


def test_the_court_rules_within_thirty_days_of_filing() -> None:
    """民事诉讼法 (2023), Art. 187."""
    assert ruling_last_day(date(2026, 11, 23), OPEN) == date(2026, 12, 23)


def test_what_the_court_gave_grows_by_its_extension() -> None:
    sent = Sending(
        CourtSending.BEFORE_FILING, "法院", "", date(2026, 11, 2), 30, frozenset(), extra_days=30
    )
    assert mediation_last_day(sent, OPEN) == date(2027, 1, 1)
    assert mediation_last_day(sent, HOLIDAYS) == date(2027, 1, 4)


@pytest.mark.parametrize(
    ("due_days", "last"),
    [
        ([date(2027, 3, 1)], date(2029, 3, 1)),
        ([date(2027, 3, 1), date(2027, 6, 1), None], date(2029, 6, 1)),  # the last instalment
        ([None], date(2028, 12, 20)),  # no period: from the ruling
        ([], date(2028, 12, 20)),
        ([date(2028, 2, 29)], date(2030, 2, 28)),  # no such day two years later
    ],
)
def test_enforcement_may_be_asked_for_two_years(due_days: list[date | None], last: date) -> None:
    """民事诉讼法 (2023), Art. 250."""
    assert enforcement_last_day(due_days, date(2026, 12, 20), OPEN) == last


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2026, 12, 23), S.OPEN),
        (date(2026, 12, 24), S.TOO_LATE),
    ],
)
def test_day_thirty_is_in_time_and_day_thirty_one_is_not(
    today: date, state: ConfirmationState
) -> None:
    found = confirmation_state(date(2026, 11, 23), None, is_ended=False, today=today, calendar=OPEN)
    assert found is state


@pytest.mark.parametrize(
    ("asked", "state"),
    [
        (Confirmation("a", "法院", date(2026, 12, 1)), S.APPLIED),
        (Confirmation("a", "法院", date(2026, 12, 1), date(2026, 12, 2)), S.ACCEPTED),
        (Confirmation("a", "", date(2026, 12, 1), outcome=RulingOutcome.VALID), S.VALID),
        (Confirmation("a", "", date(2026, 12, 1), outcome=RulingOutcome.DISMISSED), S.DISMISSED),
    ],
)
def test_an_application_goes_on_whatever_the_day(
    asked: Confirmation, state: ConfirmationState
) -> None:
    found = confirmation_state(
        date(2026, 11, 23), asked, is_ended=False, today=date(2028, 1, 1), calendar=OPEN
    )
    assert found is state


def test_nothing_is_confirmed_before_it_is_in_effect_or_after_it_ended() -> None:
    day = date(2026, 12, 1)
    before = confirmation_state(None, None, is_ended=False, today=day, calendar=OPEN)
    ended = confirmation_state(day, None, is_ended=True, today=day, calendar=OPEN)
    assert (before, ended) == (S.NOT_IN_EFFECT, S.ENDED)


PAYS = PromiseFacts("吴某赔偿杨某医药费", 80_000, date(2027, 1, 1))
GROWN_UP = SideFacts(PartySide.A, date(1980, 1, 1), is_away=False, has_agent=False)


def warnings_of(**changes: Any) -> set[ConfirmationWarning]:
    usual: dict[str, Any] = {
        "class_code": "0202",
        "is_oral": False,
        "items": (PAYS,),
        "parties": (GROWN_UP,),
    }
    agreement = AgreementToConfirm(**{**usual, **changes})
    return set(confirmation_warnings(agreement, date(2026, 11, 23)))


@pytest.mark.parametrize(
    ("changes", "warning"),
    [
        ({"class_code": "0101"}, W.IDENTITY_RELATION),
        *[({"class_code": code}, W.OWNERSHIP) for code in ("0403", "0901", "0902", "0903", "0904")],
        ({"class_code": "1102"}, W.NOT_CIVIL),
        ({"is_oral": True}, W.ORAL),
        ({"way": MediationWay.ADMINISTRATIVE}, W.NO_COMMITTEE),
        ({"way": MediationWay.JUDICIAL}, W.BY_THE_COURT),
        ({"items": ()}, W.NO_ITEMS),
        ({"items": (PromiseFacts("修好水渠", None, None),)}, W.NO_DATE),
        ({"items": (PromiseFacts("赔偿医药费", None, date(2027, 1, 1)),)}, W.NO_AMOUNT),
        (
            {"parties": (SideFacts(PartySide.B, date(2008, 11, 24), False, False),)},
            W.MINOR_WITHOUT_AGENT,
        ),
        ({"parties": (SideFacts(PartySide.B, None, True, False),)}, W.ABSENT_WITHOUT_AGENT),
    ],
)
def test_what_a_court_may_not_confirm_is_said(
    changes: dict[str, Any], warning: ConfirmationWarning
) -> None:
    assert warnings_of(**changes) == {warning}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"class_code": "0103"},  # a share of an inheritance is no question of who is whose heir
        {"items": (PromiseFacts("修好水渠", None, date(2027, 1, 1)),)},
        {"parties": (SideFacts(PartySide.B, date(2008, 11, 23), False, False),)},  # 18 today
        {"parties": (SideFacts(PartySide.B, date(2015, 1, 1), True, True),)},  # somebody speaks
    ],
)
def test_nothing_is_said_without_a_reason(changes: dict[str, Any]) -> None:
    assert warnings_of(**changes) == set()
