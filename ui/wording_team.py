"""Words about the village's 1+X team: posts, terms, who is missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.grid_work.team_queries import Team, TeamContact, TeamRow, VillageTeamRow
from app.grid_work.team_rules import ENDS_SOON_DAYS, TermHint, TermState, last_day
from i18n.text import tr
from ui.wording_rules import name_of


def term_word(state: TermState) -> tuple[str, str]:
    """Where a term stands, and its colour kind."""
    words = {
        TermState.COMING: (tr("未到任"), "neutral"),
        TermState.CURRENT: (tr("在任"), "ok"),
        TermState.ENDING: (tr("快到期"), "warn"),
        TermState.ENDED: (tr("已届满"), "neutral"),
    }
    return words[state]


def post_words(row: TeamRow) -> str:
    """The post, and what the village itself calls it."""
    post = name_of(row.post)
    if row.is_the_one:
        post = tr("辅警（兼治保主任）")
    return tr("{post} · {name}", post=post, name=row.post_name) if row.post_name else post


def term_words(row: TeamRow) -> str:
    """From when to when."""
    first = row.starts_on.isoformat()
    if row.ends_on is None:
        return tr("{first} 起", first=first)
    return tr("{first} 至 {last}", first=first, last=row.ends_on.isoformat())


def gap_words(team: Team) -> str:
    """Who is missing or leaves soon; empty when nothing is to be said."""
    parts = []
    if not team.has_the_one:
        parts.append(tr("还没有指定辅警（1）。"))
    if team.ending:
        names = "、".join(one.name for one in team.ending)
        parts.append(tr("{days} 天内任期到的：{names}。", days=ENDS_SOON_DAYS, names=names))
    return "".join(parts)


def hint_words(hint: TermHint, starts_on: date | None) -> str:
    """What a law says of the length of the term; only a hint."""
    law = tr(
        "{law}（{version} 文本）{article}：任期 {years} 年",
        law=hint.law,
        version=hint.version.isoformat(),
        article=hint.article,
        years=hint.years,
    )
    if not hint.is_confirmed:
        law = tr("{law}（2026 年新文本条号待核）", law=law)
    if starts_on is None:
        return tr("{law}。", law=law)
    return tr("{law}，到 {last}。", law=law, last=last_day(starts_on, hint.years).isoformat())


def villages_words(rows: Sequence[VillageTeamRow]) -> str:
    """How many villages lack the 1."""
    lacking = sum(not row.leaders for row in rows)
    if not rows:
        return tr("没有可以查看的村。")
    if not lacking:
        return tr("{count} 个村都指定了辅警。", count=len(rows))
    return tr("{count} 个村里有 {lacking} 个还没有指定辅警。", count=len(rows), lacking=lacking)


# --- paper -----------------------------------------------------------------------------------


def team_columns() -> list[tuple[str, int]]:
    """Columns of the team on paper, with their width on a sheet."""
    return [
        (tr("岗位"), 24),
        (tr("姓名"), 12),
        (tr("电话"), 16),
        (tr("任期"), 28),
        (tr("状态"), 10),
        (tr("说明"), 30),
    ]


def team_cells(contact: TeamContact) -> list[str]:
    """One line of it."""
    row = contact.row
    return [
        post_words(row),
        row.name,
        contact.phone,
        term_words(row),
        term_word(row.state)[0],
        row.note,
    ]


def village_columns() -> list[tuple[str, int]]:
    """Columns of the list of villages."""
    return [(tr("村"), 26), (tr("辅警（1）"), 24), (tr("其他（X）"), 12), (tr("快到期"), 10)]


def village_cells(row: VillageTeamRow, name: str) -> list[str]:
    """One line of it."""
    leaders = "、".join(row.leaders) or tr("没有指定")
    return [name, leaders, str(row.others), str(row.ending)]
