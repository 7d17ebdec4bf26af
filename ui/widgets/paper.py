"""The one way onto paper: look at it first, print it, or keep it as a PDF or a Word document.

A paper is a title and some HTML. Every page carries the unit, the title and the day above a line,
and its number below, so that a loose sheet still says what it belongs to. Nothing here needs a
printer but the printing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from html import escape
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QObject, QPoint, QRectF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QAction,
    QColor,
    QFont,
    QFontMetricsF,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QPen,
    QTextDocument,
)
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog, QMenu, QMessageBox, QWidget

from app.errors import ErrorCode, UserFacingError
from i18n.text import tr
from ui.theme import icon
from ui.theme.text import FAMILIES
from ui.widgets.paper_preview import PaperPreview
from ui.wording import error_sentence
from ui.wording_paper import page_words, saved_words

TEXT_POINTS: Final = 10.5
"""五号, what county offices print in."""
_SMALL_POINTS: Final = 9.0
PDF_SUFFIX: Final = ".pdf"
WORD_SUFFIX: Final = ".docx"
_MARGINS: Final = QMarginsF(16, 12, 16, 12)
_BLACK: Final = QColor("#000000")
_LINE: Final = QColor("#8B8D96")
_STYLE: Final = (
    "h2 { font-size: 13pt; margin: 8pt 0 4pt 0; } h3 { font-size: 11pt; margin: 8pt 0 3pt 0; } "
    "p { margin: 2pt 0 2pt 0; } th { font-weight: 600; text-align: left; }"
)


@dataclass(frozen=True, slots=True)
class Paper:
    """What is printed: ``html`` is the body, without the title."""

    title: str
    html: str
    unit: str = ""
    dated: str = ""
    """The day as it stands above the line, in words."""
    footer: str = ""
    landscape: bool = False


def print_document(
    parent: QWidget,
    *,
    title: str,
    html: str,
    landscape: bool = False,
    file_name: str,
    unit: str = "",
    dated: str = "",
    footer: str = "",
    notify: Callable[[str], None] | None = None,
    on_made: Callable[[], None] | None = None,
    as_word: Callable[[], bytes] | None = None,
) -> PaperDesk:
    """Shows 预览, 打印, 存为 PDF and, with ``as_word``, 存为 Word below the button.

    ``file_name`` is what the file is called unless another name is chosen. ``notify`` is told in a
    sentence what was saved or why not; ``on_made`` is called once the paper has left the screen,
    by printer or as a file. ``as_word`` gives the same paper as a .docx.
    """
    paper = Paper(
        title=title,
        html=html,
        unit=unit,
        dated=dated or day_words(date.today()),
        footer=footer,
        landscape=landscape,
    )
    desk = PaperDesk(
        parent, paper, file_name=file_name, notify=notify, on_made=on_made, as_word=as_word
    )
    desk.ask()
    return desk


def day_words(day: date) -> str:
    """2026年11月23日."""
    return tr("{year}年{month}月{day}日", year=day.year, month=day.month, day=day.day)


def table_html(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A ruled table; its head stands again on each page. Whatever was typed stays text."""
    head = "".join(f"<th>{escape(one)}</th>" for one in headers)
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


# --- pages -------------------------------------------------------------------------------------


