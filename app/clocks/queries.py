"""The limits of a case, for screens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from app.accounts.session import Actor
from app.cases.opening import case_to_read
from app.clocks.facts import clock_rules, facts_of
from app.clocks.rules import Limit, limits_of
from app.flow.limit_rules import RowLimit
from app.flow.waiting import sent_among
from app.refolding import flow_in, in_hand_of
from app.settings.queries import setting
from app.settings.vocabulary import SettingKey
from app.store import Store
from db.clock import today_in_china
from db.tables.cases import CaseFile


@dataclass(frozen=True, slots=True)
class LimitsRead:
    """The limits of a case on a day, for a screen that may have gone on to another case."""

    case_id: str
    today: date
    limits: tuple[Limit, ...]
    shown: tuple[RowLimit, ...] = ()
    """As the rows of the case show them, where it was sent with a day; else empty."""
    remind_days: int = 0


def read_limits(store: Store, actor: Actor, case_id: str) -> LimitsRead:
    """As ``limits_of_case``, on the day it is on this laptop."""
    today = today_in_china(store.clock)
    limits = limits_of_case(store, actor, case_id, today)
    with store.reading() as session:
        is_seen = case_to_read(session, actor, case_id) is not None
        sent = sent_among(session, [case_id] if is_seen else []).get(case_id)
        remind_days = int(setting(session, SettingKey.REMINDER_DAYS, today))
    shown = () if sent is None else sent.limits(actor.unit_id)
    return LimitsRead(case_id, today, limits, shown, remind_days)


def limits_of_case(store: Store, actor: Actor, case_id: str, today: date) -> tuple[Limit, ...]:
    """Every limit that has begun, what runs first by the day it ends; empty for no such case, or
    one that is not to be seen."""
    with store.reading() as session:
        if case_to_read(session, actor, case_id) is None:
            return ()
        return limits_in(session, case_id, today)


def limits_in(session: Session, case_id: str, today: date) -> tuple[Limit, ...]:
    """As ``limits_of_case``, in a session that is open."""
    case = session.get(CaseFile, case_id)
    if case is None:
        return ()
    in_hand = in_hand_of(session, case)
    flow = flow_in(session, case, in_hand)
    return limits_of(facts_of(session, case, flow, in_hand), clock_rules(session), today)
