"""What may be done about a limit is asked of the events alone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from app.cases.rules import block_of, fold_with_refusals
from app.cases.vocabulary import CaseBlock, CaseEventKind, CaseStep
from app.clocks.vocabulary import LimitKey, PauseGround
from tests.helpers.clocks import step

K, L, B = CaseEventKind, LimitKey, CaseBlock
D0 = date(2026, 3, 2)
PETITION = (step(K.RECORDED, D0), step(K.ACCEPTED, D0))


def day(n: int) -> date:
    return D0 + timedelta(days=n)


def extend(days: int = 10, told: int = 20, *, written: int | None = None, **other: Any) -> CaseStep:
    values = {"limit": L.PETITION_HANDLING, "approved_by": "主任", "reason": "复杂", **other}
    on = day(told if written is None else written)
    return step(K.EXTENDED, on, days=days, told_on=day(told), **values)


def pause(n: int, ground: PauseGround = PauseGround.OTHER, **other: Any) -> CaseStep:
    return step(K.CLOCK_PAUSED, day(n), from_on=day(n), ground=ground, **other)


def resume(n: int, **other: Any) -> CaseStep:
    return step(K.CLOCK_RESUMED, day(n), from_on=day(n), **other)


@pytest.mark.parametrize(
    ("past", "asked", "block"),
    [
        ((), extend(30, 60), None),
        ((), extend(31, 20), B.EXTENSION_TOO_LONG),
        ((), extend(1, 61), B.EXTENSION_TOO_LATE),
        ((), extend(30, 60, written=59), B.EXTENSION_NOT_TOLD),
        ((), extend(30, 60, written=65), None),
        ((extend(20, 20),), extend(10, 80), None),
        ((extend(20, 20),), extend(11, 21), B.EXTENSION_TOO_LONG),
        ((extend(20, 20),), extend(10, 81), B.EXTENSION_TOO_LATE),
        ((), extend(limit=L.COUNTY_CLOSED), B.LIMIT_NOT_EXTENDABLE),
        ((), extend(limit=L.FOLLOW_UP), B.LIMIT_NOT_EXTENDABLE),
        ((step(K.CLOSED, day(5)),), extend(), B.LIMIT_NOT_RUNNING),
    ],
)
def test_sixty_days_are_extended_once_told_and_by_thirty_at_most(
    past: tuple[CaseStep, ...], asked: CaseStep, block: CaseBlock | None
) -> None:
    assert block_of([*PETITION, *past], asked) is block


def test_what_was_not_accepted_has_nothing_to_extend() -> None:
    assert block_of(PETITION[:1], extend()) is B.LIMIT_NOT_RUNNING


@pytest.mark.parametrize(
    ("consented", "block"),
    [
        ((), B.EXTENSION_NO_CONSENT),
        (["a"], B.EXTENSION_NO_CONSENT),
        (["a", "a"], B.EXTENSION_NO_CONSENT),
        (["a", "b"], None),
    ],
)
def test_mediation_is_extended_with_both_sides_consent(
    consented: list[str], block: CaseBlock | None
) -> None:
    asked = extend(90, 30, limit=L.PEOPLES_MEDIATION, consented=consented)
    assert block_of(PETITION[:1], asked) is block


@pytest.mark.parametrize(
    ("past", "asked", "block"),
    [
        ((), pause(3), None),
        ((), pause(3, limit=L.COUNTY_MET), None),
        ((), pause(3, limit=L.PETITION_HANDLING), B.CLOCK_NOT_PAUSABLE),
        ((), pause(3, limit=L.RE_REVIEW_ANSWERING), B.CLOCK_NOT_PAUSABLE),
        ((), pause(3, PauseGround.HEARING, limit=L.RE_REVIEW_ANSWERING), None),
        ((pause(1),), pause(3), B.CLOCK_PAUSED_ALREADY),
        ((pause(1), resume(2)), pause(3), None),
        ((pause(1, limit=L.COUNTY_MET),), pause(3), None),
        ((pause(3),), resume(2), B.CLOCK_RESUMED_TOO_EARLY),
        ((pause(3),), resume(3), None),
        ((pause(3, limit=L.COUNTY_MET),), resume(4, limit=L.COUNTY_CLOSED), B.CLOCK_NOT_PAUSED),
        ((), resume(3), B.CLOCK_NOT_PAUSED),
    ],
)
def test_only_what_runs_stands_still_and_only_that_runs_on(
    past: tuple[CaseStep, ...], asked: CaseStep, block: CaseBlock | None
) -> None:
    assert block_of([*PETITION, *past], asked) is block


@pytest.mark.parametrize("past", [(), (pause(1),)])
def test_a_clock_does_not_stop_or_go_on_tomorrow(past: tuple[CaseStep, ...]) -> None:
    kind = K.CLOCK_RESUMED if past else K.CLOCK_PAUSED
    values = {} if past else {"ground": PauseGround.OTHER}
    asked = step(kind, day(2), from_on=day(3), **values)
    assert block_of([*PETITION, *past], asked) is B.CLOCK_DAY_AHEAD


def test_the_fold_skips_what_the_rules_do_not_allow() -> None:
    folded = fold_with_refusals([*PETITION, extend(31, 20), extend(30, 20)])
    assert [one.position for one in folded.refusals] == [2]
