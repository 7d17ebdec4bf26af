"""The program's own window around a page, with a real encrypted file and a village behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from app.accounts.session import Actor
from app.accounts.vocabulary import Role
from app.store import Store
from db.tables.organisations import Account
from i18n.text import tr
from tests.gui.conftest import settle
from tests.helpers.stores import a_store, an_actor, save
from tests.helpers.votes import lay_rule_sets
from ui.context import PageContext
from ui.shell.main_window import MainWindow
from ui.shell.pages import PageSpec
from ui.shell.settings import Settings
from ui.work.runner import Runner

GALLERY = Path(__file__).parents[2] / "build" / "gallery"


@dataclass
class Scene:
    """One laptop: its file, its runner, who is signed in, and what the page asked for."""

    store: Store
    runner: Runner
    folder: Path
    actor: Actor = field(default_factory=an_actor)
    notices: list[str] = field(default_factory=list)
    opened: list[tuple[str, str]] = field(default_factory=list)
    undos: list[tuple[str, int]] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    mended: list[tuple[str, str, str]] = field(default_factory=list)
    opened_at: list[tuple[str, str]] = field(default_factory=list)
    writes: int = 0

    def context(self) -> PageContext:
        return PageContext(
            store=self.store,
            actor=self.actor,
            runner=self.runner,
            notify=self.notices.append,
            offer_undo=lambda words, txn: self.undos.append((words, txn)),
            open_record=lambda kind, id_: self.opened.append((kind, id_)),
            wrote=self._count_write,
            open_page=self.pages.append,
            mend=lambda kind, id_, at: self.mended.append((kind, id_, at)),
            begin_case=lambda: self.pages.append("new case"),
            begin_work=lambda kind, _household: self.pages.append(f"new {kind}"),
            open_case_at=lambda id_, section: self.opened_at.append((id_, section)),
        )

    def window(self, key: str, make_page: Callable[[PageContext], QWidget]) -> MainWindow:
        """The whole window with this page open; other pages are empty."""
        settings = Settings(QSettings(str(self.folder / "gulou.ini"), QSettings.Format.IniFormat))
        window = MainWindow(
            runner=self.runner,
            settings=settings,
            search=lambda _typed: [],
            today=lambda: date(2026, 11, 23),
        )
        titles = {
            "today": (tr("今日"), "today"),
            "board": (tr("待办"), "clock"),
            "cases": (tr("案件"), "case"),
            "grids": (tr("微网格"), "grid"),
            "visits": (tr("走访"), "household"),
            "votes": (tr("村务表决"), "vote"),
            "conflicts": (tr("冲突"), "sync-conflict"),
            "statistics": (tr("统计"), "statistics"),
            "sync": (tr("同步"), "sync-conflict"),
        }
        for each, (title, icon) in titles.items():
            factory = (lambda: make_page(self.context())) if each == key else QWidget
            window.register_page(PageSpec(each, title, icon, factory))
        window.open_page(key)
        window.show_workspace()
        self.settle()
        return window

    def settle(self) -> None:
        """Let background work and layouts finish."""
        for _round in range(3):
            assert self.runner.wait_idle()
            settle()

    def picture(self, window: QWidget, name: str, size: tuple[int, int]) -> None:
        """A screenshot to look at."""
        window.resize(*size)
        window.show()
        self.settle()
        GALLERY.mkdir(parents=True, exist_ok=True)
        assert window.grab().save(str(GALLERY / f"{name}-{size[0]}x{size[1]}.png"))

    def _count_write(self) -> None:
        self.writes += 1


def make_scene(tmp_path: Path, runner: Runner) -> Iterator[Scene]:
    """For a fixture: a file with the county's rule sets and two people of 坪坦村."""
    store = a_store(tmp_path)
    lay_rule_sets(store)
    zhang, li = an_actor(), an_actor(Role.AUXILIARY_POLICE)
    save(
        store,
        Account(id="account-of-zhang", unit_id=zhang.unit_id, name="张某", role=zhang.role),
        Account(id="account-of-li", unit_id=li.unit_id, name="李某", role=li.role),
    )
    yield Scene(store, runner, tmp_path)
    runner.wait_idle()
    store.close()
