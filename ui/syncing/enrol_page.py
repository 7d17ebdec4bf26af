"""The first start of a laptop: the county's enrolment file makes it known."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QPushButton, QWidget

from app.errors import UserFacingError
from app.laptop import Laptop
from i18n.text import tr
from sync.client.identity import enrol, read_enrolment
from ui.theme import text_px
from ui.widgets.cards import Card
from ui.widgets.labels import text_label
from ui.work.runner import Runner


class EnrolPage(QWidget):
    """``enrolled`` once the county knows this laptop."""

    enrolled = Signal()

    def __init__(
        self,
        laptop: Laptop,
        runner: Runner,
        *,
        describe: Callable[[UserFacingError], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._laptop = laptop
        self._runner = runner
        self._describe = describe
        self.button = QPushButton(tr("选择开通文件"))
        self.problem = text_label("", "error", wraps=True)
        self._build()
        self.button.clicked.connect(self._choose)

    def use_file(self, path: Path) -> None:
        """Enrols with this file, off the main thread."""
        self.button.setEnabled(False)
        self.problem.hide()
        self.button.setText(tr("正在开通…"))
        self._runner.write(
            partial(_enrol, self._laptop, path), on_done=self._on_done, on_failed=self._on_failed
        )

    def _build(self) -> None:
        self.setProperty("role", "paper")
        self.setFocusProxy(self.button)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.button.setProperty("role", "primary")
        self.problem.hide()
        card = Card()
        card.setFixedWidth(text_px(440))
        card.body.setContentsMargins(24, 20, 24, 20)
        card.add(text_label(tr("开通这台电脑"), "hugeTitle"))
        card.add(
            text_label(
                tr(
                    "第一次使用，需要县里给的开通文件（一台电脑一份，只能用一次）。"
                    "开通时要联网一次，以后可以离线工作。"
                ),
                "muted",
                wraps=True,
            )
        )
        card.add(self.problem)
        card.add(self.button)
        outer = QGridLayout(self)
        outer.addWidget(card, 1, 1)
        for side in (0, 2):
            outer.setRowStretch(side, 1)
            outer.setColumnStretch(side, 1)

    def _choose(self) -> None:
        dialog = QFileDialog(self, tr("选择开通文件"))
        dialog.setNameFilters([tr("开通文件 (*.json)"), tr("所有文件 (*)")])
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._on_file_selected)
        dialog.open()

    def _on_file_selected(self, name: str) -> None:
        self.use_file(Path(name))

    def _on_done(self, _device: object) -> None:
        self.enrolled.emit()

    def _on_failed(self, error: UserFacingError) -> None:
        self.button.setEnabled(True)
        self.button.setText(tr("选择开通文件"))
        self.setFocus()
        self.problem.setText(self._describe(error))
        self.problem.show()


def _enrol(laptop: Laptop, path: Path) -> object:
    return enrol(laptop.store, laptop.keys, read_enrolment(path), secret_name=laptop.device_secret)
