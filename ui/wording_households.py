"""Sentences about households, residents and the import of a roster; collected by ``ui.wording``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from app.errors import ErrorCode
from app.exchange.roster_columns import RESIDENT_DETAILS, RosterColumn
from app.exchange.roster_plan_rows import (
    FieldChange,
    PlanCounts,
    PlanField,
    PlanKind,
    PlanWarning,
    PlanWarningKind,
)
from app.exchange.roster_report import RefusalReason
from app.households.rules import MICRO_GRID_LARGEST, MICRO_GRID_SMALLEST, IdentityProblem
from app.households.vocabulary import (
    EthnicGroup,
    HouseholdTrace,
    MicroGridSize,
    MissingIdentityReason,
    Relation,
    ResidentStatus,
    Sex,
)
from i18n.text import tr
from ui.wording_fields import roster_field, value_text
from ui.wording_roster import roster_sentence
from ui.wording_rules import name_of

Sentence = Callable[..., str]


def _identity_wrong(*, problem: IdentityProblem, masked: str, length: int) -> str:
    if problem is IdentityProblem.EMPTY:
        return tr("身份证号码是空的。请填 18 位号码，没有号码的请写明原因。")
    why = roster_sentence(RefusalReason(f"identity_{problem.value}"), masked=masked, length=length)
    return tr("还没有保存，填好的内容都在。{why}", why=why)


def _identity_taken(*, name: str, household: str, status: ResidentStatus) -> str:
    if status is ResidentStatus.MOVED_OUT:
        return tr(
            "这个号码是{name}的，已从“{household}”户迁出，没有保存。填好的内容都在；"
            "人迁回来了，请用“迁入”登记，原来的资料会接上。",
            name=name,
            household=household,
        )
    if status is ResidentStatus.DECEASED:
        return tr(
            "这个号码是“{household}”户已故的{name}的，没有保存。填好的内容都在，请核对号码。",
            name=name,
            household=household,
        )
    return tr(
        "这个身份证号码已登记在“{household}”户的{name}名下，没有保存。"
        "填好的内容都在，请核对是谁的号码。",
        name=name,
        household=household,
    )


def trace_words(trace: HouseholdTrace, count: int) -> str:
    """What a household left behind, counted."""
    return {
        HouseholdTrace.VISIT: tr("走访 {count} 次", count=count),
        HouseholdTrace.SERVICE: tr("微服务 {count} 件", count=count),
        HouseholdTrace.HAZARD: tr("隐患 {count} 处", count=count),
        HouseholdTrace.CASE: tr("案件 {count} 件", count=count),
        HouseholdTrace.INCIDENT: tr("警情 {count} 起", count=count),
        HouseholdTrace.VOTE: tr("表决 {count} 次", count=count),
        HouseholdTrace.LIFE_EVENT: tr("变动 {count} 次", count=count),
        HouseholdTrace.ATTACHMENT: tr("附件 {count} 个", count=count),
        HouseholdTrace.HANDOVER: tr("移交 {count} 次", count=count),
    }[trace]


HOUSEHOLD_ERROR_SENTENCES: Mapping[ErrorCode, Sentence] = {
    ErrorCode.HOUSEHOLD_HAS_HISTORY: lambda *, head, traces: tr(
        "“{head}”户已有{what}，是历史记录，没有删去。人已不在的，请在“登记变动”里登记迁出或去世，"
        "最后一人走时同时销户；两户是一户的，请用“并户”。",
        head=head,
        what="、".join(trace_words(trace, count) for trace, count in traces.items()),
    ),
    ErrorCode.HOUSEHOLD_NOT_EMPTY: lambda *, count, head: tr(
        "“{head}”户还有 {count} 人，没有删去。请先把人移走，或选“连同人员一起删去”。",
        count=count,
        head=head,
    ),
    ErrorCode.HOUSEHOLD_NUMBER_MISSING: lambda: tr(
        "还没有填户号，没有保存。填好的内容都在，请填上户号。"
    ),
    ErrorCode.HOUSEHOLD_NUMBER_TAKEN: lambda *, number, head: tr(
        "户号 {number} 已经是“{head}”户，没有保存。填好的内容都在，请换一个户号。",
        number=number,
        head=head,
    ),
    ErrorCode.IDENTITY_NUMBER_TAKEN: _identity_taken,
    ErrorCode.IDENTITY_NUMBER_WRONG: _identity_wrong,
    ErrorCode.MICRO_GRID_NUMBER_TAKEN: lambda *, number, name: tr(
        "编号 {number} 已经是“{name}”，没有保存。请换一个编号。", number=number, name=name
    ),
    ErrorCode.PERSON_NAME_MISSING: lambda: tr(
        "还没有填姓名，没有保存。填好的内容都在，请填上姓名。"
    ),
    ErrorCode.ROSTER_CHANGED_MEANWHILE: lambda: tr(
        "这一条在您打开以后已被别处删去，没有保存。请返回列表看最新的名册。"
    ),
    ErrorCode.ROSTER_IMPORT_CANCELLED: lambda: tr(
        "已取消导入，什么都没有写入。要导入时再按“导入”。"
    ),
    ErrorCode.ROSTER_PLAN_OUTDATED: lambda: tr(
        "试算以后名册又有了改动，所以没有导入，什么都没有变。已重新试算，请再看一遍后导入。"
    ),
    ErrorCode.ROSTER_TEXT_TOO_LONG: lambda *, field, limit, length: tr(
        "“{field}”写了 {length} 个字，最多 {limit} 个，没有保存。填好的内容都在，请改短。",
        field=roster_field(field),
        limit=limit,
        length=length,
    ),
}


def closed_grid_words(name: str) -> str:
    """Why a household is in no micro-grid, and what to do."""
    return tr("原微网格“{name}”已撤并，请重新编入", name=name)


def size_sentence(finding: MicroGridSize, count: int) -> str:
    """What a micro-grid's size means, in words beside the picture."""
    low, high = MICRO_GRID_SMALLEST, MICRO_GRID_LARGEST
    if finding is MicroGridSize.TOO_SMALL:
        return tr("{count} 户，比 {low} 户少 {gap} 户", count=count, low=low, gap=low - count)
    if finding is MicroGridSize.TOO_LARGE:
        return tr("{count} 户，比 {high} 户多 {gap} 户", count=count, high=high, gap=count - high)
    return tr("{count} 户，合适", count=count)


