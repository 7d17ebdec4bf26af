"""Words and sentences of legal aid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from app.errors import ErrorCode
from app.legal_aid.rules import MAX_NEED
from app.legal_aid.vocabulary import (
    LegalAidGround,
    LegalAidLimit,
    LegalAidProblem,
    LegalAidStage,
    LegalAidStep,
)
from i18n.text import tr


def _grounds() -> Mapping[StrEnum, str]:
    """法律援助法 (2021-08-20), Art. 31 and 32, shortened."""
    return {
        LegalAidGround.STATE_COMPENSATION: tr("请求国家赔偿"),
        LegalAidGround.SOCIAL_SECURITY: tr("请求社会保险待遇或社会救助"),
        LegalAidGround.SURVIVORS_PENSION: tr("请求发给抚恤金"),
        LegalAidGround.MAINTENANCE: tr("请求赡养费、抚养费、扶养费"),
        LegalAidGround.LABOUR: tr("确认劳动关系或支付劳动报酬"),
        LegalAidGround.CAPACITY: tr("认定无或限制民事行为能力"),
        LegalAidGround.INJURY: tr("工伤、交通、食品药品、医疗事故人身损害"),
        LegalAidGround.ENVIRONMENT: tr("环境污染、生态破坏损害"),
        LegalAidGround.OTHER_BY_LAW: tr("法律法规规定的其他情形"),
        LegalAidGround.HEROES: tr("英雄烈士近亲属维护人格权益"),
        LegalAidGround.GOOD_SAMARITAN: tr("见义勇为主张权益"),
        LegalAidGround.ACQUITTED: tr("再审改判无罪请求国家赔偿"),
        LegalAidGround.VIOLENCE: tr("受虐待、遗弃或家庭暴力"),
        LegalAidGround.OTHER_WITHOUT_MEANS_TEST: tr("其他不受经济困难限制的情形"),
    }


def _stages() -> Mapping[StrEnum, str]:
    return {
        LegalAidStage.SEEN: tr("发现需要"),
        LegalAidStage.APPLIED: tr("已申请"),
        LegalAidStage.GRANTED: tr("决定给予"),
        LegalAidStage.NOT_GRANTED: tr("决定不给予"),
        LegalAidStage.NAMED: tr("已指派"),
        LegalAidStage.DONE: tr("已办结"),
    }


def _steps() -> Mapping[StrEnum, str]:
    return {
        LegalAidStep.APPLY: tr("记申请"),
        LegalAidStep.DECIDE: tr("记决定"),
        LegalAidStep.NAME: tr("指派律师"),
        LegalAidStep.FINISH: tr("记办结"),
    }


def _limits() -> Mapping[StrEnum, str]:
    return {
        LegalAidLimit.DECISION: tr("收到申请七日内作出决定"),
        LegalAidLimit.NAMING: tr("决定后三日内指派"),
    }


def _problems() -> Mapping[StrEnum, str]:
    return {
        LegalAidProblem.NEED_MISSING: tr("请写明需要什么帮助。"),
        LegalAidProblem.NEED_TOO_LONG: tr("需要什么帮助最多 {limit} 个字。", limit=MAX_NEED),
        LegalAidProblem.NOTE_TOO_LONG: tr("理由或结果写得太长，请写短一些。"),
        LegalAidProblem.DAY_MISSING: tr("请填写日期。"),
        LegalAidProblem.DAY_IN_FUTURE: tr("日期在今天之后，请改。"),
        LegalAidProblem.DAYS_BACKWARDS: tr("日期早于上一步，请核对。"),
        LegalAidProblem.NOT_APPLIED: tr("还没有申请，请先记申请。"),
        LegalAidProblem.NOT_DECIDED: tr(
            "还没有决定给予。来不及等决定的，请选“先行提供”（法律援助法第四十四条）。"
        ),
        LegalAidProblem.REASON_MISSING: tr(
            "决定不给予的，要书面告知并说明理由（法律援助法第四十三条）。请写理由。"
        ),
        LegalAidProblem.NOT_GRANTED: tr("已经决定不给予，不能指派。"),
        LegalAidProblem.LAWYER_MISSING: tr("请选律师，或写律师姓名、单位。"),
        LegalAidProblem.NOT_NAMED: tr("还没有指派律师，不能办结。"),
        LegalAidProblem.OUTCOME_MISSING: tr("请写办理结果。"),
    }


LEGAL_AID_NAMES: Mapping[type[StrEnum], Callable[[], Mapping[StrEnum, str]]] = {
    LegalAidGround: _grounds,
    LegalAidStage: _stages,
    LegalAidStep: _steps,
    LegalAidLimit: _limits,
    LegalAidProblem: _problems,
}

LEGAL_AID_ERROR_SENTENCES: Mapping[ErrorCode, Callable[..., str]] = {
    ErrorCode.LEGAL_AID_WRONG: lambda *, problem: tr(
        "还没有保存，填好的内容都在。{why}", why=_problems()[problem]
    ),
    ErrorCode.LEGAL_AID_GONE: lambda: tr("这条法律援助已经不在这里了。没有改动。"),
}
