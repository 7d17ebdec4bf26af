"""What is taken out of a story, what is only doubted, and what may follow what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.vocabulary import Permission
from app.typical.rules import (
    Known,
    anonymise,
    certain_left,
    doubts_in,
    letters,
    may_become,
    permission_for,
    taken_out,
    typical_problem,
)
from app.typical.vocabulary import DoubtKind, TypicalProblem, TypicalState

KNOWN = Known(
    people=("吴文永", "杨昌德", "欧阳再兴"),
    places=("高步村", "坪坦乡", "第三微网格"),
    numbers=("临2026-216200-K3-007", "13907450000"),
)
STORY = (
    "高步村吴文永与杨昌德争山林，吴文永的电话 13907450000，"
    "身份证 433031196501010017，案号（2026）通坪人调字第7号。"
)


def test_names_places_and_numbers_are_taken_out_alike_everywhere() -> None:
    found = anonymise(STORY, KNOWN)
    assert found.text == (
        "某村甲某与乙某争山林，甲某的电话 （电话略），身份证 （证件号码略），案号（案号略）。"
    )


def test_a_number_too_short_to_tell_anybody_stays() -> None:
    assert anonymise("门牌 1234 的老屋，123 棵树", Known(numbers=("1234", "123"))).text == (
        "门牌 （号码略） 的老屋，123 棵树"
    )


def test_what_stands_instead_is_shown_to_who_checks() -> None:
    clean = anonymise(f"{STORY}甲方说了公道话", KNOWN).text
    shown = [clean[start:end] for start, end in taken_out(clean, KNOWN)]
    assert shown == ["某村", "甲某", "乙某", "甲某", "（电话略）", "（证件号码略）", "（案号略）"]
    twelve = Known(people=tuple(f"石{letter}一" for letter in "甲乙丙丁戊己庚辛壬癸子丑"))
    assert taken_out("甲某2和某县", twelve) == ((0, 3), (4, 6))


def test_the_eleventh_person_gets_a_letter_of_his_own() -> None:
    names = [f"石{letter}一" for letter in "甲乙丙丁戊己庚辛壬癸子丑"]
    called = letters(names)
    assert len(set(called.values())) == 12
    assert called[names[10]] == "甲某2"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("后来文永自己来了", DoubtKind.GIVEN_NAME),
        ("老吴不肯让", DoubtKind.FAMILIAR_NAME),
        ("杨家的田", DoubtKind.FAMILIAR_NAME),
        ("有个人外号三麻子", DoubtKind.NAMED),
        ("在陇城镇赶场", DoubtKind.PLACE),
        ("2026年3月5日那天", DoubtKind.DAY),
        ("编号 88123 的林权证", DoubtKind.NUMBER),
        ("找了兴隆合作社", DoubtKind.ORGANISATION),
    ],
)
def test_what_may_still_tell_is_marked(text: str, kind: DoubtKind) -> None:
    assert kind in {doubt.kind for doubt in doubts_in(text, KNOWN)}


def test_what_was_taken_out_is_not_doubted_again() -> None:
    assert doubts_in("某村的甲某到某乡找某镇", KNOWN) == ()


@given(st.text(alphabet="吴文永杨昌德高步村在了和 1390745", max_size=60))
def test_nothing_certain_is_left_and_twice_is_once(text: str) -> None:
    once = anonymise(text, KNOWN).text
    assert certain_left(once, KNOWN) == ()
    assert anonymise(once, KNOWN).text == once


def test_a_text_that_names_somebody_is_kept_and_not_checked() -> None:
    texts = {"title": "山林争议", "story": STORY, "law": "", "lesson": ""}
    assert typical_problem(**texts, known=KNOWN, goes_on=False) is None
    assert typical_problem(**texts, known=KNOWN, goes_on=True) is TypicalProblem.STILL_IDENTIFIES
    clean = {**texts, "story": anonymise(STORY, KNOWN).text}
    assert typical_problem(**clean, known=KNOWN, goes_on=True) is None


@pytest.mark.parametrize(("title", "story"), [("", "有"), ("有", "  "), ("长" * 101, "有")])
def test_empty_and_too_long(title: str, story: str) -> None:
    found = typical_problem(title=title, story=story, law="", lesson="", known=KNOWN, goes_on=False)
    assert found in (TypicalProblem.EMPTY, TypicalProblem.TOO_LONG)


def test_nothing_is_published_unchecked() -> None:
    assert not may_become(TypicalState.DRAFT, TypicalState.PUBLISHED)
    assert may_become(TypicalState.CHECKED, TypicalState.PUBLISHED)
    assert not may_become(TypicalState.PUBLISHED, TypicalState.DRAFT)


@pytest.mark.parametrize(
    ("before", "after", "permission"),
    [
        (TypicalState.DRAFT, TypicalState.CHECKED, Permission.WRITE_TYPICAL_CASE),
        (TypicalState.CHECKED, TypicalState.DRAFT, Permission.WRITE_TYPICAL_CASE),
        (TypicalState.CHECKED, TypicalState.PUBLISHED, Permission.PUBLISH_TYPICAL_CASE),
        (TypicalState.PUBLISHED, TypicalState.TAKEN_BACK, Permission.PUBLISH_TYPICAL_CASE),
        (TypicalState.TAKEN_BACK, TypicalState.PUBLISHED, Permission.PUBLISH_TYPICAL_CASE),
        (TypicalState.TAKEN_BACK, TypicalState.DRAFT, Permission.WRITE_TYPICAL_CASE),
        (TypicalState.PUBLISHED, TypicalState.PUBLISHED, Permission.PUBLISH_TYPICAL_CASE),
    ],
)
def test_what_the_villages_get_or_lose_is_for_who_publishes(
    before: TypicalState, after: TypicalState, permission: Permission
) -> None:
    assert permission_for(before, after) is permission