def size_word(finding: MicroGridSize) -> tuple[str, str]:
    """The pill beside a micro-grid and its colour kind."""
    words = {
        MicroGridSize.TOO_SMALL: (tr("偏小"), "warn"),
        MicroGridSize.FITS: (tr("合适"), "ok"),
        MicroGridSize.TOO_LARGE: (tr("偏大"), "warn"),
    }
    return words[finding]


def missing_reason_word(reason: MissingIdentityReason) -> str:
    """Why there is no identity number."""
    return name_of(reason)


def age_words(age: int | None) -> str:
    """An age, or nothing."""
    return "" if age is None else tr("{age} 岁", age=age)


def short_number(masked: str) -> str:
    """A masked identity number for a narrow column: 433031****37."""
    return re.sub(r"\*{5,}", "****", masked)


def plan_kind_word(kind: PlanKind) -> tuple[str, str]:
    """What the import does with a record, and its colour kind."""
    words = {
        PlanKind.ADD: (tr("新增"), "ok"),
        PlanKind.CHANGE: (tr("修改"), "info"),
        PlanKind.SAME: (tr("不变"), "neutral"),
        PlanKind.LEFT_ALONE: (tr("已不在册"), "neutral"),
    }
    return words[kind]


def change_words(change: FieldChange) -> str:
    """One field, old → new; identity numbers whole, because a person must compare them."""
    return tr(
        "{field}：{old} → {new}",
        field=_plan_field_name(change.field),
        old=value_words(change.field, change.old) or tr("空"),
        new=value_words(change.field, change.new) or tr("空"),
    )


