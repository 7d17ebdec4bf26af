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
    "roster_event": Reference("household_id", "household"),
    "visit": Reference("household_id", "household"),
    "grid_assignment": Reference("micro_grid_id", "micro_grid"),
    "hazard_measure": Reference("hazard_id", "hazard"),
    "incident_person": Reference("incident_id", "incident"),
    "incident_event": Reference("incident_id", "incident"),
    **{
        entity: Reference("case_id", "case_file")
        for entity in (
            *("case_mediator", "agreement", "agreement_item", "agreement_signature"),
            *("sponsorship", "legal_aid", "typical_case"),
        )
    },
    "outreach_finding": Reference("round_id", "outreach_round"),
}
"""The record each of these is a part of; its id is kept as ``record.parent_id``."""

OTHERS: Final[dict[str, tuple[Reference, ...]]] = {
    "household": (Reference("micro_grid_id", "micro_grid"),),
    # A micro-grid is handed to somebody of its own village.
    "grid_assignment": (Reference("account_id", "account"),),
    "agreement_item": (Reference("agreement_id", "agreement"),),
    "agreement_signature": (Reference("agreement_id", "agreement"),),
    "motion": (Reference("rule_set_id", "rule_set", is_same_unit=False),),
    "ballot_withdrawal": (Reference("ballot_id", "ballot"),),
    "attachment_withdrawal": (Reference("attachment_id", "attachment"),),
}
"""What else must be there; empty fields are not looked up."""

CASE_PARTS: Final = (
    *("case_party", "case_event", "case_mediator", "agreement", "agreement_item"),
    *("agreement_signature", "sponsorship", "legal_aid"),
)
"""What whoever has a case in hand is sent with it; a text for other villages is not."""

HANGING: Final = ("attachment", "attachment_withdrawal")
"""What hangs on records of several kinds, named by its fields subject_entity and subject_id."""

_PARTS: Final[dict[str, tuple[str, ...]]] = {
    "account": ("credential",),
    "household": ("resident", "roster_event", "visit"),
    "micro_grid": ("grid_assignment",),
    "hazard": ("hazard_measure",),
    "visit": (),
    "incident": ("incident_person", "incident_event"),
    "case_file": (*CASE_PARTS, "typical_case"),
    "agreement": (),
    "outreach_round": ("outreach_finding",),
    "motion": ("motion_event", "electorate_entry", "ballot"),
}

CHILDREN: Final[dict[str, tuple[str, ...]]] = {
    entity: (*parts, *(HANGING if entity in ATTACH_PERMISSION else ()))
    for entity, parts in _PARTS.items()
}
"""What must be gone before a record may be deleted."""


HANDOVER: Final = "handover"
LOOK: Final = "look"
"""Leans on nothing: who looked stays known when what was looked at is gone."""

MOVES_ALONG: Final[dict[str, tuple[str, ...]]] = {
    "account": ("credential",),
    "household": ("resident", "roster_event", "visit", "conflict", *HANGING),
    "resident": ("conflict",),
    "visit": HANGING,
    "conflict": ("conflict_settlement",),
}
"""What becomes another unit's with the record it is a part of."""

SHARED_ALONG: Final[dict[str, tuple[str, ...]]] = {
    "case_file": (*CASE_PARTS, "conflict", *HANGING, HANDOVER),
    **{part: ("conflict",) for part in CASE_PARTS if part != "case_event"},
    "conflict": ("conflict_settlement",),
}
"""What a unit that holds a case is sent with it."""


HELD_ENTITIES: Final = frozenset({"case_file", *SHARED_ALONG["case_file"]})
"""What the holder of a case may write to; a hand-over of anything else only tells of it."""


_KNOWN: Final[dict[str, tuple[Reference, ...]]] = {
    entity: (*((PARENTS[entity],) if entity in PARENTS else ()), *OTHERS.get(entity, ()))
    for entity in {*PARENTS, *OTHERS} - {HANDOVER, *HANGING}
}
"""Of the entities whose references do not hang on what the record says."""


def parts_to_load(entity: str) -> tuple[str, ...]:
    """The entities that go where a record goes."""
    return (*MOVES_ALONG.get(entity, ()), *SHARED_ALONG.get(entity, ()))


def references_of(entity: str, body: Mapping[str, Any]) -> tuple[Reference, ...]:
    """Every reference the county checks, the parent first."""
    known = _KNOWN.get(entity)
    if known is not None:
        return known
    parent = _parent(entity, body)
    return (*((parent,) if parent else ()), *OTHERS.get(entity, ()))


def parent_id_of(entity: str, body: Mapping[str, Any]) -> str | None:
    """The id of the record it is a part of."""
    if entity == "record_alias":
        return str(body["old_id"])  # by which it is found again; it leans on nothing
    parent = _parent(entity, body)
    return None if parent is None else str(body[parent.field])


def parent_of(entity: str, body: Mapping[str, Any]) -> tuple[str, str] | None:
    """Entity and id of the record it is a part of."""
    parent = _parent(entity, body)
    found = None if parent is None else body.get(parent.field)
    return (parent.entity, found) if parent and isinstance(found, str) else None


def _parent(entity: str, body: Mapping[str, Any]) -> Reference | None:
    if entity != HANDOVER and entity not in HANGING:
        return PARENTS.get(entity)
    subject = body.get("subject_entity")
    if isinstance(subject, str):
        return Reference("subject_id", subject, is_same_unit=entity != HANDOVER)
    return PARENTS.get(entity)
