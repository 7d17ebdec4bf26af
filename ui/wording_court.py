"""The words of what passes between the court and the centres, and of law explained."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.cases.vocabulary import CaseBlock
from app.court.counting import CourtFigure
from app.court.law import ExplainedLaw, LawView
from app.court.period_rules import (
    CONFIRMATION,
    COURT_PERIOD,
    ENFORCEABLE,
    ENFORCEMENT,
    MEDIATE_FIRST,
    RULING,
    RULING_PERIOD,
    Citation,
)
from app.court.queries import AgreementView, CourtView, PathStepView, Progress
from app.court.vocabulary import (
    ConfirmationState,
    ConfirmationWarning,
    CourtSending,
    EnforcementBasis,
    LawStage,
    PathStep,
    SettledBy,
)
from i18n.text import tr


def court_blocks() -> Mapping[StrEnum, str]:
    """Why a step of the court's way may not be taken now, and what to do."""
    return {
        CaseBlock.CONSENT_MISSING: tr(
            "双方当事人还没有都同意立案前先行调解。请先记下“同意诉前调解”，再记委派"
        ),
        CaseBlock.AGREEMENT_NOT_IN_EFFECT: tr(
            "申请日期那天协议还没有生效。书面协议要各方签名或按指印、调解员签名并加盖印章"
        ),
        CaseBlock.NOT_JOINT: tr("司法确认要双方当事人共同申请。请双方都到，或由代理人代为申请"),
        CaseBlock.CONFIRMATION_TOO_LATE: tr(
            "已经超过协议生效后 30 天，不能再申请司法确认。协议仍有约束力，一方不履行的，"
            "可以就协议向法院起诉，也可以重新调解达成新的协议"
        ),
        CaseBlock.CONFIRMATION_ASKED_BEFORE: tr("这份协议已经申请过司法确认"),
        CaseBlock.NOTHING_APPLIED: tr("还没有等待法院处理的司法确认申请"),
        CaseBlock.DAY_BEFORE_APPLICATION: tr("日期早于申请或立案的日期。请核对日期"),
        CaseBlock.NO_VALID_RULING: tr(
            "法院裁定协议有效以后才能申请强制执行。没有确认的协议，可以向法院起诉"
        ),
        CaseBlock.NO_COURT_MEDIATION: tr("这个案件没有由法院立案或调解，没有法院的调解书"),
        CaseBlock.NOT_SENT_BY_COURT: tr("这个案件现在不是法院委派或委托来调解的"),
        CaseBlock.EXTENSION_UNCONSENTED: tr(
            "延长调解期限要双方当事人同意。请先记下双方同意，再记延长"
        ),
    }


def _bases() -> Mapping[StrEnum, str]:
    return {
        EnforcementBasis.RULING: tr("确认调解协议的裁定"),
        EnforcementBasis.COURT_MEDIATION: tr("法院的调解书"),
    }


def _settled_by() -> Mapping[StrEnum, str]:
    return {SettledBy.MEDIATED: tr("调解达成"), SettledBy.CONCILIATED: tr("自行和解")}


def _confirmation_states() -> Mapping[StrEnum, str]:
    return {
        ConfirmationState.NOT_IN_EFFECT: tr("协议未生效"),
        ConfirmationState.OPEN: tr("可以申请确认"),
        ConfirmationState.TOO_LATE: tr("已过申请期限"),
        ConfirmationState.APPLIED: tr("已申请确认"),
        ConfirmationState.ACCEPTED: tr("法院已受理"),
        ConfirmationState.VALID: tr("裁定有效"),
        ConfirmationState.DISMISSED: tr("裁定驳回"),
        ConfirmationState.ENDED: tr("协议已终止"),
    }


