"""What every world stands on: one PostgreSQL, a county with people in it to copy, an empty laptop.

Made once per process; a world then costs a copied database, a server and a few enrolments.
"""

from __future__ import annotations

import itertools
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import psycopg

from app.accounts.vocabulary import Role
from app.laptop import open_laptop
from app.organisations.vocabulary import CodeSystem, unit_id_of
from db.key_file import KdfCost
from db.keystore import KeyFileStore
from sync.server.county import County
from sync.server.postgres import EmbeddedPostgres, connection_url

PASSPHRASE: Final = "thrown away"
CHEAP: Final = KdfCost(memory_kib=64, iterations=1, lanes=1)

VILLAGE: Final = unit_id_of(CodeSystem.NBS, "431230216200")
"""坪坦乡坪坦村"""
OTHER_VILLAGE: Final = unit_id_of(CodeSystem.NBS, "431230216201")
"""坪坦乡横岭村"""
TOWNSHIP: Final = unit_id_of(CodeSystem.NBS, "431230216000")
COUNTY: Final = unit_id_of(CodeSystem.NBS, "431230000000")
FORESTRY: Final = unit_id_of(CodeSystem.OWN, "forestry")

PEOPLE: Final = {
    "worker": (VILLAGE, Role.GRID_WORKER),
    "secretary": (VILLAGE, Role.VILLAGE_SECRETARY),
    "other_worker": (OTHER_VILLAGE, Role.GRID_WORKER),
    "township": (TOWNSHIP, Role.TOWNSHIP_CENTRE),
    "county": (COUNTY, Role.COUNTY_CENTRE),
    "forestry": (FORESTRY, Role.DEPARTMENT_HANDLER),
}
"""Person to unit and role."""


@dataclass(frozen=True)
class Grounds:
    """The process's PostgreSQL and the templates in it."""

    postgres: EmbeddedPostgres
    data: Path
    """The county's folder with its certificates."""
    account_ids: dict[str, str]
    empty_laptop: Path
    """A laptop's folder before it is enrolled."""
    folder: Path
    _numbers: itertools.count[int]

    def new_database(self) -> str:
        """The name of a fresh county with its people."""
        name = f"world_{next(self._numbers)}"
        self.copy_database("peopled", name)
        return name

    def copy_database(self, source: str, target: str) -> None:
        """``target`` is made anew as ``source`` is now; nobody may be connected to either."""
        with psycopg.connect(self.postgres.url("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {target} WITH (FORCE)")
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                (source,),
            )
            connection.execute(f"CREATE DATABASE {target} TEMPLATE {source}")

    def drop_database(self, name: str) -> None:
        """Whoever is connected loses the line."""
        with psycopg.connect(self.postgres.url("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def url(self, name: str) -> str:
        """Where a database is."""
        return connection_url(self.postgres.url(name))


@cache
def grounds() -> Grounds:
    """Made at the first use; the operating system takes the folder at the end."""
    folder = Path(tempfile.mkdtemp(prefix="gulou-machine-"))
    postgres = EmbeddedPostgres(folder / "pg")
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")  # power cuts of PostgreSQL are its own
        connection.execute("SELECT pg_reload_conf()")
    county = County(data=folder, url=connection_url(postgres.url("peopled")))
    county.init()
    accounts = {
        name: county.add_account(
            unit_id=unit_id, role=role, name=name, pin_hash="made-up", must_change=False
        )
        for name, (unit_id, role) in PEOPLE.items()
    }
    empty = folder / "empty-laptop"
    laptop = open_laptop(
        empty,
        ask_passphrase=lambda _need: PASSPHRASE,
        keys=KeyFileStore(empty / "gulou.keys", PASSPHRASE, cost=CHEAP),
    )
    laptop.close()
    return Grounds(postgres, folder, accounts, empty, folder, itertools.count(1))
