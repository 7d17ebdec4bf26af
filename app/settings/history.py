"""What one setting has been: who set what, from which day on, and what has become of it.

A village has the values; only the county's office also has the changes that were asked for, with
the moment of each and those that were put right since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from app.settings.queries import value_of_text
from app.settings.rules import SETTINGS, value_problem
from app.settings.vocabulary import SettingKey, SettingStand
from app.store import Store, SyncState
from db.tables.organisations import Account
from db.tables.settings import Setting, SettingChange

_S = SettingStand


@dataclass(frozen=True, slots=True)
class PastSetting:
    """One line of the history; ``starts_on`` is None for the program's default, ``asked_at`` where
    only the value is known here."""

    value: Any
    starts_on: date | None
    note: str
    set_by: str
    asked_at: datetime | None
    stand: SettingStand


def setting_history(store: Store, key: SettingKey, today: date) -> tuple[PastSetting, ...]:
    """The latest day first, of one day the latest change first; the default stands last."""
    with store.reading() as session:
        records = session.exec(select(Setting).where(col(Setting.key) == key.value)).all()
        changes = _changes(session, key)
    sound = [one for one in records if value_problem(key, value_of_text(one.value)) is None]
    current = max((one.starts_on for one in sound if one.starts_on <= today), default=None)
    rows = [_of_change(change, by, records, current, today) for change, by in changes]
    told = {(change.starts_on, change.value) for change, _by in changes}
    rows += [
        PastSetting(
            value=value_of_text(one.value),
            starts_on=one.starts_on,
            note=one.note or "",
            set_by=one.set_by or "",
            asked_at=None,
            stand=_stand(one.starts_on, current, today),
        )
        for one in records
        if (one.starts_on, one.value) not in told
    ]
    rows.sort(key=lambda row: (row.starts_on or date.min, row.asked_at is None), reverse=True)
    return (*rows, _default(key, current))


def _changes(session: Session, key: SettingKey) -> list[tuple[SettingChange, str]]:
    """The latest first, with the name of who asked."""
    found = session.exec(
        select(SettingChange, Account.name)
        .outerjoin(Account, col(Account.id) == SettingChange.by_account_id)
        .where(col(SettingChange.key) == key.value)
        .order_by(col(SettingChange.happened_at).desc(), col(SettingChange.id).desc())
    )
    return [(change, name or "") for change, name in found]


def _of_change(
    change: SettingChange,
    by: str,
    records: Sequence[Setting],
    current: date | None,
    today: date,
) -> PastSetting:
    """A change whose value is not that of its day any more was put right by a later one."""
    made = next((one for one in records if one.starts_on == change.starts_on), None)
    if change.sync_state is SyncState.REFUSED:
        stand = _S.REFUSED
    elif change.sync_seq == 0:
        stand = _S.WAITING
    elif made is None or made.value != change.value:
        stand = _S.REPLACED
    else:
        stand = _stand(change.starts_on, current, today)
    return PastSetting(
        value=value_of_text(change.value),
        starts_on=change.starts_on,
        note=change.note or "",
        set_by=by,
        asked_at=change.happened_at,
        stand=stand,
    )


def _stand(starts_on: date, current: date | None, today: date) -> SettingStand:
    if starts_on > today:
        return _S.TO_COME
    return _S.IN_FORCE if starts_on == current else _S.ENDED


def _default(key: SettingKey, current: date | None) -> PastSetting:
    spec = SETTINGS[key]
    stand = _S.IN_FORCE if current is None else _S.ENDED
    return PastSetting(spec.default, None, spec.basis, "", None, stand)
