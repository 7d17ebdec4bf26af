"""Sentences about drawing micro-grids anew, handing them over and the village's 1+X team."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from app.errors import ErrorCode
from app.households.grids_queries import GridHandover
from app.households.redraw_rules import SizeProblem
from app.households.rules import MICRO_GRID_LARGEST, MICRO_GRID_SMALLEST
from i18n.text import tr

Sentence = Callable[..., str]


def _handover_date_wrong(*, earliest: date | None, today: date) -> str:
    if earliest is None:
        return tr("交接日期不能晚于今天（{today}），没有保存。请改日期。", today=today.isoformat())
    return tr(
        "交接日期要在 {earliest}（上一次交接）和 {today}（今天）之间，没有保存。请改日期。",
        earliest=earliest.isoformat(),
        today=today.isoformat(),
    )


def _worker_same(*, name: str) -> str:
    if not name:
        return tr("这个微网格本来就没有网格员，没有改动。")
    return tr("这个微网格本来就是{name}的，没有改动。请另选一人。", name=name)


GRID_ERROR_SENTENCES: Mapping[ErrorCode, Sentence] = {
    ErrorCode.GRID_HANDOVER_DATE_WRONG: _handover_date_wrong,
    ErrorCode.GRID_WORKER_NOT_HERE: lambda: tr(
        "这个人现在不是本村的账号，没有保存。请另选一人，或请乡镇、县里先把账号转到本村。"
    ),
    ErrorCode.GRID_WORKER_SAME: _worker_same,
    ErrorCode.TEAM_TERM_BACKWARDS: lambda: tr(
        "任期到的日子在任期开始以前，没有保存。填好的内容都在，请改日期。"
    ),
    ErrorCode.TEAM_TERM_TWICE: lambda *, name, starts_on: tr(
        "{name}在这个岗位上已有 {day} 起的任期，没有保存。填好的内容都在，"
        "请改日期，或先把原来的任期结束。",
        name=name,
        day=starts_on.isoformat(),
    ),
    ErrorCode.REDRAW_NOTHING_CHANGED: lambda: tr(
        "调整后与现在一样，没有要写入的。可以换一个范围，或用手移动几户。"
    ),
    ErrorCode.REDRAW_OUTDATED: lambda: tr(
        "打开以后名册又有了改动，所以没有写入。您的调整已放到最新的名册上，请再看一遍后应用。"
    ),
}


def size_problem_sentence(problem: SizeProblem) -> str:
    """Why 15 to 20 cannot be reached, with the numbers."""
    low, high = MICRO_GRID_SMALLEST, MICRO_GRID_LARGEST
    if problem.grids == 0:
        return tr(
            "一共 {homes} 户，不够一个微网格的 {low} 户，还差 {short} 户。",
            homes=problem.homes,
            low=low,
            short=problem.short,
        )
    return tr(
        "一共 {homes} 户：分 {fewer} 格多出 {over} 户，分 {more} 格又少 {short} 户，"
        "没有办法都在 {low} 至 {high} 户之间。下面是最接近的分法，可以用手再调。",
        homes=problem.homes,
        fewer=problem.grids,
        over=problem.over,
        more=problem.grids + 1,
        short=problem.short,
        low=low,
        high=high,
    )


def redraw_summary(*, moved: int, placed: int, made: int, closed: int) -> str:
    """What a drawing would change, in one line."""
    parts = []
    if moved:
        parts.append(tr("{count} 户换格", count=moved))
    if placed:
        parts.append(tr("{count} 户新编入", count=placed))
    if made:
        parts.append(tr("新设 {count} 格", count=made))
    if closed:
        parts.append(tr("撤并 {count} 格", count=closed))
    return "，".join(parts) if parts else tr("与现在一样，不用调整")


def since_words(latest: GridHandover) -> str:
    """Who has a micro-grid, and since when."""
    worker = latest.worker_name or tr("没有网格员")
    if latest.starts_on is None:
        return tr("{worker}（自何时起不详）", worker=worker)
    return tr("{worker}（{day} 起）", worker=worker, day=latest.starts_on.isoformat())


def handover_line(one: GridHandover) -> tuple[str, str]:
    """What happened and who wrote it down, for the history."""
    worker = one.worker_name or tr("没有人")
    if one.starts_on is None:
        text = tr("自何时起不详：{worker}", worker=worker)
    elif one.from_name:
        text = tr("{former} → {worker}", former=one.from_name, worker=worker)
    else:
        text = tr("交给{worker}", worker=worker)
    if one.note:
        text = tr("{text}。{note}", text=text, note=one.note)
    return text, tr("{name}登记", name=one.by_name) if one.by_name else ""


def handed_over_sentence(grid_name: str, worker_name: str) -> str:
    """After a hand-over; stands beside 撤销."""
    if not worker_name:
        return tr("{grid}现在没有网格员。", grid=grid_name)
    return tr("{grid}已交给{worker}。", grid=grid_name, worker=worker_name)
