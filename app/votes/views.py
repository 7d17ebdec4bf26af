"""What a screen shows of a vote: frozen rows, and how they look once a key was pressed.

`with_ballot` and `without_ballot` give the view as it will be when the write has gone through, by
the same rules as the count itself, so that a key shows at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from app.store import SyncState
from app.village_rules.vocabulary import RuleSet
from app.votes.rules import ballot_standings, count_ballots, judge_result
from app.votes.tallies import Tally
from app.votes.vocabulary import (
    BallotChoice,
    BallotMethod,
    BallotStanding,
    CastBallot,
    Count,
    Judgement,
    MeetingBody,
    MotionEventKind,
    MotionMatter,
    MotionState,
)


@dataclass(frozen=True, slots=True)
class MotionRow:
    """One line of the list of motions."""

    motion_id: str
    unit_id: str
    number: int
    title: str
    matter: MotionMatter
    body: MeetingBody
    state: MotionState
    proposed_by: str
    """The person's name; empty where the account is not known here."""
    proposed_at: datetime
    total: int
    """Households on the frozen list; 0 for a draft."""
    collected: int
    """Households whose ballot counts."""
    in_doubt: int
    """Households with two ballots nobody has judged yet."""
    present_needed: int | None
    """Households that make a quorum; None for a draft, or where the rule has not arrived here."""
    tally: Tally | None
    sync_state: SyncState

    @property
    def missing(self) -> int:
        """Households nobody has heard yet."""
        return self.total - self.collected - self.in_doubt


@dataclass(frozen=True, slots=True)
class BallotView:
    """One ballot. `standing` is None where the county refused it: it counts nowhere."""

    ballot_id: str
    household_id: str
    choice: BallotChoice
    method: BallotMethod
    by_name: str
    taken_at: datetime
    standing: BallotStanding | None
    sync_state: SyncState
    withdrawal_reason: str = ""
    is_saved: bool = True
    """False between the key and the write."""

    @property
    def stands(self) -> bool:
        """Whether it keeps its household from giving another."""
        return self.standing in (BallotStanding.COUNTED, BallotStanding.DUPLICATE_PENDING)


@dataclass(frozen=True, slots=True)
class EntryView:
    """One household of the frozen list with all its ballots, oldest first.

    `is_listed` is False for a household that is not on the list and has a ballot all the same.
    """

    household_id: str
    household_number: str
    head_name: str
    micro_grid_id: str | None
    ballots: tuple[BallotView, ...] = ()
    sync_state: SyncState = SyncState.SYNCED
    is_listed: bool = True

    @property
    def standing_ballots(self) -> tuple[BallotView, ...]:
        """Counted: one; in doubt: two or more; not heard yet: none."""
        return tuple(ballot for ballot in self.ballots if ballot.stands)

    @property
    def is_missing(self) -> bool:
        """Whether the household is still to be asked."""
        return self.is_listed and not self.standing_ballots


@dataclass(frozen=True, slots=True)
class MicroGridView:
    """A micro-grid of the frozen list: how many households, how many heard."""

    micro_grid_id: str | None
    name: str
    total: int
    heard: int


@dataclass(frozen=True, slots=True)
class EventView:
    """One line of the motion's history."""

    event_id: str
    kind: MotionEventKind
    by_name: str
    happened_at: datetime
    sync_state: SyncState
    reason: str = ""
    notified_on: date | None = None


