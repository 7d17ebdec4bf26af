"""Finding the header row of a roster and guessing what its columns hold.

Committees name the same column in many ways and put titles above the header. The guess is only a
proposal: a person can correct it, and the corrected guess is read instead.
"""

from __future__ import annotations

import re
from enum import StrEnum

from app.exchange.column_guess import (
    LONGEST_HEADING,
    SEARCHED_ROWS,
    ColumnGuess,
    guess_of,
    plain_heading,
)
from app.exchange.sheet_grid import Grid, GridRow

FEWEST_COLUMNS = 3


class RosterColumn(StrEnum):
    """What a column of a roster can hold."""

    SEQUENCE = "sequence"
    HOUSEHOLD_NUMBER = "household_number"
    MICRO_GRID = "micro_grid"
    HEAD_NAME = "head_name"
    NAME = "name"
    RELATION = "relation"
    SEX = "sex"
    BIRTH_DATE = "birth_date"
    IDENTITY_NUMBER = "identity_number"
    ETHNIC_GROUP = "ethnic_group"
    PHONE = "phone"
    NOTE = "note"
    GROUP = "group_name"
    ADDRESS = "address"
    HOUSEHOLD_PHONE = "household_phone"
    HOUSEHOLD_NOTE = "household_note"
    STATUS = "status"
    AWAY_PLACE = "away_place"
    FORMER_NAME = "former_name"
    MARITAL = "marital"
    POLITICAL = "political"
    EDUCATION = "education"
    OCCUPATION = "occupation"
    WORKPLACE = "workplace"
    REGISTRATION = "registration"
    REGISTERED_PLACE = "registered_place"
    LEFT_BEHIND = "left_behind"
    CARE_LEVEL = "care_level"
    CARER_NAME = "carer_name"
    CARER_RELATION = "carer_relation"
    CARER_PHONE = "carer_phone"
    NEEDS = "needs"
    SUPPORT = "support"


HOUSEHOLD_DETAILS = (
    RosterColumn.GROUP,
    RosterColumn.ADDRESS,
    RosterColumn.HOUSEHOLD_PHONE,
    RosterColumn.HOUSEHOLD_NOTE,
)
"""What a village may keep of a household besides; written once or in each of its rows."""
RESIDENT_DETAILS = tuple(RosterColumn)[tuple(RosterColumn).index(RosterColumn.STATUS) :]
"""What a village may keep of a person besides; named as the fields of the store."""

_WORDS: dict[RosterColumn, str] = {
    RosterColumn.SEQUENCE: "序号 序 编号 顺序号 顺序 NO NO. 行号",
    RosterColumn.HOUSEHOLD_NUMBER: "户号 户编号 户序号 家庭编号 家庭户号 户籍编号 户口编号 户口号 "
    "户口簿号 户口本号 户籍号",
    RosterColumn.MICRO_GRID: "微网格 网格 微网格名称 网格名称 微网格号 网格号 微网格编号 网格编号 "
    "所属微网格 所属网格 所在微网格 所在网格",
    RosterColumn.HEAD_NAME: "户主 户主姓名 户主名字 户主名",
    RosterColumn.NAME: "姓名 名字 成员姓名 人员姓名 家庭成员姓名 家庭成员 居民姓名 村民姓名",
    RosterColumn.RELATION: "与户主关系 关系 与户主的关系 和户主关系 同户主关系 与户主之关系 "
    "家庭关系 户主关系 称谓 成员关系",
    RosterColumn.SEX: "性别",
    RosterColumn.BIRTH_DATE: "出生日期 出生年月 出生年月日 出生时间 生日 出生",
    RosterColumn.IDENTITY_NUMBER: "身份证号码 身份证号 身份证 公民身份号码 公民身份证号码 "
    "公民身份证号 身份号码 居民身份证号码 居民身份证号 居民身份证 证件号码 证件号",
    RosterColumn.ETHNIC_GROUP: "民族 族别 民族成份 民族成分",
    RosterColumn.PHONE: "联系电话 电话 手机 手机号 手机号码 电话号码 联系方式 联系手机 联系号码 "
    "本人电话",
    RosterColumn.NOTE: "备注 备考 说明 备注说明 其他说明",
    RosterColumn.GROUP: "组 组别 小组 村民小组 村民组 所在组 所属组 所在小组 自然组",
    RosterColumn.ADDRESS: "住址 家庭住址 地址 详细地址 现住址 家庭地址 居住地址 现住地址",
    RosterColumn.HOUSEHOLD_PHONE: "户联系电话 家庭电话 户电话",
    RosterColumn.HOUSEHOLD_NOTE: "户备注",
    RosterColumn.STATUS: "在村情况 在家情况 是否在家 在家状态 人员状态 是否常住 居住状态 居住情况",
    RosterColumn.AWAY_PLACE: "外出地点 外出地 务工地点 外出务工地点 务工地 外出去向 外出务工地 "
    "去向",
    RosterColumn.FORMER_NAME: "曾用名",
    RosterColumn.MARITAL: "婚姻状况 婚姻 婚否 婚姻情况",
    RosterColumn.POLITICAL: "政治面貌",
    RosterColumn.EDUCATION: "文化程度 学历 受教育程度 文化",
    RosterColumn.OCCUPATION: "职业",
    RosterColumn.WORKPLACE: "服务处所 工作单位 就读学校 工作单位或就读学校",
    RosterColumn.REGISTRATION: "人户一致 人户一致标识 人户是否一致",
    RosterColumn.REGISTERED_PLACE: "户籍地 户籍所在地 户籍地址",
    RosterColumn.LEFT_BEHIND: "留守类型 留守人员类型 留守情况 留守",
    RosterColumn.CARE_LEVEL: "关注程度 关爱等级 关注等级",
    RosterColumn.CARER_NAME: "家里联系人 家庭主要成员姓名 监护人 监护人姓名 照料人 照料人姓名 "
    "主要照料人",
    RosterColumn.CARER_RELATION: "家里联系人是其 与家庭主要成员关系 与监护人关系 与照料人关系 "
    "照料人关系",
    RosterColumn.CARER_PHONE: "家里联系人电话 家庭主要成员联系方式 家庭主要成员电话 监护人电话 "
    "监护人联系电话 照料人电话 照料人联系电话",
    RosterColumn.NEEDS: "困难及诉求 困难诉求 困难和诉求 诉求",
    RosterColumn.SUPPORT: "帮扶情况 帮扶措施",
}
_COLUMN_BY_WORD = {word: column for column, words in _WORDS.items() for word in words.split()}

