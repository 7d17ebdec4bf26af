"""The tab 调解 of 统计: handled, settled and the rate, all and by class, beside the year before."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.cases.vocabulary import class_name
from app.laptop import today_in_china
from app.mediation.counting import Handled, MediationReport, mediation_report
from app.statistics.rules import Span, change_rate
from app.store import Changes
from i18n.text import tr
from ui.context import PageContext
from ui.statistics.span_bar import SpanBar
from ui.theme import Tone, text_px
from ui.today.card_row import CardRow
from ui.widgets.cards import Card, StatCard
from ui.widgets.labels import text_label
from ui.widgets.rows_model import Column, RowsModel
from ui.widgets.slim import SlimTable
from ui.wording_court import figure_line
from ui.wording_mediation import success_method
from ui.wording_petitions import fraction_words, rate_words
from ui.wording_statistics import rate_words as change_words

_CARD_PX = 225
_LEAST_TABLE_PX = 170


class MediationTab(QWidget):
    """Three cards, and a row for each class that had an outcome in the span or a year before."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.span_bar = SpanBar(today_in_china(context.store.clock))
        self.handled = StatCard(tr("调处"))
        self.settled = StatCard(tr("调解成功"))
        self.rate = StatCard(tr("调解成功率"))
        self.model: RowsModel[Handled] = RowsModel(_columns(), key=lambda row: row.class_code)
        self.table = SlimTable(self.model, name=tr("按纠纷类别"))
        self.table.setMinimumHeight(text_px(_LEAST_TABLE_PX))
        self.table.set_empty_text(tr("这段时间没有了结的案件。"))
        card = Card(tr("按纠纷类别"), is_flush=True)
        card.add(self.table, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.span_bar)
        layout.addWidget(CardRow((self.handled, self.settled, self.rate), card_px=_CARD_PX))
        layout.addWidget(card, 1)
        layout.addWidget(text_label(success_method(), "muted", wraps=True))
        self.setAccessibleName(tr("调解"))
        self.setFocusProxy(self.table)
        self.span_bar.chosen.connect(self._on_span)

    def load(self) -> None:
        """Count."""
        context, span = self._context, self.span_bar.span
        work = partial(mediation_report, context.store, context.actor, span)
        context.runner.read(work, on_done=self._on_report)

    def on_changes(self, changes: Changes) -> None:
        """Only events of cases move these figures."""
        if self.isVisible() and changes.touches("case_event", "case_file"):
            self.load()

    def _on_span(self, _span: Span) -> None:
        self.load()

    def _on_report(self, report: MediationReport) -> None:
        if report.span != self.span_bar.span:
            return
        now, before = report.now, report.before
        counts = ((self.handled, now.whole, before.whole), (self.settled, now.done, before.done))
        for card, count, earlier in counts:
            change = change_words(change_rate(count, earlier))
            card.show_figure(str(count), line=figure_line(earlier, change), tone=Tone.INFO)
        line = tr(
            "{fraction}，上年同期 {before}", fraction=fraction_words(now), before=rate_words(before)
        )
        self.rate.show_figure(rate_words(now), line=line, tone=Tone.OK)
        self.table.show_rows(report.classes)


def _columns() -> list[Column[Handled]]:
    return [
        Column(tr("纠纷类别"), lambda row: class_name(row.class_code)),
        Column(tr("调处"), lambda row: row.now.whole, width=80, is_right=True),
        Column(tr("调解成功"), lambda row: row.now.done, width=95, is_right=True),
        Column(
            tr("成功率"),
            lambda row: rate_words(row.now),
            width=95,
            is_right=True,
            sort_key=lambda row: row.now.percent,
        ),
        Column(tr("上年同期调处"), lambda row: row.before.whole, width=125, is_right=True),
    ]
