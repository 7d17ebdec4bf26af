"""Keeps the folded states of cases, motions and conflicts in step with their events, and who
holds a case in step with its hand-overs.

A state is never edited and never travels: laptop and county fold the same events, in county
order, with the same table. Events the county has not seen yet come last, as they were written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, cast

import orjson
from sqlalchemy import ColumnElement, literal_column, or_
from sqlmodel import Session, col, select

from app.cases.vocabulary import NOT_PLACED, CaseStep, InHand
from app.clocks.refolding import cases_to_recount, refold_due
from app.conflicts import rules as conflict_rules
from app.flow.rules import Flow, follow
from app.handovers.vocabulary import HandoverSubject, Step
from app.incidents import rules as incident_rules
from app.mediation.rules import way_of
from app.store import Store, Transaction
from app.votes.rules import fold_motion
from db.clock import day_in_china
from db.columns import OF_LIST
from db.tables.base import RecordKind, SyncedRecord, SyncState
from db.tables.cases import CaseEvent, CaseFile
from db.tables.conflicts import Conflict, ConflictSettlement, RecordAlias
from db.tables.handovers import Handover
from db.tables.incidents import Incident, IncidentEvent
from db.tables.registry import ENTITIES
from db.tables.votes import Motion, MotionEvent


def refold(session: Session, touched: Iterable[tuple[str, str]]) -> None:
    """Folds anew every case, incident and motion of which an event, or the file, was touched."""
    touched = list(touched)
    ids: dict[str, set[str]] = {}
    for entity, record_id in touched:
        ids.setdefault(entity, set()).add(record_id)
    cases = ids.get("case_file", set()) | _parents(session, CaseEvent, ids.get("case_event", set()))
    cases |= _handed_cases(session, ids.get("handover", set()))
    cases |= cases_to_recount(session, touched)
    refold_cases(session, cases)
    incidents = ids.get("incident", set()) | _parents(
        session, IncidentEvent, ids.get("incident_event", set())
    )
    for incident_id in sorted(incidents):
        refold_incident(session, incident_id)
    motions = ids.get("motion", set()) | _parents(
        session, MotionEvent, ids.get("motion_event", set())
    )
    for motion_id in sorted(motions):
        refold_motion(session, motion_id)
    follow_aliases(session, ids.get("record_alias", set()))
    conflicts = ids.get("conflict", set()) | _conflicts_of(
        session, ids.get("conflict_settlement", set())
    )
    for conflict_id in sorted(conflicts):
        refold_conflict(session, conflict_id)
    mark_subjects(session, conflicts, touched)


@contextmanager
def refolding(store: Store, *, account_id: str, action: str) -> Iterator[Transaction]:
    """A transaction after which everything folded from what was written is folded anew: for what
    is no event and still moves a case's clocks."""
    with store.transaction(account_id=account_id, action=action) as tx:
        yield tx
        tx.session.flush()
        refold(tx.session, tx.touched)


def _handed_cases(session: Session, handover_ids: set[str]) -> set[str]:
    found = (session.get(Handover, one) for one in handover_ids)
    return {
        one.subject_id
        for one in found
        if one is not None and one.subject_entity is HandoverSubject.CASE
    }


def refold_cases(session: Session, case_ids: set[str]) -> None:
    """As ``refold_case`` for many: hand-overs are looked for only where there are any."""
    found = session.connection().exec_driver_sql(
        "SELECT DISTINCT subject_id FROM handover WHERE subject_entity = 'case_file' "
        f"AND sync_seq > 0 AND subject_id IN {OF_LIST}",
        (orjson.dumps(list(case_ids)).decode(),),
    )
    handed = {case_id for (case_id,) in found.all()}
    wanted = sorted(case_ids)
    for start in range(0, len(wanted), _AT_ONCE):
        _refold_at_once(session, wanted[start : start + _AT_ONCE], handed)


_AT_ONCE: Final = 500
"""Cases whose files and events are read with one statement each: a new rule recounts them all."""


def _refold_at_once(session: Session, case_ids: Sequence[str], handed: set[str]) -> None:
    session.flush()
    cases = session.exec(select(CaseFile).where(col(CaseFile.id).in_(case_ids))).all()
    # An event may be here before its case: whose file was corrected later comes later.
    events: dict[str, list[CaseEvent]] = {case.id: [] for case in cases}
    of_these = select(CaseEvent).where(col(CaseEvent.case_id).in_(list(events)))
    for event in session.exec(of_these.order_by(*county_order(CaseEvent))):
        events[event.case_id].append(event)
    with session.no_autoflush:
        for case in cases:
            told = [one for one in events[case.id] if _counts(one, case)]
            _refold(session, case, told, is_handed=case.id in handed)


def _counts(event: CaseEvent, case: CaseFile) -> bool:
    """As in ``_events``."""
    is_refused = event.sync_seq == 0 and event.sync_state is SyncState.REFUSED
    return case.sync_version == 0 or not is_refused


