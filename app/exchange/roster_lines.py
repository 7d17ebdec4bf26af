"""Which rows below the header hold a resident, and what the title and total lines say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from app.exchange.column_guess import ColumnGuess
from app.exchange.micro_grid_names import is_micro_grid_title
from app.exchange.roster_columns import RosterColumn
from app.exchange.roster_report import SkippedKind
from app.exchange.sheet_grid import CellKind, GridRow
from app.households.words import sex_from_words

_TOTAL = re.compile(r".{0,6}(合计|总计|共计|总数|总人数)")
_SUBTOTAL = re.compile(r".{0,10}小计")
_SIGNATURE = re.compile(
    r"(填表|制表|填报|经办|审核|审批|复核|校对|负责|签字|签名|盖章|联系人|单位|日期|时间|"
    r"村(支部|党支部)?(书记|主任)|村委会|网格[员长]|说明|备注|注)[^:]{0,8}:"
)
_NOTE = re.compile(r"(?=.{6,}).*[,，。；;:：、].*|[0-9]{1,2}[.、](?=.{4,})|.*第[0-9]+页")
"""A lone text that is a sentence: what a person would not write as a name."""
_RESIDENTS = re.compile(r"(?<![男女])([0-9]{1,6})(人|口)")
_HOUSEHOLDS = re.compile(r"([0-9]{1,6})户")
_TOWNSHIP_AND_VILLAGE = re.compile(
    r"(?P<township>[\u4e00-\u9fff]{2,10}?[乡镇])?"
    r"(?P<village>(?!农村|本村|全村|我村|各村)[\u4e00-\u9fff]{1,10}?(村|社区|居委会))"
)
_COUNTY = re.compile(r"^.*?(自治县|通道县|(?<=[\u4e00-\u9fff])县)")


@dataclass(frozen=True, slots=True)
class StatedTotals:
    """What a roster's own total line says."""

    row: int
    residents: int | None
    households: int | None


def skipped_kind(row: GridRow, columns: ColumnGuess) -> SkippedKind | None:
    """Why a row holds no resident, or None if it should be read as one."""
    if row.is_hidden:
        return SkippedKind.HIDDEN
    if not _has_content(row, columns):
        return _kind_of_line(row) or SkippedKind.BLANK
    if _repeats_header(row, columns):
        return SkippedKind.HEADER_AGAIN
    if _looks_like_resident(row, columns):
        return None
    return _kind_of_line(row)


def _kind_of_line(row: GridRow) -> SkippedKind | None:
    texts = typed_texts(row)
    if any(_SUBTOTAL.match(text) for text in texts[:4]):
        return SkippedKind.SUBTOTAL
    if any(_TOTAL.match(text) for text in texts[:4]):
        return SkippedKind.TOTAL
    if texts and _SIGNATURE.match(texts[0]):
        return SkippedKind.SIGNATURE
    if len(texts) == 1 and is_micro_grid_title(texts[0]):
        return SkippedKind.MICRO_GRID_TITLE
    if len(texts) == 1 and _NOTE.match(texts[0]):
        return SkippedKind.NOTE
    return None


def _has_content(row: GridRow, columns: ColumnGuess) -> bool:
    """Whether anything but a running number was typed into a column we read."""
    cells = (row.cell(n) for kind, n in columns.chosen if kind is not RosterColumn.SEQUENCE)
    return any(not cell.is_empty and not cell.is_from_merged for cell in cells)


def _repeats_header(row: GridRow, columns: ColumnGuess) -> bool:
    same = sum(
        re.sub(r"\s+", "", row.cell(number).text) == columns.headings[number - 1]
        for _, number in columns.chosen
        if number <= len(columns.headings) and columns.headings[number - 1]
    )
    return same >= 3


def _looks_like_resident(row: GridRow, columns: ColumnGuess) -> bool:
    """An identity number or a sex: no total or signature line has one in its column."""
    number_at = columns.position(RosterColumn.IDENTITY_NUMBER)
    digits = re.sub(r"\D", "", _plain(row.cell(number_at).text)) if number_at else ""
    sex = row.cell(columns.position(RosterColumn.SEX) or 0)
    has_sex = sex.kind is CellKind.TEXT and sex_from_words(sex.text) is not None
    return len(digits) >= 15 or has_sex


def typed_texts(row: GridRow) -> list[str]:
    """The texts of a line, half-width and without spaces; merged cells once."""
    cells = (cell for cell in row.cells if not cell.is_empty and not cell.is_from_merged)
    return [_plain(cell.text) for cell in cells]


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text[:500]))


def stated_totals(row: GridRow, columns: ColumnGuess) -> StatedTotals:
    """Read a total line such as 合计 | 179人 | 46户; a bare number under 姓名 counts residents."""
    line = " ".join(typed_texts(row))
    residents = _first_number(_RESIDENTS, line)
    if residents is None:
        name = _plain(row.cell(columns.position(RosterColumn.NAME) or 0).text)
        residents = int(name) if re.fullmatch(r"[0-9]{1,6}", name) else None
    return StatedTotals(row.number, residents, _first_number(_HOUSEHOLDS, line))


def _first_number(pattern: re.Pattern[str], text: str) -> int | None:
    match = pattern.search(text)
    return int(match.group(1)) if match else None


@dataclass(frozen=True, slots=True)
class TitleHints:
    """What the rows above the header tell: a title, and which village it may be."""

    title: str
    township: str | None
    village: str | None


def title_hints(rows: Iterable[GridRow], sheet: str) -> TitleHints:
    """Read the rows above the header; the sheet's own name is tried last."""
    texts = [text for row in rows for text in typed_texts(row)]
    for text in [*texts, sheet]:
        place = re.sub(r"^[0-9]+年(度)?", "", text.rpartition(":")[2])
        match = _TOWNSHIP_AND_VILLAGE.match(_COUNTY.sub("", place))
        if match:
            title = texts[0] if texts else sheet
            return TitleHints(title, match["township"], match["village"])
    return TitleHints(texts[0] if texts else sheet, None, None)


def line_text(row: GridRow) -> str:
    """The first text of a line, without spaces."""
    return next(iter(typed_texts(row)), "")
