"""Attaching, withdrawing, putting back; a real encrypted store."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.accounts.vocabulary import Role
from app.attachments.actions import (
    NewFile,
    attach_files,
    original,
    put_back_attachment,
    save_original,
    want_original,
    withdraw_attachment,
)
from app.attachments.queries import AttachmentRow, attachments_of
from app.attachments.vocabulary import AttachmentProblem, BlobState, MediaType, Subject
from app.errors import ErrorCode, UserFacingError
from app.store import Store, SyncState
from app.undo import undo
from db.tables.cases import CaseFile
from tests.helpers.stores import EVERYWHERE, a_case, a_store, a_unit, an_actor, save

PHOTO = b"\xff\xd8\xff a made-up photograph"


def a_photo(name: str = "界址.jpg", data: bytes = PHOTO) -> NewFile:
    return NewFile(data, MediaType.JPEG, name, thumbnail=b"small")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_store(tmp_path)


@pytest.fixture
def case(store: Store) -> Subject:
    made = a_case(store)
    save(store, made)
    return Subject("case_file", made.id, "an-event")


def shown(store: Store, case: Subject) -> tuple[AttachmentRow, ...]:
    return attachments_of(store, EVERYWHERE, entity=case.entity, record_id=case.record_id)


def attach(store: Store, case: Subject, *files: NewFile) -> list[str]:
    changes = attach_files(store, an_actor(), subject=case, files=files or (a_photo(),))
    return [record_id for _entity, record_id in changes.records]


def test_an_attachment_has_its_thumbnail_and_its_original(store: Store, case: Subject) -> None:
    attach(store, case)
    (row,) = shown(store, case)
    assert (row.name, row.size, row.thumbnail) == ("界址.jpg", len(PHOTO), b"small")
    assert row.subject == case
    assert row.original is BlobState.HERE
    assert row.is_here
    assert row.sync_state is SyncState.PENDING
    assert original(store, EVERYWHERE, sha256=row.sha256) == PHOTO


def test_several_files_hang_or_none(store: Store, case: Subject) -> None:
    with pytest.raises(UserFacingError) as raised:
        attach(store, case, a_photo(), a_photo("空.jpg", b""))
    assert raised.value.code is ErrorCode.ATTACHMENT_NOT_POSSIBLE
    assert raised.value.params == {"name": "空.jpg", "problem": AttachmentProblem.EMPTY}
    assert shown(store, case) == ()
    attach(store, case, a_photo(), a_photo("二.jpg", PHOTO + b"2"))
    assert [row.name for row in shown(store, case)] == ["界址.jpg", "二.jpg"]


def test_who_may_not_write_there_attaches_nothing(store: Store, case: Subject) -> None:
    stranger = an_actor(Role.GRID_WORKER, "高步村")
    with pytest.raises(UserFacingError) as raised:
        attach_files(store, stranger, subject=case, files=[a_photo()])
    assert raised.value.code is ErrorCode.NOT_ALLOWED
    assert store.blobs.to_send() == []


def test_a_department_attaches_to_the_case_it_holds(store: Store, case: Subject) -> None:
    handler = an_actor(Role.DEPARTMENT_HANDLER, "县林业局")
    with pytest.raises(UserFacingError):
        attach_files(store, handler, subject=case, files=[a_photo()])
    with store.laying_down() as session:
        held = session.get(CaseFile, case.record_id)
        assert held is not None
        held.holder_unit_id = handler.unit_id
    changes = attach_files(store, handler, subject=case, files=[a_photo()])
    ((_entity, attachment_id),) = changes.records
    (row,) = shown(store, case)
    assert row.unit_id == a_unit().id, "it stays the village's"
    withdraw_attachment(store, handler, attachment_id=attachment_id)
    assert shown(store, case)[0].is_withdrawn


def test_nothing_hangs_on_what_is_not_here(store: Store) -> None:
    with pytest.raises(UserFacingError) as raised:
        attach(store, Subject("case_file", "gone"))
    assert raised.value.code is ErrorCode.ATTACHMENT_SUBJECT_GONE


def test_withdrawn_is_out_of_sight_and_can_come_back(store: Store, case: Subject) -> None:
    (attachment_id,) = attach(store, case)
    withdraw_attachment(store, an_actor(), attachment_id=attachment_id)
    assert shown(store, case)[0].is_withdrawn
    again = withdraw_attachment(store, an_actor(), attachment_id=attachment_id)
    assert not again, "said once is enough"
    put_back_attachment(store, an_actor(), attachment_id=attachment_id)
    (row,) = shown(store, case)
    assert not row.is_withdrawn
    assert original(store, EVERYWHERE, sha256=row.sha256) == PHOTO


def test_undo_takes_back_each_step_by_its_counter_event(store: Store, case: Subject) -> None:
    changes = attach_files(store, an_actor(), subject=case, files=[a_photo(), a_photo("二.jpg")])
    assert changes.txn is not None
    undone = undo(store, account_id=an_actor().account_id, txn=changes.txn).changes
    assert [row.is_withdrawn for row in shown(store, case)] == [True, True]
    assert undone.txn is not None
    undo(store, account_id=an_actor().account_id, txn=undone.txn)
    assert [row.is_withdrawn for row in shown(store, case)] == [False, False]


def test_a_refused_withdrawal_hides_nothing(store: Store, case: Subject) -> None:
    (attachment_id,) = attach(store, case)
    withdraw_attachment(store, an_actor(), attachment_id=attachment_id)
    with store.laying_down() as session:
        session.connection().exec_driver_sql(
            "UPDATE attachment_withdrawal SET sync_state = 'refused'"
        )
    assert not shown(store, case)[0].is_withdrawn


def test_a_thumbnail_without_its_original_can_be_asked_for(store: Store, case: Subject) -> None:
    (attachment_id,) = attach(store, case)
    (row,) = shown(store, case)
    store.blobs.forget([row.sha256])
    assert shown(store, case)[0].original is BlobState.NOT_HERE
    assert original(store, EVERYWHERE, sha256=row.sha256) is None
    assert want_original(store, attachment_id=attachment_id)
    assert shown(store, case)[0].original is BlobState.WANTED


def test_an_original_is_saved_whole_or_not_at_all(
    store: Store, case: Subject, tmp_path: Path
) -> None:
    attach(store, case)
    (row,) = shown(store, case)
    target = tmp_path / "另存.jpg"
    assert save_original(store, EVERYWHERE, sha256=row.sha256, target=target).read_bytes() == PHOTO
    with pytest.raises(UserFacingError) as raised:
        save_original(store, EVERYWHERE, sha256=row.sha256, target=tmp_path / "没有这个" / "x.jpg")
    assert raised.value.code is ErrorCode.ATTACHMENT_NOT_SAVED
    store.blobs.forget([row.sha256])
    with pytest.raises(UserFacingError) as raised:
        save_original(store, EVERYWHERE, sha256=row.sha256, target=tmp_path / "y.jpg")
    assert raised.value.code is ErrorCode.ATTACHMENT_NOT_HERE
    assert sorted(path.name for path in tmp_path.glob("*.jpg*")) == ["另存.jpg"]


def test_originals_are_not_in_the_daily_copy(store: Store, case: Subject) -> None:
    from db.backup import BackupKind, back_up

    small = back_up(store, BackupKind.DAILY).stat().st_size
    attach(store, case, a_photo(data=PHOTO + b"x" * 3_000_000))
    assert back_up(store, BackupKind.BEFORE_UPGRADE).stat().st_size < small + 200_000
