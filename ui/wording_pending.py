"""Words for pending work: what it is, why it came back, what to do, and how it stands on paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from app.pending.queries import PendingField, PendingRow
from app.pending.vocabulary import PendingKind
from i18n.text import tr
from ui.wording_fields import field_word, value_text
from ui.wording_sync import entity_word, reason_sentence
from ui.wording_time import long_moment


def kind_word(kind: PendingKind) -> tuple[str, str]:
    """The small word and its colour kind."""
    words = {
        PendingKind.REFUSED: (tr("未采纳"), "danger"),
        PendingKind.QUARANTINED: (tr("县里待查"), "danger"),
        PendingKind.NOT_APPLIED: (tr("未生效"), "warn"),
        PendingKind.NOT_LAID: (tr("本机收不下"), "warn"),
        PendingKind.WAITING: (tr("待上传"), "info"),
        PendingKind.NOTE: (tr("备注"), "neutral"),
    }
    return words[kind]


def filter_words(kind: PendingKind | None, count: int) -> str:
    """A line of the filter, with how many there are."""
    word = tr("全部待处理") if kind is None else kind_word(kind)[0]
    return tr("{word}（{count}）", word=word, count=count)


def row_title(row: PendingRow) -> str:
    """What the record says of itself, or why it is not shown."""
    if not row.is_readable:
        return tr("（您的岗位看不到内容）")
    title = row.title or tr("（没有标题）")
    return tr("删除：{title}", title=title) if row.is_delete else title


def why_sentence(row: PendingRow) -> str:
    """Why it is in the list."""
    if row.is_stray:
        return tr("核对时发现县里没有这一条，已从本机的名册里移出，全文留在这里。")
    sentences: Mapping[PendingKind, Callable[[], str]] = {
        PendingKind.REFUSED: lambda: reason_sentence(row.reason),
        PendingKind.QUARANTINED: lambda: tr(
            "县里的程序判断这一条时出了错，已经原样留在县里，由县里的人来查。内容也留在本机。"
        ),
        PendingKind.NOT_APPLIED: lambda: reason_sentence(row.reason),
        PendingKind.NOT_LAID: lambda: tr(
            "县里发来的这一条，本机的程序收不下，已经原样留着，别的内容不受影响。"
        ),
        PendingKind.WAITING: lambda: tr("还没有送到县里。有网时自动上报，没有网可以用U盘。"),
        PendingKind.NOTE: lambda: tr(
            "当时的情况：{why}", why=reason_sentence(row.reason) if row.reason else tr("未采纳。")
        ),
    }
    return sentences[row.kind]()


def todo_sentence(row: PendingRow) -> str:
    """What a person can do about it; empty where nothing needs to be done."""
    if row.kind is PendingKind.WAITING:
        return ""
    if row.kind is PendingKind.NOTE:
        return tr("文字一直保存在本机，可以查找、打印；要重新处理，点“放回待处理”。")
    if row.is_stray:
        return tr("请核对：确实需要的，重新登记一次；不需要的不用管。")
    if row.kind is PendingKind.NOT_LAID:
        return tr("不用做什么：本机程序升级后会再试。可以导出这张表交给县里的管理员。")
    if row.kind is PendingKind.QUARANTINED:
        return tr("不用重写：县里修好以后会重新判断。等不及的可以“再送一次”，或留作备注。")
    if not row.is_here and not row.is_delete:
        return tr("这条记录已经不在本机（移交或删除了），不能再送；看过以后可以留作备注。")
    return _TODO.get(row.reason or "", _todo_unknown)(row)


def _todo_unknown(_row: PendingRow) -> str:
    return tr("可以改正后再上报，也可以再送一次；不再需要的，留作备注，文字不会丢。")


def _mend_value(row: PendingRow) -> str:
    named = row.detail.get("fields")
    fields = [field_word(row.entity, name) for name in named] if isinstance(named, dict) else []
    if not fields:
        return tr("请点“改正”，把不合要求的一项改好保存，会自动再次上报。")
    return tr(
        "要改的是：{fields}。请点“改正”，改好保存，会自动再次上报。", fields="、".join(fields)
    )


_TODO: Mapping[str, Callable[[PendingRow], str]] = {
    "bad_value": _mend_value,
    "ballot_late": lambda _row: tr("计票结果不会变。请在会上说明，看过后可以留作备注。"),
    "cannot_change_event": lambda _row: tr("请另记一笔新的事项说明更正，原来这条留作备注。"),
    "event_not_allowed_now": lambda _row: tr(
        "请打开案件看看现在到了哪一步，需要时另记一笔；这条看过后可以留作备注。"
    ),
    "group_refused": lambda _row: tr("先改好同一次保存里写明原因的那一条，这一条会跟着再次上报。"),
    "moved_meanwhile": lambda _row: tr(
        "请看看现在归哪个单位，还需要的话请那个单位移交；这条看过后可以留作备注。"
    ),
    "not_in_electorate": lambda _row: tr("请核对应到名册是否漏了这一户；票面内容可以留作备注。"),
    "number_not_given": lambda _row: tr("不用做什么：有人登录时，本机自动另给编号并再次上报。"),
    "number_taken": lambda _row: tr(
        "不用重写：本机自动另给编号并再次上报；印着原编号的纸请换掉，查原编号也能找到这一件。"
    ),
    "not_permitted": lambda _row: tr(
        "请由有这项权限的人来办；县里给了权限以后，点“再送一次”。不再需要的，留作备注。"
    ),
    "out_of_scope": lambda _row: tr("请把内容告诉现在管这条记录的单位；看过后可以留作备注。"),
    "parent_missing": lambda _row: tr(
        "先看看它所属的户、案件或议案是不是也没有采纳，改好那一条，再点“再送一次”。"
    ),
    "record_gone": lambda _row: tr("请核对是否真的删错了；要恢复请重新登记，文字可以留作备注。"),
    "reference_is_countys": lambda _row: tr("需要改的话，请报县里统一改；这条可以留作备注。"),
    "settled_before": lambda _row: tr(
        "不用重做：请看看现在定下的是不是合适，不合适就直接改那条记录；这条看过后可以留作备注。"
    ),
    "unknown_account": lambda _row: tr("请县里的管理员核对这个账号；恢复后点“再送一次”。"),
    "unknown_entity": lambda _row: tr("不用重写：县里的程序升级后，点“再送一次”就行。"),
}


def field_line(row: PendingRow, field: PendingField) -> tuple[str, str]:
    """A field's name and its value; for an edit what it was before, too."""
    value = value_text(row.entity, field.name, field.value) or tr("（空）")
    if field.before is not None:
        before = value_text(row.entity, field.name, field.before) or tr("（空）")
        value = tr("{value}\n原来：{before}", value=value, before=before)
    return field_word(row.entity, field.name), value


