"""A value typed on the card of a conflict, judged as the record's own form would judge it."""

from __future__ import annotations

from typing import Any, Final

from sqlmodel import Session

from app.cases.rules import MAX_PLACE, MAX_STORY, MAX_TITLE
from app.errors import ErrorCode, UserFacingError
from app.households.filling import LONGEST, check_number_free
from app.households.rules import check_phone, normalise_name
from db.tables.base import SyncedRecord
from db.tables.households import Household

PHONES: Final = frozenset({"phone", "carer_phone"})
NAMES: Final = frozenset({"head_name", "name"})
TEXT_FIELDS: Final[dict[str, dict[str, int]]] = {
    "household": {
        name: LONGEST[name]
        for name in ("number", "head_name", "address", "phone", "note", "group_name")
    },
    "resident": {
        name: LONGEST[name]
        for name in (
            *("name", "phone", "note", "away_place", "former_name", "occupation", "workplace"),
            *("registered_place", "carer_name", "carer_phone", "needs", "support"),
        )
    },
    "micro_grid": {"name": LONGEST["name"]},
    "case_file": {"title": MAX_TITLE, "place": MAX_PLACE, "story": MAX_STORY},
    "case_party": {"name": LONGEST["name"], "phone": LONGEST["phone"], "address": 200},
}
"""Fields that can be typed here, with their length; everything else is mended in its own form."""
_REQUIRED: Final = frozenset({"number", "head_name", "name", "title"})
_NEVER_NONE: Final = frozenset({"place", "story"})


def is_typed(entity: str, field: str) -> bool:
    """Whether another value can be typed on the card."""
    return field in TEXT_FIELDS.get(entity, {})


def checked_text(session: Session, record: SyncedRecord, field: str, typed: str) -> Any:
    """The wire value of what was typed.

    Raises CONFLICT_VALUE_MISSING, CONFLICT_VALUE_TOO_LONG (limit, length), HOUSEHOLD_NUMBER_TAKEN.
    """
    plain = normalise_name(typed) if field in NAMES else typed.strip()
    limit = TEXT_FIELDS[record.entity()][field]
    if len(plain) > limit:
        raise UserFacingError(ErrorCode.CONFLICT_VALUE_TOO_LONG, limit=limit, length=len(plain))
    if not plain:
        if field in _REQUIRED:
            raise UserFacingError(ErrorCode.CONFLICT_VALUE_MISSING)
        return "" if field in _NEVER_NONE else None
    if field in PHONES:
        finding = check_phone(plain)
        return finding.number if not finding.others else plain
    if field == "number" and isinstance(record, Household):
        return _free_number(session, record, plain.replace(" ", ""))
    return plain


def _free_number(session: Session, household: Household, number: str) -> str:
    if number != household.number:
        check_number_free(session, household, number)
    return number
