"""A page: the same records in either form, no larger than may be, nothing left out between two."""

from __future__ import annotations

import os
from typing import Any

import orjson
import pytest
from psycopg import Connection

from db.tables.registry import ENTITIES
from sync.protocol.messages import change_rows
from sync.protocol.packing import pack
from sync.server import feed_page, page_rows
from sync.server.county import County
from tests.sync.server.conftest import TOWNSHIP, VILLAGE, People
from tests.sync.server.laptops import Answer, FakeLaptop, household


def rows_of(answer: Answer) -> list[list[Any]]:
    """Every row of an answer, in the county's order."""
    rows = [*answer["changes"], *(row for block in answer["puts"] for row in change_rows(block))]
    return sorted(rows, key=lambda row: int(row[6]))


def in_both_forms(laptop: FakeLaptop) -> tuple[list[list[Any]], list[list[Any]]]:
    """Everything there is for a laptop, as objects and as columns."""
    objects = laptop.send([], cursors={}, page_rows=10_000)
    columns = laptop.send([], cursors={}, page_rows=10_000, wants_columns=True)
    assert objects["puts"] == []
    assert columns["changes"] == []
    assert objects["cursors"] == columns["cursors"]
    return rows_of(objects), rows_of(columns)


def test_both_forms_carry_the_same_records(laptop: FakeLaptop) -> None:
    made = laptop.put("household", household(note='他说:"好"\n\\', drone_pad="屋顶"))
    laptop.sync()
    laptop.edit("household", made["record_id"], head_name="石又某")
    laptop.sync()
    objects, columns = in_both_forms(laptop)
    assert objects
    by_id = {row[1]: row for row in columns}
    for entity, record_id, kind, version, fields, body, seq in objects:
        names = ENTITIES[entity].wire_fields()
        whole = {name: by_id[record_id][5].get(name) for name in names} | body
        assert by_id[record_id] == [entity, record_id, kind, version, fields, whole, seq]
    assert len(objects) == len(columns)
    assert by_id[made["record_id"]][4] == {"head_name": 2}


@pytest.mark.parametrize("entity", sorted(ENTITIES))
def test_every_entity_can_be_read_as_columns(
    county: County, sql: Connection[Any], entity: str
) -> None:
    """Also from a record that has none of today's fields."""
    del county
    sql.execute(
        "INSERT INTO record (entity, id, unit_id, bucket, body, version, created_by, "
        "created_install, created_at, updated_by, updated_install, updated_at) "
        "VALUES (%s, 'one', %s, %s, '{\"later\": 1}', 3, 'x', 'x', now(), 'x', 'x', now())",
        (entity, VILLAGE, VILLAGE),
    )
    line = page_rows.Line(7, entity, "one", "put", 3, 7)
    missing = page_rows.Line(8, entity, "nobody", "put", 1, 8)
    rows = page_rows.read_rows(sql, [line, missing], in_columns=True)
    (block,) = orjson.loads(rows.puts)
    assert block[1] == list(ENTITIES[entity].wire_fields())
    ((found, record_id, _kind, version, fields, body, seq),) = change_rows(block)
    assert (found, record_id, version, fields, seq) == (entity, "one", 3, None, 7)
    assert body.pop("later") == 1
    defaults = {name: ENTITIES[entity].model_fields[name].default for name in body}
    assert all(value is None or value == defaults[name] for name, value in body.items()), body


def test_a_page_that_would_be_too_large_is_cut_and_nothing_is_left_out(
    people: People, laptop: FakeLaptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {
        laptop.put("household", household(number=str(n), note="长" * 400))["record_id"]
        for n in range(40)
    }
    laptop.sync()
    township = people.laptop(TOWNSHIP)
    everything = {row[1] for row in rows_of(township.send([], page_rows=10_000))}
    monkeypatch.setattr(page_rows, "MAX_PAGE_BYTES", 20_000)
    seen: set[str] = set()
    pages = 0
    more = True
    while more:
        answer = township.send([], page_rows=10_000, wants_columns=True)
        size = len(orjson.dumps(answer["puts"]))
        assert size <= 21_000 or len(rows_of(answer)) == 1
        seen |= {row[1] for row in rows_of(answer)}
        township.cursors, more, pages = answer["cursors"], answer["more"], pages + 1
    assert seen == everything
    assert seen >= made
    assert pages > 5


def test_a_page_for_a_poor_line_is_no_larger_than_that_line_carries(
    people: People, laptop: FakeLaptop
) -> None:
    for n in range(60):
        laptop.put("household", household(number=str(n), note=os.urandom(300).hex()))
    laptop.sync()
    township = people.laptop(TOWNSHIP)
    everything = {row[1] for row in rows_of(township.send([], page_rows=10_000))}
    seen: set[str] = set()
    more = True
    while more:
        answer = township.send([], page_rows=10_000, wants_columns=True, most_bytes=4_000)
        rows = rows_of(answer)
        assert len(pack(orjson.dumps(answer["puts"]))) <= 4_000 or len(rows) == 1
        seen |= {row[1] for row in rows}
        township.cursors, more = answer["cursors"], answer["more"]
    assert seen == everything


@pytest.mark.parametrize("near", [-1, 2**60])
def test_far_behind_or_near_the_same_rows_come(
    people: People, laptop: FakeLaptop, monkeypatch: pytest.MonkeyPatch, near: int
) -> None:
    """Two plans for one question: merged buckets for who is far behind, each bucket for others."""
    monkeypatch.setattr(feed_page, "_NEAR", near)
    made = [laptop.put("household", household(number=str(n)))["record_id"] for n in range(30)]
    laptop.sync()
    township = people.laptop(TOWNSHIP)
    township.sync_all(page_rows=7)
    laptop.sync()
    laptop.delete("household", made[3])
    laptop.edit("household", made[4], note="改")
    laptop.sync()
    sizes = township.sync_all(page_rows=1)
    assert sizes == [1, 1]
    assert township.ids("household") == set(made) - {made[3]}
    assert township.rows["household", made[4]]["note"] == "改"


def test_a_page_reads_no_more_lines_than_it_carries(
    people: People, laptop: FakeLaptop, sql: Connection[Any]
) -> None:
    """A township has many buckets; each read to its end would make every page cost them all."""
    for n in range(300):
        laptop.put("household", household(number=str(n)))
    laptop.sync()
    with people.desk.pool.connection() as connection:
        tree = people.desk.units.tree(connection)
        seen = dict.fromkeys(tree.scope_of(TOWNSHIP), 0)
        statement, parameters = feed_page._query(seen, 10**6, 10)
        rows = connection.execute(
            f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}",  # type: ignore[arg-type]
            {**parameters, "limit": 10},
            prepare=False,
        ).fetchone()
    assert rows is not None
    assert _most_rows(rows[0][0]["Plan"]) <= 10 * len(seen)


def _most_rows(plan: dict[str, Any]) -> float:
    inner = [_most_rows(one) for one in plan.get("Plans", ())]
    return max([plan["Actual Rows"] * plan["Actual Loops"], *inner])
