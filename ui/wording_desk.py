"""The names of what the case desk knows beyond a village's quarrel: the chain, petitions, the three
mediations, the court, limits, settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from app.accounts.vocabulary import Permission
from app.cases.vocabulary import (
    AgentKind,
    CaseEventKind,
    CaseState,
    FlowStage,
    SpokenLanguage,
)
from app.court.vocabulary import CourtSending, RulingOutcome
from app.handovers.vocabulary import HandoverPurpose
from app.mediation.vocabulary import (
    AgreementForm,
    ChosenBy,
    MediationWay,
    Performance,
    SessionOutcome,
    SessionPlace,
    SignatureManner,
    SignerKind,
)
from app.outreach.vocabulary import FindingEnd, OutreachField, OutreachProblem
from app.petitions.vocabulary import (
    AnswerOutcome,
    ConfidentialProblem,
    MissingOne,
    NotAgain,
    OtherWay,
    PetitionForm,
    PetitionProblem,
    PetitionPurpose,
    ReviewOutcome,
    Satisfaction,
    SponsorProblem,
)
from app.typical.vocabulary import DoubtKind, TypicalProblem, TypicalState
from i18n.text import tr


def desk_permissions() -> Mapping[StrEnum, str]:
    """Permissions of the case desk."""
    return {
        Permission.ACCEPT_CASE: tr("受理案件"),
        Permission.ANSWER_CASE: tr("答复、反馈案件"),
        Permission.EXTEND_LIMIT: tr("批准延期"),
        Permission.NAME_SPONSOR: tr("确定包案领导"),
        Permission.MEDIATE: tr("主持调解、制作协议"),
        Permission.DO_COURT_WORK: tr("办理诉调对接"),
        Permission.GIVE_LEGAL_AID: tr("办理法律援助"),
        Permission.WRITE_TYPICAL_CASE: tr("整理典型案例"),
        Permission.PUBLISH_TYPICAL_CASE: tr("发布典型案例"),
        Permission.RECORD_OUTREACH: tr("记录冲锋队上门"),
        Permission.MANAGE_SETTINGS: tr("设定全县规则"),
    }


def desk_events() -> Mapping[StrEnum, str]:
    """What can happen to a case beyond a village's quarrel."""
    return {
        CaseEventKind.ACCEPTED: tr("受理"),
        CaseEventKind.REFUSED: tr("不予受理"),
        CaseEventKind.TAKEN_ON: tr("签收"),
        CaseEventKind.URGED: tr("催办"),
        CaseEventKind.REPORTED_BACK: tr("办理回复"),
        CaseEventKind.FEEDBACK_GIVEN: tr("反馈当事人"),
        CaseEventKind.WITHDRAWN: tr("撤回"),
        CaseEventKind.CLOCK_PAUSED: tr("中止计时"),
        CaseEventKind.CLOCK_RESUMED: tr("恢复计时"),
        CaseEventKind.EXTENDED: tr("延期"),
        CaseEventKind.MET: tr("见面"),
        CaseEventKind.INVESTIGATED: tr("调查"),
        CaseEventKind.ANSWERED: tr("答复"),
        CaseEventKind.EVALUATION_SOUGHT: tr("请求评价"),
        CaseEventKind.EVALUATED: tr("群众评价"),
        CaseEventKind.REVIEW_ASKED: tr("申请复查"),
        CaseEventKind.REVIEW_DECIDED: tr("复查意见"),
        CaseEventKind.RE_REVIEW_ASKED: tr("申请复核"),
        CaseEventKind.RE_REVIEW_DECIDED: tr("复核意见"),
        CaseEventKind.WAY_CHANGED: tr("转换调解方式"),
        CaseEventKind.PARTY_REFUSED: tr("当事人拒绝调解"),
        CaseEventKind.PARTY_AGREED: tr("当事人同意调解"),
        CaseEventKind.TOLD_OTHER_WAYS: tr("告知其他途径"),
        CaseEventKind.CONSENTED: tr("同意诉前调解"),
        CaseEventKind.COURT_SENT: tr("法院委派、委托"),
        CaseEventKind.SENT_BACK_TO_COURT: tr("退回法院"),
        CaseEventKind.CONFIRMATION_APPLIED: tr("申请司法确认"),
        CaseEventKind.CONFIRMATION_WITHDRAWN: tr("撤回司法确认申请"),
        CaseEventKind.CONFIRMATION_ACCEPTED: tr("法院受理确认"),
        CaseEventKind.CONFIRMATION_RULED: tr("确认裁定"),
        CaseEventKind.ENFORCEMENT_APPLIED: tr("申请强制执行"),
        CaseEventKind.SUIT_FILED: tr("提起诉讼"),
        CaseEventKind.HEARING_ATTENDED: tr("听证陪议"),
        CaseEventKind.LAW_EXPLAINED: tr("讲法"),
        CaseEventKind.FOLLOWED_UP: tr("回访"),
    }


