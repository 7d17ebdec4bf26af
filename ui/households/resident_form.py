"""A new resident, or a correction of one.

The identity number says sex and date of birth; only without one are they asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QLineEdit

from app.errors import ErrorCode, UserFacingError
from app.exchange.typed_dates import full_date
from app.households.actions import add_resident, edit_resident
from app.households.filling import LONGEST, ResidentFields
from app.households.queries import identity_preview, resident_for_editing
from app.households.rules import normalise_identity_number
from app.households.vocabulary import EthnicGroup, MissingIdentityReason, Relation, Sex
from app.store import Changes
from i18n.text import tr
from ui.households.record_form import FieldWrongError, FormLoad, RecordForm, Texts, combo
from ui.widgets.forms import ChoiceRow, FormField
from ui.widgets.labels import text_label
from ui.wording import error_sentence
from ui.wording_households import missing_reason_word


class ResidentForm(RecordForm):
    """`begin_new(household_id)` or `begin_edit(resident_id)`."""

    FORM = "resident"
    FIELD_OF_ERROR = {
        ErrorCode.PERSON_NAME_MISSING: "name",
        ErrorCode.IDENTITY_NUMBER_WRONG: "identity_number",
        ErrorCode.IDENTITY_NUMBER_TAKEN: "identity_number",
    }

    _household_id = ""
    _resident_id: str | None = None

    def begin_new(self, household_id: str) -> None:
        self._household_id, self._resident_id = household_id, None
        self.set_title(tr("新增人员"))
        self.begin(household_id)

    def begin_edit(self, resident_id: str) -> None:
        self._resident_id = resident_id
        self.set_title(tr("修改人员"))
        self.begin(resident_id)

    @property
    def household_id(self) -> str:
        """The household a new resident goes into."""
        return self._household_id

    def _build_fields(self) -> None:
        self.panel.add_row(
            self._add("name", FormField(tr("姓名"), _line("name"), is_required=True)),
            self._add("relation", FormField(tr("与户主关系"), combo(_relations()))),
        )
        number = QLineEdit()
        number.setMaxLength(40)
        self._add("identity_number", self.panel.add_field(tr("身份证号码"), number))
        self.number_line = text_label("", "muted", wraps=True)
        self.panel.add_widget(self.number_line)
        self.panel.add_row(
            self._add("sex", FormField(tr("性别"), ChoiceRow(_sexes()))),
            self._add("birth_date", FormField(tr("出生日期"), _birth_date())),
        )
        reason = FormField(tr("没有号码的原因"), combo(_reasons()))
        self._add("missing_identity", reason)
        self.panel.add_widget(reason)
        self.panel.add_row(
            self._add("ethnic_group", FormField(tr("民族"), combo(_groups()))),
            self._add("phone", FormField(tr("联系电话"), _line("phone"))),
        )
        self._add("note", self.panel.add_field(tr("备注"), _line("note")))
        number.textChanged.connect(self._on_number_changed)

    def _load(self) -> FormLoad:
        if self._resident_id is None:
            return FormLoad({"ethnic_group": EthnicGroup.DONG.value, "sex": Sex.UNKNOWN.value})
        store, actor = self._context.store, self._context.actor
        fields = resident_for_editing(store, actor, self._resident_id)
        return FormLoad(None if fields is None else _texts(fields))

    def _on_filled(self) -> None:
        self._on_number_changed(self.texts()["identity_number"])

    def _on_number_changed(self, typed: str) -> None:
        """The number decides sex and birthday; a wrong one is told as soon as it is whole."""
        has_number = bool(typed.strip())
        for key in ("sex", "birth_date", "missing_identity"):
            self.field(key).setVisible(not has_number)
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

    def _writer(self, texts: Texts) -> Callable[[], Changes]:
        store, actor = self._context.store, self._context.actor
        given = _given(texts)
        if self._resident_id is None:
            household_id = self._household_id
            return partial(add_resident, store, actor, household_id=household_id, given=given)
        resident_id = self._resident_id
        return partial(edit_resident, store, actor, resident_id=resident_id, given=given)


def _given(texts: Texts) -> ResidentFields:
    has_number = bool(texts["identity_number"].strip())
    typed = texts["birth_date"].strip()
    born = full_date(typed)
    if typed and born is None and not has_number:
        raise FieldWrongError(
            "birth_date", tr("出生日期看不明白，没有保存。请写年月日，例如 1976-05-04。")
        )
    missing = texts["missing_identity"]
    return ResidentFields(
        name=texts["name"],
        relation=Relation(texts["relation"]) if texts["relation"] else None,
        sex=Sex(texts["sex"]) if texts["sex"] else Sex.UNKNOWN,
        birth_date=born,
        ethnic_group=EthnicGroup(texts["ethnic_group"]) if texts["ethnic_group"] else None,
        identity_number=texts["identity_number"],
        missing_identity=MissingIdentityReason(missing) if missing else None,
        phone=texts["phone"],
        note=texts["note"],
    )


def _texts(fields: ResidentFields) -> Texts:
    return {
        "name": fields.name,
        "relation": fields.relation or "",
        "identity_number": fields.identity_number,
        "sex": fields.sex,
        "birth_date": fields.birth_date.isoformat() if fields.birth_date else "",
        "missing_identity": fields.missing_identity or "",
        "ethnic_group": fields.ethnic_group or "",
        "phone": fields.phone,
        "note": fields.note,
    }


def _relations() -> list[tuple[str, str]]:
    usual = [each for each in Relation if each is not Relation.SELF]
    return [("", tr("（没有写）")), *((each.value, each.chinese_name) for each in usual)]


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


def _birth_date() -> QLineEdit:
    edit = QLineEdit()
    edit.setMaxLength(20)
    edit.setPlaceholderText("1976-05-04")
    return edit


def _line(field: str) -> QLineEdit:
    edit = QLineEdit()
    edit.setMaxLength(LONGEST[field])
    return edit
