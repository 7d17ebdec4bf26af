"""The county's database: its steps, its typed views, and a program that is too old for it."""

from __future__ import annotations

import re
import threading
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from db.tables.registry import ENTITIES
from sync.server import schema
from sync.server.county import County
from tests.sync.server.conftest import VILLAGE, Cluster, People
from tests.sync.server.laptops import FakeLaptop, case_file, household, resident

VERSIONS = Path(schema.__file__).parent / "migrations" / "versions"


def test_the_newest_step_is_the_head() -> None:
    texts = [path.read_text(encoding="utf-8") for path in VERSIONS.glob("c*.py")]
    revisions = {re.search(r'^revision = "(\w+)"', text, re.M)[1] for text in texts}
    followed = {
        found[1] for text in texts if (found := re.search(r'^down_revision = "(\w+)"', text, re.M))
    }
    assert revisions - followed == {schema.HEAD}
    assert max(revisions) == schema.HEAD, "steps are ordered by their names"


def test_an_empty_database_is_set_up_once_by_however_many(cluster: Cluster) -> None:
    url = cluster.empty_url()
    with psycopg.connect(url) as connection:
        assert schema.current_version(connection) is None
        assert not schema.is_current(connection)
    threads = [threading.Thread(target=schema.upgrade, args=(url,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with psycopg.connect(url) as connection:
        assert schema.is_current(connection)
        first = connection.execute("SELECT name, value FROM county_state ORDER BY name").fetchall()
    schema.upgrade(url)
    with psycopg.connect(url) as connection:
        assert (
            connection.execute("SELECT name, value FROM county_state ORDER BY name").fetchall()
            == first
        )
    assert {name for name, _ in first} == {"epoch", "token_secret", "views"}


def test_two_counties_have_nothing_in_common(cluster: Cluster) -> None:
    states = []
    for _ in range(2):
        url = cluster.empty_url()
        schema.upgrade(url)
        with psycopg.connect(url) as connection:
            states.append(
                connection.execute(
                    "SELECT name, value FROM county_state WHERE name <> 'views'"
                ).fetchall()
            )
    assert set(states[0]).isdisjoint(states[1])


def test_a_newer_database_is_left_alone(county: County, sql: Connection[Any]) -> None:
    sql.execute("UPDATE alembic_version SET version_num = 'c9999'")
    with pytest.raises(schema.SchemaTooNewError):
        schema.upgrade(county.url)
    assert sql.execute("SELECT version_num FROM alembic_version").fetchone() == ("c9999",)


def test_views_that_are_not_todays_are_made_anew(county: County, sql: Connection[Any]) -> None:
    sql.execute("UPDATE county_state SET value = 'old' WHERE name = 'views'")
    sql.execute("DROP VIEW household")
    assert not county.is_ready()
    county.init()
    assert county.is_ready()
    assert sql.execute("SELECT count(*) FROM household").fetchone() == (0,)


def test_every_entity_has_a_view_with_its_fields(sql: Connection[Any]) -> None:
    for entity, model in ENTITIES.items():
        cursor = sql.execute(f"SELECT * FROM {entity} LIMIT 0")
        columns = [column.name for column in cursor.description]
        assert columns[: len(model.wire_fields()) + 1] == ["id", *model.wire_fields()]
        assert columns[-3:] == ["county_version", "county_by", "county_at"]


def test_views_have_types(laptop: FakeLaptop, sql: Connection[Any]) -> None:
    home = laptop.put("household", household())["record_id"]
    laptop.put("resident", resident(home, position=2, birth_date="1980-02-29"))
    laptop.put("case_file", case_file(laptop.account_id))
    laptop.sync()
    row = sql.execute("SELECT position, birth_date, name FROM resident").fetchone()
    assert row == (2, date(1980, 2, 29), "吴某某")
    moment = sql.execute("SELECT recorded_at FROM case_file").fetchone()
    assert moment == (datetime(2026, 11, 23, 8, 30, tzinfo=UTC),)
    flags = sql.execute("SELECT is_virtual FROM unit WHERE id = %s", (VILLAGE,)).fetchone()
    assert flags == (False,)


def test_setting_up_again_changes_nothing(county: County, people: People) -> None:
    laptop = people.laptop()
    laptop.sync_all()
    county.init()
    assert laptop.sync()["changes"] == []


def test_conflicts_an_older_county_noted_become_records(cluster: Cluster) -> None:
    """What somebody had still to look at is in the feed afterwards, with both values."""
    url = cluster.empty_url()
    schema.run_steps(url, "c0004")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO record (entity, id, unit_id, bucket, body, version, created_by, "
            "created_install, created_at, updated_by, updated_install, updated_at) VALUES "
            "('household', 'home', 'village', 'village', '{\"unit_id\": \"village\"}', 2, 'a', "
            "'one', now(), 'b', 'two', now())"
        )
        connection.execute(
            "INSERT INTO conflict (entity, record_id, field, county_value, county_by, "
            "county_version, incoming_value, incoming_by, incoming_install, op_no, at) VALUES "
            "('household', 'home', 'address', '\"寨头\"', 'a', 1, '\"寨中\"', 'b', 'two', 7, now())"
        )
    schema.upgrade(url)
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(
            "SELECT subject_id, field_name, current_value, other_value, state FROM conflict"
        ).fetchall()
        fed = connection.execute("SELECT bucket FROM feed WHERE entity = 'conflict'").fetchall()
    assert found == [("home", "address", '"寨中"', '"寨头"', "open")]
    assert fed == [("village",)]
