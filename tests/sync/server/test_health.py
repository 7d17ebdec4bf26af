"""What the county's people and their monitor are told, and the county's check of itself."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from psycopg import Connection

from app.accounts.vocabulary import Role
from sync.server.admin_cli import main
from sync.server.county import County
from sync.server.exchange import CountyDesk
from sync.server.feed_check import FeedFault
from sync.server.meters import (
    BOUNDS_S,
    METERS,
    Counted,
    Histogram,
    Meters,
    fold_ended,
    read_counted,
)
from sync.server.process import serve_in_thread
from tests.helpers.clock import FakeClock
from tests.sync.server.conftest import FORESTRY, VILLAGE, People, other_village
from tests.sync.server.laptops import FakeLaptop, household


@pytest.fixture
def run(county: County, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a command against this test's county."""
    monkeypatch.setenv("GULOU_DATABASE_URL", county.url)
    return lambda *words: main([words[0], "--data", str(county.data), *words[1:]])


# --- health --------------------------------------------------------------------------------------


def test_laptops_not_heard_of_and_those_in_trouble(
    county: County, people: People, clock: FakeClock
) -> None:
    month, week, today, never = (people.laptop() for _ in range(4))
    month.sync()
    clock.advance(timedelta(days=25))
    week.sync(waiting=7, refused=2)
    clock.advance(timedelta(days=8))
    today.put("household", {"unit_id": VILLAGE})  # no number, no head: refused
    today.sync(wall_ms=today.wall_ms() - 11 * 60_000, schema_version=9)
    health = county.health()
    assert (health.laptops, health.silent_7_days, health.silent_30_days) == (4, 2, 1)
    assert (health.never_heard, health.clock_off, health.with_refused) == (1, 1, 1)
    assert (health.waiting, health.unjudged) == (7, 0)
    assert [row.id for row in health.rows] == [
        one.install_id for one in (never, month, week, today)
    ]
    assert [row.silent_days for row in health.rows] == [None, 33, 8, 0]
    assert (health.rows[-1].troubled, health.rows[-1].quarantined) == (1, 0)
    assert health.programs == {"0.1.0 - -": 1, "0.1.0 1 1": 2, "0.1.0 9 1": 1}
    assert health.database_bytes > 1_000_000
    assert health.backup_age_s is None


def test_how_long_ago_the_last_backup_was(county: County, clock: FakeClock, tmp_path: Path) -> None:
    county.back_up(tmp_path / "county.zip")
    clock.advance(timedelta(hours=30))
    assert county.health().backup_age_s == 30 * 3600


def test_a_revoked_laptop_is_nobodys_worry(county: County, people: People) -> None:
    county.revoke_install(people.laptop().install_id)
    assert county.health().laptops == 0


def test_what_a_laptop_says_of_itself_never_stops_its_request(
    county: County, laptop: FakeLaptop
) -> None:
    incident = {"no": 2**63 - 1, "at_ms": 2**62, "bucket": "x", "laid": -1, "removed": 10**12}
    laptop.sync(waiting=-5, refused=10**15, incidents=[{**incident, "is_mended": False}] * 2)
    health = county.health()
    assert (health.waiting, health.rows[0].refused) == (0, 2**31 - 1)
    assert (health.repairs, health.unmended) == (1, 1)
    assert health.rows[0].unmended == 1


def test_the_table_names_who_wants_attention(
    run: Any, people: People, sql: Connection[Any], capsys: Any
) -> None:
    for days in (0, 9):
        laptop = people.laptop()
        laptop.sync()
        sql.execute(
            "UPDATE install SET last_contact_at = now() - make_interval(days => %s) WHERE id = %s",
            (days, laptop.install_id),
        )
    assert run("health") == 0
    silent = capsys.readouterr().out
    assert "7 天没有联系的 1 台" in silent
    assert silent.count("坪坦村") == 1
    assert "还没有做过备份" in silent
    assert run("health", "--all") == 0
    assert capsys.readouterr().out.count("坪坦村") == 2


