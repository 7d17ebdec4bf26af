"""What people do about a motion: draft it, open it, take and take back ballots, tally."""

from __future__ import annotations

import json
from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.conflicts.settling import add_settlement, ballot_conflicts
from app.conflicts.vocabulary import SettlementChoice
from app.drafts import discard_draft_in
from app.errors import ErrorCode, UserFacingError
from app.refolding import refold_motion
from app.store import Changes, Store
from app.village_rules.queries import rule_sets_by_id
from app.village_rules.vocabulary import RuleSet
from app.votes.rules import (
    ballots_to_seal,
    decision_rule,
    judge_result,
    may_follow,
    may_take_ballot,
    opening_problems,
    opening_warnings,
)
from app.votes.standing import STANDING, frozen_list, has_standing_ballot, read_vote
from app.votes.tallies import pack_tally
from app.votes.vocabulary import (
    BallotChoice,
    BallotMethod,
    BallotStanding,
    MeetingBody,
    MotionEventKind,
    MotionMatter,
    MotionState,
)
from db.clock import today_in_china
from db.columns import new_id
from db.tables.households import Household
from db.tables.votes import Ballot, BallotWithdrawal, ElectorateEntry, Motion, MotionEvent

MOTION_FORM = "motion"
"""The form under which a half-written motion is kept (see app.drafts)."""

MAX_TITLE = 100
MAX_TEXT = 8000
MAX_REASON = 200


def propose_motion(
    store: Store,
    actor: Actor,
    *,
    title: str,
    text: str,
    matter: MotionMatter,
    body: MeetingBody = MeetingBody.VILLAGERS_ASSEMBLY,
) -> Changes:
    """A draft of the actor's own village, under the village's next number.

    Raises MOTION_TITLE_MISSING, MOTION_TITLE_TOO_LONG, MOTION_TEXT_TOO_LONG (limit), or
    RULE_SET_MISSING when the county has sent no rule for this body and day.
    """
    actor.require(Permission.PROPOSE_MOTION, unit_id=actor.unit_id)
    _check_draft(title, text)
    with store.transaction(account_id=actor.account_id, action="propose_motion") as tx:
        motion = Motion(
            unit_id=actor.unit_id,
            number=_next_number(tx.session, actor.unit_id),
            title=title.strip(),
            text=text.strip(),
            matter=matter,
            body=body,
            rule_set_id=_decision_rule_id(tx.session, body, today_in_china(store.clock)),
            proposed_by=actor.account_id,
            proposed_at=store.clock.now(),
        )
        tx.session.add(motion)
        _discard_form(tx.session, actor, "")
    return tx.changes


def edit_motion(
    store: Store,
    actor: Actor,
    *,
    motion_id: str,
    title: str,
    text: str,
    matter: MotionMatter,
    body: MeetingBody = MeetingBody.VILLAGERS_ASSEMBLY,
) -> Changes:
    """Changes a draft; what has been opened stays as it was put to the village.

    Raises as `propose_motion`, and MOTION_NOT_A_DRAFT, MOTION_NOT_FOUND.
    """
    _check_draft(title, text)
    with store.transaction(account_id=actor.account_id, action="edit_motion") as tx:
        motion = _motion(tx.session, motion_id)
        actor.require(Permission.PROPOSE_MOTION, unit_id=motion.unit_id)
        if motion.state is not MotionState.DRAFT:
            raise UserFacingError(ErrorCode.MOTION_NOT_A_DRAFT)
        motion.title = title.strip()
        motion.text = text.strip()
        motion.matter = matter
        motion.body = body
        motion.rule_set_id = _decision_rule_id(tx.session, body, today_in_china(store.clock))
        _discard_form(tx.session, actor, motion_id)
    return tx.changes


