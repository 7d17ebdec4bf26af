"""The counter-events of what was set for the county; see ``app/undo.py``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from app.errors import ErrorCode, UserFacingError
from app.organisations.vocabulary import COUNTY_ID
from app.settings.queries import setting_facts
from app.settings.rules import SETTINGS, SettingFact, as_json, value_on
from app.settings.vocabulary import SettingKey
from db.tables.local import OutboxOp
from db.tables.settings import SettingChange


def opposite_setting_changes(
    session: Session, operations: Sequence[OutboxOp], account_id: str, now: datetime
) -> Iterator[SettingChange | None]:
    """For each change of a step one that sets what counted on its day before; None where something
    was set for that day since: those are left.

    Raises ``UserFacingError`` FIRST_HOLIDAYS_STAY: a year without a table of holidays is no table.
    """
    for operation in operations:
        change = session.get(SettingChange, operation.record_id)
        before = None if change is None else _before(session, change)
        if change is not None and before is None and not _is_changed_since(session, change):
            raise UserFacingError(ErrorCode.FIRST_HOLIDAYS_STAY)
        if change is None or before is None:
            yield None
            continue
        yield SettingChange(
            unit_id=COUNTY_ID,
            key=change.key,
            value=before.value,
            starts_on=change.starts_on,
            note=before.note or change.note,
            by_account_id=account_id,
            happened_at=now,
        )


def _of_its_day(session: Session, change: SettingChange) -> tuple[int, Sequence[SettingChange]]:
    """What was set for the day of a change, and its place among that."""
    of_day = session.exec(
        select(SettingChange)
        .where(col(SettingChange.key) == change.key)
        .where(col(SettingChange.starts_on) == change.starts_on)
        .order_by(col(SettingChange.happened_at), col(SettingChange.id))
    ).all()
    return next(place for place, one in enumerate(of_day) if one.id == change.id), of_day


def _is_changed_since(session: Session, change: SettingChange) -> bool:
    place, of_day = _of_its_day(session, change)
    return place + 1 < len(of_day)


def _before(session: Session, change: SettingChange) -> SettingFact | None:
    """What counted on the day of a change without it."""
    place, of_day = _of_its_day(session, change)
    if place + 1 < len(of_day):
        return None
    if place:
        earlier = of_day[place - 1]
        return SettingFact(earlier.key, earlier.value, earlier.starts_on, earlier.note or "")
    key = SettingKey(change.key)
    facts = [one for one in setting_facts(session, key) if one.starts_on < change.starts_on]
    value = value_on(facts, key, change.starts_on)
    if value is None:
        return None
    note = facts[-1].note if facts else SETTINGS[key].basis
    return SettingFact(change.key, as_json(value), change.starts_on, note)
