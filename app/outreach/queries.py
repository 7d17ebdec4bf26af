"""Reading rounds and what was found on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlmodel import Session, col, select

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.case_draft import CaseDraft
from app.cases.queries import units_seen
from app.cases.rules import MAX_PLACE, MAX_TITLE
from app.cases.vocabulary import Urgency
from app.errors import ErrorCode, UserFacingError
from app.organisations.rules import display_name
from app.outreach.vocabulary import FindingEnd
from app.store import Store
from db.tables.base import SyncState
from db.tables.desk import OutreachFinding, OutreachRound
from db.tables.households import Household
from db.tables.links import RecordLink
from db.tables.organisations import Account

PAGE_SIZE = 200


@dataclass(frozen=True, slots=True)
class RoundRow:
    """One round as the list shows it."""

    id: str
    unit_id: str
    unit: str
    title: str
    held_on: date
    place: str
    members: str
    findings: int
    open_findings: int
    sync_state: SyncState


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One thing found; ``became`` is entity and id of what came of it."""

    id: str
    round_id: str
    text: str
    household_id: str | None
    household: str
    end: FindingEnd
    end_note: str
    became: tuple[str, str] | None
    sync_state: SyncState


@dataclass(frozen=True, slots=True)
class RoundView:
    """A round whole."""

    row: RoundRow
    summary: str
    by_name: str
    findings: tuple[FindingRow, ...]
    may_record: bool


def round_rows(
    store: Store, actor: Actor, *, unit_id: str | None = None, limit: int = PAGE_SIZE
) -> tuple[RoundRow, ...]:
    """The rounds of one unit, or of all in one's reach, newest first."""
    units = units_seen(actor, Permission.SEE_GRID_WORK)
    wanted = select(OutreachRound).order_by(
        col(OutreachRound.held_on).desc(), col(OutreachRound.id).desc()
    )
    if units is not None:
        wanted = wanted.where(col(OutreachRound.unit_id).in_(sorted(units)))
    if unit_id is not None:
        wanted = wanted.where(col(OutreachRound.unit_id) == unit_id)
    with store.reading() as session:
        found = session.exec(wanted.limit(limit)).all()
        return _rows(session, actor, found)


def open_rounds(store: Store, actor: Actor, *, limit: int = PAGE_SIZE) -> tuple[RoundRow, ...]:
    """The rounds in one's reach of which something found is still open, the oldest first; empty
    for who writes none down."""
    units = units_seen(actor, Permission.RECORD_OUTREACH)
    # As the partial index says it, so that what was ended long ago is not read.
    still_open = select(OutreachFinding.round_id).where(text("\"end\" = 'open'"))
    wanted = (
        select(OutreachRound)
        .where(col(OutreachRound.id).in_(still_open))
        .order_by(col(OutreachRound.held_on), col(OutreachRound.id))
    )
    if units is not None:
        wanted = wanted.where(col(OutreachRound.unit_id).in_(sorted(units)))
    with store.reading() as session:
        found = session.exec(wanted.limit(limit)).all()
        return _rows(session, actor, found)


def one_round(store: Store, actor: Actor, round_id: str) -> RoundView | None:
    """The round, also by the id of one of its findings; None when it is not in reach."""
    with store.reading() as session:
        finding = session.get(OutreachFinding, round_id)
        made = session.get(OutreachRound, finding.round_id if finding else round_id)
        if made is None or not actor.reaches(Permission.SEE_GRID_WORK, unit_id=made.unit_id):
            return None
        by = session.get(Account, made.by_account_id)
        (row,) = _rows(session, actor, [made])
        return RoundView(
            row=row,
            summary=made.summary or "",
            by_name=by.name if by else "",
            findings=_findings(session, made.id),
            may_record=actor.reaches(Permission.RECORD_OUTREACH, unit_id=made.unit_id),
        )


def case_draft_of_finding(store: Store, actor: Actor, finding_id: str) -> CaseDraft:
    """The dispute's form, prefilled; parties, class and the question of its risk are to be filled.

    Raises ``UserFacingError`` OUTREACH_GONE.
    """
    view = one_round(store, actor, finding_id)
    finding = next((one for one in view.findings if one.id == finding_id), None) if view else None
    if view is None or finding is None:
        raise UserFacingError(ErrorCode.OUTREACH_GONE)
    return CaseDraft(
        title=finding.text.splitlines()[0][:MAX_TITLE],
        class_code="",
        happened_on=view.row.held_on,
        place=view.row.place[:MAX_PLACE],
        story=finding.text,
        urgency=Urgency.MEDIUM,
        parties=(),
        unit_id=view.row.unit_id,
    )


def _rows(session: Session, actor: Actor, found: Sequence[OutreachRound]) -> tuple[RoundRow, ...]:
    ids = [one.id for one in found]
    counted: dict[str, tuple[int, int]] = {}
    states = session.exec(
        select(OutreachFinding.round_id, OutreachFinding.end).where(
            col(OutreachFinding.round_id).in_(ids)
        )
    )
    for round_id, end in states:
        whole, still_open = counted.get(round_id, (0, 0))
        counted[round_id] = (whole + 1, still_open + (end is FindingEnd.OPEN))
    return tuple(
        RoundRow(
            id=one.id,
            unit_id=one.unit_id,
            unit=_unit_name(actor, one.unit_id),
            title=one.title,
            held_on=one.held_on,
            place=one.place,
            members=one.members,
            findings=counted.get(one.id, (0, 0))[0],
            open_findings=counted.get(one.id, (0, 0))[1],
            sync_state=one.sync_state,
        )
        for one in found
    )


def _findings(session: Session, round_id: str) -> tuple[FindingRow, ...]:
    found = session.exec(
        select(OutreachFinding)
        .where(col(OutreachFinding.round_id) == round_id)
        .order_by(col(OutreachFinding.recorded_at), col(OutreachFinding.id))
    ).all()
    became = {
        link.from_id: (link.to_entity, link.to_id)
        for link in session.exec(
            select(RecordLink).where(col(RecordLink.from_id).in_([one.id for one in found]))
        )
    }
    return tuple(
        FindingRow(
            id=one.id,
            round_id=one.round_id,
            text=one.text,
            household_id=one.household_id,
            household=_household(session, one.household_id),
            end=one.end,
            end_note=one.end_note or "",
            became=became.get(one.id),
            sync_state=one.sync_state,
        )
        for one in found
    )


def _household(session: Session, household_id: str | None) -> str:
    home = session.get(Household, household_id or "")
    return "" if home is None else f"{home.number} {home.head_name}".strip()


def _unit_name(actor: Actor, unit_id: str) -> str:
    unit = actor.units.get(unit_id)
    return unit_id if unit is None else display_name(unit, actor.units)
