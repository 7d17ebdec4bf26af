"""Refused work stays in hand: mended or sent again, it goes up whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlmodel import col, select

from app.errors import ErrorCode, UserFacingError
from app.outbox_rows import outbox_rows
from app.resend import send_again
from app.store import Store
from db.tables.households import Household
from db.tables.local import OutboxOp
from sync.client.round import lay_down
from sync.client.status import LineState, read_status
from tests.helpers.stores import a_household, a_resident, a_store, an_actor


def judged(store: Store, verdicts: dict[int, str]) -> None:
    answer = {
        "verdicts": [{"op_no": number, "verdict": word} for number, word in verdicts.items()],
        "changes": [],
        "cursors": {},
        "more": False,
        "epoch": "e",
        "server_ms": 0,
    }
    lay_down(store, answer, lambda _session, _touched: None)


def patches(store: Store, *, after: int) -> list[dict[str, Any]]:
    with store.reading() as session:
        found = session.exec(
            select(OutboxOp).where(col(OutboxOp.op_no) > after).order_by(col(OutboxOp.op_no))
        )
        return [orjson.loads(one.patch) for one in found]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A household and its resident, refused together."""
    store = a_store(tmp_path)
    household = a_household(number="001", note="老木楼")
    with store.transaction(account_id="worker", action="add_household") as tx:
        tx.session.add(household)
        tx.session.add(a_resident(household))
    judged(store, {1: "refused", 2: "refused"})
    return store


def test_a_mended_record_goes_up_whole(store: Store) -> None:
    """The county has nothing of it: the mended field alone would be refused again."""
    with store.transaction(account_id="worker", action="edit_household") as tx:
        tx.session.exec(select(Household)).one().number = "002"
    (patch,) = [one for one in patches(store, after=2) if "head_name" in one]
    assert patch["number"] == "002"
    assert patch["note"] == "老木楼"
    assert set(patch) == set(Household.wire_fields())


def test_mending_one_takes_the_whole_group_along_once(store: Store) -> None:
    with store.transaction(account_id="worker", action="edit_household") as tx:
        tx.session.exec(select(Household)).one().number = "002"
    assert len(patches(store, after=2)) == 2
    with store.transaction(account_id="worker", action="edit_household") as tx:
        tx.session.exec(select(Household)).one().number = "003"
    assert patches(store, after=4) == [{"number": "003"}]


def test_the_rest_of_the_group_is_sent_again_as_it_is(store: Store) -> None:
    send_again(store, an_actor(), txn=1)
    sent = patches(store, after=2)
    assert len(sent) == 2
    assert {one.get("note") for one in sent} == {"老木楼", None}
    assert sum("household_id" in one for one in sent) == 1


def test_an_edit_of_a_synced_record_still_sends_only_what_changed(store: Store) -> None:
    send_again(store, an_actor(), txn=1)
    judged(store, {3: "applied", 4: "applied"})
    with store.transaction(account_id="worker", action="edit_household") as tx:
        tx.session.exec(select(Household)).one().note = "新砖房"
    assert patches(store, after=4) == [{"note": "新砖房"}]


def test_what_was_sent_again_asks_for_nobody_any_more(store: Store) -> None:
    assert read_status(store, LineState.ONLINE).refused == 2
    assert all(row.may_be_sent_again for row in outbox_rows(store))
    send_again(store, an_actor(), txn=1)
    status = read_status(store, LineState.ONLINE)
    assert (status.refused, status.waiting) == (0, 2)


def test_there_is_nothing_to_send_twice(store: Store) -> None:
    send_again(store, an_actor(), txn=1)
    with pytest.raises(UserFacingError) as raised:
        send_again(store, an_actor(), txn=1)
    assert raised.value.code is ErrorCode.NOTHING_TO_SEND_AGAIN
