"""What raises while it is judged: tried three times, then quarantined, and in nobody's way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from psycopg import Connection

from sync.server import entity_rules
from sync.server.entity_rules import Matter
from sync.server.exchange import CountyDesk
from tests.sync.server.conftest import People
from tests.sync.server.laptops import FakeLaptop, household, resident

PROTOCOL = 2


@pytest.fixture
def our_mistake(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """A rule that raises for one resident; calling the fixture mends it."""

    def broken(matter: Matter) -> None:
        if matter.body["name"] == "毒":
            raise ZeroDivisionError("a bug")

    original = entity_rules.CHECKS
    checks = {**original, "resident": broken}
    monkeypatch.setattr("sync.server.judging.CHECKS", checks)
    return lambda: monkeypatch.setattr("sync.server.judging.CHECKS", original)


@pytest.fixture
def databases_objection(sql: Connection[Any]) -> Callable[[], None]:
    """The database refuses one resident for a reason nobody foresaw."""
    sql.execute(
        "CREATE FUNCTION object() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.body ->> 'name' = '毒' THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END $$"
    )
    sql.execute(
        "CREATE TRIGGER objecting BEFORE INSERT OR UPDATE ON record "
        "FOR EACH ROW EXECUTE FUNCTION object()"
    )

    def mend() -> None:
        sql.execute("DROP TRIGGER objecting ON record")

    return mend


@pytest.fixture(params=["our_mistake", "databases_objection"])
def mend(request: pytest.FixtureRequest) -> Callable[[], None]:
    """Both kinds of poison; calling it takes the poison away."""
    made: Callable[[], None] = request.getfixturevalue(request.param)
    return made


def verdicts_of(answer: dict[str, Any]) -> dict[int, str]:
    return {number: row["verdict"] for number, row in answer["verdicts"].items()}


def test_three_tries_then_quarantine_and_the_others_go_on(
    laptop: FakeLaptop, mend: Callable[[], None], sql: Connection[Any]
) -> None:
    home = laptop.put("household", household())
    poison = laptop.put("resident", resident(home["record_id"], name="毒"))
    beside = laptop.put("household", household(number="9"), txn=poison["op_no"])
    after = laptop.put("resident", resident(home["record_id"]))

    first = laptop.sync()
    assert verdicts_of(first) == {home["op_no"]: "applied", after["op_no"]: "applied"}
    assert verdicts_of(laptop.sync()) == {}
    third = laptop.sync()
    assert verdicts_of(third) == {
        poison["op_no"]: "quarantined",
        beside["op_no"]: "quarantined",
    }
    assert laptop.outbox == []
    assert laptop.ids("household") == {home["record_id"]}, "a group is whole or not at all"
    kept = sql.execute(
        "SELECT body::jsonb -> 'patch' ->> 'name', tries FROM op_intake WHERE op_no = %s",
        (poison["op_no"],),
    ).fetchone()
    assert kept == ("毒", 2), "kept whole, for somebody to look at"


def test_what_was_mended_in_time_is_applied(laptop: FakeLaptop, mend: Callable[[], None]) -> None:
    home = laptop.put("household", household())
    poison = laptop.put("resident", resident(home["record_id"], name="毒"))
    laptop.sync()
    mend()
    assert verdicts_of(laptop.sync()) == {poison["op_no"]: "applied"}
    assert laptop.ids("resident") == {poison["record_id"]}


def test_what_leans_on_a_waiting_record_waits_with_it(
    laptop: FakeLaptop, mend: Callable[[], None]
) -> None:
    """Otherwise an edit would be refused for a record that is only late."""
    home = laptop.put("household", household())
    poison = laptop.put("resident", resident(home["record_id"], name="毒"))
    edit = laptop.put("resident", {"note": "后来"}, record_id=poison["record_id"])
    assert verdicts_of(laptop.sync()) == {home["op_no"]: "applied"}
    mend()
    assert verdicts_of(laptop.sync()) == {poison["op_no"]: "applied", edit["op_no"]: "applied"}
    assert laptop.rows["resident", poison["record_id"]]["note"] == "后来"


def test_what_leans_on_a_quarantined_record_is_told_so(
    laptop: FakeLaptop, mend: Callable[[], None]
) -> None:
    home = laptop.put("household", household())
    poison = laptop.put("resident", resident(home["record_id"], name="毒"))
    edit = laptop.put("resident", {"note": "后来"}, record_id=poison["record_id"], base={"note": 1})
    laptop.sync()
    laptop.sync()
    answer = laptop.sync()
    assert verdicts_of(answer) == {poison["op_no"]: "quarantined", edit["op_no"]: "refused"}
    assert answer["verdicts"][edit["op_no"]]["reason"] == "record_gone"


def test_poison_of_one_laptop_is_nothing_to_another(
    people: People, desk: CountyDesk, mend: Callable[[], None]
) -> None:
    first, second = people.laptop(), people.laptop()
    home = first.put("household", household())
    first.put("resident", resident(home["record_id"], name="毒"))
    first.sync()
    second.sync()
    made = second.put("resident", resident(home["record_id"]))
    assert second.verdict_of(made)["verdict"] == "applied"
