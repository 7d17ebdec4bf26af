"""A list of the grid's work: typed words, who, when, open or done narrow it; pages come as one
scrolls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from app.accounts.session import Actor
from app.errors import UserFacingError
from app.grid_work.lists import PAGE_SIZE, WorkFilter, WorkPage, WorkState, recorders
from app.laptop import today_in_china
from app.store import Store
from i18n.text import tr
from ui.context import PageContext
from ui.theme import text_px
from ui.widgets.cards import Card
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import calm_wheel
from ui.widgets.paged_rows import PagedRowsModel
from ui.widgets.rows_model import Column
from ui.widgets.slim import SlimTable
from ui.wording import error_sentence

FILTER_DELAY_MS = 150
NARROW_PX = 560
Span = tuple[date | None, date | None]


class ReadPage(Protocol):
    """One of the paged lists of ``app.grid_work.lists``."""

    def __call__(
        self,
        store: Store,
        actor: Actor,
        wanted: WorkFilter,
        *,
        after: Any = None,
        limit: int = PAGE_SIZE,
    ) -> WorkPage[Any]: ...


class WorkList(Card):
    """Reads itself. With ``has_states`` what is open is shown, of whatever day; else the last 90
    days. Columns titled as in ``wide_only`` need a wide list.

    `row_chosen(row)` when the cursor moves, `row_opened(row)` on Enter, `listed` when a list has
    been read.
    """

    row_chosen = Signal(object)
    row_opened = Signal(object)
    listed = Signal()

    def __init__(
        self,
        context: PageContext,
        *,
        title: str,
        columns: Sequence[Column[Any]],
        read_page: ReadPage,
        has_states: bool,
        wide_only: Sequence[str] = (),
        empty: tuple[str, str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, aside=" ", is_flush=True, parent=parent)
        self._context = context
        self._read_page = read_page
        self._has_states = has_states
        self._wide_only = frozenset(wide_only)
        self._empty = empty
        self._unit_id = ""
        self._asked = 0
        self._wanted_id = ""
        self.words = QLineEdit()
        self.words.setPlaceholderText(tr("筛选：户主、拼音、户号或内容"))
        self.words.setClearButtonEnabled(True)
        self.states, self.by, self.spans = QComboBox(), QComboBox(), QComboBox()
        if not has_states:
            self.states.hide()
        self.model = PagedRowsModel(columns, key=_id_of, parent=self)
        self.table = SlimTable(self.model, name=title)
        self.table.set_filter_field(self.words)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(FILTER_DELAY_MS)
        self._build(title)
        self._connect()

    def show_unit(self, unit_id: str) -> None:
        """Another village's list."""
        if unit_id != self._unit_id:
            self._unit_id = unit_id
            self.model.set_list(WorkPage((), is_last=True))
        self.load()

    def load(self) -> None:
        """Read again, as far as it was read."""
        if not self._unit_id:
            return
        self._read(limit=max(PAGE_SIZE, self.model.rowCount()))
        work = partial(recorders, self._context.store, self._context.actor, self._unit_id)
        self._context.runner.read(work, on_done=self._on_recorders)

    def show_record(self, record_id: str) -> None:
        """Put the cursor there once the list is read, all filters off."""
        self._wanted_id = record_id
        for field in (self.words, self.states, self.by, self.spans):
            field.blockSignals(True)
        self.words.clear()
        self.by.setCurrentIndex(0)
        for combo in (self.states, self.spans):
            combo.setCurrentIndex(combo.count() - 1)
        for field in (self.words, self.states, self.by, self.spans):
            field.blockSignals(False)

    def choose(self, record_id: str) -> bool:
        """Move the cursor there; False when it is not in the rows read so far."""
        return self.table.choose(record_id)

    def focus_list(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def wanted(self) -> WorkFilter:
        """What the filter fields ask for."""
        today = today_in_china(self._context.store.clock)
        first, last = spans(today)[max(0, self.spans.currentIndex())][1]
        return WorkFilter(
            unit_id=self._unit_id,
            typed=self.words.text().strip(),
            by=self.by.currentData() or None,
            state=WorkState(self.states.currentData()),
            first_day=first,
            last_day=last,
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside a record on a small screen the words need the room; the rest is on the card."""
        super().resizeEvent(event)
        is_narrow = self.width() < text_px(NARROW_PX)
        for place, column in enumerate(self.model.columns):
            if column.title in self._wide_only:
                self.table.setColumnHidden(place, is_narrow)

    def hideEvent(self, event: QHideEvent) -> None:
        """A list that is not seen asks nothing; it is read again when it is opened."""
        super().hideEvent(event)
        self._timer.stop()

    def _build(self, title: str) -> None:
        bar = QWidget()
        flow = FlowLayout(bar)
        self.words.setMinimumWidth(text_px(190))
        names = (tr("筛选{what}", what=title), tr("办结情况"), tr("经手人"), tr("日期范围"))
        for widget, name in zip((self.words, self.states, self.by, self.spans), names, strict=True):
            widget.setAccessibleName(name)
            flow.addWidget(widget)
        for words, state in _state_items():
            self.states.addItem(words, state)
        self.by.addItem(tr("所有人"), "")
        for words, _span in spans(today_in_china(self._context.store.clock)):
            self.spans.addItem(words)
        self._usual_span = self.spans.count() - 1 if self._has_states else 0
        self.spans.setCurrentIndex(self._usual_span)
        for combo in (self.states, self.by, self.spans):
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            calm_wheel(combo)
        around = QVBoxLayout()
        around.setContentsMargins(15, 8, 15, 6)
        around.addWidget(bar)
        self.body.addLayout(around)
        self.add(self.table, 1)

    def _connect(self) -> None:
        self._timer.timeout.connect(self._read_anew)
        self.words.textChanged.connect(self._on_words_changed)
        for combo in (self.states, self.by, self.spans):
            combo.currentIndexChanged.connect(self._on_choice_changed)
        self.model.more_wanted.connect(self._on_more_wanted)
        self.table.row_chosen.connect(self.row_chosen)
        self.table.row_opened.connect(self.row_opened)

    # --- reading ----------------------------------------

    def _read(self, *, limit: int, after: object = None) -> None:
        if after is None:
            self._asked += 1
        work = partial(
            _numbered,
            self._asked,
            partial(
                self._read_page,
                self._context.store,
                self._context.actor,
                self.wanted(),
                after=after,
                limit=limit,
            ),
        )
        on_done = self._on_list if after is None else self._on_more
        self._context.runner.read(work, on_done=on_done, on_failed=self._on_failed)

    def _read_anew(self) -> None:
        if self._unit_id:
            self._read(limit=PAGE_SIZE)

    def _on_list(self, answer: tuple[int, WorkPage[Any]]) -> None:
        asked, page = answer
        if asked != self._asked:
            return
        current = self.table.current_row()
        kept = self._wanted_id or (_id_of(current) if current is not None else "")
        self._wanted_id = ""
        self.model.set_list(page)
        if kept:
            self.table.choose(kept)
        self._show_empty()
        count = len(page.rows)
        more = tr("{count} 条以上", count=count)
        self.set_aside(tr("共 {count} 条", count=count) if page.is_last else more)
        self.listed.emit()

    def _on_more(self, answer: tuple[int, WorkPage[Any]]) -> None:
        asked, page = answer
        if asked == self._asked:
            self.model.append(page)
            count = self.model.rowCount()
            more = tr("{count} 条以上", count=count)
            self.set_aside(tr("共 {count} 条", count=count) if page.is_last else more)

    def _on_failed(self, error: UserFacingError) -> None:
        self._context.notify(error_sentence(error))

    def _on_more_wanted(self) -> None:
        rows = self.model.rows()
        if rows:
            self._read(limit=PAGE_SIZE, after=rows[-1])

    def _on_recorders(self, found: tuple[tuple[str, str], ...]) -> None:
        """The people of this village; the one chosen stays."""
        chosen = self.by.currentData()
        self.by.blockSignals(True)
        self.by.clear()
        self.by.addItem(tr("所有人"), "")
        for account_id, name in found:
            self.by.addItem(name, account_id)
        self.by.setCurrentIndex(max(0, self.by.findData(chosen)))
        self.by.blockSignals(False)

    def _on_words_changed(self, _text: str) -> None:
        self._timer.start()

    def _on_choice_changed(self, _place: int) -> None:
        self._read_anew()

    def _show_empty(self) -> None:
        usual = (0, 0, self._usual_span)
        chosen = tuple(one.currentIndex() for one in (self.states, self.by, self.spans))
        if self.words.text().strip() or chosen != usual:
            self.table.set_empty_text(tr("没有符合的记录"), tr("换几个字，或放宽筛选。"))
        else:
            self.table.set_empty_text(*self._empty)


def spans(today: date) -> list[tuple[str, Span]]:
    """The ranges to choose from; the first is what is usually wanted, the last is everything."""
    monday = today - timedelta(days=today.weekday())
    month = today.replace(day=1)
    before = month - timedelta(days=1)
    return [
        (tr("近 90 天"), (today - timedelta(days=90), None)),
        (tr("本周"), (monday, None)),
        (tr("本月"), (month, None)),
        (tr("上月"), (before.replace(day=1), before)),
        (tr("今年"), (date(today.year, 1, 1), None)),
        (tr("全部日期"), (None, None)),
    ]


def _state_items() -> list[tuple[str, WorkState]]:
    return [
        (tr("未办结"), WorkState.OPEN),
        (tr("已办结"), WorkState.DONE),
        (tr("全部"), WorkState.ALL),
    ]


def _numbered(asked: int, work: Callable[[], WorkPage[Any]]) -> tuple[int, WorkPage[Any]]:
    return asked, work()


def _id_of(row: Any) -> str:
    return str(row.id)
