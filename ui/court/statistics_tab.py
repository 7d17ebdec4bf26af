"""The tab 诉源 of 统计: what passed between the court and the centres, beside the year before."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.court.counting import CourtFigure, CourtReport, court_report
from app.errors import UserFacingError
from app.exchange.sheet_out import OutSheet, write_workbook
from app.laptop import today_in_china
from app.looks.vocabulary import LookedAt
from app.statistics.rules import Span, change_rate
from app.store import Changes
from i18n.text import tr
from ui.context import PageContext
from ui.exchange.list_out import sheet_title
from ui.looks.noting import look_at_rows, looked_first
from ui.printing import print_for
from ui.statistics.span_bar import SpanBar
from ui.theme import Tone, icon
from ui.today.card_row import CardRow
from ui.widgets.cards import StatCard
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import text_label
from ui.widgets.paper import table_html, text_html
from ui.widgets.save_dialog import ask_workbook
from ui.wording import error_sentence
from ui.wording_court import counting_method, figure_line
from ui.wording_rules import name_of
from ui.wording_statistics import exported_sentence, rate_words, span_words

_CARD_PX = 225


class CourtTab(QWidget):
    """A card for each figure, with the same span of last year under it."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.span_bar = SpanBar(today_in_china(context.store.clock))
        self.report: CourtReport | None = None
        self.cards = {figure: StatCard(name_of(figure)) for figure in CourtFigure}
        self.export_button = QPushButton(icon("export"), tr("导出 Excel…"))
        self.print_button = QPushButton(icon("print"), tr("打印…"))
        self._ask_path = self._ask_where
        tools = QWidget()
        flow = FlowLayout(tools)
        for button in (self.export_button, self.print_button):
            button.setAccessibleName(button.text())
            flow.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.span_bar)
        layout.addWidget(CardRow(tuple(self.cards.values()), card_px=_CARD_PX))
        layout.addWidget(tools)
        layout.addWidget(text_label(counting_method(), "muted", wraps=True))
        layout.addStretch(1)
        self.setAccessibleName(tr("诉源"))
        self.span_bar.chosen.connect(self._on_span)
        self.export_button.clicked.connect(self._on_export)
        self.print_button.clicked.connect(self._on_print)

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
        self.report = report
        for figure, card in self.cards.items():
            now, before = report.now[figure], report.before[figure]
            rate = rate_words(change_rate(now, before))
            card.show_figure(str(now), line=figure_line(before, rate), tone=Tone.INFO)

    # --- out ----------------------------------------

    def html(self) -> str:
        """As it is printed."""
        titles = [title for title, _width in _columns()]
        return f"{table_html(titles, self._rows())}<p>{text_html(counting_method())}</p>"

    def _rows(self) -> list[tuple[str, ...]]:
        if self.report is None:
            return []
        rows: list[tuple[str, ...]] = []
        for figure in CourtFigure:
            now, before = self.report.now[figure], self.report.before[figure]
            rate = rate_words(change_rate(now, before))
            rows.append((name_of(figure), str(now), str(before), rate))
        return rows

    def _title(self) -> str:
        return tr("诉源统计（{span}）", span=span_words(self.span_bar.span))

    def _on_print(self) -> None:
        print_for(
            self._context,
            self.print_button,
            title=self._title(),
            html=self.html(),
            is_headed=True,
            look=self._look(LookedAt.PRINT),
        )

    def _look(self, looked_at: LookedAt) -> Callable[[], None]:
        """Few go to court from one village: a count of one is somebody."""
        people = 0 if self.report is None else sum(self.report.now.values())
        return look_at_rows(self._context, looked_at, people=people, reason=self._title())

    def _on_export(self) -> None:
        chosen = self._ask_path(f"{self._title()}.xlsx")
        if not chosen:
            return
        path = Path(chosen)
        self._written_to = path.name
        title = sheet_title(self._context, self._title())
        sheet = OutSheet(tr("诉源"), _columns(), self._rows(), title=title)
        write = partial(write_workbook, path, [sheet])
        work = partial(looked_first, self._look(LookedAt.EXPORT), write)
        self._context.runner.write(work, on_done=self._on_exported, on_failed=self._on_failed)

    def _on_exported(self, _nothing: object) -> None:
        self._context.notify(exported_sentence(self._written_to))

    def _on_failed(self, error: UserFacingError) -> None:
        self._context.notify(error_sentence(error))

    def _ask_where(self, name: str) -> str:
        return ask_workbook(self, name)


def _columns() -> tuple[tuple[str, int], ...]:
    """Titles with widths in characters."""
    return ((tr("项目"), 26), (tr("本期"), 12), (tr("上年同期"), 12), (tr("同比"), 14))
