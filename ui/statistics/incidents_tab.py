"""警情: figures of a span by village and by class, and which village stands out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QPushButton, QVBoxLayout, QWidget

from app.errors import UserFacingError
from app.exchange.sheet_out import OutSheet, write_workbook
from app.incidents.vocabulary import IncidentClass
from app.laptop import today_in_china
from app.organisations.rules import display_name
from app.organisations.vocabulary import UnitKind
from app.statistics.incidents import IncidentReport, IncidentRow, incident_report
from app.statistics.rules import Span, Standing
from app.store import Changes
from i18n.text import tr
from ui.context import PageContext
from ui.exchange.list_out import sheet_title
from ui.printing import print_for
from ui.statistics.span_bar import SpanBar
from ui.theme import Tone, icon, text_px
from ui.today.card_row import CardRow
from ui.widgets.cards import Card, StatCard
from ui.widgets.cell_pictures import Bars, BarsDelegate
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import ChoiceRow, calm_wheel
from ui.widgets.labels import text_label
from ui.widgets.paper import table_html, text_html
from ui.widgets.rows_model import Column, RowsModel
from ui.widgets.save_dialog import ask_workbook
from ui.widgets.slim import SlimTable
from ui.wording import error_sentence
from ui.wording_statistics import (
    as_of_sentence,
    class_word,
    compared_sentence,
    count_words,
    exported_sentence,
    formula_sentence,
    marked_line,
    method_sentence,
    rate_tone,
    rate_words,
    report_title,
    span_words,
    standing_sentence,
    standing_word,
    table_columns,
    table_row,
)

_VILLAGES, _CLASSES = "villages", "classes"
_NAME, _YEAR, _BEFORE, _PAST, _MARK = 0, 2, 4, 6, 7
_WIDE_PX = 860
_LEAST_TABLE_PX = 170
_CARD_PX = 235
"""A rate of four digits with its word beside it."""


class IncidentsTab(QWidget):
    """Reads one span at a time; what is shown of it is worked out from what was read."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.report: IncidentReport | None = None
        unit = context.actor.units.get(context.actor.unit_id)
        self._is_village = unit is not None and unit.kind is UnitKind.VILLAGE
        self.span_bar = SpanBar(today_in_china(context.store.clock))
        self.now = StatCard(tr("本期"))
        self.year = StatCard(tr("同比"))
        self.period = StatCard(tr("环比"))
        self.marked = StatCard(tr("高于往常"))
        self.by = ChoiceRow([(_VILLAGES, tr("按村")), (_CLASSES, tr("按性质"))])
        self.classes = QComboBox()
        self.export_button = QPushButton(icon("export"), tr("导出 Excel…"))
        self.print_button = QPushButton(icon("print"), tr("打印…"))
        self.model: RowsModel[IncidentRow] = RowsModel(self._columns(), key=lambda row: row.key)
        self.table = SlimTable(self.model, name=tr("警情统计"))
        self.card = Card(tr("按村"), is_flush=True)
        self.behind = text_label("", wraps=True)
        self.formula = text_label("", "muted", wraps=True)
        self.compared = text_label("", "muted", wraps=True)
        self.method = text_label(method_sentence(), "muted", wraps=True)
        self.as_of = text_label("", "muted", wraps=True)
        self._ask_path = self._ask_where
        self._build()
        self._connect()

    def load(self) -> None:
        """Count the span chosen."""
        self._context.runner.read(
            partial(incident_report, self._context.store, self._context.actor, self.span_bar.span),
            on_done=self._on_report,
        )

    def on_changes(self, changes: Changes) -> None:
        if self.isVisible() and changes.touches("incident", "unit"):
            self.load()

    def rows(self) -> tuple[IncidentRow, ...]:
        """What the table shows: villages that stand out first, then the most; classes in order."""
        if self.report is None:
            return ()
        if self._shows_classes():
            return self.report.of_classes()
        return tuple(sorted(self.report.of_units(self._class()), key=_most_pressing))

    def html(self) -> str:
        """As it is printed."""
        if self.report is None:
            return ""
        everything = self.report.of_all(None if self._shows_classes() else self._class())
        head = [self._heading(), compared_sentence(self.report), formula_sentence(everything)]
        head += [
            standing_sentence(self._name(row), row, self.report.span)
            for row in self.rows()
            if row.stands_out and not self._shows_classes()
        ]
        titles = [title for title, _ in self._table_columns()]
        lines = [method_sentence(), as_of_sentence(self.report)]
        return (
            "".join(f"<p>{text_html(line)}</p>" for line in head)
            + table_html(titles, self._table_rows())
            + "".join(f"<p>{text_html(line)}</p>" for line in lines)
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for column in (_YEAR, _BEFORE):
            self.table.setColumnHidden(column, self.width() < text_px(_WIDE_PX))

    # --- showing ----------------------------------------

    def _on_report(self, report: IncidentReport | None) -> None:
        if report is None or report.span != self.span_bar.span:
            return
        self.report = report
        self._show()

    def _show(self, *_ignored: object) -> None:
        report = self.report
        if report is None:
            return
        is_by_class = self._shows_classes()
        self.classes.setVisible(not is_by_class)
        wanted = None if is_by_class else self._class()
        self._show_cards(report, report.of_all(wanted), wanted)
        self.card.set_title(self._heading())
        self.table.show_rows(self.rows())
        if not self.table.currentIndex().isValid() and self.model.rowCount():
            self.table.choose_position(0)
        self._on_row(self.table.current_row())
        self.compared.setText(compared_sentence(report))
        self.as_of.setText(as_of_sentence(report))

    def _show_cards(
        self, report: IncidentReport, everything: IncidentRow, wanted: IncidentClass | None
    ) -> None:
        self.now.show_figure(str(everything.now), line=span_words(report.span), tone=Tone.INFO)
        self.year.show_figure(
            rate_words(everything.by_year),
            line=tr("上年同期 {count} 起", count=everything.year_before),
            tone=rate_tone(everything.by_year) or Tone.NEUTRAL,
        )
        self.period.show_figure(
            rate_words(everything.by_period),
            line=tr("上期 {count} 起", count=count_words(everything.before)),
            tone=rate_tone(everything.by_period) or Tone.NEUTRAL,
        )
        count = sum(row.stands_out for row in report.of_units(wanted))
        self.marked.show_figure(
            str(count), line=marked_line(count), tone=Tone.WARN if count else Tone.NEUTRAL
        )

    def _on_row(self, row: object) -> None:
        """The numbers behind the row under the cursor."""
        if self.report is not None and isinstance(row, IncidentRow):
            self.behind.setText(standing_sentence(self._name(row), row, self.report.span))
            self.formula.setText(formula_sentence(row))

    def _heading(self) -> str:
        if self._shows_classes():
            return tr("按性质")
        kind = self._class()
        return tr("按村") if kind is None else tr("按村，{kind}", kind=class_word(kind))

    def _shows_classes(self) -> bool:
        return self.by.value() == _CLASSES

    def _class(self) -> IncidentClass | None:
        key = self.classes.currentData()
        return IncidentClass(key) if key else None

    def _name(self, row: IncidentRow) -> str:
        if self._shows_classes():
            return class_word(IncidentClass(row.key))
        units = self._context.actor.units
        unit = units.get(row.key)
        return display_name(unit, units) if unit is not None else row.key

    def _columns(self) -> list[Column[IncidentRow]]:
        return [
            Column(tr("名称"), self._name),
            Column(tr("本期"), lambda row: row.now, width=70, is_right=True),
            Column(tr("上年同期"), lambda row: row.year_before, width=95, is_right=True),
            Column(
                tr("同比"),
                lambda row: rate_words(row.by_year),
                tone=lambda row: rate_tone(row.by_year),
                width=105,
                is_right=True,
                sort_key=lambda row: row.by_year,
            ),
            Column(
                tr("上期"),
                lambda row: count_words(row.before),
                width=70,
                is_right=True,
                sort_key=lambda row: row.before,
            ),
            Column(
                tr("环比"),
                lambda row: rate_words(row.by_period),
                tone=lambda row: rate_tone(row.by_period),
                width=105,
                is_right=True,
                sort_key=lambda row: row.by_period,
            ),
            Column(
                tr("以往和本期"),
                lambda row: "、".join(str(count) for count in (*row.past, row.now)),
                width=200,
                sort_key=lambda row: row.judgement.mean,
            ),
            Column(
                tr("提示"),
                lambda row: standing_word(row.judgement),
                tone=_standing_tone,
                width=110,
                is_pill=True,
                sort_key=lambda row: _CHANCE_LAST - (row.judgement.probability or 1.0),
            ),
        ]

    # --- out ----------------------------------------

    def _table_columns(self) -> tuple[tuple[str, int], ...]:
        return table_columns(tr("性质") if self._shows_classes() else tr("村"))

    def _table_rows(self) -> list[tuple[str, ...]]:
        """As they are shown, and what all of them come to."""
        rows = [table_row(self._name(row), row) for row in self.model.rows()]
        if self.report is None or not rows:
            return rows
        everything = self.report.of_all(None if self._shows_classes() else self._class())
        return [*rows, (*table_row(tr("合计"), everything)[:-1], "")]

    def _on_print(self) -> None:
        if self.report is not None:
            title = report_title(self.report.span)
            print_for(
                self._context,
                self.print_button,
                title=title,
                html=self.html(),
                look=None,
                landscape=True,
                is_headed=True,
            )

    def _on_export(self) -> None:
        if self.report is None:
            return
        title = report_title(self.report.span)
        chosen = self._ask_path(f"{title}.xlsx")
        if not chosen:
            return
        path = Path(chosen)
        self._written_to = path.name
        head = sheet_title(self._context, title)
        sheet = OutSheet(self._heading(), self._table_columns(), self._table_rows(), title=head)
        work = partial(write_workbook, path, [sheet])
        self._context.runner.read(work, on_done=self._on_exported, on_failed=self._on_failed)

    def _on_exported(self, _nothing: object) -> None:
        self._context.notify(exported_sentence(self._written_to))

    def _on_failed(self, error: UserFacingError) -> None:
        self._context.notify(error_sentence(error))

    def _ask_where(self, name: str) -> str:
        return ask_workbook(self, name)

    # --- building ----------------------------------------

    def _build(self) -> None:
        self.by.set_value(_CLASSES if self._is_village else _VILLAGES)
        self.by.setVisible(not self._is_village)
        self.marked.setVisible(not self._is_village)
        self.classes.setAccessibleName(tr("警情性质"))
        calm_wheel(self.classes)
        self.classes.addItem(class_word(None), "")
        for kind in IncidentClass:
            self.classes.addItem(class_word(kind), kind.value)
        self.table.setItemDelegateForColumn(_PAST, BarsDelegate(self.table, _bars))
        self.table.setMinimumHeight(text_px(_LEAST_TABLE_PX))
        header = self.table.horizontalHeader()
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setSortIndicator(-1, Qt.SortOrder.DescendingOrder)
        self.behind.setContentsMargins(16, 8, 16, 0)
        self.formula.setContentsMargins(16, 0, 16, 4)
        for part, stretch in ((self.table, 1), (self.behind, 0), (self.formula, 0)):
            self.card.add(part, stretch)
        tools = QWidget()
        flow = FlowLayout(tools)
        for widget in (self.by, self.classes, self.export_button, self.print_button):
            flow.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.span_bar)
        column.addWidget(CardRow(self._cards(), card_px=_CARD_PX))
        column.addWidget(tools)
        column.addWidget(self.card, 1)
        for label in (self.compared, self.method, self.as_of):
            column.addWidget(label)
        self.setFocusProxy(self.table)

    def _cards(self) -> Sequence[StatCard]:
        cards = (self.now, self.year, self.period, self.marked)
        return cards[:3] if self._is_village else cards

    def _connect(self) -> None:
        self.span_bar.chosen.connect(self._on_span)
        self.by.chosen.connect(self._on_by)
        self.classes.activated.connect(self._show)
        self.table.row_chosen.connect(self._on_row)
        self.table.horizontalHeader().sortIndicatorChanged.connect(self._on_sorted)
        self.export_button.clicked.connect(self._on_export)
        self.print_button.clicked.connect(self._on_print)

    def _on_span(self, _span: Span) -> None:
        self.load()

    def _on_by(self, _which: str) -> None:
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.DescendingOrder)
        self._show()

    def _on_sorted(self, column: int, order: Qt.SortOrder) -> None:
        self.model.sort(column, order)


_CHANCE_LAST = 2.0


def _most_pressing(row: IncidentRow) -> tuple[bool, int]:
    """The sort keeps the order of codes among equals."""
    return (not row.stands_out, -row.now)


def _standing_tone(row: IncidentRow) -> Tone:
    return Tone.WARN if row.judgement.standing is Standing.STANDS_OUT else Tone.NEUTRAL


def _bars(row: IncidentRow) -> Bars:
    return Bars(row.past, row.now, Tone.WARN if row.stands_out else Tone.INFO)
