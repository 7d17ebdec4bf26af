"""Words of petitions, of who is in charge of a case, and of old cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from app.clocks.rules import Limit
from app.clocks.vocabulary import ClockState
from app.errors import ErrorCode
from app.petitions.count_rules import MonthOfOldCases, Rate
from app.petitions.queries import Answer, EarlierRow, PathStep, Review
from app.petitions.sponsor_queries import BoardRow, LeaderCount
from app.petitions.sponsor_rules import SponsorFields
from app.petitions.vocabulary import (
    MissingOne,
    OtherWay,
    PetitionForm,
    PetitionPurpose,
    Satisfaction,
)
from i18n.text import tr
from ui.wording_clocks import left_words, limit_keys
from ui.wording_rules import name_of
from ui.wording_time import long_moment


def _sponsor_fields() -> dict[str, str]:
    return {
        "leader_name": tr("包案领导"),
        "leader_post": tr("职务"),
        "task_force": tr("专班成员"),
        "plan": tr("化解方案"),
        "plan_due_on": tr("方案期限"),
        "handler_name": tr("一包到底的人"),
        "starts_on": tr("包案开始"),
        "ended_on": tr("包案结束"),
    }


def sponsor_field(name: str) -> str:
    """What a field of a sponsorship is called."""
    return _sponsor_fields().get(name, name)


PETITION_ERROR_SENTENCES: Mapping[ErrorCode, Callable[..., str]] = {
    ErrorCode.SPONSOR_WRONG: lambda *, field, problem: tr(
        "包案还没有保存，写好的都在。“{field}”：{problem}。",
        field=sponsor_field(field),
        problem=name_of(problem),
    ),
    ErrorCode.SPONSOR_GONE: lambda: tr(
        "这条包案记录已经不在这台电脑上，没有改动。请返回案件再看。"
    ),
    ErrorCode.FIRST_CONTACT_WRONG: lambda: tr(
        "首接责任人没有改。请选另一位在岗的人，并写明为什么交接。"
    ),
}


def missing_words(missing: Sequence[MissingOne]) -> str:
    """What is lacking of the five ones."""
    if not missing:
        return tr("五个一齐了：一件事、一名领导、一个专班、一套方案、一包到底。")
    words = "、".join(name_of(one) for one in missing)
    return tr("五个一还缺：{words}。", words=words)


def short_missing(missing: Sequence[MissingOne]) -> str:
    """The same in a column."""
    if not missing:
        return tr("齐")
    return tr("缺 {count} 项", count=len(missing))


def late_words(days_late: int, due_on: date | None, today: date) -> str:
    """How a case stands to its nearest day."""
    if due_on is None:
        return tr("没有期限")
    if days_late > 0:
        return tr("超期 {days} 天", days=days_late)
    left = (due_on - today).days
    return tr("今天到期") if left == 0 else tr("还剩 {days} 天", days=left)


def leader_choice(leader: LeaderCount) -> str:
    """A leader to choose, with how many cases, and how many of them late."""
    if not leader.late:
        return tr("{name}（{cases} 件）", name=leader.name, cases=leader.cases)
    return tr(
        "{name}（{cases} 件，超期 {late}）", name=leader.name, cases=leader.cases, late=leader.late
    )


def moved_words(count: int) -> str:
    """What happened this month."""
    return tr("{count} 次", count=count) if count else tr("没有动")


def other_way_text(way: OtherWay) -> str:
    """What a person is told whose matter goes another way; 信访工作条例 (2022-02-25), Art. 31."""
    return {
        OtherWay.LITIGATION: tr(
            "应当通过诉讼、行政复议、检察监督或者公安机关法律程序处理，请依法向有关政法部门提出"
            "（第三十一条第一项）。"
        ),
        OtherWay.ARBITRATION: tr("应当通过仲裁解决，请依法申请仲裁（第三十一条第二项）。"),
        OtherWay.PARTY_APPEAL: tr("可以通过党员申诉、申请复审等解决（第三十一条第三项）。"),
        OtherWay.ADMINISTRATIVE: tr(
            "可以通过行政复议、行政裁决、行政确认、行政许可、行政处罚等行政程序解决"
            "（第三十一条第四项）。"
        ),
        OtherWay.OFFICIAL_DUTY: tr(
            "属于申请查处违法行为、履行职责的，由有权机关依法履行或者答复（第三十一条第五项）。"
        ),
    }[way]


def purpose_hint(purpose: PetitionPurpose | None) -> str:
    """What is done with it, by what is wanted."""
    if purpose is PetitionPurpose.ADVICE:
        return tr("建议意见：认真研究论证，合理可行的采纳或部分采纳，并予以回复（第二十九条）。")
    if purpose is PetitionPurpose.ACCUSATION:
        return tr(
            "检举控告：按管理权限转送纪检监察机关依规依纪依法处理；一律保密，"
            "不得透露、转给被检举控告的人员或者单位（第二十二条、第三十条、第四十六条第五项）。"
        )
    if purpose is PetitionPurpose.APPEAL:
        return tr(
            "申诉求决：先看是不是该走诉讼、仲裁、复议等程序，都不是的，"
            "听取陈述、调查核实，出具处理意见书（第三十一条）。"
        )
    return tr("先选信访目的，这里说明怎么办。")


def handling_hint(purpose: PetitionPurpose | None, *, is_urgent: bool) -> str:
    """What is done with it, and what whoever handles it must not forget: 信访工作条例
    (2022-02-25), Art. 25 (1) and 28 (3)."""
    lines = [purpose_hint(purpose)]
    if is_urgent:
        lines.append(
            tr(
                "重大、紧急的，应当及时报告本级党委和政府，通报主管部门和信访工作联席会议办公室，"
                "并依法及时采取措施（第二十五条）。"
            )
        )
    lines.append(tr("与信访事项或者信访人有直接利害关系的，应当回避（第二十八条）。"))
    return "".join(lines)


def sent_to_discipline() -> str:
    """What somebody in a village says at the door to whoever accuses somebody."""
    return tr(
        "检举控告不在村里登记，这里什么也不记。请告诉来人：直接向县纪委监委，"
        "或者乡镇、县信访窗口提出；反映的内容不要写在这台电脑上，也不要告诉别人"
        "（《信访工作条例》2022 年，第三十条、第四十六条第五项）。"
    )


def sponsor_saved() -> str:
    """After a sponsorship was saved."""
    return tr("包案已保存。")


def former_sponsor(given: SponsorFields) -> str:
    """A leader who is no longer in charge, in one line."""
    last = "" if given.ended_on is None else given.ended_on.isoformat()
    return tr(
        "以前：{name}，{first} 至 {last}",
        name=given.leader_name,
        first=given.starts_on.isoformat(),
        last=last,
    )


def board_columns() -> tuple[tuple[str, int], ...]:
    """Of the leaders' board on paper and in Excel, with widths in characters."""
    return (
        (tr("包案领导"), 14),
        (tr("职务"), 14),
        (tr("案号"), 18),
        (tr("案件"), 30),
        (tr("地方"), 18),
        (tr("现在"), 10),
        (tr("期限"), 14),
        (tr("多少天"), 8),
        (tr("本月动了"), 10),
        (tr("五个一"), 22),
        (tr("一包到底"), 12),
    )


