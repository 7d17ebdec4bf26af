"""The way past one county: every key begins with the county, so tables can be spread by it.

PostgreSQL's partitions and Citus ask the same of a schema: the distributing column in every unique
key. Here the two large tables really are partitioned, and laptops of two counties work on them.
"""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg import Connection

from app.accounts.vocabulary import Role
from sync.server import schema
from sync.server.api import make_pool
from sync.server.county import County
from sync.server.exchange import CountyDesk
from sync.server.postgres import connection_url
from tests.helpers.clock import FakeClock
from tests.sync.server.conftest import VILLAGE, Cluster, People
from tests.sync.server.laptops import household

COUNTIES = ("431230", "431229")

_KEYS = """
SELECT t.relname, i.relname, a.attname
FROM pg_index x
JOIN pg_class t ON t.oid = x.indrelid
JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_namespace n ON n.oid = t.relnamespace
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0]
WHERE n.nspname = 'public' AND t.relname <> 'alembic_version'
AND (x.indisprimary OR x.indisunique)
"""
_WITHOUT_KEY = """
SELECT t.relname FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE n.nspname = 'public' AND t.relkind IN ('r', 'p') AND NOT EXISTS (
    SELECT 1 FROM pg_index x WHERE x.indrelid = t.oid AND x.indisprimary)
"""


def test_every_unique_key_begins_with_the_county(sql: Connection[Any]) -> None:
    keys = sql.execute(_KEYS).fetchall()
    assert len(keys) >= 10
    assert [key for key in keys if key[2] != "county_id"] == []
    assert sql.execute(_WITHOUT_KEY).fetchall() == []


def partition(url: str) -> None:
    """Makes the large tables anew as partitions by county, with the keys they have."""
    with psycopg.connect(url) as connection:
        schema._drop_views(connection)
        for table in ("record", "feed"):
            connection.execute(f"ALTER TABLE {table} RENAME TO {table}_plain")
            connection.execute(
                f"CREATE TABLE {table} (LIKE {table}_plain INCLUDING ALL) "
                "PARTITION BY LIST (county_id)"
            )
            for county_id in COUNTIES:
                connection.execute(
                    f"CREATE TABLE {table}_{county_id} PARTITION OF {table} "
                    f"FOR VALUES IN ('{county_id}')"
                )
        connection.execute(
            "CREATE TRIGGER feed_in_order BEFORE INSERT OR UPDATE ON feed "
            "FOR EACH ROW EXECUTE FUNCTION feed_take_seq()"
        )
        for table in ("record", "feed"):
            connection.execute(f"INSERT INTO {table} SELECT * FROM {table}_plain")
            connection.execute(f"DROP TABLE {table}_plain")
        connection.execute("UPDATE county_state SET value = 'moved' WHERE name = 'views'")


@pytest.fixture
def two_counties(cluster: Cluster, clock: FakeClock) -> list[County]:
    """Both in one database, on partitioned tables."""
    url = cluster.fresh_url()
    partition(url)
    made = [
        County(data=cluster.data, url=connection_url(url, county_id), now=clock.now)
        for county_id in COUNTIES
    ]
    for county in made:
        county.init()
    return made


def test_two_counties_work_on_tables_partitioned_by_county(
    two_counties: list[County], clock: FakeClock
) -> None:
    for county in two_counties:
        desk = CountyDesk(pool=make_pool(county.url, size=2), now=county.now)
        desk.pool.open(wait=True)
        people = People(county, desk, clock)
        writer, reader = people.laptop(), people.laptop(VILLAGE, Role.GRID_WORKER)
        kept = writer.put("household", household())["record_id"]
        gone = writer.put("household", household(number="2"))["record_id"]
        writer.sync_all()
        reader.sync_all()
        reader.edit("household", kept, note="改过")
        reader.delete("household", gone, version=1)
        verdicts = reader.sync()["verdicts"].values()
        assert {verdict["verdict"] for verdict in verdicts} == {"applied"}
        writer.sync_all()
        assert writer.ids("household") == {kept}
        assert writer.rows["household", kept]["note"] == "改过"
        sums = reader.sync(wants_sums=True)["sums"]
        assert sums[VILLAGE][0] == len(reader.ids("household") | reader.ids("account"))
        assert county.check() == []
        assert county.health().laptops == 2
        desk.pool.close()
    with psycopg.connect(two_counties[0].url) as connection:
        for county_id in COUNTIES:
            rows = connection.execute(
                f"SELECT count(*) FROM record_{county_id} WHERE entity = 'household'"
            ).fetchone()
            assert rows == (2,)
