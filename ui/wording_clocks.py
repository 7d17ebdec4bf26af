"""The words of time limits: their names, where they stand, why something cannot be done to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum

from app.cases.vocabulary import CaseBlock
from app.clocks.rules import Limit
from app.clocks.specs import LimitSpec
from app.clocks.vocabulary import (
    ClockState,
    DayUnit,
    ExtensionNeed,
    LimitKey,
    LimitSource,
    PauseGround,
)
from app.flow.limit_rules import SENT_LIMIT
from app.village_rules.vocabulary import RuleSet
from i18n.text import tr


def clock_blocks() -> Mapping[StrEnum, str]:
    """Why a limit is not extended, does not stand still, does not run on."""
    return {
        CaseBlock.LIMIT_NOT_EXTENDABLE: tr("这个期限不能延长"),
        CaseBlock.LIMIT_NOT_RUNNING: tr("这个期限还没有开始，或者已经办完"),
        CaseBlock.EXTENSION_TOO_LONG: tr(
            "延长超过了上限（《信访工作条例》2022 年，第三十四条：前后相加不得超过 30 天）"
        ),
        CaseBlock.EXTENSION_TOO_LATE: tr(
            "告知时期限已经届满，不能再延长；条文没有写明，届满前告知是本程序的读法"
        ),
        CaseBlock.EXTENSION_NOT_TOLD: tr("告知日期还没有到。先把延期理由告知当事人，再记延长"),
        CaseBlock.EXTENSION_NO_CONSENT: tr("延长调解期限须双方当事人同意，请选出同意的各方"),
        CaseBlock.CLOCK_NOT_PAUSABLE: tr(
            "没有期限可以为这个原因中止"
            "（《信访工作条例》2022 年，第三十六条：只有复核听证的时间不计算）"
        ),
        CaseBlock.CLOCK_PAUSED_ALREADY: tr("已经中止，不用再记"),
        CaseBlock.CLOCK_NOT_PAUSED: tr("没有中止，不用恢复"),
        CaseBlock.CLOCK_RESUMED_TOO_EARLY: tr("恢复的日期在中止之前"),
        CaseBlock.CLOCK_DAY_AHEAD: tr("日期还没有到"),
    }


def limit_keys() -> Mapping[StrEnum, str]:
    """What each limit is for."""
    return {
        LimitKey.PETITION_TOLD: tr("书面告知信访人"),
        LimitKey.TRANSFER_OBJECTION: tr("对转送提出异议"),
        LimitKey.PETITION_HANDLING: tr("信访事项办结"),
        LimitKey.REVIEW_ASKING: tr("信访人申请复查"),
        LimitKey.REVIEW_ANSWERING: tr("复查答复"),
        LimitKey.RE_REVIEW_ASKING: tr("信访人申请复核"),
        LimitKey.RE_REVIEW_ANSWERING: tr("复核答复"),
        LimitKey.COUNTY_MET: tr("见面"),
        LimitKey.COUNTY_INVESTIGATED: tr("调查"),
        LimitKey.COUNTY_ANSWERED: tr("答复"),
        LimitKey.COUNTY_CLOSED: tr("办结"),
        LimitKey.PEOPLES_MEDIATION: tr("人民调解"),
        LimitKey.COURT_SENT_MEDIATION: tr("法院委派、委托调解"),
        LimitKey.CONFIRMATION_APPLICATION: tr("申请司法确认"),
        LimitKey.CONFIRMATION_RULING: tr("法院司法确认裁定"),
        LimitKey.ENFORCEMENT: tr("申请强制执行"),
        LimitKey.AGREEMENT_ITEM: tr("履行协议"),
        LimitKey.FOLLOW_UP: tr("办结后回访"),
    }


def _day_units() -> Mapping[StrEnum, str]:
    return {
        DayUnit.CALENDAR: tr("天"),
        DayUnit.WORKING: tr("个工作日"),
        DayUnit.YEARS: tr("年"),
    }


def _limit_sources() -> Mapping[StrEnum, str]:
    return {
        LimitSource.LAW: tr("法定期限"),
        LimitSource.COUNTY: tr("县里要求"),
        LimitSource.AGREED: tr("协议约定"),
    }


def _extension_needs() -> Mapping[StrEnum, str]:
    return {
        ExtensionNeed.HEAD: tr("本单位负责人批准"),
        ExtensionNeed.BOTH_PARTIES: tr("双方当事人同意"),
        ExtensionNeed.COURT: tr("法院院长批准"),
    }


def _pause_grounds() -> Mapping[StrEnum, str]:
    return {
        PauseGround.HEARING: tr("听证"),
        PauseGround.APPRAISAL: tr("鉴定、评估"),
        PauseGround.PARTY_ABSENT: tr("当事人不在"),
        PauseGround.OTHER: tr("其他"),
    }


def _clock_states() -> Mapping[StrEnum, str]:
    return {
        ClockState.RUNNING: tr("计时中"),
        ClockState.DUE_SOON: tr("快到期"),
        ClockState.OVERDUE: tr("已超期"),
        ClockState.PAUSED: tr("已中止"),
        ClockState.MET: tr("按期完成"),
        ClockState.MET_LATE: tr("超期完成"),
        ClockState.LAPSED: tr("已过期限"),
        ClockState.ENDED: tr("不再计时"),
    }


CLOCK_NAMES: Mapping[type[StrEnum], Callable[[], Mapping[StrEnum, str]]] = {
    LimitKey: limit_keys,
    DayUnit: _day_units,
    LimitSource: _limit_sources,
    ExtensionNeed: _extension_needs,
    PauseGround: _pause_grounds,
    ClockState: _clock_states,
}


# --- sentences -------------------------------------------------------------------------------


def left_words(limit: Limit) -> str:
    """How far it is, in few words."""
    match limit.state:
        case ClockState.MET | ClockState.LAPSED | ClockState.ENDED:
            return name(limit.state)
        case ClockState.MET_LATE:
            done_on = limit.done_on or limit.due_on
            return tr("超期 {n} 天完成", n=(done_on - limit.due_on).days)
        case ClockState.OVERDUE:
            return tr("超期 {n} 天", n=-limit.days_left)
        case ClockState.PAUSED:
            return tr("已中止")
    return tr("还剩 {n} 天", n=limit.days_left) if limit.days_left else tr("今天到期")


def due_words(due_on: date, today: date) -> str:
    """How late, or how long still, in a list."""
    left = (due_on - today).days
    if left < 0:
        return tr("超期 {n} 天", n=-left)
    return tr("还剩 {n} 天", n=left) if left else tr("今天到期")


def due_tone(due_on: date | None, today: date, *, remind_days: int) -> str | None:
    """Red when late, for ever; amber while it is reminded of."""
    if due_on is None:
        return None
    left = (due_on - today).days
    if left < 0:
        return "danger"
    return "warn" if left <= remind_days else "neutral"


def limit_word(key: str | None) -> str:
    """Which limit a row shows; one of a newer program is 期限."""
    if key == SENT_LIMIT:
        return tr("交办时限")
    return limit_keys()[LimitKey(key)] if key in set(LimitKey) else tr("期限")


def beside_words(limit: str, due_on: date | None) -> str:
    """The other last day of a case, named beside the one its row shows; empty for none."""
    if due_on is None:
        return ""
    return tr("另有{limit} {day}", limit=limit, day=f"{due_on:%m-%d}")


def span_line(limit: Limit) -> str:
    """From when, how long, until when; and when it was done. The law's 日 are 天 on the
    screen, as people count them; papers that tell people their rights keep the law's word."""
    words = tr(
        "{start}起，{span}，{end}到期",
        start=day_words(limit.anchor_on),
        span=_span(limit),
        end=day_words(limit.due_on),
    )
    if limit.key is LimitKey.AGREEMENT_ITEM:
        words = tr("{end}到期", end=day_words(limit.due_on))
    if limit.done_on is not None:
        words = tr("{words}；{day}完成", words=words, day=day_words(limit.done_on))
    return words


