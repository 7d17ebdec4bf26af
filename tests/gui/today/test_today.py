"""今日 with a real file behind it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from sqlmodel import select

from app.accounts.vocabulary import Role
from app.cases.vocabulary import CaseEventKind, PartySide, PartySource, Urgency
from app.refolding import refold_case
from app.today.rules import TodoKind
from app.votes.actions import take_ballot
from app.votes.vocabulary import BallotChoice, BallotMethod
from db.tables.cases import CaseEvent, CaseParty
from db.tables.local import OpState, OutboxOp
from i18n import text
from tests.gui.clipping import assert_nothing_clipped
from tests.gui.conftest import LARGE, SMALL
from tests.helpers.stores import a_case, acknowledge, an_actor
from tests.helpers.votes import a_village, an_open_motion
from ui.statistics.page import StatisticsPage
from ui.today.page import TodayPage

CASES = (
    ("山林界址争议", Urgency.HIGH, 6, ("吴某甲", "杨某乙")),
    ("建房滴水纠纷", Urgency.MEDIUM, 3, ("石某", "龙某")),
    ("稻田放水先后", Urgency.LOW, 9, ("粟某", "陆某")),
    ("鱼塘出水口堵塞", Urgency.MEDIUM, 12, ("欧某", "黄某")),
)


def record_cases(store):
    """Cases as they were recorded over the last days."""
    now = store.clock.now()
    made = []
    with store.transaction(account_id="account-of-zhang", action="record_case") as tx:
        for place, (title, urgency, days, names) in enumerate(CASES):
            case = a_case(
                store,
                title=title,
                urgency=urgency,
                number=f"TD-2026-{place + 1:04d}",
                recorded_at=now - timedelta(days=days),
            )
            made.append(case.id)
            tx.session.add(case)
            for side, name in zip((PartySide.A, PartySide.B), names, strict=True):
                tx.session.add(a_party(case, side, name))
            for kind, note in (
                (CaseEventKind.RECORDED, None),
                (CaseEventKind.MEDIATION_HELD, "双方愿意调解，约定后天在鼓楼再谈。"),
            ):
                tx.session.add(
                    CaseEvent(
                        unit_id=case.unit_id,
                        case_id=case.id,
                        kind=kind,
                        note=note,
                        by_account_id="account-of-zhang",
                        happened_at=now - timedelta(days=days - 1),
                    )
                )
                tx.session.flush()
        for case_id in made:
            refold_case(tx.session, case_id)
    return made


def a_party(case, side, name):
    return CaseParty(
        unit_id=case.unit_id,
        case_id=case.id,
        side=side,
        is_main=True,
        source=PartySource.OUTSIDE,
        name=name,
    )


@pytest.fixture
def busy(scene):
    """Four cases, a vote under way and two micro-grids outside the range."""
    households = a_village(scene.store, households=46, per_grid=17)
    scene.cases = record_cases(scene.store)
    scene.motion_id = an_open_motion(scene.store)
    for household in households[:28]:
        take_ballot(
            scene.store,
            scene.actor,
            motion_id=scene.motion_id,
            household_id=household.id,
            choice=BallotChoice.AGREE,
            method=BallotMethod.SIGNATURE,
        )
    return scene


def opened(qtbot, scene, page=TodayPage, key="today"):
    window = scene.window(key, page)
    qtbot.addWidget(window)
    window.resize(*LARGE)
    window.show()
    scene.settle()
    return window.pages.current_page()


def test_the_pressing_stands_first_and_the_oldest_before_the_young(qtbot, busy):
    page = opened(qtbot, busy)

    todos = page.table.rows.rows()
    kinds = [todo.kind for todo in todos if todo.kind is not TodoKind.VISIT]
    assert kinds == [TodoKind.CASE, TodoKind.MOTION, *[TodoKind.CASE] * 3, TodoKind.MICRO_GRID]
    assert [todo.case.title for todo in todos if todo.case] == [
        "山林界址争议",
        "鱼塘出水口堵塞",
        "建房滴水纠纷",
        "稻田放水先后",
    ]


def test_the_cards_say_what_is_true(qtbot, busy):
    page = opened(qtbot, busy)

    assert page.cases.number.text() == "4"
    assert page.votes.number.text() == "28/46"
    assert "还差 3 户到会" in page.votes.line.text()
    assert page.visits.number.text() == "20"
    assert page.incidents.line.text() == "没有未办结的"
    assert not page.waiting.isVisible(), "the box of the sync says it"


def test_the_chosen_case_tells_its_story(qtbot, busy):
    page = opened(qtbot, busy)

    assert page.chosen.title.text() == "山林界址争议（吴某甲 / 杨某乙）"
    assert page.chosen.state.text() == "办理中"
    assert page.chosen.history.model().rowCount() == 2


def test_arrows_choose_and_enter_opens(qtbot, busy):
    page = opened(qtbot, busy)
    page.table.setFocus()

    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    busy.settle()
    qtbot.keyClick(page.table, Qt.Key.Key_Return)

    assert busy.opened == [("case_file", busy.cases[0]), ("motion", busy.motion_id)]
    assert "到会 28 / 46 户" in page.chosen.story.text()


def test_a_card_leads_to_its_first_line(qtbot, busy):
    page = opened(qtbot, busy)

    qtbot.mouseClick(page.visits, Qt.MouseButton.LeftButton)
    assert page.table.current_row().kind is TodoKind.VISIT
    page.table.choose_position(page.table.rows.rowCount() - 1)
    busy.settle()

    assert page.table.current_row().kind is TodoKind.MICRO_GRID
    assert page.chosen.sizes.count == 12


def test_a_refused_ballot_opens_the_list_of_the_sync(qtbot, busy):
    with busy.store.local_writing() as session:
        newest = session.exec(select(OutboxOp).order_by(OutboxOp.op_no.desc())).first()
        newest.state, newest.reason = OpState.REFUSED, "not_in_electorate"
        number = newest.op_no
    page = opened(qtbot, busy)
    page.table.setFocus()
    assert page.table.current_row().kind is TodoKind.RECORD
    assert "不在应到名册" in page.chosen.story.text()
    assert page.waiting.line.text() == "另有 1 条县里没有采纳"

    qtbot.keyClick(page.table, Qt.Key.Key_Return)

    assert busy.opened == [("outbox", str(number))]


def test_an_empty_file_says_so(qtbot, scene):
    page = opened(qtbot, scene)

    assert page.table.rows.rowCount() == 0
    assert page.table._empty.isVisible()
    assert page.cases.line.text() == "没有在办的案件"


def test_who_sees_no_roster_has_no_card_of_it(qtbot, busy):
    busy.actor = an_actor(Role.SPONSOR_LEADER, "坪坦乡")
    page = opened(qtbot, busy)

    assert not page.visits.isVisible()
    assert not page.incidents.isVisible()
    assert not page.votes.isVisible()
    assert {todo.kind for todo in page.table.rows.rows()} == set(), (
        "a leader has the cases he answers for"
    )


def test_figures_are_whole_numbers_with_their_whole_and_their_moment(qtbot, busy):
    acknowledge(busy.store)
    page = opened(qtbot, busy, StatisticsPage, "statistics").counts

    assert page.households.number.text() == "46"
    assert page.cases.words.text() == "办理中 4/4"
    assert "2026-11-23 16:30" in page.as_of.text()
    assert "%" not in page.cases.words.text()


@pytest.mark.parametrize("size", [LARGE, SMALL])
def test_pictures(qtbot, busy, size):
    window = busy.window("today", TodayPage)
    qtbot.addWidget(window)
    busy.picture(window, "today", size)
    window.pages.current_page().table.choose_position(1)
    busy.picture(window, "today-vote", size)
    figures = busy.window("statistics", StatisticsPage)
    qtbot.addWidget(figures)
    busy.picture(figures, "statistics", size)


@pytest.mark.parametrize(("key", "page"), [("today", TodayPage), ("statistics", StatisticsPage)])
def test_nothing_is_clipped_on_a_small_screen(qtbot, busy, key, page):
    text.set_stretch(1.5)
    window = busy.window(key, page)
    qtbot.addWidget(window)
    busy.picture(window, f"{key}-stretched", SMALL)

    assert_nothing_clipped(window)


def test_a_card_without_a_line_leads_to_its_page(qtbot, scene):
    page = opened(qtbot, scene)

    assert not page.votes.isVisible(), "no vote is under way"
    for card in (page.visits, page.incidents, page.hazards, page.cases, page.waiting):
        qtbot.keyClick(card, Qt.Key.Key_Return)

    assert scene.pages == ["visits", "incidents", "visits", "cases", "sync"]


def test_a_dispute_and_what_is_recorded_most_can_be_begun_from_today(qtbot, scene):
    page = opened(qtbot, scene)

    _print, case, visit = page.header_buttons()
    case.click()
    qtbot.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)

    assert visit.property("role") == "primary"
    assert visit.toolTip() == "Ctrl+N"
    assert scene.pages == ["new case", "new visit"]
