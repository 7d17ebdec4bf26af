"""Words for the kinds and states of the register's life, the grid's work, incidents and conflicts.

Only tables: `ui.wording_rules.name_of` reads them, so that a kind has one word on every screen,
on paper and in Excel. Codes of a national standard carry the standard's own name and need none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from app.attachments.vocabulary import WithdrawalKind
from app.conflicts.vocabulary import ConflictKind, ConflictState, SettlementChoice
from app.grid_work.vocabulary import (
    DueReason,
    HazardKind,
    PlanPlace,
    ServiceKind,
    TeamPost,
    VisitPurpose,
    VisitWay,
    WorkField,
    WorkProblem,
)
from app.households.vocabulary import (
    HouseholdTrace,
    IdentityKind,
    MissingIdentityReason,
    Past,
    ResidentStatus,
    RosterEventKind,
)
from app.incidents.vocabulary import (
    IncidentEventKind,
    IncidentRole,
    IncidentSource,
    IncidentState,
    SignerCapacity,
)
from app.links.vocabulary import LinkKind
from app.looks.vocabulary import LookedAt
from i18n.text import tr

# --- the register ------------------------------------------------------------------------------


def _identity_kinds() -> Mapping[StrEnum, str]:
    return {
        IdentityKind.RESIDENT_IDENTITY_NUMBER: tr("居民身份证"),
        IdentityKind.NONE_YET: tr("暂无证件"),
    }


def _missing_reasons() -> Mapping[StrEnum, str]:
    return {
        MissingIdentityReason.NEWBORN_NOT_REGISTERED: tr("新生儿未上户"),
        MissingIdentityReason.PENDING: tr("待补"),
        MissingIdentityReason.OTHER: tr("其他原因"),
    }


def _resident_states() -> Mapping[StrEnum, str]:
    return {
        ResidentStatus.PRESENT: tr("在村"),
        ResidentStatus.AWAY: tr("外出"),
        ResidentStatus.MOVED_OUT: tr("已迁出"),
        ResidentStatus.DECEASED: tr("已去世"),
    }


def _past() -> Mapping[StrEnum, str]:
    return {
        Past.DECEASED: tr("已去世"),
        Past.MOVED_OUT: tr("已迁出"),
        Past.DISSOLVED: tr("已销户"),
    }


def _household_traces() -> Mapping[StrEnum, str]:
    return {
        HouseholdTrace.VISIT: tr("走访"),
        HouseholdTrace.SERVICE: tr("微服务"),
        HouseholdTrace.HAZARD: tr("隐患"),
        HouseholdTrace.CASE: tr("案件"),
        HouseholdTrace.INCIDENT: tr("警情"),
        HouseholdTrace.VOTE: tr("表决"),
        HouseholdTrace.LIFE_EVENT: tr("变动"),
        HouseholdTrace.ATTACHMENT: tr("附件"),
        HouseholdTrace.HANDOVER: tr("移交"),
    }


def _roster_events() -> Mapping[StrEnum, str]:
    return {
        RosterEventKind.BORN: tr("出生"),
        RosterEventKind.DIED: tr("去世"),
        RosterEventKind.MOVED_IN: tr("迁入"),
        RosterEventKind.MOVED_OUT: tr("迁出"),
        RosterEventKind.WENT_AWAY: tr("外出"),
        RosterEventKind.CAME_HOME: tr("返乡"),
        RosterEventKind.HEAD_CHANGED: tr("更换户主"),
        RosterEventKind.HOUSEHOLD_SPLIT: tr("分户"),
        RosterEventKind.HOUSEHOLD_MERGED: tr("并户"),
    }


# --- the grid's work ---------------------------------------------------------------------------


def _visit_purposes() -> Mapping[StrEnum, str]:
    return {
        VisitPurpose.ROUTINE: tr("日常走访"),
        VisitPurpose.CARE: tr("关爱探望"),
        VisitPurpose.HAZARD_CHECK: tr("查看隐患"),
        VisitPurpose.DISPUTE_CHECK: tr("了解纠纷"),
        VisitPurpose.POLICY: tr("政策宣传"),
        VisitPurpose.FOLLOW_UP: tr("回访"),
        VisitPurpose.OTHER: tr("其他"),
    }


def _visit_ways() -> Mapping[StrEnum, str]:
    return {
        VisitWay.AT_HOME: tr("上门"),
        VisitWay.ELSEWHERE: tr("在外遇见"),
        VisitWay.BY_PHONE: tr("电话"),
        VisitWay.NOBODY_HOME: tr("家里没人"),
    }


def _service_kinds() -> Mapping[StrEnum, str]:
    return {
        ServiceKind.ERRAND: tr("代办跑腿"),
        ServiceKind.PAPERS: tr("办证办手续"),
        ServiceKind.CARE: tr("照料帮扶"),
        ServiceKind.REPAIR: tr("维修"),
        ServiceKind.TRANSPORT: tr("接送"),
        ServiceKind.POLICY_QUESTION: tr("政策咨询"),
        ServiceKind.OTHER: tr("其他"),
    }


def _hazard_kinds() -> Mapping[StrEnum, str]:
    return {
        HazardKind.FIRE: tr("火灾"),
        HazardKind.WIRING: tr("用电线路"),
        HazardKind.BUILDING: tr("房屋"),
        HazardKind.ROAD: tr("道路"),
        HazardKind.WATER: tr("水域"),
        HazardKind.LANDSLIDE: tr("山体滑坡"),
        HazardKind.PUBLIC_ORDER: tr("治安"),
        HazardKind.OTHER: tr("其他"),
    }


def _due_reasons() -> Mapping[StrEnum, str]:
    return {
        DueReason.NEVER_VISITED: tr("从未走访"),
        DueReason.CAME_LATELY: tr("新来的户，还没有走访"),
        DueReason.INTERVAL_OVER: tr("到了该走访的日子"),
    }


def _plan_places() -> Mapping[StrEnum, str]:
    return {
        PlanPlace.OVERDUE: tr("已超期"),
        PlanPlace.THIS_WEEK: tr("本周"),
        PlanPlace.NO_ROOM: tr("排不下"),
    }


def _work_fields() -> Mapping[StrEnum, str]:
    return {
        WorkField.HOUSEHOLD: tr("户"),
        WorkField.VISITED_ON: tr("走访日期"),
        WorkField.MET: tr("见到谁"),
        WorkField.NOTE: tr("情况"),
        WorkField.ASKER_NAME: tr("谁提出的"),
        WorkField.ASKER_PHONE: tr("提出人电话"),
        WorkField.ASKED_ON: tr("提出日期"),
        WorkField.TEXT: tr("内容"),
        WorkField.DUE_ON: tr("期限"),
        WorkField.DONE_ON: tr("办理日期"),
        WorkField.DONE_NOTE: tr("办理结果"),
        WorkField.PLACE: tr("地点"),
        WorkField.FOUND_ON: tr("发现日期"),
        WorkField.RESOLVED_ON: tr("消除日期"),
    }


def _work_problems() -> Mapping[StrEnum, str]:
    return {
        WorkProblem.MISSING: tr("还没有填"),
        WorkProblem.TOO_LONG: tr("太长"),
        WorkProblem.IN_FUTURE: tr("在今天之后"),
        WorkProblem.TOO_EARLY: tr("太早"),
        WorkProblem.BEFORE_ASKED: tr("早于提出日期"),
        WorkProblem.BEFORE_FOUND: tr("早于发现日期"),
    }


def _team_posts() -> Mapping[StrEnum, str]:
    return {
        TeamPost.AUXILIARY_POLICE: tr("辅警"),
        TeamPost.POLICEMAN: tr("民警"),
        TeamPost.VILLAGE_SECRETARY: tr("村党组织书记"),
        TeamPost.VILLAGE_OFFICIAL: tr("村干部"),
        TeamPost.GRID_WORKER: tr("网格员"),
        TeamPost.MEDIATOR: tr("人民调解员"),
        TeamPost.ELDER: tr("寨老"),
        TeamPost.LEGAL_ADVISER: tr("法律顾问"),
        TeamPost.VOLUNTEER: tr("志愿者"),
        TeamPost.OTHER: tr("其他"),
    }


# --- incidents ---------------------------------------------------------------------------------


def _incident_sources() -> Mapping[StrEnum, str]:
    return {
        IncidentSource.SEEN_BY_GRID: tr("网格员发现"),
        IncidentSource.TOLD_BY_VILLAGER: tr("群众反映"),
        IncidentSource.PATROL: tr("巡逻发现"),
        IncidentSource.FROM_POLICE: tr("派出所转来"),
        IncidentSource.FROM_CASE: tr("由纠纷转来"),
        IncidentSource.OTHER: tr("其他"),
    }


def _incident_roles() -> Mapping[StrEnum, str]:
    return {
        IncidentRole.REPORTER: tr("报警人"),
        IncidentRole.INVOLVED: tr("涉事人"),
        IncidentRole.HARMED: tr("受害人"),
        IncidentRole.WITNESS: tr("证人"),
    }


def _incident_events() -> Mapping[StrEnum, str]:
    return {
        IncidentEventKind.RECORDED: tr("登记"),
        IncidentEventKind.NOTE_ADDED: tr("记事"),
        IncidentEventKind.GRID_ACTED: tr("网格处置"),
        IncidentEventKind.REPORTED_TO_POLICE: tr("报公安"),
        IncidentEventKind.POLICE_MEDIATED: tr("治安调解"),
        IncidentEventKind.POLICE_RESULT: tr("公安反馈"),
        IncidentEventKind.BECAME_CASE: tr("转为纠纷"),
        IncidentEventKind.CLOSED: tr("办结"),
        IncidentEventKind.REOPENED: tr("重新办理"),
        IncidentEventKind.WITHDRAWN: tr("撤销登记"),
    }


def _incident_states() -> Mapping[StrEnum, str]:
    return {
        IncidentState.NOT_RECORDED: tr("未登记"),
        IncidentState.OPEN: tr("处置中"),
        IncidentState.WITH_POLICE: tr("已报公安"),
        IncidentState.ANSWERED: tr("公安已反馈"),
        IncidentState.BECAME_CASE: tr("已转纠纷"),
        IncidentState.CLOSED: tr("已办结"),
        IncidentState.WITHDRAWN: tr("已撤销"),
    }


def _signers() -> Mapping[StrEnum, str]:
    return {
        SignerCapacity.POLICEMAN: tr("民警"),
        SignerCapacity.AUXILIARY_POLICE: tr("辅警"),
        SignerCapacity.PARTY: tr("当事人"),
        SignerCapacity.WITNESS: tr("见证人"),
    }


# --- around the records ------------------------------------------------------------------------


def _links() -> Mapping[StrEnum, str]:
    return {
        LinkKind.GREW_INTO: tr("转为"),
        LinkKind.RELATED: tr("有关联"),
        LinkKind.FLARED_UP: tr("再次引发"),
    }


def _looked_at() -> Mapping[StrEnum, str]:
    return {
        LookedAt.IDENTITY_NUMBER: tr("身份证号码"),
        LookedAt.PHONE: tr("联系电话"),
        LookedAt.WHOLE_RECORD: tr("整条记录"),
        LookedAt.EXPORT: tr("导出"),
        LookedAt.PRINT: tr("打印"),
    }


def _withdrawals() -> Mapping[StrEnum, str]:
    return {WithdrawalKind.WITHDRAWN: tr("撤下"), WithdrawalKind.PUT_BACK: tr("放回")}


def _conflict_kinds() -> Mapping[StrEnum, str]:
    return {
        ConflictKind.FIELD: tr("两处都改了"),
        ConflictKind.DELETE: tr("删了又有改动"),
        ConflictKind.BALLOT_DOUBLE: tr("一户两票"),
        ConflictKind.HOUSEHOLD_DOUBLE: tr("可能重户"),
        ConflictKind.CASE_CLOSED_AND_SENT: tr("办结又转出"),
    }


def _conflict_states() -> Mapping[StrEnum, str]:
    return {ConflictState.OPEN: tr("等人来定"), ConflictState.SETTLED: tr("已经定下")}


def _settlements() -> Mapping[StrEnum, str]:
    return {
        SettlementChoice.KEEP_CURRENT: tr("保留现在的"),
        SettlementChoice.TAKE_OTHER: tr("用对方的"),
        SettlementChoice.ANOTHER_VALUE: tr("改成别的"),
        SettlementChoice.DELETE_RECORD: tr("删除"),
        SettlementChoice.KEEP_BALLOT: tr("留下一张票"),
        SettlementChoice.MERGE_HOUSEHOLDS: tr("并成一户"),
        SettlementChoice.NOT_THE_SAME: tr("不是同一户"),
        SettlementChoice.STAYS_CLOSED: tr("保持办结"),
        SettlementChoice.REOPEN_CASE: tr("由接手单位继续办"),
        SettlementChoice.GONE: tr("其中一个已经不在了"),
        SettlementChoice.REOPEN: tr("撤销，重新来定"),
    }


KIND_NAMES: Mapping[type[StrEnum], Callable[[], Mapping[StrEnum, str]]] = {
    IdentityKind: _identity_kinds,
    MissingIdentityReason: _missing_reasons,
    ResidentStatus: _resident_states,
    Past: _past,
    HouseholdTrace: _household_traces,
    RosterEventKind: _roster_events,
    VisitPurpose: _visit_purposes,
    VisitWay: _visit_ways,
    ServiceKind: _service_kinds,
    HazardKind: _hazard_kinds,
    DueReason: _due_reasons,
    PlanPlace: _plan_places,
    WorkField: _work_fields,
    WorkProblem: _work_problems,
    TeamPost: _team_posts,
    IncidentSource: _incident_sources,
    IncidentRole: _incident_roles,
    IncidentEventKind: _incident_events,
    IncidentState: _incident_states,
    SignerCapacity: _signers,
    LinkKind: _links,
    LookedAt: _looked_at,
    WithdrawalKind: _withdrawals,
    ConflictKind: _conflict_kinds,
    ConflictState: _conflict_states,
    SettlementChoice: _settlements,
}