def written_line(row: PendingRow) -> str:
    """Who wrote it, and when."""
    moment = long_moment(row.written_at)
    if row.kind is PendingKind.NOT_LAID:
        kind = entity_word(row.entity)
        if row.is_stray:
            return tr("{kind} · {moment} 移出", kind=kind, moment=moment)
        return tr("{kind} · 县里发来，{moment} 收到", kind=kind, moment=moment)
    who = row.written_by or tr("别的单位的人")
    return tr("{kind} · {who} {moment}", kind=entity_word(row.entity), who=who, moment=moment)


# --- on paper ------------------------------------------------------------------------------------


def paper_columns() -> tuple[tuple[str, int], ...]:
    """Titles and widths in characters."""
    return (
        (tr("状态"), 12),
        (tr("类别"), 12),
        (tr("记录"), 24),
        (tr("谁写的"), 12),
        (tr("时间"), 18),
        (tr("原因"), 40),
        (tr("怎么办"), 40),
        (tr("写的内容"), 80),
    )


def paper_row(row: PendingRow) -> tuple[str, ...]:
    """One line of the table, with everything that was written."""
    return (
        kind_word(row.kind)[0],
        entity_word(row.entity),
        row_title(row),
        row.written_by,
        long_moment(row.written_at),
        why_sentence(row),
        todo_sentence(row),
        fields_text(row),
    )


def fields_text(row: PendingRow) -> str:
    """Every field on a line of its own."""
    lines: Sequence[tuple[str, str]] = [field_line(row, field) for field in row.fields]
    return "\n".join(tr("{name}：{value}", name=name, value=value) for name, value in lines)
