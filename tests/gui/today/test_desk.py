"""今日 of the grid desk: every kind of line, opened by Enter, and one page of paper."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from sqlmodel import select

from app.accounts.vocabulary import Role
from app.today.queries import today_view
from app.today.rules import TodoKind
from db.tables.looks import Look
from i18n import text
from tests.gui.clipping import assert_nothing_clipped
from tests.gui.conftest import LARGE, SMALL
from tests.helpers.full_disk import full_disk
from tests.helpers.pdf_text import pages_of
from tests.helpers.stores import an_actor
from tests.unit.today.desk_scene import a_busy_desk
from ui.today.page import TodayPage
from ui.today.paper import today_html
from ui.widgets.paper import PaperDesk
from ui.widgets.paper_pages import Paper, page_count, pdf_bytes


@pytest.fixture
def desk(scene):
    a_busy_desk(scene.store)
    return scene


def opened(qtbot, scene):
    window = scene.window("today", TodayPage)
    qtbot.addWidget(window)
    window.resize(*LARGE)
    window.show()
    scene.settle()
    return window.pages.current_page()


def test_each_line_says_why_it_stands_there(qtbot, desk) -> None:
    page = opened(qtbot, desk)
    rows = page.table.rows
    lines = {
        rows.index(place, 0).data(): (rows.index(place, 1).data(), rows.index(place, 2).data())
        for place in reversed(range(rows.rowCount()))
    }
    assert lines["报公安"] == ("争水打架（石某 / 龙某）", "2 天没有报公安")
    assert lines["警情"] == ("夜里打架（石某）", "处置中")
    assert lines["隐患"] == ("火灾 · 鼓楼西侧木楼灶间", "高级 · 超 2 天")
    assert lines["微服务"] == ("吴某甲：代办养老认证", "超 1 天")
    assert lines["走访"][0] == "001 吴某甲 · 第1微网格"
    assert lines["值班"][0] == "张某 14:00–20:00"
    assert lines["生日"] == ("石奶奶 满 83 岁", "周四 11-26")
    assert lines["来人"] == ("吴某丁 回到村里", "周六 11-21")


def test_enter_opens_what_the_line_is_about(qtbot, desk) -> None:
    page = opened(qtbot, desk)
    wanted = {
        TodoKind.RISK: "case_file",
        TodoKind.INCIDENT: "incident",
        TodoKind.HAZARD: "hazard",
        TodoKind.SERVICE: "micro_service",
        TodoKind.VISIT: "household",
        TodoKind.BIRTHDAY: "household",
        TodoKind.CAME_HOME: "household",
    }
    todos = list(page.table.rows.rows())
    for kind, entity in wanted.items():
        page.table.choose_position(next(at for at, one in enumerate(todos) if one.kind is kind))
        desk.settle()
        qtbot.keyClick(page.table, Qt.Key.Key_Return)
        assert desk.opened[-1][0] == entity
    page.table.choose_position(
        next(at for at, one in enumerate(todos) if one.kind is TodoKind.DUTY)
    )
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert desk.pages == ["visits"]


def test_the_risk_beside_the_list_tells_the_case(qtbot, desk) -> None:
    page = opened(qtbot, desk)
    assert page.table.current_row().kind is TodoKind.RISK
    assert page.chosen.state.text() == "报公安"
    assert page.chosen.story.text()
    assert page.incidents.line.text() == "有 1 件纠纷要报公安"
    assert page.hazards.line.text() == "超期 1 处"


def test_it_is_printed_on_one_page_and_written_down(qtbot, desk, tmp_path) -> None:
    page = opened(qtbot, desk)
    page.print_button.click()
    paper = page.print_button.findChild(PaperDesk)
    paper.menu.close()
    with full_disk():
        paper.save_to(tmp_path / "今日.pdf")
        desk.settle()
    assert not (tmp_path / "今日.pdf").exists()
    paper.save_to(tmp_path / "今日.pdf")
    desk.settle()
    (words,) = pages_of((tmp_path / "今日.pdf").read_bytes())
    assert "今日要办的事" in words
    assert "争水打架" in words
    assert "没有印在这一页" not in words
    with desk.store.reading() as session:
        (look,) = session.exec(select(Look)).all()
    assert (look.looked_at, look.subject_entity) == ("print", "unit")


def test_however_much_there_is_it_stays_one_page_and_the_rest_is_counted(scene) -> None:
    a_busy_desk(scene.store, hazards=70, story="很长的说明" * 30)
    view = today_view(scene.store, scene.actor)
    html = today_html(view)
    paper = Paper("今日要办的事", html, unit="坪坦村", dated="2026年11月23日")
    assert page_count(paper) == 1
    (words,) = pages_of(pdf_bytes(paper))
    assert "争水打架" in words, "the most pressing is on it"
    shown = words.count("鼓楼西侧木楼灶间")
    assert 5 < shown < 71
    left = len(view.todos) - html.count("<tr>") + 1
    assert f"还有{left}件没有印在这一页" in words


def test_an_empty_day_is_a_page_too(scene) -> None:
    scene.actor = an_actor(Role.COUNTY_CENTRE, "通道侗族自治县")
    assert "今天没有要办的事" in today_html(today_view(scene.store, scene.actor))


@pytest.mark.parametrize("size", [LARGE, SMALL])
def test_pictures(qtbot, desk, size) -> None:
    window = desk.window("today", TodayPage)
    qtbot.addWidget(window)
    desk.picture(window, "today-desk", size)
    window.pages.current_page().table.choose_position(3)
    desk.picture(window, "today-desk-hazard", size)
    assert_nothing_clipped(window)


def test_picture_of_the_township(qtbot, desk) -> None:
    desk.actor = an_actor(Role.TOWNSHIP_CENTRE, "坪坦乡")
    window = desk.window("today", TodayPage)
    qtbot.addWidget(window)
    desk.picture(window, "today-township", LARGE)
    page = window.pages.current_page()
    kinds = {todo.kind for todo in page.table.rows.rows()}
    assert kinds == {TodoKind.RISK, TodoKind.HAZARD}
    assert page.table.rows.index(0, 1).data() == "坪坦村 · 争水打架（石某 / 龙某）"
    assert page.incidents.title.text() == "要报公安"
    assert not page.visits.isVisible()


def test_nothing_is_clipped_on_a_small_screen_with_long_words(qtbot, desk) -> None:
    text.set_stretch(1.5)
    window = desk.window("today", TodayPage)
    qtbot.addWidget(window)
    desk.picture(window, "today-desk-stretched", SMALL)
    assert_nothing_clipped(window)
