"""Somebody in a record: name and address, and the masked telephone with 显示 below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from i18n.text import tr
from ui.context import PageContext
from ui.looks.reveal import MaskedText, RevealRow
from ui.widgets.labels import text_label


def contact_line(
    context: PageContext,
    *,
    name: str,
    address: str | None,
    masked_phone: str | None,
    is_outside: bool,
    entity: str,
    record_id: str,
) -> QWidget:
    """One person as a card shows them; ``entity`` and ``record_id`` name whose telephone it is."""
    words = " · ".join(each for each in (name, address) if each)
    line = text_label(tr("{party}（名册外）", party=words) if is_outside else words, wraps=True)
    line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if not masked_phone:
        return line
    both = QWidget()
    numbers = RevealRow(context, both)
    numbers.show_texts([MaskedText(tr("电话"), masked_phone, entity, record_id, "phone")])
    column = QVBoxLayout(both)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(line)
    column.addWidget(numbers)
    return both
