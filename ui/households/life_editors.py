"""The editors of a step in a household's life: who, to which household, who is what to whom."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QVBoxLayout, QWidget

from app.cases.finding import name_fits
from app.households.life_queries import villages_to_move_to
from app.households.queries import household_rows
from app.households.vocabulary import Relation
from app.store import Store
from i18n.text import tr
from ui.cases.searching_picker import SearchingPicker
from ui.context import PageContext
from ui.households.person_fields import relation_choices
from ui.households.record_form import combo
from ui.widgets.flow import FlowLayout
from ui.widgets.hits import Hit
from ui.widgets.labels import text_label


class PeopleChoice(QWidget):
    """Members to tick with the space bar; with `set_single` one at a time. `changed` after each.

    A tick outlives a kind of step that is not for this person.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._boxes: dict[str, QCheckBox] = {}
        self._put_by: set[str] = set()
        self._is_single = False
        self._flow = FlowLayout(self, spacing=14)
        self.nobody = text_label(tr("这一户没有可选的人。"), "muted")
        self.nobody.hide()
        self._flow.addWidget(self.nobody)

    def set_people(self, people: Iterable[tuple[str, str]]) -> None:
        """`people` are (id, words)."""
        for box in self._boxes.values():
            self._flow.removeWidget(box)
            box.deleteLater()
        self._boxes, self._put_by = {}, set()
        for record_id, words in people:
            box = QCheckBox(words)
            box.setAccessibleName(words)
            box.toggled.connect(partial(self._on_toggled, record_id))
            self._boxes[record_id] = box
            self._flow.addWidget(box)
        first = next(iter(self._boxes.values()), None)
        if first is not None:
            self.setFocusProxy(first)

    def show_only(self, ids: Iterable[str]) -> None:
        """Those this can happen to; the others' ticks do not count until it can again."""
        wanted = set(ids)
        for record_id, box in self._boxes.items():
            is_wanted = record_id in wanted
            box.setVisible(is_wanted)
            if box.isChecked() and not is_wanted:
                self._put_by.add(record_id)
                box.setChecked(False)
            elif is_wanted and record_id in self._put_by:
                self._put_by.discard(record_id)
                box.setChecked(True)
        self.nobody.setVisible(not wanted)

    def set_single(self, is_single: bool) -> None:
        """At most one; of several the first stays."""
        self._is_single = is_single
        if is_single:
            for record_id in self.chosen()[1:]:
                self._boxes[record_id].setChecked(False)

    def chosen(self) -> list[str]:
        return [record_id for record_id, box in self._boxes.items() if box.isChecked()]

    def form_text(self) -> str:
        return ",".join(self.chosen())

    def set_form_text(self, text: str) -> None:
        wanted = set(text.split(","))
        self._put_by = set()
        for record_id, box in self._boxes.items():
            box.setChecked(record_id in wanted)

    def _on_toggled(self, record_id: str, is_on: bool) -> None:
        if is_on and self._is_single:
            for other, box in self._boxes.items():
                if other != record_id:
                    box.setChecked(False)
        self.changed.emit()


