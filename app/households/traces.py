"""What hangs on a household: with any of it, it is history and no mistake to be removed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from app.errors import ErrorCode, UserFacingError
from app.households.filling import residents_of
from app.households.vocabulary import HouseholdTrace, RosterEventKind
from db.tables.attachments import Attachment
from db.tables.cases import CaseParty
from db.tables.grid_work import Hazard, MicroService, Visit
from db.tables.handovers import Handover
from db.tables.households import Household, Resident, RosterEvent
from db.tables.incidents import IncidentPerson
from db.tables.votes import Ballot, ElectorateEntry

_T = HouseholdTrace


def parts_to_remove(session: Session, household: Household) -> list[Resident | RosterEvent]:
    """What goes with a household that was entered by mistake: its people, and that they came.

    Raises HOUSEHOLD_HAS_HISTORY (head, traces) where more than this hangs on it.
    """
    people = residents_of(session, household.id)
    traces = traces_of(session, household.id, [one.id for one in people])
    if traces:
        raise UserFacingError(
            ErrorCode.HOUSEHOLD_HAS_HISTORY, head=household.head_name, traces=traces
        )
    came = session.exec(select(RosterEvent).where(RosterEvent.household_id == household.id))
    return [*people, *came]


def traces_of(
    session: Session, household_id: str, resident_ids: Sequence[str]
) -> dict[HouseholdTrace, int]:
    """How many of each hang on the household or its people; without those there are none of.

    That its people came is no trace: with a household entered by mistake, so was this.
    """
    counted = {
        _T.VISIT: (Visit.id, col(Visit.household_id) == household_id),
        _T.SERVICE: (MicroService.id, col(MicroService.household_id) == household_id),
        _T.HAZARD: (Hazard.id, col(Hazard.household_id) == household_id),
        _T.CASE: (CaseParty.case_id, col(CaseParty.resident_id).in_(resident_ids)),
        _T.INCIDENT: (
            IncidentPerson.incident_id,
            col(IncidentPerson.resident_id).in_(resident_ids),
        ),
        _T.LIFE_EVENT: (
            RosterEvent.id,
            (col(RosterEvent.household_id) == household_id)
            & (col(RosterEvent.kind) != RosterEventKind.MOVED_IN),
        ),
        _T.ATTACHMENT: (Attachment.id, col(Attachment.subject_id) == household_id),
        _T.HANDOVER: (Handover.id, col(Handover.subject_id) == household_id),
    }
    found = {trace: _count(session, *where) for trace, where in counted.items()}
    found[_T.VOTE] = _votes(session, household_id)
    return {trace: found[trace] for trace in _T if found[trace]}


def _count(session: Session, counted: str, condition: ColumnElement[bool]) -> int:
    return session.exec(select(func.count(func.distinct(counted))).where(condition)).one()


def _votes(session: Session, household_id: str) -> int:
    """Votes on whose list it is, or in which a ballot of it lies."""
    listed = select(ElectorateEntry.motion_id).where(ElectorateEntry.household_id == household_id)
    cast = select(Ballot.motion_id).where(Ballot.household_id == household_id)
    return len({*session.exec(listed), *session.exec(cast)})
