"""Which rule applies on a day, and what a draft of village rules should not say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from app.village_rules.vocabulary import (
    RuleSet,
    RuleSetKey,
    RuleTextConcern,
    RuleTextFinding,
    Share,
)


def is_in_force(rule_set: RuleSet, on_date: date) -> bool:
    """Whether the rule applies on that day; both ends of its period belong to it."""
    has_ended = rule_set.effective_to is not None and on_date > rule_set.effective_to
    return rule_set.effective_from <= on_date and not has_ended


def rule_sets_in_force(on_date: date, rule_sets: Iterable[RuleSet]) -> tuple[RuleSet, ...]:
    """Every rule that applies on that day."""
    return tuple(rule for rule in rule_sets if is_in_force(rule, on_date))


def rule_set_in_force(
    key: RuleSetKey, on_date: date, rule_sets: Iterable[RuleSet]
) -> RuleSet | None:
    """The rule of this kind on that day, the newest version if two overlap; None if there was
    none, and then nothing may be decided by it."""
    found = [rule for rule in rule_sets_in_force(on_date, rule_sets) if rule.key is key]
    return max(found, key=lambda rule: rule.version, default=None)


def share_of(params: Mapping[str, Any]) -> Share:
    """A share as it stands in the table: numerator, denominator, is_inclusive."""
    return Share(params["numerator"], params["denominator"], params["is_inclusive"])


_NUMBER = r"[\d０-９零一二两三四五六七八九十百千万几]"

# Villages have no power to fine, and their rules may not touch the person, the democratic rights
# or the lawful property of a villager (Organic Law of Villagers' Committees 2018, Art. 27, second
# paragraph). The old 款约 had fines in silver, rice, wine and pork, and expulsion: 罚三个一百二.
_PATTERNS: tuple[tuple[RuleTextConcern, tuple[str, ...]], ...] = (
    (
        RuleTextConcern.FINE,
        (
            "罚款",
            "罚金",
            "处罚",
            "罚没",
            rf"罚[^,。;、,;\n]{{0,6}}?{_NUMBER}+[^,。;、,;\n]{{0,3}}?[元块斤担头只桌个]",
            rf"罚[^,。;、,;\n]{{0,3}}?{_NUMBER}{{2,}}",
            r"罚(?:米|肉|酒|猪|牛|羊|粮|谷|工|钱)",
        ),
    ),
    (
        RuleTextConcern.EXPULSION,
        (
            r"(?:开除|取消|注销|除)(?:其|他|她)?(?:村籍|寨籍|款籍)",
            r"(?:赶|驱|逐|撵)(?:逐|离|出)+(?:本)?(?:村|寨|团寨)",
        ),
    ),
    (
        RuleTextConcern.CUTTING_SUPPLIES,
        (
            r"(?:停|断|掐|切断)(?:其|他家|她家)?(?:水|电|网|路)(?:[、和]?(?:停|断)?(?:水|电|网|路))*",
        ),
    ),
    (
        RuleTextConcern.WITHHOLDING_BENEFITS,
        (
            r"(?:取消|停发|扣发|扣除|不予?办理|不享受|不得享受)[^,。;,;\n]{0,6}?"
            r"(?:低保|补贴|补助|救助|补偿|分红|待遇|福利|养老|医保)",
        ),
    ),
    (
        RuleTextConcern.CONFISCATION,
        ("没收", r"(?:收回|收走)[^,。;,;\n]{0,6}?(?:承包地|责任田|宅基地)"),
    ),
)

_COMPILED = tuple((concern, re.compile("|".join(patterns))) for concern, patterns in _PATTERNS)


def check_rule_text(text: str) -> tuple[RuleTextFinding, ...]:
    """The passages of a draft that look like what a village may not do, in reading order.

    Words only, so "不得罚款" is found as well: each finding is a question to the drafter, never a
    refusal. Blanks between the characters do not hide a word.
    """
    kept = [place for place, sign in enumerate(text) if sign == "\n" or not sign.isspace()]
    bare = "".join(text[place] for place in kept)
    findings = [
        _finding(concern, text, kept[match.start()], kept[match.end() - 1] + 1)
        for concern, pattern in _COMPILED
        for match in pattern.finditer(bare)
    ]
    return tuple(sorted(findings, key=lambda finding: (finding.start, finding.end)))


def _finding(concern: RuleTextConcern, text: str, start: int, end: int) -> RuleTextFinding:
    return RuleTextFinding(concern, text[start:end], start, end)
