"""No Dong word reaches a screen unless it was printed and means exactly what the label says."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from i18n.dong import DATA, SHOWN_CONFIDENCE, dong_for, entry_for, glossary, interface_terms


@pytest.mark.parametrize(
    ("zh", "kmc"),
    [("村", "xaih"), ("户", "yanc"), ("人", "nyenc"), ("鼓楼", "guh louc"), ("七", "sedp")],
)
def test_attested_labels_have_their_word(zh: str, kmc: str) -> None:
    assert dong_for(zh) == kmc


@pytest.mark.parametrize("zh", ["今日", "今天", "走访", "登记", "保存", "表决", "案件", "年", "四"])
def test_doubtful_and_missing_labels_have_none(zh: str) -> None:
    assert dong_for(zh) is None


def test_every_mapping_row_points_to_exactly_one_attested_row() -> None:
    attested = Counter(row.concept_en for row in glossary() if row.is_attested)
    wrong = {zh: concept for zh, concept in interface_terms().items() if attested[concept] != 1}
    assert not wrong


def test_a_mapped_concept_has_no_second_doubtful_reading() -> None:
    """Two rows for one concept would leave the choice of the word to chance."""
    rows = Counter(row.concept_en for row in glossary())
    assert {concept for concept in interface_terms().values() if rows[concept] != 1} == set()


def test_labels_are_mapped_once() -> None:
    with (DATA / "interface_terms.csv").open(encoding="utf-8", newline="") as lines:
        labels = [row["zh"] for row in csv.DictReader(lines)]
    assert len(labels) == len(set(labels))


def test_unverified_derived_and_not_found_words_never_show() -> None:
    shown = {entry.concept_en for zh in interface_terms() if (entry := entry_for(zh))}
    hidden = [row for row in glossary() if row.confidence not in SHOWN_CONFIDENCE]
    assert len(hidden) == 220
    assert not shown & {row.concept_en for row in hidden}
    assert all(dong_for(row.concept_en) is None for row in hidden)


def test_every_shown_word_names_its_source() -> None:
    assert all(entry.source for zh in interface_terms() if (entry := entry_for(zh)))


def test_the_courting_walk_is_not_mapped_at_all() -> None:
    assert "visit the village (courting custom)" not in interface_terms().values()
    assert "register (a name)" not in interface_terms().values()
