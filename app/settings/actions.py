"""Setting something for the whole county; it holds once the county has carried it out."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.drafts import discard_draft_in
from app.errors import ErrorCode, UserFacingError
from app.organisations.vocabulary import COUNTY_ID
from app.settings.holidays import HolidayYear
from app.settings.rules import as_json, change_problem
from app.settings.vocabulary import SettingKey
from app.store import Changes, Store
from db.tables.settings import SettingChange

SETTING_FORM = "setting"
"""The name under which the draft of the form is kept; the record is the key."""


def change_setting(
    store: Store, actor: Actor, *, key: SettingKey, value: Any, starts_on: date, note: str
) -> Changes:
    """Asks the county to set a value from a day on; ``note`` says what it rests on.

    Raises ``UserFacingError``: NOT_ALLOWED, SETTING_WRONG (key, problem).
    """
    actor.require(Permission.MANAGE_SETTINGS, unit_id=COUNTY_ID)
    text, told = as_json(value), note.strip()
    problem = change_problem(key=key.value, value=text, starts_on=starts_on, note=told)
    if problem is not None:
        raise UserFacingError(ErrorCode.SETTING_WRONG, key=key, problem=problem)
    with store.transaction(account_id=actor.account_id, action="change_setting") as tx:
        tx.session.add(
            SettingChange(
                unit_id=COUNTY_ID,
                key=key.value,
                value=text,
                starts_on=starts_on,
                note=told,
                by_account_id=actor.account_id,
                happened_at=store.clock.now(),
            )
        )
        discard_draft_in(
            tx.session, form=SETTING_FORM, record_id=key.value, account_id=actor.account_id
        )
    return tx.changes


def set_holidays(store: Store, actor: Actor, *, year: HolidayYear) -> Changes:
    """Asks the county to keep a year's holidays; raises as ``change_setting``."""
    return change_setting(
        store,
        actor,
        key=SettingKey.HOLIDAYS,
        value=year.as_value(),
        starts_on=date(year.year, 1, 1),
        note=year.source,
    )
