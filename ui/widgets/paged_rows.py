"""The table model of a list that is read page by page, as one goes down."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Protocol

from PySide6.QtCore import QModelIndex, QObject, Signal

from ui.widgets.rows_model import Column, Index, Row, RowsModel

_NO_PARENT = QModelIndex()


class Page(Protocol):
    """What a paged query gives: rows, and whether nothing follows them."""

    @property
    def rows(self) -> tuple[Any, ...]: ...

    @property
    def is_last(self) -> bool: ...


class PagedRowsModel(RowsModel[Row]):
    """Rows as far as they have been read; `more_wanted` when the view nears their end."""

    more_wanted = Signal()

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        *,
        key: Callable[[Row], Hashable],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(columns, key=key, parent=parent)
        self._is_whole = True

    @property
    def is_whole(self) -> bool:
        """Whether nothing follows what is shown."""
        return self._is_whole

    def set_list(self, page: Page) -> None:
        """A new list, or the same one read again."""
        self._is_whole = page.is_last
        self.set_rows(page.rows)

    def append(self, page: Page) -> None:
        """The next page, under what is shown; the cursor and the view stay."""
        self._is_whole = page.is_last
        if not page.rows:
            return
        start = len(self._shown)
        self.beginInsertRows(_NO_PARENT, start, start + len(page.rows) - 1)
        self._all = self._shown = (*self._shown, *page.rows)
        self.endInsertRows()

    def canFetchMore(self, _parent: Index = _NO_PARENT) -> bool:
        return not self._is_whole

    def fetchMore(self, _parent: Index = _NO_PARENT) -> None:
        self._is_whole = True  # until the page is here: asked once
        self.more_wanted.emit()