def follow_aliases(session: Session, alias_ids: Iterable[str]) -> None:
    """What leaned on a merged record leans on the one that is there: also what waits to be sent.

    The county leads the operation over; here the row must not lean on nothing meanwhile.
    """
    for alias in session.exec(select(RecordAlias).where(col(RecordAlias.id).in_(list(alias_ids)))):
        connection = session.connection()
        for table, column in _LEANING.get(alias.subject_entity, ()):
            connection.exec_driver_sql(
                f"UPDATE {table} SET {column} = ?1 WHERE {column} = ?2 "
                f"AND EXISTS (SELECT 1 FROM {alias.subject_entity} WHERE id = ?1)",
                (alias.new_id, alias.old_id),
            )


_LEANING: Final = {
    "household": (
        ("resident", "household_id"),
        ("roster_event", "household_id"),
        ("roster_event", "other_household_id"),
        ("visit", "household_id"),
        ("micro_service", "household_id"),
        ("hazard", "household_id"),
        ("outreach_finding", "household_id"),
    ),
    "resident": (
        ("case_party", "resident_id"),
        ("incident_person", "resident_id"),
        ("roster_event", "resident_id"),
        ("micro_service", "resident_id"),
        ("team_member", "resident_id"),
    ),
}
"""What hangs on it by its subject comes from the county; a vote knows households as they stood."""


def refold_conflict(session: Session, conflict_id: str) -> None:
    """The conflict's state from its settlements."""
    conflict = session.get(Conflict, conflict_id)
    if conflict is None:
        return
    settlements = session.exec(
        select(ConflictSettlement)
        .where(col(ConflictSettlement.conflict_id) == conflict_id)
        .where(
            or_(
                col(ConflictSettlement.sync_seq) > 0,
                col(ConflictSettlement.sync_state) != SyncState.REFUSED,
            )
        )
        .order_by(*county_order(ConflictSettlement))
    )
    conflict.state = conflict_rules.fold(one.choice for one in settlements).state


def mark_subjects(
    session: Session, conflict_ids: Iterable[str], touched: Iterable[tuple[str, str]]
) -> None:
    """有冲突 on every record with an open conflict, on whichever laptop it collided; and nowhere
    else. What waits or was refused keeps its own word."""
    session.flush()
    connection = session.connection()
    if connection.exec_driver_sql("SELECT 1 FROM conflict LIMIT 1").first() is None:
        return
    by_entity: dict[str, list[str]] = {}
    for entity, record_id in {*touched, *_subjects_of(session, conflict_ids)}:
        by_entity.setdefault(entity, []).append(record_id)
    for entity, ids in by_entity.items():
        model = ENTITIES.get(entity)
        if model is None or model.record_kind is RecordKind.REFERENCE:
            continue
        for statement in (_SET_CONFLICT, _CLEAR_CONFLICT):
            connection.exec_driver_sql(
                statement.format(table=model.__tablename__), (orjson.dumps(ids).decode(), entity)
            )


def _subjects_of(session: Session, conflict_ids: Iterable[str]) -> Iterator[tuple[str, str]]:
    found = session.exec(select(Conflict).where(col(Conflict.id).in_(list(conflict_ids))))
    for conflict in found:
        for record_id in (conflict.subject_id, conflict.other_id):
            if record_id is not None:
                yield conflict.subject_entity, record_id


_SUBJECTS: Final = (
    "SELECT subject_id FROM conflict WHERE subject_entity = ?2 {open} UNION "
    "SELECT other_id FROM conflict WHERE subject_entity = ?2 AND other_id IS NOT NULL {open}"
)
_OPEN: Final = _SUBJECTS.format(open="AND state = 'open'")
_ALL: Final = _SUBJECTS.format(open="")
_SET_CONFLICT: Final = (
    "UPDATE {table} SET sync_state = 'conflict' WHERE sync_state = 'synced' "
    f"AND id IN (SELECT value FROM json_each(?1)) AND id IN ({_OPEN})"
)
_CLEAR_CONFLICT: Final = (
    "UPDATE {table} SET sync_state = 'synced' WHERE sync_state = 'conflict' "
    f"AND id IN (SELECT value FROM json_each(?1)) AND id IN ({_ALL}) AND id NOT IN ({_OPEN})"
)
"""A record whose conflict no county has noted as a record keeps its word."""


def refold_case(session: Session, case_id: str) -> None:
    """Where the case stands and who has it, from its events and hand-overs."""
    case = session.get(CaseFile, case_id)
    if case is not None:
        _refold(session, case, _events(session, CaseEvent, CaseEvent.case_id, case))


def _refold(
    session: Session, case: CaseFile, events: Sequence[CaseEvent], *, is_handed: bool = True
) -> None:
    in_hand = in_hand_of(session, case) if is_handed else InHand(case.kind, case.unit_id)
    flow = follow(in_hand, [step_of(event, in_hand) for event in events])
    case.state, case.stage = flow.state, flow.stage
    case.way = way_of(flow.counted)
    case.holder_unit_id = None if flow.lead_unit_id == case.unit_id else flow.lead_unit_id
    helpers = flow.helper_unit_ids
    case.helper_unit_ids = orjson.dumps(helpers).decode() if helpers else None
    refold_due(session, case, flow, in_hand)


