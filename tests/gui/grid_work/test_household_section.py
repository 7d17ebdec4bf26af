"""What stands of the grid's work in a household's page."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from app.accounts.vocabulary import Role
from app.grid_work.actions import record_visit
from app.grid_work.parts import VisitFields
from tests.gui.conftest import settle
from tests.gui.grid_work.conftest import TODAY, fill_village
from tests.helpers.stores import an_actor
from ui.grid_work.household_section import HouseholdWork


def a_section(qtbot, scene, asked=None):  # type: ignore[no-untyped-def]
    context = scene.context()
    if asked is not None:
        context = replace(context, begin_work=lambda kind, home: asked.append((kind, home)))
    section = HouseholdWork(context)
    qtbot.addWidget(section)
    section.resize(420, 400)
    section.show()
    return section


def lines(section: HouseholdWork) -> list[str]:
    model = section.timeline.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def test_visits_and_what_is_open(qtbot, scene) -> None:
    homes = fill_village(scene)
    section = a_section(qtbot, scene)
    section.show_household(homes[0].id)
    scene.settle()
    assert section.summary.text() == "走访过 1 次，最近一次是38 天前。"
    hazard, service, visit = lines(section)
    assert "电线老化" in hazard
    assert "超 2 天" in hazard
    assert "代取养老金" in service
    assert "见到吴某甲" in visit
    section.show_household(homes[5].id)
    scene.settle()
    assert section.summary.text() == "还没有走访过。"
    assert not section.timeline.isVisible()


def test_it_follows_what_is_written(qtbot, scene) -> None:
    homes = fill_village(scene)
    section = a_section(qtbot, scene)
    section.show_household(homes[5].id)
    scene.settle()
    given = VisitFields(household_id=homes[5].id, visited_on=TODAY)
    scene.runner.write(lambda: record_visit(scene.store, scene.actor, given))
    scene.settle()
    assert section.summary.text() == "走访过 1 次，最近一次是今天。"


@pytest.mark.parametrize("kind", ["visit", "micro_service", "hazard"])
def test_a_button_begins_the_form_of_this_household(qtbot, scene, kind) -> None:
    homes = fill_village(scene)
    asked: list[tuple[str, str]] = []
    section = a_section(qtbot, scene, asked)
    section.show_household(homes[1].id)
    scene.settle()
    section.buttons[kind].click()
    assert asked == [(kind, homes[1].id)]


def test_a_line_opens_its_record(qtbot, scene) -> None:
    homes = fill_village(scene)
    section = a_section(qtbot, scene)
    section.show_household(homes[0].id)
    scene.settle()
    section.activateWindow()
    section.timeline.setFocus()
    section.timeline.setCurrentIndex(section.timeline.model().index(0, 0))
    settle()
    qtbot.keyClick(section.timeline, Qt.Key.Key_Return)
    ((entity, _),) = scene.opened
    assert entity == "hazard"


@pytest.mark.parametrize(
    ("role", "sees", "records"),
    [
        (Role.GRID_WORKER, True, True),
        (Role.TOWNSHIP_CENTRE, True, False),
        (Role.LEGAL_AID_LAWYER, False, False),
    ],
)
def test_each_post_sees_its_part(qtbot, scene, role, sees, records) -> None:
    homes = fill_village(scene)
    scene.actor = an_actor(role)
    section = a_section(qtbot, scene)
    section.show_household(homes[0].id)
    scene.settle()
    assert section.isVisible() is sees
    if sees:
        assert section.buttons["visit"].isVisible() is records
