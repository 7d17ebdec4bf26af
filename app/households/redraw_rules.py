"""Where the borders of a village's micro-grids should run: 15 to 20 households, few moves.

The households stand in a line of neighbours: the present micro-grids one after the other, inside
each the 组 and then the number of the household. A proposal cuts this line into pieces; a piece
keeps the identity of the present micro-grid from which most of its households come. Of all cuts
the cheapest is found by dynamic programming over places of the line.

15 to 20: 以15至20户为1个微网格, the county party secretary's article on 通道's system.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from app.households.redraw import NEW, Drawing, DrawnGrid, Home, present_drawing
from app.households.rules import MICRO_GRID_LARGEST, MICRO_GRID_SMALLEST

GROUP_WORTH = 3
"""A 组 that is not cut in two is worth as many moves."""
MISFIT_COST = 4
"""Where 15 to 20 cannot be: a household too many or too few, in moves."""

_LOW, _HIGH = MICRO_GRID_SMALLEST, MICRO_GRID_LARGEST
_FIRST, _SECOND = 10**8, 10**5
"""What counts first (moves and cut groups), second (micro-grids made or given up), third (evenly
large ones), in one number."""
_NUMERALS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}


@dataclass(frozen=True, slots=True)
class SizeProblem:
    """Why so many households cannot make micro-grids of 15 to 20.

    In `grids` micro-grids `over` households are too many, in one more `short` are missing;
    `grids` is 0 when there are too few for a single one.
    """

    homes: int
    grids: int
    over: int
    short: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """The drawing, and why it is only the least bad one."""

    drawing: Drawing
    problem: SizeProblem | None = None


def size_problem(homes: int) -> SizeProblem | None:
    """None when so many households can be cut into micro-grids of 15 to 20."""
    grids = homes // _LOW
    if homes == 0 or (grids and homes <= grids * _HIGH):
        return None
    over = homes - grids * _HIGH if grids else 0
    return SizeProblem(homes, grids, over, (grids + 1) * _LOW - homes)


def propose(
    homes: Iterable[Home], grid_ids: Sequence[str], *, among: Collection[str] | None = None
) -> Proposal:
    """The drawing that moves the fewest households.

    `grid_ids` are the village's open micro-grids by number. `among` limits the proposal to some
    of them and leaves the others, and the households in none, as they are. Where all of them fit
    and everybody has a place nothing moves.
    """
    line = village_line(homes)
    scope = frozenset(grid_ids if among is None else among)
    takes_loose = among is None
    part = [one for one in line if one.grid_id in scope or (takes_loose and one.grid_id is None)]
    empty = [one for one in grid_ids if one in scope and all(h.grid_id != one for h in part)]
    if _fits_already(part):
        pieces: list[_Piece] = [(one.key, one.home_ids) for one in present_drawing(part, ()).grids]
    else:
        pieces = _cheapest_pieces(part)
    drawn = _named(pieces, empty)
    kept = [one for one in present_drawing(line, grid_ids).grids if one.key not in scope]
    done = {one.key for one in drawn}
    drawing = Drawing(
        grids=_in_line_order([*drawn, *kept], line),
        closed=tuple(one for one in grid_ids if one in scope and one not in done),
        loose=() if takes_loose else tuple(one.id for one in line if one.grid_id is None),
    )
    return Proposal(drawing, size_problem(len(part)))


def with_neighbours(
    homes: Iterable[Home], grid_ids: Sequence[str], grid_id: str
) -> tuple[str, ...]:
    """The micro-grid and as few of its neighbours on either side as make 15 to 20 possible."""
    line = village_line(homes)
    row = [one.key for one in present_drawing(line, ()).grids]
    if grid_id not in row:
        return (grid_id,)
    sizes = {key: sum(one.grid_id == key for one in line) for key in row}
    place = row.index(grid_id)
    for reach in range(1, len(row)):
        found = row[max(0, place - reach) : place + reach + 1]
        if size_problem(sum(sizes[key] for key in found)) is None:
            return tuple(found)
    return tuple(row)


# --- the line of neighbours ----------------------------------------------------------------------


def neighbour_order(homes: Iterable[Home]) -> list[Home]:
    """By 组, then by number; whoever has no 组 noted stands beside the number before."""
    by_number = sorted(homes, key=lambda one: (not one.number, natural_key(one.number), one.id))
    group, found = "", []
    for home in by_number:
        group = home.group or group
        found.append((natural_key(group), home))
    found.sort(key=lambda one: one[0])  # stable: the numbers stay in order
    return [home for _, home in found]


def village_line(homes: Iterable[Home]) -> list[Home]:
    """The present micro-grids one after the other, as they lie; a household in none stands after
    the neighbour it follows. So a scattered micro-grid is not torn up for the sake of order."""
    ordered = neighbour_order(homes)
    places: dict[str, list[int]] = {}
    followers: dict[str | None, list[Home]] = {}
    before: str | None = None
    for place, home in enumerate(ordered):
        if home.grid_id is None:
            followers.setdefault(before, []).append(home)
        else:
            before = home.id
            places.setdefault(home.grid_id, []).append(place)
    line = list(followers.get(None, ()))
    for rows in sorted(places.values(), key=lambda rows: (rows[len(rows) // 2], rows)):
        for place in rows:
            line += [ordered[place], *followers.get(ordered[place].id, ())]
    return line


def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """2 before 10, 二组 before 十组."""
    parts = re.findall(
        r"[0-9]+|[零〇一二两三四五六七八九十]+|[^0-9零〇一二两三四五六七八九十]+", text
    )
    return tuple((0, _number(part), "") if _is_number(part) else (1, 0, part) for part in parts)


def _is_number(part: str) -> bool:
    return (part.isascii() and part.isdigit()) or part[0] in _NUMERALS or part[0] == "十"


def _number(part: str) -> int:
    if part.isdigit():
        return int(part)
    tens, ten, ones = part.partition("十")
    value = 0
    for char in ones if ten else tens:
        value = value * 10 + _NUMERALS.get(char, 0)
    return value + 10 * (_NUMERALS.get(tens, 1) if ten else 0)


# --- the cheapest cut ----------------------------------------------------------------------------

_Piece = tuple[str | None, tuple[str, ...]]
"""The micro-grid whose identity it keeps, or None for a new one; its households."""


def _fits_already(part: Sequence[Home]) -> bool:
    sizes: dict[str | None, int] = {}
    for home in part:
        sizes[home.grid_id] = sizes.get(home.grid_id, 0) + 1
    return None not in sizes and all(_LOW <= size <= _HIGH for size in sizes.values())


@dataclass(frozen=True, slots=True)
class _Line:
    """What the search asks again and again about the line."""

    homes: Sequence[Home]
    across: Sequence[str | None]
    """At each place the micro-grid that has households on both sides of it."""
    cut_costs: Sequence[int]
    """At each place what a border there costs."""
    sizes: range


def _cheapest_pieces(part: Sequence[Home]) -> list[_Piece]:
    """Dynamic programming from the end of the line: for each place, and for whether the
    micro-grid that runs across it has its piece already, the cheapest way on."""
    line = _line_of(part)
    best: dict[tuple[int, bool], tuple[int, bool, str | None]] = {}
    costs: dict[tuple[int, bool], int] = {(len(part), False): 0}

    for start in range(len(part) - 1, -1, -1):
        steps = _steps_from(line, start)
        for is_taken in (False, True):
            running = line.across[start]
            if is_taken and running is None:
                continue
            for end, label, cost in steps:
                if is_taken and label == running:
                    continue
                onward = line.across[end]
                is_done = onward is not None and (
                    onward == label or (is_taken and onward == running)
                )
                rest = costs.get((end, is_done))
                if rest is None:
                    continue
                known = costs.get((start, is_taken))
                if known is None or cost + rest < known:
                    costs[start, is_taken] = cost + rest
                    best[start, is_taken] = (end, is_done, label)
    return _walk(part, best)


def _walk(
    part: Sequence[Home], best: dict[tuple[int, bool], tuple[int, bool, str | None]]
) -> list[_Piece]:
    pieces: list[_Piece] = []
    start, is_taken = 0, False
    while start < len(part):
        end, is_done, label = best[start, is_taken]
        pieces.append((label, tuple(one.id for one in part[start:end])))
        start, is_taken = end, is_done
    return pieces


def _steps_from(line: _Line, start: int) -> list[tuple[int, str | None, int]]:
    """Every piece that may begin here: its end, whose identity it keeps, what it costs."""
    found: list[tuple[int, str | None, int]] = []
    counts: dict[str, int] = {}
    placed = 0
    for end in range(start + 1, min(len(line.homes), start + line.sizes[-1]) + 1):
        label = line.homes[end - 1].grid_id
        if label is not None:
            counts[label] = counts.get(label, 0) + 1
            placed += 1
        size = end - start
        if size < line.sizes[0]:
            continue
        extra = line.cut_costs[end] + _misfit(size) * MISFIT_COST
        evenness = (2 * size - _LOW - _HIGH) ** 2
        found += [
            (end, key, (extra + placed - count) * _FIRST - _SECOND + evenness)
            for key, count in counts.items()
        ]
        found.append((end, None, (extra + placed) * _FIRST + _SECOND + evenness))
    return found


def _misfit(size: int) -> int:
    return max(0, _LOW - size, size - _HIGH)


def _line_of(part: Sequence[Home]) -> _Line:
    last: dict[str, int] = {}
    for place, home in enumerate(part):
        if home.grid_id is not None:
            last[home.grid_id] = place
    across: list[str | None] = [None]
    costs = [0]
    running: str | None = None
    for place, home in enumerate(part):
        running = home.grid_id or running
        is_open = running is not None and last[running] > place
        across.append(running if is_open else None)
        costs.append(_cut_cost(part, place + 1))
    is_possible = size_problem(len(part)) is None
    sizes = range(_LOW, _HIGH + 1) if is_possible else range(1, len(part) + 1)
    return _Line(part, across, costs, sizes)


def _cut_cost(part: Sequence[Home], place: int) -> int:
    """A border through a 组 costs, unless it runs there already."""
    if place >= len(part):
        return 0
    here, there = part[place - 1], part[place]
    is_old = here.grid_id is not None and there.grid_id not in (None, here.grid_id)
    return GROUP_WORTH if here.group and here.group == there.group and not is_old else 0


def _named(pieces: Iterable[_Piece], empty: Sequence[str]) -> list[DrawnGrid]:
    """New pieces first take the micro-grids that stand empty."""
    spare = iter(empty)
    name = _new_names()
    return [DrawnGrid(key or next(spare, "") or name(), home_ids) for key, home_ids in pieces]


def _new_names() -> Callable[[], str]:
    made = 0

    def name() -> str:
        nonlocal made
        made += 1
        return f"{NEW}{made}"

    return name


def _in_line_order(grids: Iterable[DrawnGrid], line: Sequence[Home]) -> tuple[DrawnGrid, ...]:
    place = {home.id: number for number, home in enumerate(line)}
    last = len(line)
    return tuple(sorted(grids, key=lambda one: place[one.home_ids[0]] if one.home_ids else last))
