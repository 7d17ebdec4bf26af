"""A paper's blocks as HTML for the one way onto paper. Whatever was typed stays text."""

from __future__ import annotations

from html import escape
from typing import Final

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
from ui.papers.qr_code import qr_source
from ui.widgets.paper import text_html
from ui.widgets.paper_pages import HEADING_STATE

QR_MM: Final = 26
"""With its quiet zone; the code itself is then some 20 mm wide."""
LETTER_MARGINS_MM: Final = (28, 29, 26, 27)
"""Left, top, right, bottom; with head and foot the 版心 of GB/T 9704-2012, 156 mm × 225 mm."""
_PX_PER_MM: Final = 96 / 25.4
_FAMILIES: Final = (
    "FangSong, STFangsong, SimSun, 'Noto Serif CJK SC', 'Source Han Serif SC', SimSun-ExtB, serif"
)
"""仿宋 where the laptop has it; what no office font has is found in the last ones."""
_ROOM: Final = "&nbsp;"
_GAP: Final = "<p style='font-size: 4pt; margin: 0;'>&nbsp;</p>"
"""After a table, whose own margin is not kept."""
_LINE_MM: Final = 6
"""One line of a form with its margins: rows are higher by what is left of their own height."""


def paper_html(content: PaperContent, *, number: str, scan: str) -> str:
    """The body of one paper, with its code beside the title."""
    return _Layout(is_letter=content.is_letter).paper(content, number, scan)


