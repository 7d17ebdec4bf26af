"""Words of the board 待办: its columns, why a task stands there, the month, what is reminded of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from app.board.queries import Board, Month, Reminders
from app.board.rules import BoardColumn, BoardTask, TaskKind
from app.errors import ErrorCode
from app.flow.vocabulary import Wait
from i18n.text import tr
from ui.wording_clocks import beside_words
from ui.wording_clocks import limit_word as limit_of_case
from ui.wording_rules import name_of

COLUMN_TONES = {
    BoardColumn.OVERDUE: "danger",
    BoardColumn.DUE: "warn",
    BoardColumn.FOR_ME: "info",
    BoardColumn.FOR_OTHERS: "neutral",
}


def column_word(column: BoardColumn) -> str:
    """The head of a column."""
    return {
        BoardColumn.OVERDUE: tr("已超期"),
        BoardColumn.DUE: tr("快到期"),
        BoardColumn.FOR_ME: tr("等我办"),
        BoardColumn.FOR_OTHERS: tr("等别人"),
    }[column]


def nothing_in(column: BoardColumn) -> tuple[str, str]:
    """What an empty column says."""
    return {
        BoardColumn.OVERDUE: (tr("没有超期的"), ""),
        BoardColumn.DUE: (tr("近几天没有到期的"), ""),
        BoardColumn.FOR_ME: (tr("没有等你办的"), tr("交办到本单位的、本单位在办的会列在这里。")),
        BoardColumn.FOR_OTHERS: (tr("没有等别人的"), tr("交办出去、还没有办完的会列在这里。")),
    }[column]


def kind_word(kind: TaskKind) -> str:
    """What a task is about."""
    return {
        TaskKind.CASE: tr("案件"),
        TaskKind.ITEM: tr("协议"),
        TaskKind.PLAN: tr("包案"),
        TaskKind.LEGAL_AID: tr("法律援助"),
        TaskKind.COURT: tr("诉调对接"),
        TaskKind.HAZARD: tr("隐患"),
        TaskKind.SERVICE: tr("微服务"),
        TaskKind.OUTREACH: tr("冲锋队上门"),
    }[kind]


def limit_word(limit: str) -> str:
    """What a last day is of; empty where there is none."""
    known: Mapping[str, str] = {
        "plan": tr("包案方案"),
        "legal_aid_decision": tr("法律援助决定"),
        "legal_aid_naming": tr("法律援助指派"),
        "hazard": tr("隐患整改"),
        "service": tr("微服务"),
        "outreach": tr("上门发现还没有着落"),
    }
    return known.get(limit) or (limit_of_case(limit) if limit else "")


def day_words(task: BoardTask, today: date) -> str:
    """How late, or how long still: 超期 3 天, 今天到期, 还剩 2 天; since when where no day is."""
    if task.due_on is None:
        if task.since is None:
            return ""
        days = max(0, (today - task.since).days)
        return tr("已 {days} 天", days=days) if days else tr("今天起")
    late, left = task.days_late(today), (task.due_on - today).days
    if late:
        return tr("超期 {days} 天", days=late)
    return tr("今天到期") if left == 0 else tr("还剩 {days} 天", days=left)


def task_tone(task: BoardTask, today: date, remind_days: int) -> str:
    """Red when late, for ever; amber while it is reminded of."""
    if task.due_on is None:
        return "neutral"
    if task.due_on < today:
        return "danger"
    return "warn" if (task.due_on - today).days <= remind_days else "neutral"


def why_words(task: BoardTask, *, turn: str) -> str:
    """Why it stands there: what ends, what is waited for, and whose turn it is."""
    wait = name_of(task.wait) if task.wait is not Wait.NOTHING else ""
    found = [part for part in (limit_word(task.limit), wait) if part]
    other = beside_words(limit_word(task.beside), task.beside_on)
    return " · ".join(part for part in (*(found or [tr("在办")]), turn, other) if part)


def place_words(task: BoardTask, *, home: str) -> str:
    """Its number, or what it is where it has none, and the village it is of."""
    return " · ".join(part for part in (task.number or kind_word(task.kind), home) if part)


def count_words(board: Board, column: BoardColumn) -> str:
    """How many stand in a column, and whether there are more."""
    count = len(board.columns[column])
    return tr("{count} 件以上", count=count) if column in board.cut else str(count)


def board_line(board: Board) -> str:
    """Beside 快到期: how many days ahead the county reminds."""
    if board.remind_days == 0:
        return tr("当天")
    return tr("{days} 天内", days=board.remind_days)


def month_title(first: date) -> str:
    """2026年11月."""
    return tr("{year}年{month}月", year=first.year, month=first.month)


def month_aside(month: Month) -> str:
    """That there is more than was read; empty where everything is shown."""
    if month.whole_until is None:
        return ""
    until = month.whole_until
    return tr("事太多，只列到 {month}月{day}日", month=until.month, day=until.day)


def day_title(day: date, count: int) -> str:
    """Over the list of a day."""
    words = tr(
        "{month}月{day}日 星期{week}",
        month=day.month,
        day=day.day,
        week=week_words()[day.weekday()],
    )
    return tr("{day} · {count} 件", day=words, count=count) if count else words


def week_words() -> tuple[str, ...]:
    """From Monday on."""
    return tr("一"), tr("二"), tr("三"), tr("四"), tr("五"), tr("六"), tr("日")


def day_said(day: date, month: Month) -> str:
    """A day of the month for who hears it instead of seeing it."""
    tasks = month.days.get(day, ())
    parts = [day_title(day, len(tasks))]
    if day == month.today:
        parts.append(tr("今天"))
    if not month.calendar.is_working(day):
        parts.append(tr("休息日"))
    late = sum(one.days_late(month.today) > 0 for one in tasks)
    if late:
        parts.append(tr("超期 {count} 件", count=late))
    return "，".join(parts)


def reminder_sentence(found: Reminders) -> str:
    """Once at sign-in; empty where there is nothing to say."""
    if found.overdue and found.soon:
        return tr(
            "有 {late} 件已经超期，{soon} 件在 {days} 天内到期。",
            late=found.overdue,
            soon=found.soon,
            days=found.days,
        )
    if found.overdue:
        return tr("有 {late} 件已经超期。", late=found.overdue)
    if found.soon:
        return tr("有 {soon} 件在 {days} 天内到期。", soon=found.soon, days=found.days)
    return ""


# --- saved filters -------------------------------------------------------------------------------


def _filter_not_saved(*, problem: str) -> str:
    return {
        "missing": tr("没有保存：还没有起名字。请给这组筛选起个名字。"),
        "too_long": tr("没有保存：名字最多 60 个字。请起短一点，筛选还在。"),
        "taken": tr("没有改名：已经有一组叫这个名字。请换一个。"),
        "too_many": tr("没有保存：一页最多存 50 组筛选。请先删掉不用的。"),
    }[problem]


FILTER_ERROR_SENTENCES: Mapping[ErrorCode, Callable[..., str]] = {
    ErrorCode.FILTER_NOT_SAVED: _filter_not_saved,
}
