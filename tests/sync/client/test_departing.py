"""Records that leave: what waits is sent first, what was refused stays as it was written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from app.drafts import save_draft
from db.outbox import loads
from db.purging import PURGE_DUE
from db.session import Store
from db.tables.base import SyncedRecord
from db.tables.households import Household, Resident
from db.tables.local import DeadLetter, Departure, Draft, OpState, OutboxOp
from sync.client.round import lay_down
from tests.helpers.stores import a_household, a_resident, a_store, save

VILLAGE = "village"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_store(tmp_path)


def answer(store: Store, **parts: Any) -> None:
    found = {
        "magic": "gulou-sync",
        "protocol": 1,
        "epoch": "e",
        "server_ms": 0,
        "verdicts": [],
        "changes": [],
        "cursors": {VILLAGE: 1},
        "more": False,
        **parts,
    }
    lay_down(store, found, lambda _session, _touched: None)


def gone(record: SyncedRecord, kind: str = "evict", *, seq: int = 9) -> list[Any]:
    return [record.entity(), record.id, kind, 2, None, None, seq]


def confirmed(store: Store, *records: SyncedRecord) -> None:
    """The county has them, as they are."""
    operations = numbers(store, OpState.WAITING)
    verdicts = [{"op_no": op_no, "verdict": "applied", "version": 1} for op_no in operations]
    with store.reading() as session:
        changes = []
        for seq, record in enumerate(records, start=1):
            row = session.get_one(type(record), record.id)
            body = {name: getattr(row, name) for name in row.wire_fields()}
            wire = {
                name: value if value is None or isinstance(value, int | str) else str(value)
                for name, value in body.items()
            }
            changes.append([row.entity(), row.id, "put", 1, None, wire, seq])
    answer(store, verdicts=verdicts, changes=changes)


def numbers(store: Store, state: OpState) -> list[int]:
    with store.reading() as session:
        return list(session.exec(select(OutboxOp.op_no).where(OutboxOp.state == state)))


def is_here(store: Store, record: SyncedRecord) -> bool:
    with store.reading() as session:
        return session.get(type(record), record.id) is not None


def edit(store: Store, home: Household, **fields: Any) -> None:
    with store.transaction(account_id="worker", action="edit") as tx:
        row = tx.session.get_one(Household, home.id)
        for name, value in fields.items():
            setattr(row, name, value)


@pytest.fixture
def home(store: Store) -> Household:
    made = a_household(unit_id=VILLAGE, number="7")
    save(store, made)
    confirmed(store, made)
    return made


def test_what_nothing_waits_for_goes_at_once(store: Store, home: Household) -> None:
    save_draft(store, form="household", record_id=home.id, account_id="w", body={"note": "x"})
    answer(store, changes=[gone(home)])
    assert not is_here(store, home)
    assert store.value(PURGE_DUE) == "1"
    with store.reading() as session:
        assert not session.exec(select(Draft)).all()
        kept = session.exec(select(OutboxOp)).one()
    # What was written is kept until the county's backup has it; what was there before is not.
    assert kept.before == "{}"
    assert loads(kept.patch)["number"] == "7"


@pytest.mark.parametrize("kind", ["evict", "tombstone"])
def test_a_record_stays_until_its_work_is_judged(store: Store, home: Household, kind: str) -> None:
    edit(store, home, note="一")
    edit(store, home, note="二")
    first, second = numbers(store, OpState.WAITING)
    answer(store, changes=[gone(home, kind)], verdicts=[{"op_no": first, "verdict": "applied"}])
    assert is_here(store, home)
    answer(store, verdicts=[{"op_no": second, "verdict": "applied"}])
    assert not is_here(store, home)


def test_a_whole_stays_while_work_on_a_part_waits(store: Store, home: Household) -> None:
    born = a_resident(home)
    save(store, born)
    answer(store, changes=[gone(home)])
    assert is_here(store, home)
    assert is_here(store, born)
    (waiting,) = numbers(store, OpState.WAITING)
    answer(
        store,
        verdicts=[{"op_no": waiting, "verdict": "applied", "version": 1}],
        changes=[gone(born, seq=10)],
    )
    assert not is_here(store, home)
    assert not is_here(store, born)


def test_a_part_the_county_refused_goes_with_its_whole_and_its_words_stay(
    store: Store, home: Household
) -> None:
    born = a_resident(home, name="没有采纳的人")
    save(store, born)
    (waiting,) = numbers(store, OpState.WAITING)
    answer(
        store,
        changes=[gone(home)],
        verdicts=[{"op_no": waiting, "verdict": "refused", "reason": "bad_value"}],
    )
    assert not is_here(store, born)
    with store.reading() as session:
        kept = session.get_one(OutboxOp, waiting)
    assert loads(kept.patch)["name"] == "没有采纳的人"


@pytest.mark.parametrize("order", ["refused_first", "gone_first"])
def test_who_was_to_join_a_household_that_left_lives_where_they_lived(
    store: Store, home: Household, order: str
) -> None:
    """The other village has the household, and the county refused the move into it."""
    lived_in = a_household(unit_id=VILLAGE, number="8")
    person = a_resident(lived_in)
    save(store, lived_in, person)
    confirmed(store, lived_in, person)
    with store.transaction(account_id="worker", action="merge_into") as tx:
        row = tx.session.get_one(Resident, person.id)
        row.household_id, row.note = home.id, "随户合并"
    (waiting,) = numbers(store, OpState.WAITING)
    refused = {"op_no": waiting, "verdict": "refused", "reason": "bad_value"}
    steps: list[dict[str, Any]] = [{"verdicts": [refused]}, {"changes": [gone(home)]}]
    for parts in steps if order == "refused_first" else reversed(steps):
        answer(store, **parts)
    assert not is_here(store, home)
    with store.reading() as session:
        assert not session.exec(select(DeadLetter)).all()
        row = session.get_one(Resident, person.id)
        kept = session.get_one(OutboxOp, waiting)
    assert (row.household_id, row.note, row.sync_version) == (lived_in.id, "随户合并", 1)
    assert loads(row.sync_dirty).keys() == {"note"}
    assert loads(kept.patch)["household_id"] == home.id, "what was typed is still to be read"


def test_a_record_that_comes_back_before_it_left_stays(store: Store, home: Household) -> None:
    edit(store, home, note="一")
    answer(store, changes=[gone(home)])
    body = {"unit_id": VILLAGE, "number": "7", "head_name": "吴某"}
    answer(store, changes=[["household", home.id, "put", 3, None, body, 12]])
    (waiting,) = numbers(store, OpState.WAITING)
    answer(store, verdicts=[{"op_no": waiting, "verdict": "applied", "version": 4}])
    assert is_here(store, home)
    with store.reading() as session:
        assert not session.exec(select(Departure)).all()


def test_what_was_deleted_for_everyone_can_still_be_brought_back_by_undo(
    store: Store, home: Household
) -> None:
    with store.transaction(account_id="worker", action="remove") as tx:
        tx.session.delete(tx.session.get_one(Household, home.id))
    (waiting,) = numbers(store, OpState.WAITING)
    answer(
        store,
        changes=[gone(home, "tombstone")],
        verdicts=[{"op_no": waiting, "verdict": "applied", "version": 2}],
    )
    with store.reading() as session:
        kept = session.get_one(OutboxOp, waiting)
        assert not session.exec(select(Departure)).all()
    assert loads(kept.before)["number"] == "7"


def test_many_leave_in_pages(store: Store) -> None:
    homes = [a_household(unit_id=VILLAGE, number=str(number)) for number in range(30)]
    people = [a_resident(home) for home in homes]
    save(store, *homes, *people)
    confirmed(store, *homes, *people)
    leaving = [gone(one, seq=100 + place) for place, one in enumerate((*homes, *people))]
    answer(store, changes=leaving[:40], more=True)
    answer(store, changes=leaving[40:])
    with store.reading() as session:
        assert not session.exec(select(Household)).all()
        assert not session.exec(select(Resident)).all()