def done_line(limit: Limit) -> str:
    """A limit that is over, in one line: 见面（县里），11-14 按期完成."""
    what = tr(
        "{limit}（{whose}，{span}）",
        limit=limit_keys()[limit.key],
        whose=_short_sources()[limit.source],
        span=_span(limit),
    )
    if limit.key is LimitKey.AGREEMENT_ITEM:
        what = limit_keys()[limit.key]
    day = limit.done_on or limit.due_on
    return tr("{what}：{day} {state}", what=what, day=day.isoformat(), state=left_words(limit))


def _span(limit: Limit) -> str:
    match limit.unit:
        case DayUnit.YEARS:
            return tr("{n} 年", n=limit.n)
        case DayUnit.WORKING:
            return tr("{n} 个工作日", n=limit.n)
    return tr("{n} 天", n=limit.n)


def _days(n: int, unit: DayUnit) -> str:
    return tr("{n} 个工作日", n=n) if unit is DayUnit.WORKING else tr("{n} 天", n=n)


def day_words(day: date) -> str:
    """As it is written: 2026年3月2日."""
    return tr("{year}年{month}月{day}日", year=day.year, month=day.month, day=day.day)


def change_lines(limit: Limit) -> list[str]:
    """What was done to the limit: each extension with who and when told, and the standing still."""
    lines = [
        tr(
            "延长 {n} 天：{who}批准，{day}告知。{why}",
            n=one.days,
            who=one.approved_by,
            day=day_words(one.told_on),
            why=one.reason,
        )
        for one in limit.extensions
    ]
    if limit.paused_days:
        words = tr("中止 {n} 天，不计算在内。", n=limit.paused_days)
        lines.append(tr("{words}现在仍然中止。", words=words) if limit.is_paused else words)
    return lines


