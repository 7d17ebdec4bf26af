"""Words of the chain: who is waited for and for what, what may be done, what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum

from app.errors import ErrorCode
from app.flow.rows import AskedRow, TurnRow
from app.flow.vocabulary import FlowAct, TurnPart, Wait
from app.handovers.vocabulary import HandoverProblem, HandoverPurpose, HandoverState
from i18n.text import tr
from ui.wording_time import short_moment, village_day


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
        return tr("县里先收到了另一次交接，以那一次为准，由{unit}牵头", unit=instead)
    if state is HandoverState.NOT_APPLIED:
        return tr("县里收到时，案子已经不在那里了")
    return tr("已生效")


def dwell_words(days: int | None, *, is_now: bool) -> str:
    """How long a stage has lasted, or lasted."""
    if days is None:
        return tr("时间不详")
    if is_now:
        return tr("今天开始") if days == 0 else tr("已 {days} 天", days=days)
    return tr("当天") if days == 0 else tr("{days} 天", days=days)


def turn_line(row: TurnRow) -> str:
    """When a unit got a case, by when it is to answer, and what it did."""
    parts = []
    if row.since is not None:
        parts.append(tr("{day}{what}", day=short_day(row.since), what=_SENT_WORDS[row.purpose]()))
    if row.taken_on is not None:
        parts.append(tr("{day}签收", day=short_day(row.taken_on)))
    if row.reported_on is not None:
        parts.append(tr("{day}回复", day=short_day(row.reported_on)))
    elif row.due_on is not None:
        parts.append(tr("{day}前回复", day=short_day(row.due_on)))
    return "，".join(parts)


def past_line(row: TurnRow) -> str:
    """A unit that had it before, and how long."""
    if row.ended_on is None:
        return tr("{unit}{part}", unit=row.unit, part=_PARTS[row.part]())
    return tr(
        "{unit}{part}到{day}",
        unit=row.unit,
        part=_PARTS[row.part](),
        day=short_day(row.ended_on),
    )


def asked_line(row: AskedRow) -> str:
    """Who asked when, by when it is to be answered, and the words with it."""
    parts = [tr("{who}，{when}", who=row.by_name or tr("不详"), when=short_moment(row.happened_at))]
    if row.due_on is not None:
        parts.append(tr("{day}前回复", day=short_day(row.due_on)))
    if row.note:
        parts.append(row.note)
    return " · ".join(parts)


def said_line(row: AskedRow) -> str:
    """What was said when the case went on: what is wanted of the unit, or why it came back."""
    what = asked_words(row.purpose, to_unit=row.to_unit, from_unit=row.from_unit)
    when = short_day(village_day(row.happened_at))
    if row.purpose in (HandoverPurpose.RETURNED, HandoverPurpose.ESCALATED):
        return tr("{day}{what}，理由：{note}", day=when, what=what, note=row.note)
    return tr("{day}{what}，要求：{note}", day=when, what=what, note=row.note)


def short_day(day: date) -> str:
    """11月23日."""
    return tr("{month}月{day}日", month=day.month, day=day.day)


def sent_word(purpose: HandoverPurpose) -> str:
    """How it went to the next unit: 上报, 交办, 退回."""
    return _SENT_WORDS[purpose]()


_PARTS: Mapping[TurnPart, Callable[[], str]] = {
    TurnPart.LEAD: lambda: tr("牵头"),
    TurnPart.HELPER: lambda: tr("协办"),
}
_SENT_WORDS: Mapping[HandoverPurpose, Callable[[], str]] = {
    HandoverPurpose.HANDED_OVER: lambda: tr("移交"),
    HandoverPurpose.DISPATCHED: lambda: tr("交办"),
    HandoverPurpose.RETURNED: lambda: tr("退回"),
    HandoverPurpose.ESCALATED: lambda: tr("上报"),
    HandoverPurpose.HELP_ASKED: lambda: tr("请求协办"),
    HandoverPurpose.HELP_ENDED: lambda: tr("结束协办"),
}


def send_title(act: FlowAct) -> str:
    """What the form is for."""
    return {
        FlowAct.DISPATCH: tr("交办给一个单位牵头办理"),
        FlowAct.ASK_HELP: tr("请一个单位协办"),
        FlowAct.ESCALATE: tr("上报，请上级接办"),
        FlowAct.RETURN: tr("退回交办"),
        FlowAct.END_HELP: tr("结束协办"),
    }[act]


def send_hint(act: FlowAct, *, return_to: str, until: date | None, decides: str = "") -> str:
    """What will happen, said before it is asked for; ``decides`` the unit that settles a quarrel
    over who accepts a petition, 信访工作条例 (2022-02-25), Art. 24 (1)."""
    if act is FlowAct.RETURN and until is not None:
        said = tr(
            "退给{unit}。最迟{day}（收到之日起五个工作日：信访事项依《信访工作条例》2022 年"
            "第二十三条第三款，其他案件依县里规定）。",
            unit=return_to,
            day=short_day(until),
        )
        quarrel = tr("受理仍有争议的，由{unit}决定（同条例第二十四条）。", unit=decides)
        return said + quarrel if decides else said
    return {
        FlowAct.DISPATCH: tr("县里办理以后，这个单位牵头并看得到全部案卷；本单位也还看得到。"),
        FlowAct.ASK_HELP: tr("牵头单位不变。县里办理以后，协办单位看得到全部案卷，办好要回复。"),
        FlowAct.ESCALATE: tr("县里办理以后，由上级牵头。"),
        FlowAct.END_HELP: tr("县里办理以后，这个单位不再保存这件案子。"),
        FlowAct.RETURN: tr("退给交办来的单位，要写明理由。"),
    }[act]


def send_done(act: FlowAct) -> str:
    """What was asked for, beside the button that takes it back."""
    return {
        FlowAct.DISPATCH: tr("已请求交办，等县里办理。"),
        FlowAct.ASK_HELP: tr("已请求协办，等县里办理。"),
        FlowAct.ESCALATE: tr("已请求上报，等县里办理。"),
        FlowAct.RETURN: tr("已请求退回，等县里办理。"),
        FlowAct.END_HELP: tr("已请求结束协办，等县里办理。"),
    }[act]


FLOW_ERROR_SENTENCES: Mapping[ErrorCode, Callable[..., str]] = {
    ErrorCode.FLOW_URGED_TODAY: lambda *, unit: tr(
        "今天已经催过{unit}，没有再催。明天还没有回音，再催。", unit=unit
    ),
}
