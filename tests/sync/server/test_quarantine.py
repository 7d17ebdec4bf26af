"""What our program could not judge: listed, judged again after a repair, and the laptop hears."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg import Connection

from sync.server.admin_cli import main
from sync.server.county import County
from sync.server.exchange import CountyDesk
from sync.server.quarantine import judge_again, quarantined
from tests.sync.server.laptops import FakeLaptop, household, resident


@pytest.fixture
def run(county: County, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("GULOU_DATABASE_URL", county.url)

    def command(*arguments: str) -> int:
        return main([arguments[0], "--data", str(county.data), *arguments[1:]])

    return command


@pytest.fixture
def poison(sql: Connection[Any]) -> None:
    """The database refuses one resident for a reason nobody foresaw."""
    sql.execute(
        "CREATE FUNCTION object() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.body ->> 'name' = '毒' THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END $$"
    )
    sql.execute(
        "CREATE TRIGGER objecting BEFORE INSERT OR UPDATE ON record "
        "FOR EACH ROW EXECUTE FUNCTION object()"
    )


@pytest.fixture
def held(laptop: FakeLaptop, poison: None) -> tuple[FakeLaptop, dict[str, Any]]:
    """A laptop one of whose groups is in quarantine: a resident and a household beside it."""
    home = laptop.put("household", household())
    bad = laptop.put("resident", resident(home["record_id"], name="毒"))
    laptop.put("household", household(number="9"), txn=bad["op_no"])
    for _ in range(3):
        laptop.sync()
    return laptop, bad


def repair(sql: Connection[Any]) -> None:
    sql.execute("DROP TRIGGER objecting ON record")


def test_it_is_listed_with_where_it_came_from(held: Any, run: Any, capsys: Any) -> None:
    laptop, bad = held
    assert run("quarantine") == 0
    printed = capsys.readouterr().out
    assert f"{laptop.install_id}:{bad['op_no']}" in printed
    assert "坪坦村" in printed
    assert "RaiseException" in printed


def test_judged_again_after_the_repair_the_whole_group_is_applied(
    held: Any, desk: CountyDesk, sql: Connection[Any]
) -> None:
    laptop, bad = held
    repair(sql)
    retried = judge_again(desk, laptop.install_id, bad["op_no"])
    assert [verdict.verdict.value for verdict in retried.verdicts] == ["applied", "applied"]
    with desk.pool.connection() as connection:
        assert quarantined(connection) == []
    answer = laptop.sync(quarantined=[bad["op_no"], bad["op_no"] + 1, 77])
    later = {row["op_no"]: row["verdict"] for row in answer["later_verdicts"]}
    assert later == {bad["op_no"]: "applied", bad["op_no"] + 1: "applied"}
    assert len(laptop.ids("household")) == 2
    assert bad["record_id"] in laptop.ids("resident")


def test_what_still_cannot_be_judged_stays_in_quarantine(held: Any, desk: CountyDesk) -> None:
    laptop, bad = held
    retried = judge_again(desk, laptop.install_id, bad["op_no"])
    assert {verdict.verdict.value for verdict in retried.verdicts} == {"quarantined"}
    with desk.pool.connection() as connection:
        assert len(quarantined(connection)) == 2
    assert laptop.sync(quarantined=[bad["op_no"]])["later_verdicts"] == []


def test_an_older_text_never_comes_back_over_a_newer_one(
    held: Any, desk: CountyDesk, sql: Connection[Any], run: Any, capsys: Any
) -> None:
    """The person did not wait: the record was mended and sent again, and stands so."""
    laptop, bad = held
    laptop.put(
        "resident",
        {**resident(bad["patch"]["household_id"], name="吴某某"), "unit_id": laptop.unit_id},
        record_id=bad["record_id"],
    )
    laptop.sync()
    repair(sql)
    assert run("quarantine", "--retry", "all") == 0
    assert "后来又写过" in capsys.readouterr().out
    name = sql.execute("SELECT name FROM resident WHERE id = %s", (bad["record_id"],)).fetchone()
    assert name == ("吴某某",)
    assert judge_again(desk, laptop.install_id, bad["op_no"]).verdicts == []


def test_the_command_judges_one_or_all_and_knows_what_is_none(
    held: Any, sql: Connection[Any], run: Any, capsys: Any
) -> None:
    laptop, bad = held
    assert run("quarantine", "--retry", f"{laptop.install_id}:99") == 2
    assert "没有改动" in capsys.readouterr().err
    assert run("quarantine", "--retry", f"{laptop.install_id}:{bad['op_no']}") == 0
    assert "还是判断不了" in capsys.readouterr().out
    repair(sql)
    assert run("quarantine", "--retry", "all") == 0
    assert "采纳了" in capsys.readouterr().out
    assert run("quarantine") == 0
    assert "没有待查" in capsys.readouterr().out


def test_judging_again_what_is_not_in_quarantine_is_refused(
    laptop: FakeLaptop, desk: CountyDesk
) -> None:
    made = laptop.put("household", household())
    laptop.sync()
    with pytest.raises(LookupError):
        judge_again(desk, laptop.install_id, made["op_no"])


def test_nobody_hears_of_anothers_verdicts(held: Any, people: Any, desk: CountyDesk) -> None:
    _laptop, bad = held
    other = people.laptop()
    made = other.put("household", household(number="8"))
    other.sync()
    assert made["op_no"] == 1
    stranger = people.laptop()
    assert stranger.sync(quarantined=[1, bad["op_no"]])["later_verdicts"] == []
