"""Several counties in one database: same units, same laws, and neither sees the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from app.accounts.vocabulary import Role
from app.organisations.vocabulary import COUNTY_CODE
from sync.server import schema
from sync.server.admin_cli import main
from sync.server.api import make_pool
from sync.server.county import County
from sync.server.exchange import CountyDesk
from sync.server.postgres import COUNTY_VARIABLE, DEFAULT_COUNTY, URL_VARIABLE, connection_url
from tests.helpers.clock import FakeClock
from tests.sync.server.conftest import VILLAGE, Cluster
from tests.sync.server.laptops import FakeLaptop, household


@pytest.fixture
def counties(cluster: Cluster, clock: FakeClock) -> tuple[County, County]:
    """Two counties that ship with the same units, in one database."""
    bare = cluster.empty_url()
    made = [
        County(data=cluster.data, url=connection_url(bare, county_id), now=clock.now)
        for county_id in ("431230", "431229")
    ]
    for county in made:
        county.init()
    return made[0], made[1]


@contextmanager
def a_laptop(county: County, clock: FakeClock) -> Iterator[FakeLaptop]:
    """A grid worker's laptop in the village that both counties have."""
    desk = CountyDesk(pool=make_pool(county.url, size=2), now=county.now)
    desk.pool.open(wait=True)
    account = county.add_account(
        unit_id=VILLAGE, role=Role.GRID_WORKER, name="杨某某", pin_hash="made-up"
    )
    yield FakeLaptop(desk, clock, VILLAGE, account)
    desk.pool.close()


def test_two_counties_in_one_database_do_not_see_each_other(
    counties: tuple[County, County], clock: FakeClock
) -> None:
    one, other = counties
    assert one.units().by_id == other.units().by_id
    with a_laptop(one, clock) as here, a_laptop(other, clock) as there:
        home = here.put("household", household(head_name="石某某"), record_id=None)
        twin = there.put(
            "household",
            household(head_name="吴某某", unit_id=VILLAGE),
            record_id=home["record_id"],
        )
        assert here.verdict_of(home) == {"verdict": "applied", "version": 1}
        assert there.verdict_of(twin) == {"verdict": "applied", "version": 1}
        here.sync_all()
        there.sync_all()
        assert here.rows["household", home["record_id"]]["head_name"] == "石某某"
        assert there.rows["household", home["record_id"]]["head_name"] == "吴某某"
        assert here.ids("account") == {here.account_id}
        assert there.ids("account") == {there.account_id}
    for county in counties:
        assert len(county.installs()) == 1
        with psycopg.connect(county.url) as connection:
            row = connection.execute("SELECT count(*) FROM household").fetchone()
            intake = connection.execute("SELECT count(*) FROM op_intake").fetchone()
        assert (row, intake) == ((1,), (1,))


def test_a_laptop_of_one_county_is_unknown_in_the_other(
    counties: tuple[County, County], clock: FakeClock
) -> None:
    one, other = counties
    with a_laptop(one, clock) as here:
        with pytest.raises(LookupError):
            other.revoke_install(here.install_id)
        one.revoke_install(here.install_id)


def test_writers_of_two_counties_do_not_wait_for_each_other(
    counties: tuple[County, County],
) -> None:
    line = (
        "INSERT INTO feed (bucket, entity, record_id, kind, version) VALUES ('b','e','r','put',1)"
    )
    one, other = counties
    with psycopg.connect(one.url) as slow, psycopg.connect(other.url) as quick:
        slow.execute(line)
        quick.execute("SET LOCAL lock_timeout = '200ms'")
        quick.execute(line)
    with psycopg.connect(one.url) as slow, psycopg.connect(one.url) as same:
        slow.execute(line.replace("'r'", "'s'"))
        same.execute("SET LOCAL lock_timeout = '200ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            same.execute(line.replace("'r'", "'t'"))


def test_a_connection_that_names_no_county_can_do_nothing(
    cluster: Cluster, counties: tuple[County, County]
) -> None:
    bare = counties[0].url.replace("-c gulou.county=431230", "")
    assert bare != counties[0].url
    with psycopg.connect(bare) as connection, pytest.raises(psycopg.errors.UndefinedObject):
        connection.execute("SELECT count(*) FROM household")


def test_the_county_of_a_database_is_found(
    cluster: Cluster, counties: tuple[County, County], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert COUNTY_CODE.startswith(DEFAULT_COUNTY)
    empty = cluster.empty_url()
    assert schema.only_county(empty) == DEFAULT_COUNTY
    County(data=cluster.data, url=connection_url(empty, "431229")).init()
    with County.open(cluster.data, database_url=empty) as found:
        assert "gulou.county=431229" in found.url
    with pytest.raises(schema.CountyNotNamedError):
        County.open(cluster.data, database_url=counties[0].url)
    monkeypatch.setenv(COUNTY_VARIABLE, "431229")
    with County.open(cluster.data, database_url=counties[0].url) as found:
        assert "gulou.county=431229" in found.url
    with pytest.raises(ValueError, match="a b"):
        connection_url(empty, "a b")


def test_the_commands_ask_which_county(
    cluster: Cluster,
    counties: tuple[County, County],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(URL_VARIABLE, counties[0].url)
    assert main(["installs", "--data", str(cluster.data)]) == 2
    assert "431229, 431230" in capsys.readouterr().err
    monkeypatch.setenv(COUNTY_VARIABLE, "431229")
    assert main(["installs", "--data", str(cluster.data)]) == 0
