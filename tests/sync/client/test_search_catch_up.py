"""After a long catch-up the search follows, whatever happens in between."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.search import search
from app.store import Store
from db.search_catch_up import catch_up_search
from sync.client.round import lay_down
from tests.helpers.stores import a_store

BODY = {
    "unit_id": "village",
    "micro_grid_id": None,
    "number": "001",
    "head_name": "吴文永",
    "address": None,
    "phone": None,
    "note": None,
}


def a_put(record_id: str, *, seq: int, **body: Any) -> list[Any]:
    return ["household", record_id, "put", 1, None, {**BODY, **body}, seq]


def laid(store: Store, *changes: list[Any], more: bool) -> None:
    answer = {
        "verdicts": [],
        "changes": list(changes),
        "cursors": {},
        "more": more,
        "epoch": "e",
        "server_ms": 0,
    }
    lay_down(store, answer, lambda _session, _touched: None)


def found(store: Store, typed: str) -> list[str]:
    return sorted(hit.record_id for hit in search(store, typed))


def test_the_pages_of_a_catch_up_are_found_once_it_is_over(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    laid(store, a_put("h1", seq=1), more=True)
    laid(store, a_put("h2", seq=2, number="002"), more=False)
    assert found(store, "wwy") == []
    assert catch_up_search(store) == 2
    assert found(store, "wwy") == ["h1", "h2"]
    assert catch_up_search(store) == 0


def test_a_kill_in_between_costs_nothing(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    laid(store, a_put("h1", seq=1), more=True)
    store.close()
    again = Store(store.path, store.key)
    laid(again, a_put("h2", seq=2, number="002"), more=False)
    catch_up_search(again)
    assert found(again, "wwy") == ["h1", "h2"]


def test_what_was_renamed_meanwhile_is_found_under_its_new_name_alone(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    laid(store, a_put("h1", seq=1), more=False)
    assert found(store, "wwy") == ["h1"]
    laid(store, a_put("h1", seq=5, head_name="杨再思"), more=True)
    laid(store, more=False)
    catch_up_search(store)
    assert (found(store, "wwy"), found(store, "yzs")) == ([], ["h1"])


def test_what_left_this_laptop_leaves_the_search_at_once(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    laid(store, a_put("h1", seq=1), more=False)
    laid(store, ["household", "h1", "evict", 1, None, None, 4], more=True)
    assert found(store, "wwy") == []


def test_an_ordinary_round_is_found_at_once(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    laid(store, a_put("h1", seq=1), more=False)
    assert found(store, "wwy") == ["h1"]
