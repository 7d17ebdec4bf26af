"""A paper on the screen as it will come out of the printer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtPrintSupport import QPrinter, QPrintPreviewWidget
from PySide6.QtWidgets import QDialog, QGraphicsView, QPushButton, QVBoxLayout, QWidget

from i18n.text import tr
from ui.theme import icon, text_px
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import text_label
from ui.wording_paper import page_words

_WIDTH, _HEIGHT = 860, 620


class PaperPreview(QDialog):
    """``print_asked``, ``save_asked`` and ``word_asked``.

    Page Up and Page Down turn, + and − bring nearer.
    """

    print_asked = Signal()
    save_asked = Signal()
    word_asked = Signal()

    def __init__(
        self,
        draw: Callable[[QPrinter], object],
        parent: QWidget | None = None,
        *,
        has_word: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._draw = draw
        self._printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        self.sheet = QPrintPreviewWidget(self._printer, self)
        self.sheet.setAccessibleName(tr("打印预览"))
        self.page = text_label("", "muted")
        self.earlier = self._button(tr("上一页"), "")
        self.later = self._button(tr("下一页"), "")
        self.print_button = self._button(tr("打印…"), "print", is_primary=True)
        self.save_button = self._button(tr("存为 PDF…"), "export")
        self.word_button = self._button(tr("存为 Word 文档…"), "export")
        self.word_button.setHidden(not has_word)
        self.leave = self._button(tr("关闭"), "close")
        self._build()
        self._connect()

    def _build(self) -> None:
        row = QWidget()
        flow = FlowLayout(row)
        for part in (
            self.print_button,
            self.save_button,
            self.word_button,
            self.earlier,
            self.later,
            self.leave,
            self.page,
        ):
            flow.addWidget(part)
        layout = QVBoxLayout(self)
        layout.addWidget(self.sheet, 1)
        layout.addWidget(row)
        owner = self.parentWidget()
        room = owner.window().size() if owner is not None else None
        width = text_px(_WIDTH) if room is None else min(text_px(_WIDTH), room.width() - 40)
        height = text_px(_HEIGHT) if room is None else min(text_px(_HEIGHT), room.height() - 40)
        self.resize(max(400, width), max(300, height))

    def _connect(self) -> None:
        self.sheet.paintRequested.connect(self._on_paint_requested)
        self.sheet.previewChanged.connect(self._show_page)
        self.print_button.clicked.connect(self._on_print)
        self.save_button.clicked.connect(self._on_save)
        self.word_button.clicked.connect(self._on_word)
        self.earlier.clicked.connect(self._on_earlier)
        self.later.clicked.connect(self._on_later)
        self.leave.clicked.connect(self.reject)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._bar(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.sheet.fitToWidth()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        turns = {
            Qt.Key.Key_PageUp: self._on_earlier,
            Qt.Key.Key_PageDown: self._on_later,
            Qt.Key.Key_Plus: self._on_nearer,
            Qt.Key.Key_Minus: self._on_farther,
        }
        turn = turns.get(Qt.Key(event.key()))
        if turn is None:
            super().keyPressEvent(event)
        else:
            turn()

    def _bar(self, policy: Qt.ScrollBarPolicy) -> None:
        """Qt's fit leaves a few points over and would put a bar below the page for them."""
        for view in self.sheet.findChildren(QGraphicsView):
            view.setHorizontalScrollBarPolicy(policy)

    def _on_nearer(self) -> None:
        self._bar(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.sheet.zoomIn()

    def _on_farther(self) -> None:
        self._bar(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.sheet.zoomOut()

    def _show_page(self) -> None:
        page, pages = self.sheet.currentPage(), self.sheet.pageCount()
        self.page.setText(page_words(page, pages))
        self.earlier.setEnabled(page > 1)
        self.later.setEnabled(page < pages)

    def _on_paint_requested(self, printer: QPrinter) -> None:
        self._draw(printer)

    def _on_earlier(self) -> None:
        self.sheet.setCurrentPage(self.sheet.currentPage() - 1)
        self._show_page()

    def _on_later(self) -> None:
        self.sheet.setCurrentPage(self.sheet.currentPage() + 1)
        self._show_page()

    def _on_print(self) -> None:
        self.accept()
        self.print_asked.emit()

    def _on_save(self) -> None:
        self.accept()
        self.save_asked.emit()

    def _on_word(self) -> None:
        self.accept()
        self.word_asked.emit()

    def _button(self, words: str, icon_name: str, *, is_primary: bool = False) -> QPushButton:
        button = QPushButton(words)
        if icon_name:
            button.setIcon(icon(icon_name, "white") if is_primary else icon(icon_name))
        if is_primary:
            button.setProperty("role", "primary")
        button.setAccessibleName(words)
        button.setAutoDefault(True)
        return button
