"""The week of duty as a table: each day's shifts, its hours as a band, and what is odd about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QPushButton, QWidget

from app.duty.queries import DutyWeek, ShiftRow
from i18n.text import tr
from ui.theme import Tone, icon, text_px
from ui.widgets.cards import Card
from ui.widgets.cell_pictures import HoursDelegate, Stretch
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import text_label
from ui.widgets.paper import table_html, text_html
from ui.widgets.rows_model import Column, RowsModel
from ui.widgets.slim import SlimTable
from ui.wording_duty import (
    day_line,
    gaps_sentence,
    overlap_words,
    overlaps_sentence,
    shift_hours,
    week_title,
)

_BAND, _BESIDE, _NOTE = 2, 5, 6
_WIDE_PX, _MIDDLE_PX = 900, 740


@dataclass(frozen=True, slots=True)
class DayLine:
    """A shift of a day, or a day without any."""

    day: date
    shift: ShiftRow | None
    is_first: bool
    """Whether it is the first line of its day, which names the day."""
    is_today: bool
    beside: str
    """Who is on at the same time, in words."""


def week_lines(week: DutyWeek, today: date) -> tuple[DayLine, ...]:
    """At least one line for each of the seven days."""
    names = {row.shift_id: row.name for row in week.shifts}
    found = []
    for place in range(7):
        day = week.monday + timedelta(days=place)
        shifts: list[ShiftRow | None] = [row for row in week.shifts if row.on_date == day]
        for number, shift in enumerate(shifts or [None]):
            beside = overlap_words(shift, week.overlaps, names) if shift is not None else ""
            found.append(DayLine(day, shift, number == 0, day == today, beside))
    return tuple(found)


class WeekCard(Card):
    """`shift_opened(ShiftRow)`, `new_asked(date)`, `remove_asked(ShiftRow)`, `turned(weeks)`,
    where 0 is this week, `copy_asked` and `print_asked(button)`."""

    shift_opened = Signal(object)
    new_asked = Signal(object)
    remove_asked = Signal(object)
    turned = Signal(int)
    copy_asked = Signal()
    print_asked = Signal(object)

    def __init__(self, *, may_record: bool, parent: QWidget | None = None) -> None:
        super().__init__(tr("值班表"), is_flush=True, parent=parent)
        self.week: DutyWeek | None = None
        self._may_record = may_record
        self.model: RowsModel[DayLine] = RowsModel(self._columns(), key=_key)
        self.table = SlimTable(self.model, name=tr("值班表"))
        self.table.setItemDelegateForColumn(_BAND, HoursDelegate(self.table, self._hours_of))
        self.tools = QWidget()
        """The buttons; they stand wherever the page puts them."""
        self.copy_button = QPushButton(tr("照上一周排"))
        self.add_button = QPushButton(icon("add"), tr("排班"))
        self.print_button = QPushButton(icon("print"), tr("打印…"))
        self.odd = text_label("", "muted", wraps=True)
        self.odd.setContentsMargins(16, 6, 16, 0)
        self.odd.hide()
        self._build()

    def show_week(self, week: DutyWeek, *, today: date) -> None:
        """Another week, or the same one read again."""
        self.week = week
        self.set_title(week_title(week.monday))
        self.table.show_rows(week_lines(week, today))
        self.copy_button.setEnabled(week.has_week_before)
        odd = "\n".join(
            line for line in (overlaps_sentence(week), gaps_sentence(week.gaps)) if line
        )
        self.odd.setText(odd)
        self.odd.setVisible(bool(odd))
        self._keep_room()

    def _keep_room(self) -> None:
        """All its lines, also where a page scrolls and asks nothing for its height by width."""
        layout = self.layout()
        if layout is not None:
            self.setMinimumHeight(max(0, layout.minimumHeightForWidth(self.width())))

    def html(self) -> str:
        """The week as it is printed: every day, also one without anybody."""
        if self.week is None:
            return ""
        headers = [tr("日期"), tr("时间"), tr("值班人"), tr("电话"), tr("备注")]
        rows = []
        for line in week_lines(self.week, date.min):
            day = day_line(line.day) if line.is_first else ""
            shift = line.shift
            if shift is None:
                rows.append((day, tr("没有排班"), "", "", ""))
            else:
                rows.append((day, shift_hours(shift), shift.name, shift.phone, shift.note))
        odd = gaps_sentence(self.week.gaps)
        return table_html(headers, rows) + (f"<p>{text_html(odd)}</p>" if odd else "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._keep_room()
        self.table.setColumnHidden(_NOTE, self.width() < text_px(_WIDE_PX))
        for column in (_BAND, _BESIDE):
            self.table.setColumnHidden(column, self.width() < text_px(_MIDDLE_PX))

    def _columns(self) -> list[Column[DayLine]]:
        return [
            Column(tr("日期"), _day_words, tone=_day_tone, width=120),
            Column(tr("时间"), _time_words, tone=_time_tone, width=170),
            Column(tr("一天里"), lambda _line: "", width=130),
            Column(tr("值班人"), lambda line: line.shift.name if line.shift else ""),
            Column(tr("电话"), lambda line: line.shift.phone if line.shift else "", width=130),
            Column(tr("同班"), lambda line: line.beside, tone=_beside_tone, width=150),
            Column(tr("备注"), lambda line: line.shift.note if line.shift else ""),
        ]

    def _hours_of(self, line: DayLine) -> list[Stretch] | None:
        """The whole day on its first line, with what runs over from the night before."""
        if self.week is None or not line.is_first:
            return None
        midnight = datetime.combine(line.day, time())
        found = []
        for row in (*self.week.night_before, *self.week.shifts):
            start = max(0, round((row.start - midnight).total_seconds() / 60))
            end = min(24 * 60, round((row.end - midnight).total_seconds() / 60))
            if start < end:
                found.append(Stretch(start, end))
        return found

    def _build(self) -> None:
        flow = FlowLayout(self.tools)
        for words, weeks in ((tr("上一周"), -1), (tr("本周"), 0), (tr("下一周"), 1)):
            button = QPushButton(words)
            button.clicked.connect(partial(self._on_turn, weeks))
            flow.addWidget(button)
        for button in (self.copy_button, self.add_button, self.print_button):
            button.setAccessibleName(button.text())
            flow.addWidget(button)
        self.copy_button.setVisible(self._may_record)
        self.add_button.setVisible(self._may_record)
        self.add_button.clicked.connect(self._on_add)
        self.copy_button.clicked.connect(self.copy_asked)
        self.print_button.clicked.connect(self._on_print)
        self.table.row_opened.connect(self._on_opened)
        delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), self.table)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._on_delete)
        self.add(self.table, 1)
        self.add(self.odd)

    def _on_turn(self, weeks: int, *_ignored: object) -> None:
        self.turned.emit(weeks)

    def _on_add(self) -> None:
        line = self.table.current_row()
        if self.week is not None:
            self.new_asked.emit(line.day if isinstance(line, DayLine) else self.week.monday)

    def _on_opened(self, line: object) -> None:
        if isinstance(line, DayLine) and self._may_record:
            if line.shift is None:
                self.new_asked.emit(line.day)
            else:
                self.shift_opened.emit(line.shift)

    def _on_delete(self) -> None:
        line = self.table.current_row()
        if isinstance(line, DayLine) and line.shift is not None and self._may_record:
            self.remove_asked.emit(line.shift)

    def _on_print(self) -> None:
        self.print_asked.emit(self.print_button)


def _key(line: DayLine) -> str:
    return line.shift.shift_id if line.shift is not None else line.day.isoformat()


def _day_words(line: DayLine) -> str:
    if not line.is_first:
        return ""
    return tr("今天 {day}", day=f"{line.day:%m-%d}") if line.is_today else day_line(line.day)


def _day_tone(line: DayLine) -> Tone | None:
    return Tone.INFO if line.is_today else None


def _time_words(line: DayLine) -> str:
    return tr("没有排班") if line.shift is None else shift_hours(line.shift)


def _time_tone(line: DayLine) -> Tone | None:
    return Tone.NEUTRAL if line.shift is None else None


def _beside_tone(line: DayLine) -> Tone:
    return Tone.WARN if line.beside == tr("本人重叠") else Tone.NEUTRAL
