"""Pending work on paper and as a workbook: for a meeting, or for the county's people."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from app.exchange.sheet_out import write_sheet
from app.pending.queries import PendingRow
from i18n.text import tr
from ui.widgets.paper import text_html
from ui.wording_pending import (
    fields_text,
    kind_word,
    paper_columns,
    paper_row,
    row_title,
    todo_sentence,
    why_sentence,
    written_line,
)


def export_rows(path: Path, rows: Sequence[PendingRow]) -> Path:
    """A workbook with all that was written; raises ``UserFacingError`` SHEET_NOT_WRITTEN."""
    write_sheet(
        path,
        title=tr("待处理"),
        columns=paper_columns(),
        rows=[paper_row(row) for row in rows],
    )
    return path


def paper_html(rows: Sequence[PendingRow]) -> str:
    """One block for each piece; whatever was typed stays text."""
    blocks = []
    for row in rows:
        state = kind_word(row.kind)[0]
        blocks.append(f"<h3>{escape(row_title(row))}　[{escape(state)}]</h3>")
        for text in (written_line(row), why_sentence(row), todo_sentence(row), fields_text(row)):
            if text:
                blocks.append(f"<p>{text_html(text)}</p>")
        blocks.append("<hr>")
    return "".join(blocks)
