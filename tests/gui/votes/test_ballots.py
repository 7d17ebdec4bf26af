"""The main job by keyboard: ballots with one hand, none lost, none counted twice."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import Qt
from sqlmodel import select

from app.accounts.vocabulary import Role
from app.votes import actions
from app.votes.queries import one_motion
from app.votes.vocabulary import BallotChoice, BallotMethod, MotionState, TallyResult
from db.tables.votes import Ballot, BallotWithdrawal
from i18n import text
from tests.gui.clipping import assert_nothing_clipped
from tests.gui.conftest import LARGE, SMALL
from tests.helpers.stores import an_actor
from tests.helpers.votes import (
    a_proposed_motion,
    a_village,
    an_open_motion,
    ballot_from_another_laptop,
    give,
)
from ui.votes.page import VotesPage

AGREE, OPPOSE, ABSTAIN = BallotChoice
K = Qt.Key


@pytest.fixture
def village(scene):
    scene.households = a_village(scene.store, households=12, per_grid=6)
    return scene


@pytest.fixture
def ballots(qtbot, village):
    """The ballot screen of an open vote, the first household chosen."""
    village.motion_id = an_open_motion(village.store)
    page = shown(qtbot, village)
    page.open(village.motion_id)
    village.settle()
    page.ballots.table.setFocus()
    return page.ballots


def shown(qtbot, scene, size=LARGE):
    window = scene.window("votes", VotesPage)
    qtbot.addWidget(window)
    window.resize(*size)
    window.show()
    scene.settle()
    scene.shown = window
    return window.pages.current_page()


def press(qtbot, table, *keys):
    for key in keys:
        qtbot.keyClick(table, key)


def in_file(scene):
    """Household number to choice, of the ballots that were not taken back."""
    with scene.store.reading() as session:
        gone = set(session.exec(select(BallotWithdrawal.ballot_id)))
        found = session.exec(select(Ballot)).all()
    numbers = {one.id: one.number for one in scene.households}
    return {numbers[b.household_id]: b.choice for b in found if b.id not in gone}


class TestKeys:
    def test_1_2_3_take_ballots_and_go_on(self, qtbot, village, ballots):
        press(qtbot, ballots.table, K.Key_1, K.Key_2, K.Key_3, K.Key_1)
        village.settle()

        assert in_file(village) == {
            "0101": AGREE,
            "0102": OPPOSE,
            "0103": ABSTAIN,
            "0104": AGREE,
        }
        assert ballots.table.current_entry().household_number == "0105"

    def test_it_shows_before_it_is_written(self, qtbot, village, ballots):
        started = time.thread_time()
        press(qtbot, ballots.table, K.Key_1)
        shown_after = time.thread_time() - started

        index = ballots.table.rows.index(0, 2)
        assert index.data() == "赞成"
        assert ballots.count_card.numbers[0].accessibleName() == "赞成 1"
        assert shown_after < 0.1

    def test_arrows_skip_who_is_not_at_home(self, qtbot, village, ballots):
        press(qtbot, ballots.table, K.Key_Down, K.Key_Down, K.Key_1)
        village.settle()

        assert in_file(village) == {"0103": AGREE}

    def test_after_the_last_household_it_goes_on_with_those_left_out(self, qtbot, village, ballots):
        ballots.table.choose_position(11)
        press(qtbot, ballots.table, K.Key_1)

        assert ballots.table.current_entry().household_number == "0101"

    def test_letters_set_how_it_was_given(self, qtbot, village, ballots):
        press(qtbot, ballots.table, K.Key_R, K.Key_1, K.Key_P, K.Key_1)
        village.settle()

        with village.store.reading() as session:
            methods = [b.method for b in session.exec(select(Ballot).order_by(Ballot.household_id))]
        assert sorted(methods) == [BallotMethod.ORAL_RECORDED, BallotMethod.PROXY]
        assert ballots.methods.value() == BallotMethod.PROXY

    def test_a_household_with_a_ballot_is_not_overwritten(self, qtbot, village, ballots):
        press(qtbot, ballots.table, K.Key_1)
        ballots.table.choose_position(0)
        press(qtbot, ballots.table, K.Key_2)
        village.settle()

        assert in_file(village) == {"0101": AGREE}
        assert "已经有票" in ballots._keys.text()

    def test_backspace_takes_one_back_with_a_reason(self, qtbot, village, ballots):
        press(qtbot, ballots.table, K.Key_1)
        ballots.table.choose_position(0)
        press(qtbot, ballots.table, K.Key_Backspace)
        assert ballots.ask_bar.isVisible()
        qtbot.keyClick(ballots.ask_bar.reason, K.Key_Return)
        press(qtbot, ballots.table, K.Key_2)
        village.settle()

        assert in_file(village) == {"0101": OPPOSE}
        with village.store.reading() as session:
            (withdrawal,) = session.exec(select(BallotWithdrawal)).all()
        assert withdrawal.reason == "收票时记错了"

    def test_escape_leaves_it_as_it_is(self, qtbot, village, ballots):
        press(qtbot, ballots.table, K.Key_1)
        ballots.table.choose_position(0)
        press(qtbot, ballots.table, K.Key_Backspace)
        qtbot.keyClick(ballots.ask_bar.reason, K.Key_Escape)
        village.settle()

        assert in_file(village) == {"0101": AGREE}
        assert ballots.table.hasFocus()

    def test_slash_finds_a_household_and_enter_comes_back(self, qtbot, village, ballots):
        press(qtbot, ballots.table, K.Key_Slash)
        qtbot.keyClicks(ballots.find_field, "0203")
        qtbot.keyClick(ballots.find_field, K.Key_Return)
        press(qtbot, ballots.table, K.Key_1)
        village.settle()

        assert in_file(village) == {"0203": AGREE}


class TestNothingIsLost:
    def test_every_key_of_a_quick_hand_is_in_the_file(self, qtbot, village, ballots):
        press(qtbot, ballots.table, *[K.Key_1, K.Key_2] * 6)
        assert ballots.count_card.numbers[4].accessibleName() == "未收 0"
        village.settle()

        kept = in_file(village)
        assert len(kept) == 12
        assert one_motion(village.store, village.motion_id).count.agree == 6

    def test_reloads_in_between_take_nothing_off_the_screen(self, qtbot, village, ballots):
        for _key in range(6):
            press(qtbot, ballots.table, K.Key_1)
            ballots._desk.load()
            assert ballots.count_card.numbers[3].accessibleName() == "重复待核 0"
        assert ballots._view.count.agree == 6
        village.settle()

        assert ballots._view.count.agree == 6
        assert not ballots._desk.is_writing

    def test_what_was_refused_goes_back_and_is_said_with_its_household(
        self, qtbot, village, ballots
    ):
        ballot_from_another_laptop(village.store, village.motion_id, village.households[0])

        press(qtbot, ballots.table, K.Key_1, K.Key_2)
        village.settle()

        assert in_file(village) == {"0101": OPPOSE, "0102": OPPOSE}
        assert len(village.notices) == 1
        assert village.notices[0].startswith("0101 吴某甲：这一户已经有一张票")
        assert ballots._view.count.duplicate_pending == 0

    def test_a_ballot_taken_and_taken_back_at_once(self, qtbot, village, ballots):
        press(qtbot, ballots.table, K.Key_1)
        ballots.table.choose_position(0)
        press(qtbot, ballots.table, K.Key_Backspace)
        qtbot.keyClick(ballots.ask_bar.reason, K.Key_Return)
        village.settle()

        assert in_file(village) == {}
        assert village.notices == []


class TestTwoLaptops:
    def test_both_ballots_are_shown_and_none_counts(self, qtbot, village):
        motion_id = an_open_motion(village.store)
        give(village.store, motion_id, village.households[0], AGREE)
        ballot_from_another_laptop(village.store, motion_id, village.households[0], OPPOSE)
        page = shown(qtbot, village)
        page.open(motion_id)
        village.settle()
        page.ballots.table.choose_position(0)

        assert page.ballots.table.rows.index(0, 2).data() == "重复：收到 2 票（赞成、反对）"
        assert page.ballots._doubt.isVisible()
        assert "李某" in page.ballots.motion_card.ballots.text()

    def test_the_secretary_chooses_which_one_goes(self, qtbot, village):
        motion_id = an_open_motion(village.store)
        mine = give(village.store, motion_id, village.households[0], AGREE)
        ballot_from_another_laptop(village.store, motion_id, village.households[0], OPPOSE)
        village.actor = an_actor(Role.VILLAGE_SECRETARY)
        page = shown(qtbot, village)
        page.open(motion_id)
        village.settle()
        page.ballots.table.choose_position(0)

        press(qtbot, page.ballots.table, K.Key_Delete)
        page.ballots.ask_bar._choices.set_value(mine)
        qtbot.keyClick(page.ballots.ask_bar.reason, K.Key_Return)
        village.settle()

        assert in_file(village) == {"0101": OPPOSE}


class TestWholeVote:
    def test_from_a_form_to_a_result_without_a_mouse(self, qtbot, village):
        page = shown(qtbot, village)
        page.propose.click()
        qtbot.keyClicks(page.editor.title_edit, "roads")
        page.editor.text.setPlainText("第一条 进寨的路每户出工两天。")
        qtbot.keyClick(page.editor.text, K.Key_Return, Qt.KeyboardModifier.ControlModifier)
        village.settle()
        assert page.opening.isVisible()
        assert page.open_vote.isEnabled()

        page.open_vote.click()
        village.settle()
        press(qtbot, page.ballots.table, *[K.Key_1] * 9)
        page.tally.click()
        qtbot.keyClick(page.ballots.ask_bar.yes, K.Key_Return)
        village.settle()

        view = page.desk.view
        assert view.state is MotionState.TALLIED
        assert view.tally.result is TallyResult.ADOPTED
        assert page.ballots.result_card.result.text() == "通过"
        assert page.ballots.result_card.doubt.text() == "条文号待核"
        assert not page.tally.isVisible()
        assert village.writes == 12

    def test_the_bar_says_what_is_missing_in_words(self, qtbot, village, ballots):
        press(qtbot, ballots.table, *[K.Key_1] * 7)
        assert ballots.count_card.quorum.text() == "到会 7 / 12 户 · 还差 1 户到 2/3（8 户）"
        press(qtbot, ballots.table, K.Key_1)

        assert ballots.count_card.quorum.text() == "到会 8 / 12 户 · 已过 2/3（8 户）"
        assert ballots.count_card.majority.text().startswith("通过须到会过半：5 票 · 依据：")
        assert ballots.count_card.doubt.text() == "条文号待核"

    def test_a_micro_grid_at_a_time(self, qtbot, village, ballots):
        ballots.grids.setCurrentIndex(2)

        assert ballots.table.rows.rowCount() == 6
        press(qtbot, ballots.table, K.Key_1)
        village.settle()
        assert in_file(village) == {"0201": AGREE}
        assert ballots.grids.currentText() == "第2微网格 · 1 / 6 户"


class TestWhoMay:
    def test_a_township_sees_and_changes_nothing(self, qtbot, village):
        motion_id = an_open_motion(village.store)
        village.actor = an_actor(Role.TOWNSHIP_CENTRE, "坪坦乡")
        page = shown(qtbot, village)
        assert page.list.table.rows.rowCount() == 1
        page.open(motion_id)
        village.settle()

        press(qtbot, page.ballots.table, K.Key_1, K.Key_Backspace)
        village.settle()

        assert in_file(village) == {}
        for button in (page.propose, page.tally, page.withdraw, page.open_vote):
            assert not button.isVisible()
        assert not page.ballots.methods.isVisible()

    def test_an_auxiliary_policeman_brings_ballots_and_ends_nothing(self, qtbot, village):
        motion_id = an_open_motion(village.store)
        village.actor = an_actor(Role.AUXILIARY_POLICE)
        page = shown(qtbot, village)
        page.open(motion_id)
        village.settle()

        press(qtbot, page.ballots.table, K.Key_1)
        village.settle()

        assert in_file(village) == {"0101": AGREE}
        assert not page.tally.isVisible()
        assert page.back.isVisible()


class TestDrafts:
    def test_a_form_left_behind_is_offered_again(self, qtbot, village):
        page = shown(qtbot, village)
        page.propose.click()
        page.editor.title_edit.setText("写到一半")
        page.editor.form.flush_draft()
        village.settle()

        again = shown(qtbot, village)
        again.propose.click()
        village.settle()
        assert again.editor.ask_bar.isVisible()
        again.editor.ask_bar.yes.click()

        assert again.editor.title_edit.text() == "写到一半"

    def test_thrown_away_it_is_gone(self, qtbot, village):
        page = shown(qtbot, village)
        page.propose.click()
        page.editor.title_edit.setText("写到一半")
        page.show_list()
        village.settle()
        page.propose.click()
        village.settle()
        page.editor.ask_bar.no.click()
        village.settle()
        page.show_list()
        page.propose.click()
        village.settle()

        assert not page.editor.ask_bar.isVisible()
        assert page.editor.title_edit.text() == ""

    def test_what_is_refused_stays_in_the_form_and_on_disk(self, qtbot, village):
        page = shown(qtbot, village)
        page.propose.click()
        page.editor.text.setPlainText("只有正文")
        page.editor.save()
        village.settle()

        assert page.editor.title_field.error.startswith("还没有写名称")
        assert page.editor.text.toPlainText() == "只有正文"
        page.show_list()
        page.propose.click()
        village.settle()
        assert page.editor.ask_bar.isVisible()

    def test_a_word_about_fines_while_it_is_written(self, qtbot, village):
        page = shown(qtbot, village)
        page.propose.click()
        page.editor.text.setPlainText("违者罚款五十元。")
        qtbot.waitUntil(lambda: page.editor.concerns.isVisible(), timeout=2000)

        assert "村里没有罚款的权力" in page.editor.concerns.text()

    def test_the_form_saved_takes_the_next_one(self, qtbot, village):
        page = shown(qtbot, village)
        page.propose.click()
        page.editor.title_edit.setText("第一个")
        both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        qtbot.keyClick(page.editor.title_edit, K.Key_Return, both)
        village.settle()

        assert page.editor.isVisible()
        assert page.editor.title_edit.text() == ""
        assert page.list.table.rows.rowCount() == 1

    def test_a_representatives_meeting_may_not_change_village_rules(self, qtbot, village):
        page = shown(qtbot, village)
        page.propose.click()
        page.editor.title_edit.setText("村规民约修订")
        page.editor.text.setPlainText("第一条 ……")
        page.editor.body.set_value("representatives_assembly")
        page.editor.save()
        village.settle()

        assert not page.open_vote.isEnabled()
        assert "村规民约只能由村民会议制定和修改" in page.opening.problems.text()


class TestOpeningAMotionThatIsGone:
    def test_it_says_so_and_stays_in_the_list(self, qtbot, village):
        page = shown(qtbot, village)

        page.open("nowhere")
        village.settle()

        assert page.list.isVisible()
        assert village.notices == ["这台电脑上没有这个议案，可能不归本单位。请返回列表再找。"]


@pytest.mark.parametrize("screen", ["list", "open", "draft", "tallied", "form", "asking"])
def test_nothing_is_clipped_on_a_small_screen(qtbot, village, screen):
    motion_id = an_open_motion(village.store)
    give(village.store, motion_id, village.households[0], AGREE)
    ballot_from_another_laptop(village.store, motion_id, village.households[0], OPPOSE)
    draft = a_proposed_motion(village.store)
    tallied = an_open_motion(village.store)
    actions.tally_motion(village.store, an_actor(), motion_id=tallied)
    text.set_stretch(1.5)
    page = shown(qtbot, village, SMALL)
    opened = {"open": motion_id, "draft": draft, "tallied": tallied, "asking": motion_id}
    if screen in opened:
        page.open(opened[screen])
        village.settle()
    if screen == "asking":
        page.tally.click()
    if screen == "form":
        page.propose.click()
    village.picture(village.shown, f"votes-{screen}-stretched", SMALL)

    assert_nothing_clipped(village.shown)