class _Pages:
    """A paper laid out for a device, in the device's own dots."""

    def __init__(self, device: QPagedPaintDevice, paper: Paper) -> None:
        self._paper = paper
        device.setPageLayout(
            QPageLayout(
                QPageSize(QPageSize.PageSizeId.A4),
                QPageLayout.Orientation.Landscape
                if paper.landscape
                else QPageLayout.Orientation.Portrait,
                _MARGINS,
                QPageLayout.Unit.Millimeter,
            )
        )
        self._device = device
        self._small = paper_font(_SMALL_POINTS)
        self._band = QFontMetricsF(self._small, device).height() * 1.7
        self._width = float(device.width())
        self._body_height = device.height() - 2 * self._band
        self._document = QTextDocument()
        self._document.setDocumentMargin(0)
        self._document.setDefaultFont(paper_font(TEXT_POINTS))
        self._document.setDefaultStyleSheet(_STYLE)
        self._document.documentLayout().setPaintDevice(device)
        self._document.setHtml(paper.html)
        self._document.setPageSize(QRectF(0, 0, self._width, self._body_height).size())

    @property
    def count(self) -> int:
        return max(1, self._document.pageCount())

    def draw(self, painter: QPainter, page: int) -> None:
        """One page, counted from 0."""
        painter.save()
        self._draw_bands(painter, page)
        painter.translate(0, self._band - page * self._body_height)
        view = QRectF(0, page * self._body_height, self._width, self._body_height)
        painter.setClipRect(view)
        context = QAbstractTextDocumentLayout.PaintContext()
        context.clip = view
        black_on_white = QPalette()
        black_on_white.setColor(QPalette.ColorRole.Text, _BLACK)
        context.palette = black_on_white
        self._document.documentLayout().draw(painter, context)
        painter.restore()

    def _draw_bands(self, painter: QPainter, page: int) -> None:
        head = QRectF(0, 0, self._width, self._band * 0.8)
        foot = QRectF(0, self._band + self._body_height, self._width, self._band)
        painter.setPen(QPen(_BLACK))
        side = self._width * 0.27
        middle = head.adjusted(side, 0, -side, 0)
        paper, align = self._paper, Qt.AlignmentFlag
        self._words(
            painter, head.adjusted(0, 0, side - self._width, 0), paper.unit, align.AlignLeft
        )
        self._words(painter, middle, paper.title, align.AlignHCenter, is_bold=True)
        self._words(
            painter, head.adjusted(self._width - side, 0, 0, 0), paper.dated, align.AlignRight
        )
        self._words(
            painter, foot.adjusted(0, 0, -self._width / 3, 0), paper.footer, align.AlignLeft
        )
        self._words(painter, foot, page_words(page + 1, self.count), align.AlignRight)
        painter.setPen(QPen(_LINE, self._band / 40))
        painter.drawLine(head.bottomLeft(), head.bottomRight())

    def _words(
        self,
        painter: QPainter,
        box: QRectF,
        words: str,
        side: Qt.AlignmentFlag,
        *,
        is_bold: bool = False,
    ) -> None:
        font = paper_font(_SMALL_POINTS, is_bold=is_bold)
        painter.setFont(font)
        cut = QFontMetricsF(font, self._device).elidedText(
            words, Qt.TextElideMode.ElideRight, box.width()
        )
        painter.drawText(box, int(side | Qt.AlignmentFlag.AlignVCenter), cut)


def paper_font(points: float, *, is_bold: bool = False) -> QFont:
    """Our families in points: a pixel of a printer is a tenth of one of the screen."""
    font = QFont()
    font.setFamilies(list(FAMILIES))
    font.setPointSizeF(points)
    font.setWeight(QFont.Weight.DemiBold if is_bold else QFont.Weight.Normal)
    return font


def draw_paper(device: QPagedPaintDevice, paper: Paper) -> int:
    """Draws all pages onto a printer or into a PDF; how many there are.

    Raises ``UserFacingError`` PAPER_NOT_PRINTED when the printer is not there.
    """
    pages = _Pages(device, paper)
    painter = QPainter()
    if not painter.begin(device):
        raise UserFacingError(ErrorCode.PAPER_NOT_PRINTED)
    for page in range(pages.count):
        if page:
            device.newPage()
        pages.draw(painter, page)
    painter.end()
    return pages.count


def page_count(paper: Paper) -> int:
    """How many pages it makes; nothing is drawn."""
    return _Pages(_pdf_writer(QBuffer()), paper).count


def pdf_bytes(paper: Paper) -> bytes:
    """The paper as a PDF."""
    made = QBuffer()
    made.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = _pdf_writer(made)
    writer.setTitle(paper.title)
    draw_paper(writer, paper)
    return bytes(made.data().data())


def _pdf_writer(onto: QBuffer) -> QPdfWriter:
    writer = QPdfWriter(onto)
    writer.setResolution(600)
    return writer


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
        unfinished.write_bytes(data)
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
        on_made: Callable[[], None] | None = None,
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
        self._on_made = on_made
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
        self._tell_made()

    def print_onto(self, device: QPagedPaintDevice) -> None:
        """Prints; says so when the printer does not take it."""
        try:
            draw_paper(device, self.paper)
        except UserFacingError as error:
            self._notify(error_sentence(error))
            return
        self._tell_made()

    def _tell_made(self) -> None:
        if self._on_made is not None:
            self._on_made()

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
        """The dialog itself asks before a file of that name is replaced."""
        dialog = QFileDialog(self._owner, title)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([kind])
        dialog.setDefaultSuffix(suffix.removeprefix("."))
        dialog.selectFile(self._file_name + suffix)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._on_named)
        dialog.open()

    def _on_named(self, name: str) -> None:
        self.save_to(Path(name))

    def _say_in_a_box(self, sentence: str) -> None:
        box = QMessageBox(self._owner)
        box.setText(sentence)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
