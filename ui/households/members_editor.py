"""The members of a household in the order they are typed: a line for each, and one more to go on.

Enter in the last field of a line begins the next; in the name of the empty last line it leads on.
"""

from __future__ import annotations

import json
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.households.vocabulary import Sex
from i18n.text import tr
from ui.households.person_fields import day_line, line, relation_choices
from ui.households.record_form import Texts, combo, fill_editor, text_of_editor
from ui.theme import icon
from ui.widgets.forms import KEEPS_ENTER

_SEXES = (Sex.UNKNOWN, Sex.MALE, Sex.FEMALE)
KEYS = ("name", "relation", "identity_number", "sex", "birth_date")


class MemberLine(QWidget):
    """One person; `done` after Enter in the last field, `passed` after Enter in an empty name."""

    done = Signal()
    passed = Signal()
    removed = Signal()

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = line("name")
        self.relation = combo(relation_choices())
        self.number = QLineEdit()
        self.number.setMaxLength(40)
        self.sex = combo([(each.value, each.chinese_name) for each in _SEXES])
        self.birth = day_line(tr("出生日期"))
        self.remove = QPushButton(icon("trash"), "")
        self.name.setPlaceholderText(tr("姓名"))
        self.number.setPlaceholderText(tr("身份证号码"))
        self._editors: dict[str, QWidget] = dict(
            zip(KEYS, (self.name, self.relation, self.number, self.sex, self.birth), strict=True)
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for editor, room in zip(self._editors.values(), (3, 3, 6, 2, 3), strict=True):
            row.addWidget(editor, room)
        row.addWidget(self.remove)
        self.set_place(number)
        self.birth.setProperty(KEEPS_ENTER, True)
        self.name.setProperty(KEEPS_ENTER, True)
        self.name.textChanged.connect(self._on_typed)
        self.number.textChanged.connect(self._on_typed)
        self.name.returnPressed.connect(self.passed)
        self.number.returnPressed.connect(self.done)
        self.birth.returnPressed.connect(self.done)
        self.remove.clicked.connect(self.removed)

    def set_place(self, number: int) -> None:
        """Counted from 1, for a screen reader."""
        words = (tr("姓名"), tr("与户主关系"), tr("身份证号码"), tr("性别"), tr("出生日期"))
        for editor, word in zip(self._editors.values(), words, strict=True):
            editor.setAccessibleName(tr("第 {n} 人的{word}", n=number, word=word))
        self.remove.setAccessibleName(tr("去掉第 {n} 人", n=number))

    def texts(self) -> Texts:
        return {key: text_of_editor(editor) for key, editor in self._editors.items()}

    def fill(self, texts: Texts) -> None:
        for key, editor in self._editors.items():
            fill_editor(editor, texts.get(key, ""))
        self._on_typed()

    def is_empty(self) -> bool:
        typed = self.texts()
        return not any(typed[key].strip() for key in ("name", "identity_number", "birth_date"))

    def _on_typed(self, _text: str = "") -> None:
        """The number decides sex and birthday, and is the last field then."""
        has_number = bool(self.number.text().strip())
        self.sex.setVisible(not has_number)
        self.birth.setVisible(not has_number)
        self.number.setProperty(KEEPS_ENTER, has_number)
        self.name.setProperty(KEEPS_ENTER, not self.name.text().strip())


class MembersEditor(QWidget):
    """`row_added(widget)` for the keys of the form, `changed` when a line goes, `passed` at the
    end."""

    row_added = Signal(object)
    changed = Signal()
    passed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[MemberLine] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._add()

    def lines(self) -> tuple[MemberLine, ...]:
        return tuple(self._lines)

    def members(self) -> list[Texts]:
        """Who was typed; lines without anything are none."""
        return [each.texts() for each in self._lines if not each.is_empty()]

    def line_of(self, member: int) -> MemberLine:
        """The line of a member, counted from 0 without the empty ones."""
        return [each for each in self._lines if not each.is_empty()][member]

    def form_text(self) -> str:
        members = self.members()
        return json.dumps(members, ensure_ascii=False) if members else ""

    def set_form_text(self, text: str) -> None:
        while self._lines:
            self._drop(self._lines[-1])
        for texts in json.loads(text) if text else []:
            self._add().fill(texts)
        self._add()

    def _add(self) -> MemberLine:
        made = MemberLine(len(self._lines) + 1)
        made.done.connect(partial(self._on_done, made))
        made.passed.connect(self.passed)
        made.removed.connect(partial(self._on_removed, made))
        self._lines.append(made)
        self._column.addWidget(made)
        self.setFocusProxy(self._lines[0].name)
        self.row_added.emit(made)
        return made

    def _drop(self, gone: MemberLine) -> None:
        self._lines.remove(gone)
        self._column.removeWidget(gone)
        gone.hide()
        gone.deleteLater()

    def _on_done(self, done: MemberLine) -> None:
        place = self._lines.index(done) + 1
        following = self._lines[place] if place < len(self._lines) else self._add()
        following.name.setFocus(Qt.FocusReason.TabFocusReason)

    def _on_removed(self, gone: MemberLine) -> None:
        place = self._lines.index(gone)
        self._drop(gone)
        if not self._lines or not self._lines[-1].is_empty():
            self._add()
        for number, each in enumerate(self._lines, start=1):
            each.set_place(number)
        self.setFocusProxy(self._lines[0].name)
        self._lines[min(place, len(self._lines) - 1)].name.setFocus()
        self.changed.emit()
