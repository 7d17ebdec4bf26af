"""Our own mistakes: written down whole, told in one sentence, never swallowed."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from i18n.text import tr
from ui.widgets.labels import text_label

LOG_MAX_BYTES = 2_000_000


@dataclass(frozen=True)
class CrashReport:
    """`summary` is the last line of the traceback; the log holds all of it."""

    summary: str
    details: str
    log_file: Path


class CrashHooks(QObject):
    """Catches what nobody caught, on any thread, in slots too."""

    _crashed = Signal(object)

    def __init__(self, log_file: Path, show: Callable[[CrashReport], None] | None) -> None:
        super().__init__()
        self._log_file = log_file
        self._show = show or self._show_dialog
        self._is_showing = False
        self._dialog: CrashDialog | None = None
        self._crashed.connect(self._on_crashed, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        sys.excepthook = self.on_exception
        threading.excepthook = self._on_thread_exception

    def on_exception(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        """Log and tell; Ctrl+C in a terminal still ends the program."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        sys.stderr.write(details)
        self._write_log(details)
        summary = traceback.format_exception_only(kind, error)[-1].strip()
        self._crashed.emit(CrashReport(summary, details, self._log_file))

    def _on_thread_exception(self, arguments: threading.ExceptHookArgs) -> None:
        error = arguments.exc_value
        if error is not None:
            self.on_exception(arguments.exc_type, error, arguments.exc_traceback)

    def _write_log(self, details: str) -> None:
        stamp = datetime.now().astimezone().isoformat(timespec="seconds")
        try:
            self._log_file.parent.mkdir(parents=True, exist_ok=True)
            if self._log_file.exists() and self._log_file.stat().st_size > LOG_MAX_BYTES:
                self._log_file.replace(self._log_file.with_suffix(".old.log"))
            with self._log_file.open("a", encoding="utf-8") as log:
                log.write(f"--- {stamp}\n{details}\n")
        except OSError as problem:  # a full disk must not hide the crash itself
            sys.stderr.write(f"no crash log: {problem}\n")

    def _on_crashed(self, report: CrashReport) -> None:
        if self._is_showing or self._dialog is not None:
            return  # one dialog at a time; the log has them all
        self._is_showing = True
        try:
            self._show(report)
        finally:
            self._is_showing = False

    def _show_dialog(self, report: CrashReport) -> None:
        """Without a loop of its own: whatever runs goes on behind it."""
        self._dialog = CrashDialog(report, QApplication.activeWindow())
        self._dialog.finished.connect(self._on_dialog_finished)
        self._dialog.open()

    def _on_dialog_finished(self, _result: int) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None


class CrashDialog(QDialog):
    """What happened, what was kept, what to do."""

    def __init__(self, report: CrashReport, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report = report
        self.setWindowTitle(tr("程序出错"))
        sentence = tr(
            "程序出了意外的错误，刚才这一步没有完成。此前保存的内容都在，没有受影响。"
            "请再试一次；还是这样的，请把下面这个文件交给县里的管理员："
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.addWidget(text_label(tr("程序出错"), "sectionTitle"))
        layout.addWidget(text_label(sentence, wraps=True))
        place = text_label(str(report.log_file), "muted", wraps=True)
        place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout.addWidget(place)
        details = QPlainTextEdit(report.details)
        details.setReadOnly(True)
        details.setAccessibleName(tr("错误的详细说明"))
        layout.addWidget(details, 1)
        layout.addLayout(self._buttons())
        self.resize(640, 380)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        copy = QPushButton(tr("复制说明"))
        go_on = QPushButton(tr("继续使用"))
        go_on.setProperty("role", "primary")
        go_on.setDefault(True)
        row.addStretch()
        row.addWidget(copy)
        row.addWidget(go_on)
        copy.clicked.connect(self._on_copy)
        go_on.clicked.connect(self.accept)
        return row

    def _on_copy(self) -> None:
        QApplication.clipboard().setText(self._report.details)


def install_crash_hooks(
    log_file: Path, show: Callable[[CrashReport], None] | None = None
) -> CrashHooks:
    """Install the hooks, before anything else is built, and keep the result alive.

    `show` replaces the dialog: a test lets it raise.
    """
    hooks = CrashHooks(log_file, show)
    hooks.install()
    return hooks
