"""The cards of doubled ballots and of a case closed and sent at once: keys, words, sizes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from sqlmodel import col, select

from app.accounts.vocabulary import Role
from app.cases.vocabulary import CaseEventKind, CaseState
from app.conflicts.vocabulary import ConflictKind, ConflictState
from db.columns import new_id
from db.tables.cases import CaseEvent, CaseFile
from db.tables.conflicts import Conflict
from db.tables.votes import BallotWithdrawal
from tests.gui.clipping import assert_nothing_clipped
from tests.gui.conftest import LARGE, SMALL
from tests.gui.scene import Scene, make_scene
from tests.helpers.stores import a_case, a_unit, an_actor
from tests.helpers.votes import a_village, an_open_motion, ballot_from_another_laptop, give
from tests.unit.conflicts.county import HERE, THERE, a_conflict, as_json, lay
from ui.conflicts.page import ConflictsPage

NOTE = "两家在鼓楼握手言和，水沟从陆家菜园东头改道，吴家出石料，陆家出工，寨老作证。"


@pytest.fixture
def scene(tmp_path, runner) -> Iterator[Scene]:
    for made in make_scene(tmp_path, runner):
        made.store.set_values(install_id=HERE)
        yield made


def shown(qtbot, scene: Scene, name: str):  # type: ignore[no-untyped-def]
    """The window at both sizes, looked at; with its page."""
    window = scene.window("conflicts", ConflictsPage)
    qtbot.addWidget(window)
    for size in (LARGE, SMALL):
        scene.picture(window, name, size)
        assert_nothing_clipped(window)
    page = window.pages.current_page()
    assert isinstance(page, ConflictsPage)
    page.keeps = window  # type: ignore[attr-defined]
    return page


def buttons_of(page: ConflictsPage) -> list[str]:
    return [box.button.text() for box in page.panel.choices.boxes if box.button.isVisible()]


def state_of(scene: Scene, conflict: Conflict) -> ConflictState:
    with scene.store.reading() as session:
        return session.get_one(Conflict, conflict.id).state


# --- one household, two ballots -------------------------------------------------------------------


@pytest.fixture
def doubled(scene: Scene) -> tuple[Conflict, str, str]:
    """Household 0101 was visited by two people; with the ids of both ballots."""
    scene.actor = an_actor(Role.VILLAGE_SECRETARY)
    home, *_others = a_village(scene.store)
    motion_id = an_open_motion(scene.store, scene.actor)
    mine = give(scene.store, motion_id, home, actor=an_actor())
    theirs = ballot_from_another_laptop(
        scene.store, motion_id, home, taken_at=scene.store.clock.now() - timedelta(hours=2)
    )
    conflict = a_conflict(
        scene.store,
        mine,
        kind=ConflictKind.BALLOT_DOUBLE,
        subject_entity="ballot",
        other_id=theirs,
        field_name=None,
        current_value=None,
        other_value=None,
        base_value=None,
        detail=as_json({"motion_id": motion_id, "household_id": home.id}),
    )
    lay(scene.store, conflict)
    return conflict, mine, theirs


def test_two_ballots_stand_side_by_side_and_one_is_kept(qtbot, scene, doubled) -> None:
    conflict, mine, theirs = doubled
    page = shown(qtbot, scene, "conflicts-ballots")
    assert buttons_of(page) == ["1  留这一张", "2  留这一张"]
    headings = [box.accessibleName() for box in page.panel.choices.boxes]
    assert sorted(headings) == ["反对（口头录音）", "赞成（签字）"]
    key = Qt.Key.Key_1 + headings.index("赞成（签字）")
    page.table.setFocus()
    qtbot.keyClick(page.table, key)
    assert "不能撤销" in page.panel.ask_bar.accessibleName()
    assert_nothing_clipped(page)
    qtbot.keyClick(page.panel.ask_bar.yes, Qt.Key.Key_Escape)
    scene.settle()
    assert state_of(scene, conflict) is ConflictState.OPEN
    assert page.table.hasFocus()
    qtbot.keyClick(page.table, key)
    scene.picture(page.window(), "conflicts-ballots-asked", SMALL)
    qtbot.keyClick(page.panel.ask_bar.yes, Qt.Key.Key_Return)
    scene.settle()
    with scene.store.reading() as session:
        (gone,) = session.exec(select(BallotWithdrawal)).all()
    assert gone.ballot_id == theirs
    assert mine != theirs
    assert state_of(scene, conflict) is ConflictState.SETTLED
    assert page.table.rows.rowCount() == 0


# --- a case closed and sent -----------------------------------------------------------------------


@pytest.fixture
def crossing(scene: Scene) -> tuple[Conflict, CaseFile]:
    """The village closed it while the township sent it to the forestry bureau."""
    now = scene.store.clock.now()
    forestry = a_unit("县林业局")
    case = a_case(
        scene.store,
        title="后山杉木林界址与三十年前分山到户林权证四至不符的争议",
        state=CaseState.CLOSED,
        holder_unit_id=forestry.id,
    )
    events = [
        CaseEvent(
            id=new_id(),
            unit_id=case.unit_id,
            case_id=case.id,
            kind=kind,
            note=note,
            by_account_id="account-of-zhang",
            happened_at=now - timedelta(minutes=minutes),
        )
        for kind, note, minutes in (
            (CaseEventKind.RECORDED, None, 90),
            (CaseEventKind.MEDIATION_HELD, "在鼓楼坐下来谈了一次。", 60),
            (CaseEventKind.SETTLED, "改道。", 40),
            (CaseEventKind.CLOSED, NOTE, 20),
        )
    ]
    conflict = a_conflict(
        scene.store,
        case,
        kind=ConflictKind.CASE_CLOSED_AND_SENT,
        field_name=None,
        current_value=None,
        other_value=None,
        base_value=None,
        detail=as_json({"to_unit_id": forestry.id, "closing_note": NOTE}),
        current_install=HERE,
        other_install=THERE,
    )
    lay(scene.store, case, *events, conflict)
    return conflict, case


@pytest.mark.parametrize(("key", "state"), [(1, CaseState.CLOSED), (2, CaseState.UNDER_WAY)])
def test_a_case_closed_and_sent_stays_closed_or_goes_on(qtbot, scene, crossing, key, state) -> None:
    conflict, case = crossing
    page = shown(qtbot, scene, "conflicts-case")
    assert buttons_of(page) == ["1  保持办结", "2  由接手单位继续办"]
    qtbot.keyClick(page.table, Qt.Key.Key_0 + key)
    scene.settle()
    with scene.store.reading() as session:
        assert session.get_one(CaseFile, case.id).state is state
        found = session.exec(select(CaseEvent).order_by(col(CaseEvent.happened_at))).all()
    assert len(found) == 3 + key
    assert state_of(scene, conflict) is ConflictState.SETTLED
