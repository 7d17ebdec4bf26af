"""Rows that come as columns go into the file unread; what guards the file must still hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Enum, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from db.session import Store
from db.tables.households import MicroGrid, Resident
from db.tables.local import DeadLetter
from db.tables.registry import ENTITIES
from sync.client import columns, laying
from sync.client.columns import BOOK, form_of
from sync.client.round import lay_down
from tests.helpers.stores import a_store

VALUES: dict[str, Any] = {
    "unit_id": "village",
    "household_id": "h1",
    "position": 0,
    "name": "吴某",
    "relation": "02",
    "sex": "2",
    "birth_date": None,
    "ethnic_group": "12",
    "identity_kind": "none_yet",
    "identity_number": None,
    "missing_identity": "pending",
    "phone": None,
    "note": None,
    "status": "present",
}
VALUES = {name: VALUES.get(name) for name in Resident.wire_fields()}
"""Whole, and in the order of the form: other columns go the slow way."""


def lay_residents(store: Store, *people: dict[str, Any]) -> None:
    """Residents r0, r1, … as a page of a long catch-up."""
    rows = [
        [f"r{n}", 1, n + 1, None, None, *(VALUES | person).values()]
        for n, person in enumerate(people)
    ]
    block = ["resident", list(VALUES), [list(column) for column in zip(*rows, strict=True)]]
    answer = {
        "verdicts": [],
        "changes": [],
        "puts": [block],
        "cursors": {},
        "epoch": "e",
        "server_ms": 0,
        "more": True,
    }
    lay_down(store, answer, lambda _session, _touched: None)


def test_columns_go_in_without_a_look_at_each_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: Any) -> None:
        raise AssertionError("row by row")

    monkeypatch.setattr(laying.Layer, "_lay_as_objects", slow)
    store = a_store(tmp_path)
    lay_residents(store, *({"name": f"人{n}"} for n in range(50)))
    with store.reading() as session:
        assert len(session.exec(select(Resident)).all()) == 50


@pytest.mark.parametrize(
    "bad", [{"sex": "banana"}, {"sex": None}, {"relation": ["02"]}, {"identity_kind": 7}]
)
def test_a_word_the_file_does_not_know_costs_only_its_own_row(
    tmp_path: Path, bad: dict[str, Any]
) -> None:
    """SQLite's own check is off while columns go in; without ours the table would be unreadable."""
    store = a_store(tmp_path)
    lay_residents(store, {}, bad, {"relation": None})
    with store.reading() as session:
        assert {one.id for one in session.exec(select(Resident))} == {"r0", "r2"}
        assert [one.record_id for one in session.exec(select(DeadLetter))] == ["r1"]


def test_the_files_own_checks_are_on_again_afterwards(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    lay_residents(store, {})
    with pytest.raises(IntegrityError), store.laying_down() as session:
        session.connection().execute(text("UPDATE resident SET sex = 'banana'"))


def test_they_are_on_again_when_a_row_is_refused(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    lay_residents(store, {}, {"name": None})
    with pytest.raises(IntegrityError), store.laying_down() as session:
        session.connection().execute(text("UPDATE resident SET sex = 'banana'"))


def test_every_check_of_a_synced_table_is_ours_as_well() -> None:
    """A check that is no enum's would be off without anything in its place."""
    from sqlalchemy import CheckConstraint

    for entity, model in ENTITIES.items():
        table = model.__table__  # type: ignore[attr-defined]
        form = form_of(entity)
        enums = {name for name in form.fields if isinstance(table.c[name].type, Enum)}
        assert {form.fields[place - len(BOOK)] for place in form.known} == enums
        checks = {c for c in table.constraints if isinstance(c, CheckConstraint)}
        assert len(checks) == len(enums | _enum_columns(table, model.local_fields)) + 1, entity


def _enum_columns(table: Any, names: frozenset[str]) -> set[str]:
    return {name for name in names if isinstance(table.c[name].type, Enum)}


def test_columns_of_unequal_length_are_kept_as_a_dead_letter(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    block = ["micro_grid", ["unit_id"], [["g1", "g2"], [1], [1], [None], [None], ["v"]]]
    answer = {"verdicts": [], "changes": [], "puts": [block], "cursors": {"village": 3}}
    lay_down(
        store,
        {**answer, "epoch": "e", "server_ms": 0, "more": False},
        lambda _session, _touched: None,
    )
    with store.reading() as session:
        assert session.exec(select(MicroGrid)).all() == []
        assert [one.entity for one in session.exec(select(DeadLetter))] == ["micro_grid"]
    assert store.value("cursors") == '{"village":3}'


def test_a_full_disk_is_not_blamed_on_the_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    from app.errors import ErrorCode, UserFacingError

    def full(*_: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    store = a_store(tmp_path)
    monkeypatch.setattr(laying, "write_rows", full)
    with pytest.raises(UserFacingError) as raised:
        lay_residents(store, {})
    assert raised.value.code is ErrorCode.STORE_NOT_WRITTEN
    monkeypatch.setattr(laying, "write_rows", columns.write_rows)
    lay_residents(store, {})
    with store.reading() as session:
        assert session.exec(select(DeadLetter)).all() == []
