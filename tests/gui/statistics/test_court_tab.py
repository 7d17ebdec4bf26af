"""诉源 and 调解 of 统计: the figures beside the year before, at both sizes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from app.accounts.vocabulary import Role
from app.cases.vocabulary import CaseEventKind
from app.court.counting import CourtFigure
from app.court.vocabulary import CourtSending
from tests.gui.cases.scenes import a_scene
from tests.gui.clipping import clipped
from tests.gui.conftest import LARGE, SMALL, settle
from tests.unit.court.agreed import TOWNSHIP, a_recorded_case, say, send
from ui.statistics.page import StatisticsPage
from ui.widgets.paper import PaperDesk
from ui.wording_rules import name_of
from ui.work.runner import Runner


@pytest.mark.parametrize("size", [LARGE, SMALL])
def test_what_the_court_sent_this_year_is_counted(
    qtbot, runner: Runner, tmp_path: Path, size: tuple[int, int]
) -> None:
    scene = a_scene(tmp_path, runner, role=Role.TOWNSHIP_CENTRE)
    scene.actor = TOWNSHIP
    case_id, _parties = a_recorded_case(scene.store)
    send(scene.store, case_id, CourtSending.AFTER_FILING)
    say(scene.store, case_id, CaseEventKind.MEDIATION_HELD)
    say(scene.store, case_id, CaseEventKind.SUIT_FILED, filed_on=date(2026, 11, 20))
    say(scene.store, case_id, CaseEventKind.SETTLED)
    with scene.store.laying_down() as session:
        session.connection().exec_driver_sql("UPDATE case_event SET sync_seq = rowid")
        session.connection().exec_driver_sql("UPDATE case_file SET sync_version = 1")
    page = StatisticsPage(scene.context())
    qtbot.addWidget(page)
    page.resize(*size)
    page.show()
    page.switch.set_value("court")
    page._on_switched("court")
    assert runner.wait_idle()
    settle()
    cards = page.court.cards
    assert cards[CourtFigure.SENT_AFTER].number.text() == "1"
    assert cards[CourtFigure.SUITS].number.text() == "1"
    assert cards[CourtFigure.CONFIRMED].number.text() == "0"
    assert "上年同期 0 件，同比 —" in cards[CourtFigure.SENT_AFTER].line.text()
    assert clipped(page) == []
    file = tmp_path / "court.xlsx"
    page.court._ask_path = lambda _name: str(file)
    page.court.export_button.click()
    assert runner.wait_idle()
    lines = list(load_workbook(file).worksheets[0].values)
    assert (name_of(CourtFigure.SUITS), "1", "0", "—") in lines
    page.court.print_button.click()
    desk = page.court.print_button.findChild(PaperDesk)
    desk.menu.close()
    assert "<h1 align='center'>诉源统计（" in desk.paper.html
    page.switch.set_value("mediation")
    page._on_switched("mediation")
    assert runner.wait_idle()
    settle()
    tab = page.mediation
    assert (tab.handled.number.text(), tab.rate.number.text()) == ("1", "100.0 %")
    assert "1/1" in tab.rate.line.text()
    assert [row.now.whole for row in tab.model.rows()] == [1]
    assert clipped(page) == []
