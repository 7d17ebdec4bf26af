"""Handing something over: to whom, why, and what will happen, all on one small sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.cases.finding import unit_fits
from app.errors import UserFacingError
from app.handovers.actions import hand_over
from app.handovers.queries import Standing, unit_name
from app.organisations.vocabulary import Unit
from app.store import Changes
from i18n.text import tr
from ui.cases.searching_picker import SearchingPicker
from ui.context import PageContext
from ui.theme import text_px
from ui.widgets.forms import FormField, FormPanel
from ui.widgets.hits import Hit
from ui.widgets.labels import text_label
from ui.wording import error_sentence
from ui.wording_handovers import confirmation, place_line, subject_word
from ui.wording_rules import name_of


@dataclass(frozen=True, slots=True)
class UnitHit:
    """A unit in the list under the field."""

    kind: str
    record_id: str
    title: str
    subtitle: str


class HandoverDialog(QDialog):
    """`asked(Changes)` when the county is asked; the dialog is closed then."""

    asked = Signal(object)

    def __init__(
        self, context: PageContext, standing: Standing, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._standing = standing
        self._is_saving = False
        self.setWindowTitle(tr("移交{what}", what=subject_word(standing.subject)))
        self.unit = SearchingPicker(
            name=tr("移交到哪个单位"),
            placeholder=tr("输入名称或拼音，按 ↓ 看全部"),
            runner=context.runner,
            search=partial(_hits, context, standing.targets),
        )
        self.note = QPlainTextEdit()
        self.note.setFixedHeight(text_px(64))
        self.note.setTabChangesFocus(True)
        self.note.setAccessibleName(tr("说明"))
        self.what = text_label(self._question(), wraps=True)
        self.problem = text_label("", "error", wraps=True)
        self.problem.hide()
        self.accept_button = QPushButton(tr("移交"))
        self.accept_button.setProperty("role", "primary")
        self.leave_button = QPushButton(tr("取消"))
        self._build()
        self.unit.picked.connect(self._on_picked)
        self.unit.cleared.connect(self._on_cleared)
        self.accept_button.clicked.connect(self._on_accept)
        self.leave_button.clicked.connect(self.reject)

    def _build(self) -> None:
        now = unit_name(self._context.actor, self._standing.unit_id)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(text_label(self._standing.title, "strong", wraps=True))
        layout.addWidget(
            text_label(place_line(self._standing.subject, unit=now), "muted", wraps=True)
        )
        form = FormPanel()
        form.add_widget(FormField(tr("移交到"), self.unit))
        form.add_widget(FormField(tr("说明（可以不写）"), self.note))
        form.saved.connect(self._on_accept)
        layout.addWidget(form)
        layout.addWidget(self.what)
        layout.addWidget(self.problem)
        row = QHBoxLayout()
        row.addWidget(self.leave_button)
        row.addStretch()
        row.addWidget(self.accept_button)
        layout.addLayout(row)
        for button in (self.accept_button, self.leave_button):
            button.setAccessibleName(button.text())
        self.accept_button.setEnabled(False)
        self.setMinimumWidth(text_px(420))
        self.unit.setFocus(Qt.FocusReason.OtherFocusReason)

    def propose(self, unit_id: str) -> None:
        """Begins with this unit, if it may be handed there."""
        unit = next((one for one in self._standing.targets if one.id == unit_id), None)
        if unit is not None:
            hit = _hit(self._context, unit)
            self.unit.set_value(hit)
            self._on_picked(hit)
            self.note.setFocus(Qt.FocusReason.OtherFocusReason)

    def _question(self) -> str:
        return tr("请选单位。县里确认以后才移交；在那以前，一切照旧。")

    def _on_picked(self, hit: Hit) -> None:
        words = confirmation(self._standing.subject, title=self._standing.title, to_unit=hit.title)
        self.what.setText(words)
        self.accept_button.setEnabled(True)
        self.accept_button.setDefault(True)

    def _on_cleared(self) -> None:
        self.what.setText(self._question())
        self.accept_button.setEnabled(False)

    def _on_accept(self) -> None:
        hit = self.unit.value()
        if hit is None or self._is_saving:
            return
        self._is_saving = True
        self._context.runner.write(
            partial(
                hand_over,
                self._context.store,
                self._context.actor,
                subject=self._standing.subject,
                subject_id=self._standing.subject_id,
                to_unit_id=hit.record_id,
                note=self.note.toPlainText(),
            ),
            on_done=self._on_done,
            on_failed=self._on_failed,
        )

    def _on_done(self, changes: Changes) -> None:
        self._is_saving = False
        self.accept()
        self.asked.emit(changes)

    def _on_failed(self, error: UserFacingError) -> None:
        self._is_saving = False
        self.problem.setText(error_sentence(error))
        self.problem.show()


def _hits(context: PageContext, units: Sequence[Unit], typed: str) -> list[UnitHit]:
    return [_hit(context, unit) for unit in units if unit_fits(unit, typed)]


def _hit(context: PageContext, unit: Unit) -> UnitHit:
    return UnitHit("unit", unit.id, unit_name(context.actor, unit.id), name_of(unit.kind))
