"""Words for duty and patrols: times, weekdays, overlaps and gaps, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from app.duty.queries import DutyNow, DutyWeek, PatrolRow, ShiftRow
from app.duty.rules import DailyGap, DutyProblem, Overlap
from app.errors import ErrorCode
from i18n.text import tr
from ui.wording_fields import field_word

Sentence = Callable[..., str]
_DAYS_OF_WEEK = 7


def weekday_word(day: date) -> str:
    """周一."""
    return (tr("周一"), tr("周二"), tr("周三"), tr("周四"), tr("周五"), tr("周六"), tr("周日"))[
        day.weekday()
    ]


def day_line(day: date) -> str:
    """周一 11-23."""
    return f"{weekday_word(day)} {day:%m-%d}"


def hours_words(starts_at: str, ends_at: str, *, is_over_midnight: bool) -> str:
    """20:00–次日 06:00."""
    if is_over_midnight:
        return tr("{start}–次日 {end}", start=starts_at, end=ends_at)
    return tr("{start}–{end}", start=starts_at, end=ends_at)


def shift_hours(row: ShiftRow) -> str:
    """The hours of a shift."""
    return hours_words(row.starts_at, row.ends_at, is_over_midnight=row.is_over_midnight)


def week_title(monday: date) -> str:
    """值班表（2026年11月23日至11月29日）."""
    sunday = monday + timedelta(days=_DAYS_OF_WEEK - 1)
    return tr(
        "值班表（{year}年{month}月{day}日至{to_month}月{to_day}日）",
        year=monday.year,
        month=monday.month,
        day=monday.day,
        to_month=sunday.month,
        to_day=sunday.day,
    )


# --- what is odd about a week --------------------------------------------------------------------


def gap_words(gap: DailyGap) -> str:
    """每天 06:00–20:00; 周三 全天."""
    if len(gap.days) == _DAYS_OF_WEEK:
        days = tr("每天")
    else:
        days = tr("、").join(weekday_word(day) for day in gap.days)
    if gap.is_whole_day:
        return tr("{days}全天", days=days)
    ends_at = "24:00" if gap.ends_at == "00:00" else gap.ends_at
    return tr("{days} {start}–{end}", days=days, start=gap.starts_at, end=ends_at)


def gaps_sentence(found: Sequence[DailyGap]) -> str:
    """Empty when somebody is always on, and for a week without a plan."""
    if not found:
        return ""
    return tr("没有人值班的时间：{gaps}。", gaps=tr("；").join(map(gap_words, found)))


def overlaps_sentence(week: DutyWeek) -> str:
    """Only one person at two places is a slip; two together are often meant."""
    twice = [one for one in week.overlaps if one.is_same_person]
    if not twice:
        return ""
    names = {row.shift_id: row.name for row in week.shifts}
    places = [
        tr(
            "{name} {day} {start}–{end}",
            name=names.get(one.first_id) or names.get(one.second_id, ""),
            day=weekday_word(one.start.date()),
            start=f"{one.start:%H:%M}",
            end=f"{one.end:%H:%M}",
        )
        for one in twice
    ]
    return tr("同一个人的班次重叠：{places}。请核对。", places=tr("；").join(places))


def overlap_words(row: ShiftRow, found: Iterable[Overlap], names: Mapping[str, str]) -> str:
    """The small word of a shift: 与李某同班, 本人重叠; empty for one alone."""
    mine = [one for one in found if row.shift_id in (one.first_id, one.second_id)]
    if not mine:
        return ""
    if any(one.is_same_person for one in mine):
        return tr("本人重叠")
    others = [one.second_id if one.first_id == row.shift_id else one.first_id for one in mine]
    known = [names[other] for other in others if other in names]
    return tr("与{names}同班", names=tr("、").join(known)) if known else tr("有人同班")


# --- now -----------------------------------------------------------------------------------------


def now_words(found: DutyNow) -> str:
    """The names of those on duty, large; a word when nobody is."""
    if not found.on:
        return tr("现在没有人值班")
    return tr("值班：{names}", names=tr("、").join(row.name for row in found.on))


def now_line(found: DutyNow, today: date) -> str:
    """Until when, how to call them, and who comes next."""
    parts = [_until(row, today) for row in found.on]
    if found.following is not None:
        following = found.following
        parts.append(
            tr(
                "下一班：{day} {start} {name}",
                day=day_line(following.on_date),
                start=following.starts_at,
                name=following.name,
            )
        )
    elif not found.on:
        parts.append(tr("这一周还没有排班。"))
    return tr("；").join(parts)


def _until(row: ShiftRow, today: date) -> str:
    end = moment_words(row.end, today)
    if not row.phone:
        return tr("值到{end}", end=end)
    return tr("值到{end}，电话 {phone}", end=end, phone=row.phone)


def moment_words(end: datetime, today: date) -> str:
    """今天 06:00, or 明天 06:00: as it is said at the moment, whenever the shift began."""
    if end.date() > today:
        return tr("明天 {time}", time=f"{end:%H:%M}")
    return tr("今天 {time}", time=f"{end:%H:%M}")


# --- rounds --------------------------------------------------------------------------------------


def patrol_hours(row: PatrolRow) -> str:
    """20:10–22:00; 20:10 起 while it is under way."""
    if not row.ends_at:
        return tr("{start} 起，巡逻中", start=row.starts_at)
    is_late = row.ends_at <= row.starts_at
    return hours_words(row.starts_at, row.ends_at, is_over_midnight=is_late)


def findings_words(row: PatrolRow) -> str:
    """隐患 1，警情 2; empty when nothing was recorded from it."""
    parts = []
    if row.hazards:
        parts.append(tr("隐患 {count}", count=row.hazards))
    if row.incidents:
        parts.append(tr("警情 {count}", count=row.incidents))
    return tr("，").join(parts)


def under_way_line(row: PatrolRow) -> str:
    """巡逻中：… ."""
    return tr(
        "巡逻中：{members}，{route}，{start} 出发",
        members=row.members,
        route=row.route,
        start=row.starts_at,
    )


# --- after a step --------------------------------------------------------------------------------


def shift_removed(row: ShiftRow) -> str:
    """Beside 撤销."""
    return tr("已删去 {day} {name}的班次。", day=day_line(row.on_date), name=row.name)


def round_removed(row: PatrolRow) -> str:
    """Beside 撤销."""
    return tr("已删去 {day} {start} 的巡逻。", day=day_line(row.on_date), start=row.starts_at)


def copied_sentence(count: int) -> str:
    """Beside 撤销."""
    return tr("已照上一周排好 {count} 个班次。", count=count)


# --- errors --------------------------------------------------------------------------------------


def _field_wrong(*, field: str, problem: DutyProblem, limit: int) -> str:
    name = field_word("patrol" if field in ("route", "members", "found") else "duty_shift", field)
    sentences: Mapping[DutyProblem, Callable[[], str]] = {
        DutyProblem.DATE_MISSING: lambda: tr(
            "还没有填日期，没有保存。填好的内容都在，请写成 2026-11-23 这样。"
        ),
        DutyProblem.DATE_OUT_OF_RANGE: lambda: tr(
            "日期离现在太远，像是年份写错了，没有保存。填好的内容都在，请核对。"
        ),
        DutyProblem.DATE_IN_FUTURE: lambda: tr(
            "巡逻日期在今天之后，没有保存。填好的内容都在，请核对。"
        ),
        DutyProblem.TIME_MALFORMED: lambda: tr(
            "“{name}”不是钟点，没有保存。填好的内容都在，请写成 20:00 这样。", name=name
        ),
        DutyProblem.NAME_MISSING: lambda: tr("还没有写谁值班，没有保存。填好的内容都在，请补上。"),
        DutyProblem.ROUTE_MISSING: lambda: tr(
            "还没有写路线，没有保存。填好的内容都在，请写走了哪里，或选一条以前的路线。"
        ),
        DutyProblem.MEMBERS_MISSING: lambda: tr(
            "还没有写谁参加，没有保存。填好的内容都在，请补上。"
        ),
        DutyProblem.TEXT_TOO_LONG: lambda: tr(
            "“{name}”最多 {limit} 个字，没有保存。填好的内容都在，请改短。", name=name, limit=limit
        ),
    }
    return sentences[problem]()


DUTY_ERROR_SENTENCES: Mapping[ErrorCode, Sentence] = {
    ErrorCode.DUTY_FIELD_WRONG: _field_wrong,
    ErrorCode.DUTY_GONE: lambda: tr(
        "这一条在您打开以后已被别处删去，没有保存。请返回列表看最新的。"
    ),
    ErrorCode.DUTY_NOTHING_TO_COPY: lambda: tr(
        "上一周没有班次，或都已经排在这一周了，没有改动。请直接排班。"
    ),
    ErrorCode.PATROL_HAS_FINDINGS: lambda *, count: tr(
        "这次巡逻登记了 {count} 条隐患或警情，没有删去。请先改那些记录，或把这次巡逻改正。",
        count=count,
    ),
}
