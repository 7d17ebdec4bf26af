"""Words and sentences of legal aid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum

from app.errors import ErrorCode
from app.legal_aid.queries import AidRow
from app.legal_aid.rules import MAX_NEED
from app.legal_aid.vocabulary import (
    WITHOUT_MEANS_TEST,
    LegalAidGround,
    LegalAidLimit,
    LegalAidProblem,
    LegalAidStage,
    LegalAidStep,
)
from i18n.text import tr
from ui.wording_court import days_left


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
        LegalAidLimit.DECISION: tr("收到申请 7 天内作出决定"),
        LegalAidLimit.NAMING: tr("决定后 3 天内指派"),
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


def step_title(step: str) -> str:
    """What the form is for; ``step`` by its key, anything else is a need that was seen."""
    titles = {
        LegalAidStep.APPLY.value: tr("当事人申请了法律援助"),
        LegalAidStep.DECIDE.value: tr("法律援助机构的决定"),
        LegalAidStep.NAME.value: tr("指派谁提供法律援助"),
        LegalAidStep.FINISH.value: tr("法律援助办结"),
    }
    return titles.get(step, tr("发现有人需要法律援助"))


def day_word(step: str) -> str:
    """What the day of the form is."""
    words = {
        LegalAidStep.APPLY.value: tr("申请日期"),
        LegalAidStep.DECIDE.value: tr("决定日期"),
        LegalAidStep.NAME.value: tr("指派日期"),
        LegalAidStep.FINISH.value: tr("办结日期"),
    }
    return words.get(step, tr("发现日期"))


def undo_words(step: str) -> str:
    """What was just written."""
    words = {
        LegalAidStep.APPLY.value: tr("已记法律援助申请"),
        LegalAidStep.DECIDE.value: tr("已记法律援助决定"),
        LegalAidStep.NAME.value: tr("已记指派"),
        LegalAidStep.FINISH.value: tr("已记法律援助办结"),
    }
    return words.get(step, tr("已记法律援助需要"))


def ground_words(ground: LegalAidGround) -> str:
    """A ground, and whether small means are asked for."""
    words = _grounds()[ground]
    if ground in WITHOUT_MEANS_TEST:
        return tr("{ground}（不看经济困难）", ground=words)
    return words


def draft_found(moment: str) -> str:
    """Somebody left something half written."""
    return tr("{moment} 有一份法律援助没有写完。", moment=moment)


def aid_steps(row: AidRow) -> tuple[tuple[str, str, bool], ...]:
    """(words, day, done) of each step."""
    decided = tr("决定不给予") if row.is_granted is False else tr("决定")
    steps = [
        (tr("发现"), row.seen_on),
        (tr("申请"), row.applied_on),
        (decided, row.decided_on),
        (tr("指派"), row.named_on),
        (tr("办结"), row.done_on),
    ]
    return tuple((words, f"{day:%m-%d}" if day else "", day is not None) for words, day in steps)


def due_line(row: AidRow, today: date) -> str:
    """What is waited for and until when; empty where nothing is."""
    if row.limit is None or row.due_on is None:
        return ""
    left = (row.due_on - today).days
    return tr(
        "{what}：最迟 {day}，{left}。（法律援助法第四十三条）",
        what=_limits()[row.limit],
        day=row.due_on,
        left=days_left(left),
    )


def aid_facts(row: AidRow) -> tuple[str, ...]:
    """What else is known, a line each."""
    lines = []
    if row.ground is not None:
        lines.append(tr("情形：{ground}", ground=ground_words(row.ground)))
    if row.decision_note:
        lines.append(tr("决定理由：{note}", note=row.decision_note))
    if row.is_granted is False:
        lines.append(
            tr("对不予援助的决定有异议的，可以向县司法行政部门提出（法律援助法第四十九条）。")
        )
    who = " · ".join(part for part in (row.lawyer, row.office) if part)
    if who:
        ahead = tr("（先行提供）") if row.is_ahead else ""
        lines.append(tr("提供援助：{who}{ahead}", who=who, ahead=ahead))
    if row.outcome:
        lines.append(tr("办理结果：{outcome}", outcome=row.outcome))
    return tuple(lines)
