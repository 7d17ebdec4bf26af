"""When the laptop's file does not open: what happened, and the way back to a copy."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.errors import UserFacingError
from app.laptop import BackupFile, copies_of, put_back
from i18n.text import tr
from ui.theme import set_style_property
from ui.widgets.cards import Card
from ui.widgets.labels import text_label
from ui.widgets.record_table import RecordTable
from ui.widgets.rows_model import Column, RowsModel
from ui.wording import error_sentence
from ui.wording_time import long_moment


class RecoveryPage(QWidget):
    """A window of its own: the ordinary one needs an open file.

    Without `has_way_back` it only says what is wrong: a copy helps against damage, not against a
    missing key or an old program.
    """

    def __init__(self, folder: Path, sentence: str, *, has_way_back: bool = True) -> None:
        super().__init__()
        self._has_way_back = has_way_back
        self._folder = folder
        self._model: RowsModel[BackupFile] = RowsModel(
            [
                Column(tr("备份时间"), lambda copy: long_moment(copy.made_at)),
                Column(
                    tr("大小"), lambda copy: f"{copy.size // 1024:,} KB", is_right=True, width=120
                ),
            ],
            key=lambda copy: str(copy.path),
        )
        self.table = RecordTable(self._model, name=tr("备份"), empty=tr("本机没有备份。"))
        self.button = QPushButton(tr("退回到选中的备份"))
        self.said = text_label(sentence, "error", wraps=True)
        self.close_button = QPushButton(tr("关闭"))
        self.setWindowTitle(tr("鼓楼"))
        self.resize(640, 430)
        self._build()
        self.button.clicked.connect(self._on_restore)
        self.close_button.clicked.connect(self.close)

    def _build(self) -> None:
        self.setProperty("role", "paper")
        copies = tuple(copies_of(self._folder))
        self._model.set_rows(copies)
        self.button.setEnabled(bool(copies))
        self.button.setProperty("role", "primary")
        if copies:
            self.table.choose_position(0)
        card = Card()
        card.add(self.said)
        kept = text_label(
            tr("退回时，现在的文件会留在备份文件夹里，不会被覆盖。"), "muted", wraps=True
        )
        for part in (kept, self.table):
            card.add(part)
            part.setVisible(self._has_way_back)
        self.button.setVisible(self._has_way_back)
        card.body.addStretch(0 if self._has_way_back else 1)
        row = QHBoxLayout()
        row.addWidget(self.close_button)
        row.addStretch()
        row.addWidget(self.button)
        card.body.addLayout(row)
        layout = QVBoxLayout(self)
        layout.addWidget(card)

    def _on_restore(self) -> None:
        copy = self.table.current_row()
        if not isinstance(copy, BackupFile):
            return
        try:
            put_back(self._folder, copy)
        except UserFacingError as error:
            self.said.setText(error_sentence(error))
            return
        self.button.setEnabled(False)
        self.close_button.setFocus()
        set_style_property(self.said, "role", "strong")
        self.said.setText(
            tr(
                "已退回到 {time} 的备份。请关闭这个窗口，重新打开鼓楼。",
                time=long_moment(copy.made_at),
            )
        )
