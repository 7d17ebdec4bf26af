"""What waits, what was refused, what could not be laid down: each shown to whom it concerns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from sqlmodel import col, select

from app.accounts.vocabulary import Permission, Role
from app.errors import ErrorCode, UserFacingError
from app.pending.actions import keep_as_note, take_note_back
from app.pending.queries import PendingRow, pending_list
from app.pending.vocabulary import PendingKind
from app.resend import send_again
from app.store import Store
from db.tables.households import Household
from db.tables.local import STRAY, KeptNote, OutboxOp
from db.tables.organisations import Account, Credential
from sync.client.round import lay_down
from sync.client.status import LineState, read_status
from tests.helpers.stores import a_case, a_household, a_resident, a_store, an_actor, save

ZHANG = an_actor()
LI = an_actor(Role.AUXILIARY_POLICE, account_id="account-of-li", name="李某")
LAWYER = an_actor(Role.LEGAL_AID_LAWYER, account_id="account-of-lawyer", name="王某")


@pytest.fixture
def store(tmp_path: Any) -> Iterator[Store]:
    made = a_store(tmp_path)
    save(made, Account(id=ZHANG.account_id, unit_id=ZHANG.unit_id, name="张某", role=ZHANG.role))
    judge(made, "applied")
    yield made
    made.close()


def judge(
    store: Store,
    verdict: str,
    *,
    reason: str | None = None,
    detail: dict[str, Any] | None = None,
    changes: list[list[Any]] | None = None,
) -> None:
    """The county's answer to all that waits."""
    with store.reading() as session:
        waiting = session.exec(select(OutboxOp.op_no).where(OutboxOp.state == "waiting")).all()
    rows = [
        {"op_no": number, "verdict": verdict, "reason": reason, "detail": detail}
        for number in waiting
    ]
    answer = {"verdicts": rows, "changes": changes or [], "cursors": {}, "more": False}
    lay_down(store, {**answer, "epoch": "e", "server_ms": 0}, lambda _session, _touched: None)


def rows_of(store: Store, actor: Any = ZHANG, **wanted: Any) -> tuple[PendingRow, ...]:
    return pending_list(store, actor, **wanted).rows


def values(row: PendingRow) -> dict[str, Any]:
    return {field.name: field.value for field in row.fields}


def test_refused_work_is_shown_in_full_with_what_to_mend(store: Store) -> None:
    household = a_household(note="屋后滑坡，雨季要看" * 20)
    save(store, household, a_resident(household))
    judge(store, "refused", reason="bad_value", detail={"fields": {"head_name": "too_long"}})
    found = {row.entity: row for row in rows_of(store)}
    assert set(found) == {"household", "resident"}
    row = found["household"]
    assert row.kind is PendingKind.REFUSED
    assert values(row)["note"] == household.note
    assert (row.wrong_field, row.reason) == ("head_name", "bad_value")
    assert row.may_be_sent_again
    assert row.may_be_put_aside
    assert row.written_by == "张某"
    assert "吴某甲" in str(values(found["resident"])["household_id"]), "not by its id"


def test_an_edit_shows_what_it_changed(store: Store) -> None:
    household = a_household(phone=None)
    save(store, household)
    judge(store, "applied")
    with store.transaction(account_id=ZHANG.account_id, action="edit") as tx:
        tx.session.get_one(Household, household.id).address = "寨脚"
    judge(store, "refused", reason="out_of_scope")
    (row,) = rows_of(store)
    (field,) = row.fields
    assert (field.name, field.value, field.before) == ("address", "寨脚", None)


def test_what_was_refused_on_a_record_that_left_the_scope_is_still_readable(store: Store) -> None:
    household = a_household(note="还没有说完的话")
    save(store, household)
    gone = ["household", household.id, "evict", 1, None, None, 5]
    judge(store, "refused", reason="out_of_scope", changes=[gone])
    with store.reading() as session:
        assert session.get(Household, household.id) is None
    (row,) = rows_of(store)
    assert values(row)["note"] == "还没有说完的话"
    assert not row.is_here
    assert not row.may_be_sent_again, "there is nothing here to send"
    assert row.may_be_put_aside


