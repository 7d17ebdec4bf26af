"""The lists of the dry run: what is refused, what to look at, what is added and changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.exchange.roster_plan_rows import PlanKind, PlannedHousehold, RosterPlan
from app.exchange.roster_report import RosterMicroGrid
from app.households.vocabulary import MicroGridSize
from i18n.text import tr
from ui.households.grid_list import GridLine
from ui.theme import Tone
from ui.widgets.record_table import RecordTable
from ui.widgets.rows_model import Column, RowsModel
from ui.wording_households import (
    change_words,
    plan_kind_word,
    plan_warning_sentence,
    size_sentence,
    size_word,
)
from ui.wording_roster import roster_sentence


@dataclass(frozen=True)
class SheetLine:
    """A row of the sheet with what there is to say of it; `row` is None for the whole sheet."""

    row: int | None
    name: str
    sentence: str
    word: str = ""
    tone: str = "neutral"
    place: str = ""
    sheet: str = ""


def refused_lines(plan: RosterPlan) -> list[SheetLine]:
    """Rows that are not taken, in the sheet's order."""
    return [
        SheetLine(
            row=refused.row,
            name=refused.name,
            sentence=roster_sentence(refused.reason, **refused.params),
            place=refused.column_letter or "",
            sheet=refused.sheet,
        )
        for refused in plan.report.refused
    ]


def warning_lines(plan: RosterPlan) -> list[SheetLine]:
    """What is taken but should be looked at: this store's warnings first."""
    names = {resident.place: resident.name for resident in plan.report.residents}

    def line(row: int | None, sheet: str, sentence: str) -> SheetLine:
        return SheetLine(row, names.get((sheet, row or 0), ""), sentence, sheet=sheet)

    own = [line(each.row, each.sheet, plan_warning_sentence(each)) for each in plan.warnings]
    return own + [
        line(each.row, each.sheet, roster_sentence(each.kind, **each.params))
        for each in plan.report.warnings
    ]


def work_lines(plan: RosterPlan) -> list[SheetLine]:
    """What the import writes, household by household."""
    return [line for home in plan.households for line in _lines_of(home)]


def _lines_of(home: PlannedHousehold) -> Iterator[SheetLine]:
    place = f"{home.source.number} {home.source.head_name}".strip()
    row = home.source.rows[0] if home.source.rows else None
    if home.kind is not PlanKind.SAME:
        word, tone = plan_kind_word(home.kind)
        said = ";".join(change_words(change) for change in home.changes)
        sentence = said or tr("新的一户，{grid}", grid=home.source.micro_grid_name or tr("未编入"))
        yield SheetLine(row, tr("（户）"), sentence, word, tone, place, home.source.sheet)
    for resident in home.residents:
        if resident.kind in (PlanKind.SAME, PlanKind.LEFT_ALONE):
            continue
        word, tone = plan_kind_word(resident.kind)
        said = ";".join(change_words(change) for change in resident.changes)
        source = resident.source
        relation = source.relation.chinese_name if source.relation else ""
        sheet = home.source.sheet
        yield SheetLine(source.row, source.name, said or relation, word, tone, place, sheet)


def left_lines(plan: RosterPlan) -> list[SheetLine]:
    """Who is in the store alone; nothing happens to them."""
    kinds = {"household": tr("整户"), "resident": tr("人员")}
    return [
        SheetLine(None, one.name, tr("名册里没有，保留不动"), kinds[one.entity], "neutral",
                  one.household_number)
        for one in plan.not_mentioned
    ]  # fmt: skip


def grid_lines(plan: RosterPlan) -> list[GridLine]:
    """The sheet's micro-grids with the picture of their sizes."""
    return [_grid_line(grid) for grid in plan.report.micro_grids]


def _grid_line(grid: RosterMicroGrid) -> GridLine:
    is_fit = grid.finding is MicroGridSize.FITS
    return GridLine(
        grid.name,
        grid.name,
        tr("{count} 人", count=grid.resident_count),
        size_sentence(grid.finding, grid.household_count),
        Tone.NEUTRAL if is_fit else Tone(size_word(grid.finding)[1]),
        grid.household_count,
    )


def refused_table() -> RecordTable:
    """Row, column, name, reason."""
    columns = [
        _sheet_column(),
        _row_column(),
        Column[SheetLine](tr("列"), lambda line: line.place, width=44),
        Column[SheetLine](tr("姓名"), lambda line: line.name, width=90),
        Column[SheetLine](tr("为什么拒收"), lambda line: line.sentence, tone=_danger),
    ]
    return _table(columns, tr("拒收的行"), tr("没有拒收的行。"))


def warning_table() -> RecordTable:
    """Row, name, what to look at."""
    columns = [
        _sheet_column(),
        _row_column(),
        Column[SheetLine](tr("姓名"), lambda line: line.name, width=90),
        Column[SheetLine](tr("请核对"), lambda line: line.sentence),
    ]
    return _table(columns, tr("请核对的地方"), tr("没有要核对的。"))


def work_table() -> RecordTable:
    """Row, what happens, household, name, old and new."""
    columns = [
        _sheet_column(),
        _row_column(),
        Column[SheetLine](
            tr("怎么办"),
            lambda line: line.word,
            tone=lambda line: line.tone,
            width=76,
            is_pill=True,
        ),
        Column[SheetLine](tr("户"), lambda line: line.place, width=120),
        Column[SheetLine](tr("姓名"), lambda line: line.name, width=90),
        Column[SheetLine](tr("内容"), lambda line: line.sentence),
    ]
    return _table(columns, tr("新增和修改"), tr("没有要新增或修改的。"))


def left_table() -> RecordTable:
    """Household number, name, that nothing happens."""
    columns = [
        Column[SheetLine](tr("户号"), lambda line: line.place, width=72),
        Column[SheetLine](tr("类别"), lambda line: line.word, width=72),
        Column[SheetLine](tr("姓名"), lambda line: line.name, width=110),
        Column[SheetLine](tr("怎么办"), lambda line: line.sentence),
    ]
    return _table(columns, tr("名册没有提到的"), tr("本机登记的，名册里都有。"))


def show_sheet_names(tables: Iterable[RecordTable], *, are_many: bool) -> None:
    """The column of sheets, where a row number alone does not say which row."""
    for table in tables:
        table.setColumnHidden(0, not are_many)


def _sheet_column() -> Column[SheetLine]:
    return Column(tr("工作表"), lambda line: line.sheet, width=110)


def _row_column() -> Column[SheetLine]:
    return Column(tr("行"), lambda line: line.row or "", width=52, is_right=True)


def _danger(_line: SheetLine) -> Tone:
    return Tone.DANGER


def _table(columns: list[Column[SheetLine]], name: str, empty: str) -> RecordTable:
    return RecordTable(RowsModel(columns, key=id), name=name, empty=empty)
