"""The fields of an incident, in the order in which they are asked in the field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from app.cases.finding import Found
from app.incidents.actions import problems_of
from app.incidents.rules import MAX_PLACE, MAX_TITLE, Problem
from app.incidents.vocabulary import IncidentClass, IncidentField, IncidentRole, IncidentSource
from i18n.text import tr
from ui.cases.form_body import Body
from ui.cases.party_rows import PartiesEditor, PartyLine, PeopleKind, PhoneOf
from ui.cases.scrolling import bring_into_view
from ui.cases.searching_picker import Search, SearchingPicker
from ui.incidents.form_body import draft_of
from ui.theme import text_px
from ui.widgets.forms import ChoiceRow, FormField, FormPanel
from ui.widgets.moments import moment_edit, moment_of, set_moment
from ui.wording_incidents import class_word, problem_sentence
from ui.wording_rules import name_of
from ui.work.runner import Runner


class IncidentForm(FormPanel):
    """Fields, and what is wrong with each; the owner saves."""

    def __init__(
        self,
        *,
        runner: Runner,
        search_residents: Search,
        search_micro_grids: Search,
        phone_of: PhoneOf,
    ) -> None:
        super().__init__()
        self._unit_id = ""
        self._patrol_id: str | None = None
        self._now = datetime.max
        classes = [(each.value, class_word(each)) for each in IncidentClass]
        self.incident_class = ChoiceRow(classes, has_digits=True)
        self.title = QLineEdit()
        self.title.setMaxLength(MAX_TITLE)
        self.happened_at = moment_edit()
        self.micro_grid = SearchingPicker(
            name=tr("微网格"),
            placeholder=tr("网格名或数字，按 ↓ 看全部"),
            runner=runner,
            search=search_micro_grids,
        )
        self.place = QLineEdit()
        self.place.setMaxLength(MAX_PLACE)
        self.source = QComboBox()
        for each in IncidentSource:
            self.source.addItem(name_of(each), each.value)
        roles = tuple((each.value, name_of(each)) for each in _ROLE_ORDER)
        self.people = PartiesEditor(
            runner=runner,
            search=search_residents,
            phone_of=phone_of,
            kind=PeopleKind(tr("有关人员"), roles),
        )
        self.story = QPlainTextEdit()
        self.story.setMinimumHeight(text_px(96))
        self.problem_fields = self._build()
        self._connect()

    def body(self) -> Body:
        """The form as the draft keeps it."""
        grid = self.micro_grid.value()
        return {
            "incident_class": self.incident_class.value(),
            "title": self.title.text(),
            "happened_at": moment_of(self.happened_at).isoformat(),
            "micro_grid_id": grid.record_id if grid else None,
            "micro_grid_name": grid.title if grid else "",
            "place": self.place.text(),
            "source": self.source.currentData(),
            "story": self.story.toPlainText(),
            "people": self.people.body(),
            "unit_id": self._unit_id,
            "patrol_id": self._patrol_id,
        }

    def fill(self, body: Mapping[str, Any], *, now: datetime) -> None:
        """Show a draft; nothing of it counts as edited. ``now`` is what nothing lies after."""
        self._unit_id, self._patrol_id, self._now = body["unit_id"], body["patrol_id"], now
        with self.filling():
            self.incident_class.set_value(body["incident_class"])
            self.title.setText(body["title"])
            set_moment(self.happened_at, datetime.fromisoformat(body["happened_at"]))
            self.micro_grid.set_value(_grid_hit(body))
            self.place.setText(body["place"])
            self.source.setCurrentIndex(max(0, self.source.findData(body["source"])))
            self.people.fill(body["people"])
            self.story.setPlainText(body["story"])
        self.show_problems([])

    def show_problems(self, problems: Iterable[Problem]) -> None:
        """One sentence under each field that is wrong; the first of them gets the focus."""
        first: dict[IncidentField, Problem] = {}
        for problem in problems:
            first.setdefault(problem.field, problem)
        for field, shown in self.problem_fields.items():
            shown.set_error(problem_sentence(first[field].code) if field in first else "")
        if first:
            self._focus_on(next(field for field in self.problem_fields if field in first))

    def focus_first(self) -> None:
        """To the class, or past it where it is chosen."""
        is_chosen = bool(self.incident_class.value())
        target = self.title if is_chosen else self._first_class()
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_field(self, name: str) -> None:
        """The field of this name; of a person: the people; else the first."""
        if name in _PERSON_FIELDS:
            self._focus_on(IncidentField.PEOPLE)
        elif name in {field.value for field in self.problem_fields}:
            self._focus_on(IncidentField(name))
        else:
            self.focus_first()

    def editors(self) -> list[QWidget]:
        """Every editor in tab order."""
        return [
            *self.incident_class.findChildren(QAbstractButton),
            self.title,
            self.happened_at,
            self.source,
            self.micro_grid.edit,
            self.place,
            *self.people.editors(),
            self.story,
        ]

    def _build(self) -> dict[IncidentField, FormField]:
        kind = self.add_field(
            tr("性质"), self.incident_class, hint=tr("按 1 至 5 选一项"), is_required=True
        )
        title = self.add_field(
            tr("名称"), self.title, hint=tr("一句话写明出了什么事"), is_required=True
        )
        moment = FormField(tr("发生时间"), self.happened_at, is_required=True)
        self.add_row(moment, FormField(tr("怎么知道的"), self.source))
        grid = FormField(tr("微网格"), self.micro_grid)
        place = FormField(tr("地点"), self.place, hint=tr("微网格和地点至少填一样"))
        self.add_row(grid, place)
        people = self.add_field(tr("有关人员"), self.people, hint=tr("不知道是谁，可以不填"))
        story = self.add_field(tr("经过"), self.story, hint=tr("可以先写几个字，以后再补"))
        return {
            IncidentField.INCIDENT_CLASS: kind,
            IncidentField.TITLE: title,
            IncidentField.HAPPENED_AT: moment,
            IncidentField.PLACE: place,
            IncidentField.PEOPLE: people,
            IncidentField.STORY: story,
        }

    def _connect(self) -> None:
        self.micro_grid.picked.connect(self._on_grid_picked)
        self.micro_grid.cleared.connect(self._on_edited)
        self.people.row_added.connect(self._on_row_added)
        self.people.rows_changed.connect(self._on_rows_changed)
        self.edited.connect(self._drop_solved_problems)

    def _on_grid_picked(self, _hit: object) -> None:
        self._on_edited()
        self._keys.focus_next(self.micro_grid.edit)

    def _on_row_added(self, row: PartyLine) -> None:
        self._keys.watch(row)
        row.picked.connect(self._keys.focus_next)

    def _on_rows_changed(self) -> None:
        for earlier, later in pairwise(self.editors()):
            QWidget.setTabOrder(earlier, later)
        self._on_edited()

    def _drop_solved_problems(self) -> None:
        """A sentence goes as soon as its field is right; none appears while one types."""
        shown = {field for field, each in self.problem_fields.items() if each.error}
        if not shown:
            return
        left = {problem.field for problem in problems_of(draft_of(self.body()), now=self._now)}
        for field in shown - left:
            self.problem_fields[field].set_error("")

    def _focus_on(self, field: IncidentField) -> None:
        editor = self.problem_fields[field].editor
        target = self.people.first_gap() if editor is self.people else editor
        if editor is self.incident_class:
            target = self._first_class()
        target.setFocus(Qt.FocusReason.OtherFocusReason)
        bring_into_view(self.problem_fields[field])

    def _first_class(self) -> QWidget:
        return self.incident_class.findChildren(QAbstractButton)[0]


_ROLE_ORDER = (
    IncidentRole.INVOLVED,
    IncidentRole.HARMED,
    IncidentRole.REPORTER,
    IncidentRole.WITNESS,
)
_PERSON_FIELDS = frozenset({"name", "role", "sex", "identity_number", "phone", "address"})


def _grid_hit(body: Mapping[str, Any]) -> Found | None:
    grid_id = body["micro_grid_id"]
    return Found("micro_grid", grid_id, body["micro_grid_name"], "") if grid_id else None
