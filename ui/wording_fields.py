"""Fields and values of any record as a person calls them: the one vocabulary of it.

Every list that shows what was written, what collided or what was wrong takes its words here, so
that a field has one name wherever it is met.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from app.cases.vocabulary import class_name
from app.households.rules import mask_identity_number
from app.wire_values import typed_value
from i18n.text import tr
from ui.wording_desk_fields import OWN_FIELDS, desk_fields
from ui.wording_rules import name_of
from ui.wording_time import long_moment


def field_word(entity: str, field: str) -> str:
    """A field's name; one of a newer program is shown by its technical name."""
    own = _OWN.get(entity, dict)()
    return own.get(field) or _shared().get(field) or tr("其他（{name}）", name=field)


def roster_field(field: str) -> str:
    """A field of a household or of a resident, where which of both it is goes without saying."""
    return _household().get(field) or field_word("resident", field)


def value_text(entity: str, field: str, value: Any, *, sees_numbers: bool = True) -> str:
    """A field's value as a person reads it, stored or as it travels; empty for none.

    Without ``sees_numbers`` an identity number is masked. What a newer program wrote is shown as
    it was written.
    """
    if value is None or value == "":
        return ""
    if field == MASKED and not sees_numbers:
        return mask_identity_number(str(value))
    if field == "class_code":
        return class_name(str(value))
    return _words(typed_value(entity, field, value))


MASKED = "identity_number"


def _words(value: Any) -> str:
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
    try:
        return name_of(member)
    except KeyError:
        return member.value


