"""Values as COPY takes them: the quickest way of many rows into a table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import orjson
from psycopg import Cursor

_ESCAPED: Final = str.maketrans(
    {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\b": "\\b", "\f": "\\f", "\v": "\\v"}
)


def copy_lines(cursor: Cursor[Any], table: str, columns: str, lines: Iterable[str]) -> None:
    """Writes rows; each line holds the columns with tabs between them and ends as a line does."""
    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        copy.write("".join(lines))


def copied_text(value: str | None) -> str:
    """A text as COPY wants it; most have nothing to escape."""
    if value is None:
        return "\\N"
    return value if value.isprintable() and "\\" not in value else value.translate(_ESCAPED)


def copied_json(value: Any) -> str:
    """An object as JSON."""
    return escaped_json(orjson.dumps(value)) if value else "{}"


def escaped_json(text: bytes) -> str:
    """JSON that is written already; all that COPY wants escaped in it is the backslash."""
    return text.decode().replace("\\", "\\\\")
