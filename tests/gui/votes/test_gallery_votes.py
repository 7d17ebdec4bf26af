"""Pictures of the vote's screens, to look at."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.votes import actions
from app.votes.vocabulary import BallotChoice, BallotMethod, MotionMatter
from tests.gui.conftest import LARGE, SMALL
from tests.helpers.stores import an_actor
from tests.helpers.votes import (
    a_proposed_motion,
    a_village,
    an_open_motion,
    ballot_from_another_laptop,
)
from ui.votes.page import VotesPage

TEXT = """第一条 为保护木楼连片的寨貌和消防通道,制定本公约。
第二条 新建、翻修木楼,应当先报建房理事会,七日内答复。
第三条 楼高不超过三层,屋面用小青瓦或仿青瓦。
第四条 新建木楼滴水须留二尺,与邻户商定并立据。
第五条 鼓楼坪、风雨桥头和水井边二十步内不建房、不堆柴。"""


def fill(scene, households, motion_id, *, missing=14):
    """Ballots as a village gives them: mostly for, some against, some not at home."""
    clock = scene.store.clock
    for place, household in enumerate(households[: len(households) - missing]):
        clock.advance(timedelta(minutes=4))
        choice = BallotChoice.AGREE
        if place in (3, 17, 29):
            choice = BallotChoice.OPPOSE
        elif place in (8, 40):
            choice = BallotChoice.ABSTAIN
        method = BallotMethod.ORAL_RECORDED if place % 11 == 5 else BallotMethod.SIGNATURE
        actions.take_ballot(
            scene.store,
            scene.actor,
            motion_id=motion_id,
            household_id=household.id,
            choice=choice,
            method=method,
        )


@pytest.mark.parametrize("size", [LARGE, SMALL])
def test_pictures(qtbot, scene, size):
    households = a_village(scene.store, households=60, per_grid=18)
    draft = a_proposed_motion(scene.store, text=TEXT + "\n第六条 违者罚款五十元。")
    tallied = a_proposed_motion(scene.store, text=TEXT)
    actions.open_motion(scene.store, an_actor(), motion_id=tallied)
    fill(scene, households, tallied)
    actions.tally_motion(scene.store, an_actor(), motion_id=tallied)
    actions.propose_motion(
        scene.store, an_actor(), title="集体鱼塘承包", text=TEXT, matter=MotionMatter.OTHER
    )
    motion_id = an_open_motion(scene.store)
    fill(scene, households, motion_id)
    ballot_from_another_laptop(scene.store, motion_id, households[4])

    window = scene.window("votes", VotesPage)
    qtbot.addWidget(window)
    page = window.pages.current_page()
    scene.picture(window, "votes-list", size)
    for name, id_ in (("open", motion_id), ("draft", draft), ("tallied", tallied)):
        page.open(id_)
        scene.settle()
        scene.picture(window, f"votes-{name}", size)
    page.show_list()
    page.propose.click()
    page.editor.title_edit.setText("村民建房公约（修订）")
    page.editor.text.setPlainText(TEXT + "\n第六条 违者罚款五十元。")
    scene.picture(window, "votes-form", size)