class RelationsEditor(QWidget):
    """A relation for each of these people; what follows from the rules is filled in."""

    row_added = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._said: dict[str, str] = {}
        self._combos: dict[str, QComboBox] = {}
        self._is_filling = False
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)

    def set_people(
        self, people: Sequence[tuple[str, str]], proposed: Mapping[str, Relation | None]
    ) -> None:
        """`people` are (id, name); what a person chose before stays."""
        if [one for one, _ in people] != list(self._combos):
            self._rebuild(people)
        self._is_filling = True
        for record_id, each in self._combos.items():
            relation = proposed.get(record_id)
            code = self._said.get(record_id, relation.value if relation else "")
            each.setCurrentIndex(max(0, each.findData(code)))
        self._is_filling = False

    def relations(self) -> dict[str, Relation | None]:
        """As they stand."""
        found = {key: str(each.currentData() or "") for key, each in self._combos.items()}
        return {key: Relation(code) if code else None for key, code in found.items()}

    def form_text(self) -> str:
        return json.dumps(self._said)

    def set_form_text(self, text: str) -> None:
        self._said = json.loads(text) if text else {}

    def _rebuild(self, people: Sequence[tuple[str, str]]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self._combos = {}
        for row, (record_id, name) in enumerate(people):
            each = combo(relation_choices())
            each.setAccessibleName(tr("{name}是新户主的", name=name))
            each.activated.connect(partial(self._on_said, record_id))
            label = text_label(name)
            label.setBuddy(each)
            self._grid.addWidget(label, row, 0)
            self._grid.addWidget(each, row, 1)
            self._combos[record_id] = each
            self.row_added.emit(each)

    def _on_said(self, record_id: str, _place: int) -> None:
        self._said[record_id] = str(self._combos[record_id].currentData() or "")


@dataclass(frozen=True, slots=True)
class HouseholdHit:
    """A household, or a village, in the list under the field."""

    kind: str
    record_id: str
    title: str
    subtitle: str


class VillagePicker(QWidget):
    """A village of this county, by name or pinyin; `changed` when one is chosen or taken away."""

    changed = Signal()

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._but = ""
        self.picker = SearchingPicker(
            name=tr("搬到本县哪个村"),
            placeholder=tr("输入村名或拼音，按 ↓ 看全部"),
            runner=context.runner,
            search=self._search,
        )
        self.setFocusProxy(self.picker)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.picker)
        self.picker.picked.connect(self.changed)
        self.picker.cleared.connect(self.changed)

    def set_place(self, *, but: str) -> None:
        """The village that is not offered."""
        self._but = but

    def title(self) -> str:
        """The village after its township; empty while none is chosen."""
        hit = self.picker.value()
        return hit.title if hit is not None else ""

    def form_text(self) -> str:
        hit = self.picker.value()
        return json.dumps([hit.record_id, hit.title]) if hit is not None else ""

    def set_form_text(self, text: str) -> None:
        record_id, title = json.loads(text) if text else ("", "")
        self.picker.set_value(HouseholdHit("unit", record_id, title, "") if title else None)

    def _search(self, typed: str) -> Sequence[Hit]:
        """On the reader thread."""
        return [
            HouseholdHit("unit", unit_id, name, "")
            for unit_id, name in villages_to_move_to(self._context.actor, but=self._but)
            if name_fits(name, typed)
        ]


class HouseholdPicker(QWidget):
    """Another living household of the village, by number, name, pinyin or telephone."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._unit_id = self._but = ""
        self.picker = SearchingPicker(
            name=tr("并到哪一户"),
            placeholder=tr("户号、户主、家人、拼音、电话"),
            runner=context.runner,
            search=self._search,
        )
        self.setFocusProxy(self.picker)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.picker)

    def set_place(self, unit_id: str, *, but: str) -> None:
        """The village, and the household that is not offered."""
        self._unit_id, self._but = unit_id, but

    def household_id(self) -> str:
        hit = self.picker.value()
        return hit.record_id if hit is not None else ""

    def title(self) -> str:
        hit = self.picker.value()
        return hit.title if hit is not None else ""

    def form_text(self) -> str:
        hit = self.picker.value()
        return json.dumps([hit.record_id, hit.title]) if hit is not None else ""

    def set_form_text(self, text: str) -> None:
        if not text:
            self.picker.set_value(None)
            return
        record_id, title = json.loads(text)
        self.picker.set_value(HouseholdHit("household", record_id, title, ""))

    def _search(self, typed: str) -> Sequence[Hit]:
        """On the reader thread."""
        return household_hits(self._context.store, self._unit_id, typed, but=self._but)


MOST_HITS = 12


def household_hits(store: Store, unit_id: str, typed: str, *, but: str) -> list[HouseholdHit]:
    """Living households of the village, without one of them."""
    rows = household_rows(store, unit_id, typed=typed)
    living = [row for row in rows if not row.is_dissolved and row.id != but][:MOST_HITS]
    return [
        HouseholdHit(
            "household",
            row.id,
            f"{row.number} {row.head_name}".strip(),
            tr("{count} 人 · {grid}", count=row.resident_count, grid=row.micro_grid_name),
        )
        for row in living
    ]
