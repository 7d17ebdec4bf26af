"""What must hold when everybody has synced and nothing moves any more."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

import orjson
import psycopg
from sqlmodel import col, select

from app.cases.number_rules import read_number
from app.cases.vocabulary import CaseEventKind, CaseState
from app.flow.turns import is_loop_open, turns_of
from app.households.grids_queries import village_grids
from app.refolding import case_steps, in_hand_of
from app.votes.standing import read_vote
from db.outbox import loads, wire_value
from db.tables.cases import CaseFile
from db.tables.local import STRAY, OpState
from db.tables.registry import ENTITIES
from db.tables.votes import Motion
from sync.client.checking import differing, own_sums
from sync.protocol.messages import COUNTY_SCOPE
from sync.server.schema import FOLDED_ENTITIES
from sync.server.scope import read_tree, shared_buckets
from sync.server.sums import read_sums
from tests.sync.machine.case_desk import told_parts
from tests.sync.machine.laptops import MachineLaptop
from tests.sync.machine.world import World

Key = tuple[str, str]


def check_all(world: World) -> None:
    """Guarantees 1, 2, 3 and 7 of the protocol."""
    with psycopg.connect(world.county.url) as connection:
        check_verdicts(connection, world.laptops, was_restored=world.was_restored)
        if not world.was_restored:
            # After a county went back its versions are counted anew, and what an edit was based
            # on can no longer be told; every text is still looked for below.
            check_no_silent_overwrite(connection)
        for laptop in world.laptops:
            check_equal(connection, laptop)
            check_sums(connection, laptop, was_restored=world.was_restored)
    assert world.memory.lost(world.laptops) == [], "typed, and nowhere any more"
    check_votes(world.laptops)
    check_grids(world.laptops)
    with psycopg.connect(world.county.url) as connection:
        check_cases(connection, world.laptops)


# --- 1: nothing typed is lost ------------------------------------------------------------------


def check_verdicts(connection: Any, laptops: list[MachineLaptop], *, was_restored: bool) -> None:
    """Every operation the county has holds one verdict; no laptop waits for one."""
    unjudged = connection.execute(
        "SELECT install_id, op_no FROM op_intake WHERE verdict IS NULL"
    ).fetchall()
    assert unjudged == [], "taken in and never judged"
    poisoned = connection.execute(
        "SELECT install_id, op_no FROM op_intake WHERE verdict ->> 'verdict' = 'quarantined'"
    ).fetchall()
    assert poisoned == [], "nothing here is poison: judging it raised"
    for laptop in laptops:
        with laptop.store.reading() as session:
            waiting = session.connection().exec_driver_sql(
                "SELECT op_no FROM outbox WHERE state = ?", (OpState.WAITING.value,)
            )
            assert list(waiting.all()) == [], laptop.name
            dead = session.connection().exec_driver_sql(
                "SELECT entity, record_id, problem FROM dead_letter"
            )
            # What only a disk of the county knew that is gone is put aside, not thrown away.
            kept = [tuple(row) for row in dead.all() if not (was_restored and row.problem == STRAY)]
            assert kept == [], (laptop.name, kept)
            broken = session.connection().exec_driver_sql("PRAGMA foreign_key_check")
            assert list(broken.all()) == [], laptop.name


def check_no_silent_overwrite(connection: Any) -> None:
    """Who writes a field on an older version than another laptop's write is told of a conflict."""
    writes: dict[tuple[str, str, str], list[tuple[int, dict[str, Any], dict[str, Any]]]] = (
        defaultdict(list)
    )
    deleted: dict[Key, list[int]] = defaultdict(list)
    rows = connection.execute(
        "SELECT o.install_id, o.body, o.verdict FROM op_intake o "
        "JOIN record r ON r.entity = o.body::jsonb ->> 'entity' "
        "AND r.id = o.body::jsonb ->> 'record_id' "
        "WHERE o.verdict ->> 'verdict' IN ('applied', 'merged', 'conflict') "
        "AND NOT r.is_deleted AND r.created_install <> 'county'"
    ).fetchall()
    for install_id, body, verdict in rows:
        op = orjson.loads(body) | {"install": install_id}
        if op["kind"] == "delete":
            deleted[op["entity"], op["record_id"]].append(verdict.get("version", 0))
        if op["kind"] == "put" and "version" in verdict:
            for name in op["patch"]:
                place = (op["entity"], op["record_id"], name)
                writes[place].append((verdict["version"], op, verdict))
    for (entity, record_id, name), written in writes.items():
        written.sort(key=lambda write: write[0])
        for (version, first, _), (later, second, verdict) in pairwise(written):
            # A value that was written once more as it stood makes no new version of its field.
            before = second.get("before") or {}
            has_seen_it = name in before and before[name] == first["patch"][name]
            is_blind = second["base"].get(name, 0) < version and not has_seen_it
            is_other = first["install"] != second["install"]
            # Whoever takes a delete back sends the whole record, as it was when it was deleted.
            gone = any(version < at < later for at in deleted[entity, record_id])
            if is_blind and is_other and not gone and first["patch"][name] != second["patch"][name]:
                told = verdict.get("detail") or {}
                assert name in told, (entity, record_id, name, first, second, verdict)


