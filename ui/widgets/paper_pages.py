"""A paper laid out in pages: its head and foot on each, headings with what they head.

Qt breaks a page wherever a line ends. Here a heading never stands alone at the foot, a small table
and the places to sign stay whole, the last words of the text go with the signatures, and a table
that goes on is closed with a line above and below the break.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QLineF, QMarginsF, QRectF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
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
    QTextBlock,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextTable,
)

from app.errors import ErrorCode, UserFacingError
from ui.theme.text import FAMILIES
from ui.wording_paper import page_words

TEXT_POINTS: Final = 10.5
"""五号, what county offices print in."""
_SMALL_POINTS: Final = 9.0
MARGINS_MM: Final = (16, 12, 16, 12)
_BLACK: Final = QColor("#000000")
_LINE: Final = QColor("#8B8D96")
_STYLE: Final = (
    "h1 { font-size: 15pt; margin: 2pt 0 6pt 0; } "
    "h2 { font-size: 13pt; margin: 8pt 0 4pt 0; } h3 { font-size: 11pt; margin: 8pt 0 3pt 0; } "
    "p { margin: 2pt 0 2pt 0; } th { font-weight: 600; text-align: left; }"
)
HEADING_STATE: Final = 1
"""Of a paragraph that is a heading without being h2 or h3."""
_SMALL_TABLE: Final = 0.45
"""A ruled table up to this share of a page is not broken; a longer one would leave a hole."""
_TAIL: Final = 0.9
"""The same for places to sign with the last words before them."""
_LAST_WORDS: Final = 0.25
_TWO_LINES: Final = 0.05
_SHORT_ROW: Final = 0.2
"""A longer row may go over the page."""
_MANY_ROWS: Final = 200
"""Lists that long have short rows, and looking at each would take its time."""
SCREEN_DPI: Final = 96


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
    margins_mm: tuple[int, int, int, int] = MARGINS_MM
    """Left, top, right, bottom."""


_Part = QTextBlock | QTextTable


def _parts(document: QTextDocument) -> Iterator[_Part]:
    """What stands in the document from top to bottom, tables as one."""
    place = document.rootFrame().begin()
    while not place.atEnd():
        frame = place.currentFrame()
        yield frame if isinstance(frame, QTextTable) else place.currentBlock()
        place += 1


class _Keeper:
    """Moves whole to the next page what must not be torn."""

    def __init__(self, document: QTextDocument, page_height: float, *, dpi: int) -> None:
        self._document = document
        self._height = page_height
        self._px = SCREEN_DPI / dpi

    def keep(self) -> None:
        """From top to bottom: what moves, moves what follows."""
        parts = list(_parts(self._document))
        tail = self._tail(parts)
        for group in _under_headings(parts[: tail[1]]):
            self._keep_whole(group, _SMALL_TABLE)
        self._keep_whole(parts[tail[0] :], _TAIL)

    def _tail(self, parts: list[_Part]) -> tuple[int, int]:
        """Where the places to sign begin with the last words before them, and without."""
        tables = [place for place, one in enumerate(parts) if isinstance(one, QTextTable)]
        if len(tables) < 2 or not _is_open(parts[tables[-1]]):
            return len(parts), len(parts)
        begin = tables[-1]
        while (
            begin and isinstance(parts[begin - 1], QTextBlock) and not _has_words(parts[begin - 1])
        ):
            begin -= 1
        before = parts[begin - 1]
        is_short = self._box(before).height() < _LAST_WORDS * self._height
        return (begin - 1 if _has_words(before) and is_short else tables[-1]), tables[-1]

    def _keep_whole(self, group: list[_Part], share: float) -> None:
        if not group:
            return
        top, bottom = self._box(group[0]).top(), self._box(group[-1]).bottom()
        if not self._is_torn(top, bottom):
            return
        is_small = bottom - top <= share * self._height
        if is_small and any(isinstance(one, QTextTable) for one in group):
            self._break_before(group[0])
            return
        last = group[-1]
        if self._is_torn(top, self._first_end(group)):
            self._break_before(group[0])
        if isinstance(last, QTextTable):
            self._keep_rows(last)

    def _first_end(self, group: list[_Part]) -> float:
        """Where what must stand below a heading ends: two lines, or a head with its first row."""
        last = group[-1]
        if isinstance(last, QTextTable):
            first = last.format().headerRowCount()
            top, bottom = self._row(last, min(first, last.rows() - 1))
            return bottom if bottom - top < _SHORT_ROW * self._height else top + 1
        if len(group) == 1:
            return self._box(last).top() + 1
        return min(self._box(last).bottom(), self._box(last).top() + _TWO_LINES * self._height)

    def _is_torn(self, top: float, bottom: float) -> bool:
        return int((top + 1) / self._height) != int((bottom - 1) / self._height)

    def _keep_rows(self, table: QTextTable) -> None:
        """A row that would be torn begins on the next page; the one before it grows so far."""
        if table.rows() > _MANY_ROWS:
            return
        for row in range(table.format().headerRowCount() + 1, table.rows()):
            if self._is_torn_row(table, row):
                top, _bottom = self._row(table, row)
                self._stretch(table, row - 1, self._height - top % self._height)

    def _is_torn_row(self, table: QTextTable, row: int) -> bool:
        top, bottom = self._row(table, row)
        return bottom - top < _SHORT_ROW * self._height and self._is_torn(top, bottom)

    def _row(self, table: QTextTable, row: int) -> tuple[float, float]:
        """Where the words of a row begin and end."""
        layout = self._document.documentLayout()
        cells = [table.cellAt(row, column) for column in range(table.columns())]
        first = (layout.blockBoundingRect(one.firstCursorPosition().block()) for one in cells)
        last = (layout.blockBoundingRect(one.lastCursorPosition().block()) for one in cells)
        return min(one.top() for one in first), max(one.bottom() for one in last)

    def _stretch(self, table: QTextTable, row: int, room: float) -> None:
        """By padding below, which Qt counts in pixels of a screen."""
        padding = table.format().cellPadding()
        below = max(padding, room * self._px - padding)  # more would push this row over as well
        for column in range(table.columns()):
            cell = table.cellAt(row, column)
            shape = cell.format().toTableCellFormat()
            shape.setBottomPadding(below)
            cell.setFormat(shape)

    def _box(self, part: _Part) -> QRectF:
        layout = self._document.documentLayout()
        if isinstance(part, QTextTable):
            return layout.frameBoundingRect(part)
        return layout.blockBoundingRect(part)

    def _break_before(self, part: _Part) -> None:
        policy = QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore
        if isinstance(part, QTextTable):
            table = part.format()
            table.setPageBreakPolicy(policy)
            part.setFormat(table)
        else:
            block = part.blockFormat()
            block.setPageBreakPolicy(policy)
            QTextCursor(part).setBlockFormat(block)


def _under_headings(parts: list[_Part]) -> Iterator[list[_Part]]:
    """Each part alone, but headings with what they head."""
    group: list[_Part] = []
    for part in parts:
        group.append(part)
        if not _is_heading(part):
            yield group
            group = []
    if group:
        yield group


def _is_heading(part: _Part) -> bool:
    if not isinstance(part, QTextBlock):
        return False
    return part.blockFormat().headingLevel() > 0 or part.userState() == HEADING_STATE


def _has_words(part: _Part) -> bool:
    return isinstance(part, QTextBlock) and bool(part.text().strip())


def _is_open(part: _Part) -> bool:
    """Places to sign: a table without lines."""
    return isinstance(part, QTextTable) and not part.format().border()


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
                QMarginsF(*paper.margins_mm),
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
        _Keeper(self._document, self._body_height, dpi=device.logicalDpiY()).keep()

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
        context.clip = view.adjusted(0, 1, 0, -1)  # not what only touches the page
        black_on_white = QPalette()
        black_on_white.setColor(QPalette.ColorRole.Text, _BLACK)
        context.palette = black_on_white
        self._document.documentLayout().draw(painter, context)
        self._close_tables(painter, view)
        painter.restore()

    def _close_tables(self, painter: QPainter, view: QRectF) -> None:
        """A line where a table goes over the page; a head that comes again brings its own."""
        half = self._band / 40
        for part in _parts(self._document):
            if not isinstance(part, QTextTable) or not part.format().border():
                continue
            painter.setPen(QPen(part.format().borderBrush(), 2 * half))
            box = self._document.documentLayout().frameBoundingRect(part)
            if box.top() < view.bottom() - half < box.bottom() - 2 * half:
                low = view.bottom() - half
                painter.drawLine(QLineF(box.left(), low, box.right(), low))
            if box.top() < view.top() - half < box.bottom() and not part.format().headerRowCount():
                high = view.top() + half
                painter.drawLine(QLineF(box.left(), high, box.right(), high))

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
