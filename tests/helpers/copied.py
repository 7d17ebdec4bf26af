"""Copies of a laptop's folder, as a disk image or an old backup makes them, opened again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.demo.scene import DemoLaptop
from app.laptop import Laptop, open_laptop
from app.refolding import refold
from db.key_file import KdfCost
from db.keystore import KeyFileStore
from sync.client.line import Line, open_line
from tests.helpers.stores import a_household

PASSPHRASE = "throw-away county"
CHEAP = KdfCost(memory_kib=64, iterations=1, lanes=1)


@dataclass
class Copy:
    """A laptop with its line."""

    laptop: Laptop
    line: Line

    @property
    def name(self) -> str:
        """The install id its file says."""
        return self.laptop.store.value("install_id") or ""

    def sync(self) -> None:
        self.line.exchanger.run_round()

    def add(self, number: str, *, unit_id: str, account_id: str) -> str:
        """A household of this number."""
        home = a_household(unit_id=unit_id, number=number)
        with self.laptop.store.transaction(account_id=account_id, action="add_household") as tx:
            tx.session.add(home)
        return home.id

    def close(self) -> None:
        self.line.transport.close()
        self.laptop.close()


def opened(folder: Path) -> Copy:
    """The laptop in this folder, enrolled before."""
    laptop = open_laptop(
        folder,
        ask_passphrase=lambda _need: PASSPHRASE,
        keys=KeyFileStore(folder / "gulou.keys", PASSPHRASE, cost=CHEAP),
    )
    line = open_line(
        laptop.store,
        laptop.keys,
        secret_name=laptop.device_secret,
        after_laying=refold,
        destroy_keys=laptop.destroy_keys,
    )
    assert line is not None
    return Copy(laptop, line)


def copied(folder: Path, to: Path) -> Path:
    """The whole folder as it is now; the laptop in it must be closed."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(folder, to)
    return to


@contextmanager
def open_copy(folder: Path) -> Iterator[Copy]:
    """Open for a while."""
    copy = opened(folder)
    try:
        yield copy
    finally:
        copy.close()


def folder_of(demo: DemoLaptop) -> Path:
    """Where a laptop of the scene lies; closes it."""
    demo.close()
    return demo.laptop.store.path.parent