# --- 2 and 3: everyone equal, nobody with more ---------------------------------------------------


def check_equal(connection: Any, laptop: MachineLaptop) -> None:
    """The laptop's rows are the county's rows of its scope, no more and no fewer."""
    there = _county_rows(connection, laptop)
    here, unsettled = _laptop_rows(laptop)
    assert here.keys() - there.keys() == set(), f"{laptop.name} holds what is not its own"
    assert there.keys() - here.keys() == set(), f"{laptop.name} lacks rows"
    for key, (version, body, state) in there.items():
        own_version, own_body, own_state = here[key]
        assert own_version == version, (laptop.name, key)
        for name, value in own_body.items():
            if name not in unsettled.get(key, ()):
                assert body.get(name) == value, (laptop.name, key, name)
        if key[0] in FOLDED_ENTITIES:
            assert own_state == state, (laptop.name, key, own_state, state)


def check_sums(connection: Any, laptop: MachineLaptop, *, was_restored: bool) -> None:
    """Each side adds up its own rows; nothing had to be repaired to make them equal."""
    scope = read_tree(connection).scope_of(laptop.unit_id)
    with laptop.store.reading() as session:
        ours = own_sums(session.connection())
        repaired = session.connection().exec_driver_sql("SELECT bucket, laid FROM sync_incident")
        repairs = list(repaired.all())
    theirs = read_sums(connection, scope, list(ENTITIES))
    assert differing(ours, theirs) == [], laptop.name
    if not laptop.may_need_repair and not was_restored:
        assert repairs == [], f"{laptop.name}: the repair hid a mistake of the protocol"


def _county_rows(connection: Any, laptop: MachineLaptop) -> dict[Key, tuple[int, Any, Any]]:
    scope = read_tree(connection).scope_of(laptop.unit_id)
    where = "bucket = ANY(%s)"
    if COUNTY_SCOPE in scope:
        where = "(bucket = ANY(%s) OR bucket NOT LIKE '%%:sign-in')"
    rows = connection.execute(
        "SELECT entity, id, version, body, state FROM record r WHERE NOT is_deleted AND EXISTS ("
        "SELECT 1 FROM feed f WHERE f.entity = r.entity AND f.record_id = r.id "
        f"AND f.kind = 'put' AND {where})",
        (list(scope),),
    ).fetchall()
    return {(row[0], row[1]): row[2:] for row in rows}


def _laptop_rows(
    laptop: MachineLaptop,
) -> tuple[dict[Key, tuple[int, dict[str, Any], Any]], dict[Key, set[str]]]:
    """What the county has confirmed, and the fields it refused."""
    found: dict[Key, tuple[int, dict[str, Any], Any]] = {}
    unsettled: dict[Key, set[str]] = {}
    with laptop.store.reading() as session:
        for entity, model in ENTITIES.items():
            for row in session.exec(select(model).where(col(model.sync_version) > 0)):
                wire = {name: wire_value(getattr(row, name)) for name in row.wire_fields()}
                state = wire_value(getattr(row, "state", None))
                found[entity, row.id] = (row.sync_version, wire, state)
                if row.sync_dirty:
                    unsettled[entity, row.id] = set(loads(row.sync_dirty))
    return found, unsettled


