"""What waits for whom, over all open cases.

A county has hundreds of them, and the board asks again at every change: a chain is a pure function
of its rows and is remembered with them, so that only what changed is followed anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

import orjson
from sqlmodel import Session

from app.accounts.session import Actor
from app.accounts.vocabulary import Role
from app.cases.queries import units_seen
from app.cases.secrecy import narrowed_for
from app.cases.vocabulary import NOT_PLACED, CaseEventKind, CaseKind, CaseStep, InHand
from app.flow.limit_rules import SENT_LIMIT, RowLimit, in_shown_order
from app.flow.reach import IN_UNITS, SPONSORED
from app.flow.rules import ENDED_STATES, TAKEN_IN, Flow, case_waits_for, follow
from app.flow.vocabulary import TurnPart, Wait
from app.handovers.queries import unit_name
from app.handovers.vocabulary import HandoverPurpose, Step
from app.listing import fetch_rows
from app.store import Store
from db.clock import day_in_china


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A case that waits for a unit; ``since`` is the day it began to."""

    case_id: str
    number: str
    title: str
    what: Wait
    since: date | None
    due_on: date | None
    unit_id: str
    unit: str
    home_id: str
    """The unit the case is of."""
    is_help: bool = False
    """Whether the unit it waits for only helps."""
    folded: tuple[RowLimit, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for the reader's own unit, and for others; the oldest first."""

    for_me: tuple[WaitingRow, ...]
    for_others: tuple[WaitingRow, ...]


def waiting(store: Store, actor: Actor, today: date) -> Waiting:
    """What the cases this person may see wait for."""
    seen = units_seen(actor)
    with store.reading() as session:
        rows = [
            row
            for case, flow in _open_flows(session, seen, narrowed_for(actor))
            for row in _waits(actor, case, flow, today)
        ]
    rows.sort(key=lambda row: (row.since or date.min, row.case_id))
    return Waiting(
        for_me=tuple(row for row in rows if row.unit_id == actor.unit_id),
        for_others=tuple(row for row in rows if row.unit_id != actor.unit_id),
    )


def _waits(actor: Actor, case: Any, flow: Flow, today: date) -> Iterable[WaitingRow]:
    found: list[tuple[Wait, str, date | None, date | None, bool]] = [
        (
            turn.waits_for,
            turn.unit_id,
            turn.sent_on if turn.waits_for is Wait.TAKE_ON else turn.taken_on,
            turn.due_on,
            turn.part is TurnPart.HELPER,
        )
        for turn in flow.turns.present
    ]
    since = flow.spans[-1].began_on if flow.spans else today
    found.append((case_waits_for(flow, CaseKind(case.kind)), flow.lead_unit_id, since, None, False))
    for what, unit_id, began_on, due_on, is_help in found:
        if what is not Wait.NOTHING:
            yield WaitingRow(
                case_id=case.id,
                number=case.number,
                title=case.title,
                what=what,
                since=began_on,
                due_on=due_on,
                unit_id=unit_id,
                unit=unit_name(actor, unit_id),
                home_id=case.unit_id,
                is_help=is_help,
                folded=_folded(case, flow.lead_unit_id),
            )


def _folded(row: Any, lead_unit_id: str = "") -> tuple[RowLimit, ...]:
    """The nearest limit of the law, the county or an agreement, of a row of ``case_file``."""
    if not row.due_on:
        return ()
    return (RowLimit(date.fromisoformat(row.due_on), row.due_limit or "", lead_unit_id),)


# --- last days ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SentCase:
    """An open case that was sent with a day that still counts."""

    case_id: str
    lead_unit_id: str
    folded: tuple[RowLimit, ...]
    sent: tuple[RowLimit, ...]

    def limits(self, reader_unit_id: str) -> tuple[RowLimit, ...]:
        """All of them, as a row shows them to this unit."""
        return in_shown_order((*self.folded, *self.sent), reader_unit_id)


Shown = Mapping[str, tuple[RowLimit, ...]]
"""The last days of cases that were sent, by case, in the order one unit is shown them."""


def as_shown(sent: Mapping[str, SentCase], reader_unit_id: str) -> Shown:
    """As rows show them to this unit."""
    return {case_id: one.limits(reader_unit_id) for case_id, one in sent.items()}


def shown_limits(row: Any, sent: Shown) -> tuple[RowLimit, ...]:
    """The last days of a row of ``case_file``, sent or not."""
    return sent[row.id] if row.id in sent else _folded(row)


def sent_among(session: Session, case_ids: Iterable[str]) -> dict[str, SentCase]:
    """Of these cases those that were sent with a day that still counts."""
    ids = orjson.dumps(list(case_ids)).decode()
    among = " AND h.subject_id IN (SELECT value FROM json_each(:ids))"
    return _sent(session, _SENT.format(among=among), {"ids": ids})


def sent_with_day(session: Session) -> dict[str, SentCase]:
    """The same of all cases of this file."""
    return _sent(session, _SENT.format(among=""), {})


def sent_in_sight(session: Session, actor: Actor) -> dict[str, SentCase]:
    """The same of all cases this person may see; of a leader those he answers for."""
    seen = units_seen(actor)
    where = "" if seen is None else f"AND {IN_UNITS}"
    values: dict[str, Any] = {} if seen is None else {"units": sorted(seen)}
    if actor.role is Role.SPONSOR_LEADER:
        where += f" AND {SPONSORED}"
        values["account"] = actor.account_id
    statement = f"{_SENT.format(among='')} {where}{narrowed_for(actor)}"
    return _sent(session, statement, values)


def _sent(session: Session, statement: str, values: dict[str, Any]) -> dict[str, SentCase]:
    found = {}
    for case, flow in _flows(session, fetch_rows(session, statement, values)):
        sent = tuple(
            RowLimit(turn.due_on, SENT_LIMIT, turn.unit_id, turn.part is TurnPart.HELPER)
            for turn in flow.turns.present
            if turn.due_on is not None and turn.waits_for is not Wait.NOTHING
        )
        if sent:
            found[case.id] = SentCase(
                case.id, flow.lead_unit_id, _folded(case, flow.lead_unit_id), sent
            )
    return found


def _open_flows(
    session: Session, seen: frozenset[str] | None, narrowed: str
) -> Iterable[tuple[Any, Flow]]:
    """The chains of the open cases that may wait for somebody, in three statements; columns, for
    a county has hundreds of them and each record would be made an object first."""
    return _flows(session, _candidates(session, seen, narrowed))


def _flows(session: Session, cases: Sequence[Any]) -> Iterable[tuple[Any, Flow]]:
    if not cases:
        return
    ids = {"ids": orjson.dumps([case.id for case in cases]).decode()}
    handed = _by_case(fetch_rows(session, _HANDED, ids))
    events = _by_case(fetch_rows(session, _EVENTS, ids))
    for case in cases:
        told = tuple(handed.get(case.id, ())), tuple(events.get(case.id, ()))
        yield case, _followed(case.kind, case.unit_id, *told)


@lru_cache(maxsize=4096)
def _followed(kind: str, unit_id: str, handed: tuple[Any, ...], events: tuple[Any, ...]) -> Flow:
    in_hand = InHand(CaseKind(kind), unit_id, tuple(_handed_row(one) for one in handed))
    return follow(in_hand, [_event_row(one, in_hand) for one in events])


_ENDED: Final = ", ".join(f"'{state}'" for state in sorted(ENDED_STATES))
_CASES: Final = (
    "SELECT c.id, c.number, c.title, c.kind, c.unit_id, c.due_on, c.due_limit FROM case_file c"
)
_SENT: Final = (
    f"{_CASES} WHERE c.id IN (SELECT h.subject_id FROM handover h "
    "WHERE h.due_on IS NOT NULL{among}) "
    f"AND +c.state <> 'closed' AND +c.state NOT IN ({_ENDED})"
)
_IN_ORDER: Final = "ORDER BY t.sync_seq = 0, t.sync_seq, t.rowid"
"""As ``app.refolding.county_order``."""
_HANDED: Final = (
    "SELECT t.subject_id AS case_id, t.id, t.from_unit_id, t.to_unit_id, t.purpose, t.happened_at, "
    "t.due_on, t.sync_seq FROM handover t "
    f"WHERE t.subject_id IN (SELECT value FROM json_each(:ids)) AND t.sync_seq > 0 {_IN_ORDER}"
)
_EVENTS: Final = (
    "SELECT t.case_id, t.kind, t.detail, t.happened_at, t.note <> '' AS has_note, t.sync_seq "
    "FROM case_event t WHERE t.case_id IN (SELECT value FROM json_each(:ids)) "
    f"AND t.sync_state <> 'refused' {_IN_ORDER}"
)


def _candidates(session: Session, seen: frozenset[str] | None, narrowed: str) -> Sequence[Any]:
    """Open cases that were sent somewhere, or are of a kind that is accepted or not and wait for
    that, or for the answer. The first condition is the partial index's."""
    kinds = ", ".join(f"'{kind}'" for kind in sorted(TAKEN_IN))
    return fetch_rows(
        session,
        f"{_CASES} WHERE c.state <> 'closed' AND c.state NOT IN ({_ENDED}) "
        f"AND ((+c.kind IN ({kinds}) AND (+c.state = 'recorded' OR +c.stage = 'feedback')) "
        "OR EXISTS (SELECT 1 FROM handover h WHERE h.subject_id = c.id)) "
        f"{'' if seen is None else f'AND {IN_UNITS}'}{narrowed}",
        {} if seen is None else {"units": sorted(seen)},
    )


def _handed_row(row: Any) -> Step:
    """As ``app.refolding.handed_step``, of a row."""
    return Step(
        handover_id=row.id,
        from_unit_id=row.from_unit_id,
        to_unit_id=row.to_unit_id,
        purpose=HandoverPurpose(row.purpose),
        day=_day(row.happened_at),
        due_on=date.fromisoformat(row.due_on) if row.due_on else None,
        place=row.sync_seq,
    )


def _event_row(row: Any, in_hand: InHand) -> CaseStep:
    """As ``app.refolding.step_of``, of a row."""
    return CaseStep(
        kind=CaseEventKind(row.kind),
        detail=row.detail,
        day=_day(row.happened_at),
        has_note=bool(row.has_note),
        place=row.sync_seq or NOT_PLACED,
        in_hand=in_hand,
    )


def _day(moment: str) -> date:
    return day_in_china(datetime.fromisoformat(moment))


def _by_case(rows: Iterable[Any]) -> dict[str, list[Any]]:
    """Rows by their case, in the order they came in."""
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.case_id, []).append(row)
    return found
