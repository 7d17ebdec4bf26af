"""The clock strip: the dated steps of a procedure with what is done, late or still open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import Tone, colors_of, text_font, text_px
from ui.theme.palette import BLUE, CARD, GREY, INK, LINE, MUTED_TEXT


class StepState(StrEnum):
    """Done, overdue and not done, next in line, or still far off."""

    DONE = "done"
    OVERDUE = "overdue"
    CURRENT = "current"
    OPEN = "open"


_TONES = {
    StepState.DONE: Tone.OK,
    StepState.OVERDUE: Tone.DANGER,
    StepState.CURRENT: Tone.INFO,
    StepState.OPEN: Tone.NEUTRAL,
}


@dataclass(frozen=True)
class Step:
    """`label` such as 3天见面; `note` a second line such as a date; `said` the state as a word."""

    label: str
    state: StepState
    note: str = ""
    said: str = ""


class StepStrip(QWidget):
    """Dots on a line: ✓ done, ! overdue, ● next, ○ open, each with its label under it."""

    RADIUS = 8

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[Step, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_steps(self, steps: Sequence[Step], *, name: str = "") -> None:
        self._steps = tuple(steps)
        said = "、".join(" ".join(filter(None, (s.label, s.said, s.note))) for s in self._steps)
        self.setAccessibleName(name or said)
        self.setAccessibleDescription(said)
        self.setToolTip(said)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, self.heightForWidth(max(320, self.width())))

    def minimumSizeHint(self) -> QSize:
        return QSize(48 * max(1, len(self._steps)), self.heightForWidth(max(200, self.width())))

    def heightForWidth(self, width: int) -> int:
        room = width / max(1, len(self._steps))
        metrics = QFontMetrics(text_font(12))
        tallest = max((self._text_height(step, metrics, room) for step in self._steps), default=0)
        return 2 * self.RADIUS + 6 + tallest

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._steps:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_line(painter)
        for place, step in enumerate(self._steps):
            center = QPointF(self._x(place), self.RADIUS + 1)
            self._paint_dot(painter, center, step.state)
            self._paint_words(painter, center, step)

    def _paint_line(self, painter: QPainter) -> None:
        y = self.RADIUS + 1.0
        reached = [i for i, step in enumerate(self._steps) if step.state is not StepState.OPEN]
        painter.setPen(QPen(QColor(LINE), 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(6, y), QPointF(self._x(len(self._steps) - 1), y))
        if reached:
            painter.setPen(QPen(QColor(BLUE), 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(QPointF(6, y), QPointF(self._x(max(reached)), y))

    def _paint_dot(self, painter: QPainter, center: QPointF, state: StepState) -> None:
        fill = QColor(colors_of(_TONES[state]).fill)
        is_open = state is StepState.OPEN
        painter.setPen(QPen(QColor(GREY if is_open else CARD), 2))
        painter.setBrush(QColor(CARD) if is_open else fill)
        painter.drawEllipse(center, self.RADIUS - 1, self.RADIUS - 1)
        painter.setPen(QPen(QColor(CARD), 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        x, y = center.x(), center.y()
        if state is StepState.DONE:
            check = [QPointF(x - 3, y), QPointF(x - 1, y + 2.5), QPointF(x + 3.2, y - 2.5)]
            painter.drawPolyline(check)
        elif state is StepState.OVERDUE:
            painter.drawLine(QPointF(x, y - 3.5), QPointF(x, y + 0.5))
            painter.drawPoint(QPointF(x, y + 3.3))
        elif state is StepState.CURRENT:
            painter.setBrush(QColor(CARD))
            painter.drawEllipse(center, 1.6, 1.6)

    def _paint_words(self, painter: QPainter, center: QPointF, step: Step) -> None:
        painter.setFont(text_font(12))
        room = self.width() / len(self._steps)
        left = min(max(0.0, center.x() - room / 2), self.width() - room)
        box = QRectF(left + 1, 2 * self.RADIUS + 6, room - 2, self.height())
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        is_far = step.state is StepState.OPEN
        painter.setPen(QColor(MUTED_TEXT if is_far else INK))
        used = painter.boundingRect(box, int(flags), step.label)
        painter.drawText(box, int(flags), step.label)
        if step.note:
            tone = Tone.DANGER if step.state is StepState.OVERDUE else Tone.NEUTRAL
            painter.setPen(QColor(colors_of(tone).text))
            painter.drawText(box.adjusted(0, used.height(), 0, 0), int(flags), step.note)

    def _x(self, place: int) -> float:
        room = self.width() / len(self._steps)
        return room * (place + 0.5)

    def _text_height(self, step: Step, metrics: QFontMetrics, room: float) -> int:
        box = QRectF(0, 0, room - 2, 1000).toRect()
        flags = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignHCenter)
        height = metrics.boundingRect(box, flags, step.label).height()
        if step.note:
            height += metrics.boundingRect(box, flags, step.note).height()
        return max(text_px(18), height + 2)
