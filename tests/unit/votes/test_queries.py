"""What screens read about motions."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from app.accounts.vocabulary import Role
from app.errors import ErrorCode, UserFacingError
from app.store import SyncState
from app.village_rules.queries import known_rule_sets
from app.village_rules.vocabulary import shipped_rule_sets
from app.votes import actions, queries
from app.votes.rules import seal_of
from app.votes.tallies import pack_tally, unpack_tally
from app.votes.views import with_ballot, without_ballot
from app.votes.vocabulary import (
    BallotChoice,
    BallotMethod,
    BallotStanding,
    Count,
    MotionEventKind,
    MotionState,
    OpenProblem,
    OpenWarning,
)
from db.tables.votes import Ballot, ElectorateEntry, Motion, MotionEvent
from tests.helpers.stores import a_unit, an_actor
from tests.helpers.votes import (
    a_proposed_motion,
    a_village,
    an_open_motion,
    ballot_from_another_laptop,
    give,
)

AGREE, OPPOSE, ABSTAIN = BallotChoice


def test_rule_sets_are_the_countys_own(store):
    known = known_rule_sets(store)

    assert set(known.values()) == set(shipped_rule_sets())
    assert all(rule.id == id_ for id_, rule in known.items())


class TestMotionRows:
    def test_an_empty_file(self, store):
        assert queries.motion_rows(store) == ()

    def test_counts_of_an_open_vote(self, store):
        households = a_village(store)
        motion_id = an_open_motion(store)
        give(store, motion_id, households[0])
        withdrawn = give(store, motion_id, households[1])
        actions.withdraw_ballot(store, an_actor(), ballot_id=withdrawn, reason="记错了")
        give(store, motion_id, households[2])
        ballot_from_another_laptop(store, motion_id, households[2])

        (row,) = queries.motion_rows(store)

        assert (row.total, row.collected, row.in_doubt, row.missing) == (6, 1, 1, 4)
        assert row.state is MotionState.OPEN

    def test_a_draft_has_no_electorate(self, store):
        a_village(store)
        a_proposed_motion(store)

        (row,) = queries.motion_rows(store)

        assert (row.total, row.missing, row.tally) == (0, 0, None)

    def test_a_result_stands_as_it_was_recorded(self, store):
        households = a_village(store)
        motion_id = an_open_motion(store)
        give(store, motion_id, households[0])
        actions.tally_motion(store, an_actor(), motion_id=motion_id)
        ballot_from_another_laptop(store, motion_id, households[1])

        (row,) = queries.motion_rows(store)

        assert (row.total, row.collected) == (6, 1)
        assert row.tally.count.agree == 1

    def test_newest_number_first(self, store):
        a_proposed_motion(store)
        a_proposed_motion(store)

        assert [row.number for row in queries.motion_rows(store)] == [2, 1]


class TestOneMotion:
    def test_a_motion_that_is_not_here(self, store):
        with pytest.raises(UserFacingError) as caught:
            queries.one_motion(store, "nowhere")

        assert caught.value.code is ErrorCode.MOTION_NOT_FOUND

    def test_households_stand_grid_by_grid(self, store):
        a_village(store, households=6, per_grid=3)
        view = queries.one_motion(store, an_open_motion(store))

        numbers = [entry.household_number for entry in view.entries]
        assert numbers == ["0101", "0102", "0103", "0201", "0202", "0203"]
        assert [(grid.name, grid.total) for grid in view.micro_grids()] == [
            ("第1微网格", 3),
            ("第2微网格", 3),
        ]

    def test_the_rule_is_there_with_its_doubt(self, store):
        a_village(store)
        view = queries.one_motion(store, an_open_motion(store))

        assert view.rule_set.is_confirmed is False
        assert view.rule_set.note
        assert view.judgement.present_needed == 4

    def test_two_ballots_are_both_shown(self, store):
        first, *_ = a_village(store)
        motion_id = an_open_motion(store)
        give(store, motion_id, first, AGREE)
        ballot_from_another_laptop(store, motion_id, first, OPPOSE)

        entry = queries.one_motion(store, motion_id).entry(first.id)

        assert {ballot.choice for ballot in entry.ballots} == {AGREE, OPPOSE}
        assert {ballot.standing for ballot in entry.ballots} == {BallotStanding.DUPLICATE_PENDING}
        assert entry.sync_state is SyncState.PENDING

    def test_a_ballot_from_outside_the_list_does_not_vanish(self, store):
        first, *_ = a_village(store)
        motion_id = an_open_motion(store)
        with store.laying_down() as session:
            entry = session.get(ElectorateEntry, session.exec(_entry_of(first)).one())
            session.delete(entry)
        ballot_from_another_laptop(store, motion_id, first)

        view = queries.one_motion(store, motion_id)

        assert view.entries[-1].household_id == first.id
        assert not view.entries[-1].is_listed
        assert view.count.present == 0

    def test_a_refused_ballot_is_shown_and_counts_nowhere(self, store):
        first, *_ = a_village(store)
        motion_id = an_open_motion(store)
        refused = give(store, motion_id, first)
        with store.laying_down() as session:
            session.get(Ballot, refused).sync_state = SyncState.REFUSED

        view = queries.one_motion(store, motion_id)

        (ballot,) = view.entry(first.id).ballots
        assert ballot.standing is None
        assert view.entry(first.id).sync_state is SyncState.REFUSED
        assert view.count.missing == 6

    def test_a_list_the_county_refused_counts_nowhere(self, store):
        """Two laptops opened the vote apart, and the county took the other one's list."""
        first, *_ = a_village(store)
        motion_id = an_open_motion(store)
        with store.laying_down() as session:
            entry = session.get(ElectorateEntry, session.exec(_entry_of(first)).one())
            entry.sync_state = SyncState.REFUSED
            session.get(Motion, motion_id).sync_version = 1

        view = queries.one_motion(store, motion_id)

        assert view.count.total == 5
        with pytest.raises(UserFacingError):
            give(store, motion_id, first)


