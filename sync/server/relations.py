"""Which record belongs to which, as the county checks it.

A child whose parent the county does not have is refused: it would lie in nobody's file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.attachments.rules import ATTACH_PERMISSION


@dataclass(frozen=True, slots=True)
class Reference:
    """A field that names another record."""

    field: str
    entity: str
    is_same_unit: bool = True
    """Whether both must be records of one unit, so that nobody holds one without the other."""


PARENTS: Final[dict[str, Reference]] = {
    "credential": Reference("account_id", "account"),
    "resident": Reference("household_id", "household"),
    "case_party": Reference("case_id", "case_file"),
    "case_event": Reference("case_id", "case_file"),
    "motion_event": Reference("motion_id", "motion"),
    "electorate_entry": Reference("motion_id", "motion"),
    "ballot": Reference("motion_id", "motion"),
    "ballot_withdrawal": Reference("motion_id", "motion"),
    "conflict_settlement": Reference("conflict_id", "conflict"),
}
"""The record each of these is a part of; its id is kept as ``record.parent_id``."""

OTHERS: Final[dict[str, tuple[Reference, ...]]] = {
    "household": (Reference("micro_grid_id", "micro_grid"),),
    "motion": (Reference("rule_set_id", "rule_set", is_same_unit=False),),
    "ballot_withdrawal": (Reference("ballot_id", "ballot"),),
    "attachment_withdrawal": (Reference("attachment_id", "attachment"),),
}
"""What else must be there; empty fields are not looked up."""

HANGING: Final = ("attachment", "attachment_withdrawal")
"""What hangs on records of several kinds, named by its fields subject_entity and subject_id."""

_PARTS: Final[dict[str, tuple[str, ...]]] = {
    "account": ("credential",),
    "household": ("resident",),
    "case_file": ("case_party", "case_event"),
    "motion": ("motion_event", "electorate_entry", "ballot"),
}

CHILDREN: Final[dict[str, tuple[str, ...]]] = {
    entity: (*parts, *(HANGING if entity in ATTACH_PERMISSION else ()))
    for entity, parts in _PARTS.items()
}
"""What must be gone before a record may be deleted."""


def references_of(entity: str, body: Mapping[str, Any]) -> tuple[Reference, ...]:
    """Every reference the county checks, the parent first."""
    parent = _parent(entity, body)
    return (*((parent,) if parent else ()), *OTHERS.get(entity, ()))


def parent_id_of(entity: str, body: Mapping[str, Any]) -> str | None:
    """The id of the record it is a part of."""
    parent = _parent(entity, body)
    return None if parent is None else str(body[parent.field])


def _parent(entity: str, body: Mapping[str, Any]) -> Reference | None:
    subject = body.get("subject_entity") if entity in HANGING else None
    if isinstance(subject, str):
        return Reference("subject_id", subject)
    return PARENTS.get(entity)
