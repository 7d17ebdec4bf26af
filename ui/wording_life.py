"""Words for the life of households: who is there, who left, and what happened on which day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from app.errors import ErrorCode
from app.households.life_rules import DayProblem, LifeProblem
from app.households.vocabulary import Past, ResidentStatus, RosterEventKind
from i18n.text import tr
from ui.wording_rules import name_of

STATUS_TONES = {
    ResidentStatus.PRESENT: "ok",
    ResidentStatus.AWAY: "info",
    ResidentStatus.MOVED_OUT: "neutral",
    ResidentStatus.DECEASED: "neutral",
}
EVENT_TONES = {
    RosterEventKind.BORN: "ok",
    RosterEventKind.MOVED_IN: "ok",
    RosterEventKind.DIED: "neutral",
    RosterEventKind.MOVED_OUT: "neutral",
}
"""The others are under way: blue."""


def _day_wrong(*, problem: DayProblem, name: str = "", field: str = "") -> str:
    whose = tr("{name}的日期", name=name) if name else tr("日期")
    why = {
        DayProblem.MISSING: tr("还没有填日期。"),
        DayProblem.IN_FUTURE: tr("{whose}在今天以后。", whose=whose),
        DayProblem.BEFORE_BIRTH: tr("{whose}早于出生日期。", whose=whose),
        DayProblem.TOO_EARLY: tr("{whose}早于 1900 年。", whose=whose),
        DayProblem.AFTER_LEAVING: tr("{whose}早于上次迁出的日期。", whose=whose),
    }
    return tr("还没有保存，填好的内容都在。{why}请核对日期。", why=why[problem])


def _not_possible(
    *, problem: LifeProblem, name: str = "", status: ResidentStatus | None = None
) -> str:
    now = name_of(status) if status else ""
    why = {
        LifeProblem.NOBODY_CHOSEN: tr("还没有选人，请至少选一人。"),
        LifeProblem.EVERYBODY_CHOSEN: tr("全家都选上了，原来的户就没有人了。请留下至少一人。"),
        LifeProblem.NOT_POSSIBLE_NOW: tr(
            "{name}现在是“{now}”，这一步已经记过或者不合适。请看最新的名册。", name=name, now=now
        ),
        LifeProblem.HEAD_MISSING: tr("{name}是户主，请选好由谁接任户主。", name=name),
        LifeProblem.HEAD_NOT_A_MEMBER: tr("选的新户主已不在这一户。请重新选户主。"),
        LifeProblem.SAME_HEAD: tr("{name}本来就是户主。请选另一个人。", name=name),
        LifeProblem.SAME_HOUSEHOLD: tr("不能并到自己这一户。请选另一户。"),
        LifeProblem.OTHER_VILLAGE: tr("两户不在一个村，不能合并。换村请用“移交”。"),
        LifeProblem.HOUSEHOLD_DISSOLVED: tr("“{name}”户已销户。有人迁回时请用“迁入”。", name=name),
        LifeProblem.NOT_GONE: tr("{name}在册，不用恢复。", name=name),
    }
    return tr("没有保存，名册没有改动。{why}", why=why[problem])


LIFE_ERROR_SENTENCES: Mapping[ErrorCode, Callable[..., str]] = {
    ErrorCode.LIFE_DAY_WRONG: _day_wrong,
    ErrorCode.LIFE_STEP_NOT_POSSIBLE: _not_possible,
}


# --- marks beside what a search finds ------------------------------------------------------------


class _MarkedHit(Protocol):
    @property
    def subtitle(self) -> str: ...
    @property
    def past(self) -> Past | None: ...


Found = TypeVar("Found", bound=_MarkedHit)


def marked_hits(search: Callable[[str], Iterable[Found]], typed: str) -> list[Found]:
    """What a search finds; before the line of who died or moved away stands that word."""
    return [_marked(hit) for hit in search(typed)]


def _marked(hit: Found) -> Found:
    if hit.past is None:
        return hit
    words = " · ".join(filter(None, (name_of(hit.past), hit.subtitle)))
    row: Any = hit
    changed: Found = replace(row, subtitle=words)
    return changed
