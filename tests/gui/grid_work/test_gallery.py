"""Pictures of the page 走访, to look at, and the clipping test over its screens."""

from __future__ import annotations

import pytest

from i18n import text
from tests.gui.clipping import assert_nothing_clipped
from tests.gui.conftest import LARGE, SMALL
from tests.gui.grid_work.conftest import fill_village
from ui.grid_work.page import VisitsPage

TABS = ("plan", "visits", "services", "hazards")


@pytest.mark.parametrize("size", [LARGE, SMALL])
def test_pictures(qtbot, scene, size):
    homes = fill_village(scene, 60)
    window = scene.window("visits", VisitsPage)
    qtbot.addWidget(window)
    scene.runner.changed.connect(window.pages.tell_changes)
    window.resize(*size)
    page = window.pages.current_page()
    for place, name in enumerate(TABS):
        page.tabs.setCurrentIndex(place)
        scene.settle()
        scene.picture(window, f"work-{name}", size)
        if place:
            tab = page.stack.currentWidget()
            tab.list.table.choose_position(0)
            tab.list.row_opened.emit(tab.list.table.current_row())
            scene.settle()
            scene.picture(window, f"work-{name}-card", size)
            tab.begin(homes[2].id)
        else:
            page.plan.begin(homes[1].id)
            scene.settle()
            page.plan.form.hazard_button.click()
            page.plan.form.service_button.click()
        scene.settle()
        scene.picture(window, f"work-{name}-form", size)


@pytest.mark.parametrize("tab", range(4), ids=TABS)
def test_nothing_is_clipped_on_a_small_screen(qtbot, scene, tab):
    homes = fill_village(scene)
    text.set_stretch(1.5)
    window = scene.window("visits", VisitsPage)
    qtbot.addWidget(window)
    page = window.pages.current_page()
    page.tabs.setCurrentIndex(tab)
    scene.picture(window, f"work-stretched-{TABS[tab]}", SMALL)
    assert (window.width(), window.height()) == SMALL
    assert_nothing_clipped(window)
    if tab:
        shown = page.stack.currentWidget()
        shown.list.table.choose_position(0)
        shown.list.row_opened.emit(shown.list.table.current_row())
        scene.settle()
        assert_nothing_clipped(window)
        shown.begin(homes[2].id)
    else:
        page.plan.begin(homes[1].id)
    scene.settle()
    assert_nothing_clipped(window)


def test_an_empty_village(qtbot, scene):
    window = scene.window("visits", VisitsPage)
    qtbot.addWidget(window)
    scene.picture(window, "work-empty", SMALL)
    assert_nothing_clipped(window)
