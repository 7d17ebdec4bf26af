"""The words of what passes between the court and the centres, and of law explained."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum

from app.cases.vocabulary import CaseBlock
from app.court.period_rules import Citation
from app.court.vocabulary import (
    ConfirmationState,
    ConfirmationWarning,
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
            "已经超过协议生效后三十日，不能再申请司法确认。协议仍有约束力，一方不履行的，"
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


COURT_NAMES: Mapping[type[StrEnum], Callable[[], Mapping[StrEnum, str]]] = {
    EnforcementBasis: _bases,
    SettledBy: _settled_by,
    ConfirmationState: _confirmation_states,
    ConfirmationWarning: _warnings,
    PathStep: _path_steps,
    LawStage: _law_stages,
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
