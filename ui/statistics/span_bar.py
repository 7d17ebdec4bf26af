"""Which stretch of time is counted: month, quarter, year to date, or from day to day."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDateEdit, QPushButton, QVBoxLayout, QWidget

from app.statistics.rules import Span, SpanKind, SpanProblem, free_span, span_at
from i18n.text import tr
from ui.theme import icon, text_px
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import ChoiceRow, calm_wheel, date_edit
from ui.widgets.labels import text_label
from ui.wording_statistics import span_kind_words, span_problem_sentence, span_words


class SpanBar(QWidget):
    """`chosen(Span)` whenever there is another span to count; a bad free span says why and keeps
    what was typed."""

    chosen = Signal(object)

    def __init__(self, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self.span = span_at(SpanKind.MONTH, today, today=today)
        self.kinds = ChoiceRow([(kind.value, span_kind_words(kind)) for kind in SpanKind])
        self.earlier = QPushButton(icon("back"), tr("上一期"))
        self.later = QPushButton(tr("下一期"))
        self.words = text_label("", "sectionTitle")
        self.first = date_edit(today - timedelta(days=29))
        self.last = date_edit(today)
        self.error = text_label("", "error", wraps=True)
        self._free: list[QWidget] = [self.first, self.last]
        self._build()
        self._show()

    def _build(self) -> None:
        row = QWidget()
        flow = FlowLayout(row)
        self.kinds.set_value(SpanKind.MONTH.value)
        for editor, words in ((self.first, tr("开始日期")), (self.last, tr("结束日期"))):
            editor.setAccessibleName(words)
            editor.setMinimumWidth(text_px(130))
            calm_wheel(editor)
            editor.dateChanged.connect(self._on_days)
        for widget in (self.kinds, self.earlier, self.later, self.first, self.last, self.words):
            flow.addWidget(widget)
        for button in (self.earlier, self.later):
            button.setAccessibleName(button.text())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(row)
        column.addWidget(self.error)
        self.error.hide()
        self.kinds.chosen.connect(self._on_kind)
        self.earlier.clicked.connect(self._on_earlier)
        self.later.clicked.connect(self._on_later)

    def _on_kind(self, key: str) -> None:
        kind = SpanKind(key)
        if kind is SpanKind.FREE:
            self._on_days()
        else:
            self._take(span_at(kind, min(self.span.last, self._today), today=self._today))

    def _on_days(self, *_ignored: object) -> None:
        if self.kinds.value() != SpanKind.FREE.value:
            return
        found = free_span(_day(self.first), _day(self.last), today=self._today)
        if isinstance(found, SpanProblem):
            self.error.setText(span_problem_sentence(found))
            self.error.show()
        else:
            self._take(found)

    def _on_earlier(self) -> None:
        self._take(span_at(self.span.kind, self.span.first - timedelta(days=1), today=self._today))

    def _on_later(self) -> None:
        following = self._following()
        if following <= self._today:
            self._take(span_at(self.span.kind, following, today=self._today))

    def _following(self) -> date:
        """The first day of the next span; after today while this one is not over."""
        return self.span.last + timedelta(days=1) if self.span.is_whole else date.max

    def _take(self, span: Span) -> None:
        self.span = span
        self._show()
        self.chosen.emit(span)

    def _show(self) -> None:
        is_free = self.span.kind is SpanKind.FREE
        for widget in self._free:
            widget.setVisible(is_free)
        self.earlier.setVisible(not is_free)
        self.later.setVisible(not is_free)
        self.later.setEnabled(self._following() <= self._today)
        self.words.setText(span_words(self.span))
        self.error.hide()


def _day(editor: QDateEdit) -> date:
    shown = editor.date()
    return date(shown.year(), shown.month(), shown.day())
