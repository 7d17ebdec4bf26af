"""改正 leads from the list to the form, with the cursor at the field."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.accounts.vocabulary import Role
from tests.gui.conftest import LARGE
from tests.gui.scene import Scene, make_scene
from tests.helpers.stores import a_case, a_household, a_resident, an_actor, save
from ui.cases.page import CasesPage
from ui.households.page import MicroGridsPage


@pytest.fixture
def scene(tmp_path, runner) -> Iterator[Scene]:
    yield from make_scene(tmp_path, runner)


def shown(qtbot, scene: Scene, page):  # type: ignore[no-untyped-def]
    qtbot.addWidget(page)
    page.resize(*LARGE)
    page.show()
    page.load()
    scene.settle()
    return page


@pytest.mark.parametrize("field", ["phone", "address", "no_such_field", ""])
def test_a_households_form_opens_at_the_field(qtbot, scene, field) -> None:
    household = a_household()
    save(scene.store, household, a_resident(household))
    page = shown(qtbot, scene, MicroGridsPage(scene.context()))
    page.open(household.id)
    page.mend(household.id, field)
    scene.settle()
    form = page.overview.side.household_form
    assert page.overview.side.currentWidget() is form
    wanted = form.editor(field) if field in ("phone", "address") else form.editor("number")
    assert page.focusWidget() is wanted


def test_a_residents_form_opens_at_the_field(qtbot, scene) -> None:
    household = a_household()
    resident = a_resident(household)
    save(scene.store, household, resident)
    page = shown(qtbot, scene, MicroGridsPage(scene.context()))
    page.open(resident.id)
    page.mend(resident.id, "identity_number")
    scene.settle()
    form = page.overview.side.resident_form
    assert page.overview.side.currentWidget() is form
    assert page.focusWidget() is form.editor("identity_number")


def test_who_may_not_edit_only_looks(qtbot, scene) -> None:
    household = a_household()
    save(scene.store, household)
    scene.actor = an_actor(Role.AUXILIARY_POLICE, account_id="account-of-li")
    page = shown(qtbot, scene, MicroGridsPage(scene.context()))
    page.open(household.id)
    page.mend(household.id, "phone")
    scene.settle()
    assert not page.overview.side.is_editing


def test_another_household_opened_later_is_not_mended(qtbot, scene) -> None:
    first, second = a_household(), a_household(number="002")
    save(scene.store, first, second)
    page = shown(qtbot, scene, MicroGridsPage(scene.context()))
    page.mend(first.id, "phone")
    page.open(second.id)
    scene.settle()
    assert not page.overview.side.is_editing


@pytest.mark.parametrize(("field", "editor"), [("place", "place"), ("title", "title")])
def test_a_cases_form_opens_at_the_field(qtbot, scene, field, editor) -> None:
    case = a_case(scene.store)
    save(scene.store, case)
    page = shown(qtbot, scene, CasesPage(scene.context()))
    page.open(case.id)
    page.mend(case.id, field)
    scene.settle()
    assert page.is_editing
    assert page.focusWidget() is getattr(page.editor.form, editor)
