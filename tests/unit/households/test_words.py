"""What committees write, understood as the codes of the standards."""

import pytest

from app.households.vocabulary import ETHNIC_GROUP_NAMES, RELATION_NAMES, EthnicGroup, Relation, Sex
from app.households.words import (
    ethnic_group_from_words,
    relation_from_words,
    sex_from_words,
    sex_of_relation,
)


@pytest.mark.parametrize(
    ("words", "relation"),
    [
        ("户主", Relation.HEAD),
        ("本人", Relation.HEAD),
        ("妻", Relation.WIFE),
        ("丈夫", Relation.HUSBAND),
        ("配偶", Relation.SPOUSE),
        ("子", Relation.SON),
        ("儿子", Relation.SON),
        ("女", Relation.DAUGHTER),
        ("女儿", Relation.DAUGHTER),
        ("长子", Relation.ELDEST_SON),
        ("二女", Relation.SECOND_DAUGHTER),
        ("母亲", Relation.MOTHER),
        ("父", Relation.FATHER),
        ("媳", Relation.DAUGHTER_IN_LAW),
        ("儿媳妇", Relation.DAUGHTER_IN_LAW),
        ("女婿", Relation.SON_IN_LAW),
        ("孙子", Relation.GRANDSON),
        ("孙女", Relation.GRANDDAUGHTER),
        ("外孙女", Relation.DAUGHTERS_DAUGHTER),
        (" 岳 母 ", Relation.WIFES_MOTHER),
        ("户主之妹", Relation.YOUNGER_SISTER),
        ("妻。", Relation.WIFE),
    ],
)
def test_words_of_committees(words: str, relation: Relation) -> None:
    assert relation_from_words(words, None) is relation


def test_every_name_of_the_standard_is_understood() -> None:
    for relation, name in RELATION_NAMES.items():
        expected = Relation.HEAD if relation is Relation.SELF else relation
        assert relation_from_words(name, None) is expected


def test_unknown_and_ambiguous_words_are_not_guessed() -> None:
    assert relation_from_words("亲家", None) is None
    assert relation_from_words("媳妇", None) is None  # wife here, daughter-in-law there
    assert relation_from_words("", None) is None


def test_a_spouses_sex_decides_between_husband_and_wife() -> None:
    assert relation_from_words("妻", Sex.MALE) is Relation.HUSBAND
    assert relation_from_words("夫", Sex.FEMALE) is Relation.WIFE
    assert relation_from_words("妻", Sex.FEMALE) is Relation.WIFE
    assert relation_from_words("妻", Sex.UNKNOWN) is Relation.WIFE


def test_words_for_both_sexes_are_told_apart_by_sex() -> None:
    assert relation_from_words("子女", Sex.MALE) is Relation.SON
    assert relation_from_words("子女", Sex.FEMALE) is Relation.DAUGHTER
    assert relation_from_words("父母", Sex.FEMALE) is Relation.MOTHER
    assert relation_from_words("父母", Sex.UNKNOWN) is Relation.PARENT
    assert relation_from_words("子女", None) is None


def test_other_relations_stay_as_written_whatever_the_sex() -> None:
    assert relation_from_words("子", Sex.FEMALE) is Relation.SON


def test_the_sex_a_relation_implies() -> None:
    assert sex_of_relation(Relation.WIFE) is Sex.FEMALE
    assert sex_of_relation(Relation.SON_IN_LAW) is Sex.MALE
    assert sex_of_relation(Relation.GRANDSONS_WIFE) is Sex.FEMALE
    assert sex_of_relation(Relation.SPOUSE) is None
    assert sex_of_relation(Relation.OTHER_RELATIVE) is None


def test_implied_sex_agrees_with_the_standards_names() -> None:
    for relation, name in RELATION_NAMES.items():
        if relation.value in ("21", "27", "29") or name.endswith(("父", "夫", "子", "婿")):
            assert sex_of_relation(relation) is Sex.MALE, name
        if name.endswith(("母", "嫂", "妹妹", "媳", "侄女", "姐姐")) and "父母" not in name:
            assert sex_of_relation(relation) is Sex.FEMALE, name


@pytest.mark.parametrize(
    ("words", "sex"),
    [
        ("男", Sex.MALE),
        (" 女 ", Sex.FEMALE),
        ("女性", Sex.FEMALE),
        ("１", Sex.MALE),
        ("f", Sex.FEMALE),
    ],
)
def test_sex_words(words: str, sex: Sex) -> None:
    assert sex_from_words(words) is sex


def test_unknown_sex_word() -> None:
    assert sex_from_words("X") is None


def test_ethnic_groups_with_and_without_the_last_character() -> None:
    assert ethnic_group_from_words("侗") is EthnicGroup.DONG
    assert ethnic_group_from_words("侗族") is EthnicGroup.DONG
    assert ethnic_group_from_words(" 苗 族 ") is EthnicGroup.MIAO
    assert ethnic_group_from_words("12") is EthnicGroup.DONG
    assert ethnic_group_from_words("1") is EthnicGroup.HAN
    assert ethnic_group_from_words("57") is None
    assert ethnic_group_from_words("侗家") is None
    assert ethnic_group_from_words("") is None


def test_every_group_is_understood_by_name() -> None:
    for group, name in ETHNIC_GROUP_NAMES.items():
        assert ethnic_group_from_words(name) is group
        assert ethnic_group_from_words(name.removesuffix("族")) is group