def _warnings() -> Mapping[StrEnum, str]:
    return {
        ConfirmationWarning.IDENTITY_RELATION: tr(
            "涉及婚姻等身份关系：离婚、收养本身法院不予确认，只能确认钱物等事项"
        ),
        ConfirmationWarning.OWNERSHIP: tr(
            "类别涉及权属：协议如果认定山林、土地、宅基地归谁所有，法院不予确认"
        ),
        ConfirmationWarning.NOT_CIVIL: tr("类别可能不是民事纠纷，法院可能不予受理"),
        ConfirmationWarning.NO_ITEMS: tr("协议没有写明约定事项，内容不明确的法院不予确认"),
        ConfirmationWarning.NO_DATE: tr("有约定事项没有履行期限，内容不明确的法院不予确认"),
        ConfirmationWarning.NO_AMOUNT: tr("有约定事项说到钱却没有金额，内容不明确的法院不予确认"),
        ConfirmationWarning.MINOR_WITHOUT_AGENT: tr(
            "有未成年当事人没有记下监护人，要由监护人代为申请"
        ),
        ConfirmationWarning.ABSENT_WITHOUT_AGENT: tr(
            "有当事人在外地，没有记下代理人；不能到法院的，可以委托代理人"
        ),
        ConfirmationWarning.ORAL: tr("口头协议：申请确认时要提交协议，请先写成协议书"),
        ConfirmationWarning.NO_COMMITTEE: tr(
            "行政调解达成的协议：法律写的是依法设立的调解组织，能不能确认请先问法院"
        ),
        ConfirmationWarning.BY_THE_COURT: tr(
            "法院调解达成的协议：由法院制作调解书，签收后即生效，不用另外申请司法确认"
        ),
    }


def _path_steps() -> Mapping[StrEnum, str]:
    return {
        PathStep.CONSENTED: tr("双方同意"),
        PathStep.SENT: tr("委派委托"),
        PathStep.MEDIATED: tr("调解"),
        PathStep.AGREED: tr("协议生效"),
        PathStep.APPLIED: tr("申请确认"),
        PathStep.RULED: tr("法院裁定"),
        PathStep.PERFORMED: tr("履行执行"),
    }


def _law_stages() -> Mapping[StrEnum, str]:
    return {
        LawStage.BEFORE: tr("事前讲法"),
        LawStage.DURING: tr("事中明法"),
        LawStage.AFTER: tr("事后析法"),
    }


def _figures() -> Mapping[StrEnum, str]:
    return {
        CourtFigure.SENT_BEFORE: tr("诉前委派"),
        CourtFigure.SENT_AFTER: tr("诉中委托"),
        CourtFigure.SETTLED: tr("委派委托后调解成功"),
        CourtFigure.APPLIED: tr("申请司法确认"),
        CourtFigure.CONFIRMED: tr("确认有效"),
        CourtFigure.SUITS: tr("起诉"),
        CourtFigure.MEDIATED: tr("行政复议中调解"),
        CourtFigure.CONCILIATED: tr("行政复议中和解"),
    }


COURT_NAMES: Mapping[type[StrEnum], Callable[[], Mapping[StrEnum, str]]] = {
    EnforcementBasis: _bases,
    SettledBy: _settled_by,
    ConfirmationState: _confirmation_states,
    ConfirmationWarning: _warnings,
    PathStep: _path_steps,
    LawStage: _law_stages,
    CourtFigure: _figures,
}


def citation_text(source: Citation) -> str:
    """How a law is cited beside what rests on it; what was not read in full says so."""
    if not source.article:
        return tr("{law}，待核", law=source.law)
    if not source.is_confirmed:
        return tr(
            "{law}（{version}）{article}，待核",
            law=source.law,
            version=source.version,
            article=source.article,
        )
    passed = date.fromisoformat(source.version)
    return tr(
        "{law}（{year}年{month}月{day}日文本）{article}",
        law=source.law,
        year=passed.year,
        month=passed.month,
        day=passed.day,
        article=source.article,
    )


def days_left(days: int) -> str:
    """How far away the last day is; negative when it has passed."""
    if days > 0:
        return tr("还剩 {days} 天", days=days)
    if days == 0:
        return tr("今天是最后一天")
    return tr("已过 {days} 天", days=-days)