# --- 7: a ballot counts once ---------------------------------------------------------------------


def check_votes(laptops: list[MachineLaptop]) -> None:
    """Whoever holds a motion counts the same, and no household twice."""
    counts: dict[str, set[Any]] = defaultdict(set)
    for laptop in laptops:
        with laptop.store.reading() as session:
            for motion in session.exec(select(Motion).where(col(Motion.sync_version) > 0)):
                vote = read_vote(session, motion)
                counts[motion.id].add((motion.state, vote.count()))
                counted = Counter(
                    ballot.household_id
                    for ballot in vote.ballots
                    if vote.standings.get(ballot.id) == "counted"
                )
                assert all(times == 1 for times in counted.values()), (laptop.name, motion.id)
    for motion_id, found in counts.items():
        assert len(found) == 1, (motion_id, found)


# --- the roster holds together -------------------------------------------------------------------


def check_grids(laptops: list[MachineLaptop]) -> None:
    """A living household in a closed micro-grid is shown as one in none."""
    for laptop in laptops:
        village = village_grids(laptop.store, laptop.unit_id)
        shown = {home.grid_id for home in village.homes}
        assert shown <= {None, *village.grid_ids}, laptop.name


# --- cases ---------------------------------------------------------------------------------------


def check_cases(connection: Any, laptops: list[MachineLaptop]) -> None:
    """One lead and the same story wherever a case is held; nobody holds one who is not to."""
    rows = connection.execute(
        "SELECT id, body, shared FROM record WHERE entity = 'case_file' AND NOT is_deleted"
    ).fetchall()
    there = {case_id: (body, shared_buckets(shared)) for case_id, body, shared in rows}
    numbers = Counter(read_number(str(body["number"])) for body, _ in there.values())
    assert all(times == 1 for number, times in numbers.items() if number), numbers
    stories: dict[str, dict[str, Any]] = defaultdict(dict)
    for laptop in laptops:
        scope = {*read_tree(connection).scope_of(laptop.unit_id)}
        for case_id, story in told_parts(laptop).items():
            stories[case_id][laptop.name] = story
            body, holders = there[case_id]
            is_own = body["unit_id"] in scope or not scope.isdisjoint(holders)
            assert is_own or COUNTY_SCOPE in scope, f"{laptop.name} neither leads nor helps"
            is_village = laptop.person in _VILLAGERS
            assert not (body["is_confidential"] and is_village), (laptop.name, case_id)
    for case_id, told in stories.items():
        body, holders = there[case_id]
        (lead, helpers), *_ = {story[3:5] for story in told.values()}
        hands = holders or (body["unit_id"],)
        assert (lead, helpers) == (hands[0], {*hands[1:]}), (case_id, told, holders)
        assert lead not in helpers, (case_id, told)
        assert len({*told.values()}) == 1, (case_id, told)
    for laptop in laptops:
        check_loops(laptop)


def check_loops(laptop: MachineLaptop) -> None:
    """When a case was closed nobody owed a word; what crossed with the closing came after it."""
    with laptop.store.reading() as session:
        closed = select(CaseFile).where(
            col(CaseFile.state) == CaseState.CLOSED, col(CaseFile.sync_version) > 0
        )
        for case in session.exec(closed):
            in_hand, steps = in_hand_of(session, case), case_steps(session, case)
            ends = [one.place for one in steps if one.kind is CaseEventKind.CLOSED]
            counted = [one for one in steps if one.place < ends[-1]]
            turns = turns_of(in_hand, counted, before=ends[-1])
            assert not is_loop_open(case.kind, turns), (laptop.name, case.id)


_VILLAGERS = ("worker", "secretary", "other_worker")