def desk_states() -> Mapping[StrEnum, str]:
    """Where a case stands beyond a village's quarrel."""
    return {
        CaseState.ACCEPTED: tr("已受理"),
        CaseState.REFUSED: tr("不予受理"),
        CaseState.ANSWERED: tr("已答复"),
        CaseState.WITHDRAWN: tr("已撤回"),
    }


def _stages() -> Mapping[StrEnum, str]:
    return {
        FlowStage.INTAKE: tr("统一受理"),
        FlowStage.DISPATCH: tr("分流交办"),
        FlowStage.HANDLING: tr("办理处置"),
        FlowStage.JOINT: tr("联合化解"),
        FlowStage.FEEDBACK: tr("跟踪反馈"),
        FlowStage.ENDED: tr("已经了结"),
    }


def _languages() -> Mapping[StrEnum, str]:
    return {
        SpokenLanguage.DONG: tr("侗语"),
        SpokenLanguage.MANDARIN: tr("普通话"),
        SpokenLanguage.MIAO: tr("苗语"),
        SpokenLanguage.YAO: tr("瑶语"),
        SpokenLanguage.ZHUANG: tr("壮语"),
        SpokenLanguage.LOCAL_CHINESE: tr("本地汉话"),
        SpokenLanguage.OTHER: tr("其他"),
    }


def _agents() -> Mapping[StrEnum, str]:
    return {AgentKind.GUARDIAN: tr("法定代理人"), AgentKind.ENTRUSTED: tr("委托代理人")}


def _confidential_problems() -> Mapping[StrEnum, str]:
    return {
        ConfidentialProblem.NOT_CONFIDENTIAL: tr("检举控告件一直是保密件，不能改成不保密"),
        ConfidentialProblem.AT_A_VILLAGE: tr("保密件不能放在村里"),
        ConfidentialProblem.REACHES_ACCUSED: tr("放在这个单位，被检举、控告的单位就看得到"),
        ConfidentialProblem.NOT_FOR_THIS_POST: tr("这个岗位不能登记、办理保密件"),
    }


def _petition_problems() -> Mapping[StrEnum, str]:
    return {
        PetitionProblem.PURPOSE_MISSING: tr("请选信访目的"),
        PetitionProblem.FORM_MISSING: tr("请选信访形式"),
        PetitionProblem.RECEIVED_MISSING: tr("请填收到日期"),
        PetitionProblem.RECEIVED_IN_FUTURE: tr("收到日期在今天以后"),
        PetitionProblem.RECEIVED_BEFORE_IT_HAPPENED: tr("收到日期在事情发生以前"),
        PetitionProblem.REQUEST_MISSING: tr("请写诉求"),
        PetitionProblem.REQUEST_TOO_LONG: tr("诉求写得太长，最多 2000 个字"),
        PetitionProblem.FACTS_MISSING: tr("请写事实和理由；口头说的，照实记录"),
        PetitionProblem.ADDRESS_MISSING: tr("请问清并填写信访人的住址"),
        PetitionProblem.TOO_MANY_REPRESENTATIVES: tr("多人来访推选的代表不能超过 5 人"),
        PetitionProblem.REPRESENTATIVES_MISSING: tr(
            "多人来访要推选代表（不超过 5 人），请勾选代表"
        ),
    }


def _not_again() -> Mapping[StrEnum, str]:
    return {
        NotAgain.UNDER_HAND: tr("同一事项已经受理或正在办理，上级不再受理（第十九条第三款）"),
        NotAgain.RE_REVIEWED: tr("同一事实和理由已经复核，不再受理（第三十六条第三款）"),
    }


def _other_ways() -> Mapping[StrEnum, str]:
    return {
        OtherWay.LITIGATION: tr("诉讼、复议、检察或公安程序"),
        OtherWay.ARBITRATION: tr("仲裁"),
        OtherWay.PARTY_APPEAL: tr("党员申诉、申请复审"),
        OtherWay.ADMINISTRATIVE: tr("行政复议、裁决、确认、许可、处罚等程序"),
        OtherWay.OFFICIAL_DUTY: tr("申请查处违法或履行职责"),
    }


def _missing_ones() -> Mapping[StrEnum, str]:
    return {
        MissingOne.LEADER: tr("一名领导"),
        MissingOne.TASK_FORCE: tr("一个专班"),
        MissingOne.PLAN: tr("一套方案"),
        MissingOne.HANDLER: tr("一包到底的人"),
    }


