"""Operations as columns: how they travel since protocol 2.

What is alike in all operations of a batch is said once, numbers travel as their steps, and the
values of patches of one form stand column by column, where they compress well and are checked
together. Everything an operation can hold survives the way there and back unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import mul, sub
from typing import Any, Final

from sync.protocol.messages import Operation
from sync.protocol.packing import TooLargeError

MAX_COUNT: Final = 200_000
"""Operations in one request; runs would let a few bytes claim any number."""
MAX_VALUES: Final = 10_000_000
"""In all their patches; a value said once for all of them costs no bytes on the way."""
_ID_LENGTH: Final = 36
_HEX_LENGTH: Final = 32

Parts = tuple[Any, ...]
"""One operation's fields in the order of ``FIELDS``."""

FIELDS: Final = (
    "op_no",
    "txn",
    "entity",
    "record_id",
    "kind",
    "patch",
    "base",
    "account_id",
    "action",
    "wall_ms",
    "mono_ms",
    "boot_id",
    "schema_version",
    "seen",
    "before",
    "origin",
)
_NUMBERS: Final = ("op_no", "txn", "wall_ms", "mono_ms")
_WORDS: Final = (
    "entity",
    "kind",
    "account_id",
    "action",
    "boot_id",
    "schema_version",
    "seen",
    "origin",
)


# --- columns -------------------------------------------------------------------------------------


def pack_runs(values: Iterable[Any]) -> list[Any]:
    """Value and how often, by turns: ``[a, 3, b, 1]``. 1, 1.0 and true are different values."""
    packed: list[Any] = []
    for (_, value), same in groupby(values, key=_with_type):
        packed += (value, sum(1 for _ in same))
    return packed


def _with_type(value: Any) -> tuple[type, Any]:
    return type(value), value


def unpack_runs(packed: Sequence[Any], count: int) -> list[Any]:
    """The values again; raises ``ValueError`` when they are not ``count``."""
    values: list[Any] = []
    for value, times in zip(packed[::2], packed[1::2], strict=True):
        if type(times) is not int or not 0 < times <= count - len(values):
            raise ValueError("runs")
        values += [value] * times
    if len(values) != count:
        raise ValueError("runs")
    return values


def pack_steps(numbers: Sequence[int]) -> list[Any]:
    """The first number, then the steps from each to the next as runs."""
    if not numbers:
        return []
    return [numbers[0], *pack_runs(map(sub, numbers[1:], numbers))]


def unpack_steps(packed: Sequence[Any], count: int) -> list[int]:
    """The numbers again; raises ``ValueError``."""
    if count == 0:
        return []
    if not packed or type(packed[0]) is not int:
        raise ValueError("steps")
    number = packed[0]
    numbers = [number]
    for step in unpack_runs(packed[1:], count - 1):
        if type(step) is not int:
            raise ValueError("steps")
        number += step
        numbers.append(number)
    return numbers


def pack_column(values: Sequence[Any]) -> Any:
    """A column of any JSON values: ids as bare hex, a value that never changes once."""
    if _are_ids(values):
        return {"ids": "".join(values).replace("-", "")}
    first = values[0]
    if len(values) > 1 and all(value == first and type(value) is type(first) for value in values):
        return {"all": first} if not isinstance(first, dict | list | float) else list(values)
    return list(values)


def unpack_column(packed: Any, count: int) -> list[Any]:
    """The values again; raises ``ValueError``."""
    if isinstance(packed, dict):
        if "all" in packed:
            return [packed["all"]] * count
        return _ids(packed["ids"], count)
    if not isinstance(packed, list) or len(packed) != count:
        raise ValueError("column")
    return packed


def _are_ids(values: Sequence[Any]) -> bool:
    first = values[0]
    if type(first) is not str or len(first) != _ID_LENGTH or not all(map(_is_text, values)):
        return False
    digits = "".join(values).replace("-", "")
    return len(digits) == _HEX_LENGTH * len(values) and _ids(digits, len(values)) == list(values)


def _is_text(value: Any) -> bool:
    return type(value) is str


def _ids(digits: Any, count: int) -> list[str]:
    if not isinstance(digits, str) or len(digits) != _HEX_LENGTH * count:
        raise ValueError("ids")
    return [
        f"{one[:8]}-{one[8:12]}-{one[12:16]}-{one[16:20]}-{one[20:]}"
        for one in map(digits.__getitem__, _slices(count))
    ]


