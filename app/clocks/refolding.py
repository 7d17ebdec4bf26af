"""Keeps the nearest limit of each case in step with its events and with what the county sets.

``case_file.due_on`` names no day of its own: who asks for what is overdue compares it with today.
So it changes only when something happened, and an overdue day stays until the thing is done. A
limit that stands still has no day; a right somebody may use or not is nobody's duty.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

import orjson
from sqlmodel import Session

from app.cases.vocabulary import CaseState, InHand
from app.clocks.facts import clock_rules, facts_of
from app.clocks.rules import limits_of, nearest_duty
from app.clocks.specs import limit_specs
from app.clocks.timing import ClockRules
from app.flow.rules import Flow
from app.settings.vocabulary import SettingKey
from db.columns import OF_LIST
from db.tables.cases import CaseFile
from db.tables.settings import Setting

_NO_DAY: Final = date(1, 1, 1)
_RULES: Final = "clock_rules"
_TELLING: Final = frozenset({"setting", "rule_set"})
_MOVING: Final = frozenset(
    {
        SettingKey.HOLIDAYS.value,
        SettingKey.COUNTY_DAY_UNIT.value,
        SettingKey.FOLLOW_UP_DAYS.value,
    }
)
_PARTS: Final = {
    "agreement": "agreement",
    "agreement_item": "agreement_item",
    "agreement_signature": "agreement_signature",
    "case_party": "case_party",
}
"""Entities of a case that are no events and still move its clocks, and their tables."""


def refold_due(session: Session, case: CaseFile, flow: Flow, in_hand: InHand) -> None:
    """The nearest limit of a case, of its fold and the hand-overs that went into it."""
    facts = facts_of(session, case, flow, in_hand)
    duty = nearest_duty(limits_of(facts, rules_in(session), _NO_DAY))
    case.due_on = None if duty is None else duty.due_on
    case.due_limit = None if duty is None else duty.key.value


def rules_in(session: Session) -> ClockRules:
    """The law and settings of this session, read once."""
    rules = session.info.get(_RULES)
    if not isinstance(rules, ClockRules):
        rules = session.info[_RULES] = clock_rules(session)
    return rules


def cases_to_recount(session: Session, touched: Iterable[tuple[str, str]]) -> set[str]:
    """The cases whose clocks hang on what was touched, beside those with events among it.

    When a setting arrives these are the open cases and those with a day still to come. A rule may
    come after the cases, with a first sync or a newer county: then also what ended with something
    told of that a rule counts from. Of the others none is ever read again.
    """
    ids: dict[str, list[str]] = {}
    for entity, record_id in touched:
        ids.setdefault(entity, []).append(record_id)
    if not _TELLING.isdisjoint(ids):
        session.info.pop(_RULES, None)
    if "rule_set" in ids:
        return _open_cases(session) | _ended_with_duties(session)
    if _moves_clocks(session, ids.get("setting", ())):
        return _open_cases(session)
    found: set[str] = set()
    for entity, table in _PARTS.items():
        for record_id in ids.get(entity, ()):
            row = session.connection().exec_driver_sql(
                f"SELECT case_id FROM {table} WHERE id = ?",
                (record_id,),
            )
            found.update(str(case_id) for (case_id,) in row)
    return found


def _moves_clocks(session: Session, setting_ids: Sequence[str]) -> bool:
    """Whether one of these settings says when something is due; a name or a reminder does not."""
    settings = (session.get(Setting, one) for one in setting_ids)
    return any(one is None or one.key in _MOVING for one in settings)


def _open_cases(session: Session) -> set[str]:
    ended = (CaseState.CLOSED, CaseState.REFUSED, CaseState.WITHDRAWN)
    rows = session.connection().exec_driver_sql(
        "SELECT id FROM case_file WHERE state NOT IN (?, ?, ?) OR due_on IS NOT NULL",
        tuple(state.value for state in ended),
    )
    return {str(case_id) for (case_id,) in rows}


def _ended_with_duties(session: Session) -> set[str]:
    """Cases with an event from which a duty runs that does not end with the case."""
    specs = limit_specs(rules_in(session).rule_sets)
    anchors = {one.anchor for one in specs if one.is_after_closing and not one.is_right}
    rows = session.connection().exec_driver_sql(
        f"SELECT DISTINCT case_id FROM case_event WHERE kind IN {OF_LIST}",
        (orjson.dumps(sorted(anchors)).decode(),),
    )
    return {str(case_id) for (case_id,) in rows}