def _sponsor_problems() -> Mapping[StrEnum, str]:
    return {
        SponsorProblem.LEADER_MISSING: tr("请写包案领导的姓名"),
        SponsorProblem.TOO_LONG: tr("有一栏写得太长"),
        SponsorProblem.ENDS_BEFORE_START: tr("结束日期在开始以前"),
        SponsorProblem.PLAN_DUE_BEFORE_START: tr("方案期限在开始以前"),
        SponsorProblem.ANOTHER_IS_ACTIVE: tr("这件案子已经有包案领导，先结束原来的再换"),
        SponsorProblem.CASE_ENDED: tr("这件案子已经了结"),
    }


def _purposes() -> Mapping[StrEnum, str]:
    return {
        PetitionPurpose.ADVICE: tr("建议意见"),
        PetitionPurpose.ACCUSATION: tr("检举控告"),
        PetitionPurpose.APPEAL: tr("申诉求决"),
    }


def _forms() -> Mapping[StrEnum, str]:
    return {
        PetitionForm.VISIT: tr("来访"),
        PetitionForm.LETTER: tr("来信"),
        PetitionForm.ONLINE: tr("网上"),
        PetitionForm.TELEPHONE: tr("来电"),
        PetitionForm.FAX: tr("传真"),
        PetitionForm.HANDED_DOWN: tr("上级转送交办"),
    }


def _answers() -> Mapping[StrEnum, str]:
    return {
        AnswerOutcome.SUPPORTED: tr("予以支持"),
        AnswerOutcome.EXPLAINED: tr("解释说明"),
        AnswerOutcome.NOT_SUPPORTED: tr("不予支持"),
    }


def _reviews() -> Mapping[StrEnum, str]:
    return {
        ReviewOutcome.UPHELD: tr("维持"),
        ReviewOutcome.CHANGED: tr("变更"),
        ReviewOutcome.REVOKED: tr("撤销"),
    }


def _satisfaction() -> Mapping[StrEnum, str]:
    return {
        Satisfaction.SATISFIED: tr("满意"),
        Satisfaction.ROUGHLY_SATISFIED: tr("基本满意"),
        Satisfaction.DISSATISFIED: tr("不满意"),
        Satisfaction.NO_ANSWER: tr("没有评价"),
    }


def _ways() -> Mapping[StrEnum, str]:
    return {
        MediationWay.PEOPLES: tr("人民调解"),
        MediationWay.ADMINISTRATIVE: tr("行政调解"),
        MediationWay.JUDICIAL: tr("司法调解"),
    }


def _places() -> Mapping[StrEnum, str]:
    return {
        SessionPlace.DRUM_TOWER: tr("鼓楼"),
        SessionPlace.STILT_HOUSE: tr("吊脚楼"),
        SessionPlace.OFFICE: tr("调解室"),
        SessionPlace.AT_HOME: tr("当事人家里"),
        SessionPlace.ON_THE_SPOT: tr("现场"),
        SessionPlace.COURT: tr("法庭"),
        SessionPlace.BY_PHONE: tr("电话、视频"),
        SessionPlace.OTHER: tr("其他"),
    }


def _session_ends() -> Mapping[StrEnum, str]:
    return {
        SessionOutcome.AGREED: tr("说成了"),
        SessionOutcome.GOES_ON: tr("还要再谈"),
        SessionOutcome.FAILED: tr("没有说成"),
    }


def _chosen() -> Mapping[StrEnum, str]:
    return {
        ChosenBy.ASSIGNED: tr("调委会指定"),
        ChosenBy.CHOSEN: tr("当事人选定"),
        ChosenBy.INVITED: tr("邀请参与"),
    }


def _agreement_forms() -> Mapping[StrEnum, str]:
    return {AgreementForm.WRITTEN: tr("书面协议"), AgreementForm.ORAL: tr("口头协议")}


def _signers() -> Mapping[StrEnum, str]:
    return {
        SignerKind.PARTY: tr("当事人"),
        SignerKind.MEDIATOR: tr("调解员"),
        SignerKind.SEAL: tr("调委会印章"),
    }


def _manners() -> Mapping[StrEnum, str]:
    return {
        SignatureManner.SIGNED: tr("签名"),
        SignatureManner.SEALED: tr("盖章"),
        SignatureManner.FINGERPRINT: tr("按指印"),
    }


def _performance() -> Mapping[StrEnum, str]:
    return {
        Performance.OPEN: tr("未到期"),
        Performance.PARTLY: tr("部分履行"),
        Performance.DONE: tr("已履行"),
        Performance.NOT_DONE: tr("没有履行"),
    }


def _sendings() -> Mapping[StrEnum, str]:
    return {
        CourtSending.BEFORE_FILING: tr("诉前委派"),
        CourtSending.AFTER_FILING: tr("诉中委托"),
    }


def _rulings() -> Mapping[StrEnum, str]:
    return {RulingOutcome.VALID: tr("裁定有效"), RulingOutcome.DISMISSED: tr("驳回申请")}


