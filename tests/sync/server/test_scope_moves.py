"""Households, people and cases change hands; work is judged as its author knew things to be."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread
from typing import Any

import psycopg
import pytest

from app.accounts.vocabulary import Role
from sync.server.county import County
from tests.sync.server.conftest import COUNTY, FORESTRY, TOWNSHIP, VILLAGE, People, other_village
from tests.sync.server.laptops import (
    FakeLaptop,
    case_event,
    case_file,
    household,
    resident,
    without_number,
)


@pytest.fixture
def neighbours(county: County) -> str:
    """A village of the same township."""
    return other_village(county)


@pytest.fixture
def everywhere(people: People, county: County, neighbours: str) -> Iterator[dict[str, FakeLaptop]]:
    """A laptop at each kind of unit, with somebody at it who may hand things over.

    Whatever moved: in the end each holds what the county says it should.
    """
    laptops = {
        "village": people.laptop(VILLAGE, Role.GRID_WORKER),
        "neighbours": people.laptop(neighbours, Role.GRID_WORKER),
        "township": people.laptop(TOWNSHIP, Role.TOWNSHIP_CENTRE),
        "county": people.laptop(COUNTY, Role.COUNTY_CENTRE),
        "forestry": people.laptop(FORESTRY, Role.DEPARTMENT_HANDLER),
    }
    yield laptops
    for laptop in laptops.values():
        laptop.assert_equal()
    assert county.check() == []


def handover(
    laptop: FakeLaptop,
    subject: str,
    subject_id: str,
    *,
    unit: str = VILLAGE,
    source: str | None = None,
    target: str,
    purpose: str = "handed_over",
) -> dict[str, Any]:
    """Asks the county to hand something over."""
    return laptop.put(
        "handover",
        {
            "unit_id": unit,
            "subject_entity": subject,
            "subject_id": subject_id,
            "from_unit_id": source or unit,
            "to_unit_id": target,
            "purpose": purpose,
            "by_account_id": laptop.account_id,
            "happened_at": "2026-11-23T08:30:00.000Z",
        },
    )


def home_of_two(village: FakeLaptop) -> tuple[str, list[str]]:
    """A household with two residents at the county."""
    home = village.put("household", household())["record_id"]
    members = [village.put("resident", resident(home))["record_id"] for _ in range(2)]
    village.sync()
    return home, members


def all_sync(laptops: dict[str, FakeLaptop]) -> None:
    for laptop in laptops.values():
        laptop.sync_all()


def holders(laptops: dict[str, FakeLaptop], entity: str, record_id: str) -> set[str]:
    return {name for name, one in laptops.items() if record_id in one.ids(entity)}


# --- households ----------------------------------------------------------------------------------


def test_a_household_moves_whole(everywhere: dict[str, FakeLaptop], neighbours: str) -> None:
    village, township = everywhere["village"], everywhere["township"]
    home, members = home_of_two(village)
    all_sync(everywhere)
    asked = handover(township, "household", home, target=neighbours)
    assert township.verdict_of(asked) == {"verdict": "applied", "version": 1}
    all_sync(everywhere)
    for entity, record_id in (("household", home), *(("resident", one) for one in members)):
        assert holders(everywhere, entity, record_id) == {"neighbours", "township", "county"}
    assert everywhere["neighbours"].rows["household", home]["unit_id"] == neighbours
    # Both villages are told of it.
    told = holders(everywhere, "handover", asked["record_id"])
    assert told == {"village", "neighbours", "township", "county"}


def test_a_village_does_not_move_its_own_households(
    everywhere: dict[str, FakeLaptop], neighbours: str
) -> None:
    village = everywhere["village"]
    home, _ = home_of_two(village)
    verdict = village.verdict_of(handover(village, "household", home, target=neighbours))
    assert (verdict["verdict"], verdict["reason"]) == ("refused", "not_permitted")


@pytest.mark.parametrize(
    ("target", "reason"),
    [(TOWNSHIP, "not_permitted"), (VILLAGE, "bad_value"), ("nowhere", "bad_value")],
)
def test_a_household_goes_to_another_village_of_the_township_only(
    everywhere: dict[str, FakeLaptop], target: str, reason: str
) -> None:
    home, _ = home_of_two(everywhere["village"])
    township = everywhere["township"]
    verdict = township.verdict_of(handover(township, "household", home, target=target))
    assert (verdict["verdict"], verdict["reason"]) == ("refused", reason)


def test_of_two_hand_overs_the_second_does_not_fit_any_more(
    everywhere: dict[str, FakeLaptop], county: County, neighbours: str
) -> None:
    home, _ = home_of_two(everywhere["village"])
    township, above = everywhere["township"], everywhere["county"]
    third = next(
        unit.id
        for unit in county.units().by_id.values()
        if unit.parent_id == TOWNSHIP and unit.id not in (VILLAGE, neighbours)
    )
    township.verdict_of(handover(township, "household", home, target=neighbours))
    late = above.verdict_of(handover(above, "household", home, target=third))
    assert late == {"verdict": "not_applied", "reason": "moved_meanwhile", "version": 1}
    all_sync(everywhere)
    assert everywhere["county"].rows["household", home]["unit_id"] == neighbours


def test_scope_lost_while_the_laptop_is_offline_with_five_edits(
    everywhere: dict[str, FakeLaptop], neighbours: str
) -> None:
    village, township = everywhere["village"], everywhere["township"]
    home, members = home_of_two(village)
    all_sync(everywhere)
    edits = [
        village.edit("household", home, phone="13900000001"),
        village.edit("resident", members[0], name="杨某一"),
        village.edit("resident", members[1], note="外出务工"),
        village.put("resident", resident(home, name="新生儿")),
        village.edit("household", home, note="门口有狗"),
    ]
    township.verdict_of(handover(township, "household", home, target=neighbours))
    verdicts = village.sync()["verdicts"]
    assert {verdicts[op["op_no"]]["verdict"] for op in edits} <= {"applied", "merged"}
    # What was written goes where the household is now, and nothing of it stays here.
    assert not village.ids("household") | village.ids("resident")
    other = everywhere["neighbours"]
    other.sync_all()
    body = other.rows["household", home]
    assert (body["phone"], body["note"]) == ("13900000001", "门口有狗")
    names = {other.rows["resident", one]["name"] for one in other.ids("resident")}
    assert {"杨某一", "新生儿"} <= names
    assert all(
        other.rows["resident", one]["unit_id"] == neighbours for one in other.ids("resident")
    )


def test_who_has_been_told_of_a_move_cannot_write_there_any_more(
    everywhere: dict[str, FakeLaptop], neighbours: str
) -> None:
    village, township = everywhere["village"], everywhere["township"]
    home, _ = home_of_two(village)
    township.verdict_of(handover(township, "household", home, target=neighbours))
    village.sync_all()
    late = village.put("household", {"phone": "13900000002"}, record_id=home, base={"phone": 1})
    assert village.verdict_of(late)["reason"] == "out_of_scope"


def test_what_was_numbered_before_the_laptop_was_told_is_judged_as_it_was(
    everywhere: dict[str, FakeLaptop], neighbours: str
) -> None:
    village, township = everywhere["village"], everywhere["township"]
    home, _ = home_of_two(village)
    village.sync_all()
    first = village.edit("household", home, phone="13900000003")
    second = village.edit("household", home, note="下一批")
    township.verdict_of(handover(township, "household", home, target=neighbours))
    # The first batch carries one operation only; its answer tells of the move.
    answer = village.send([first])
    village.lay(answer)
    assert home not in village.ids("household")
    village.outbox = [second]
    assert village.verdict_of(second)["verdict"] in ("applied", "merged")


def test_a_lost_answer_does_not_count_as_told(
    everywhere: dict[str, FakeLaptop], neighbours: str
) -> None:
    village, township = everywhere["village"], everywhere["township"]
    home, _ = home_of_two(village)
    village.sync_all()
    township.verdict_of(handover(township, "household", home, target=neighbours))
    village.send([])  # nothing of the answer arrives
    edit = village.edit("household", home, phone="13900000004")
    assert village.verdict_of(edit)["verdict"] in ("applied", "merged")


def test_a_clock_in_2099_costs_no_work_on_what_moved(
    everywhere: dict[str, FakeLaptop], neighbours: str
) -> None:
    village, township = everywhere["village"], everywhere["township"]
    home, _ = home_of_two(village)
    village.sync_all()
    edit = village.put(
        "household",
        {"phone": "13900000005"},
        record_id=home,
        base={"phone": 1},
        wall_ms=4_083_955_200_000,
    )
    township.verdict_of(handover(township, "household", home, target=neighbours))
    assert village.verdict_of(edit)["verdict"] in ("applied", "merged")


def test_a_household_moves_while_two_laptops_edit_it(
    everywhere: dict[str, FakeLaptop], people: People, neighbours: str
) -> None:
    village, township = everywhere["village"], everywhere["township"]
    second = people.laptop(VILLAGE, Role.VILLAGE_SECRETARY)
    home, _ = home_of_two(village)
    all_sync(everywhere)
    second.sync_all()
    mine = village.edit("household", home, phone="13900000006")
    theirs = second.edit("household", home, phone="13900000007")
    other = second.edit("household", home, address="三组")
    township.verdict_of(handover(township, "household", home, target=neighbours))
    assert village.verdict_of(mine)["verdict"] in ("applied", "merged")
    verdicts = second.sync()["verdicts"]
    assert verdicts[theirs["op_no"]]["verdict"] == "conflict"
    assert verdicts[other["op_no"]]["verdict"] in ("applied", "merged")
    new_home = everywhere["neighbours"]
    new_home.sync_all()
    body = new_home.rows["household", home]
    assert (body["phone"], body["address"]) == ("13900000007", "三组")
    assert home not in village.ids("household") | second.ids("household")


def test_a_hand_over_can_be_taken_back(everywhere: dict[str, FakeLaptop], neighbours: str) -> None:
    township = everywhere["township"]
    home, members = home_of_two(everywhere["village"])
    handover(township, "household", home, target=neighbours)
    back = handover(township, "household", home, unit=neighbours, target=VILLAGE)
    assert township.verdict_of(back)["verdict"] == "applied"
    all_sync(everywhere)
    assert holders(everywhere, "household", home) == {"village", "township", "county"}
    assert holders(everywhere, "resident", members[0]) == {"village", "township", "county"}


# --- people --------------------------------------------------------------------------------------


def test_a_grid_worker_moves_with_the_pin_and_loses_the_micro_grid(
    everywhere: dict[str, FakeLaptop], neighbours: str
) -> None:
    village, township = everywhere["village"], everywhere["township"]
    worker = village.account_id
    grid = village.put("micro_grid", {"number": 1, "name": "一组", "worker_id": worker})
    village.sync()
    waiting = village.put("household", household(number="7"))
    township.verdict_of(handover(township, "account", worker, target=neighbours))
    # What the worker wrote before stands, from the old laptop.
    assert village.verdict_of(waiting)["verdict"] == "applied"
    all_sync(everywhere)
    pins = {
        name
        for name, one in everywhere.items()
        if any(
            key[0] == "credential" and body["account_id"] == worker
            for key, body in one.rows.items()
        )
    }
    assert pins == {"neighbours"}
    assert village.rows["micro_grid", grid["record_id"]]["worker_id"] is None
    late = village.put("household", household(number="8"))
    assert village.verdict_of(late)["reason"] == "not_permitted"
    everywhere["neighbours"].account_id = worker
    fresh = everywhere["neighbours"].put("household", household(number="9"))
    assert everywhere["neighbours"].verdict_of(fresh)["verdict"] == "applied"


# --- cases ---------------------------------------------------------------------------------------


def a_case(village: FakeLaptop) -> tuple[str, str]:
    """A recorded case at the county: its id and the id of its first event."""
    case = village.put("case_file", case_file(village.account_id))["record_id"]
    event = village.put("case_event", case_event(case, "recorded", village.account_id))
    village.put(
        "case_party",
        {"case_id": case, "side": "a", "source": "outside", "name": "石某某", "is_main": True},
    )
    village.sync()
    return case, event["record_id"]


def test_a_department_gets_a_case_and_loses_it_again(
    everywhere: dict[str, FakeLaptop],
) -> None:
    village, forestry = everywhere["village"], everywhere["forestry"]
    case, event = a_case(village)
    asked = handover(village, "case_file", case, target=FORESTRY)
    assert village.verdict_of(asked)["verdict"] == "applied"
    forestry.sync_all()
    assert {case} == forestry.ids("case_file")
    assert {event} == forestry.ids("case_event")
    assert len(forestry.ids("case_party")) == 1
    assert asked["record_id"] in forestry.ids("handover")

    # Later events of both sides go to both.
    note = {"note": "到现场看过", "unit_id": VILLAGE}
    theirs = forestry.put(
        "case_event", {**case_event(case, "note_added", forestry.account_id), **note}
    )
    assert forestry.verdict_of(theirs)["verdict"] == "applied"
    ours = village.put("case_event", case_event(case, "note_added", village.account_id, note="好"))
    village.sync_all()
    forestry.sync_all()
    assert theirs["record_id"] in village.ids("case_event")
    assert ours["record_id"] in forestry.ids("case_event")

    back = handover(forestry, "case_file", case, source=FORESTRY, target=VILLAGE)
    assert forestry.verdict_of(back)["verdict"] == "applied"
    forestry.sync_all()
    for entity in ("case_file", "case_event", "case_party", "handover"):
        assert not forestry.ids(entity), entity
    village.sync_all()
    assert {theirs["record_id"], ours["record_id"], event} == village.ids("case_event")


def test_events_reach_a_new_holder_in_the_order_of_the_county(
    everywhere: dict[str, FakeLaptop],
) -> None:
    village, forestry = everywhere["village"], everywhere["forestry"]
    case, _ = a_case(village)
    for kind in ("mediation_held", "settled", "closed", "reopened"):
        village.put("case_event", case_event(case, kind, village.account_id, note="."))
    village.sync()
    handover(village, "case_file", case, target=FORESTRY)
    village.sync()
    answer = forestry.send([])
    kinds = [row[5]["kind"] for row in answer["changes"] if row[0] == "case_event"]
    assert kinds == ["recorded", "mediation_held", "settled", "closed", "reopened"]


def test_an_event_of_a_department_that_has_lost_the_case_unawares_still_counts(
    everywhere: dict[str, FakeLaptop],
) -> None:
    village, forestry = everywhere["village"], everywhere["forestry"]
    case, _ = a_case(village)
    handover(village, "case_file", case, target=FORESTRY)
    village.sync()
    forestry.sync_all()
    body = {
        **case_event(case, "note_added", forestry.account_id, note="量过地"),
        "unit_id": VILLAGE,
    }
    waiting = forestry.put("case_event", body)
    called_back = handover(village, "case_file", case, source=FORESTRY, target=VILLAGE)
    assert village.verdict_of(called_back)["verdict"] == "applied"
    assert forestry.verdict_of(waiting)["verdict"] == "applied"
    assert not forestry.ids("case_event") | forestry.ids("case_file")
    village.sync_all()
    assert waiting["record_id"] in village.ids("case_event")
    late = forestry.put("case_event", body)
    assert forestry.verdict_of(late)["reason"] == "out_of_scope"


def test_only_who_holds_a_case_or_is_above_hands_it_on(
    everywhere: dict[str, FakeLaptop],
) -> None:
    village, township = everywhere["village"], everywhere["township"]
    case, _ = a_case(village)
    handover(village, "case_file", case, target=FORESTRY)
    village.sync()
    again = handover(village, "case_file", case, source=FORESTRY, target=TOWNSHIP)
    assert village.verdict_of(again)["reason"] == "not_permitted"
    above = handover(township, "case_file", case, source=FORESTRY, target=TOWNSHIP)
    assert township.verdict_of(above)["verdict"] == "applied"


def test_a_hand_over_whose_group_is_refused_moves_nothing(
    everywhere: dict[str, FakeLaptop], neighbours: str
) -> None:
    township = everywhere["township"]
    home, _ = home_of_two(everywhere["village"])
    first = handover(township, "household", home, target=neighbours)
    township.put("household", {"head_name": "某"}, record_id="nobody", base={}, txn=first["op_no"])
    answer = township.sync()["verdicts"]
    assert without_number(answer[first["op_no"]]) == {
        "verdict": "refused",
        "reason": "group_refused",
    }
    all_sync(everywhere)
    assert holders(everywhere, "household", home) == {"village", "township", "county"}


def test_a_move_does_not_lose_an_edit_that_is_being_written(
    everywhere: dict[str, FakeLaptop], county: County, neighbours: str
) -> None:
    """Parts are locked before they are read: what another request writes meanwhile stands."""
    village, township = everywhere["village"], everywhere["township"]
    home, members = home_of_two(village)
    township.sync_all()
    handover(township, "household", home, target=neighbours)
    mover = Thread(target=township.sync)
    with (
        psycopg.connect(county.url) as writing,
        psycopg.connect(county.url, autocommit=True) as eye,
    ):
        writing.execute(
            "UPDATE record SET body = jsonb_set(body, '{name}', '\"改过的名字\"') WHERE id = %s",
            (members[0],),
        )
        mover.start()
        waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        while mover.is_alive() and eye.execute(waiting).fetchone() is None:
            pass
        writing.commit()
        mover.join()
        found = eye.execute("SELECT name, unit_id FROM resident WHERE id = %s", (members[0],))
        assert found.fetchone() == ("改过的名字", neighbours)


def test_who_gets_a_case_later_folds_its_events_in_the_countys_order(
    everywhere: dict[str, FakeLaptop],
) -> None:
    """The event written with the hand-over reaches the new holder before the older one does."""
    village, forestry = everywhere["village"], everywhere["forestry"]
    case = village.put("case_file", case_file(village.account_id))
    recorded = case_event(case["record_id"], "recorded", village.account_id)
    first = village.put("case_event", recorded, txn=case["op_no"])["record_id"]
    village.sync()
    settled = case_event(case["record_id"], "settled", village.account_id)
    second = village.put("case_event", settled)["record_id"]
    handover(village, "case_file", case["record_id"], target=FORESTRY)
    village.sync()
    seen = [row for row in forestry.sync()["changes"] if row[0] == "case_event"]
    assert [row[1] for row in sorted(seen, key=lambda row: row[6])] == [first, second]


def test_what_a_department_wrote_and_may_not_keep_leaves_it(
    everywhere: dict[str, FakeLaptop],
) -> None:
    """Its own note of handing the case back lies with the village; also when the answer is lost."""
    village, forestry = everywhere["village"], everywhere["forestry"]
    case = village.put("case_file", case_file(village.account_id))
    recorded = case_event(case["record_id"], "recorded", village.account_id)
    village.put("case_event", recorded, txn=case["op_no"])
    handover(village, "case_file", case["record_id"], target=FORESTRY)
    village.sync()
    forestry.sync_all()
    back = handover(forestry, "case_file", case["record_id"], source=FORESTRY, target=VILLAGE)[
        "record_id"
    ]
    forestry.send()  # its answer is lost
    answer = forestry.sync()
    evicted = {row[1] for row in answer["changes"] if row[2] == "evict"}
    assert {back, case["record_id"]} <= evicted
    assert back not in forestry.ids("handover")
    village.sync_all()
    assert back in village.ids("handover")
