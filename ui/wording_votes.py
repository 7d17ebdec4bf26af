"""Words and sentences about motions, ballots and their result."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from app.errors import ErrorCode
from app.village_rules.rules import share_of
from app.village_rules.vocabulary import RuleSet, Share
from app.votes.views import (
    BallotView,
    EntryView,
    EventView,
    MicroGridView,
    MotionRow,
    MotionView,
)
from app.votes.vocabulary import (
    BallotChoice,
    BallotStanding,
    Count,
    Judgement,
    MotionEventKind,
    MotionState,
    OpenProblem,
    TallyResult,
)
from i18n.text import tr
from ui.wording_rules import name_of, rule_citation
from ui.wording_time import short_moment

CHOICE_TONES: Mapping[BallotChoice, str] = {
    BallotChoice.AGREE: "ok",
    BallotChoice.OPPOSE: "danger",
    BallotChoice.ABSTAIN: "neutral",
}
RESULT_TONES: Mapping[TallyResult, str] = {
    TallyResult.ADOPTED: "ok",
    TallyResult.REJECTED: "danger",
    TallyResult.NO_QUORUM: "warn",
}
_STATE_TONES: Mapping[MotionState, str] = {
    MotionState.DRAFT: "neutral",
    MotionState.OPEN: "info",
    MotionState.TALLIED: "ok",
    MotionState.WITHDRAWN: "neutral",
}


# --- a motion ----------------------------------------------------------------------------------


def motion_number(number: int) -> str:
    """第 3 号."""
    return tr("第 {number} 号", number=number)


def motion_heading(view: MotionView) -> str:
    """Number and title, as under the page's title."""
    return tr("第 {number} 号 {title}", number=view.number, title=view.title)


def motion_state_word(row: MotionRow) -> tuple[str, str]:
    """The word of the list and its colour: the result once there is one."""
    if row.tally is not None:
        return result_word(row.tally.result), RESULT_TONES[row.tally.result]
    return name_of(row.state), _STATE_TONES[row.state]


def result_word(result: TallyResult) -> str:
    """通过, 未通过 or 未达法定人数."""
    words = {
        TallyResult.ADOPTED: tr("通过"),
        TallyResult.REJECTED: tr("未通过"),
        TallyResult.NO_QUORUM: tr("未达法定人数"),
    }
    return words[result]


def collected_words(row: MotionRow) -> str:
    """How many households were heard; nothing for a draft."""
    if row.state is MotionState.DRAFT or not row.total:
        return ""
    return tr("{collected} / {total} 户", collected=row.collected, total=row.total)


# --- the count ---------------------------------------------------------------------------------


def quorum_words(count: Count, judgement: Judgement) -> str:
    """Households present against the quorum: how many, and what is missing."""
    needed = judgement.present_needed
    share = _share_words(share_of(judgement.source.params["quorum"]["households"]))
    if judgement.has_quorum:
        return tr(
            "到会 {present} / {total} 户 · 已过 {share}（{needed} 户）",
            present=count.present,
            total=count.total,
            share=share,
            needed=needed,
        )
    return tr(
        "到会 {present} / {total} 户 · 还差 {missing} 户到 {share}（{needed} 户）",
        present=count.present,
        total=count.total,
        missing=needed - count.present,
        share=share,
        needed=needed,
    )


def majority_words(judgement: Judgement) -> str:
    """How many must agree, and by which law."""
    share = share_of(judgement.source.params["decision"])
    return tr(
        "通过须到会{share}：{needed} 票 · {citation}",
        share=_majority(share),
        needed=judgement.agree_needed,
        citation=rule_citation(judgement.source),
    )


def no_judgement_words(total: int) -> str:
    """Under the count where the county's rule has not arrived."""
    return tr(
        "应到 {total} 户。县里的法定人数规则还没有到本机，暂不能判断是否通过；收票照常。",
        total=total,
    )


def unconfirmed_words(rule: RuleSet | None) -> str:
    """The sign beside a rule nobody has checked against the printed text; empty otherwise."""
    return tr("条文号待核") if rule is not None and not rule.is_confirmed else ""


def _share_words(share: Share) -> str:
    return f"{share.numerator}/{share.denominator}"


def _majority(share: Share) -> str:
    if (share.numerator, share.denominator, share.is_inclusive) == (1, 2, False):
        return tr("过半")
    if share.is_inclusive:
        return tr("{share} 以上", share=_share_words(share))
    return tr("超过 {share}", share=_share_words(share))


