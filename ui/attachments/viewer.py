"""One attachment large, inside the program: pictures are looked at here, the rest is saved as.

The original is never written to the disk in the clear, unless a person saves it somewhere.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeySequence, QPixmap, QResizeEvent, QShortcut, QWheelEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QWidget,
)

from app.attachments.actions import original, save_original, want_original
from app.attachments.queries import AttachmentRow
from app.attachments.vocabulary import BlobState, MediaType
from app.errors import UserFacingError
from i18n.text import tr
from ui.attachments.player import STEP_S, Player
from ui.attachments.strip import AttachmentStrip
from ui.attachments.tiles import icon_name
from ui.context import PageContext
from ui.theme import icon, text_px
from ui.theme.iconset import icon_pixmap
from ui.theme.palette import MUTED_TEXT
from ui.widgets.cards import Card
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import ElidedLabel, StatePill, text_label
from ui.widgets.save_dialog import open_save_dialog
from ui.wording import error_sentence
from ui.wording_attachments import facts_line, original_sentence, original_word

_LARGEST = 8.0
_STEP = 1.25


class AttachmentViewer(Card):
    """Shows the attachments of a strip, one at a time. ``closed()`` when the person goes back.

    Left and right go on, plus and minus change the size, 0 fits, Ctrl+S saves, Delete takes out
    of sight, Escape closes.
    """

    closed = Signal()

    def __init__(
        self, context: PageContext, strip: AttachmentStrip, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent=parent)
        self._context = context
        self._strip = strip
        self._row: AttachmentRow | None = None
        self._shown_sha256 = ""
        self.name = ElidedLabel("", "sectionTitle")
        self.state = StatePill()
        self.facts = text_label("", "muted", wraps=True)
        self.sentence = text_label("", wraps=True)
        self.progress = QProgressBar()
        self.picture = PictureView()
        self.player = Player(context)
        self.back = QPushButton(icon("back"), tr("返回"))
        self.before = QPushButton(tr("上一个"))
        self.after = QPushButton(tr("下一个"))
        self.larger = QPushButton(tr("放大"))
        self.smaller = QPushButton(tr("缩小"))
        self.fit = QPushButton(tr("整张"))
        self.fetch = QPushButton(tr("取原件"))
        self.save = QPushButton(tr("另存为"))
        self.withdraw = QPushButton(tr("撤下"))
        self._build()
        self._connect()

    @property
    def attachment_id(self) -> str:
        return self._row.attachment_id if self._row else ""

    def open(self, attachment_id: str) -> None:
        """Show this one of the strip's."""
        row = self._find(attachment_id)
        if row is not None:
            self._show(row)
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _find(self, attachment_id: str) -> AttachmentRow | None:
        return next((row for row in self._strip.rows if row.attachment_id == attachment_id), None)

    # --- showing --------------------------------------------------------------------------------

    def _show(self, row: AttachmentRow) -> None:
        is_other = row.attachment_id != self.attachment_id
        self._row = row
        self.name.setText(row.name)
        self.state.set_state(*original_word(row))
        self.facts.setText(facts_line(row))
        self._show_buttons(row)
        is_moving = row.original is BlobState.ARRIVING
        self.progress.setVisible(is_moving)
        self.progress.setRange(0, max(1, row.size))
        self.progress.setValue(row.moved)
        if is_other:
            self._shown_sha256 = ""
            self._show_small(row)
        self._say(original_sentence(row))
        wanted = row.is_here and row.media_type.startswith("image/") and not row.is_withdrawn
        if wanted and self._shown_sha256 != row.sha256:
            work = partial(_picture, self._context, row.sha256)
            self._context.runner.read(work, on_done=self._on_picture, on_failed=self._on_failed)
        elif row.is_withdrawn:
            self._shown_sha256 = ""
            self._show_small(row)
            self._say(tr("已撤下，不再显示；记录还在，可以放回。"))
        elif row.is_here and not wanted and not self._is_sound(row):
            self._say(tr("这类文件不在这里打开，请另存以后再打开。"))
        self._show_player(row)

    def _show_player(self, row: AttachmentRow) -> None:
        is_playable = self._is_sound(row)
        self.player.setVisible(is_playable)
        if is_playable:
            self.player.open(row.sha256)
        else:
            self.player.leave()

    def _is_sound(self, row: AttachmentRow) -> bool:
        return row.is_here and not row.is_withdrawn and MediaType(row.media_type).is_audio

    def _show_small(self, row: AttachmentRow) -> None:
        """The thumbnail, or a sign for what has none."""
        small = QPixmap()
        if row.thumbnail is not None and not row.is_withdrawn:
            small.loadFromData(row.thumbnail)
        if small.isNull():
            small = icon_pixmap(icon_name(row), color=MUTED_TEXT, size=text_px(64), ratio=2)
            self.picture.show_picture(small, may_grow=False)
        else:
            self.picture.show_picture(small, may_grow=True)

    def _show_buttons(self, row: AttachmentRow) -> None:
        rows = self._strip.rows
        place = [one.attachment_id for one in rows].index(row.attachment_id)
        self.before.setEnabled(place > 0)
        self.after.setEnabled(place < len(rows) - 1)
        is_picture = row.media_type.startswith("image/")
        for button in (self.larger, self.smaller, self.fit):
            button.setVisible(is_picture)
        is_away = row.original in (BlobState.NOT_HERE, BlobState.WANTED)
        self.fetch.setVisible(is_away and not row.is_withdrawn)
        self.save.setVisible(row.is_here and not row.is_withdrawn)
        self.withdraw.setVisible(self._strip.may_withdraw())
        self.withdraw.setText(tr("放回") if row.is_withdrawn else tr("撤下"))
        self.withdraw.setAccessibleName(self.withdraw.text())

    def _say(self, sentence: str) -> None:
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence))

    def _on_picture(self, answer: tuple[str, QImage]) -> None:
        sha256, image = answer
        if self._row is None or sha256 != self._row.sha256 or self._row.is_withdrawn:
            return
        if image.isNull():
            self._say(tr("这张图本机显示不了，请另存以后再打开。"))
            return
        self._shown_sha256 = sha256
        self.picture.show_picture(QPixmap.fromImage(image), may_grow=False)

    def _on_loaded(self) -> None:
        """The strip has read again: the same attachment with another state."""
        if self._row is None:
            return
        row = self._find(self._row.attachment_id)
        if row is None:
            self._row = None
            if self.isVisible():
                self.closed.emit()
        elif self.isVisible():
            self._show(row)

    # --- doing ----------------------------------------------------------------------------------

    def _step(self, by: int) -> None:
        ids = [row.attachment_id for row in self._strip.rows]
        if self.attachment_id in ids:
            place = ids.index(self.attachment_id) + by
            if 0 <= place < len(ids):
                self._show(self._strip.rows[place])

    def _on_before(self) -> None:
        self._step(-1)

    def _on_after(self) -> None:
        self._step(1)

    def _on_fetch(self) -> None:
        if self._row is not None:
            work = partial(
                want_original, self._context.store, attachment_id=self._row.attachment_id
            )
            self._context.runner.write(work, on_done=self._on_wanted, on_failed=self._on_failed)

    def _on_wanted(self, _is_new: bool) -> None:
        self._context.wrote()
        self._strip.load()

    def _on_save(self) -> None:
        if self._row is None or self.save.isHidden():
            return
        dialog = open_save_dialog(self, title=tr("另存为"), file_name=self._row.name)
        dialog.fileSelected.connect(self.save_to)

    def save_to(self, path: str) -> None:
        """Writes the original there."""
        if self._row is not None:
            work = partial(
                save_original,
                self._context.store,
                self._context.actor,
                sha256=self._row.sha256,
                target=Path(path),
            )
            self._context.runner.write(work, on_done=self._on_saved, on_failed=self._on_failed)

    def _on_saved(self, path: Path) -> None:
        self._context.notify(tr("已另存到 {path}。", path=str(path)))

    def _on_withdraw(self) -> None:
        if self._row is not None and not self.withdraw.isHidden():
            self._strip.withdraw(self._row.attachment_id)

    def _on_failed(self, error: UserFacingError) -> None:
        self._say(error_sentence(error))

    # --- building -------------------------------------------------------------------------------

    def _build(self) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("附件"))
        self.progress.setTextVisible(False)
        head = QHBoxLayout()
        head.addWidget(self.back)
        head.addWidget(self.name, 1)
        head.addWidget(self.state)
        under = QWidget()
        line = FlowLayout(under)
        for button, key in (
            (self.fetch, ""),
            (self.save, "Ctrl+S"),
            (self.before, "←"),
            (self.after, "→"),
            (self.larger, "+"),
            (self.smaller, "-"),
            (self.fit, "0"),
            (self.withdraw, "Delete"),
        ):
            button.setAccessibleName(button.text())
            button.setToolTip(key)
            line.addWidget(button)
        self.back.setProperty("role", "quiet")
        self.back.setToolTip("Esc")
        self.fetch.setProperty("role", "primary")
        column = self.body
        column.setContentsMargins(12, 8, 12, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.facts)
        column.addWidget(self.picture, 1)
        column.addWidget(self.player)
        column.addWidget(self.progress)
        column.addWidget(self.sentence)
        column.addWidget(under)

    def _connect(self) -> None:
        self._strip.loaded.connect(self._on_loaded)
        self.back.clicked.connect(self.closed)
        self.closed.connect(self.player.leave)
        self.player.failed.connect(self._say)
        self.before.clicked.connect(self._on_before)
        self.after.clicked.connect(self._on_after)
        self.larger.clicked.connect(self.picture.enlarge)
        self.smaller.clicked.connect(self.picture.reduce)
        self.fit.clicked.connect(self.picture.fit)
        self.fetch.clicked.connect(self._on_fetch)
        self.save.clicked.connect(self._on_save)
        self.withdraw.clicked.connect(self._on_withdraw)
        keys = {
            "Left": self._on_before,
            "Right": self._on_after,
            "+": self.picture.enlarge,
            "=": self.picture.enlarge,
            "-": self.picture.reduce,
            "0": self.picture.fit,
            "Ctrl+S": self._on_save,
            "Delete": self._on_withdraw,
            "Space": self.player.toggle,
            "Ctrl+Left": partial(self.player.step, -STEP_S),
            "Ctrl+Right": partial(self.player.step, STEP_S),
            "Escape": self.closed.emit,
        }
        for key, act in keys.items():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)


