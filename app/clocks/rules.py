"""Which limits a case has, and where each of them stands on a day.

Limits are data (``rule_sets.json``: law, version, article, or the county's own words); what starts
and ends them is in the events of the case. Nothing here asks the store: facts come in, limits go
out. How days are counted is in ``app.clocks.counting``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.cases.detail_rules import read_detail
from app.cases.vocabulary import CaseEventKind, CaseKind, CaseState, CaseStep
from app.clocks.counting import add_days, missing_years
from app.clocks.specs import LimitSpec, limit_specs
from app.clocks.timing import (
    Clock,
    ClockRules,
    Extension,
    Start,
    day_of,
    last_start,
    run_clock,
    start_in_steps,
)
from app.clocks.vocabulary import ClockState, DayUnit, LimitEnd, LimitKey, LimitSource
from app.court.rules import confirmations_in
from app.court.vocabulary import RulingOutcome
from app.petitions.vocabulary import PetitionPurpose
from app.settings.vocabulary import SettingKey
from app.village_rules.rules import is_in_force
from app.village_rules.vocabulary import RuleSet

_K = CaseEventKind

_UNDONE_BY_REOPENING: Final = frozenset(
    {_K.SETTLED, _K.NOT_SETTLED, _K.CLOSED, _K.ANSWERED, _K.WITHDRAWN}
)
_ENDED: Final = frozenset({CaseState.CLOSED, CaseState.REFUSED, CaseState.WITHDRAWN})
RUNNING: Final = frozenset({ClockState.RUNNING, ClockState.DUE_SOON, ClockState.OVERDUE})


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """An item of an agreement, as the clocks look at it."""

    id: str
    due_on: date | None
    is_done: bool
    done_on: date | None = None


@dataclass(frozen=True, slots=True)
class AgreementFacts:
    """An agreement that stands; ``effective_on`` is None while a signature is missing."""

    id: str
    effective_on: date | None
    items: tuple[ItemFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """All the clocks look at. ``steps`` are those that count, in county order.

    ``transferred_on`` is the day on which who leads received what was dispatched to them;
    ``purpose`` what a petition wants, None where that is not known.
    """

    kind: CaseKind
    state: CaseState
    received_on: date | None
    steps: tuple[CaseStep, ...]
    agreements: tuple[AgreementFacts, ...] = ()
    transferred_on: date | None = None
    purpose: PetitionPurpose | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of a case. ``days_left`` is in calendar days, below zero when overdue.

    ``rule`` is None for what is agreed on or a setting. ``missing_years`` are the years counted
    without a table of holidays, where the counting asks for one.
    """

    key: LimitKey
    source: LimitSource
    rule: RuleSet | None
    anchor_on: date
    due_on: date
    days_left: int
    state: ClockState
    n: int
    unit: DayUnit
    is_right: bool = False
    subject_id: str | None = None
    paused_days: int = 0
    is_paused: bool = False
    extensions: tuple[Extension, ...] = ()
    done_on: date | None = None
    missing_years: tuple[int, ...] = ()

    @property
    def citation(self) -> str:
        """《law》article; the county's own words for its own; empty for what is agreed on."""
        return "" if self.rule is None else citation_of(self.rule)


def citation_of(rule: RuleSet) -> str:
    """《law》article; what a county asks is no law and stands without these marks."""
    if rule.params.get("source") == LimitSource.COUNTY.value:
        return rule.law
    return f"《{rule.law}》{rule.article or ''}"


def limits_of(facts: CaseFacts, rules: ClockRules, today: date) -> tuple[Limit, ...]:
    """Every limit that has begun: what runs first, by the day it ends; then what is over."""
    found = [*_ruled(facts, rules, today), *_items(facts, rules, today)]
    follow_up = _follow_up(facts, rules, today)
    found += [follow_up] if follow_up else []
    return tuple(sorted(found, key=lambda one: (one.done_on is not None, one.due_on, one.key)))


def nearest_duty(limits: Iterable[Limit]) -> Limit | None:
    """The running limit that ends first and that somebody must keep; an overdue one too."""
    running = (one for one in limits if one.state in RUNNING and not one.is_right)
    return min(running, key=lambda one: (one.due_on, one.key), default=None)


# --- limits with a rule set ------------------------------------------------------------------