def test_a_poison_record_down_is_listed_with_its_words(store: Store) -> None:
    body = {"unit_id": ZHANG.unit_id, "head_name": "石某某"}
    judge(store, "applied", changes=[["household", "h", "put", 1, None, body, 3]])
    (row,) = rows_of(store)
    assert row.kind is PendingKind.NOT_LAID
    assert row.title == "石某某"
    assert row.problem
    assert not row.may_be_put_aside


def test_a_dead_letter_of_an_entity_nobody_knows_is_listed_too(store: Store) -> None:
    judge(store, "applied", changes=[["weather", "w", "put", 1, None, {"wind": [1, 2]}, 3]])
    (row,) = rows_of(store)
    assert (row.entity, values(row)) == ("weather", {"wind": [1, 2]})


def test_quarantined_and_not_applied_have_their_own_kinds(store: Store) -> None:
    save(store, a_household())
    judge(store, "quarantined", detail={"problem": "KeyError"})
    save(store, a_case(store))
    judge(store, "not_applied", reason="event_not_allowed_now")
    counts = pending_list(store, ZHANG).counts
    assert counts == {PendingKind.QUARANTINED: 1, PendingKind.NOT_APPLIED: 1}
    (row,) = rows_of(store, kind=PendingKind.NOT_APPLIED)
    assert row.entity == "case_file"


def test_words_filter_titles_and_texts(store: Store) -> None:
    save(store, a_household(number="001", head_name="吴某甲"))
    save(store, a_household(number="002", head_name="杨某", note="独居"))
    assert [row.title for row in rows_of(store, words="独居")] == ["002 杨某"]
    assert rows_of(store, words="没有这样的词") == ()


def test_who_has_no_permission_sees_that_there_is_something_but_not_what(store: Store) -> None:
    save(store, a_household(note="别人不该看的"), account_id=ZHANG.account_id)
    judge(store, "refused", reason="not_permitted")
    (row,) = rows_of(store, LAWYER)
    assert not row.is_readable
    assert (row.title, row.fields) == ("", ())
    assert not row.may_decide


def test_a_pin_is_never_shown(store: Store) -> None:
    save(
        store,
        Credential(unit_id=ZHANG.unit_id, account_id=ZHANG.account_id, pin_hash="geheim-hash"),
    )
    judge(store, "refused", reason="not_permitted")
    (row,) = rows_of(store)
    assert "pin_hash" not in values(row)


def test_identity_numbers_of_others_are_masked(store: Store) -> None:
    household = a_household()
    resident = a_resident(household)
    save(store, household, resident, account_id="account-of-another")
    judge(store, "refused", reason="bad_value")
    found = {row.entity: row for row in rows_of(store, LI)}
    shown = values(found["resident"]).get("identity_number", "")
    may_see = LI.may(Permission.SEE_IDENTITY_NUMBERS)
    assert (shown == resident.identity_number) is may_see


# --- kept as a note ------------------------------------------------------------------------------


def refused_household(store: Store) -> tuple[str, int]:
    household = a_household(note="写了一下午的话")
    changes = save(store, household, a_resident(household))
    judge(store, "refused", reason="bad_value")
    assert changes.txn is not None
    return household.id, changes.txn


