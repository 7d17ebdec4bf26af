"""Whose a micro-grid is, and drawing a village's micro-grids anew; each one step, with its history.

A drawing is judged again as it is written: what came from elsewhere since it was made must not be
written over without anybody having seen it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.errors import ErrorCode, UserFacingError
from app.households.grids_queries import VillageGrids, village_grids_in
from app.households.redraw import Drawing, Move, moves_of
from app.store import Changes, Store
from db.clock import today_in_china
from db.tables.households import GridAssignment, Household, MicroGrid
from db.tables.organisations import Account

LONGEST_NOTE = 500


def assign_grid_worker(
    store: Store,
    actor: Actor,
    *,
    micro_grid_id: str,
    account_id: str | None,
    starts_on: date | None = None,
    note: str = "",
) -> Changes:
    """Hands a micro-grid to somebody of its village, or with None to nobody, from a day on.

    `starts_on` is today unless said otherwise. Raises ``UserFacingError``: NOT_ALLOWED,
    ROSTER_CHANGED_MEANWHILE, GRID_WORKER_NOT_HERE, GRID_WORKER_SAME (name),
    GRID_HANDOVER_DATE_WRONG (earliest, today), ROSTER_TEXT_TOO_LONG.
    """
    today = today_in_china(store.clock)
    with store.transaction(account_id=actor.account_id, action="assign_grid_worker") as tx:
        grid = tx.session.get(MicroGrid, micro_grid_id)
        if grid is None or grid.closed_on is not None:
            raise UserFacingError(ErrorCode.ROSTER_CHANGED_MEANWHILE)
        actor.require(Permission.REDRAW_GRIDS, unit_id=grid.unit_id)
        name = _worker_name(tx.session, grid.unit_id, account_id)
        last = _last_assignment(tx.session, grid.id)
        if account_id == grid.worker_id and (last is not None or account_id is None):
            raise UserFacingError(ErrorCode.GRID_WORKER_SAME, name=name)
        _check_day(starts_on or today, today, last)
        made = GridAssignment(
            unit_id=grid.unit_id,
            micro_grid_id=grid.id,
            account_id=account_id,
            worker_name=name,
            from_name="" if account_id == grid.worker_id else _name_of(tx.session, grid.worker_id),
            starts_on=starts_on or today,
            note=_note(note),
            by_account_id=actor.account_id,
            recorded_at=store.clock.now(),
        )
        tx.session.add(made)
        grid.worker_id = account_id
    return tx.changes


def renumber_micro_grid(store: Store, actor: Actor, *, micro_grid_id: str) -> Changes:
    """Gives one of two micro-grids with one number the next that was never given in its village.

    A name made of the number goes with it. Raises ``UserFacingError``: NOT_ALLOWED, and
    ROSTER_CHANGED_MEANWHILE also when the number is no other's any more.
    """
    with store.transaction(account_id=actor.account_id, action="renumber_micro_grid") as tx:
        grid = tx.session.get(MicroGrid, micro_grid_id)
        if grid is None or grid.closed_on is not None:
            raise UserFacingError(ErrorCode.ROSTER_CHANGED_MEANWHILE)
        actor.require(Permission.REDRAW_GRIDS, unit_id=grid.unit_id)
        same = select(MicroGrid.id).where(
            col(MicroGrid.unit_id) == grid.unit_id,
            col(MicroGrid.number) == grid.number,
            col(MicroGrid.closed_on).is_(None),
        )
        if len(tx.session.exec(same).all()) < 2:
            raise UserFacingError(ErrorCode.ROSTER_CHANGED_MEANWHILE)
        number = village_grids_in(tx.session, grid.unit_id).last_number + 1
        if grid.name == f"第{grid.number}微网格":
            grid.name = f"第{number}微网格"
        grid.number = number
    return tx.changes


def redraw_micro_grids(
    store: Store, actor: Actor, *, seen: VillageGrids, drawing: Drawing
) -> Changes:
    """Puts a drawing into effect: households move, micro-grids are made and closed.

    `seen` is the village the drawing was made on. Raises ``UserFacingError``: NOT_ALLOWED,
    REDRAW_NOTHING_CHANGED, and REDRAW_OUTDATED when households or micro-grids are not as they
    were then; nothing is written in these cases.
    """
    actor.require(Permission.REDRAW_GRIDS, unit_id=seen.unit_id)
    with store.transaction(account_id=actor.account_id, action="redraw_micro_grids") as tx:
        now = village_grids_in(tx.session, seen.unit_id)
        if not seen.is_as(now):
            raise UserFacingError(ErrorCode.REDRAW_OUTDATED)
        moves = moves_of(drawing, now.homes)
        if not moves and not drawing.closed:
            raise UserFacingError(ErrorCode.REDRAW_NOTHING_CHANGED)
        ids = _make_grids(tx.session, now, drawing)
        _move_homes(tx.session, moves, ids)
        today = today_in_china(store.clock)
        for grid_id in drawing.closed:
            _close_grid(tx.session, actor, grid_id, today, store.clock.now())
    return tx.changes


def _make_grids(session: Session, village: VillageGrids, drawing: Drawing) -> Mapping[str, str]:
    """Makes the new ones, numbered on after every number ever given; returns key to id."""
    number = village.last_number
    ids: dict[str, str] = {}
    for one in drawing.grids:
        if one.is_new:
            number += 1
            made = MicroGrid(unit_id=village.unit_id, number=number, name=f"第{number}微网格")
            session.add(made)
            ids[one.key] = made.id
    return ids


def _move_homes(session: Session, moves: Sequence[Move], ids: Mapping[str, str]) -> None:
    for move in moves:
        household = session.get_one(Household, move.home_id)
        key = move.to_key
        household.micro_grid_id = None if key is None else ids.get(key, key)


def _close_grid(session: Session, actor: Actor, grid_id: str, today: date, now: datetime) -> None:
    """The micro-grid stays with its history; whoever had it is free."""
    grid = session.get_one(MicroGrid, grid_id)
    grid.closed_on = today
    if grid.worker_id is None:
        return
    session.add(
        GridAssignment(
            unit_id=grid.unit_id,
            micro_grid_id=grid_id,
            from_name=_name_of(session, grid.worker_id),
            starts_on=today,
            by_account_id=actor.account_id,
            recorded_at=now,
        )
    )
    grid.worker_id = None


def _worker_name(session: Session, unit_id: str, account_id: str | None) -> str:
    if account_id is None:
        return ""
    account = session.get(Account, account_id)
    if account is None or account.unit_id != unit_id or not account.is_active:
        raise UserFacingError(ErrorCode.GRID_WORKER_NOT_HERE)
    return account.name


def _name_of(session: Session, account_id: str | None) -> str:
    account = session.get(Account, account_id) if account_id else None
    return account.name if account else ""


def _last_assignment(session: Session, grid_id: str) -> GridAssignment | None:
    return session.exec(
        select(GridAssignment)
        .where(col(GridAssignment.micro_grid_id) == grid_id)
        .order_by(col(GridAssignment.starts_on).desc(), col(GridAssignment.recorded_at).desc())
    ).first()


def _check_day(day: date, today: date, last: GridAssignment | None) -> None:
    """Not in the future, because it takes effect at once, and not before the hand-over before."""
    earliest = None if last is None else last.starts_on
    if day > today or (earliest is not None and day < earliest):
        raise UserFacingError(ErrorCode.GRID_HANDOVER_DATE_WRONG, earliest=earliest, today=today)


def _note(typed: str) -> str | None:
    plain = typed.strip()
    if len(plain) > LONGEST_NOTE:
        raise UserFacingError(
            ErrorCode.ROSTER_TEXT_TOO_LONG, field="note", limit=LONGEST_NOTE, length=len(plain)
        )
    return plain or None