@dataclass(frozen=True)
class CourtLine:
    """A sentence about where the case stands, how pressing it is, and what it rests on."""

    text: str
    tone: str = "neutral"
    source: Citation | None = None


def headline(view: CourtView, today: date) -> CourtLine:
    """What counts now, in one sentence."""
    one = view.current
    if one is not None:
        return _agreement_line(view, one, today)
    if view.sending is not None and view.sending.sent_back_on is None and view.mediate_until:
        left = (view.mediate_until - today).days
        return CourtLine(
            tr(
                "{court}在 {sent_on} {sending}，调解到 {until} 为止，{left}。",
                court=view.sending.court,
                sent_on=view.sending.sent_on,
                sending=sending_word(view.sending.sending),
                until=view.mediate_until,
                left=days_left(left),
            ),
            _urgency(left),
            COURT_PERIOD,
        )
    if view.suit_on is not None:
        return CourtLine(tr("{day} 已经向法院起诉。", day=view.suit_on))
    if view.sending is not None:
        return CourtLine(
            tr("{day} 已经退回法院，由法院依法立案、审理。", day=view.sending.sent_back_on)
        )
    if view.missing_consent:
        names = tr("、").join(party.name for party in view.missing_consent)
        return CourtLine(
            tr("立案前先行调解要双方都同意。还没有记下同意的：{names}。", names=names),
            source=MEDIATE_FIRST,
        )
    return CourtLine(tr("双方都同意先行调解，法院可以委派。"), "ok", MEDIATE_FIRST)


def _agreement_line(view: CourtView, one: AgreementView, today: date) -> CourtLine:
    match one.state:
        case ConfirmationState.NOT_IN_EFFECT:
            return CourtLine(
                tr(
                    "协议还差 {count} 处签署，生效以后才能申请司法确认。",
                    count=one.missing_signatures,
                )
            )
        case ConfirmationState.OPEN if one.apply_until and one.effective_on:
            left = (one.apply_until - today).days
            return CourtLine(
                tr(
                    "协议 {since} 生效。双方认为有必要的，到 {until} 为止可以共同申请司法确认，"
                    "{left}。",
                    since=one.effective_on,
                    until=one.apply_until,
                    left=days_left(left),
                ),
                _urgency(left),
                CONFIRMATION,
            )
        case ConfirmationState.TOO_LATE:
            return CourtLine(
                tr(
                    "已过申请司法确认的 30 天。协议仍有约束力；不履行的，可以就协议向法院起诉，"
                    "也可以重新调解达成新的协议。"
                ),
                "neutral" if one.is_performed else "warn",
                CONFIRMATION,
            )
        case ConfirmationState.ENDED:
            return CourtLine(tr("协议已经终止，可以重新调解，也可以向法院起诉。"))
    return _court_line(view, one, today)


def _court_line(view: CourtView, one: AgreementView, today: date) -> CourtLine:
    match one.state:
        case ConfirmationState.APPLIED if one.asked:
            return CourtLine(
                tr("{day} 双方已申请司法确认，等法院受理。", day=one.asked.applied_on), "info"
            )
        case ConfirmationState.ACCEPTED if one.ruling_until:
            left = (one.ruling_until - today).days
            return CourtLine(
                tr(
                    "法院已经受理，最迟 {until} 裁定，{left}。",
                    until=one.ruling_until,
                    left=days_left(left),
                ),
                _urgency(left),
                RULING_PERIOD,
            )
        case ConfirmationState.DISMISSED:
            return CourtLine(
                tr("法院驳回了申请。可以变更原协议或者达成新的协议，也可以向法院起诉。"),
                "danger",
                RULING,
            )
    return _enforcement_line(view, one, today)