def board_row(row: BoardRow, late: str) -> tuple[str, ...]:
    """One case of the board in these columns."""
    return (
        row.leader,
        row.post,
        row.number,
        row.title,
        row.village,
        name_of(row.state),
        late,
        str(row.urgency.days_old),
        moved_words(row.urgency.moved),
        missing_words(row.missing),
        row.handler,
    )


def board_paper_columns() -> tuple[tuple[str, int], ...]:
    """The board on paper, with widths in percent: fewer columns of more lines."""
    return (
        (tr("包案领导"), 15),
        (tr("案件"), 31),
        (tr("现在"), 7),
        (tr("期限"), 9),
        (tr("多少天"), 6),
        (tr("本月动了"), 8),
        (tr("还缺"), 16),
        (tr("一包到底"), 8),
    )


def board_paper_row(row: BoardRow, late: str) -> tuple[str, ...]:
    """One case in these columns: post under the leader, number and place under the title."""
    where = " · ".join(part for part in (row.number, row.village) if part)
    return (
        "\n".join(part for part in (row.leader, row.post) if part),
        "\n".join((row.title, where)),
        name_of(row.state),
        late,
        str(row.urgency.days_old),
        moved_words(row.urgency.moved),
        "、".join(name_of(one) for one in row.missing) or tr("齐"),
        row.handler,
    )


