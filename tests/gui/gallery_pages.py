"""Two pages that use every widget with long, made-up words, for the gallery and clipping tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from i18n.text import tr
from ui.theme import Tone, icon
from ui.widgets.bars import Mark, Segment, SegmentBar, SizeStrip
from ui.widgets.cards import Card, NumberLabel, StatCard
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import FormField, FormPanel, date_edit
from ui.widgets.labels import BilingualLabel, StatePill, text_label
from ui.widgets.picker_field import PickerField
from ui.widgets.record_table import RecordTable
from ui.widgets.rows_model import Column, RowsModel
from ui.widgets.steps import Step, StepState, StepStrip
from ui.widgets.timeline import TimelineEntry, TimelineView


@dataclass(frozen=True)
class Task:
    task_id: str
    kind: str
    kind_tone: Tone
    subject: str
    due: str
    due_tone: Tone


@dataclass(frozen=True)
class Slip:
    number: str
    head: str
    choice: str
    tone: Tone
    way: str
    by: str


@dataclass(frozen=True)
class FoundThing:
    kind: str
    record_id: str
    title: str
    subtitle: str


def some_tasks() -> tuple[Task, ...]:
    late, soon, done = Tone.DANGER, Tone.WARN, Tone.OK
    found = (
        (tr("信访"), late, tr("山林界址争议（吴某 / 杨某）"), tr("7天反馈 · 超期 1 天")),
        (tr("纠纷"), Tone.INFO, tr("建房滴水纠纷"), tr("今天调解会 15:00 鼓楼")),
        (tr("信访"), soon, tr("征地补偿款发放"), tr("5天调查 · 明天到期")),
        (tr("回访"), done, tr("稻田放水纠纷（已结）"), tr("协议履行回访 · 后天")),
        (tr("走访"), Tone.NEUTRAL, tr("第 7 微网格 独居老人 3 户"), tr("本周走访 1/3")),
        (tr("诉前"), Tone.INFO, tr("民间借贷（法院委派）"), tr("委派调解期 剩 12 天")),
    )
    return tuple(
        Task(str(place), kind, tone, subject, due, tone)
        for place, (kind, tone, subject, due) in enumerate(found)
    )


def some_slips() -> tuple[Slip, ...]:
    yes, no = (tr("赞成"), Tone.OK), (tr("反对"), Tone.DANGER)
    none, twice = (tr("弃权"), Tone.NEUTRAL), (tr("— 重复：两台电脑各收一票 —"), Tone.WARN)
    empty = ("", Tone.NEUTRAL)
    heads = ("吴某甲", "杨某", "石某", "吴某乙", "龙某", "粟某", "陆某", "杨某丙", "吴某丁")
    given = (yes, yes, no, twice, empty, none, yes, empty, yes)
    return tuple(
        Slip(f"07{place:02}", head, word, tone, tr("签字") if word else "", tr("张某 11-21 19:02"))
        for place, (head, (word, tone)) in enumerate(zip(heads, given, strict=True), start=1)
    )


class TodayPage(QWidget):
    """The picture `today` of the design."""

    def __init__(self) -> None:
        super().__init__()
        self.title = tr("今日")
        self._add = QPushButton(icon("add", "white"), tr("登记"))
        self._add.setProperty("role", "primary")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(self._figures())
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._tasks(), 3)
        row.addWidget(self._case(), 2)
        column.addLayout(row, 1)

    def load(self) -> None:
        self.rows.set_rows(some_tasks())

    def header_buttons(self) -> list[QPushButton]:
        return [self._add]

    def _figures(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        for number, title, line, tone in (
            ("2", tr("已超期"), tr("信访 1 · 回访 1"), Tone.DANGER),
            ("5", tr("三天内到期"), tr("见面 2 · 调查 1 · 反馈 2"), Tone.WARN),
            ("9", tr("在办案件"), tr("本村 7 · 上级交办 2"), Tone.INFO),
            ("41/46", tr("表决已收"), tr("第 3 号 建房公约 · 差 2 户到会"), Tone.OK),
        ):
            row.addWidget(StatCard(title, number=number, line=line, tone=tone, leads_on=True), 1)
        return row

    def _tasks(self) -> Card:
        card = Card(tr("要办的事"), aside=tr("按到期排序"), is_flush=True)
        self.rows: RowsModel[Task] = RowsModel(
            [
                Column("", lambda t: t.kind, lambda t: t.kind_tone, width=78, is_pill=True),
                Column(tr("事项"), lambda t: t.subject),
                Column(tr("期限"), lambda t: t.due, lambda t: t.due_tone, width=200, is_right=True),
            ],
            key=lambda t: t.task_id,
        )
        self.table = RecordTable(self.rows, name=tr("要办的事"), empty=tr("今天没有要办的事"))
        self.table.horizontalHeader().hide()
        card.add(self.table, 1)
        return card

    def _case(self) -> Card:
        card = Card(tr("山林界址争议"))
        card.header.addWidget(StatePill(tr("办理中"), Tone.INFO))
        card.add(
            text_label(tr("TD-2026-0117 · 初信初访 · 包案：李某（副县长）"), "muted", wraps=True)
        )
        strip = StepStrip()
        strip.show_steps(
            [
                Step(tr("3天见面"), StepState.DONE, said=tr("已办")),
                Step(tr("5天调查"), StepState.DONE, said=tr("已办")),
                Step(tr("7天反馈"), StepState.OVERDUE, note=tr("超期 1 天"), said=tr("超期")),
                Step(tr("30天办结"), StepState.OPEN, said=tr("未到")),
            ]
        )
        card.add(strip)
        line = TimelineView()
        line.show_entries(
            [
                TimelineEntry("11-20 16:40", tr("分流 → 林业局牵头，司法所协办"), tr("镇综治中心")),
                TimelineEntry(
                    "11-19 09:12",
                    tr("调查：两户各持 1981 年林权证，附照片 4 张、侗语录音 1 段"),
                    tr("网格员 张某"),
                ),
                TimelineEntry("11-17 10:05", tr("见面：双方愿意调解"), tr("网格员 张某")),
                TimelineEntry("11-15 08:30", tr("受理登记"), tr("县矛调中心")),
            ],
            name=tr("经过"),
        )
        card.add(line, 1)
        buttons = QWidget()
        flow = FlowLayout(buttons)
        names = ("edit", "print", "record", "more")
        said = (tr("记一笔"), tr("打印文书"), tr("录音"), tr("流转…"))
        for name, words in zip(names, said, strict=True):
            button = QPushButton(icon(name, "white" if name == "edit" else "#22242B"), words)
            button.setProperty("role", "primary" if name == "edit" else "")
            flow.addWidget(button)
        card.add(buttons)
        return card


class BallotPage(QWidget):
    """The picture `ballot` of the design, with a form in the side card."""

    def __init__(self) -> None:
        super().__init__()
        self.title = tr("村务表决")
        self.subtitle = tr("› 第 3 号 村民建房公约（修订）")
        words = (tr("打印表决票"), tr("公示与备案…"), tr("截止并计票"))
        self._buttons = [QPushButton(each) for each in words]
        self._buttons[-1].setProperty("role", "primary")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._count())
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._slips(), 3)
        row.addWidget(self._form(), 2)
        column.addLayout(row, 1)

    def load(self) -> None:
        self.rows.set_rows(some_slips())

    def header_buttons(self) -> list[QPushButton]:
        return self._buttons

    def _count(self) -> Card:
        card = Card()
        figures = QWidget()
        flow = FlowLayout(figures)
        segments = (
            Segment(tr("赞成"), 41, Tone.OK),
            Segment(tr("反对"), 3, Tone.DANGER),
            Segment(tr("弃权"), 2, Tone.NEUTRAL),
            Segment(tr("重复待核"), 1, Tone.WARN),
        )
        for each in segments:
            flow.addWidget(NumberLabel(each.word, str(each.count), each.tone))
        flow.addWidget(text_label(tr("到会 46 / 60 户 · 已过 2/3（40 户）"), "strong"))
        card.add(figures)
        bar = SegmentBar()
        bar.show_segments(segments, total=60, mark=Mark(40, tr("到会 2/3:40 户")))
        card.add(bar)
        return card

    def _slips(self) -> Card:
        aside = tr("键盘：↑↓ 选户 1 赞成 2 反对 3 弃权")
        card = Card(tr("收票 — 第 7 微网格（18 户）"), aside=aside, is_flush=True)
        self.rows: RowsModel[Slip] = RowsModel(
            [
                Column(tr("户号"), lambda s: s.number, width=76),
                Column(tr("户主"), lambda s: s.head, width=96),
                Column(tr("表决"), lambda s: s.choice, lambda s: s.tone),
                Column(tr("方式"), lambda s: s.way, width=84),
                Column(tr("收票人 / 时间"), lambda s: s.by, width=160),
            ],
            key=lambda s: s.number,
        )
        self.table = RecordTable(self.rows, name=tr("收票"))
        card.add(self.table, 1)
        return card

    def _form(self) -> Card:
        card = Card(tr("登记"))
        card.header.addWidget(BilingualLabel(tr("全体"), term="全体"))
        form = FormPanel()
        self.form = form
        name, kind = QLineEdit(), QComboBox()
        kind.addItems([tr("邻里纠纷"), tr("山林土地权属")])
        form.add_row(
            FormField(tr("户主姓名"), name, is_required=True), FormField(tr("人"), kind, term="人")
        )
        count, day = QSpinBox(), date_edit(date(2026, 11, 23))
        form.add_row(FormField(tr("涉及户数"), count), FormField(tr("发生日期"), day))
        self.picker = PickerField(name=tr("找户"), placeholder=tr("姓名、拼音首字母、户号"))
        form.add_field(tr("户"), self.picker, term="户")
        field = form.add_field(tr("事由"), QPlainTextEdit())
        field.editor.setMaximumHeight(76)
        field.set_error(tr("请写明事由，一两句话就行。"))
        card.add(form)
        strip = SizeStrip()
        strip.show_size(18, low=15, high=20, name=tr("18 户，合适"), tones=[Tone.OK] * 6)
        card.add(strip)
        return card
