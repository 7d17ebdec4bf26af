"""Hanging photographs, scans and recordings on a record, taking them out of sight, and back.

The original goes to the disk first and the record after it: whoever is cut off between the two
has an original too many, never a record without one.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from app.accounts.session import Actor
from app.attachments.queries import withdrawn_among
from app.attachments.reach import hangs_on_confidential, seen_with_original
from app.attachments.rules import ATTACH_PERMISSION, attachment_problem, plain_name
from app.attachments.vocabulary import MediaType, Subject, WithdrawalKind
from app.cases.opening import case_to_write
from app.errors import ErrorCode, UserFacingError
from app.looks.actions import record_look
from app.looks.vocabulary import LookedAt
from app.store import Changes, Store
from db.blobs import BlobDamagedError
from db.outbox import loads
from db.tables.attachments import Attachment, AttachmentWithdrawal
from db.tables.base import SyncedRecord
from db.tables.cases import CaseFile
from db.tables.local import OutboxOp
from db.tables.registry import ENTITIES


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file as it is to be attached: pictures already made small enough, with a thumbnail."""

    data: bytes
    media_type: MediaType
    name: str
    thumbnail: bytes | None = None
    """JPEG."""
    taken_at: datetime | None = None


def may_attach(
    actor: Actor, *, subject_entity: str, unit_id: str, holder_unit_ids: Collection[str] = ()
) -> bool:
    """Whether this person may hang something on such a record of this unit, or one that was
    handed to the holders."""
    permission = ATTACH_PERMISSION.get(subject_entity)
    return permission is not None and actor.reaches(
        permission, unit_id=unit_id, holder_unit_ids=holder_unit_ids
    )


def attach_files(
    store: Store, actor: Actor, *, subject: Subject, files: Sequence[NewFile]
) -> Changes:
    """Hangs all of these on a record, or none.

    Raises ``UserFacingError``: NOT_ALLOWED, ATTACHMENT_NOT_POSSIBLE (name, problem),
    ATTACHMENT_SUBJECT_GONE, STORE_NOT_WRITTEN.
    """
    for file in files:
        _require_sound(subject, file)
    with store.reading() as session:
        _root(session, actor, subject)
    names = [store.blobs.put(file.data) for file in files]
    with store.transaction(account_id=actor.account_id, action="attach_files") as tx:
        unit_id = _root(tx.session, actor, subject).unit_id
        for file, sha256 in zip(files, names, strict=True):
            tx.session.add(_record(store, actor, subject, unit_id, file, sha256))
    return tx.changes


def withdraw_attachment(store: Store, actor: Actor, *, attachment_id: str) -> Changes:
    """Takes an attachment out of sight; it stays in the file and can be put back.

    Raises ``UserFacingError``: NOT_ALLOWED, ATTACHMENT_GONE.
    """
    return _say(store, actor, attachment_id, WithdrawalKind.WITHDRAWN)


def put_back_attachment(store: Store, actor: Actor, *, attachment_id: str) -> Changes:
    """Shows a withdrawn attachment again; raises as ``withdraw_attachment``."""
    return _say(store, actor, attachment_id, WithdrawalKind.PUT_BACK)


def want_original(store: Store, *, attachment_id: str) -> bool:
    """Asks for an original that is not here; False when it is here already.

    Raises ``UserFacingError`` ATTACHMENT_GONE.
    """
    with store.reading() as session:
        attachment = _attachment(session, attachment_id)
        sha256, size = attachment.sha256, attachment.size
    return store.blobs.want(sha256, size)


def original(store: Store, actor: Actor, *, sha256: str) -> bytes | None:
    """The bytes; None while they are not here.

    Raises ``UserFacingError`` ATTACHMENT_GONE, also for whoever may not see what it hangs on;
    ATTACHMENT_DAMAGED.
    """
    with store.reading() as session:
        _require_seen(session, actor, sha256)
    return _bytes(store, sha256)


def _require_seen(session: Session, actor: Actor, sha256: str) -> Attachment:
    found = seen_with_original(session, actor, sha256)
    if found is None:
        raise UserFacingError(ErrorCode.ATTACHMENT_GONE)
    return found


def _bytes(store: Store, sha256: str) -> bytes | None:
    try:
        return store.blobs.read(sha256)
    except BlobDamagedError as problem:
        raise UserFacingError(ErrorCode.ATTACHMENT_DAMAGED) from problem


def save_original(store: Store, actor: Actor, *, sha256: str, target: Path) -> Path:
    """Writes the original into a file outside the program, whole or not at all; of a confidential
    case, once that is written down. Work for the writer.

    Raises ``UserFacingError``: ATTACHMENT_GONE, ATTACHMENT_NOT_HERE, ATTACHMENT_DAMAGED,
    ATTACHMENT_NOT_SAVED, STORE_NOT_WRITTEN.
    """
    data = original(store, actor, sha256=sha256)
    if data is None:
        raise UserFacingError(ErrorCode.ATTACHMENT_NOT_HERE)
    _note_leaving(store, actor, sha256)
    unfinished = target.with_name(target.name + ".unfinished")
    try:
        unfinished.write_bytes(data)
        unfinished.replace(target)
    except OSError as problem:
        unfinished.unlink(missing_ok=True)
        raise UserFacingError(
            ErrorCode.ATTACHMENT_NOT_SAVED, problem=problem.strerror or str(problem)
        ) from problem
    return target


