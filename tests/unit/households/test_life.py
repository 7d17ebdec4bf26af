"""Births, deaths, moves, heads, split and merge: each one step, written down, taken back whole."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from app.accounts.vocabulary import Role
from app.errors import ErrorCode, UserFacingError
from app.households.filling import HouseholdFields, ResidentFields
from app.households.life import (
    move_in_household,
    record_birth,
    record_came_home,
    record_death,
    record_move_in,
    record_move_out,
    record_went_away,
    restore_resident,
)
from app.households.life_households import change_head, merge_into, split_household
from app.households.life_rules import DayProblem, LifeProblem
from app.households.life_steps import Happening, HeadChoice
from app.households.vocabulary import Relation, ResidentStatus, RosterEventKind, Sex
from app.store import Changes, Store
from app.undo import undo
from db.tables.base import SyncedRecord
from db.tables.households import Household, Resident, RosterEvent
from db.tables.registry import ENTITIES
from tests.helpers.stores import (
    a_household,
    a_micro_grid,
    a_resident,
    a_store,
    a_unit,
    an_actor,
    an_identity_number,
    save,
)

VILLAGE = a_unit().id
WORKER = an_actor()
DAY = date(2026, 11, 1)
ON = Happening(DAY)
TOMORROW = Happening(date(2026, 11, 24))
BORN = date(1990, 3, 2)


class Home:
    """吴某甲, his wife and son; household 001 in a micro-grid and a group."""

    def __init__(self, store: Store) -> None:
        self.store = store
        grid = a_micro_grid()
        self.grid_id = grid.id
        home = a_household(micro_grid_id=grid.id, group_name="二组", address="寨脚")
        other = a_household(number="002", head_name="杨某乙")
        people = (
            ("head", home, "吴某甲", Relation.HEAD, Sex.MALE, 1960),
            ("wife", home, "龙某", Relation.WIFE, Sex.FEMALE, 1962),
            ("son", home, "吴小某", Relation.SON, Sex.MALE, 1990),
            ("neighbour", other, "杨某乙", Relation.HEAD, Sex.MALE, 1970),
        )
        rows = {
            key: a_resident(
                where,
                name=name,
                relation=relation,
                sex=sex,
                birth_date=date(year, 3, 2),
                identity_number=an_identity_number(date(year, 3, 2), order=11 + place),
                position=place,
            )
            for place, (key, where, name, relation, sex, year) in enumerate(people)
        }
        save(store, grid, home, other, *rows.values())
        self.id, self.other_id = home.id, other.id
        self.head, self.wife, self.son, self.neighbour = (one.id for one in rows.values())

    def household(self, household_id: str = "") -> Household:
        return read(self.store, Household, household_id or self.id)

    def person(self, resident_id: str) -> Resident:
        return read(self.store, Resident, resident_id)

    def history(self, household_id: str = "") -> list[tuple[RosterEventKind, str]]:
        with self.store.reading() as session:
            found = session.exec(
                select(RosterEvent)
                .where(col(RosterEvent.household_id) == (household_id or self.id))
                .order_by(col(RosterEvent.kind))
            )
            return [(one.kind, one.name) for one in found]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(a_store(tmp_path))


def read(store: Store, model: type, record_id: str) -> Any:
    with store.reading() as session:
        return session.get(model, record_id)


def everything(store: Store) -> dict[tuple[str, str], dict[str, Any]]:
    """Every synced row by its fields, to compare before and after."""
    found = {}
    with store.reading() as session:
        for entity in ("micro_grid", "household", "resident", "roster_event"):
            model: type[SyncedRecord] = ENTITIES[entity]
            for row in session.exec(select(model)):
                fields = {name: getattr(row, name) for name in model.wire_fields()}
                found[entity, row.id] = fields
    return found


def made(changes: Changes, entity: str) -> list[str]:
    return [record_id for kind, record_id in changes.records if kind == entity]


def child(**more: Any) -> ResidentFields:
    fields = {"name": "吴小小", "relation": Relation.GRANDSON, "sex": Sex.MALE, "birth_date": DAY}
    return ResidentFields(**{**fields, **more})


STEPS: dict[str, Any] = {
    "birth": lambda s, a, h: record_birth(s, a, household_id=h.id, given=child()),
    "death": lambda s, a, h: record_death(
        s, a, resident_id=h.head, when=ON, head=HeadChoice(h.wife)
    ),
    "move_in": lambda s, a, h: record_move_in(
        s, a, household_id=h.id, given=child(), when=Happening(DAY, "三江县")
    ),
    "move_in_household": lambda s, a, h: move_in_household(
        s, a, unit_id=VILLAGE, given=HouseholdFields("009", "石某"), people=[child()], when=ON
    ),
    "move_out": lambda s, a, h: record_move_out(s, a, resident_ids=[h.son], when=ON),
    "whole_move_out": lambda s, a, h: record_move_out(
        s, a, resident_ids=[h.head, h.wife, h.son], when=ON
    ),
    "went_away": lambda s, a, h: record_went_away(
        s, a, resident_ids=[h.head, h.wife], when=Happening(DAY, "东莞")
    ),
    "head": lambda s, a, h: change_head(
        s, a, household_id=h.id, head=HeadChoice(h.wife), when=ON
    ),
    "split": lambda s, a, h: split_household(
        s, a, household_id=h.id, resident_ids=[h.son], number="003",
        head=HeadChoice(h.son), when=ON,
    ),
    "merge": lambda s, a, h: merge_into(
        s, a, household_id=h.id, into_household_id=h.other_id, when=ON
    ),
}  # fmt: skip
KEEPERS = {Role.GRID_WORKER, Role.VILLAGE_SECRETARY}


@pytest.mark.parametrize("step", STEPS)
def test_each_step_is_taken_back_whole(home: Home, step: str) -> None:
    before = everything(home.store)
    changes = STEPS[step](home.store, WORKER, home)
    assert everything(home.store) != before
    assert made(changes, "roster_event")
    assert changes.txn is not None
    outcome = undo(home.store, account_id=WORKER.account_id, txn=changes.txn)
    assert outcome.left == 0
    assert everything(home.store) == before


@pytest.mark.parametrize("step", [name for name in STEPS if name != "birth"])
def test_a_day_to_come_is_refused_and_nothing_written(
    home: Home, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(home.store)
    monkeypatch.setitem(globals(), "ON", TOMORROW)
    monkeypatch.setitem(globals(), "DAY", TOMORROW.on)
    with pytest.raises(UserFacingError) as raised:
        STEPS[step](home.store, WORKER, home)
    assert raised.value.code is ErrorCode.LIFE_DAY_WRONG
    assert raised.value.params["problem"] is DayProblem.IN_FUTURE
    assert everything(home.store) == before


def refused(problem: LifeProblem) -> Any:
    class Refused:
        def __enter__(self) -> None:
            self.raised = pytest.raises(UserFacingError)
            self.info = self.raised.__enter__()

        def __exit__(self, *error: Any) -> bool:
            is_right = bool(self.raised.__exit__(*error))
            assert self.info.value.code is ErrorCode.LIFE_STEP_NOT_POSSIBLE
            assert self.info.value.params["problem"] is problem
            return is_right

    return Refused()


# --- coming --------------------------------------------------------------------------------------


def test_a_child_is_born_into_the_household_on_its_birthday(home: Home) -> None:
    changes = record_birth(home.store, WORKER, household_id=home.id, given=child(), note="县医院")
    (event_id,) = made(changes, "roster_event")
    event = read(home.store, RosterEvent, event_id)
    assert (event.kind, event.happened_on, event.note) == (RosterEventKind.BORN, DAY, "县医院")
    assert home.person(event.resident_id).position == 3


def test_a_child_without_a_birthday_is_not_born(home: Home) -> None:
    with pytest.raises(UserFacingError) as raised:
        record_birth(home.store, WORKER, household_id=home.id, given=child(birth_date=None))
    assert raised.value.params["problem"] is DayProblem.MISSING


def test_who_comes_back_is_the_same_resident_with_what_was_known(home: Home) -> None:
    record_move_out(home.store, WORKER, resident_ids=[home.son], when=ON)
    number = home.person(home.son).identity_number
    given = ResidentFields(name="吴小某", identity_number=f" {number} ", phone="13800000001")
    record_move_in(
        home.store, WORKER, household_id=home.other_id, given=given, when=Happening(DAY, "怀化市")
    )
    son = home.person(home.son)
    assert (son.household_id, son.status, son.left_on) == (
        home.other_id,
        ResidentStatus.PRESENT,
        None,
    )
    assert (son.relation, son.phone) == (Relation.SON, "13800000001")
    assert home.history(home.other_id) == [(RosterEventKind.MOVED_IN, "吴小某")]


def test_nobody_comes_back_before_they_left(home: Home) -> None:
    record_move_out(home.store, WORKER, resident_ids=[home.son], when=ON)
    given = ResidentFields(
        name="吴小某", identity_number=str(home.person(home.son).identity_number)
    )
    with pytest.raises(UserFacingError) as raised:
        record_move_in(
            home.store,
            WORKER,
            household_id=home.id,
            given=given,
            when=Happening(date(2026, 10, 31)),
        )
    assert raised.value.params["problem"] is DayProblem.AFTER_LEAVING


def test_a_dissolved_household_somebody_moves_into_is_one_again(home: Home) -> None:
    record_death(home.store, WORKER, resident_id=home.neighbour, when=ON)
    assert home.household(home.other_id).dissolved_on == DAY
    record_move_in(home.store, WORKER, household_id=home.other_id, given=child(), when=ON)
    other = home.household(home.other_id)
    assert (other.dissolved_on, other.head_name) == (None, "吴小小")


def test_a_whole_household_needs_somebody(home: Home) -> None:
    with refused(LifeProblem.NOBODY_CHOSEN):
        move_in_household(
            home.store,
            WORKER,
            unit_id=VILLAGE,
            given=HouseholdFields("009", "石某"),
            people=[],
            when=ON,
        )


# --- going ---------------------------------------------------------------------------------------


def test_the_wife_follows_the_head_who_died(home: Home) -> None:
    record_death(home.store, WORKER, resident_id=home.head, when=ON, head=HeadChoice(home.wife))
    assert home.household().head_name == "龙某"
    assert home.person(home.head).status is ResidentStatus.DECEASED
    assert home.person(home.head).left_on == DAY
    assert home.person(home.wife).relation is Relation.HEAD
    assert home.person(home.son).relation is Relation.SON
    assert home.history() == [
        (RosterEventKind.DIED, "吴某甲"),
        (RosterEventKind.HEAD_CHANGED, "龙某"),
    ]


def test_nobody_leaves_a_household_without_a_head(home: Home) -> None:
    with refused(LifeProblem.HEAD_MISSING):
        record_death(home.store, WORKER, resident_id=home.head, when=ON)
    with refused(LifeProblem.HEAD_NOT_A_MEMBER):
        record_death(
            home.store, WORKER, resident_id=home.head, when=ON, head=HeadChoice(home.neighbour)
        )
    with refused(LifeProblem.HEAD_NOT_A_MEMBER):
        record_death(home.store, WORKER, resident_id=home.head, when=ON, head=HeadChoice(home.head))


@pytest.mark.parametrize("dissolves", [True, False])
def test_with_the_last_one_the_household_ends_unless_told_otherwise(
    home: Home, dissolves: bool
) -> None:
    record_death(home.store, WORKER, resident_id=home.neighbour, when=ON, dissolves=dissolves)
    assert home.household(home.other_id).dissolved_on == (DAY if dissolves else None)


def test_nobody_dies_twice_or_before_birth(home: Home) -> None:
    record_death(home.store, WORKER, resident_id=home.son, when=ON)
    with refused(LifeProblem.NOT_POSSIBLE_NOW):
        record_death(home.store, WORKER, resident_id=home.son, when=ON)
    with pytest.raises(UserFacingError) as raised:
        record_death(home.store, WORKER, resident_id=home.wife, when=Happening(date(1962, 3, 1)))
    assert raised.value.params == {"problem": DayProblem.BEFORE_BIRTH, "name": "龙某"}


def test_people_of_two_households_do_not_move_in_one_step(home: Home) -> None:
    with pytest.raises(UserFacingError) as raised:
        record_move_out(home.store, WORKER, resident_ids=[home.son, home.neighbour], when=ON)
    assert raised.value.code is ErrorCode.ROSTER_CHANGED_MEANWHILE
    with refused(LifeProblem.NOBODY_CHOSEN):
        record_move_out(home.store, WORKER, resident_ids=[], when=ON)


def test_who_was_noted_as_dead_by_mistake_is_a_member_again(home: Home) -> None:
    record_death(home.store, WORKER, resident_id=home.neighbour, when=ON)
    restore_resident(home.store, WORKER, resident_id=home.neighbour)
    assert home.person(home.neighbour).status is ResidentStatus.PRESENT
    assert home.household(home.other_id).dissolved_on is None
    assert home.history(home.other_id) == []
    with refused(LifeProblem.NOT_GONE):
        restore_resident(home.store, WORKER, resident_id=home.neighbour)


def test_a_household_whose_number_was_given_again_is_not_restored(home: Home) -> None:
    record_death(home.store, WORKER, resident_id=home.neighbour, when=ON)
    save(home.store, a_household(number="002", head_name="石某"))
    with pytest.raises(UserFacingError) as raised:
        restore_resident(home.store, WORKER, resident_id=home.neighbour)
    assert raised.value.code is ErrorCode.HOUSEHOLD_NUMBER_TAKEN


def test_away_and_home_again(home: Home) -> None:
    record_went_away(
        home.store, WORKER, resident_ids=[home.son], when=Happening(DAY, "东莞", "打工")
    )
    assert home.person(home.son).status is ResidentStatus.AWAY
    assert home.person(home.son).away_place == "东莞"
    with refused(LifeProblem.NOT_POSSIBLE_NOW):
        record_went_away(home.store, WORKER, resident_ids=[home.son], when=ON)
    record_came_home(home.store, WORKER, resident_ids=[home.son], when=ON)
    assert (home.person(home.son).status, home.person(home.son).away_place) == (
        ResidentStatus.PRESENT,
        None,
    )
    assert [kind for kind, _ in home.history()] == [
        RosterEventKind.CAME_HOME,
        RosterEventKind.WENT_AWAY,
    ]


# --- households ----------------------------------------------------------------------------------


def test_a_new_head_with_what_a_person_said_of_the_others(home: Home) -> None:
    said = {home.head: Relation.OTHER_RELATIVE}
    change_head(home.store, WORKER, household_id=home.id, head=HeadChoice(home.son, said), when=ON)
    assert home.household().head_name == "吴小某"
    assert home.person(home.head).relation is Relation.OTHER_RELATIVE
    assert home.person(home.wife).relation is Relation.MOTHER
    with refused(LifeProblem.SAME_HEAD):
        change_head(home.store, WORKER, household_id=home.id, head=HeadChoice(home.son), when=ON)


def test_a_split_makes_a_household_of_the_same_place(home: Home) -> None:
    changes = split_household(
        home.store,
        WORKER,
        household_id=home.id,
        resident_ids=[home.son],
        number=" 0 47",
        head=HeadChoice(home.son),
        when=ON,
    )
    (new_id,) = set(made(changes, "household")) - {home.id}
    new = home.household(new_id)
    assert (new.number, new.head_name, new.micro_grid_id, new.group_name, new.address) == (
        "047",
        "吴小某",
        home.grid_id,
        "二组",
        "寨脚",
    )
    assert home.person(home.son).household_id == new_id
    assert home.person(home.son).relation is Relation.HEAD
    assert home.household().head_name == "吴某甲"
    split = [(RosterEventKind.HOUSEHOLD_SPLIT, "吴小某")]
    assert home.history() == home.history(new_id) == split


def test_a_head_who_splits_off_leaves_a_new_head(home: Home) -> None:
    leaving = {
        "household_id": home.id,
        "resident_ids": [home.head, home.wife],
        "number": "047",
        "head": HeadChoice(home.wife),
        "when": ON,
    }
    with refused(LifeProblem.HEAD_MISSING):
        split_household(home.store, WORKER, **leaving)
    split_household(home.store, WORKER, **leaving, staying_head=HeadChoice(home.son))
    assert home.household().head_name == "吴小某"
    assert home.person(home.head).relation is Relation.HUSBAND


def test_a_split_that_is_none_is_refused(home: Home) -> None:
    base = {"household_id": home.id, "number": "047", "head": HeadChoice(home.son), "when": ON}
    with refused(LifeProblem.EVERYBODY_CHOSEN):
        split_household(home.store, WORKER, resident_ids=[home.head, home.wife, home.son], **base)
    with refused(LifeProblem.NOBODY_CHOSEN):
        split_household(home.store, WORKER, resident_ids=[], **base)
    with refused(LifeProblem.HEAD_NOT_A_MEMBER):
        split_household(home.store, WORKER, resident_ids=[home.wife], **base)
    with pytest.raises(UserFacingError) as raised:
        split_household(home.store, WORKER, resident_ids=[home.son], **{**base, "number": "002"})
    assert raised.value.code is ErrorCode.HOUSEHOLD_NUMBER_TAKEN


def test_a_merge_leads_everybody_over_and_ends_the_emptied_household(home: Home) -> None:
    record_death(home.store, WORKER, resident_id=home.wife, when=ON)
    merge_into(
        home.store,
        WORKER,
        household_id=home.id,
        into_household_id=home.other_id,
        when=ON,
        relations={home.son: Relation.SON_IN_LAW},
    )
    assert home.household().dissolved_on == DAY
    assert home.person(home.head).household_id == home.other_id
    assert home.person(home.head).relation is None
    assert home.person(home.son).relation is Relation.SON_IN_LAW
    assert home.person(home.wife).household_id == home.id, "the dead stay where they lived"
    assert home.household(home.other_id).head_name == "杨某乙"
    merged = (RosterEventKind.HOUSEHOLD_MERGED, "吴某甲、吴小某")
    assert merged in home.history()
    assert home.history(home.other_id) == [merged]


def test_a_merge_that_cannot_be_is_refused(home: Home) -> None:
    away = a_household(unit_id="another-village", number="1")
    save(home.store, away)
    base = {"household_id": home.id, "when": ON}
    with refused(LifeProblem.SAME_HOUSEHOLD):
        merge_into(home.store, WORKER, into_household_id=home.id, **base)
    with pytest.raises(UserFacingError) as raised:
        merge_into(home.store, WORKER, into_household_id=away.id, **base)
    assert raised.value.code is ErrorCode.NOT_ALLOWED
    record_death(home.store, WORKER, resident_id=home.neighbour, when=ON)
    with refused(LifeProblem.HOUSEHOLD_DISSOLVED):
        merge_into(home.store, WORKER, into_household_id=home.other_id, **base)


def test_a_long_list_of_names_is_cut_where_the_column_ends(home: Home) -> None:
    people = [
        a_resident(
            home.household(),
            name="欧阳某某某" + str(place),
            identity_number=None,
            position=9 + place,
        )
        for place in range(20)
    ]
    save(home.store, *people)
    merge_into(home.store, WORKER, household_id=home.id, into_household_id=home.other_id, when=ON)
    ((_, names),) = home.history(home.other_id)
    assert len(names) == 80
    assert names.endswith("…")
