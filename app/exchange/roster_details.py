"""What a roster says of a person besides name, number and relation: words → stored codes.

Each answer is None for a word that is not known: the row is taken, the field stays empty, and the
report says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Protocol, TypeVar

from app.exchange.roster_columns import RosterColumn
from app.households.vocabulary import (
    CareLevel,
    Education,
    LeftBehindKind,
    MaritalStatus,
    PoliticalStatus,
    Registration,
    Relation,
    ResidentStatus,
)
from app.households.words import relation_from_words


class _Named(Protocol):
    @property
    def value(self) -> str: ...

    @property
    def chinese_name(self) -> str: ...


CodeT = TypeVar("CodeT", bound=StrEnum)
NamedCodeT = TypeVar("NamedCodeT", bound=_Named)

_EDUCATION: Mapping[Education, str] = {
    Education.POSTGRADUATE: "研究生 硕士 博士 硕士研究生 博士研究生",
    Education.UNIVERSITY: "大学本科 本科 大学 学士",
    Education.COLLEGE: "大学专科 大专 专科 高职",
    Education.VOCATIONAL: "中等职业 中专 中职 职高 技校 职业高中 中等专科",
    Education.HIGH_SCHOOL: "普通高级中学 高中 普通高中",
    Education.MIDDLE_SCHOOL: "初级中学 初中 普通初中",
    Education.PRIMARY_SCHOOL: "小学",
    Education.OTHER: "其他 其它 文盲 半文盲 未上学 学龄前 学前 幼儿园 扫盲班",
}
_MARITAL: Mapping[MaritalStatus, str] = {
    MaritalStatus.SINGLE: "未婚 单身 否",
    MaritalStatus.MARRIED: "已婚 结婚 有配偶 是",
    MaritalStatus.FIRST_MARRIAGE: "初婚",
    MaritalStatus.REMARRIED: "再婚",
    MaritalStatus.MARRIED_AGAIN: "复婚",
    MaritalStatus.WIDOWED: "丧偶",
    MaritalStatus.DIVORCED: "离婚 离异",
    MaritalStatus.NOT_STATED: "未说明 不详",
}
_POLITICAL: Mapping[PoliticalStatus, str] = {
    PoliticalStatus.PARTY_MEMBER: "党员 中共党员 中国共产党党员 正式党员",
    PoliticalStatus.PROBATIONARY_MEMBER: "预备党员 中共预备党员",
    PoliticalStatus.YOUTH_LEAGUE: "团员 共青团员",
    PoliticalStatus.NO_PARTY: "无党派 无党派人士",
    PoliticalStatus.MASSES: "群众 一般群众 普通群众",
}
_LEFT_BEHIND: Mapping[LeftBehindKind, str] = {
    LeftBehindKind.ELDER: "留守老人 老人 老年人",
    LeftBehindKind.WOMAN: "留守妇女 妇女",
    LeftBehindKind.CHILD: "留守儿童 儿童",
}
_CARE: Mapping[CareLevel, str] = {
    CareLevel.HIGH: "高 高度 重点 高度关注 重点关注",
    CareLevel.MEDIUM: "中 中度 一般 中度关注 一般关注",
    CareLevel.LOW: "低 低度 低度关注",
}
_REGISTRATION: Mapping[Registration, str] = {
    Registration.HERE: "一致 人户一致 是",
    Registration.ELSEWHERE: "不一致 人户不一致 人户分离 否",
}
_STATUS: Mapping[ResidentStatus, str] = {
    ResidentStatus.PRESENT: "在家 常住 在村 在户 是 居家 常住在家",
    ResidentStatus.AWAY: "外出 外出务工 务工 在外 不在家 不在村 否 打工 在外务工 外出求学 外出读书 "
    "在外就读 长期外出",
    ResidentStatus.DECEASED: "死亡 去世 已故 已死亡 已去世 亡故",
    ResidentStatus.MOVED_OUT: "迁出 已迁出 迁走 户口迁出 外嫁迁出",
}
_NOTHING = ("", "无", "/", "-", "—", "——")
_NOT_LEFT_BEHIND = ("否", "不是", "非留守")


def _by_word(words: Mapping[CodeT, str], names: Mapping[CodeT, str]) -> dict[str, str]:
    found = {name: code.value for code, name in names.items()}
    return found | {word: code.value for code, line in words.items() for word in line.split()}


def _names(codes: Iterable[NamedCodeT]) -> dict[NamedCodeT, str]:
    return {code: code.chinese_name for code in codes}


_CODES: Mapping[RosterColumn, Mapping[str, str]] = {
    RosterColumn.EDUCATION: _by_word(_EDUCATION, _names(Education)),
    RosterColumn.MARITAL: _by_word(_MARITAL, _names(MaritalStatus)),
    RosterColumn.POLITICAL: _by_word(_POLITICAL, _names(PoliticalStatus)),
    RosterColumn.LEFT_BEHIND: _by_word(_LEFT_BEHIND, _names(LeftBehindKind)),
    RosterColumn.CARE_LEVEL: _by_word(_CARE, _names(CareLevel)),
    RosterColumn.REGISTRATION: _by_word(_REGISTRATION, _names(Registration)),
    RosterColumn.STATUS: _by_word(_STATUS, {}),
}
_LEFT = (ResidentStatus.DECEASED, ResidentStatus.MOVED_OUT)
_NOTE_OF_LEAVING = re.compile(
    r"已?(死亡|去世|过世|故去)|已故|亡故|户口?(已)?迁(出|走)|已迁(出|走)|迁往"
)


def says_nothing(column: RosterColumn, text: str) -> bool:
    """Whether the text stands for an empty cell."""
    plain = _plain(text)
    return plain in _NOTHING or (column is RosterColumn.LEFT_BEHIND and plain in _NOT_LEFT_BEHIND)


def detail_value(column: RosterColumn, text: str) -> str | None:
    """What is stored for the words in this column; None for words that are not known."""
    if column is RosterColumn.CARER_RELATION:
        relation = relation_from_words(text, None)
        return relation.value if relation else None
    codes = _CODES.get(column)
    if codes is None:
        return text
    plain = _plain(text)
    return codes.get(plain) or codes.get(plain.removesuffix("教育").removesuffix("毕业"))


_KINDS: Mapping[RosterColumn, type[StrEnum]] = {
    RosterColumn.EDUCATION: Education,
    RosterColumn.MARITAL: MaritalStatus,
    RosterColumn.POLITICAL: PoliticalStatus,
    RosterColumn.LEFT_BEHIND: LeftBehindKind,
    RosterColumn.CARE_LEVEL: CareLevel,
    RosterColumn.REGISTRATION: Registration,
    RosterColumn.STATUS: ResidentStatus,
    RosterColumn.CARER_RELATION: Relation,
}


def detail_of_store(column: RosterColumn, value: str) -> str:
    """A value of the report as the store's field takes it: codes as their enum."""
    kind = _KINDS.get(column)
    return value if kind is None else kind(value)


def has_left(value: str | None) -> bool:
    """Whether a status says that somebody no longer belongs to the village."""
    return value in _LEFT


def leaving_in_note(note: str) -> str | None:
    """The words of a note that say somebody died or moved away."""
    match = _NOTE_OF_LEAVING.search(note)
    return match.group() if match else None


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).strip("。.,，、:：")
