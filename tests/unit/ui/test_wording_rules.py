"""Every member of every shared enum has its word, and a rule is cited honestly."""

from __future__ import annotations

import importlib
from datetime import date
from enum import StrEnum
from types import ModuleType

import pytest

from app.households.vocabulary import MicroGridSize
from app.village_rules.rules import rule_set_in_force
from app.village_rules.vocabulary import RuleSetKey, shipped_rule_sets
from ui.wording_rules import name_of, rule_citation

AREAS = (
    *("organisations", "accounts", "cases", "votes", "village_rules", "handovers"),
    *("households", "grid_work", "incidents", "links", "looks", "conflicts"),
)
COLOURED = (MicroGridSize,)
"""Named together with its colour, in `ui.wording_households`."""


def enums_of(module: ModuleType) -> list[type[StrEnum]]:
    return [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, StrEnum)
        and value.__module__ == module.__name__
    ]


MEMBERS = [
    member
    for area in AREAS
    for kind in enums_of(importlib.import_module(f"app.{area}.vocabulary"))
    if kind not in COLOURED
    for member in kind
]


def test_the_enums_were_found() -> None:
    assert len(MEMBERS) > 100


@pytest.mark.parametrize("member", MEMBERS, ids=lambda m: f"{type(m).__name__}.{m.name}")
def test_every_member_has_a_name_in_mandarin(member: StrEnum) -> None:
    name = name_of(member)
    assert any("\u4e00" <= sign <= "\u9fff" for sign in name)
    assert member.value not in name
    assert "{" not in name


def test_names_within_one_enum_differ() -> None:
    names = [(type(member), name_of(member)) for member in MEMBERS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("key", "on_date", "citation"),
    [
        (
            RuleSetKey.ASSEMBLY_DECISION,
            date(2025, 6, 1),
            "依据：村民委员会组织法（2018年12月29日文本）第二十二条",
        ),
        (
            RuleSetKey.ASSEMBLY_DECISION,
            date(2026, 6, 1),
            "依据：村民委员会组织法（2025年10月28日文本，条号待核）",
        ),
        (
            RuleSetKey.VILLAGE_RULES_MAKING_HUNAN,
            date(2026, 6, 1),
            "依据：湖南省实施《中华人民共和国村民委员会组织法》办法（2013年7月25日文本）"
            "第三条、第四条，待核",
        ),
    ],
)
def test_a_rule_is_cited_with_its_doubts(key: RuleSetKey, on_date: date, citation: str) -> None:
    rule = rule_set_in_force(key, on_date, shipped_rule_sets())
    assert rule is not None
    assert rule_citation(rule) == citation
