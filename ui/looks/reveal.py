"""A masked number with 显示 beside it: shown for half a minute, and the look is written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.accounts.vocabulary import Permission
from app.errors import UserFacingError
from app.looks.actions import may_reveal, reveal
from app.looks.rules import SHOWN_SECONDS
from i18n.text import tr
from ui.context import PageContext
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import text_label
from ui.wording import error_sentence


@dataclass(frozen=True, slots=True)
class MaskedText:
    """A masked field of a record; ``word`` says what it is, ``masked`` is what is known of it."""

    word: str
    masked: str
    entity: str
    record_id: str
    field: str


@dataclass(frozen=True, slots=True)
class _Answer:
    asked: MaskedText
    value: str


class RevealLine(QWidget):
    """One masked text. Enter or a click on 显示 shows it whole, again or after a while hides it."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._text: MaskedText | None = None
        self._is_whole = False
        self.label = text_label("")
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.button = QPushButton(tr("显示"))
        self.button.setProperty("role", "link")
        self.button.setAutoDefault(True)  # Enter presses it
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(SHOWN_SECONDS * 1000)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.label)
        row.addWidget(self.button)
        self.button.clicked.connect(self._on_pressed)
        self.timer.timeout.connect(self.conceal)

    @property
    def is_whole(self) -> bool:
        """Whether the number stands there in full."""
        return self._is_whole

    def show_masked(self, text: MaskedText) -> None:
        """The same text again leaves a number that is shown as it is, until its time is over."""
        if text == self._text:
            return
        self._text = text
        self.button.setVisible(
            may_reveal(self._context.actor, entity=text.entity, field=text.field)
        )
        self.conceal()

    def conceal(self) -> None:
        """Back to what everybody may see."""
        self.timer.stop()
        self._is_whole = False
        if self._text is not None:
            self._say(self._text.masked, tr("显示"), tr("显示{word}", word=self._text.word))

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.conceal()  # also when the screen is locked

    def _say(self, number: str, button: str, name: str) -> None:
        words = tr("{word} {number}", word=self._text.word if self._text else "", number=number)
        self.label.setText(words)
        self.label.setAccessibleName(words)
        self.button.setText(button)
        self.button.setAccessibleName(name)

    def _on_pressed(self) -> None:
        if self._is_whole:
            self.conceal()
        elif self._text is not None:
            self.button.setEnabled(False)
            work = partial(_reveal, self._context, self._text)
            self._context.runner.write(work, on_done=self._on_shown, on_failed=self._on_failed)

    def _on_shown(self, answer: _Answer) -> None:
        self.button.setEnabled(True)
        self._context.wrote()
        if not self._is_still_asked(answer):
            return
        self._is_whole = True
        self._say(
            answer.value or answer.asked.masked,
            tr("隐藏"),
            tr("隐藏{word}", word=answer.asked.word),
        )
        self.timer.start()

    def _is_still_asked(self, answer: _Answer) -> bool:
        """Not when another person is shown by now, or nobody looks any more."""
        return answer.asked == self._text and self.isVisible()

    def _on_failed(self, error: UserFacingError) -> None:
        self.button.setEnabled(True)
        self._context.notify(error_sentence(error))


class RevealRow(QWidget):
    """The masked texts of one record side by side; hidden where there are none."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self.lines: list[RevealLine] = []
        self._flow = FlowLayout(self, spacing=16)
        self.hide()

    def show_texts(self, texts: Sequence[MaskedText]) -> None:
        """Those without a number are left out."""
        shown = [text for text in texts if text.masked]
        while len(self.lines) < len(shown):
            line = RevealLine(self._context, self)
            self.lines.append(line)
            self._flow.addWidget(line)
        for place, line in enumerate(self.lines):
            line.setVisible(place < len(shown))
            if place < len(shown):
                line.show_masked(shown[place])
        self.setVisible(bool(shown))


class LooksLink(QPushButton):
    """谁看过, beside a record, for those who may ask; leads to the list."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(tr("谁看过"), parent)
        self._context = context
        self._record_id = ""
        self.setProperty("role", "link")
        self.setAutoDefault(True)
        self.setAccessibleName(tr("谁看过这里的号码"))
        self.setVisible(context.actor.may(Permission.SEE_LOOKS))
        self.clicked.connect(self._on_pressed)

    def show_for(self, record_id: str) -> None:
        """The household, case or incident that is shown."""
        self._record_id = record_id

    def _on_pressed(self) -> None:
        self._context.open_record("looks_of", self._record_id)


def _reveal(context: PageContext, text: MaskedText) -> _Answer:
    value = reveal(
        context.store,
        context.actor,
        entity=text.entity,
        record_id=text.record_id,
        field=text.field,
    )
    return _Answer(text, value)
