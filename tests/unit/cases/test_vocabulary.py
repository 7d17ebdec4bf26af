"""The code sets of GB/T 31000-2015 as shipped."""

from __future__ import annotations

from app.cases.vocabulary import (
    SCALE_CODES,
    Scale,
    class_name,
    dispute_classes,
    is_known_class,
    resolution_ways,
)
from app.mediation.vocabulary import WAY_CODES, MediationWay


def test_17_classes_with_78_sub_classes() -> None:
    tree = dispute_classes()
    assert len(tree) == 17
    children = [child for entry in tree for child in entry.children]
    assert len(children) == 78
    assert all(child.code.startswith(child.parent_code or "?") for child in children)
    assert tree[0].code == "01"
    assert tree[-1].code == "99"
    assert tree[-1].children == ()


def test_class_names_carry_their_class() -> None:
    assert class_name("02") == "邻里纠纷"
    assert class_name("0201") == "邻里纠纷 / 用水排水通行通风采光"
    assert class_name("0902") == "土地及资源权属纠纷 / 宅基地使用"
    assert class_name("0199") != class_name("0299")


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert class_name("7777") == "7777"
    assert not is_known_class("7777")
    assert not is_known_class("")
    assert is_known_class("99")


def test_the_three_linked_mediations() -> None:
    mediation = resolution_ways()[0]
    names = {child.name for child in mediation.children}
    assert {"司法调解", "行政调解", "人民调解"} <= names
    assert len(resolution_ways()) == 6
    printed = {child.code: child.name for child in mediation.children}
    assert printed[WAY_CODES[MediationWay.PEOPLES]] == "人民调解"
    assert printed[WAY_CODES[MediationWay.ADMINISTRATIVE]] == "行政调解"
    assert printed[WAY_CODES[MediationWay.JUDICIAL]] == "司法调解"


def test_every_step_has_its_code_in_the_standard() -> None:
    assert set(SCALE_CODES) == set(Scale)
