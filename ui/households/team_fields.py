"""Two fields of a term in the team: what somebody can, and who it is in the roster."""

from __future__ import annotations

import json
from collections.abc import Sequence

from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from app.cases.finding import Found, find_residents
from app.mediation.mediator_rules import SKILLS, skills_of, stored_skills
from i18n.text import tr
from ui.cases.searching_picker import SearchingPicker
from ui.context import PageContext
from ui.widgets.flow import FlowLayout


class SkillTicks(QWidget):
    """A tick for each skill of GB/T 31000-2015, 5.5 that a mediation may need. Codes that have no
    tick here are kept."""

    def __init__(self) -> None:
        super().__init__()
        self._others: frozenset[str] = frozenset()
        self.ticks = {code: QCheckBox(name) for code, name in SKILLS.items()}
        flow = FlowLayout(self, spacing=10)
        for tick in self.ticks.values():
            tick.setAccessibleName(tr("专长：{skill}", skill=tick.text()))
            flow.addWidget(tick)
        self.setFocusProxy(next(iter(self.ticks.values())))

    def form_text(self) -> str:
        ticked = {code for code, tick in self.ticks.items() if tick.isChecked()}
        return stored_skills(ticked | self._others) or ""

    def set_form_text(self, text: str) -> None:
        codes = skills_of(text)
        self._others = codes - self.ticks.keys()
        for code, tick in self.ticks.items():
            tick.setChecked(code in codes)


class ResidentChoice(QWidget):
    """A resident of the village, or nobody."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._unit_id = ""
        self.picker = SearchingPicker(
            name=tr("花名册里是哪一位"),
            placeholder=tr("姓名、拼音或首字母；不在花名册里的不填"),
            runner=context.runner,
            search=self._find,
        )
        self.setFocusProxy(self.picker)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.picker)

    def set_unit(self, unit_id: str) -> None:
        """Whose roster is searched."""
        self._unit_id = unit_id

    def resident_id(self) -> str:
        """Of the one that was picked; empty for nobody."""
        hit = self.picker.value()
        return hit.record_id if hit else ""

    def form_text(self) -> str:
        hit = self.picker.value()
        return resident_text(hit.record_id, hit.title) if hit else ""

    def set_form_text(self, text: str) -> None:
        resident_id, name = json.loads(text) if text else ("", "")
        self.picker.set_value(Found("resident", resident_id, name, "") if resident_id else None)

    def _find(self, typed: str) -> Sequence[Found]:
        return find_residents(
            self._context.store, typed, unit_ids=frozenset({self._unit_id}), limit=8
        )


def resident_text(resident_id: str, name: str) -> str:
    """As the form keeps a choice; empty for nobody."""
    return json.dumps([resident_id, name], ensure_ascii=False) if resident_id else ""