def open_motion(
    store: Store, actor: Actor, *, motion_id: str, notified_on: date | None = None
) -> Changes:
    """Opens the vote and freezes its electorate: the village's households of this moment.

    `notified_on` is the day the villagers were told. Warnings do not stop it; they are kept with
    the event. Raises MOTION_NOT_OPENABLE (problems: list of OpenProblem), MOTION_TEXT_MISSING, or
    MOTION_BODY_NOT_BY_HOUSEHOLD: only the villagers' assembly is counted by households here.
    """
    today = today_in_china(store.clock)
    with store.transaction(account_id=actor.account_id, action="open_motion") as tx:
        session = tx.session
        motion = _motion(session, motion_id)
        actor.require(Permission.OPEN_MOTION, unit_id=motion.unit_id)
        rule_sets = rule_sets_by_id(session)
        households = _households(session, motion.unit_id)
        _check_openable(motion, len(households), today, list(rule_sets.values()))
        motion.rule_set_id = _decision_rule_id(session, motion.body, today)
        session.flush()
        session.add_all(_entry(motion, household) for household in households)
        session.flush()
        warnings = opening_warnings(
            body=motion.body,
            notified_on=notified_on,
            on_date=today,
            rule_sets=list(rule_sets.values()),
        )
        detail = {
            "electorate": len(households),
            "notified_on": None if notified_on is None else notified_on.isoformat(),
            "rule_set_id": motion.rule_set_id,
            "warnings": [warning.value for warning in warnings],
        }
        _add_event(store, actor, session, motion, MotionEventKind.OPENED, json.dumps(detail))
    return tx.changes


def take_ballot(
    store: Store,
    actor: Actor,
    *,
    motion_id: str,
    household_id: str,
    choice: BallotChoice,
    method: BallotMethod,
    ballot_id: str | None = None,
) -> Changes:
    """One household's answer. `ballot_id` may be drawn beforehand, so that the next key can already
    name it.

    Raises BALLOT_NOT_TAKEN when the vote is not open or the household not on the frozen list, and
    BALLOT_ALREADY_TAKEN when this laptop knows a ballot of it: that one is withdrawn first.
    """
    with store.transaction(account_id=actor.account_id, action="take_ballot") as tx:
        motion = _motion(tx.session, motion_id)
        actor.require(Permission.TAKE_BALLOT, unit_id=motion.unit_id)
        is_listed = _is_in_electorate(tx.session, motion, household_id)
        if not may_take_ballot(motion.state, is_in_electorate=is_listed):
            raise UserFacingError(ErrorCode.BALLOT_NOT_TAKEN, household_id=household_id)
        if has_standing_ballot(tx.session, motion, household_id):
            raise UserFacingError(ErrorCode.BALLOT_ALREADY_TAKEN, household_id=household_id)
        tx.session.add(
            Ballot(
                id=ballot_id or new_id(),
                unit_id=motion.unit_id,
                motion_id=motion_id,
                household_id=household_id,
                choice=choice,
                method=method,
                by_account_id=actor.account_id,
                taken_at=store.clock.now(),
            )
        )
    return tx.changes


def withdraw_ballot(store: Store, actor: Actor, *, ballot_id: str, reason: str) -> Changes:
    """Takes a ballot back, with the reason; the ballot stays on record.

    One of two ballots of a household is withdrawn by whoever may judge duplicates. Raises
    BALLOT_REASON_MISSING, BALLOT_GONE (also when it is withdrawn already), MOTION_NOT_OPEN.
    """
    if not reason.strip():
        raise UserFacingError(ErrorCode.BALLOT_REASON_MISSING)
    with store.transaction(account_id=actor.account_id, action="withdraw_ballot") as tx:
        ballot = tx.session.get(Ballot, ballot_id)
        if ballot is None:
            raise UserFacingError(ErrorCode.BALLOT_GONE)
        motion = _motion(tx.session, ballot.motion_id)
        standing = read_vote(tx.session, motion).standings.get(ballot_id)
        is_duplicate = standing is BallotStanding.DUPLICATE_PENDING
        actor.require(
            Permission.JUDGE_DUPLICATE_BALLOTS if is_duplicate else Permission.TAKE_BALLOT,
            unit_id=motion.unit_id,
        )
        if motion.state is not MotionState.OPEN:
            raise UserFacingError(ErrorCode.MOTION_NOT_OPEN)
        if standing not in STANDING:
            raise UserFacingError(ErrorCode.BALLOT_GONE)
        if is_duplicate:
            _settle_double(tx.session, actor, store.clock.now(), ballot)
        add_withdrawal(tx.session, actor, store.clock.now(), ballot, reason)
    return tx.changes


