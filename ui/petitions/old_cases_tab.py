"""信访和积案: old cases month by month, and the rates of petitions with n/N and their formula."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.errors import UserFacingError
from app.exchange.sheet_out import OutSheet, write_workbook
from app.laptop import today_in_china
from app.looks.vocabulary import LookedAt
from app.petitions.count_rules import FORMULA, Rate
from app.petitions.counting import PetitionReport, petition_report
from app.statistics.rules import Span, change_rate
from app.store import Changes
from i18n.text import tr
from ui.context import PageContext
from ui.exchange.list_out import sheet_title
from ui.looks.noting import look_at_rows, looked_first
from ui.petitions.burn_chart import BurnChart
from ui.printing import print_for
from ui.statistics.span_bar import SpanBar
from ui.theme import Tone, icon
from ui.today.card_row import CardRow
from ui.widgets.cards import Card, StatCard
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import text_label
from ui.widgets.paper import table_html, text_html
from ui.widgets.save_dialog import ask_workbook
from ui.wording import error_sentence
from ui.wording_court import figure_line
from ui.wording_petitions import (
    burn_columns,
    burn_row,
    counted_as_of,
    fraction_words,
    old_case_method,
    rate_formulas,
    rate_words,
)
from ui.wording_statistics import rate_words as change_words
from ui.wording_statistics import span_words

_CARD_PX = 225


class OldCasesTab(QWidget):
    """The chart does not depend on the span; the rates are of petitions received in it."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.report: PetitionReport | None = None
        self.now = StatCard(tr("现有积案"))
        self.closed = StatCard(tr("一年化解积案"))
        self.chart = BurnChart()
        self.span_bar = SpanBar(today_in_china(context.store.clock))
        self.total = StatCard(tr("信访总量"))
        self.rates = tuple(StatCard(title) for title in _rate_titles())
        self.export_button = QPushButton(icon("export"), tr("导出 Excel…"))
        self.print_button = QPushButton(icon("print"), tr("打印…"))
        self.method = text_label("", "muted", wraps=True)
        self.formulas = text_label(rate_formulas(FORMULA), "muted", wraps=True)
        self.as_of = text_label("", "muted", wraps=True)
        self._ask_path = self._ask_where
        self._build()
        self.span_bar.chosen.connect(self._on_span)
        self.export_button.clicked.connect(self._on_export)
        self.print_button.clicked.connect(self._on_print)

    def load(self) -> None:
        """Count."""
        self._context.runner.read(
            partial(petition_report, self._context.store, self._context.actor, self.span_bar.span),
            on_done=self._on_report,
        )

    def on_changes(self, changes: Changes) -> None:
        if self.isVisible() and changes.touches("case_file", "case_event", "setting"):
            self.load()

    def _on_span(self, _span: Span) -> None:
        self.load()

    def _on_report(self, report: PetitionReport | None) -> None:
        if report is None or report.span != self.span_bar.span:
            return
        self.report = report
        present = report.months[-1]
        before = report.months[-2].open if len(report.months) > 1 else present.open
        self.now.show_figure(
            str(present.open),
            line=tr("上月底 {count} 件", count=before),
            tone=Tone.WARN if present.open else Tone.OK,
        )
        self.closed.show_figure(str(sum(one.closed for one in report.months)), tone=Tone.OK)
        count, earlier = report.petitions, report.petitions_before
        self.total.show_figure(str(count), line=_beside(count, earlier), tone=Tone.INFO)
        self.chart.show_months(report.months, name=tr("积案逐月变化"))
        for card, rate in zip(self.rates, _rates(report), strict=True):
            card.show_figure(rate_words(rate), line=fraction_words(rate), tone=Tone.INFO)
        self.method.setText(old_case_method(report.old_days))
        self.as_of.setText(
            counted_as_of(
                report.as_of,
                petitions=report.petitions,
                unsent=report.unsent,
                counts_roughly=report.counts_roughly,
            )
        )

    # --- out ----------------------------------------

    def html(self) -> str:
        """As it is printed."""
        if self.report is None:
            return ""
        months = [burn_row(one) for one in self.report.months]
        lines = [self.method.text(), self.formulas.text(), self.as_of.text()]
        return (
            table_html([title for title, _ in burn_columns()], months)
            + table_html([tr("指标"), tr("结果"), tr("件数")], self._rate_rows())
            + "".join(f"<p>{text_html(line)}</p>" for line in lines)
        )

    def _rate_rows(self) -> list[tuple[str, ...]]:
        if self.report is None:
            return []
        count, earlier = self.report.petitions, self.report.petitions_before
        total: tuple[str, ...] = (tr("信访总量"), str(count), _beside(count, earlier))
        return [total] + [
            (title, rate_words(rate), fraction_words(rate))
            for title, rate in zip(_rate_titles(), _rates(self.report), strict=True)
        ]

    def _title(self) -> str:
        return tr("信访和积案（{span}）", span=span_words(self.span_bar.span))

    def _on_print(self) -> None:
        if self.report is not None:
            print_for(
                self._context,
                self.print_button,
                title=self._title(),
                html=self.html(),
                is_headed=True,
                look=self._look(LookedAt.PRINT),
            )

    def _look(self, looked_at: LookedAt) -> Callable[[], None]:
        """A village has few petitions: a count of one is somebody."""
        people = 0 if self.report is None else self.report.petitions
        return look_at_rows(self._context, looked_at, people=people, reason=self._title())

    def _on_export(self) -> None:
        chosen = "" if self.report is None else self._ask_path(f"{self._title()}.xlsx")
        if not chosen or self.report is None:
            return
        path = Path(chosen)
        self._written_to = path.name
        months = [burn_row(one) for one in self.report.months]
        rates = ((tr("指标"), 26), (tr("结果"), 12), (tr("件数"), 12))
        title = sheet_title(self._context, self._title())
        formulas = [(line,) for line in self.formulas.text().split(tr("；"))]
        sheets = [
            OutSheet(tr("积案"), burn_columns(), months, title=title),
            OutSheet(tr("指标"), rates, [*self._rate_rows(), *formulas], title=title),
        ]
        write = partial(write_workbook, path, sheets)
        work = partial(looked_first, self._look(LookedAt.EXPORT), write)
        self._context.runner.write(work, on_done=self._on_exported, on_failed=self._on_failed)

    def _on_exported(self, _nothing: object) -> None:
        self._context.notify(tr("已导出：{file}", file=self._written_to))

    def _on_failed(self, error: UserFacingError) -> None:
        self._context.notify(error_sentence(error))

    def _ask_where(self, name: str) -> str:
        return ask_workbook(self, name)

    def _build(self) -> None:
        card = Card(tr("积案逐月变化：黄为月底还有，绿为当月化解"))
        card.add(self.chart)
        card.add(self.method)
        tools = QWidget()
        flow = FlowLayout(tools)
        for button in (self.export_button, self.print_button):
            button.setAccessibleName(button.text())
            flow.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(CardRow((self.now, self.closed), card_px=_CARD_PX))
        column.addWidget(card)
        column.addWidget(self.span_bar)
        column.addWidget(CardRow((self.total, *self.rates), card_px=_CARD_PX))
        column.addWidget(tools)
        for label in (self.formulas, self.as_of):
            column.addWidget(label)
        column.addStretch(1)


def _beside(count: int, earlier: int) -> str:
    return figure_line(earlier, change_words(change_rate(count, earlier)))


def _rate_titles() -> tuple[str, ...]:
    return (
        tr("及时受理率（法定 15 天）"),
        tr("及时受理率（县里 3 天）"),
        tr("按期答复率（法定 60 天）"),
        tr("按期办结率（县里 30 天）"),
        tr("群众参评率"),
        tr("群众满意率"),
    )


def _rates(report: PetitionReport) -> tuple[Rate, ...]:
    rates = report.rates
    return (
        rates.accepted_by_law,
        rates.accepted_by_county,
        rates.answered_by_law,
        rates.closed_by_county,
        rates.evaluated,
        rates.satisfied,
    )
