"""A round written down by keys, its findings a line each, and what comes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.accounts.vocabulary import Role
from app.outreach.queries import one_round, round_rows
from app.outreach.vocabulary import FindingEnd
from tests.gui.clipping import assert_nothing_clipped
from tests.gui.conftest import LARGE, SMALL
from tests.gui.grid_work.conftest import Desk, fill_village
from tests.helpers.stores import an_actor
from ui.outreach.outreach_tab import OutreachTab
from ui.outreach.round_card import RoundCard

GALLERY = Path(__file__).parents[3] / "build" / "gallery"
CTRL = Qt.KeyboardModifier.ControlModifier
LINES = (
    "下寨两户争一条水渠，说了三年还没有说拢\n路灯坏了两盏\n独居老人没有人照应，欧阳家的邻居常去看"
)


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    made = make_desk()
    fill_village(made.scene)
    made.page._show_tab(made.page.outreach)
    made.wait()
    return made


def write_a_round(desk: Desk) -> OutreachTab:
    tab = desk.page.outreach
    tab.new_button.click()
    desk.wait()
    desk.type("春耕用水上门")
    desk.press(Qt.Key.Key_Return, Qt.Key.Key_Return)
    desk.type("坪坦村下寨、上寨和鼓楼边的十二户人家")
    desk.press(Qt.Key.Key_Return)
    desk.type("吴某、杨某、派出所李警官、司法所石某")
    desk.press(Qt.Key.Key_Return)
    desk.type(LINES)
    desk.save()
    return tab


def findings(desk: Desk) -> list[tuple[str, FindingEnd]]:
    (row,) = round_rows(desk.scene.store, desk.scene.actor)
    view = one_round(desk.scene.store, desk.scene.actor, row.id)
    assert view is not None
    return [(one.text, one.end) for one in view.findings]


def test_a_round_is_written_by_keys_and_shown(desk: Desk) -> None:
    tab = write_a_round(desk)
    assert [text for text, _ in findings(desk)] == LINES.splitlines()
    assert tab.card.model.rowCount() == 3
    assert not tab.is_editing


def test_how_it_was_settled_is_asked_for(desk: Desk) -> None:
    tab = write_a_round(desk)
    tab.card.findings.choose_position(1)
    tab.card.buttons["end"].click()
    desk.wait()
    form = tab.finding_form
    form._keyed[0].set_value(FindingEnd.PASSED_ON.value)
    desk.save()
    assert "请填写结果说明" in form.field("end_note").error
    form.editor("end_note").setText("已报乡供电所")  # type: ignore[attr-defined]
    desk.save()
    assert findings(desk)[1][1] is FindingEnd.PASSED_ON


def test_a_finding_leads_to_the_form_of_a_case(desk: Desk) -> None:
    tab = write_a_round(desk)
    asked: list[str] = []
    object.__setattr__(tab._context, "begin_case_of_finding", asked.append)
    tab.card.findings.choose_position(0)
    tab.card.buttons["case"].click()
    assert asked == [tab.card.model.row_at(0).id]


def test_who_makes_no_visits_is_told_who_does(desk: Desk) -> None:
    tab = write_a_round(desk)
    (row,) = round_rows(desk.scene.store, desk.scene.actor)
    assert tab.card.buttons["visit"].isVisible()
    assert not tab.card.who_visits.isVisible()
    township = replace(tab._context, actor=an_actor(Role.TOWNSHIP_CENTRE))
    card = RoundCard(township)
    desk.qtbot.addWidget(card)
    view = one_round(desk.scene.store, desk.scene.actor, row.id)
    assert view is not None
    card.show_round(view)
    card.findings.choose_position(0)
    assert card.buttons["case"].isVisibleTo(card)
    assert not card.buttons["visit"].isVisibleTo(card)
    assert card.who_visits.isVisibleTo(card)


def test_who_may_not_record_reads_only(make_desk: Callable[..., Desk]) -> None:
    made = make_desk(an_actor(Role.AUXILIARY_POLICE))
    made.page._show_tab(made.page.outreach)
    made.wait()
    assert not made.page.outreach.new_button.isVisible()


@pytest.mark.parametrize("size", [LARGE, SMALL])
def test_pictures(desk: Desk, size: tuple[int, int]) -> None:
    write_a_round(desk)
    desk.page.resize(*size)
    desk.wait()
    GALLERY.mkdir(parents=True, exist_ok=True)
    assert desk.page.grab().save(str(GALLERY / f"outreach_{size[0]}.png"))
    assert_nothing_clipped(desk.page)
    desk.page.outreach.begin()
    desk.wait()
    assert desk.page.grab().save(str(GALLERY / f"outreach_form_{size[0]}.png"))
