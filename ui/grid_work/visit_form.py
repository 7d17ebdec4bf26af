"""A visit, written down in seconds: whom, why and how by one key each, the rest if it matters.

What came of it, a micro-service or a hazard, is noted in the same form and saved with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from app.grid_work.actions import edit_visit, record_visit
from app.grid_work.finding import found_household
from app.grid_work.parts import VISIT_FORM, HazardFields, RecordedWork, ServiceFields, VisitFields
from app.grid_work.queries import one_visit
from app.grid_work.rules import (
    LONGEST,
    Problem,
    hazard_due_on,
    hazard_problems,
    service_problems,
    visit_problems,
)
from app.grid_work.vocabulary import (
    HazardKind,
    HazardLevel,
    ServiceKind,
    VisitPurpose,
    VisitWay,
    WorkField,
)
from app.settings.queries import setting_facts
from app.settings.rules import SettingFact
from app.settings.vocabulary import SettingKey
from app.store import Changes
from i18n.text import tr
from ui.context import PageContext
from ui.grid_work.work_form import (
    HOUSEHOLD,
    HOUSEHOLD_NAME,
    WorkForm,
    day_of,
    enum_items,
    short_text,
)
from ui.households.record_form import FieldWrongError, FormLoad, Texts, combo
from ui.theme import icon
from ui.theme.palette import BLUE
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import FormField, date_edit
from ui.widgets.labels import text_label
from ui.wording_grid_work import problem_sentence

PURPOSE_KEYS: Final = "1234567"
WAY_KEYS: Final = "SZDW"
"""上门, 在外, 电话, 无人."""
_SERVICE: Final = "service_"
_HAZARD: Final = "hazard_"


class VisitForm(WorkForm):
    """`begin_new(unit_id, household_id)` or `begin_edit(unit_id, visit_id)`.

    ``visited`` is the household of the last visit that was saved, with its name.
    """

    FORM = VISIT_FORM

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        self._visit_id: str | None = None
        self._hazard_days: Sequence[SettingFact] = ()
        self._household_id = ""
        self.visited = ("", "")
        super().__init__(context, parent)

    def begin_new(self, unit_id: str, household_id: str = "", *, why: str = "") -> None:
        """An empty form, at the purpose where the household is known; ``why`` stands above it."""
        self._unit_id, self._visit_id, self._household_id = unit_id, None, household_id
        self.set_title(tr("登记走访"))
        self._show_why(why)
        self._offer_more(True)
        if household_id:
            self.begin_at("purpose")
        self.begin(household_id)

    def begin_edit(self, unit_id: str, visit_id: str, *, field: str = "") -> None:
        self._unit_id, self._visit_id, self._household_id = unit_id, visit_id, ""
        self.set_title(tr("修改走访"))
        self._show_why("")
        self._offer_more(False)
        self.begin_at(field or "purpose")
        self.begin(visit_id)

    # --- building ----------------------------------------

    def _build_fields(self) -> None:
        self.why = text_label("", "muted", wraps=True)
        self.panel.add_widget(self.why)
        self._add(HOUSEHOLD, self.panel.add_field(tr("户"), self._picker(), is_required=True))
        purposes = self._choices(tr("走访事由"), VisitPurpose, PURPOSE_KEYS)
        self._add("purpose", self.panel.add_field(tr("走访事由"), purposes))
        ways = self._choices(tr("方式"), VisitWay, WAY_KEYS)
        self._add("way", self.panel.add_field(tr("方式"), ways))
        self._add("met", FormField(tr("见到谁"), QLineEdit()))
        self._add("visited_on", FormField(tr("走访日期"), date_edit(self.today)))
        self.panel.add_row(self.field("met"), self.field("visited_on"))
        note = short_text(LONGEST[WorkField.NOTE])
        self._add("note", self.panel.add_field(tr("情况"), note))
        self._build_service()
        self._build_hazard()
        self.panel.add_widget(self._build_more())

    def _build_service(self) -> None:
        self._add(_SERVICE + "kind", FormField(tr("微服务"), combo(enum_items(ServiceKind))))
        self._add(_SERVICE + "asker_name", FormField(tr("谁提出的"), QLineEdit()))
        self.panel.add_row(self.field(_SERVICE + "kind"), self.field(_SERVICE + "asker_name"))
        self._add(_SERVICE + "text", self.panel.add_field(tr("请网格员办什么"), QLineEdit()))

    def _build_hazard(self) -> None:
        self._add(_HAZARD + "kind", FormField(tr("隐患"), combo(enum_items(HazardKind))))
        self._add(_HAZARD + "level", FormField(tr("等级"), combo(enum_items(HazardLevel))))
        self.panel.add_row(self.field(_HAZARD + "kind"), self.field(_HAZARD + "level"))
        self._add(_HAZARD + "place", self.panel.add_field(tr("在哪里"), QLineEdit()))
        self._add(_HAZARD + "text", self.panel.add_field(tr("是什么隐患"), QLineEdit()))

    def _build_more(self) -> QWidget:
        self._more = QWidget()
        flow = FlowLayout(self._more)
        self.service_button = self._more_button("Alt+F")
        self.hazard_button = self._more_button("Alt+Y")
        self.service_button.clicked.connect(partial(self._toggle_part, _SERVICE))
        self.hazard_button.clicked.connect(partial(self._toggle_part, _HAZARD))
        for button in (self.service_button, self.hazard_button):
            flow.addWidget(button)
        return self._more

    def _more_button(self, keys: str) -> QPushButton:
        button = QPushButton()
        button.setProperty("role", "quiet")
        button.setShortcut(keys)
        return button

    # --- the parts that may be added ----------------------------------------

    def _part_fields(self, prefix: str) -> list[FormField]:
        return [each for key, each in self._fields.items() if key.startswith(prefix)]

    def _has_part(self, prefix: str) -> bool:
        return self._part_fields(prefix)[0].isVisibleTo(self)

    def _show_part(self, prefix: str, is_shown: bool) -> None:
        for each in self._part_fields(prefix):
            each.setVisible(is_shown)
            row = each.parentWidget()
            if row is not None and row is not self.panel:
                row.setVisible(is_shown)
        if prefix == _SERVICE:
            words = tr("不记微服务") if is_shown else tr("当场提出微服务（Alt+F）")
            button, keys = self.service_button, "Alt+F"
        else:
            words = tr("不记隐患") if is_shown else tr("当场发现隐患（Alt+Y）")
            button, keys = self.hazard_button, "Alt+Y"
        button.setText(words)
        button.setIcon(icon("close" if is_shown else "add", BLUE))
        button.setAccessibleName(words)
        button.setShortcut(keys)  # a new text takes it away

    def _toggle_part(self, prefix: str) -> None:
        if self._has_part(prefix):
            self._show_part(prefix, False)
            return
        self._show_part(prefix, True)
        asker, place = self.editor(_SERVICE + "asker_name"), self.editor(_HAZARD + "place")
        if prefix == _SERVICE and isinstance(asker, QLineEdit) and not asker.text():
            asker.setText(self.texts()["met"] or self.texts()[HOUSEHOLD_NAME].split(" ")[-1])
        if prefix == _HAZARD and isinstance(place, QLineEdit) and not place.text():
            place.setText(tr("家中"))
        self.editor(prefix + "text").setFocus()

    def _offer_more(self, is_new: bool) -> None:
        self._more.setVisible(is_new)
        self.editor(HOUSEHOLD).setEnabled(is_new)

    def _on_filled(self) -> None:
        """Only parts in which something was typed are open."""
        texts = self.texts()
        self._show_part(_SERVICE, bool(texts[_SERVICE + "text"]))
        self._show_part(_HAZARD, bool(texts[_HAZARD + "text"]))

    def _show_why(self, why: str) -> None:
        self.why.setText(why)
        self.why.setVisible(bool(why))

    # --- reading and writing ----------------------------------------

    def _load(self) -> FormLoad:
        store = self._context.store
        self._hazard_days = setting_facts(store, SettingKey.HAZARD_DAYS)
        if self._visit_id is None:
            home = found_household(store, self._household_id) if self._household_id else None
            return FormLoad(
                {
                    HOUSEHOLD: self._household_id if home else "",
                    HOUSEHOLD_NAME: home.title if home else "",
                    "purpose": VisitPurpose.ROUTINE.value,
                    "way": VisitWay.AT_HOME.value,
                    "visited_on": self.today.isoformat(),
                    _HAZARD + "level": HazardLevel.MEDIUM.value,
                }
            )
        visit = one_visit(store, self._context.actor, self._visit_id)
        if visit is None:
            return FormLoad(None)
        return FormLoad(
            {
                HOUSEHOLD: visit.household_id,
                HOUSEHOLD_NAME: f"{visit.number} {visit.head_name}".strip(),
                "purpose": visit.purpose.value,
                "way": visit.way.value,
                "met": visit.met,
                "note": visit.note,
                "visited_on": visit.visited_on.isoformat(),
            }
        )

    def _writer(self, texts: Texts) -> Callable[[], Changes]:
        given = VisitFields(
            household_id=texts[HOUSEHOLD] or None,
            visited_on=day_of(texts, "visited_on"),
            purpose=VisitPurpose(texts["purpose"]),
            way=VisitWay(texts["way"]),
            met=texts["met"],
            note=texts["note"],
        )
        self._refuse(
            visit_problems(
                household_id=given.household_id,
                visited_on=given.visited_on,
                met=given.met,
                note=given.note,
                today=self.today,
            )
        )
        store, actor = self._context.store, self._context.actor
        self.visited = (texts[HOUSEHOLD], texts[HOUSEHOLD_NAME])
        draft_id = self._draft_id
        if self._visit_id is not None:
            visit_id = self._visit_id
            return partial(
                edit_visit, store, actor, visit_id=visit_id, given=given, draft_id=draft_id
            )
        return partial(
            _record,
            partial(
                record_visit,
                store,
                actor,
                given,
                services=self._services(texts),
                hazards=self._hazards(texts),
                draft_id=draft_id,
            ),
        )

    def _services(self, texts: Texts) -> list[ServiceFields]:
        if not self._has_part(_SERVICE):
            return []
        given = ServiceFields(
            asker_name=texts[_SERVICE + "asker_name"],
            text=texts[_SERVICE + "text"],
            asked_on=day_of(texts, "visited_on"),
            kind=ServiceKind(texts[_SERVICE + "kind"]),
        )
        self._refuse_part(
            _SERVICE,
            service_problems(
                asker_name=given.asker_name,
                asker_phone="",
                text=given.text,
                asked_on=given.asked_on,
                due_on=None,
                today=self.today,
            ),
        )
        return [given]

    def _hazards(self, texts: Texts) -> list[HazardFields]:
        if not self._has_part(_HAZARD):
            return []
        level, found_on = HazardLevel(texts[_HAZARD + "level"]), day_of(texts, "visited_on")
        given = HazardFields(
            kind=HazardKind(texts[_HAZARD + "kind"]),
            level=level,
            place=texts[_HAZARD + "place"],
            text=texts[_HAZARD + "text"],
            found_on=found_on,
            due_on=hazard_due_on(level, found_on, self._hazard_days),
        )
        self._refuse_part(
            _HAZARD,
            hazard_problems(
                place=given.place,
                text=given.text,
                found_on=given.found_on,
                due_on=given.due_on,
                today=self.today,
            ),
        )
        return [given]

    def _refuse_part(self, prefix: str, problems: list[Problem]) -> None:
        """Raises FieldWrongError for the first; a part opened by mistake can be closed again."""
        if problems:
            raise FieldWrongError(prefix + problems[0].field.value, problem_sentence(problems[0]))


def _record(work: Callable[[], RecordedWork]) -> Changes:
    return work().changes
