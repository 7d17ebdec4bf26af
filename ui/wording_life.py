"""Words for the life of households: who is there, who left, and what happened on which day."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Protocol, TypeVar

from app.errors import ErrorCode
from app.households.filling import ResidentFields
from app.households.life_queries import HouseholdPageView, MovedTo, RosterEventRow
from app.households.life_rules import DayProblem, LifeProblem, MemberFacts, age_in_years
from app.households.queries import ResidentRow
from app.households.vocabulary import (
    CareLevel,
    LeftBehindKind,
    Past,
    ResidentStatus,
    RosterEventKind,
)
from app.search import SearchHit
from i18n.text import tr
from ui.wording_fields import roster_field, value_text
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


# --- the form of a step --------------------------------------------------------------------------


def age_label(one: MemberFacts, today: date) -> str:
    """A member in a list to choose from: 吴某甲（户主，66 岁）."""
    relation = one.relation.chinese_name if one.relation else ""
    age = age_in_years(one.birth_date, today) if one.birth_date else None
    years = tr("{age} 岁", age=age) if age is not None else ""
    aside = "，".join(filter(None, (relation, years)))
    return tr("{name}（{aside}）", name=one.name, aside=aside) if aside else one.name


def place_label(kind: RosterEventKind) -> str:
    """What the place of a step is."""
    words = {
        RosterEventKind.MOVED_IN: tr("从哪里迁来"),
        RosterEventKind.MOVED_OUT: tr("迁往哪里"),
        RosterEventKind.WENT_AWAY: tr("外出到哪里"),
    }
    return words.get(kind, tr("地点"))


def departure_words(
    page: HouseholdPageView,
    resident_ids: Collection[str],
    kind: RosterEventKind,
    *,
    village: str = "",
    is_everybody: bool = False,
) -> str:
    """What to think of before somebody goes: open cases, votes under way; empty for nothing.

    `village` is that of this county they move to, if it is known.
    """
    concerned = [
        one for one in page.cases if one.is_open and set(one.resident_ids) & set(resident_ids)
    ]
    said = [
        tr("{names}是“{title}”（{number}）的当事人，案件还没有办结，请告诉承办人。",
           names=one.names, title=one.title, number=one.number)
        for one in concerned
    ]  # fmt: skip
    if resident_ids:
        said += [
            tr("“{title}”正在表决，应到名册不变，这一户的票仍按名册收。", title=title)
            for title in page.open_votes
        ]
    if kind is RosterEventKind.MOVED_OUT:
        said.append(_within_the_county(village, is_everybody=is_everybody))
    return "\n".join(said)


def _within_the_county(village: str, *, is_everybody: bool) -> str:
    """Whose turn it is when somebody moves from one village of the county to another."""
    if not village:
        return tr(
            "整户搬到本县别的村的，请乡镇用“移交”把这一户转过去，资料一起走；"
            "只搬个别人的，对方村用“迁入”登记。"
        )
    if is_everybody:
        return tr(
            "登记后，乡镇或县里可以在户页按“移交给别村…”，把这一户的资料转到{village}。",
            village=village,
        )
    return tr("登记后，请{village}用“迁入”登记。", village=village)


def moved_to_words(moved: MovedTo) -> str:
    """Beside the button that hands a household over."""
    return tr(
        "{day} 登记迁往{village}，资料还在本村。", day=moved.on.isoformat(), village=moved.unit
    )


def step_saved(kind: RosterEventKind, names: str, *, household: str, is_last: bool) -> str:
    """What was done, beside 撤销."""
    words = {
        RosterEventKind.BORN: tr("已登记{names}出生。", names=names),
        RosterEventKind.DIED: tr("已登记{names}去世。", names=names),
        RosterEventKind.MOVED_IN: tr("已登记{names}迁入。", names=names),
        RosterEventKind.MOVED_OUT: tr("已登记{names}迁出。", names=names),
        RosterEventKind.WENT_AWAY: tr("已登记{names}外出。", names=names),
        RosterEventKind.CAME_HOME: tr("已登记{names}返乡。", names=names),
        RosterEventKind.HEAD_CHANGED: tr("户主已换成{names}。", names=names),
        RosterEventKind.HOUSEHOLD_SPLIT: tr("{names}已分出，单独立户。", names=names),
        RosterEventKind.HOUSEHOLD_MERGED: tr("已并入“{name}”户，原来的户已销。", name=household),
    }
    last = tr("家里没有人了，这一户已销户。") if is_last else ""
    return words[kind] + last


# --- what happened, line by line -----------------------------------------------------------------


def event_words(event: RosterEventRow) -> str:
    """One event of a household's history in a sentence."""
    kind, name, other = event.kind, event.name, event.other_household
    at = {
        RosterEventKind.MOVED_IN: tr("，从{place}迁来", place=event.place),
        RosterEventKind.MOVED_OUT: tr("，迁往{place}", place=event.place),
        RosterEventKind.WENT_AWAY: tr("，去{place}", place=event.place),
        RosterEventKind.CAME_HOME: tr("，从{place}回来", place=event.place),
    }.get(kind, "")
    if kind is RosterEventKind.HOUSEHOLD_SPLIT:
        words = (
            tr("{name}从“{other}”户分出，立为这一户", name=name, other=other)
            if event.is_arrival
            else tr("{name}分出，立为“{other}”户", name=name, other=other)
        )
    elif kind is RosterEventKind.HOUSEHOLD_MERGED:
        words = (
            tr("“{other}”户并入，来了{name}", other=other, name=name)
            if event.is_arrival
            else tr("{name}并入“{other}”户，这一户销户", name=name, other=other)
        )
    elif kind is RosterEventKind.HEAD_CHANGED:
        words = tr("户主换成{name}", name=name)
    else:
        words = tr("{name}{what}", name=name, what=name_of(kind)) + (at if event.place else "")
    return tr("{words}。{note}", words=words, note=event.note)


