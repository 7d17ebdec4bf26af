"""What two laptops each made: found, put before a person, merged, and led on for ever."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from psycopg import Connection

from app.accounts.vocabulary import Role
from app.refolding import _LEANING
from db.tables.registry import ENTITIES
from sync.server import doubles
from sync.server.aliases import _ALSO_NAMED, ALIASED
from sync.server.county import County
from sync.server.relations import CHILDREN
from tests.helpers.clock import FakeClock
from tests.helpers.stores import an_identity_number
from tests.sync.server.conftest import TOWNSHIP, People, other_village
from tests.sync.server.laptops import (
    FakeLaptop,
    ballot,
    case_file,
    electorate_entry,
    household,
    motion,
    motion_event,
    resident,
)
from tests.sync.server.test_conflicts import settle, state_of

NUMBER = an_identity_number(date(1976, 5, 4))


def with_number(home: str, **other: Any) -> dict[str, Any]:
    return resident(
        home,
        identity_kind="resident_identity_number",
        identity_number=NUMBER,
        missing_identity=None,
        birth_date="1976-05-04",
        sex="1",
        **other,
    )


@pytest.fixture
def two(people: People, county: County) -> Iterator[tuple[FakeLaptop, FakeLaptop]]:
    """Two laptops of one village, which hold in the end what the county says."""
    laptops = people.laptop(), people.laptop()
    yield laptops
    for laptop in laptops:
        laptop.sync_all()
        laptop.assert_equal()
    assert county.check() == []


@pytest.fixture
def doubled(
    two: tuple[FakeLaptop, FakeLaptop], clock: FakeClock
) -> tuple[FakeLaptop, FakeLaptop, str, str, str]:
    """Both laptops made household 7, one person of it is the same; and the conflict of it."""
    first, second = two
    old = first.put("household", household(number="7"))["record_id"]
    first.put("resident", with_number(old, name="石某某"))
    first.sync()
    clock.advance(timedelta(hours=2))
    new = second.put("household", household(number="007", address="寨头"))["record_id"]
    second.put("resident", with_number(new, name="石某某", phone="13800000001"))
    second.sync()
    first.sync()
    (conflict,) = first.ids("conflict")
    return first, second, old, new, conflict


def merge(
    laptop: FakeLaptop, conflict: str, *, old: str, new: str, old_version: int = 1
) -> dict[str, Any]:
    """Settlement, alias, delete, as the program writes them."""
    settled = settle(laptop, conflict, "merge_households", value=json.dumps(new))
    txn = settled["op_no"]
    _alias(laptop, "household", old, new, old_version, txn)
    for (entity, record_id), body in list(laptop.rows.items()):
        if entity == "resident" and body["household_id"] == old:
            laptop.put(
                "resident",
                {"household_id": new, "position": 9},
                record_id=record_id,
                base={"household_id": 1, "position": 1},
                txn=txn,
            )
    laptop.delete("household", old, version=old_version, txn=txn)
    return settled


def _alias(
    laptop: FakeLaptop, entity: str, old: str, new: str, old_version: int, txn: int
) -> dict[str, Any]:
    body = {
        "subject_entity": entity,
        "old_id": old,
        "new_id": new,
        "old_version": old_version,
        "by_account_id": laptop.account_id,
        "happened_at": "2026-11-23T10:00:00.000Z",
    }
    return laptop.put("record_alias", body, txn=txn)


def verdicts_of(answer: dict[str, Any]) -> set[str]:
    return {row["verdict"] for row in answer["verdicts"].values()}


def test_two_laptops_create_the_same_household_and_a_person_is_asked(
    doubled: tuple[FakeLaptop, FakeLaptop, str, str, str],
) -> None:
    first, second, old, new, conflict = doubled
    body = first.rows["conflict", conflict]
    assert second.rows["conflict", conflict] == body
    assert (body["kind"], body["other_id"], body["subject_id"]) == ("household_double", old, new)
    reasons = json.loads(body["detail"])["reasons"]
    assert reasons == ["same_number", "same_head_identity"]
    assert (body["other_by"], body["current_by"]) == (first.account_id, second.account_id)
    assert first.ids("household") == {old, new}, "nothing is refused and nothing is merged yet"


def test_a_neighbour_with_the_same_number_elsewhere_is_no_double(
    people: People, two: tuple[FakeLaptop, FakeLaptop]
) -> None:
    first, second = two
    neighbours = people.laptop(other_village(people.county))
    for laptop, number in ((first, "7"), (second, "8"), (neighbours, "7")):
        laptop.put("household", household(number=number))
        laptop.sync()
    for laptop in (first, second, neighbours):
        laptop.sync()
        assert laptop.ids("conflict") == set()


def test_a_person_who_is_in_two_households_by_now_is_found(
    two: tuple[FakeLaptop, FakeLaptop],
) -> None:
    first, second = two
    one = first.put("household", household(number="1"))["record_id"]
    first.put("resident", with_number(one))
    first.sync()
    other = second.put("household", household(number="2", head_name="杨某"))["record_id"]
    person = second.put("resident", resident(other))["record_id"]
    second.sync()
    assert second.ids("conflict") == set()
    second.put(
        "resident",
        {"identity_kind": "resident_identity_number", "identity_number": NUMBER},
        record_id=person,
        base={"identity_kind": 1, "identity_number": 1},
    )
    second.sync()
    (conflict,) = second.ids("conflict")
    reasons = json.loads(second.rows["conflict", conflict]["detail"])["reasons"]
    assert reasons == ["same_member_identity"]


def test_not_the_same_is_settled_and_does_not_come_again(
    doubled: tuple[FakeLaptop, FakeLaptop, str, str, str], sql: Connection[Any]
) -> None:
    first, second, _old, new, conflict = doubled
    assert first.verdict_of(settle(first, conflict, "not_the_same"))["verdict"] == "applied"
    second.edit("household", new, number="7")
    second.sync()
    assert second.ids("conflict") == {conflict}
    assert state_of(sql, conflict) == "settled"


def test_merging_leads_people_over_and_removes_the_other(
    doubled: tuple[FakeLaptop, FakeLaptop, str, str, str], people: People, sql: Connection[Any]
) -> None:
    first, second, old, new, conflict = doubled
    late = second.put("resident", resident(old, name="杨某"))["record_id"]
    second.sync()
    merge(first, conflict, old=old, new=new)
    assert verdicts_of(first.sync()) == {"applied"}
    second.sync()
    assert first.rows == second.rows
    assert first.ids("household") == {new}
    assert {first.rows["resident", one]["household_id"] for one in first.ids("resident")} == {new}
    assert late in first.ids("resident"), "somebody added meanwhile comes along"
    assert state_of(sql, conflict) == "settled"
    township = people.laptop(TOWNSHIP)
    township.sync_all()
    assert township.ids("household") == {new}


def test_whatever_names_somebody_who_was_merged_names_who_is_there(
    doubled: tuple[FakeLaptop, FakeLaptop, str, str, str], people: People
) -> None:
    """A mediator's kin are found by it; also what the township wrote of the village's people."""
    first, second, old, new, conflict = doubled
    home_of = {one: second.rows["resident", one]["household_id"] for one in second.ids("resident")}
    gone, stays = sorted(home_of, key=lambda one: home_of[one] != old)
    term = {"name": "石某某", "post": "mediator", "starts_on": "2026-01-01", "resident_id": gone}
    member = second.put("team_member", term)["record_id"]
    second.sync()
    township = people.laptop(TOWNSHIP, Role.TOWNSHIP_CENTRE)
    case = township.put("case_file", case_file(township.account_id))["record_id"]
    side = {"case_id": case, "side": "a", "source": "roster", "name": "石某", "resident_id": gone}
    party = township.put("case_party", side)["record_id"]
    signed = {"by_account_id": township.account_id, "recorded_at": "2026-11-23T08:30:00.000Z"}
    usual = {"title": "用水", "held_on": "2026-11-20", "place": "下寨", "members": "吴某", **signed}
    went = township.put("outreach_round", usual)["record_id"]
    told = {"round_id": went, "text": "水渠", "end": "open", "household_id": old, **signed}
    finding = township.put("outreach_finding", told)["record_id"]
    answer = township.sync()
    assert verdicts_of(answer) == {"applied"}, answer["verdicts"]
    first.sync()
    settled = merge(first, conflict, old=old, new=new)
    _alias(first, "resident", gone, stays, 1, settled["op_no"])
    assert verdicts_of(first.sync()) == {"applied"}
    for laptop in (second, township):
        laptop.sync_all()
    assert second.rows["team_member", member]["resident_id"] == stays
    assert township.rows["case_party", party]["resident_id"] == stays
    assert township.rows["outreach_finding", finding]["household_id"] == new


def test_every_field_that_names_a_person_or_a_home_follows_a_merge() -> None:
    """But what a vote keeps: the households as they stood when it was opened."""
    named = {
        (table, field, "resident" if "resident" in field else "household")
        for table, model in ENTITIES.items()
        for field in model.model_fields
        if field.endswith(("resident_id", "household_id"))
    }
    as_it_stood = {("electorate_entry", "household_id"), ("ballot", "household_id")}
    wanted = {one for one in named if one[:2] not in as_it_stood}
    parts = {(one, f"{of}_id", of) for of in ALIASED for one in CHILDREN.get(of, ())}
    also = {(one, *field) for one, fields in _ALSO_NAMED.items() for field in fields}
    assert wanted <= parts | also
    here = {(*place, of) for of, places in _LEANING.items() for place in places}
    assert wanted == here


def test_an_edit_from_a_laptop_offline_for_weeks_lands_on_the_merged_household(
    doubled: tuple[FakeLaptop, FakeLaptop, str, str, str],
    people: People,
    clock: FakeClock,
    sql: Connection[Any],
) -> None:
    """The alias is for ever: record id and reference fields are both led over."""
    first, second, old, new, conflict = doubled
    away = people.laptop()
    away.sync_all()
    merge(first, conflict, old=old, new=new)
    first.sync()
    clock.advance(timedelta(days=400))
    note = away.edit("household", old, phone="13900000009")
    child = away.put("resident", resident(old, name="杨某某"))
    away.account_id = people.account(away.unit_id, Role.GRID_WORKER)
    verdicts = away.sync()["verdicts"]
    assert {row["verdict"] for row in verdicts.values()} <= {"applied", "merged"}, verdicts
    assert note["op_no"] in verdicts
    assert away.rows["household", new]["phone"] == "13900000009"
    assert away.rows["resident", child["record_id"]]["household_id"] == new
    assert away.ids("household") == {new}
    for laptop in (first, second):
        laptop.sync()
        assert laptop.rows == away.rows
    assert sql.execute("SELECT count(*) FROM household").fetchone() == (1,)


def test_a_field_both_have_is_put_before_a_person_after_a_merge(
    doubled: tuple[FakeLaptop, FakeLaptop, str, str, str], people: People
) -> None:
    first, _second, old, new, conflict = doubled
    away = people.laptop()
    away.sync_all()
    merge(first, conflict, old=old, new=new)
    first.sync()
    edit = away.edit("household", old, address="寨尾")
    assert away.verdict_of(edit)["verdict"] == "conflict"
    found = [
        body
        for (entity, _), body in away.rows.items()
        if entity == "conflict" and body["kind"] == "field"
    ]
    assert [(one["subject_id"], one["current_value"], one["other_value"]) for one in found] == [
        (new, '"寨尾"', '"寨头"')
    ]


def test_what_was_written_into_the_old_record_unseen_is_not_lost_in_a_merge(
    doubled: tuple[FakeLaptop, FakeLaptop, str, str, str],
) -> None:
    first, second, old, new, conflict = doubled
    second.sync()
    second.edit("household", old, phone="13800000007", address="寨尾")
    second.sync()
    merge(first, conflict, old=old, new=new)  # as it was when first last looked
    first.sync()
    assert first.rows["household", new]["phone"] == "13800000007", "taken over: there was none"
    found = [
        (body["field_name"], json.loads(body["other_value"]))
        for (entity, _), body in first.rows.items()
        if entity == "conflict" and body["kind"] == "field"
    ]
    assert found == [("address", "寨尾")]


def test_a_late_delete_or_return_of_the_old_name_harms_nobody(
    doubled: tuple[FakeLaptop, FakeLaptop, str, str, str], people: People
) -> None:
    first, _second, old, new, conflict = doubled
    away = people.laptop()
    away.sync_all()
    merge(first, conflict, old=old, new=new)
    first.sync()
    gone = away.delete("household", old, version=1)
    assert away.verdict_of(gone)["verdict"] == "applied"
    whole = {"unit_id": away.unit_id, **household(number="7", note="又添了一句")}
    back = away.put("household", whole, record_id=old)
    assert away.verdict_of(back)["verdict"] in ("applied", "merged")
    assert away.ids("household") == {new}
    assert away.rows["household", new]["note"] == "又添了一句"


def test_a_merge_of_merged_ones_is_followed_to_the_end(
    doubled: tuple[FakeLaptop, FakeLaptop, str, str, str], people: People
) -> None:
    first, second, old, new, conflict = doubled
    away = people.laptop()
    away.sync_all()
    merge(first, conflict, old=old, new=new)
    first.sync()
    third = second.put("household", household(number="70"))["record_id"]
    second.sync()
    alias = _alias(second, "household", new, third, 1, 90)
    assert second.verdict_of(alias)["verdict"] == "applied"
    away.edit("household", old, note="几周前写的")
    away.sync()
    assert away.ids("household") == {third}
    assert away.rows["household", third]["note"] == "几周前写的"


def test_nobody_merges_what_is_not_theirs(
    doubled: tuple[FakeLaptop, FakeLaptop, str, str, str], people: People
) -> None:
    first, _second, old, new, _conflict = doubled
    neighbours = people.laptop(other_village(people.county))
    home = neighbours.put("household", household(number="1"))["record_id"]
    theirs = _alias(neighbours, "household", old, home, 1, 90)
    assert neighbours.verdict_of(theirs)["verdict"] == "refused"
    first.account_id = people.account(first.unit_id, Role.MEDIATOR)
    assert first.verdict_of(_alias(first, "household", old, new, 1, 90))["verdict"] == "refused"
    first.sync()
    assert first.ids("household") == {old, new}


def test_two_who_merge_the_same_pair_the_other_way_round_end_with_one(
    doubled: tuple[FakeLaptop, FakeLaptop, str, str, str],
) -> None:
    first, second, old, new, conflict = doubled
    second.sync()
    merge(first, conflict, old=old, new=new)
    merge(second, conflict, old=new, new=old)
    first.sync()
    assert verdicts_of(second.sync()) == {"not_applied"}
    first.sync()
    assert first.rows == second.rows
    assert first.ids("household") == {new}


def test_one_of_the_two_that_goes_by_itself_leaves_nothing_to_decide(
    doubled: tuple[FakeLaptop, FakeLaptop, str, str, str], sql: Connection[Any]
) -> None:
    first, _second, old, _new, conflict = doubled
    people_of = [one for one in first.ids("resident")]
    own = [one for one in people_of if first.rows["resident", one]["household_id"] == old]
    gone = first.delete("household", old, version=1)
    for one in own:
        first.delete("resident", one, version=1, txn=gone["op_no"])
    first.sync()
    assert state_of(sql, conflict) == "settled"
    (settled,) = first.ids("conflict_settlement")
    assert first.rows["conflict_settlement", settled]["choice"] == "gone"


def test_a_mistake_in_looking_for_doubles_costs_no_work(
    two: tuple[FakeLaptop, FakeLaptop], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _second = two

    def broken(*_arguments: object) -> None:
        raise ValueError("ours")

    monkeypatch.setattr(doubles, "_note_households", broken)
    home = first.put("household", household())
    assert first.verdict_of(home)["verdict"] == "applied"
    assert first.ids("household") == {home["record_id"]}


# --- ballots -------------------------------------------------------------------------------------


@pytest.fixture
def voted(
    two: tuple[FakeLaptop, FakeLaptop], people: People, clock: FakeClock
) -> tuple[FakeLaptop, FakeLaptop, str, str, str]:
    """Both laptops brought in a ballot of one household."""
    first, second = two
    for one in two:
        one.account_id = people.account(one.unit_id, Role.VILLAGE_SECRETARY)
    home = first.put("household", household())["record_id"]
    rule = next(body_id for entity, body_id in _synced(first) if entity == "rule_set")
    vote = first.put("motion", motion(first.account_id, rule))["record_id"]
    first.sync()
    entry = first.put("electorate_entry", electorate_entry(vote, home))
    first.put("motion_event", motion_event(vote, "opened", first.account_id), txn=entry["op_no"])
    first.sync()
    second.sync()
    one = first.put("ballot", ballot(vote, home, first.account_id))["record_id"]
    other = second.put(
        "ballot", ballot(vote, home, second.account_id, choice="oppose", method="show_of_hands")
    )["record_id"]
    first.sync()
    clock.advance(timedelta(minutes=1))
    second.sync()
    first.sync()
    return first, second, vote, one, other


def _synced(laptop: FakeLaptop) -> list[tuple[str, str]]:
    laptop.sync_all()
    return list(laptop.rows)


def withdrawal(laptop: FakeLaptop, vote: str, ballot_id: str, txn: int | None = None) -> Any:
    body = {
        "motion_id": vote,
        "ballot_id": ballot_id,
        "reason": "一户两票",
        "by_account_id": laptop.account_id,
        "withdrawn_at": "2026-11-23T10:00:00.000Z",
    }
    return laptop.put("ballot_withdrawal", body, txn=txn)


def test_doubled_ballots_are_put_before_a_person(
    voted: tuple[FakeLaptop, FakeLaptop, str, str, str],
) -> None:
    first, second, vote, one, other = voted
    (conflict,) = first.ids("conflict")
    assert second.ids("conflict") == {conflict}
    body = first.rows["conflict", conflict]
    assert (body["kind"], body["other_id"], body["subject_id"]) == ("ballot_double", one, other)
    assert json.loads(body["detail"])["motion_id"] == vote


def test_a_third_ballot_of_a_household_is_put_before_a_person_too(
    voted: tuple[FakeLaptop, FakeLaptop, str, str, str], people: People, clock: FakeClock
) -> None:
    first, _second, vote, one, _other = voted
    third = people.laptop()
    third.sync_all()
    home = first.rows["ballot", one]["household_id"]
    clock.advance(timedelta(minutes=1))
    third.put("ballot", ballot(vote, home, third.account_id, choice="abstain"))
    third.sync()
    details = {third.rows["conflict", each]["detail"] for each in third.ids("conflict")}
    assert (len(third.ids("conflict")), len(details)) == (2, 1), "one line on the page"


def test_two_people_who_keep_another_ballot_each_do_not_lose_both(
    voted: tuple[FakeLaptop, FakeLaptop, str, str, str], sql: Connection[Any]
) -> None:
    first, second, vote, one, other = voted
    (conflict,) = first.ids("conflict")
    for laptop, kept, gone in ((first, one, other), (second, other, one)):
        settled = settle(laptop, conflict, "keep_ballot", value=json.dumps(kept))
        withdrawal(laptop, vote, gone, settled["op_no"])
    assert verdicts_of(first.sync()) == {"applied"}
    assert verdicts_of(second.sync()) == {"not_applied"}
    first.sync()
    assert first.rows == second.rows
    withdrawn = sql.execute("SELECT ballot_id FROM ballot_withdrawal").fetchall()
    assert withdrawn == [(other,)]


def test_a_ballot_that_is_withdrawn_elsewhere_leaves_nothing_to_decide(
    voted: tuple[FakeLaptop, FakeLaptop, str, str, str], sql: Connection[Any]
) -> None:
    first, _second, vote, one, _other = voted
    (conflict,) = first.ids("conflict")
    withdrawal(first, vote, one)
    first.sync()
    assert state_of(sql, conflict) == "settled"
