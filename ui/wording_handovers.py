"""Words for what changes hands: who it goes to, how far it has got, why it may not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from app.errors import ErrorCode
from app.handovers.vocabulary import HandoverProblem, HandoverState, HandoverSubject
from i18n.text import tr
from ui.wording_flow import flow_problem_sentences


def subject_word(subject: HandoverSubject) -> str:
    """What is handed over, in one word."""
    return {
        HandoverSubject.HOUSEHOLD: tr("户"),
        HandoverSubject.ACCOUNT: tr("人员账号"),
        HandoverSubject.CASE: tr("案件"),
    }[subject]


def state_word(state: HandoverState) -> tuple[str, str]:
    """How far a hand-over has got, and its colour kind."""
    return {
        HandoverState.REQUESTED: (tr("已申请，等县里确认"), "warn"),
        HandoverState.EFFECTIVE: (tr("已移交"), "ok"),
        HandoverState.NOT_APPLIED: (tr("没有生效"), "danger"),
        HandoverState.REFUSED: (tr("没有采纳"), "danger"),
    }[state]


def place_line(subject: HandoverSubject, *, unit: str) -> str:
    """Where it is now."""
    return {
        HandoverSubject.HOUSEHOLD: tr("现在归{unit}管。", unit=unit),
        HandoverSubject.ACCOUNT: tr("现在在{unit}。", unit=unit),
        HandoverSubject.CASE: tr("现由{unit}办理。", unit=unit),
    }[subject]


def state_line(subject: HandoverSubject, state: HandoverState, *, to_unit: str) -> str:
    """One whole sentence under the title of what is handed over."""
    return {
        HandoverState.REQUESTED: tr("已申请移交到{unit}，等县里确认。", unit=to_unit),
        HandoverState.EFFECTIVE: place_line(subject, unit=to_unit),
        HandoverState.NOT_APPLIED: tr(
            "移交到{unit}没有生效：别的单位先移交了，以那一次为准。", unit=to_unit
        ),
        HandoverState.REFUSED: tr(
            "移交到{unit}县里没有采纳，现在照旧。原因列在“同步”里。", unit=to_unit
        ),
    }[state]


def confirmation(subject: HandoverSubject, *, title: str, to_unit: str) -> str:
    """What will happen, said before it is asked for."""
    return {
        HandoverSubject.HOUSEHOLD: tr(
            "“{title}”连同户内人员将移交到{unit}。县里确认后，原来的村不再保存这一户的资料。",
            title=title,
            unit=to_unit,
        ),
        HandoverSubject.ACCOUNT: tr(
            "{title}将调到{unit}。县里确认后，只能在{unit}的电脑上登录；原来的记录留在原单位。",
            title=title,
            unit=to_unit,
        ),
        HandoverSubject.CASE: tr(
            "“{title}”将交给{unit}办理。县里确认后，{unit}能看到全部案卷，本单位也还看得到。",
            title=title,
            unit=to_unit,
        ),
    }[subject]


def problem_sentence(problem: HandoverProblem) -> str:
    """Why it may not be handed over like this."""
    return {
        HandoverProblem.SAME_UNIT: tr("现在就在这个单位，不用移交。"),
        HandoverProblem.UNIT_UNKNOWN: tr("没有这个单位，或者它不办理业务。请另选一个单位。"),
        HandoverProblem.NOT_HELD_HERE: tr("它现在不归本单位办理，不能由本单位移交。"),
        HandoverProblem.OUT_OF_REACH: tr("本单位不能移交到这个单位。请另选，或请上级移交。"),
        HandoverProblem.CONFIDENTIAL: tr(
            "这是保密件，不能交给村，也不能交给被检举、控告的单位和它的下级"
            "（《信访工作条例》2022 年，第三十条、第四十六条第五项）。请另选一个单位。"
        ),
        HandoverProblem.OTHER_KIND: tr("户和人员只能在同级单位之间移交：村到村，乡镇到乡镇。"),
        **flow_problem_sentences(),
    }[problem]


HANDOVER_NAMES: Mapping[type[StrEnum], Callable[[], Mapping[StrEnum, str]]] = {
    HandoverSubject: lambda: {one: subject_word(one) for one in HandoverSubject},
    HandoverState: lambda: {one: state_word(one)[0] for one in HandoverState},
    HandoverProblem: lambda: {one: problem_sentence(one) for one in HandoverProblem},
}
"""For ``ui.wording_rules.name_of``."""


def _not_possible(*, problem: HandoverProblem) -> str:
    return tr("没有移交：{why}内容没有改动。", why=problem_sentence(problem))


HANDOVER_ERROR_SENTENCES: Mapping[ErrorCode, Callable[..., str]] = {
    ErrorCode.HANDOVER_NOT_POSSIBLE: _not_possible,
    ErrorCode.HANDOVER_SUBJECT_GONE: lambda: tr(
        "要移交的内容已经不在本机，没有移交。别的内容没有改动。请看最新的列表。"
    ),
    ErrorCode.HANDOVER_NOTE_TOO_LONG: lambda *, most: tr(
        "移交说明最多 {most} 个字。没有移交，写好的还在，请缩短后再试。", most=most
    ),
    ErrorCode.HANDOVER_PENDING: lambda: tr(
        "已经有一次移交在等县里确认，没有再申请。要改，请先收回那一次。"
    ),
}
