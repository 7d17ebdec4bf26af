"""The row of attachments under a record: add by button, by pasting or by dropping, and open.

Knows nothing of what it hangs on; any page may have one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import QFileDialog, QGridLayout, QPushButton, QWidget

from app.attachments.actions import (
    NewFile,
    attach_files,
    put_back_attachment,
    withdraw_attachment,
)
from app.attachments.queries import AttachmentRow, attachments_of
from app.attachments.sound import speech_file
from app.attachments.vocabulary import Subject
from app.errors import UserFacingError
from app.store import Changes
from i18n.text import tr
from ui.attachments.preparing import prepare_files, prepare_image
from ui.attachments.recording_bar import RecordingBar
from ui.attachments.tiles import TileList
from ui.context import PageContext
from ui.theme import icon
from ui.theme.palette import BLUE
from ui.widgets.labels import ElidedLabel, text_label
from ui.wording import error_sentence
from ui.wording_attachments import strip_title
from ui.wording_time import long_moment

ATTACHED_ENTITIES = ("attachment", "attachment_withdrawal")
"""These are read by themselves: an original that is on its way speaks several times a minute."""

FILE_KINDS = "*.jpg *.jpeg *.png *.bmp *.gif *.pdf *.mp3 *.m4a *.wav *.ogg *.amr"


class AttachmentStrip(QWidget):
    """``opened(attachment_id)`` when one is to be shown large; ``loaded()`` when rows are new;
    ``recording_changed()`` when the bar of a recording comes or goes."""

    opened = Signal(str)
    loaded = Signal()
    recording_changed = Signal()

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._subject: Subject | None = None
        self._part_words = ""
        self._may_attach = False
        self._rows: tuple[AttachmentRow, ...] = ()
        self._wanted = ""
        self._is_recording = False
        self._recorded_for: Subject | None = None
        """The event that was chosen when somebody began to speak."""
        self._is_small = False
        self._is_low = False
        self.title = text_label(strip_title(0), "strong")
        self.add = QPushButton(icon("add", BLUE), tr("添加附件"))
        self.record = QPushButton(tr("录音"))
        self.recording = RecordingBar(context)
        self.look = QPushButton(tr("看附件"))
        self.all = QPushButton(tr("全部附件"))
        self.hint = ElidedLabel(tr("照片、PDF 或录音可以拖到这里，也可以粘贴"), "muted")
        self.part = ElidedLabel("", "muted")
        self.tiles = TileList()
        self.setAcceptDrops(True)
        self._build()
        self._connect()
        self._show_rows()

    # --- for the page ---------------------------------------------------------------------------

    @property
    def rows(self) -> tuple[AttachmentRow, ...]:
        """All of the subject, or those of one event while one is chosen."""
        subject = self._subject
        if subject is None or subject.part_id is None:
            return self._rows
        return tuple(row for row in self._rows if row.subject.part_id == subject.part_id)

    @property
    def all_rows(self) -> tuple[AttachmentRow, ...]:
        """All of the subject, whatever is chosen."""
        return self._rows

    def set_small(self, is_small: bool) -> None:
        """Only the title, while the page needs its room for something else."""
        self._is_small = is_small
        self._show_rows()

    def set_low(self, is_low: bool) -> None:
        """On a low screen a button stands for the tiles."""
        if is_low != self._is_low:
            self._is_low = is_low
            self._show_rows()

    def show_subject(self, entity: str, record_id: str, *, may_attach: bool) -> None:
        """What hangs on this record; ``may_attach`` as `app.attachments.actions` decides."""
        self._may_attach = may_attach
        if self._subject is None or self._subject[:2] != (entity, record_id):
            self._subject = Subject(entity, record_id)
            self._recorded_for = None
            self._rows = ()
        self.recording.show_record(record_id if may_attach else "")
        self.load()

    def show_part(self, part_id: str | None, words: str = "") -> None:
        """Only what hangs on one event of the record, and what is added hangs there; None: all."""
        if self._subject is not None:
            self._subject = self._subject._replace(part_id=part_id)
            self._part_words = words if part_id else ""
            self._show_rows()

    def load(self) -> None:
        """Reads again."""
        if self._subject is not None:
            work = partial(_read, self._context, self._subject.entity, self._subject.record_id)
            self._context.runner.read(work, on_done=self._on_read)

    def withdraw(self, attachment_id: str) -> None:
        """Out of sight; 撤销 brings it back."""
        row = next((one for one in self._rows if one.attachment_id == attachment_id), None)
        if row is None or not self._may_attach:
            return
        self._name = row.name
        act = put_back_attachment if row.is_withdrawn else withdraw_attachment
        self._context.runner.write(
            partial(act, self._context.store, self._context.actor, attachment_id=attachment_id),
            on_done=self._on_put_back if row.is_withdrawn else self._on_withdrawn,
            on_failed=self._on_failed,
        )

    def may_withdraw(self) -> bool:
        """Whether this person may take attachments out of sight here."""
        return self._may_attach

    # --- adding ---------------------------------------------------------------------------------

    @property
    def is_recording(self) -> bool:
        """Whether somebody's voice is being recorded: then the row stays in sight."""
        return self.recording.is_recording

    def flush_draft(self) -> None:
        """Before the screen locks or closes: what was recorded is kept."""
        self.recording.put_by()

    def take_focus(self, attachment_id: str) -> None:
        """Back from looking at this one."""
        self.tiles.choose(attachment_id)
        target = self.look if self._is_low else self.tiles
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def choose_files(self) -> None:
        """Ask for files, without a loop of its own."""
        kinds = tr("照片、PDF、录音 ({kinds})", kinds=FILE_KINDS)
        dialog = QFileDialog(self, tr("添加附件"), "", kinds)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self.attach_paths)
        dialog.open()

    def attach_paths(self, paths: list[str]) -> None:
        """Makes them ready in the background and hangs them all on the record, or none."""
        self._prepare(partial(prepare_files, [Path(path) for path in paths]))

    def attach_image(self, image: QImage) -> None:
        """A picture out of the clipboard."""
        self._prepare(partial(_prepare_pasted, image))

    def paste(self) -> bool:
        """What is in the clipboard; False when nothing of it can be attached."""
        return self._take(QGuiApplication.clipboard().mimeData())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_paste = event.matches(QKeySequence.StandardKey.Paste)
        if not (is_paste and self._may_attach and self.paste()):
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._may_attach and _has_something(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self._may_attach and self._take(event.mimeData()):
            event.acceptProposedAction()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.tiles.scheduleDelayedItemsLayout()

    def _take(self, mime: QMimeData | None) -> bool:
        if mime is None or self._subject is None:
            return False
        paths = [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]
        if paths:
            self.attach_paths(paths)
            return True
        image = QImage(mime.imageData()) if mime.hasImage() else QImage()
        if image.isNull():
            return False
        self.attach_image(image)
        return True

    def _prepare(self, work: partial[list[NewFile]]) -> None:
        """Whatever is shown by the time they are ready: they hang where they were added."""
        self.add.setDisabled(True)
        for_this = partial(_for_subject, self._subject, work)
        self._context.runner.read(for_this, on_done=self._on_prepared, on_failed=self._on_failed)

    def _on_prepared(self, answer: tuple[Subject | None, list[NewFile]]) -> None:
        subject, files = answer
        if subject is None or not files:
            self.add.setEnabled(True)
            return
        self._name = files[0].name if len(files) == 1 else ""
        self._count = len(files)
        self._context.runner.write(
            partial(
                attach_files,
                self._context.store,
                self._context.actor,
                subject=subject,
                files=files,
            ),
            on_done=self._on_attached,
            on_failed=self._on_failed,
        )

    def _on_attached(self, changes: Changes) -> None:
        self.add.setEnabled(True)
        self._forget_recording()
        self._wanted = next((one for _, one in changes.records), "")
        name, count = self._name, self._count
        self._say_done(
            changes,
            tr("已加上“{name}”。", name=name)
            if count == 1
            else tr("已加上 {count} 个附件。", count=count),
        )

    def _forget_recording(self) -> None:
        if self._is_recording:
            self._is_recording = False
            self.recording.forget()
            self._on_recording_closed()

    def _on_withdrawn(self, changes: Changes) -> None:
        self._say_done(changes, tr("已撤下“{name}”。", name=self._name))

    def _on_put_back(self, changes: Changes) -> None:
        self._say_done(changes, tr("已放回“{name}”。", name=self._name))

    def _say_done(self, changes: Changes, sentence: str) -> None:
        if changes.txn is not None:
            self._context.offer_undo(sentence, changes.txn)
        self._context.wrote()
        self.load()

    def _on_failed(self, error: UserFacingError) -> None:
        """A recording that could not be attached is kept and asked about again."""
        self.add.setEnabled(True)
        self.record.setEnabled(True)
        self._is_recording = False
        self._context.notify(error_sentence(error))
        self.load()

    # --- showing --------------------------------------------------------------------------------

    def _on_read(self, answer: tuple[str, tuple[AttachmentRow, ...]]) -> None:
        record_id, rows = answer
        if self._subject is None or record_id != self._subject.record_id:
            return
        self._rows = rows
        self._show_rows()
        if self._wanted:
            self.tiles.choose(self._wanted)
            self._wanted = ""
        self.loaded.emit()

    def _show_rows(self) -> None:
        rows = self.rows
        self.tiles.tiles.set_rows(rows)
        shown = [row for row in rows if not row.is_withdrawn]
        self.title.setText(strip_title(len(shown)))
        self.part.setText(self._part_words)
        self.part.setVisible(bool(self._part_words))
        self.all.setVisible(bool(self._part_words))
        self.tiles.setVisible(bool(rows) and not self._is_small and not self._is_low)
        self.look.setVisible(bool(rows) and not self._is_small and self._is_low)
        self.add.setVisible(self._may_attach)
        self.record.setVisible(self._may_attach)
        self.hint.setVisible(not rows and not self._part_words and self._may_attach)
        self.setVisible(bool(self._rows) or self._may_attach)

    def _build(self) -> None:
        for button in (self.look, self.add, self.all, self.record):
            button.setProperty("role", "quiet")
            button.setAccessibleName(button.text())
        self.add.setToolTip(tr("Ctrl+V 粘贴，或把文件拖到这里"))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(2)
        grid.addWidget(self.title, 0, 0)
        grid.addWidget(self.part, 0, 1)
        grid.addWidget(self.hint, 0, 2)
        grid.addWidget(self.all, 0, 3)
        grid.addWidget(self.look, 0, 4)
        grid.addWidget(self.add, 0, 5)
        grid.addWidget(self.record, 0, 6)
        grid.addWidget(self.recording, 1, 0, 1, 7)
        grid.addWidget(self.tiles, 2, 0, 1, 7)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)

    def _connect(self) -> None:
        self.add.clicked.connect(self.choose_files)
        self.record.clicked.connect(self._on_record)
        self.recording.recorded.connect(self._on_recorded)
        self.recording.closed.connect(self._on_recording_closed)
        self.all.clicked.connect(self._on_all)
        self.look.clicked.connect(self._on_look)
        self.tiles.opened.connect(self.opened)
        self.tiles.withdrawal_asked.connect(self.withdraw)

    def _on_record(self) -> None:
        self.record.setDisabled(True)
        self._recorded_for = self._subject
        self.recording.begin()
        self.recording_changed.emit()

    def _on_recorded(self, data: bytes) -> None:
        now = self._context.store.clock.now()
        name = tr("录音 {when}.ogg", when=long_moment(now).replace(":", "-"))
        self._is_recording = True
        subject = self._recorded_for or self._subject
        self._recorded_for = None
        self._on_prepared((subject, [speech_file(data, name=name, taken_at=now)]))

    def _on_recording_closed(self) -> None:
        self.record.setEnabled(True)
        self.record.setFocus(Qt.FocusReason.OtherFocusReason)
        self.recording_changed.emit()

    def _on_look(self) -> None:
        rows = self.rows
        if rows:
            self.opened.emit(rows[0].attachment_id)

    def _on_all(self) -> None:
        self.show_part(None)


def _read(
    context: PageContext, entity: str, record_id: str
) -> tuple[str, tuple[AttachmentRow, ...]]:
    found = attachments_of(context.store, context.actor, entity=entity, record_id=record_id)
    return record_id, found


def _for_subject(
    subject: Subject | None, work: Callable[[], list[NewFile]]
) -> tuple[Subject | None, list[NewFile]]:
    return subject, work()


def _prepare_pasted(image: QImage) -> list[NewFile]:
    return [prepare_image(image, tr("粘贴的图片.jpg"))]


def _has_something(mime: QMimeData) -> bool:
    return mime.hasImage() or any(url.isLocalFile() for url in mime.urls())
