"""What of the court's way is due, and how much of it there was; for today's page and statistics."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlmodel import Session

from app.accounts.session import Actor
from app.cases.queries import units_seen
from app.cases.secrecy import narrowed_for
from app.court.queries import AgreementView, CourtView, view_in
from app.court.rules import CONFIRMATION_DAYS, LONGEST_SHIFT
from app.court.vocabulary import ConfirmationState
from app.flow.reach import IN_UNITS
from app.listing import fetch_rows
from app.store import Store
from db.tables.cases import CaseFile

_RECENT: Final = timedelta(days=CONFIRMATION_DAYS + LONGEST_SHIFT)
"""An agreement that nobody signed since is past its last day."""


@dataclass(frozen=True, slots=True)
class CourtDue:
    """An agreement that waits for the parties, the court or its performance, and until when."""

    case_id: str
    number: str
    title: str
    unit_id: str
    agreement_id: str
    state: ConfirmationState
    until: date
    days_left: int


def confirmations_due(store: Store, actor: Actor, today: date) -> tuple[CourtDue, ...]:
    """Agreements that may still be brought to the court, and those it has filed and not ruled on;
    the nearest day first."""
    with store.reading() as session:
        found = [
            *_candidates(session, actor, _FRESH, {"since": today - _RECENT}),
            *_candidates(session, actor, _AT_COURT, {}),
        ]
        return _due(session, found, today, until_of=_confirm_until)


def enforcements_due(store: Store, actor: Actor, today: date) -> tuple[CourtDue, ...]:
    """Agreements the court found valid of which something is late: the right to enforcement runs
    out; the nearest day first."""
    with store.reading() as session:
        found = _candidates(session, actor, _LATE, {"today": today})
        return _due(session, found, today, until_of=_enforce_until)


_FRESH = (
    "SELECT a.case_id FROM agreement a WHERE a.ended_on IS NULL AND (a.reached_on >= :since OR "
    "EXISTS (SELECT 1 FROM agreement_signature s WHERE s.agreement_id = a.id "
    "AND s.signed_on >= :since))"
)
_AT_COURT = (
    "SELECT a.case_id FROM agreement a WHERE a.ended_on IS NULL AND EXISTS (SELECT 1 FROM "
    "case_event e WHERE e.case_id = a.case_id AND e.kind = 'confirmation_accepted') AND NOT EXISTS "
    "(SELECT 1 FROM case_event e WHERE e.case_id = a.case_id AND e.kind = 'confirmation_ruled')"
)
_LATE = (
    "SELECT i.case_id FROM agreement_item i WHERE i.due_on < :today AND i.performance <> 'done' "
    "AND EXISTS (SELECT 1 FROM case_event e WHERE e.case_id = i.case_id "
    "AND e.kind = 'confirmation_ruled')"
)


def _candidates(session: Session, actor: Actor, cases: str, values: dict[str, date]) -> list[str]:
    """The cases this person sees among those a statement finds."""
    units = units_seen(actor)
    bound: dict[str, object] = {name: day.isoformat() for name, day in values.items()}
    where = narrowed_for(actor)
    if units is not None:
        where += f" AND {IN_UNITS}"
        bound["units"] = sorted(units)
    rows = fetch_rows(
        session, f"SELECT c.id FROM case_file c WHERE c.id IN ({cases}){where}", bound
    )
    return [row[0] for row in rows]


def _due(
    session: Session,
    case_ids: Sequence[str],
    today: date,
    *,
    until_of: Callable[[CourtView, AgreementView], date | None],
) -> tuple[CourtDue, ...]:
    rows = []
    for case_id in dict.fromkeys(case_ids):
        case = session.get_one(CaseFile, case_id)
        view = view_in(session, case, today)
        for one in view.agreements:
            until = until_of(view, one)
            if until is not None:
                left = (until - today).days
                rows.append(
                    CourtDue(
                        case.id,
                        case.number,
                        case.title,
                        case.unit_id,
                        one.agreement_id,
                        one.state,
                        until,
                        left,
                    )
                )
    return tuple(sorted(rows, key=lambda row: (row.until, row.number)))


def _confirm_until(_view: CourtView, one: AgreementView) -> date | None:
    if one.state is ConfirmationState.OPEN:
        return one.apply_until
    return one.ruling_until


def _enforce_until(view: CourtView, one: AgreementView) -> date | None:
    is_asked = view.enforcement_on is not None
    return one.enforce_until if one.may_be_enforced and not is_asked else None


@dataclass(frozen=True, slots=True)
class CourtCounts:
    """How much passed between the court and the centres in a span of days.

    ``sent_before`` 委派, ``sent_after`` 委托, ``settled`` of what was sent, ``confirmed`` rulings
    that found an agreement valid; reconsiderations mediated (调解) and conciliated (和解).
    """

    sent_before: int
    sent_after: int
    settled: int
    applied: int
    confirmed: int
    mediated: int
    conciliated: int


def court_counts(store: Store, actor: Actor, *, first: date, last: date) -> CourtCounts:
    """Counted by the day the event names, over the cases this person sees."""
    with store.reading() as session:
        return CourtCounts(
            sent_before=_count(session, actor, _SENT, first, last, word="before_filing"),
            sent_after=_count(session, actor, _SENT, first, last, word="after_filing"),
            settled=_count(session, actor, _SENT_AND_SETTLED, first, last),
            applied=_count(session, actor, _APPLIED, first, last),
            confirmed=_count(session, actor, _RULED, first, last, word="valid"),
            mediated=_count(session, actor, _RECONSIDERED, first, last, word="mediated"),
            conciliated=_count(session, actor, _RECONSIDERED, first, last, word="conciliated"),
        )


def _on(field: str) -> str:
    return f"json_extract(e.detail, '$.{field}') BETWEEN :first AND :last"


_SENT: Final = (
    f"e.kind = 'court_sent' AND {_on('sent_on')} AND json_extract(e.detail, '$.sending') = :word"
)
_SENT_AND_SETTLED: Final = (
    f"e.kind = 'court_sent' AND {_on('sent_on')} AND c.state IN ('settled', 'closed') AND EXISTS "
    "(SELECT 1 FROM case_event s WHERE s.case_id = c.id AND s.kind = 'settled')"
)
_APPLIED: Final = f"e.kind = 'confirmation_applied' AND {_on('applied_on')}"
_RULED: Final = (
    f"e.kind = 'confirmation_ruled' AND {_on('ruled_on')} "
    "AND json_extract(e.detail, '$.outcome') = :word"
)
_RECONSIDERED: Final = (
    "e.kind = 'settled' AND c.kind = 'reconsideration' "
    "AND date(e.happened_at, '+8 hours') BETWEEN :first AND :last "
    "AND coalesce(json_extract(e.detail, '$.settled_by'), 'mediated') = :word"
)


def _count(
    session: Session, actor: Actor, condition: str, first: date, last: date, *, word: str = ""
) -> int:
    """Cases, not events: one that was sent twice counts once."""
    bound: dict[str, Any] = {"first": first.isoformat(), "last": last.isoformat()}
    if word:
        bound["word"] = word
    units = units_seen(actor)
    where = narrowed_for(actor)
    if units is not None:
        where += f" AND {IN_UNITS}"
        bound["units"] = sorted(units)
    found = fetch_rows(
        session,
        "SELECT count(DISTINCT c.id) FROM case_event e JOIN case_file c ON c.id = e.case_id "
        f"WHERE e.sync_state <> 'refused' AND {condition}{where}",
        bound,
    )
    return int(found[0][0])
