"""Which record belongs to which, as the county checks it.

A child whose parent the county does not have is refused: it would lie in nobody's file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


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
}
"""The record each of these is a part of; its id is kept as ``record.parent_id``."""

OTHERS: Final[dict[str, tuple[Reference, ...]]] = {
    "household": (Reference("micro_grid_id", "micro_grid"),),
    "motion": (Reference("rule_set_id", "rule_set", is_same_unit=False),),
    "ballot_withdrawal": (Reference("ballot_id", "ballot"),),
}
"""What else must be there; empty fields are not looked up."""

CHILDREN: Final[dict[str, tuple[str, ...]]] = {
    "account": ("credential",),
    "household": ("resident",),
    "case_file": ("case_party", "case_event"),
    "motion": ("motion_event", "electorate_entry", "ballot"),
}
"""What must be gone before a record may be deleted."""


def references_of(entity: str) -> tuple[Reference, ...]:
    """Every reference the county checks, the parent first."""
    parent = PARENTS.get(entity)
    return (*((parent,) if parent else ()), *OTHERS.get(entity, ()))


def parent_id_of(entity: str, body: dict[str, object]) -> str | None:
    """The id of the record it is a part of."""
    parent = PARENTS.get(entity)
    return None if parent is None else str(body[parent.field])
