"""Operations as columns come out as they went in, whatever they hold."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.protocol import op_columns
from sync.protocol.messages import Operation
from sync.protocol.op_columns import (
    FIELDS,
    pack_column,
    pack_operations,
    pack_runs,
    pack_steps,
    unpack_column,
    unpack_operations,
    unpack_runs,
    unpack_steps,
)

_NUMBERS = st.integers(-(2**62), 2**62)
_VALUES = st.recursive(
    st.none() | st.booleans() | _NUMBERS | st.text(max_size=8) | st.uuids().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)
_NAMES = st.sampled_from(["name", "phone", "note", "unit_id", ""])
_OPERATIONS = st.tuples(
    st.integers(1, 2**62),
    st.integers(1, 2**62),
    st.sampled_from(["household", "resident"]),
    st.uuids().map(str) | st.text(max_size=40),
    st.sampled_from(["put", "delete"]),
    st.dictionaries(_NAMES, _VALUES, max_size=4),
    st.dictionaries(_NAMES, st.integers(0, 9), max_size=2),
    st.text(max_size=4),
    st.just("add"),
    _NUMBERS,
    _NUMBERS,
    st.just("boot"),
    st.integers(1, 3),
    st.none() | st.integers(0, 5),
    st.none() | st.dictionaries(_NAMES, _VALUES, min_size=1, max_size=3),
    st.none() | st.text(max_size=3),
)


def through_json(value: Any) -> Any:
    return orjson.loads(orjson.dumps(value))


@given(st.lists(_OPERATIONS, max_size=12))
def test_operations_survive_the_way(operations: list[tuple[Any, ...]]) -> None:
    found = unpack_operations(through_json(pack_operations(operations)))
    assert found == [
        Operation(**dict(zip(FIELDS, operation, strict=True))) for operation in operations
    ]


@given(st.lists(_VALUES, min_size=1, max_size=9))
def test_a_column_survives_and_keeps_its_kinds(values: list[Any]) -> None:
    found = unpack_column(through_json(pack_column(values)), len(values))
    assert repr(found) == repr(values), "1 is not true, and 0 is not false"


@given(st.lists(st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from("ab")))
def test_runs_survive(values: list[Any]) -> None:
    assert repr(unpack_runs(through_json(pack_runs(values)), len(values))) == repr(values)


@given(st.lists(_NUMBERS))
def test_steps_survive(numbers: list[int]) -> None:
    assert unpack_steps(through_json(pack_steps(numbers)), len(numbers)) == numbers


def test_ids_travel_as_bare_digits_only_if_they_come_back_the_same() -> None:
    one = "0e5f2c52-7f3e-4b5c-9d9e-aaaaaaaaaaaa"
    assert pack_column([one]) == {"ids": one.replace("-", "")}
    for other in (one.upper(), one.replace("-", "x"), one.replace("-", "") + "----"):
        packed = through_json(pack_column([other, other, "x"]))
        assert unpack_column(packed, 3) == [other, other, "x"]


def test_runs_cannot_claim_more_than_was_said() -> None:
    """A few bytes must not become a million operations."""
    with pytest.raises(ValueError, match="runs"):
        unpack_runs(["x", 10**12], 3)
    with pytest.raises(ValueError, match="count"):
        unpack_operations({"count": op_columns.MAX_COUNT + 1})
