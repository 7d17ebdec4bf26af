"""Turns rows that a test wrote as objects into the columns in which most of them travel."""

from __future__ import annotations

from typing import Any

import orjson

from db.tables.registry import ENTITIES

Row = list[Any]


def in_columns(changes: list[Row]) -> tuple[list[Row], list[list[Any]]]:
    """What stays an object (rows that leave, or that nobody can write down), and the columns."""
    stay: list[Row] = []
    blocks: dict[tuple[str, tuple[str, ...]], list[list[Any]]] = {}
    for row in changes:
        try:
            names, values = _as_column_row(row)
        except (TypeError, orjson.JSONEncodeError):
            stay.append(row)
        else:
            blocks.setdefault((row[0], names), []).append(values)
    return stay, [
        [entity, list(names), [list(column) for column in zip(*rows, strict=True)]]
        for (entity, names), rows in blocks.items()
    ]


def _as_column_row(row: Row) -> tuple[tuple[str, ...], list[Any]]:
    entity, record_id, kind, version, fields, body, seq = row
    if kind != "put":
        raise TypeError(kind)
    known = ENTITIES[entity].wire_fields() if entity in ENTITIES else tuple(body)
    names = tuple(name for name in known if name in body)
    extra = {name: value for name, value in body.items() if name not in known}
    texts = [orjson.dumps(one).decode() if one else None for one in (fields, extra)]
    return names, [record_id, version, seq, *texts, *(body[name] for name in names)]