# --- a person ------------------------------------------------------------------------------------


def care_words(kind: LeftBehindKind | None, level: CareLevel | None) -> str:
    """Left behind and how much care, for a narrow column."""
    cared = tr("关注 {level}", level=level.chinese_name) if level else ""
    return " · ".join(filter(None, (kind.chinese_name if kind else "", cared)))


def suggestion_words(kind: LeftBehindKind) -> str:
    """Why somebody may count as left behind; a person decides."""
    words = {
        LeftBehindKind.CHILD: tr("父母有人外出满六个月，可能是留守儿童，请核实。"),
        LeftBehindKind.ELDER: tr("子女都外出满六个月，可能是留守老人，请核实。"),
        LeftBehindKind.WOMAN: tr("丈夫外出满六个月，可能是留守妇女，请核实。"),
    }
    return words[kind]


_SECTIONS = (
    ("former_name", "marital", "education", "political"),
    ("registration", "registered_place"),
    ("occupation", "workplace", "away_place"),
    ("left_behind", "care_level", "carer_name", "carer_relation", "carer_phone"),
    ("needs",),
    ("support",),
    ("note",),
)


def person_lines(one: ResidentRow, fields: ResidentFields) -> list[str]:
    """Everything known of a person, a line for each part; numbers stay masked."""
    born = one.birth_date.isoformat() if one.birth_date else ""
    group = one.ethnic_group.chinese_name if one.ethnic_group else ""
    left = tr("{day} {what}", day=one.left_on, what=name_of(one.status)) if one.left_on else ""
    first = (one.name, one.sex.chinese_name, born, group, left)
    lines = [" · ".join(word for word in first if word)]
    for keys in _SECTIONS:
        known = [
            tr("{field} {value}", field=roster_field(key), value=value)
            for key in keys
            if (value := value_text("resident", key, getattr(fields, key)))
        ]
        if known:
            lines.append(" · ".join(known))
    return lines


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


def hit_line(kind: str, hit: SearchHit) -> str:
    """The second line of a hit: what it is, and the words of its story where it was found there."""
    line = tr("{kind} · {line}", kind=kind, line=hit.subtitle)
    return tr("{line} · “{story}”", line=line, story=hit.story) if hit.story else line