def flow_in(session: Session, case: CaseFile, in_hand: InHand) -> Flow:
    """The fold of a case's events and hand-overs."""
    return follow(in_hand, _steps(session, case, in_hand))


def in_hand_of(session: Session, case: CaseFile) -> InHand:
    """The hand-overs of a case that the county has taken in; what waits is only asked for."""
    found = session.exec(
        select(Handover)
        .where(col(Handover.subject_id) == case.id, col(Handover.sync_seq) > 0)
        .order_by(*county_order(Handover))
    )
    return InHand(case.kind, case.unit_id, tuple(handed_step(one) for one in found))


def handed_step(one: Handover) -> Step:
    """A hand-over as the rules take it."""
    return Step(
        handover_id=one.id,
        from_unit_id=one.from_unit_id,
        to_unit_id=one.to_unit_id,
        purpose=one.purpose,
        day=day_in_china(one.happened_at),
        due_on=one.due_on,
        place=one.sync_seq or NOT_PLACED,
    )


def case_steps(session: Session, case: CaseFile) -> list[CaseStep]:
    """What happened to the case, in county order; what the county refused is left out."""
    return _steps(session, case, in_hand_of(session, case))


def _steps(session: Session, case: CaseFile, in_hand: InHand) -> list[CaseStep]:
    events = _events(session, CaseEvent, CaseEvent.case_id, case)
    return [step_of(event, in_hand) for event in events]


def step_of(event: CaseEvent, in_hand: InHand | None = None) -> CaseStep:
    """An event as the rules take it."""
    return CaseStep(
        kind=event.kind,
        detail=event.detail,
        day=day_in_china(event.happened_at),
        has_note=bool(event.note),
        place=event.sync_seq or NOT_PLACED,
        in_hand=in_hand,
    )


def refold_incident(session: Session, incident_id: str) -> None:
    """The incident's state from its events."""
    incident = session.get(Incident, incident_id)
    if incident is not None:
        incident.state = incident_rules.fold(
            event.kind for event in incident_events(session, incident)
        )


def incident_events(session: Session, incident: Incident) -> list[IncidentEvent]:
    """What happened to the incident, in county order; what the county refused is left out."""
    return _events(session, IncidentEvent, IncidentEvent.incident_id, incident)


def refold_motion(session: Session, motion_id: str) -> None:
    """The motion's state from its events."""
    motion = session.get(Motion, motion_id)
    if motion is not None:
        motion.state = fold_motion(_kinds(session, MotionEvent, MotionEvent.motion_id, motion))


def _kinds(session: Session, model: Any, parent_field: Any, parent: SyncedRecord) -> list[Any]:
    return [event.kind for event in _events(session, model, parent_field, parent)]


def _events(session: Session, model: Any, parent_field: Any, parent: SyncedRecord) -> list[Any]:
    """The parent's events in county order, unsent ones last.

    An event the county refused is not among its events and may not be among ours. Only where it
    refused the whole file nothing is left out: that is still to be mended, as it was written.
    """
    statement = select(model).where(col(parent_field) == parent.id)
    if parent.sync_version > 0:
        is_refused = col(model.sync_state) == SyncState.REFUSED
        statement = statement.where(or_(col(model.sync_seq) > 0, ~is_refused))
    return list(session.exec(statement.order_by(*county_order(model))))


def county_order(
    model: type[CaseEvent]
    | type[IncidentEvent]
    | type[MotionEvent]
    | type[ConflictSettlement]
    | type[Handover],
) -> tuple[ColumnElement[Any], ...]:
    """The ORDER BY of events: as the county numbered them, then as they were written here.

    Not by ``happened_at``: two events may carry one millisecond, and a laptop's clock may have
    been turned back between them.
    """
    return (
        col(model.sync_seq) == 0,
        cast(ColumnElement[Any], col(model.sync_seq)),
        literal_column(f"{model.__tablename__}.rowid"),
    )


def _conflicts_of(session: Session, ids: set[str]) -> set[str]:
    found = (session.get(ConflictSettlement, one) for one in ids)
    return {one.conflict_id for one in found if one is not None}


def _parents(
    session: Session,
    model: type[CaseEvent] | type[IncidentEvent] | type[MotionEvent],
    ids: set[str],
) -> set[str]:
    found: set[str] = set()
    for event_id in ids:
        event: SyncedRecord | None = session.get(model, event_id)
        if isinstance(event, CaseEvent):
            found.add(event.case_id)
        elif isinstance(event, MotionEvent):
            found.add(event.motion_id)
        elif isinstance(event, IncidentEvent):
            found.add(event.incident_id)
    return found
