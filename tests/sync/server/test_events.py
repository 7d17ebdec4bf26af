"""Cases and votes: the county orders events, keeps what no longer fits, counts a ballot once."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg import Connection

from app.accounts.vocabulary import Role
from app.village_rules.vocabulary import RuleSetKey, shipped_rule_sets
from tests.helpers.clock import FakeClock
from tests.sync.server.conftest import People
from tests.sync.server.laptops import (
    FakeLaptop,
    ballot,
    case_event,
    case_file,
    electorate_entry,
    household,
    motion,
    motion_event,
    without_number,
)

PROTOCOL = 2

NOT_NOW = {"verdict": "not_applied", "reason": "event_not_allowed_now", "version": 1}


def a_case(laptop: FakeLaptop) -> str:
    """A recorded dispute, at the county already."""
    case = laptop.put("case_file", case_file(laptop.account_id))
    recorded = case_event(case["record_id"], "recorded", laptop.account_id)
    laptop.put("case_event", recorded, txn=case["op_no"])
    laptop.sync()
    return str(case["record_id"])


def state_of(sql: Connection[Any], entity: str, record_id: str) -> str:
    row = sql.execute(f"SELECT state FROM {entity} WHERE id = %s", (record_id,)).fetchone()
    return str(row[0])


# --- cases ---------------------------------------------------------------------------------------


def test_events_fold_into_a_state(laptop: FakeLaptop, sql: Connection[Any]) -> None:
    case_id = a_case(laptop)
    assert state_of(sql, "case_file", case_id) == "recorded"
    for kind in ("mediation_held", "settled", "closed"):
        laptop.put("case_event", case_event(case_id, kind, laptop.account_id))
    answer = laptop.sync()
    assert {row["verdict"] for row in answer["verdicts"].values()} == {"applied"}
    assert state_of(sql, "case_file", case_id) == "closed"
    # The state is folded on the laptop too: the case itself does not travel again.
    assert {change[0] for change in answer["changes"]} == {"case_event"}


def test_the_later_of_two_outcomes_is_kept_and_not_applied(
    people: People, sql: Connection[Any]
) -> None:
    first = people.laptop()
    case_id = a_case(first)
    second = people.laptop(role=Role.MEDIATOR)
    second.sync()
    first.put("case_event", case_event(case_id, "settled", first.account_id))
    first.sync()
    late = second.put("case_event", case_event(case_id, "not_settled", second.account_id))
    assert second.verdict_of(late) == NOT_NOW
    assert state_of(sql, "case_file", case_id) == "settled"
    rows = sql.execute(
        "SELECT e.kind, e.not_applied_reason FROM case_event e "
        "JOIN feed f ON f.record_id = e.id ORDER BY f.seq"
    ).fetchall()
    assert rows == [
        ("recorded", None),
        ("settled", None),
        ("not_settled", "event_not_allowed_now"),
    ]
    first.sync()
    assert late["record_id"] in first.ids("case_event"), "everybody can read it"


def test_events_travel_in_the_order_they_count(laptop: FakeLaptop) -> None:
    """Whatever else is in the request: laptops fold by the feed's numbers."""
    case_id = a_case(laptop)
    kinds = ["mediation_held", "note_added", "settled", "closed", "reopened", "settled"]
    made = []
    for kind in kinds:
        made.append(laptop.put("case_event", case_event(case_id, kind, laptop.account_id)))
        laptop.put("household", household())
    answer = laptop.sync()
    events = [change for change in answer["changes"] if change[0] == "case_event"]
    assert [change[1] for change in events] == [operation["record_id"] for operation in made]
    assert [change[6] for change in events] == sorted(change[6] for change in events)


def test_a_refused_group_does_not_move_the_case(laptop: FakeLaptop, sql: Connection[Any]) -> None:
    case_id = a_case(laptop)
    settled = laptop.put("case_event", case_event(case_id, "settled", laptop.account_id))
    laptop.put("household", {"number": "1"}, txn=settled["op_no"])
    assert laptop.verdict_of(settled)["reason"] == "group_refused"
    assert state_of(sql, "case_file", case_id) == "recorded"


