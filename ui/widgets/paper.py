"""The one way onto paper: look at it first, print it, or keep it as a PDF or a Word document.

A paper is a title and some HTML. Every page carries the unit, the title and the day above a line,
and its number below, so that a loose sheet still says what it belongs to. Nothing here needs a
printer but the printing itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from html import escape
from pathlib import Path
from typing import Final, Protocol

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import (
    QAction,
    QPagedPaintDevice,
)
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QMenu, QMessageBox, QWidget

from app.errors import ErrorCode, UserFacingError
from i18n.text import tr
from ui.theme import icon
from ui.widgets.paper_pages import MARGINS_MM, Paper, draw_paper, pdf_bytes
from ui.widgets.paper_preview import PaperPreview
from ui.widgets.save_dialog import open_save_dialog
from ui.wording import error_sentence
from ui.wording_paper import saved_words

PDF_SUFFIX: Final = ".pdf"
WORD_SUFFIX: Final = ".docx"


class BeforeLeaving(Protocol):
    """Does something in the background and tells one of the two, on the main thread."""

    def __call__(
        self, *, on_done: Callable[[object], None], on_failed: Callable[[UserFacingError], None]
    ) -> object: ...


def print_document(
    parent: QWidget,
    *,
    title: str,
    html: str,
    landscape: bool = False,
    file_name: str,
    unit: str = "",
    dated: str,
    footer: str = "",
    notify: Callable[[str], None] | None = None,
    before: BeforeLeaving | None = None,
    as_word: Callable[[], bytes] | None = None,
    margins_mm: tuple[int, int, int, int] = MARGINS_MM,
) -> PaperDesk:
    """Shows 预览, 打印, 存为 PDF and, with ``as_word``, 存为 Word below the button.

    ``file_name`` is what the file is called unless another name is chosen. ``notify`` is told in a
    sentence what was saved or why not; ``before`` is done before the paper leaves the screen, by
    printer or as a file, and where it fails nothing leaves. ``as_word`` gives the same paper as a
    .docx.
    """
    paper = Paper(
        title=title,
        html=html,
        unit=unit,
        dated=dated,
        footer=footer,
        landscape=landscape,
        margins_mm=margins_mm,
    )
    desk = PaperDesk(
        parent, paper, file_name=file_name, notify=notify, before=before, as_word=as_word
    )
    desk.ask()
    return desk


def day_words(day: date) -> str:
    """2026年11月23日."""
    return tr("{year}年{month}月{day}日", year=day.year, month=day.month, day=day.day)


def table_html(
    headers: Sequence[str], rows: Iterable[Sequence[str]], *, widths: Sequence[int] = ()
) -> str:
    """A ruled table; its head stands again on each page. Whatever was typed stays text.

    ``widths`` are percents, one for each column; without them the words decide.
    """
    shares = [f" width='{one}%'" for one in widths] or [""] * len(headers)
    head = "".join(
        f"<th{share}>{escape(one)}</th>" for share, one in zip(shares, headers, strict=True)
    )
    lines = "".join(
        "<tr>" + "".join(f"<td>{text_html(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return (
        "<table border='1' cellspacing='0' cellpadding='3' width='100%' "
        "style='border-collapse: collapse; border-color: #8B8D96'>"
        f"<thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"
    )


def text_html(text: str) -> str:
    """Text as HTML, its line ends kept."""
    return escape(text).replace("\n", "<br>")


def write_pdf(path: Path, paper: Paper) -> Path:
    """Writes the PDF, whole or not at all; raises ``UserFacingError`` PAPER_NOT_WRITTEN."""
    return write_whole(path, pdf_bytes(paper))


def write_whole(path: Path, data: bytes) -> Path:
    """A file only its owner reads, there as a whole or as it was before.

    Raises ``UserFacingError`` PAPER_NOT_WRITTEN.
    """
    unfinished = path.with_name(path.name + ".part")
    try:
        unfinished.touch(mode=0o600)
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as problem:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise UserFacingError(
            ErrorCode.PAPER_NOT_WRITTEN, file=path.name, problem=problem.strerror or ""
        ) from problem
    return path


# --- asking ------------------------------------------------------------------------------------


class PaperDesk(QObject):
    """What became of one paper: the menu below the button, and what follows from it."""

    def __init__(
        self,
        parent: QWidget,
        paper: Paper,
        *,
        file_name: str,
        notify: Callable[[str], None] | None = None,
        before: BeforeLeaving | None = None,
        as_word: Callable[[], bytes] | None = None,
    ) -> None:
        for earlier in parent.findChildren(PaperDesk):
            earlier.deleteLater()
        super().__init__(parent)
        self.paper = paper
        self._owner = parent
        self._file_name = file_name.removesuffix(".pdf")
        self._as_word = as_word
        self._notify = notify or self._say_in_a_box
        self._before = before
        self._leaving: list[Callable[[], None]] = []
        self._printer: QPrinter | None = None
        self.menu = QMenu(parent)
        self.destroyed.connect(self.menu.deleteLater)
        self.preview_action = self.menu.addAction(icon("document"), tr("预览"))
        self.print_action = self.menu.addAction(icon("print"), tr("打印…"))
        self.save_action = self.menu.addAction(icon("export"), tr("存为 PDF…"))
        self.word_action = QAction(icon("export"), tr("存为 Word 文档…"), self.menu)
        if as_word is not None:
            self.menu.addAction(self.word_action)
        self.preview_action.triggered.connect(self._on_preview)
        self.print_action.triggered.connect(self._on_print)
        self.save_action.triggered.connect(self._on_save)
        self.word_action.triggered.connect(self._on_save_word)

    def ask(self) -> None:
        """The menu; arrows and Enter choose."""
        self.menu.popup(self._owner.mapToGlobal(QPoint(0, self._owner.height())))
        self.menu.setActiveAction(self.preview_action)

    def save_to(self, path: Path) -> None:
        """Writes the PDF there and says so; as Word where the name says so."""
        self._leave(partial(self._save, path))

    def print_onto(self, device: QPagedPaintDevice) -> None:
        """Prints; says so when the printer does not take it."""
        self._leave(partial(self._print, device))

    def _leave(self, work: Callable[[], None]) -> None:
        """At once, or when what must come before is done."""
        if self._before is None:
            work()
        else:
            self._leaving.append(work)
            self._before(on_done=self._on_may_leave, on_failed=self._on_may_not_leave)

    def _on_may_leave(self, _nothing: object) -> None:
        self._leaving.pop(0)()

    def _on_may_not_leave(self, error: UserFacingError) -> None:
        self._leaving.pop(0)
        self._notify(error_sentence(error))

    def _save(self, path: Path) -> None:
        is_word = self._as_word is not None and path.suffix.lower() == WORD_SUFFIX
        try:
            if is_word and self._as_word is not None:
                write_whole(path, self._as_word())
            else:
                write_pdf(path, self.paper)
        except UserFacingError as error:
            self._notify(error_sentence(error))
            return
        self._notify(saved_words(path.name))

    def _print(self, device: QPagedPaintDevice) -> None:
        try:
            draw_paper(device, self.paper)
        except UserFacingError as error:
            self._notify(error_sentence(error))

    def _on_preview(self) -> None:
        preview = PaperPreview(
            partial(draw_paper, paper=self.paper), self._owner, has_word=self._as_word is not None
        )
        preview.setWindowTitle(self.paper.title)
        preview.print_asked.connect(self._on_print)
        preview.save_asked.connect(self._on_save)
        preview.word_asked.connect(self._on_save_word)
        preview.open()

    def _on_print(self) -> None:
        self._printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        self._printer.setDocName(self.paper.title)
        dialog = QPrintDialog(self._printer, self._owner)
        dialog.setWindowTitle(tr("打印"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(self._on_printer_chosen)
        QDialog.open(dialog)  # the printer's own open() wants an old-style slot

    def _on_printer_chosen(self) -> None:
        if self._printer is not None:
            self.print_onto(self._printer)

    def _on_save(self) -> None:
        self._ask_where(tr("存为 PDF"), "PDF (*.pdf)", PDF_SUFFIX)

    def _on_save_word(self) -> None:
        self._ask_where(tr("存为 Word 文档"), tr("Word、WPS 文档 (*.docx)"), WORD_SUFFIX)

    def _ask_where(self, title: str, kind: str, suffix: str) -> None:
        name = self._file_name + suffix
        dialog = open_save_dialog(
            self._owner, title=title, file_name=name, kind=kind, suffix=suffix
        )
        dialog.fileSelected.connect(self._on_named)

    def _on_named(self, name: str) -> None:
        self.save_to(Path(name))

    def _say_in_a_box(self, sentence: str) -> None:
        box = QMessageBox(self._owner)
        box.setText(sentence)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
