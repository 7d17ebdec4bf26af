"""The words people write for kinds, ways, levels and classes, and what is stored for them.

None for a word that is not known: such a row is refused with the words that are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum

from app.exchange.table_forms import TableColumn, TableKind
from app.grid_work.vocabulary import HazardKind, HazardLevel, ServiceKind, VisitPurpose, VisitWay
from app.incidents.vocabulary import (
    IncidentClass,
    IncidentEventKind,
    IncidentSource,
    IncidentState,
)

_PURPOSES: Mapping[StrEnum, str] = {
    VisitPurpose.ROUTINE: "日常走访 日常 常规 例行 入户走访 走访 常规走访",
    VisitPurpose.CARE: "关爱探望 关爱 慰问 探望 看望 关爱走访",
    VisitPurpose.HAZARD_CHECK: "查看隐患 隐患排查 安全检查 隐患检查 排查隐患 安全隐患排查",
    VisitPurpose.DISPUTE_CHECK: "了解纠纷 纠纷排查 矛盾排查 矛盾纠纷排查 调解",
    VisitPurpose.POLICY: "政策宣传 宣传 宣讲 反诈宣传 法治宣传",
    VisitPurpose.FOLLOW_UP: "回访",
    VisitPurpose.OTHER: "其他 其它",
}
_WAYS: Mapping[StrEnum, str] = {
    VisitWay.AT_HOME: "上门 入户 入户走访 实地 当面",
    VisitWay.ELSEWHERE: "在外遇见 遇见 路遇 村里遇见",
    VisitWay.BY_PHONE: "电话 电话走访 微信 电话联系",
    VisitWay.NOBODY_HOME: "家里没人 无人 不在家 无人在家 没人在家",
}
_SERVICES: Mapping[StrEnum, str] = {
    ServiceKind.ERRAND: "代办跑腿 代办 跑腿 帮办 代买",
    ServiceKind.PAPERS: "办证办手续 办证 证件办理 办手续 户政",
    ServiceKind.CARE: "照料帮扶 照料 帮扶 关爱 照看",
    ServiceKind.REPAIR: "维修 修理 水电维修",
    ServiceKind.TRANSPORT: "接送 送医 就医接送",
    ServiceKind.POLICY_QUESTION: "政策咨询 咨询",
    ServiceKind.OTHER: "其他 其它",
}
_HAZARDS: Mapping[StrEnum, str] = {
    HazardKind.FIRE: "火灾 消防 火灾隐患 消防隐患 用火",
    HazardKind.WIRING: "用电线路 用电 线路 电线 线路老化 用电安全",
    HazardKind.BUILDING: "房屋 危房 房屋安全",
    HazardKind.ROAD: "道路 交通 道路交通 交通安全",
    HazardKind.WATER: "水域 溺水 防溺水 河道",
    HazardKind.LANDSLIDE: "山体滑坡 滑坡 地质灾害 地灾 塌方",
    HazardKind.PUBLIC_ORDER: "治安 治安隐患",
    HazardKind.OTHER: "其他 其它",
}
_LEVELS: Mapping[StrEnum, str] = {
    HazardLevel.HIGH: "高 重大 严重 高风险 大 1 一级",
    HazardLevel.MEDIUM: "中 较大 中风险 2 二级",
    HazardLevel.LOW: "低 一般 低风险 小 3 三级",
}
_CLASSES: Mapping[StrEnum, str] = {
    IncidentClass.PUBLIC_ORDER: "治安 治安案件 治安类",
    IncidentClass.CRIMINAL: "刑事 刑事案件 刑事类",
    IncidentClass.CIVIL: "民事 民事纠纷 民事案件 纠纷 民事类",
    IncidentClass.ADMINISTRATIVE: "行政 行政案件 行政类",
    IncidentClass.OTHER: "其他 其它",
}
_SOURCES: Mapping[StrEnum, str] = {
    IncidentSource.SEEN_BY_GRID: "网格员发现 网格发现 自行发现",
    IncidentSource.TOLD_BY_VILLAGER: "群众反映 群众举报 村民反映 报警 群众报警",
    IncidentSource.PATROL: "巡逻发现 巡逻",
    IncidentSource.FROM_POLICE: "派出所转来 派出所 公安转来 110",
    IncidentSource.FROM_CASE: "由纠纷转来",
    IncidentSource.OTHER: "其他 其它",
}
WORDS: Mapping[tuple[TableKind, TableColumn], Mapping[StrEnum, str]] = {
    (TableKind.VISITS, TableColumn.KIND): _PURPOSES,
    (TableKind.VISITS, TableColumn.WAY): _WAYS,
    (TableKind.SERVICES, TableColumn.KIND): _SERVICES,
    (TableKind.HAZARDS, TableColumn.KIND): _HAZARDS,
    (TableKind.HAZARDS, TableColumn.LEVEL): _LEVELS,
    (TableKind.INCIDENTS, TableColumn.KIND): _CLASSES,
    (TableKind.INCIDENTS, TableColumn.SOURCE): _SOURCES,
}
"""The columns that hold codes; the first word of each is what the program calls it."""
STATES: Mapping[StrEnum, str] = {
    IncidentState.NOT_RECORDED: "未登记",
    IncidentState.OPEN: "处置中",
    IncidentState.WITH_POLICE: "已报公安",
    IncidentState.ANSWERED: "公安已反馈",
    IncidentState.BECAME_CASE: "已转纠纷",
    IncidentState.CLOSED: "已办结",
    IncidentState.WITHDRAWN: "已撤销",
}
"""How the state of an incident is written; it is folded from events and only partly read back."""
EVENTS: Mapping[StrEnum, str] = {
    IncidentEventKind.RECORDED: "登记",
    IncidentEventKind.NOTE_ADDED: "记事",
    IncidentEventKind.GRID_ACTED: "网格处置",
    IncidentEventKind.REPORTED_TO_POLICE: "报公安",
    IncidentEventKind.POLICE_MEDIATED: "治安调解",
    IncidentEventKind.POLICE_RESULT: "公安反馈",
    IncidentEventKind.BECAME_CASE: "转为纠纷",
    IncidentEventKind.CLOSED: "办结",
    IncidentEventKind.REOPENED: "重新办理",
    IncidentEventKind.WITHDRAWN: "撤销登记",
}
"""What happened to an incident, for the column that only tells it."""
_CLOSED = ("已办结", "办结", "已结", "已处理", "已办理", "完结", "是", "已完成")
_OPEN = (
    *("处置中", "未办结", "办理中", "处理中", "否", "未完成", "待处理"),
    *("未登记", "已报公安", "公安已反馈", "已转纠纷"),
)


def code_of(kind: TableKind, column: TableColumn, text: str) -> StrEnum | None:
    """What the words of a cell stand for; None where nobody knows."""
    word = _plain(text)
    return next(
        (code for code, words in WORDS[kind, column].items() if word in words.split()), None
    )


def word_of(kind: TableKind, column: TableColumn, code: StrEnum) -> str:
    """What an export writes for a code; it is read back as the same."""
    return WORDS[kind, column][code].split()[0]


def known_words(kind: TableKind, column: TableColumn) -> tuple[str, ...]:
    """What may stand in a column of codes, as the program calls it."""
    return tuple(words.split()[0] for words in WORDS[kind, column].values())


def is_withdrawn(text: str) -> bool:
    """Whether a state says that a matter was recorded by mistake."""
    return _plain(text) in ("已撤销", "撤销登记", "登记有误")


def is_closed(text: str) -> bool | None:
    """Whether a state says that a matter is at an end; None for words nobody knows."""
    word = _plain(text)
    if word in _CLOSED:
        return True
    return False if word in _OPEN or not word else None


def says_more(text: str, *, has_result: bool) -> bool:
    """Whether a state tells of events that stand nowhere in the row, so that none are written."""
    word = _plain(text)
    if word == STATES[IncidentState.ANSWERED]:
        return not has_result
    return word in (STATES[IncidentState.WITH_POLICE], STATES[IncidentState.BECAME_CASE])


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).strip("。.,，、:：")
