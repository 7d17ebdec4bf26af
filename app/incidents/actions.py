"""Writing an incident: recording it, correcting it, and everything that happens to it.

An incident is a record, its people and its events. Its state is folded from the events, by the
same table at the county.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.actions import CASE_FORM, RecordedCase, write_new_case
from app.cases.case_draft import CaseDraft
from app.cases.opening import case_to_write
from app.cases.vocabulary import CaseKind
from app.drafts import discard_draft_in
from app.errors import ErrorCode, UserFacingError
from app.incidents.people import PersonEntry, new_people, write_people
from app.incidents.rules import (
    MAX_STORY,
    NEEDS_NOTE,
    Problem,
    Step,
    check_incident_draft,
    fold,
    may_follow,
    permission_for,
    police_mediation_problem,
    report_problem,
)
from app.incidents.vocabulary import (
    IncidentClass,
    IncidentEventKind,
    IncidentSource,
    IncidentState,
    PoliceMediation,
    PoliceReport,
)
from app.links.actions import link_in
from app.numbering import next_number
from app.recorded import Recorded
from app.refolding import incident_events, refold_incident
from app.store import Changes, Store
from db.clock import today_in_china
from db.tables.incidents import Incident, IncidentEvent

INCIDENT_FORM = "incident"
EVENT_FORM = "incident_event"
"""Names under which the drafts of the two forms are kept; see ``app.drafts``. One that was begun
from a case is kept under the case's id, and a case begun from an incident under the incident's."""

_OWN_STEP = frozenset({IncidentEventKind.RECORDED, IncidentEventKind.BECAME_CASE})
"""These are written together with something else, never alone."""


@dataclass(frozen=True, slots=True)
class IncidentDraft:
    """What the form holds; ``happened_at`` with its zone."""

    incident_class: IncidentClass | None
    title: str
    happened_at: datetime | None
    place: str
    micro_grid_id: str | None
    source: IncidentSource
    story: str
    people: tuple[PersonEntry, ...]
    unit_id: str
    patrol_id: str | None = None


@dataclass(frozen=True)
class RecordedIncident(Recorded):
    """What was written, and the new incident."""

    incident_id: str
    number: str


def problems_of(draft: IncidentDraft, *, now: datetime) -> list[Problem]:
    """What keeps the draft from being recorded, field by field."""
    return check_incident_draft(
        title=draft.title,
        incident_class=draft.incident_class,
        happened_at=draft.happened_at,
        place=draft.place,
        has_micro_grid=draft.micro_grid_id is not None,
        story=draft.story,
        names=[person.name for person in draft.people],
        now=now,
    )


def record_incident(
    store: Store, actor: Actor, draft: IncidentDraft, *, from_case_id: str | None = None
) -> RecordedIncident:
    """The incident, its people and the first event, all or nothing; the form's draft goes with it.

    ``from_case_id`` is the dispute it broke out of; both are linked.
    Raises ``UserFacingError``: NOT_ALLOWED, INCIDENT_DRAFT_WRONG (problems),
    INCIDENT_UNIT_UNKNOWN, CASE_NOT_FOUND.
    """
    actor.require(Permission.RECORD_INCIDENT, unit_id=draft.unit_id)
    _require_sound(store, draft)
    with store.transaction(account_id=actor.account_id, action="record_incident") as tx:
        incident = write_new_incident(tx.session, store, actor, draft)
        if from_case_id is not None:
            case = case_to_write(tx.session, actor, from_case_id, Permission.SEE_CASES)
            link_in(tx.session, store, actor, from_record=case, to_record=incident)
        _discard(tx.session, actor, INCIDENT_FORM, from_case_id or "")
    return RecordedIncident(tx.changes, incident.id, incident.number)


def write_new_incident(
    session: Session, store: Store, actor: Actor, draft: IncidentDraft
) -> Incident:
    """A sound draft as an incident with its people and its first event, inside a step that does
    more. Raises ``UserFacingError`` INCIDENT_UNIT_UNKNOWN."""
    incident = _new_incident(session, store, actor, draft)
    incident.state = fold([IncidentEventKind.RECORDED])
    people = new_people(session, incident, draft.people)
    event = _event(store, actor, incident, IncidentEventKind.RECORDED)
    session.add_all((incident, *people, event))
    return incident


def add_event_in(
    session: Session,
    store: Store,
    actor: Actor,
    incident: Incident,
    kind: IncidentEventKind,
    *,
    note: str,
) -> None:
    """One more event of an incident, inside a step that does more. Raises as
    ``add_incident_event``."""
    _require_may(session, actor, incident, kind)
    _require_event(store, incident, kind, note, None)
    session.add(_event(store, actor, incident, kind, note=note))
    session.flush()
    refold_incident(session, incident.id)


def edit_incident(
    store: Store, actor: Actor, *, incident_id: str, before: IncidentDraft, after: IncidentDraft
) -> Changes:
    """Writes what differs between the form as it was opened and as it is now.

    Raises ``UserFacingError``: NOT_ALLOWED, INCIDENT_NOT_FOUND, INCIDENT_DRAFT_WRONG (problems).
    """
    with store.transaction(account_id=actor.account_id, action="edit_incident") as tx:
        incident = _incident(tx.session, incident_id)
        actor.require(Permission.RECORD_INCIDENT, unit_id=incident.unit_id)
        _require_sound(store, after)
        _write_fields(incident, before, after)
        write_people(tx.session, incident, before.people, after.people)
        _discard(tx.session, actor, INCIDENT_FORM, incident_id)
    return tx.changes


def add_incident_event(
    store: Store,
    actor: Actor,
    *,
    incident_id: str,
    kind: IncidentEventKind,
    note: str = "",
    done_at: datetime | None = None,
) -> Changes:
    """Something happened that needs no more than words; the state follows.

    Raises ``UserFacingError``: NOT_ALLOWED, INCIDENT_NOT_FOUND,
    INCIDENT_EVENT_NOT_POSSIBLE (state, kind), INCIDENT_NOTE_MISSING (kind),
    INCIDENT_NOTE_TOO_LONG (limit), INCIDENT_MOMENT_IN_FUTURE.
    """
    if kind in (IncidentEventKind.REPORTED_TO_POLICE, IncidentEventKind.POLICE_MEDIATED):
        raise ValueError(f"{kind} has an action of its own")
    return _add_event(store, actor, incident_id, kind, note=note, done_at=done_at)


def report_incident(
    store: Store, actor: Actor, *, incident_id: str, report: PoliceReport, note: str = ""
) -> Changes:
    """The police were told. Raises as ``add_incident_event``, and POLICE_REPORT_WRONG (problem)."""
    problem = report_problem(report, now=store.clock.now())
    if problem is not None:
        raise UserFacingError(ErrorCode.POLICE_REPORT_WRONG, problem=problem)
    kind = IncidentEventKind.REPORTED_TO_POLICE
    return _add_event(
        store, actor, incident_id, kind, note=note, done_at=report.at, detail=report.as_detail()
    )


def record_police_mediation(
    store: Store,
    actor: Actor,
    *,
    incident_id: str,
    mediation: PoliceMediation,
    done_at: datetime | None,
    note: str = "",
) -> Changes:
    """The police mediated, by their paper.

    Raises as ``add_incident_event``, and POLICE_MEDIATION_WRONG (problem).
    """
    problem = police_mediation_problem(
        mediation, recorder_name=actor.name, recorder_role=actor.role
    )
    if problem is not None:
        raise UserFacingError(ErrorCode.POLICE_MEDIATION_WRONG, problem=problem)
    kind = IncidentEventKind.POLICE_MEDIATED
    return _add_event(
        store, actor, incident_id, kind, note=note, done_at=done_at, detail=mediation.as_detail()
    )


def turn_into_case(
    store: Store, actor: Actor, *, incident_id: str, draft: CaseDraft
) -> RecordedCase:
    """A dispute grew out of an incident: the case, the link and the incident's event, in one step.

    Raises ``UserFacingError``: NOT_ALLOWED, INCIDENT_NOT_FOUND,
    INCIDENT_EVENT_NOT_POSSIBLE (state, kind), CASE_DRAFT_WRONG (problems), CASE_UNIT_UNKNOWN.
    """
    kind = IncidentEventKind.BECAME_CASE
    with store.transaction(account_id=actor.account_id, action="turn_into_case") as tx:
        incident = _incident_to_write(tx.session, actor, incident_id, kind)
        _require_possible(incident, kind)
        case = write_new_case(tx.session, store, actor, draft, kind=CaseKind.INCIDENT_BORN)
        link_in(tx.session, store, actor, from_record=incident, to_record=case)
        tx.session.add(_event(store, actor, incident, kind, note=case.number))
        tx.session.flush()
        refold_incident(tx.session, incident_id)
        _discard(tx.session, actor, CASE_FORM, incident_id)
    return RecordedCase(tx.changes, case.id, case.number)


def possible_events(
    actor: Actor, *, state: IncidentState, unit_id: str, recorded_by: str, steps: Sequence[Step]
) -> tuple[IncidentEventKind, ...]:
    """What this person may record next on an incident in this state, in the order of buttons.

    ``recorded_by`` is an account's id; ``steps`` are the incident's events in county order.
    """
    mine = {"by_account_id": actor.account_id, "recorded_by": recorded_by}
    return tuple(
        kind
        for kind in IncidentEventKind
        if kind is not IncidentEventKind.RECORDED
        and may_follow(state, kind)
        and actor.reaches(permission_for(kind, **mine, steps=steps), unit_id=unit_id)
        and (
            kind is not IncidentEventKind.BECAME_CASE
            or actor.reaches(Permission.RECORD_CASE, unit_id=unit_id)
        )
    )


def may_edit_incident(actor: Actor, *, unit_id: str) -> bool:
    """Whether this person may correct an incident of this unit."""
    return actor.reaches(Permission.RECORD_INCIDENT, unit_id=unit_id)


# --- parts ---------------------------------------------------------------------------------------


def _require_sound(store: Store, draft: IncidentDraft) -> None:
    problems = problems_of(draft, now=store.clock.now())
    if problems:
        raise UserFacingError(ErrorCode.INCIDENT_DRAFT_WRONG, problems=problems)


def _add_event(
    store: Store,
    actor: Actor,
    incident_id: str,
    kind: IncidentEventKind,
    *,
    note: str,
    done_at: datetime | None,
    detail: str | None = None,
) -> Changes:
    told = note.strip()
    with store.transaction(account_id=actor.account_id, action="add_incident_event") as tx:
        incident = _incident_to_write(tx.session, actor, incident_id, kind)
        _require_event(store, incident, kind, told, done_at)
        tx.session.add(
            _event(store, actor, incident, kind, note=told, done_at=done_at, detail=detail)
        )
        tx.session.flush()
        refold_incident(tx.session, incident_id)
        _discard(tx.session, actor, EVENT_FORM, incident_id)
    return tx.changes


def _require_event(
    store: Store,
    incident: Incident,
    kind: IncidentEventKind,
    note: str,
    done_at: datetime | None,
) -> None:
    _require_possible(incident, kind)
    if kind in _OWN_STEP:
        raise ValueError(f"{kind} is not written alone")
    if kind in NEEDS_NOTE and not note:
        raise UserFacingError(ErrorCode.INCIDENT_NOTE_MISSING, kind=kind)
    if len(note) > MAX_STORY:
        raise UserFacingError(ErrorCode.INCIDENT_NOTE_TOO_LONG, limit=MAX_STORY)
    if done_at is not None and done_at > store.clock.now():
        raise UserFacingError(ErrorCode.INCIDENT_MOMENT_IN_FUTURE)


def _require_possible(incident: Incident, kind: IncidentEventKind) -> None:
    if not may_follow(incident.state, kind):
        raise UserFacingError(
            ErrorCode.INCIDENT_EVENT_NOT_POSSIBLE, state=incident.state, kind=kind
        )


def _incident(session: Session, incident_id: str) -> Incident:
    incident = session.get(Incident, incident_id)
    if incident is None:
        raise UserFacingError(ErrorCode.INCIDENT_NOT_FOUND)
    return incident


def _incident_to_write(
    session: Session, actor: Actor, incident_id: str, kind: IncidentEventKind
) -> Incident:
    incident = _incident(session, incident_id)
    _require_may(session, actor, incident, kind)
    return incident


def _require_may(
    session: Session, actor: Actor, incident: Incident, kind: IncidentEventKind
) -> None:
    events = incident_events(session, incident)
    needed = permission_for(
        kind,
        by_account_id=actor.account_id,
        recorded_by=incident.recorded_by,
        steps=[Step(event.kind, event.by_account_id) for event in events],
    )
    actor.require(needed, unit_id=incident.unit_id)


def _discard(session: Session, actor: Actor, form: str, record_id: str) -> None:
    discard_draft_in(session, form=form, record_id=record_id, account_id=actor.account_id)


def _new_incident(session: Session, store: Store, actor: Actor, draft: IncidentDraft) -> Incident:
    unit = actor.units.get(draft.unit_id)
    if unit is None:
        raise UserFacingError(ErrorCode.INCIDENT_UNIT_UNKNOWN)
    if draft.happened_at is None or draft.incident_class is None:
        raise ValueError("a draft without a time or class is not sound")
    return Incident(
        unit_id=draft.unit_id,
        number=next_number(
            session,
            Incident,
            prefix="警",
            counter="incident_count",
            year=today_in_china(store.clock).year,
            village_code=unit.code,
        ),
        incident_class=draft.incident_class,
        source=draft.source,
        title=draft.title.strip(),
        story=draft.story.strip(),
        place=draft.place.strip(),
        micro_grid_id=draft.micro_grid_id,
        patrol_id=draft.patrol_id,
        happened_at=draft.happened_at,
        recorded_by=actor.account_id,
        recorded_at=store.clock.now(),
    )


def _event(
    store: Store,
    actor: Actor,
    incident: Incident,
    kind: IncidentEventKind,
    *,
    note: str = "",
    done_at: datetime | None = None,
    detail: str | None = None,
) -> IncidentEvent:
    return IncidentEvent(
        unit_id=incident.unit_id,
        incident_id=incident.id,
        kind=kind,
        note=note or None,
        detail=detail,
        done_at=done_at,
        by_account_id=actor.account_id,
        happened_at=store.clock.now(),
    )


_TEXT_FIELDS = ("title", "place", "story")
_OTHER_FIELDS = ("incident_class", "happened_at", "micro_grid_id", "source")


def _write_fields(incident: Incident, before: IncidentDraft, after: IncidentDraft) -> None:
    """Only what was changed: what a colleague changed meanwhile in other fields stays."""
    for name in (*_TEXT_FIELDS, *_OTHER_FIELDS):
        value = getattr(after, name)
        if value != getattr(before, name):
            setattr(incident, name, value.strip() if name in _TEXT_FIELDS else value)
