"""The board and the month on paper and in a workbook."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from app.board.queries import Board, Month
from app.board.rules import BoardColumn, BoardTask
from app.exchange.sheet_out import OutSheet, write_workbook
from app.exchange.table_out import TableOut
from i18n.text import tr
from ui.board.task_list import TaskNames
from ui.widgets.paper import table_html, text_html
from ui.wording_board import (
    column_word,
    count_words,
    day_words,
    kind_word,
    week_words,
    why_words,
)
from ui.wording_cases import title_on_paper

_LONGEST = 18
_MOST_OF_DAY = 6
"""Titles of one day; what is left is counted."""
_WIDTHS = (6, 22, 48, 18, 40, 14, 16)


def board_html(board: Board, names: TaskNames) -> str:
    """A table for each column that has anything, with room to tick off."""
    parts = []
    for column in BoardColumn:
        tasks = board.columns[column]
        if tasks:
            count = count_words(board, column)
            head = tr("{column}（{count}）", column=column_word(column), count=count)
            rows = [
                (*cells(task, place, board.day, names), "　　") for place, task in _counted(tasks)
            ]
            parts.append(f"<h3>{text_html(head)}</h3>{table_html((*heads(), tr('办了')), rows)}")
    return "".join(parts) or f"<p>{text_html(tr('没有待办。'))}</p>"


def month_html(month: Month) -> str:
    """The weeks of the month, each day with what ends on it."""
    heads_of_week = [tr("星期{day}", day=word) for word in week_words()]
    weeks = ((month.last - month.first).days + 1) // 7
    rows = [
        tuple(
            _day_cell(month, month.first + timedelta(days=week * 7 + place)) for place in range(7)
        )
        for week in range(weeks)
    ]
    return table_html(heads_of_week, rows, widths=(15, 14, 14, 14, 14, 14, 15))


def _day_cell(month: Month, day: date) -> str:
    tasks = month.days.get(day, ())
    lines = [f"{day.month}-{day.day}", *(_short(one, month.today) for one in tasks[:_MOST_OF_DAY])]
    if len(tasks) > _MOST_OF_DAY:
        lines.append(tr("另有 {count} 件", count=len(tasks) - _MOST_OF_DAY))
    return "\n".join(lines)


def _short(task: BoardTask, today: date) -> str:
    """A title that leaves room for the others of the week; what is late says so without colour."""
    title = task.title if len(task.title) <= _LONGEST else f"{task.title[:_LONGEST]}…"
    title = title_on_paper(title, is_confidential=task.is_confidential)
    return tr("{title}（超期）", title=title) if task.days_late(today) else title


def heads() -> tuple[str, ...]:
    """What stands above the columns of a list, as ``cells`` fills them."""
    return (
        tr("序"),
        tr("编号"),
        tr("要办的事"),
        tr("地方"),
        tr("等什么、等谁"),
        tr("时限"),
        tr("还有几天"),
    )


def cells(task: BoardTask, place: int, today: date, names: TaskNames) -> tuple[str, ...]:
    """A line of a list."""
    return (
        str(place),
        task.number or kind_word(task.kind),
        title_on_paper(task.title, is_confidential=task.is_confidential),
        names.home(task),
        why_words(task, turn=names.turn(task)),
        task.due_on.isoformat() if task.due_on else "",
        day_words(task, today),
    )


def write_board(
    board: Board, names: TaskNames, title: Callable[[str], str], path: Path
) -> TableOut:
    """A sheet for each column, its first line as ``title`` makes it; raises as
    ``write_workbook``."""
    columns = tuple(zip(heads(), _WIDTHS, strict=True))
    sheets = [
        OutSheet(
            column_word(column),
            columns,
            [cells(task, place, board.day, names) for place, task in _counted(tasks)],
            title=title(tr("待办：{column}", column=column_word(column))),
        )
        for column, tasks in board.columns.items()
    ]
    write_workbook(path, sheets)
    return TableOut(path, sum(len(tasks) for tasks in board.columns.values()))


def _counted(tasks: tuple[BoardTask, ...]) -> list[tuple[int, BoardTask]]:
    return list(enumerate(tasks, start=1))
