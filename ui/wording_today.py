"""Words of the page 今日: what a line is about and why it stands there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from app.cases.vocabulary import Urgency
from app.duty.queries import ShiftRow
from app.grid_work.plan import VisitDue
from app.grid_work.rows import HazardRow, ServiceRow
from app.grid_work.vocabulary import HazardLevel
from app.households.vocabulary import MicroGridSize, RosterEventKind
from app.incidents.queries import IncidentRow, UnreportedRisk
from app.outbox_rows import OutboxRow
from app.today.rows import (
    CaseTodo,
    GridTodo,
    MoreVisits,
    PersonTodo,
    TodayFigures,
    Todo,
    VillageTodo,
)
from app.today.rules import TodoKind
from app.votes.views import MotionRow
from i18n.text import tr
from ui.wording_cases import URGENCY_TONES, secret_mark
from ui.wording_clocks import beside_words, limit_word
from ui.wording_duty import day_line, shift_hours
from ui.wording_grid_work import due_reason_text, due_text, household_words, limit_text, month_day
from ui.wording_households import size_sentence
from ui.wording_incidents import STATE_TONES as INCIDENT_TONES
from ui.wording_incidents import people_text
from ui.wording_rules import name_of
from ui.wording_sync import entity_word, op_state_word
from ui.wording_time import short_moment, village_day


def kind_word(kind: TodoKind) -> str:
    """What kind of thing a line is about."""
    return {
        TodoKind.RISK: tr("报公安"),
        TodoKind.RECORD: tr("未采纳"),
        TodoKind.INCIDENT: tr("警情"),
        TodoKind.HAZARD: tr("隐患"),
        TodoKind.CASE: tr("案件"),
        TodoKind.DUTY: tr("值班"),
        TodoKind.VISIT: tr("走访"),
        TodoKind.SERVICE: tr("微服务"),
        TodoKind.MOTION: tr("表决"),
        TodoKind.VILLAGE: tr("警情偏多"),
        TodoKind.CAME_HOME: tr("来人"),
        TodoKind.BIRTHDAY: tr("生日"),
        TodoKind.MICRO_GRID: tr("网格"),
    }[kind]


def todo_pill(todo: Todo) -> tuple[str, str]:
    """What kind of thing it is, and its colour."""
    what = todo.what
    if isinstance(what, OutboxRow):
        return op_state_word(what.state)
    if isinstance(what, CaseTodo):
        late = "danger" if todo.days_late else None
        return kind_word(todo.kind), late or URGENCY_TONES[what.urgency] or "neutral"
    if isinstance(what, HazardRow):
        return kind_word(todo.kind), "danger" if todo.days_late else _LEVEL_TONES[what.level]
    if todo.kind is TodoKind.RISK or todo.days_late:
        return kind_word(todo.kind), "danger"
    return kind_word(todo.kind), _PILL_TONES.get(todo.kind, "neutral")


_LEVEL_TONES = {
    HazardLevel.HIGH: "warn",
    HazardLevel.MEDIUM: "warn",
    HazardLevel.LOW: "neutral",
}
_PILL_TONES = {
    TodoKind.INCIDENT: "warn",
    TodoKind.VILLAGE: "warn",
    TodoKind.MOTION: "info",
    TodoKind.SERVICE: "info",
    TodoKind.DUTY: "info",
    TodoKind.CAME_HOME: "ok",
    TodoKind.BIRTHDAY: "ok",
}


def todo_title(todo: Todo) -> str:
    """The line itself, with the village before it for who sees several."""
    title = _title(todo)
    if not todo.village or isinstance(todo.what, VillageTodo):
        return title
    return tr("{village} · {title}", village=todo.village, title=title)


def todo_mark(todo: Todo) -> str:
    """That the case is confidential."""
    what = todo.what
    return secret_mark(isinstance(what, CaseTodo | UnreportedRisk) and what.is_confidential)


def _title(todo: Todo) -> str:
    what = todo.what
    if isinstance(what, CaseTodo | UnreportedRisk):
        return _case_title(what)
    if isinstance(what, MotionRow):
        return tr("第 {number} 号 {title}", number=what.number, title=what.title)
    if isinstance(what, OutboxRow):
        return f"{entity_word(what.entity)} {what.title}".strip()
    if isinstance(what, GridTodo | VillageTodo):
        return what.name
    return _desk_title(what)


def _desk_title(
    what: VisitDue | ServiceRow | HazardRow | IncidentRow | ShiftRow | PersonTodo | MoreVisits,
) -> str:
    if isinstance(what, MoreVisits):
        return tr("本周计划里另有 {count} 户", count=what.count)
    if isinstance(what, VisitDue):
        home = household_words(what.number, what.head_name)
        return " · ".join(part for part in (home, what.micro_grid_name) if part)
    if isinstance(what, ServiceRow):
        return tr("{asker}：{text}", asker=what.asker_name, text=what.text)
    if isinstance(what, HazardRow):
        return tr("{kind} · {place}", kind=name_of(what.kind), place=what.place)
    if isinstance(what, IncidentRow):
        return _case_title(what)
    if isinstance(what, ShiftRow):
        return tr("{name} {hours}", name=what.name, hours=shift_hours(what))
    return _person_title(what)


def _person_title(one: PersonTodo) -> str:
    if one.turning is not None:
        return tr("{name} 满 {age} 岁", name=one.name, age=one.turning.age)
    return tr("{name} {what}", name=one.name, what=_event_word(one))


def _event_word(one: PersonTodo) -> str:
    words = {
        RosterEventKind.CAME_HOME: tr("回到村里"),
        RosterEventKind.MOVED_IN: tr("迁入"),
        RosterEventKind.BORN: tr("出生"),
    }
    return words.get(one.event or RosterEventKind.CAME_HOME, "")


def todo_reason(todo: Todo, today: date) -> tuple[str, str | None]:
    """Why it is to be done, at the right end of the line, and its colour."""
    what = todo.what
    if isinstance(what, CaseTodo):
        if what.due_on is not None:
            return case_limit(what, today), _limit_tone(what, today)
        return case_age(what), URGENCY_TONES[what.urgency]
    if isinstance(what, MotionRow):
        return motion_missing(what)
    if isinstance(what, OutboxRow):
        return tr("看看原因"), op_state_word(what.state)[1]
    if isinstance(what, GridTodo):
        return size_sentence(what.finding, what.household_count), "warn"
    if isinstance(what, UnreportedRisk):
        return _since(what.found_at, today), "danger"
    return _desk_reason(todo, today)


def _desk_reason(todo: Todo, today: date) -> tuple[str, str | None]:
    what, late = todo.what, "danger" if todo.days_late else None
    if isinstance(what, MoreVisits):
        return tr("看本周计划"), None
    if isinstance(what, VisitDue):
        if what.days_since is None and not what.days_late:
            return due_reason_text(what), None
        return due_text(what), late
    if isinstance(what, ServiceRow):
        asked = tr("{day} 提的", day=month_day(what.asked_on))
        return limit_text(what.due_on, todo.days_late) or asked, late
    if isinstance(what, HazardRow):
        level = tr("{level}级", level=what.level.chinese_name)
        limit = limit_text(what.due_on, todo.days_late)
        return tr("{level} · {limit}", level=level, limit=limit), late or _soon(what, today)
    if isinstance(what, IncidentRow):
        return name_of(what.state), INCIDENT_TONES[what.state]
    if isinstance(what, VillageTodo):
        return (
            tr("本月 {now} 起，以往每月约 {mean} 起", now=what.now, mean=f"{what.mean:.1f}"),
            "warn",
        )
    if isinstance(what, ShiftRow):
        return day_line(what.on_date), "info"
    if isinstance(what, PersonTodo):
        return (tr("今天") if what.day == today else day_line(what.day)), "ok"
    return "", None


def _soon(hazard: HazardRow, today: date) -> str | None:
    return "warn" if (hazard.due_on - today).days <= 1 else None


def _since(found_at: datetime, today: date) -> str:
    """Art. 25 of the People's Mediation Law says 及时, at once; no number of hours is named."""
    days = (today - village_day(found_at)).days
    if days <= 0:
        return tr("还没有报公安")
    return tr("{days} 天没有报公安", days=days)


