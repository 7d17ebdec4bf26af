"""One clock: where it begins in the events of a case, and where it ends over pauses and extensions.

Pure. Used by ``app.clocks.rules`` for what a case shows, and by ``app.clocks.blocks`` for what may
still be done about a limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from app.cases.detail_rules import read_detail
from app.cases.vocabulary import CaseEventKind, CaseStep
from app.clocks.counting import (
    WEEKENDS_ONLY,
    Pause,
    WorkingCalendar,
    add_days,
    days_after,
    paused_days,
    shift_to_working_day,
)
from app.clocks.specs import LimitSpec
from app.clocks.vocabulary import DayUnit, LimitEnd, LimitSource
from app.settings.rules import SettingFact, value_on
from app.settings.vocabulary import SettingKey
from app.village_rules.vocabulary import RuleSet

_K = CaseEventKind
_KINDS: Final = frozenset(kind.value for kind in CaseEventKind)
TAKEN_IN: Final = "taken_in"

DAY_FIELDS: Final[Mapping[CaseEventKind, str]] = {
    _K.ACCEPTED: "accepted_on",
    _K.MET: "met_on",
    _K.INVESTIGATED: "done_on",
    _K.ANSWERED: "delivered_on",
    _K.REVIEW_ASKED: "asked_on",
    _K.REVIEW_DECIDED: "delivered_on",
    _K.RE_REVIEW_ASKED: "asked_on",
    _K.RE_REVIEW_DECIDED: "delivered_on",
    _K.COURT_SENT: "sent_on",
    _K.SENT_BACK_TO_COURT: "sent_on",
    _K.CONFIRMATION_APPLIED: "applied_on",
    _K.CONFIRMATION_WITHDRAWN: "withdrawn_on",
    _K.CONFIRMATION_ACCEPTED: "filed_on",
    _K.CONFIRMATION_RULED: "ruled_on",
    _K.ENFORCEMENT_APPLIED: "applied_on",
    _K.FEEDBACK_GIVEN: "given_on",
    _K.FOLLOWED_UP: "visited_on",
}
"""The field that names the day itself; of other kinds the day they were written down counts."""


@dataclass(frozen=True, slots=True)
class ClockRules:
    """What the county has sent of law and settings."""

    rule_sets: tuple[RuleSet, ...]
    calendar: WorkingCalendar = WEEKENDS_ONLY
    settings: tuple[SettingFact, ...] = ()

    def value(self, key: SettingKey, on: date) -> Any:
        """What is set on a day: for a limit the day it begins, so that no setting shortens or
        lengthens what runs already."""
        return value_on(self.settings, key, on)


@dataclass(frozen=True, slots=True)
class Extension:
    """One extension that counts."""

    days: int
    approved_by: str
    reason: str
    told_on: date


@dataclass(frozen=True, slots=True)
class Start:
    """Where a limit begins: the day, how many steps were before it, what it is about."""

    on: date
    position: int = 0
    n: int | None = None
    subject_id: str | None = None


def day_of(step: CaseStep) -> date | None:
    """The day a step names itself, or on which it was written down."""
    name = DAY_FIELDS.get(step.kind)
    named = read_detail(step.kind, step.detail).get(name) if name else None
    return named if isinstance(named, date) else step.day


def last_start(steps: Sequence[CaseStep], kind: CaseEventKind) -> Start | None:
    """What begins with the last event of a kind, and the days it names."""
    for position in range(len(steps) - 1, -1, -1):
        day = day_of(steps[position]) if steps[position].kind is kind else None
        if day is not None:
            detail = read_detail(kind, steps[position].detail)
            return Start(day, position + 1, detail.get("days"))
    return None


def start_in_steps(anchor: str, steps: Sequence[CaseStep]) -> Start | None:
    """Where a limit begins that hangs on the events alone: a kind of event, or ``taken_in``."""
    if anchor == TAKEN_IN:
        return _taken_in(steps)
    return last_start(steps, CaseEventKind(anchor)) if anchor in _KINDS else None


def _taken_in(steps: Sequence[CaseStep]) -> Start | None:
    """From acceptance; where a village takes a case in at once, from its recording. A case that
    is taken up again begins anew."""
    starts = (last_start(steps, kind) for kind in (_K.ACCEPTED, _K.REOPENED))
    found = [one for one in starts if one is not None]
    latest = max(found, key=lambda one: one.position, default=None)
    return latest or last_start(steps, _K.RECORDED)


@dataclass(frozen=True, slots=True)
class Clock:
    """How far a limit has been counted."""

    n: int
    unit: DayUnit
    due_on: date
    is_paused: bool = False
    paused_days: int = 0
    extensions: tuple[Extension, ...] = ()


def run_clock(
    spec: LimitSpec, start: Start, steps: Sequence[CaseStep], rules: ClockRules, today: date
) -> Clock:
    """Counts a limit over pauses and extensions. Still standing, it moves on day by day."""
    unit = spec.unit
    if spec.source is LimitSource.COUNTY:
        unit = DayUnit(rules.value(SettingKey.COUNTY_DAY_UNIT, start.on))
    n = start.n if spec.n is None else spec.n
    if n is None:
        raise ValueError(f"{spec.key} begins without days")
    pauses, still_since = pauses_of(spec, steps, today)
    due_on = _end(spec, start.on, n, unit, rules, pauses)
    extensions: list[Extension] = []
    extra = 0
    for one in extensions_of(spec, steps[start.position :]):
        is_too_much = spec.extension_max is not None and extra + one.days > spec.extension_max
        if is_too_much or one.told_on > due_on:
            continue
        extra += one.days
        extensions.append(one)
        due_on = _end(spec, start.on, n, unit, rules, pauses, extra)
    stood = paused_days(start.on, due_on, pauses)
    is_paused = still_since is not None and still_since <= due_on
    return Clock(n, unit, due_on, is_paused, stood, tuple(extensions))


def _end(
    spec: LimitSpec,
    start: date,
    n: int,
    unit: DayUnit,
    rules: ClockRules,
    pauses: Sequence[Pause],
    extra: int = 0,
) -> date:
    if unit is DayUnit.YEARS:
        end = days_after(add_days(start, n, unit, rules.calendar, pauses), extra)
    else:
        end = add_days(start, n + extra, unit, rules.calendar, pauses)
    if spec.ends_with is LimitEnd.WORKING_DAY:
        return shift_to_working_day(end, rules.calendar)
    return end


def pauses_of(
    spec: LimitSpec, steps: Iterable[CaseStep], today: date
) -> tuple[list[Pause], date | None]:
    """The times this limit stood still, and since when it still does; today counts as standing."""
    found: list[Pause] = []
    since: date | None = None
    for step in steps:
        if step.kind not in (_K.CLOCK_PAUSED, _K.CLOCK_RESUMED):
            continue
        detail = read_detail(step.kind, step.detail)
        from_on, limit = detail.get("from_on"), detail.get("limit")
        if from_on is None or limit not in (None, spec.key.value):
            continue
        if step.kind is _K.CLOCK_PAUSED and since is None and detail.get("ground") in spec.pauses:
            since = from_on
        elif step.kind is _K.CLOCK_RESUMED and since is not None:
            found.append(Pause(since, max(since, from_on)))
            since = None
    if since is not None:
        found.append(Pause(since, max(since, today + timedelta(days=1))))
    return found, since


def extensions_of(spec: LimitSpec, steps: Iterable[CaseStep]) -> Iterator[Extension]:
    """What was asked for this limit; whether it counts is seen where it is counted."""
    for step in steps:
        if step.kind is not _K.EXTENDED:
            continue
        body = read_detail(step.kind, step.detail)
        if body.get("limit") != spec.key.value:
            continue
        is_whole = {"days", "approved_by", "told_on"} <= body.keys()
        if is_whole:
            reason = body.get("reason", "")
            yield Extension(body["days"], body["approved_by"], reason, body["told_on"])
