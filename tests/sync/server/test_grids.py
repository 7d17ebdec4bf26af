"""Hand-overs of micro-grids and terms of the 1+X team as the county judges them."""

from __future__ import annotations

from typing import Any

from app.accounts.rules import may
from app.accounts.vocabulary import Permission, Role
from app.grid_work.vocabulary import TeamPost
from tests.sync.server.conftest import VILLAGE, People, other_village
from tests.sync.server.laptops import FakeLaptop, made_up_id

VILLAGE_ROLES = (
    *(Role.GRID_WORKER, Role.AUXILIARY_POLICE, Role.MEDIATOR, Role.VILLAGE_SECRETARY),
    *(Role.LEGAL_AID_LAWYER, Role.SPONSOR_LEADER, Role.ADMINISTRATOR),
)


def a_grid(laptop: FakeLaptop) -> str:
    made = laptop.put("micro_grid", {"number": 1, "name": "第1微网格"})
    laptop.sync()
    return str(made["record_id"])


def hand_over(laptop: FakeLaptop, grid: str, to: str | None) -> dict[str, Any]:
    return laptop.put(
        "grid_assignment",
        {
            "micro_grid_id": grid,
            "account_id": to,
            "starts_on": "2026-11-23",
            "by_account_id": laptop.account_id,
            "recorded_at": "2026-11-23T08:30:00.000Z",
        },
    )


def a_term(laptop: FakeLaptop, **other: Any) -> dict[str, Any]:
    given = {"name": "李某某", "post": TeamPost.AUXILIARY_POLICE, "starts_on": "2026-01-01"}
    return laptop.put("team_member", {**given, **other})


def test_a_micro_grid_goes_to_somebody_of_its_village_or_to_nobody(laptop: FakeLaptop) -> None:
    grid = a_grid(laptop)
    for to in (laptop.account_id, None):
        assert laptop.verdict_of(hand_over(laptop, grid, to))["verdict"] == "applied"


def test_a_micro_grid_goes_to_nobody_of_another_village(people: People) -> None:
    laptop = people.laptop()
    grid = a_grid(laptop)
    elsewhere = people.account(other_village(people.county), Role.GRID_WORKER)
    assert laptop.verdict_of(hand_over(laptop, grid, elsewhere)) == {
        "verdict": "refused",
        "reason": "bad_value",
        "detail": {"fields": {"unit_id": "not_the_parents"}},
    }
    unheard = laptop.verdict_of(hand_over(laptop, grid, made_up_id()))
    assert unheard["reason"] == "parent_missing"
    assert laptop.ids("grid_assignment") == set()


def test_who_may_hand_over_and_who_may_name_the_team(people: People) -> None:
    grid = a_grid(people.laptop())
    for role in VILLAGE_ROLES:
        laptop = people.laptop(VILLAGE, role)
        written = {
            Permission.REDRAW_GRIDS: hand_over(laptop, grid, laptop.account_id),
            Permission.MANAGE_TEAM: a_term(laptop),
        }
        verdicts = laptop.sync()["verdicts"]
        for permission, operation in written.items():
            found = verdicts[operation["op_no"]]
            wanted = None if may(role, permission) else "not_permitted"
            assert found.get("reason") == wanted, (role, permission)


def test_no_term_ends_before_it_begins(laptop: FakeLaptop) -> None:
    backwards = {"fields": {"ends_on": "before_starts_on"}}
    assert laptop.verdict_of(a_term(laptop, ends_on="2025-12-31"))["detail"] == backwards
    term = a_term(laptop, ends_on="2026-01-01")
    assert laptop.verdict_of(term)["verdict"] == "applied"
    later = laptop.put(
        "team_member", {"starts_on": "2026-02-01"}, record_id=term["record_id"], base={"*": 1}
    )
    assert laptop.verdict_of(later)["detail"] == backwards


def test_a_term_that_was_wrong_before_may_still_be_corrected_elsewhere(laptop: FakeLaptop) -> None:
    """Only the days that are written are judged."""
    term = a_term(laptop)
    laptop.sync()
    named = laptop.put(
        "team_member", {"name": "李某"}, record_id=term["record_id"], base={"name": 1}
    )
    assert laptop.verdict_of(named)["verdict"] == "applied"