class PictureView(QScrollArea):
    """A picture, whole or enlarged; larger than the view it can be moved by the scroll bars."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pixmap = QPixmap()
        self._zoom: float | None = None
        """None fits the picture into the view."""
        self._may_grow = False
        self._label = QLabel()
        self._label.setScaledContents(True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(self._label)
        self.setMinimumHeight(text_px(80))

    @property
    def shown_size(self) -> QSize:
        """How large the picture is on the screen."""
        return self._label.size()

    def show_picture(self, pixmap: QPixmap, *, may_grow: bool) -> None:
        """``may_grow``: a thumbnail stands for its original, at the original's place."""
        self._pixmap, self._may_grow, self._zoom = pixmap, may_grow, None
        self._label.setPixmap(pixmap)
        self._arrange()

    def enlarge(self) -> None:
        self._set_zoom(self._factor() * _STEP)

    def reduce(self) -> None:
        self._set_zoom(self._factor() / _STEP)

    def fit(self) -> None:
        self._zoom = None
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
        elif event.angleDelta().y() > 0:
            self.enlarge()
        else:
            self.reduce()

    def _set_zoom(self, zoom: float) -> None:
        self._zoom = min(_LARGEST, max(self._fitting(), zoom))
        self._arrange()

    def _factor(self) -> float:
        return self._fitting() if self._zoom is None else self._zoom

    def _fitting(self) -> float:
        """What makes the whole picture seen; a small one is not blown up."""
        size = self._pixmap.deviceIndependentSize()
        if size.isEmpty():
            return 1.0
        room = self.maximumViewportSize()
        found = min(room.width() / size.width(), room.height() / size.height())
        return max(0.01, found if self._may_grow else min(1.0, found))

    def _arrange(self) -> None:
        size = self._pixmap.deviceIndependentSize() * self._factor()
        self._label.resize(size.toSize())


def _picture(context: PageContext, sha256: str) -> tuple[str, QImage]:
    """The original, decoded in the background; null while it is not here."""
    data = original(context.store, context.actor, sha256=sha256)
    return sha256, QImage() if data is None else QImage.fromData(data)
