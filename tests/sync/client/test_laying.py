"""What an answer of the county does to the laptop's file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import text
from sqlmodel import select

from db.session import Store
from db.tables.base import SyncState
from db.tables.households import Household
from db.tables.local import DeadLetter, OpState, OutboxOp
from db.tables.settings import Setting
from sync.client.batches import BatchSize
from sync.client.composing import numbers_of
from sync.client.round import (
    Exchanger,
    compose_request,
    lay_down,
    parse_answer,
    waiting_count,
)
from sync.client.transport import NotTheCountyError, OfflineError
from sync.protocol.op_columns import unpack_operations
from tests.helpers.columns import in_columns
from tests.helpers.stores import a_store

BODY = {
    "unit_id": "village",
    "micro_grid_id": None,
    "number": "001",
    "head_name": "吴某",
    "address": None,
    "phone": None,
    "note": None,
}


def an_answer(**parts: Any) -> dict[str, Any]:
    answer = {
        "magic": "gulou-sync",
        "protocol": 1,
        "epoch": "e1",
        "server_ms": 1_000,
        "verdicts": [],
        "changes": [],
        "cursors": {"village": 7},
        "more": False,
    }
    return {**answer, **parts}


_plain_answer = an_answer


def a_put(record_id: str, *, version: int = 1, seq: int = 1, **body: Any) -> list[Any]:
    return ["household", record_id, "put", version, None, {**BODY, **body}, seq]


@pytest.fixture(autouse=True, params=["objects", "columns"])
def form(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows come in two forms; whatever holds of one must hold of the other."""
    if request.param == "columns":
        monkeypatch.setattr(sys.modules[__name__], "an_answer", an_answer_in_columns)


def an_answer_in_columns(**parts: Any) -> dict[str, Any]:
    changes, puts = in_columns(parts.pop("changes", []))
    return _plain_answer(**parts, changes=changes, puts=puts)


def laid(store: Store, **parts: Any) -> set[tuple[str, str]]:
    return lay_down(store, an_answer(**parts), lambda _session, _touched: None)


def add_household(store: Store, **fields: Any) -> str:
    with store.transaction(account_id="worker", action="add_household") as tx:
        household = Household(
            **{"unit_id": "village", "number": "1", "head_name": "吴某", **fields}
        )
        tx.session.add(household)
    return household.id


def edit(store: Store, household_id: str, **fields: Any) -> None:
    with store.transaction(account_id="worker", action="edit_household") as tx:
        household = tx.session.get_one(Household, household_id)
        for name, value in fields.items():
            setattr(household, name, value)


def household(store: Store, household_id: str) -> Household:
    with store.reading() as session:
        return session.get_one(Household, household_id)


def op_states(store: Store) -> list[OpState]:
    with store.reading() as session:
        return [one.state for one in session.exec(select(OutboxOp).order_by(OutboxOp.op_no))]


