"""News that may wait but must be read: a bar above the page, never a dialog, never a timer."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from i18n.text import tr
from ui.theme import Tone, colors_of, set_style_property
from ui.theme.iconset import icon_pixmap
from ui.widgets.labels import text_label

_ICONS = {
    Tone.DANGER: "warning",
    Tone.WARN: "warning",
    Tone.OK: "check",
    Tone.INFO: "info",
    Tone.NEUTRAL: "info",
}


@dataclass(frozen=True)
class NoticeAction:
    """A button of the notice; pressing it also puts the notice away."""

    label: str
    chosen: Callable[[], object]
    key: QKeySequence.StandardKey | None = None
    """Pressed anywhere but in a text, it stands for the button."""


@dataclass(frozen=True)
class Notice:
    """One sentence and up to two buttons; 知道了 is added where one is free."""

    text: str
    tone: Tone = Tone.INFO
    actions: tuple[NoticeAction, ...] = ()


class NoticeBar(QFrame):
    """Shows notices one after another, each until it is read; hidden when there is none.

    What went wrong comes first, then what the person has just done and may still undo, the latest
    before the earlier; plain news waits. What is pushed aside comes back.
    """

    MAX_BUTTONS = 2
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[Notice] = deque()
        self._shown: Notice | None = None
        self._buttons: list[QPushButton] = []
        self.setProperty("role", "notice")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._sign = QLabel()
        self._text = text_label("", wraps=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 6, 8, 6)
        self._row.addWidget(self._sign)
        self._row.addWidget(self._text, 1)
        self.hide()

    @property
    def shown(self) -> Notice | None:
        return self._shown

    def show_notice(
        self, text: str, *, tone: Tone | str = Tone.INFO, actions: tuple[NoticeAction, ...] = ()
    ) -> None:
        """Show now, or after the notices not yet read; the same sentence is not queued twice, but
        its newer buttons take the place of the older."""
        if len(actions) > self.MAX_BUTTONS:
            raise ValueError("a notice has at most two buttons")
        notice = Notice(text, Tone(tone), actions)
        if self._is_known(text) and not actions:
            return
        self._forget(text)
        if self._shown is not None:
            self._waiting.appendleft(self._shown)
        later = (n for n, each in enumerate(self._waiting) if _goes_before(notice, each))
        self._waiting.insert(next(later, len(self._waiting)), notice)
        self._show_next()

    def dismiss(self) -> None:
        """Put the shown notice away and show the next."""
        self._shown = None
        self._show_next()
        self.dismissed.emit()

    def take_key(self, event: QKeyEvent) -> bool:
        """Presses the button this key stands for, if the notice shown has one."""
        actions = self._shown.actions if self._shown is not None else ()
        for action, button in zip(actions, self._buttons, strict=False):
            if action.key is not None and event.matches(action.key):
                button.click()
                return True
        return False

    def forget(self, text: str) -> None:
        """Put this sentence away unread: what it offers is no longer true."""
        was_shown = self._shown is not None and self._shown.text == text
        self._forget(text)
        if was_shown:
            self._show_next()

    def forget_offers(self) -> None:
        """Put away what offers to undo a step: another person did it. News and trouble stay."""
        self._waiting = deque(each for each in self._waiting if not _is_offer(each))
        if self._shown is not None and _is_offer(self._shown):
            self.dismiss()

    def _is_known(self, text: str) -> bool:
        known = [self._shown, *self._waiting]
        return any(each is not None and each.text == text for each in known)

    def _forget(self, text: str) -> None:
        self._waiting = deque(each for each in self._waiting if each.text != text)
        if self._shown is not None and self._shown.text == text:
            self._shown = None

    def _show_next(self) -> None:
        if not self._waiting:
            self.hide()
            return
        notice = self._waiting.popleft()
        if notice is self._shown:
            return
        self._shown = notice
        self._text.setText(notice.text)
        self._sign.setPixmap(
            icon_pixmap(_ICONS[notice.tone], color=colors_of(notice.tone).text, size=20, ratio=2)
        )
        self.setAccessibleName(notice.text)
        set_style_property(self, "tone", notice.tone.value)
        self._show_buttons(notice)
        self.show()

    def _show_buttons(self, notice: Notice) -> None:
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._buttons = [self._button(action) for action in notice.actions]
        if len(self._buttons) < self.MAX_BUTTONS:
            self._buttons.append(self._button(NoticeAction(tr("知道了"), _nothing)))
        for button in self._buttons:
            self._row.addWidget(button)
            button.show()

    def _button(self, action: NoticeAction) -> QPushButton:
        button = QPushButton(action.label)
        button.setAccessibleName(action.label)
        if action.key is not None:
            button.setToolTip(QKeySequence(action.key).toString())
        chosen = action.chosen

        def on_clicked() -> None:
            self.dismiss()
            chosen()

        button.clicked.connect(on_clicked)
        return button


def _is_offer(notice: Notice) -> bool:
    return bool(notice.actions) and notice.tone is not Tone.DANGER


def _goes_before(new: Notice, other: Notice) -> bool:
    if _weight(new) == _weight(other) == 1:
        return True
    return _weight(new) > _weight(other)


def _weight(notice: Notice) -> int:
    if notice.tone is Tone.DANGER:
        return 2
    return 1 if notice.actions or notice.tone is Tone.OK else 0


def _nothing() -> None:
    """What 知道了 does beyond putting the notice away."""
