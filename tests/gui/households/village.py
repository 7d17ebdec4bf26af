"""A village with its roster, and the page over it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from PySide6.QtWidgets import QApplication

from app.accounts.session import Actor
from app.accounts.vocabulary import Role
from app.exchange.roster_apply import import_roster, read_and_plan
from app.households.grids_actions import assign_grid_worker
from app.households.queries import micro_grid_rows
from app.store import Store
from db.tables.organisations import Account
from tests.helpers.stores import a_unit, an_actor, save
from ui.context import PageContext
from ui.households.page import MicroGridsPage
from ui.work.runner import Runner

ROSTER = Path(__file__).parents[3] / "app" / "demo" / "data" / "roster_pingtan.xlsx"
VILLAGE = a_unit().id
TODAY = date(2026, 11, 23)


@dataclass
class Said:
    """What a page said to the window."""

    notices: list[str] = field(default_factory=list)
    undo: list[tuple[str, int]] = field(default_factory=list)
    opened: list[tuple[str, str]] = field(default_factory=list)


def import_pingtan(store: Store) -> None:
    """坪坦村's roster as it is, and its grid worker 张某."""
    plan = read_and_plan(store, an_actor(), ROSTER, unit_id=VILLAGE)
    import_roster(store, an_actor(), plan)
    workers = [
        Account(id="account-of-zhang", unit_id=VILLAGE, name="张某", role=Role.GRID_WORKER),
        Account(id="account-of-long", unit_id=VILLAGE, name="龙某", role=Role.GRID_WORKER),
    ]
    save(store, *workers)
    for grid, worker in zip(micro_grid_rows(store, VILLAGE), workers, strict=False):
        assign_grid_worker(store, an_actor(), micro_grid_id=grid.id, account_id=worker.id)


def a_page(store: Store, runner: Runner, actor: Actor | None = None) -> tuple[MicroGridsPage, Said]:
    """The page, wired as the window does it."""
    said = Said()
    context = PageContext(
        store=store,
        actor=actor or an_actor(),
        runner=runner,
        notify=said.notices.append,
        offer_undo=lambda sentence, txn: said.undo.append((sentence, txn)),
        open_record=lambda entity, record_id: said.opened.append((entity, record_id)),
        wrote=lambda: None,
    )
    page = MicroGridsPage(context)
    runner.changed.connect(page.on_changes)
    return page, said


def settled(runner: Runner) -> None:
    """All background work is done and shown."""
    for _ in range(3):
        assert runner.wait_idle()
        QApplication.processEvents()