def add_withdrawal(
    session: Session, actor: Actor, now: datetime, ballot: Ballot, reason: str
) -> None:
    """One ballot taken back, inside somebody's transaction."""
    session.add(
        BallotWithdrawal(
            unit_id=ballot.unit_id,
            motion_id=ballot.motion_id,
            ballot_id=ballot.id,
            reason=reason.strip()[:MAX_REASON],
            by_account_id=actor.account_id,
            withdrawn_at=now,
        )
    )


def _settle_double(session: Session, actor: Actor, now: datetime, ballot: Ballot) -> None:
    """When one is left after it, the county's conflict is settled with the same step."""
    motion = _motion(session, ballot.motion_id)
    vote = read_vote(session, motion)
    left = [
        one
        for one in vote.ballots
        if one.household_id == ballot.household_id
        and one.id != ballot.id
        and vote.standings.get(one.id) in STANDING
    ]
    if len(left) == 1:
        for conflict in ballot_conflicts(session, motion.id, ballot.household_id):
            choice = SettlementChoice.KEEP_BALLOT
            add_settlement(session, actor, now, conflict, choice, left[0].id)


def tally_motion(store: Store, actor: Actor, *, motion_id: str) -> Changes:
    """Ends the vote and records counts, result and the seal of the ballots it stands on.

    Judged by the rule set the motion was opened under. Raises MOTION_NOT_OPEN, RULE_SET_MISSING,
    and BALLOTS_IN_DOUBT (count) while a household has two ballots: a person judges those first.
    """
    with store.transaction(account_id=actor.account_id, action="tally_motion") as tx:
        motion = _motion(tx.session, motion_id)
        actor.require(Permission.TALLY_MOTION, unit_id=motion.unit_id)
        if not may_follow(motion.state, MotionEventKind.TALLIED):
            raise UserFacingError(ErrorCode.MOTION_NOT_OPEN)
        vote = read_vote(tx.session, motion)
        count = vote.count()
        if count.duplicate_pending:
            raise UserFacingError(ErrorCode.BALLOTS_IN_DOUBT, count=count.duplicate_pending)
        rule = rule_sets_by_id(tx.session).get(motion.rule_set_id)
        if rule is None:
            raise UserFacingError(ErrorCode.RULE_SET_MISSING)
        detail = pack_tally(
            count,
            judge_result(count, rule),
            rule_set_id=motion.rule_set_id,
            sealed_ids=ballots_to_seal(vote.standings),
        )
        _add_event(store, actor, tx.session, motion, MotionEventKind.TALLIED, detail)
    return tx.changes


def withdraw_motion(store: Store, actor: Actor, *, motion_id: str, reason: str = "") -> Changes:
    """Takes a draft or an open vote back; ballots already taken stay on record.

    Raises MOTION_NOT_OPEN when it was tallied or withdrawn before.
    """
    with store.transaction(account_id=actor.account_id, action="withdraw_motion") as tx:
        motion = _motion(tx.session, motion_id)
        actor.require(Permission.OPEN_MOTION, unit_id=motion.unit_id)
        if not may_follow(motion.state, MotionEventKind.WITHDRAWN):
            raise UserFacingError(ErrorCode.MOTION_NOT_OPEN)
        detail = json.dumps({"reason": reason.strip()[:MAX_REASON]}, ensure_ascii=False)
        _add_event(store, actor, tx.session, motion, MotionEventKind.WITHDRAWN, detail)
    return tx.changes


