"""Figures of incidents on screen: another span, another class, the numbers behind a mark, out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QDate, Qt

from app.accounts.rules import may
from app.accounts.vocabulary import Permission, Role
from app.incidents.vocabulary import IncidentClass
from app.statistics.rules import SpanKind
from tests.gui.conftest import LARGE, SMALL
from tests.gui.scene import Scene, make_scene
from tests.helpers.stores import an_actor, units_by_id
from tests.unit.statistics.test_incidents import COUNTY, HERE, THERE, noon, put
from ui.statistics.incidents_tab import IncidentsTab
from ui.statistics.page import StatisticsPage
from ui.widgets.paper import PaperDesk
from ui.widgets.paper_pages import page_count


@pytest.fixture
def scene(tmp_path, runner) -> Iterator[Scene]:
    yield from make_scene(tmp_path, runner)


@pytest.fixture
def counted(scene: Scene) -> Scene:
    """坪坦村: two a month for a year, seven this month to the 23rd; 横岭村: one now, eight then."""
    put(scene.store, [noon(date(2025, 10, 1))])
    for month in range(12):
        first = date(2025 + (10 + month) // 12, (10 + month) % 12 + 1, 1)
        put(scene.store, [noon(first + timedelta(days=day)) for day in (3, 9)])
    put(scene.store, [noon(date(2026, 11, day)) for day in range(1, 8)])
    civil = IncidentClass.CIVIL
    put(scene.store, [noon(date(2026, 11, 9))], unit_id=THERE, kind=civil)
    put(scene.store, [noon(date(2025, 11, day)) for day in range(1, 9)], unit_id=THERE, kind=civil)
    put(scene.store, [noon(date(2026, 11, 20))], unit_id=THERE, is_at_county=False)
    scene.actor = COUNTY
    return scene


def opened(qtbot, scene: Scene) -> IncidentsTab:  # type: ignore[no-untyped-def]
    page = StatisticsPage(scene.context())
    qtbot.addWidget(page)
    page.resize(*LARGE)
    page.show()
    page.show_incidents()
    scene.settle()
    page.incidents.kept_alive = page  # the page owns the tab
    return page.incidents


def shown(tab: IncidentsTab, row: int) -> list[str]:
    return [str(tab.model.index(row, column).data()) for column in range(8)]


def test_the_village_that_stands_out_is_first_with_the_numbers_behind_it(qtbot, counted) -> None:
    tab = opened(qtbot, counted)
    assert shown(tab, 0)[:6] == ["坪坦乡坪坦村", "7", "2", "+250.00 %", "2", "+250.00 %"]
    assert shown(tab, 0)[7] == "高于往常"
    assert "本期 7 起，前 12 个月的同样几天平均 2.0 起" in tab.behind.text()
    assert "所以标出" in tab.behind.text()
    assert tab.formula.text() == (
        "同比 =（7 − 2）÷ 2 = +250.00 %；环比 =（7 − 2）÷ 2 = +250.00 %。"
    )
    assert (tab.now.number.text(), tab.marked.number.text()) == ("8", "1")
    assert "另有 1 起还没有上报" in tab.as_of.text()


def test_what_has_no_base_has_no_rate(qtbot, counted) -> None:
    tab = opened(qtbot, counted)
    names = [tab.model.index(row, 0).data() for row in range(tab.model.rowCount())]
    place = names.index("坪坦乡横岭村")
    assert shown(tab, place)[1:6] == ["1", "8", "−87.50 %", "0", "—"]
    tab.table.choose_position(place)
    assert "环比：基数为 0，不计算。" in tab.formula.text()


def test_by_class_and_one_class_by_village(qtbot, counted) -> None:
    tab = opened(qtbot, counted)
    tab.classes.setCurrentIndex(tab.classes.findData(IncidentClass.CIVIL.value))
    tab.classes.activated.emit(0)
    assert shown(tab, 0)[:3] == ["坪坦乡横岭村", "1", "8"]
    assert tab.now.number.text() == "1"
    button = next(each for each in tab.by.children() if getattr(each, "text", str)() == "按性质")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert [shown(tab, row)[:2] for row in range(5)] == [
        ["治安", "7"],
        ["刑事", "0"],
        ["民事", "1"],
        ["行政", "0"],
        ["其他", "0"],
    ]


def test_earlier_and_later_spans(qtbot, counted) -> None:
    tab = opened(qtbot, counted)
    assert tab.span_bar.words.text() == "2026年11月1日至23日"
    assert not tab.span_bar.later.isEnabled()
    tab.span_bar.earlier.click()
    counted.settle()
    assert (tab.span_bar.words.text(), tab.now.number.text()) == ("2026年10月", "2")
    tab.span_bar.later.click()
    counted.settle()
    assert (tab.span_bar.words.text(), tab.now.number.text()) == ("2026年11月1日至23日", "8")
    tab.span_bar.kinds.set_value(SpanKind.YEAR_TO_DATE.value)
    tab.span_bar.kinds.chosen.emit(SpanKind.YEAR_TO_DATE.value)
    counted.settle()
    assert tab.span_bar.words.text() == "2026年1月1日至11月23日"
    assert tab.period.number.text() == "—"
    assert "没有可比的上期" in tab.compared.text()
    assert "不作判断" in tab.behind.text()


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ((2026, 11, 5), (2026, 11, 4), "开始日期在结束日期之后"),
        ((2026, 12, 1), (2026, 12, 4), "在今天之后"),
        ((2024, 1, 1), (2026, 11, 4), "最多统计 366 天"),
        ((1819, 1, 1), (1819, 1, 4), "年份写错"),
    ],
)
def test_a_bad_free_span_says_why_and_keeps_the_days(qtbot, counted, first, last, words) -> None:
    tab = opened(qtbot, counted)
    tab.span_bar.kinds.set_value(SpanKind.FREE.value)
    tab.span_bar.kinds.chosen.emit(SpanKind.FREE.value)
    tab.span_bar.first.setDate(QDate(*first))
    tab.span_bar.last.setDate(QDate(*last))
    counted.settle()
    assert words in tab.span_bar.error.text()
    assert tab.span_bar.error.isVisible()
    assert tab.span_bar.first.date() == QDate(*first)
    tab.span_bar.first.setDate(QDate(2026, 11, 1))
    tab.span_bar.last.setDate(QDate(2026, 11, 10))
    counted.settle()
    assert not tab.span_bar.error.isVisible()
    assert tab.now.number.text() == "8"


def test_columns_sort(qtbot, counted) -> None:
    tab = opened(qtbot, counted)
    header = tab.table.horizontalHeader()
    header.setSortIndicator(2, Qt.SortOrder.DescendingOrder)
    assert shown(tab, 0)[0] == "坪坦乡横岭村"
    header.setSortIndicator(3, Qt.SortOrder.AscendingOrder)
    assert shown(tab, 0)[3] == "−87.50 %"


def test_out_into_excel_and_onto_paper(qtbot, counted, tmp_path) -> None:
    tab = opened(qtbot, counted)
    tab._ask_path = lambda name: str(tmp_path / name)
    tab.export_button.click()
    counted.settle()
    assert counted.notices == ["已导出：警情统计（2026年11月1日至23日）.xlsx"]
    sheet = load_workbook(tmp_path / "警情统计（2026年11月1日至23日）.xlsx").worksheets[0]
    lines = list(sheet.iter_rows(values_only=True))
    assert lines[1][:4] == ("村", "本期", "上年同期", "同比")
    assert lines[2][:4] == ("坪坦乡坪坦村", "7", "2", "+250.00 %")
    assert len(lines) == 2 + 162 + 1
    sums = [sum(int(line[place]) for line in lines[2:-1]) for place in (1, 2)]
    assert lines[-1][:3] == ("合计", *map(str, sums))
    tab.print_button.click()
    paper = tab.print_button.findChild(PaperDesk).paper
    assert "前 12 个月的同样几天平均 2.0 起" in paper.html
    assert "口径" in paper.html
    assert 2 <= page_count(paper) <= 12
    tab.print_button.findChild(PaperDesk).menu.close()


def test_a_village_sees_its_own_by_class(qtbot, counted) -> None:
    counted.actor = an_actor()
    tab = opened(qtbot, counted)
    assert not tab.by.isVisible()
    assert shown(tab, 0)[:2] == ["治安", "7"]
    assert tab.model.rowCount() == 5


@pytest.mark.parametrize("role", list(Role))
def test_the_tab_is_offered_to_who_sees_incidents(qtbot, scene, role: Role) -> None:
    scene.actor = an_actor(role)
    page = StatisticsPage(scene.context())
    qtbot.addWidget(page)
    counts_cases = may(role, Permission.SEE_STATISTICS) and may(role, Permission.SEE_CASES)
    sees_any = may(role, Permission.SEE_INCIDENTS) or counts_cases
    assert page.switch.isVisibleTo(page) is sees_any


@pytest.mark.parametrize("who", ["county", "village"])
def test_nothing_is_clipped_on_a_small_screen(show_small, counted, who: str) -> None:
    if who == "village":
        counted.actor = an_actor(unit=units_by_id()[HERE])

    def make() -> object:
        window = counted.window("statistics", StatisticsPage)
        window.findChild(StatisticsPage).show_incidents()
        counted.settle()
        return window

    show_small(make, size=SMALL)


@pytest.mark.parametrize("size", [LARGE, SMALL])
def test_pictures(qtbot, counted, size) -> None:
    window = counted.window("statistics", StatisticsPage)
    qtbot.addWidget(window)
    window.findChild(StatisticsPage).show_incidents()
    counted.settle()
    counted.picture(window, "incident-figures", size)
