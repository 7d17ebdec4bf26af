"""Words of the chain: who is waited for and for what, what may be done, what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from app.errors import ErrorCode
from app.flow.vocabulary import FlowAct, TurnPart, Wait
from app.handovers.vocabulary import HandoverProblem, HandoverPurpose, HandoverState
from i18n.text import tr


def _waits() -> Mapping[StrEnum, str]:
    return {
        Wait.ACCEPT: tr("等受理"),
        Wait.TAKE_ON: tr("等签收"),
        Wait.REPORT: tr("等办理回复"),
        Wait.FEEDBACK: tr("等反馈当事人"),
        Wait.NOTHING: tr("没有待办"),
    }


def _parts() -> Mapping[StrEnum, str]:
    return {TurnPart.LEAD: tr("牵头"), TurnPart.HELPER: tr("协办")}


def _acts() -> Mapping[StrEnum, str]:
    return {
        FlowAct.ACCEPT: tr("受理"),
        FlowAct.REFUSE: tr("不予受理"),
        FlowAct.TAKE_ON: tr("签收"),
        FlowAct.RETURN: tr("退回"),
        FlowAct.DISPATCH: tr("分流交办"),
        FlowAct.ASK_HELP: tr("指定协办"),
        FlowAct.ESCALATE: tr("上报"),
        FlowAct.REPORT_BACK: tr("办理回复"),
        FlowAct.URGE: tr("催办"),
        FlowAct.END_HELP: tr("结束协办"),
        FlowAct.FEEDBACK: tr("反馈"),
        FlowAct.REOPEN: tr("重新办理"),
    }


FLOW_NAMES: Mapping[type[StrEnum], Callable[[], Mapping[StrEnum, str]]] = {
    Wait: _waits,
    TurnPart: _parts,
    FlowAct: _acts,
}
"""For ``ui.wording_rules.name_of``."""


def flow_problem_sentences() -> Mapping[HandoverProblem, str]:
    """Why a case may not be sent like this."""
    return {
        HandoverProblem.NOT_LEADING: tr("只有牵头单位和上级单位能交办。协办单位请办好后回复。"),
        HandoverProblem.NOT_ABOVE: tr("上报要报给本单位的上级。"),
        HandoverProblem.NOT_SENT_HERE: tr("这件案子不是交办给本单位的，或者不能退到那里。"),
        HandoverProblem.RETURNED_TOO_LATE: tr(
            "收到已经超过五个工作日，不能退回（信访事项依《信访工作条例》2022 年第二十三条第三款，"
            "其他案件依县里规定）。办不了的，请上报。"
        ),
        HandoverProblem.REASON_MISSING: tr("要写明理由。"),
        HandoverProblem.HELPS_ALREADY: tr("这个单位已经在牵头或者协办。"),
        HandoverProblem.DOES_NOT_HELP: tr("这个单位现在没有协办。"),
        HandoverProblem.DUE_IN_THE_PAST: tr("办理期限在今天以前。"),
        HandoverProblem.ENDED: tr("案子已经了结、不予受理或者撤回。要再办，请先重新办理。"),
    }


def asked_words(purpose: HandoverPurpose, *, to_unit: str, from_unit: str) -> str:
    """What was asked for, in a few words."""
    return {
        HandoverPurpose.HANDED_OVER: tr("移交给{unit}", unit=to_unit),
        HandoverPurpose.DISPATCHED: tr("交办给{unit}牵头", unit=to_unit),
        HandoverPurpose.RETURNED: tr("{unit}退回给{to}", unit=from_unit, to=to_unit),
        HandoverPurpose.ESCALATED: tr("上报{unit}", unit=to_unit),
        HandoverPurpose.HELP_ASKED: tr("请{unit}协办", unit=to_unit),
        HandoverPurpose.HELP_ENDED: tr("结束{unit}的协办", unit=from_unit),
    }[purpose]


def asked_state(state: HandoverState, *, instead: str) -> str:
    """How far it has got, and why not further."""
    if state is HandoverState.REQUESTED:
        return tr("已请求，等县里办理")
    if state is HandoverState.REFUSED:
        return tr("县里没有采纳，原因列在“同步”里")
    if state is HandoverState.NOT_APPLIED and instead:
        return tr("未生效：县里先收到了另一次交接，现由{unit}办理", unit=instead)
    if state is HandoverState.NOT_APPLIED:
        return tr("未生效：县里收到时，案子已经不是这样交接的了")
    return tr("已生效")


FLOW_ERROR_SENTENCES: Mapping[ErrorCode, Callable[..., str]] = {
    ErrorCode.FLOW_URGED_TODAY: lambda *, unit: tr(
        "今天已经催过{unit}，没有再催。明天还没有回音，再催。", unit=unit
    ),
}