def _slices(count: int) -> Iterator[slice]:
    return (slice(at, at + _HEX_LENGTH) for at in range(0, count * _HEX_LENGTH, _HEX_LENGTH))


# --- operations ----------------------------------------------------------------------------------


def pack_operations(operations: Sequence[Parts]) -> dict[str, Any]:
    """Operations, given as their fields in the order of ``FIELDS``, as they travel."""
    if not operations:
        return {"count": 0}
    columns = dict(zip(FIELDS, zip(*operations, strict=True), strict=True))
    forms: dict[tuple[tuple[str, ...], ...], int] = {}
    rows: list[list[Parts]] = []
    form_of: list[int] = []
    for patch, base, before in zip(
        columns["patch"], columns["base"], columns["before"], strict=True
    ):
        before = before or {}
        names = (tuple(patch), tuple(base), tuple(before))
        form = forms.setdefault(names, len(forms))
        if form == len(rows):
            rows.append([])
        rows[form].append((*patch.values(), *base.values(), *before.values()))
        form_of.append(form)
    return {
        "count": len(operations),
        **{name: pack_steps(columns[name]) for name in _NUMBERS},
        **{name: pack_runs(columns[name]) for name in _WORDS},
        "record_id": pack_column(columns["record_id"]),
        "forms": list(forms),
        "form": pack_runs(form_of),
        "values": [
            [pack_column(column) for column in zip(*members, strict=True)] for members in rows
        ],
    }


def unpack_operations(packed: dict[str, Any]) -> list[Operation]:
    """The operations again, their values not looked at yet.

    Raises ``ValueError``, ``KeyError`` or ``TypeError`` for what are no such columns,
    ``TooLargeError`` for what a few bytes would make of the memory.
    """
    count = packed["count"]
    if type(count) is not int or not 0 <= count <= MAX_COUNT:
        raise ValueError("count")
    if count == 0:
        return []
    patches, bases, befores = _values(packed, count)
    numbers = {name: unpack_steps(packed[name], count) for name in _NUMBERS}
    words = {name: unpack_runs(packed[name], count) for name in _WORDS}
    return list(
        map(
            Operation,
            numbers["op_no"],
            numbers["txn"],
            words["entity"],
            unpack_column(packed["record_id"], count),
            words["kind"],
            patches,
            bases,
            words["account_id"],
            words["action"],
            numbers["wall_ms"],
            numbers["mono_ms"],
            words["boot_id"],
            words["schema_version"],
            words["seen"],
            befores,
            words["origin"],
        )
    )


def _values(packed: dict[str, Any], count: int) -> tuple[list[Any], list[Any], list[Any]]:
    """Patch, base and before of each operation."""
    form_of = unpack_runs(packed["form"], count)
    members = [0] * len(packed["forms"])
    for form in form_of:
        if type(form) is not int or not 0 <= form < len(members):
            raise ValueError("form")
        members[form] += 1
    if sum(map(mul, members, map(len, packed["values"]))) > MAX_VALUES:
        raise TooLargeError(MAX_VALUES)
    streams = [
        _rows(names, columns, size)
        for names, columns, size in zip(packed["forms"], packed["values"], members, strict=True)
    ]
    patches, bases, befores = [], [], []
    for form in form_of:
        patch, base, before = next(streams[form])
        patches.append(patch)
        bases.append(base)
        befores.append(before)
    return patches, bases, befores


def _rows(
    names: Sequence[Sequence[str]], packed: Sequence[Any], count: int
) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any] | None]]:
    patch_names, base_names, before_names = names
    columns = [unpack_column(column, count) for column in packed]
    if len(columns) != len(patch_names) + len(base_names) + len(before_names):
        raise ValueError("values")
    based = len(patch_names) + len(base_names)
    patches = _dicts(patch_names, columns[: len(patch_names)], count)
    bases = _dicts(base_names, columns[len(patch_names) : based], count)
    befores = _dicts(before_names, columns[based:], count)
    for patch, base, before in zip(patches, bases, befores, strict=True):
        yield patch, base, before or None


def _dicts(
    names: Sequence[str], columns: Sequence[list[Any]], count: int
) -> Iterator[dict[str, Any]]:
    if not names:
        return ({} for _ in range(count))
    if not all(map(_is_text, names)):
        raise ValueError("names")
    return (dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))
