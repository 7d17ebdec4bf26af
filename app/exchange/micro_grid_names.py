"""Recognising one micro-grid under the ways its name is written: 第1微网格, 第一网格, １."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

NO_MICRO_GRID_WORD = "未编入"
"""What stands in a sheet where a household is in no micro-grid; an empty cell says nothing."""

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")}
_NUMERALS = "零〇一二两三四五六七八九十"
_NAME = re.compile(
    rf"(?P<stem>.*?)第?(?P<number>[0-9]{{1,3}}|[{_NUMERALS}]{{1,3}})号?(微?网格|格|组)?"
)
_TITLE = re.compile(rf"(第?([0-9]{{1,3}}|[{_NUMERALS}]{{1,3}})号?微?网格)(\(.*\)|:.*|网格员.*)?")


@dataclass(frozen=True, slots=True)
class MicroGridName:
    """`key` is equal for two spellings of one micro-grid; `name` is as typed."""

    key: str
    name: str
    number: int | None


def parse_micro_grid(text: str) -> MicroGridName:
    """Read a micro-grid's name; names without a number keep None."""
    name = _plain(text)
    match = _NAME.fullmatch(name)
    if match is None:
        return MicroGridName(name, name, None)
    number = _number(match["number"])
    shown = f"第{number}微网格" if name == match["number"] else name
    return MicroGridName(f"{match['stem']}#{number}", shown, number)


def is_micro_grid_title(text: str) -> bool:
    """Whether a line names a micro-grid for the rows below it."""
    return _TITLE.fullmatch(text) is not None


def name_in_title(text: str) -> str:
    """The micro-grid's name in such a line."""
    match = _TITLE.fullmatch(text)
    return match.group(1) if match else text


_IN_TEXT = re.compile(
    rf"(?<![0-9])第?(?P<number>[0-9]{{1,3}}|[{_NUMERALS}]{{1,3}})号?微?网格(?![员长])"
    rf"|微?网格(名称|编号|号)?:?第?(?P<after>[0-9]{{1,3}}(?![0-9年])|[{_NUMERALS}]{{1,3}})号?(?!个)"
)
_NAMED_IN_TEXT = re.compile(
    r"微?网格(名称|名):(?P<name>[^:;,，()]{1,12}?)(?=网格[员长]|[;,，()]|$)"
)
_OWN_NAME = re.compile(r"(?P<name>(?!微网格)[\u4e00-\u9fff]{1,10}微?网格)(\(.*\))?")
_NO_NAME = re.compile(r".*(各|全|本|所有|汇总|总|户籍|村|社区|居委会|乡|镇|县)(个)?微?网格")
_GROUP = re.compile(rf"(?<![0-9{_NUMERALS}])第?([0-9]{{1,2}}|[{_NUMERALS}]{{1,3}})(村民)?小?组")


def micro_grid_in_text(text: str) -> MicroGridName | None:
    """The micro-grid a title or a sheet's name speaks of, e.g. 坪坦村第二微网格花名册; None for
    a text that names none or only says that it is about micro-grids."""
    plain = _plain(text)
    match = _IN_TEXT.search(plain)
    if match:
        number = _number(match["number"] or match["after"])
        return MicroGridName(f"#{number}", f"第{number}微网格", number)
    named = _NAMED_IN_TEXT.search(plain)
    return parse_micro_grid(named["name"]) if named else None


def micro_grid_of_sheet(name: str) -> MicroGridName | None:
    """The micro-grid a sheet is named for: 第2微网格, 2网格(杨某), 2, 上寨网格; None for Sheet1."""
    plain = _plain(name)
    if re.fullmatch(rf"第?([0-9]{{1,2}}|[{_NUMERALS}]{{1,3}})号?", plain):
        return parse_micro_grid(plain)
    found = micro_grid_in_text(plain)
    if found is not None:
        return found
    own = _OWN_NAME.fullmatch(plain)
    return None if own is None or _NO_NAME.match(own["name"]) else parse_micro_grid(own["name"])


def village_group_in_text(text: str) -> str:
    """The 村民小组 a text names, as 第3组; empty where it names none."""
    match = _GROUP.search(_plain(text))
    return f"第{_number(match.group(1))}组" if match else ""


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text[:200]))


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    plain = text.replace("〇", "零").replace("两", "二")
    if "十" not in plain:
        return int("".join(str(_DIGITS[char]) for char in plain))
    tens, _, ones = plain.partition("十")
    return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)
