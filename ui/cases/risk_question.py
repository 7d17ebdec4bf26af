"""The question of People's Mediation Law (2010), Art. 25: may this dispute get worse?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QVBoxLayout, QWidget

from app.cases.rules import MAX_MEASURES
from app.cases.vocabulary import Escalation, RiskAnswer
from i18n.text import tr
from ui.cases.form_body import risk_of
from ui.theme import set_style_property
from ui.widgets.forms import ChoiceRow
from ui.widgets.labels import text_label
from ui.wording_cases import RISK_TONES, risk_advice
from ui.wording_rules import name_of


class RiskQuestion(QWidget):
    """Three answers under the keys 1, 2 and 3, none of them made beforehand."""

    answered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        answers = [(each.value, name_of(each)) for each in Escalation]
        self.choices = ChoiceRow(answers, has_digits=True)
        self.measures = QLineEdit()
        self.measures.setMaxLength(MAX_MEASURES)
        self.measures.setPlaceholderText(tr("采取了什么预防措施，例如请寨老看着、约定谁也不上山"))
        self.measures.setAccessibleName(tr("预防措施"))
        self.advice = text_label("", "muted", wraps=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self.choices, self.measures, self.advice):
            column.addWidget(part)
        self.choices.chosen.connect(self._on_chosen)
        self._show_advice()

    def body(self) -> dict[str, str]:
        """The answer as a draft keeps it."""
        return {"risk": self.choices.value(), "measures": self.measures.text()}

    def fill(self, body: Mapping[str, Any]) -> None:
        """Show an answer; drafts of older programs have none."""
        self.choices.set_value(body.get("risk") or "")
        self.measures.setText(body.get("measures") or "")
        self._show_advice()

    def answer(self) -> RiskAnswer | None:
        """What was answered, or None."""
        return risk_of(self.body())

    def editors(self) -> list[QWidget]:
        """In tab order."""
        return [*self.choices.findChildren(QAbstractButton), self.measures]

    def take_focus(self) -> None:
        """To the first answer."""
        self.choices.findChildren(QAbstractButton)[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_chosen(self, _key: str) -> None:
        self._show_advice()
        self.answered.emit()

    def _show_advice(self) -> None:
        """What the law asks for, once it is answered."""
        value = self.choices.value()
        answer = Escalation(value) if value else None
        self.measures.setVisible(answer is Escalation.MAY_ESCALATE)
        self.advice.setText(risk_advice(answer))
        set_style_property(self.advice, "role", "tinted" if RISK_TONES.get(answer) else "muted")
        set_style_property(self.advice, "tone", RISK_TONES.get(answer) or "")