def _finding_ends() -> Mapping[StrEnum, str]:
    return {
        FindingEnd.OPEN: tr("待办"),
        FindingEnd.SETTLED_THERE: tr("当场解决"),
        FindingEnd.BECAME_CASE: tr("已立案"),
        FindingEnd.BECAME_VISIT: tr("已转走访"),
        FindingEnd.PASSED_ON: tr("已转其他单位"),
    }


def _typical_states() -> Mapping[StrEnum, str]:
    return {
        TypicalState.DRAFT: tr("草稿"),
        TypicalState.CHECKED: tr("已核对"),
        TypicalState.PUBLISHED: tr("已发布"),
        TypicalState.TAKEN_BACK: tr("已收回"),
    }


def _handover_purposes() -> Mapping[StrEnum, str]:
    return {
        HandoverPurpose.HANDED_OVER: tr("移交"),
        HandoverPurpose.DISPATCHED: tr("分流交办"),
        HandoverPurpose.RETURNED: tr("退回"),
        HandoverPurpose.ESCALATED: tr("上报"),
        HandoverPurpose.HELP_ASKED: tr("请求协办"),
        HandoverPurpose.HELP_ENDED: tr("协办结束"),
    }


def _outreach_fields() -> Mapping[StrEnum, str]:
    return {
        OutreachField.TITLE: tr("主题"),
        OutreachField.HELD_ON: tr("日期"),
        OutreachField.PLACE: tr("去了哪里"),
        OutreachField.MEMBERS: tr("队员"),
        OutreachField.SUMMARY: tr("小结"),
        OutreachField.TEXT: tr("发现的情况"),
        OutreachField.END_NOTE: tr("结果说明"),
    }


def _outreach_problems() -> Mapping[StrEnum, str]:
    return {
        OutreachProblem.MISSING: tr("没有填"),
        OutreachProblem.TOO_LONG: tr("太长"),
        OutreachProblem.IN_FUTURE: tr("在今天之后"),
        OutreachProblem.TOO_EARLY: tr("太早"),
    }


def _doubts() -> Mapping[StrEnum, str]:
    return {
        DoubtKind.GIVEN_NAME: tr("像是名字"),
        DoubtKind.FAMILIAR_NAME: tr("像是称呼"),
        DoubtKind.NAMED: tr("像是姓名或外号"),
        DoubtKind.PLACE: tr("像是地名"),
        DoubtKind.DAY: tr("具体日期"),
        DoubtKind.NUMBER: tr("一串号码"),
        DoubtKind.ORGANISATION: tr("像是单位"),
    }


def _typical_problems() -> Mapping[StrEnum, str]:
    return {
        TypicalProblem.EMPTY: tr("标题和案情都要写。已写的内容还在。"),
        TypicalProblem.TOO_LONG: tr("写得太长，请写短一些。已写的内容还在。"),
        TypicalProblem.STILL_IDENTIFIES: tr(
            "文中还有当事人的姓名、地名或号码，不能核对通过，也不能发布。请去掉以后再试"
            "（《个人信息保护法》2021 年，第二十五条）。"
        ),
        TypicalProblem.NOT_CLOSED: tr("案件还没有办结，不能整理成典型案例。没有改动。"),
        TypicalProblem.CONFIDENTIAL: tr("保密案件不能整理成典型案例。没有改动。"),
        TypicalProblem.WRONG_STATE: tr("这篇典型案例现在不能这样做，可能别处已经改过。没有改动。"),
    }


DESK_NAMES: Mapping[type[StrEnum], Callable[[], Mapping[StrEnum, str]]] = {
    FlowStage: _stages,
    SpokenLanguage: _languages,
    AgentKind: _agents,
    PetitionPurpose: _purposes,
    ConfidentialProblem: _confidential_problems,
    PetitionProblem: _petition_problems,
    NotAgain: _not_again,
    OtherWay: _other_ways,
    MissingOne: _missing_ones,
    SponsorProblem: _sponsor_problems,
    PetitionForm: _forms,
    AnswerOutcome: _answers,
    ReviewOutcome: _reviews,
    Satisfaction: _satisfaction,
    MediationWay: _ways,
    SessionPlace: _places,
    SessionOutcome: _session_ends,
    ChosenBy: _chosen,
    AgreementForm: _agreement_forms,
    SignerKind: _signers,
    SignatureManner: _manners,
    Performance: _performance,
    CourtSending: _sendings,
    RulingOutcome: _rulings,
    FindingEnd: _finding_ends,
    TypicalState: _typical_states,
    HandoverPurpose: _handover_purposes,
    OutreachField: _outreach_fields,
    OutreachProblem: _outreach_problems,
    DoubtKind: _doubts,
    TypicalProblem: _typical_problems,
}
