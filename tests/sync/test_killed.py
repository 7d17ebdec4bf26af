"""kill -9 at the two worst moments: the laptop amid an answer, the county between its commits."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from app.demo.scene import PEOPLE, Scene, build_scene
from db.check import check_file
from sync.client.round import waiting_count
from sync.client.transport import OfflineError
from tests.helpers.copied import Copy, folder_of, open_copy

VILLAGE = next(one for one in PEOPLE if one.key == "grid_worker")
_PATIENCE_S = 60.0


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    made = build_scene(tmp_path_factory.mktemp("county") / "scene", laptops=("village",))
    yield made
    made.close()


@pytest.fixture(scope="module")
def folder(scene: Scene) -> Path:
    made = folder_of(scene.laptops["village"])
    del scene.laptops["village"]
    return made


def add(scene: Scene, copy: Copy, mark: str, count: int) -> list[str]:
    account_id = scene.account_ids["grid_worker"]
    return [
        copy.add(f"{mark}{n}", unit_id=VILLAGE.unit_id, account_id=account_id) for n in range(count)
    ]


def assert_once(scene: Scene, copy: Copy, ids: list[str]) -> None:
    """At the county, judged once each; the laptop knows, and its file is whole."""
    with psycopg.connect(scene.county.url) as connection:
        row = connection.execute(
            "SELECT count(*), max(version) FROM record WHERE id = ANY(%s)", (ids,)
        ).fetchone()
    assert row == (len(ids), 1)
    assert waiting_count(copy.laptop.store) == 0
    with copy.laptop.store.reading() as session:
        held = set(session.connection().scalars(text("SELECT id FROM household")))
        states = set(session.connection().scalars(text("SELECT DISTINCT state FROM outbox")))
    assert set(ids) <= held
    assert states == {"applied"}
    assert check_file(copy.laptop.store).is_whole


def test_kill_9_of_the_laptop_while_an_answer_is_laid_down(scene: Scene, folder: Path) -> None:
    with open_copy(folder) as copy:
        ids = add(scene, copy, "l", 20)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.helpers.killed_laptop", str(folder)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "laying"
    finally:
        process.kill()
        process.communicate()
    with open_copy(folder) as copy:
        assert waiting_count(copy.laptop.store) == 20, "of a half-laid answer nothing is there"
        copy.sync()
        assert_once(scene, copy, ids)


def test_kill_9_of_the_county_between_intake_and_judging(scene: Scene, folder: Path) -> None:
    with open_copy(folder) as copy:
        ids = add(scene, copy, "c", 20)
        broke: list[Exception] = []

        def push() -> None:
            try:
                copy.sync()
            except OfflineError as problem:
                broke.append(problem)

        with psycopg.connect(scene.county.url) as holder:
            # Judging reads the verdicts first: it waits here, and what came is committed already.
            holder.execute("LOCK TABLE op_verdict IN ACCESS EXCLUSIVE MODE")
            pusher = threading.Thread(target=push)
            pusher.start()
            _wait_until_taken_in(scene, ids)
            scene.process.kill()
            pusher.join(_PATIENCE_S)
        assert len(broke) == 1
        assert waiting_count(copy.laptop.store) == 20
        scene.restart_county()
        copy.sync()
        assert_once(scene, copy, ids)


def _wait_until_taken_in(scene: Scene, ids: list[str]) -> None:
    end = time.monotonic() + _PATIENCE_S
    with psycopg.connect(scene.county.url, autocommit=True) as connection:
        while time.monotonic() < end:
            row = connection.execute(
                "SELECT count(*) FROM op_raw WHERE body::json ->> 'record_id' = ANY(%s)", (ids,)
            ).fetchone()
            if row == (len(ids),):
                return
            time.sleep(0.02)
    raise TimeoutError("the operations never arrived")
