"""A village's micro-grids as they might be drawn, and what a hand changes in such a drawing.

A drawing is plain data: which household goes to which micro-grid. Nothing is written before
somebody applies it. The proposal itself is made in ``redraw_rules``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

NEW = "new-"
"""Keys of micro-grids that do not exist yet begin with it."""


@dataclass(frozen=True, slots=True)
class Home:
    """A household as the drawing sees it; `grid_id` None while it is in no open micro-grid."""

    id: str
    number: str
    group: str = ""
    """村民小组, empty where the village has noted none."""
    grid_id: str | None = None
    head: str = ""


@dataclass(frozen=True, slots=True)
class DrawnGrid:
    """A micro-grid and its households in neighbour order."""

    key: str
    """The id of the micro-grid, or NEW and a number."""
    home_ids: tuple[str, ...]

    @property
    def is_new(self) -> bool:
        """Whether applying the drawing makes this micro-grid."""
        return self.key.startswith(NEW)


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole village: its micro-grids in neighbour order, those that would be closed, and the
    households that stay in none."""

    grids: tuple[DrawnGrid, ...]
    closed: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()

    def place_of(self, home_id: str) -> int | None:
        """Which of `grids` the household is in."""
        return next((i for i, one in enumerate(self.grids) if home_id in one.home_ids), None)

    def key_by_home(self) -> dict[str, str]:
        """Household to micro-grid, those in none left out."""
        return {home_id: one.key for one in self.grids for home_id in one.home_ids}


@dataclass(frozen=True, slots=True)
class Move:
    """A household that another micro-grid would get; `from_grid` None for one that is in none,
    `to_key` None for one that would be left in none."""

    home_id: str
    from_grid: str | None
    to_key: str | None


def moves_of(drawing: Drawing, homes: Iterable[Home]) -> tuple[Move, ...]:
    """Who moves where, in the order of `homes`."""
    keys = drawing.key_by_home()
    return tuple(
        Move(home.id, home.grid_id, keys.get(home.id))
        for home in homes
        if keys.get(home.id) != home.grid_id
    )


def present_drawing(line: Sequence[Home], grid_ids: Sequence[str]) -> Drawing:
    """The village as it is; `line` is its households in neighbour order."""
    members: dict[str, list[str]] = {}
    for home in line:
        if home.grid_id is not None:
            members.setdefault(home.grid_id, []).append(home.id)
    empty = [grid_id for grid_id in grid_ids if grid_id not in members]
    grids = (*(DrawnGrid(key, tuple(ids)) for key, ids in members.items()),)
    return Drawing(
        (*grids, *(DrawnGrid(grid_id, ()) for grid_id in empty)),
        loose=tuple(home.id for home in line if home.grid_id is None),
    )


# --- by hand -------------------------------------------------------------------------------------


def shift_cut(drawing: Drawing, place: int, step: int) -> Drawing:
    """Moves the border after the micro-grid at `place` by one household.

    With 1 it takes the first household of the next one, with -1 it gives its last one away.
    """
    if not 0 <= place < len(drawing.grids) - 1:
        return drawing
    here, there = drawing.grids[place].home_ids, drawing.grids[place + 1].home_ids
    if step > 0 and there:
        here, there = (*here, there[0]), there[1:]
    elif step < 0 and here:
        here, there = here[:-1], (here[-1], *there)
    return _with(drawing, {place: here, place + 1: there})


def move_home(drawing: Drawing, home_id: str, to_place: int) -> Drawing:
    """Moves one household into the micro-grid at `to_place`, at the end that is nearer; also one
    that is in none."""
    place = drawing.place_of(home_id)
    if not 0 <= to_place < len(drawing.grids) or place == to_place:
        return drawing
    if place is None and home_id not in drawing.loose:
        return drawing
    there = drawing.grids[to_place].home_ids
    comes_first = place is not None and place < to_place
    given = {to_place: (home_id, *there) if comes_first else (*there, home_id)}
    if place is not None:
        given[place] = tuple(one for one in drawing.grids[place].home_ids if one != home_id)
    loose = tuple(one for one in drawing.loose if one != home_id)
    return _with(replace(drawing, loose=loose), given)


