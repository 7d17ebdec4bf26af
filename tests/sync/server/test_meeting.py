"""Requests that meet: nobody is lost, nothing is doubled, nobody waits for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from psycopg import Connection

from app.accounts.record_rules import READERS, WRITERS
from db.tables.base import RecordKind
from db.tables.registry import ENTITIES
from sync.server import applying
from tests.sync.server.conftest import VILLAGE, People
from tests.sync.server.laptops import FakeLaptop, household


def together(*works: Callable[[], Any]) -> list[Any]:
    """Runs all at once; their results in order."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        start.wait(30)
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works, timeout=60))


def verdicts(answers: Sequence[Any]) -> list[list[str]]:
    return [[row["verdict"] for row in answer["verdicts"]] for answer in answers]


def test_the_same_batch_arrives_twice_at_once(laptop: FakeLaptop, sql: Connection[Any]) -> None:
    """The laptop gave up waiting and sent again, while the first was still being judged."""
    for number in range(40):
        laptop.put("household", household(number=str(number)))
    answers = together(*[laptop.send] * 3)
    assert verdicts(answers) == [["applied"] * 40] * 3
    rows = sql.execute("SELECT count(*), max(county_version) FROM household").fetchone()
    assert rows == (40, 1)


def test_many_laptops_edit_one_record_at_once(people: People, sql: Connection[Any]) -> None:
    laptops = [people.laptop() for _ in range(4)]
    home = laptops[0].put("household", household())["record_id"]
    for laptop in laptops:
        laptop.sync()
    for number, laptop in enumerate(laptops):
        laptop.edit("household", home, address=f"第{number}寨")
    answers = together(*[laptop.send for laptop in laptops])
    assert sorted(verdicts(answers)) == [["applied"], ["conflict"], ["conflict"], ["conflict"]]
    row = sql.execute("SELECT address, county_version FROM household").fetchone()
    assert row[1] == 5
    lost = {value for (value,) in sql.execute("SELECT other_value::jsonb #>> '{}' FROM conflict")}
    assert {row[0], *lost} == {f"第{number}寨" for number in range(4)}, "no value is lost"


def test_two_laptops_send_the_same_new_records_at_once(
    people: People, sql: Connection[Any]
) -> None:
    """A copied disk, in both orders: both get verdicts, and each record is there once."""
    first, second = people.laptop(), people.laptop()
    ids = [f"copied-{number}" for number in range(30)]
    for laptop, order in ((first, ids), (second, ids[::-1])):
        for record_id in order:
            patch = {"unit_id": VILLAGE, **household(number=record_id)}
            laptop.put("household", patch, record_id=record_id)
    answers = together(first.send, second.send)
    assert verdicts(answers) == [["applied"] * 30] * 2
    assert sql.execute("SELECT count(*) FROM household").fetchone() == (30,)
    assert sql.execute("SELECT count(*) FROM conflict").fetchone() == (0,)


def test_laptops_work_across_each_other_without_deadlock(people: People) -> None:
    first, second = people.laptop(), people.laptop()
    homes = [first.put("household", household(number=str(n)))["record_id"] for n in range(20)]
    first.sync()
    second.sync()
    for laptop, order in ((first, homes), (second, homes[::-1])):
        for home in order:
            name = "address" if laptop is first else "phone"
            laptop.edit("household", home, **{name: "x"})
    answers = together(first.send, second.send)
    found = {verdict for answer in verdicts(answers) for verdict in answer}
    assert found <= {"applied", "merged"}
    first.outbox, second.outbox = [], []
    for laptop in (first, second):
        laptop.sync_all()
    assert first.rows == second.rows
    assert all(first.rows["household", home]["phone"] == "x" for home in homes)


def test_every_entity_has_its_permissions_and_its_place() -> None:
    """A new entity that nobody thought of here would be quarantined, one edit after another."""
    writable = {
        entity
        for entity, model in ENTITIES.items()
        if model.record_kind is not RecordKind.REFERENCE
    }
    by_content = {"case_event", "incident_event", "motion_event", "conflict_settlement"}
    by_content |= {"attachment", "attachment_withdrawal", "handover"}
    assert set(WRITERS) | by_content == writable
    assert set(READERS) == writable
    assert set(applying._DEPTH) == writable
