"""A paper's blocks as a Word document that Word and WPS open: what the PDF says, to be edited.

The same blocks as ``layout`` makes HTML of. What is not filled in is room for a pen here too.
No Qt here.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Length, Mm
from docx.table import _Row

from i18n.text import tr
from ui.papers.blocks import (
    MANY_SIGNS,
    Block,
    Fields,
    Head,
    Lines,
    Note,
    PaperContent,
    Sheet,
    Signs,
    Text,
)
from ui.papers.qr_code import qr_png
from ui.papers.word_parts import (
    BODY,
    HEADING,
    TITLE,
    fill,
    hold_together,
    indent_two,
    lay_columns,
    number_field,
    plain_words,
    repeat_as_head,
    room_for_pen,
    rule_below,
    set_font,
    space,
    write,
)
from ui.wording_paper import page_parts

PAGE: Final = (210, 297)
FORM_MARGINS: Final = (20, 20, 20, 20)
"""Top, right, bottom, left in mm; as forms here have it."""
LETTER_MARGINS: Final = (37, 26, 35, 28)
"""GB/T 9704-2012: 天头 37 mm, 订口 28 mm, 版心 156 mm × 225 mm."""
_FORM_POINTS: Final = 12.0
"""小四."""
_LETTER_POINTS: Final = 16.0
"""三号, GB/T 9704-2012."""
_TITLE_POINTS: Final = 22.0
"""二号."""
_SMALL_POINTS: Final = 9.0
_QR_MM: Final = 26
_LONGEST_PROPERTY: Final = 255
_LONG_CELL: Final = 200
"""Characters from which a row may go on over the page: it would leave half a page empty."""
_LABEL_SHARE: Final = {1: 0.18, 2: 0.17, 3: 0.14}


@dataclass(frozen=True, slots=True)
class WordPaper:
    """One paper and what stands on each of its pages besides."""

    content: PaperContent
    number: str
    scan: str
    unit: str = ""
    dated: str = ""
    """The day as it stands above the line, in words."""
    footer: str = ""
    made_on: date = date(2026, 1, 1)


def word_bytes(paper: WordPaper) -> bytes:
    """The paper as a .docx."""
    document = _new(paper)
    writer = _Writer(document, paper.content)
    writer.title(paper.number, paper.scan)
    for block in paper.content.blocks:
        writer.add(block)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _new(paper: WordPaper) -> WordDocument:
    """An empty one on A4 with its head and foot."""
    document = Document()
    is_letter = paper.content.is_letter
    normal = document.styles["Normal"]
    set_font(normal, BODY, _LETTER_POINTS if is_letter else _FORM_POINTS)  # type: ignore[arg-type]
    _say_chinese(normal.element)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(PAGE[0]), Mm(PAGE[1])
    top, right, bottom, left = _margins(paper.content)
    section.top_margin, section.right_margin = Mm(top), Mm(right)
    section.bottom_margin, section.left_margin = Mm(bottom), Mm(left)
    section.header_distance = section.footer_distance = Mm(10)
    _bands(document, paper)
    core = document.core_properties
    told = plain_words(f"{paper.content.title} {paper.number}")
    core.title, core.author, core.comments = told[:_LONGEST_PROPERTY], "", ""
    core.last_modified_by, core.language = "", "zh-CN"
    core.created = core.modified = datetime.combine(paper.made_on, datetime.min.time())
    return document


def _say_chinese(style: object) -> None:
    """So that lines break as Chinese lines do."""
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "zh-CN")
    language.set(qn("w:eastAsia"), "zh-CN")
    style.get_or_add_rPr().append(language)  # type: ignore[attr-defined]


def _margins(content: PaperContent) -> tuple[int, int, int, int]:
    return LETTER_MARGINS if content.is_letter else FORM_MARGINS


def _bands(document: WordDocument, paper: WordPaper) -> None:
    """A loose sheet says what it belongs to: unit and day above, number and page below."""
    section = document.sections[0]
    _top, right, _bottom, left = _margins(paper.content)
    width = Mm(PAGE[0] - left - right)
    head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
    for band in (head, foot):
        band.style = document.styles["Normal"]
        space(band)
        band.paragraph_format.tab_stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT)
    write(head, f"{paper.unit}\t{paper.dated}", font=TITLE, points=_SMALL_POINTS)
    rule_below(head)
    told = tr("{title}　编号：{number}", title=paper.content.title, number=paper.number)
    told = f"{told}　{paper.footer}" if paper.footer else told
    before, between, after = page_parts()
    write(foot, f"{told}\t{before}", font=TITLE, points=_SMALL_POINTS)
    number_field(foot, "PAGE", points=_SMALL_POINTS)
    write(foot, between, font=TITLE, points=_SMALL_POINTS)
    number_field(foot, "NUMPAGES", points=_SMALL_POINTS)
    write(foot, after, font=TITLE, points=_SMALL_POINTS)


class _Writer:
    """Lays block after block into a document."""

    def __init__(self, document: WordDocument, content: PaperContent) -> None:
        self._document = document
        self._content = content
        _top, right, _bottom, left = _margins(content)
        self._width = Mm(PAGE[0] - left - right)
        self._points = _LETTER_POINTS if content.is_letter else _FORM_POINTS

    def title(self, number: str, scan: str) -> None:
        """The title in the middle of the page, the code at its right."""
        side = Mm(_QR_MM + 2)
        table = self._document.add_table(1, 3)
        lay_columns(table, (side, Length(self._width - 2 * side), side))
        _left, middle, right = table.rows[0].cells
        told, below = middle.paragraphs[0], middle.add_paragraph()
        for one in (told, below):
            one.alignment = WD_ALIGN_PARAGRAPH.CENTER
            space(one, before=4)
        write(told, self._content.title, font=TITLE, points=_TITLE_POINTS, is_bold=True)
        write(below, tr("编号：{number}", number=number), font=TITLE, points=10.5)
        right.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        picture = io.BytesIO(qr_png(scan))
        right.paragraphs[0].add_run().add_picture(picture, width=Mm(_QR_MM))
        self._gap()

    def add(self, block: Block) -> None:
        """One block."""
        match block:
            case Fields():
                self._fields(block)
            case Text():
                self._text(block)
            case Head():
                made = self._document.add_paragraph()
                space(made, before=10, after=3)
                made.paragraph_format.keep_with_next = True
                write(made, block.words, font=HEADING, points=self._points)
            case Lines():
                for _line in range(block.count):
                    made = self._document.add_paragraph()
                    space(made, before=8)
                    rule_below(made)
            case Sheet():
                self._sheet(block)
            case Signs():
                self._signs(block)
            case Note():
                made = self._document.add_paragraph()
                space(made, before=12)
                write(made, block.words, font=TITLE, points=_SMALL_POINTS)

    def _text(self, block: Text) -> None:
        for line in block.words.split("\n"):
            made = self._document.add_paragraph()
            space(made, before=3, after=2, line=1.3)
            made.paragraph_format.widow_control = True
            if block.is_indented:
                indent_two(made)
            write(made, line, is_bold=block.is_bold)

    def _fields(self, block: Fields) -> None:
        """Words in narrow columns; a single pair spans what several take."""
        most = max(len(row) for row in block.rows)
        share = _LABEL_SHARE.get(most, 0.09)
        pair = (share, 1 / most - share)
        table = self._document.add_table(len(block.rows), 2 * most, style="Table Grid")
        lay_columns(table, tuple(Length(round(self._width * one)) for one in pair * most))
        for row, pairs in zip(table.rows, block.rows, strict=True):
            cells = row.cells
            for place, (word, value) in enumerate(pairs):
                fill(cells[2 * place], word, is_centred=True)
                room = cells[2 * place + 1]
                if place == len(pairs) - 1 and len(pairs) < most:
                    room = room.merge(cells[-1])
                fill(room, value)
            is_tall = any(word in block.tall for word, _value in pairs)
            room_for_pen(row, 34 if is_tall else block.row_mm)
            _hold(row, "".join(value for _word, value in pairs))
        self._gap()

    def _sheet(self, block: Sheet) -> None:
        count = len(block.headers)
        shares = block.widths or (round(100 / count),) * count
        blank = ("",) * count
        rows = (block.headers, *block.rows, *(blank,) * block.blank_rows)
        table = self._document.add_table(len(rows), count, style="Table Grid")
        lay_columns(table, tuple(Length(round(self._width * one / 100)) for one in shares))
        for place, (row, words) in enumerate(zip(table.rows, rows, strict=True)):
            for cell, word in zip(row.cells, words, strict=True):
                fill(cell, word, is_bold=place == 0, is_centred=place == 0)
            room_for_pen(row, 8)
            _hold(row, "".join(words))
        repeat_as_head(table.rows[0])
        self._gap()

    def _signs(self, block: Signs) -> None:
        """Places with room for a fingerprint; no name stands alone on the next page."""
        blank = tr("{room}年{room}月{room}日", room="　　　")
        is_many = len(block.places) >= MANY_SIGNS
        columns = 2 if is_many else 1
        table = self._document.add_table(-(-len(block.places) // columns), 2)
        shares = (0.5, 0.5) if is_many else (0.3, 0.7)
        lay_columns(table, tuple(Length(round(self._width * one)) for one in shares))
        for place, words in enumerate(block.places):
            row = table.rows[place // columns]
            cell = row.cells[place % columns if is_many else 1]
            fill(cell, words)
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.BOTTOM
            room_for_pen(row, block.room_mm + 7)
        for row in table.rows:
            hold_together(row)
            for cell in row.cells:
                cell.paragraphs[0].paragraph_format.keep_with_next = True
        day = self._document.add_paragraph()
        space(day, before=8)
        day.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        write(day, block.dated or blank)

    def _gap(self) -> None:
        """After a table: two that touch would grow into one."""
        made = self._document.add_paragraph()
        space(made, line=0.5)


def _hold(row: _Row, words: str) -> None:
    if len(words) < _LONG_CELL:
        hold_together(row)