def test_an_event_is_never_changed(laptop: FakeLaptop) -> None:
    case_id = a_case(laptop)
    note = laptop.put("case_event", case_event(case_id, "note_added", laptop.account_id))
    laptop.sync()
    changed = laptop.edit("case_event", note["record_id"], note="后来改的")
    gone = laptop.delete("case_event", note["record_id"], version=1)
    same = laptop.put("case_event", note["patch"], record_id=note["record_id"])
    verdicts = laptop.sync()["verdicts"]
    for operation in (changed, gone):
        assert without_number(verdicts[operation["op_no"]]) == {
            "verdict": "refused",
            "reason": "cannot_change_event",
        }
    assert verdicts[same["op_no"]]["verdict"] == "applied"
    assert laptop.rows["case_event", note["record_id"]]["note"] is None


def test_a_case_with_a_history_is_not_deleted(laptop: FakeLaptop, sql: Connection[Any]) -> None:
    case_id = a_case(laptop)
    gone = laptop.delete("case_file", case_id, version=1)
    assert laptop.verdict_of(gone)["verdict"] == "conflict"
    assert state_of(sql, "case_file", case_id) == "recorded"


# --- votes ---------------------------------------------------------------------------------------


def rule_set_id(key: RuleSetKey = RuleSetKey.ASSEMBLY_DECISION) -> str:
    return next(rule.id for rule in shipped_rule_sets() if rule.key is key)


def homes_of(laptop: FakeLaptop, count: int) -> list[str]:
    return [laptop.put("household", household(number=str(n)))["record_id"] for n in range(count)]


def an_open_motion(laptop: FakeLaptop, homes: list[str]) -> str:
    """Open at the county, with these households on the frozen list."""
    made = laptop.put("motion", motion(laptop.account_id, rule_set_id()))
    opened = laptop.put(
        "motion_event", motion_event(made["record_id"], "opened", laptop.account_id)
    )
    for home in homes:
        entry = electorate_entry(made["record_id"], home)
        laptop.put("electorate_entry", entry, txn=opened["op_no"])
    answer = laptop.sync()
    assert {row["verdict"] for row in answer["verdicts"].values()} == {"applied"}
    return str(made["record_id"])


@pytest.fixture
def homes(laptop: FakeLaptop) -> list[str]:
    return homes_of(laptop, 3)


@pytest.fixture
def motion_id(laptop: FakeLaptop, homes: list[str]) -> str:
    return an_open_motion(laptop, homes[:2])


def test_a_ballot_is_counted(
    laptop: FakeLaptop, homes: list[str], motion_id: str, sql: Connection[Any]
) -> None:
    given = laptop.put("ballot", ballot(motion_id, homes[0], laptop.account_id))
    assert laptop.verdict_of(given) == {"verdict": "applied", "version": 1}
    assert state_of(sql, "motion", motion_id) == "open"


def test_a_household_outside_the_electorate(
    laptop: FakeLaptop, homes: list[str], motion_id: str
) -> None:
    given = laptop.put("ballot", ballot(motion_id, homes[2], laptop.account_id))
    assert laptop.verdict_of(given) == {"verdict": "refused", "reason": "not_in_electorate"}


def test_two_ballots_of_one_household_are_both_kept(
    people: People, laptop: FakeLaptop, homes: list[str], motion_id: str, sql: Connection[Any]
) -> None:
    """Which one counts is for a person to judge."""
    second = people.laptop(role=Role.AUXILIARY_POLICE)
    second.sync()
    one = laptop.put("ballot", ballot(motion_id, homes[0], laptop.account_id))
    two = second.put("ballot", ballot(motion_id, homes[0], second.account_id, choice="oppose"))
    assert laptop.verdict_of(one)["verdict"] == "applied"
    assert second.verdict_of(two)["verdict"] == "applied"
    assert sql.execute("SELECT count(*) FROM ballot").fetchone() == (2,)
    laptop.sync()
    assert laptop.ids("ballot") == {one["record_id"], two["record_id"]}