def _shared() -> dict[str, str]:
    return {
        "account_id": tr("账号"),
        "address": tr("住址"),
        "article": tr("条款"),
        "asked_on": tr("提出日期"),
        "asker_name": tr("谁提出的"),
        "asker_phone": tr("提出人电话"),
        "attachment_id": tr("附件"),
        "away_place": tr("外出地点"),
        "ballot_id": tr("表决票"),
        "base_value": tr("起初的值"),
        "birth_date": tr("出生日期"),
        "body": tr("会议"),
        "by_account_id": tr("经手人"),
        "care_level": tr("关注程度"),
        "carer_name": tr("家里联系人"),
        "carer_phone": tr("家里联系人电话"),
        "carer_relation": tr("家里联系人是其"),
        "case_id": tr("案件"),
        "choice": tr("意见"),
        "citation": tr("引用"),
        "class_code": tr("类别"),
        "closed_on": tr("撤并日期"),
        "code": tr("代码"),
        "code_system": tr("代码种类"),
        "conflict_id": tr("冲突"),
        "current_at": tr("现在的值写于"),
        "current_by": tr("现在的值是谁写的"),
        "current_install": tr("写在哪台电脑"),
        "current_value": tr("现在的值"),
        "detail": tr("明细"),
        "dissolved_on": tr("销户日期"),
        "done_at": tr("办理时间"),
        "done_by": tr("办理人"),
        "done_note": tr("办理结果"),
        "done_on": tr("办理日期"),
        "due_on": tr("期限"),
        "education": tr("学历"),
        "effective_from": tr("生效日期"),
        "effective_to": tr("失效日期"),
        "ends_at": tr("结束时间"),
        "ends_on": tr("任期到"),
        "ethnic_group": tr("民族"),
        "field_name": tr("哪一项"),
        "former_name": tr("曾用名"),
        "found": tr("发现情况"),
        "found_at": tr("发现时间"),
        "found_on": tr("发现日期"),
        "from_entity": tr("原来是什么"),
        "from_id": tr("原来的记录"),
        "from_name": tr("原网格员"),
        "from_unit_id": tr("移交单位"),
        "group_name": tr("村民小组"),
        "happened_at": tr("时间"),
        "happened_on": tr("发生日期"),
        "hazard_id": tr("隐患"),
        "head_name": tr("户主"),
        "household_id": tr("户"),
        "household_number": tr("户号"),
        "identity": tr("身份证号码"),
        "identity_kind": tr("证件"),
        "identity_number": tr("身份证号码"),
        "incident_class": tr("警情性质"),
        "incident_id": tr("警情"),
        "is_active": tr("是否在用"),
        "is_confirmed": tr("是否已核对"),
        "is_main": tr("主要当事人"),
        "is_statistical": tr("是否统计用单位"),
        "is_virtual": tr("是否虚拟单位"),
        "key": tr("名称"),
        "kind": tr("种类"),
        "law": tr("法律"),
        "left_behind": tr("留守类型"),
        "left_on": tr("迁出或去世日期"),
        "level": tr("等级"),
        "looked_at": tr("看了什么"),
        "made_at": tr("时间"),
        "marital": tr("婚姻状况"),
        "matter": tr("事项"),
        "media_type": tr("文件类型"),
        "members": tr("参加人"),
        "met": tr("见到谁"),
        "method": tr("收票方式"),
        "micro_grid_id": tr("微网格"),
        "missing_identity": tr("没有号码的原因"),
        "motion_id": tr("议案"),
        "must_change": tr("须更换 PIN 码"),
        "name": tr("姓名"),
        "needs": tr("困难及诉求"),
        "new_id": tr("现在的编号"),
        "note": tr("说明"),
        "number": tr("编号"),
        "occupation": tr("职业"),
        "old_id": tr("原来的编号"),
        "old_version": tr("原来的版本"),
        "on_date": tr("日期"),
        "other_at": tr("另一个值写于"),
        "other_by": tr("另一个值是谁写的"),
        "other_household_id": tr("另一户"),
        "other_id": tr("另一条记录"),
        "other_install": tr("另一个值写在哪台电脑"),
        "other_value": tr("另一个值"),
        "params": tr("参数"),
        "parent_id": tr("上级单位"),
        "part_id": tr("所属事项"),
        "patrol_id": tr("巡逻"),
        "people": tr("人数"),
        "phone": tr("联系电话"),
        "pin_hash": tr("PIN 码（已加密）"),
        "place": tr("地点"),
        "political": tr("政治面貌"),
        "position": tr("次序"),
        "post": tr("岗位"),
        "post_name": tr("岗位名称"),
        "proposed_at": tr("提出时间"),
        "proposed_by": tr("提出人"),
        "purpose": tr("走访事由"),
        "reason": tr("理由"),
        "recorded_at": tr("登记时间"),
        "recorded_by": tr("登记人"),
        "registered_place": tr("户籍地"),
        "registration": tr("人户一致"),
        "relation": tr("与户主关系"),
        "resident_id": tr("名册里的人"),
        "resolved_on": tr("消除日期"),
        "role": tr("岗位"),
        "route": tr("路线"),
        "rule_set_id": tr("规则"),
        "settled_at": tr("定下时间"),
        "sex": tr("性别"),
        "sha256": tr("文件指纹"),
        "side": tr("一方"),
        "size": tr("大小"),
        "source": tr("来源"),
        "starts_at": tr("开始时间"),
        "starts_on": tr("任期从"),
        "status": tr("在村情况"),
        "story": tr("经过"),
        "subject_entity": tr("哪一类记录"),
        "subject_id": tr("哪一条记录"),
        "support": tr("帮扶情况"),
        "taken_at": tr("时间"),
        "text": tr("全文"),
        "thumbnail": tr("缩略图"),
        "title": tr("标题"),
        "to_entity": tr("后来是什么"),
        "to_id": tr("后来的记录"),
        "to_unit_id": tr("接收单位"),
        "unit_id": tr("单位"),
        "urgency": tr("轻重"),
        "valid_until": tr("有效期到"),
        "value": tr("定下的值"),
        "version": tr("文本日期"),
        "visit_id": tr("走访"),
        "visited_on": tr("走访日期"),
        "way": tr("方式"),
        "withdrawn_at": tr("收回时间"),
        "worker_id": tr("网格员"),
        "worker_name": tr("网格员"),
        "workplace": tr("服务处所"),
        **desk_fields(),
    }


def _unit() -> dict[str, str]:
    return {"name": tr("名称"), "kind": tr("级别")}