def test_kept_as_a_note_leaves_the_list_and_keeps_its_words(store: Store) -> None:
    household_id, txn = refused_household(store)
    before = read_status(store, LineState.ONLINE).refused
    assert keep_as_note(store, ZHANG, txn=txn) == 2
    assert rows_of(store) == ()
    assert (before, read_status(store, LineState.ONLINE).refused) == (2, 0)
    notes = {row.entity: row for row in rows_of(store, kind=PendingKind.NOTE)}
    assert values(notes["household"])["note"] == "写了一下午的话"
    assert [row.entity for row in rows_of(store, kind=PendingKind.NOTE, words="一下午")] == [
        "household"
    ]
    with store.laying_down() as session:  # the outbox may be cleared one day, the note is not
        session.connection().exec_driver_sql("DELETE FROM outbox")
        session.connection().exec_driver_sql("DELETE FROM resident")
        session.connection().exec_driver_sql("DELETE FROM household")
    assert len(rows_of(store, kind=PendingKind.NOTE)) == 2
    assert household_id


def test_a_note_is_taken_back_with_its_group(store: Store) -> None:
    _household_id, txn = refused_household(store)
    keep_as_note(store, ZHANG, txn=txn)
    (first, _second) = rows_of(store, kind=PendingKind.NOTE)
    assert take_note_back(store, ZHANG, op_no=first.op_no) == 2
    assert len(rows_of(store)) == 2
    assert rows_of(store, kind=PendingKind.NOTE) == ()
    send_again(store, ZHANG, txn=txn)
    assert {row.kind for row in rows_of(store)} == {PendingKind.WAITING}


def test_keeping_twice_and_keeping_what_is_not_refused_is_refused(store: Store) -> None:
    _household_id, txn = refused_household(store)
    keep_as_note(store, ZHANG, txn=txn)
    waiting = save(store, a_household(number="009")).txn
    for number in (txn, waiting, 99_999):
        with pytest.raises(UserFacingError) as caught:
            keep_as_note(store, ZHANG, txn=int(number or 0))
        assert caught.value.code is ErrorCode.NOTHING_TO_KEEP
    with store.reading() as session:
        assert len(session.exec(select(KeptNote)).all()) == 2


def test_somebody_elses_work_is_not_put_aside_without_the_permission(store: Store) -> None:
    _household_id, txn = refused_household(store)
    with pytest.raises(UserFacingError) as caught:
        keep_as_note(store, LAWYER, txn=txn)
    assert caught.value.code is ErrorCode.NOT_ALLOWED
    with store.reading() as session:
        kept = session.exec(select(OutboxOp).where(col(OutboxOp.kept_at).is_not(None))).all()
    assert not kept
    assert len(rows_of(store)) == 2


def test_an_operation_of_nonsense_is_listed_all_the_same(store: Store) -> None:
    save(store, a_household())
    with store.local_writing() as session:
        (operation,) = session.exec(select(OutboxOp).where(OutboxOp.state == "waiting")).all()
        operation.patch = orjson.dumps({"number": ["no", "text"], "colour": 3}).decode()
        operation.wall_ms = 10**17
    (row,) = rows_of(store)
    assert values(row)["colour"] == 3


def test_what_the_repair_took_out_is_kept_whole(store: Store) -> None:
    body = orjson.dumps({"id": "h", "head_name": "石某某", "note": "全文", "sync_version": 3})
    with store.local_writing() as session:
        session.connection().exec_driver_sql(
            "INSERT INTO dead_letter (entity, record_id, body, problem, received_at) "
            "VALUES ('household', 'h', ?, ?, '2026-11-23T08:30:00.000Z')",
            (body.decode(), STRAY),
        )
    (row,) = rows_of(store)
    assert row.is_stray
    assert values(row) == {"head_name": "石某某", "note": "全文"}


def test_a_dead_letter_is_listed_once_and_goes_when_the_record_could_be_laid(store: Store) -> None:
    broken = {"unit_id": ZHANG.unit_id, "head_name": "石某某"}
    for seq in (3, 4):
        judge(store, "applied", changes=[["household", "h", "put", 2, None, broken, seq]])
    assert len(rows_of(store)) == 1
    whole = {**broken, "number": "001"}
    judge(store, "applied", changes=[["household", "h", "put", 2, None, whole, 5]])
    assert rows_of(store) == ()