def test_a_ballot_after_the_tally_is_visible_and_not_counted(
    people: People, laptop: FakeLaptop, homes: list[str], motion_id: str
) -> None:
    offline = people.laptop()
    offline.sync()
    taken = laptop.put("ballot", ballot(motion_id, homes[0], laptop.account_id))
    laptop.put("motion_event", motion_event(motion_id, "tallied", laptop.account_id))
    laptop.sync()
    late = offline.put("ballot", ballot(motion_id, homes[1], offline.account_id))
    assert offline.verdict_of(late) == {
        "verdict": "not_applied",
        "reason": "ballot_late",
        "version": 1,
    }
    back = offline.put(
        "ballot_withdrawal",
        {
            "motion_id": motion_id,
            "ballot_id": taken["record_id"],
            "reason": "按错了",
            "by_account_id": offline.account_id,
            "withdrawn_at": "2026-11-23T08:30:00.000Z",
        },
    )
    assert offline.verdict_of(back)["reason"] == "ballot_late"
    laptop.sync()
    assert late["record_id"] in laptop.ids("ballot")


def test_a_ballot_is_never_overwritten(
    laptop: FakeLaptop, homes: list[str], motion_id: str, sql: Connection[Any]
) -> None:
    given = laptop.put("ballot", ballot(motion_id, homes[0], laptop.account_id))
    laptop.sync()
    changed = laptop.edit("ballot", given["record_id"], choice="oppose")
    assert laptop.verdict_of(changed)["reason"] == "cannot_change_event"
    assert sql.execute("SELECT choice FROM ballot").fetchall() == [("agree",)]


def test_a_ballot_before_the_opening(laptop: FakeLaptop, homes: list[str]) -> None:
    made = laptop.put("motion", motion(laptop.account_id, rule_set_id()))["record_id"]
    laptop.put("electorate_entry", electorate_entry(made, homes[0]))
    early = laptop.put("ballot", ballot(made, homes[0], laptop.account_id))
    assert laptop.verdict_of(early) == NOT_NOW


def test_nobody_joins_the_electorate_of_an_open_vote(
    laptop: FakeLaptop, homes: list[str], motion_id: str
) -> None:
    entry = laptop.put("electorate_entry", electorate_entry(motion_id, homes[2]))
    assert laptop.verdict_of(entry)["reason"] == "event_not_allowed_now"


def test_an_open_motion_is_not_reworded(laptop: FakeLaptop, motion_id: str) -> None:
    edit = laptop.edit("motion", motion_id, text="另一个意思")
    assert laptop.verdict_of(edit) == {
        "verdict": "refused",
        "reason": "event_not_allowed_now",
        "detail": {"state": "open"},
    }


def test_a_second_tally_is_not_applied(laptop: FakeLaptop, motion_id: str) -> None:
    laptop.put("motion_event", motion_event(motion_id, "tallied", laptop.account_id))
    second = laptop.put("motion_event", motion_event(motion_id, "tallied", laptop.account_id))
    assert laptop.verdict_of(second) == NOT_NOW


def test_village_rules_are_made_by_the_villagers_assembly_alone(
    laptop: FakeLaptop, homes: list[str], sql: Connection[Any], clock: FakeClock
) -> None:
    """Organic Law of Villagers' Committees, Art. 27: representatives may not."""
    body = {"body": "representatives_assembly"}
    made = laptop.put("motion", motion(laptop.account_id, rule_set_id(), **body))["record_id"]
    opened = laptop.put("motion_event", motion_event(made, "opened", laptop.account_id))
    laptop.put("electorate_entry", electorate_entry(made, homes[0]), txn=opened["op_no"])
    given = laptop.put("ballot", ballot(made, homes[0], laptop.account_id))
    verdicts = laptop.sync()["verdicts"]
    assert without_number(verdicts[opened["op_no"]]) == {
        "verdict": "refused",
        "reason": "not_permitted",
        "detail": {"why": "body_may_not_decide"},
    }
    assert verdicts[given["op_no"]]["reason"] == "not_in_electorate"
    assert state_of(sql, "motion", made) == "draft"


def test_the_township_does_not_touch_a_village_vote(
    people: People, laptop: FakeLaptop, homes: list[str], motion_id: str
) -> None:
    from tests.sync.server.conftest import TOWNSHIP, VILLAGE

    township = people.laptop(TOWNSHIP, Role.TOWNSHIP_CENTRE)
    township.sync()
    given = ballot(motion_id, homes[0], township.account_id, unit_id=VILLAGE)
    assert township.verdict_of(township.put("ballot", given))["reason"] == "not_permitted"