_PATTERNS: tuple[tuple[RosterColumn, re.Pattern[str]], ...] = (
    (RosterColumn.RELATION, re.compile(r"户主.*关系")),
    (RosterColumn.IDENTITY_NUMBER, re.compile(r"^(?!.*户主).*身份证|^(?!.*户主).*身份号")),
    (RosterColumn.HOUSEHOLD_NUMBER, re.compile(r"户(编)?号")),
    (RosterColumn.MICRO_GRID, re.compile(r"网格(名|名称|号|编号)?$")),
    (
        RosterColumn.PHONE,
        re.compile(r"^(?!.*(户主|网格员|监护|照料|紧急|户电话|家庭电话)).*(电话|手机|联系方式)"),
    ),
    (RosterColumn.BIRTH_DATE, re.compile(r"出生.*(日|年|月)")),
    (RosterColumn.NOTE, re.compile(r"备注")),
    (RosterColumn.NAME, re.compile(r"^(?!.*(户主|网格|曾用|配偶|父|母|监护|照料)).*姓名")),
)


def guess_columns(grid: Grid) -> ColumnGuess | None:
    """The best header among the first rows, or None if nothing looks like one.

    A header names at least three columns we know, one of them a name. Of equals the first wins;
    of a header in two rows, the lower one, into which merged headings reach down.
    """
    guesses = [_guess_from_row(row) for row in grid.rows[:SEARCHED_ROWS]]
    named = [guess for guess in guesses if _is_header(guess)]
    return max(named, key=lambda guess: len(guess.chosen), default=None)


def _is_header(guess: ColumnGuess) -> bool:
    return len(guess.chosen) >= FEWEST_COLUMNS and guess.position(RosterColumn.NAME) is not None


def _guess_from_row(row: GridRow) -> ColumnGuess:
    found: dict[RosterColumn, int] = {}
    for number, cell in enumerate(row.cells, start=1):
        column = column_from_heading(cell.text)
        if column is not None:
            found.setdefault(column, number)
    if RosterColumn.NAME not in found and RosterColumn.HEAD_NAME in found:
        # A register of heads only: the head's name is the name of the one person in the row.
        found[RosterColumn.NAME] = found.pop(RosterColumn.HEAD_NAME)
    return guess_of(row, found.items())


def column_from_heading(text: str) -> RosterColumn | None:
    """What a heading names, in the wordings seen in rosters; None for others."""
    if len(text) > LONGEST_HEADING:
        return None
    plain = plain_heading(text)
    exact = _COLUMN_BY_WORD.get(plain)
    if exact is not None or len(plain) > 16:
        return exact
    return next((column for column, pattern in _PATTERNS if pattern.search(plain)), None)
