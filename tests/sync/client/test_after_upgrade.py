"""Words of a newer county: nothing stops, nothing is lost, and an upgrade uses what was kept."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import text
from sqlmodel import select

from db.session import Store
from db.tables import registry
from db.tables.base import SyncState
from db.tables.cases import CaseFile
from db.tables.households import Household
from sync.client import after_upgrade
from sync.client.after_upgrade import LAID_BY, use_what_was_left
from sync.client.round import lay_down, waiting_count
from sync.client.status import LineState, read_status
from tests.helpers.stores import a_case, a_household, a_store, save
from tests.sync.client.test_laying import a_put, an_answer


def nothing(_session: Any, _touched: Any) -> None:
    """No states to fold."""


def letters(store: Store) -> list[str]:
    with store.reading() as session:
        return list(session.connection().scalars(text("SELECT problem FROM dead_letter")))


def upgraded(store: Store) -> None:
    """As after an upgrade of the program."""
    store.set_values(**{LAID_BY: "an older program"})
    use_what_was_left(store, nothing)


def test_a_verdict_word_of_a_newer_county_does_not_stop_the_round(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    home = a_household()
    save(store, home)
    save(store, a_household(number="002"))
    verdicts = [
        {"op_no": 1, "verdict": "sent_to_the_moon", "reason": "a_new_reason"},
        {"op_no": 2, "verdict": "applied", "version": 1},
    ]
    lay_down(store, an_answer(verdicts=verdicts), nothing)
    assert waiting_count(store) == 0
    with store.reading() as session:
        kept = session.connection().execute(text("SELECT state, reason FROM outbox")).all()
        row = session.get_one(Household, home.id)
    assert [tuple(one) for one in kept] == [("refused", "a_new_reason"), ("applied", None)]
    assert row.sync_state is SyncState.REFUSED
    assert row.sync_dirty is not None, "what was typed is kept"


def test_an_enum_value_of_a_newer_county_is_kept_and_tried_again_after_an_upgrade(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = a_store(tmp_path)
    body = {"unit_id": "u", "number": "009", "head_name": "石某某"}
    row = ["household_of_tomorrow", "h9", "put", 3, None, body, 7]
    lay_down(store, an_answer(changes=[row]), nothing)
    assert letters(store) == ["unknown entity"]
    upgraded(store)
    assert letters(store) == ["unknown entity"], "still unknown, still there"
    with monkeypatch.context() as patch:
        patch.setitem(registry.ENTITIES, "household_of_tomorrow", Household)
        upgraded(store)
    assert letters(store) == []
    with store.reading() as session:
        assert session.get_one(Household, "h9").head_name == "石某某"


def test_a_row_with_an_unknown_word_is_kept_until_it_fits(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    bad = a_put("h1", seq=1, number="001")
    bad[5]["number"] = None
    lay_down(store, an_answer(changes=[bad]), nothing)
    assert len(letters(store)) == 1
    upgraded(store)
    assert len(letters(store)) == 1
    lay_down(store, an_answer(changes=[a_put("h1", seq=2, number="002")]), nothing)
    upgraded(store)
    with store.reading() as session:
        assert session.get_one(Household, "h1").number == "002", "a newer row is not put back"


@pytest.mark.parametrize("kind", ["evict", "tombstone"])
def test_what_left_the_scope_is_not_kept_as_a_dead_letter_either(tmp_path: Path, kind: str) -> None:
    store = a_store(tmp_path)
    lay_down(store, an_answer(changes=[["of_tomorrow", "x", "put", 1, None, {"a": 1}, 1]]), nothing)
    lay_down(store, an_answer(changes=[["of_tomorrow", "x", kind, 2, None, None, 2]]), nothing)
    assert letters(store) == []


def test_a_change_of_an_unknown_kind_deletes_nothing(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    lay_down(store, an_answer(changes=[a_put("h1", seq=1, number="001")]), nothing)
    lay_down(store, an_answer(changes=[["household", "h1", "fold", 2, None, None, 2]]), nothing)
    assert letters(store) == ["unknown kind"]
    with store.reading() as session:
        assert session.exec(select(Household.id)).all() == ["h1"]


def test_a_field_of_a_newer_county_becomes_a_column_after_the_upgrade(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program of before did not know ``note``; one row was edited here meanwhile."""
    store = a_store(tmp_path)
    known = Household.wire_fields()
    older = tuple(name for name in known if name != "note")
    with monkeypatch.context() as patch:
        patch.setattr(Household, "wire_fields", classmethod(lambda _model: older))
        rows = [a_put(f"h{n}", seq=n, number=f"00{n}", note="县里写的") for n in (1, 2)]
        lay_down(store, an_answer(changes=rows), nothing)
    with store.reading() as session:
        assert session.get_one(Household, "h1").note is None
    with store.transaction(account_id="a", action="edit") as tx:
        tx.session.get_one(Household, "h2").note = "村里写的"
    upgraded(store)
    with store.reading() as session:
        first, second = (session.get_one(Household, name) for name in ("h1", "h2"))
    assert (first.note, first.sync_extra) == ("县里写的", None)
    assert second.note == "村里写的"


def test_what_was_folded_by_an_older_program_is_folded_in_turns_and_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody writes between two turns, the program is killed in the third, and a later turn
    meets a case that has left; whoever looks is told how many are left."""
    monkeypatch.setattr(after_upgrade, "_TURN", 2)
    store = a_store(tmp_path)
    cases = [a_case() for _ in range(6)]
    save(store, *cases)
    store.set_values(**{LAID_BY: "an older program"})
    turns: list[set[str]] = []
    told: list[int] = []

    def fold(session: Any, touched: Any) -> None:
        if len(turns) == 2:
            raise RuntimeError("killed")
        turns.append({record_id for _entity, record_id in touched})

    def somebody_writes() -> bool:
        told.append(read_status(store, LineState.SYNCING).left_to_fold)
        thread = threading.Thread(target=lambda: save(store, a_household(number=str(len(told)))))
        thread.start()
        thread.join(timeout=20)
        return not thread.is_alive()

    with pytest.raises(RuntimeError, match="killed"):
        use_what_was_left(store, fold, somebody_writes)
    with store.laying_down() as session:
        session.delete(session.get_one(CaseFile, cases[1].id))
    later: list[set[str]] = []
    use_what_was_left(store, lambda _session, touched: later.append({one for _, one in touched}))
    assert turns == [{cases[5].id, cases[4].id}, {cases[3].id, cases[2].id}]
    assert later == [{cases[0].id}]
    assert (told, read_status(store, LineState.SYNCING).left_to_fold) == ([4, 2], 0)


def test_it_is_done_once_for_each_program(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    use_what_was_left(store, nothing)
    row = ["household", "h1", "put", 1, None, {"number": "1"}, 1]
    with store.local_writing() as session:
        session.connection().exec_driver_sql(
            "INSERT INTO dead_letter (entity, record_id, body, problem, received_at) "
            "VALUES ('household', 'h1', ?, 'old', '2026-11-01T00:00:00.000Z')",
            (orjson.dumps(row).decode(),),
        )
    use_what_was_left(store, nothing)
    assert letters(store) == ["old"]
