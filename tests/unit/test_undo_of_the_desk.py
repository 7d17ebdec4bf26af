"""Every step of the case desk is taken back whole, is answered by its opposite, or says why not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from app.errors import ErrorCode, UserFacingError
from app.store import Store
from app.undo import undo
from db.tables.local import OutboxOp
from db.tables.registry import ENTITIES
from tests.helpers.desk_actions import DEEDS, Undone, fill, person
from tests.helpers.stores import a_store

UNDOABLE = [name for name, deed in DEEDS.items() if deed.undone is not Undone.NOTHING]


@pytest.fixture(scope="module")
def whole_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The scene as a file, so that each step begins with it."""
    store = a_store(tmp_path_factory.mktemp("scene"))
    fill(store)
    store.close()
    return store.path.read_bytes()


@pytest.fixture
def store(whole_file: bytes, tmp_path: Path) -> Any:
    path = tmp_path / "gulou.db"
    path.write_bytes(whole_file)
    made = a_store(tmp_path)
    yield made
    made.close()


def rows(store: Store) -> dict[tuple[str, str], dict[str, Any]]:
    """All that travels, without the marks of travelling."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    with store.reading() as session:
        for entity, model in ENTITIES.items():
            for one in session.exec(select(model)):
                kept = one.model_dump(include=set(model.wire_fields()))
                found[entity, one.id] = kept
    return found


def last_step(store: Store) -> int:
    with store.reading() as session:
        return session.exec(select(OutboxOp.txn).order_by(-col(OutboxOp.op_no))).first() or 0


@pytest.mark.parametrize("name", UNDOABLE)
def test_each_step_is_taken_back_or_says_why_not(store: Store, name: str) -> None:
    deed, before = DEEDS[name], rows(store)
    actor = person(deed.by)
    deed.do(store, actor, "plain")
    done = rows(store)
    assert done != before
    with pytest.raises(UserFacingError) as refused:
        undo(store, account_id="somebody else", txn=last_step(store))
    assert refused.value.code is ErrorCode.NOTHING_TO_UNDO
    if deed.undone is Undone.NOT:
        with pytest.raises(UserFacingError) as refused:
            undo(store, account_id=actor.account_id, txn=last_step(store))
        is_first_table = name == "set_holidays"
        told = ErrorCode.FIRST_HOLIDAYS_STAY if is_first_table else ErrorCode.UNDO_TOO_LATE
        assert refused.value.code is told
        assert rows(store) == done
        return
    outcome = undo(store, account_id=actor.account_id, txn=last_step(store))
    assert outcome.left == 0
    if deed.undone is Undone.WHOLE:
        assert rows(store) == before
    else:
        assert done.items() <= rows(store).items()
        assert len(rows(store)) > len(done)
