"""The open conflicts a person may see, and one of them with everything to choose from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
from sqlmodel import Session, col, select

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.queries import units_seen
from app.cases.secrecy import hidden_records
from app.conflicts.pairs import ballot_side, household_sides
from app.conflicts.rules import late_places, permission_to_settle
from app.conflicts.views import (
    IDENTITY_FIELDS,
    Candidate,
    ConflictCard,
    ConflictRow,
    SettlementView,
)
from app.conflicts.vocabulary import ConflictKind, ConflictState
from app.organisations.rules import display_name
from app.refolding import county_order
from app.store import Store
from app.wire_values import title_of, title_of_record
from db.outbox import wire_value
from db.tables.base import SyncedRecord
from db.tables.conflicts import Conflict, ConflictSettlement
from db.tables.grid_work import Visit
from db.tables.organisations import Account
from db.tables.registry import ENTITIES

IDENTITY = "identity"
_SEEN_BY = {
    "household": Permission.SEE_ROSTER,
    "resident": Permission.SEE_ROSTER,
    "micro_grid": Permission.SEE_ROSTER,
    "roster_event": Permission.SEE_ROSTER,
    "grid_assignment": Permission.SEE_ROSTER,
    "team_member": Permission.SEE_GRID_WORK,
    "visit": Permission.SEE_GRID_WORK,
    "micro_service": Permission.SEE_GRID_WORK,
    "hazard": Permission.SEE_GRID_WORK,
    "hazard_measure": Permission.SEE_GRID_WORK,
    "duty_shift": Permission.SEE_GRID_WORK,
    "patrol": Permission.SEE_GRID_WORK,
    "incident": Permission.SEE_INCIDENTS,
    "incident_person": Permission.SEE_INCIDENTS,
    "record_link": Permission.SEE_CASES,
    "ballot": Permission.SEE_MOTIONS,
    "motion": Permission.SEE_MOTIONS,
    "case_file": Permission.SEE_CASES,
    "case_party": Permission.SEE_CASES,
}
_REFERENCES = {
    "micro_grid_id": "micro_grid",
    "household_id": "household",
    "resident_id": "resident",
    "worker_id": "account",
    "recorded_by": "account",
    "proposed_by": "account",
}
"""Fields that name another record, shown by its name."""


def open_conflicts(store: Store, actor: Actor) -> tuple[ConflictRow, ...]:
    """Everything open this person may see, the oldest first."""
    with store.reading() as session:
        found = session.exec(
            select(Conflict)
            .where(col(Conflict.state) == ConflictState.OPEN)
            .order_by(col(Conflict.found_at), col(Conflict.id))
        ).all()
        hidden = hidden_records(session, actor)
        groups = _groups(
            one for one in found if _may_see(actor, one) and one.subject_id not in hidden
        )
        names = names_by_account(session)
        return tuple(_row(session, actor, group, names) for group in groups)


def one_conflict(store: Store, actor: Actor, conflict_id: str) -> ConflictCard | None:
    """The line this conflict belongs to, whole; None when it is not here.

    A settled one comes alone, with its settlements.
    """
    with store.reading() as session:
        conflict = session.get(Conflict, conflict_id)
        if conflict is None or not _may_see(actor, conflict):
            return None
        if conflict.subject_id in hidden_records(session, actor):
            return None
        group = _group_of(session, conflict)
        names = names_by_account(session)
        row = _row(session, actor, group, names)
        card = ConflictCard(
            row=row,
            settlements=_settlements(session, group, names),
            is_subject_here=_subject(session, conflict) is not None,
            detail=_detail(actor, conflict),
        )
        here = store.value("install_id") or ""
        if conflict.kind is ConflictKind.FIELD:
            return replace(card, candidates=_candidates(session, group, names, here))
        if conflict.kind is ConflictKind.BALLOT_DOUBLE:
            return replace(card, **ballot_side(session, conflict, names))
        if conflict.kind is ConflictKind.HOUSEHOLD_DOUBLE:
            return replace(card, **household_sides(session, conflict, names, here))
        return replace(card, candidates=_two_sides(group[0], names, here))


# --- lines -------------------------------------------------------------------------------------


def group_key(conflict: Conflict) -> tuple[str, ...]:
    """What is decided together."""
    if conflict.kind is ConflictKind.FIELD:
        name = conflict.field_name or ""
        shown = IDENTITY if _is_identity(conflict.subject_entity, name) else name
        return ("field", conflict.subject_entity, conflict.subject_id, shown)
    if conflict.kind is ConflictKind.BALLOT_DOUBLE:
        return ("ballot", conflict.detail or "")
    return (conflict.kind.value, conflict.id)


def _groups(conflicts: Iterable[Conflict]) -> list[list[Conflict]]:
    found: dict[tuple[str, ...], list[Conflict]] = {}
    for conflict in conflicts:
        found.setdefault(group_key(conflict), []).append(conflict)
    return list(found.values())


def _group_of(session: Session, conflict: Conflict) -> list[Conflict]:
    if conflict.state is not ConflictState.OPEN:
        return [conflict]
    alike = session.exec(
        select(Conflict)
        .where(col(Conflict.kind) == conflict.kind, col(Conflict.state) == ConflictState.OPEN)
        .order_by(col(Conflict.found_at), col(Conflict.id))
    )
    return [one for one in alike if group_key(one) == group_key(conflict)]


def _is_identity(entity: str, name: str) -> bool:
    return entity == "resident" and name in IDENTITY_FIELDS


def may_see(actor: Actor, entity: str, unit_id: str) -> bool:
    """Whether somebody may see what collided in such a record of this unit."""
    units = units_seen(actor, _SEEN_BY.get(entity, Permission.MANAGE_ACCOUNTS))
    return units is None or unit_id in units


def _may_see(actor: Actor, conflict: Conflict) -> bool:
    return may_see(actor, conflict.subject_entity, conflict.unit_id)


def _row(
    session: Session, actor: Actor, group: Sequence[Conflict], names: Mapping[str, str]
) -> ConflictRow:
    first = group[0]
    unit = actor.units.get(first.unit_id)
    name = group_key(first)[3] if first.kind is ConflictKind.FIELD else ""
    writers = [side for one in group for side in (one.other_by, one.current_by)]
    return ConflictRow(
        key=first.id,
        conflict_ids=tuple(one.id for one in group),
        kind=first.kind,
        subject_entity=first.subject_entity,
        subject_id=first.subject_id,
        field_name=name,
        title=_title(session, first),
        names=tuple(names.get(one, "") for one in dict.fromkeys(writers)),
        found_at=first.found_at,
        unit_id=first.unit_id,
        place=display_name(unit, actor.units) if unit is not None else "",
        may_settle=_may_settle(actor, first),
    )


def _may_settle(actor: Actor, conflict: Conflict) -> bool:
    permission = permission_to_settle(conflict.kind, conflict.subject_entity)
    units = units_seen(actor, permission)
    return actor.may(permission) and (units is None or conflict.unit_id in units)


def _title(session: Session, conflict: Conflict) -> str:
    detail = orjson.loads(conflict.detail or "{}")
    if conflict.kind is ConflictKind.BALLOT_DOUBLE:
        return name_of_record(session, "household", detail.get("household_id", ""))
    found = name_of_record(session, conflict.subject_entity, conflict.subject_id)
    kept = detail.get("record", {})
    return found or title_of(kept)


def name_of_record(session: Session, entity: str, record_id: str) -> str:
    """What a record is called; empty when it is not here."""
    record = session.get(ENTITIES[entity], record_id) if entity in ENTITIES else None
    if record is None:
        return ""
    if isinstance(record, Visit):  # called by whom it went to
        return name_of_record(session, "household", record.household_id)
    return title_of_record(record)


def names_by_account(session: Session) -> dict[str, str]:
    """Account id to name, for everyone this laptop knows of."""
    return dict(session.exec(select(Account.id, Account.name)).all())


def _detail(actor: Actor, conflict: Conflict) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(conflict.detail or "{}")
    unit = actor.units.get(found.get("to_unit_id", ""))
    if unit is not None:
        found["to_unit"] = display_name(unit, actor.units)
    return found


def _subject(session: Session, conflict: Conflict) -> SyncedRecord | None:
    model = ENTITIES.get(conflict.subject_entity)
    return None if model is None else session.get(model, conflict.subject_id)


# --- values ------------------------------------------------------------------------------------


def _candidates(
    session: Session, group: Sequence[Conflict], names: Mapping[str, str], here: str
) -> tuple[Candidate, ...]:
    """What both started from, what this laptop wrote, then the others, the first first."""
    record = _subject(session, group[0])
    base = {
        one.field_name or "": orjson.loads(one.base_value)
        for one in reversed(group)
        if one.base_value is not None
    }
    written: dict[tuple[str, str, datetime], dict[str, Any]] = {}
    for one in group:
        name = one.field_name or ""
        for value, key in (
            (one.other_value, (one.other_by, one.other_install, one.other_at)),
            (one.current_value, (one.current_by, one.current_install, one.current_at)),
        ):
            if value is not None:
                written.setdefault(key, {})[name] = orjson.loads(value)
    found = [
        _candidate(session, record, values, names.get(by, ""), install == here, at)
        for (by, install, at), values in sorted(written.items(), key=lambda item: item[0][2])
    ]
    found.sort(key=lambda one: not one.is_here)
    if base:
        found.insert(0, _candidate(session, record, base, "", False, None))
    return tuple(found)


def _candidate(
    session: Session,
    record: SyncedRecord | None,
    values: dict[str, Any],
    by_name: str,
    is_here: bool,
    at: datetime | None,
) -> Candidate:
    labels = {
        name: name_of_record(session, _REFERENCES[name], value)
        for name, value in values.items()
        if name in _REFERENCES and isinstance(value, str)
    }
    stands = record is not None and all(
        wire_value(getattr(record, name, None)) == value for name, value in values.items()
    )
    return Candidate(values, labels, by_name, is_here, at, stands)


def _two_sides(conflict: Conflict, names: Mapping[str, str], here: str) -> tuple[Candidate, ...]:
    """Of a record as a whole: who kept working on it, and who deleted (or closed) it."""
    return (
        Candidate(
            {},
            {},
            names.get(conflict.current_by, ""),
            conflict.current_install == here,
            conflict.current_at,
            stands=True,
        ),
        Candidate(
            {},
            {},
            names.get(conflict.other_by, ""),
            conflict.other_install == here,
            conflict.other_at,
            stands=False,
        ),
    )


def _settlements(
    session: Session, group: Sequence[Conflict], names: Mapping[str, str]
) -> tuple[SettlementView, ...]:
    found = session.exec(
        select(ConflictSettlement)
        .where(col(ConflictSettlement.conflict_id) == group[0].id)
        .order_by(*county_order(ConflictSettlement))
    ).all()
    late = late_places(one.choice for one in found)
    return tuple(
        SettlementView(
            one.choice, names.get(one.by_account_id, ""), one.settled_at, place not in late
        )
        for place, one in enumerate(found)
    )
