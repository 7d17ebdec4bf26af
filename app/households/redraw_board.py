"""One village being drawn anew: the proposal, what a hand changes in it, steps back, the draft.

No widget in here; the screen shows what this holds and hands its keys to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.households import redraw
from app.households.grids_queries import GridFacts, VillageGrids
from app.households.redraw import Drawing, DrawnGrid, Home, Move
from app.households.redraw_rules import SizeProblem, propose, village_line, with_neighbours
from app.households.rules import MICRO_GRID_LARGEST, micro_grid_size_finding
from app.households.vocabulary import MicroGridSize

WHOLE_VILLAGE = "village"
ONE, NEAR = "one:", "near:"
"""Scopes: the whole village, one micro-grid alone, or one with its neighbours."""


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A micro-grid of the picture; `grid` None for one that would be made, `number` the one it
    has or would get."""

    key: str
    number: int
    grid: GridFacts | None
    homes: tuple[Home, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """How much a drawing changes."""

    moved: int
    placed: int
    made: int
    closed: int

    @property
    def is_nothing(self) -> bool:
        """Whether applying would write nothing."""
        return not (self.moved or self.placed or self.made or self.closed)


class RedrawBoard:
    """The village as it was read, and the drawing on it."""

    def __init__(self, village: VillageGrids) -> None:
        self.scope = WHOLE_VILLAGE
        self.problem: SizeProblem | None = None
        self._before: list[Drawing] = []
        self._take(village)
        self.drawing = self.present

    # --- the village ----------------------------------------

    def _take(self, village: VillageGrids) -> None:
        self.village = village
        self.line = village_line(village.homes)
        self.present = redraw.present_drawing(self.line, village.grid_ids)
        self._homes = {one.id: one for one in self.line}
        self._grids = {one.id: one for one in village.grids}
        self._hues = {one.key: place for place, one in enumerate(self.present.grids)}

    def refresh(self, village: VillageGrids) -> None:
        """Lays the drawing onto the village as it is now; nothing a hand did is lost."""
        self._take(village)
        carry = [*self._before, self.drawing]
        *self._before, self.drawing = (
            redraw.carry_over(one, self.line, village.grid_ids) for one in carry
        )

    def home(self, home_id: str) -> Home:
        """The household of this id."""
        return self._homes[home_id]

    def grid(self, grid_id: str | None) -> GridFacts | None:
        """The open micro-grid of this id."""
        return self._grids.get(grid_id or "")

    def hue_of(self, grid_id: str | None) -> int:
        """The place of a present micro-grid along the line, so that neighbours look different."""
        return self._hues.get(grid_id or "", 0)

    # --- what is drawn ----------------------------------------

    def propose(self, scope: str) -> None:
        """The proposal for a scope; what a hand did before can be stepped back to."""
        self.scope = scope
        among: tuple[str, ...] | None = None
        if scope.startswith(ONE):
            among = (scope.removeprefix(ONE),)
        elif scope.startswith(NEAR):
            grid_id = scope.removeprefix(NEAR)
            among = with_neighbours(self.line, self.village.grid_ids, grid_id)
        found = propose(self.line, self.village.grid_ids, among=among)
        self.problem = found.problem
        self._set(found.drawing)

    def rows_before(self) -> tuple[DrawnRow, ...]:
        """The village as it is, the households in no micro-grid as a last row without a number."""
        return self._rows(self.present)

    def rows_after(self) -> tuple[DrawnRow, ...]:
        """The drawing."""
        return self._rows(self.drawing)

    def moves(self) -> tuple[Move, ...]:
        """Who would move, in neighbour order."""
        return redraw.moves_of(self.drawing, self.line)

    def number_of(self, key: str | None) -> int:
        """The number of a drawn micro-grid; new ones count on. 0 for none."""
        grid = self.grid(key)
        if grid is not None:
            return grid.number
        new = [one.key for one in self.drawing.grids if one.is_new]
        if key not in new:
            return 0
        return self.village.last_number + 1 + new.index(key)

    def figures(self) -> Figures:
        """What would change, counted."""
        moves = self.moves()
        placed = sum(one.from_grid is None for one in moves)
        made = sum(one.is_new for one in self.drawing.grids)
        return Figures(len(moves) - placed, placed, made, len(self.drawing.closed))

    def _rows(self, drawing: Drawing) -> tuple[DrawnRow, ...]:
        rows = [self._row(one) for one in drawing.grids]
        if drawing.loose:
            rows.append(DrawnRow("", 0, None, tuple(self._homes[one] for one in drawing.loose)))
        return tuple(rows)

    def _row(self, one: DrawnGrid) -> DrawnRow:
        homes = tuple(self._homes[home_id] for home_id in one.home_ids)
        return DrawnRow(one.key, self.number_of(one.key), self.grid(one.key), homes)

    # --- by hand ----------------------------------------

    @property
    def is_touched(self) -> bool:
        """Whether there is a step to go back to."""
        return bool(self._before)

    def shift_cut(self, place: int, step: int) -> bool:
        """The border after a row, one household to the right (1) or left (-1)."""
        return self._set(redraw.shift_cut(self.drawing, place, step))

    def move_home(self, home_id: str, step: int) -> bool:
        """One household into the row above (-1) or below (1); from none into the last or first."""
        place = self.drawing.place_of(home_id)
        last = len(self.drawing.grids) - 1
        to = (last if step < 0 else 0) if place is None else place + step
        return self._set(redraw.move_home(self.drawing, home_id, to))

    def start_grid_at(self, home_id: str) -> bool:
        """A new micro-grid from this household on."""
        return self._set(redraw.start_grid_at(self.drawing, home_id))

    def join_next(self, place: int) -> bool:
        """The row below joins this one."""
        return self._set(redraw.join_next(self.drawing, place))

    def step_back(self) -> bool:
        """Takes the last change back."""
        if not self._before:
            return False
        self.drawing = self._before.pop()
        return True

    def _set(self, drawing: Drawing) -> bool:
        if drawing == self.drawing:
            return False
        self._before.append(self.drawing)
        self.drawing = drawing
        return True

    # --- the draft ----------------------------------------

    def as_body(self) -> dict[str, Any]:
        """The drawing as a draft keeps it."""
        drawing = self.drawing
        grids = [[one.key, *one.home_ids] for one in drawing.grids]
        return {
            "scope": self.scope,
            "grids": grids,
            "closed": list(drawing.closed),
            "loose": list(drawing.loose),
        }

    def restore(self, body: dict[str, Any]) -> bool:
        """Goes on with a draft, on the village as it is now; False when nothing came of it."""
        kept = Drawing(
            tuple(DrawnGrid(key, tuple(homes)) for key, *homes in body["grids"]),
            tuple(body["closed"]),
            tuple(body["loose"]),
        )
        self.scope = str(body["scope"])
        return self._set(redraw.carry_over(kept, self.line, self.village.grid_ids))


def scopes_of(village: VillageGrids) -> tuple[tuple[str, GridFacts | None, int], ...]:
    """What may be drawn anew: scope, micro-grid, its households; those that do not fit first."""
    sizes = {grid.id: 0 for grid in village.grids}
    for home in village.homes:
        if home.grid_id is not None:
            sizes[home.grid_id] += 1
    found: list[tuple[str, GridFacts | None, int]] = [(WHOLE_VILLAGE, None, len(village.homes))]
    large = [one for one in village.grids if sizes[one.id] > MICRO_GRID_LARGEST]
    found += [(f"{ONE}{one.id}", one, sizes[one.id]) for one in large]
    near = sorted(village.grids, key=lambda one: _fits(sizes[one.id]))
    found += [(f"{NEAR}{one.id}", one, sizes[one.id]) for one in near]
    return tuple(found)


def _fits(size: int) -> bool:
    return micro_grid_size_finding(size) is MicroGridSize.FITS
