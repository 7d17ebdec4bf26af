"""Painted widgets say in words what they show, and paint what they are told."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from tests.gui.conftest import settle
from ui.shell.navigation import Navigation
from ui.theme import Tone, colors_of
from ui.theme.palette import LINE
from ui.widgets.bars import Mark, Segment, SegmentBar, SizeStrip
from ui.widgets.cards import Card, StatCard
from ui.widgets.labels import BilingualLabel, ElidedLabel, StatePill, bilingual_mode
from ui.widgets.record_table import RecordTable
from ui.widgets.rows_model import Column, RowsModel
from ui.widgets.side_panel import SidePanelHost
from ui.widgets.steps import Step, StepState, StepStrip
from ui.widgets.timeline import TimelineEntry, TimelineView


def shown(qtbot, widget: QWidget, width: int, height: int) -> QWidget:
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    settle()
    return widget


def color_at(widget: QWidget, x: int, y: int) -> QColor:
    return widget.grab().toImage().pixelColor(x, y)


def test_a_segment_bar_is_divided_by_its_counts(qtbot) -> None:
    bar = SegmentBar()
    bar.show_segments(
        [Segment("赞成", 41, Tone.OK), Segment("反对", 3, Tone.DANGER)],
        total=60,
        mark=Mark(40, "2/3"),
    )
    shown(qtbot, bar, 600, 40)
    middle = SegmentBar.OVERHANG + SegmentBar.BAR // 2
    assert color_at(bar, 200, middle) == QColor(colors_of(Tone.OK).fill)
    assert color_at(bar, 425, middle) == QColor(colors_of(Tone.DANGER).fill)
    assert color_at(bar, 500, middle) == QColor(LINE)
    assert bar.accessibleDescription() == "赞成 41、反对 3"


@pytest.mark.parametrize("total", [0, 3])
def test_a_segment_bar_takes_odd_totals(qtbot, total: int) -> None:
    bar = SegmentBar()
    bar.show_segments([Segment("赞成", 41, Tone.OK)], total=total, mark=Mark(99, "2/3"))
    shown(qtbot, bar, 600, 40)
    middle = SegmentBar.OVERHANG + SegmentBar.BAR // 2
    expected = QColor(LINE) if total == 0 else QColor(colors_of(Tone.OK).fill)
    assert color_at(bar, 300, middle) == expected


@pytest.mark.parametrize(("count", "place", "tone"), [(18, 17, Tone.INFO), (23, 21, Tone.WARN)])
def test_a_size_strip_colours_what_is_beyond_the_limit(qtbot, count, place, tone) -> None:
    strip = SizeStrip()
    strip.show_size(count, low=15, high=20, name="户数")
    shown(qtbot, strip, 640, 60)
    step = SizeStrip.MAX_SIDE + SizeStrip.GAP
    assert color_at(strip, place * step + 10, 10) == QColor(colors_of(tone).fill)


def test_a_size_strip_below_its_limit_leaves_places_empty(qtbot) -> None:
    strip = SizeStrip()
    strip.show_size(12, low=15, high=20, name="12 户，不足 15 户")
    shown(qtbot, strip, 640, 60)
    step = SizeStrip.MAX_SIDE + SizeStrip.GAP
    assert color_at(strip, 13 * step + 10, 10) != QColor(colors_of(Tone.INFO).fill)
    assert strip.accessibleName() == "12 户，不足 15 户"


def test_a_step_strip_paints_each_state_and_says_it(qtbot) -> None:
    strip = StepStrip()
    strip.show_steps(
        [
            Step("3天见面", StepState.DONE, said="已办"),
            Step("7天反馈", StepState.OVERDUE, note="超期 1 天", said="超期"),
            Step("30天办结", StepState.OPEN, said="未到"),
        ]
    )
    shown(qtbot, strip, 300, 70)
    assert color_at(strip, 50 - 5, 9) == QColor(colors_of(Tone.OK).fill)
    assert color_at(strip, 150 - 5, 9) == QColor(colors_of(Tone.DANGER).fill)
    said = "3天见面 已办、7天反馈 超期 超期 1 天、30天办结 未到"
    assert strip.accessibleDescription() == said


def test_a_step_strip_without_steps_paints_nothing(qtbot) -> None:
    strip = StepStrip()
    strip.show_steps([])
    shown(qtbot, strip, 300, 70)
    assert strip.accessibleName() == ""


def test_a_timeline_opens_entries_that_have_a_record(qtbot) -> None:
    view = TimelineView()
    view.show_entries(
        [TimelineEntry("11-20", "分流", "镇", record_id="e1"), TimelineEntry("11-19", "见面")]
    )
    shown(qtbot, view, 400, 200)
    view.setFocus()
    view.setCurrentIndex(view.model().index(0, 0))
    with qtbot.waitSignal(view.entry_opened, timeout=0) as opened:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert opened.args == ["e1"]
    view.setCurrentIndex(view.model().index(1, 0))
    with qtbot.assertNotEmitted(view.entry_opened):
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert view.model().index(0, 0).data() == "11-20 分流 镇"


def test_a_timeline_entry_grows_where_the_view_is_narrow(qtbot) -> None:
    view = TimelineView()
    view.show_entries([TimelineEntry("11-19", "调查：两户各持 1981 年林权证，附照片 4 张" * 2)])
    shown(qtbot, view, 600, 300)
    wide = view.visualRect(view.model().index(0, 0)).height()
    view.resize(260, 300)
    settle()
    assert view.visualRect(view.model().index(0, 0)).height() > wide


def test_cards_columns_and_the_brand_show_the_attested_word(qtbot) -> None:
    figure, list_card = StatCard("户", number="46"), Card("村")
    table = RecordTable(RowsModel([Column("村", str), Column("登记", str)]), name="村")
    navigation = Navigation()
    for widget in (figure, list_card, table, navigation):
        qtbot.addWidget(widget)
        widget.show()
    one_line = table.horizontalHeader().sizeHint().height()
    bilingual_mode.set_on(True)
    assert figure.title.dong.text() == "yanc"
    assert list_card.title.dong.text() == "xaih"
    titles = [table.model().headerData(n, Qt.Orientation.Horizontal) for n in range(2)]
    assert titles == ["村\nxaih", "登记"]
    assert table.horizontalHeader().height() > one_line
    assert navigation._brand_dong.isVisible()
    assert navigation._brand_dong.text() == "guh louc"
    navigation.set_compact(True)
    assert not navigation._brand_dong.isVisible()
    bilingual_mode.set_on(False)
    assert table.model().headerData(0, Qt.Orientation.Horizontal) == "村"
    assert table.horizontalHeader().height() == one_line


def test_the_dong_line_follows_the_mode_and_the_glossary(qtbot) -> None:
    known, unknown = BilingualLabel("户"), BilingualLabel("登记")
    for label in (known, unknown):
        shown(qtbot, label, 200, 60)
    assert not known.dong.isVisible()
    bilingual_mode.set_on(True)
    assert known.dong.isVisible()
    assert known.dong.text() == "yanc"
    assert known.accessibleName() == "户 yanc"
    assert not unknown.dong.isVisible()
    bilingual_mode.set_on(False)
    assert not known.dong.isVisible()


def test_a_pill_without_a_word_is_hidden(qtbot) -> None:
    card = Card("案件")
    pill = StatePill("办理中", Tone.INFO)
    card.header.addWidget(pill)
    shown(qtbot, card, 300, 100)
    assert pill.isVisible()
    pill.set_state("", Tone.NEUTRAL)
    assert not pill.isVisible()
    pill.set_state("有冲突", Tone.DANGER)
    assert pill.isVisible()
    assert pill.property("tone") == "danger"


def test_a_cut_line_tells_the_rest_in_its_tool_tip(qtbot) -> None:
    label = ElidedLabel("双江镇 · 某村 张某 网格员")
    shown(qtbot, label, 60, 24)
    assert label.toolTip() == "双江镇 · 某村 张某 网格员"
    label.resize(500, 24)
    settle()
    assert label.toolTip() == ""


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_a_stat_card_that_leads_on_is_reached_by_keyboard(qtbot, key) -> None:
    card = StatCard("已超期", number="2", line="信访 1", tone=Tone.DANGER, leads_on=True)
    shown(qtbot, card, 300, 80)
    with qtbot.waitSignal(card.opened, timeout=0):
        qtbot.keyClick(card, key)
    with qtbot.waitSignal(card.opened, timeout=0):
        qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert card.accessibleName() == "已超期 2"


def test_a_side_panel_stands_beside_or_instead_of_the_list(qtbot) -> None:
    main, side = QWidget(), QWidget()
    host = shown(qtbot, SidePanelHost(main, side), 1100, 500)
    assert not side.isVisible()
    host.open_side()
    assert main.isVisible()
    assert side.isVisible()
    host.resize(600, 500)
    settle()
    assert not main.isVisible()
    with qtbot.waitSignal(host.closed, timeout=0):
        host.close_side()
    assert main.isVisible()