# --- checks ------------------------------------------------------------------------------------


def _check_draft(title: str, text: str) -> None:
    if not title.strip():
        raise UserFacingError(ErrorCode.MOTION_TITLE_MISSING)
    if len(title.strip()) > MAX_TITLE:
        raise UserFacingError(ErrorCode.MOTION_TITLE_TOO_LONG, limit=MAX_TITLE)
    if len(text.strip()) > MAX_TEXT:
        raise UserFacingError(ErrorCode.MOTION_TEXT_TOO_LONG, limit=MAX_TEXT)


def _check_openable(
    motion: Motion, electorate_size: int, today: date, rule_sets: list[RuleSet]
) -> None:
    problems = opening_problems(
        state=motion.state,
        matter=motion.matter,
        body=motion.body,
        electorate_size=electorate_size,
        on_date=today,
        rule_sets=rule_sets,
    )
    if problems:
        raise UserFacingError(ErrorCode.MOTION_NOT_OPENABLE, problems=problems)
    if not motion.text.strip():
        raise UserFacingError(ErrorCode.MOTION_TEXT_MISSING)
    if motion.body is not MeetingBody.VILLAGERS_ASSEMBLY:
        raise UserFacingError(ErrorCode.MOTION_BODY_NOT_BY_HOUSEHOLD)


# --- rows --------------------------------------------------------------------------------------


def _motion(session: Session, motion_id: str) -> Motion:
    motion = session.get(Motion, motion_id)
    if motion is None:
        raise UserFacingError(ErrorCode.MOTION_NOT_FOUND)
    return motion


def _discard_form(session: Session, actor: Actor, record_id: str) -> None:
    discard_draft_in(session, form=MOTION_FORM, record_id=record_id, account_id=actor.account_id)


def _next_number(session: Session, unit_id: str) -> int:
    """Two laptops of one village may give one number apart; the title tells them apart."""
    statement = select(func.max(col(Motion.number))).where(col(Motion.unit_id) == unit_id)
    return (session.exec(statement).one() or 0) + 1


def _decision_rule_id(session: Session, body: MeetingBody, today: date) -> str:
    by_id = rule_sets_by_id(session)
    rule = decision_rule(body, today, by_id.values())
    if rule is None:
        raise UserFacingError(ErrorCode.RULE_SET_MISSING)
    return next(id_ for id_, known in by_id.items() if known is rule)


def _households(session: Session, unit_id: str) -> list[Household]:
    """The living households: a household nobody is left in has no vote."""
    statement = select(Household).where(
        col(Household.unit_id) == unit_id, col(Household.dissolved_on).is_(None)
    )
    return list(session.exec(statement.order_by(col(Household.number), col(Household.id))))


def _entry(motion: Motion, household: Household) -> ElectorateEntry:
    return ElectorateEntry(
        unit_id=motion.unit_id,
        motion_id=motion.id,
        household_id=household.id,
        household_number=household.number,
        head_name=household.head_name,
        micro_grid_id=household.micro_grid_id,
    )


def _add_event(
    store: Store,
    actor: Actor,
    session: Session,
    motion: Motion,
    kind: MotionEventKind,
    detail: str,
) -> None:
    session.add(
        MotionEvent(
            unit_id=motion.unit_id,
            motion_id=motion.id,
            kind=kind,
            by_account_id=actor.account_id,
            happened_at=store.clock.now(),
            detail=detail,
        )
    )
    session.flush()
    refold_motion(session, motion.id)


def _is_in_electorate(session: Session, motion: Motion, household_id: str) -> bool:
    statement = frozen_list(motion).where(col(ElectorateEntry.household_id) == household_id)
    return session.exec(statement).first() is not None