def missing_line(limits: Iterable[Limit]) -> str:
    """Which years were counted by weekends alone; empty where none was."""
    found = sorted({year for limit in limits for year in limit.missing_years})
    years = "、".join(str(year) for year in found)
    return tr("节假日表缺{years}年，到期日只按星期六、星期日推算。", years=years) if years else ""


def more_promises(count: int) -> str:
    """Beside the promise that is due first."""
    return tr("协议另有 {count} 项还没有履行", count=count)


def source_lines(limits: Iterable[Limit]) -> list[str]:
    """Where limits come from, each source once with the limits that rest on it; said so where its
    text was not checked."""
    found: dict[str, list[str]] = {}
    for limit in limits:
        names, name = found.setdefault(_source(limit), []), limit_keys()[limit.key]
        if name not in names:
            names.append(name)
    return [
        tr("{limits}：{rests_on}", limits="、".join(names), rests_on=source)
        for source, names in found.items()
    ]


def _source(limit: Limit) -> str:
    if limit.rule is not None:
        return rule_words(limit.rule)
    return tr("协议约定的日期") if limit.source is LimitSource.AGREED else tr("全县设定")


def rule_words(rule: RuleSet) -> str:
    """A rule with law, version and article; a county's own words without the marks of a law."""
    words = rule.law
    if rule.params.get("source") != LimitSource.COUNTY.value:
        words = tr(
            "《{law}》{article}（{version}）",
            law=rule.law.replace("中华人民共和国", ""),
            article=rule.article or "",
            version=day_words(rule.version),
        )
    return words if rule.is_confirmed else tr("{words}，待核", words=words)


def strip_words(limit: Limit) -> str:
    """One limit on the top of a case: 办结（法定）还剩 12 天."""
    return tr(
        "{limit}（{whose}）{left}",
        limit=limit_keys()[limit.key],
        whose=_short_sources()[limit.source],
        left=left_words(limit),
    )


def _short_sources() -> Mapping[StrEnum, str]:
    return {
        LimitSource.LAW: tr("法定"),
        LimitSource.COUNTY: tr("县里"),
        LimitSource.AGREED: tr("约定"),
    }


def name(state: ClockState) -> str:
    """The word of a state."""
    return _clock_states()[state]


def starting_words() -> Mapping[str, str]:
    """From what a limit runs, as the table of rule sets names it."""
    return {
        "received": tr("首次接触、收到"),
        "received_or_transferred": tr("收到、转送或交办"),
        "accepted": tr("受理"),
        "taken_in": tr("受理或登记"),
        "transferred": tr("转送、交办下达"),
        "answered": tr("收到书面答复"),
        "review_asked": tr("收到复查请求"),
        "review_decided": tr("收到复查意见"),
        "re_review_asked": tr("收到复核请求"),
        "court_sent": tr("法院移送"),
        "agreement": tr("协议生效"),
        "confirmation_accepted": tr("法院立案"),
        "performance": tr("履行期的最后一天"),
    }


def length_words(spec: LimitSpec) -> str:
    """How long a limit is, as its rule says."""
    if spec.n is None:
        return tr("法院定的天数")
    if spec.unit is DayUnit.YEARS:
        return tr("{n} 年", n=spec.n)
    return _days(spec.n, spec.unit)


def extension_words(spec: LimitSpec) -> str:
    """Whether and by whose leave a limit may be longer."""
    if spec.extension_max == 0 or spec.extension_needs is None:
        return tr("不能延长")
    needs = _extension_needs()[spec.extension_needs]
    if spec.extension_max is None:
        return tr("{needs}可延长", needs=needs)
    return tr("{needs}可延长，最多 {n} 天", needs=needs, n=spec.extension_max)