def _ruled(facts: CaseFacts, rules: ClockRules, today: date) -> Iterator[Limit]:
    for spec in limit_specs(rules.rule_sets):
        if not _is_for(spec, facts):
            continue
        for start in starts_of(spec, facts):
            if is_in_force(spec.rule, start.on):
                yield _limit(spec, start, facts, rules, today)


def _is_for(spec: LimitSpec, facts: CaseFacts) -> bool:
    """Whether the text speaks of such a case; of a petition whose purpose nobody knows it does."""
    if spec.kinds and facts.kind not in spec.kinds:
        return False
    return not spec.purposes or facts.purpose is None or facts.purpose in spec.purposes


def starts_of(spec: LimitSpec, facts: CaseFacts) -> Iterator[Start]:
    """Where this limit begins in the case; several for agreements, none before its time."""
    match spec.anchor:
        case "received":
            day = _received_on(facts)
            found = [Start(day)] if day else []
        case "received_or_transferred":
            day = _told_from(spec, facts)
            found = [Start(day)] if day else []
        case "transferred":
            found = [Start(facts.transferred_on)] if facts.transferred_on else []
        case "agreement":
            found = _agreed(facts)
        case "performance":
            found = _owed(facts)
        case anchor:
            start = start_in_steps(anchor, facts.steps)
            found = [start] if start else []
    yield from (one for one in found if spec.n is not None or one.n is not None)


def _received_on(facts: CaseFacts) -> date | None:
    recorded = last_start(facts.steps, _K.RECORDED)
    return facts.received_on or (None if recorded is None else recorded.on)


def _told_from(spec: LimitSpec, facts: CaseFacts) -> date | None:
    """信访工作条例 (2022-02-25), Art. 22 and 23 (3): what is handed on within its fifteen days
    is told by who received it within fifteen of their own. What was told, or late, before that
    stays so.
    """
    received, handed_on = _received_on(facts), facts.transferred_on
    if received is None or handed_on is None or (handed_on - received).days > (spec.n or 0):
        return received
    stops = (day_of(one) for one in facts.steps if one.kind in spec.stops)
    is_told = any(day is not None and day <= handed_on for day in stops)
    return received if is_told else max(received, handed_on)


def _agreed(facts: CaseFacts) -> list[Start]:
    return [
        Start(one.effective_on, subject_id=one.id)
        for one in facts.agreements
        if one.effective_on is not None
    ]


def _owed(facts: CaseFacts) -> list[Start]:
    """民事诉讼法 (2023), Art. 250: from the last day set for performance; where none is set, from
    the ruling. Only what a court found valid can be enforced, and only what is still owed."""
    found = []
    for one in confirmations_in(facts.steps):
        if one.outcome is not RulingOutcome.VALID or one.ruled_at is None:
            continue
        items = [i for made in facts.agreements if made.id == one.agreement_id for i in made.items]
        if items and all(item.is_done for item in items):
            continue
        days = [item.due_on for item in items if item.due_on is not None]
        first = max(days, default=day_of(facts.steps[one.ruled_at]))
        if first is not None:
            found.append(Start(first, one.ruled_at + 1, subject_id=one.agreement_id))
    return found


def _limit(
    spec: LimitSpec, start: Start, facts: CaseFacts, rules: ClockRules, today: date
) -> Limit:
    clock = run_clock(spec, start, facts.steps, rules, today)
    done_on = _done_on(spec, start, facts.steps)
    needs_table = clock.unit is DayUnit.WORKING or spec.ends_with is LimitEnd.WORKING_DAY
    missing = missing_years(start.on, clock.due_on, rules.calendar) if needs_table else ()
    is_over = facts.state in _ENDED and not spec.is_after_closing
    return Limit(
        key=spec.key,
        source=spec.source,
        rule=spec.rule,
        anchor_on=start.on,
        due_on=clock.due_on,
        days_left=(clock.due_on - today).days,
        state=_state(clock, done_on, today, rules, is_over=is_over, is_right=spec.is_right),
        n=clock.n,
        unit=clock.unit,
        is_right=spec.is_right,
        subject_id=start.subject_id,
        paused_days=clock.paused_days,
        is_paused=clock.is_paused,
        extensions=clock.extensions,
        done_on=done_on,
        missing_years=missing,
    )


