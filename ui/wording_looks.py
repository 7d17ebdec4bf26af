"""Words about looks at personal data; collected by ``ui.wording``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from app.errors import ErrorCode
from app.looks.queries import LookerRow, LookRow
from i18n.text import tr
from ui.wording_rules import name_of
from ui.wording_sync import entity_word
from ui.wording_time import long_moment

LOOK_ERROR_SENTENCES: Final[Mapping[ErrorCode, Callable[..., str]]] = {
    ErrorCode.LOOK_SUBJECT_GONE: lambda: tr(
        "这条记录已经不在了，号码没有显示，也没有留下查看记录。请回到列表看看现在的情况。"
    ),
}


def looker_name(row: LookRow | LookerRow) -> str:
    """网格员 张某; somebody this laptop does not know by name is said to be so."""
    name = row.by_name if isinstance(row, LookRow) else row.name
    role = row.by_role if isinstance(row, LookRow) else row.role
    return " ".join(
        part for part in (name_of(role) if role else "", name or tr("（本机不认识）")) if part
    )


def look_subject(row: LookRow) -> str:
    """Whose data it was; what is gone says what kind of thing it was."""
    return row.subject or tr("{kind}（已不在本机）", kind=entity_word(row.subject_entity))


def look_columns() -> tuple[str, ...]:
    """The columns of the list, on the screen, on paper and in Excel."""
    return (
        tr("时间"),
        tr("谁看的"),
        tr("看了什么"),
        tr("看了谁的"),
        tr("人数"),
        tr("单位"),
        tr("事由"),
    )


def look_cells(row: LookRow) -> tuple[str, ...]:
    """One line, in the order of the columns."""
    return (
        long_moment(row.happened_at),
        looker_name(row),
        name_of(row.looked_at),
        look_subject(row),
        str(row.people),
        row.place,
        row.reason,
    )


def lookers_line(rows: Sequence[LookerRow], *, shown: int) -> str:
    """Under the list: how many, and who most; what the page does not show is counted."""
    if not rows:
        return ""
    looks = sum(row.looks for row in rows)
    most = "、".join(
        tr("{name} {looks} 次", name=looker_name(row), looks=row.looks) for row in rows[:3]
    )
    line = tr(
        "共 {looks} 次，{people} 个人看过。最多的：{most}。",
        looks=looks,
        people=len(rows),
        most=most,
    )
    if shown < looks:
        return tr("{line}这里列出最近的 {shown} 次。", line=line, shown=shown)
    return line


def looks_title(title: str) -> str:
    """Of one record."""
    return tr("谁看过“{title}”", title=title) if title else tr("谁看过")


def looks_exported(file: str) -> str:
    """After the export."""
    return tr("已导出：{file}", file=file)
