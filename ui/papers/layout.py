"""A paper's blocks as HTML for the one way onto paper. Whatever was typed stays text."""

from __future__ import annotations

from html import escape
from typing import Final

from i18n.text import tr
from ui.papers.blocks import (
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

QR_MM: Final = 26
"""With its quiet zone; the code itself is then some 20 mm wide."""
_PX_PER_MM: Final = 96 / 25.4
_SIZE: Final = "font-size: 11pt; line-height: 130%;"
_TABLE: Final = (
    "<table border='1' cellspacing='0' cellpadding='4' width='100%' "
    "style='border-collapse: collapse; border-color: #000000; margin-top: 4pt;'>"
)
_ROOM: Final = "&nbsp;"
_GAP: Final = "<p style='font-size: 4pt; margin: 0;'>&nbsp;</p>"
"""After a table, whose own margin is not kept."""


def paper_html(content: PaperContent, *, number: str, scan: str) -> str:
    """The body of one paper, with its code beside the title."""
    parts = [_head(content.title, number, scan)]
    parts += [_block(block) for block in content.blocks]
    return "".join(parts)


def _head(title: str, number: str, scan: str) -> str:
    side = round(QR_MM * _PX_PER_MM)
    code = f"<img src='{qr_source(scan)}' width='{side}' height='{side}'>"
    told = escape(tr("编号：{number}", number=number))
    return (
        "<table width='100%' cellspacing='0' cellpadding='0'><tr>"
        f"<td width='18%'></td><td width='64%' align='center' style='vertical-align: middle;'>"
        f"<p style='font-size: 19pt; font-weight: 600; margin: 0;'>{escape(title)}</p>"
        f"<p style='font-size: 10.5pt; margin: 5pt 0 0 0;'>{told}</p></td>"
        f"<td width='18%' align='right'>{code}</td></tr></table>"
    )


def _block(block: Block) -> str:
    match block:
        case Fields():
            return _fields(block)
        case Text():
            return _text(block)
        case Head():
            return (
                "<p style='font-size: 12.5pt; font-weight: 600; margin: 10pt 0 3pt 0;'>"
                f"{escape(block.words)}</p>"
            )
        case Lines():
            row = "<tr><td style='border: none; border-bottom: 1px solid #000000;'>&nbsp;</td></tr>"
            return (
                "<table width='100%' cellspacing='0' cellpadding='5' border='0' "
                f"style='border-collapse: collapse;'>{row * block.count}</table>{_GAP}"
            )
        case Sheet():
            return _sheet(block)
        case Signs():
            return _signs(block)
        case Note():
            return (
                "<p style='font-size: 8.5pt; color: #333333; margin: 10pt 0 0 0;'>"
                f"{text_html(block.words)}</p>"
            )


def _text(block: Text) -> str:
    indent = "　　" if block.is_indented else ""  # spaces of this width would be trimmed
    weight = " font-weight: 600;" if block.is_bold else ""
    lines = (indent + escape(line) for line in block.words.split("\n"))
    style = f"{_SIZE}{weight} margin: 6pt 0 2pt 0; white-space: pre-wrap;"
    return f"<p style='{style}'>{'<br>'.join(lines)}</p>"


def _fields(block: Fields) -> str:
    """Words in narrow columns; a single pair spans what several take."""
    most = max(len(row) for row in block.rows)
    label_width = _label_width(most)
    rows = []
    for row in block.rows:
        cells = []
        for place, (word, value) in enumerate(row):
            is_last = place == len(row) - 1
            span = 2 * (most - len(row)) + 1 if is_last else 1
            shown = text_html(value) if value else _ROOM
            if word in block.tall:
                shown += "<br>&nbsp;" * max(0, 4 - value.count("\n") - len(value) // 34)
            label = f"<td width='{label_width}%' align='center' style='{_SIZE}'>"
            cells.append(f"{label}{escape(word)}</td>")
            width = (100 - most * label_width) // most * (1 if span == 1 else 0)
            share = f" width='{width}%'" if width else ""
            cells.append(
                f"<td colspan='{span}'{share} style='{_SIZE} white-space: pre-wrap;'>{shown}</td>"
            )
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"{_TABLE}{''.join(rows)}</table>{_GAP}"


def _label_width(pairs: int) -> int:
    return {1: 18, 2: 17, 3: 14}.get(pairs, 9)


def _sheet(block: Sheet) -> str:
    widths = block.widths or (round(100 / len(block.headers)),) * len(block.headers)
    head = "".join(
        f"<th width='{width}%' align='center' style='{_SIZE}'>{escape(word)}</th>"
        for word, width in zip(block.headers, widths, strict=True)
    )
    blank = ("",) * len(block.headers)
    rows = "".join(
        "<tr>"
        + "".join(f"<td style='{_SIZE}'>{text_html(one) if one else _ROOM}</td>" for one in row)
        + "</tr>"
        for row in (*block.rows, *(blank,) * block.blank_rows)
    )
    return f"{_TABLE}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{_GAP}"


def _signs(block: Signs) -> str:
    """One table, so that no name stands alone at the top of a page."""
    blank = tr("{room}年{room}月{room}日", room="　　　")
    dated = escape(block.dated or blank)
    rows = "".join(
        f"<tr><td width='38%'></td><td style='{_SIZE}'>{escape(place)}</td></tr>"
        for place in block.places
    )
    style = f"{_SIZE} white-space: pre-wrap;"
    day = f"<tr><td></td><td align='right' style='{style}'>{dated}</td></tr>"
    return (
        "<table width='100%' cellspacing='0' cellpadding='6' style='margin-top: 10pt;'>"
        f"{rows}{day}</table>"
    )