def _enforcement_line(view: CourtView, one: AgreementView, today: date) -> CourtLine:
    if view.enforcement_on is not None:
        return CourtLine(tr("{day} 已经申请强制执行。", day=view.enforcement_on), "info")
    if one.is_performed:
        return CourtLine(tr("法院裁定协议有效，约定的事项都已履行。"), "ok")
    if one.enforce_until is None:
        return CourtLine(tr("法院裁定协议有效。"), "ok", RULING)
    if one.overdue_count:
        left = (one.enforce_until - today).days
        return CourtLine(
            tr(
                "有 {count} 项到期没有履行。到 {until} 为止，对方可以申请强制执行，{left}。",
                count=one.overdue_count,
                until=one.enforce_until,
                left=days_left(left),
            ),
            "danger",
            ENFORCEMENT,
        )
    return CourtLine(
        tr("法院裁定协议有效。不按期履行的，对方可以申请强制执行。"), "ok", ENFORCEABLE
    )


def sending_word(sending: CourtSending) -> str:
    """委派 before filing, 委托 after."""
    is_before = sending is CourtSending.BEFORE_FILING
    return tr("立案前委派调解") if is_before else tr("立案后委托调解")


SOON_DAYS = 7


def _urgency(left: int) -> str:
    if left < 0:
        return "danger"
    return "warn" if left <= SOON_DAYS else "info"


def consent_line(view: CourtView) -> str:
    """Who of the two sides has agreed to be mediated first."""
    agreed = tr("、").join(one.name for one in view.sides if one.has_consented)
    missing = tr("、").join(one.name for one in view.missing_consent)
    if not agreed:
        return ""
    if not missing:
        return tr("同意先行调解：{names}（双方都已同意）", names=agreed)
    return tr("同意先行调解：{agreed}；还没有：{missing}", agreed=agreed, missing=missing)


def law_line(one: ExplainedLaw, language: str) -> str:
    """A law that was explained, its article and the language in words."""
    parts = [
        tr("《{law}》", law=one.law) + one.article,
        language,
        one.note,
    ]
    return tr(" · ").join(part for part in parts if part)


def law_hint(view: LawView, stage: LawStage) -> str:
    """What stands in a box without a law."""
    if stage not in view.empty_stages:
        return tr("还没到这一步。")
    hints = {
        LawStage.BEFORE: tr("坐下来谈以前，给双方讲了什么法？"),
        LawStage.DURING: tr("调解中讲明了什么法？"),
        LawStage.AFTER: tr("了结以后，用这件事给大家析了什么法？"),
    }
    return hints[stage]


def hearings_line(count: int) -> str:
    """How often mediators sat in at a hearing."""
    return tr("调解员参加听证陪议 {count} 次。", count=count) if count else ""


def progress_word(progress: Progress) -> str:
    """The state of a step, for whoever cannot see its colour."""
    return {
        Progress.DONE: tr("已完成"),
        Progress.CURRENT: tr("正在办"),
        Progress.OVERDUE: tr("已超期"),
        Progress.FAILED: tr("不成"),
        Progress.OPEN: tr("还没到"),
    }[progress]


def step_note(one: PathStepView) -> str:
    """The day of a step: when it was done, or until when."""
    if one.progress is Progress.FAILED or (one.progress is Progress.OVERDUE and not one.due_on):
        return progress_word(one.progress)
    if one.on is not None:
        return f"{one.on:%m-%d}"
    return tr("到 {day}", day=f"{one.due_on:%m-%d}") if one.due_on else ""


def other_ways() -> str:
    """What the parties are told of when mediation failed: 人民调解法 (2010-08-28), Art. 26."""
    return tr("可以依法申请仲裁、请求行政机关处理，也可以向人民法院起诉。")


def figure_line(before: int, rate: str) -> str:
    """The same span of last year, and the change in words."""
    return tr("上年同期 {before} 件，同比 {rate}", before=before, rate=rate)


def counting_method() -> str:
    """How the figures are counted, so that nobody has to guess."""
    return tr(
        "口径：按事项写明的日期算，一件案子每项只算一次；“委派委托后调解成功”是这段时间送来、"
        "最后调解成功的。同比 =（本期 − 上年同期）÷ 上年同期；上年同期为 0 的不算。"
        "只算县里已经收到的。"
    )