@dataclass(frozen=True, slots=True)
class MotionView:
    """One motion with its electorate, ballots, count and the rule it is judged by."""

    motion_id: str
    unit_id: str
    number: int
    title: str
    text: str
    matter: MotionMatter
    body: MeetingBody
    state: MotionState
    proposed_by: str
    proposed_at: datetime
    sync_state: SyncState
    rule_set_id: str
    rule_set: RuleSet | None
    """None where the county's rule has not arrived here."""
    entries: tuple[EntryView, ...]
    micro_grid_names: Mapping[str, str]
    count: Count
    judgement: Judgement | None
    """As of the ballots known here; None for a draft or without a rule set."""
    tally: Tally | None
    is_seal_whole: bool
    """Whether all ballots the tally stands on are here; True before a tally."""
    events: tuple[EventView, ...]

    def entry(self, household_id: str) -> EntryView | None:
        """The household's line."""
        return next((one for one in self.entries if one.household_id == household_id), None)

    def micro_grids(self) -> tuple[MicroGridView, ...]:
        """The micro-grids of the frozen list, in the order of the list."""
        groups: dict[str | None, list[EntryView]] = {}
        for entry in self.entries:
            if entry.is_listed:
                groups.setdefault(entry.micro_grid_id, []).append(entry)
        return tuple(
            MicroGridView(
                micro_grid_id=id_,
                name=self.micro_grid_names.get(id_ or "", ""),
                total=len(entries),
                heard=sum(not entry.is_missing for entry in entries),
            )
            for id_, entries in groups.items()
        )


def with_ballot(view: MotionView, ballot: BallotView) -> MotionView:
    """The view with one more ballot, not yet written; unchanged for a household not listed."""
    entry = view.entry(ballot.household_id)
    if entry is None:
        return view
    waiting = replace(ballot, standing=BallotStanding.COUNTED, is_saved=False)
    return _recounted(
        view,
        replace(entry, ballots=(*entry.ballots, waiting), sync_state=SyncState.PENDING),
    )


def without_ballot(view: MotionView, ballot_id: str, reason: str) -> MotionView:
    """The view with this ballot taken back, not yet written."""
    entry = next(
        (one for one in view.entries if any(b.ballot_id == ballot_id for b in one.ballots)), None
    )
    if entry is None:
        return view
    ballots = tuple(
        replace(ballot, standing=BallotStanding.WITHDRAWN, withdrawal_reason=reason)
        if ballot.ballot_id == ballot_id
        else ballot
        for ballot in entry.ballots
    )
    return _recounted(view, replace(entry, ballots=ballots, sync_state=SyncState.PENDING))


def _recounted(view: MotionView, changed: EntryView) -> MotionView:
    """Puts the entry in its place and judges all ballots anew."""
    entries = tuple(
        changed if entry.household_id == changed.household_id else entry for entry in view.entries
    )
    listed = frozenset(entry.household_id for entry in entries if entry.is_listed)
    known = [b for entry in entries for b in entry.ballots if b.standing is not None]
    cast = [CastBallot(b.ballot_id, b.household_id, b.choice) for b in known]
    withdrawn = {b.ballot_id for b in known if b.standing is BallotStanding.WITHDRAWN}
    standings = ballot_standings(listed, cast, withdrawn)
    count = count_ballots(listed, cast, withdrawn)
    return replace(
        view,
        entries=tuple(_restanding(entry, standings) for entry in entries),
        count=count,
        judgement=judge_or_none(count, view.rule_set),
    )


def _restanding(entry: EntryView, standings: Mapping[str, BallotStanding]) -> EntryView:
    if all(standings.get(b.ballot_id) is b.standing for b in entry.ballots):
        return entry
    ballots = tuple(
        b if b.standing is None else replace(b, standing=standings[b.ballot_id])
        for b in entry.ballots
    )
    return replace(entry, ballots=ballots)


def judge_or_none(count: Count, rule_set: RuleSet | None) -> Judgement | None:
    """The judgement of a count, where there is a rule for it."""
    if rule_set is None or "households" not in rule_set.params.get("quorum", {}):
        return None
    return judge_result(count, rule_set)


def worst_sync_state(states: Iterable[SyncState]) -> SyncState:
    """What one line says for several records: the one a person should look at first."""
    found = set(states)
    order = (SyncState.REFUSED, SyncState.CONFLICT, SyncState.PENDING)
    return next((state for state in order if state in found), SyncState.SYNCED)
