"""Where a file is saved: the person's Documents at first, then the folder chosen last.

Left to itself the dialog opens in the program's own working folder, where nobody finds the file
again. Every screen that writes a file asks here, so the folder chosen on one is offered on all.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from i18n.text import tr


class SaveFolder(QObject):
    """The folder offered next. The window keeps it for the next start by `changed(str)`."""

    changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._chosen: Path | None = None

    def start_from(self, folder: str) -> None:
        """What an earlier start of the program kept; empty for none."""
        self._chosen = Path(folder) if folder else None

    def now(self) -> Path:
        """The folder chosen last while it is there (a stick may be gone), else Documents."""
        if self._chosen is not None and self._chosen.is_dir():
            return self._chosen
        kind = QStandardPaths.StandardLocation.DocumentsLocation
        documents = Path(QStandardPaths.writableLocation(kind))
        return documents if documents.is_dir() else Path.home()

    def note_file(self, name: str) -> None:
        """A file was named in this folder."""
        folder = Path(name).parent
        if folder != self._chosen:
            self._chosen = folder
            self.changed.emit(str(folder))


save_folder = SaveFolder()


def _workbook_kind() -> str:
    """The filter of a dialog for a workbook."""
    return tr("Excel 工作簿 (*.xlsx)")


def open_save_dialog(
    owner: QWidget | None, *, title: str, file_name: str, kind: str = "", suffix: str = ""
) -> QFileDialog:
    """Shown already, without a loop of its own: connect to `fileSelected`. The dialog itself asks
    before a file of that name is replaced."""
    dialog = QFileDialog(owner, title, str(save_folder.now()))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    if kind:
        dialog.setNameFilters([kind])
    dialog.setDefaultSuffix(suffix.removeprefix("."))
    dialog.selectFile(file_name)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(save_folder.note_file)
    dialog.open()
    return dialog


def open_workbook_dialog(owner: QWidget | None, *, title: str, file_name: str) -> QFileDialog:
    """A dialog for a workbook, shown already."""
    return open_save_dialog(
        owner, title=title, file_name=file_name, kind=_workbook_kind(), suffix="xlsx"
    )


def ask_workbook(owner: QWidget, file_name: str) -> str:
    """Where a workbook goes, asked with a loop of its own; empty when nothing was chosen."""
    start = str(save_folder.now() / file_name)
    name = QFileDialog.getSaveFileName(owner, tr("导出到"), start, _workbook_kind())[0]
    if name:
        save_folder.note_file(name)
    return name
