"""Choosing a mediator from the teams of the township, by name and by what somebody can."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.cases.finding import name_fits
from app.mediation.mediator_rules import LANGUAGES, LAW, PSYCHOLOGY
from app.mediation.mediators import Candidate, candidates
from app.organisations.rules import display_name
from i18n.text import tr
from ui.cases.searching_picker import SearchingPicker
from ui.context import PageContext
from ui.widgets.forms import ChoiceRow
from ui.wording_mediation import skill_words
from ui.wording_rules import name_of

MOST_HITS = 12
ANYBODY = "anybody"


@dataclass(frozen=True)
class MemberHit:
    """A candidate as the picker shows it."""

    record_id: str
    title: str
    subtitle: str
    kind: str = "team_member"


class MemberPicker(QWidget):
    """`changed(name, member_id)`; a name that is in no team is kept as it was typed."""

    changed = Signal(str, str)

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._case_id = ""
        self.skill = ChoiceRow(
            [
                (ANYBODY, tr("都看")),
                (LANGUAGES, tr("会民族语言")),
                (LAW, tr("懂法律")),
                (PSYCHOLOGY, tr("懂心理")),
            ]
        )
        self.skill.setAccessibleName(tr("按专长找"))
        self.skill.set_value(ANYBODY)
        self.picker = SearchingPicker(
            name=tr("调解员"),
            placeholder=tr("姓名或拼音，按 ↓ 看全部；不在队员里的直接写姓名"),
            runner=context.runner,
            search=self._find,
        )
        self.setFocusProxy(self.picker)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.skill)
        column.addWidget(self.picker)
        self.picker.picked.connect(self._on_changed)
        self.picker.edit.editingFinished.connect(self._on_changed)

    def set_case(self, case_id: str) -> None:
        """Whose teams are searched."""
        self._case_id = case_id

    def name(self) -> str:
        """As it was typed, or of the one that was picked."""
        hit = self.picker.value()
        return hit.title if hit else self.picker.text().strip()

    def member_id(self) -> str:
        """Of the one that was picked; empty for anybody else."""
        hit = self.picker.value()
        return hit.record_id if hit else ""

    def form_text(self) -> str:
        return json.dumps([self.name(), self.member_id()], ensure_ascii=False)

    def set_form_text(self, text: str) -> None:
        name, member_id = json.loads(text) if text else ("", "")
        if member_id:
            self.picker.set_value(MemberHit(member_id, name, ""))
        else:
            self.picker.set_text(name)
        self._on_changed()

    def _find(self, typed: str) -> Sequence[MemberHit]:
        skill = self.skill.value()
        found = candidates(
            self._context.store,
            self._context.actor,
            self._case_id,
            skill="" if skill == ANYBODY else skill,
        )
        fitting = [one for one in found if name_fits(one.name, typed)]
        return [self._hit(one) for one in fitting[:MOST_HITS]]

    def _hit(self, one: Candidate) -> MemberHit:
        unit = self._context.actor.units.get(one.unit_id)
        parts = (
            display_name(unit) if unit else "",
            one.post_name or name_of(one.post),
            skill_words(one.skills),
        )
        return MemberHit(one.member_id, one.name, " · ".join(part for part in parts if part))

    def _on_changed(self, *_ignored: object) -> None:
        self.changed.emit(self.name(), self.member_id())
