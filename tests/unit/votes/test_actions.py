"""What people do about a motion, against a real encrypted file."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlmodel import select

from app.accounts.vocabulary import Role
from app.drafts import load_draft, save_draft
from app.errors import ErrorCode, UserFacingError
from app.store import SyncState
from app.votes import actions
from app.votes.queries import one_motion
from app.votes.rules import seal_of
from app.votes.vocabulary import (
    BallotChoice,
    BallotMethod,
    BallotStanding,
    MeetingBody,
    MotionMatter,
    MotionState,
    OpenProblem,
    TallyResult,
)
from db.tables.local import OutboxOp
from db.tables.votes import Ballot, ElectorateEntry, Motion, MotionEvent
from tests.helpers.stores import a_household, a_store, a_unit, an_actor, save
from tests.helpers.votes import (
    a_proposed_motion,
    a_village,
    an_open_motion,
    ballot_from_another_laptop,
    give,
)

AGREE, OPPOSE, ABSTAIN = BallotChoice


def fails(code: ErrorCode):
    return pytest.raises(UserFacingError, match=f"^\\('{code.value}',")


def rows(store, model):
    with store.reading() as session:
        return session.exec(select(model)).all()


def propose(store, actor=None, **changed):
    usual = {"title": "公约", "text": "正文", "matter": MotionMatter.BUILDING_PACT}
    return actions.propose_motion(store, actor or an_actor(), **{**usual, **changed})


class TestProposing:
    def test_a_draft_of_the_village_under_the_next_number(self, store):
        propose(store)
        propose(store, title="  第二个  ")

        first, second = sorted(rows(store, Motion), key=lambda motion: motion.number)
        assert (first.number, second.number) == (1, 2)
        assert second.title == "第二个"
        assert second.state is MotionState.DRAFT
        assert second.unit_id == a_unit().id

    def test_it_names_the_rule_in_force_on_the_day(self, store):
        propose(store)

        (motion,) = rows(store, Motion)
        rule = one_motion(store, motion.id).rule_set
        assert rule.effective_from == date(2026, 1, 1)
        assert motion.rule_set_id == rule.id

    def test_without_the_countys_rules_nothing_is_judged_by_a_guess(self, tmp_path):
        bare = a_store(tmp_path)

        with fails(ErrorCode.RULE_SET_MISSING):
            propose(bare)

        assert rows(bare, Motion) == []
        bare.close()

    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"title": "  "}, ErrorCode.MOTION_TITLE_MISSING),
            ({"title": "长" * 101}, ErrorCode.MOTION_TITLE_TOO_LONG),
            ({"text": "长" * 8001}, ErrorCode.MOTION_TEXT_TOO_LONG),
        ],
    )
    def test_what_cannot_be_kept_is_refused_whole(self, store, changed, code):
        with fails(code):
            propose(store, **changed)

        assert rows(store, Motion) == []

    def test_a_township_does_not_propose_for_a_village(self, store):
        with fails(ErrorCode.NOT_ALLOWED):
            propose(store, an_actor(Role.TOWNSHIP_CENTRE, "坪坦乡"))

    def test_it_takes_the_place_of_the_draft_on_disk(self, store):
        key = {"form": actions.MOTION_FORM, "record_id": "", "account_id": "account-of-zhang"}
        save_draft(store, **key, body={"title": "半句"})

        propose(store)

        assert load_draft(store, **key) is None


class TestEditing:
    def test_a_draft_may_change(self, store):
        motion_id = a_proposed_motion(store)

        actions.edit_motion(
            store,
            an_actor(),
            motion_id=motion_id,
            title="新名称",
            text="新正文",
            matter=MotionMatter.VILLAGE_RULES_MADE_OR_CHANGED,
        )

        view = one_motion(store, motion_id)
        assert (view.title, view.text) == ("新名称", "新正文")

    def test_what_was_opened_stays_as_it_was_put_to_the_village(self, store):
        a_village(store)
        motion_id = an_open_motion(store)

        with fails(ErrorCode.MOTION_NOT_A_DRAFT):
            actions.edit_motion(
                store,
                an_actor(),
                motion_id=motion_id,
                title="改",
                text="改",
                matter=MotionMatter.BUILDING_PACT,
            )


class TestOpening:
    def test_the_electorate_is_frozen_in_the_same_transaction(self, store):
        households = a_village(store, households=6)
        motion_id = a_proposed_motion(store)

        changes = actions.open_motion(
            store, an_actor(), motion_id=motion_id, notified_on=date(2026, 11, 10)
        )

        entries = rows(store, ElectorateEntry)
        assert {entry.household_id for entry in entries} == {one.id for one in households}
        assert one_motion(store, motion_id).state is MotionState.OPEN
        operations = [op for op in rows(store, OutboxOp) if op.txn == changes.txn]
        assert [op.entity for op in operations] == ["electorate_entry"] * 6 + ["motion_event"]

    def test_a_household_that_comes_later_is_not_on_the_list(self, store):
        a_village(store, households=3)
        motion_id = an_open_motion(store)

        save(store, a_household(number="0999"))

        assert len(one_motion(store, motion_id).entries) == 3

    def test_other_villages_do_not_vote(self, store):
        a_village(store, households=3)
        save(store, a_household(unit_id=a_unit("高步村").id, number="0001"))

        motion_id = an_open_motion(store)

        assert len(one_motion(store, motion_id).entries) == 3

    def test_what_was_warned_of_is_kept_with_the_event(self, store):
        a_village(store)
        motion_id = an_open_motion(store)

        (event,) = rows(store, MotionEvent)
        assert event.motion_id == motion_id
        assert json.loads(event.detail)["warnings"] == ["law_not_confirmed", "notice_missing"]

    @pytest.mark.parametrize(
        "body", [MeetingBody.REPRESENTATIVES_ASSEMBLY, MeetingBody.GROUP_MEETING]
    )
    def test_village_rules_are_made_by_the_villagers_assembly_alone(self, store, body):
        a_village(store)
        propose(store, matter=MotionMatter.VILLAGE_RULES_MADE_OR_CHANGED, body=body)
        (motion,) = rows(store, Motion)

        with fails(ErrorCode.MOTION_NOT_OPENABLE) as caught:
            actions.open_motion(store, an_actor(), motion_id=motion.id)

        assert caught.value.params["problems"] == [OpenProblem.BODY_MAY_NOT_DECIDE]
        assert rows(store, ElectorateEntry) == []

    def test_a_meeting_that_is_not_counted_by_households_is_not_opened(self, store):
        a_village(store)
        propose(store, matter=MotionMatter.GROUP_PROPERTY, body=MeetingBody.GROUP_MEETING)
        (motion,) = rows(store, Motion)

        with fails(ErrorCode.MOTION_BODY_NOT_BY_HOUSEHOLD):
            actions.open_motion(store, an_actor(), motion_id=motion.id)

    def test_an_empty_village_has_nobody_to_ask(self, store):
        motion_id = a_proposed_motion(store)

        with fails(ErrorCode.MOTION_NOT_OPENABLE) as caught:
            actions.open_motion(store, an_actor(), motion_id=motion_id)

        assert caught.value.params["problems"] == [OpenProblem.NOBODY_IN_ELECTORATE]

    def test_nobody_votes_on_a_text_that_is_not_there(self, store):
        a_village(store)
        motion_id = a_proposed_motion(store, text="")

        with fails(ErrorCode.MOTION_TEXT_MISSING):
            actions.open_motion(store, an_actor(), motion_id=motion_id)

    def test_a_second_time_is_refused(self, store):
        a_village(store)
        motion_id = an_open_motion(store)

        with fails(ErrorCode.MOTION_NOT_OPENABLE):
            actions.open_motion(store, an_actor(), motion_id=motion_id)

        assert len(rows(store, ElectorateEntry)) == 6

    def test_an_auxiliary_policeman_does_not_open_a_vote(self, store):
        a_village(store)
        motion_id = a_proposed_motion(store)

        with fails(ErrorCode.NOT_ALLOWED):
            actions.open_motion(store, an_actor(Role.AUXILIARY_POLICE), motion_id=motion_id)


class TestTakingBallots:
    def test_a_ballot_is_kept_with_who_took_it_and_how(self, store):
        first, *_ = a_village(store)
        motion_id = an_open_motion(store)

        give(store, motion_id, first, OPPOSE)

        (ballot,) = rows(store, Ballot)
        assert (ballot.choice, ballot.method) == (OPPOSE, BallotMethod.SIGNATURE)
        assert ballot.by_account_id == "account-of-zhang"
        assert ballot.taken_at == store.clock.now()
        assert ballot.sync_state is SyncState.PENDING

    def test_a_second_one_of_the_household_is_refused(self, store):
        first, *_ = a_village(store)
        motion_id = an_open_motion(store)
        give(store, motion_id, first, AGREE)

        with fails(ErrorCode.BALLOT_ALREADY_TAKEN) as caught:
            give(store, motion_id, first, OPPOSE)

        assert caught.value.params == {"household_id": first.id}
        assert len(rows(store, Ballot)) == 1

    def test_once_withdrawn_the_household_may_answer_anew(self, store):
        first, *_ = a_village(store)
        motion_id = an_open_motion(store)
        ballot_id = give(store, motion_id, first, AGREE)
        actions.withdraw_ballot(store, an_actor(), ballot_id=ballot_id, reason="记错了")

        give(store, motion_id, first, OPPOSE)

        count = one_motion(store, motion_id).count
        assert (count.agree, count.oppose, count.missing) == (0, 1, 5)
        assert len(rows(store, Ballot)) == 2

    def test_what_the_county_refused_does_not_block_the_household(self, store):
        first, *_ = a_village(store)
        motion_id = an_open_motion(store)
        refused = give(store, motion_id, first, AGREE)
        with store.laying_down() as session:
            session.get(Ballot, refused).sync_state = SyncState.REFUSED

        give(store, motion_id, first, OPPOSE)

        count = one_motion(store, motion_id).count
        assert (count.agree, count.oppose) == (0, 1)

    def test_a_household_that_is_not_on_the_list_has_no_ballot(self, store):
        a_village(store)
        motion_id = an_open_motion(store)
        newcomer = a_household(number="0999")
        save(store, newcomer)

        with fails(ErrorCode.BALLOT_NOT_TAKEN):
            give(store, motion_id, newcomer)

    def test_a_draft_takes_no_ballots(self, store):
        first, *_ = a_village(store)
        motion_id = a_proposed_motion(store)

        with fails(ErrorCode.BALLOT_NOT_TAKEN):
            give(store, motion_id, first)

    def test_a_motion_that_is_not_here(self, store):
        first, *_ = a_village(store)

        with fails(ErrorCode.MOTION_NOT_FOUND):
            give(store, "nowhere", first)

    def test_an_auxiliary_policeman_may_bring_a_ballot_in(self, store):
        first, *_ = a_village(store)
        motion_id = an_open_motion(store)

        give(store, motion_id, first, actor=an_actor(Role.AUXILIARY_POLICE))

        assert one_motion(store, motion_id).count.agree == 1

    def test_a_mediator_may_not(self, store):
        first, *_ = a_village(store)
        motion_id = an_open_motion(store)

        with fails(ErrorCode.NOT_ALLOWED):
            give(store, motion_id, first, actor=an_actor(Role.MEDIATOR))


class TestWithdrawingBallots:
    def test_a_reason_is_needed(self, store):
        first, *_ = a_village(store)
        ballot_id = give(store, an_open_motion(store), first)

        with fails(ErrorCode.BALLOT_REASON_MISSING):
            actions.withdraw_ballot(store, an_actor(), ballot_id=ballot_id, reason="  ")

    def test_twice_is_refused(self, store):
        first, *_ = a_village(store)
        ballot_id = give(store, an_open_motion(store), first)
        actions.withdraw_ballot(store, an_actor(), ballot_id=ballot_id, reason="记错了")

        with fails(ErrorCode.BALLOT_GONE):
            actions.withdraw_ballot(store, an_actor(), ballot_id=ballot_id, reason="记错了")

    def test_one_of_two_is_judged_by_the_secretary_alone(self, store):
        first, *_ = a_village(store)
        motion_id = an_open_motion(store)
        give(store, motion_id, first, AGREE)
        other = ballot_from_another_laptop(store, motion_id, first, OPPOSE)
        assert one_motion(store, motion_id).count.duplicate_pending == 1

        with fails(ErrorCode.NOT_ALLOWED):
            actions.withdraw_ballot(store, an_actor(), ballot_id=other, reason="重复")
        secretary = an_actor(Role.VILLAGE_SECRETARY, account_id="account-of-wu")
        actions.withdraw_ballot(store, secretary, ballot_id=other, reason="重复")

        count = one_motion(store, motion_id).count
        assert (count.agree, count.duplicate_pending) == (1, 0)

    def test_after_the_tally_it_is_too_late(self, store):
        first, *_ = a_village(store)
        motion_id = an_open_motion(store)
        ballot_id = give(store, motion_id, first)
        actions.tally_motion(store, an_actor(), motion_id=motion_id)

        with fails(ErrorCode.MOTION_NOT_OPEN):
            actions.withdraw_ballot(store, an_actor(), ballot_id=ballot_id, reason="记错了")


class TestTallying:
    def test_two_thirds_present_and_more_than_half_agreeing(self, store):
        households = a_village(store, households=6)
        motion_id = an_open_motion(store)
        given = [
            give(store, motion_id, household, choice)
            for household, choice in zip(households, (AGREE, AGREE, AGREE, OPPOSE), strict=False)
        ]

        actions.tally_motion(store, an_actor(), motion_id=motion_id)

        view = one_motion(store, motion_id)
        assert view.state is MotionState.TALLIED
        assert view.tally.result is TallyResult.ADOPTED
        assert (view.tally.present_needed, view.tally.agree_needed) == (4, 3)
        assert view.tally.seal == seal_of(given)
        assert view.is_seal_whole

    def test_one_household_short_of_the_quorum(self, store):
        households = a_village(store, households=6)
        motion_id = an_open_motion(store)
        for household in households[:3]:
            give(store, motion_id, household)

        actions.tally_motion(store, an_actor(), motion_id=motion_id)

        assert one_motion(store, motion_id).tally.result is TallyResult.NO_QUORUM

    def test_half_of_those_present_is_not_more_than_half(self, store):
        households = a_village(store, households=6)
        motion_id = an_open_motion(store)
        for household, choice in zip(households, (AGREE, AGREE, ABSTAIN, OPPOSE), strict=False):
            give(store, motion_id, household, choice)

        actions.tally_motion(store, an_actor(), motion_id=motion_id)

        assert one_motion(store, motion_id).tally.result is TallyResult.REJECTED

    def test_a_household_in_doubt_is_judged_first(self, store):
        first, *_ = a_village(store)
        motion_id = an_open_motion(store)
        give(store, motion_id, first)
        ballot_from_another_laptop(store, motion_id, first)

        with fails(ErrorCode.BALLOTS_IN_DOUBT) as caught:
            actions.tally_motion(store, an_actor(), motion_id=motion_id)

        assert caught.value.params == {"count": 1}
        assert one_motion(store, motion_id).state is MotionState.OPEN

    def test_a_ballot_that_arrives_afterwards_is_shown_and_not_counted(self, store):
        households = a_village(store, households=6)
        motion_id = an_open_motion(store)
        for household in households[:5]:
            give(store, motion_id, household)
        actions.tally_motion(store, an_actor(), motion_id=motion_id)

        ballot_from_another_laptop(store, motion_id, households[5], OPPOSE)

        view = one_motion(store, motion_id)
        assert (view.count.agree, view.count.oppose) == (5, 0)
        (late,) = view.entry(households[5].id).ballots
        assert late.standing is BallotStanding.LATE
        assert view.is_seal_whole

    def test_a_second_tally_is_refused(self, store):
        a_village(store)
        motion_id = an_open_motion(store)
        actions.tally_motion(store, an_actor(), motion_id=motion_id)

        with fails(ErrorCode.MOTION_NOT_OPEN):
            actions.tally_motion(store, an_actor(), motion_id=motion_id)

        assert len(rows(store, MotionEvent)) == 2


class TestWithdrawingMotions:
    def test_ballots_stay_on_record(self, store):
        first, *_ = a_village(store)
        motion_id = an_open_motion(store)
        give(store, motion_id, first)

        actions.withdraw_motion(store, an_actor(), motion_id=motion_id, reason="条文要重写")

        view = one_motion(store, motion_id)
        assert view.state is MotionState.WITHDRAWN
        assert view.events[-1].reason == "条文要重写"
        assert len(view.entry(first.id).ballots) == 1

    def test_a_result_cannot_be_withdrawn(self, store):
        a_village(store)
        motion_id = an_open_motion(store)
        actions.tally_motion(store, an_actor(), motion_id=motion_id)

        with fails(ErrorCode.MOTION_NOT_OPEN):
            actions.withdraw_motion(store, an_actor(), motion_id=motion_id)
