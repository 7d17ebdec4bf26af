"""The month, painted: seven days a week, what ends on each, today marked, days off shaded."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.board.queries import Month
from app.board.rules import BoardTask
from ui.theme import Tone, colors_of, text_font, text_px
from ui.theme.palette import BLUE, CARD, INDIGO, INK, LINE, MUTED_TEXT, PAPER, SELECTION
from ui.wording_board import day_said, week_words

_DAYS = 7
_HEAD_PX, _NUMBER_PX, _LINE_PX = 26, 22, 18
_TITLES_PX = 88
"""In a narrower day a title would be two characters; the number says more."""
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: -_DAYS,
    Qt.Key.Key_Down: _DAYS,
}


class MonthGrid(QWidget):
    """`day_chosen(date)` when the cursor moves, also into another month; `entered` on Enter."""

    day_chosen = Signal(object)
    entered = Signal()

    def __init__(self, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.day = today
        self._month: Month | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """No more than it must have: on a small screen the page is not to scroll for it."""
        return QSize(text_px(320), text_px(_HEAD_PX) + 6 * text_px(_NUMBER_PX - 2))

    minimumSizeHint = sizeHint

    def show_month(self, month: Month) -> None:
        self._month = month
        self._say()
        self.update()

    def choose(self, day: date) -> None:
        """Moves the cursor; whoever listens reads another month where it left this one."""
        if day.year < date.min.year + 1 or day.year > date.max.year - 1:
            return
        self.day = day
        self._say()
        self.update()
        self.day_chosen.emit(day)

    def turn(self, months: int) -> None:
        """So many months on, or back; the last day where the month is shorter."""
        at = self.day.year * 12 + self.day.month - 1 + months
        first = date(at // 12, at % 12 + 1, 1)
        following = (first + timedelta(days=31)).replace(day=1)
        last = (following - timedelta(days=1)).day
        self.choose(first.replace(day=min(self.day.day, last)))

    def day_at(self, x: int, y: int) -> date | None:
        """The day under a point."""
        if self._month is None or y < self._head():
            return None
        column = x * _DAYS // max(1, self.width())
        week = (y - self._head()) * self._weeks() // max(1, self.height() - self._head())
        if not (0 <= column < _DAYS and 0 <= week < self._weeks()):
            return None
        return self._month.first + timedelta(days=week * _DAYS + column)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS:
            self.choose(self.day + timedelta(days=_STEPS[key]))
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.turn(1 if key is Qt.Key.Key_PageDown else -1)
        elif key is Qt.Key.Key_Home and self._month is not None:
            self.choose(self._month.today)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        day = self.day_at(int(event.position().x()), int(event.position().y()))
        if day is not None:
            self.choose(day)
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def paintEvent(self, _event: QPaintEvent) -> None:
        month = self._month
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(CARD))
        for column, word in enumerate(week_words()):
            box = QRect(*self._across(column), self._head())
            painter.setFont(text_font(12))
            painter.setPen(QColor(MUTED_TEXT))
            painter.drawText(box.translated(0, 0), _CENTRE, word)
        if month is None:
            return
        for place in range((month.last - month.first).days + 1):
            self._paint_day(painter, month, month.first + timedelta(days=place), place)

    def _paint_day(self, painter: QPainter, month: Month, day: date, place: int) -> None:
        box = self._box(place)
        is_here = (day.year, day.month) == (self.day.year, self.day.month)
        ground = CARD if month.calendar.is_working(day) else PAPER
        painter.fillRect(box, QColor(SELECTION if day == self.day else ground))
        painter.setPen(QColor(LINE))
        painter.drawRect(box)
        tasks = month.days.get(day, ())
        self._paint_number(painter, box, day, is_here=is_here, is_today=day == month.today)
        if tasks:
            self._paint_tasks(painter, box, tasks, month)
        if day == self.day and self.hasFocus():
            painter.setPen(QPen(QColor(BLUE), 2))
            painter.drawRect(box.adjusted(1, 1, -1, -1))

    def _paint_number(
        self, painter: QPainter, box: QRect, day: date, *, is_here: bool, is_today: bool
    ) -> None:
        number = QRect(box.left() + 4, box.top() + 2, text_px(26), text_px(_NUMBER_PX) - 2)
        painter.setFont(text_font(13, is_bold=is_today))
        if is_today:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(INDIGO))
            painter.drawRoundedRect(number, 6, 6)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor("white" if is_today else INK if is_here else MUTED_TEXT))
        painter.drawText(number, _CENTRE, str(day.day))

    def _paint_tasks(
        self, painter: QPainter, box: QRect, tasks: tuple[BoardTask, ...], month: Month
    ) -> None:
        """How many, in the colour of the gravest; below it as many titles as there is room for."""
        tone = colors_of(Tone.DANGER if tasks[0].days_late(month.today) else Tone.WARN)
        painter.setFont(text_font(12, is_bold=True))
        said = str(len(tasks))
        width = painter.fontMetrics().horizontalAdvance(said) + 12
        pill = QRect(box.right() - width - 4, box.top() + 3, width, text_px(_NUMBER_PX) - 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tone.soft))
        painter.drawRoundedRect(pill, 6, 6)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor(tone.text))
        painter.drawText(pill, _CENTRE, said)
        painter.setFont(text_font(12))
        metrics, line = painter.fontMetrics(), text_px(_LINE_PX)
        room = (box.height() - text_px(_NUMBER_PX) - 2) // line
        if box.width() < text_px(_TITLES_PX):
            room = 0
        for place, task in enumerate(tasks[: max(0, room)]):
            top = box.top() + text_px(_NUMBER_PX) + place * line
            row = QRect(box.left() + 6, top, box.width() - 10, line)
            painter.setPen(QColor(tone.text if task.days_late(month.today) else INK))
            cut = metrics.elidedText(task.title, Qt.TextElideMode.ElideRight, row.width())
            painter.drawText(row, _LEFT, cut)

    def _box(self, place: int) -> QRect:
        left, _top, width = self._across(place % _DAYS)
        room, week = self.height() - self._head(), place // _DAYS
        top = self._head() + room * week // self._weeks()
        bottom = self._head() + room * (week + 1) // self._weeks()
        return QRect(left, top, width, bottom - top - 1)

    def _across(self, column: int) -> tuple[int, int, int]:
        left = self.width() * column // _DAYS
        return left, 0, self.width() * (column + 1) // _DAYS - left - 1

    def _weeks(self) -> int:
        return 6 if self._month is None else ((self._month.last - self._month.first).days + 1) // 7

    def _head(self) -> int:
        return text_px(_HEAD_PX)

    def _say(self) -> None:
        if self._month is not None:
            self.setAccessibleName(day_said(self.day, self._month))
