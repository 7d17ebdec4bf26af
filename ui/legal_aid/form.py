"""The one form of legal aid: a need that was seen, or the next step of what was seen before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.cases.parties import PartyRow
from app.laptop import today_in_china
from app.legal_aid.actions import apply_for_aid, decide_aid, finish_aid, name_lawyer, see_need
from app.legal_aid.queries import LawyerRow
from app.legal_aid.vocabulary import LegalAidGround, LegalAidStep
from app.store import Changes
from i18n.text import tr
from ui.context import PageContext
from ui.theme import text_px
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import ChoiceRow, FormField, FormPanel, date_edit
from ui.widgets.labels import text_label
from ui.wording_legal_aid import day_word, ground_words, step_title

NEED = "need"
"""The form of a need that was seen; the others are called as their step."""
GRANTED, NOT_GRANTED = "granted", "not_granted"
_SHOWN = {
    NEED: ("party", "need", "ground", "day"),
    LegalAidStep.APPLY.value: ("day",),
    LegalAidStep.DECIDE.value: ("day", "granted", "note"),
    LegalAidStep.NAME.value: ("day", "lawyer", "name", "office", "ahead"),
    LegalAidStep.FINISH.value: ("day", "outcome"),
}


class AidForm(QWidget):
    """`asked_to_save`, `cancelled`; the owner writes what `action` gives it."""

    asked_to_save = Signal()
    cancelled = Signal()

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.step = NEED
        self.aid_id = ""
        self.title = text_label("", "sectionTitle", wraps=True)
        self.panel = FormPanel()
        self.party, self.ground, self.lawyer = QComboBox(), QComboBox(), QComboBox()
        self.need, self.note, self.outcome = QPlainTextEdit(), QPlainTextEdit(), QPlainTextEdit()
        self.day: QDateEdit = date_edit(today_in_china(context.store.clock))
        self.granted = ChoiceRow([(GRANTED, tr("给予")), (NOT_GRANTED, tr("不给予"))])
        self.name, self.office = QLineEdit(), QLineEdit()
        self.ahead = QCheckBox(tr("先行提供（来不及等决定）"))
        self.save = QPushButton(tr("保存 (Ctrl+Enter)"))
        self.cancel = QPushButton(tr("取消 (Esc)"))
        self.fields: dict[str, FormField] = {}
        self._build()

    def open(self, step: str, aid_id: str, *, is_decided: bool = True) -> None:
        """Empty fields of this step, the day today."""
        self.step, self.aid_id = step, aid_id
        self._show_fields(is_decided=is_decided)
        with self.panel.filling():
            for line in (self.need, self.note, self.outcome):
                line.setPlainText("")
            for text in (self.name, self.office):
                text.setText("")
            for combo in (self.party, self.ground, self.lawyer):
                combo.setCurrentIndex(0)
            self.granted.set_value(GRANTED)
            self.ahead.setChecked(False)
            today = today_in_china(self._context.store.clock)
            self.day.setDate(QDate(today.year, today.month, today.day))
        self.set_error("")

    def _show_fields(self, *, is_decided: bool) -> None:
        shown = set(_SHOWN[self.step])
        if is_decided:
            shown.discard("ahead")
        for name, field in self.fields.items():
            field.setVisible(name in shown)
        self.fields["day"].label.set_text(day_word(self.step))
        self.day.setAccessibleName(day_word(self.step))
        self.title.setText(step_title(self.step))

    def show_people(self, parties: Sequence[PartyRow], lawyers: Sequence[LawyerRow]) -> None:
        """Who of the case may need it, and who may give it; what was chosen stays."""
        parts = [(one.name, one.party_id) for one in parties]
        units = self._context.actor.units
        known = [
            (" · ".join((one.name, units[one.unit_id].name)) if one.unit_id in units else one.name,
             one.account_id)
            for one in lawyers
        ]  # fmt: skip
        with self.panel.filling():
            _refill(self.party, [(tr("没有指明"), ""), *parts])
            _refill(self.lawyer, [(tr("不在名单里，写在下面"), ""), *known])

    def take_focus(self) -> None:
        """The first field that is shown."""
        first = self.need if self.step == NEED else self.day
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_error(self, sentence: str) -> None:
        """What the program says of it, under the first field to be filled in."""
        first = "need" if self.step == NEED else "day"
        for name, field in self.fields.items():
            field.set_error(sentence if name == first else "")

    def body(self) -> dict[str, Any]:
        """As a draft keeps it."""
        return {
            "step": self.step,
            "aid_id": self.aid_id,
            "party": self.party.currentData(),
            "need": self.need.toPlainText(),
            "ground": self.ground.currentData(),
            "day": self.day.date().toString(Qt.DateFormat.ISODate),
            "granted": self.granted.value(),
            "note": self.note.toPlainText(),
            "lawyer": self.lawyer.currentData(),
            "name": self.name.text(),
            "office": self.office.text(),
            "ahead": self.ahead.isChecked(),
            "outcome": self.outcome.toPlainText(),
        }

    def fill(self, body: dict[str, Any]) -> None:
        """What a draft kept."""
        self.open(body["step"], body["aid_id"], is_decided=not body["ahead"])
        with self.panel.filling():
            for combo, name in ((self.party, "party"), (self.ground, "ground"),
                                (self.lawyer, "lawyer")):  # fmt: skip
                combo.setCurrentIndex(max(0, combo.findData(body[name])))
            self.need.setPlainText(body["need"])
            self.note.setPlainText(body["note"])
            self.outcome.setPlainText(body["outcome"])
            self.name.setText(body["name"])
            self.office.setText(body["office"])
            self.ahead.setChecked(body["ahead"])
            self.granted.set_value(body["granted"])
            self.day.setDate(QDate.fromString(body["day"], Qt.DateFormat.ISODate))

    def words(self) -> str:
        """All that was typed, to know whether there is anything to lose."""
        typed = (self.need, self.note, self.outcome)
        return "".join(one.toPlainText() for one in typed) + self.name.text() + self.office.text()

    def action(self, case_id: str) -> Callable[[], Changes]:
        """The named action of this step with what is filled in."""
        store, actor = self._context.store, self._context.actor
        day = date.fromisoformat(self.day.date().toString(Qt.DateFormat.ISODate))
        of_aid = {"aid_id": self.aid_id}
        if self.step == NEED:
            ground = self.ground.currentData()
            return partial(
                see_need,
                store,
                actor,
                case_id=case_id,
                need=self.need.toPlainText(),
                seen_on=day,
                party_id=self.party.currentData() or None,
                ground=LegalAidGround(ground) if ground else None,
            )
        match LegalAidStep(self.step):
            case LegalAidStep.APPLY:
                return partial(apply_for_aid, store, actor, **of_aid, applied_on=day)
            case LegalAidStep.DECIDE:
                return partial(
                    decide_aid,
                    store,
                    actor,
                    **of_aid,
                    decided_on=day,
                    is_granted=self.granted.value() == GRANTED,
                    note=self.note.toPlainText(),
                )
            case LegalAidStep.NAME:
                return partial(
                    name_lawyer,
                    store,
                    actor,
                    **of_aid,
                    named_on=day,
                    lawyer_id=self.lawyer.currentData() or None,
                    name=self.name.text(),
                    office=self.office.text(),
                    is_ahead=self.ahead.isChecked(),
                )
        outcome = self.outcome.toPlainText()
        return partial(finish_aid, store, actor, **of_aid, done_on=day, outcome=outcome)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        self.ground.addItem(tr("没有指明"), "")
        for ground in LegalAidGround:
            self.ground.addItem(ground_words(ground), ground.value)
        for combo in (self.party, self.ground, self.lawyer):
            combo.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            combo.setMinimumContentsLength(10)
        for text in (self.need, self.note, self.outcome):
            text.setMinimumHeight(text_px(56))
            text.setMaximumHeight(text_px(84))
        self.name.setMaxLength(80)
        self.office.setMaxLength(100)
        for name, words, editor, is_required in (
            ("party", tr("当事人"), self.party, False),
            ("need", tr("需要什么帮助"), self.need, True),
            ("ground", tr("属于哪种情形"), self.ground, False),
            ("day", tr("日期"), self.day, True),
            ("granted", tr("决定"), self.granted, True),
            ("note", tr("理由（不给予的要写）"), self.note, False),
            ("lawyer", tr("律师或法律工作者"), self.lawyer, False),
            ("name", tr("姓名"), self.name, False),
            ("office", tr("单位"), self.office, False),
            ("ahead", tr("是否先行提供"), self.ahead, False),
            ("outcome", tr("办理结果"), self.outcome, True),
        ):
            field = self.panel.add_field(words, editor, is_required=is_required)
            self.fields[name] = field
        self.save.setProperty("role", "primary")
        buttons = QWidget()
        flow = FlowLayout(buttons)
        for button in (self.save, self.cancel):
            button.setAccessibleName(button.text())
            flow.addWidget(button)
        self.panel.add_widget(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self.panel)
        self.save.clicked.connect(self.asked_to_save)
        self.panel.saved.connect(self.asked_to_save)
        self.cancel.clicked.connect(self.cancelled)


def _refill(combo: QComboBox, choices: Sequence[tuple[str, str]]) -> None:
    chosen = combo.currentData()
    combo.clear()
    for words, key in choices:
        combo.addItem(words, key)
    combo.setCurrentIndex(max(0, combo.findData(chosen)))
