"""Two laptops of one village draw it anew at the same time, and a third household comes: the real
county, nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.accounts.session import Actor
from app.conflicts.queries import open_conflicts
from app.demo import scene as scenes
from app.demo.scene import Scene, add_laptop, build_scene
from app.households.grids_actions import assign_grid_worker, redraw_micro_grids
from app.households.grids_queries import VillageGrids, grid_history, village_grids
from app.households.queries import household_rows, micro_grid_rows
from app.households.redraw import join_next, present_drawing, shift_cut
from app.households.redraw_rules import propose, village_line
from app.outbox_rows import outbox_rows
from app.store import Store
from app.undo import undo
from db.tables.households import Household
from tests.helpers.stores import a_household, a_micro_grid


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """坪坦村 with two laptops."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(scenes.LAPTOPS, "second", "secretary")
        folder: Path = tmp_path_factory.mktemp("county") / "scene"
        made = build_scene(folder, laptops=("village", "township"))
        add_laptop(made, "second")
        yield made
        made.close()


def store_of(scene: Scene, name: str) -> Store:
    return scene.laptops[name].laptop.store


def actor_of(scene: Scene, name: str) -> Actor:
    return scene.actor({"village": "grid_worker", "second": "secretary"}[name], name)


def sync(scene: Scene, *names: str) -> None:
    for name in names:
        scene.laptops[name].sync()


def fill(scene: Scene, first: int, *sizes: int) -> list[str]:
    """Micro-grids first, first + 1 … with so many households each, known to both laptops."""
    actor = actor_of(scene, "village")
    grids = [a_micro_grid(unit_id=actor.unit_id, number=first + n) for n in range(len(sizes))]
    homes = [
        a_household(
            unit_id=actor.unit_id, number=f"{(first + n) * 100 + i}", micro_grid_id=grids[n].id
        )
        for n, size in enumerate(sizes)
        for i in range(size)
    ]
    with store_of(scene, "village").transaction(account_id=actor.account_id, action="fill") as tx:
        tx.session.add_all([*grids, *homes])
    sync(scene, "village", "second")
    return [one.id for one in grids]


def seen(scene: Scene, name: str) -> VillageGrids:
    return village_grids(store_of(scene, name), actor_of(scene, name).unit_id)


def places(scene: Scene, name: str, *, first: int = 0, last: int = 9999) -> dict[str, str | None]:
    """Where each household with a number from ``first`` to ``last`` is."""
    homes = seen(scene, name).homes
    return {one.number: one.grid_id for one in homes if first <= int(one.number) <= last}


def conflict_ids(scene: Scene, name: str) -> set[str]:
    return {one.id for one in open_conflicts(store_of(scene, name), actor_of(scene, name))}


def test_two_draw_at_once_and_nothing_is_lost(scene: Scene) -> None:
    """One splits the large one, the other closes the small one and moves into the large one."""
    large, small = fill(scene, 1, 46, 9)
    before = {name: conflict_ids(scene, name) for name in ("village", "second")}
    village = seen(scene, "village")
    split = propose(village.homes, village.grid_ids, among=[large]).drawing
    step = redraw_micro_grids(
        store_of(scene, "village"), actor_of(scene, "village"), seen=village, drawing=split
    )
    other = seen(scene, "second")
    line = village_line(other.homes)
    present = present_drawing(line, other.grid_ids)
    place = [one.key for one in present.grids].index(large)
    joined = join_next(present, place)
    redraw_micro_grids(
        store_of(scene, "second"), actor_of(scene, "second"), seen=other, drawing=joined
    )
    sync(scene, "village", "second", "village", "second")

    here, there = (places(scene, name, first=100, last=299) for name in ("village", "second"))
    assert here == there
    assert len(here) == 55
    open_ids = {one.id for one in seen(scene, "village").grids}
    assert small not in open_ids
    assert set(here.values()) <= open_ids, "nobody is left in the one that was closed"
    for name in ("village", "second"):
        assert not any(one.is_refused for one in outbox_rows(store_of(scene, name)))
        assert conflict_ids(scene, name) == before[name]

    undo(store_of(scene, "village"), account_id=actor_of(scene, "village").account_id,
         txn=step.txn or 0)  # fmt: skip
    sync(scene, "village", "second")
    assert places(scene, "village") == places(scene, "second")
    assert set(places(scene, "village", first=100, last=299).values()) == {large}


def test_a_household_put_into_a_micro_grid_that_another_closed_is_shown_as_in_none(
    scene: Scene,
) -> None:
    keeps, closes = fill(scene, 11, 12, 7)
    village = seen(scene, "village")
    late = a_household(unit_id=village.unit_id, number="9001", micro_grid_id=closes)
    second = actor_of(scene, "second")
    with store_of(scene, "second").transaction(account_id=second.account_id, action="add") as tx:
        tx.session.add(late)
    drawing = present_drawing(village_line(village.homes), village.grid_ids)
    place = [one.key for one in drawing.grids].index(keeps)
    redraw_micro_grids(
        store_of(scene, "village"),
        actor_of(scene, "village"),
        seen=village,
        drawing=join_next(drawing, place),
    )
    sync(scene, "village", "second", "village")

    for name in ("village", "second"):
        store = store_of(scene, name)
        assert places(scene, name)["9001"] is None
        rows = micro_grid_rows(store, village.unit_id)
        assert closes not in {row.id for row in rows}
        assert (rows[-1].id, rows[-1].household_count) == ("", 1)
        lost = household_rows(store, village.unit_id, micro_grid_id="")
        assert [row.number for row in lost] == ["9001"]
    found = propose(seen(scene, "village").homes, seen(scene, "village").grid_ids).drawing
    assert found.loose == ()


def test_the_same_household_moved_by_both_is_put_up_as_a_conflict(scene: Scene) -> None:
    first, second, third = fill(scene, 21, 16, 16, 16)
    for name, step in (("village", 1), ("second", -1)):
        village = seen(scene, name)
        drawing = present_drawing(village_line(village.homes), village.grid_ids)
        keys = [one.key for one in drawing.grids]
        # One takes the third's first household, the other gives it the second's last: both stand.
        drawing = shift_cut(drawing, keys.index(second), step)
        redraw_micro_grids(
            store_of(scene, name), actor_of(scene, name), seen=village, drawing=drawing
        )
    sync(scene, "village", "second", "village")
    assert places(scene, "village") == places(scene, "second")
    assert not open_conflicts(store_of(scene, "village"), actor_of(scene, "village"))

    home = next(one for one in seen(scene, "village").homes if one.grid_id == first)
    for name, target in (("village", second), ("second", third)):
        with store_of(scene, name).transaction(
            account_id=actor_of(scene, name).account_id, action="move"
        ) as tx:
            tx.session.get_one(Household, home.id).micro_grid_id = target
    sync(scene, "village", "second", "village")
    assert len(open_conflicts(store_of(scene, "village"), actor_of(scene, "village"))) == 1


def test_a_hand_over_reaches_everybody(scene: Scene) -> None:
    (grid,) = fill(scene, 31, 16)
    village = store_of(scene, "village")
    worker = actor_of(scene, "village")
    assign_grid_worker(
        village, worker, micro_grid_id=grid, account_id=worker.account_id, note="新上任"
    )
    sync(scene, "village", "second", "township")
    for name in ("second", "township"):
        (line,) = grid_history(store_of(scene, name), grid)
        assert (line.worker_name, line.note) == (worker.name, "新上任")
