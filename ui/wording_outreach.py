"""Words and sentences of the rounds (矛调冲锋队) and of typical cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.errors import ErrorCode
from app.outreach.rules import LONGEST, Problem
from app.outreach.vocabulary import OutreachProblem
from i18n.text import tr
from ui.wording_rules import name_of


def outreach_problem(problem: Problem) -> str:
    """What is wrong with a field, and what to do."""
    field = name_of(problem.field)
    if problem.code is OutreachProblem.TOO_LONG:
        return tr(
            "{field}最多 {limit} 个字，请写短一些。", field=field, limit=LONGEST[problem.field]
        )
    sentences = {
        OutreachProblem.MISSING: tr("请填写{field}。", field=field),
        OutreachProblem.IN_FUTURE: tr("{field}在今天之后，请改。", field=field),
        OutreachProblem.TOO_EARLY: tr("{field}太早，请核对年份。", field=field),
    }
    return sentences[problem.code]


OUTREACH_ERROR_SENTENCES: Mapping[ErrorCode, Callable[..., str]] = {
    ErrorCode.OUTREACH_WRONG: lambda *, problems: tr(
        "还没有保存，填好的内容都在。{first}", first=outreach_problem(problems[0])
    ),
    ErrorCode.OUTREACH_GONE: lambda: tr(
        "这次上门或这条发现已经不在这里了，可能在别的电脑上删去了。没有改动。"
    ),
    ErrorCode.OUTREACH_HAS_RESULTS: lambda: tr(
        "已经从这里转成案件或走访，没有改动。请先处理那件案件或走访。"
    ),
    ErrorCode.TYPICAL_GONE: lambda: tr("这篇典型案例已经不在这里了。没有改动。"),
    ErrorCode.TYPICAL_NOT_POSSIBLE: lambda *, problem: name_of(problem),
}
