"""The one way to write: rows and operations together, or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import orjson
import pytest
from pydantic import ValidationError
from sqlalchemy import event, text
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError
from sqlmodel import select

from app.errors import ErrorCode, UserFacingError
from app.households.vocabulary import IdentityKind, Sex
from db.session import Store
from db.tables.households import Household, Resident
from db.tables.local import OpKind, OpState, OutboxOp
from tests.helpers.stores import a_store


def a_plain_household(**fields: object) -> Household:
    return Household(**{"unit_id": "village", "number": "001", "head_name": "吴某", **fields})


def operations(store: Store) -> list[OutboxOp]:
    with store.reading() as session:
        return list(session.exec(select(OutboxOp).order_by(OutboxOp.op_no)))


def add_household(store: Store, **fields: object) -> str:
    with store.transaction(account_id="worker", action="add_household") as tx:
        household = a_plain_household(**fields)
        tx.session.add(household)
    return household.id


def test_an_edit_and_its_operation_are_one_transaction(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    household_id = add_household(store)

    (operation,) = operations(store)

    assert (operation.op_no, operation.txn, operation.entity) == (1, 1, "household")
    assert operation.record_id == household_id
    assert orjson.loads(operation.patch)["head_name"] == "吴某"
    assert operation.state is OpState.WAITING


def test_a_patch_holds_only_what_changed_and_the_value_before(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    household_id = add_household(store)

    with store.transaction(account_id="worker", action="edit_household") as tx:
        household = tx.session.get_one(Household, household_id)
        household.note = "迁回"
        household.number = "001"

    operation = operations(store)[-1]
    assert orjson.loads(operation.patch) == {"note": "迁回"}
    assert orjson.loads(operation.before) == {"note": None}


def test_an_edit_that_changes_nothing_leaves_no_operation(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    household_id = add_household(store)

    with store.transaction(account_id="worker", action="edit_household") as tx:
        tx.session.get_one(Household, household_id).number = "001"

    assert len(operations(store)) == 1


def test_a_failed_action_leaves_neither_rows_nor_operations_nor_gaps(tmp_path: Path) -> None:
    store = a_store(tmp_path)

    def import_and_break() -> None:
        with store.transaction(account_id="worker", action="import_roster") as tx:
            tx.session.add(a_plain_household())
            tx.session.flush()
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        import_and_break()
    add_household(store, number="002")

    assert [one.op_no for one in operations(store)] == [1]
    with store.reading() as session:
        assert [h.number for h in session.exec(select(Household))] == ["002"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE household SET number = '9'",
        "DELETE FROM household",
        "INSERT INTO household (id) VALUES ('x')",
    ],
)
def test_a_write_past_the_outbox_is_refused_by_the_file(tmp_path: Path, statement: str) -> None:
    store = a_store(tmp_path)
    add_household(store)

    with (
        pytest.raises(DatabaseError, match="outside transaction"),
        store.local_writing() as session,
    ):
        session.connection().execute(text(statement))
    with (
        pytest.raises(DatabaseError, match="outside transaction"),
        store.transaction(account_id="worker", action="bulk") as tx,
    ):
        tx.session.connection().execute(text(statement))


def test_without_the_guard_the_same_write_goes_through(tmp_path: Path) -> None:
    """Shows that the test above would notice a missing trigger."""
    store = a_store(tmp_path)
    add_household(store)
    with store.local_writing() as session:
        session.connection().execute(text("DROP TRIGGER guard_household_update"))
    with store.local_writing() as session:
        session.connection().execute(text("UPDATE household SET number = '9'"))
    with store.reading() as session:
        assert session.exec(select(Household.number)).one() == "9"


def test_a_bad_enum_value_is_refused_by_model_and_by_file(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    with pytest.raises(ValidationError):
        Resident(
            unit_id="village",
            household_id="h",
            name="吴某",
            sex="banana",
            identity_kind=IdentityKind.RESIDENT_IDENTITY_NUMBER,
        )
    household_id = add_household(store)
    with pytest.raises(IntegrityError), store.laying_down() as session:
        session.connection().exec_driver_sql(
            "INSERT INTO resident (id, unit_id, household_id, position, name, sex, identity_kind, "
            "sync_version, sync_seq, sync_state) "
            "VALUES ('r', 'village', ?, 0, '吴某', 'banana', 'resident_identity_number', 0, 0, "
            "'synced')",
            (household_id,),
        )


def test_a_resident_without_household_is_refused_at_commit(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    with (
        pytest.raises(IntegrityError),
        store.transaction(account_id="worker", action="add_resident") as tx,
    ):
        tx.session.add(
            Resident(
                unit_id="village",
                household_id="nowhere",
                name="吴某",
                sex=Sex.MALE,
                identity_kind=IdentityKind.RESIDENT_IDENTITY_NUMBER,
            )
        )
    assert operations(store) == []


def test_deleting_keeps_the_text_in_the_operation(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    household_id = add_household(store, note="一栋木楼")

    with store.transaction(account_id="worker", action="remove_household") as tx:
        tx.session.delete(tx.session.get_one(Household, household_id))

    operation = operations(store)[-1]
    assert operation.kind is OpKind.DELETE
    assert orjson.loads(operation.before)["note"] == "一栋木楼"


def test_two_threads_take_turns_and_number_without_gaps(tmp_path: Path) -> None:
    store = a_store(tmp_path)

    def write(mark: str) -> None:
        for n in range(20):
            add_household(store, number=f"{mark}{n}")

    threads = [threading.Thread(target=write, args=(mark,)) for mark in "AB"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [one.op_no for one in operations(store)] == list(range(1, 41))


def limited(store: Store, pragma: str) -> Store:
    """The same file under a limit that every new connection is given."""
    again = Store(store.path, store.key, clock=store.clock)
    event.listen(again.engine, "connect", lambda raw, _record: raw.execute(f"PRAGMA {pragma}"))
    return again


def test_a_full_disk_is_said_and_leaves_nothing_half_done(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    add_household(store)
    pages = int(store.path.stat().st_size / 4096)
    full = limited(store, f"max_page_count = {pages + 1}")
    for _ in range(2):
        with pytest.raises(UserFacingError) as raised:
            add_household(full, note="字" * 1000, address="字" * 200)
        assert raised.value.code is ErrorCode.STORE_NOT_WRITTEN
        assert "full" in raised.value.params["problem"]
    with pytest.raises(UserFacingError), full.laying_down() as session:
        session.connection().exec_driver_sql(
            "INSERT INTO local_value (name, value) VALUES ('x', ?)", ("字" * 90_000,)
        )
    assert [one.op_no for one in operations(full)] == [1]
    add_household(store, number="002")
    assert [one.op_no for one in operations(store)] == [1, 2]


def test_a_file_another_program_does_not_let_go_of(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    impatient = limited(store, "busy_timeout = 0")
    with store.local_writing() as session:
        session.connection()
        with pytest.raises(UserFacingError) as raised:
            add_household(impatient)
    assert raised.value.code is ErrorCode.STORE_NOT_WRITTEN
    add_household(impatient)


def test_a_mistake_of_ours_is_not_told_as_a_full_disk(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    with pytest.raises(OperationalError), store.local_writing() as session:
        session.connection().exec_driver_sql("SELECT nothing FROM nowhere")


def test_the_file_is_private_and_unreadable_without_its_key(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    add_household(store, head_name="吴某某")
    store.close()

    assert store.path.stat().st_mode & 0o777 == 0o600
    assert not store.path.read_bytes().startswith(b"SQLite format 3")
    assert "吴某某".encode() not in store.path.read_bytes()


_KILLED_WHILE_SAVING = """
import os, sys
from pathlib import Path
from db.session import Store
from db.tables.households import Household
store = Store(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]))
for n in range(10_000):
    with store.transaction(account_id="worker", action="add_household") as tx:
        for m in range(3):
            tx.session.add(Household(unit_id="v", number=f"{n}-{m}", head_name="某"))
    print(n, flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is a POSIX signal")
def test_killed_in_the_middle_of_a_save_nothing_is_half_there(tmp_path: Path) -> None:
    """The program is killed with -9 while it saves; every confirmed save is whole on reopening."""
    store = a_store(tmp_path)
    store.close()
    child = subprocess.Popen(
        [sys.executable, "-c", _KILLED_WHILE_SAVING, str(store.path), store.key.hex()],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    for _ in range(25):
        confirmed = int(child.stdout.readline())
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()

    again = Store(store.path, store.key)
    with again.reading() as session:
        numbers = set(session.exec(select(Household.number)))
    saved = {int(number.split("-")[0]) for number in numbers}
    assert saved >= set(range(confirmed + 1))
    assert len(numbers) == 3 * len(saved)
    ops = operations(again)
    assert [one.op_no for one in ops] == list(range(1, len(numbers) + 1))
    assert {one.record_id for one in ops} == _household_ids(again)


def _household_ids(store: Store) -> set[str]:
    with store.reading() as session:
        return set(session.exec(select(Household.id)))