def test_a_new_record_is_laid_down_and_known_as_synced(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    touched = laid(store, changes=[a_put("h1", version=3, seq=9)])
    found = household(store, "h1")
    assert touched == {("household", "h1")}
    assert (found.head_name, found.sync_version, found.sync_seq) == ("吴某", 3, 9)
    assert found.sync_state is SyncState.SYNCED
    assert store.value("cursors") == '{"village":7}'
    assert waiting_count(store) == 0


def test_a_verdict_moves_the_operation_out_and_clears_its_marks(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    household_id = add_household(store)
    laid(
        store,
        verdicts=[{"op_no": 1, "verdict": "applied"}],
        changes=[a_put(household_id)],
    )
    found = household(store, household_id)
    assert op_states(store) == [OpState.APPLIED]
    assert found.sync_dirty is None
    assert found.sync_state is SyncState.SYNCED


def test_an_acknowledgement_does_not_swallow_a_newer_edit(tmp_path: Path) -> None:
    """Operation 1 is judged after operation 2 was written: the newer text stays and waits."""
    store = a_store(tmp_path)
    household_id = add_household(store)
    edit(store, household_id, note="新写的")
    laid(
        store,
        verdicts=[{"op_no": 1, "verdict": "applied"}],
        changes=[a_put(household_id, note=None)],
    )
    found = household(store, household_id)
    assert found.note == "新写的"
    assert orjson.loads(found.sync_dirty or "{}") == {"note": 2}
    assert found.sync_state is SyncState.PENDING
    assert op_states(store) == [OpState.APPLIED, OpState.WAITING]


@pytest.mark.parametrize(
    ("last", "marks", "state"),
    [
        ("applied", {}, SyncState.SYNCED),
        ("conflict", {}, SyncState.CONFLICT),
        ("refused", {"note": 2}, SyncState.REFUSED),
    ],
)
def test_several_verdicts_on_one_record_in_one_answer(
    tmp_path: Path, last: str, marks: dict[str, int], state: SyncState
) -> None:
    store = a_store(tmp_path)
    household_id = add_household(store)
    edit(store, household_id, note="后写的")
    laid(
        store,
        verdicts=[{"op_no": 1, "verdict": "applied"}, {"op_no": 2, "verdict": last}],
        changes=[a_put(household_id, note="后写的")],
    )
    found = household(store, household_id)
    assert orjson.loads(found.sync_dirty or "{}") == marks
    assert found.sync_state is state
    assert op_states(store) == [OpState.APPLIED, OpState(last)]


def test_a_county_row_goes_under_the_unsent_edit(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    laid(store, changes=[a_put("h1")])
    edit(store, "h1", note="这里写的")
    laid(store, changes=[a_put("h1", version=2, seq=5, note="别处写的", phone="13800000000")])
    found = household(store, "h1")
    assert (found.note, found.phone, found.sync_version) == ("这里写的", "13800000000", 2)


def test_a_refusal_keeps_the_text(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    household_id = add_household(store, note="要留下的话")
    laid(store, verdicts=[{"op_no": 1, "verdict": "refused", "reason": "not_permitted"}])
    found = household(store, household_id)
    assert found.note == "要留下的话"
    assert found.sync_state is SyncState.REFUSED
    assert op_states(store) == [OpState.REFUSED]


def test_an_edit_after_a_refusal_sends_the_new_text(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    household_id = add_household(store)
    laid(store, verdicts=[{"op_no": 1, "verdict": "refused", "reason": "bad_value"}])
    edit(store, household_id, number="2")
    request = compose_request(store, "i1", BatchSize())
    assert numbers_of(request["operations"]) == [2]


def test_a_later_edit_that_stands_does_not_hide_a_refused_one(tmp_path: Path) -> None:
    """Else this laptop would show, as synced, a text that the county never took."""
    store = a_store(tmp_path)
    laid(store, changes=[a_put("h1")])
    edit(store, "h1", number="不被采纳")
    edit(store, "h1", note="采纳的")
    laid(
        store,
        verdicts=[
            {"op_no": 1, "verdict": "refused", "reason": "bad_value"},
            {"op_no": 2, "verdict": "applied"},
        ],
        changes=[a_put("h1", version=2, note="采纳的")],
    )
    found = household(store, "h1")
    assert (found.number, found.note) == ("不被采纳", "采纳的")
    assert orjson.loads(found.sync_dirty or "{}") == {"number": 1}
    assert found.sync_state is SyncState.REFUSED


def test_a_mended_edit_of_the_same_answer_heals_the_row(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    laid(store, changes=[a_put("h1")])
    edit(store, "h1", number="不被采纳")
    edit(store, "h1", number="002")
    laid(
        store,
        verdicts=[
            {"op_no": 1, "verdict": "refused", "reason": "bad_value"},
            {"op_no": 2, "verdict": "applied"},
        ],
        changes=[a_put("h1", version=2, number="002")],
    )
    found = household(store, "h1")
    assert (found.sync_dirty, found.sync_state) == (None, SyncState.SYNCED)


def test_the_same_answer_twice_changes_nothing(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    household_id = add_household(store)
    parts = {
        "verdicts": [{"op_no": 1, "verdict": "applied"}],
        "changes": [a_put(household_id)],
    }
    laid(store, **parts)
    once = household(store, household_id).model_dump()
    laid(store, **parts)
    assert household(store, household_id).model_dump() == once
    assert op_states(store) == [OpState.APPLIED]


def test_evict_and_tombstone_leave_the_disk(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    laid(store, changes=[a_put("h1"), a_put("h2", number="002")])
    laid(
        store,
        changes=[
            ["household", "h1", "evict", 1, None, None, 3],
            ["household", "h2", "tombstone", 2, None, None, 4],
        ],
    )
    with store.reading() as session:
        assert session.exec(select(Household)).all() == []
        assert session.connection().scalar(text("SELECT count(*) FROM search_entry")) == 0


def test_a_poison_row_is_kept_and_blocks_nothing(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    poison = ["resident", "r1", "put", 1, None, {"unit_id": "v", "sex": "banana"}, 2]
    unknown = ["spaceship", "s1", "put", 1, None, {}, 3]
    laid(store, changes=[a_put("h1"), poison, unknown])
    assert household(store, "h1").head_name == "吴某"
    with store.reading() as session:
        letters = session.exec(select(DeadLetter)).all()
    assert sorted(one.entity for one in letters) == ["resident", "spaceship"]
    assert store.value("cursors") == '{"village":7}'


@pytest.mark.parametrize("number", [2**63, 2**64 - 1])
def test_a_number_too_large_for_the_file_costs_only_its_own_row(
    tmp_path: Path, number: int
) -> None:
    store = a_store(tmp_path)
    body = {"unit_id": "village", "number": number, "name": "第一微网格", "worker_id": None}
    laid(store, changes=[["micro_grid", "g1", "put", 1, None, body, 1], a_put("h1", seq=2)])
    assert household(store, "h1").head_name == "吴某"
    with store.reading() as session:
        assert [one.record_id for one in session.exec(select(DeadLetter))] == ["g1"]


def test_a_bad_value_under_an_unsent_edit_is_kept_and_blocks_nothing(tmp_path: Path) -> None:
    """A newer county may send a word that this program's file does not know."""
    store = a_store(tmp_path)
    laid(store, changes=[a_put("h1")])
    edit(store, "h1", note="这里写的")
    laid(store, changes=[a_put("h1", version=2, number=None), a_put("h2", seq=3)])
    assert household(store, "h1").note == "这里写的"
    assert household(store, "h2").head_name == "吴某"
    with store.reading() as session:
        assert [one.record_id for one in session.exec(select(DeadLetter))] == ["h1"]


@pytest.mark.parametrize("depth", [250, 252, 1000])
def test_a_value_nested_deeper_than_can_be_written_down(tmp_path: Path, depth: int) -> None:
    store = a_store(tmp_path)
    deep: list[Any] = []
    for _ in range(depth):
        deep = [deep]
    laid(store, changes=[a_put("h1", later=deep), a_put("h2", seq=3)])
    laid(store, changes=[["spaceship", "s1", "put", 1, None, {"later": deep}, 4]])
    assert household(store, "h2").head_name == "吴某"
    with store.reading() as session:
        letters = {one.record_id for one in session.exec(select(DeadLetter))}
    assert letters >= {"s1"}


def test_a_value_the_file_refuses_costs_only_its_own_row(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    incomplete = ["household", "h2", "put", 1, None, {"unit_id": "village"}, 2]
    laid(
        store,
        changes=[a_put("h1"), incomplete, a_put("h3", number=None, seq=3), a_put("h4", seq=4)],
    )
    with store.reading() as session:
        assert sorted(one.id for one in session.exec(select(Household))) == ["h1", "h4"]
        assert {one.record_id for one in session.exec(select(DeadLetter))} == {"h2", "h3"}


def test_a_field_of_a_newer_county_is_kept_for_the_next_program(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    laid(store, changes=[a_put("h1", drone_pad="屋顶")])
    assert orjson.loads(household(store, "h1").sync_extra or "{}") == {"drone_pad": "屋顶"}


def test_a_row_deleted_here_is_not_brought_back(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    laid(store, changes=[a_put("h1")])
    with store.transaction(account_id="worker", action="remove_household") as tx:
        tx.session.delete(tx.session.get_one(Household, "h1"))
    laid(store, changes=[a_put("h1", version=2, seq=4)])
    with store.reading() as session:
        assert session.get(Household, "h1") is None


def test_a_child_without_parent_at_the_head_is_reported_and_the_rest_kept(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    orphan = {
        "unit_id": "village",
        "household_id": "nowhere",
        "position": 0,
        "name": "吴某",
        "sex": "1",
        "identity_kind": "resident_identity_number",
    }
    laid(store, changes=[a_put("h1"), ["resident", "r1", "put", 1, None, orphan, 2]])
    assert household(store, "h1").sync_version == 1
    with store.reading() as session:
        assert [one.record_id for one in session.exec(select(DeadLetter))] == ["r1"]
    laid(store, changes=[a_put("h2", seq=3)])
    with store.reading() as session:
        assert [one.record_id for one in session.exec(select(DeadLetter))] == ["r1"]
    laid(store, changes=[a_put("nowhere", seq=4)])
    with store.reading() as session:
        assert session.exec(select(DeadLetter)).all() == [], "its parent has come"


def test_a_page_may_bring_the_child_before_its_parent(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    child = {
        "unit_id": "village",
        "household_id": "h1",
        "position": 0,
        "name": "吴某",
        "sex": "1",
        "identity_kind": "resident_identity_number",
    }
    laid(store, changes=[["resident", "r1", "put", 1, None, child, 2]], more=True)
    laid(store, changes=[a_put("h1", version=2, seq=3)])
    with store.reading() as session:
        assert session.exec(select(DeadLetter)).all() == []
        assert session.connection().exec_driver_sql("PRAGMA foreign_key_check").all() == []


@pytest.mark.parametrize("starts_on", ["", "2026-02-30", "明天", 20261123, ["2026-11-23"]])
def test_a_day_that_is_none_is_kept_aside_and_blocks_nothing(
    tmp_path: Path, starts_on: object
) -> None:
    """What is folded after laying reads it; the rest of the answer must not be lost for it."""

    def read_settings(session: Any, _touched: Any) -> None:
        session.exec(select(Setting)).all()

    store = a_store(tmp_path)
    body = {"unit_id": "u", "key": "follow_up_days", "value": "30", "note": None, "set_by": None}
    settings = [
        ["setting", record_id, "put", 1, None, {**body, "starts_on": day}, seq]
        for record_id, day, seq in (("s1", starts_on, 2), ("s2", "2026-11-23", 3))
    ]
    answer = an_answer(changes=[a_put("h1"), *settings])
    touched = lay_down(store, answer, read_settings)
    assert {("household", "h1"), ("setting", "s2")} <= touched
    with store.reading() as session:
        assert session.exec(select(Setting.id)).all() == ["s2"]
        assert [one.record_id for one in session.exec(select(DeadLetter))] == ["s1"]


def test_groups_travel_whole_and_batches_stay_small(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    with store.transaction(account_id="worker", action="import_roster") as tx:
        for n in range(30):
            tx.session.add(Household(unit_id="v", number=f"{n}", head_name="某"))
    add_household(store)
    request = compose_request(store, "i1", BatchSize(operations=10))
    assert numbers_of(request["operations"]) == list(range(1, 31))
    assert {one.txn for one in unpack_operations(request["operations"])} == {1}


@pytest.mark.parametrize("raw", [b"<html>login</html>", b"[]", b'{"magic":"other"}', b"{}"])
def test_anything_but_the_county_is_recognised(raw: bytes) -> None:
    with pytest.raises(NotTheCountyError):
        parse_answer(raw)


class BrokenLine:
    def exchange(self, body: bytes) -> bytes:
        raise OfflineError("cut")


def test_a_cut_line_halves_the_batch_and_keeps_everything(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    add_household(store)
    exchanger = Exchanger(store, BrokenLine(), install_id="i1", after_laying=lambda _s, _t: None)
    with pytest.raises(OfflineError):
        exchanger.run_round()
    assert exchanger.batch.operations == 250
    assert waiting_count(store) == 1