def segment_words() -> tuple[str, str, str, str, str]:
    """赞成, 反对, 弃权, 重复待核, 未收: over the bar, in its order."""
    return (
        name_of(BallotChoice.AGREE),
        name_of(BallotChoice.OPPOSE),
        name_of(BallotChoice.ABSTAIN),
        name_of(BallotStanding.DUPLICATE_PENDING),
        tr("未收"),
    )


# --- one household -----------------------------------------------------------------------------


def entry_choice(entry: EntryView) -> tuple[str, str | None]:
    """What stands in the column 表决, and its colour."""
    standing = entry.standing_ballots
    if len(standing) > 1:
        said = "、".join(name_of(ballot.choice) for ballot in standing)
        return tr("重复：收到 {count} 票（{said}）", count=len(standing), said=said), "warn"
    if standing:
        return name_of(standing[0].choice), CHOICE_TONES[standing[0].choice]
    shown = [ballot for ballot in entry.ballots if ballot.standing is not BallotStanding.WITHDRAWN]
    if shown:
        last = shown[-1]
        why = tr("县里未采纳") if last.standing is None else name_of(last.standing)
        return tr("{choice} · {why}", choice=name_of(last.choice), why=why), "warn"
    return "", None


def entry_method(entry: EntryView) -> str:
    """How the standing ballot was given."""
    return " / ".join(dict.fromkeys(name_of(ballot.method) for ballot in entry.standing_ballots))


def entry_collector(entry: EntryView) -> str:
    """Who took it and when; both where there are two."""
    standing = entry.standing_ballots or entry.ballots[-1:]
    if len(standing) == 1:
        return _collector(standing[0])
    return " / ".join(ballot.by_name for ballot in standing)


def household_title(entry: EntryView) -> str:
    """Number and head; a sentence for a household that is not on the list."""
    if not entry.is_listed:
        return tr("不在应到名册的一户")
    return f"{entry.household_number} {entry.head_name}"


def ballot_line(ballot: BallotView) -> str:
    """One ballot in full, for the card beside the list."""
    if ballot.withdrawal_reason:
        return tr(
            "{choice}（{method}），已收回：{reason}",
            choice=name_of(ballot.choice),
            method=name_of(ballot.method),
            reason=ballot.withdrawal_reason,
        )
    why = tr("县里未采纳") if ballot.standing is None else name_of(ballot.standing)
    return tr(
        "{choice}（{method}），{standing}",
        choice=name_of(ballot.choice),
        method=name_of(ballot.method),
        standing=why,
    )


def _collector(ballot: BallotView) -> str:
    return f"{ballot.by_name} {short_moment(ballot.taken_at)}".strip()


def micro_grid_words(grid: MicroGridView) -> str:
    """第7微网格 · 12 / 18 户."""
    return tr(
        "{name} · {heard} / {total} 户",
        name=grid.name or tr("未划入微网格"),
        heard=grid.heard,
        total=grid.total,
    )


def withdrawal_reasons() -> tuple[str, ...]:
    """What is usual; anything else may be written."""
    return (tr("收票时记错了"), tr("本户当场改了主意"), tr("一户两票，以另一张为准"))


# --- history and result ------------------------------------------------------------------------


def event_line(event: EventView, view: MotionView) -> str:
    """One line of the motion's history."""
    if event.kind is MotionEventKind.OPENED and event.notified_on is not None:
        return tr(
            "开始表决，应到名册 {total} 户；{month}月{day}日通知",
            total=view.count.total,
            month=event.notified_on.month,
            day=event.notified_on.day,
        )
    if event.kind is MotionEventKind.OPENED:
        return tr("开始表决，应到名册 {total} 户", total=view.count.total)
    if event.kind is MotionEventKind.TALLIED and view.tally is not None:
        return tr("截止计票：{result}", result=result_word(view.tally.result))
    if event.reason:
        return tr("{kind}：{reason}", kind=name_of(event.kind), reason=event.reason)
    return name_of(event.kind)


def result_count_words(count: Count) -> str:
    """The numbers of a result, each with its word."""
    return tr(
        "应到 {total} 户，到会 {present} 户："
        "赞成 {agree}、反对 {oppose}、弃权 {abstain}，未收 {missing}。",
        total=count.total,
        present=count.present,
        agree=count.agree,
        oppose=count.oppose,
        abstain=count.abstain,
        missing=count.missing,
    )


