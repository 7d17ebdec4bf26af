"""What another value would count otherwise today, before anybody sets it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import text

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.secrecy import narrowed_for
from app.petitions.counting import old_cases, satisfied_this_year
from app.settings.queries import setting
from app.settings.rules import value_problem
from app.settings.vocabulary import SettingKey
from app.store import Store


@dataclass(frozen=True, slots=True)
class Effect:
    """How many there are by the value that counts today, and by the one that is typed."""

    now: int
    then: int


def effect_of(
    store: Store, actor: Actor, *, key: SettingKey, value: Any, today: date
) -> Effect | None:
    """None where nothing is recounted: the value holds only for what begins under it."""
    if value_problem(key, value) is not None or not actor.may(Permission.SEE_CASES):
        return None
    present = setting(store, key, today)
    match key:
        case SettingKey.OLD_CASE_DAYS:
            now, then = (old_cases(store, actor, old_days=days) for days in (present, value))
        case SettingKey.REMINDER_DAYS:
            now, then = (_due_within(store, actor, today, days) for days in (present, value))
        case SettingKey.SATISFACTION_COUNTS_ROUGHLY:
            now, then = (satisfied_this_year(store, actor, roughly) for roughly in (present, value))
        case _:
            return None
    return Effect(now, then)


def _due_within(store: Store, actor: Actor, today: date, days: int) -> int:
    """Cases whose nearest limit ends within so many days."""
    statement = (
        "SELECT count(*) FROM case_file c WHERE c.due_on >= :today AND c.due_on <= :last"
        f"{narrowed_for(actor)}"
    )
    given = {"today": today.isoformat(), "last": (today + timedelta(days=days)).isoformat()}
    with store.reading() as session:
        return int(session.connection().execute(text(statement), given).scalar_one())
