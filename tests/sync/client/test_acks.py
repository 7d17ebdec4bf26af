"""What an acknowledgement does to the laptop's file: as an echo would, without the row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from db.session import Store
from db.tables.base import SyncState
from db.tables.local import OpState
from sync.client.round import parse_answer
from sync.client.transport import NotTheCountyError
from sync.protocol.op_columns import pack_runs, pack_steps
from tests.helpers.stores import a_store
from tests.sync.client.test_laying import (
    a_put,
    add_household,
    an_answer,
    edit,
    household,
    laid,
    op_states,
)


def acks(*rows: tuple[int, int, int]) -> dict[str, Any]:
    """Operation, version, place."""
    op_nos, versions, seqs = zip(*rows, strict=True)
    return {
        "count": len(rows),
        "op_no": pack_steps(op_nos),
        "version": pack_runs(versions),
        "seq": pack_steps(seqs),
    }


def marks(store: Store, household_id: str) -> dict[str, int]:
    return dict(orjson.loads(household(store, household_id).sync_dirty or "{}"))


def test_a_new_record_is_known_as_synced_without_an_echo(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    household_id = add_household(store)
    touched = laid(store, acks=acks((1, 1, 40)))
    found = household(store, household_id)
    assert touched == {("household", household_id)}
    assert (found.sync_version, found.sync_seq, found.sync_fields) == (1, 40, None)
    assert (found.sync_dirty, found.sync_state) == (None, SyncState.SYNCED)
    assert op_states(store) == [OpState.APPLIED]


def test_it_leaves_the_record_as_an_echo_would(tmp_path: Path) -> None:
    echoed, acked = a_store(tmp_path / "echoed"), a_store(tmp_path / "acked")
    for store in (echoed, acked):
        laid(store, changes=[a_put("h1", seq=5)])
        edit(store, "h1", note="写了", phone="13800000000")
        edit(store, "h1", note="又写了")
    laid(
        echoed,
        verdicts=[{"op_no": 1, "verdict": "applied"}, {"op_no": 2, "verdict": "applied"}],
        changes=[
            [
                *("household", "h1", "put", 3, {"note": 3, "phone": 2}),
                {**a_put("h1")[5], "note": "又写了", "phone": "13800000000"},
                9,
            ]
        ],
    )
    laid(acked, acks=acks((1, 2, 9), (2, 3, 9)))
    one, other = (household(store, "h1").model_dump() for store in (echoed, acked))
    for found in (one, other):
        found["sync_fields"] = orjson.loads(found["sync_fields"])
    assert one == other


def test_an_acknowledgement_that_arrives_after_a_newer_edit(tmp_path: Path) -> None:
    """The newer text stays, waits, and is marked; its base is the version that is now known."""
    store = a_store(tmp_path)
    household_id = add_household(store)
    edit(store, household_id, note="新写的")
    laid(store, acks=acks((1, 1, 3)))
    found = household(store, household_id)
    assert (found.note, found.sync_version) == ("新写的", 1)
    assert marks(store, household_id) == {"note": 2}
    assert found.sync_state is SyncState.PENDING
    assert op_states(store) == [OpState.APPLIED, OpState.WAITING]


def test_the_same_acknowledgement_twice_changes_nothing(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    household_id = add_household(store)
    laid(store, acks=acks((1, 1, 3)))
    edit(store, household_id, note="新写的")
    once = household(store, household_id).model_dump()
    laid(store, acks=acks((1, 1, 3)))
    assert household(store, household_id).model_dump() == once


def test_an_acknowledgement_does_not_hide_a_refused_edit(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    laid(store, changes=[a_put("h1")])
    edit(store, "h1", number="不被采纳")
    edit(store, "h1", note="采纳的")
    refused = {"op_no": 1, "verdict": "refused", "reason": "bad_value"}
    laid(store, verdicts=[refused], acks=acks((2, 2, 8)))
    assert marks(store, "h1") == {"number": 1}
    assert household(store, "h1").sync_state is SyncState.REFUSED


def test_a_mended_edit_that_is_acknowledged_heals_the_row(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    laid(store, changes=[a_put("h1")])
    edit(store, "h1", number="不被采纳")
    edit(store, "h1", number="002")
    refused = {"op_no": 1, "verdict": "refused", "reason": "bad_value"}
    laid(store, verdicts=[refused], acks=acks((2, 2, 8)))
    found = household(store, "h1")
    assert (found.sync_dirty, found.sync_state) == (None, SyncState.SYNCED)


def test_somebody_elses_row_of_the_same_answer_comes_on_top(tmp_path: Path) -> None:
    """They edited between our verdict and the page: their value is the newer one."""
    store = a_store(tmp_path)
    laid(store, changes=[a_put("h1")])
    edit(store, "h1", note="我们的")
    laid(store, acks=acks((1, 2, 8)), changes=[a_put("h1", version=3, seq=9, note="他们的")])
    found = household(store, "h1")
    assert (found.note, found.sync_version, found.sync_seq) == ("他们的", 3, 9)


def test_what_was_put_back_meanwhile_is_not_touched_by_its_deletes_acknowledgement(
    tmp_path: Path,
) -> None:
    store = a_store(tmp_path)
    laid(store, changes=[a_put("h1")])
    with store.transaction(account_id="worker", action="remove") as tx:
        tx.session.delete(household(store, "h1"))
    add_household(store, id="h1", note="又放回来")
    laid(store, acks=acks((1, 2, 8)))
    found = household(store, "h1")
    assert (found.note, found.sync_version) == ("又放回来", 0)
    assert found.sync_state is SyncState.PENDING


@pytest.mark.parametrize("wrong", [{"count": 1}, {"count": "x"}, 5, {"op_no": []}])
def test_acknowledgements_that_are_none_are_no_answer(wrong: Any) -> None:
    with pytest.raises(NotTheCountyError):
        parse_answer(orjson.dumps(an_answer(acks=wrong)))


def test_an_old_acknowledgement_does_not_set_a_newer_record_back(tmp_path: Path) -> None:
    """As from a stick that is read late: the edit waits on, and is sent again for an echo."""
    store = a_store(tmp_path)
    laid(store, changes=[a_put("h1")])
    edit(store, "h1", note="写了")
    laid(store, changes=[["household", "h1", "put", 5, {"note": 5}, a_put("h1")[5], 30]])
    before = household(store, "h1").model_dump()
    touched = laid(store, acks=acks((1, 2, 9)))
    assert touched == set()
    assert household(store, "h1").model_dump() == before
    assert (before["sync_version"], before["sync_seq"]) == (5, 30)
    assert op_states(store) == [OpState.WAITING]


def test_an_acknowledgement_of_the_version_that_is_here_ends_the_wait(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    laid(store, changes=[a_put("h1")])
    edit(store, "h1", note="写了")
    body = {**a_put("h1")[5], "note": "写了"}
    laid(store, changes=[["household", "h1", "put", 2, {"note": 2}, body, 9]])
    laid(store, acks=acks((1, 2, 9)))
    found = household(store, "h1")
    assert (found.sync_version, found.sync_seq, found.sync_dirty) == (2, 9, None)
    assert op_states(store) == [OpState.APPLIED]
