"""Days in a form of records: typed in any usual writing, empty where none is known."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QLineEdit

from app.exchange.typed_dates import full_date
from i18n.text import tr
from ui.households.record_form import FieldWrongError, Texts


def day_line() -> QLineEdit:
    """A field for a day."""
    edit = QLineEdit()
    edit.setPlaceholderText(tr("例如 2026-11-23"))
    return edit


def read_day(texts: Texts, key: str, *, is_required: bool = False) -> date | None:
    """The day typed; raises FieldWrongError for what is none."""
    typed = texts[key].strip()
    if not typed and is_required:
        raise FieldWrongError(key, tr("还没有填日期，没有保存。请写年月日，例如 2026-11-23。"))
    if not typed:
        return None
    found = full_date(typed)
    if found is None:
        raise FieldWrongError(key, tr("日期看不明白，没有保存。请写年月日，例如 2026-11-23。"))
    return found
