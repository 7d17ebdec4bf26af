"""What an event carries, as a changed program might write it: refused, and read as if not there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.cases.detail_rules import (
    DETAIL_FIELDS,
    DetailProblem,
    FieldType,
    detail_problem,
    read_detail,
)
from app.cases.vocabulary import CaseEventKind

HOSTILE: tuple[Any, ...] = (
    *([[]], {"a": 1}, 1.5, 10**30, -1, True, "\x00", "\ud800", "x" * 9000, "9999-12-31"),
    *("0001-01-01", "2026-02-30", ["\ud800"], ["x"] * 200, [None], "NaN"),
)
FIELDS = [
    pytest.param(kind, field, id=f"{kind}.{field.name}")
    for kind, fields in DETAIL_FIELDS.items()
    for field in fields
]


@pytest.mark.parametrize(("kind", "field"), FIELDS)
def test_no_value_breaks_the_reader_and_none_that_cannot_be_stored_is_let_in(
    kind: CaseEventKind, field: Any
) -> None:
    for value in HOSTILE:
        detail = json.dumps({field.name: value})
        problem = detail_problem(kind, detail, is_new=False)
        found = read_detail(kind, detail)
        assert (problem is None) == (field.name in found), value
        json.dumps(found, default=str, ensure_ascii=False).encode()
        if field.kind is FieldType.DAY:
            assert problem is not None, value


def test_nobody_agrees_in_the_session_they_refuse() -> None:
    kind, body = CaseEventKind.MEDIATION_HELD, {"refused_by": ["wu"], "outcome": "agreed"}
    wrong = ("refused_by", DetailProblem.CONTRADICTS)
    assert detail_problem(kind, json.dumps(body)) == wrong
    assert detail_problem(kind, json.dumps(body | {"outcome": "failed"})) is None
    assert detail_problem(kind, json.dumps(body | {"refused_by": []})) is None


@pytest.mark.parametrize(
    "detail", ["[" * 100_000, '{"a":' * 100_000, "9" * 10**6, '{"a": NaN}' + " " * 9000, "[1]"]
)
def test_what_is_no_small_object_is_not_readable(detail: str) -> None:
    assert detail_problem(CaseEventKind.MET, detail) is not None
    assert read_detail(CaseEventKind.MET, detail) == {}
