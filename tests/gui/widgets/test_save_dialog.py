"""Where a file is saved: never in the program's own folder, next time where the last one went."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, QStandardPaths
from PySide6.QtWidgets import QWidget

from ui.shell.settings import Settings
from ui.widgets.save_dialog import SaveFolder, open_workbook_dialog, save_folder


def test_the_folder_chosen_last_is_offered_next(tmp_path: Path, monkeypatch) -> None:
    documents, stick = tmp_path / "documents", tmp_path / "stick"
    documents.mkdir()
    stick.mkdir()
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _kind: str(documents))
    settings = Settings(QSettings(str(tmp_path / "screen.ini"), QSettings.Format.IniFormat))
    folder = SaveFolder()
    folder.changed.connect(settings.set_save_folder)
    folder.start_from(settings.save_folder)
    assert folder.now() == documents
    folder.note_file(str(stick / "名单.xlsx"))
    after = SaveFolder()
    after.start_from(settings.save_folder)
    assert after.now() == stick
    stick.rmdir()
    assert after.now() == documents, "a stick that is gone is not offered"
    documents.rmdir()
    assert after.now() == Path.home()


@pytest.fixture
def start_folder(tmp_path: Path):
    save_folder.start_from(str(tmp_path))
    yield tmp_path
    save_folder.start_from("")


def test_a_dialog_opens_there_and_remembers(qtbot, start_folder: Path) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    dialog = open_workbook_dialog(owner, title="导出", file_name="名单.xlsx")
    assert Path(dialog.directory().absolutePath()) == start_folder
    elsewhere = start_folder / "elsewhere"
    elsewhere.mkdir()
    dialog.fileSelected.emit(str(elsewhere / "名单.xlsx"))
    assert save_folder.now() == elsewhere
    dialog.close()