def _done_on(spec: LimitSpec, start: Start, steps: Sequence[CaseStep]) -> date | None:
    reopened = last_start(steps, _K.REOPENED)
    again = 0 if reopened is None else reopened.position
    for position, step in enumerate(steps):
        if position < start.position or step.kind not in spec.stops:
            continue
        if position < again and step.kind in _UNDONE_BY_REOPENING:
            continue
        if not _is_about(step, start.subject_id):
            continue
        if _is_untold(spec, step):
            continue
        if step.kind is _K.CONFIRMATION_APPLIED and _is_withdrawn(steps, position):
            continue
        return day_of(step)
    return None


def _is_untold(spec: LimitSpec, step: CaseStep) -> bool:
    """Accepted, and the person expressly not told in writing yet: 信访工作条例 (2022-02-25),
    Art. 23 (2) asks for the telling, not for the accepting."""
    if spec.key is not LimitKey.PETITION_TOLD or step.kind is not _K.ACCEPTED:
        return False
    return read_detail(step.kind, step.detail).get("is_told") is False


def _is_withdrawn(steps: Sequence[CaseStep], position: int) -> bool:
    """Whether the application there was taken back before the court ruled: the time runs on."""
    return position not in {one.asked_at for one in confirmations_in(steps)}


def _is_about(step: CaseStep, subject_id: str | None) -> bool:
    if step.kind is not _K.CONFIRMATION_APPLIED:
        return True
    return read_detail(step.kind, step.detail).get("agreement_id") == subject_id


def _state(
    clock: Clock,
    done_on: date | None,
    today: date,
    rules: ClockRules,
    *,
    is_over: bool,
    is_right: bool,
) -> ClockState:
    if done_on is not None:
        return ClockState.MET if done_on <= clock.due_on else ClockState.MET_LATE
    if is_over:
        return ClockState.ENDED
    if today > clock.due_on:
        return ClockState.LAPSED if is_right else ClockState.OVERDUE
    if clock.is_paused:
        return ClockState.PAUSED
    is_soon = (clock.due_on - today).days <= rules.value(SettingKey.REMINDER_DAYS, today)
    return ClockState.DUE_SOON if is_soon else ClockState.RUNNING


# --- limits without a rule set ---------------------------------------------------------------


def _items(facts: CaseFacts, rules: ClockRules, today: date) -> Iterator[Limit]:
    """The day an item names is the day; nothing is counted and nothing shifted."""
    for agreement in facts.agreements:
        for item in agreement.items:
            if item.due_on is None or agreement.effective_on is None:
                continue
            done_on = (item.done_on or item.due_on) if item.is_done else None
            yield _plain(
                LimitKey.AGREEMENT_ITEM,
                LimitSource.AGREED,
                agreement.effective_on,
                Clock((item.due_on - agreement.effective_on).days, DayUnit.CALENDAR, item.due_on),
                done_on,
                rules,
                today,
                subject_id=item.id,
            )


def _follow_up(facts: CaseFacts, rules: ClockRules, today: date) -> Limit | None:
    """So many days after closing, by the county's setting; no law sets it."""
    closed = last_start(facts.steps, _K.CLOSED)
    if closed is None or facts.state is not CaseState.CLOSED:
        return None
    n = rules.value(SettingKey.FOLLOW_UP_DAYS, closed.on)
    visits = (day_of(s) for s in facts.steps[closed.position :] if s.kind is _K.FOLLOWED_UP)
    return _plain(
        LimitKey.FOLLOW_UP,
        LimitSource.COUNTY,
        closed.on,
        Clock(n, DayUnit.CALENDAR, add_days(closed.on, n, DayUnit.CALENDAR)),
        next(visits, None),
        rules,
        today,
    )


def _plain(
    key: LimitKey,
    source: LimitSource,
    anchor_on: date,
    clock: Clock,
    done_on: date | None,
    rules: ClockRules,
    today: date,
    *,
    subject_id: str | None = None,
) -> Limit:
    return Limit(
        key=key,
        source=source,
        rule=None,
        anchor_on=anchor_on,
        due_on=clock.due_on,
        days_left=(clock.due_on - today).days,
        state=_state(clock, done_on, today, rules, is_over=False, is_right=False),
        n=clock.n,
        unit=clock.unit,
        subject_id=subject_id,
        done_on=done_on,
    )
