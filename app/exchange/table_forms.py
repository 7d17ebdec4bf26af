"""The tables that come from Excel besides rosters: which columns each kind has and what they are
called.

A form is all that tells one kind from another to the reader, the screen and the writer. The first
word of a column is what an export writes above it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.accounts.vocabulary import Permission


class TableKind(StrEnum):
    """What a table holds, by the entity it becomes."""

    VISITS = "visit"
    SERVICES = "micro_service"
    HAZARDS = "hazard"
    INCIDENTS = "incident"


class TableColumn(StrEnum):
    """What a column of such a table can hold."""

    SEQUENCE = "sequence"
    HOUSEHOLD_NUMBER = "household_number"
    HEAD_NAME = "head_name"
    IDENTITY_NUMBER = "identity_number"
    MICRO_GRID = "micro_grid"
    DAY = "day"
    CLOCK_TIME = "clock_time"
    KIND = "kind"
    WAY = "way"
    LEVEL = "level"
    TITLE = "title"
    PLACE = "place"
    PEOPLE = "people"
    MET = "met"
    ASKER_NAME = "asker_name"
    ASKER_PHONE = "asker_phone"
    TEXT = "text"
    SOURCE = "source"
    DUE_ON = "due_on"
    DONE_ON = "done_on"
    DONE_NOTE = "done_note"
    POLICE_RESULT = "police_result"
    STATE = "state"
    BY = "by"
    NUMBER = "number"
    VILLAGE = "village"
    EVENTS = "events"
    """Written only."""


@dataclass(frozen=True, slots=True)
class ColumnForm:
    """One column: its headings, the longest text it takes, whether a row needs it."""

    words: tuple[str, ...]
    longest: int
    is_needed: bool = False
    width: int = 14


@dataclass(frozen=True, slots=True)
class TableForm:
    """A kind of table; a row that is written needs the permission."""

    kind: TableKind
    columns: Mapping[TableColumn, ColumnForm]
    permission: Permission

    def column_of(self, plain_heading: str) -> TableColumn | None:
        """What a heading names; None for others."""
        for column, form in self.columns.items():
            if plain_heading in form.words:
                return column
        return None

    @property
    def needed(self) -> tuple[TableColumn, ...]:
        """What no row can do without."""
        return tuple(column for column, form in self.columns.items() if form.is_needed)


def _column(
    words: str, longest: int = 50, *, is_needed: bool = False, width: int = 14
) -> ColumnForm:
    return ColumnForm(tuple(words.split()), longest, is_needed, width)


_HOME = {
    TableColumn.HOUSEHOLD_NUMBER: _column("户号 户编号 家庭编号", 20, width=9),
    TableColumn.HEAD_NAME: _column(
        "户主 户主姓名 户主名 被走访户 走访户 走访对象 服务对象 被走访人 农户 姓名", width=12
    ),
    TableColumn.IDENTITY_NUMBER: _column("身份证号码 身份证号 身份证 公民身份号码", width=21),
}
_BY = _column(
    "经手人 走访人 走访人员 网格员 网格员姓名 记录人 登记人 填报人 排查人 排查人员 办理人", width=12
)
_NUMBER = _column("序号 编号 NO NO. 顺序号", 30, width=8)

VISITS = TableForm(
    TableKind.VISITS,
    {
        TableColumn.SEQUENCE: _NUMBER,
        **_HOME,
        TableColumn.DAY: _column("走访日期 走访时间 日期 时间", is_needed=True, width=12),
        TableColumn.KIND: _column("走访事由 事由 走访目的 走访类型 走访类别 走访原因 类别"),
        TableColumn.WAY: _column("走访方式 方式 形式"),
        TableColumn.MET: _column("见到谁 见到的人 接待人 受访人", 100),
        TableColumn.TEXT: _column(
            "走访情况 走访内容 走访记录 情况 内容 备注 情况记录 走访情况记录", 2000, width=50
        ),
        TableColumn.BY: _BY,
    },
    Permission.RECORD_GRID_WORK,
)
SERVICES = TableForm(
    TableKind.SERVICES,
    {
        TableColumn.SEQUENCE: _NUMBER,
        **_HOME,
        TableColumn.DAY: _column(
            "提出日期 申请日期 受理日期 服务日期 日期 时间 提出时间 申请时间 受理时间",
            is_needed=True,
            width=12,
        ),
        TableColumn.KIND: _column("服务种类 服务类型 服务类别 种类 类别 类型 事项类别"),
        TableColumn.ASKER_NAME: _column(
            "提出人 申请人 求助人 服务对象姓名 群众姓名", 80, is_needed=True, width=12
        ),
        TableColumn.ASKER_PHONE: _column("提出人电话 联系电话 电话 申请人电话 联系方式", width=16),
        TableColumn.TEXT: _column(
            "服务事项 事项 服务内容 内容 诉求 需求 事项内容", 1000, is_needed=True, width=44
        ),
        TableColumn.DUE_ON: _column("期限 办理期限 要求完成日期", width=12),
        TableColumn.DONE_ON: _column("办结日期 完成日期 办理日期 完成时间 办结时间", width=12),
        TableColumn.DONE_NOTE: _column("办理结果 办理情况 结果 完成情况 备注", 1000, width=40),
        TableColumn.BY: _BY,
    },
    Permission.RECORD_GRID_WORK,
)
HAZARDS = TableForm(
    TableKind.HAZARDS,
    {
        TableColumn.SEQUENCE: _NUMBER,
        **_HOME,
        TableColumn.MICRO_GRID: _column("微网格 网格 所属网格 所在网格"),
        TableColumn.DAY: _column(
            "发现日期 排查日期 检查日期 日期 时间 发现时间 排查时间", is_needed=True, width=12
        ),
        TableColumn.KIND: _column("隐患种类 隐患类型 隐患类别 种类 类别 类型"),
        TableColumn.LEVEL: _column("隐患等级 等级 级别 风险等级 程度", is_needed=True, width=9),
        TableColumn.PLACE: _column(
            "隐患地点 地点 位置 隐患位置 隐患部位 部位", 200, is_needed=True, width=24
        ),
        TableColumn.TEXT: _column(
            "隐患情况 隐患描述 隐患内容 情况 内容 描述 存在问题 存在的问题 问题",
            2000,
            is_needed=True,
            width=44,
        ),
        TableColumn.DUE_ON: _column("整改期限 期限 限期 整改时限", width=12),
        TableColumn.DONE_ON: _column("消除日期 整改日期 销号日期 完成日期 整改完成日期", width=12),
        TableColumn.DONE_NOTE: _column(
            "整改情况 整改措施 处理情况 措施 采取措施 处置情况 备注", 1000, width=40
        ),
        TableColumn.BY: _BY,
    },
    Permission.RECORD_GRID_WORK,
)
INCIDENTS = TableForm(
    TableKind.INCIDENTS,
    {
        TableColumn.SEQUENCE: _column("序号 NO NO. 顺序号", 30, width=8),
        TableColumn.NUMBER: _column("编号 警情编号 案件编号", 40, width=24),
        TableColumn.DAY: _column(
            "发生时间 发生日期 日期 时间 发案时间 案发时间 接警时间 接报时间",
            is_needed=True,
            width=18,
        ),
        TableColumn.CLOCK_TIME: _column("时刻 具体时间 几点", 10),
        TableColumn.KIND: _column(
            "性质 警情性质 类别 警情类别 类型 警情类型 案件性质", is_needed=True, width=9
        ),
        TableColumn.TITLE: _column(
            "名称 警情名称 警情 事由 标题 简要案情 案由 警情内容", 100, is_needed=True, width=36
        ),
        TableColumn.PLACE: _column("地点 发生地点 案发地点 发案地点 地址", 200, width=24),
        TableColumn.MICRO_GRID: _column("微网格 网格 所属网格 所在网格"),
        TableColumn.PEOPLE: _column("涉事人员 人员 当事人 涉及人员 涉警人员", 2000, width=24),
        TableColumn.SOURCE: _column("来源 警情来源 信息来源"),
        TableColumn.TEXT: _column("经过 基本情况 详细情况 情况 案情 警情描述", 4000, width=50),
        TableColumn.DONE_NOTE: _column(
            "处置情况 处理情况 处置 处理结果 网格处置 结果 办理结果", 4000, width=40
        ),
        TableColumn.POLICE_RESULT: _column(
            "公安反馈 公安处理结果 派出所反馈 反馈结果 公安答复", 4000, width=40
        ),
        TableColumn.STATE: _column("状态 办理状态 是否办结", 20),
        TableColumn.VILLAGE: _column("村 村名 所属村", width=20),
    },
    Permission.RECORD_INCIDENT,
)
FORMS: Mapping[TableKind, TableForm] = {
    form.kind: form for form in (VISITS, SERVICES, HAZARDS, INCIDENTS)
}
