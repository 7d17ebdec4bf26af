"""A list out to Excel: asks where to, writes in the background, says what was written."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QPushButton, QWidget

from app.errors import UserFacingError
from app.exchange.table_out import TableOut
from app.laptop import today_in_china
from i18n.text import tr
from ui.context import PageContext
from ui.theme import icon
from ui.widgets.paper import day_words
from ui.widgets.save_dialog import open_workbook_dialog
from ui.wording import error_sentence
from ui.wording_tables import table_written
from ui.work.runner import Lane


def excel_button(words: str, icon_name: str) -> QPushButton:
    """A button of a page's header."""
    button = QPushButton(icon(icon_name), words)
    button.setAccessibleName(words)
    return button


def sheet_title(context: PageContext, title: str, *, names_unit: bool = True) -> str:
    """The first line of a sheet: what it is, of whom unless ``title`` says so, as of which day."""
    unit = context.actor.units.get(context.actor.unit_id)
    day = day_words(today_in_china(context.store.clock))
    if unit is None or not names_unit:
        return tr("{title}　{day}", title=title, day=day)
    return tr("{title}　{unit}　{day}", title=title, unit=unit.name, day=day)


class ListOut(QWidget):
    """One for each page; `ask` for a file, and what is written there. Its button says that it is
    under way: a whole county takes minutes, and everything else goes on beside it."""

    def __init__(self, context: PageContext, parent: QWidget, button: QPushButton) -> None:
        super().__init__(parent)
        self._context = context
        self._button, self._words = button, button.text()
        self._work: Callable[[Path], TableOut] | None = None
        self._look: Callable[[], None] | None = None
        self._path: Path | None = None
        self.hide()

    @property
    def is_busy(self) -> bool:
        """Whether a file is being written."""
        return self._path is not None

    def ask(
        self,
        file_name: str,
        work: Callable[[Path], TableOut],
        *,
        look: Callable[[], None] | None = None,
    ) -> None:
        """Ask where to, without a loop of its own; ``work`` writes, in the background.

        ``look`` is written down first, and without it no file is made. While one is written no
        other is asked for.
        """
        if self.is_busy:
            return
        self._work, self._look = work, look
        dialog = open_workbook_dialog(
            self.parentWidget(), title=tr("导出 Excel"), file_name=file_name
        )
        dialog.fileSelected.connect(self.write_to)

    def write_to(self, name: str) -> None:
        """Write what was asked for."""
        if self._work is None or self.is_busy:
            return
        self._path = Path(name)
        self._button.setText(tr("正在导出…"))
        if self._look is None:
            self._write()
        else:
            self._context.runner.write(
                self._look, on_done=self._on_looked, on_failed=self._on_failed
            )

    def _on_looked(self, _nothing: object) -> None:
        self._write()

    def _write(self) -> None:
        if self._work is not None and self._path is not None:
            work = partial(self._work, self._path)
            self._context.runner.run(
                work, on_done=self._on_done, on_failed=self._on_failed, lane=Lane.OUT
            )

    def _on_done(self, out: TableOut) -> None:
        self._end(table_written(out.count, out.path.name))

    def _on_failed(self, error: UserFacingError) -> None:
        self._end(error_sentence(error))

    def _end(self, sentence: str) -> None:
        self._path = None
        self._button.setText(self._words)
        self._context.notify(sentence)
