"""The tab 期限: the county's clock and the law's side by side, step by step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from typing import Final

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.cases.queries import CaseDetail
from app.cases.rules import PERMISSION_NEEDED, may_follow
from app.cases.vocabulary import CaseEventKind
from app.clocks.queries import LimitsRead, read_limits
from app.clocks.rules import RUNNING, Limit
from app.clocks.specs import LimitSpec, limit_specs
from app.clocks.vocabulary import ClockState, LimitKey
from app.laptop import today_in_china
from app.village_rules.vocabulary import RuleSet
from i18n.text import tr
from ui.cases.section import CaseSection
from ui.clocks.limit_box import LimitBox
from ui.context import PageContext
from ui.theme import Tone, text_px
from ui.widgets.cards import Card
from ui.widgets.empty_state import EmptyState
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import text_label
from ui.widgets.tab_order import tab_in_reading_order
from ui.wording_clocks import done_line, missing_line, more_promises, source_lines
from ui.wording_rules import name_of

WIDE_PX: Final = 560
_K, _L = CaseEventKind, LimitKey
SIDE_BY_SIDE: Final = (
    (_L.COUNTY_MET, _L.PETITION_TOLD),
    (_L.COUNTY_CLOSED, _L.PETITION_HANDLING),
)
"""The county's step and the law's beside it."""


def due_mark(case: CaseDetail) -> str:
    """On the tab: the day the nearest limit ends, short."""
    return "" if case.due_on is None else f"{case.due_on:%m-%d}"


class ClocksSection(CaseSection):
    """Every limit that has begun, what presses first; what is over is a line each, and where the
    limits come from is said once below."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._case: CaseDetail | None = None
        self.boxes: list[LimitBox] = []
        self._rows: list[QBoxLayout] = []
        self.empty = EmptyState(tr("这件案子现在没有期限。"), tr("受理以后，期限会显示在这里。"))
        self.over = LinesCard(tr("已办完或不再计时的"))
        self.more = QPushButton()
        self.more.setProperty("role", "link")
        self.more.setAutoDefault(True)
        self.more.clicked.connect(partial(self.section_wanted.emit, "agreement"))
        self._more_row = QWidget()
        FlowLayout(self._more_row).addWidget(self.more)
        self.missing = text_label("", "tinted", wraps=True)
        self.missing.setProperty("tone", Tone.WARN.value)
        self.sources = text_label("", "muted", wraps=True)
        self._list = QWidget()
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 4, 4, 4)
        outer.setSpacing(8)
        rest = (self._more_row, self.over, self.missing, self.sources)
        for part in (self.empty, self._list, *rest):
            outer.addWidget(part)
            part.hide()
        outer.addStretch(1)

    def show_case(self, case: CaseDetail) -> None:
        self._case = case
        work = partial(read_limits, self._context.store, self._context.actor, case.case_id)
        self._context.runner.read(work, on_done=self._on_read)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn_rows()

    def _on_read(self, found: LimitsRead) -> None:
        case, today, limits = self._case, found.today, found.limits
        if case is None or case.case_id != found.case_id:
            return
        self._clear()
        self.empty.setVisible(not limits)
        self._list.setVisible(bool(limits))
        running = [one for one in limits if one.done_on is None and one.state in _PRESSING]
        over = [one for one in limits if one not in running]
        promises = [one for one in running if one.key is _L.AGREEMENT_ITEM]
        for row in paired(one for one in running if one not in promises[1:]):
            self._add_row(row, case, today)
        self.more.setText(more_promises(len(promises) - 1))
        self.more.setAccessibleName(self.more.text())
        self._more_row.setVisible(len(promises) > 1)
        self.over.show_limits(over)
        self.missing.setText(missing_line(limits))
        self.missing.setVisible(bool(self.missing.text()))
        self.sources.setText(tr("依据") + "\n" + "\n".join(source_lines(limits)))
        self.sources.setVisible(bool(limits))
        tab_in_reading_order(self)
        self._turn_rows()

    def _add_row(self, row: tuple[Limit, ...], case: CaseDetail, today: date) -> None:
        holder = QWidget()
        line = QBoxLayout(QBoxLayout.Direction.LeftToRight, holder)
        line.setContentsMargins(0, 0, 0, 0)
        for limit in row:
            box = LimitBox(
                limit, title=name_of(limit.key), today=today, steps=self._steps(limit, case)
            )
            box.step_wanted.connect(self._on_step_wanted)
            self.boxes.append(box)
            line.addWidget(box, 1)
        self._rows.append(line)
        self._column.addWidget(holder)

    def _steps(self, limit: Limit, case: CaseDetail) -> tuple[CaseEventKind, ...]:
        """What may be done about it by this person; the rules ask again when it is written."""
        if limit.rule is None or limit.state not in RUNNING | {ClockState.PAUSED}:
            return ()
        spec = _spec(limit.rule)
        wanted = []
        if limit.is_paused:
            wanted.append(_K.CLOCK_RESUMED)
        elif spec.pauses and limit.state is not ClockState.OVERDUE:
            wanted.append(_K.CLOCK_PAUSED)
        if spec.extension_max != 0 and limit.state is not ClockState.OVERDUE:
            wanted.append(_K.EXTENDED)
        return tuple(kind for kind in wanted if self._may(kind, case))

    def _may(self, kind: CaseEventKind, case: CaseDetail) -> bool:
        return may_follow(case.state, kind) and self._context.actor.reaches(
            PERMISSION_NEEDED[kind],
            unit_id=case.unit_id,
            holder_unit_id=case.holder_unit_id,
            holder_unit_ids=case.helper_unit_ids,
        )

    def _on_step_wanted(self, kind: CaseEventKind, values: dict[str, object]) -> None:
        today = today_in_china(self._context.store.clock)
        day = {"told_on": today} if kind is _K.EXTENDED else {"from_on": today}
        self.event_wanted.emit(kind, {**values, **day})

    def _turn_rows(self) -> None:
        is_wide = self.width() >= text_px(WIDE_PX)
        way = QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom
        for row in self._rows:
            row.setDirection(way)

    def _clear(self) -> None:
        self.boxes, self._rows = [], []
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()


