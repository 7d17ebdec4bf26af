"""The line above a page: its name, the date, the search, the page's own buttons."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from i18n.text import tr
from ui.theme import icon, text_px
from ui.theme.palette import MUTED_TEXT
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import text_label

SEARCH_PX, SMALL_PX = 330, 54
GAP = 12


class HeaderBar(QWidget):
    """Gives way where room is short: first the date goes, then the search becomes an icon, then
    the buttons move to a second line."""

    search_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = text_label("", "pageTitle")
        self._line = text_label("", "muted")
        self._search = QPushButton()
        self._search.setProperty("role", "search")
        self._search.setIcon(icon("search", MUTED_TEXT))
        self._search.setIconSize(QSize(18, 18))
        self._search.setAccessibleName(tr("查找 (Ctrl+K)"))
        self._search.setToolTip(tr("查找 (Ctrl+K)"))
        self._search.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._words = tr("找人、户、案件… 拼音首字母也行 (Ctrl+K)")
        self._actions = QWidget()
        self._action_row = FlowLayout(self._actions, is_right=True)
        self._buttons: list[QPushButton] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(22, 14, 22, 10)
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setColumnStretch(2, 1)
        self._grid.addWidget(self._title, 0, 0)
        self._grid.addWidget(self._line, 0, 1)
        self._grid.addWidget(self._search, 0, 3)
        self._grid.addWidget(self._actions, 0, 4)
        self._search.clicked.connect(self.search_asked)

    def show_page(self, title: str, line: str, buttons: Sequence[QPushButton]) -> None:
        """`line` is the date or the page's own subtitle."""
        self._title.setText(title)
        self._line.setText(line)
        for button in self._buttons:
            self._action_row.removeWidget(button)
            button.hide()
            button.setParent(None)  # a page that reloads unseen must not show its buttons here
        self._buttons = list(buttons)
        for button in self._buttons:
            self._action_row.addWidget(button)
            button.show()
        self._arrange()

    def settle(self) -> None:
        """Lay out at once, for whoever asks right after another page was shown."""
        self._grid.activate()

    def search_rect(self) -> QRect:
        """Where the search stands, in the header's own coordinates."""
        return self._search.geometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        return QSize(300, super().minimumSizeHint().height())

    def _arrange(self) -> None:
        room = self.width() - 44
        title = self._title.sizeHint().width()
        line = self._line.sizeHint().width() + GAP if self._line.text() else 0
        small, full = SMALL_PX, max(text_px(SEARCH_PX), self._full_search_width())
        actions = self._action_row.sizeHint().width() + GAP if self._buttons else 0
        has_line = title + line + full + actions + 2 * GAP <= room
        is_full = title + full + actions + 2 * GAP <= room
        is_one_row = title + small + actions + 2 * GAP <= room
        if not is_full:  # a small search may leave room for the line again
            has_line = is_one_row and title + line + small + actions + 2 * GAP <= room
        self._line.setVisible(bool(line) and has_line)
        self._search.setText(self._words if is_full else "")
        self._search.setFixedWidth(full if is_full else small)
        self._place_actions(is_one_row=is_one_row)

    def _place_actions(self, *, is_one_row: bool) -> None:
        self._grid.removeWidget(self._actions)
        if is_one_row:
            self._grid.addWidget(self._actions, 0, 4)
        else:
            self._grid.addWidget(self._actions, 1, 0, 1, 5)
        self._actions.setVisible(bool(self._buttons))

    def _full_search_width(self) -> int:
        return self._search.fontMetrics().horizontalAdvance(self._words) + 62
