"""常用筛选: filters of a list under names, for any page that can say its filter by keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.errors import UserFacingError
from app.saved_filters.actions import (
    LONGEST_NAME,
    move_filter,
    remove_filter,
    rename_filter,
    restore_filter,
    save_filter,
    set_default_filter,
)
from app.saved_filters.queries import SavedFilterRow, saved_filters
from i18n.text import tr
from ui.context import PageContext
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import calm_wheel
from ui.widgets.labels import text_label
from ui.wording import error_sentence


class SavedFilters(QWidget):
    """`chosen(body)` when a person takes one, and once for the one the page opens with."""

    chosen = Signal(object)

    def __init__(
        self,
        context: PageContext,
        *,
        page: str,
        body: Callable[[], Mapping[str, str]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._page, self._body = context, page, body
        self._rows: tuple[SavedFilterRow, ...] = ()
        self._removed: Any = None
        self._is_opened = self._is_renaming = False
        self.box = QComboBox()
        self.box.setAccessibleName(tr("常用筛选"))
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        calm_wheel(self.box)
        self.keep = _button(tr("存为常用"), tr("把现在的筛选存为常用"))
        self.default = _button(tr("默认"), tr("打开这一页时用这一组"))
        self.default.setCheckable(True)
        self.rename = _button(tr("改名"), tr("给这组常用筛选改名"))
        self.up = _button("↑", tr("往前挪"))
        self.down = _button("↓", tr("往后挪"))
        self.remove = _button(tr("删除"), tr("删除这组常用筛选"))
        self.name = QLineEdit()
        self.name.setAccessibleName(tr("这组筛选的名字"))
        self.name.setPlaceholderText(tr("起个名字，按回车保存"))
        self.name.setMaxLength(LONGEST_NAME)
        self.said = text_label("", "muted", wraps=True)
        self.restore = _button(tr("恢复"), tr("恢复刚删除的常用筛选"))
        self._build()
        self._connect()
        self.load()

    def load(self) -> None:
        """Read them again."""
        read = partial(saved_filters, self._context.store, self._context.actor, self._page)
        self._context.runner.read(read, on_done=self._on_rows)

    def current(self) -> SavedFilterRow | None:
        place = self.box.currentIndex() - 1
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.name.isVisible():
            self.name.hide()
            (self.rename if self._is_renaming else self.keep).setFocus()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        line = QWidget()
        flow = FlowLayout(line, spacing=6)
        ordering = (self.default, self.up, self.down)
        parts = (self.box, *ordering, self.rename, self.remove, self.keep)
        for part in (*parts, self.name, self.said, self.restore):
            flow.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(line)
        for part in (self.name, self.said, self.restore, self.keep):
            part.hide()

    def _connect(self) -> None:
        self.box.activated.connect(self._on_chosen)
        self.keep.clicked.connect(self._on_keep)
        self.rename.clicked.connect(self._on_rename)
        self.name.returnPressed.connect(self._on_named)
        self.default.clicked.connect(self._on_default)
        self.up.clicked.connect(partial(self._move, -1))
        self.down.clicked.connect(partial(self._move, 1))
        self.remove.clicked.connect(self._on_remove)
        self.restore.clicked.connect(self._on_restore)

    def _on_rows(self, rows: tuple[SavedFilterRow, ...]) -> None:
        current = self.current()
        wanted = current.filter_id if current is not None else ""
        self._rows = rows
        self.box.blockSignals(True)
        self.box.clear()
        self.box.addItem(tr("常用筛选"))
        for row in rows:
            self.box.addItem(tr("{name}（默认）", name=row.name) if row.is_default else row.name)
        ids = [row.filter_id for row in rows]
        self.box.setCurrentIndex(ids.index(wanted) + 1 if wanted in ids else 0)
        self.box.blockSignals(False)
        self._open_default()
        self._show()

    def _open_default(self) -> None:
        if self._is_opened:
            return
        self._is_opened = True
        for place, row in enumerate(self._rows, start=1):
            if row.is_default:
                self.box.setCurrentIndex(place)
                self.chosen.emit(row.body)

    def _show(self) -> None:
        """What can be done with one stands there only while one is chosen."""
        row = self.current()
        for part in (self.default, self.up, self.down, self.rename, self.remove):
            part.setVisible(row is not None)
        self.default.setChecked(row is not None and row.is_default)
        self.box.setVisible(bool(self._rows))
        self.keep.setVisible(row is not None or any(self._body().values()))

    def follow(self) -> None:
        """The filter was changed: only what narrows something is worth a name."""
        self._show()

    def _on_chosen(self, _place: int) -> None:
        row = self.current()
        self._show()
        if row is not None:
            self.chosen.emit(row.body)

    def _on_keep(self) -> None:
        self._ask_name(is_renaming=False)

    def _on_rename(self) -> None:
        self._ask_name(is_renaming=True)

    def _ask_name(self, *, is_renaming: bool) -> None:
        self._is_renaming = is_renaming
        self.said.hide()
        row = self.current()
        self.name.setText(row.name if row is not None else "")
        self.name.show()
        self.name.selectAll()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_named(self) -> None:
        row, name = self.current(), self.name.text()
        work: Callable[..., Any] = partial(save_filter, name=name, body=self._body())
        if self._is_renaming and row is not None:
            work = partial(rename_filter, filter_id=row.filter_id, name=name)
        self._write(work, on_done=self._on_saved)

    def _on_saved(self, _filter_id: object) -> None:
        self.name.hide()
        self.said.hide()
        self.load()
        self.keep.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_default(self, is_on: bool) -> None:
        row = self.current()
        if row is not None:
            wanted = row.filter_id if is_on else ""
            self._write(partial(set_default_filter, filter_id=wanted))

    def _move(self, by: int) -> None:
        row = self.current()
        if row is not None:
            self._write(partial(move_filter, filter_id=row.filter_id, by=by))

    def _on_remove(self) -> None:
        row = self.current()
        if row is not None:
            self.said.setText(tr("已删除“{name}”。", name=row.name))
            work = partial(remove_filter, filter_id=row.filter_id)
            self._write(work, on_done=self._on_removed)

    def _on_removed(self, removed: object) -> None:
        self._removed = removed
        self.said.setVisible(removed is not None)
        self.restore.setVisible(removed is not None)
        self.load()
        self.restore.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_restore(self) -> None:
        self.said.hide()
        self.restore.hide()
        work = partial(
            restore_filter, self._context.store, self._context.actor, removed=self._removed
        )
        self._context.runner.write(work, on_done=self._on_written)

    def _write(
        self, work: Callable[..., Any], *, on_done: Callable[[Any], None] | None = None
    ) -> None:
        bound = partial(work, self._context.store, self._context.actor, page=self._page)
        self._context.runner.write(
            bound, on_done=on_done or self._on_written, on_failed=self._on_failed
        )

    def _on_written(self, _nothing: object) -> None:
        self.load()

    def _on_failed(self, error: UserFacingError) -> None:
        """What was typed stays."""
        self.said.setText(error_sentence(error))
        self.said.show()


def _button(words: str, said: str) -> QPushButton:
    button = QPushButton(words)
    button.setAccessibleName(said)
    button.setToolTip(said)
    return button
