"""One piece of pending work: why it is here, what to do, and every word of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.pending.queries import PendingRow
from app.pending.vocabulary import PendingKind
from i18n.text import tr
from ui.theme import icon, text_px
from ui.widgets.cards import Card
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import StatePill, text_label
from ui.wording_pending import (
    field_line,
    kind_word,
    row_title,
    todo_sentence,
    why_sentence,
    written_line,
)

MENDED_ENTITIES = (
    *("household", "resident", "micro_grid", "team_member"),
    *("case_file", "case_party", "motion"),
)
"""Records that have a page where they can be mended."""
_NAME_PX = 84


class PendingCard(Card):
    """``mend_asked``, ``again_asked``, ``aside_asked`` and ``back_asked``, each with the row."""

    mend_asked = Signal(object)
    again_asked = Signal(object)
    aside_asked = Signal(object)
    back_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("详情"), parent=parent)
        self.row: PendingRow | None = None
        self.state = StatePill()
        self.header.addWidget(self.state)
        self.meta = text_label("", "muted", wraps=True)
        self.why = text_label("", wraps=True)
        self.todo = text_label("", "strong", wraps=True)
        self.mend = self._button(tr("改正"), "edit", is_primary=True)
        self.again = self._button(tr("再送一次"), "send")
        self.aside_ = self._button(tr("留作备注"), "document")
        self.back = self._button(tr("放回待处理"), "undo")
        self._fields = QGridLayout()
        self._fields.setHorizontalSpacing(12)
        self._fields.setVerticalSpacing(4)
        self._fields.setColumnStretch(1, 1)
        self._build()
        for button, signal in (
            (self.mend, self.mend_asked),
            (self.again, self.again_asked),
            (self.aside_, self.aside_asked),
            (self.back, self.back_asked),
        ):
            button.clicked.connect(lambda _checked=False, asked=signal: asked.emit(self.row))
        self.show_row(None)

    def show_row(self, row: PendingRow | None) -> None:
        """Everything about it; None clears the card."""
        self.row = row
        self._clear_fields()
        self.set_title(tr("详情") if row is None else row_title(row))
        self.state.setVisible(row is not None)
        for part in (self.why, self.todo):
            part.setVisible(row is not None)
        for button in self.buttons():
            button.setVisible(False)
        if row is None:
            self.meta.setText(tr("在左边选一条，这里显示原因、怎么办和写的全文。"))
            return
        self.state.set_state(*kind_word(row.kind))
        self.meta.setText(written_line(row))
        self.why.setText(why_sentence(row))
        self.todo.setText(todo_sentence(row))
        self.todo.setVisible(bool(self.todo.text()))
        self._show_fields(row)
        self.mend.setVisible(may_be_mended(row))
        self.again.setVisible(row.may_be_sent_again)
        self.aside_.setVisible(row.may_be_put_aside)
        self.back.setVisible(row.kind is PendingKind.NOTE and row.may_decide)

    def buttons(self) -> tuple[QPushButton, ...]:
        """All four, shown or not."""
        return self.mend, self.again, self.aside_, self.back

    def _build(self) -> None:
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 10, 0)
        column.setSpacing(8)
        for part in (self.meta, self.why, self.todo):
            column.addWidget(part)
        column.addLayout(self._fields)
        column.addStretch()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        area.setAccessibleName(tr("写的全文"))
        self.add(area, 1)
        row = QWidget()
        flow = FlowLayout(row)
        for button in self.buttons():
            flow.addWidget(button)
        self.add(row)

    def _button(self, words: str, icon_name: str, *, is_primary: bool = False) -> QPushButton:
        button = QPushButton(icon(icon_name, "white" if is_primary else ""), words)
        if not is_primary:
            button.setIcon(icon(icon_name))
        button.setProperty("role", "primary" if is_primary else "")
        button.setAccessibleName(words)
        return button

    def _show_fields(self, row: PendingRow) -> None:
        top = Qt.AlignmentFlag.AlignTop
        for place, field in enumerate(row.fields):
            name, value = field_line(row, field)
            is_wrong = field.name == row.wrong_field
            title = text_label(name, "error" if is_wrong else "fieldLabel", wraps=True)
            title.setFixedWidth(text_px(_NAME_PX))
            self._fields.addWidget(title, place, 0, top)
            self._fields.addWidget(_copied(value, name), place, 1, top)
        if not row.is_readable:
            sentence = text_label(tr("内容由写的人或有权限的人查看。"), "muted", wraps=True)
            self._fields.addWidget(sentence, 0, 0, 1, 2)

    def _clear_fields(self) -> None:
        while (item := self._fields.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()


def may_be_mended(row: PendingRow) -> bool:
    """Whether there is a form for it and the record is here."""
    is_open = row.kind in (PendingKind.REFUSED, PendingKind.QUARANTINED, PendingKind.WAITING)
    return is_open and row.is_here and row.is_readable and row.entity in MENDED_ENTITIES


def _copied(value: str, name: str) -> QLabel:
    """Text that can be selected and copied, by mouse and by keyboard."""
    label = text_label(value, wraps=True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setAccessibleName(name)
    return label
