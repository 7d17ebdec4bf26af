"""Words and sentences about conflicts: what collided, between whom, and what can be chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from app.conflicts.views import (
    Candidate,
    ConflictCard,
    ConflictRow,
    HouseholdSide,
    SettlementView,
)
from app.conflicts.vocabulary import ConflictKind
from app.conflicts.weekly import MergeKind, MergeLine, WeekOfMerges
from app.errors import ErrorCode
from app.households.rules import DoubleReason
from app.search import SearchHit
from app.votes.views import BallotView
from i18n.text import tr
from ui.wording_fields import field_word, value_text
from ui.wording_rules import name_of
from ui.wording_sync import entity_word
from ui.wording_time import short_moment, village_day

_MOST_SHOWN = 120


def kind_word(kind: ConflictKind) -> tuple[str, str]:
    """What kind of conflict, as a small word, and its colour kind."""
    return name_of(kind), "warn"


def record_words(row: ConflictRow) -> str:
    """The record it is about."""
    return row.title or entity_word(row.subject_entity)


def part_words(row: ConflictRow) -> str:
    """Which of its fields, or what happened to the whole of it."""
    if row.kind is not ConflictKind.FIELD:
        return kind_word(row.kind)[0]
    return field_word(row.subject_entity, row.field_name)


def row_title(row: ConflictRow) -> str:
    """The record, and which of its fields."""
    return tr("{title} · {field}", title=record_words(row), field=part_words(row))


def card_title(row: ConflictRow) -> str:
    """Over the card, where a small word beside it says already what happened to a whole record."""
    return row_title(row) if row.kind is ConflictKind.FIELD else record_words(row)


def open_words(card: ConflictCard) -> str:
    """The way to what it is about."""
    if card.motion_id:
        return tr("打开这次表决")
    if card.row.kind is ConflictKind.HOUSEHOLD_DOUBLE:
        return tr("打开 {title}", title=record_words(card.row))
    return tr("打开这条记录")


def who_words(names: Sequence[str]) -> str:
    """张某、李某; whoever is not known here is of another unit."""
    return tr("、").join(name or tr("别的单位的人") for name in names)


def age_words(found_at: datetime, now: datetime) -> str:
    """今天, 3 天."""
    days = (village_day(now) - village_day(found_at)).days
    return tr("今天") if days < 1 else tr("{days} 天", days=days)


def candidate_lines(
    row: ConflictRow, candidate: Candidate, *, sees_numbers: bool
) -> tuple[tuple[str, str], ...]:
    """Pairs of field and value; a single field comes without its name."""
    is_one = len(candidate.values) == 1
    return tuple(
        (
            "" if is_one else field_word(row.subject_entity, name),
            candidate.labels.get(name)
            or value_words(row.subject_entity, name, value, sees_numbers=sees_numbers),
        )
        for name, value in sorted(candidate.values.items(), key=_number_first)
    )


def _number_first(item: tuple[str, Any]) -> tuple[bool, str]:
    return (item[0] != "identity_number", item[0])


def value_words(entity: str, field: str, value: Any, *, sees_numbers: bool) -> str:
    """A stored value as a person reads it; one that is not there says so."""
    return value_text(entity, field, value, sees_numbers=sees_numbers) or tr("（空）")


def side_word(candidate: Candidate, *, others: Sequence[Candidate] = ()) -> str:
    """Whose value it is: 起初, 本机, 对方. Where none of several was written here: 张某写的."""
    if candidate.is_base:
        return tr("起初")
    if candidate.is_here:
        return tr("本机")
    if others and not any(one.is_here for one in others):
        return tr("{name}写的", name=who_words([candidate.by_name]))
    return tr("对方")


def side_line(by_name: str, at: datetime | None) -> str:
    """Who wrote it and when."""
    if at is None:
        return tr("两边改动以前")
    return tr("{name} {moment}", name=by_name or tr("别的单位的人"), moment=short_moment(at))


def question(card: ConflictCard) -> str:
    """What the person is asked, in one or two sentences."""
    row = card.row
    if not row.may_settle:
        return tr("由{place}的人来定，这里只看。", place=row.place or tr("所在单位"))
    if row.kind is ConflictKind.FIELD:
        return tr("同一项在不同电脑上改成了不一样的。两边写的都留着，请定下用哪个。")
    if row.kind is ConflictKind.DELETE:
        return tr("一边删了这条，另一边还在改，所以先留着。请定下留还是删。")
    if row.kind is ConflictKind.BALLOT_DOUBLE:
        return tr(
            "“{title}”这一户有两张票，哪张都还没有算。请问清楚后留一张，另一张会收回，仍看得见。",
            title=card.motion_title,
        )
    if row.kind is ConflictKind.HOUSEHOLD_DOUBLE:
        return tr(
            "这两户可能是同一户：{reasons}。请看清楚再定。", reasons=reasons_words(card.reasons)
        )
    return tr("一边办结了这件事，另一边同时转给了别的单位。两件事都记下了，请定下以哪个为准。")


def reasons_words(reasons: Sequence[str]) -> str:
    """Why two records may be one household."""
    words = {
        DoubleReason.SAME_NUMBER.value: tr("户号一样"),
        DoubleReason.SAME_HEAD_IDENTITY.value: tr("户主的身份证号码一样"),
        DoubleReason.SAME_MEMBER_IDENTITY.value: tr("有成员的身份证号码一样"),
    }
    return tr("、").join(words.get(reason, reason) for reason in reasons)


def settlement_line(one: SettlementView) -> str:
    """One line of what was decided before."""
    who = side_line(one.by_name, one.settled_at)
    if one.counts:
        return tr("{who}：{choice}", who=who, choice=name_of(one.choice))
    return tr("{who}：{choice}（别人先定了，没有生效）", who=who, choice=name_of(one.choice))


def ballot_heading(ballot: BallotView) -> str:
    """赞成（签字）."""
    return tr("{choice}（{method}）", choice=name_of(ballot.choice), method=name_of(ballot.method))


def kept_ballot_reason(kept: BallotView) -> str:
    """The reason a doubled ballot is withdrawn with."""
    return tr(
        "一户两票，留下 {who} 收的这张：{choice}",
        who=side_line(kept.by_name, kept.taken_at),
        choice=name_of(kept.choice),
    )


def kept_ballot_warning(kept: BallotView) -> str:
    """Before the other ballots are withdrawn."""
    return tr(
        "留下“{ballot}”，这一户另外的票收回，不能撤销。收回的仍看得见。",
        ballot=ballot_heading(kept),
    )


def merge_warning(keep: HouseholdSide, gone: HouseholdSide) -> str:
    """Before two households become one."""
    return tr(
        "“{gone}”并入“{keep}”，不能撤销。人都并到一起，空着的项用另一户的补上。",
        gone=f"{gone.number} {gone.head_name}",
        keep=f"{keep.number} {keep.head_name}",
    )


def settled_sentence(row: ConflictRow) -> str:
    """After a key, beside 撤销."""
    return tr("“{title}”已经定下。", title=row_title(row))


def conflicts_hit(typed: str, count: int) -> SearchHit | None:
    """The page of conflicts among what Ctrl+K finds: by its word, its pinyin or initials."""
    words = (tr("冲突"), "chongtu", "ct")
    plain = typed.strip().lower()
    if not plain or not any(word.startswith(plain) for word in words):
        return None
    line = tr("{count} 处等人来定", count=count) if count else tr("现在没有")
    return SearchHit("conflict", "", tr("冲突"), line)


def left_words(count: int) -> str:
    """How many are left."""
    return tr("还有 {count} 处", count=count)


def merge_kind_word(kind: MergeKind) -> tuple[str, str]:
    """How it was put together, as a small word, and its colour kind."""
    words = {
        MergeKind.BESIDE: (tr("各改一项"), "ok"),
        MergeKind.PROVISIONAL: (tr("暂用后到的"), "warn"),
        MergeKind.SETTLED: (tr("已有人定"), "ok"),
    }
    return words[kind]


def week_title(week: WeekOfMerges) -> str:
    """每周合并清单 2026年11月23日 至 11月29日."""
    return tr(
        "每周合并清单（{year}年{month}月{day}日至{to_month}月{to_day}日）",
        year=week.monday.year,
        month=week.monday.month,
        day=week.monday.day,
        to_month=week.sunday.month,
        to_day=week.sunday.day,
    )


def week_headers() -> tuple[str, ...]:
    """The columns of the list, on screen, on paper and in Excel."""
    return (
        tr("村"),
        tr("什么"),
        tr("哪一项"),
        tr("现在用的"),
        tr("没有用的"),
        tr("谁写的"),
        tr("怎么并的"),
        tr("时间"),
    )


def week_row(line: MergeLine) -> tuple[str, ...]:
    """One line of the list, in the order of the columns; numbers masked: nobody asked."""
    has_lost = line.kind is not MergeKind.BESIDE
    values = [
        value_words(line.entity, line.field_name, value, sees_numbers=False)
        for value in (line.value, line.lost)
    ]
    who = [line.by_name, *((line.lost_by_name,) if has_lost else ())]
    return (
        line.place,
        line.title or entity_word(line.entity),
        field_word(line.entity, line.field_name),
        values[0],
        values[1] if has_lost else "",
        who_words(list(dict.fromkeys(who))),
        merge_kind_word(line.kind)[0],
        short_moment(line.at),
    )


def week_whole(line: MergeLine) -> str:
    """A line in full, as far as there is room: under the list."""
    place, title, part, value, lost, who, _how, at = (
        cell if len(cell) <= _MOST_SHOWN else cell[:_MOST_SHOWN] + "…" for cell in week_row(line)
    )
    head = tr("{place} · {title} · {part} · {at}", place=place, title=title, part=part, at=at)
    if not lost:
        return tr("{head}\n现在用的：{value}（{who}）", head=head, value=value, who=who)
    return tr(
        "{head}\n现在用的：{value}\n没有用的：{lost}（{who}）",
        head=head,
        value=value,
        lost=lost,
        who=who,
    )


def week_empty(week: WeekOfMerges) -> str:
    """Nothing to check."""
    return tr("{title}：没有自动合并的。", title=week_title(week))


def week_written(file: str) -> str:
    """After the export."""
    return tr("已导出：{file}", file=file)


CONFLICT_ERROR_SENTENCES: Mapping[ErrorCode, Callable[..., str]] = {
    ErrorCode.CONFLICT_RECORD_GONE: lambda: tr(
        "这条记录已经不在了，没有可定的。两边写过的内容县里都留着。请看列表里的下一处。"
    ),
    ErrorCode.CONFLICT_SETTLED_BEFORE: lambda: tr(
        "这处冲突刚才已经有人定了，您这次没有改动任何内容。请看最新的列表。"
    ),
    ErrorCode.CONFLICT_VALUE_MISSING: lambda: tr(
        "这一项不能空着，还没有改动。请填上，或从上面选一个。"
    ),
    ErrorCode.CONFLICT_VALUE_TOO_LONG: lambda *, limit, length: tr(
        "太长了：最多 {limit} 个字，现在有 {length} 个。写好的还在，请删短一些。",
        limit=limit,
        length=length,
    ),
}
