"""An incident becomes a dispute, a dispute breaks out into an incident; each shows the other."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.cases.actions import CASE_FORM, record_case
from app.cases.listing import CaseFilter, case_rows
from app.cases.queries import one_case
from app.cases.vocabulary import CaseKind
from app.drafts import load_draft
from app.incidents.actions import record_incident
from app.incidents.detail import one_incident
from app.incidents.queries import IncidentFilter, incident_rows
from app.incidents.vocabulary import IncidentSource, IncidentState
from tests.gui.cases.scenes import Scene, a_scene
from tests.gui.conftest import LARGE, settle
from tests.unit.cases.drafts_of_cases import a_draft
from tests.unit.incidents.drafts import an_incident
from ui.cases.page import CasesPage
from ui.incidents.page import IncidentsPage
from ui.work.runner import Runner


@pytest.fixture
def scene(tmp_path: Path, runner: Runner) -> Scene:
    return a_scene(tmp_path, runner)


def wait(scene: Scene) -> None:
    for _round in range(3):
        settle()
        assert scene.runner.wait_idle()
    settle()


def shown(qtbot, scene: Scene, page: CasesPage | IncidentsPage) -> None:  # type: ignore[no-untyped-def]
    scene.runner.changed.connect(page.on_changes)
    qtbot.addWidget(page)
    page.resize(*LARGE)
    page.show()
    qtbot.waitExposed(page)
    page.load()
    wait(scene)


def test_the_form_of_a_dispute_takes_over_what_is_known(qtbot, scene: Scene) -> None:  # type: ignore[no-untyped-def]
    incident_id = record_incident(scene.store, scene.actor, an_incident()).incident_id
    page = CasesPage(scene.context())
    shown(qtbot, scene, page)

    page.open_from_incident(incident_id)
    wait(scene)
    form = page.editor.form
    body = form.body()
    assert page.editor.title.text() == "警情转为纠纷"
    assert (body["title"], body["happened_on"]) == ("酒后打架", "2026-11-23")
    assert [(one["name"], one["side"], one["phone"]) for one in body["parties"]] == [
        ("石某", "a", "13800001111"),
        ("龙某", "b", ""),
    ]
    assert not page.editor.foot.save_next.isVisible()

    form.class_code.set_value(_class(form))
    form.risk.choices.set_value("none")
    page.editor.foot.save.click()
    wait(scene)

    case = one_case(scene.store, page.card.case_id)
    assert case is not None
    assert case.kind is CaseKind.INCIDENT_BORN
    incident = one_incident(scene.store, incident_id)
    assert incident is not None
    assert incident.state is IncidentState.BECAME_CASE
    (link,) = page.card.links.buttons
    qtbot.keyClick(link, Qt.Key.Key_Return)
    assert scene.opened == [("incident", incident_id)]
    below = page.list.model.columns[1].below
    assert below is not None
    assert "警情转来" in below(page.list.model.rows()[0])


def test_a_dispute_begun_from_an_incident_is_kept_by_itself(qtbot, scene: Scene) -> None:  # type: ignore[no-untyped-def]
    incident_id = record_incident(scene.store, scene.actor, an_incident()).incident_id
    page = CasesPage(scene.context())
    shown(qtbot, scene, page)
    page.open_from_incident(incident_id)
    wait(scene)
    page.editor.form.title.setText("改了名称")
    page.editor.foot.leave.click()
    wait(scene)
    account_id = scene.actor.account_id
    kept = load_draft(scene.store, form=CASE_FORM, record_id=incident_id, account_id=account_id)
    assert kept is not None
    assert not page.draft_bar.isVisible(), "it is not the draft of a plain dispute"

    page.open_from_incident(incident_id)
    wait(scene)
    page.editor.draft_bar.go_on.click()
    wait(scene)
    assert page.editor.form.body()["title"] == "改了名称"
    assert case_rows(scene.store, CaseFilter()).total == 0


def test_a_dispute_breaks_out_into_an_incident(qtbot, scene: Scene) -> None:  # type: ignore[no-untyped-def]
    case_id = record_case(scene.store, scene.actor, a_draft()).case_id
    page = IncidentsPage(scene.context())
    shown(qtbot, scene, page)

    page.open_new(from_case_id=case_id)
    wait(scene)
    form = page.editor.form
    body = form.body()
    assert page.editor.title.text() == "纠纷引发的警情"
    assert (body["title"], body["source"]) == ("山林界址争议", IncidentSource.FROM_CASE)
    assert [one["name"] for one in body["people"]] == ["吴某", "杨某"]
    form.incident_class.set_value("01")
    page.editor.foot.save.click()
    wait(scene)

    (row,) = incident_rows(scene.store, IncidentFilter()).rows
    assert row.incident_id == page.card.incident_id
    (link,) = page.card.links.buttons
    assert "由纠纷引发" in link.accessibleName()
    qtbot.keyClick(link, Qt.Key.Key_Return)
    assert scene.opened == [("case_file", case_id)]


def test_a_dispute_that_is_gone_is_said_and_the_list_stays(qtbot, scene: Scene) -> None:  # type: ignore[no-untyped-def]
    page = IncidentsPage(scene.context())
    shown(qtbot, scene, page)
    page.open_new(from_case_id="gone")
    wait(scene)
    assert "没有这件案子" in scene.notices[-1]
    assert not page.is_editing


def _class(form) -> object:  # type: ignore[no-untyped-def]
    return form.class_code._search("0201")[0]
