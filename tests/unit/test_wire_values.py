"""A record by what it says of itself, whatever kind it is."""

from __future__ import annotations

from typing import Any

import pytest

from app.wire_values import title_of, typed_value


@pytest.mark.parametrize(
    ("known", "title"),
    [
        ({"title": "山林界址争议", "story": "各执一词", "number": "1"}, "山林界址争议"),
        ({"number": "001", "head_name": "吴某甲"}, "001 吴某甲"),
        ({"head_name": "吴某甲"}, "吴某甲"),
        ({"asker_name": "龙某", "text": "代取药"}, "龙某"),
        ({"route": "鼓楼到寨脚", "members": "张某"}, "鼓楼到寨脚"),
        ({"text": "柴堆靠着木楼", "place": "鼓楼边"}, "鼓楼边"),
        ({"name": "", "note": "回访"}, "回访"),
        ({"sex": "1"}, ""),
        ({}, ""),
    ],
)
def test_a_record_says_what_it_is(known: dict[str, Any], title: str) -> None:
    assert title_of(known) == title


def test_a_value_that_is_none_of_its_field_stays_as_it_is() -> None:
    assert typed_value("resident", "sex", "of_a_newer_program") == "of_a_newer_program"
    assert typed_value("visit", "visited_on", "2026-02-30") == "2026-02-30"
