"""The list of incidents: words, class, state and period narrow it, pages come as one scrolls."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.incidents.queries import IncidentFilter, IncidentList, IncidentRow
from app.incidents.rules import OPEN_STATES, STANDING_STATES
from app.incidents.vocabulary import IncidentClass, IncidentState
from app.store import SyncState
from i18n.text import tr
from ui.context import PageContext
from ui.theme import text_px
from ui.widgets.cards import Card
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import calm_wheel
from ui.widgets.paged_rows import PagedRowsModel
from ui.widgets.record_table import RecordTable
from ui.widgets.rows_model import Column
from ui.widgets.sync_column import sync_column, sync_word
from ui.wording_cases import count_text, subject_text
from ui.wording_incidents import CLASS_TONES, STATE_TONES, class_word, people_text
from ui.wording_rules import name_of
from ui.wording_time import short_moment
from ui.work.saved_filters import SavedFilters

FILTER_DELAY_MS = 150
NARROW_PX = 620
KEY: Final = Qt.ItemDataRole.UserRole + 1
"""What a choice is called where it is kept."""


class IncidentListCard(Card):
    """`filter_changed` when another list is wanted, `more_wanted` for its next page,
    `incident_chosen(id)` when the cursor moves, `incident_opened(id)` on Enter."""

    filter_changed = Signal()
    more_wanted = Signal()
    incident_chosen = Signal(str)
    incident_opened = Signal(str)

    def __init__(
        self, *, has_village: bool, may_record: bool, today: date, parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("网格警情"), aside=" ", is_flush=True, parent=parent)
        self._may_record = may_record
        self._today = today
        self.words = QLineEdit(self)
        self.words.setPlaceholderText(tr("筛选：名称、人员、地点、编号，拼音首字母也行"))
        self.words.setAccessibleName(tr("筛选警情"))
        self.words.setClearButtonEnabled(True)
        self._choices = QWidget(self)
        self.classes = _combo(tr("性质"), self._choices)
        self.states = _combo(tr("状态"), self._choices)
        self.periods = _combo(tr("时间"), self._choices)
        self.saved: SavedFilters | None = None
        self._fill_choices()
        self.model = PagedRowsModel(_columns(has_village), key=_incident_id, parent=self)
        self.table = RecordTable(self.model, name=tr("警情列表"), parent=self)
        self.table.set_filter_field(self.words)
        self._total: int | None = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(FILTER_DELAY_MS)
        self._build()
        self._connect()

    def wanted(self, unit_ids: frozenset[str] | None) -> IncidentFilter:
        """What the filter fields ask for."""
        first_day, last_day = self.periods.currentData()
        return IncidentFilter(
            text=self.words.text().strip(),
            states=self.states.currentData(),
            classes=self.classes.currentData(),
            first_day=first_day,
            last_day=last_day,
            unit_ids=unit_ids,
        )

    def know_person(self, context: PageContext) -> None:
        """Whose saved filters these are."""
        self.saved = SavedFilters(context, page="incidents", body=self.body_of_filter, parent=self)
        self.saved.chosen.connect(self.show_filter)
        self.filter_changed.connect(self.saved.follow)
        self._bar.addWidget(self.saved)
        QWidget.setTabOrder(self.periods, self.saved)
        QWidget.setTabOrder(self.saved, self.table)

    def body_of_filter(self) -> dict[str, str]:
        """The filter as it is kept under a name: what stands first in a field narrows nothing."""
        chosen = {name: str(combo.currentData(KEY)) for name, combo in self._named().items()}
        return {"words": self.words.text().strip(), **chosen}

    def show_filter(self, body: Mapping[str, str]) -> None:
        """Fill the fields with what was kept, and read the list once; a choice of a newer program
        narrows nothing here."""
        self.reset_filter()
        for field in (self.words, *self._combos()):
            field.blockSignals(True)
        self.words.setText(body.get("words", ""))
        for name, combo in self._named().items():
            combo.setCurrentIndex(max(0, combo.findData(body.get(name, ""), KEY)))
        for field in (self.words, *self._combos()):
            field.blockSignals(False)
        self.filter_changed.emit()

    def show_list(self, found: IncidentList) -> None:
        self._total = found.total
        self.model.set_list(found)
        self._show_empty()
        self._show_count(found)

    def show_more(self, found: IncidentList) -> None:
        """The next page of the list that is shown."""
        self.model.append(found)
        self._show_count(found)

    def _show_count(self, found: IncidentList) -> None:
        shown = self.model.rowCount()
        self.set_aside(count_text(self._total, shown=shown, is_last=found.is_last))

    def choose(self, incident_id: str) -> bool:
        """Move the cursor to the incident; False when it is not in the rows read so far."""
        return self.table.choose(incident_id)

    def focus_list(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def reset_filter(self) -> None:
        """All incidents again, so that one that was filtered out can be shown."""
        fields = (self.words, *self._combos())
        for field in fields:
            field.blockSignals(True)
        self.words.clear()
        for combo in self._combos():
            combo.setCurrentIndex(0)
        for field in fields:
            field.blockSignals(False)

    def hideEvent(self, event: QHideEvent) -> None:
        """A list that is not seen asks nothing; it is read again when the page is opened."""
        super().hideEvent(event)
        self._timer.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside an incident on a small screen the subject needs the room."""
        super().resizeEvent(event)
        is_narrow = self.width() < text_px(NARROW_PX)
        for place, column in enumerate(self.model.columns):
            if column.value in (_place, sync_word):
                self.table.setColumnHidden(place, is_narrow)

    def _combos(self) -> tuple[QComboBox, ...]:
        return self.classes, self.states, self.periods

    def _named(self) -> dict[str, QComboBox]:
        return {"class": self.classes, "state": self.states, "period": self.periods}

    def _fill_choices(self) -> None:
        _add(self.classes, tr("全部性质"), frozenset(IncidentClass))
        for each in IncidentClass:
            _add(self.classes, class_word(each), frozenset({each}), key=each.value)
        _add(self.states, tr("全部状态"), STANDING_STATES)
        _add(self.states, tr("未办结"), OPEN_STATES, key="open")
        for state in IncidentState:
            if state is not IncidentState.NOT_RECORDED:
                _add(self.states, name_of(state), frozenset({state}), key=state.value)
        _add(self.states, tr("连同已撤销的"), frozenset(IncidentState), key="with_withdrawn")
        for words, key, days in _periods(self._today):
            _add(self.periods, words, days, key=key)

    def _build(self) -> None:
        bar = QVBoxLayout()
        bar.setContentsMargins(15, 8, 15, 6)
        bar.setSpacing(6)
        bar.addWidget(self.words)
        flow = FlowLayout(self._choices)
        for combo in self._combos():
            flow.addWidget(combo)
        line = QHBoxLayout()
        line.addWidget(self._choices, 1)
        bar.addLayout(line)
        self._bar = bar
        self.body.addLayout(bar)
        self.add(self.table, 1)
        order = (self.words, *self._combos(), self.table)
        for earlier, later in pairwise(order):
            QWidget.setTabOrder(earlier, later)

    def _connect(self) -> None:
        self._timer.timeout.connect(self.filter_changed)
        self.words.textChanged.connect(self._on_words_changed)
        for combo in self._combos():
            combo.currentIndexChanged.connect(self._on_choice_changed)
        self.model.more_wanted.connect(self.more_wanted)
        self.table.row_chosen.connect(self._on_row_chosen)
        self.table.row_opened.connect(self._on_row_opened)

    def _show_empty(self) -> None:
        is_narrowed = any(combo.currentIndex() > 0 for combo in self._combos())
        if self.words.text().strip() or is_narrowed:
            self.table.set_empty_text(
                tr("没有符合的警情"), tr("换几个字，或把性质、状态、时间改回“全部”。")
            )
        elif self._may_record:
            self.table.set_empty_text(
                tr("还没有警情"), tr("按“登记警情”（Ctrl+N）记下第一件，没有网络也能登记。")
            )
        else:
            self.table.set_empty_text(tr("还没有警情"), tr("网格员和辅警登记后会列在这里。"))

    def _on_words_changed(self, _text: str) -> None:
        self._timer.start()

    def _on_choice_changed(self, _place: int) -> None:
        self.filter_changed.emit()

    def _on_row_chosen(self, row: IncidentRow) -> None:
        self.incident_chosen.emit(row.incident_id)

    def _on_row_opened(self, row: IncidentRow) -> None:
        self.incident_opened.emit(row.incident_id)


