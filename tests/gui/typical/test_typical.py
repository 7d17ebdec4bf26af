"""A closed case is made an example: names go, doubts are marked, a person answers for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.accounts.vocabulary import Role
from app.cases.actions import add_case_event, record_case
from app.cases.vocabulary import CaseEventKind
from app.organisations.vocabulary import COUNTY_ID
from app.store import Store
from app.typical.queries import typical_of
from app.typical.rules import published_id
from app.typical.vocabulary import TypicalState
from db.tables.desk import PublishedCase, TypicalCase
from tests.gui.cases.conftest import Desk
from tests.gui.clipping import assert_nothing_clipped
from tests.gui.conftest import LARGE, SMALL
from tests.helpers.stores import an_actor, save, units_by_id
from tests.unit.cases.drafts_of_cases import a_draft, a_party
from ui.typical.case_section import TypicalSection
from ui.typical.page import TypicalPage
from ui.wording_outreach import typical_taken_back

GALLERY = Path(__file__).parents[3] / "build" / "gallery"
K = CaseEventKind
STORY = (
    "吴文永家的水渠与杨昌德家的田相邻，2026年4月放水时争了起来。老吴说是祖上开的，"
    "杨昌德说村里修过。调解员带两家到渠边看了一遍。"
)


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    made = make_desk(Role.VILLAGE_SECRETARY)
    store, actor = made.scene.store, made.scene.actor
    parties = (a_party("吴文永"), a_party("杨昌德"))
    case_id = record_case(store, actor, a_draft(story=STORY, parties=parties)).case_id
    for kind in (K.SETTLED, K.CLOSED):
        add_case_event(store, actor, case_id=case_id, kind=kind, note="轮流放水，各三天")
    made.page.load()
    made.page.open(case_id)
    made.wait()
    made.page.card.sections.turn_to("typical")
    made.wait()
    return made


def section(desk: Desk) -> TypicalSection:
    made = desk.page.card.sections.made["typical"]
    assert isinstance(made, TypicalSection)
    return made


def state_of(store: Store, desk: Desk) -> TypicalState:
    found = typical_of(store, desk.scene.actor, desk.page.card.case_id)
    assert found is not None
    return found.state


def test_from_the_case_to_a_checked_text(desk: Desk) -> None:
    made = section(desk)
    assert "吴文永" not in made.story.toPlainText()
    assert "像是称呼" in made.doubts.text()
    made.title.setFocus()
    QTest.keyClick(made.title, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desk.wait()
    assert desk.scene.undos[-1][0] == "典型案例已保存。"
    made.check.click()
    desk.wait()
    assert state_of(desk.scene.store, desk) is TypicalState.CHECKED
    assert not made.publish.isVisibleTo(made)


def test_a_name_typed_in_again_is_red_and_not_let_through(desk: Desk) -> None:
    made = section(desk)
    made.story.setPlainText("吴文永让了水")
    assert "吴文永" in made.doubts.text()
    made.save.click()
    desk.wait()
    made.check.click()
    desk.wait()
    assert "第二十五条" in desk.scene.notices[-1]
    made.clean.click()
    assert made.story.toPlainText() == "甲某让了水"
    made.story.undo()
    assert made.story.toPlainText() == "吴文永让了水"


def test_what_was_typed_is_asked_about_again(desk: Desk) -> None:
    made = section(desk)
    made.lesson.setPlainText("先看现场，再讲法")
    made.flush_draft()
    desk.wait()
    case_id = desk.page.card.case_id
    made._case_id = ""
    desk.page.open(case_id)
    desk.wait()
    assert not made.draft_bar.isHidden()
    made.draft_bar.go_on.click()
    assert made.lesson.toPlainText() == "先看现场，再讲法"


def test_who_publishes_takes_back_from_the_list(desk: Desk) -> None:
    store, case_id = desk.scene.store, desk.page.card.case_id
    usual = {"title": "水渠用水争议", "story": "甲某与乙某轮流放水。"}
    signed = {"by_account_id": "x", "recorded_at": store.clock.now()}
    text = TypicalCase(
        unit_id=desk.scene.actor.unit_id,
        case_id=case_id,
        state=TypicalState.PUBLISHED,
        **usual,
        **signed,
    )
    copy = PublishedCase(
        id=published_id(text.id),
        unit_id=COUNTY_ID,
        class_code="0101",
        published_on=date(2026, 11, 20),
        **usual,
    )
    save(store, text, copy)
    county = an_actor(Role.COUNTY_CENTRE, units_by_id()[COUNTY_ID])
    context = replace(desk.page._context, actor=county)
    page = TypicalPage(context)
    desk.qtbot.addWidget(page)
    page.resize(*SMALL)
    page.show()
    page.load()
    desk.wait()
    assert not page.take_back.isEnabled()
    page.open(copy.id)
    desk.wait()
    page.take_back.click()
    desk.wait()
    assert desk.scene.undos[-1][0] == typical_taken_back()
    assert state_of(store, desk) is TypicalState.TAKEN_BACK
    assert not page.take_back.isEnabled(), "it stays in the list until the county has taken it out"
    village = TypicalPage(desk.page._context)
    desk.qtbot.addWidget(village)
    assert village.take_back not in village.header_buttons()


@pytest.mark.parametrize("size", [LARGE, SMALL])
def test_pictures(desk: Desk, size: tuple[int, int]) -> None:
    desk.page.resize(*size)
    desk.wait()
    GALLERY.mkdir(parents=True, exist_ok=True)
    assert desk.page.grab().save(str(GALLERY / f"typical_{size[0]}.png"))
    assert_nothing_clipped(section(desk))
