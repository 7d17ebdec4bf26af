"""Handing a micro-grid over and drawing a village anew: what is written, what is refused, undo."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from app.accounts.vocabulary import Role
from app.errors import ErrorCode, UserFacingError
from app.households.actions import assign_micro_grid
from app.households.grids_actions import (
    assign_grid_worker,
    redraw_micro_grids,
    renumber_micro_grid,
)
from app.households.grids_queries import VillageGrids, grid_history, village_grids
from app.households.queries import household_rows, micro_grid_rows, one_household
from app.households.redraw import Drawing, present_drawing, start_grid_at
from app.households.redraw_rules import propose, village_line
from app.store import Store
from app.undo import undo
from db.tables.grid_work import Hazard
from db.tables.households import GridAssignment, Household, MicroGrid
from db.tables.local import OutboxOp
from db.tables.organisations import Account
from tests.helpers.stores import a_household, a_micro_grid, a_store, a_unit, an_actor, save

VILLAGE = a_unit().id
TODAY = date(2026, 11, 23)
WORKER = an_actor()
YANG, LONG = "account-of-yang", "account-of-long"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = a_store(tmp_path)
    people = {YANG: "杨某", LONG: "龙某", WORKER.account_id: "张某"}
    accounts = [
        Account(id=key, unit_id=VILLAGE, name=name, role=Role.GRID_WORKER)
        for key, name in people.items()
    ]
    elsewhere = Account(
        id="elsewhere", unit_id=a_unit("横岭村").id, name="石某", role=Role.GRID_WORKER
    )
    gone = Account(id="gone", unit_id=VILLAGE, name="陆某", role=Role.GRID_WORKER, is_active=False)
    save(made, *accounts, elsewhere, gone)
    return made


@pytest.fixture
def grid(store: Store) -> str:
    made = a_micro_grid(id="grid-1")
    save(store, made)
    return made.id


def village_of(store: Store, *sizes: int, worker: str | None = None) -> VillageGrids:
    """Micro-grids grid-1, grid-2 … with so many households each."""
    grids = [
        a_micro_grid(id=f"grid-{n}", number=n, worker_id=worker if n == 1 else None)
        for n in range(1, len(sizes) + 1)
    ]
    homes = [
        a_household(number=f"{n * 100 + i:03}", head_name=f"吴{i}", micro_grid_id=f"grid-{n}")
        for n, size in enumerate(sizes, start=1)
        for i in range(size)
    ]
    save(store, *grids, *homes)
    return village_grids(store, VILLAGE)


def drawn(village: VillageGrids) -> Drawing:
    return propose(village.homes, village.grid_ids).drawing


def sizes_of(store: Store) -> dict[str, int]:
    village = village_grids(store, VILLAGE)
    names = {one.id: one.name for one in village.grids}
    found = [names.get(one.grid_id or "", "") for one in village.homes]
    return {name: found.count(name) for name in sorted(set(found))}


def hand_over(store: Store, grid: str, to: str | None, **more) -> int | None:
    return assign_grid_worker(store, WORKER, micro_grid_id=grid, account_id=to, **more).txn


# --- whose it is ---------------------------------------------------------------------------------


def test_a_micro_grid_goes_from_one_to_another_and_its_history_says_so(store, grid):
    hand_over(store, grid, YANG, starts_on=date(2026, 3, 1))
    txn = hand_over(store, grid, LONG, note="  杨某外出务工 ")

    assert [
        (one.worker_name, one.from_name, one.starts_on, one.note, one.by_name)
        for one in grid_history(store, grid)
    ] == [
        ("龙某", "杨某", TODAY, "杨某外出务工", "张某"),
        ("杨某", "", date(2026, 3, 1), "", "张某"),
    ]
    undo(store, account_id=WORKER.account_id, txn=txn)
    assert [one.worker_name for one in grid_history(store, grid)] == ["杨某"]
    with store.reading() as session:
        assert session.get_one(MicroGrid, grid).worker_id == YANG


def test_who_had_it_before_days_were_kept_is_shown_as_unknown_and_may_be_added(store, grid):
    with store.transaction(account_id=WORKER.account_id, action="import") as tx:
        tx.session.get_one(MicroGrid, grid).worker_id = YANG
    assert [(one.worker_name, one.starts_on) for one in grid_history(store, grid)] == [
        ("杨某", None)
    ]

    hand_over(store, grid, YANG, starts_on=date(2025, 1, 1))
    assert [
        (one.worker_name, one.from_name, one.starts_on) for one in grid_history(store, grid)
    ] == [("杨某", "", date(2025, 1, 1))]


def test_who_was_taken_away_by_the_county_leaves_a_line(store, grid):
    hand_over(store, grid, YANG)
    with store.transaction(account_id="county", action="hand_over") as tx:
        tx.session.get_one(MicroGrid, grid).worker_id = None
    first = grid_history(store, grid)[0]
    assert (first.worker_name, first.from_name, first.starts_on) == ("", "杨某", None)


@pytest.mark.parametrize(
    ("to", "more", "code"),
    [
        ("elsewhere", {}, ErrorCode.GRID_WORKER_NOT_HERE),
        ("nobody", {}, ErrorCode.GRID_WORKER_NOT_HERE),
        ("gone", {}, ErrorCode.GRID_WORKER_NOT_HERE),
        (YANG, {}, ErrorCode.GRID_WORKER_SAME),
        (LONG, {"starts_on": TODAY + timedelta(1)}, ErrorCode.GRID_HANDOVER_DATE_WRONG),
        (LONG, {"starts_on": date(2026, 2, 1)}, ErrorCode.GRID_HANDOVER_DATE_WRONG),
        (LONG, {"note": "长" * 501}, ErrorCode.ROSTER_TEXT_TOO_LONG),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_written(store, grid, to, more, code):
    hand_over(store, grid, YANG, starts_on=date(2026, 3, 1))
    with pytest.raises(UserFacingError) as raised:
        hand_over(store, grid, to, **more)

    assert raised.value.code is code
    assert len(grid_history(store, grid)) == 1


def test_nobody_to_nobody_is_no_hand_over(store, grid):
    with pytest.raises(UserFacingError) as raised:
        hand_over(store, grid, None)
    assert raised.value.params == {"name": ""}


def test_a_closed_micro_grid_is_given_to_nobody_and_takes_no_household(store, grid):
    home = a_household()
    with store.transaction(account_id=WORKER.account_id, action="close") as tx:
        tx.session.get_one(MicroGrid, grid).closed_on = TODAY
        tx.session.add(home)
    with pytest.raises(UserFacingError):
        hand_over(store, grid, YANG)
    with pytest.raises(UserFacingError):
        assign_micro_grid(store, WORKER, household_ids=[home.id], micro_grid_id=grid)


# --- drawing anew --------------------------------------------------------------------------------


def test_an_oversized_one_is_split_in_one_step_and_undone_in_one_step(store):
    village = village_of(store, 46, worker=YANG)
    changes = redraw_micro_grids(store, WORKER, seen=village, drawing=drawn(village))

    assert sizes_of(store) == {"第1微网格": 16, "第2微网格": 15, "第3微网格": 15}
    undo(store, account_id=WORKER.account_id, txn=changes.txn)
    assert village_grids(store, VILLAGE) == village


def test_what_is_merged_is_closed_with_its_worker_freed_and_keeps_its_history(store):
    village = village_of(store, 3, 16, worker=YANG)
    hand_over(store, "grid-2", LONG)
    changes = redraw_micro_grids(store, WORKER, seen=village, drawing=drawn(village))

    assert sizes_of(store) == {"第2微网格": 19}
    with store.reading() as session:
        closed = session.get_one(MicroGrid, "grid-1")
        assert (closed.closed_on, closed.worker_id) == (TODAY, None)
    assert [(one.worker_name, one.from_name) for one in grid_history(store, "grid-1")] == [
        ("", "杨某")
    ]
    undo(store, account_id=WORKER.account_id, txn=changes.txn)
    assert sizes_of(store) == {"第1微网格": 3, "第2微网格": 16}
    with store.reading() as session:
        opened = session.get_one(MicroGrid, "grid-1")
        assert (opened.closed_on, opened.worker_id) == (None, YANG)
        assert len(session.exec(select(GridAssignment)).all()) == 1


def test_a_number_once_given_is_not_given_again(store):
    village = village_of(store, 3, 16)
    redraw_micro_grids(store, WORKER, seen=village, drawing=drawn(village))
    save(store, *(a_household(number=f"9{n}", micro_grid_id="grid-2") for n in range(13)))
    village = village_grids(store, VILLAGE)
    redraw_micro_grids(store, WORKER, seen=village, drawing=drawn(village))

    assert sorted(sizes_of(store).items()) == [("第2微网格", 17), ("第3微网格", 15)]


def test_only_what_moves_is_written(store):
    village = village_of(store, 22, 16)
    redraw_micro_grids(store, WORKER, seen=village, drawing=drawn(village))
    with store.reading() as session:
        written = session.exec(select(OutboxOp).where(OutboxOp.action == "redraw_micro_grids"))
        assert [one.patch for one in written] == ['{"micro_grid_id":"grid-2"}'] * 2


@pytest.mark.parametrize("what", ["came", "gone", "moved", "closed", "made"])
def test_a_drawing_of_yesterdays_village_is_not_written(store, what):
    village = village_of(store, 22, 16)
    changed: dict[str, object] = {
        "came": a_household(number="999"),
        "made": a_micro_grid(number=9),
    }
    with store.transaction(account_id="another", action="meanwhile") as tx:
        home = tx.session.get_one(Household, village.homes[0].id)
        if what == "gone":
            home.dissolved_on = TODAY
        elif what == "moved":
            home.micro_grid_id = "grid-2"
        elif what == "closed":
            tx.session.get_one(MicroGrid, "grid-2").closed_on = TODAY
        else:
            tx.session.add(changed[what])
    with pytest.raises(UserFacingError) as raised:
        redraw_micro_grids(store, WORKER, seen=village, drawing=drawn(village))

    assert raised.value.code is ErrorCode.REDRAW_OUTDATED


def test_a_drawing_that_changes_nothing_is_not_written(store):
    village = village_of(store, 16, 16)
    with pytest.raises(UserFacingError) as raised:
        redraw_micro_grids(store, WORKER, seen=village, drawing=drawn(village))
    assert raised.value.code is ErrorCode.REDRAW_NOTHING_CHANGED


def test_undo_keeps_a_new_micro_grid_in_which_something_was_found(store):
    village = village_of(store, 32)
    line = village_line(village.homes)
    drawing = start_grid_at(present_drawing(line, village.grid_ids), line[16].id)
    changes = redraw_micro_grids(store, WORKER, seen=village, drawing=drawing)
    new = next(one.id for one in village_grids(store, VILLAGE).grids if one.number == 2)
    save(
        store,
        Hazard(
            unit_id=VILLAGE, micro_grid_id=new, kind="fire", level="01", place="寨头",
            text="柴堆靠墙", found_on=TODAY, due_on=TODAY, by_account_id=YANG,
            recorded_at=store.clock.now(),
        ),
    )  # fmt: skip
    outcome = undo(store, account_id=WORKER.account_id, txn=changes.txn)

    assert outcome.left == 1
    assert sizes_of(store) == {"第1微网格": 32}


def test_a_household_in_a_closed_micro_grid_counts_as_in_none(store):
    village = village_of(store, 16, 16)
    with store.transaction(account_id="another", action="close") as tx:
        tx.session.get_one(MicroGrid, "grid-2").closed_on = TODAY
    now = village_grids(store, VILLAGE)

    assert [one.id for one in now.grids] == ["grid-1"]
    assert sum(one.grid_id is None for one in now.homes) == 16
    assert len(village.grids) == 2


def test_nobody_redraws_another_village(store):
    village = village_of(store, 22, 16)
    with pytest.raises(UserFacingError):
        redraw_micro_grids(
            store,
            an_actor(Role.VILLAGE_SECRETARY, "横岭村"),
            seen=village,
            drawing=drawn(village),
        )


# --- one number given twice ----------------------------------------------------------------------


@pytest.fixture
def twins(store: Store) -> tuple[str, str]:
    """Two laptops drew at once: two micro-grids 2 beside 1, and 3 was closed long ago."""
    made = [
        a_micro_grid(id="one", number=1),
        a_micro_grid(id="left", number=2),
        a_micro_grid(id="right", number=2, name="上寨"),
        a_micro_grid(id="old", number=3, closed_on=date(2025, 1, 1)),
    ]
    save(store, *made)
    return "left", "right"


def numbers_of(store: Store) -> list[tuple[str, int, str, bool]]:
    rows = micro_grid_rows(store, VILLAGE)
    return [(row.id, row.number, row.name, row.is_number_twice) for row in rows]


def test_a_number_given_twice_is_pointed_out_and_changed(store, twins):
    before = numbers_of(store)
    assert {row[0] for row in before if row[3]} == set(twins)

    changes = renumber_micro_grid(store, WORKER, micro_grid_id="left")
    assert numbers_of(store) == [
        ("one", 1, "第1微网格", False),
        ("right", 2, "上寨", False),
        ("left", 4, "第4微网格", False),
    ]
    undo(store, account_id=WORKER.account_id, txn=changes.txn)
    assert numbers_of(store) == before


def test_a_name_of_its_own_stays(store, twins):
    renumber_micro_grid(store, WORKER, micro_grid_id="right")
    assert ("right", 4, "上寨", False) in numbers_of(store)


@pytest.mark.parametrize("grid_id", ["one", "old", "gone"])
def test_a_number_that_is_no_others_is_left(store, twins, grid_id):
    before = numbers_of(store)
    with pytest.raises(UserFacingError) as raised:
        renumber_micro_grid(store, WORKER, micro_grid_id=grid_id)
    assert raised.value.code is ErrorCode.ROSTER_CHANGED_MEANWHILE
    assert numbers_of(store) == before


def test_a_household_left_in_a_closed_micro_grid_says_so(store, twins):
    home = a_household(micro_grid_id="old")
    save(store, home, a_household(number="002", head_name="杨某"))
    (first, second) = household_rows(store, VILLAGE, micro_grid_id="")
    assert (first.closed_grid_name, second.closed_grid_name) == ("第3微网格", "")
    lost = micro_grid_rows(store, VILLAGE)[-1]
    assert (lost.household_count, lost.left_over) == (2, 1)
    detail = one_household(store, home.id)
    assert (detail.closed_grid_name, detail.micro_grid_name) == ("第3微网格", "")
