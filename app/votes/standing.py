"""One vote as the file has it: electorate, ballots, what each ballot is worth, the count.

Actions and queries both stand on this, so that what a screen shows is what a tally would record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.refolding import county_order
from app.votes.rules import ballot_standings, count_ballots, fold_motion_with_refusals
from app.votes.tallies import Tally, unpack_tally
from app.votes.vocabulary import (
    BallotStanding,
    CastBallot,
    Count,
    MotionEventKind,
    MotionState,
)
from db.tables.base import SyncState
from db.tables.votes import Ballot, BallotWithdrawal, ElectorateEntry, Motion, MotionEvent

STANDING = frozenset({BallotStanding.COUNTED, BallotStanding.DUPLICATE_PENDING})
"""What keeps a household from giving another ballot."""


@dataclass(frozen=True)
class Vote:
    """Rows of one motion; never leaves its session's thread."""

    electorate: Sequence[ElectorateEntry]
    ballots: Sequence[Ballot]
    withdrawals: Sequence[BallotWithdrawal]
    events: Sequence[MotionEvent]
    """In county order, unsent ones last."""
    tally: Tally | None
    sealed_ids: frozenset[str] | None
    standings: Mapping[str, BallotStanding] = field(default_factory=dict)
    """By ballot id. A ballot the county refused is not in here and counts nowhere."""

    @property
    def electorate_ids(self) -> frozenset[str]:
        """The households on the frozen list."""
        return frozenset(entry.household_id for entry in self.electorate)

    def count(self) -> Count:
        """The households by answer, as of the ballots known here."""
        return count_ballots(
            self.electorate_ids,
            _cast(self.ballots, self.sealed_ids),
            _withdrawn_ids(self.withdrawals),
            sealed_ids=self.sealed_ids,
        )


def read_vote(session: Session, motion: Motion) -> Vote:
    """Everything recorded about this motion."""
    electorate = session.exec(
        frozen_list(motion).order_by(col(ElectorateEntry.household_number), col(ElectorateEntry.id))
    ).all()
    ballots = session.exec(
        select(Ballot).where(col(Ballot.motion_id) == motion.id).order_by(col(Ballot.taken_at))
    ).all()
    withdrawals = session.exec(
        select(BallotWithdrawal).where(col(BallotWithdrawal.motion_id) == motion.id)
    ).all()
    events = session.exec(
        select(MotionEvent)
        .where(col(MotionEvent.motion_id) == motion.id)
        .order_by(*county_order(MotionEvent))
    ).all()
    tally = tally_of(motion, events)
    sealed = None if tally is None else tally.sealed_among([ballot.id for ballot in ballots])
    standings = ballot_standings(
        frozenset(entry.household_id for entry in electorate),
        _cast(ballots, sealed),
        _withdrawn_ids(withdrawals),
        sealed_ids=sealed,
    )
    return Vote(electorate, ballots, withdrawals, events, tally, sealed, standings)


def frozen_list(motion: Motion) -> SelectOfScalar[ElectorateEntry]:
    """The electorate of this motion, as a statement.

    Of two laptops that opened the vote apart the county takes one list; the other laptop keeps
    its own as refused, and nobody counts by it. Where the county refused the motion itself,
    everything of it is still to be mended and nothing is left out.
    """
    statement = select(ElectorateEntry).where(col(ElectorateEntry.motion_id) == motion.id)
    if motion.sync_version > 0:
        statement = statement.where(col(ElectorateEntry.sync_state) != SyncState.REFUSED)
    return statement


def has_standing_ballot(session: Session, motion: Motion, household_id: str) -> bool:
    """Whether a ballot of this household stands in an open vote, counted or in doubt."""
    ballots = session.exec(
        select(Ballot).where(
            col(Ballot.motion_id) == motion.id, col(Ballot.household_id) == household_id
        )
    ).all()
    withdrawals = session.exec(
        select(BallotWithdrawal).where(
            col(BallotWithdrawal.ballot_id).in_([ballot.id for ballot in ballots])
        )
    ).all()
    standings = ballot_standings({household_id}, _cast(ballots, None), _withdrawn_ids(withdrawals))
    return bool({*standings.values()} & STANDING)


def tally_of(motion: Motion, events: Sequence[MotionEvent]) -> Tally | None:
    """The tally that stands, from all events of the motion in county order.

    Of two made apart it is the one the county has first; one that came before the vote was open
    there was not applied and says nothing.
    """
    if motion.state is not MotionState.TALLIED:
        return None
    skipped = {
        one.position for one in fold_motion_with_refusals([event.kind for event in events]).refusals
    }
    for position, event in enumerate(events):
        if event.kind is MotionEventKind.TALLIED and position not in skipped:
            return unpack_tally(event.detail)
    return None


def _cast(ballots: Sequence[Ballot], sealed_ids: frozenset[str] | None) -> list[CastBallot]:
    """The ballots to be counted: not what the county refused, unless a tally stands on it."""
    return [
        CastBallot(ballot.id, ballot.household_id, ballot.choice)
        for ballot in ballots
        if ballot.sync_state is not SyncState.REFUSED or ballot.id in (sealed_ids or ())
    ]


def _withdrawn_ids(withdrawals: Sequence[BallotWithdrawal]) -> frozenset[str]:
    return frozenset(
        one.ballot_id for one in withdrawals if one.sync_state is not SyncState.REFUSED
    )
