"""The table of rule sets, and the words a draft of village rules should not hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clocks.specs import RULED
from app.village_rules.rules import (
    check_rule_text,
    is_in_force,
    rule_set_in_force,
    rule_sets_in_force,
    share_of,
)
from app.village_rules.vocabulary import (
    RuleSetKey,
    RuleTextConcern,
    Share,
    shipped_rule_sets,
)
from app.votes.vocabulary import ElectorateBasis, MeetingBody, MotionMatter

RULES = shipped_rule_sets()
LAST_DAY_OF_2018_TEXT = date(2025, 12, 31)
FIRST_DAY_OF_2025_TEXT = date(2026, 1, 1)
LIMIT_KEYS = {RuleSetKey(key.value) for key in RULED}
VILLAGE_KEYS = [key for key in RuleSetKey if key not in LIMIT_KEYS]
ORGANIC_KEYS = set(VILLAGE_KEYS) - {RuleSetKey.VILLAGE_RULES_MAKING_HUNAN}


def test_no_two_rows_of_one_kind_are_in_force_together() -> None:
    for left, right in combinations(RULES, 2):
        if left.key is right.key:
            assert not is_in_force(left, right.effective_from)
            assert not is_in_force(right, left.effective_from)


@pytest.mark.parametrize("key", VILLAGE_KEYS)
def test_every_kind_is_in_force_without_a_gap(key: RuleSetKey) -> None:
    days = [date(2018, 12, 29) + timedelta(days=n) for n in range(3000)]
    assert all(rule_set_in_force(key, day, RULES) for day in days)


def test_the_new_law_takes_over_on_the_first_of_january_2026() -> None:
    for key in ORGANIC_KEYS:
        old = rule_set_in_force(key, LAST_DAY_OF_2018_TEXT, RULES)
        new = rule_set_in_force(key, FIRST_DAY_OF_2025_TEXT, RULES)
        assert old is not None
        assert new is not None
        assert (old.version, new.version) == (date(2018, 12, 29), date(2025, 10, 28))
        assert old.params == new.params
        assert old.is_confirmed
        assert old.article


def test_nothing_of_the_unread_law_is_claimed() -> None:
    unread = [rule for rule in RULES if rule.version == date(2025, 10, 28)]
    assert {rule.key for rule in unread} == ORGANIC_KEYS
    for rule in unread:
        assert rule.article is None
        assert not rule.is_confirmed
        assert "核对" in rule.note


def test_before_the_first_text_there_is_no_rule() -> None:
    day_before = date(2018, 12, 28)
    assert rule_set_in_force(RuleSetKey.ASSEMBLY_DECISION, day_before, RULES) is None
    in_force = {r.key for r in rule_sets_in_force(day_before, RULES)}
    assert in_force - LIMIT_KEYS == {RuleSetKey.VILLAGE_RULES_MAKING_HUNAN}


def test_of_two_that_overlap_the_newer_text_is_taken() -> None:
    old = rule_set_in_force(RuleSetKey.ASSEMBLY_DECISION, LAST_DAY_OF_2018_TEXT, RULES)
    assert old is not None
    newer = replace(old, version=date(2024, 1, 1), effective_to=None)
    for order in ((old, newer), (newer, old)):
        assert rule_set_in_force(old.key, LAST_DAY_OF_2018_TEXT, order) is newer


@pytest.mark.parametrize(
    ("key", "article", "basis", "share"),
    [
        (RuleSetKey.ASSEMBLY_DECISION, "第二十二条", "households", Share(2, 3, True)),
        (RuleSetKey.ASSEMBLY_DECISION, "第二十二条", "adults", Share(1, 2, False)),
        (RuleSetKey.REPRESENTATIVES_DECISION, "第二十六条", "members", Share(2, 3, True)),
        (RuleSetKey.GROUP_DECISION, "第二十八条", "households", Share(2, 3, True)),
        (RuleSetKey.GROUP_DECISION, "第二十八条", "adults", Share(2, 3, True)),
    ],
)
def test_quorums_are_those_of_the_2018_text(
    key: RuleSetKey, article: str, basis: str, share: Share
) -> None:
    rule = rule_set_in_force(key, LAST_DAY_OF_2018_TEXT, RULES)
    assert rule is not None
    assert rule.article == article
    assert share_of(rule.params["quorum"][basis]) == share
    assert share_of(rule.params["decision"]) == Share(1, 2, False)


def test_the_assembly_is_called_ten_days_ahead() -> None:
    rule = rule_set_in_force(RuleSetKey.ASSEMBLY_CALL, LAST_DAY_OF_2018_TEXT, RULES)
    assert rule is not None
    assert rule.params["notice_days"] == 10
    assert share_of(rule.params["proposers"]["villagers"]) == Share(1, 10, True)
    assert share_of(rule.params["proposers"]["representatives"]) == Share(1, 3, True)


def test_every_word_of_the_table_is_known_to_the_votes() -> None:
    matters: set[str] = set()
    for rule in RULES:
        matters.update(rule.params.get("matters", ()))
        bodies = {*rule.params.get("bodies", ()), *rule.params.get("bodies_if_authorised", ())}
        assert bodies <= set(MeetingBody)
        assert set(rule.params.get("quorum", ())) <= set(ElectorateBasis)
    assert matters == set(MotionMatter)


def test_ids_are_stable_and_unique() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(len(rule.id) == 36 for rule in RULES)
    assert all(rule.source for rule in RULES)


@pytest.mark.parametrize(
    ("text", "concern", "passage"),
    [
        ("违者罚款二百元。", RuleTextConcern.FINE, "罚款"),
        ("违者 罚 款 200 元", RuleTextConcern.FINE, "罚 款"),
        ("乱砍杉树的,罚三个一百二。", RuleTextConcern.FINE, "罚三个"),
        ("乱砍杉树的,罚 120 斤米。", RuleTextConcern.FINE, "罚 120 斤"),
        ("偷鱼者罚酒罚肉", RuleTextConcern.FINE, "罚酒"),
        ("屡教不改的开除村籍", RuleTextConcern.EXPULSION, "开除村籍"),
        ("屡教不改的,取消其村籍", RuleTextConcern.EXPULSION, "取消其村籍"),
        ("全家逐出村寨", RuleTextConcern.EXPULSION, "逐出村"),
        ("不交的停水停电", RuleTextConcern.CUTTING_SUPPLIES, "停水停电"),
        ("不交的断电", RuleTextConcern.CUTTING_SUPPLIES, "断电"),
        ("取消其低保资格", RuleTextConcern.WITHHOLDING_BENEFITS, "取消其低保"),
        ("扣发生态补偿", RuleTextConcern.WITHHOLDING_BENEFITS, "扣发生态补偿"),
        ("砍刀一律没收", RuleTextConcern.CONFISCATION, "没收"),
        ("收回其承包地", RuleTextConcern.CONFISCATION, "收回其承包地"),
    ],
)
def test_what_a_village_may_not_do_is_found(
    text: str, concern: RuleTextConcern, passage: str
) -> None:
    first = check_rule_text(text)[0]
    assert (first.concern, first.passage) == (concern, passage)
    assert text[first.start : first.end] == passage


@pytest.mark.parametrize(
    "text",
    [
        "",
        "新建木楼滴水须留二尺,与邻户商定并立据。",
        "建房前报建房理事会,七日内答复。",
        "红白喜事从简,酒席不超过十五桌。",
        "护林防火,人人有责;违反的由村民委员会批评教育。",
        "停车不得占用鼓楼坪。",
        "水电费按月交。",
    ],
)
def test_ordinary_rules_raise_nothing(text: str) -> None:
    assert check_rule_text(text) == ()


def test_findings_come_in_reading_order() -> None:
    found = check_rule_text("停水停电;\n没收工具;\n罚款;开除村籍。")
    assert [f.concern for f in found] == [
        RuleTextConcern.CUTTING_SUPPLIES,
        RuleTextConcern.CONFISCATION,
        RuleTextConcern.FINE,
        RuleTextConcern.EXPULSION,
    ]


@given(st.text(alphabet="罚款元 三百\n没收水停电𠀀,。", max_size=60))
def test_a_finding_always_points_at_its_passage(text: str) -> None:
    for finding in check_rule_text(text):
        assert text[finding.start : finding.end] == finding.passage
        assert finding.passage
