"""每周合并清单: what was put together in a week without asking anybody, so that it can be checked.

Two sources: what this laptop sent and the county merged beside somebody else's edit, and every
field for which one of two values stands for now. The second travels, so a township reads it of all
its villages; the first is of this laptop alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

import orjson
from sqlmodel import Session, col, select

from app.accounts.session import Actor
from app.cases.secrecy import hidden_records, is_hidden
from app.conflicts.queries import may_see, name_of_record, names_by_account
from app.conflicts.vocabulary import ConflictKind, ConflictState
from app.organisations.rules import display_name
from app.store import Store
from db.clock import CHINA
from db.outbox import loads
from db.tables.conflicts import Conflict
from db.tables.local import OpState, OutboxOp
from db.tables.registry import ENTITIES

_NOT_TELLING = frozenset({"unit_id", "position"})


class MergeKind(StrEnum):
    """How it was put together."""

    BESIDE = "beside"
    """Different fields of one record, both kept."""
    PROVISIONAL = "provisional"
    """One field, two values: the later one to arrive stands until somebody decides."""
    SETTLED = "settled"
    """As before, and somebody has decided since."""


@dataclass(frozen=True, slots=True)
class MergeLine:
    """One field (or record) that was merged. Values are wire values."""

    kind: MergeKind
    unit_id: str
    place: str
    entity: str
    title: str
    field_name: str
    value: Any
    lost: Any
    """The value that does not stand; None for a field that lost nothing."""
    by_name: str
    lost_by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WeekOfMerges:
    """Monday to Sunday, village by village, the oldest first."""

    monday: date
    lines: tuple[MergeLine, ...]

    @property
    def sunday(self) -> date:
        """The last day."""
        return self.monday + timedelta(days=6)


def monday_of(day: date) -> date:
    """The first day of the week a day lies in."""
    return day - timedelta(days=day.weekday())


def merges_of_week(store: Store, actor: Actor, *, monday: date) -> WeekOfMerges:
    """What was merged from this Monday on for seven days, within what the person may see."""
    start = datetime.combine(monday, time(), CHINA).astimezone(UTC)
    end = start + timedelta(days=7)
    with store.reading() as session:
        names = names_by_account(session)
        found = [
            *_beside(session, actor, names, start, end),
            *_provisional(session, actor, names, start, end),
        ]
    found.sort(key=lambda line: (line.place, line.at, line.title, line.field_name))
    return WeekOfMerges(monday, tuple(found))


def _beside(
    session: Session, actor: Actor, names: Mapping[str, str], start: datetime, end: datetime
) -> Iterator[MergeLine]:
    merged = session.exec(
        select(OutboxOp)
        .where(col(OutboxOp.state) == OpState.MERGED)
        .where(col(OutboxOp.judged_at) >= start, col(OutboxOp.judged_at) < end)
        .order_by(col(OutboxOp.op_no))
    )
    for operation in merged:
        model = ENTITIES.get(operation.entity)
        record = None if model is None else session.get(model, operation.record_id)
        if record is None or not may_see(actor, operation.entity, record.unit_id):
            continue
        if is_hidden(session, actor, record):
            continue
        for name, value in loads(operation.patch).items():
            if name not in _NOT_TELLING:
                yield MergeLine(
                    kind=MergeKind.BESIDE,
                    unit_id=record.unit_id,
                    place=_place(actor, record.unit_id),
                    entity=operation.entity,
                    title=name_of_record(session, operation.entity, operation.record_id),
                    field_name=name,
                    value=value,
                    lost=None,
                    by_name=names.get(operation.account_id, ""),
                    lost_by_name="",
                    at=operation.judged_at or start,
                )


def _provisional(
    session: Session, actor: Actor, names: Mapping[str, str], start: datetime, end: datetime
) -> Iterator[MergeLine]:
    found = session.exec(
        select(Conflict)
        .where(col(Conflict.kind) == ConflictKind.FIELD)
        .where(col(Conflict.found_at) >= start, col(Conflict.found_at) < end)
        .order_by(col(Conflict.found_at), col(Conflict.id))
    )
    hidden = hidden_records(session, actor)
    for conflict in found:
        if not may_see(actor, conflict.subject_entity, conflict.unit_id):
            continue
        if conflict.subject_id in hidden:
            continue
        is_open = conflict.state is ConflictState.OPEN
        yield MergeLine(
            kind=MergeKind.PROVISIONAL if is_open else MergeKind.SETTLED,
            unit_id=conflict.unit_id,
            place=_place(actor, conflict.unit_id),
            entity=conflict.subject_entity,
            title=name_of_record(session, conflict.subject_entity, conflict.subject_id),
            field_name=conflict.field_name or "",
            value=_read(conflict.current_value),
            lost=_read(conflict.other_value),
            by_name=names.get(conflict.current_by, ""),
            lost_by_name=names.get(conflict.other_by, ""),
            at=conflict.found_at,
        )


def _read(value: str | None) -> Any:
    return None if value is None else orjson.loads(value)


def _place(actor: Actor, unit_id: str) -> str:
    unit = actor.units.get(unit_id)
    return "" if unit is None else display_name(unit, actor.units)
