"""Recording a voice under a record: a running clock, how loud it is, pause, stop or put away.

What was recorded is kept on the disk every half minute, encrypted with everything else; after a
power cut the next who opens the record is asked whether to attach it.
"""

from __future__ import annotations

import base64
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.attachments.sound import MAX_SECONDS
from app.drafts import SavedDraft
from app.errors import UserFacingError
from i18n.text import tr
from ui.cases.draft_bar import DraftBar
from ui.cases.draft_keeper import DraftKeeper
from ui.context import PageContext
from ui.sound.recorder import Recorder
from ui.theme import text_px
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import text_label
from ui.widgets.room import keep_room
from ui.wording import error_sentence
from ui.wording_attachments import recording_found, recording_line
from ui.wording_time import short_moment

RECORDING_FORM = "recording"
"""The name under which a recording that is not attached yet is kept."""
_LEVEL_WIDTH = 120
_HEARD = 0.01
"""Of full loudness; a room where nobody speaks is above it."""
_SILENT_S = 3.0


class RecordingBar(QFrame):
    """`recorded(bytes)` when there is something to attach; `closed()` when there is not."""

    recorded = Signal(bytes)
    closed = Signal()

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._drafts = DraftKeeper(context, RECORDING_FORM, self)
        self._found = b""
        self._record_id = ""
        self.recorder = Recorder(self)
        self.draft_bar = DraftBar()
        self.draft_bar.go_on.setText(tr("加为附件"))
        self.draft_bar.restore.setText(tr("还要这段录音"))
        self.draft_bar.discarded_words = tr("这段录音没有留下。")
        self.clock = text_label(recording_line(0, MAX_SECONDS))
        self.level = QProgressBar()
        self.level.setRange(0, 100)
        self.level.setTextVisible(False)
        self.level.setAccessibleName(tr("声音大小"))
        self.stop = QPushButton(tr("停止并保存 (Ctrl+Enter)"))
        self.pause = QPushButton(tr("暂停"))
        self.drop = QPushButton(tr("不要了 (Esc)"))
        self._panel = QFrame()
        self._heard_at = 0.0
        self._build()
        self._connect()

    @property
    def is_recording(self) -> bool:
        return self.recorder.is_running

    def show_record(self, record_id: str) -> None:
        """Another record: what is being recorded belongs to the one before and is kept there."""
        if record_id == self._record_id:
            return
        self.put_by()
        self._record_id = record_id
        self.draft_bar.hide()
        self._drafts.look(record_id)
        self._show_or_hide()

    def begin(self) -> None:
        """From now on; says why when it cannot be."""
        try:
            self.recorder.start()
        except UserFacingError as error:
            self._context.notify(error_sentence(error))
            self.closed.emit()
            return
        self.draft_bar.hide()
        self._panel.show()
        self._heard_at = 0.0
        self._name_pause()
        self._show_or_hide()
        self.stop.setFocus(Qt.FocusReason.OtherFocusReason)

    def put_by(self) -> None:
        """The screen locks, closes or goes on to another record: kept, to be asked about."""
        if self.is_recording:
            data, _seconds = self.recorder.stop()
            self._panel.hide()
            if data:
                self._keep(data)

    def forget(self) -> None:
        """It was attached: nothing is left to be asked about."""
        self._found = b""
        self._drafts.discard()
        self.draft_bar.hide()
        self._show_or_hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        is_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if self.is_recording and event.key() == Qt.Key.Key_Escape:
            self._on_drop()
        elif self.is_recording and is_enter and is_control:
            self._on_stop()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        self._panel.setProperty("role", "notice")
        self._panel.setProperty("tone", "neutral")
        self.level.setMinimumWidth(text_px(_LEVEL_WIDTH))
        self.stop.setProperty("role", "primary")
        for button in (self.stop, self.pause, self.drop):
            button.setAccessibleName(button.text())
            button.setAutoDefault(True)
        row = QWidget()
        keep_room(row)
        flow = FlowLayout(row)
        for widget in (self.clock, self.level, self.stop, self.pause, self.drop):
            flow.addWidget(widget)
        inside = QVBoxLayout(self._panel)
        inside.setContentsMargins(10, 6, 10, 6)
        inside.addWidget(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.draft_bar)
        column.addWidget(self._panel)
        self._panel.hide()
        self.hide()

    def _connect(self) -> None:
        self.recorder.heard.connect(self._on_heard)
        self.recorder.kept.connect(self._keep)
        self.recorder.ended.connect(self._on_stop)
        self.stop.clicked.connect(self._on_stop)
        self.pause.clicked.connect(self._on_pause)
        self.drop.clicked.connect(self._on_drop)
        self._drafts.looked.connect(self._on_looked)
        self.draft_bar.continued.connect(self._on_continued)
        self.draft_bar.discarded.connect(self._on_discarded)
        self.draft_bar.restored.connect(self._on_restored)

    def _show_or_hide(self) -> None:
        self.setHidden(self._panel.isHidden() and self.draft_bar.isHidden())

    def _on_heard(self, seconds: float, loudness: float) -> None:
        """Who speaks into a dead microphone is told before the talk is over."""
        if loudness >= _HEARD or seconds < self._heard_at:
            self._heard_at = seconds
        is_silent = seconds - self._heard_at > _SILENT_S
        self.clock.setText(
            recording_line(
                seconds, MAX_SECONDS, is_paused=self.recorder.is_paused, is_silent=is_silent
            )
        )
        self.level.setValue(round(100 * loudness**0.5))

    def _on_pause(self) -> None:
        if self.recorder.is_paused:
            try:
                self.recorder.go_on()
            except UserFacingError as error:
                self._context.notify(error_sentence(error))
        else:
            self.recorder.pause()
        self._name_pause()

    def _name_pause(self) -> None:
        self.pause.setText(tr("继续") if self.recorder.is_paused else tr("暂停"))
        self.pause.setAccessibleName(self.pause.text())

    def _on_stop(self) -> None:
        data, _seconds = self.recorder.stop()
        self._panel.hide()
        self._show_or_hide()
        if data:
            self._keep(data)  # until it is attached
            self.recorded.emit(data)
        else:
            self._context.notify(tr("什么也没有录到。请看麦克风有没有接好、有没有关掉。"))
            self.closed.emit()

    def _on_drop(self) -> None:
        """Put away; what was said can be had back at once."""
        self._found, _seconds = self.recorder.stop()
        self._panel.hide()
        self._drafts.discard()
        if self._found:
            self.draft_bar.say_discarded()
        self._show_or_hide()
        self.closed.emit()

    def _keep(self, data: bytes) -> None:
        self._found = data
        self._drafts.save({"sound": base64.b64encode(data).decode()})

    def _on_looked(self, found: SavedDraft | None) -> None:
        data = _sound_of(found.body) if found is not None else b""
        if found is None or not data or self.is_recording:
            return
        self._found = data
        self.draft_bar.ask(recording_found(short_moment(found.saved_at)), takes_focus=False)
        self._show_or_hide()

    def _on_continued(self) -> None:
        if self._found:
            self.recorded.emit(self._found)
        self._show_or_hide()

    def _on_discarded(self) -> None:
        self._drafts.discard()

    def _on_restored(self) -> None:
        self._on_continued()


def _sound_of(body: dict[str, Any]) -> bytes:
    try:
        return base64.b64decode(str(body.get("sound", "")), validate=True)
    except ValueError:
        return b""
