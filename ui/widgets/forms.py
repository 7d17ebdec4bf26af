"""Forms for people who type all day: label over field, and the keys that carry them on.

Enter goes to the next field, Ctrl+Enter saves, Ctrl+Shift+Enter saves and starts the next. In a
text of several lines Enter is a new line and Tab goes on. The wheel scrolls the page and never
changes a field that has no focus.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from PySide6.QtCore import QDate, QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QButtonGroup,
    QComboBox,
    QDateEdit,
    QDateTimeEdit,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ui.theme import set_style_property
from ui.widgets.composing import CompositionWatch, is_composing
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import BilingualLabel, text_label

KEEPS_ENTER = "keepsEnter"
DRAFT_DELAY_MS = 1000
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_CHOICE_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: 1,
}
_WHEELED = (QComboBox, QAbstractSpinBox, QAbstractSlider)


class FormField(QWidget):
    """A label over its editor, a hint or an error under it.

    `term` is the label's own word for the Dong line when `label` is longer than the word.
    """

    def __init__(
        self,
        label: str,
        editor: QWidget,
        *,
        hint: str = "",
        term: str | None = None,
        is_required: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.editor = editor
        shown = f"{label} *" if is_required else label
        self.label = BilingualLabel(shown, term=term or label, role="fieldLabel")
        self.label.mandarin.setBuddy(editor)
        self._hint = hint
        self._line = text_label("", "muted", wraps=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.label)
        layout.addWidget(editor)
        layout.addWidget(self._line)
        layout.addStretch()
        _name_editor(editor, label)
        self.set_error("")

    @property
    def error(self) -> str:
        return self._line.text() if self._line.property("role") == "error" else ""

    def set_hint(self, hint: str) -> None:
        """Another hint, from now on."""
        self._hint = hint
        self.set_error(self.error)

    def set_error(self, sentence: str) -> None:
        """Show what is wrong under the field; an empty sentence brings the hint back."""
        self._line.setText(sentence or self._hint)
        set_style_property(self._line, "role", "error" if sentence else "muted")
        set_style_property(self.editor, "wrong", "true" if sentence else "false")
        self.editor.setAccessibleDescription(sentence or self._hint)
        self._line.setVisible(bool(sentence or self._hint))


class FormPanel(QWidget):
    """A column of fields with the keys and the draft clock of every form.

    `edited` after each change, `draft_due` one second after the last; `saved` and
    `saved_and_next` when the person asks to save (the owner checks and writes).
    """

    saved = Signal()
    saved_and_next = Signal()
    edited = Signal()
    draft_due = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields = QVBoxLayout(self)
        self.fields.setContentsMargins(0, 0, 0, 0)
        self.fields.setSpacing(12)
        self.fields.addStretch(1)
        self._is_filling = False
        self._keys = FormKeys(self)
        self._draft_timer = QTimer(self)
        self._draft_timer.setSingleShot(True)
        self._draft_timer.setInterval(DRAFT_DELAY_MS)
        self._draft_timer.timeout.connect(self.draft_due)
        self._keys.save_asked.connect(self.saved)
        self._keys.save_and_next_asked.connect(self.saved_and_next)
        self._keys.edited.connect(self._on_edited)

    def add_field(
        self,
        label: str,
        editor: QWidget,
        *,
        hint: str = "",
        term: str | None = None,
        is_required: bool = False,
    ) -> FormField:
        field = FormField(label, editor, hint=hint, term=term, is_required=is_required)
        self.add_widget(field)
        return field

    def add_row(self, *fields: FormField) -> QWidget:
        """Short fields side by side; returns their row."""
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        for field in fields:
            layout.addWidget(field, 1)
        self.add_widget(row)
        return row

    def watch(self, widget: QWidget) -> None:
        """Gives the keys to editors that were put into a widget of the form later."""
        self._keys.watch(widget)

    def add_widget(self, widget: QWidget) -> None:
        """Anything else of the form; its editors get the same keys."""
        self.fields.insertWidget(self.fields.count() - 1, widget)
        self._keys.watch(widget)

    def note_edit(self) -> None:
        """Something was changed that no field tells of."""
        self._on_edited()

    @contextmanager
    def filling(self) -> Iterator[None]:
        """While the program itself fills the fields, nothing counts as edited."""
        self._is_filling = True
        try:
            yield
        finally:
            self._is_filling = False

    def discard_draft_clock(self) -> None:
        """Forget a pending draft: the form was saved or left."""
        self._draft_timer.stop()

    def is_draft_pending(self) -> bool:
        return self._draft_timer.isActive()

    def flush_draft(self) -> None:
        """Emit a pending `draft_due` now: the window is closing or the screen is locked."""
        if self._draft_timer.isActive():
            self._draft_timer.stop()
            self.draft_due.emit()

    def _on_edited(self) -> None:
        if self._is_filling:
            return
        self._draft_timer.start()
        self.edited.emit()


class FormKeys(QObject):
    """The keys of forms, for any container: watches each editor found in the watched widgets."""

    save_asked = Signal()
    save_and_next_asked = Signal()
    edited = Signal()

    def __init__(self, form: QWidget) -> None:
        super().__init__(form)
        self._form = form
        self._composition = CompositionWatch(self)

    def watch(self, widget: QWidget) -> None:
        """Watch `widget` and its present children."""
        for each in [widget, *widget.findChildren(QWidget)]:
            if each.focusPolicy() == Qt.FocusPolicy.NoFocus or _is_inner_line_edit(each):
                continue
            each.installEventFilter(self)
            self._composition.watch(each)
            self._listen(each)
            if isinstance(each, QPlainTextEdit):
                each.setTabChangesFocus(True)
            if isinstance(each, _WHEELED):
                each.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel:
            return self._keeps_wheel_off(watched, event)
        if not isinstance(event, QKeyEvent) or event.key() not in _ENTER:
            return False
        if event.type() != QEvent.Type.KeyPress or is_composing(watched):
            return False
        return isinstance(watched, QWidget) and self._on_enter(watched, event)

    def _keeps_wheel_off(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, _WHEELED) and not watched.hasFocus():
            event.ignore()
            return True
        return False

    def _on_enter(self, widget: QWidget, event: QKeyEvent) -> bool:
        held = event.modifiers()
        if held & Qt.KeyboardModifier.ControlModifier:
            is_next = bool(held & Qt.KeyboardModifier.ShiftModifier)
            (self.save_and_next_asked if is_next else self.save_asked).emit()
            return True
        if widget.property(KEEPS_ENTER) or isinstance(widget, QPlainTextEdit):
            return False
        if isinstance(widget, QPushButton) and not widget.isCheckable():
            widget.click()
            return True
        self.focus_next(widget)
        return True

    def focus_next(self, widget: QWidget) -> None:
        """Move to the next field of the form in tab order; the last stays where it is.

        Buttons are passed by: Enter held down must never press one, least of all one that removes.
        """
        following = widget.nextInFocusChain()
        while following is not None and following is not widget:
            if self._form.isAncestorOf(following) and _is_field(following):
                if _comes_after(self._form, following, widget):
                    following.setFocus(Qt.FocusReason.TabFocusReason)
                    _bring_into_view(following)
                return
            following = following.nextInFocusChain()

    def _listen(self, editor: QWidget) -> None:
        if isinstance(editor, QLineEdit | QPlainTextEdit):
            editor.textChanged.connect(self._on_edited)
        elif isinstance(editor, QComboBox):
            editor.currentTextChanged.connect(self._on_edited)
        elif isinstance(editor, QDateTimeEdit):
            editor.dateTimeChanged.connect(self._on_edited)
        elif isinstance(editor, QSpinBox):
            editor.valueChanged.connect(self._on_edited)
        elif isinstance(editor, QAbstractButton) and editor.isCheckable():
            editor.toggled.connect(self._on_edited)

    def _on_edited(self, *_ignored: object) -> None:
        self.edited.emit()


class ChoiceRow(QWidget):
    """A few choices as buttons in a row: quicker than a drop-down, and no popup.

    One stop of the Tab key, at the choice made; the arrows choose. With `has_digits` so do the
    keys 1, 2, 3 …, which stand before the words; such choices are wrapped where room is short.
    """

    chosen = Signal(str)

    def __init__(
        self,
        choices: list[tuple[str, str]],
        parent: QWidget | None = None,
        *,
        has_digits: bool = False,
    ) -> None:
        """`choices` are (key, words)."""
        super().__init__(parent)
        self._has_digits = has_digits
        row = FlowLayout(self, spacing=6) if has_digits else QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons: dict[str, QPushButton] = {}
        for digit, (key, words) in enumerate(choices, start=1):
            button = QPushButton(f"{digit} {words}" if has_digits else words)
            button.setCheckable(True)
            button.setAccessibleName(words)
            button.setProperty("choiceKey", key)
            button.installEventFilter(self)
            self._group.addButton(button)
            self._buttons[key] = button
            row.addWidget(button)
        if isinstance(row, QHBoxLayout):
            row.addStretch()
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._group.buttonClicked.connect(self._on_clicked)
        self._group.buttonToggled.connect(self._keep_one_stop)
        self._keep_one_stop()

    def value(self) -> str:
        """The key chosen, or an empty string."""
        return next((key for key, each in self._buttons.items() if each.isChecked()), "")

    def set_words(self, choices: Sequence[tuple[str, str]]) -> None:
        """Call the choices otherwise; what was chosen stays."""
        for digit, (key, words) in enumerate(choices, start=1):
            self._buttons[key].setText(f"{digit} {words}" if self._has_digits else words)
            self._buttons[key].setAccessibleName(words)

    def set_value(self, key: str) -> None:
        """Make a choice; an empty key takes back the one that was made."""
        if key:
            self._buttons[key].setChecked(True)
            return
        self._group.setExclusive(False)
        for button in self._buttons.values():
            button.setChecked(False)
        self._group.setExclusive(True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if self._has_digits and self._takes_digit(event):
            return True
        step = _CHOICE_STEPS.get(Qt.Key(event.key()), 0)
        if not step or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        buttons = list(self._buttons.values())
        place = buttons.index(watched) + step  # type: ignore[arg-type]
        button = buttons[max(0, min(len(buttons) - 1, place))]
        button.setFocus(Qt.FocusReason.TabFocusReason)
        if not button.isChecked():
            button.click()
        return True

    def _takes_digit(self, event: QKeyEvent) -> bool:
        """1 for the first choice, on the keypad as well."""
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier or not event.text().isdigit():
            return False
        place = int(event.text()) - 1
        buttons = list(self._buttons.values())
        if not 0 <= place < len(buttons):
            return False
        buttons[place].setFocus(Qt.FocusReason.TabFocusReason)
        if not buttons[place].isChecked():
            buttons[place].click()
        return True

    def _on_clicked(self, button: QAbstractButton) -> None:
        self.chosen.emit(str(button.property("choiceKey")))

    def _keep_one_stop(self, *_ignored: object) -> None:
        stop = self._group.checkedButton() or next(iter(self._buttons.values()), None)
        for button in self._buttons.values():
            is_stop = button is stop
            policy = Qt.FocusPolicy.StrongFocus if is_stop else Qt.FocusPolicy.ClickFocus
            button.setFocusPolicy(policy)


def calm_wheel(widget: QWidget) -> None:
    """For combos and spins outside a form: the wheel passes them by unless they have focus."""
    keys = FormKeys(widget)
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    widget.installEventFilter(keys)
    if isinstance(widget, QAbstractSpinBox):
        indent_spin(widget)


def date_edit(day: date) -> QDateEdit:
    """A date as 2026-11-23, typed or stepped with the arrows; no popup."""
    field = QDateEdit(QDate(day.year, day.month, day.day))
    field.setDisplayFormat("yyyy-MM-dd")
    return field


def _bring_into_view(widget: QWidget) -> None:
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(widget)
        above = above.parentWidget()


def indent_spin(spin: QAbstractSpinBox) -> None:
    """The padding that a style sheet gives to line edits but not to the text of spin boxes."""
    spin.lineEdit().setTextMargins(8, 0, 0, 0)


def _name_editor(editor: QWidget, label: str) -> None:
    if isinstance(editor, QAbstractSpinBox):
        indent_spin(editor)
    if not editor.accessibleName():
        editor.setAccessibleName(label)


def _is_inner_line_edit(widget: QWidget) -> bool:
    return isinstance(widget, QLineEdit) and isinstance(
        widget.parentWidget(), QComboBox | QAbstractSpinBox
    )


def _takes_tab(widget: QWidget) -> bool:
    return (
        widget.isVisible()
        and widget.isEnabled()
        and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        and not _is_inner_line_edit(widget)
    )


def _is_field(widget: QWidget) -> bool:
    is_button = isinstance(widget, QPushButton) and not widget.isCheckable()
    return _takes_tab(widget) and not is_button


def _comes_after(form: QWidget, later: QWidget, earlier: QWidget) -> bool:
    """False when the focus chain has come round to the top of the form again.

    Side by side is one line, however the heights of the fields differ.
    """
    here = QRect(earlier.mapTo(form, QPoint(0, 0)), earlier.size())
    there = QRect(later.mapTo(form, QPoint(0, 0)), later.size())
    if there.top() > here.bottom() or there.bottom() < here.top():
        return there.top() > here.top()
    return there.left() > here.left()