def start_grid_at(drawing: Drawing, home_id: str) -> Drawing:
    """From this household on, the rest of its micro-grid becomes a new one."""
    place = drawing.place_of(home_id)
    if place is None:
        return drawing
    grid = drawing.grids[place]
    cut = grid.home_ids.index(home_id)
    if cut == 0:
        return drawing
    parts = (
        DrawnGrid(grid.key, grid.home_ids[:cut]),
        DrawnGrid(_next_key(drawing), grid.home_ids[cut:]),
    )
    return replace(drawing, grids=(*drawing.grids[:place], *parts, *drawing.grids[place + 1 :]))


def join_next(drawing: Drawing, place: int) -> Drawing:
    """Puts the micro-grid after `place` into it; one that exists goes before a new one."""
    if not 0 <= place < len(drawing.grids) - 1:
        return drawing
    here, there = drawing.grids[place], drawing.grids[place + 1]
    kept, gone = (there, here) if here.is_new and not there.is_new else (here, there)
    joined = DrawnGrid(kept.key, (*here.home_ids, *there.home_ids))
    closed = drawing.closed if gone.is_new else (*drawing.closed, gone.key)
    grids = (*drawing.grids[:place], joined, *drawing.grids[place + 2 :])
    return replace(drawing, grids=grids, closed=closed)


def carry_over(drawing: Drawing, line: Sequence[Home], grid_ids: Sequence[str]) -> Drawing:
    """The drawing on the village as it is now: households that came stay where they are, those
    that are gone are left out, and a micro-grid that was closed meanwhile becomes a new one."""
    keys = drawing.key_by_home()
    names = _names_now(drawing, frozenset(grid_ids))
    members: dict[str, list[str]] = {name: [] for name in names.values()}
    loose: list[str] = []
    for home in line:
        key = None if home.id in drawing.loose else keys.get(home.id, home.grid_id)
        if key is None:
            loose.append(home.id)
        else:
            members.setdefault(names.get(key, key), []).append(home.id)
    came = [one for one in grid_ids if one not in (*members, *drawing.closed)]
    grids = (
        *(DrawnGrid(key, tuple(ids)) for key, ids in members.items() if ids),
        *(DrawnGrid(key, ()) for key in came),
    )
    drawn = {one.key for one in grids}
    return Drawing(grids, tuple(one for one in grid_ids if one not in drawn), tuple(loose))


def _names_now(drawing: Drawing, grid_ids: frozenset[str]) -> dict[str, str]:
    """The key of each drawn micro-grid; one that was closed meanwhile is a new one now."""
    number = _last_new(drawing)
    names: dict[str, str] = {}
    for one in drawing.grids:
        number += one.key not in grid_ids and not one.is_new
        is_there = one.is_new or one.key in grid_ids
        names[one.key] = one.key if is_there else f"{NEW}{number}"
    return names


def _with(drawing: Drawing, given: Mapping[int, tuple[str, ...]]) -> Drawing:
    """Other households at some places; a micro-grid that loses its last one is closed."""
    grids: list[DrawnGrid] = []
    closed = list(drawing.closed)
    for place, grid in enumerate(drawing.grids):
        home_ids = given.get(place, grid.home_ids)
        if home_ids or place not in given or not grid.home_ids:
            grids.append(DrawnGrid(grid.key, home_ids))
        elif not grid.is_new:
            closed.append(grid.key)
    return replace(drawing, grids=tuple(grids), closed=tuple(closed))


def _next_key(drawing: Drawing) -> str:
    return f"{NEW}{_last_new(drawing) + 1}"


def _last_new(drawing: Drawing) -> int:
    return max((int(one.key.removeprefix(NEW)) for one in drawing.grids if one.is_new), default=0)
