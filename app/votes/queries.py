"""Reads about motions and their ballots."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from app.accounts.queries import account_names
from app.errors import ErrorCode, UserFacingError
from app.refolding import county_order
from app.store import Store, SyncState
from app.village_rules.queries import rule_sets_by_id
from app.village_rules.vocabulary import RuleSet
from app.votes.rules import decision_rule, opening_problems, opening_warnings
from app.votes.standing import Vote, read_vote, tally_of
from app.votes.views import (
    BallotView,
    EntryView,
    EventView,
    MotionRow,
    MotionView,
    judge_or_none,
    worst_sync_state,
)
from app.votes.vocabulary import Count, MotionState, OpenProblem, OpenWarning
from db.clock import today_in_china
from db.tables.households import MicroGrid
from db.tables.votes import Ballot, Motion, MotionEvent

_COUNTS = """
SELECT e.motion_id, count(*), sum(coalesce(b.standing, 0) = 1), sum(coalesce(b.standing, 0) > 1)
FROM electorate_entry e LEFT JOIN (
  SELECT motion_id, household_id, count(*) AS standing FROM ballot
  WHERE sync_state <> 'refused' AND id NOT IN (
    SELECT ballot_id FROM ballot_withdrawal WHERE sync_state <> 'refused')
  AND motion_id IN (SELECT id FROM motion WHERE state <> 'tallied')
  GROUP BY motion_id, household_id
) b ON b.motion_id = e.motion_id AND b.household_id = e.household_id
WHERE e.motion_id IN (SELECT id FROM motion WHERE state <> 'tallied')
GROUP BY e.motion_id
"""
"""Per motion: households listed, with one standing ballot, with several. What was tallied has its
numbers in the tally, so years of old votes cost nothing."""


@dataclass(frozen=True, slots=True)
class OpeningCheck:
    """What opening this motion today would meet."""

    problems: tuple[OpenProblem, ...]
    warnings: tuple[OpenWarning, ...]
    electorate_size: int
    rule_set: RuleSet | None


def motion_rows(
    store: Store, *, unit_ids: frozenset[str] | None = None, state: MotionState | None = None
) -> tuple[MotionRow, ...]:
    """The motions of these units (None for all) in this state (None for any), newest number first
    within its village."""
    wanted = select(Motion)
    if unit_ids is not None:
        wanted = wanted.where(col(Motion.unit_id).in_(sorted(unit_ids)))
    if state is not None:
        wanted = wanted.where(col(Motion.state) == state)
    with store.reading() as session:
        motions = session.exec(
            wanted.order_by(col(Motion.unit_id), col(Motion.number).desc(), col(Motion.id))
        ).all()
        if not motions:
            return ()
        rules = rule_sets_by_id(session)
        counts = {row[0]: row[1:] for row in session.connection().execute(text(_COUNTS))}
        happened = select(MotionEvent).order_by(*county_order(MotionEvent))
        if state is not None:
            ids = [motion.id for motion in motions]
            happened = happened.where(col(MotionEvent.motion_id).in_(ids))
        events = session.exec(happened).all()
    names = account_names(store)
    histories = _by_motion(events)
    return tuple(
        _motion_row(
            motion,
            names,
            counts.get(motion.id, (0, 0, 0)),
            histories.get(motion.id, []),
            rules.get(motion.rule_set_id),
        )
        for motion in motions
    )


def one_motion(store: Store, motion_id: str) -> MotionView:
    """Everything about one motion; raises MOTION_NOT_FOUND."""
    names = account_names(store)
    with store.reading() as session:
        motion = session.get(Motion, motion_id)
        if motion is None:
            raise UserFacingError(ErrorCode.MOTION_NOT_FOUND)
        vote = read_vote(session, motion)
        rule_set = rule_sets_by_id(session).get(motion.rule_set_id)
        grids = dict(session.exec(select(MicroGrid.id, MicroGrid.name)).all())
        order = _grid_order(session)
    count = vote.tally.count if vote.tally else vote.count()
    return MotionView(
        motion_id=motion.id,
        unit_id=motion.unit_id,
        number=motion.number,
        title=motion.title,
        text=motion.text,
        matter=motion.matter,
        body=motion.body,
        state=motion.state,
        proposed_by=names.get(motion.proposed_by, ""),
        proposed_at=motion.proposed_at,
        sync_state=motion.sync_state,
        rule_set_id=motion.rule_set_id,
        rule_set=rule_set,
        entries=_entries(vote, names, order),
        micro_grid_names=grids,
        count=count,
        judgement=judge_or_none(count, rule_set) if vote.electorate else None,
        tally=vote.tally,
        is_seal_whole=vote.tally is None or vote.tally.is_whole(vote.sealed_ids or ()),
        events=tuple(_event_view(event, names) for event in vote.events),
    )


def opening_check(store: Store, motion_id: str, *, notified_on: date | None = None) -> OpeningCheck:
    """What stands against opening this motion today; raises MOTION_NOT_FOUND."""
    today = today_in_china(store.clock)
    with store.reading() as session:
        motion = session.get(Motion, motion_id)
        if motion is None:
            raise UserFacingError(ErrorCode.MOTION_NOT_FOUND)
        rule_sets = tuple(rule_sets_by_id(session).values())
        size = _household_count(session, motion.unit_id)
    problems = opening_problems(
        state=motion.state,
        matter=motion.matter,
        body=motion.body,
        electorate_size=size,
        on_date=today,
        rule_sets=rule_sets,
    )
    warnings = opening_warnings(
        body=motion.body, notified_on=notified_on, on_date=today, rule_sets=rule_sets
    )
    rule = decision_rule(motion.body, today, rule_sets)
    return OpeningCheck(tuple(problems), tuple(warnings), size, rule)


def today_in_village(store: Store) -> date:
    """The date on paper in the village, by this laptop's clock."""
    return today_in_china(store.clock)