def todo_story(todo: Todo) -> tuple[str, str]:
    """Beside the list, of what needs no more than its line: a small line and a text."""
    what = todo.what
    if isinstance(what, CaseTodo):
        return other_limit(what), ""
    if isinstance(what, VisitDue):
        place = (what.micro_grid_name, what.worker_name, what.address)
        return " · ".join(part for part in place if part), due_reason_text(what)
    if isinstance(what, ServiceRow):
        home = household_words(what.number, what.head_name)
        words = (name_of(what.kind), home, what.asker_phone, _asked(what))
        return " · ".join(part for part in words if part), what.text
    if isinstance(what, HazardRow):
        about = (
            tr("{level}级", level=what.level.chinese_name),
            household_words(what.number, what.head_name),
            tr("{day} 发现", day=month_day(what.found_on)),
            tr("采取措施 {count} 次", count=what.measures) if what.measures else "",
            what.last_measure,
        )
        return " · ".join(part for part in about if part), what.text
    if isinstance(what, IncidentRow):
        words = (what.number, short_moment(what.happened_at), what.place, people_text(what.people))
        return " · ".join(part for part in words if part), ""
    return _quiet_story(what)


def _quiet_story(what: object) -> tuple[str, str]:
    if isinstance(what, PersonTodo):
        home = household_words(what.number, what.head_name)
        words = (home, what.micro_grid_name, what.place)
        return " · ".join(part for part in words if part), ""
    if isinstance(what, VillageTodo):
        return tr("上年同月 {count} 起", count=what.year_before), tr(
            "按这个村自己以往各月的数比较，明显偏多。点“打开”看统计里的数。"
        )
    if isinstance(what, ShiftRow):
        return day_line(what.on_date), what.note
    if isinstance(what, MoreVisits):
        return tr("按关注程度和距上次的时间排"), ""
    return "", ""