def _entry_of(household):
    from sqlmodel import select

    return select(ElectorateEntry.id).where(ElectorateEntry.household_id == household.id)


class TestOpeningCheck:
    def test_what_stands_against_it_and_what_should_be_said(self, store):
        motion_id = a_proposed_motion(store)

        check = queries.opening_check(store, motion_id)

        assert check.problems == (OpenProblem.NOBODY_IN_ELECTORATE,)
        assert set(check.warnings) == {OpenWarning.LAW_NOT_CONFIRMED, OpenWarning.NOTICE_MISSING}

    def test_ten_days_are_enough(self, store):
        a_village(store)
        motion_id = a_proposed_motion(store)

        check = queries.opening_check(store, motion_id, notified_on=date(2026, 11, 13))

        assert check.problems == ()
        assert check.warnings == (OpenWarning.LAW_NOT_CONFIRMED,)
        assert check.electorate_size == 6


class TestViewsBeforeTheWrite:
    def view_with(self, store, *given):
        self.households = a_village(store)
        motion_id = an_open_motion(store)
        self.ids = [
            give(store, motion_id, household, choice)
            for household, choice in zip(self.households, given, strict=False)
        ]
        return queries.one_motion(store, motion_id)

    def ballot_for(self, view, household, choice):
        from app.votes.views import BallotView

        return BallotView(
            ballot_id="not yet",
            household_id=household.id,
            choice=choice,
            method=BallotMethod.SIGNATURE,
            by_name="张某",
            taken_at=view.proposed_at,
            standing=None,
            sync_state=SyncState.PENDING,
        )

    def test_a_ballot_shows_at_once_in_its_row_and_in_the_count(self, store):
        view = self.view_with(store, AGREE, AGREE, AGREE)
        ballot = self.ballot_for(view, self.households[3], OPPOSE)

        after = with_ballot(view, ballot)

        assert after.count.oppose == 1
        assert after.judgement.has_quorum
        assert after.entry(self.households[3].id).standing_ballots[0].is_saved is False
        assert view.count.oppose == 0

    def test_a_withdrawn_ballot_leaves_the_count_at_once(self, store):
        view = self.view_with(store, AGREE, OPPOSE)

        after = without_ballot(view, self.ids[1], "记错了")

        assert after.count.oppose == 0
        assert after.entry(self.households[1].id).is_missing

    def test_it_is_what_the_file_says_afterwards(self, store):
        view = self.view_with(store, AGREE)
        shown = with_ballot(view, self.ballot_for(view, self.households[1], ABSTAIN))

        give(store, view.motion_id, self.households[1], ABSTAIN)

        assert queries.one_motion(store, view.motion_id).count == shown.count


class TestTallyOnTheWire:
    @pytest.mark.parametrize("households", [0, 1, 60, 140, 400, 1000, 2000])
    def test_it_fits_and_finds_its_ballots_again(self, store, households):
        ids = [str(uuid4()) for _ in range(households)]
        count = Count(households, 0, 0, 0, 0, households, households)
        judgement = queries.judge_or_none(count, self.rule(store))

        detail = pack_tally(
            count, judgement, rule_set_id=judgement.source.id, sealed_ids=frozenset(ids)
        )

        assert len(detail) <= 4000
        tally = unpack_tally(detail)
        assert tally.sealed_among(ids) == frozenset(ids)
        assert tally.is_whole(ids)
        assert tally.seal == seal_of(ids)

    def rule(self, store):
        return next(
            rule
            for rule in known_rule_sets(store).values()
            if rule.key.value == "assembly_decision" and rule.effective_to is None
        )

    def test_a_missing_ballot_breaks_the_seal(self, store):
        ids = [str(uuid4()) for _ in range(20)]
        count = Count(20, 0, 0, 0, 0, 20, 20)
        judgement = queries.judge_or_none(count, self.rule(store))
        tally = unpack_tally(
            pack_tally(count, judgement, rule_set_id="rule", sealed_ids=frozenset(ids))
        )

        assert not tally.is_whole(tally.sealed_among(ids[1:]))

    def test_a_tally_from_before_the_opening_seals_nothing(self, store):
        """A restored county heard of it first and did not apply it; the later one counts."""
        first, *_ = a_village(store)
        motion_id = an_open_motion(store)
        give(store, motion_id, first)
        self.early_tally(store, motion_id, sealed=frozenset())
        actions.tally_motion(store, an_actor(Role.VILLAGE_SECRETARY), motion_id=motion_id)

        view = queries.one_motion(store, motion_id)

        assert view.count.present == 1
        assert queries.motion_rows(store)[0].collected == 1

    def early_tally(self, store, motion_id, *, sealed):
        count = Count(0, 0, 0, 0, 6, 0, 6)
        judgement = queries.judge_or_none(count, self.rule(store))
        with store.laying_down() as session:
            session.add(
                MotionEvent(
                    unit_id=a_unit().id,
                    motion_id=motion_id,
                    kind=MotionEventKind.TALLIED,
                    by_account_id="account-of-li",
                    happened_at=store.clock.now(),
                    detail=pack_tally(count, judgement, rule_set_id="rule", sealed_ids=sealed),
                    sync_version=1,
                    sync_seq=1,
                    sync_state=SyncState.SYNCED,
                )
            )

    @pytest.mark.parametrize("detail", [None, "", "null", "[]", "{}", '{"counts": 1}'])
    def test_what_is_no_tally_is_none(self, detail):
        assert unpack_tally(detail) is None