# --- parts -------------------------------------------------------------------------------------


def _motion_row(
    motion: Motion,
    names: Mapping[str, str],
    counts: Sequence[int],
    history: list[MotionEvent],
    rule: RuleSet | None,
) -> MotionRow:
    tally = tally_of(motion, history)
    total, collected, in_doubt = counts
    counted = Count(collected, 0, 0, in_doubt, total - collected - in_doubt, collected, total)
    judgement = judge_or_none(counted, rule) if total else None
    if tally is not None:
        total, collected, in_doubt = tally.count.total, tally.count.present, 0
    return MotionRow(
        motion_id=motion.id,
        unit_id=motion.unit_id,
        number=motion.number,
        title=motion.title,
        matter=motion.matter,
        body=motion.body,
        state=motion.state,
        proposed_by=names.get(motion.proposed_by, ""),
        proposed_at=motion.proposed_at,
        total=total,
        collected=collected,
        in_doubt=in_doubt,
        present_needed=None if judgement is None else judgement.present_needed,
        tally=tally,
        sync_state=motion.sync_state,
    )


def _by_motion(events: Iterable[MotionEvent]) -> dict[str, list[MotionEvent]]:
    found: dict[str, list[MotionEvent]] = {}
    for event in events:
        found.setdefault(event.motion_id, []).append(event)
    return found


def _grid_order(session: Session) -> dict[str | None, int]:
    """Micro-grid id to its number, for the order of the list."""
    return {id_: number for id_, number in session.exec(select(MicroGrid.id, MicroGrid.number))}


def _household_count(session: Session, unit_id: str) -> int:
    statement = text(
        "SELECT count(*) FROM household WHERE unit_id = :unit_id AND dissolved_on IS NULL"
    )
    return int(session.connection().execute(statement, {"unit_id": unit_id}).scalar_one())


def _entries(
    vote: Vote, names: Mapping[str, str], order: Mapping[str | None, int]
) -> tuple[EntryView, ...]:
    """Grid by grid and household by household; ballots of households not listed come last."""
    reasons = {
        one.ballot_id: (one.reason, one.sync_state)
        for one in vote.withdrawals
        if one.sync_state is not SyncState.REFUSED
    }
    ballots: dict[str, list[BallotView]] = {}
    states: dict[str, list[SyncState]] = {}
    for ballot in vote.ballots:
        reason, withdrawal_state = reasons.get(ballot.id, ("", SyncState.SYNCED))
        view = _ballot_view(ballot, vote, names, reason)
        ballots.setdefault(ballot.household_id, []).append(view)
        states.setdefault(ballot.household_id, []).extend((ballot.sync_state, withdrawal_state))
    listed = [
        EntryView(
            household_id=entry.household_id,
            household_number=entry.household_number,
            head_name=entry.head_name,
            micro_grid_id=entry.micro_grid_id,
            ballots=tuple(ballots.pop(entry.household_id, ())),
            sync_state=worst_sync_state(states.get(entry.household_id, ())),
        )
        for entry in vote.electorate
    ]
    after_all = len(order) + max(order.values(), default=0) + 1
    listed.sort(key=lambda one: (order.get(one.micro_grid_id, after_all), one.household_number))
    return (*listed, *(_unlisted(id_, found, states[id_]) for id_, found in ballots.items()))


def _unlisted(household_id: str, ballots: list[BallotView], states: list[SyncState]) -> EntryView:
    return EntryView(
        household_id=household_id,
        household_number="",
        head_name="",
        micro_grid_id=None,
        ballots=tuple(ballots),
        sync_state=worst_sync_state(states),
        is_listed=False,
    )


def ballot_views(vote: Vote, names: Mapping[str, str]) -> tuple[BallotView, ...]:
    """All ballots of a vote, the oldest first."""
    reasons = {
        one.ballot_id: one.reason
        for one in vote.withdrawals
        if one.sync_state is not SyncState.REFUSED
    }
    return tuple(_ballot_view(one, vote, names, reasons.get(one.id, "")) for one in vote.ballots)


def _ballot_view(
    ballot: Ballot, vote: Vote, names: Mapping[str, str], withdrawal_reason: str
) -> BallotView:
    return BallotView(
        ballot_id=ballot.id,
        household_id=ballot.household_id,
        choice=ballot.choice,
        method=ballot.method,
        by_name=names.get(ballot.by_account_id, ""),
        taken_at=ballot.taken_at,
        standing=vote.standings.get(ballot.id),
        sync_state=ballot.sync_state,
        withdrawal_reason=withdrawal_reason,
    )


def _event_view(event: MotionEvent, names: Mapping[str, str]) -> EventView:
    detail = _detail(event.detail)
    notified_on = detail.get("notified_on")
    return EventView(
        event_id=event.id,
        kind=event.kind,
        by_name=names.get(event.by_account_id, ""),
        happened_at=event.happened_at,
        sync_state=event.sync_state,
        reason=str(detail.get("reason", "")),
        notified_on=date.fromisoformat(notified_on) if isinstance(notified_on, str) else None,
    )


def _detail(text_: str | None) -> dict[str, Any]:
    """The event's detail; empty where a newer program wrote something else."""
    try:
        found = json.loads(text_ or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
