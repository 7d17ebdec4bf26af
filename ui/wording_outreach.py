"""Words and sentences of the rounds (矛调冲锋队) and of typical cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from app.errors import ErrorCode
from app.outreach.rules import LONGEST, Problem
from app.outreach.vocabulary import OutreachProblem
from app.typical.queries import TypicalView
from app.typical.vocabulary import DoubtKind, TypicalState
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


def typical_taken_back() -> str:
    """Said once, with the way back."""
    return tr("已请县里收回，各村下次联网时就看不到了。")


def typical_hint(view: TypicalView) -> str:
    """What is to be done next with the text of a typical case."""
    if view.state is TypicalState.PUBLISHED:
        return tr("已经发布，各村都能看到。要改先由县里收回。")
    if view.state is TypicalState.CHECKED:
        return tr(
            "{name} 已核对（{day}）。改动后要重新核对；发布由县里决定。",
            name=view.checked_by,
            day=view.checked_on.isoformat() if view.checked_on else "",
        )
    if not view.typical_id:
        return tr(
            "程序已把当事人、地名和号码换掉（绿色的），黄色的请判断会不会让人认出来。"
            "请改写成让人看得懂的案例，保存后逐字核对。"
        )
    return tr("请逐字核对：红色的一定要去掉，黄色的请判断会不会让人认出来，绿色的是程序换掉的。")


def doubts_line(certain: Sequence[str], doubts: Sequence[DoubtKind]) -> str:
    """Below the text: what must go, and what is to be looked at."""
    if certain:
        return tr("还有要去掉的：{words}", words="、".join(dict.fromkeys(certain)))
    if doubts:
        kinds = "、".join(dict.fromkeys(name_of(kind) for kind in doubts))
        return tr("有 {count} 处请判断会不会让人认出来：{kinds}。", count=len(doubts), kinds=kinds)
    return tr("程序没有再找到姓名、地名和号码；会不会让人认出来，还要由人看。")


def typical_draft_found(when: str) -> str:
    """Above the text, when something was left half written."""
    return tr("典型案例有没保存的改动，{when} 存的草稿。", when=when)
