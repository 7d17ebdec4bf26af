"""统计: what can be counted now as of a moment, and the figures of incidents."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, partial
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.accounts.vocabulary import Permission
from app.cases.vocabulary import CaseState
from app.statistics.queries import Counts, counts_now
from app.store import Changes
from app.votes.vocabulary import MotionState
from i18n.text import tr
from ui.context import PageContext
from ui.court.statistics_tab import CourtTab
from ui.households.side import only_current_counts
from ui.mediation.statistics_tab import MediationTab
from ui.petitions.old_cases_tab import OldCasesTab
from ui.statistics.incidents_tab import IncidentsTab
from ui.theme import Tone
from ui.today.card_row import CardRow
from ui.widgets.bars import Segment, SegmentBar
from ui.widgets.cards import Card, StatCard
from ui.widgets.labels import text_label
from ui.widgets.tabs import TabRow
from ui.wording_cases import STATE_TONES
from ui.wording_rules import name_of
from ui.wording_time import long_moment

_MOTION_TONES = {
    MotionState.DRAFT: Tone.NEUTRAL,
    MotionState.OPEN: Tone.INFO,
    MotionState.TALLIED: Tone.OK,
    MotionState.WITHDRAWN: Tone.NEUTRAL,
}


_REGISTERS, _INCIDENTS, _PETITIONS = "registers", "incidents", "petitions"
_COURT, _MEDIATION = "court", "mediation"


class StatisticsPage(QWidget):
    """Tabs: 登记数; 警情 for whoever sees incidents; 调解, 信访和积案 and 诉源 for whoever sees
    cases."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.title = tr("统计")
        self.counts = CountsTab(context)
        parts = [(_REGISTERS, tr("登记数"))]
        if context.actor.may(Permission.SEE_INCIDENTS):
            parts.append((_INCIDENTS, tr("警情")))
        counts_cases = context.actor.may(Permission.SEE_STATISTICS)
        if counts_cases and context.actor.may(Permission.SEE_CASES):
            parts.append((_MEDIATION, tr("调解")))
            parts.append((_PETITIONS, tr("信访和积案")))
            parts.append((_COURT, tr("诉源")))
        self.switch = TabRow(parts, name=tr("统计的几个部分"))
        self.switch.set_value(_REGISTERS)
        self.switch.chosen.connect(self._on_switched)
        if len(parts) == 1:
            self.switch.hide()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.counts)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.switch)
        layout.addWidget(self._stack, 1)

    @cached_property
    def incidents(self) -> IncidentsTab:
        """Made when it is first wanted."""
        tab = IncidentsTab(self._context)
        self._stack.addWidget(tab)
        return tab

    @cached_property
    def petitions(self) -> OldCasesTab:
        """Made when it is first wanted."""
        tab = OldCasesTab(self._context)
        self._stack.addWidget(tab)
        return tab

    @cached_property
    def mediation(self) -> MediationTab:
        """Made when it is first wanted."""
        tab = MediationTab(self._context)
        self._stack.addWidget(tab)
        return tab

    @cached_property
    def court(self) -> CourtTab:
        """Made when it is first wanted."""
        tab = CourtTab(self._context)
        self._stack.addWidget(tab)
        return tab

    def load(self) -> None:
        """Count what is shown."""
        self._shown().load()

    def on_changes(self, changes: Changes) -> None:
        """Anything may have changed a count."""
        self._shown().on_changes(changes)

    def show_incidents(self) -> None:
        """The tab 警情."""
        self.switch.set_value(_INCIDENTS)
        self._on_switched(_INCIDENTS)

    def _shown(self) -> _Tab:
        return self._tab(self.switch.value())

    def _tab(self, which: str) -> _Tab:
        if which == _INCIDENTS:
            return self.incidents
        if which == _MEDIATION:
            return self.mediation
        if which == _COURT:
            return self.court
        return self.petitions if which == _PETITIONS else self.counts

    def _on_switched(self, which: str) -> None:
        self._stack.setCurrentWidget(self._tab(which))
        only_current_counts(self._stack)
        self.load()


class CountsTab(QWidget):
    """Plain counts of this laptop's file; nothing that would need a formula."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.households = StatCard(tr("户"))
        self.residents = StatCard(tr("人"))
        self.grids = StatCard(tr("微网格"))
        self.cases = StatePart(tr("案件"))
        self.motions = StatePart(tr("议案"))
        self.as_of = text_label("", "muted", wraps=True)
        how = text_label(
            tr("这里只列本机资料里数得出来的数，不估算，不折算成百分比。"), "muted", wraps=True
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(CardRow((self.households, self.residents, self.grids)))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.cases, 1)
        row.addWidget(self.motions, 1)
        layout.addLayout(row)
        layout.addWidget(how)
        layout.addWidget(self.as_of)
        layout.addStretch(1)

    def load(self) -> None:
        """Count."""
        self._context.runner.read(
            partial(counts_now, self._context.store, self._context.actor), on_done=self._on_counts
        )

    def on_changes(self, _changes: Changes) -> None:
        """Anything may have changed a count."""
        if self.isVisible():
            self.load()

    def _on_counts(self, counts: Counts) -> None:
        line = tr("{count} 个村的名册", count=counts.villages)
        self.households.show_figure(_number(counts.households), line=line)
        self.residents.show_figure(_number(counts.residents), line=line)
        self.grids.show_figure(_number(counts.micro_grids), line=line)
        for card, number in (
            (self.households, counts.households),
            (self.residents, counts.residents),
            (self.grids, counts.micro_grids),
        ):
            card.setVisible(number is not None)
        self.cases.show_states(counts.cases, {state: STATE_TONES[state] for state in CaseState})
        self.motions.show_states(counts.motions, _MOTION_TONES)
        self.as_of.setText(
            tr(
                "截至 {moment}，本机资料中县里已经收到的数；还没有上报的、没有同步到本机的不在内。",
                moment=long_moment(counts.as_of),
            )
        )


class StatePart(Card):
    """How many of a whole are in each state: n/N with the word, and a bar."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent=parent)
        self.words = text_label("", wraps=True)
        self.bar = SegmentBar()
        self.add(self.bar)
        self.add(self.words)

    def show_states(
        self, counts: Mapping[Any, int] | None, tones: Mapping[Any, Tone | str]
    ) -> None:
        """`counts` by state; hidden without permission."""
        self.setVisible(counts is not None)
        if counts is None:
            return
        total = sum(counts.values())
        self.set_aside(tr("共 {total} 件", total=total))
        lines = [
            tr("{state} {count}/{total}", state=name_of(state), count=counts[state], total=total)
            for state in tones
            if counts.get(state)
        ]
        self.words.setText("\n".join(lines) or tr("还没有记录。"))
        self.bar.show_segments(
            [
                Segment(name_of(state), counts[state], tones[state])
                for state in tones
                if counts.get(state)
            ],
            total=total,
        )


def _number(count: int | None) -> str:
    return "–" if count is None else str(count)


_Tab = CountsTab | IncidentsTab | MediationTab | OldCasesTab | CourtTab
