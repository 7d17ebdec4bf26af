"""Words for statistics of incidents: spans, rates with their formula, why a village is marked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from app.incidents.vocabulary import IncidentClass
from app.statistics.incidents import IncidentReport, IncidentRow
from app.statistics.rules import (
    FEWEST_SPANS,
    FEWEST_TO_MARK,
    LONGEST_DAYS,
    MARK_BELOW,
    Judgement,
    Span,
    SpanKind,
    SpanProblem,
    Standing,
)
from i18n.text import tr
from ui.wording_rules import name_of
from ui.wording_time import long_moment

NO_RATE = "—"


def span_kind_words(kind: SpanKind) -> str:
    """A button of the choice."""
    return {
        SpanKind.MONTH: tr("月"),
        SpanKind.QUARTER: tr("季度"),
        SpanKind.YEAR_TO_DATE: tr("年初至今"),
        SpanKind.FREE: tr("自选"),
    }[kind]


def span_words(span: Span) -> str:
    """2026年11月; 2026年11月1日至23日; 2026年第4季度; from day to day for the rest."""
    if span.is_whole and span.kind is SpanKind.MONTH:
        return tr("{year}年{month}月", year=span.first.year, month=span.first.month)
    if span.is_whole and span.kind is SpanKind.QUARTER:
        quarter = (span.first.month + 2) // 3
        return tr("{year}年第{quarter}季度", year=span.first.year, quarter=quarter)
    if span.is_whole and span.kind is SpanKind.YEAR_TO_DATE:
        return tr("{year}年全年", year=span.first.year)
    first = _day(span.first)
    if span.first == span.last:
        return first
    if (span.first.year, span.first.month) == (span.last.year, span.last.month):
        return tr("{first}至{day}日", first=first, day=span.last.day)
    if span.first.year == span.last.year:
        month, day = span.last.month, span.last.day
        return tr("{first}至{month}月{day}日", first=first, month=month, day=day)
    return tr("{first}至{last}", first=first, last=_day(span.last))


def _day(day: date) -> str:
    return tr("{year}年{month}月{day}日", year=day.year, month=day.month, day=day.day)


def span_problem_sentence(problem: SpanProblem) -> str:
    """Why the two days of a free span give no figures."""
    return {
        SpanProblem.BACKWARDS: tr("开始日期在结束日期之后，没有统计。请改正其中一个。"),
        SpanProblem.NOT_YET: tr("开始日期在今天之后，没有统计。请选今天以前的日期。"),
        SpanProblem.TOO_LONG: tr("最多统计 {days} 天，请选短一些。", days=LONGEST_DAYS),
        SpanProblem.TOO_EARLY: tr("开始日期太早，像是年份写错了，没有统计。请核对。"),
    }[problem]


def rate_words(rate: Decimal | None) -> str:
    """−12.44 %, +14.21 %, 0.00 %; — without a base."""
    if rate is None:
        return NO_RATE
    sign = "−" if rate < 0 else "+" if rate > 0 else ""
    return f"{sign}{abs(rate)} %"


def rate_tone(rate: Decimal | None) -> str | None:
    """Fewer incidents are good; more are to be looked at."""
    if rate is None or rate == 0:
        return None
    return "ok" if rate < 0 else "warn"


def count_words(count: int | None) -> str:
    """A number; — where there is no such period."""
    return NO_RATE if count is None else str(count)


def class_word(kind: IncidentClass | None) -> str:
    """治安; 全部性质 for none."""
    return tr("全部性质") if kind is None else name_of(kind)


def standing_word(judgement: Judgement) -> str:
    """The small word of a row; empty where there is nothing to say."""
    return {
        Standing.STANDS_OUT: tr("高于往常"),
        Standing.USUAL: "",
        Standing.TOO_SHORT: tr("记录不足"),
    }[judgement.standing]


def past_words(span: Span, count: int) -> str:
    """前 12 个月; what the past is made of, alike days where the span is not over."""
    whole: Mapping[SpanKind, Callable[[], str]] = {
        SpanKind.MONTH: lambda: tr("前 {count} 个月", count=count),
        SpanKind.QUARTER: lambda: tr("前 {count} 个季度", count=count),
        SpanKind.YEAR_TO_DATE: lambda: tr("前 {count} 年", count=count),
        SpanKind.FREE: lambda: tr("前 {count} 段同样长的时间", count=count),
    }
    part: Mapping[SpanKind, Callable[[], str]] = {
        SpanKind.MONTH: lambda: tr("前 {count} 个月的同样几天", count=count),
        SpanKind.QUARTER: lambda: tr("前 {count} 个季度的同样一段", count=count),
        SpanKind.YEAR_TO_DATE: lambda: tr("前 {count} 年的同期", count=count),
    }
    words = whole if span.is_whole else part
    return words.get(span.kind, whole[span.kind])()


def standing_sentence(name: str, row: IncidentRow, span: Span) -> str:
    """The numbers behind a mark, or behind there being none."""
    found = row.judgement
    if found.probability is None:
        return tr(
            "{name}：本期 {count} 起。以往完整的记录只有 {spans} 期，不足 {fewest} 期，不作判断。",
            name=name,
            count=found.count,
            spans=found.spans,
            fewest=FEWEST_SPANS,
        )
    known = {
        "name": name,
        "count": found.count,
        "past": past_words(span, found.spans),
        "mean": f"{found.mean:.1f}",
    }
    if found.standing is Standing.STANDS_OUT:
        return tr(
            "{name}：本期 {count} 起，{past}平均 {mean} 起。照以往的情形，碰巧有这么多或更多的可能"
            "{chance}，所以标出。",
            **known,
            chance=_chance_words(found.probability),
        )
    return tr("{name}：本期 {count} 起，{past}平均 {mean} 起，不算突出。", **known)


def _chance_words(chance: float) -> str:
    if chance < 0.001:
        return tr("不到 0.1 %")
    return tr("约 {percent} %", percent=f"{chance * 100:.1f}")


def formula_sentence(row: IncidentRow) -> str:
    """The arithmetic of both rates, so that anybody can check it."""
    parts = [_one_formula(tr("同比"), row.now, row.year_before, row.by_year)]
    if row.before is not None:
        parts.append(_one_formula(tr("环比"), row.now, row.before, row.by_period))
    return tr("；").join(parts) + tr("。")


def _one_formula(name: str, now: int, before: int, rate: Decimal | None) -> str:
    if rate is None:
        return tr("{name}：基数为 0，不计算", name=name)
    return tr(
        "{name} =（{now} − {before}）÷ {before} = {rate}",
        name=name,
        now=now,
        before=before,
        rate=rate_words(rate),
    )


def compared_sentence(report: IncidentReport) -> str:
    """What stands beside what."""
    year = span_words(report.year_before)
    if report.before is None:
        return tr("上年同期：{year}。年初至今没有可比的上期。", year=year)
    return tr("上年同期：{year}；上期：{before}。", year=year, before=span_words(report.before))


def method_sentence() -> str:
    """How the figures are made; a county rule of its own is not known."""
    return tr(
        "口径：按发生日期统计县里已经收到的警情，不论办到哪一步。"
        "同比 =（本期 − 上年同期）÷ 上年同期，环比同理，四舍五入到两位小数。"
        "标出的条件：本期不少于 {least} 起，而且照本村以往的情形（负二项分布）"
        "碰巧有这么多的可能低于 {percent} %。只是提示，不是结论。",
        least=FEWEST_TO_MARK,
        percent=f"{MARK_BELOW * 100:.0f}",
    )


def as_of_sentence(report: IncidentReport) -> str:
    """As of when, and what is not in it yet."""
    moment = long_moment(report.as_of)
    if not report.unsent:
        return tr("截至 {moment}。", moment=moment)
    return tr(
        "截至 {moment}；本期另有 {count} 起还没有上报，没有计入。",
        moment=moment,
        count=report.unsent,
    )


def report_title(span: Span) -> str:
    """On paper and on the sheet."""
    return tr("警情统计（{span}）", span=span_words(span))


def exported_sentence(file: str) -> str:
    """After the export."""
    return tr("已导出：{file}", file=file)


def marked_line(count: int) -> str:
    """How many stand out."""
    return tr("高于往常的村") if count else tr("没有高于往常的村")


def table_columns(first: str) -> tuple[tuple[str, int], ...]:
    """Titles of the table on paper and in Excel, and widths in characters."""
    return (
        (first, 24),
        (tr("本期"), 8),
        (tr("上年同期"), 10),
        (tr("同比"), 12),
        (tr("上期"), 8),
        (tr("环比"), 12),
        (tr("以往各期"), 40),
        (tr("以往平均"), 10),
        (tr("提示"), 12),
    )


def table_row(name: str, row: IncidentRow) -> tuple[str, ...]:
    """One line of it."""
    return (
        name,
        str(row.now),
        str(row.year_before),
        rate_words(row.by_year),
        count_words(row.before),
        rate_words(row.by_period),
        "、".join(str(count) for count in row.past),
        f"{row.judgement.mean:.1f}" if row.past else NO_RATE,
        standing_word(row.judgement),
    )
