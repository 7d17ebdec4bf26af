"""The tab 诉源 of 统计: what passed between the court and the centres, beside the year before."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.court.counting import CourtFigure, CourtReport, court_report
from app.laptop import today_in_china
from app.statistics.rules import Span, change_rate
from app.store import Changes
from i18n.text import tr
from ui.context import PageContext
from ui.statistics.span_bar import SpanBar
from ui.theme import Tone
from ui.today.card_row import CardRow
from ui.widgets.cards import StatCard
from ui.widgets.labels import text_label
from ui.wording_court import counting_method, figure_line
from ui.wording_rules import name_of
from ui.wording_statistics import rate_words

_CARD_PX = 225


class CourtTab(QWidget):
    """A card for each figure, with the same span of last year under it."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.span_bar = SpanBar(today_in_china(context.store.clock))
        self.cards = {figure: StatCard(name_of(figure)) for figure in CourtFigure}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.span_bar)
        layout.addWidget(CardRow(tuple(self.cards.values()), card_px=_CARD_PX))
        layout.addWidget(text_label(counting_method(), "muted", wraps=True))
        layout.addStretch(1)
        self.setAccessibleName(tr("诉源"))
        self.span_bar.chosen.connect(self._on_span)

    def load(self) -> None:
        """Count."""
        work = partial(court_report, self._context.store, self._context.actor, self.span_bar.span)
        self._context.runner.read(work, on_done=self._on_report)

    def on_changes(self, changes: Changes) -> None:
        """Only events of cases move these figures."""
        if self.isVisible() and changes.touches("case_event", "case_file"):
            self.load()

    def _on_span(self, _span: Span) -> None:
        self.load()

    def _on_report(self, report: CourtReport) -> None:
        if report.span != self.span_bar.span:
            return
        for figure, card in self.cards.items():
            now, before = report.now[figure], report.before[figure]
            rate = rate_words(change_rate(now, before))
            card.show_figure(str(now), line=figure_line(before, rate), tone=Tone.INFO)
