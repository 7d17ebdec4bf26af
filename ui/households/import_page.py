"""A roster from Excel: the dry run with its sheets, columns and micro-grids, and the import."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.errors import ErrorCode
from app.exchange.column_guess import ColumnGuess
from app.exchange.roster_apply import import_roster, read_and_plan
from app.exchange.roster_columns import RosterColumn
from app.exchange.roster_plan_rows import PlanCounts, RosterPlan
from app.exchange.roster_sheets import SheetDecision
from app.store import Changes
from i18n.text import tr
from ui.exchange.column_choices import ColumnChoices
from ui.exchange.import_screen import ImportScreen, OnProgress
from ui.households.grid_list import GridList
from ui.households.import_sheets import SheetChoices
from ui.households.import_tables import (
    grid_lines,
    left_lines,
    left_table,
    refused_lines,
    refused_table,
    show_sheet_names,
    warning_lines,
    warning_table,
    work_lines,
    work_table,
)
from ui.theme import Tone
from ui.widgets.cards import StatCard
from ui.wording_households import imported_sentence, plan_sentence
from ui.wording_roster import roster_sentence


class ImportPage(ImportScreen):
    """What importing this roster would do, sheet by sheet and household by household."""

    CANCELLED = ErrorCode.ROSTER_IMPORT_CANCELLED
    OUTDATED = ErrorCode.ROSTER_PLAN_OUTDATED

    def _question(self) -> str:
        return tr("请选择村里的花名册（.xlsx）。原文件不会被改动。")

    def _read_plan(self, path: Path, decisions: dict[str, SheetDecision]) -> RosterPlan:
        return read_and_plan(
            self._context.store,
            self._context.actor,
            path,
            unit_id=self._unit_id,
            decisions=decisions,
        )

    def _write_plan(self, plan: RosterPlan, on_progress: OnProgress) -> Changes:
        store, actor = self._context.store, self._context.actor
        return import_roster(store, actor, plan, on_progress=on_progress)

    # --- what a person decides of the reading ----------------------------------------

    def _decide(self, sheet: str, decision: SheetDecision) -> None:
        self._read({**self._decisions, sheet: decision})

    def _decided(self, sheet: str) -> SheetDecision:
        known: SheetDecision = self._decisions.get(sheet, SheetDecision())
        return known

    def _on_columns_corrected(self, columns: dict[str, ColumnGuess]) -> None:
        decisions = dict(self._decisions)
        for sheet, guess in columns.items():
            decisions[sheet] = replace(self._decided(sheet), columns=guess)
        self._read(decisions)

    def _on_read_changed(self, sheet: str, is_read: bool) -> None:
        self._decide(sheet, replace(self._decided(sheet), is_read=is_read))

    def _on_micro_grid_changed(self, sheet: str, name: str) -> None:
        self._decide(sheet, replace(self._decided(sheet), micro_grid=name))

    # --- showing ----------------------------------------

    def _show_found(self, plan: RosterPlan) -> None:
        counts = plan.counts
        self.file_label.setText(_file_words(plan))
        self.summary.setText(plan_sentence(counts))
        self._show_counts(counts, len(plan.not_mentioned))
        self.refused.show_rows(refused_lines(plan))
        self.warnings.show_rows(warning_lines(plan))
        self.work.show_rows(work_lines(plan))
        self.left.show_rows(left_lines(plan))
        self.grids.show_lines(grid_lines(plan))
        self.sheets.show_report(plan.report)
        self.columns.show_sheets({sheet.name: sheet.columns for sheet in plan.report.sheets})
        tables = (self.refused, self.warnings, self.work)
        show_sheet_names(tables, are_many=plan.report.has_many_sheets)
        self._name_tabs(
            (
                tr("拒收 {count}", count=len(plan.report.refused)),
                tr("核对 {count}", count=len(plan.warnings) + len(plan.report.warnings)),
                tr("增改 {count}", count=self.work.rows.rowCount()),
                tr("微网格 {count}", count=len(plan.report.micro_grids)),
                tr("没提到 {count}", count=len(plan.not_mentioned)),
                tr("工作表 {count}", count=len(plan.report.sheets)),
                tr("各列"),
            )
        )

    def _show_counts(self, counts: PlanCounts, left: int) -> None:
        added = tr(
            "{homes} 户，{grids} 个微网格",
            homes=counts.households_to_add,
            grids=counts.micro_grids_to_add,
        )
        self.add_card.show_figure(str(counts.to_add), line=added, tone=Tone.OK)
        changed = tr("另有 {homes} 户", homes=counts.households_to_change)
        self.change_card.show_figure(str(counts.to_change), line=changed, tone=Tone.INFO)
        said = tr("名册没提到 {left}", left=left)
        if counts.left_alone:
            said = tr("{said}，已去世或迁出 {gone}", said=said, gone=counts.left_alone)
        self.same_card.show_figure(str(counts.same), line=said)
        tone = Tone.DANGER if counts.refused_rows else Tone.OK
        self.refused_card.show_figure(str(counts.refused_rows), line=tr("其余照常导入"), tone=tone)

    def _progress_words(self, done: int, total: int) -> str:
        return tr("正在写入 {done}/{total} 户", done=done, total=total)

    def _say_imported(self, plan: RosterPlan, changes: Changes) -> None:
        if changes.txn is not None:
            self._context.offer_undo(imported_sentence(plan.counts), changes.txn)

    # --- building ----------------------------------------

    def _cards(self) -> tuple[StatCard, ...]:
        self.add_card = StatCard(tr("人要新增"))
        self.change_card = StatCard(tr("人要修改"))
        self.same_card = StatCard(tr("人不变"))
        self.refused_card = StatCard(tr("行拒收"))
        return self.add_card, self.change_card, self.same_card, self.refused_card

    def _tabs(self) -> tuple[QWidget, ...]:
        self.refused, self.warnings = refused_table(), warning_table()
        self.work, self.left = work_table(), left_table()
        self.grids = GridList(name=tr("名册里的微网格"))
        self.sheets = SheetChoices()
        wanted = [each for each in RosterColumn if each is not RosterColumn.SEQUENCE]
        self.columns = ColumnChoices([(each, roster_sentence(each)) for each in wanted])
        lists = (self.refused, self.warnings, self.work, self.grids, self.left)
        return (*lists, self.sheets, self.columns)

    def _connect(self) -> None:
        super()._connect()
        self.columns.corrected.connect(self._on_columns_corrected)
        self.sheets.read_changed.connect(self._on_read_changed)
        self.sheets.micro_grid_changed.connect(self._on_micro_grid_changed)


def _file_words(plan: RosterPlan) -> str:
    report = plan.report
    if report.has_many_sheets:
        return tr(
            "{file} · {count} 张工作表：{names}",
            file=report.file_name,
            count=len(report.sheets),
            names="、".join(sheet.name for sheet in report.sheets),
        )
    return tr(
        "{file} · {sheet} · 表头在第 {row} 行",
        file=report.file_name,
        sheet=report.sheet,
        row=report.header_row,
    )
