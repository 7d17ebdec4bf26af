"""A table of visits, micro-services, hazards or incidents from Excel: dry run and import."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.errors import ErrorCode
from app.exchange.column_guess import ColumnGuess
from app.exchange.table_apply import import_table
from app.exchange.table_forms import FORMS, TableColumn, TableKind
from app.exchange.table_plan import PlannedRow, TablePlan, read_and_plan_table
from app.store import Changes
from i18n.text import tr
from ui.context import PageContext
from ui.exchange.column_choices import ColumnChoices
from ui.exchange.import_screen import ImportScreen, OnProgress
from ui.theme import Tone
from ui.widgets.cards import StatCard
from ui.widgets.record_table import RecordTable
from ui.widgets.rows_model import Column, RowsModel
from ui.wording_roster import roster_sentence
from ui.wording_tables import (
    column_word,
    double_sentence,
    imported_sentence,
    kind_word,
    needed_words,
    note_sentence,
    plan_sentence,
    refusal_sentence,
    row_summary,
)


@dataclass(frozen=True)
class TableLine:
    """A row of the workbook with what there is to say of it; `row` is None for a whole sheet."""

    sheet: str
    row: int | None
    letter: str
    what: str
    sentence: str


class TableImportPage(ImportScreen):
    """What importing this table would do, row by row."""

    CANCELLED = ErrorCode.TABLE_IMPORT_CANCELLED
    OUTDATED = ErrorCode.TABLE_PLAN_OUTDATED

    def __init__(
        self, context: PageContext, kind: TableKind, parent: QWidget | None = None
    ) -> None:
        self._kind = kind
        super().__init__(context, parent)

    def _question(self) -> str:
        return tr(
            "请选择{what}表（.xlsx），表头至少要有{needed}。原文件不会被改动。",
            what=kind_word(self._kind),
            needed=needed_words(self._kind),
        )

    def _read_plan(self, path: Path, decisions: dict[str, ColumnGuess]) -> TablePlan:
        return read_and_plan_table(
            self._context.store,
            self._context.actor,
            path,
            kind=self._kind,
            unit_id=self._unit_id,
            columns=decisions,
        )

    def _write_plan(self, plan: TablePlan, on_progress: OnProgress) -> Changes:
        return import_table(self._context.store, self._context.actor, plan, on_progress=on_progress)

    def _on_columns_corrected(self, columns: dict[str, ColumnGuess]) -> None:
        self._read({**self._decisions, **columns})

    # --- showing ----------------------------------------

    def _show_found(self, plan: TablePlan) -> None:
        self.file_label.setText(_file_words(plan))
        self.summary.setText(plan_sentence(plan))
        self._show_counts(plan)
        lists = (
            (self.refused, _refused_lines(plan)),
            (self.doubles, _double_lines(plan)),
            (self.warnings, _warning_lines(plan)),
            (self.work, [_planned_line(plan, row) for row in plan.rows]),
        )
        has_many = len(plan.report.sheets) > 1
        for table, lines in lists:
            table.show_rows(lines)
            table.setColumnHidden(0, not has_many)
        self.columns.show_sheets({sheet.name: sheet.columns for sheet in plan.report.sheets})
        counts = [len(lines) for _table, lines in lists]
        self._name_tabs(
            (
                tr("拒收 {count}", count=counts[0]),
                tr("重复 {count}", count=counts[1]),
                tr("核对 {count}", count=counts[2]),
                tr("新增 {count}", count=counts[3]),
                tr("各列"),
            )
        )

    def _show_counts(self, plan: TablePlan) -> None:
        self.add_card.show_figure(str(len(plan.rows)), line=kind_word(self._kind), tone=Tone.OK)
        self.double_card.show_figure(str(len(plan.doubles)), line=tr("已有的不再写"))
        tone = Tone.DANGER if plan.refused else Tone.OK
        self.refused_card.show_figure(str(len(plan.refused)), line=tr("其余照常导入"), tone=tone)

    def _progress_words(self, done: int, total: int) -> str:
        return tr("正在写入 {done}/{total} 条", done=done, total=total)

    def _say_imported(self, plan: TablePlan, changes: Changes) -> None:
        self._context.wrote()
        if changes.txn is not None:
            self._context.offer_undo(imported_sentence(plan), changes.txn)

    # --- building ----------------------------------------

    def _cards(self) -> tuple[StatCard, ...]:
        self.add_card = StatCard(tr("条要新增"))
        self.double_card = StatCard(tr("行重复"))
        self.refused_card = StatCard(tr("行拒收"))
        return self.add_card, self.double_card, self.refused_card

    def _tabs(self) -> tuple[QWidget, ...]:
        self.refused = _table(
            tr("拒收的行"),
            tr("没有拒收的行。"),
            tr("为什么拒收"),
            has_letter=True,
            tone=Tone.DANGER,
        )
        self.doubles = _table(tr("重复的行"), tr("没有重复的行。"), tr("为什么跳过"))
        self.warnings = _table(tr("请核对的地方"), tr("没有要核对的。"), tr("请核对"))
        self.work = _table(tr("要新增的"), tr("没有要新增的。"), tr("内容"))
        form = FORMS[self._kind]
        wanted = [each for each in form.columns if each is not TableColumn.SEQUENCE]
        self.columns = ColumnChoices([(each, column_word(self._kind, each)) for each in wanted])
        return self.refused, self.doubles, self.warnings, self.work, self.columns

    def _connect(self) -> None:
        super()._connect()
        self.columns.corrected.connect(self._on_columns_corrected)


def _refused_lines(plan: TablePlan) -> list[TableLine]:
    return [
        TableLine(one.sheet, one.row, one.column_letter, "", refusal_sentence(plan.kind, one))
        for one in plan.refused
    ]


def _double_lines(plan: TablePlan) -> list[TableLine]:
    return [
        TableLine(one.source.sheet, one.source.row, "", one.household, double_sentence(one))
        for one in plan.doubles
    ]


def _warning_lines(plan: TablePlan) -> list[TableLine]:
    """What to look at, then the sheets that were not read."""
    notes = [TableLine(one.sheet, one.row, "", "", note_sentence(one)) for one in plan.warnings]
    return notes + [
        TableLine(
            one.name,
            None,
            "",
            "",
            tr("工作表“{name}”：{why}", name=one.name, why=roster_sentence(one.reason)),
        )
        for one in plan.report.skipped_sheets
    ]


def _planned_line(plan: TablePlan, row: PlannedRow) -> TableLine:
    source = row.source
    return TableLine(source.sheet, source.row, "", row.household, row_summary(plan.kind, row))


def _file_words(plan: TablePlan) -> str:
    names = "、".join(sheet.name for sheet in plan.report.sheets)
    return tr("{file} · {names}", file=plan.report.file_name, names=names)


def _table(
    name: str, empty: str, title: str, *, has_letter: bool = False, tone: Tone | None = None
) -> RecordTable:
    columns = [
        Column[TableLine](tr("工作表"), lambda line: line.sheet, width=100),
        Column[TableLine](tr("行"), lambda line: line.row or "", width=56, is_right=True),
    ]
    if has_letter:
        columns.append(Column[TableLine](tr("列"), lambda line: line.letter, width=44))
    else:
        columns.append(Column[TableLine](tr("户"), lambda line: line.what, width=100))
    columns.append(Column[TableLine](title, lambda line: line.sentence, tone=lambda _line: tone))
    return RecordTable(RowsModel(columns, key=id), name=name, empty=empty)