def board_method() -> str:
    """How the board counts."""
    return tr(
        "期限取最近的一个办理期限或方案期限；多少天从收到（没有的从发生）算起；"
        "本月动了，是本月记了几次经过。超期的排在最前。"
    )


def path_step_word(step: PathStep) -> str:
    """A step of a petition's way."""
    return {
        PathStep.RECEIVED: tr("收到"),
        PathStep.MET: tr("见面"),
        PathStep.INVESTIGATED: tr("调查"),
        PathStep.ANSWERED: tr("答复"),
        PathStep.EVALUATED: tr("评价"),
        PathStep.REVIEW: tr("复查"),
        PathStep.RE_REVIEW: tr("复核"),
    }[step]


def petition_line(
    purpose: PetitionPurpose | None, form: PetitionForm | None, received_on: date | None
) -> str:
    """What kind of petition it is."""
    received = "" if received_on is None else tr("{day} 收到", day=received_on.isoformat())
    parts = (name_of(purpose) if purpose else "", name_of(form) if form else "", received)
    return " · ".join(part for part in parts if part) or tr("信访目的、形式和收到日期还没有填。")


def short_date(day: date) -> str:
    """Under a step: 11-23."""
    return f"{day:%m-%d}"


def due_note(limit: Limit) -> str:
    """Under a step that is not done: 11-23 前, and how late it is."""
    due = tr("{day} 前", day=short_date(limit.due_on))
    if limit.state is not ClockState.OVERDUE:
        return due
    return tr("{due}\n超期 {days} 天", due=due, days=-limit.days_left)


def law_limit_words(limit: Limit) -> str:
    """One limit of the law in a few words: 信访事项办结 60 天，2027-01-23 到期，还剩 60 天."""
    name = limit_keys()[limit.key]
    if limit.done_on is not None:
        return tr("{name} {left}", name=name, left=left_words(limit))
    return tr(
        "{name} {day} 到期，{left}", name=name, day=limit.due_on.isoformat(), left=left_words(limit)
    )


def answer_words(answer: Answer | None) -> list[tuple[str, str]]:
    """The four parts of an opinion (Art. 32), and until when a review may be asked for."""
    if answer is None:
        return []
    opinion = name_of(answer.outcome) if answer.outcome else ""
    if answer.number:
        opinion = tr("{opinion}（{number}）", opinion=opinion, number=answer.number)
    last = answer.last_day_for_review
    until = "" if last is None else tr("{day} 前可以申请复查", day=last.isoformat())
    return [
        (tr("投诉请求"), answer.request),
        (tr("事实和理由"), answer.facts),
        (tr("处理意见"), opinion),
        (tr("法律法规依据"), answer.basis),
        (tr("送达"), "，".join(filter(None, (_iso(answer.delivered_on), until)))),
    ]


def evaluation_words(
    sought_on: date | None, why_not_reached: str, satisfaction: Satisfaction | None
) -> str:
    """Whether the person was asked, and what was answered."""
    if satisfaction is not None:
        return name_of(satisfaction)
    if why_not_reached:
        return tr("联系不上：{why}", why=why_not_reached)
    if sought_on is not None:
        return tr("{day} 已请信访人评价，还没有答复", day=sought_on.isoformat())
    return tr("还没有请信访人评价，办结前要请")


