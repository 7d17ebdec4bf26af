"""Old operations leave the outbox only when nobody can need them again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from db.backup import BackupKind, back_up
from db.columns import utc_text
from db.outbox_care import forget_old_operations
from db.purging import purge_departed
from db.session import Store
from tests.helpers.clock import FakeClock
from tests.helpers.stores import a_household, a_store, save


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Four applied operations from last year, two of one record; the fifth was refused."""
    clock = FakeClock()
    made = a_store(tmp_path, clock=clock)
    homes = [a_household(number=str(n)) for n in range(4)]
    for home in homes:
        save(made, home)
    with made.transaction(account_id="a", action="edit") as tx:
        tx.session.merge(homes[0]).note = "改过"
    with made.local_writing() as session:
        old = utc_text(clock.now() - timedelta(days=91))
        session.connection().execute(
            text("UPDATE outbox SET state = 'applied', judged_at = :old"), {"old": old}
        )
    contact = round(clock.now().timestamp() * 1000)
    made.set_values(backed_up_op_no="5", clock_offset_ms="0", last_contact_ms=str(contact))
    return made


def left(store: Store) -> list[int]:
    with store.reading() as session:
        return list(session.connection().scalars(text("SELECT op_no FROM outbox ORDER BY op_no")))


def test_what_is_backed_up_and_past_its_days_goes(store: Store) -> None:
    assert forget_old_operations(store) == 5
    assert left(store) == []


def test_what_no_backup_holds_stays(store: Store) -> None:
    store.set_values(backed_up_op_no="2")
    forget_old_operations(store)
    assert left(store) == [3, 4, 5]


@pytest.mark.parametrize(
    ("where", "change"),
    [
        ("op_no = 2", "judged_at = '2026-11-20T00:00:00.000Z'"),
        ("op_no = 2", "origin = 'an earlier name'"),
        ("op_no = 2", "state = 'waiting', judged_at = NULL"),
        ("op_no = 2", "state = 'refused'"),
    ],
    ids=["young", "carried", "waiting", "refused"],
)
def test_what_somebody_may_need_stays(store: Store, where: str, change: str) -> None:
    with store.local_writing() as session:
        session.connection().execute(text(f"UPDATE outbox SET {change} WHERE {where}"))
    forget_old_operations(store)
    assert left(store) == [2]


def test_what_mended_a_refused_record_stays_with_it(store: Store) -> None:
    """Without it the refusal would be shown as open once more."""
    with store.local_writing() as session:
        session.connection().execute(text("UPDATE outbox SET state = 'refused' WHERE op_no = 1"))
    forget_old_operations(store)
    assert left(store) == [1, 5]


def test_the_words_of_a_record_that_left_are_wiped_from_the_copies_first(store: Store) -> None:
    """Gone from here alone they would not be looked for in the copies."""
    back_up(store, BackupKind.DAILY)
    with store.local_writing() as session:
        session.connection().execute(
            text(
                "INSERT INTO departure (entity, record_id, is_for_ever, left_at) "
                "SELECT entity, record_id, 0, judged_at FROM outbox WHERE op_no = 2"
            )
        )
    forget_old_operations(store)
    assert left(store) == [2]
    purge_departed(store)
    forget_old_operations(store)
    assert left(store) == []


def test_a_wrong_clock_lets_nothing_go(store: Store) -> None:
    store.set_values(clock_offset_ms=str(-73 * 365 * 86_400_000))
    assert forget_old_operations(store) == 0
    assert len(left(store)) == 5
