"""The inline form of one record of the register: drafts, keys, errors under their fields.

A form's content is a plain dict of texts, so that what is filled in, what goes to disk as a draft
and what is read back are one thing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol, runtime_checkable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.drafts import discard_draft, load_draft, save_draft
from app.errors import ErrorCode, UserFacingError
from app.store import Changes
from i18n.text import tr
from ui.context import PageContext
from ui.theme import text_px
from ui.widgets.cards import Card
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import ChoiceRow, FormField, FormPanel
from ui.widgets.labels import text_label
from ui.wording import error_sentence

WIDEST_PX = 820
"""A line of a form that is longer is hard to follow with the eye."""

Texts = dict[str, str]
Choices = Mapping[str, list[tuple[str, str]]]
"""For each combo: (key, words)."""


@dataclass(frozen=True)
class FormLoad:
    """What a form opens with; `texts` None when the record is gone."""

    texts: Texts | None
    choices: Choices = field(default_factory=dict)
    draft: Texts | None = None
    extra: object = None
    """What a form class needs besides its fields; see ``_take_extra``."""


@runtime_checkable
class TextHolder(Protocol):
    """An editor of several parts that keeps its content in one text."""

    def form_text(self) -> str: ...
    def set_form_text(self, text: str) -> None: ...


class FieldWrongError(Exception):
    """A text that cannot be read, before anything is written."""

    def __init__(self, field_key: str, sentence: str) -> None:
        super().__init__(field_key)
        self.field_key = field_key
        self.sentence = sentence


class RecordForm(Card):
    """`saved(Changes)` after a save, `closed` when the person leaves or has saved.

    A form class names its draft in FORM and gives `_load`, `_writer` and its fields.
    """

    saved = Signal(object)
    closed = Signal()
    next_asked = Signal()
    FORM = ""
    FIELD_OF_ERROR: Mapping[ErrorCode, str] = {}

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(" ", parent=parent)
        self._context = context
        self._fields: dict[str, FormField] = {}
        self._texts: Texts = {}
        self._draft_id: str | None = None
        self._wants_next = False
        self._first_field = ""
        self.panel = FormPanel()
        self._draft_bar = self._build_draft_bar()
        self.error = text_label("", "error", wraps=True)
        self.error.hide()
        self._build_fields()
        self._build_body()
        self.panel.saved.connect(self._on_save)
        self.panel.saved_and_next.connect(self._on_save_and_next)
        self.panel.draft_due.connect(self._on_draft_due)
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self.leave)

    # --- for the form classes ----------------------------------------

    def _build_fields(self) -> None:
        raise NotImplementedError

    def _load(self) -> FormLoad:
        """On the writer thread: opening a record to correct it is a look, and is written down."""
        raise NotImplementedError

    def _writer(self, texts: Texts) -> Callable[[], Changes]:
        """What saves these texts; raises FieldWrongError for what cannot be read."""
        raise NotImplementedError

    def _on_filled(self) -> None:
        """The fields were filled by the program."""

    def _take_extra(self, extra: object) -> None:
        """What `_load` brought along, before the fields are filled."""

    def _add(self, key: str, field_widget: FormField) -> FormField:
        self._fields[key] = field_widget
        return field_widget

    # --- opening and leaving ----------------------------------------

    def begin(self, draft_id: str) -> None:
        """Load and show; `draft_id` names the draft of this record."""
        self._draft_id = draft_id
        self._clear_errors()
        work = partial(self._load_with_draft, draft_id)
        self._context.runner.write(work, on_done=self._on_loaded)

    def begin_at(self, field: str) -> None:
        """The cursor goes there once the form is filled; a field it has not: to the first."""
        self._first_field = field

    def leave(self) -> None:
        """Close without saving; what was typed stays as a draft."""
        self.panel.flush_draft()
        self._draft_id = None
        self.closed.emit()

    def flush_draft(self) -> None:
        """The window closes or the screen locks: what was typed goes to disk now."""
        self.panel.flush_draft()

    @property
    def is_open(self) -> bool:
        return self._draft_id is not None

    def texts(self) -> Texts:
        """The fields as they stand."""
        return {key: text_of_editor(each.editor) for key, each in self._fields.items()}

    def editor(self, key: str) -> QWidget:
        return self._fields[key].editor

    def field(self, key: str) -> FormField:
        return self._fields[key]

    def _load_with_draft(self, draft_id: str) -> tuple[str, FormLoad]:
        loaded = self._load()
        draft = load_draft(
            self._context.store,
            form=self.FORM,
            record_id=draft_id,
            account_id=self._context.actor.account_id,
        )
        kept = {key: str(value) for key, value in draft.body.items()} if draft else None
        return draft_id, FormLoad(loaded.texts, loaded.choices, kept, loaded.extra)

    def _on_loaded(self, answer: tuple[str, FormLoad]) -> None:
        draft_id, loaded = answer
        if draft_id != self._draft_id:
            return
        if loaded.texts is None:
            self._show_error(UserFacingError(ErrorCode.ROSTER_CHANGED_MEANWHILE))
            return
        self._texts = loaded.texts
        with self.panel.filling():
            self._take_extra(loaded.extra)
            for key, choices in loaded.choices.items():
                set_choices(self.editor(key), choices)
            self._fill({**loaded.texts, **(loaded.draft or {})})
        self._draft_bar.setVisible(loaded.draft is not None)
        first = self._fields.get(self._first_field) or next(iter(self._fields.values()))
        self._first_field = ""
        first.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill(self, texts: Texts) -> None:
        for key, each in self._fields.items():
            fill_editor(each.editor, texts.get(key, ""))
        self._on_filled()

    # --- saving ----------------------------------------

    def _on_save(self) -> None:
        self._save(wants_next=False)

    def _on_save_and_next(self) -> None:
        self._save(wants_next=True)

    def _save(self, *, wants_next: bool) -> None:
        self._clear_errors()
        try:
            write = self._writer(self.texts())
        except FieldWrongError as wrong:
            self._fields[wrong.field_key].set_error(wrong.sentence)
            self.editor(wrong.field_key).setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._wants_next = wants_next
        self.panel.discard_draft_clock()
        self._save_button.setEnabled(False)
        work = partial(self._write_and_forget_draft, write, self._draft_id or "")
        self._context.runner.write(work, on_done=self._on_saved, on_failed=self._on_failed)

    def _write_and_forget_draft(self, write: Callable[[], Changes], draft_id: str) -> Changes:
        changes = write()
        account_id = self._context.actor.account_id
        discard_draft(
            self._context.store, form=self.FORM, record_id=draft_id, account_id=account_id
        )
        return changes

    def _on_saved(self, changes: Changes) -> None:
        self._save_button.setEnabled(True)
        self._draft_id = None
        self.saved.emit(changes)
        if self._wants_next:
            self.next_asked.emit()
        else:
            self.closed.emit()

    def _on_failed(self, error: UserFacingError) -> None:
        self._save_button.setEnabled(True)
        self._on_draft_due()
        self._show_error(error)

    def _show_error(self, error: UserFacingError) -> None:
        key = str(error.params.get("field", "")) or self.FIELD_OF_ERROR.get(error.code, "")
        if key in self._fields and not self._fields[key].isHidden():
            self._fields[key].set_error(error_sentence(error))
            self.editor(key).setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.error.setText(error_sentence(error))
        self.error.show()

    def _clear_errors(self) -> None:
        self.error.hide()
        for each in self._fields.values():
            each.set_error("")

    # --- drafts ----------------------------------------

    def _on_draft_due(self) -> None:
        if self._draft_id is None:
            return
        work = partial(
            save_draft,
            self._context.store,
            form=self.FORM,
            record_id=self._draft_id,
            account_id=self._context.actor.account_id,
            body=dict(self.texts()),
        )
        self._context.runner.write(work)

    def _on_discard_draft(self) -> None:
        self._draft_bar.hide()
        self.panel.discard_draft_clock()
        with self.panel.filling():
            self._fill(self._texts)
        work = partial(
            discard_draft,
            self._context.store,
            form=self.FORM,
            record_id=self._draft_id or "",
            account_id=self._context.actor.account_id,
        )
        self._context.runner.write(work)

    # --- building ----------------------------------------

    def _build_draft_bar(self) -> QFrame:
        bar = QFrame()
        bar.setProperty("role", "notice")
        bar.setProperty("tone", "info")
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 4, 8, 4)
        row.addWidget(text_label(tr("上次没有保存的内容已放回来。"), wraps=True), 1)
        self.discard_button = QPushButton(tr("丢弃"))
        self.discard_button.setAccessibleName(tr("丢弃上次没有保存的内容"))
        self.discard_button.clicked.connect(self._on_discard_draft)
        row.addWidget(self.discard_button)
        bar.hide()
        return bar

    def _build_body(self) -> None:
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 4, 6, 4)
        self.panel.setMaximumWidth(text_px(WIDEST_PX))
        line = QHBoxLayout()
        line.addWidget(self.panel, WIDEST_PX)  # all the room there is, up to its widest
        line.addStretch(1)
        column.addLayout(line)
        column.addStretch()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        area.setMinimumHeight(96)
        self._save_button = QPushButton(tr("保存 (Ctrl+Enter)"))
        self._save_button.setProperty("role", "primary")
        self._leave_button = QPushButton(tr("取消 (Esc)"))
        for button in (self._save_button, self._leave_button):
            button.setAccessibleName(button.text())
            button.setAutoDefault(True)  # Enter presses it
        self._save_button.clicked.connect(self._on_save)
        self._leave_button.clicked.connect(self.leave)
        row = QWidget()
        buttons = FlowLayout(row, spacing=8)
        buttons.addWidget(self._save_button)
        buttons.addWidget(self._leave_button)
        self.add(self._draft_bar)
        self.add(area, 1)
        self.add(self.error)
        self.add(row)


def combo(choices: list[tuple[str, str]] | None = None) -> QComboBox:
    """A drop-down whose items carry a key."""
    made = QComboBox()
    made.setMinimumContentsLength(6)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    set_choices(made, choices or [])
    return made


def set_choices(editor: QWidget, choices: list[tuple[str, str]]) -> None:
    """Other items for a combo."""
    if not isinstance(editor, QComboBox):
        raise TypeError("only a combo has choices")
    editor.clear()
    for key, words in choices:
        editor.addItem(words, key)


def text_of_editor(editor: QWidget) -> str:
    """What an editor of a form holds."""
    if isinstance(editor, QLineEdit):
        return editor.text()
    if isinstance(editor, QPlainTextEdit):
        return editor.toPlainText()
    if isinstance(editor, QComboBox):
        return str(editor.currentData() or "")
    if isinstance(editor, ChoiceRow):
        return editor.value()
    if isinstance(editor, TextHolder):
        return editor.form_text()
    raise TypeError(f"no text in a {type(editor).__name__}")


def fill_editor(editor: QWidget, value: str) -> None:
    """Puts it back."""
    if isinstance(editor, QLineEdit):
        editor.setText(value)
    elif isinstance(editor, QPlainTextEdit):
        editor.setPlainText(value)
    elif isinstance(editor, QComboBox):
        editor.setCurrentIndex(max(0, editor.findData(value)))
    elif isinstance(editor, ChoiceRow) and value:
        editor.set_value(value)
    elif isinstance(editor, TextHolder):
        editor.set_form_text(value)
