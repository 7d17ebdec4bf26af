"""今日 on one page of paper: the most pressing first, and what does not fit is counted."""

from __future__ import annotations

from datetime import date
from typing import Final

from app.today.rows import TodayView, Todo
from i18n.text import tr
from ui.widgets.paper import table_html, text_html
from ui.widgets.paper_pages import Paper, page_count
from ui.wording_cases import title_on_paper
from ui.wording_today import left_over, todo_mark, todo_pill, todo_reason, todo_story, todo_title

_MOST: Final = 60
"""More lines than any page holds; nothing beyond is laid out."""


def today_html(view: TodayView) -> str:
    """As many lines as one page takes."""
    most = min(len(view.todos), _MOST)
    if _fits(view, most):
        return _html(view, most)
    least, too_many = 0, most
    while too_many - least > 1:
        middle = (least + too_many) // 2
        if _fits(view, middle):
            least = middle
        else:
            too_many = middle
    return _html(view, least)


def _fits(view: TodayView, lines: int) -> bool:
    return page_count(Paper("", _html(view, lines))) == 1


def _html(view: TodayView, lines: int) -> str:
    if not view.todos:
        return f"<p>{text_html(tr('今天没有要办的事。'))}</p>"
    shown, left = view.todos[:lines], view.todos[lines:]
    rows = [_cells(place, todo, view.day) for place, todo in enumerate(shown, start=1)]
    headers = (tr("序"), tr("类"), tr("要办的事"), tr("情况"), tr("时限"), tr("办了"))
    html = table_html(headers, rows) if rows else ""
    if not left:
        return html
    words = tr(
        "还有 {count} 件没有印在这一页：{kinds}。",
        count=len(left),
        kinds=left_over(todo.kind for todo in left),
    )
    return f"{html}<p>{text_html(words)}</p>"


_LONGEST: Final = 60


def _cells(place: int, todo: Todo, today: date) -> tuple[str, ...]:
    meta, story = todo_story(todo)
    said = (todo_title(todo), todo_reason(todo, today)[0])
    # What stands in the columns beside is not said twice.
    known = [part for part in (*meta.split(" · "), story) if part]
    about = " · ".join(part for part in known if not any(part in one for one in said))
    about = about if len(about) <= _LONGEST else about[:_LONGEST] + "…"
    return (
        str(place),
        todo_pill(todo)[0],
        title_on_paper(todo_title(todo), is_confidential=bool(todo_mark(todo))),
        about,
        todo_reason(todo, today)[0],
        "　　",
    )
