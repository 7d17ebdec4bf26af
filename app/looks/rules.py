"""What of a person is masked, who may have it shown, and when a second look is the same look.

Personal Information Protection Law (2021-08-20), Art. 51: whoever handles personal information
takes measures against unauthorised access, among them "de-identification" (3) and reasonable
limits to who may operate with it (4). Art. 55 asks for a record of the handling in the cases it
names, sensitive personal information among them, and Art. 56 keeps that record at least three
years. Whether a village's roster falls under Art. 55 is unconfirmed; looks are logged in any case
and never removed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.accounts.vocabulary import Permission
from app.looks.vocabulary import LookedAt

SAME_LOOK: Final = timedelta(minutes=10)
"""Who looks again within this time at the same thing has looked once."""

SHOWN_SECONDS: Final = 30
"""How long a number stays on the screen."""

SUBJECT_PERMISSIONS: Final = frozenset({Permission.SEE_ROSTER, Permission.SEE_CASES})
"""Whoever has one of these at the record's unit files the look there, else in the own unit."""


@dataclass(frozen=True, slots=True)
class Masked:
    """A field that is shown only when asked for."""

    looked_at: LookedAt
    permission: Permission
    """Who may ask. Telephones: whoever sees the record, for calling people is the work."""


_IDENTITY: Final = LookedAt.IDENTITY_NUMBER
_PHONE: Final = LookedAt.PHONE

MASKED: Final[Mapping[tuple[str, str], Masked]] = {
    ("household", "phone"): Masked(_PHONE, Permission.SEE_ROSTER),
    ("resident", "phone"): Masked(_PHONE, Permission.SEE_ROSTER),
    ("resident", "carer_phone"): Masked(_PHONE, Permission.SEE_ROSTER),
    ("resident", "identity_number"): Masked(_IDENTITY, Permission.SEE_IDENTITY_NUMBERS),
    ("case_party", "phone"): Masked(_PHONE, Permission.SEE_CASES),
    ("case_party", "identity_number"): Masked(_IDENTITY, Permission.SEE_IDENTITY_NUMBERS),
    ("incident_person", "phone"): Masked(_PHONE, Permission.SEE_INCIDENTS),
    ("incident_person", "identity_number"): Masked(_IDENTITY, Permission.SEE_IDENTITY_NUMBERS),
    ("micro_service", "asker_phone"): Masked(_PHONE, Permission.SEE_GRID_WORK),
    ("team_member", "phone"): Masked(_PHONE, Permission.SEE_GRID_WORK),
}
"""By entity and field."""


def is_same_look(earlier: datetime, now: datetime) -> bool:
    """Whether a look of the same person at the same thing is still the look of before.

    A clock that was set back makes no earlier look count: better one line too many.
    """
    return now - SAME_LOOK < earlier <= now
