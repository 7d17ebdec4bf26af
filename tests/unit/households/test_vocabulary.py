"""The codes of the standards, each with its name."""

from app.households.vocabulary import (
    ETHNIC_GROUP_NAMES,
    RELATION_NAMES,
    EthnicGroup,
    Relation,
    Sex,
)


def test_there_are_56_ethnic_groups_each_with_a_name() -> None:
    assert len(EthnicGroup) == 56
    assert set(ETHNIC_GROUP_NAMES) == set(EthnicGroup)
    assert [group.value for group in EthnicGroup] == [f"{code:02d}" for code in range(1, 57)]


def test_codes_that_the_domain_notes_confirm() -> None:
    assert EthnicGroup.DONG.chinese_name == "侗族"
    assert (EthnicGroup.HAN, EthnicGroup.MIAO, EthnicGroup.YAO) == ("01", "06", "13")
    assert (EthnicGroup.DONG, EthnicGroup.TUJIA, EthnicGroup.ZHUANG) == ("12", "15", "08")


def test_every_relation_has_the_standards_name() -> None:
    assert set(RELATION_NAMES) == set(Relation)
    assert Relation("38").chinese_name == "儿媳"
    assert Relation("65").chinese_name == "配偶的祖父母或外祖父母"
    assert Relation("97").chinese_name == "其他亲属"
    assert len(set(RELATION_NAMES.values())) == len(Relation)


def test_head_is_also_self() -> None:
    assert [relation for relation in Relation if relation.is_head] == [
        Relation.SELF,
        Relation.HEAD,
    ]


def test_sexes_have_names() -> None:
    assert [sex.chinese_name for sex in Sex] == ["未知", "男", "女", "未说明"]
