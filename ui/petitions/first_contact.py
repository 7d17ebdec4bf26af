"""Who met the people first and answers for the case; handed on by name, with the reason."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.errors import UserFacingError
from app.petitions.actions import hand_on_first_contact
from app.petitions.queries import PetitionView
from app.store import Changes
from i18n.text import tr
from ui.context import PageContext
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import calm_wheel
from ui.widgets.labels import text_label
from ui.wording import error_sentence
from ui.wording_petitions import contact_line, handed_on_note


class FirstContactBar(QWidget):
    """One line, and behind its button the person and the reason."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._view: PetitionView | None = None
        self.line = text_label("", wraps=True)
        self.begin = QPushButton(tr("交给别人"))
        self.person = QComboBox()
        self.why = QLineEdit()
        self.save = QPushButton(tr("交接"))
        self._fields = QWidget()
        self._build()
        self.begin.clicked.connect(self._on_begin)
        self.save.clicked.connect(self._on_save)
        self.why.returnPressed.connect(self._on_save)

    def show_view(self, view: PetitionView) -> None:
        is_other = self._view is None or self._view.case_id != view.case_id
        self._view = view
        self.line.setText(contact_line(view.first_contact, is_here=view.is_first_contact_here))
        self.begin.setText(tr("交给别人") if view.first_contact else tr("定下责任人"))
        self.begin.setAccessibleName(self.begin.text())
        others = [one for one in view.people if one[0] != view.first_contact_id]
        self.begin.setVisible(view.may_hand_on and bool(others))
        if is_other or not self._fields.isVisibleTo(self):
            self._fields.hide()
            self.person.clear()
            for account_id, name in others:
                self.person.addItem(name, account_id)

    def _on_begin(self) -> None:
        self._fields.setVisible(not self._fields.isVisibleTo(self))
        self.person.setFocus()

    def _on_save(self) -> None:
        view, account_id = self._view, self.person.currentData()
        if view is None or account_id is None:
            return
        why = self.why.text().strip()
        note = handed_on_note(view.first_contact, self.person.currentText(), why) if why else ""
        self._context.runner.write(
            partial(
                hand_on_first_contact,
                self._context.store,
                self._context.actor,
                case_id=view.case_id,
                to_account_id=account_id,
                note=note,
            ),
            on_done=self._on_saved,
            on_failed=self._on_failed,
        )

    def _on_saved(self, _changes: Changes) -> None:
        self.why.clear()
        self._fields.hide()
        self._context.notify(tr("首接责任人已经交接，案件经过里记着。"))
        self._context.wrote()

    def _on_failed(self, error: UserFacingError) -> None:
        self._context.notify(error_sentence(error))

    def _build(self) -> None:
        self.begin.setProperty("role", "quiet")
        self.person.setAccessibleName(tr("交给谁"))
        self.person.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        calm_wheel(self.person)
        self.why.setAccessibleName(tr("为什么交接"))
        self.why.setPlaceholderText(tr("为什么交接（必填）"))
        self.why.setMaxLength(500)
        for button in (self.begin, self.save):
            button.setAccessibleName(button.text())
            button.setAutoDefault(True)
        flow = FlowLayout(self._fields)
        for widget in (self.person, self.why, self.save):
            flow.addWidget(widget)
        self._fields.hide()
        head = QWidget()
        line = FlowLayout(head)
        line.addWidget(self.line)
        line.addWidget(self.begin)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(head)
        column.addWidget(self._fields)
