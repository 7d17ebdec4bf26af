"""The list of cases narrowed by more than words, and filters under names."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt

from app.cases.vocabulary import CaseState, Urgency
from tests.gui.scene import make_scene
from tests.helpers.stores import a_case, save
from ui.cases.page import CasesPage

TODAY = date(2026, 11, 23)


@pytest.fixture
def scene(tmp_path, runner):
    yield from make_scene(tmp_path, runner)


@pytest.fixture
def page(scene, qtbot):
    save(
        scene.store,
        *(
            a_case(
                scene.store,
                id=name,
                number=f"TD-2026-{place:04d}",
                state=CaseState.UNDER_WAY,
                urgency=urgency,
                due_on=None if days is None else TODAY + timedelta(days=days),
                first_contact_id=scene.actor.account_id if name == "mine" else None,
            )
            for place, (name, days, urgency) in enumerate(
                (
                    ("late", -1, Urgency.HIGH),
                    ("today", 0, Urgency.LOW),
                    ("sunday", 6, Urgency.LOW),
                    ("monday", 7, Urgency.LOW),
                    ("mine", None, Urgency.LOW),
                )
            )
        ),
    )
    window = scene.window("cases", CasesPage)
    qtbot.addWidget(window)
    window.show()
    scene.settle()
    return window.pages.current_page()


def shown(page) -> set[str]:
    return {row.case_id for row in page.list.model.rows()}


@pytest.mark.parametrize(
    ("field", "key", "found"),
    [
        ("due", "late", {"late"}),
        ("due", "today", {"today"}),
        ("due", "week", {"today", "sunday"}),
        ("due", "any", {"late", "today", "sunday", "monday"}),
        ("urgency", "high", {"late"}),
        ("mine", "mine", {"mine"}),
        ("period", "last_year", set()),
    ],
)
def test_each_choice_narrows_the_list(scene, page, field, key, found) -> None:
    page.list.show_filter({field: key})
    scene.settle()

    assert shown(page) == found
    page.list.choices.reset_button.click()
    scene.settle()
    assert len(shown(page)) == 5


def test_a_filter_is_kept_taken_again_removed_and_brought_back(scene, page, qtbot) -> None:
    saved = page.list.saved
    page.list.show_filter({"due": "late"})
    saved.keep.click()
    saved.name.setText("超期的")
    qtbot.keyClick(saved.name, Qt.Key.Key_Return)
    scene.settle()
    page.list.show_filter({})
    saved.box.setCurrentIndex(1)
    saved.box.activated.emit(1)
    scene.settle()

    assert shown(page) == {"late"}

    saved.remove.click()
    scene.settle()
    assert saved.box.count() == 1
    saved.restore.click()
    scene.settle()
    assert saved.box.itemText(1) == "超期的"


def test_an_empty_name_is_said_and_the_filter_stays(scene, page, qtbot) -> None:
    saved = page.list.saved
    page.list.show_filter({"due": "late"})
    saved.keep.click()
    qtbot.keyClick(saved.name, Qt.Key.Key_Return)
    scene.settle()

    assert "还没有起名字" in saved.said.text()
    assert page.list.body_of_filter() == {"words": "", "due": "late"}