def result_reason_words(
    count: Count, *, present_needed: int, agree_needed: int, result: TallyResult
) -> str:
    """Why it ended so: the two numbers that decide."""
    if result is TallyResult.NO_QUORUM:
        return tr(
            "法定到会 {needed} 户，实到 {present} 户，还差 {missing} 户，表决无效。",
            needed=present_needed,
            present=count.present,
            missing=present_needed - count.present,
        )
    return tr(
        "法定到会 {present_needed} 户，实到 {present} 户；通过须 {needed} 票，赞成 {agree} 票。",
        present_needed=present_needed,
        present=count.present,
        needed=agree_needed,
        agree=count.agree,
    )


def seal_words(seal: str) -> str:
    """The seal in groups of four, so that two people can read it to each other."""
    groups = " ".join(seal[at : at + 4] for at in range(0, 32, 4))
    return tr("封存码 {groups}", groups=groups)


def seal_explained(*, ballots: int, is_whole: bool) -> str:
    """What the seal is for, and whether the ballots here agree with it."""
    if not is_whole:
        return tr(
            "本机上的票与封存码对不上：有的票还没有传到，或有改动。以县里的记录为准，请先同步。"
        )
    return tr(
        "由计入的 {ballots} 张票算出，本机核对相符；换掉任何一张，封存码就不同。", ballots=ballots
    )


def in_doubt_words(count: int) -> str:
    """Over the table while households have two ballots."""
    return tr("有 {count} 户收到两张票，暂不计入，请核对。", count=count)


def keys_words() -> str:
    """The keys of the ballot table."""
    return tr("键盘：↑↓ 选户 · 1 赞成 2 反对 3 弃权 · 退格 收回 · / 找户")


# --- errors ------------------------------------------------------------------------------------


def _not_openable(*, problems: Sequence[OpenProblem]) -> str:
    return tr("没有开始表决，议案仍是草案。{why}", why="".join(name_of(one) for one in problems))


def _already_taken(*, household_id: str) -> str:
    return tr("这一户已经有一张票，没有再记。要改，请先收回原来那张（退格键）。")


def _not_taken(*, household_id: str) -> str:
    return tr("这张票没有记下：表决不在进行中，或这一户不在应到名册里。其他的票都在。")


VOTE_ERROR_SENTENCES: Mapping[ErrorCode, Callable[..., str]] = {
    ErrorCode.BALLOTS_IN_DOUBT: lambda *, count: tr(
        "还有 {count} 户是重复票，没有计票。请先核对，每户收回多出的那一张，再截止计票。",
        count=count,
    ),
    ErrorCode.BALLOT_ALREADY_TAKEN: _already_taken,
    ErrorCode.BALLOT_GONE: lambda: tr("这张票已经收回或不在本机，没有改动。请看最新的列表。"),
    ErrorCode.BALLOT_NOT_TAKEN: _not_taken,
    ErrorCode.BALLOT_REASON_MISSING: lambda: tr(
        "还没有收回：请写明收回的原因，一句话就行。票没有改动。"
    ),
    ErrorCode.MOTION_BODY_NOT_BY_HOUSEHOLD: lambda: tr(
        "没有开始表决：本程序目前只能记录村民会议按户的表决。议案仍是草案，请改选“村民会议”。"
    ),
    ErrorCode.MOTION_NOT_A_DRAFT: lambda: tr(
        "这个议案已经开始表决或已撤回，内容不能再改。写好的文字还在草稿里，可以另提新议案。"
    ),
    ErrorCode.MOTION_NOT_FOUND: lambda: tr(
        "这台电脑上没有这个议案，可能不归本单位。请返回列表再找。"
    ),
    ErrorCode.MOTION_NOT_OPEN: lambda: tr("这个议案不在表决中，没有改动。请返回列表看最新的状态。"),
    ErrorCode.MOTION_NOT_OPENABLE: _not_openable,
    ErrorCode.MOTION_TEXT_MISSING: lambda: tr(
        "还没有写草案正文，没有开始表决。村民要看着条文表决，请先写上正文。"
    ),
    ErrorCode.MOTION_TEXT_TOO_LONG: lambda *, limit: tr(
        "正文超过 {limit} 个字，还没有保存，写好的都在草稿里。请写短一些或分成两个议案。",
        limit=limit,
    ),
    ErrorCode.MOTION_TITLE_MISSING: lambda: tr("还没有写名称。请用一句话写明要表决什么。"),
    ErrorCode.MOTION_TITLE_TOO_LONG: lambda *, limit: tr(
        "名称超过 {limit} 个字，还没有保存。请写短一些，细节写进正文。", limit=limit
    ),
    ErrorCode.RULE_SET_MISSING: lambda: tr(
        "县里的法定人数规则还没有到这台电脑，这一步没有做。写好的内容都在，请先同步一次再试。"
    ),
}
