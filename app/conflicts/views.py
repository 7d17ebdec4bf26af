"""What the page of conflicts shows: frozen rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app.conflicts.vocabulary import ConflictKind, SettlementChoice
from app.households.vocabulary import Relation, Sex
from app.votes.views import BallotView

IDENTITY_FIELDS = frozenset(
    {"identity_number", "identity_kind", "sex", "birth_date", "missing_identity"}
)
"""A number decides the others, so one choice settles all of them."""


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """One line of the list: everything open about one field, or about one pair."""

    key: str
    conflict_ids: tuple[str, ...]
    kind: ConflictKind
    subject_entity: str
    subject_id: str
    field_name: str
    """Empty where the whole record is concerned; ``identity`` for a number and what it decides."""
    title: str
    names: tuple[str, ...]
    """Who wrote, the first first; empty for somebody this laptop does not know."""
    found_at: datetime
    unit_id: str
    place: str
    may_settle: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the values to choose from. ``values`` is {field: wire value}."""

    values: Mapping[str, Any]
    labels: Mapping[str, str]
    """{field: name} where the value names another record."""
    by_name: str
    is_here: bool
    """Whether it was written on this laptop."""
    at: datetime | None
    """None for what both started from."""
    stands: bool
    """Whether the record holds it now."""

    @property
    def is_base(self) -> bool:
        """Whether it is what both started from."""
        return self.at is None


@dataclass(frozen=True, slots=True)
class MemberView:
    """Somebody in a household; the number masked as the lists show it."""

    resident_id: str
    name: str
    relation: Relation | None
    sex: Sex
    birth_date: date | None
    masked_number: str
    twin_id: str | None = None
    """Who in the other household is the same person, as far as can be told."""


@dataclass(frozen=True, slots=True)
class HouseholdSide:
    """One of two households that may be one."""

    household_id: str
    number: str
    head_name: str
    address: str
    phone: str
    note: str
    micro_grid_name: str
    members: tuple[MemberView, ...]
    by_name: str
    is_here: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class SettlementView:
    """One line of what was decided before."""

    choice: SettlementChoice
    by_name: str
    settled_at: datetime
    counts: bool
    """False for one that came after another had settled it."""


@dataclass(frozen=True, slots=True)
class ConflictCard:
    """One line of the list, whole. What is filled depends on the kind."""

    row: ConflictRow
    candidates: tuple[Candidate, ...] = ()
    is_subject_here: bool = True
    ballots: tuple[BallotView, ...] = ()
    motion_title: str = ""
    motion_id: str = ""
    is_motion_open: bool = False
    households: tuple[HouseholdSide, ...] = ()
    reasons: tuple[str, ...] = ()
    """Why two households may be one: the rule's names."""
    detail: Mapping[str, Any] = field(default_factory=dict)
    settlements: tuple[SettlementView, ...] = ()
