"""A list out to Excel: asks where to, writes in the background, says what was written."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QPushButton, QWidget

from app.errors import UserFacingError
from app.exchange.table_out import TableOut
from i18n.text import tr
from ui.context import PageContext
from ui.looks.noting import looked_first
from ui.theme import icon
from ui.widgets.save_dialog import open_workbook_dialog
from ui.wording import error_sentence
from ui.wording_tables import table_written


def excel_button(words: str, icon_name: str) -> QPushButton:
    """A button of a page's header."""
    button = QPushButton(icon(icon_name), words)
    button.setAccessibleName(words)
    return button


class ListOut(QWidget):
    """One for each page; `ask` for a file, and what is written there."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._work: Callable[[Path], TableOut] | None = None
        self._look: Callable[[], None] | None = None
        self.hide()

    def ask(
        self,
        file_name: str,
        work: Callable[[Path], TableOut],
        *,
        look: Callable[[], None] | None = None,
    ) -> None:
        """Ask where to, without a loop of its own; ``work`` writes, in the background.

        ``look`` is written down first, and without it no file is made.
        """
        self._work, self._look = work, look
        dialog = open_workbook_dialog(
            self.parentWidget(), title=tr("导出 Excel"), file_name=file_name
        )
        dialog.fileSelected.connect(self.write_to)

    def write_to(self, name: str) -> None:
        """Write what was asked for."""
        if self._work is None:
            return
        work = partial(self._work, Path(name))
        run = self._context.runner.read
        if self._look is not None:
            work, run = partial(looked_first, self._look, work), self._context.runner.write
        run(work, on_done=self._on_done, on_failed=self._on_failed)

    def _on_done(self, out: TableOut) -> None:
        self._context.notify(table_written(out.count, out.path.name))

    def _on_failed(self, error: UserFacingError) -> None:
        self._context.notify(error_sentence(error))
