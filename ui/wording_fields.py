"""Fields and values of any record as a person calls them: for lists that show what was written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from app.households.vocabulary import IdentityKind, MissingIdentityReason
from i18n.text import tr
from ui.wording_households import missing_reason_word
from ui.wording_rules import name_of
from ui.wording_time import long_moment


def field_word(entity: str, field: str) -> str:
    """A field's name; one of a newer program is shown by its technical name."""
    own = _OWN.get(entity, dict)()
    return own.get(field) or _shared().get(field) or tr("其他（{name}）", name=field)


def value_text(value: Any) -> str:
    """A value as a person reads it; empty for none."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return tr("是") if value else tr("否")
    if isinstance(value, StrEnum):
        return _enum_word(value)
    if isinstance(value, datetime):
        return long_moment(value)
    if isinstance(value, date):
        return tr("{year}年{month}月{day}日", year=value.year, month=value.month, day=value.day)
    return str(value)


def _enum_word(member: StrEnum) -> str:
    named = getattr(member, "chinese_name", None)
    if isinstance(named, str):
        return named
    if isinstance(member, MissingIdentityReason):
        return missing_reason_word(member)
    if isinstance(member, IdentityKind):
        return _identity_kinds().get(member, member.value)
    try:
        return name_of(member)
    except KeyError:
        return member.value


def _identity_kinds() -> Mapping[IdentityKind, str]:
    return {
        IdentityKind.RESIDENT_IDENTITY_NUMBER: tr("居民身份证"),
        IdentityKind.NONE_YET: tr("暂无号码"),
    }


def _shared() -> dict[str, str]:
    return {
        "account_id": tr("账号"),
        "address": tr("住址"),
        "ballot_id": tr("表决票"),
        "birth_date": tr("出生日期"),
        "body": tr("会议"),
        "by_account_id": tr("经手人"),
        "case_id": tr("案件"),
        "choice": tr("意见"),
        "class_code": tr("类别"),
        "code": tr("代码"),
        "detail": tr("明细"),
        "ethnic_group": tr("民族"),
        "happened_at": tr("时间"),
        "happened_on": tr("发生日期"),
        "head_name": tr("户主"),
        "household_id": tr("户"),
        "household_number": tr("户号"),
        "identity_kind": tr("证件"),
        "identity_number": tr("身份证号码"),
        "is_active": tr("启用"),
        "is_main": tr("主要当事人"),
        "kind": tr("种类"),
        "matter": tr("事项"),
        "media_type": tr("文件类型"),
        "method": tr("收票方式"),
        "micro_grid_id": tr("微网格"),
        "missing_identity": tr("没有号码的原因"),
        "motion_id": tr("议案"),
        "must_change": tr("须更换 PIN 码"),
        "name": tr("姓名"),
        "note": tr("说明"),
        "number": tr("编号"),
        "parent_id": tr("上级单位"),
        "phone": tr("联系电话"),
        "place": tr("地点"),
        "position": tr("次序"),
        "proposed_at": tr("提出时间"),
        "proposed_by": tr("提出人"),
        "reason": tr("理由"),
        "recorded_at": tr("登记时间"),
        "recorded_by": tr("登记人"),
        "relation": tr("与户主关系"),
        "resident_id": tr("名册里的人"),
        "role": tr("岗位"),
        "rule_set_id": tr("规则"),
        "sex": tr("性别"),
        "sha256": tr("文件指纹"),
        "side": tr("一方"),
        "size": tr("大小"),
        "source": tr("来源"),
        "story": tr("经过"),
        "taken_at": tr("时间"),
        "text": tr("全文"),
        "thumbnail": tr("缩略图"),
        "title": tr("标题"),
        "unit_id": tr("单位"),
        "urgency": tr("轻重"),
        "valid_until": tr("有效期至"),
        "withdrawn_at": tr("收回时间"),
        "worker_id": tr("网格员"),
        "asked_on": tr("提出日期"),
        "asker_name": tr("谁提出的"),
        "asker_phone": tr("提出人电话"),
        "away_place": tr("外出地点"),
        "care_level": tr("关注程度"),
        "carer_name": tr("家里联系人"),
        "carer_phone": tr("家里联系人电话"),
        "carer_relation": tr("家里联系人是其"),
        "closed_on": tr("撤并日期"),
        "dissolved_on": tr("销户日期"),
        "done_at": tr("办理时间"),
        "done_by": tr("办理人"),
        "done_note": tr("办理结果"),
        "done_on": tr("办理日期"),
        "due_on": tr("期限"),
        "education": tr("学历"),
        "ends_at": tr("结束时间"),
        "ends_on": tr("任期到"),
        "former_name": tr("曾用名"),
        "found": tr("发现情况"),
        "found_on": tr("发现日期"),
        "from_entity": tr("来自"),
        "from_id": tr("来自"),
        "group_name": tr("村民小组"),
        "hazard_id": tr("隐患"),
        "incident_class": tr("警情性质"),
        "incident_id": tr("警情"),
        "left_behind": tr("留守类型"),
        "left_on": tr("迁出或去世日期"),
        "level": tr("等级"),
        "looked_at": tr("看了什么"),
        "made_at": tr("时间"),
        "marital": tr("婚姻状况"),
        "members": tr("参加人"),
        "met": tr("见到谁"),
        "needs": tr("困难及诉求"),
        "occupation": tr("职业"),
        "on_date": tr("日期"),
        "other_household_id": tr("另一户"),
        "patrol_id": tr("巡逻"),
        "people": tr("人数"),
        "political": tr("政治面貌"),
        "post": tr("岗位"),
        "post_name": tr("岗位名称"),
        "purpose": tr("走访事由"),
        "registered_place": tr("户籍地"),
        "registration": tr("人户一致"),
        "resolved_on": tr("消除日期"),
        "route": tr("路线"),
        "starts_at": tr("开始时间"),
        "starts_on": tr("任期从"),
        "status": tr("在村情况"),
        "subject_entity": tr("对象"),
        "subject_id": tr("对象"),
        "support": tr("帮扶情况"),
        "to_entity": tr("到"),
        "to_id": tr("到"),
        "visit_id": tr("走访"),
        "visited_on": tr("走访日期"),
        "way": tr("方式"),
        "worker_name": tr("网格员"),
        "workplace": tr("服务处所"),
    }


def _household() -> dict[str, str]:
    return {"number": tr("户号"), "note": tr("备注")}


def _resident() -> dict[str, str]:
    return {"household_id": tr("所在户"), "note": tr("备注")}


def _micro_grid() -> dict[str, str]:
    return {"name": tr("名称")}


def _event() -> dict[str, str]:
    return {"kind": tr("做了什么"), "note": tr("记录")}


_OWN = {
    "household": _household,
    "resident": _resident,
    "micro_grid": _micro_grid,
    "case_event": _event,
    "motion_event": _event,
}
