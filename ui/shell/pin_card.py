"""Changing one's own PIN: the one now, a new one, the new one once more.

What is typed here leaves the fields as soon as the card is out of sight: a locked screen or
another page must not keep half a PIN for whoever sits down next.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from app.accounts.actions import change_pin
from app.accounts.session import Actor
from app.errors import ErrorCode, UserFacingError
from app.store import Store
from i18n.text import tr
from ui.theme import set_style_property
from ui.widgets.cards import Card
from ui.widgets.forms import KEEPS_ENTER, FormField, FormPanel
from ui.widgets.labels import text_label
from ui.widgets.pin_field import pin_field
from ui.wording import error_sentence
from ui.work.runner import Runner


class PinCard(Card):
    """`pin_changed` after the new PIN is written; `line` says what came of it."""

    pin_changed = Signal()

    def __init__(
        self, store: Store, actor: Actor, runner: Runner, parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("换 PIN 码"), parent=parent)
        self._store = store
        self._actor = actor
        self._runner = runner
        self._is_saving = False
        self.old = pin_field(tr("现在的 PIN 码"))
        self.new = pin_field(tr("新的 PIN 码，六位数字"))
        self.again = pin_field(tr("再输一次新的 PIN 码"))
        self.button = QPushButton(tr("换 PIN 码"))
        self._line = text_label("", "error", wraps=True)
        self._form = FormPanel()
        self._build()
        self._form.saved.connect(self._save)
        self._form.edited.connect(self._on_edited)
        self.again.returnPressed.connect(self._save)
        self.button.clicked.connect(self._save)

    @property
    def line(self) -> str:
        return self._line.text()

    def hideEvent(self, event: QHideEvent) -> None:
        """Not for a window that was only made small: there the person comes back to it."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._clear()
            self._say("")

    def _build(self) -> None:
        self._form.add_row(
            FormField(tr("现在的"), self.old),
            FormField(tr("新的"), self.new),
            FormField(tr("再输一次"), self.again),
        )
        self.again.setProperty(KEEPS_ENTER, True)  # the last: its Enter saves
        self.button.setProperty("role", "primary")
        self.button.setAccessibleName(tr("换 PIN 码"))
        self.add(self._form)
        self._line.hide()
        self.add(self._line)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self.button)
        self.body.addLayout(row)
        self.setFocusProxy(self.old)

    def _save(self) -> None:
        if self._is_saving or not self._is_worth_trying():
            return
        self._is_saving = True
        self._say("")
        change = partial(
            change_pin, self._store, self._actor, old=self.old.text(), new=self.new.text()
        )
        self._runner.write(change, on_done=self._on_changed, on_failed=self._on_refused)

    def _is_worth_trying(self) -> bool:
        """What the card sees by itself; an empty field must not count as a wrong try."""
        old, new, again = (field.text() for field in self._fields())
        if not old:
            self._refuse(self.old, tr("请先输入现在的 PIN 码。"))
        elif new != again:
            self._clear(self.again)
            self._refuse(self.again, tr("两次输入的新 PIN 码不一样，还没有换。请再输一次。"))
        elif new == old:
            self._refuse(self.new, tr("新的 PIN 码和现在的一样，还没有换。请换一个。"))
        else:
            return True
        return False

    def _on_changed(self, _changes: object) -> None:
        self._is_saving = False
        self._clear()
        self._say(tr("已换好，下次用新的 PIN 码登录。"), role="strong")
        self._place_cursor(self.old)
        self.pin_changed.emit()

    def _on_refused(self, error: UserFacingError) -> None:
        self._is_saving = False
        if error.code is ErrorCode.PIN_TOO_WEAK:
            self._clear(self.new, self.again)
            self._refuse(self.new, error_sentence(error))
        else:
            self._clear(self.old)
            self._refuse(self.old, error_sentence(error))

    def _refuse(self, field: QLineEdit, sentence: str) -> None:
        """The sentence under the fields, the cursor in the one it is about, which says it too."""
        self._say(sentence)
        field.setAccessibleDescription(sentence)
        set_style_property(field, "wrong", "true")
        self._place_cursor(field)

    def _say(self, sentence: str, *, role: str = "error") -> None:
        self._line.setText(sentence)
        set_style_property(self._line, "role", role)
        self._line.setVisible(bool(sentence))
        for field in self._fields():
            field.setAccessibleDescription("")
            set_style_property(field, "wrong", "false")

    def _on_edited(self) -> None:
        if self.line:
            self._say("")

    def _clear(self, *fields: QLineEdit) -> None:
        with self._form.filling():
            for field in fields or self._fields():
                field.clear()

    def _place_cursor(self, field: QLineEdit) -> None:
        if self.isVisible():
            field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fields(self) -> tuple[QLineEdit, QLineEdit, QLineEdit]:
        return self.old, self.new, self.again
