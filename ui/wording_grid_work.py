"""Words and sentences about visits, micro-services and hazards; collected by ``ui.wording``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from app.errors import ErrorCode
from app.grid_work.plan import VisitDue
from app.grid_work.rows import HazardRow, ServiceRow, VisitRow
from app.grid_work.rules import EARLIEST_DAY, Problem
from app.grid_work.vocabulary import DueReason, PlanPlace, WorkField, WorkProblem
from i18n.text import tr
from ui.wording_rules import name_of

Sentence = Callable[..., str]


PLACE_TONES: Mapping[PlanPlace, str] = {
    PlanPlace.OVERDUE: "danger",
    PlanPlace.THIS_WEEK: "warn",
    PlanPlace.NO_ROOM: "neutral",
}


# --- the plan --------------------------------------------------------------------------------


def household_words(number: str, head_name: str) -> str:
    """How a household is named in a line: 001 吴某甲."""
    return f"{number} {head_name}".strip()


def due_reason_text(due: VisitDue) -> str:
    """Why a household stands in the plan: 关注程度 高 · 上次 38 天前."""
    return " · ".join(
        part for part in (_care_text(due), _since_text(due), _phone_text(due)) if part
    )


def _care_text(due: VisitDue) -> str:
    left = "、".join(kind.chinese_name for kind in due.left_behind)
    level = tr("关注程度 {level}", level=due.care.chinese_name) if due.care else ""
    return " · ".join(part for part in (level, left) if part)


def _since_text(due: VisitDue) -> str:
    if due.reason is DueReason.CAME_LATELY:
        return name_of(due.reason)
    if due.days_since is None:
        return name_of(DueReason.NEVER_VISITED)
    return tr("今天去过") if due.days_since == 0 else tr("上次 {days} 天前", days=due.days_since)


def _phone_text(due: VisitDue) -> str:
    is_later = due.last_phone_on and due.last_seen_on and due.last_phone_on > due.last_seen_on
    return tr("{day} 通过电话", day=month_day(due.last_phone_on)) if is_later else ""


def due_text(due: VisitDue) -> str:
    """By when: 超 3 天, or the day."""
    if due.days_late:
        return tr("超 {days} 天", days=due.days_late)
    return tr("{day} 前", day=month_day(due.due_on))


def plan_summary(due: Sequence[VisitDue], *, done: int) -> str:
    """Above the plan: how many there are, how many were done, what has no room."""
    planned = sum(one.place is not PlanPlace.NO_ROOM for one in due)
    left = len(due) - planned
    parts = [tr("本周还要走访 {count} 户", count=planned), tr("已走访 {count} 户", count=done)]
    if left:
        parts.append(tr("另有 {count} 户本周排不下", count=left))
    return " · ".join(parts)


def week_words(monday: date, sunday: date) -> str:
    """11月23日至29日 as figures: 11-23 至 11-29."""
    return tr("{first} 至 {last}", first=month_day(monday), last=month_day(sunday))


# --- records ---------------------------------------------------------------------------------


def month_day(day: date | None) -> str:
    """11-23."""
    return f"{day:%m-%d}" if day else ""


def visit_line(visit: VisitRow) -> str:
    """A visit in one line: 日常走访（上门）· 见到吴某甲 · 说屋顶漏雨."""
    how = tr("{purpose}（{way}）", purpose=name_of(visit.purpose), way=name_of(visit.way))
    met = tr("见到{name}", name=visit.met) if visit.met else ""
    return " · ".join(part for part in (how, met, visit.note) if part)


def came_of_it(services: int, hazards: int) -> str:
    """What came of a visit, in numbers."""
    parts = [
        tr("微服务 {count}", count=services) if services else "",
        tr("隐患 {count}", count=hazards) if hazards else "",
    ]
    return " · ".join(part for part in parts if part)


def service_line(service: ServiceRow, today: date) -> str:
    """An open micro-service in one line."""
    due = limit_text(service.due_on, service.days_late(today))
    words = tr("{kind}：{text}", kind=name_of(service.kind), text=service.text)
    return " · ".join(part for part in (words, due) if part)


def hazard_line(hazard: HazardRow, today: date) -> str:
    """A hazard that is still there, in one line."""
    words = tr(
        "{kind}隐患（{level}）：{text}",
        kind=name_of(hazard.kind),
        level=hazard.level.chinese_name,
        text=hazard.text,
    )
    return tr(
        "{words} · {due}", words=words, due=limit_text(hazard.due_on, hazard.days_late(today))
    )


def limit_text(due_on: date | None, days_late: int) -> str:
    """By when, or how late: 12-01 前 / 超 3 天."""
    if days_late:
        return tr("超 {days} 天", days=days_late)
    return tr("{day} 前", day=month_day(due_on)) if due_on else ""


def done_pill(*, is_done: bool, days_late: int) -> tuple[str, str]:
    """Word and tone of a micro-service."""
    if is_done:
        return tr("已办"), "ok"
    return (tr("超 {days} 天", days=days_late), "danger") if days_late else (tr("待办"), "info")


def gone_pill(*, is_gone: bool, days_late: int) -> tuple[str, str]:
    """Word and tone of a hazard."""
    if is_gone:
        return tr("已消除"), "ok"
    return (tr("超 {days} 天", days=days_late), "danger") if days_late else (tr("整改中"), "info")


def service_state(service: ServiceRow, today: date) -> tuple[str, str]:
    """Word and tone in the list."""
    return done_pill(is_done=service.done_on is not None, days_late=service.days_late(today))


def hazard_state(hazard: HazardRow, today: date) -> tuple[str, str]:
    """Word and tone in the list."""
    return gone_pill(is_gone=hazard.resolved_on is not None, days_late=hazard.days_late(today))


def recorded_visit(household: str) -> str:
    """After a visit was saved."""
    return tr("已记下 {household} 的走访。", household=household)


def household_summary(visit_count: int, last: VisitRow | None, today: date) -> str:
    """Above a household's visits: how many, and how long ago the last was."""
    if last is None:
        return tr("还没有走访过。")
    days = (today - last.visited_on).days
    when = tr("今天") if days == 0 else tr("{days} 天前", days=days)
    return tr("走访过 {count} 次，最近一次是{when}。", count=visit_count, when=when)


