"""Sentences about tables of visits, micro-services, hazards and incidents from and to Excel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum

from app.errors import ErrorCode
from app.exchange.table_forms import FORMS, TableColumn, TableKind
from app.exchange.table_plan import DoubleRow, PlannedRow, TablePlan
from app.exchange.table_report import (
    CellValue,
    DoubleKind,
    RefusedTableRow,
    TableNote,
    TableRefusal,
    TableWarning,
)
from i18n.text import tr
from ui.wording_roster import row_words
from ui.wording_rules import name_of

Sentence = Callable[..., str]


def kind_word(kind: TableKind | str) -> str:
    """What the table is of."""
    return {
        TableKind.VISITS: tr("走访"),
        TableKind.SERVICES: tr("微服务"),
        TableKind.HAZARDS: tr("隐患"),
        TableKind.INCIDENTS: tr("警情"),
    }[TableKind(kind)]


def column_word(kind: TableKind, column: TableColumn) -> str:
    """The heading an export writes, and what a column is called on the screen."""
    return FORMS[kind].columns[column].words[0]


def needed_words(kind: TableKind | str) -> str:
    """The columns a table cannot do without."""
    known = TableKind(kind)
    names = [column_word(known, column) for column in FORMS[known].needed]
    if known is TableKind.VISITS:
        names.insert(0, column_word(known, TableColumn.HEAD_NAME))
    return "、".join(f"“{name}”" for name in names)


TABLE_ERROR_SENTENCES: Mapping[ErrorCode, Sentence] = {
    ErrorCode.TABLE_IMPORT_CANCELLED: lambda: tr(
        "已取消导入，什么都没有写入。要导入时再按“导入”。"
    ),
    ErrorCode.TABLE_NO_HEADER: lambda *, file, kind: tr(
        "“{file}”里没有找到{kind}的表头。没有导入任何内容。表头至少要有{needed}。",
        file=file,
        kind=kind_word(kind),
        needed=needed_words(kind),
    ),
    ErrorCode.TABLE_PLAN_OUTDATED: lambda: tr(
        "试算以后资料又有了改动，所以没有导入，什么都没有变。已重新试算，请再看一遍后导入。"
    ),
}

REFUSALS: Mapping[TableRefusal, Sentence] = {
    TableRefusal.CELL_HAS_ERROR: lambda **known: tr(
        "{cell} 单元格显示的是错误。请改成正确的内容。", **known
    ),
    TableRefusal.CELL_HAS_FORMULA: lambda **known: tr(
        "{cell} 单元格是公式，不能照抄。请复制后“选择性粘贴为数值”，再导入。", **known
    ),
    TableRefusal.CELL_MISSING: lambda **known: tr("“{column}”是空的，请补上。", **known),
    TableRefusal.DATE_BEFORE: lambda **known: tr(
        "“{column}” {typed} 早于 {other}，请核对。", **known
    ),
    TableRefusal.DATE_IN_FUTURE: lambda **known: tr(
        "“{column}” {typed} 还没有到，请核对。", **known
    ),
    TableRefusal.DATE_TOO_EARLY: lambda **known: tr(
        "“{column}” {typed} 在 2000 年以前，请核对年份。", **known
    ),
    TableRefusal.DATE_UNCLEAR: lambda **known: tr(
        "“{column}”写的是“{typed}”，看不出是哪一天。请写成 2026-11-23 这样的日期。", **known
    ),
    TableRefusal.HOUSEHOLD_AMBIGUOUS: lambda **known: tr(
        "叫“{typed}”的有几户（户号 {numbers}），不知道是哪一户。请加上户号。", **known
    ),
    TableRefusal.HOUSEHOLD_CONTRADICTS: lambda **known: tr(
        "户号 {number} 是“{head}”户，这一行写的是“{typed}”，对不上。请核对。", **known
    ),
    TableRefusal.HOUSEHOLD_MISSING: lambda **known: tr("没有写是哪一户。请补上户号或户主姓名。"),
    TableRefusal.HOUSEHOLD_UNKNOWN: lambda **known: tr(
        "本村名册里没有“{typed}”这一户（或已销户）。请核对，或先登记这一户。", **known
    ),
    TableRefusal.MICRO_GRID_UNKNOWN: lambda **known: tr(
        "本村没有微网格“{typed}”。请核对网格的名字。", **known
    ),
    TableRefusal.PLACE_MISSING: lambda **known: tr("没有写地点，也没有写微网格，请补上一样。"),
    TableRefusal.TEXT_TOO_LONG: lambda **known: tr(
        "{cell} 单元格有 {length} 个字，最多 {limit} 个，请改短。", **known
    ),
    TableRefusal.TIME_UNCLEAR: lambda **known: tr(
        "时间写的是“{typed}”，看不出是几点。请写成 15:20 这样。", **known
    ),
    TableRefusal.WITHDRAWN_THERE: lambda **known: tr("状态是“已撤销”：登记有误的警情不导入。"),
    TableRefusal.WORD_UNKNOWN: lambda **known: tr(
        "“{column}”写的是“{typed}”，认不出来。可以写：{known}。", **known
    ),
}

NOTES: Mapping[TableNote, Sentence] = {
    TableNote.COLUMN_NOT_USED: lambda **known: tr("“{heading}”这一列没有读取。", **known),
    TableNote.HOUR_UNKNOWN: lambda **known: tr("只有日期，没有几点，先记为当天 0 点，请核对。"),
    TableNote.MAY_NOT_CLOSE: lambda **known: tr(
        "写的是已办结，您的岗位不能办结警情，导入后仍在处置中。"
    ),
    TableNote.ROWS_HIDDEN: lambda **known: tr(
        "有 {count} 行被隐藏或被筛选掉了，没有读。要导入请先取消隐藏和筛选，存盘后再选。", **known
    ),
    TableNote.STATE_NOT_READ: lambda **known: tr(
        "状态“{typed}”只看得出结果，看不出经过：报给了谁、转成哪一件，表里没有，所以不写。"
        "导入后请在警情里补记。",
        **known,
    ),
    TableNote.STATE_UNKNOWN: lambda **known: tr("状态“{typed}”认不出来，导入后在处置中。", **known),
    TableNote.WORKER_UNKNOWN: lambda **known: tr(
        "“{typed}”在本村没有账号（或同名有几位），记在您名下，姓名写进内容里。", **known
    ),
}


def refusal_sentence(kind: TableKind, refused: RefusedTableRow) -> str:
    """Why a row is not taken, and what to do."""
    column = "" if refused.column is None else column_word(kind, refused.column)
    return REFUSALS[refused.reason](**{"column": column, **refused.params})


def note_sentence(warning: TableWarning) -> str:
    """What to look at."""
    return NOTES[warning.kind](**warning.params)


def double_sentence(double: DoubleRow) -> str:
    """Why a row is passed over."""
    if double.kind is DoubleKind.IN_STORE:
        return tr("本机已经有同样的一条，没有再写。")
    place = row_words(double.params["first_row"], double.params["first_sheet"])
    return tr("与{place}一样，只写一条。", place=place)


def plan_sentence(plan: TablePlan) -> str:
    """The dry run in one sentence."""
    if not plan.has_work:
        return tr("没有要新增的{what}。", what=kind_word(plan.kind))
    return tr(
        "将新增 {count} 条{what}；重复跳过 {doubles} 行，拒收 {refused} 行。还没有写入。",
        count=len(plan.rows),
        what=kind_word(plan.kind),
        doubles=len(plan.doubles),
        refused=len(plan.refused),
    )


def imported_sentence(plan: TablePlan) -> str:
    """After the import; stands beside 撤销."""
    return tr(
        "已导入 {count} 条{what}，重复跳过 {doubles} 行，拒收 {refused} 行。",
        count=len(plan.rows),
        what=kind_word(plan.kind),
        doubles=len(plan.doubles),
        refused=len(plan.refused),
    )


def table_written(count: int, file: str) -> str:
    """After the export of a list."""
    return tr("已导出 {count} 条到 {file}。", count=count, file=file)


def row_summary(kind: TableKind, row: PlannedRow) -> str:
    """A row that would be written, in one line."""
    order = (
        TableColumn.DAY,
        TableColumn.TITLE,
        TableColumn.ASKER_NAME,
        TableColumn.LEVEL,
        TableColumn.KIND,
        TableColumn.WAY,
        TableColumn.PLACE,
        TableColumn.TEXT,
    )
    values = (row.source.values.get(column) for column in order if column in FORMS[kind].columns)
    return " · ".join(_value_words(value) for value in values if value)


def _value_words(value: CellValue) -> str:
    if isinstance(value, StrEnum):
        return name_of(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else value.replace("\n", " ")


def export_title(kind: TableKind, village: str) -> str:
    """The title line of a list that goes out."""
    return tr("{village}{what}记录", village=village, what=kind_word(kind))


def export_file_name(kind: TableKind, village: str, day: str) -> str:
    """What the file is called unless somebody says otherwise."""
    return tr(
        "{village}{what}{day}.xlsx", village=village, what=kind_word(kind), day=day.replace("-", "")
    )