class _Layout:
    """Sizes of one paper: a form is dense, a letter is set in 三号."""

    def __init__(self, *, is_letter: bool) -> None:
        self._points = 16 if is_letter else 11
        self._title = 22 if is_letter else 19
        line = 125 if is_letter else 130
        self._size = f"font-family: {_FAMILIES}; font-size: {self._points}pt; line-height: {line}%;"

    def paper(self, content: PaperContent, number: str, scan: str) -> str:
        """Head and blocks."""
        parts = [self._head(content.title, number, scan)]
        parts += [self._block(block) for block in content.blocks]
        return "".join(parts)

    def _head(self, title: str, number: str, scan: str) -> str:
        side = round(QR_MM * _PX_PER_MM)
        code = f"<img src='{qr_source(scan)}' width='{side}' height='{side}'>"
        told = escape(tr("编号：{number}", number=number))
        name = f"font-size: {self._title}pt; font-weight: 600; margin: 0;"
        return (
            "<table width='100%' cellspacing='0' cellpadding='0' "
            f'style="font-family: {_FAMILIES}"><tr>'
            f"<td width='18%'></td><td width='64%' align='center' "
            f"style='vertical-align: middle;'><p style='{name}'>{escape(title)}</p>"
            f"<p style='font-size: 10.5pt; margin: 5pt 0 0 0;'>{told}</p></td>"
            f"<td width='18%' align='right'>{code}</td></tr></table>"
        )

    def _block(self, block: Block) -> str:
        match block:
            case Fields():
                return self._fields(block)
            case Text():
                return self._text(block)
            case Head():
                size = f"font-size: {self._points + 1}pt; font-weight: 600;"
                mark = f"-qt-user-state: {HEADING_STATE};"  # h3 would have a size of its own
                return f"<p style='{mark} {size} margin: 8pt 0 3pt 0;'>{escape(block.words)}</p>"
            case Lines():
                rule = "border: none; border-bottom: 1px solid #000000;"
                row = f"<tr><td style='{rule}'>&nbsp;</td></tr>"
                return (
                    "<table width='100%' cellspacing='0' cellpadding='5' border='0' "
                    f"style='border-collapse: collapse;'>{row * block.count}</table>{_GAP}"
                )
            case Sheet():
                return self._sheet(block)
            case Signs():
                return self._signs(block)
            case Note():
                small = f"font-family: {_FAMILIES}; font-size: 8.5pt; color: #333333;"
                words = text_html(block.words)
                return f'<p style="{small} margin: 8pt 0 0 0;">{words}</p>'

    def _text(self, block: Text) -> str:
        indent = "　　" if block.is_indented else ""  # spaces of this width would be trimmed
        weight = " font-weight: 600;" if block.is_bold else ""
        lines = (indent + escape(line) for line in block.words.split("\n"))
        style = f"{self._size}{weight} margin: 5pt 0 2pt 0; white-space: pre-wrap;"
        return f'<p style="{style}">{"<br>".join(lines)}</p>'

    def _fields(self, block: Fields) -> str:
        """Words in narrow columns; a single pair spans what several take."""
        most = max(len(row) for row in block.rows)
        rows = (self._field_row(block, row, most) for row in block.rows)
        return f"{_table(block.row_mm)}{''.join(rows)}</table>{_GAP}"

    def _field_row(self, block: Fields, row: tuple[tuple[str, str], ...], most: int) -> str:
        label_width = _label_width(most)
        cells = []
        for place, (word, value) in enumerate(row):
            span = 2 * (most - len(row)) + 1 if place == len(row) - 1 else 1
            shown = text_html(value) if value else _ROOM
            if word in block.tall:
                shown += "<br>&nbsp;" * _lines_for_pen(value)
            label = f"<td width='{label_width}%' align='center' style=\"{self._size}\">"
            cells.append(f"{label}{escape(word)}</td>")
            width = (100 - most * label_width) // most
            share = f" width='{width}%'" if span == 1 else ""
            style = f"{self._size} white-space: pre-wrap;"
            cells.append(f'<td colspan="{span}"{share} style="{style}">{shown}</td>')
        return f"<tr>{''.join(cells)}</tr>"

    def _sheet(self, block: Sheet) -> str:
        widths = block.widths or (round(100 / len(block.headers)),) * len(block.headers)
        size = self._size
        head = "".join(
            f"<th width='{width}%' align='center' style=\"{size}\">{escape(word)}</th>"
            for word, width in zip(block.headers, widths, strict=True)
        )
        blank = ("",) * len(block.headers)
        cell = '<td style="{}">{}</td>'.format
        rows = "".join(
            "<tr>" + "".join(cell(size, text_html(one) or _ROOM) for one in row) + "</tr>"
            for row in (*block.rows, *(blank,) * block.blank_rows)
        )
        return f"{_table(8)}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{_GAP}"

    def _signs(self, block: Signs) -> str:
        """Places with room for a fingerprint; of many, two beside each other."""
        blank = tr("{room}年{room}月{room}日", room="　　　")
        style = f"{self._size} padding-top: {round(block.room_mm * _PX_PER_MM)}px;"
        places = [f'<td style="{style}">{escape(place)}</td>' for place in block.places]
        if len(places) < MANY_SIGNS:
            rows = "".join(f"<tr><td width='30%'></td>{place}</tr>" for place in places)
        else:
            places += ["<td></td>"] * (len(places) % 2)
            pairs = zip(places[::2], places[1::2], strict=True)
            rows = "".join(f"<tr>{left}{right}</tr>" for left, right in pairs)
        dated = escape(block.dated or blank)
        day = f'<td align="right" style="{self._size} white-space: pre-wrap;">{dated}</td>'
        return (
            "<table width='100%' cellspacing='0' cellpadding='4' style='margin-top: 6pt;'>"
            f"{rows}<tr><td></td>{day}</tr></table>"
        )


def _table(row_mm: int) -> str:
    padding = round(max(1, row_mm - _LINE_MM) / 2 * _PX_PER_MM)
    return (
        f"<table border='1' cellspacing='0' cellpadding='{padding}' width='100%' "
        "style='border-collapse: collapse; border-color: #000000; margin-top: 4pt;'>"
    )


def _lines_for_pen(value: str) -> int:
    """Four where nothing stands yet, a little below what does."""
    return 4 if not value else max(0, 2 - value.count("\n") - len(value) // 34)


def _label_width(pairs: int) -> int:
    return {1: 18, 2: 17, 3: 14}.get(pairs, 9)
