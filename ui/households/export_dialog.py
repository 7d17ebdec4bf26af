"""The roster out to Excel: of the village or one micro-grid, numbers masked unless asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.accounts.vocabulary import Permission
from app.errors import UserFacingError
from app.exchange.roster_out import RosterOut, export_roster
from app.households.queries import MicroGridRow
from app.laptop import today_in_china
from app.organisations.rules import display_name
from i18n.text import tr
from ui.context import PageContext
from ui.households.record_form import combo
from ui.theme import text_px
from ui.widgets.forms import FormField, FormPanel, calm_wheel
from ui.widgets.labels import text_label
from ui.widgets.save_dialog import open_workbook_dialog
from ui.wording import error_sentence
from ui.wording_roster_out import out_file_name, out_words, written_sentence

REASON_LONGEST = 200


class RosterExportDialog(QDialog):
    """Choose what goes out; the file is written in the background, and the dialog closes then."""

    def __init__(
        self,
        context: PageContext,
        unit_id: str,
        grids: Sequence[MicroGridRow],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._unit_id = unit_id
        self._is_writing = False
        self.setWindowTitle(tr("导出花名册"))
        self.grid = combo()
        calm_wheel(self.grid)
        self.grid.addItem(tr("全村"), "")
        for row in grids:
            if row.id:
                self.grid.addItem(row.name, row.id)
        self.whole = QCheckBox(tr("写出完整的身份证号码和电话"))
        self.whole.setVisible(
            context.actor.reaches(Permission.SEE_IDENTITY_NUMBERS, unit_id=unit_id)
        )
        self.reason = QLineEdit()
        self.reason.setMaxLength(REASON_LONGEST)
        self.hint = text_label("", "muted", wraps=True)
        self.problem = text_label("", "error", wraps=True)
        self.problem.hide()
        self.export_button = QPushButton(tr("选择存到哪里…"))
        self.export_button.setProperty("role", "primary")
        self.leave_button = QPushButton(tr("取消"))
        self._build()
        self.whole.toggled.connect(self._on_whole_turned)
        self.export_button.clicked.connect(self.ask_where)
        self.leave_button.clicked.connect(self.reject)
        self._on_whole_turned(False)

    def ask_where(self) -> None:
        """Ask for the file, without a loop of its own."""
        if self._is_writing:
            return
        actor = self._context.actor
        village = display_name(actor.units[self._unit_id], actor.units)
        day = today_in_china(self._context.store.clock).isoformat()
        dialog = open_workbook_dialog(
            self, title=tr("导出花名册"), file_name=out_file_name(village, day)
        )
        dialog.fileSelected.connect(self._on_named)

    def export_to(self, path: Path) -> None:
        """Write the roster there."""
        self._set_writing(True)
        self.problem.hide()
        chosen = str(self.grid.currentData())
        work = partial(
            export_roster,
            self._context.store,
            self._context.actor,
            path,
            unit_id=self._unit_id,
            words=out_words(),
            micro_grid_ids=frozenset({chosen}) if chosen else None,
            is_whole=self.whole.isChecked(),
            reason=self.reason.text(),
        )
        self._context.runner.write(work, on_done=self._on_done, on_failed=self._on_failed)

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(10)
        form = FormPanel()
        form.add_widget(FormField(tr("哪些户"), self.grid))
        form.add_widget(self.whole)
        self.reason_field = FormField(tr("用来做什么（可以不写）"), self.reason)
        form.add_widget(self.reason_field)
        form.saved.connect(self.ask_where)
        layout.addWidget(form)
        layout.addWidget(self.hint)
        layout.addWidget(self.problem)
        row = QHBoxLayout()
        row.addWidget(self.leave_button)
        row.addStretch()
        row.addWidget(self.export_button)
        layout.addLayout(row)
        for button in (self.export_button, self.leave_button):
            button.setAccessibleName(button.text())
        self.setMinimumWidth(text_px(420))

    def _on_whole_turned(self, is_whole: bool) -> None:
        self.reason_field.setVisible(is_whole)
        self.hint.setText(
            tr("谁在什么时候导出了多少人的完整号码，会记下来。请妥善保管导出的文件。")
            if is_whole
            else tr("号码和电话中间几位用 * 代替。这样的表只供查看，不能再导入。")
        )
        self.adjustSize()

    def _set_writing(self, is_writing: bool) -> None:
        self._is_writing = is_writing
        self.export_button.setEnabled(not is_writing)
        self.export_button.setText(tr("正在导出…") if is_writing else tr("选择存到哪里…"))

    def _on_named(self, name: str) -> None:
        self.export_to(Path(name))

    def _on_done(self, out: RosterOut) -> None:
        self._set_writing(False)
        self._context.notify(written_sentence(out))
        self._context.wrote()
        self.accept()

    def _on_failed(self, error: UserFacingError) -> None:
        self._set_writing(False)
        self.problem.setText(error_sentence(error))
        self.problem.show()
