"""What is known of a party beyond name and telephone: unfolded where somebody asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QRegularExpression, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QVBoxLayout, QWidget

from app.cases.file_rules import PersonFacts, lacks_guardian
from app.cases.finding import Found, name_fits
from app.cases.vocabulary import (
    AgentKind,
    SpokenLanguage,
    category_name,
    is_known_category,
    person_categories,
)
from app.households.vocabulary import EthnicGroup
from i18n.text import tr
from ui.cases.form_body import Body
from ui.cases.searching_picker import SearchingPicker
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import FormField
from ui.widgets.labels import text_label
from ui.wording_rules import name_of
from ui.work.runner import Runner

MAX_AGENT = 80
MAX_PHONE = 50


class PartyMore(QWidget):
    """`changed` when something is said that the folded row tells in words."""

    changed = Signal()

    def __init__(self, *, runner: Runner, today: date) -> None:
        super().__init__()
        self._today = today
        self.organisation = QCheckBox(tr("是单位"))
        self.representative = QCheckBox(tr("代表其他人说话"))
        self.ethnicity = _picker(tr("民族"), tr("民族或拼音首字母"), runner, _find_groups)
        self.category = _picker(tr("人员类别"), tr("类别或拼音首字母"), runner, _find_categories)
        self.birth = QLineEdit()
        self.birth.setPlaceholderText("2010-01-02")
        self.birth.setValidator(
            QRegularExpressionValidator(QRegularExpression(r"\d{0,4}-?\d{0,2}-?\d{0,2}"), self)
        )
        self.language = _combo(
            tr("说什么话"), [(each.value, name_of(each)) for each in SpokenLanguage]
        )
        self.agent_kind = _combo(tr("代理人"), [(each.value, name_of(each)) for each in AgentKind])
        self.agent_name = QLineEdit()
        self.agent_name.setMaxLength(MAX_AGENT)
        self.agent_phone = QLineEdit()
        self.agent_phone.setMaxLength(MAX_PHONE)
        self.warning = text_label("", "tinted", wraps=True)
        self.warning.setProperty("tone", "warn")
        self._build()
        self.organisation.toggled.connect(self._on_changed)
        self.representative.toggled.connect(self._on_changed)
        self.agent_kind.currentIndexChanged.connect(self._on_changed)
        self.birth.textChanged.connect(self._on_changed)
        self._on_changed()

    def editors(self) -> list[QWidget]:
        """In tab order."""
        return [
            *(self.organisation, self.representative, self.ethnicity.edit, self.birth),
            *(self.language, self.category.edit, self.agent_kind),
            *(self.agent_name, self.agent_phone),
        ]

    def body(self) -> Body:
        """As the draft keeps it."""
        group, category = self.ethnicity.value(), self.category.value()
        is_person = not self.organisation.isChecked()
        return {
            "is_organisation": not is_person,
            "is_representative": self.representative.isChecked(),
            "ethnicity": group.record_id if group and is_person else "",
            "category": category.record_id if category and is_person else "",
            "birth_date": self.birth.text() if is_person else "",
            "language": self.language.currentData() if is_person else "",
            "agent_kind": self.agent_kind.currentData(),
            "agent_name": self.agent_name.text(),
            "agent_phone": self.agent_phone.text(),
        }

    def fill(self, body: Body) -> None:
        """Show a row of a draft; one of an older program has none of this."""
        self.organisation.setChecked(bool(body.get("is_organisation")))
        self.representative.setChecked(bool(body.get("is_representative")))
        group, category = body.get("ethnicity") or "", body.get("category") or ""
        is_group = group in set(EthnicGroup)
        self.ethnicity.set_value(_group(EthnicGroup(group)) if is_group else None)
        is_known = is_known_category(category)
        self.category.set_value(
            Found("category", category, category_name(category), "") if is_known else None
        )
        self.birth.setText(body.get("birth_date") or "")
        for combo, name in ((self.language, "language"), (self.agent_kind, "agent_kind")):
            combo.setCurrentIndex(max(0, combo.findData(body.get(name) or "")))
        self.agent_name.setText(body.get("agent_name") or "")
        self.agent_phone.setText(body.get("agent_phone") or "")

    def offer(self, *, birth_date: date | None, ethnicity: str | None) -> None:
        """What the roster knows of who was picked; what was typed stays."""
        if birth_date is not None and not self.birth.text():
            self.birth.setText(birth_date.isoformat())
        if ethnicity in set(EthnicGroup) and self.ethnicity.value() is None:
            self.ethnicity.set_value(_group(EthnicGroup(ethnicity)))
            self._on_changed()

    def is_empty(self) -> bool:
        """Whether nothing is said here."""
        return not any(self.body().values())

    def words(self) -> str:
        """What is said here, for the folded row."""
        group, category = self.ethnicity.value(), self.category.value()
        said = [
            tr("单位") if self.organisation.isChecked() else "",
            tr("代表人") if self.representative.isChecked() else "",
            group.title if group else "",
            self.birth.text(),
            self.language.currentText() if self.language.currentData() else "",
            category.title if category else "",
        ]
        if self.agent_name.text().strip():
            kind = self.agent_kind.currentText() if self.agent_kind.currentData() else tr("代理人")
            said.append(tr("{kind} {name}", kind=kind, name=self.agent_name.text().strip()))
        return " · ".join(each for each in said if each)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 0, 4)
        column.setSpacing(8)
        ticks = _line(self.organisation, self.representative)
        person = _line(
            FormField(tr("民族"), self.ethnicity),
            FormField(tr("出生日期"), self.birth),
            FormField(tr("说什么话"), self.language),
        )
        agent = _line(
            FormField(tr("代理人"), self.agent_kind),
            FormField(tr("代理人姓名"), self.agent_name),
            FormField(tr("代理人电话"), self.agent_phone),
        )
        self._person = (person, FormField(tr("人员类别"), self.category, hint=tr("有专项的选专项")))
        for part in (ticks, *self._person, agent, self.warning):
            column.addWidget(part)

    def _on_changed(self, *_ignored: object) -> None:
        is_person = not self.organisation.isChecked()
        for part in self._person:
            part.setVisible(is_person)
        chosen = self.agent_kind.currentData()
        facts = PersonFacts(
            birth_date=day_of(self.birth.text()), agent_kind=AgentKind(chosen) if chosen else None
        )
        is_lacking = is_person and lacks_guardian(facts, on=self._today)
        self.warning.setText(
            tr("未满十八岁，还没有法定代理人。可以先登记，签协议前要补上。") if is_lacking else ""
        )
        self.warning.setVisible(is_lacking)
        self.changed.emit()


def _line(*parts: QWidget) -> QWidget:
    line = QWidget()
    flow = FlowLayout(line, spacing=10)
    for part in parts:
        flow.addWidget(part)
    return line


def day_of(typed: str) -> date | None:
    """A day as it is typed, or None while it is none."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _group(group: EthnicGroup) -> Found:
    return Found("ethnicity", group.value, group.chinese_name, "")


def _find_groups(typed: str) -> Sequence[Found]:
    """The groups at home here first."""
    home = (
        EthnicGroup.DONG,
        EthnicGroup.HAN,
        EthnicGroup.MIAO,
        EthnicGroup.YAO,
        EthnicGroup.ZHUANG,
    )
    ordered = (*home, *(each for each in EthnicGroup if each not in home))
    return [_group(each) for each in ordered if name_fits(each.chinese_name, typed)]


def _find_categories(typed: str) -> Sequence[Found]:
    return [
        Found("category", entry.code, entry.name, tr("专项") if entry.code[:2] == "02" else "")
        for entry in person_categories()
        if name_fits(entry.name, typed)
    ]


def _picker(name: str, hint: str, runner: Runner, search: object) -> SearchingPicker:
    return SearchingPicker(name=name, placeholder=hint, runner=runner, search=search)  # type: ignore[arg-type]


def _combo(name: str, choices: list[tuple[str, str]]) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(name)
    combo.addItem(tr("没有说明"), "")
    for key, words in choices:
        combo.addItem(words, key)
    return combo
