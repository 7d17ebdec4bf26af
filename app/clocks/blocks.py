"""What may still be done about a limit: extend it, let it stand still, let it run on.

Rules of the table ``app.cases.rules.BLOCKS``: asked on the laptop before writing, by the fold, and
at the county, always of the events alone. They judge by the limits and holidays this program
ships; how a case stands is counted by what the county has sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from app.cases.detail_rules import read_detail
from app.cases.vocabulary import CaseBlock, CaseStep
from app.clocks.specs import LimitSpec, limit_specs, spec_of
from app.clocks.timing import (
    ClockRules,
    extensions_of,
    pauses_of,
    run_clock,
    start_in_steps,
)
from app.clocks.vocabulary import ExtensionNeed, LimitKey
from app.settings.holidays import shipped_calendar
from app.village_rules.vocabulary import shipped_rule_sets

_LONG_AGO = date(1, 1, 1)


def extension_block(past: Sequence[CaseStep], step: CaseStep) -> CaseBlock | None:
    """Whether a limit may be extended by so much, now.

    信访工作条例 (2022-02-25), Art. 34: only with the head's approval, by no more than thirty days
    in all, and the petitioner is told why. That it must be told before the limit ends is our
    reading: what has ended cannot be extended. Mediation is extended when both sides' consent is
    on record (人民调解工作若干规定 2002, Art. 33 sets a month "in general"; consent is our reading;
    最高人民法院关于人民法院特邀调解的规定 2016, Art. 27 asks it for what the court sends).
    """
    body = read_detail(step.kind, step.detail)
    spec = spec_of(str(body.get("limit")), _specs())
    if spec is None or spec.extension_max == 0:
        return CaseBlock.LIMIT_NOT_EXTENDABLE
    return _extension_terms(spec, body, step) or _extension_span(spec, body, past, step)


def _extension_terms(spec: LimitSpec, body: dict[str, Any], step: CaseStep) -> CaseBlock | None:
    if step.day is not None and body["told_on"] > step.day:
        return CaseBlock.EXTENSION_NOT_TOLD
    asks_both = spec.extension_needs is ExtensionNeed.BOTH_PARTIES
    # Of what the court sends `app.court.rules` asks for each party's own consent.
    is_courts = spec.key is LimitKey.COURT_SENT_MEDIATION
    if asks_both and not is_courts and len(set(body.get("consented", ()))) < 2:
        return CaseBlock.EXTENSION_NO_CONSENT
    return None


def _extension_span(
    spec: LimitSpec, body: dict[str, Any], past: Sequence[CaseStep], step: CaseStep
) -> CaseBlock | None:
    start = start_in_steps(spec.anchor, past)
    if start is None or any(one.kind in spec.stops for one in past[start.position :]):
        return CaseBlock.LIMIT_NOT_RUNNING
    rules = ClockRules(shipped_rule_sets(), shipped_calendar())
    clock = run_clock(spec, start, past, rules, step.day or _LONG_AGO)
    before = sum(one.days for one in extensions_of(spec, past[start.position :]))
    if spec.extension_max is not None and before + body["days"] > spec.extension_max:
        return CaseBlock.EXTENSION_TOO_LONG
    return CaseBlock.EXTENSION_TOO_LATE if body["told_on"] > clock.due_on else None


def pause_block(past: Sequence[CaseStep], step: CaseStep) -> CaseBlock | None:
    """Whether a limit may stand still for this reason.

    信访工作条例 (2022-02-25), Art. 36: only the time a hearing takes is not counted, and only in
    re-review. For mediation and the county's own limits the reasons are our reading; the sixty
    days of Art. 34 never stand still.
    """
    body = read_detail(step.kind, step.detail)
    stopped = [one for one in _meant(body) if body.get("ground") in one.pauses]
    if not stopped:
        return CaseBlock.CLOCK_NOT_PAUSABLE
    if all(_still_since(one, past) for one in stopped):
        return CaseBlock.CLOCK_PAUSED_ALREADY
    return _day_ahead(body, step)


def resume_block(past: Sequence[CaseStep], step: CaseStep) -> CaseBlock | None:
    """Only what stands still runs on, and not from before it stood still."""
    body = read_detail(step.kind, step.detail)
    since = [day for one in _meant(body) if (day := _still_since(one, past)) is not None]
    if not since:
        return CaseBlock.CLOCK_NOT_PAUSED
    if body["from_on"] < min(since):
        return CaseBlock.CLOCK_RESUMED_TOO_EARLY
    return _day_ahead(body, step)


def _specs() -> tuple[LimitSpec, ...]:
    return limit_specs(shipped_rule_sets())


def _meant(body: dict[str, Any]) -> list[LimitSpec]:
    """The limit that is named, or all where none is."""
    name = body.get("limit")
    return [one for one in _specs() if name in (None, one.key.value)]


def _still_since(spec: LimitSpec, past: Sequence[CaseStep]) -> date | None:
    return pauses_of(spec, past, _LONG_AGO)[1]


def _day_ahead(body: dict[str, Any], step: CaseStep) -> CaseBlock | None:
    is_ahead = step.day is not None and body["from_on"] > step.day
    return CaseBlock.CLOCK_DAY_AHEAD if is_ahead else None
