"""The fields of a person that several forms share, and what the identity number says of them.

The identity number says sex and date of birth; only without one are they asked for.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

from app.errors import ErrorCode, UserFacingError
from app.exchange.typed_dates import full_date
from app.households.filling import LONGEST
from app.households.queries import identity_preview
from app.households.rules import normalise_identity_number
from app.households.vocabulary import EthnicGroup, MissingIdentityReason, Relation, Sex
from i18n.text import tr
from ui.households.record_form import FieldWrongError, RecordForm, Texts, combo
from ui.widgets.forms import ChoiceRow, FormField
from ui.widgets.labels import text_label
from ui.wording import error_sentence
from ui.wording_households import missing_reason_word

PERSON_KEYS = (
    *("name", "relation", "identity_number", "sex", "birth_date", "missing_identity"),
    *("ethnic_group", "phone"),
)
ASKED_WITHOUT_NUMBER = ("sex", "birth_date", "missing_identity")


class PersonForm(RecordForm):
    """A form about a person; calls `_add_person_fields` where they should stand."""

    def _add_person_fields(self) -> list[QWidget]:
        """The rows, so that a form may hide them."""
        number = QLineEdit()
        number.setMaxLength(40)
        self.number_line = text_label("", "muted", wraps=True)
        rows = [
            self.panel.add_row(
                self._add("name", FormField(tr("姓名"), line("name"), is_required=True)),
                self._add("relation", FormField(tr("与户主关系"), combo(relation_choices()))),
            ),
            self._add("identity_number", self.panel.add_field(tr("身份证号码"), number)),
        ]
        self.panel.add_widget(self.number_line)
        self._sex_row = self.panel.add_row(
            self._add("sex", FormField(tr("性别"), ChoiceRow(_sexes()))),
            self._add("birth_date", FormField(tr("出生日期"), day_line("1976-05-04"))),
        )
        rows += [self.number_line, self._sex_row]
        reason = self._add("missing_identity", FormField(tr("没有号码的原因"), combo(_reasons())))
        self.panel.add_widget(reason)
        rows += [
            reason,
            self.panel.add_row(
                self._add("ethnic_group", FormField(tr("民族"), combo(_groups()))),
                self._add("phone", FormField(tr("联系电话"), line("phone"))),
            ),
        ]
        number.textChanged.connect(self._on_number_changed)
        return rows

    def _asks_without_number(self, has_number: bool) -> None:
        """Shows or hides what the number would say."""
        self._sex_row.setVisible(not has_number)
        for key in ASKED_WITHOUT_NUMBER:
            self.field(key).setVisible(not has_number)

    def _on_number_changed(self, typed: str) -> None:
        """The number decides sex and birthday; a wrong one is told as soon as it is whole."""
        self._asks_without_number(bool(typed.strip()))
        field = self.field("identity_number")
        field.set_error("")
        if len(normalise_identity_number(typed)) != 18:
            self.number_line.setText(tr("填对 18 位后，性别和出生日期自动带出。"))
            return
        finding = identity_preview(self._context.store, typed)
        if finding.is_accepted and finding.sex is not None:
            words = (finding.sex.chinese_name, str(finding.birth_date))
            self.number_line.setText(" · ".join(words))
            return
        self.number_line.clear()
        wrong = UserFacingError(
            ErrorCode.IDENTITY_NUMBER_WRONG,
            problem=finding.problem,
            masked=finding.number,
            length=len(finding.number),
        )
        field.set_error(error_sentence(wrong))


NEW_PERSON = {"ethnic_group": EthnicGroup.DONG.value, "sex": Sex.UNKNOWN.value}
"""What a form about a new person begins with."""


def person_given(texts: Texts) -> dict[str, Any]:
    """The shared fields for ``ResidentFields``; raises FieldWrongError for an unreadable date."""
    has_number = bool(texts["identity_number"].strip())
    missing = texts["missing_identity"]
    return {
        "name": texts["name"],
        "relation": Relation(texts["relation"]) if texts["relation"] else None,
        "sex": Sex(texts["sex"]) if texts["sex"] else Sex.UNKNOWN,
        "birth_date": None if has_number else typed_day(texts, "birth_date", tr("出生日期")),
        "ethnic_group": EthnicGroup(texts["ethnic_group"]) if texts["ethnic_group"] else None,
        "identity_number": texts["identity_number"],
        "missing_identity": MissingIdentityReason(missing) if missing else None,
        "phone": texts["phone"],
    }


def typed_day(texts: Texts, key: str, what: str) -> date | None:
    """The date typed, or None for none; raises FieldWrongError for what is no date."""
    typed = texts[key].strip()
    day = full_date(typed)
    if typed and day is None:
        sentence = tr("{what}看不明白，没有保存。请写年月日，例如 1976-05-04。", what=what)
        raise FieldWrongError(key, sentence)
    return day


def relation_choices() -> list[tuple[str, str]]:
    """Every relation to the head, and none."""
    usual = [each for each in Relation if each is not Relation.SELF]
    return [("", tr("（没有写）")), *((each.value, each.chinese_name) for each in usual)]


def day_line(example: str) -> QLineEdit:
    """A line for a date, typed in any usual way."""
    edit = QLineEdit()
    edit.setMaxLength(20)
    edit.setPlaceholderText(example)
    return edit


def line(field: str) -> QLineEdit:
    """A line as long as the field may be."""
    edit = QLineEdit()
    edit.setMaxLength(LONGEST[field])
    return edit


def _sexes() -> list[tuple[str, str]]:
    return [(each.value, each.chinese_name) for each in (Sex.MALE, Sex.FEMALE, Sex.UNKNOWN)]


def _reasons() -> list[tuple[str, str]]:
    """待补 first: what is meant when nothing is chosen."""
    first = MissingIdentityReason.PENDING
    reasons = [first, *(each for each in MissingIdentityReason if each is not first)]
    return [(each.value, missing_reason_word(each)) for each in reasons]


def _groups() -> list[tuple[str, str]]:
    """The groups of this county first."""
    here = [EthnicGroup.DONG, EthnicGroup.HAN, EthnicGroup.MIAO, EthnicGroup.YAO]
    rest = [each for each in EthnicGroup if each not in here]
    return [("", tr("（没有写）")), *((each.value, each.chinese_name) for each in here + rest)]
