"""Pending work on paper and as a workbook: for a meeting, or for the county's people."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from PySide6.QtGui import QPagedPaintDevice, QPageLayout, QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QWidget

from app.exchange.sheet_out import write_sheet
from app.pending.queries import PendingRow
from i18n.text import tr
from ui.theme import text_font
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


def print_rows(rows: Sequence[PendingRow], parent: QWidget) -> None:
    """Asks for a printer and prints."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle(tr("打印待处理"))
    dialog.accepted.connect(lambda: print_onto(printer, rows))
    QDialog.open(dialog)  # the printer's own open() wants an old-style slot


def print_onto(device: QPagedPaintDevice, rows: Sequence[PendingRow]) -> None:
    """Prints onto a printer or into a PDF."""
    device.setPageOrientation(QPageLayout.Orientation.Portrait)
    document = QTextDocument()
    document.setDefaultFont(text_font())
    document.setHtml(paper_html(rows))
    document.print_(device)


def paper_html(rows: Sequence[PendingRow]) -> str:
    """One block for each piece; whatever was typed stays text."""
    blocks = [f"<h2>{escape(tr('待处理'))}</h2>"]
    for row in rows:
        state = kind_word(row.kind)[0]
        blocks.append(f"<h3>{escape(row_title(row))}　[{escape(state)}]</h3>")
        for text in (written_line(row), why_sentence(row), todo_sentence(row), fields_text(row)):
            if text:
                blocks.append(f"<p>{escape(text).replace(chr(10), '<br>')}</p>")
        blocks.append("<hr>")
    return "".join(blocks)
