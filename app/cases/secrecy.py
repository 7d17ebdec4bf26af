"""What of the file is kept from who may not see confidential cases.

信访工作条例 (2022-02-25), Art. 30 (3) and 46 (5). Such cases are few; they are found by an index of
their own, so that a file without any pays nothing for it.
"""

from __future__ import annotations

from typing import Final

from sqlmodel import Session

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission, Role
from app.flow.reach import holders_of
from db.tables.base import SyncedRecord
from db.tables.cases import CaseFile
from db.tables.registry import ENTITIES

CONFIDENTIAL: Final = "SELECT id FROM case_file WHERE is_confidential = 1"
"""As the partial index has it."""

_PARTS: Final = tuple(
    entity for entity, model in ENTITIES.items() if "case_id" in model.model_fields
)
_HANGING: Final = ("attachment", "attachment_withdrawal", "handover")
_LED: Final = "SELECT case_id FROM sponsorship WHERE leader_id = '{leader}' AND ended_on IS NULL"


def sees_confidential(actor: Actor) -> bool:
    """Whether this person is shown confidential cases at all; which ones is told by the unit."""
    return actor.may(Permission.SEE_CONFIDENTIAL)


def narrowed_for(actor: Actor, column: str = "c.id") -> str:
    """``AND`` a condition over the id of a case, for a statement that names cases; empty for who
    sees them all."""
    return "" if sees_confidential(actor) else f" AND {column} NOT IN ({_kept_from(actor)})"


def _kept_from(actor: Actor) -> str:
    """The confidential cases of which this person is told nothing: all but those a leader was put
    in charge of by name."""
    if actor.role is not Role.SPONSOR_LEADER:
        return CONFIDENTIAL
    leader = actor.account_id.replace("'", "''")
    return f"{CONFIDENTIAL} AND id NOT IN ({_LED.format(leader=leader)})"


def confidential_ids(session: Session) -> frozenset[str]:
    """The confidential cases of this file: few, and in an index of their own."""
    found = session.connection().exec_driver_sql(CONFIDENTIAL)
    return frozenset(row[0] for row in found)


def has_confidential(session: Session) -> bool:
    """Whether there is any in this file."""
    found = session.connection().exec_driver_sql(f"{CONFIDENTIAL} LIMIT 1")
    return found.first() is not None


def hidden_records(session: Session, actor: Actor) -> frozenset[str]:
    """The ids of every confidential case and of all that hangs on one; none for who sees them."""
    if sees_confidential(actor) or not has_confidential(session):
        return frozenset()
    kept = _kept_from(actor)
    parts = " ".join(
        f"UNION ALL SELECT id FROM {part} WHERE case_id IN ({kept})" for part in _PARTS
    )
    hanging = " ".join(
        f"UNION ALL SELECT id FROM {table} WHERE subject_id IN ({kept})" for table in _HANGING
    )
    found = session.connection().exec_driver_sql(f"{kept} {parts} {hanging}")
    return frozenset(row[0] for row in found)


def is_hidden(session: Session, actor: Actor, record: SyncedRecord) -> bool:
    """Whether this record is a confidential case, or a part of one, this person may not see."""
    case: SyncedRecord | None = record
    if not isinstance(record, CaseFile):
        case_id = case_id_of(record)
        case = session.get(CaseFile, case_id) if case_id else None
    if not isinstance(case, CaseFile) or not case.is_confidential:
        return False
    if actor.reaches(
        Permission.SEE_CONFIDENTIAL, unit_id=case.unit_id, holder_unit_ids=holders_of(case)
    ):
        return False
    if actor.role is not Role.SPONSOR_LEADER:
        return True
    kept = session.connection().exec_driver_sql(
        f"SELECT 1 WHERE ? IN ({_kept_from(actor)})", (case.id,)
    )
    return kept.first() is not None


def case_id_of(record: SyncedRecord) -> str:
    """The case a record is a part of or hangs on; empty for any other."""
    return str(getattr(record, "case_id", "") or getattr(record, "subject_id", ""))
