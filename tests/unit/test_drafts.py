"""A form left half written is there again, for its own writer alone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from app.drafts import discard_draft, discard_draft_in, load_draft, save_draft
from app.store import Store
from tests.helpers.clock import FakeClock
from tests.helpers.stores import a_store

MINE = {"form": "case", "record_id": "", "account_id": "zhang"}


def test_a_draft_survives_closing_the_file(tmp_path: Path) -> None:
    clock = FakeClock()
    store = a_store(tmp_path, clock=clock)
    save_draft(store, **MINE, body={"title": "山林界址", "parties": [{"name": "𠮷某"}]})
    store.close()

    found = load_draft(a_store(tmp_path, clock=clock), **MINE)

    assert found is not None
    assert found.body == {"title": "山林界址", "parties": [{"name": "𠮷某"}]}
    assert found.saved_at == clock.now()


def test_the_last_key_counts(tmp_path: Path) -> None:
    clock = FakeClock()
    store = a_store(tmp_path, clock=clock)
    save_draft(store, **MINE, body={"title": "山"})
    clock.advance(timedelta(seconds=5))
    save_draft(store, **MINE, body={"title": "山林"})

    found = load_draft(store, **MINE)

    assert found is not None
    assert (found.body, found.saved_at) == ({"title": "山林"}, clock.now())


@pytest.mark.parametrize("other", [{"form": "home"}, {"record_id": "7"}, {"account_id": "wu"}])
def test_a_draft_belongs_to_one_form_record_and_person(
    tmp_path: Path, other: dict[str, str]
) -> None:
    store = a_store(tmp_path)
    save_draft(store, **MINE, body={"title": "甲"})
    theirs = {**MINE, **other}
    assert load_draft(store, **theirs) is None

    discard_draft(store, **theirs)

    assert load_draft(store, **MINE) is not None


def test_a_discarded_draft_is_gone(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    save_draft(store, **MINE, body={"title": "甲"})

    discard_draft(store, **MINE)

    assert load_draft(store, **MINE) is None


def discard_and_fail(store: Store) -> None:
    with store.transaction(account_id="zhang", action="record_case") as tx:
        discard_draft_in(tx.session, **MINE)
        raise OSError("disk")


def test_discarding_within_a_failed_transaction_keeps_the_draft(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    save_draft(store, **MINE, body={"title": "甲"})

    with pytest.raises(OSError, match="disk"):
        discard_and_fail(store)

    assert load_draft(store, **MINE) is not None
