"""The words of time limits: their names, where they stand, why something cannot be done to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from app.cases.vocabulary import CaseBlock
from app.clocks.vocabulary import (
    ClockState,
    DayUnit,
    ExtensionNeed,
    LimitKey,
    LimitSource,
    PauseGround,
)
from i18n.text import tr


def clock_blocks() -> Mapping[StrEnum, str]:
    """Why a limit is not extended, does not stand still, does not run on."""
    return {
        CaseBlock.LIMIT_NOT_EXTENDABLE: tr("这个期限不能延长"),
        CaseBlock.LIMIT_NOT_RUNNING: tr("这个期限还没有开始，或者已经办完"),
        CaseBlock.EXTENSION_TOO_LONG: tr(
            "延长超过了上限（《信访工作条例》2022 年，第三十四条：前后相加不得超过 30 日）"
        ),
        CaseBlock.EXTENSION_TOO_LATE: tr(
            "告知时期限已经届满，不能再延长（《信访工作条例》2022 年，第三十四条）"
        ),
        CaseBlock.EXTENSION_NOT_TOLD: tr("告知日期还没有到。先把延期理由告知当事人，再记延长"),
        CaseBlock.EXTENSION_NO_CONSENT: tr("延长调解期限须双方当事人同意，请选出同意的各方"),
        CaseBlock.CLOCK_NOT_PAUSABLE: tr(
            "没有期限可以为这个原因中止"
            "（《信访工作条例》2022 年，第三十六条：只有复核听证的时间不计算）"
        ),
        CaseBlock.CLOCK_PAUSED_ALREADY: tr("已经中止，不用再记"),
        CaseBlock.CLOCK_NOT_PAUSED: tr("没有中止，不用恢复"),
        CaseBlock.CLOCK_RESUMED_TOO_EARLY: tr("恢复的日期在中止之前"),
        CaseBlock.CLOCK_DAY_AHEAD: tr("日期还没有到"),
    }


def limit_keys() -> Mapping[StrEnum, str]:
    """What each limit is for."""
    return {
        LimitKey.PETITION_TOLD: tr("书面告知信访人"),
        LimitKey.TRANSFER_OBJECTION: tr("对转送提出异议"),
        LimitKey.PETITION_HANDLING: tr("信访事项办结"),
        LimitKey.REVIEW_ASKING: tr("信访人申请复查"),
        LimitKey.REVIEW_ANSWERING: tr("复查答复"),
        LimitKey.RE_REVIEW_ASKING: tr("信访人申请复核"),
        LimitKey.RE_REVIEW_ANSWERING: tr("复核答复"),
        LimitKey.COUNTY_MET: tr("见面"),
        LimitKey.COUNTY_INVESTIGATED: tr("调查"),
        LimitKey.COUNTY_ANSWERED: tr("反馈"),
        LimitKey.COUNTY_CLOSED: tr("办结"),
        LimitKey.PEOPLES_MEDIATION: tr("人民调解"),
        LimitKey.COURT_SENT_MEDIATION: tr("法院委派、委托调解"),
        LimitKey.CONFIRMATION_APPLICATION: tr("申请司法确认"),
        LimitKey.CONFIRMATION_RULING: tr("法院司法确认裁定"),
        LimitKey.ENFORCEMENT: tr("申请强制执行"),
        LimitKey.AGREEMENT_ITEM: tr("履行协议"),
        LimitKey.FOLLOW_UP: tr("办结后回访"),
    }


def _day_units() -> Mapping[StrEnum, str]:
    return {
        DayUnit.CALENDAR: tr("日"),
        DayUnit.WORKING: tr("个工作日"),
        DayUnit.YEARS: tr("年"),
    }


def _limit_sources() -> Mapping[StrEnum, str]:
    return {
        LimitSource.LAW: tr("法定期限"),
        LimitSource.COUNTY: tr("县里要求"),
        LimitSource.AGREED: tr("协议约定"),
    }


def _extension_needs() -> Mapping[StrEnum, str]:
    return {
        ExtensionNeed.HEAD: tr("本单位负责人批准"),
        ExtensionNeed.BOTH_PARTIES: tr("双方当事人同意"),
        ExtensionNeed.COURT: tr("法院院长批准"),
    }


def _pause_grounds() -> Mapping[StrEnum, str]:
    return {
        PauseGround.HEARING: tr("听证"),
        PauseGround.APPRAISAL: tr("鉴定、评估"),
        PauseGround.PARTY_ABSENT: tr("当事人不在"),
        PauseGround.OTHER: tr("其他"),
    }


def _clock_states() -> Mapping[StrEnum, str]:
    return {
        ClockState.RUNNING: tr("计时中"),
        ClockState.DUE_SOON: tr("快到期"),
        ClockState.OVERDUE: tr("已超期"),
        ClockState.PAUSED: tr("已中止"),
        ClockState.MET: tr("按期完成"),
        ClockState.MET_LATE: tr("超期完成"),
        ClockState.LAPSED: tr("已过期限"),
        ClockState.ENDED: tr("不再计时"),
    }


CLOCK_NAMES: Mapping[type[StrEnum], Callable[[], Mapping[StrEnum, str]]] = {
    LimitKey: limit_keys,
    DayUnit: _day_units,
    LimitSource: _limit_sources,
    ExtensionNeed: _extension_needs,
    PauseGround: _pause_grounds,
    ClockState: _clock_states,
}
