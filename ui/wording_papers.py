"""What the papers of a case and the lines of its file are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from app.papers.vocabulary import FileLine, LineState, Need, PaperKind
from i18n.text import tr


def paper_names() -> Mapping[StrEnum, str]:
    """As the title of each says."""
    return {
        PaperKind.INTAKE: tr("受理登记表"),
        PaperKind.APPLICATION: tr("人民调解申请书"),
        PaperKind.RIGHTS: tr("当事人权利义务告知书"),
        PaperKind.INVESTIGATION: tr("调查记录"),
        PaperKind.SESSION: tr("调解记录"),
        PaperKind.AGREEMENT: tr("调解协议书"),
        PaperKind.ORAL_AGREEMENT: tr("口头协议登记表"),
        PaperKind.CONFIRMATION: tr("司法确认申请书"),
        PaperKind.FOLLOW_UP: tr("回访记录"),
        PaperKind.REFUSAL: tr("不予受理告知书"),
        PaperKind.ACCEPTANCE: tr("受理告知书"),
        PaperKind.ANSWER: tr("信访处理意见书"),
        PaperKind.REVIEW: tr("复查意见书"),
        PaperKind.RE_REVIEW: tr("复核意见书"),
        PaperKind.EXTENSION: tr("延期告知书"),
        PaperKind.DISPATCH: tr("交办单"),
        PaperKind.RETURN: tr("退回单"),
        PaperKind.URGING: tr("催办单"),
        PaperKind.PROGRESS: tr("办理进度回执"),
        PaperKind.COVER: tr("卷宗封面"),
        PaperKind.CONTENTS: tr("卷内目录"),
        PaperKind.STATEMENT: tr("卷宗情况说明"),
    }


def file_lines() -> Mapping[StrEnum, str]:
    """As the list of the file says."""
    return {
        FileLine.APPLICATION: tr("人民调解申请书或受理登记表"),
        FileLine.INTAKE: tr("受理登记表"),
        FileLine.RIGHTS: tr("当事人权利义务告知书"),
        FileLine.IDENTITY: tr("当事人身份证明"),
        FileLine.MANDATE: tr("授权委托书"),
        FileLine.INVESTIGATION: tr("调查记录"),
        FileLine.EVIDENCE: tr("证据材料"),
        FileLine.ANSWER: tr("信访处理意见书"),
        FileLine.SESSION: tr("调解记录"),
        FileLine.AGREEMENT: tr("调解协议书"),
        FileLine.PERFORMANCE: tr("履行凭证"),
        FileLine.FOLLOW_UP: tr("回访记录"),
        FileLine.CONFIRMATION: tr("司法确认有关材料"),
        FileLine.STATEMENT: tr("卷宗情况说明"),
        FileLine.BACK_COVER: tr("封底"),
    }


def line_states() -> Mapping[StrEnum, str]:
    """How far a line has got."""
    return {
        LineState.MISSING: tr("还没有"),
        LineState.NOTED: tr("已记录，缺签字件"),
        LineState.IN_FILE: tr("已附签字件"),
        LineState.BY_HAND: tr("请人工核对"),
    }


def need_words() -> Mapping[StrEnum, str]:
    """必须 or 按需."""
    return {Need.REQUIRED: tr("必须"), Need.AS_NEEDED: tr("按需")}


def missing_sentence(lines: tuple[str, ...]) -> str:
    """What a complete file still needs."""
    if not lines:
        return tr("程序能看到的必备材料都有签字件了；身份证明和封底请人工核对。")
    return tr("还缺签字件：{lines}。", lines="、".join(lines))


PAPER_NAMES: Mapping[type[StrEnum], Callable[[], Mapping[StrEnum, str]]] = {
    PaperKind: paper_names,
    FileLine: file_lines,
    LineState: line_states,
    Need: need_words,
}
