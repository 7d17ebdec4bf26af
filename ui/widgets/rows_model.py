"""A table model over frozen row objects: fast for 100,000 rows, because it copies nothing.

Queries return tuples of frozen rows; a screen says with `Column`s what of a row is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from ui.theme import Tone, colors_of
from ui.widgets.labels import shown_dong

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()

ROW = Qt.ItemDataRole.UserRole
TONE = Qt.ItemDataRole.UserRole + 1
IS_PILL = Qt.ItemDataRole.UserRole + 2


@dataclass(frozen=True)
class Column(Generic[Row]):
    """What one column shows of a row.

    `value` gives the text (other values are shown by `str`, None as nothing), `tone` its colour
    or None for ink, `sort_key` what sorting compares (`value` if not given). `width` is in pixels
    at 100 % text; 0 stretches. `is_pill` paints the text as a state pill in its tone. `below` is
    the small second line of a `ui.widgets.two_lines.TwoLineTable`, muted or in `below_tone`. `mark`
    is a word in red before the text, empty for none.
    """

    title: str
    value: Callable[[Row], object]
    tone: Callable[[Row], Tone | str | None] | None = None
    width: int = 0
    is_right: bool = False
    is_pill: bool = False
    sort_key: Callable[[Row], object] | None = None
    below: Callable[[Row], str] | None = None
    below_tone: Callable[[Row], Tone | str | None] | None = None
    mark: Callable[[Row], str] | None = None


class RowsModel(QAbstractTableModel, Generic[Row]):
    """`key` identifies a row across reloads, so that the cursor stays on the same record."""

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        *,
        key: Callable[[Row], Hashable] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._key = key or id
        self._all: Sequence[Row] = ()
        self._shown: Sequence[Row] = ()
        self._matches: Callable[[Row], bool] | None = None
        self._order: tuple[int, Qt.SortOrder] | None = None

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show `rows`; the sequence is kept, not copied, and must not change afterwards."""
        self._all = rows
        self._rebuild()

    def set_filter(self, matches: Callable[[Row], bool] | None) -> None:
        """Show only rows for which `matches` is true; None shows all."""
        self._matches = matches
        self._rebuild()

    def replace_row(self, row: Row) -> bool:
        """Put `row` in the place of the shown row with the same key; False if there is none."""
        position = self.position_of(self._key(row))
        if position is None:
            return False
        old = self._shown[position]
        self._all = tuple(row if each is old else each for each in self._all)
        self._shown = (*self._shown[:position], row, *self._shown[position + 1 :])
        self.dataChanged.emit(self.index(position, 0), self.index(position, len(self.columns) - 1))
        return True

    def rows(self) -> Sequence[Row]:
        """The rows as shown: filtered and sorted."""
        return self._shown

    def row_at(self, index: Index | int) -> Row:
        return self._shown[index if isinstance(index, int) else index.row()]

    def key_of(self, row: Row) -> Hashable:
        return self._key(row)

    def position_of(self, key: Hashable) -> int | None:
        """Where the row with this key is shown, or None."""
        return next((i for i, row in enumerate(self._shown) if self._key(row) == key), None)

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        column = self.columns[index.column()]
        row = self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return _as_text(column.value(row))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _spoken(column, row)
        if role == ROW:
            return row
        if role == TONE:
            return column.tone(row) if column.tone else None
        if role == IS_PILL:
            return column.is_pill
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == Qt.ItemDataRole.ForegroundRole and column.tone:
            tone = column.tone(row)
            return QColor(colors_of(tone).text) if tone else None
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            title = self.columns[section].title
            dong = shown_dong(title)
            return f"{title}\n{dong}" if dong else title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(self.columns[section])
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; -1 restores the order the rows came in."""
        self._order = (column, order) if column >= 0 else None
        self._rebuild()

    def _rebuild(self) -> None:
        self.beginResetModel()
        rows = self._all
        if self._matches is not None:
            rows = [row for row in rows if self._matches(row)]
        if self._order is not None:
            column, order = self._order
            rows = sorted(rows, key=self._sort_key(column), reverse=order != _ASCENDING)
        self._shown = rows
        self.endResetModel()

    def _sort_key(self, position: int) -> Callable[[Row], tuple[bool, object]]:
        column = self.columns[position]
        value = column.sort_key or column.value

        def key(row: Row) -> tuple[bool, object]:
            found = value(row)
            return (found is None, "" if found is None else found)

        return key


_ASCENDING = Qt.SortOrder.AscendingOrder
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


def _alignment(column: Column[Any]) -> int:
    return RIGHT if column.is_right else LEFT


def _spoken(column: Column[Any], row: Any) -> str:
    """The mark and both lines of a cell, for a screen reader."""
    mark = column.mark(row) if column.mark else ""
    lines = (mark, _as_text(column.value(row)), column.below(row) if column.below else "")
    return " ".join(line for line in lines if line)


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else str(value)
