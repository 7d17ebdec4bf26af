"""Ctrl+K: find people, households and cases from anywhere.

The panel is a child of the window that lies over the page. It is no popup, so that an input
method can compose in it; it acts on committed text only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QVBoxLayout, QWidget

from app.cases.number_rules import NumberProblem, read_scan, typed_number
from i18n.text import tr
from ui.theme import text_px
from ui.widgets.composing import CompositionWatch, is_composing
from ui.widgets.hits import Hit, HitList
from ui.widgets.labels import text_label
from ui.work.runner import Runner

QUERY_DELAY_MS = 120
WIDTH_PX = 460


@dataclass(frozen=True)
class _Answer:
    text: str
    hits: Sequence[Hit]


class SearchPanel(QFrame):
    """`hit_opened(hit)` when the person chooses one; Esc or a click elsewhere closes."""

    hit_opened = Signal(object)

    def __init__(
        self, *, search: Callable[[str], Sequence[Hit]], runner: Runner, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._search = search
        self._runner = runner
        self._before: QWidget | None = None
        self._scanned = ""
        self.setProperty("role", "overlay")
        self.setAccessibleName(tr("查找"))
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(tr("姓名、拼音首字母、电话、户号、案号，或案情里的词"))
        self.edit.setAccessibleName(tr("查找"))
        self.edit.setClearButtonEnabled(True)
        self.results = HitList(name=tr("查找结果"))
        self._line = text_label("", "muted", wraps=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.edit)
        layout.addWidget(self.results)
        layout.addWidget(self._line)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(QUERY_DELAY_MS)
        self._timer.timeout.connect(self._ask)
        self._composition = CompositionWatch(self)
        self._composition.watch(self.edit)
        self.edit.installEventFilter(self)
        self.edit.textChanged.connect(self._on_text_changed)
        self.results.hit_chosen.connect(self._on_hit_chosen)
        self.hide()

    def open_at(self, anchor: QRect) -> None:
        """Show over `anchor` (the search box, in the parent's coordinates), ready to type."""
        self._before = QApplication.focusWidget()
        self._anchor = anchor
        self.edit.clear()
        self._show_answer(_Answer("", ()))
        self.show()
        self.raise_()
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_panel(self) -> None:
        """Hide and give the focus back to where it was."""
        if not self.isVisible():
            return
        self._timer.stop()
        had_focus = self.edit.hasFocus()
        self.hide()
        if had_focus and self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            if QApplication.activeWindow() is not None:  # not when another program is in front
                self.close_panel()
            return False
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if is_composing(self.edit):
            return False
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._opens_when_found():
            return True
        return self.results.steer(event)

    def _opens_when_found(self) -> bool:
        """A scanner sends Enter at once, before there is an answer: what it read opens then."""
        text = self.edit.text().strip()
        if not self._timer.isActive() or read_scan(text) is None:
            return False
        self._scanned = text
        self._timer.stop()
        self._ask()
        return True

    def _on_text_changed(self, text: str) -> None:
        if text.strip():
            self._timer.start()
        else:
            self._timer.stop()
            self._show_answer(_Answer("", ()))

    def _ask(self) -> None:
        text = self.edit.text().strip()
        search = self._search
        self._runner.read(lambda: _Answer(text, search(text)), on_done=self._on_answer)

    def _on_answer(self, answer: _Answer) -> None:
        if answer.text != self.edit.text().strip():  # the person has typed on
            return
        self._show_answer(answer)
        scanned, self._scanned = self._scanned, ""
        if scanned == answer.text and len(answer.hits) == 1:
            self._on_hit_chosen(answer.hits[0])

    def _show_answer(self, answer: _Answer) -> None:
        self.results.show_hits(answer.hits)
        self.results.setVisible(bool(answer.hits))
        self.results.setFixedHeight(max(1, self.results.height_for_hits()))
        if not answer.text:
            self._line.setText(tr("↑ ↓ 选择，回车打开，Esc 关闭"))
        elif answer.hits:
            self._line.setText(tr("找到 {count} 条", count=len(answer.hits)))
        elif typed_number(answer.text) is NumberProblem.CHECK_WRONG:
            self._line.setText(
                tr("编号“{text}”的末位校验对不上，请照纸上的编号再看一遍。", text=answer.text)
            )
        else:
            self._line.setText(
                tr("没有找到“{text}”。试试姓名的拼音首字母，或案情里的两三个字。", text=answer.text)
            )
        self._place()

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is None:
            return
        width = min(max(text_px(WIDTH_PX), self._anchor.width() + 16), parent.width() - 16)
        height = min(self._height_for(width), parent.height() - self._anchor.top())
        left = min(self._anchor.right() + 8 - width, parent.width() - width - 8)
        corner = QPoint(max(8, left), max(4, self._anchor.top() - 8))
        self.setGeometry(QRect(corner, self.size()))
        self.resize(width, height)

    def _height_for(self, width: int) -> int:
        layout = self.layout()
        if layout is None:
            return 0
        layout.activate()
        return max(layout.heightForWidth(width), layout.sizeHint().height())

    def _on_hit_chosen(self, hit: Hit) -> None:
        self.close_panel()
        self.hit_opened.emit(hit)
