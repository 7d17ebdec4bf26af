"""Sentences about rosters: files that cannot be used, rows refused, things to look at.

Collected by ``ui.wording`` and handed to ``app.exchange.roster_check``. Each says what is wrong and
what to do; a sentence takes the parameters it needs by name and leaves the others aside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from app.errors import ErrorCode
from app.exchange.roster_check import CheckLine
from app.exchange.roster_columns import RESIDENT_DETAILS, RosterColumn
from app.exchange.roster_report import RefusalReason, SheetSkip, SkippedKind, WarningKind
from app.exchange.workbook import FileLook
from app.households.vocabulary import MicroGridSize
from i18n.text import tr
from ui.wording_fields import roster_field

Sentence = Callable[..., str]

ROSTER_ERROR_SENTENCES: Mapping[ErrorCode, Sentence] = {
    ErrorCode.WORKBOOK_DAMAGED: lambda **known: tr(
        "“{file}”已损坏，打不开（可能没有拷贝或下载完整）。没有导入任何内容。"
        "请用 WPS 打开原文件另存一份，再拷贝一次。",
        **known,
    ),
    ErrorCode.WORKBOOK_EMPTY: lambda **known: tr(
        "“{file}”里没有内容。没有导入任何内容。请确认选对了文件，名册没有放在隐藏的工作表里。",
        **known,
    ),
    ErrorCode.WORKBOOK_LOCKED: lambda **known: tr(
        "“{file}”设了打开密码，读不了。没有导入任何内容。"
        "请在 WPS 里打开它，取消打开密码后另存为 .xlsx，再选一次。",
        **known,
    ),
    ErrorCode.WORKBOOK_NOT_EXCEL: lambda **known: tr(
        "“{file}”不是 Excel 工作簿（看起来是{look}）。没有导入任何内容。"
        "请用 WPS 打开名册，另存为 .xlsx 后再选；只改文件名的后缀是不行的。",
        **known | {"look": file_look_name(str(known.get("looks_like", "")))},
    ),
    ErrorCode.WORKBOOK_NOT_FOUND: lambda **known: tr(
        "找不到“{file}”。没有导入任何内容。请确认文件还在，U 盘没有拔掉，再选一次。", **known
    ),
    ErrorCode.WORKBOOK_NOT_READABLE: lambda **known: tr(
        "“{file}”读不了：可能正被别的程序打开，或没有读取的权限。没有导入任何内容。"
        "请先在 WPS 里关闭它，或拷贝到桌面，再选一次。",
        **known,
    ),
    ErrorCode.WORKBOOK_NO_HEADER: lambda **known: tr(
        "“{file}”里没有找到表头行。没有导入任何内容。"
        "表头要有“姓名”，并至少还有两列，如“户号”“与户主关系”“身份证号码”。",
        **known,
    ),
    ErrorCode.WORKBOOK_NO_NAME_COLUMN: lambda **known: tr(
        "没有指定“{file}”的哪一列是姓名。没有导入任何内容。请先选定姓名那一列。", **known
    ),
    ErrorCode.WORKBOOK_NO_SHEET_CHOSEN: lambda **known: tr(
        "“{file}”的工作表都选了不读。没有导入任何内容。请至少选一张要读的工作表。", **known
    ),
    ErrorCode.WORKBOOK_OLD_FORMAT: lambda **known: tr(
        "“{file}”是旧格式的工作簿（.xls 或 .et）。没有导入任何内容。"
        "请在 WPS 里打开它，另存为“Excel 文件（*.xlsx）”后再选。",
        **known,
    ),
    ErrorCode.WORKBOOK_SHEET_NOT_FOUND: lambda **known: tr(
        "“{file}”里没有名为“{sheet}”的工作表。没有导入任何内容。现有的工作表：{sheets}。", **known
    ),
    ErrorCode.WORKBOOK_TOO_LARGE: lambda **known: tr(
        "“{file}”太大，展开后超过 {limit_mb} MB，不像一个村的名册。没有导入任何内容。"
        "请把名册内容复制到一个新的工作簿里（不带图片），另存为 .xlsx 后再选。",
        **known,
    ),
    ErrorCode.WORKBOOK_TOO_MANY_ROWS: lambda **known: tr(
        "“{file}”的工作表超过 {limit} 行，不像一个村的名册。没有导入任何内容。"
        "请按村分成几个文件，一个村一个村地导入。",
        **known,
    ),
}

FILE_LOOK_NAMES: Mapping[str, Callable[[], str]] = {
    FileLook.ARCHIVE: lambda: tr("压缩包"),
    FileLook.BINARY_WORKBOOK: lambda: tr("二进制工作簿 .xlsb"),
    FileLook.EMPTY_FILE: lambda: tr("空文件"),
    FileLook.FOLDER: lambda: tr("文件夹"),
    FileLook.OPEN_DOCUMENT: lambda: tr("ODF 文档"),
    FileLook.PDF: lambda: tr("PDF 文件"),
    FileLook.PICTURE: lambda: tr("图片"),
    FileLook.PRESENTATION: lambda: tr("演示文稿"),
    FileLook.TEXT: lambda: tr("文本文件"),
    FileLook.UNKNOWN: lambda: tr("别的文件"),
    FileLook.WEB_PAGE: lambda: tr("网页"),
    FileLook.WORD_DOCUMENT: lambda: tr("Word 文档"),
}


def file_look_name(look: str) -> str:
    """What a file looks like inside, as a person calls it."""
    return FILE_LOOK_NAMES.get(look, FILE_LOOK_NAMES[FileLook.UNKNOWN])()


def row_words(row: object, sheet: object) -> str:
    """A row of the workbook, with its sheet where there are several."""
    if not sheet:
        return tr("第 {row} 行", row=row)
    return tr("“{sheet}”第 {row} 行", sheet=sheet, row=row)


REFUSAL_SENTENCES: Mapping[RefusalReason, Sentence] = {
    RefusalReason.CELL_HAS_ERROR: lambda **known: tr(
        "{cell} 单元格显示的是错误 {error}。请改成正确的内容。", **known
    ),
    RefusalReason.CELL_HAS_FORMULA: lambda **known: tr(
        "{cell} 单元格是公式，不能照抄。请复制后“选择性粘贴为数值”，再导入。", **known
    ),
    RefusalReason.HAS_LEFT: lambda **known: tr(
        "这一行写的是“{words}”，不在册，没有收。已登记的人请在人员页记为去世或迁出。", **known
    ),
    RefusalReason.IDENTITY_DATE_IN_FUTURE: lambda **known: tr(
        "身份证号码 {masked} 里的出生日期还没有到。请对照身份证改正。", **known
    ),
    RefusalReason.IDENTITY_DATE_TOO_EARLY: lambda **known: tr(
        "身份证号码 {masked} 里的出生年份早于 1900 年。请对照身份证改正。", **known
    ),
    RefusalReason.IDENTITY_DIGITS_LOST: lambda **known: tr(
        "身份证号码被当作数字输入，表格只存下前 15 位，后面的数字已经丢失。"
        "请把这一格设为“文本”格式，对照身份证重新输入。"
    ),
    RefusalReason.IDENTITY_IMPOSSIBLE_DATE: lambda **known: tr(
        "身份证号码 {masked} 里的出生日期不存在。请对照身份证改正。", **known
    ),
    RefusalReason.IDENTITY_MASKED: lambda **known: tr(
        "身份证号码是遮盖过的（{masked}）。请用带完整号码的名册，或对照身份证填上。", **known
    ),
    RefusalReason.IDENTITY_NOT_DIGITS: lambda **known: tr(
        "身份证号码 {masked} 里有不该有的字符（只能是数字，末位可以是 X）。请对照身份证改正。",
        **known,
    ),
    RefusalReason.IDENTITY_OLD_FIFTEEN_DIGITS: lambda **known: tr(
        "这是 15 位的旧身份证号码。请对照户口簿或新身份证填 18 位号码。"
    ),
    RefusalReason.IDENTITY_REPEATED: lambda **known: tr(
        "身份证号码与{place} {first_name} 的相同（{masked}）。"
        "{place}已收下，这一行没有收；请核对两行各是谁的号码。",
        **known | {"place": row_words(known["first_row"], known.get("first_sheet", ""))},
    ),
    RefusalReason.IDENTITY_WRONG_CHECK_DIGIT: lambda **known: tr(
        "身份证号码 {masked} 校验不对，有一位或几位写错了。请对照身份证改正。", **known
    ),
    RefusalReason.IDENTITY_WRONG_LENGTH: lambda **known: tr(
        "身份证号码是 {length} 位，应为 18 位。请对照身份证改正。", **known
    ),
    RefusalReason.NAME_IS_A_NUMBER: lambda **known: tr(
        "姓名一格里是号码，不是姓名。请看看各列是不是错开了，改好再导入。"
    ),
    RefusalReason.NAME_MISSING: lambda **known: tr("这一行没有姓名。请补上姓名，或删去这一行。"),
    RefusalReason.TEXT_TOO_LONG: lambda **known: tr(
        "{cell} 单元格有 {length} 个字，最多 {limit} 个。可能粘贴错了内容，请改短。", **known
    ),
}

WARNING_SENTENCES: Mapping[WarningKind, Sentence] = {
    WarningKind.BIRTH_DATE_CONTRADICTS_NUMBER: lambda **known: tr(
        "出生日期写的是“{typed}”，与身份证号码不一致，已按身份证号码。", **known
    ),
    WarningKind.BIRTH_DATE_FROM_DAY_NUMBER: lambda **known: tr(
        "出生日期是 {typed}，是表格内部的日期数，已读作 {day}，请核对。", **known
    ),
    WarningKind.BIRTH_DATE_UNCLEAR: lambda **known: tr(
        "出生日期“{typed}”看不明白，先空着，原样记在备注里，请补全年月日。", **known
    ),
    WarningKind.BIRTH_DAY_MISSING: lambda **known: tr(
        "出生日期只写了“{typed}”，没有写到日，先空着，原样记在备注里，请补全。", **known
    ),
    WarningKind.COLUMN_NOT_USED: lambda **known: tr("“{heading}”这一列没有读取。", **known),
    WarningKind.ETHNIC_GROUP_UNKNOWN: lambda **known: tr(
        "民族“{words}”不在 56 个民族的名称里，先空着。", **known
    ),
    WarningKind.HEAD_NOT_AMONG_MEMBERS: lambda **known: tr(
        "户主“{head}”不在这一户的成员里，户主名照收，请核对。", **known
    ),
    WarningKind.HEAD_ROW_REFUSED: lambda **known: tr(
        "户主“{head}”所在的第 {head_row} 行没有收下，这一户和其他成员仍然保留。", **known
    ),
    WarningKind.HOUSEHOLD_ALL_REFUSED: lambda **known: tr(
        "“{head}”这一户的每一行都没有收下，所以没有这一户。", **known
    ),
    WarningKind.HOUSEHOLD_IN_TWO_MICRO_GRIDS: lambda **known: tr(
        "“{head}”这一户既写了{micro_grid}又写了{other}，已按{micro_grid}。", **known
    ),
    WarningKind.HOUSEHOLD_NUMBER_MISSING: lambda **known: tr(
        "“{head}”这一户没有户号，已作为单独的一户，户号先空着。", **known
    ),
    WarningKind.HOUSEHOLD_NUMBER_REPEATED: lambda **known: tr(
        "户号 {household} 在{place}已经用过，这里又有一位户主，已作为单独的一户，户号先空着。",
        **known | {"place": row_words(known["first_row"], known.get("first_sheet", ""))},
    ),
    WarningKind.HOUSEHOLD_NUMBERS_START_AGAIN: lambda **known: tr(
        "各张工作表的户号都从头编起，新的户在户号前加上了网格号，如 2-001；已登记的户按户主和"
        "成员认，户号不改。"
    ),
    WarningKind.HOUSEHOLD_SCATTERED: lambda **known: tr(
        "户号 {household} 在第 {first_row} 行已经有一户，这一行已并入那一户。", **known
    ),
    WarningKind.HOUSEHOLD_WITH_TWO_HEADS: lambda **known: tr(
        "“{head}”这一户有两位户主，另一位在第 {other_row} 行，请核对。", **known
    ),
    WarningKind.HOUSEHOLD_WITHOUT_HEAD: lambda **known: tr(
        "这一户没有写明户主，先记为“{head}”户，请核对。", **known
    ),
    WarningKind.IDENTITY_NUMBER_MISSING: lambda **known: tr(
        "没有身份证号码，也没有写明原因，先记为“待补”。"
    ),
    WarningKind.MICRO_GRID_CARRIED_DOWN: lambda **known: tr(
        "“{head}”这一户没有写微网格，已按上一户记为{micro_grid}，请核对。", **known
    ),
    WarningKind.MICRO_GRID_COLUMN_MISSING: lambda **known: tr(
        "名册里没有微网格，导入后请在“微网格”里给各户编入。"
    ),
    WarningKind.MICRO_GRID_MISSING: lambda **known: tr(
        "“{head}”这一户没有写微网格，导入后请编入。", **known
    ),
    WarningKind.MICRO_GRID_TOO_LARGE: lambda **known: tr(
        "{micro_grid}有 {households} 户，多于 20 户，可考虑拆分。不影响导入。", **known
    ),
    WarningKind.MICRO_GRID_TOO_SMALL: lambda **known: tr(
        "{micro_grid}只有 {households} 户，少于 15 户，可考虑与邻近的合并。不影响导入。", **known
    ),
    WarningKind.NAME_UNUSUAL: lambda **known: tr(
        "姓名“{name}”里有“{unusual}”，可能是打错，或生僻字没有打出来，请核对。", **known
    ),
    WarningKind.NOTE_SAYS_LEFT: lambda **known: tr(
        "备注里写着“{words}”，仍照在册收下；如已去世或迁出，导入后请在人员页登记。", **known
    ),
    WarningKind.PHONE_MASKED: lambda **known: tr(
        "电话“{typed}”是遮盖过的，没有收；本机已有的电话不变。", **known
    ),
    WarningKind.PHONE_UNCLEAR: lambda **known: tr(
        "“{typed}”不像电话号码，已照原样收下，请核对。", **known
    ),
    WarningKind.RELATION_COLUMN_MISSING: lambda **known: tr(
        "表里没有“与户主关系”一列，除户主本人外关系先空着。"
    ),
    WarningKind.RELATION_CONTRADICTS_SEX: lambda **known: tr(
        "与户主关系写的是“{words}”，性别却是{sex}，请核对。", **known
    ),
    WarningKind.RELATION_FITTED_TO_SEX: lambda **known: tr(
        "与户主关系写的是“{words}”，按性别已记为“{taken_as}”。", **known
    ),
    WarningKind.RELATION_MISSING: lambda **known: tr("没有写与户主关系，先空着。"),
    WarningKind.RELATION_UNKNOWN: lambda **known: tr(
        "与户主关系“{words}”认不出来，先空着，请补上。", **known
    ),
    WarningKind.ROWS_HIDDEN: lambda **known: tr(
        "有 {count} 行被隐藏或被筛选掉了，没有读。要导入请先取消隐藏和筛选，存盘后再选。", **known
    ),
    WarningKind.SAME_NAME_IN_HOUSEHOLD: lambda **known: tr(
        "“{name}”与同一户第 {first_row} 行同名，号码不同，请核对是不是同一个人。", **known
    ),
    WarningKind.SEX_CONTRADICTS_NUMBER: lambda **known: tr(
        "性别写的是“{typed}”，与身份证号码不一致，已按身份证号码。", **known
    ),
    WarningKind.SEX_MISSING: lambda **known: tr("性别没有写，或看不明白，请核对。"),
    WarningKind.SHEET_SAYS_TWO_MICRO_GRIDS: lambda **known: tr(
        "表里的标题写的是{micro_grid}，工作表的名字是{other}，已按{micro_grid}，请核对。", **known
    ),
    WarningKind.TOTAL_HOUSEHOLDS_DIFFER: lambda **known: tr(
        "合计写的是 {stated} 户，实际数出 {found} 户。", **known
    ),
    WarningKind.TOTAL_RESIDENTS_DIFFER: lambda **known: tr(
        "合计写的是 {stated} 人，实际数出 {found} 人。", **known
    ),
    WarningKind.WORDS_UNKNOWN: lambda **known: tr(
        "“{heading}”一列的“{words}”认不出来，先空着，请补上。", **known
    ),
}

SIZE_WORDS: Mapping[MicroGridSize, Sentence] = {
    MicroGridSize.TOO_SMALL: lambda **known: tr("少于 15 户"),
    MicroGridSize.FITS: lambda **known: tr("合适"),
    MicroGridSize.TOO_LARGE: lambda **known: tr("多于 20 户"),
}

_CALLED_AS_FIELDS = (RosterColumn.GROUP, RosterColumn.ADDRESS, *RESIDENT_DETAILS)


def _named_as_field(column: RosterColumn) -> Sentence:
    return lambda **known: roster_field(column.value)


COLUMN_NAMES: Mapping[RosterColumn, Sentence] = {
    RosterColumn.SEQUENCE: lambda **known: tr("序号"),
    RosterColumn.HOUSEHOLD_NUMBER: lambda **known: tr("户号"),
    RosterColumn.MICRO_GRID: lambda **known: tr("微网格"),
    RosterColumn.HEAD_NAME: lambda **known: tr("户主姓名"),
    RosterColumn.NAME: lambda **known: tr("姓名"),
    RosterColumn.RELATION: lambda **known: tr("与户主关系"),
    RosterColumn.SEX: lambda **known: tr("性别"),
    RosterColumn.BIRTH_DATE: lambda **known: tr("出生日期"),
    RosterColumn.IDENTITY_NUMBER: lambda **known: tr("身份证号码"),
    RosterColumn.ETHNIC_GROUP: lambda **known: tr("民族"),
    RosterColumn.PHONE: lambda **known: tr("联系电话"),
    RosterColumn.NOTE: lambda **known: tr("备注"),
    RosterColumn.HOUSEHOLD_PHONE: lambda **known: tr("户联系电话"),
    RosterColumn.HOUSEHOLD_NOTE: lambda **known: tr("户备注"),
    **{column: _named_as_field(column) for column in _CALLED_AS_FIELDS},
}

SKIPPED_WORDS: Mapping[SkippedKind, Sentence] = {
    SkippedKind.BLANK: lambda **known: tr("空行"),
    SkippedKind.HEADER_AGAIN: lambda **known: tr("重复的表头"),
    SkippedKind.HIDDEN: lambda **known: tr("隐藏的行"),
    SkippedKind.MICRO_GRID_TITLE: lambda **known: tr("微网格的标题行"),
    SkippedKind.NOTE: lambda **known: tr("说明文字"),
    SkippedKind.SIGNATURE: lambda **known: tr("签名或说明行"),
    SkippedKind.SUBTOTAL: lambda **known: tr("小计行"),
    SkippedKind.TOTAL: lambda **known: tr("合计行"),
}

SHEET_SKIP_SENTENCES: Mapping[SheetSkip, Sentence] = {
    SheetSkip.ALL_ON_OTHER_SHEETS: lambda **known: tr("表里的人几乎都已在别的工作表里，没有再读。"),
    SheetSkip.EMPTY: lambda **known: tr("没有内容。"),
    SheetSkip.HIDDEN: lambda **known: tr("是隐藏的工作表，没有读。要导入请先取消隐藏。"),
    SheetSkip.LEFT_OUT: lambda **known: tr("您选了不读。"),
    SheetSkip.NO_HEADER: lambda **known: tr("没有名册的表头，没有读。"),
    SheetSkip.NO_PEOPLE: lambda **known: tr("只有表头，没有人。"),
    SheetSkip.OTHER_LIST: lambda **known: tr(
        "没有户号、户主、关系、身份证号码这些列，不像户籍名册，没有读。"
    ),
}

CHECK_LINES: Mapping[CheckLine, Sentence] = {
    CheckLine.ALL_TAKEN: lambda **known: tr("没有拒收的行。"),
    CheckLine.COUNTS: lambda **known: tr("可以导入：{households} 户，{residents} 人。", **known),
    CheckLine.FILE: lambda **known: tr(
        "文件：{file}，工作表：{sheet}，表头在第 {header_row} 行。", **known
    ),
    CheckLine.FOUND: lambda **known: tr("名册共有 {households} 户，{residents} 人。", **known),
    CheckLine.MICRO_GRID: lambda **known: tr(
        "  {name}  {households} 户  {residents} 人  {bar}  {finding}", **known
    ),
    CheckLine.MICRO_GRIDS: lambda **known: tr("各微网格的户数（15 至 20 户为宜）："),
    CheckLine.REFUSED: lambda **known: tr("拒收 {count} 行：", **known),
    CheckLine.REFUSED_ROW: lambda **known: tr(
        "  {place} {letter} 列 {name}：{sentence}",
        **known | {"place": row_words(known["row"], known["sheet"])},
    ),
    CheckLine.ROWS: lambda **known: row_words(known["rows"], known["sheet"]),
    CheckLine.ROWS_AND_MORE: lambda **known: tr(
        "{place}等 {count} 行",
        **known | {"place": row_words(known["rows"], known["sheet"])},
    ),
    CheckLine.SHEET: lambda **known: tr(
        "  {sheet}  {micro_grid}  表头在第 {header_row} 行  {households} 户  {residents} 人",
        **known | {"micro_grid": known["micro_grid"] or tr("（按各行所写的微网格）")},
    ),
    CheckLine.SHEETS: lambda **known: tr("文件：{file}，读了 {count} 张工作表：", **known),
    CheckLine.OF_SHEET: lambda **known: tr("  工作表“{sheet}”：{sentence}", **known),
    CheckLine.TITLE: lambda **known: tr("名册：{title}", **known),
    CheckLine.TOTALS_AGREE: lambda **known: tr("与第 {row} 行的合计相符。", **known),
    CheckLine.WARNING: lambda **known: tr("  {sentence}", **known),
    CheckLine.WARNING_IN_ROWS: lambda **known: tr("  {rows}：{sentence}", **known),
    CheckLine.WARNINGS: lambda **known: tr("请核对 {count} 处（不影响导入）：", **known),
}

_BY_KIND: Mapping[type[StrEnum], Mapping[Any, Sentence]] = {
    ErrorCode: ROSTER_ERROR_SENTENCES,
    RefusalReason: REFUSAL_SENTENCES,
    WarningKind: WARNING_SENTENCES,
    MicroGridSize: SIZE_WORDS,
    RosterColumn: COLUMN_NAMES,
    SkippedKind: SKIPPED_WORDS,
    SheetSkip: SHEET_SKIP_SENTENCES,
    CheckLine: CHECK_LINES,
}
"""By kind first: members of two StrEnums with one value are equal, and one table would mix them."""


def roster_sentence(code: StrEnum, **params: object) -> str:
    """The sentence or name for any code of a roster; raises KeyError for codes of other areas."""
    return _BY_KIND[type(code)][code](**params)
