"""The list of cases: typed words and a state narrow it, pages come as one scrolls."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.accounts.vocabulary import Permission
from app.cases.file_rules import is_mass
from app.cases.listing import CaseFilter, CaseList, CaseRow
from app.cases.vocabulary import CaseKind, Urgency
from app.store import SyncState
from i18n.text import tr
from ui.cases.choices import CaseChoices
from ui.context import PageContext
from ui.theme import text_px
from ui.widgets.cards import Card
from ui.widgets.paged_rows import PagedRowsModel
from ui.widgets.rows_model import Column
from ui.widgets.two_lines import TwoLineTable
from ui.wording_cases import STATE_TONES, count_text, parties_text, secret_mark
from ui.wording_clocks import beside_words, due_tone, due_words, limit_word
from ui.wording_rules import name_of
from ui.wording_sync import sync_state_word
from ui.wording_time import village_day
from ui.work.saved_filters import SavedFilters

FILTER_DELAY_MS = 150
NARROW_PX = 560


class CaseListCard(Card):
    """`filter_changed` when another list is wanted, `more_wanted` for its next page,
    `case_chosen(case id)` when the cursor moves, `case_opened(case id)` on Enter."""

    filter_changed = Signal()
    more_wanted = Signal()
    case_chosen = Signal(str)
    case_opened = Signal(str)

    def __init__(self, *, has_village: bool, parent: QWidget | None = None) -> None:
        super().__init__(tr("全部案件"), aside=" ", is_flush=True, parent=parent)
        self.words = QLineEdit(self)
        self.words.setPlaceholderText(tr("筛选：名称、当事人、类别、编号，拼音首字母也行"))
        self.words.setAccessibleName(tr("筛选案件"))
        self.words.setClearButtonEnabled(True)
        self.choices = CaseChoices(self)
        self.states, self.kinds = self.choices.states, self.choices.kinds
        self.saved: SavedFilters | None = None
        self._has_village = has_village
        self._today, self._remind_days = date.min, 0
        self.model = PagedRowsModel(self._columns(), key=_case_id, parent=self)
        self.table = TwoLineTable(self.model, name=tr("案件列表"), parent=self)
        self.table.set_filter_field(self.words)
        self._total: int | None = 0
        self._at_least = 0
        self._may_record = True
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(FILTER_DELAY_MS)
        self._build()
        self._connect()

    def wanted(self, unit_ids: frozenset[str] | None) -> CaseFilter:
        """What the filter fields ask for."""
        return self.choices.narrowed(CaseFilter(text=self.words.text().strip(), unit_ids=unit_ids))

    def know_person(self, context: PageContext) -> None:
        """Whose first contacts and whose saved filters these are."""
        self._may_record = context.actor.may(Permission.RECORD_CASE)
        self.choices.know_person(context)
        self.saved = SavedFilters(context, page="cases", body=self.body_of_filter, parent=self)
        self.saved.chosen.connect(self.show_filter)
        self.filter_changed.connect(self.saved.follow)
        self._bar.addWidget(self.saved)
        QWidget.setTabOrder(self.saved.restore, self.table)

    def body_of_filter(self) -> dict[str, str]:
        """The filter as it is kept under a name."""
        return {"words": self.words.text().strip(), **self.choices.chosen()}

    def show_filter(self, body: Mapping[str, str]) -> None:
        """Fill the fields with what was kept, and read the list once."""
        self.words.blockSignals(True)
        self.words.setText(body.get("words", ""))
        self.words.blockSignals(False)
        self.choices.choose(body)
        self.filter_changed.emit()

    def show_list(self, found: CaseList) -> None:
        self._total, self._at_least = found.total, found.at_least
        self._today, self._remind_days = found.today, found.remind_days
        self.model.set_list(found)
        self._show_empty()
        self._show_count(found)

    def show_more(self, found: CaseList) -> None:
        """The next page of the list that is shown."""
        self.model.append(found)
        self._show_count(found)

    def _show_count(self, found: CaseList) -> None:
        shown = self.model.rowCount()
        if not found.is_last:
            shown = max(shown, self._at_least)
        self.set_aside(count_text(self._total, shown=shown, is_last=found.is_last))

    def choose(self, case_id: str) -> bool:
        """Move the cursor to the case; False when it is not in the rows read so far."""
        return self.table.choose(case_id)

    def focus_list(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def reset_filter(self) -> None:
        """All cases again, so that one that was filtered out can be shown."""
        self.words.blockSignals(True)
        self.words.clear()
        self.words.blockSignals(False)
        self.choices.choose({})

    def hideEvent(self, event: QHideEvent) -> None:
        """A list that is not seen asks nothing; it is read again when the page is opened."""
        super().hideEvent(event)
        self._timer.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside a case on a small screen the subject needs the room; the rest is on the case."""
        super().resizeEvent(event)
        is_narrow = self.width() < text_px(NARROW_PX)
        for place, column in enumerate(self.model.columns):
            if column.value == _recorded:
                self.table.setColumnHidden(place, is_narrow)

    def _build(self) -> None:
        bar = QVBoxLayout()
        bar.setContentsMargins(15, 8, 15, 6)
        bar.setSpacing(6)
        bar.addWidget(self.words)
        bar.addWidget(self.choices)
        self._bar = bar
        self.body.addLayout(bar)
        self.add(self.table, 1)
        QWidget.setTabOrder(self.words, self.choices)
        QWidget.setTabOrder(self.choices, self.table)

    def _connect(self) -> None:
        self._timer.timeout.connect(self.filter_changed)
        self.words.textChanged.connect(self._on_words_changed)
        self.choices.changed.connect(self.filter_changed)
        self.model.more_wanted.connect(self.more_wanted)
        self.table.row_chosen.connect(self._on_row_chosen)
        self.table.row_opened.connect(self._on_row_opened)

    def _columns(self) -> list[Column[CaseRow]]:
        return [
            Column(
                tr("状态"),
                _state,
                _state_tone,
                98,
                is_pill=True,
                below=_sync,
                below_tone=_sync_tone,
            ),
            Column(tr("案件"), _subject, below=self._known_by, mark=_secret),
            Column(tr("登记"), _recorded, width=76, sort_key=_recorded_at),
            Column(tr("期限"), self._due, self._due_tone, 106, is_right=True, below=_due_limit),
        ]

    def _known_by(self, row: CaseRow) -> str:
        """What one looks for a case by, besides its title."""
        place = f"{row.village} → {row.holder}" if row.holder else row.village
        said = [
            tr("急") if row.urgency is Urgency.HIGH else "",
            name_of(row.kind) if row.kind is not CaseKind.DISPUTE else "",
            parties_text(row.parties, row.party_count),
            tr("涉及 {count} 人", count=row.head_count) if is_mass(row.head_count) else "",
            self._other_limit(row),
            place if self._has_village else "",
            row.number,
        ]
        return " · ".join(each for each in said if each)

    def _due(self, row: CaseRow) -> str:
        return "" if row.due_on is None else due_words(row.due_on, self._today)

    def _other_limit(self, row: CaseRow) -> str:
        if len(row.limits) < 2:
            return ""
        other = row.limits[1]
        return beside_words(limit_word(other.limit), other.due_on)

    def _due_tone(self, row: CaseRow) -> str | None:
        return due_tone(row.due_on, self._today, remind_days=self._remind_days)

    def _show_empty(self) -> None:
        is_narrowed = bool(self.choices.chosen())
        is_filtered = bool(self.words.text().strip()) or is_narrowed
        if is_filtered:
            self.table.set_empty_text(tr("没有符合的案件"), tr("换几个字，或按“全部”去掉筛选。"))
        elif self._may_record:
            self.table.set_empty_text(
                tr("还没有案件"), tr("按“登记案件”（Ctrl+N）记下第一件，没有网络也能登记。")
            )
        else:
            self.table.set_empty_text(
                tr("还没有案件"), tr("交办给本单位、请本单位协办的案件，联系县里以后会列在这里。")
            )

    def _on_words_changed(self, _text: str) -> None:
        self._timer.start()

    def _on_row_chosen(self, row: CaseRow) -> None:
        self.case_chosen.emit(row.case_id)

    def _on_row_opened(self, row: CaseRow) -> None:
        self.case_opened.emit(row.case_id)


def _case_id(row: CaseRow) -> str:
    return row.case_id


def _state(row: CaseRow) -> str:
    return name_of(row.state)


def _state_tone(row: CaseRow) -> str:
    return STATE_TONES[row.state]


def _subject(row: CaseRow) -> str:
    return row.title


def _secret(row: CaseRow) -> str:
    return secret_mark(row.is_confidential)


def _due_limit(row: CaseRow) -> str:
    return "" if row.due_on is None else limit_word(row.due_limit)


def _recorded(row: CaseRow) -> str:
    return f"{village_day(row.recorded_at):%m-%d}"


def _recorded_at(row: CaseRow) -> object:
    return row.recorded_at


CONFLICT_COLUMN = 0
"""Where a line says 有冲突."""


def in_conflict(row: CaseRow) -> str:
    """The case's id where its line says 有冲突."""
    is_shown = row.sync_state is SyncState.CONFLICT and not row.asked_for
    return row.case_id if is_shown else ""


def _sync(row: CaseRow) -> str:
    return tr("申请移交") if row.asked_for else sync_state_word(row.sync_state)[0]


def _sync_tone(row: CaseRow) -> str:
    return "warn" if row.asked_for else sync_state_word(row.sync_state)[1]