class LinesCard(Card):
    """What is over: a tick and one quiet line each; amber where it was late."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.lines: list[QLabel] = []

    def show_limits(self, limits: Sequence[Limit]) -> None:
        for old in self.lines:
            self.body.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.lines = [self._line(one) for one in limits]
        for line in self.lines:
            self.add(line)
        self.setVisible(bool(limits))

    def _line(self, limit: Limit) -> QLabel:
        is_late = limit.state is ClockState.MET_LATE
        sign = "–" if limit.done_on is None else "✓"
        line = text_label(f"{sign} {done_line(limit)}", "muted", wraps=True)
        line.setProperty("tone", (Tone.WARN if is_late else Tone.NEUTRAL).value)
        return line


_PRESSING: Final = RUNNING | {ClockState.PAUSED}


def paired(limits: Iterable[Limit]) -> list[tuple[Limit, ...]]:
    """In their order, the county's step with the law's beside it."""
    left = list(limits)
    rows: list[tuple[Limit, ...]] = []
    while left:
        first = left.pop(0)
        other = next((one for one in left if _belong(first, one)), None)
        if other is None:
            rows.append((first,))
            continue
        left.remove(other)
        pair = (first, other) if (first.key, other.key) in SIDE_BY_SIDE else (other, first)
        rows.append(pair)
    return rows


def _belong(one: Limit, other: Limit) -> bool:
    return (one.key, other.key) in SIDE_BY_SIDE or (other.key, one.key) in SIDE_BY_SIDE


def _spec(rule: RuleSet) -> LimitSpec:
    [spec] = limit_specs((rule,))
    return spec
