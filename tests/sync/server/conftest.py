"""A real county for each test: one PostgreSQL per session, a fresh database copied per test."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from app.accounts.vocabulary import Role
from app.organisations.vocabulary import CodeSystem, UnitKind, unit_id_of
from sync.server.api import make_pool
from sync.server.county import County
from sync.server.exchange import CountyDesk
from sync.server.postgres import EmbeddedPostgres, connection_url
from tests.helpers.clock import FakeClock
from tests.sync.server.laptops import FakeLaptop

_HERE = Path(__file__).parent
_NUMBERS = itertools.count(1)

VILLAGE = unit_id_of(CodeSystem.NBS, "431230216200")
"""坪坦乡坪坦村"""
TOWNSHIP = unit_id_of(CodeSystem.NBS, "431230216000")
COUNTY = unit_id_of(CodeSystem.NBS, "431230000000")
FORESTRY = unit_id_of(CodeSystem.OWN, "forestry")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here stands on a real county."""
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker(pytest.mark.county)


@dataclass(frozen=True)
class Cluster:
    """The session's PostgreSQL, with a county set up in the database ``model``."""

    postgres: EmbeddedPostgres
    data: Path

    def fresh_url(self) -> str:
        """A copy of the model."""
        name = f"county_{next(_NUMBERS)}"
        with psycopg.connect(self.postgres.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE model")
        return connection_url(self.postgres.url(name))

    def empty_url(self) -> str:
        """A database with nothing in it."""
        return connection_url(self.postgres.url(f"empty_{next(_NUMBERS)}"))


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """One PostgreSQL for all tests of this process."""
    folder = tmp_path_factory.mktemp("county-server")
    postgres = EmbeddedPostgres(folder / "pg")
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        # What a test loses in a power cut does not matter.
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    County(data=folder, url=connection_url(postgres.url("model"))).init()
    yield Cluster(postgres, folder)
    postgres.stop()


@pytest.fixture
def clock() -> FakeClock:
    """The county's clock and, until a test moves theirs, the laptops'."""
    return FakeClock()


@pytest.fixture
def county(cluster: Cluster, clock: FakeClock) -> County:
    """A county with its units and laws, and nobody in it."""
    return County(data=cluster.data, url=cluster.fresh_url(), now=clock.now)


@pytest.fixture
def desk(county: County) -> Iterator[CountyDesk]:
    """What serves requests, without the HTTP around it."""
    made = CountyDesk(pool=make_pool(county.url, size=4), now=county.now)
    made.pool.open(wait=True)
    yield made
    made.pool.close()


@pytest.fixture
def sql(county: County) -> Iterator[Connection[Any]]:
    """Plain SQL on the county, each statement by itself."""
    with psycopg.connect(county.url, autocommit=True) as connection:
        yield connection


@dataclass
class People:
    """Makes laptops with somebody at them."""

    county: County
    desk: CountyDesk
    clock: FakeClock
    protocol: int = 1

    def laptop(self, unit_id: str = VILLAGE, role: Role = Role.GRID_WORKER) -> FakeLaptop:
        """A laptop of this unit, and a new account of this role signed in at it."""
        made = FakeLaptop(self.desk, self.clock, unit_id, self.account(unit_id, role))
        made.protocol = self.protocol
        return made

    def account(self, unit_id: str, role: Role) -> str:
        """A new account."""
        return self.county.add_account(
            unit_id=unit_id, role=role, name="杨某某", pin_hash="made-up", phone=None
        )


@pytest.fixture
def people(
    request: pytest.FixtureRequest, county: County, desk: CountyDesk, clock: FakeClock
) -> People:
    """Makes laptops with somebody at them.

    They speak what their module says in ``PROTOCOL``: half of the modules keep to the oldest.
    """
    return People(county, desk, clock, getattr(request.module, "PROTOCOL", 1))


@pytest.fixture
def laptop(people: People) -> FakeLaptop:
    """A grid worker's laptop in 坪坦村."""
    return people.laptop()


def other_village(county: County) -> str:
    """A village of the same township."""
    return next(
        unit.id
        for unit in county.units().by_id.values()
        if unit.kind is UnitKind.VILLAGE and unit.parent_id == TOWNSHIP and unit.id != VILLAGE
    )
