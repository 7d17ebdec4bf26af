"""What a record grew out of and what grew out of it, each opened by Enter."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.links.queries import LinkedRecord
from i18n.text import tr
from ui.context import PageContext
from ui.widgets.labels import ElidedLabel
from ui.wording_incidents import link_line


class LinkRow(QWidget):
    """A button for each linked record; hidden where there are none."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.buttons: list[QPushButton] = []
        self._lines: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self.hide()

    def show_links(self, links: Sequence[LinkedRecord]) -> None:
        """These and no others."""
        for line in self._lines:
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self.buttons, self._lines = [], []
        for link in links:
            self._add(link)
        self.setVisible(bool(links))

    def _add(self, link: LinkedRecord) -> None:
        words = link_line(link)
        button = QPushButton(tr("打开"))
        button.setProperty("role", "link")
        button.setAutoDefault(True)
        button.setAccessibleName(tr("打开{record}", record=words))
        button.clicked.connect(partial(self._context.open_record, link.entity, link.record_id))
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(ElidedLabel(words), 1)
        row.addWidget(button)
        self._column.addWidget(line)
        self.buttons.append(button)
        self._lines.append(line)
