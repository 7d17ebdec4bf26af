"""Whose eyes the attachments of a record are for: those who may see the record itself."""

from __future__ import annotations

from sqlmodel import Session, col, select

from app.accounts.record_rules import READERS
from app.accounts.session import Actor
from app.cases.opening import case_to_read
from db.tables.attachments import Attachment
from db.tables.cases import CaseFile
from db.tables.registry import ENTITIES


def may_see_subject(session: Session, actor: Actor, *, entity: str, record_id: str) -> bool:
    """Whether this person may see the record that attachments hang on; False where it is gone."""
    if entity == CaseFile.entity():
        return case_to_read(session, actor, record_id) is not None
    record = session.get(ENTITIES[entity], record_id)
    return record is not None and actor.reaches(READERS[entity], unit_id=record.unit_id)


def hangs_on_confidential(session: Session, attachment: Attachment) -> bool:
    """Whether it belongs to a confidential case."""
    case = session.get(CaseFile, attachment.subject_id)
    return case is not None and case.is_confidential


def seen_with_original(session: Session, actor: Actor, sha256: str) -> Attachment | None:
    """An attachment with this original that this person may see; one file may hang on several."""
    found = session.exec(select(Attachment).where(col(Attachment.sha256) == sha256))
    return next(
        (
            one
            for one in found
            if may_see_subject(session, actor, entity=one.subject_entity, record_id=one.subject_id)
        ),
        None,
    )
