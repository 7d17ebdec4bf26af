"""What the case form asks of a petition: purpose, form, and of an accusation against whom."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.finding import Found, find_any_units
from app.cases.vocabulary import CaseField
from app.organisations.rules import display_name
from app.petitions.vocabulary import PetitionForm, PetitionPurpose
from i18n.text import tr
from ui.cases.form_block import FormBlock
from ui.cases.form_body import Body
from ui.cases.searching_picker import SearchingPicker
from ui.theme import set_style_property
from ui.widgets.forms import ChoiceRow, FormField
from ui.widgets.labels import text_label
from ui.wording_petitions import purpose_hint, sent_to_discipline
from ui.wording_rules import name_of
from ui.work.runner import Runner


class PetitionBlock(FormBlock):
    """Articles are those of 信访工作条例 (2022-02-25): form Art. 17, purpose Art. 29 to 31."""

    def __init__(self, actor: Actor, runner: Runner) -> None:
        super().__init__()
        self._units = actor.units
        self.form = ChoiceRow(
            [(each.value, name_of(each)) for each in PetitionForm], has_digits=True
        )
        self.purpose = ChoiceRow(
            [(each.value, name_of(each)) for each in PetitionPurpose], has_digits=True
        )
        self.accused = SearchingPicker(
            name=tr("被反映的单位"),
            placeholder=tr("单位名称或拼音，按 ↓ 看全部"),
            runner=runner,
            search=partial(find_any_units, tuple(actor.units.values())),
        )
        self._sees_confidential = actor.may(Permission.SEE_CONFIDENTIAL)
        self.hint = text_label(purpose_hint(None), "muted", wraps=True)
        self._form_field = FormField(tr("信访形式"), self.form, is_required=True)
        self._purpose_field = FormField(tr("信访目的"), self.purpose, is_required=True)
        self._accused_field = FormField(tr("被反映的单位"), self.accused)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for part in (self._form_field, self._purpose_field, self.hint, self._accused_field):
            column.addWidget(part)
        self.purpose.chosen.connect(self._on_purpose)
        self._show_accused()

    def body(self) -> Body:
        accused = self.accused.value()
        is_accusation = self.purpose.value() == PetitionPurpose.ACCUSATION
        return {
            "petition_form": self.form.value(),
            "petition_purpose": self.purpose.value(),
            "accused_unit_id": accused.record_id if accused and is_accusation else "",
            "is_confidential": is_accusation,
        }

    def fill(self, body: Body) -> None:
        self.form.set_value(body.get("petition_form") or "")
        self.purpose.set_value(body.get("petition_purpose") or "")
        unit = self._units.get(body.get("accused_unit_id") or "")
        self.accused.set_value(
            Found("unit", unit.id, display_name(unit, self._units), "") if unit else None
        )
        self._show_accused()

    def editors(self) -> list[QWidget]:
        rows: list[QWidget] = []
        for row in (self.form, self.purpose):
            rows += row.findChildren(QAbstractButton)
        return [*rows, self.accused.edit]

    def problem_fields(self) -> Mapping[CaseField, FormField]:
        return {
            CaseField.PETITION_FORM: self._form_field,
            CaseField.PETITION_PURPOSE: self._purpose_field,
            CaseField.ACCUSED_UNIT: self._accused_field,
        }

    def take_focus(self) -> None:
        """To the first choice."""
        self.form.findChildren(QAbstractButton)[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_purpose(self, key: str) -> None:
        """Whoever may not see an accusation takes none down: it is said where to send the person,
        and nothing of it is kept."""
        if key == PetitionPurpose.ACCUSATION and not self._sees_confidential:
            self.purpose.set_value("")
            self._show_accused()
            self._say(sent_to_discipline(), "error")
            return
        self._show_accused()

    def _show_accused(self) -> None:
        key = self.purpose.value()
        self._say(purpose_hint(PetitionPurpose(key) if key else None), "muted")
        self._accused_field.setVisible(key == PetitionPurpose.ACCUSATION)

    def _say(self, sentence: str, role: str) -> None:
        self.hint.setText(sentence)
        set_style_property(self.hint, "role", role)