def _note_leaving(store: Store, actor: Actor, sha256: str) -> None:
    with store.reading() as session:
        found = _require_seen(session, actor, sha256)
        is_confidential = hangs_on_confidential(session, found)
    if is_confidential:
        record_look(
            store,
            actor,
            subject_entity=found.subject_entity,
            subject_id=found.subject_id,
            unit_id=found.unit_id,
            looked_at=LookedAt.EXPORT,
            reason=found.name,
        )


def _require_sound(subject: Subject, file: NewFile) -> None:
    name = plain_name(file.name)
    found = attachment_problem(
        subject_entity=subject.entity,
        sha256="0" * 64,  # made when it is kept
        size=len(file.data),
        media_type=file.media_type.value,
        name=name,
        thumbnail=_encoded(file.thumbnail),
    )
    if found is not None:
        raise UserFacingError(ErrorCode.ATTACHMENT_NOT_POSSIBLE, name=name, problem=found[1])


def _root(
    session: Session,
    actor: Actor,
    subject: Subject,
    *,
    gone: ErrorCode = ErrorCode.ATTACHMENT_SUBJECT_GONE,
) -> SyncedRecord:
    """What it hangs on, for whoever may hang something there; raises ``gone``, NOT_ALLOWED."""
    permission = ATTACH_PERMISSION[subject.entity]
    if subject.entity == CaseFile.entity():
        return case_to_write(session, actor, subject.record_id, permission, gone=gone)
    record = session.get(ENTITIES[subject.entity], subject.record_id)
    if record is None:
        raise UserFacingError(gone)
    actor.require(permission, unit_id=record.unit_id)
    return record


def _record(
    store: Store, actor: Actor, subject: Subject, unit_id: str, file: NewFile, sha256: str
) -> Attachment:
    return Attachment(
        unit_id=unit_id,
        subject_entity=subject.entity,
        subject_id=subject.record_id,
        part_id=subject.part_id,
        sha256=sha256,
        size=len(file.data),
        media_type=file.media_type.value,
        name=plain_name(file.name),
        taken_at=file.taken_at,
        thumbnail=_encoded(file.thumbnail),
        by_account_id=actor.account_id,
        happened_at=store.clock.now(),
    )


def _encoded(thumbnail: bytes | None) -> str | None:
    return None if thumbnail is None else base64.b64encode(thumbnail).decode()


def _attachment(session: Session, attachment_id: str) -> Attachment:
    found = session.get(Attachment, attachment_id)
    if found is None:
        raise UserFacingError(ErrorCode.ATTACHMENT_GONE)
    return found


def _say(store: Store, actor: Actor, attachment_id: str, kind: WithdrawalKind) -> Changes:
    action = "withdraw_attachment" if kind is WithdrawalKind.WITHDRAWN else "put_back_attachment"
    with store.transaction(account_id=actor.account_id, action=action) as tx:
        attachment = _attachment(tx.session, attachment_id)
        subject = Subject(attachment.subject_entity, attachment.subject_id)
        _root(tx.session, actor, subject, gone=ErrorCode.ATTACHMENT_GONE)
        is_withdrawn = attachment_id in withdrawn_among(tx.session, [attachment_id])
        if is_withdrawn != (kind is WithdrawalKind.WITHDRAWN):
            now = store.clock.now()
            tx.session.add(_event(attachment, kind, actor.account_id, now))
    return tx.changes


def opposite_attachments(
    session: Session, operations: Sequence[OutboxOp], account_id: str, now: datetime
) -> Iterator[AttachmentWithdrawal]:
    """What was attached or put back is withdrawn, what was withdrawn is put back; see
    ``app/undo.py``."""
    for operation in operations:
        patch = loads(operation.patch)
        was_withdrawn = patch.get("kind") == WithdrawalKind.WITHDRAWN
        attachment = _attachment(session, patch.get("attachment_id", operation.record_id))
        kind = WithdrawalKind.PUT_BACK if was_withdrawn else WithdrawalKind.WITHDRAWN
        yield _event(attachment, kind, account_id, now)


def _event(
    attachment: Attachment, kind: WithdrawalKind, account_id: str, now: datetime
) -> AttachmentWithdrawal:
    return AttachmentWithdrawal(
        unit_id=attachment.unit_id,
        subject_entity=attachment.subject_entity,
        subject_id=attachment.subject_id,
        attachment_id=attachment.id,
        kind=kind,
        by_account_id=account_id,
        happened_at=now,
    )