def _plan_field_name(field: PlanField) -> str:
    if field in (PlanField.HOUSEHOLD_PHONE, PlanField.HOUSEHOLD_NOTE):
        return roster_sentence(RosterColumn(field.value))
    return roster_field(field.value)


_DETAILS = frozenset(column.value for column in RESIDENT_DETAILS)


def value_words(field: PlanField, value: str | None) -> str:
    """A stored code as a person reads it."""
    if value is None or value == "":
        return ""
    readers: Mapping[PlanField, Callable[[str], Any]] = {
        PlanField.RELATION: lambda code: Relation(code).chinese_name,
        PlanField.SEX: lambda code: Sex(code).chinese_name,
        PlanField.ETHNIC_GROUP: lambda code: EthnicGroup(code).chinese_name,
        PlanField.MISSING_IDENTITY: lambda code: missing_reason_word(MissingIdentityReason(code)),
        PlanField.BIRTH_DATE: lambda iso: date.fromisoformat(iso).isoformat(),
    }
    if field.value in _DETAILS:
        return value_text("resident", field.value, value)
    return str(readers.get(field, str)(value))


def plan_warning_sentence(warning: PlanWarning) -> str:
    """What to look at before importing into this store."""
    known = warning.params
    sentences: Mapping[PlanWarningKind, Callable[[], str]] = {
        PlanWarningKind.HELD_BY_ANOTHER_VILLAGE: lambda: tr(
            "{name}的身份证号码（{masked}）在{village}的名册里已登记为{other_name}，请核对。",
            **known,
        ),
        PlanWarningKind.HAS_DIED: lambda: tr(
            "{name}（{masked}，“{household}”户）在本机名册里已登记为{day}去世，这一行没有写入。"
            "号码填错的，请改正后再导入。",
            **known | {"day": _day_before(known)},
        ),
        PlanWarningKind.HAS_MOVED_OUT: lambda: tr(
            "{name}（{masked}，“{household}”户）在本机名册里已登记为{day}迁出，这一行没有写入。"
            "人已迁回的，请在户里用“迁入”登记。",
            **known | {"day": _day_before(known)},
        ),
        PlanWarningKind.MOVES_HOUSEHOLD: lambda: tr(
            "{name}（{masked}）已在“{from_household}”户，导入后移到“{to_household}”户，请核对。",
            **known,
        ),
        PlanWarningKind.OTHER_VILLAGE_IN_TITLE: lambda: tr(
            "表头写的是{in_title}，现在要导入的是{village}。请确认没有选错文件。", **known
        ),
    }
    return sentences[warning.kind]()


def _day_before(known: Mapping[str, Any]) -> str:
    """The day somebody left, to stand before the verb; nothing where it is not known."""
    day = known["left_on"]
    return tr(" {day} ", day=day) if day else ""


def plan_sentence(counts: PlanCounts) -> str:
    """The dry run in one sentence."""
    changed = counts.to_change + counts.households_to_change
    if not (counts.to_add or counts.households_to_add or changed):
        return tr("名册与本机一致，没有要新增或修改的。")
    return tr(
        "将新增 {homes} 户 {people} 人，修改 {changed} 条；拒收 {refused} 行。还没有写入。",
        homes=counts.households_to_add,
        people=counts.to_add,
        changed=changed,
        refused=counts.refused_rows,
    )


def imported_sentence(counts: PlanCounts) -> str:
    """After the import; stands beside 撤销."""
    return tr(
        "名册已导入：新增 {homes} 户 {people} 人，修改 {changed} 条，拒收 {refused} 行。",
        homes=counts.households_to_add,
        people=counts.to_add,
        changed=counts.to_change + counts.households_to_change,
        refused=counts.refused_rows,
    )
