"""SQL of lists that are put together from the conditions a person chose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, text
from sqlmodel import Session


def where_clause(conditions: Sequence[str]) -> str:
    """All conditions together; empty where there are none."""
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def fetch_rows(session: Session, statement: str, values: Mapping[str, Any]) -> Sequence[Any]:
    """The rows of a statement; a value that is a list stands behind its `IN`."""
    prepared = text(statement)
    lists = [name for name, value in values.items() if isinstance(value, list)]
    prepared = prepared.bindparams(*(bindparam(name, expanding=True) for name in lists))
    return session.connection().execute(prepared, values).all()
