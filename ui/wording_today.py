"""Words of the page 今日: what a line is about and why it stands there."""

from __future__ import annotations

from app.cases.vocabulary import Urgency
from app.households.vocabulary import MicroGridSize
from app.today import CaseTodo, GridTodo, TodayFigures, Todo
from app.votes.views import MotionRow
from i18n.text import tr
from ui.wording_cases import URGENCY_TONES
from ui.wording_households import size_sentence
from ui.wording_rules import name_of
from ui.wording_sync import entity_word, op_state_word


def todo_pill(todo: Todo) -> tuple[str, str]:
    """What kind of thing it is, and its colour."""
    if todo.case is not None:
        return tr("纠纷"), URGENCY_TONES[todo.case.urgency] or "neutral"
    if todo.motion is not None:
        return tr("表决"), "info"
    if todo.record is not None:
        return op_state_word(todo.record.state)
    return tr("网格"), "neutral"


def todo_title(todo: Todo) -> str:
    """The line itself."""
    if todo.case is not None:
        return _case_title(todo.case)
    if todo.motion is not None:
        return tr("第 {number} 号 {title}", number=todo.motion.number, title=todo.motion.title)
    if todo.record is not None:
        return f"{entity_word(todo.record.entity)} {todo.record.title}".strip()
    return todo.grid.name if todo.grid is not None else ""


def todo_reason(todo: Todo) -> tuple[str, str | None]:
    """Why it is to be done, at the right end of the line, and its colour."""
    if todo.case is not None:
        return case_age(todo.case), URGENCY_TONES[todo.case.urgency]
    if todo.motion is not None:
        return motion_missing(todo.motion)
    if todo.record is not None:
        return tr("看看原因"), op_state_word(todo.record.state)[1]
    return (
        (size_sentence(todo.grid.finding, todo.grid.household_count), "warn")
        if todo.grid
        else ("", None)
    )


def _case_title(case: CaseTodo) -> str:
    if not case.parties:
        return case.title
    return tr("{title}（{parties}）", title=case.title, parties=case.parties)


def case_age(case: CaseTodo) -> str:
    """State and age, 急 before them where it is; no limit is named, because none is kept yet."""
    state = tr("已申请移交") if case.is_asked_for else name_of(case.state)
    if case.urgency is Urgency.HIGH:
        if case.days_open == 0:
            return tr("急 · {state} · 今天登记", state=state)
        return tr("急 · {state} · 登记 {days} 天", state=state, days=case.days_open)
    if case.days_open == 0:
        return tr("{state} · 今天登记", state=state)
    return tr("{state} · 登记 {days} 天", state=state, days=case.days_open)


def motion_missing(row: MotionRow) -> tuple[str, str | None]:
    """What a vote under way still misses; the first thing only."""
    if row.in_doubt:
        return tr("重复待核 {count} 户", count=row.in_doubt), "warn"
    if row.missing == 0:
        return tr("已收齐 · 可以计票"), "ok"
    short = (row.present_needed or 0) - row.collected
    if row.present_needed is not None and short > 0:
        return tr("还差 {short} 户到会", short=short), "warn"
    if row.present_needed is not None:
        return tr("到会已够 · 未收 {missing} 户", missing=row.missing), "info"
    return tr("未收 {missing} 户", missing=row.missing), "info"


# --- cards -------------------------------------------------------------------------------------


def cases_card(figures: TodayFigures) -> tuple[str, str, str]:
    """Number, line and colour of 在办案件."""
    count = figures.open_cases or 0
    if count == 0:
        return "0", tr("没有在办的案件"), "neutral"
    if figures.urgent_cases:
        line = tr("其中紧急程度高 {urgent} 件", urgent=figures.urgent_cases)
        return str(count), line, "danger"
    return str(count), tr("没有紧急程度高的"), "info"


def votes_card(figures: TodayFigures) -> tuple[str, str, str]:
    """Number, line and colour of 表决已收: of the vote with the most to do."""
    motions = figures.open_motions or ()
    if not motions:
        return "–", tr("没有进行中的表决"), "neutral"
    first = motions[0]
    words, tone = motion_missing(first)
    line = tr("第 {number} 号 · {words}", number=first.number, words=words)
    if len(motions) > 1:
        line = tr("{line} · 另有 {count} 个", line=line, count=len(motions) - 1)
    return f"{first.collected}/{first.total}", line, tone or "info"


def grids_card(figures: TodayFigures) -> tuple[str, str, str]:
    """Number, line and colour of 微网格规模."""
    total, outside = figures.grids or 0, figures.grids_outside
    loose = figures.households_without_grid
    if total == 0 and loose == 0:
        return "–", tr("还没有户籍名册"), "neutral"
    number = f"{outside}/{total}"
    if loose:
        return number, tr("不在 15 至 20 户；另有 {count} 户未编入", count=loose), "warn"
    if outside:
        return number, tr("有 {count} 个不在 15 至 20 户", count=outside), "warn"
    return number, tr("都在 15 至 20 户"), "ok"


def waiting_card(figures: TodayFigures) -> tuple[str, str, str]:
    """Number, line and colour of 待上传."""
    if figures.refused:
        return (
            str(figures.waiting),
            tr("另有 {count} 条县里没有采纳", count=figures.refused),
            "danger",
        )
    if figures.waiting == 0:
        return "0", tr("本机的记录都已上报"), "ok"
    return str(figures.waiting), tr("有网络时自动上传"), "info"


def grid_line(grid: GridTodo) -> str:
    """What to do about a micro-grid outside the range; it is advice, never a block."""
    if grid.finding is MicroGridSize.TOO_SMALL:
        return tr("一个微网格以 15 至 20 户为宜。可以从邻近的微网格划入，或与邻近的合并。")
    return tr("一个微网格以 15 至 20 户为宜。可以划出几户给邻近的微网格，或分成两个。")
