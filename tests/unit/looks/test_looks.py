"""No number leaves the file without a record of who saw it; who may see it is asked per post."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from app.accounts.rules import HELD_ONLY_ROLES, may
from app.accounts.session import Actor
from app.accounts.vocabulary import Permission, Role
from app.cases.editing import case_for_editing
from app.cases.queries import one_case
from app.cases.vocabulary import PartySide, PartySource
from app.errors import ErrorCode, UserFacingError
from app.households.queries import household_for_editing, resident_for_editing
from app.looks.actions import record_look, reveal, reveal_phone
from app.looks.queries import LookFilter, look_rows, lookers, looks_at
from app.looks.rules import MASKED
from app.looks.vocabulary import LookedAt
from app.store import Store
from db.tables.base import RecordKind
from db.tables.cases import CaseParty
from db.tables.households import Resident
from db.tables.local import OutboxOp
from db.tables.looks import Look
from db.tables.organisations import Account
from db.tables.registry import ENTITIES
from tests.helpers.clock import FakeClock
from tests.helpers.full_disk import full_disk
from tests.helpers.stores import (
    a_case,
    a_household,
    a_resident,
    a_store,
    a_unit,
    an_actor,
    an_identity_number,
    save,
)

HOME = "household-1"
WU = "resident-1"
NUMBER = an_identity_number(date(1976, 5, 4))
TODAY = date(2026, 11, 23)
PLACE = {
    Role.TOWNSHIP_CENTRE: "坪坦乡",
    Role.COUNTY_CENTRE: "通道侗族自治县",
    Role.SPONSOR_LEADER: "通道侗族自治县",
}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def store(tmp_path: Path, clock: FakeClock) -> Iterator[Store]:
    made = a_store(tmp_path, clock=clock)
    home = a_household(id=HOME, phone="0745-8622000")
    wu = a_resident(home, id=WU, phone="13900001234", identity_number=NUMBER)
    child = a_resident(
        home, id="resident-2", name="吴某乙", identity_number=None, birth_date=date(2020, 1, 2)
    )
    case = a_case(made, id="case-1")
    party = CaseParty(
        id="party-1", unit_id=case.unit_id, case_id=case.id, side=PartySide.A,
        source=PartySource.OUTSIDE, name="石某", phone="13811112222",
    )  # fmt: skip
    zhang = an_actor()
    save(
        made,
        Account(id=zhang.account_id, unit_id=zhang.unit_id, name="张某", role=zhang.role),
        home, wu, child, case, party,
    )  # fmt: skip
    yield made
    made.close()


def the_looks(store: Store) -> list[Look]:
    with store.reading() as session:
        return list(session.exec(select(Look).order_by(Look.happened_at, Look.id)))  # type: ignore[arg-type]


def number_of(store: Store, actor: Actor, resident_id: str) -> str:
    return reveal(store, actor, entity="resident", record_id=resident_id, field="identity_number")


def refused(work, *args, **known) -> ErrorCode:  # type: ignore[no-untyped-def]
    with pytest.raises(UserFacingError) as raised:
        work(*args, **known)
    return raised.value.code


def test_a_number_comes_with_its_record_and_the_record_goes_up(store: Store) -> None:
    assert number_of(store, an_actor(), WU) == NUMBER
    (look,) = the_looks(store)
    assert (look.subject_entity, look.subject_id, look.looked_at) == (
        "resident", WU, LookedAt.IDENTITY_NUMBER,
    )  # fmt: skip
    assert (look.by_account_id, look.unit_id, look.people) == ("account-of-zhang", a_unit().id, 1)
    assert look.happened_at == store.clock.now()
    with store.reading() as session:
        operation = session.exec(select(OutboxOp).where(OutboxOp.entity == "look")).one()
    assert NUMBER not in operation.patch
    assert ENTITIES["look"].record_kind is RecordKind.EVENT


def test_no_record_no_number(store: Store) -> None:
    with full_disk():
        answer = refused(number_of, store, an_actor(), WU)
    assert answer is ErrorCode.STORE_NOT_WRITTEN
    assert the_looks(store) == []


def test_within_ten_minutes_it_is_one_look(store: Store, clock: FakeClock) -> None:
    zhang, shi = an_actor(), an_actor(name="石某", account_id="account-of-shi")
    reveal_phone(store, zhang, WU)
    clock.advance(timedelta(minutes=9, seconds=59))
    reveal_phone(store, zhang, WU)
    assert len(the_looks(store)) == 1
    number_of(store, zhang, WU)
    reveal_phone(store, shi, WU)
    assert len(the_looks(store)) == 3, "another field and another person are looks of their own"
    clock.advance(timedelta(seconds=1))
    reveal_phone(store, zhang, WU)
    assert len(the_looks(store)) == 4


def test_a_clock_set_back_hides_no_look(store: Store, clock: FakeClock) -> None:
    reveal_phone(store, an_actor(), WU)
    clock.set_wall(clock.now() - timedelta(days=300))
    reveal_phone(store, an_actor(), WU)
    assert len(the_looks(store)) == 2


def test_a_telephone_of_the_household_stands_in(store: Store) -> None:
    assert reveal_phone(store, an_actor(), "resident-2") == "0745-8622000"
    assert [look.subject_id for look in the_looks(store)] == [HOME]
    assert number_of(store, an_actor(), "resident-2") == ""
    assert len(the_looks(store)) == 1, "where there is nothing nothing was seen"


def test_what_is_gone_is_said(store: Store) -> None:
    assert refused(reveal_phone, store, an_actor(), "nobody") is ErrorCode.LOOK_SUBJECT_GONE


@pytest.mark.parametrize("role", Role)
def test_identity_numbers_per_post(store: Store, role: Role) -> None:
    actor = an_actor(role, PLACE.get(role, "坪坦村"))
    if may(role, Permission.SEE_IDENTITY_NUMBERS):
        assert number_of(store, actor, WU) == NUMBER
        assert len(the_looks(store)) == 1
    else:
        assert refused(number_of, store, actor, WU) is ErrorCode.NOT_ALLOWED
        assert the_looks(store) == []


@pytest.mark.parametrize("role", Role)
def test_telephones_of_residents_and_of_parties_per_post(store: Store, role: Role) -> None:
    """One rule: whoever sees the record may call, and it is written down."""
    actor = an_actor(role, PLACE.get(role, "坪坦村"))
    may_call = {
        ("resident", WU, "13900001234"): may(role, Permission.SEE_ROSTER),
        ("case_party", "party-1", "13811112222"): may(role, Permission.SEE_CASES)
        and role not in HELD_ONLY_ROLES,
    }
    for (entity, record_id, phone), is_allowed in may_call.items():
        ask = {"entity": entity, "record_id": record_id, "field": "phone"}
        if is_allowed:
            assert reveal(store, actor, **ask) == phone
        else:
            assert refused(reveal, store, actor, **ask) is ErrorCode.NOT_ALLOWED
    assert len(the_looks(store)) == sum(may_call.values())


@pytest.mark.parametrize("role", sorted(HELD_ONLY_ROLES))
def test_who_has_the_case_in_hand_may_call_and_it_is_filed_at_home(
    store: Store, role: Role
) -> None:
    with store.laying_down() as session:
        session.connection().exec_driver_sql(
            "UPDATE case_file SET holder_unit_id = ?", (a_unit("县林业局").id,)
        )
    actor = an_actor(role, "县林业局")
    ask = {"entity": "case_party", "record_id": "party-1", "field": "phone"}
    assert reveal(store, actor, **ask) == "13811112222"
    assert [look.unit_id for look in the_looks(store)] == [actor.unit_id]


def test_another_village_sees_nothing(store: Store) -> None:
    stranger = an_actor(unit="高步村")
    for entity, record_id, field in (
        ("resident", WU, "identity_number"),
        ("resident", WU, "phone"),
        ("household", HOME, "phone"),
        ("case_party", "party-1", "phone"),
    ):
        ask = {"entity": entity, "record_id": record_id, "field": field}
        assert refused(reveal, store, stranger, **ask) is ErrorCode.NOT_ALLOWED
    assert the_looks(store) == []


def test_every_masked_field_is_a_field() -> None:
    for entity, field in MASKED:
        assert field in ENTITIES[entity].wire_fields()


def test_a_form_that_shows_whole_numbers_is_a_look(store: Store) -> None:
    worker = an_actor()
    household_for_editing(store, worker, HOME)
    resident = resident_for_editing(store, worker, WU)
    case = case_for_editing(store, worker, "case-1")
    assert resident is not None
    assert (resident.identity_number, case.draft.parties[0].phone) == (NUMBER, "13811112222")
    assert {(one.subject_entity, one.looked_at) for one in the_looks(store)} == {
        ("household", LookedAt.WHOLE_RECORD),
        ("resident", LookedAt.WHOLE_RECORD),
        ("case_file", LookedAt.WHOLE_RECORD),
    }


def test_who_may_not_edit_leaves_no_look(store: Store) -> None:
    police = an_actor(Role.AUXILIARY_POLICE)
    assert refused(resident_for_editing, store, police, WU) is ErrorCode.NOT_ALLOWED
    assert resident_for_editing(store, police, "nobody") is None
    lawyer = an_actor(Role.LEGAL_AID_LAWYER)
    assert refused(case_for_editing, store, lawyer, "case-1") is ErrorCode.NOT_ALLOWED
    assert refused(case_for_editing, store, lawyer, "gone") is ErrorCode.CASE_NOT_FOUND
    assert the_looks(store) == []


def test_the_case_itself_shows_no_whole_telephone(store: Store) -> None:
    case = one_case(store, "case-1")
    assert case is not None
    assert case.parties[0].phone == "138****2222"
    assert "13811112222" not in str(case)


def test_what_leaves_the_program_counts_each_time(store: Store) -> None:
    for _time in range(2):
        record_look(
            store, an_actor(), subject_entity="unit", subject_id=a_unit().id, unit_id=a_unit().id,
            looked_at=LookedAt.EXPORT, people=177, reason=" 花名册 " + "长" * 300,
        )  # fmt: skip
    looks = the_looks(store)
    assert [(one.people, len(one.reason or "")) for one in looks] == [(177, 200)] * 2
    assert (looks[0].reason or "").startswith("花名册")


# --- who looked ----------------------------------------------------------------------------------


def seen_by_several(store: Store, clock: FakeClock) -> None:
    reveal_phone(store, an_actor(), WU)
    clock.advance(timedelta(hours=1))
    number_of(store, an_actor(), WU)
    clock.advance(timedelta(days=1))
    chief = an_actor(Role.TOWNSHIP_CENTRE, "坪坦乡", name="龙某", account_id="account-of-long")
    number_of(store, chief, WU)
    record_look(
        store, chief, subject_entity="unit", subject_id=a_unit().id, unit_id=a_unit().id,
        looked_at=LookedAt.EXPORT, people=177,
    )  # fmt: skip


def test_the_secretary_sees_who_looked_newest_first(store: Store, clock: FakeClock) -> None:
    seen_by_several(store, clock)
    secretary = an_actor(Role.VILLAGE_SECRETARY)
    rows = looks_at(store, secretary, subject_ids=[HOME, WU], unit_id=a_unit().id)
    assert [(row.by_name, row.looked_at, row.subject) for row in rows] == [
        ("", LookedAt.IDENTITY_NUMBER, "吴某甲"),
        ("张某", LookedAt.IDENTITY_NUMBER, "吴某甲"),
        ("张某", LookedAt.PHONE, "吴某甲"),
    ]
    whole = look_rows(store, secretary, LookFilter(TODAY, TODAY + timedelta(days=1)))
    assert len(whole) == 4
    first_day = look_rows(store, secretary, LookFilter(TODAY, TODAY))
    assert {row.account_id for row in first_day} == {"account-of-zhang"}
    only = LookFilter(TODAY, TODAY + timedelta(days=1), "account-of-long", LookedAt.EXPORT)
    assert [row.people for row in look_rows(store, secretary, only)] == [177]
    counted = lookers(store, secretary, LookFilter(TODAY, TODAY + timedelta(days=1)))
    assert [(one.account_id, one.looks, one.people) for one in counted] == [
        ("account-of-long", 2, 178),
        ("account-of-zhang", 2, 2),
    ]


def test_a_record_that_is_gone_still_says_who_looked(store: Store) -> None:
    reveal_phone(store, an_actor(), WU)
    with store.transaction(account_id="account-of-zhang", action="remove") as tx:
        tx.session.delete(tx.session.get_one(Resident, WU))
    (row,) = look_rows(store, an_actor(Role.VILLAGE_SECRETARY), LookFilter(TODAY, TODAY))
    assert (row.subject, row.by_name) == ("", "张某")


@pytest.mark.parametrize("role", Role)
def test_who_looked_per_post(store: Store, role: Role) -> None:
    actor = an_actor(role, PLACE.get(role, "坪坦村"))
    wanted = LookFilter(TODAY, TODAY)
    ask = {"subject_ids": [WU], "unit_id": a_unit().id}
    if may(role, Permission.SEE_LOOKS):
        assert look_rows(store, actor, wanted) == ()
        assert looks_at(store, actor, **ask) == ()
    else:
        assert refused(look_rows, store, actor, wanted) is ErrorCode.NOT_ALLOWED
        assert refused(lookers, store, actor, wanted) is ErrorCode.NOT_ALLOWED
        assert refused(looks_at, store, actor, **ask) is ErrorCode.NOT_ALLOWED


def test_a_village_does_not_watch_its_neighbour(store: Store) -> None:
    reveal_phone(store, an_actor(), WU)
    neighbour = an_actor(Role.VILLAGE_SECRETARY, "高步村")
    assert look_rows(store, neighbour, LookFilter(TODAY, TODAY)) == ()
    ask = {"subject_ids": [WU], "unit_id": a_unit().id}
    assert refused(looks_at, store, neighbour, **ask) is ErrorCode.NOT_ALLOWED
