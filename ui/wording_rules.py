"""The names and sentences for what the shared rules know: posts, cases, votes, village rules.

The kinds of the register, the grid's work and incidents stand in `ui.wording_kinds`.

`name_of` gives the word for any member of those enums. Sentences with figures are functions of
their own. A sentence names what is wrong and what to do about it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from app.accounts.vocabulary import Permission, PinWeakness, Role
from app.cases.detail_rules import DetailProblem
from app.cases.file_rules import MAX_WANTED
from app.cases.rules import MAX_MEASURES, MAX_PLACE, MAX_STORY, MAX_TITLE
from app.cases.vocabulary import (
    CaseBlock,
    CaseEventKind,
    CaseField,
    CaseKind,
    CaseProblem,
    CaseState,
    Escalation,
    PartySide,
    PartySource,
    Scale,
    Urgency,
)
from app.clocks.specs import RULED
from app.organisations.vocabulary import CodeSystem, UnitKind
from app.village_rules.vocabulary import RuleSet, RuleSetKey, RuleTextConcern
from app.votes.vocabulary import (
    BallotChoice,
    BallotMethod,
    BallotStanding,
    ElectorateBasis,
    MeetingBody,
    MotionEventKind,
    MotionMatter,
    MotionState,
    OpenProblem,
    OpenWarning,
    TallyResult,
)
from i18n.text import tr
from ui.wording_clocks import CLOCK_NAMES, clock_blocks, limit_keys
from ui.wording_court import COURT_NAMES, court_blocks
from ui.wording_desk import DESK_NAMES, desk_events, desk_permissions, desk_states
from ui.wording_flow import FLOW_NAMES
from ui.wording_handovers import HANDOVER_NAMES
from ui.wording_incidents import INCIDENT_NAMES
from ui.wording_kinds import KIND_NAMES
from ui.wording_legal_aid import LEGAL_AID_NAMES
from ui.wording_papers import PAPER_NAMES
from ui.wording_settings import SETTING_NAMES


def name_of(member: StrEnum) -> str:
    """The word or sentence for a member of an enum of the shared rules; KeyError for others.

    A code of a national standard is called what the standard calls it.
    """
    standard = getattr(member, "chinese_name", None)
    return standard if isinstance(standard, str) else _NAMES[type(member)]()[member]


def rule_citation(rule: RuleSet) -> str:
    """How a rule is cited under a result, saying so when its text has not been checked."""
    law = rule.law.replace("中华人民共和国", "") if rule.law.startswith("中华") else rule.law
    version = tr(
        "{year}年{month}月{day}日文本",
        year=rule.version.year,
        month=rule.version.month,
        day=rule.version.day,
    )
    if rule.article is None:
        return tr("依据：{law}（{version}，条号待核）", law=law, version=version)
    if not rule.is_confirmed:
        article = rule.article
        return tr(
            "依据：{law}（{version}）{article}，待核", law=law, version=version, article=article
        )
    return tr("依据：{law}（{version}）{article}", law=law, version=version, article=rule.article)


# --- organisations and accounts --------------------------------------------------------------


def _unit_kinds() -> Mapping[StrEnum, str]:
    return {
        UnitKind.COUNTY: tr("县"),
        UnitKind.TOWNSHIP: tr("乡镇"),
        UnitKind.VILLAGE: tr("村（社区）"),
        UnitKind.DEPARTMENT: tr("县直部门"),
    }


def _code_systems() -> Mapping[StrEnum, str]:
    return {CodeSystem.NBS: tr("统计用区划代码"), CodeSystem.OWN: tr("本系统编码")}


def _roles() -> Mapping[StrEnum, str]:
    return {
        Role.GRID_WORKER: tr("网格员"),
        Role.AUXILIARY_POLICE: tr("辅警"),
        Role.MEDIATOR: tr("人民调解员"),
        Role.VILLAGE_SECRETARY: tr("村党组织书记"),
        Role.TOWNSHIP_CENTRE: tr("乡镇中心工作人员"),
        Role.COUNTY_CENTRE: tr("县中心工作人员"),
        Role.DEPARTMENT_HANDLER: tr("部门经办人"),
        Role.COURT_LIAISON: tr("法院联络员"),
        Role.LEGAL_AID_LAWYER: tr("法律援助律师"),
        Role.SPONSOR_LEADER: tr("包案领导"),
        Role.ADMINISTRATOR: tr("系统管理员"),
    }


def _permissions() -> Mapping[StrEnum, str]:
    return {
        Permission.SEE_ROSTER: tr("查看户籍名册"),
        Permission.EDIT_ROSTER: tr("修改户籍名册"),
        Permission.IMPORT_ROSTER: tr("导入户籍名册"),
        Permission.SEE_IDENTITY_NUMBERS: tr("查看完整证件号码"),
        Permission.SEE_LOOKS: tr("查看谁看过隐私信息"),
        Permission.REDRAW_GRIDS: tr("调整微网格、交接网格"),
        Permission.SEE_GRID_WORK: tr("查看走访和服务"),
        Permission.RECORD_GRID_WORK: tr("记录走访、服务、隐患和巡逻"),
        Permission.MANAGE_TEAM: tr("管理“1+X”队伍"),
        Permission.SEE_INCIDENTS: tr("查看警情"),
        Permission.RECORD_INCIDENT: tr("登记警情"),
        Permission.CLOSE_INCIDENT: tr("办结警情"),
        Permission.SEE_CASES: tr("查看案件"),
        Permission.RECORD_CASE: tr("登记案件"),
        Permission.ADD_CASE_EVENT: tr("记录案件进展"),
        Permission.CLOSE_CASE: tr("认定调解结果、办结案件"),
        Permission.SEE_CONFIDENTIAL: tr("查看保密案件"),
        Permission.SEE_MOTIONS: tr("查看村务表决"),
        Permission.PROPOSE_MOTION: tr("提出议案"),
        Permission.OPEN_MOTION: tr("开始表决"),
        Permission.TAKE_BALLOT: tr("收表决票"),
        Permission.JUDGE_DUPLICATE_BALLOTS: tr("核定重复票"),
        Permission.TALLY_MOTION: tr("截止并计票"),
        Permission.MOVE_RECORDS: tr("在单位之间移交户和人员"),
        Permission.HAND_OVER_CASE: tr("移交案件"),
        Permission.SEE_STATISTICS: tr("查看统计"),
        Permission.MANAGE_ACCOUNTS: tr("管理账号"),
        **desk_permissions(),
    }


def _pin_weaknesses() -> Mapping[StrEnum, str]:
    return {
        PinWeakness.NOT_SIX_DIGITS: tr("PIN 码要正好六位数字。请重新输入。"),
        PinWeakness.REPEATED: tr("这个 PIN 码是重复的数字，容易被猜到。请换一个。"),
        PinWeakness.RUN: tr("这个 PIN 码是连着的数字，容易被猜到。请换一个。"),
        PinWeakness.BIRTHDAY: tr("这个 PIN 码像是生日，熟人容易猜到。请换一个。"),
        PinWeakness.COMMON: tr("这个 PIN 码用的人太多，容易被猜到。请换一个。"),
    }


# --- cases -----------------------------------------------------------------------------------


def _case_kinds() -> Mapping[StrEnum, str]:
    return {
        CaseKind.DISPUTE: tr("矛盾纠纷"),
        CaseKind.PETITION: tr("信访事项"),
        CaseKind.LAWSUIT_SOURCE: tr("诉源案件"),
        CaseKind.RECONSIDERATION: tr("行政复议"),
        CaseKind.INCIDENT_BORN: tr("警情转来"),
    }


def _urgencies() -> Mapping[StrEnum, str]:
    return {Urgency.HIGH: tr("高"), Urgency.MEDIUM: tr("中"), Urgency.LOW: tr("低")}


def _scales() -> Mapping[StrEnum, str]:
    return {
        Scale.INDIVIDUAL: tr("个体性事件"),
        Scale.GROUP: tr("一般群体性事件"),
        Scale.MAJOR_GROUP: tr("重大群体性事件"),
    }


def _party_sides() -> Mapping[StrEnum, str]:
    return {
        PartySide.A: tr("甲方"),
        PartySide.B: tr("乙方"),
        PartySide.THIRD: tr("第三人"),
    }


def _party_sources() -> Mapping[StrEnum, str]:
    return {PartySource.ROSTER: tr("名册内"), PartySource.OUTSIDE: tr("名册外")}


def _case_events() -> Mapping[StrEnum, str]:
    return {
        CaseEventKind.RECORDED: tr("登记"),
        CaseEventKind.NOTE_ADDED: tr("记事"),
        CaseEventKind.MEDIATION_HELD: tr("开展调解"),
        CaseEventKind.SETTLED: tr("调解成功"),
        CaseEventKind.NOT_SETTLED: tr("调解不成"),
        CaseEventKind.CLOSED: tr("办结"),
        CaseEventKind.REOPENED: tr("重新办理"),
        CaseEventKind.RISK_FOUND: tr("可能引起治安、刑事案件"),
        CaseEventKind.REPORTED_TO_POLICE: tr("报告公安"),
        **desk_events(),
    }


def _escalations() -> Mapping[StrEnum, str]:
    return {
        Escalation.NONE: tr("没有"),
        Escalation.MAY_ESCALATE: tr("可能激化"),
        Escalation.MAY_OFFEND: tr("可能引起治安、刑事案件"),
    }


def _case_blocks() -> Mapping[StrEnum, str]:
    return {
        CaseBlock.RISK_UNREPORTED: tr("可能引起治安、刑事案件，还没有报告公安"),
        CaseBlock.LOOP_OPEN: tr("还有单位没有办理回复，或者还没有把结果反馈当事人"),
        CaseBlock.NOT_SENT_HERE: tr("没有交办给本单位，或者已经签收、回复过"),
        CaseBlock.NOT_IN_HAND: tr("本单位不是牵头单位，也不是协办单位"),
        CaseBlock.NOT_INVESTIGATED: tr(
            "还没有调查核实（《信访工作条例》2022 年，第三十一条第六项）"
        ),
        CaseBlock.NOT_ANSWERED: tr("还没有答复"),
        CaseBlock.EVALUATION_NOT_SOUGHT: tr(
            "答复以后还没有请信访人评价；联系不上的，先记“请求评价”，写明原因"
        ),
        CaseBlock.BEFORE_ANSWER: tr("日期在收到答复之前"),
        CaseBlock.ASKED_TOO_LATE: tr(
            "收到书面答复已经超过 30 天（《信访工作条例》2022 年，第三十五条、第三十六条）"
        ),
        CaseBlock.REVIEW_ASKED_BEFORE: tr("这个答复已经申请过复查"),
        CaseBlock.REVIEW_NOT_ASKED: tr("没有人申请复查，或者已经有复查意见"),
        CaseBlock.REVIEW_NOT_DECIDED: tr("还没有复查意见"),
        CaseBlock.RE_REVIEW_ASKED_BEFORE: tr("已经申请过复核，只能复核一次"),
        CaseBlock.RE_REVIEW_NOT_ASKED: tr("没有人申请复核，或者已经有复核意见"),
        CaseBlock.ENDED_BY_RE_REVIEW: tr(
            "已经复核，同一事实和理由不再受理（《信访工作条例》2022 年，第三十六条第三款）"
        ),
        CaseBlock.NOT_THE_UNIT_ABOVE: tr(
            "不是答复单位的上一级（《信访工作条例》2022 年，第三十五条、第三十六条）"
        ),
        CaseBlock.PARTY_REFUSES: tr(
            "有当事人明确拒绝调解，不得调解（人民调解法第十七条）；本人同意后先记“当事人同意调解”"
        ),
        CaseBlock.OTHER_WAYS_UNTOLD: tr(
            "还没有告知当事人可以通过仲裁、行政、司法等途径维护权利（人民调解法第二十六条）"
        ),
        CaseBlock.SAME_WAY: tr("已经是这种调解方式"),
        CaseBlock.WAY_NOT_YOURS: tr("现在的调解方式和要转的方式都不归您这个岗位主持"),
        **court_blocks(),
        **clock_blocks(),
    }


def _detail_problems() -> Mapping[StrEnum, str]:
    return {
        DetailProblem.NOT_READABLE: tr("读不出来或太长"),
        DetailProblem.MISSING: tr("还没有填"),
        DetailProblem.TOO_LONG: tr("写得太长"),
        DetailProblem.WRONG_TYPE: tr("填得不对"),
        DetailProblem.UNKNOWN_CHOICE: tr("没有这一项"),
        DetailProblem.CONTRADICTS: tr("和“结果”说的相反"),
    }


def _case_states() -> Mapping[StrEnum, str]:
    return {
        CaseState.NOT_RECORDED: tr("未登记"),
        CaseState.RECORDED: tr("已登记"),
        CaseState.UNDER_WAY: tr("办理中"),
        CaseState.SETTLED: tr("调解成功"),
        CaseState.NOT_SETTLED: tr("调解不成"),
        CaseState.CLOSED: tr("已办结"),
        **desk_states(),
    }


def _case_fields() -> Mapping[StrEnum, str]:
    return {
        CaseField.KIND: tr("案件种类"),
        CaseField.TITLE: tr("名称"),
        CaseField.CLASS_CODE: tr("类别"),
        CaseField.PLACE: tr("发生地点"),
        CaseField.STORY: tr("简要情况"),
        CaseField.PARTIES: tr("当事人"),
        CaseField.HAPPENED_ON: tr("发生日期"),
        CaseField.RECEIVED_ON: tr("首访日期"),
        CaseField.WANTED: tr("诉求"),
        CaseField.HEAD_COUNT: tr("涉及人数"),
        CaseField.PLACE_REGION: tr("发生在外县"),
        CaseField.FIRST_CONTACT: tr("首接责任人"),
        CaseField.PETITION_PURPOSE: tr("信访目的"),
        CaseField.PETITION_FORM: tr("信访形式"),
        CaseField.ACCUSED_UNIT: tr("被反映的单位"),
        CaseField.RISK: tr("有没有可能激化"),
    }


def _case_problems() -> Mapping[StrEnum, str]:
    return {
        CaseProblem.TITLE_MISSING: tr("还没有写名称。请用一句话写明是什么纠纷。"),
        CaseProblem.TITLE_TOO_LONG: tr("名称超过 {limit} 个字，请写短一些。", limit=MAX_TITLE),
        CaseProblem.CLASS_MISSING: tr("还没有选类别。性质不止一种时，选最主要的一种。"),
        CaseProblem.CLASS_UNKNOWN: tr("类别不在国家标准的类别表里，请重新选择。"),
        CaseProblem.PLACE_TOO_LONG: tr("发生地点超过 {limit} 个字，请写短一些。", limit=MAX_PLACE),
        CaseProblem.STORY_TOO_LONG: tr("简要情况超过 {limit} 个字，请写短一些。", limit=MAX_STORY),
        CaseProblem.PARTIES_MISSING: tr("还没有当事人。请至少填一位，不在名册里的也可以直接写。"),
        CaseProblem.PARTY_NAME_MISSING: tr("有一位当事人没有写姓名，请补上或删去这一行。"),
        CaseProblem.DATE_MISSING: tr("还没有填发生日期。记不清的，填知道的那一天。"),
        CaseProblem.DATE_IN_FUTURE: tr("发生日期在今天之后，请核对。"),
        CaseProblem.RECEIVED_IN_FUTURE: tr("首访日期在今天之后，请核对。"),
        CaseProblem.WANTED_TOO_LONG: tr("诉求超过 {limit} 个字，请写短一些。", limit=MAX_WANTED),
        CaseProblem.HEAD_COUNT_WRONG: tr("涉及人数要在 1 到 999999 之间；不清楚就空着。"),
        CaseProblem.REGION_UNKNOWN: tr("外县的代码不对，请重新选择。"),
        CaseProblem.NOT_OF_THIS_KIND: tr("这一种案件没有这一项。"),
        CaseProblem.KIND_STAYS: tr("案件种类不能改了：已经办理、保密或者由警情转来的，种类不变。"),
        CaseProblem.ETHNICITY_UNKNOWN: tr("有一位当事人的民族不在国家标准里，请重新选择。"),
        CaseProblem.CATEGORY_UNKNOWN: tr("有一位当事人的人员类别不在国家标准里，请重新选择。"),
        CaseProblem.BIRTH_IN_FUTURE: tr("有一位当事人的出生日期在今天之后，请核对。"),
        CaseProblem.ORGANISATION_IS_NO_PERSON: tr("单位没有民族、出生日期和人员类别，请清空。"),
        CaseProblem.AGENT_NAME_MISSING: tr("有一位当事人选了代理人种类，还没有写代理人姓名。"),
        CaseProblem.AGENT_KIND_MISSING: tr("有一位当事人写了代理人，还没有选是法定还是委托。"),
        CaseProblem.RISK_UNANSWERED: tr("还没有回答有没有可能激化。请按 1、2 或 3 选一项。"),
        CaseProblem.MEASURES_TOO_LONG: tr(
            "预防措施超过 {limit} 个字，请写短一些。", limit=MAX_MEASURES
        ),
    }


# --- votes -----------------------------------------------------------------------------------


def _motion_states() -> Mapping[StrEnum, str]:
    return {
        MotionState.DRAFT: tr("草案"),
        MotionState.OPEN: tr("表决中"),
        MotionState.TALLIED: tr("已计票"),
        MotionState.WITHDRAWN: tr("已撤回"),
    }


def _motion_events() -> Mapping[StrEnum, str]:
    return {
        MotionEventKind.OPENED: tr("开始表决"),
        MotionEventKind.TALLIED: tr("截止计票"),
        MotionEventKind.WITHDRAWN: tr("撤回议案"),
    }


def _matters() -> Mapping[StrEnum, str]:
    return {
        MotionMatter.VILLAGE_RULES_MADE_OR_CHANGED: tr("制定或修改村规民约"),
        MotionMatter.BUILDING_PACT: tr("村民建房公约"),
        MotionMatter.HOMESTEAD_USE_PLAN: tr("宅基地的使用方案"),
        MotionMatter.LAND_CONTRACTING_PLAN: tr("土地承包经营方案"),
        MotionMatter.LAND_COMPENSATION_PLAN: tr("征地补偿费的使用、分配方案"),
        MotionMatter.PUBLIC_WORKS_AND_LEVIES: tr("公益事业的兴办和筹资筹劳"),
        MotionMatter.COLLECTIVE_INCOME_USE: tr("村集体经济收益的使用"),
        MotionMatter.COLLECTIVE_PROJECTS: tr("村集体经济项目的立项、承包"),
        MotionMatter.COLLECTIVE_PROPERTY_DISPOSAL: tr("村集体财产的处分"),
        MotionMatter.SUBSIDISED_POSTS: tr("误工补贴的人员和标准"),
        MotionMatter.OTHER: tr("涉及村民利益的其他事项"),
        MotionMatter.GROUP_PROPERTY: tr("村民小组的集体财产和公益事项"),
    }


def _bodies() -> Mapping[StrEnum, str]:
    return {
        MeetingBody.VILLAGERS_ASSEMBLY: tr("村民会议"),
        MeetingBody.REPRESENTATIVES_ASSEMBLY: tr("村民代表会议"),
        MeetingBody.GROUP_MEETING: tr("村民小组会议"),
    }


def _bases() -> Mapping[StrEnum, str]:
    return {
        ElectorateBasis.HOUSEHOLDS: tr("按户"),
        ElectorateBasis.ADULTS: tr("按十八周岁以上村民"),
        ElectorateBasis.MEMBERS: tr("按组成人员"),
    }


def _choices() -> Mapping[StrEnum, str]:
    return {
        BallotChoice.AGREE: tr("赞成"),
        BallotChoice.OPPOSE: tr("反对"),
        BallotChoice.ABSTAIN: tr("弃权"),
    }


def _methods() -> Mapping[StrEnum, str]:
    return {
        BallotMethod.SIGNATURE: tr("签字"),
        BallotMethod.ORAL_RECORDED: tr("口头录音"),
        BallotMethod.PROXY: tr("委托"),
        BallotMethod.SHOW_OF_HANDS: tr("举手"),
    }


def _standings() -> Mapping[StrEnum, str]:
    return {
        BallotStanding.COUNTED: tr("已计入"),
        BallotStanding.DUPLICATE_PENDING: tr("重复待核"),
        BallotStanding.WITHDRAWN: tr("已撤回"),
        BallotStanding.LATE: tr("计票后才到，不计入"),
        BallotStanding.OUTSIDE_ELECTORATE: tr("不在应到名册，不计入"),
    }


def _results() -> Mapping[StrEnum, str]:
    return {
        TallyResult.ADOPTED: tr("通过"),
        TallyResult.REJECTED: tr("未通过"),
        TallyResult.NO_QUORUM: tr("到会不足法定人数，表决无效"),
    }


def _open_problems() -> Mapping[StrEnum, str]:
    return {
        OpenProblem.NOT_A_DRAFT: tr("这个议案已经开始表决或已撤回，不能再开始一次。"),
        OpenProblem.NOBODY_IN_ELECTORATE: tr("应到名册里一户也没有。请先导入或登记户籍名册。"),
        OpenProblem.BODY_MAY_NOT_DECIDE: tr(
            "这个事项不能由所选的会议决定。村规民约只能由村民会议制定和修改；"
            "其他事项须有村民会议的授权。请改选会议。"
        ),
        OpenProblem.RULE_SET_MISSING: tr(
            "没有找到这一天适用的法定人数规则，不能开始表决。请联系县中心更新规则表。"
        ),
    }


def _open_warnings() -> Mapping[StrEnum, str]:
    return {
        OpenWarning.NOTICE_MISSING: tr(
            "没有填通知日期。召集村民会议应当提前十天通知村民，请核对后再开始。"
        ),
        OpenWarning.NOTICE_TOO_SHORT: tr(
            "通知村民还不满十天。现在表决，决定可能被责令改正或撤销，请再考虑。"
        ),
        OpenWarning.LAW_NOT_CONFIRMED: tr(
            "村民委员会组织法 2026 年起用新文本，本程序的条号和人数规则尚未逐条核对。"
        ),
    }


# --- village rules ---------------------------------------------------------------------------


def _rule_set_keys() -> Mapping[StrEnum, str]:
    return {
        RuleSetKey.ASSEMBLY_CALL: tr("村民会议的召集和通知"),
        RuleSetKey.ASSEMBLY_DECISION: tr("村民会议的法定人数和通过"),
        RuleSetKey.ASSEMBLY_MATTERS: tr("须经村民会议决定的事项"),
        RuleSetKey.REPRESENTATIVES_DECISION: tr("村民代表会议的法定人数和通过"),
        RuleSetKey.VILLAGE_RULES_MAKING: tr("村规民约的制定、修改和备案"),
        RuleSetKey.VILLAGE_RULES_MAKING_HUNAN: tr("村规民约的制定和修改（湖南省）"),
        RuleSetKey.GROUP_DECISION: tr("村民小组会议的法定人数和通过"),
        **{RuleSetKey(key.value): words for key, words in limit_keys().items() if key in RULED},
    }


def _concerns() -> Mapping[StrEnum, str]:
    return {
        RuleTextConcern.FINE: tr("写到罚款或处罚：村里没有罚款的权力。请改为劝导、公示等办法。"),
        RuleTextConcern.EXPULSION: tr("写到开除村籍或逐出村寨：侵犯村民的权利。请删去。"),
        RuleTextConcern.CUTTING_SUPPLIES: tr("写到停水停电断网：侵犯村民的合法权益。请删去。"),
        RuleTextConcern.WITHHOLDING_BENEFITS: tr(
            "写到取消或扣发待遇：低保、补贴等依法发放，村里不能扣。请改写。"
        ),
        RuleTextConcern.CONFISCATION: tr("写到没收或收回承包地、宅基地：侵犯财产权利。请改写。"),
    }


_NAMES: Mapping[type[StrEnum], Callable[[], Mapping[StrEnum, str]]] = {
    **PAPER_NAMES,
    UnitKind: _unit_kinds,
    CodeSystem: _code_systems,
    Role: _roles,
    Permission: _permissions,
    PinWeakness: _pin_weaknesses,
    CaseKind: _case_kinds,
    Urgency: _urgencies,
    Scale: _scales,
    PartySide: _party_sides,
    PartySource: _party_sources,
    CaseEventKind: _case_events,
    CaseState: _case_states,
    Escalation: _escalations,
    CaseBlock: _case_blocks,
    DetailProblem: _detail_problems,
    CaseField: _case_fields,
    CaseProblem: _case_problems,
    MotionState: _motion_states,
    MotionEventKind: _motion_events,
    MotionMatter: _matters,
    MeetingBody: _bodies,
    ElectorateBasis: _bases,
    BallotChoice: _choices,
    BallotMethod: _methods,
    BallotStanding: _standings,
    TallyResult: _results,
    OpenProblem: _open_problems,
    OpenWarning: _open_warnings,
    RuleSetKey: _rule_set_keys,
    RuleTextConcern: _concerns,
    **HANDOVER_NAMES,
    **FLOW_NAMES,
    **KIND_NAMES,
    **CLOCK_NAMES,
    **COURT_NAMES,
    **SETTING_NAMES,
    **LEGAL_AID_NAMES,
    **DESK_NAMES,
    **INCIDENT_NAMES,
}
