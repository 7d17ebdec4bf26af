"""What is read for drawing a village's micro-grids, and whose a micro-grid was when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from app.accounts.queries import account_names
from app.households.redraw import Home
from app.store import Store
from db.tables.households import GridAssignment, MicroGrid
from db.tables.organisations import Account


@dataclass(frozen=True, slots=True)
class GridFacts:
    """An open micro-grid."""

    id: str
    number: int
    name: str
    worker_name: str


@dataclass(frozen=True, slots=True)
class VillageGrids:
    """A village's living households and open micro-grids as they are at one moment."""

    unit_id: str
    homes: tuple[Home, ...]
    grids: tuple[GridFacts, ...]
    last_number: int = 0
    """The highest number any micro-grid of the village ever had."""

    @property
    def grid_ids(self) -> tuple[str, ...]:
        """The open micro-grids by number."""
        return tuple(one.id for one in self.grids)

    def is_as(self, other: VillageGrids) -> bool:
        """Whether the same households lie in the same micro-grids."""
        return set(self.grid_ids) == set(other.grid_ids) and _places(self) == _places(other)


@dataclass(frozen=True, slots=True)
class GridHandover:
    """One line of a micro-grid's history, the newest first.

    `starts_on` None: since when is not known, because it was written before days were kept or
    the county took the worker away. Names are empty for nobody; `by_name` is who wrote it down.
    """

    worker_name: str
    from_name: str
    starts_on: date | None
    note: str
    by_name: str


def village_grids(store: Store, unit_id: str) -> VillageGrids:
    """The village for drawing."""
    with store.reading() as session:
        return village_grids_in(session, unit_id)


def village_grids_in(session: Session, unit_id: str) -> VillageGrids:
    """As ``village_grids``, in a session that is open."""
    grids = session.exec(
        select(MicroGrid, Account.name)
        .outerjoin(Account, col(Account.id) == col(MicroGrid.worker_id))
        .where(col(MicroGrid.unit_id) == unit_id, col(MicroGrid.closed_on).is_(None))
        .order_by(col(MicroGrid.number), col(MicroGrid.name), col(MicroGrid.id))
    ).all()
    homes = session.connection().execute(text(_HOMES), {"unit": unit_id})
    return VillageGrids(
        unit_id,
        tuple(Home(*row) for row in homes),
        tuple(GridFacts(one.id, one.number, one.name, worker or "") for one, worker in grids),
        _last_number(session, unit_id),
    )


def grid_history(store: Store, micro_grid_id: str) -> list[GridHandover]:
    """Who had the micro-grid from when, newest first; empty while nobody ever had it."""
    with store.reading() as session:
        grid = session.get(MicroGrid, micro_grid_id)
        if grid is None:
            return []
        rows = session.exec(
            select(GridAssignment)
            .where(col(GridAssignment.micro_grid_id) == micro_grid_id)
            .order_by(col(GridAssignment.id))
        ).all()
    # Of two of one moment the later is the one that holds.
    rows = sorted(
        rows,
        key=lambda row: (row.starts_on, row.recorded_at, row.account_id == grid.worker_id),
        reverse=True,
    )
    names = account_names(store)
    found = [
        GridHandover(
            names.get(row.account_id or "", row.worker_name),
            row.from_name,
            row.starts_on,
            row.note or "",
            names.get(row.by_account_id, ""),
        )
        for row in rows
    ]
    last = rows[0].account_id if rows else None
    if grid.worker_id != last:
        worker, former = names.get(grid.worker_id or "", ""), found[0].worker_name if found else ""
        found.insert(0, GridHandover(worker, former, None, "", ""))
    return found


def _last_number(session: Session, unit_id: str) -> int:
    highest = select(func.max(MicroGrid.number)).where(col(MicroGrid.unit_id) == unit_id)
    return session.exec(highest).one() or 0


def _places(village: VillageGrids) -> dict[str, str | None]:
    return {one.id: one.grid_id for one in village.homes}


_HOMES = (
    "SELECT h.id, h.number, coalesce(h.group_name, ''), g.id, h.head_name FROM household h "
    "LEFT JOIN micro_grid g ON g.id = h.micro_grid_id AND g.closed_on IS NULL "
    "WHERE h.unit_id = :unit AND h.dissolved_on IS NULL ORDER BY h.number, h.id"
)