def test_the_same_for_a_program(run: Any, people: People, capsys: Any) -> None:
    laptop = people.laptop()
    laptop.sync()
    capsys.readouterr()
    assert run("health", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["laptops"] == 1
    assert found["rows"][0]["id"] == laptop.install_id
    assert found["rows"][0]["last_contact_at"].startswith("2026-11-23T08:30")


# --- metrics -------------------------------------------------------------------------------------


def test_metrics_are_for_whoever_shows_the_token(county: County, laptop: FakeLaptop) -> None:
    laptop.put("household", household())
    laptop.sync()
    with serve_in_thread(county) as url, requests.Session() as http:
        http.trust_env = False
        http.verify = str(county.certificates.authority)

        def get(token: str | None) -> requests.Response:
            headers = {"Connection": "close"}
            if token is not None:
                headers["Authorization"] = f"Bearer {token}"
            return http.get(f"{url}/metrics", headers=headers, timeout=60)

        assert get(None).status_code == 404
        assert get("").status_code == 404
        old = county.new_metrics_token()
        assert get(old).status_code == 200
        token = county.new_metrics_token()
        assert [get(one).status_code for one in (None, old, token)] == [404, 404, 200]
        page = get(token)
    assert page.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = page.text.splitlines()
    assert "gulou_laptops 1" in lines
    assert 'gulou_laptop_programs{app="0.1.0",schema="1",protocol="1"} 1' in lines
    assert any(line.startswith('gulou_wait_seconds_count{for="feed_lock"} ') for line in lines)
    for line in lines:
        assert re.fullmatch(r"(# (HELP|TYPE) gulou_\w+ .+|gulou_\w+(\{[^}]*\})? [-+\d.e]+)", line)
    names = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(names) == len(set(names))


def test_a_histogram_counts_each_step_once_and_in_order() -> None:
    one = Histogram()
    for seconds in (0.0005, 0.003, 0.003, 0.4, 99.0):
        one.add(seconds)
    assert (one.total, sum(one.counts)) == (5, 5)
    assert (one.quantile_s(0.5), one.quantile_s(0.99)) == (0.005, BOUNDS_S[-1])
    both = Histogram()
    both.merge(one.wire())
    both.merge(one.wire())
    both.merge({"counts": [1], "seconds": 1.0})  # of a program with other steps
    assert both.counts == [2 * count for count in one.counts]
    assert Histogram().quantile_s(0.5) is None


def test_the_counters_of_all_processes_add_up_and_outlive_them(
    desk: CountyDesk, clock: FakeClock
) -> None:
    with desk.pool.connection() as connection:
        for _ in range(3):
            meters = Meters()
            meters.count("turned_away")
            meters.time("exchange", 0.01)
            meters.flush(connection, clock.now())
            meters.flush(connection, clock.now())
        before = read_counted(connection)
        assert (before.numbers, before.times["exchange"].total) == ({"turned_away": 3}, 3)
        clock.advance(timedelta(days=2))
        fold_ended(connection, clock.now())
        fold_ended(connection, clock.now())
        after: Counted = read_counted(connection)
        assert after.wire() == before.wire()
        rows = connection.execute("SELECT process FROM process_count").fetchall()
        assert rows == [("ended",)]


def test_the_wait_for_the_feeds_lock_is_seen(
    laptop: FakeLaptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[tuple[str, float]] = []
    monkeypatch.setattr(METERS, "time", lambda name, seconds: waited.append((name, seconds)))
    laptop.put("household", household())
    laptop.sync()
    assert [name for name, _ in waited] == ["feed_lock"]
    laptop.sync()
    assert len(waited) == 1, "nothing was written, so nothing waited"


# --- the county's check of itself ----------------------------------------------------------------


@pytest.fixture
def two_households(laptop: FakeLaptop) -> list[str]:
    """Their ids; the laptop holds them."""
    ids = [laptop.put("household", household(number=number))["record_id"] for number in "12"]
    laptop.sync_all()
    return ids


def test_a_sound_county_finds_nothing(run: Any, two_households: list[str], capsys: Any) -> None:
    assert run("check") == 0
    assert "一致" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        ("DELETE FROM feed WHERE record_id = %s", FeedFault.MISSING),
        ("UPDATE record SET version = 5 WHERE id = %s", FeedFault.BEHIND),
        ("DELETE FROM record WHERE id = %s", FeedFault.LEFT_OVER),
        ("UPDATE record SET is_deleted = true WHERE id = %s", FeedFault.LEFT_OVER),
    ],
)
def test_each_disagreement_is_named_and_mended(
    run: Any,
    county: County,
    laptop: FakeLaptop,
    two_households: list[str],
    sql: Connection[Any],
    capsys: Any,
    damage: str,
    fault: FeedFault,
) -> None:
    damaged, sound = two_households
    sql.execute(damage.encode(), (damaged,))
    found = county.check()
    assert [(one.fault, one.record_id) for one in found] == [(fault, damaged)]
    assert run("check") == 1
    assert damaged in capsys.readouterr().out
    assert [one.fault for one in county.check()] == [fault], "looking changes nothing"
    assert run("check", "--mend", "--json") == 0
    assert json.loads(capsys.readouterr().out)["faults"][0]["fault"] == fault.value
    assert county.check() == []
    sent = laptop.sync()["changes"]
    kind = "tombstone" if fault is FeedFault.LEFT_OVER else "put"
    assert [(row[1], row[2]) for row in sent] == [(damaged, kind)]
    assert sound in laptop.ids("household")
    assert sql.execute("SELECT install_id, is_mended FROM repair").fetchall() == [("county", True)]


def test_a_line_left_in_another_village_is_taken_back(
    people: People, county: County, laptop: FakeLaptop, two_households: list[str],
    sql: Connection[Any],
) -> None:  # fmt: skip
    """A row outside of its scope leaves the laptops that were sent it."""
    elsewhere = other_village(county)
    stranger = people.laptop(elsewhere, Role.GRID_WORKER)
    sql.execute(
        "INSERT INTO feed (bucket, entity, record_id, kind, version) "
        "VALUES (%s, 'household', %s, 'put', 1)",
        (elsewhere, two_households[0]),
    )
    stranger.sync_all()
    assert stranger.ids("household") == {two_households[0]}
    assert [one.fault for one in county.check(mend=True)] == [FeedFault.LEFT_OVER]
    stranger.sync_all()
    assert stranger.ids("household") == set()
    laptop.sync_all()
    assert laptop.ids("household") == set(two_households)


def test_a_case_shared_with_a_department_is_expected_there_too(
    county: County, laptop: FakeLaptop, two_households: list[str], sql: Connection[Any]
) -> None:
    shared, _ = two_households
    sql.execute("UPDATE record SET shared = %s WHERE id = %s", (FORESTRY, shared))
    found = county.check()
    assert [(one.fault, one.bucket, one.home) for one in found] == [
        (FeedFault.MISSING, FORESTRY, VILLAGE)
    ]
    county.check(mend=True)
    assert county.check() == []
    sql.execute("UPDATE record SET shared = '' WHERE id = %s", (shared,))
    assert [(one.fault, one.is_gone) for one in county.check(mend=True)] == [
        (FeedFault.LEFT_OVER, False)
    ]
    lines = sql.execute(
        "SELECT bucket, kind, home FROM feed WHERE record_id = %s ORDER BY kind", (shared,)
    ).fetchall()
    assert lines == [(FORESTRY, "evict", None), (VILLAGE, "put", None)]
