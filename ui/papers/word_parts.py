"""What a Word document is put together from: fonts, ruled lines, rooms for a pen, page numbers.

python-docx has no words for Chinese fonts, borders and fields; they are written here as the
elements of ECMA-376 they are.
"""

from __future__ import annotations

from typing import Final

from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Length, Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

BODY: Final = "仿宋"
TITLE: Final = "宋体"
HEADING: Final = "黑体"
LATIN: Final = "Times New Roman"
_NO_TEXT: Final = dict.fromkeys(
    (*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF)
)
"""What XML cannot carry; none of it is seen on paper."""


def set_font(run: Run | ParagraphStyle, east: str, points: float) -> None:
    """``east`` for Chinese, by name: Word takes it from the laptop that opens the file."""
    run.font.name = LATIN
    run.font.size = Pt(points)
    properties = run.element.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    for place in ("eastAsia", "cs"):
        fonts.set(qn(f"w:{place}"), east)


def plain_words(words: str) -> str:
    """Without what XML cannot carry."""
    return words.translate(_NO_TEXT)


def write(
    paragraph: Paragraph,
    words: str,
    *,
    font: str = "",
    points: float = 0.0,
    is_bold: bool = False,
) -> None:
    """Words as they were typed; those of the document's own style need no font."""
    run = paragraph.add_run(plain_words(words))
    run.bold = is_bold or None
    if font:
        set_font(run, font, points)


def space(
    paragraph: Paragraph, *, before: float = 0, after: float = 0, line: float | None = None
) -> None:
    """In points; ``line`` is a multiple of the font's own height."""
    shape = paragraph.paragraph_format
    shape.space_before, shape.space_after = Pt(before), Pt(after)
    if line is not None:
        shape.line_spacing = line


def indent_two(paragraph: Paragraph) -> None:
    """By two characters of whatever size, as Chinese papers are."""
    made = paragraph._p.get_or_add_pPr().get_or_add_ind()
    made.set(qn("w:firstLineChars"), "200")
    size = paragraph.style.font.size if paragraph.style is not None else None
    made.set(qn("w:firstLine"), str(round(2 * (size.pt if size else 12) * 20)))


def rule_below(paragraph: Paragraph) -> None:
    """A line to write on, also between two of them."""
    borders = OxmlElement("w:pBdr")
    for side in ("bottom", "between"):
        borders.append(_line(side))
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _line(side: str) -> BaseOxmlElement:
    made = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", "4"), ("space", "1"), ("color", "000000")):
        made.set(qn(f"w:{name}"), value)
    return made


def number_field(paragraph: Paragraph, name: str, *, points: float) -> None:
    """PAGE or NUMPAGES, worked out by whoever opens it."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run = paragraph.add_run("1")
    set_font(run, TITLE, points)
    field.append(run._r)
    paragraph._p.append(field)


def lay_columns(table: Table, widths: tuple[Length, ...]) -> None:
    """Fixed columns: what stands in them does not move the form."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width


def room_for_pen(row: _Row, millimetres: float) -> None:
    """At least so high; more where the words need it."""
    row.height = Mm(millimetres)
    row.height_rule = WD_ROW_HEIGHT_RULE.AT_LEAST


def hold_together(row: _Row) -> None:
    """Not over two pages."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def repeat_as_head(row: _Row) -> None:
    """Again on each page the table goes on."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def fill(cell: _Cell, words: str, *, is_bold: bool = False, is_centred: bool = False) -> None:
    """A paragraph for each line that was typed."""
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER if is_centred else None
    for place, line in enumerate(words.split("\n")):
        paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
        space(paragraph, line=1.0)
        if is_centred:
            paragraph.alignment = 1
        write(paragraph, line, is_bold=is_bold)
