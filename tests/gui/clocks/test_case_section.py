"""The tab 期限 of a case: both clocks, what presses first, and what may be done about a limit."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

from app.accounts.vocabulary import Role
from app.cases.vocabulary import CaseEventKind, CaseKind
from app.clocks.vocabulary import ClockState, LimitKey
from tests.gui.cases.conftest import Desk
from tests.gui.clipping import assert_nothing_clipped
from tests.gui.conftest import LARGE, SMALL
from tests.helpers.flow import Chain
from tests.helpers.votes import lay_rule_sets
from ui.clocks.case_section import ClocksSection
from ui.clocks.limit_box import LimitBox
from ui.theme import Tone

GALLERY = Path(__file__).parents[3] / "build" / "gallery"
K, L = CaseEventKind, LimitKey


def detail(**values: Any) -> str:
    return json.dumps(values, ensure_ascii=False)


def a_petition(desk: Desk) -> Chain:
    """Came in on 1 October, accepted today, met, answered late by the county's rule."""
    store = desk.scene.store
    lay_rule_sets(store)
    chain = Chain(
        store,
        kind=CaseKind.PETITION,
        title="坪坦河上游采砂影响三组农田灌溉，要求停止采砂并赔偿损失",
        received_on=date(2026, 11, 12),
    )
    chain.event(K.RECORDED)
    chain.event(K.ACCEPTED)
    chain.event(K.MET, detail=detail(met_on="2026-11-14"))
    chain.event(
        K.EXTENDED,
        detail=detail(
            limit="petition_handling",
            days=20,
            approved_by="吴某某主任",
            reason="涉及上游两个村，需要请水利部门现场测量",
            told_on="2026-11-23",
        ),
    )
    return chain


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk(Role.COUNTY_CENTRE)


def opened(desk: Desk, case_id: str) -> ClocksSection:
    desk.page.load()
    desk.page.open(case_id)
    desk.wait()
    desk.page.card.sections.turn_to("clocks")
    desk.wait()
    made = desk.page.card.sections.made["clocks"]
    assert isinstance(made, ClocksSection)
    return made


def box(section: ClocksSection, key: LimitKey) -> LimitBox:
    [found] = [one for one in section.boxes if one.limit.key is key]
    return found


def test_a_breach_is_red_until_it_is_done_and_what_is_done_is_a_quiet_line(desk: Desk) -> None:
    section = opened(desk, a_petition(desk).case_id)
    answered = box(section, L.COUNTY_ANSWERED)
    assert answered.limit.state is ClockState.OVERDUE
    assert answered.state.property("tone") == Tone.DANGER.value
    assert answered.state.text() == "超期 4 天"
    done = [line.text() for line in section.over.lines]
    assert "✓ 见面（县里，3 天）：2026-11-14 按期完成" in done
    assert section.sources.text().count("待核") == 1
    order = [one.limit.key for one in section.boxes]
    assert order.index(L.COUNTY_ANSWERED) < order.index(L.PETITION_HANDLING)
    at = order.index(L.COUNTY_CLOSED)
    assert order[at + 1] is L.PETITION_HANDLING


def test_a_law_that_was_broken_is_red(desk: Desk) -> None:
    lay_rule_sets(desk.scene.store)
    chain = Chain(desk.scene.store, kind=CaseKind.PETITION, received_on=date(2026, 11, 1))
    chain.event(K.RECORDED)
    told = box(opened(desk, chain.case_id), L.PETITION_TOLD)
    assert told.state.property("tone") == Tone.DANGER.value


def test_an_extension_is_asked_for_in_the_form_of_events(desk: Desk) -> None:
    section = opened(desk, a_petition(desk).case_id)
    handling = box(section, L.PETITION_HANDLING)
    assert [one.days for one in handling.limit.extensions] == [20]
    assert set(handling.buttons) == {K.EXTENDED}
    handling.buttons[K.EXTENDED].click()
    desk.wait()
    events = desk.page.card.events
    assert events.is_asking
    assert events.details.body()["limit"] == L.PETITION_HANDLING


def test_who_may_not_extend_sees_no_button(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(Role.GRID_WORKER)
    section = opened(desk, a_petition(desk).case_id)
    assert [one.buttons for one in section.boxes] == [{}] * len(section.boxes)


def test_a_case_without_limits_says_so(desk: Desk) -> None:
    chain = Chain(desk.scene.store)
    section = opened(desk, chain.case_id)
    assert section.boxes == []
    assert not section.empty.isHidden()


@pytest.mark.parametrize("size", [LARGE, SMALL])
def test_pictures(desk: Desk, size: tuple[int, int]) -> None:
    section = opened(desk, a_petition(desk).case_id)
    desk.page.resize(*size)
    desk.wait()
    GALLERY.mkdir(parents=True, exist_ok=True)
    assert desk.page.grab().save(str(GALLERY / f"clocks_{size[0]}.png"))
    assert section.grab().save(str(GALLERY / f"clocks_section_{size[0]}.png"))
    assert_nothing_clipped(section)


def test_nothing_is_clipped_with_words_half_as_long_again(  # type: ignore[no-untyped-def]
    make_desk: Callable[..., Desk], show_small
) -> None:
    def build() -> QWidget:
        desk = make_desk(Role.COUNTY_CENTRE)
        section = opened(desk, a_petition(desk).case_id)
        assert section.boxes
        return desk.page

    show_small(build)