def review_words(review: Review | None) -> str:
    """A review in one line."""
    if review is None:
        return ""
    asked = tr("{day} 申请", day=_iso(review.asked_on))
    ended = tr("还没有意见")
    if review.outcome is not None:
        ended = tr(
            "{day} {outcome}", day=_iso(review.delivered_on), outcome=name_of(review.outcome)
        )
    return "，".join(part for part in (asked, review.unit, ended) if part)


def earlier_words(earlier: EarlierRow) -> str:
    """Another petition of the same people, and whether the same matter would be accepted again."""
    line = f"{earlier.number} {earlier.title}"
    if earlier.why_not_again is None:
        return line
    return tr("{line}：{why}", line=line, why=name_of(earlier.why_not_again))


def contact_line(name: str, *, is_here: bool) -> str:
    """首访首问首办: who answers for the case."""
    if not name:
        return tr("首接责任人：还没有记。")
    if not is_here:
        return tr("首接责任人：{name}（已经离岗，请交给别人）", name=name)
    return tr("首接责任人：{name}", name=name)


def handed_on_note(before: str, after: str, why: str) -> str:
    """What the timeline says when somebody else answers for the case."""
    if not before:
        return tr("首接责任人定为{after}：{why}", after=after, why=why)
    return tr("首接责任人由{before}交给{after}：{why}", before=before, after=after, why=why)


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def month_word(month: MonthOfOldCases) -> str:
    """Under a bar of the chart."""
    return tr("{month}月", month=month.first.month)


def month_said(month: MonthOfOldCases) -> str:
    """One month of the chart in words."""
    return tr(
        "{year}年{month}月：月底积案 {open} 件，当月化解 {closed} 件",
        year=month.first.year,
        month=month.first.month,
        open=month.open,
        closed=month.closed,
    )


def burn_columns() -> tuple[tuple[str, int], ...]:
    """Of the months on paper and in Excel."""
    return ((tr("月份"), 14), (tr("月底积案"), 12), (tr("当月化解"), 12))


def burn_row(month: MonthOfOldCases) -> tuple[str, ...]:
    """One month in these columns."""
    words = tr("{year}年{month}月", year=month.first.year, month=month.first.month)
    return (words, str(month.open), str(month.closed))


def rate_words(rate: Rate) -> str:
    """A rate in percent; a dash without a base."""
    return "—" if rate.percent is None else f"{rate.percent} %"


def fraction_words(rate: Rate) -> str:
    """The numbers behind a rate; never a percentage without them."""
    if rate.whole == 0:
        return tr("没有可算的件")
    return f"{rate.done}/{rate.whole}"


def old_case_method(old_days: int) -> str:
    """What counts as old."""
    return tr(
        "积案：超过法定办理期限（受理之日起 60 天，经批准延长不超过 30 天，"
        "《信访工作条例》2022 年，第三十四条），或者从收到起超过 {days} 天还没有办结的；"
        "天数由县里设定。",
        days=old_days,
    )


def rate_formulas(version: str) -> str:
    """The formulas of the rates; our own, for want of an official text."""
    return tr(
        "口径 {version}（本程序拟定，待县里确认）：及时受理率＝期限内受理÷（已受理＋过期未受理）；"
        "按期答复率＝期限内答复÷（已答复＋过期未答复）；按期办结率＝收到起 30 天内办结÷"
        "（已办结＋过期未办结）；参评率＝有评价÷已答复；满意率＝满意÷有评价。没有到期的不算。",
        version=version,
    )


def counted_as_of(as_of: datetime, *, petitions: int, unsent: int, counts_roughly: bool) -> str:
    """As of when, of how many, and what is not in it."""
    roughly = tr("“基本满意”算满意") if counts_roughly else tr("“基本满意”不算满意")
    return tr(
        "截至 {moment}，县里已经收到的数；本期收到信访 {count} 件，{roughly}；"
        "另有 {unsent} 件还没有上报，不在内。",
        moment=long_moment(as_of),
        count=petitions,
        roughly=roughly,
        unsent=unsent,
    )