def _account() -> dict[str, str]:
    return {"unit_id": tr("所在单位"), "is_active": tr("是否在用")}


def _rule_set() -> dict[str, str]:
    return {"key": tr("规则名"), "source": tr("出处"), "note": tr("备注")}


def _micro_grid() -> dict[str, str]:
    return {"name": tr("名称")}


def _household() -> dict[str, str]:
    return {"number": tr("户号"), "note": tr("备注")}


def _resident() -> dict[str, str]:
    return {"household_id": tr("所在户"), "note": tr("备注"), "position": tr("户内次序")}


def _case() -> dict[str, str]:
    return {
        "class_code": tr("类别"),
        "happened_on": tr("发生日期"),
        "kind": tr("案件种类"),
        "place": tr("发生地点"),
        "story": tr("简要情况"),
        "title": tr("名称"),
        "urgency": tr("紧急程度"),
    }


def _party() -> dict[str, str]:
    return {"side": tr("哪一方"), "note": tr("备注")}


def _motion() -> dict[str, str]:
    return {"title": tr("名称"), "body": tr("由谁决定"), "text": tr("正文")}


def _event() -> dict[str, str]:
    return {"kind": tr("做了什么"), "note": tr("记录")}


def _attachment() -> dict[str, str]:
    return {"name": tr("文件名"), "taken_at": tr("拍摄时间")}


def _withdrawal() -> dict[str, str]:
    return {"kind": tr("撤下或放回")}


def _roster_event() -> dict[str, str]:
    return {"kind": tr("变动"), "place": tr("从哪里来、到哪里去"), "resident_id": tr("人员")}


def _grid_assignment() -> dict[str, str]:
    return {"starts_on": tr("从哪天起")}


def _team_member() -> dict[str, str]:
    return {"post": tr("队里的岗位"), "note": tr("备注")}


def _visit() -> dict[str, str]:
    return {"way": tr("走访方式"), "note": tr("走访情况")}


def _service() -> dict[str, str]:
    return {"kind": tr("服务种类"), "text": tr("要办的事")}


def _hazard() -> dict[str, str]:
    return {"kind": tr("隐患种类"), "level": tr("隐患等级"), "text": tr("隐患情况")}


def _measure() -> dict[str, str]:
    return {"text": tr("做了什么"), "done_on": tr("处理日期")}


def _duty_shift() -> dict[str, str]:
    return {
        "on_date": tr("值班日期"),
        "starts_at": tr("几点起"),
        "ends_at": tr("几点止"),
        "note": tr("备注"),
    }


def _patrol() -> dict[str, str]:
    return {"on_date": tr("巡逻日期"), "starts_at": tr("出发"), "ends_at": tr("结束")}


def _incident() -> dict[str, str]:
    return {
        "happened_at": tr("发生时间"),
        "incident_class": tr("性质"),
        "source": tr("怎么知道的"),
        "title": tr("名称"),
    }


def _incident_person() -> dict[str, str]:
    return {"role": tr("与警情的关系")}


def _look() -> dict[str, str]:
    return {"happened_at": tr("查看时间"), "by_account_id": tr("谁看的")}


_OWN = {
    "account": _account,
    "attachment": _attachment,
    "attachment_withdrawal": _withdrawal,
    "case_event": _event,
    "case_file": _case,
    "case_party": _party,
    "duty_shift": _duty_shift,
    "grid_assignment": _grid_assignment,
    "hazard": _hazard,
    "hazard_measure": _measure,
    "household": _household,
    "incident": _incident,
    "incident_event": _event,
    "incident_person": _incident_person,
    "look": _look,
    "micro_grid": _micro_grid,
    "micro_service": _service,
    "motion": _motion,
    "motion_event": _event,
    "patrol": _patrol,
    "resident": _resident,
    "roster_event": _roster_event,
    "rule_set": _rule_set,
    "team_member": _team_member,
    "unit": _unit,
    "visit": _visit,
    **OWN_FIELDS,
}
"""Where a field of one record is called otherwise than the same field elsewhere."""