# --- what is wrong ---------------------------------------------------------------------------


def problem_sentence(problem: Problem) -> str:
    """What is wrong with a field, under it."""
    what = name_of(problem.field)
    if problem.code is WorkProblem.MISSING and problem.field is WorkField.HOUSEHOLD:
        return tr("还没有选是哪一户。请输入户主、拼音或户号，从名单里选。")
    sentences: Mapping[WorkProblem, Callable[[], str]] = {
        WorkProblem.MISSING: lambda: tr("{what}还没有填，请填上。", what=what),
        WorkProblem.TOO_LONG: lambda: tr(
            "{what}超过 {limit} 个字，请写短一些。", what=what, limit=problem.limit
        ),
        WorkProblem.IN_FUTURE: lambda: tr("{what}在今天之后，请核对。", what=what),
        WorkProblem.TOO_EARLY: lambda: tr(
            "{what}在 {year} 年以前，请核对年份。", what=what, year=EARLIEST_DAY.year
        ),
        WorkProblem.BEFORE_ASKED: lambda: tr("{what}早于提出日期，请核对。", what=what),
        WorkProblem.BEFORE_FOUND: lambda: tr("{what}早于发现日期，请核对。", what=what),
    }
    return sentences[problem.code]()


def _wrong(*, problems: Sequence[Problem]) -> str:
    return tr(
        "没有保存，填好的内容都在。{problems}",
        problems="".join(problem_sentence(each) for each in problems),
    )


GRID_WORK_ERROR_SENTENCES: Mapping[ErrorCode, Sentence] = {
    ErrorCode.GRID_WORK_WRONG: _wrong,
    ErrorCode.GRID_WORK_GONE: lambda: tr(
        "这一条或这一户已经不在这里了：可能在别的电脑上删去了，或移交给了别的村。没有保存，"
        "填好的内容都在。请回到列表重新选。"
    ),
    ErrorCode.GRID_WORK_DONE_BEFORE: lambda *, day: tr(
        "{day} 已经记为办完了，没有再记一次。要接着办，请先点“重新打开”。", day=day.isoformat()
    ),
    ErrorCode.GRID_WORK_OPEN_AGAIN: lambda: tr("这一条本来就没有办完，不用重新打开。没有改动。"),
    ErrorCode.GRID_WORK_HAS_ATTACHMENTS: lambda: tr(
        "这一条挂有照片或文件，不能删去，没有改动。写错了的，请点“修改”改过来。"
    ),
}
