"""Duty and rounds at the county: the same rules the laptop asked, whatever a laptop sends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.accounts.rules import may
from app.accounts.vocabulary import Permission, Role
from tests.sync.server.conftest import VILLAGE, People
from tests.sync.server.laptops import FakeLaptop, without_number

PROTOCOL = 2
SHIFT: dict[str, Any] = {
    "unit_id": VILLAGE,
    "on_date": "2026-11-23",
    "starts_at": "20:00",
    "ends_at": "06:00",
    "account_id": None,
    "name": "杨某",
    "phone": None,
    "note": None,
}


def a_round(laptop: FakeLaptop, **other: Any) -> dict[str, Any]:
    return {
        "unit_id": VILLAGE,
        "on_date": "2026-11-23",
        "starts_at": "20:00",
        "ends_at": None,
        "route": "鼓楼到寨脚",
        "members": "杨某",
        "found": None,
        "by_account_id": laptop.account_id,
        "recorded_at": "2026-11-23T08:30:00.000Z",
    } | other


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"starts_at": "8:00"}, {"starts_at": "time_malformed"}),
        ({"ends_at": "24:00"}, {"ends_at": "time_malformed"}),
        ({"ends_at": "晚上"}, {"ends_at": "time_malformed"}),
        ({"on_date": "2036-11-23"}, {"on_date": "date_out_of_range"}),
        ({"on_date": "1970-01-01"}, {"on_date": "date_out_of_range"}),
        ({"name": " "}, {"name": "name_missing"}),
        ({"note": "长" * 501}, {"note": "string_too_long"}),
    ],
)
def test_a_shift_that_cannot_be(
    laptop: FakeLaptop, change: dict[str, Any], fields: dict[str, str]
) -> None:
    verdict = laptop.verdict_of(laptop.put("duty_shift", SHIFT | change))
    assert (verdict["verdict"], verdict["reason"]) == ("refused", "bad_value")
    assert without_number(verdict)["detail"] == {"fields": fields}


def test_a_sound_shift_and_an_edit_that_is_not(laptop: FakeLaptop) -> None:
    made = laptop.put("duty_shift", SHIFT)
    assert laptop.verdict_of(made)["verdict"] == "applied"
    assert (
        laptop.verdict_of(laptop.edit("duty_shift", made["record_id"], ends_at="7"))["reason"]
        == "bad_value"
    )
    assert (
        laptop.verdict_of(laptop.edit("duty_shift", made["record_id"], ends_at="07:00"))["verdict"]
        == "applied"
    )


@pytest.mark.parametrize(
    ("days", "change", "verdict"),
    [
        (0, {}, "applied"),
        (1, {}, "applied"),  # a clock that is a little ahead of the county's
        (2, {}, "refused"),
        (0, {"ends_at": "21:30"}, "applied"),
        (0, {"ends_at": "21.30"}, "refused"),
        (0, {"route": ""}, "refused"),
        (0, {"members": " "}, "refused"),
    ],
)
def test_a_round(laptop: FakeLaptop, days: int, change: dict[str, Any], verdict: str) -> None:
    day = (laptop.clock.now() + timedelta(days=days)).date().isoformat()
    made = laptop.put("patrol", a_round(laptop, on_date=day, **change))
    assert laptop.verdict_of(made)["verdict"] == verdict


@pytest.mark.parametrize("role", list(Role))
def test_only_who_records_the_grids_work_is_listened_to(people: People, role: Role) -> None:
    laptop = people.laptop(role=role)
    expected = "applied" if may(role, Permission.RECORD_GRID_WORK) else "refused"
    made = [laptop.put("duty_shift", SHIFT), laptop.put("patrol", a_round(laptop))]
    verdicts = laptop.sync()["verdicts"]
    assert {verdicts[one["op_no"]]["verdict"] for one in made} == {expected}