def _asked(service: ServiceRow) -> str:
    return tr("{day} 提的", day=month_day(service.asked_on))


def left_over(kinds: Iterable[TodoKind]) -> str:
    """What did not fit on the page: 走访 5、微服务 3."""
    counts: dict[TodoKind, int] = {}
    for kind in kinds:
        counts[kind] = counts.get(kind, 0) + 1
    return "、".join(
        tr("{kind} {count}", kind=kind_word(kind), count=count) for kind, count in counts.items()
    )


def _case_title(case: CaseTodo | UnreportedRisk | IncidentRow) -> str:
    who = people_text(case.people) if isinstance(case, IncidentRow) else case.parties
    return tr("{title}（{parties}）", title=case.title, parties=who) if who else case.title


def case_age(case: CaseTodo) -> str:
    """State and age, 急 before them where it is."""
    state = tr("已申请移交") if case.is_asked_for else name_of(case.state)
    if case.urgency is Urgency.HIGH:
        if case.days_open == 0:
            return tr("急 · {state} · 今天登记", state=state)
        return tr("急 · {state} · 登记 {days} 天", state=state, days=case.days_open)
    if case.days_open == 0:
        return tr("{state} · 今天登记", state=state)
    return tr("{state} · 登记 {days} 天", state=state, days=case.days_open)


def case_limit(case: CaseTodo, today: date) -> str:
    """Which limit ends, and how late it is or how long there is still."""
    limit = limit_word(case.limits[0].limit)
    late, left = case.days_late(today), ((case.due_on or today) - today).days
    if late:
        return tr("{limit} · 超期 {days} 天", limit=limit, days=late)
    if left == 0:
        return tr("{limit} · 今天到期", limit=limit)
    return tr("{limit} · 还剩 {days} 天", limit=limit, days=left)


def other_limit(case: CaseTodo) -> str:
    """Another last day it has, named; empty for none."""
    if len(case.limits) < 2:
        return ""
    other = case.limits[1]
    return beside_words(limit_word(other.limit), other.due_on)


_SOON_DAYS = 3


def _limit_tone(case: CaseTodo, today: date) -> str | None:
    """Red when late, for ever; amber in the last days."""
    if case.days_late(today):
        return "danger"
    is_soon = case.due_on is not None and (case.due_on - today).days <= _SOON_DAYS
    return "warn" if is_soon else None


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
    if count == 0 and not figures.late_cases:
        return "0", tr("没有在办的案件"), "neutral"
    if figures.late_cases:
        late = tr("超期 {count} 件", count=figures.late_cases)
        soon = tr("快到期 {count} 件", count=figures.due_cases) if figures.due_cases else ""
        return str(count), " · ".join(part for part in (late, soon) if part), "danger"
    if figures.due_cases:
        return str(count), tr("快到期 {count} 件", count=figures.due_cases), "warn"
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


def visits_card(figures: TodayFigures) -> tuple[str, str, str]:
    """Number, line and colour of 本周走访."""
    count = figures.visits or 0
    services = tr("微服务 {count} 件待办", count=figures.services) if figures.services else ""
    if count == 0:
        return "0", services or tr("本周的都走访过了"), "ok"
    late = tr("超期 {count} 户", count=figures.visits_late) if figures.visits_late else ""
    line = " · ".join(part for part in (late, services) if part)
    return str(count), line or tr("还要走访的户"), "danger" if late else "info"


def incidents_card(figures: TodayFigures) -> tuple[str, str, str]:
    """Number, line and colour of 警情; above the villages the disputes to report are counted."""
    risks = figures.risks
    if figures.incidents is None:
        return (
            str(risks),
            tr("可能涉治安、刑事，公安还不知道") if risks else tr("没有漏报的"),
            "danger" if risks else "ok",
        )
    if risks:
        return str(figures.incidents), tr("有 {count} 件纠纷要报公安", count=risks), "danger"
    if figures.incidents:
        return str(figures.incidents), tr("还没有办结"), "info"
    return "0", tr("没有未办结的"), "neutral"


def hazards_card(figures: TodayFigures) -> tuple[str, str, str]:
    """Number, line and colour of 隐患."""
    count = figures.hazards or 0
    if figures.hazards_late:
        return str(count), tr("超期 {count} 处", count=figures.hazards_late), "danger"
    if count:
        return str(count), tr("七天内到期"), "warn"
    return "0", tr("没有快到期的"), "ok"


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
