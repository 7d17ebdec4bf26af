"""How many cases came to an outcome in a span of days, and how many of them were settled; for 统计.

调解成功率 is settled of those with an outcome; open ones are in neither number. No official formula
was found, so this is our own (口径 v1). Only what the county has is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlmodel import Session

from app.accounts.session import Actor
from app.cases.queries import units_seen
from app.cases.rules import counted
from app.cases.secrecy import narrowed_for
from app.cases.vocabulary import NOT_PLACED, CaseEventKind, CaseState
from app.flow.reach import IN_UNITS
from app.listing import fetch_rows
from app.petitions.count_rules import Rate
from app.refolding import case_steps
from app.statistics.rules import Span, year_before
from app.store import Store
from db.tables.cases import CaseFile

_K = CaseEventKind
_HAVE_OUTCOME: Final = (
    *(CaseState.SETTLED, CaseState.NOT_SETTLED),
    *(CaseState.ANSWERED, CaseState.CLOSED),
)


@dataclass(frozen=True, slots=True)
class Handled:
    """A class of GB/T 31000-2015, 5.56, first level: settled of handled, now and a year before."""

    class_code: str
    now: Rate
    before: Rate


@dataclass(frozen=True, slots=True)
class MediationReport:
    """Of all cases and by class, those with the most first."""

    span: Span
    now: Rate
    before: Rate
    classes: tuple[Handled, ...]


def mediation_report(store: Store, actor: Actor, span: Span) -> MediationReport:
    """Over the cases this person sees, by the day of the last outcome; each case once."""
    now: _Figures = {}
    then: _Figures = {}
    with store.reading() as session:
        for code, day, is_settled in _outcomes(session, actor, span):
            for figures, within in ((now, span), (then, year_before(span))):
                if within.first.isoformat() <= day <= within.last.isoformat():
                    _count(figures, code, is_settled=is_settled)
    rows = [Handled(code, _rate(now, code), _rate(then, code)) for code in {*now, *then} if code]
    rows.sort(key=lambda row: (-row.now.whole, -row.before.whole, row.class_code))
    return MediationReport(span, _rate(now, ""), _rate(then, ""), tuple(rows))


_Figures = dict[str, Counter[bool]]
"""By class, and under an empty class all together: how many settled (True) and not."""


def _count(figures: _Figures, code: str, *, is_settled: bool) -> None:
    for key in ("", code):
        figures.setdefault(key, Counter())[is_settled] += 1


def _rate(figures: _Figures, code: str) -> Rate:
    found = figures.get(code, Counter())
    return Rate(found[True], found.total())


_ROWS: Final = """
SELECT c.id, substr(c.class_code, 1, 2) AS class_code, c.state,
  sum(e.kind = 'settled') AS settled, sum(e.kind = 'not_settled') AS failed,
  sum(e.kind = 'reopened') AS reopened,
  max(CASE WHEN e.kind <> 'reopened' THEN date(e.happened_at, '+8 hours') END) AS day
FROM case_event e JOIN case_file c ON c.id = e.case_id
WHERE e.kind IN ('settled', 'not_settled', 'reopened') AND e.sync_seq > 0
  AND c.sync_version > 0 AND c.state IN :states {where}
GROUP BY c.id HAVING day BETWEEN :first AND :last OR day BETWEEN :year_first AND :year_last
"""


def _outcomes(session: Session, actor: Actor, span: Span) -> Iterator[tuple[str, str, bool]]:
    """Class, day and whether it was settled, of the span and the year before. The state tells it of
    nearly all; only a case with several outcomes is folded: one of them may not have counted."""
    before = year_before(span)
    bound: dict[str, Any] = {
        "first": span.first.isoformat(),
        "last": span.last.isoformat(),
        "year_first": before.first.isoformat(),
        "year_last": before.last.isoformat(),
        "states": [one.value for one in _HAVE_OUTCOME],
    }
    where = narrowed_for(actor)
    units = units_seen(actor)
    if units is not None:
        where += f" AND {IN_UNITS}"
        bound["units"] = sorted(units)
    for row in fetch_rows(session, _ROWS.format(where=where), bound):
        if row.state in (CaseState.SETTLED, CaseState.NOT_SETTLED):
            yield row.class_code, row.day, row.state == CaseState.SETTLED
        elif not row.reopened and not (row.settled and row.failed):
            yield row.class_code, row.day, bool(row.settled)
        else:
            outcome = _last_outcome(session, row.id)
            if outcome is not None:
                yield row.class_code, row.day, outcome is _K.SETTLED


def _last_outcome(session: Session, case_id: str) -> CaseEventKind | None:
    """By the events that count; None where it was taken up again and answered instead."""
    steps = case_steps(session, session.get_one(CaseFile, case_id))
    outcome = None
    for step in counted([one for one in steps if one.place != NOT_PLACED]):
        if step.kind in (_K.SETTLED, _K.NOT_SETTLED):
            outcome = step.kind
        elif step.kind is _K.REOPENED:
            outcome = None
    return outcome