def _combo(name: str, parent: QWidget) -> QComboBox:
    combo = QComboBox(parent)
    combo.setAccessibleName(name)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    calm_wheel(combo)
    return combo


def _add(combo: QComboBox, words: str, data: object, *, key: str = "") -> None:
    combo.addItem(words, data)
    combo.setItemData(combo.count() - 1, key, KEY)


def _periods(today: date) -> list[tuple[str, str, tuple[date | None, date | None]]]:
    this_month = today.replace(day=1)
    last_of_month = this_month - timedelta(days=1)
    return [
        (tr("全部时间"), "", (None, None)),
        (tr("今天"), "today", (today, today)),
        (tr("近 7 天"), "week", (today - timedelta(days=6), today)),
        (tr("本月"), "month", (this_month, today)),
        (tr("上月"), "last_month", (last_of_month.replace(day=1), last_of_month)),
        (tr("今年"), "year", (today.replace(month=1, day=1), today)),
    ]


def _columns(has_village: bool) -> list[Column[IncidentRow]]:
    village = [Column[IncidentRow](tr("村"), _village, width=130)] if has_village else []
    return [
        Column(tr("状态"), _state, tone=_state_tone, width=104, is_pill=True),
        Column(tr("性质"), _class, tone=_class_tone, width=58),
        Column(tr("警情"), _subject),
        *village,
        Column(tr("地点"), _place, width=120),
        Column(tr("时间"), _moment, width=116, sort_key=_happened_at),
        sync_column(tr("上报"), width=80),
    ]


def _incident_id(row: IncidentRow) -> str:
    return row.incident_id


def _state(row: IncidentRow) -> str:
    return name_of(row.state)


def _state_tone(row: IncidentRow) -> str:
    return STATE_TONES[row.state]


def _class(row: IncidentRow) -> str:
    return class_word(row.incident_class)


def _class_tone(row: IncidentRow) -> str | None:
    return CLASS_TONES[row.incident_class]


def _subject(row: IncidentRow) -> str:
    return subject_text(row.title, people_text(row.people))


def _village(row: IncidentRow) -> str:
    return row.village


def _place(row: IncidentRow) -> str:
    return row.place


def _moment(row: IncidentRow) -> str:
    return short_moment(row.happened_at)


def _happened_at(row: IncidentRow) -> object:
    return row.happened_at


def in_conflict(row: IncidentRow) -> str:
    """The incident's id where its line says 有冲突."""
    return row.incident_id if row.sync_state is SyncState.CONFLICT else ""
