"""Whether the values of a patch are what the table model says, in the one form that is stored.

Adapters are made once per entity from the annotations of `db.tables`. A field that is not known
here comes from a newer program and is kept as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime
from enum import Enum
from functools import cache
from typing import Annotated, Any, Final, Literal

import orjson
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, with_config
from pydantic_core import PydanticUndefined
from typing_extensions import TypedDict

from db.columns import utc_text
from db.tables.base import SyncedRecord
from db.tables.registry import ENTITIES
from sync.server.schema import plain_type

MAX_BODY_BYTES: Final = 256 * 1024
"""A record of people, not a file; photographs will travel beside the records."""
MAX_DEPTH: Final = 20
"""Of a value: a body goes into messages and logs, and JSON libraries stop at a few hundred."""
_STORABLE_INT: Final = Field(ge=-(2**63), lt=2**63)
_NUL: Final = re.compile(rb"(?<!\\)(\\\\)*\\u0000")


class BadValueError(ValueError):
    """A value the model refuses; ``problems`` is {field: why}."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(problems)
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Shape:
    """What an entity's wire form looks like."""

    model: type[SyncedRecord]
    known: frozenset[str]
    required: frozenset[str]
    defaults: dict[str, Any]
    dropped: frozenset[str]
    """Fields that never travel; an op that names them is not believed."""
    adapter: TypeAdapter[dict[str, Any]]
    quick: TypeAdapter[dict[str, Any]]
    """Takes words of an enum as they are; what it refuses is looked at in full."""
    rewritten: frozenset[str]
    """Fields whose stored form is not the validated object itself."""
    timed: frozenset[str]
    """Those of them that are dates and moments."""

    def checked(self, patch: dict[str, Any]) -> dict[str, Any]:
        """The patch in its stored form, unknown fields kept; raises ``BadValueError``."""
        _refuse_unstorable(patch)
        try:
            found = self.quick.validate_python(patch)
            rewritten = self.timed
        except ValidationError:
            found, rewritten = self._in_full(patch), self.rewritten
        for name in rewritten & found.keys():
            found[name] = self._rewrite(name, found[name])
        for name in self.dropped & found.keys():
            del found[name]
        return found

    def _in_full(self, patch: dict[str, Any]) -> dict[str, Any]:
        try:
            return self.adapter.validate_python(patch)
        except ValidationError as problem:
            raise BadValueError(_reasons(problem)) from problem

    def missing(self, patch: dict[str, Any]) -> frozenset[str]:
        """Fields a new record must have and this patch has not."""
        return self.required - patch.keys()

    def _rewrite(self, name: str, value: Any) -> Any:
        try:
            if isinstance(value, date) and not MINYEAR < value.year < MAXYEAR:
                raise OverflowError  # no laptop could say what o'clock or which day after it is
            return None if value is None else wire_value(value)
        except OverflowError as problem:
            raise BadValueError({name: "out_of_range"}) from problem
        except ValueError as problem:
            raise BadValueError({name: str(problem)}) from problem


@cache
def shape_of(entity: str) -> Shape | None:
    """The shape of an entity; None for one that is not known here."""
    model = ENTITIES.get(entity)
    return None if model is None else _shape(model)


def wire_value(value: Any) -> Any:
    """A value as it travels and is stored."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def _shape(model: type[SyncedRecord]) -> Shape:
    fields = {name: model.model_fields[name] for name in model.wire_fields()}
    kinds = {name: plain_type(field.annotation) for name, field in fields.items()}
    annotations = {name: _annotated(field) for name, field in fields.items()}
    words = {name: _words(fields[name]) for name, kind in kinds.items() if issubclass(kind, Enum)}
    book_keeping = {name for name in model.model_fields if name.startswith("sync_")}
    return Shape(
        model=model,
        known=frozenset(fields),
        required=frozenset(name for name, field in fields.items() if field.is_required()),
        defaults={
            name: wire_value(field.default)
            for name, field in fields.items()
            if not field.is_required() and field.default is not PydanticUndefined
        },
        dropped=frozenset({*model.local_fields, *book_keeping, "id"}),
        adapter=_adapter(annotations),
        quick=_adapter(annotations | words),
        rewritten=frozenset(
            name for name, kind in kinds.items() if issubclass(kind, Enum | datetime | date)
        ),
        timed=frozenset(name for name, kind in kinds.items() if issubclass(kind, datetime | date)),
    )


def _adapter(annotations: dict[str, Any]) -> TypeAdapter[dict[str, Any]]:
    typed = TypedDict("Wire", annotations, total=False)  # type: ignore[misc,operator]
    wire: Any = with_config(ConfigDict(extra="allow"))(typed)
    return TypeAdapter(wire)


def _words(field: Any) -> Any:
    """The values of an enum's field, each as it is stored."""
    kind: Any = Literal[tuple(one.value for one in plain_type(field.annotation))]  # type: ignore[attr-defined]
    return kind | None if field.annotation is not plain_type(field.annotation) else kind


def _annotated(field: Any) -> Any:
    kind = field.annotation
    for mark in field.metadata:
        kind = Annotated[kind, mark]
    if plain_type(field.annotation) is int:
        kind = Annotated[kind, _STORABLE_INT]
    return kind


def _refuse_unstorable(patch: dict[str, Any]) -> None:
    """PostgreSQL stores no NUL, and a record is no place for a file."""
    deep = [
        name
        for name, value in patch.items()
        if isinstance(value, dict | list) and _is_deeper(value, MAX_DEPTH)
    ]
    if deep:
        raise BadValueError(dict.fromkeys(deep, "too_deep"))
    text = orjson.dumps(patch)
    if len(text) > MAX_BODY_BYTES:
        raise BadValueError({"*": "too_large"})
    if has_nul(text):
        names = [name for name, value in patch.items() if has_nul(orjson.dumps([name, value]))]
        raise BadValueError(dict.fromkeys(names, "nul_character"))


def has_nul(text: bytes) -> bool:
    """Whether this JSON holds a NUL character; the letters of the escape alone are none."""
    return b"\\u0000" in text and _NUL.search(text) is not None


def _is_deeper(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(one, levels - 1) for one in inner)


def _reasons(problem: ValidationError) -> dict[str, str]:
    """{field: pydantic's name of the problem}; never the value itself."""
    return {str(error["loc"][0]): error["type"] for error in problem.errors(include_url=False)}
