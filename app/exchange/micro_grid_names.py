"""Recognising one micro-grid under the ways its name is written: 第1微网格, 第一网格, １."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

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
    name = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
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


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    plain = text.replace("〇", "零").replace("两", "二")
    if "十" not in plain:
        return int("".join(str(_DIGITS[char]) for char in plain))
    tens, _, ones = plain.partition("十")
    return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)
