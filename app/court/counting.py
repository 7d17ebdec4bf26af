"""How much passed between the court and the centres in a span of days; for 统计.

Only what the county has is counted, and only events that counted there: each case is folded, so
that a sending that was not allowed is no sending.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from sqlmodel import Session

from app.accounts.session import Actor
from app.cases.detail_rules import read_detail
from app.cases.queries import units_seen
from app.cases.rules import fold_with_refusals
from app.cases.secrecy import narrowed_for
from app.cases.vocabulary import NOT_PLACED, CaseEventKind, CaseKind, CaseStep
from app.court.rules import confirmations_in
from app.court.vocabulary import CourtSending, RulingOutcome, SettledBy
from app.flow.reach import IN_UNITS
from app.listing import fetch_rows
from app.refolding import case_steps
from app.statistics.rules import Span, year_before
from app.store import Store
from db.tables.cases import CaseFile

_K = CaseEventKind


class CourtFigure(StrEnum):
    """One number; cases, not events: one that was sent twice counts once."""

    SENT_BEFORE = "sent_before"
    """诉前委派."""
    SENT_AFTER = "sent_after"
    """诉中委托."""
    SETTLED = "settled"
    """Sent in the span, and settled at last."""
    APPLIED = "applied"
    """For confirmation; what was withdrawn is no application."""
    CONFIRMED = "confirmed"
    SUITS = "suits"
    MEDIATED = "mediated"
    """Reconsiderations that ended with mediation (调解)."""
    CONCILIATED = "conciliated"
    """And by the parties among themselves (和解)."""


@dataclass(frozen=True, slots=True)
class CourtReport:
    """The figures of a span, and of the same span a year before."""

    span: Span
    now: dict[CourtFigure, int]
    before: dict[CourtFigure, int]


def court_report(store: Store, actor: Actor, span: Span) -> CourtReport:
    """Over the cases this person sees, by the day the event names."""
    before = year_before(span)
    with store.reading() as session:
        return CourtReport(
            span,
            _counted(session, actor, span.first, span.last),
            _counted(session, actor, before.first, before.last),
        )


def _counted(session: Session, actor: Actor, first: date, last: date) -> dict[CourtFigure, int]:
    found: Counter[CourtFigure] = Counter()
    for case_id in _candidates(session, actor, first, last):
        case = session.get_one(CaseFile, case_id)
        steps = [step for step in case_steps(session, case) if step.place != NOT_PLACED]
        refused = {one.position for one in fold_with_refusals(steps).refusals}
        counted = [step for place, step in enumerate(steps) if place not in refused]
        found.update(set(_figures(case.kind, counted, first, last)))
    return {figure: found[figure] for figure in CourtFigure}


_DAY_FIELDS: Final = {
    _K.COURT_SENT: "sent_on",
    _K.CONFIRMATION_APPLIED: "applied_on",
    _K.CONFIRMATION_RULED: "ruled_on",
    _K.SUIT_FILED: "filed_on",
}


def _figures(
    kind: CaseKind, steps: Sequence[CaseStep], first: date, last: date
) -> Iterator[CourtFigure]:
    is_sent = False
    ends = [step.kind for step in steps if step.kind in (_K.SETTLED, _K.NOT_SETTLED, _K.REOPENED)]
    for step in steps:
        detail = read_detail(step.kind, step.detail)
        day = detail.get(_DAY_FIELDS.get(step.kind, ""), step.day)
        if day is None or not first <= day <= last:
            continue
        if step.kind is _K.COURT_SENT:
            is_sent = True
            is_before = detail.get("sending") is CourtSending.BEFORE_FILING
            yield CourtFigure.SENT_BEFORE if is_before else CourtFigure.SENT_AFTER
        elif step.kind is _K.SUIT_FILED:
            yield CourtFigure.SUITS
        elif step.kind is _K.SETTLED and kind is CaseKind.RECONSIDERATION:
            is_alone = detail.get("settled_by") is SettledBy.CONCILIATED
            yield CourtFigure.CONCILIATED if is_alone else CourtFigure.MEDIATED
    if is_sent and ends and ends[-1] is _K.SETTLED:
        yield CourtFigure.SETTLED
    for one in confirmations_in(steps):
        if first <= one.applied_on <= last:
            yield CourtFigure.APPLIED
        if one.outcome is RulingOutcome.VALID and first <= (one.ruled_on or date.min) <= last:
            yield CourtFigure.CONFIRMED


def _candidates(session: Session, actor: Actor, first: date, last: date) -> list[str]:
    """Cases with an event whose day may lie in the span."""
    bound: dict[str, Any] = {"first": first.isoformat(), "last": last.isoformat()}
    where = narrowed_for(actor)
    units = units_seen(actor)
    if units is not None:
        where += f" AND {IN_UNITS}"
        bound["units"] = sorted(units)
    named = " ".join(
        f"WHEN '{kind.value}' THEN json_extract(e.detail, '$.{field}')"
        for kind, field in _DAY_FIELDS.items()
    )
    day = f"coalesce(CASE e.kind {named} END, date(e.happened_at, '+8 hours'))"
    kinds = [*_DAY_FIELDS, _K.SETTLED]
    bound["kinds"] = [kind.value for kind in kinds]
    rows = fetch_rows(
        session,
        "SELECT DISTINCT c.id FROM case_event e JOIN case_file c ON c.id = e.case_id "
        "WHERE e.kind IN :kinds AND e.sync_seq > 0 "
        "AND (e.kind <> 'settled' OR c.kind = 'reconsideration') "
        f"AND {day} BETWEEN :first AND :last{where}",
        bound,
    )
    return [row[0] for row in rows]
