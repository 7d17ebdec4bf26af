"""Times as they are typed, nights, gaps and overlaps."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from app.duty.rules import (
    DailyGap,
    DutyFinding,
    DutyProblem,
    Gap,
    Turn,
    by_hours,
    gaps,
    is_time,
    monday_of,
    overlaps,
    patrol_problem,
    read_time,
    shift_problem,
    span_of,
)

MONDAY = date(2026, 11, 23)
TODAY = date(2026, 11, 25)
SHIFT = {"on_date": MONDAY, "starts_at": "20:00", "ends_at": "06:00", "name": "杨某"}
ROUND = {
    "on_date": TODAY,
    "starts_at": "20:00",
    "ends_at": "21:30",
    "route": "鼓楼到寨脚",
    "members": "杨某、吴某",
}


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("8", "08:00"),
        ("08:00", "08:00"),
        ("8:5", "08:05"),
        ("0830", "08:30"),
        ("830", "08:30"),
        ("2359", "23:59"),
        ("20点", "20:00"),
        ("20点30分", "20:30"),
        ("8点半", "08:30"),
        ("20.15", "20:15"),
        ("２０：３０", "20:30"),
        (" 20 : 30 ", "20:30"),
        ("24:00", "00:00"),
        ("0", "00:00"),
        ("24:30", None),
        ("25", None),
        ("20:60", None),
        ("-1", None),
        ("晚上", None),
        ("", None),
        ("20:00:00", None),
        ("12345", None),
    ],
)
def test_a_time_is_read_as_people_type_it(typed: str, stored: str | None) -> None:
    assert read_time(typed) == stored


@pytest.mark.parametrize("text", ["8:00", "24:00", "20:60", "20-00", "", None, 8, "20:00 "])
def test_only_one_writing_is_stored(text: object) -> None:
    assert not is_time(text)


def test_an_end_that_is_not_after_the_start_lies_in_the_next_morning() -> None:
    start, end = span_of(MONDAY, "20:00", "06:00")
    assert end - start == timedelta(hours=10)
    assert span_of(MONDAY, "08:00", "08:00")[1] == datetime(2026, 11, 24, 8)
    assert span_of(MONDAY, "08:00", "08:01")[1] == datetime(2026, 11, 23, 8, 1)
    assert span_of(date(2026, 12, 31), "20:00", "06:00")[1] == datetime(2027, 1, 1, 6)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, None),
        ({"on_date": MONDAY.isoformat()}, None),
        ({"on_date": TODAY + timedelta(days=366)}, None),
        ({"on_date": None}, DutyFinding("on_date", DutyProblem.DATE_MISSING)),
        (
            {"on_date": TODAY + timedelta(days=367)},
            DutyFinding("on_date", DutyProblem.DATE_OUT_OF_RANGE),
        ),
        ({"on_date": date(1999, 12, 31)}, DutyFinding("on_date", DutyProblem.DATE_OUT_OF_RANGE)),
        ({"starts_at": "8点"}, DutyFinding("starts_at", DutyProblem.TIME_MALFORMED)),
        ({"ends_at": None}, DutyFinding("ends_at", DutyProblem.TIME_MALFORMED)),
        ({"name": " "}, DutyFinding("name", DutyProblem.NAME_MISSING)),
        ({"name": "长" * 81}, DutyFinding("name", DutyProblem.TEXT_TOO_LONG)),
        ({"note": "长" * 501}, DutyFinding("note", DutyProblem.TEXT_TOO_LONG)),
    ],
)
def test_what_is_wrong_with_a_shift(change: dict[str, object], found: DutyFinding | None) -> None:
    assert shift_problem({**SHIFT, **change}, today=TODAY) == found


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, None),
        ({"ends_at": None}, None),
        (
            {"on_date": TODAY + timedelta(days=1)},
            DutyFinding("on_date", DutyProblem.DATE_IN_FUTURE),
        ),
        ({"ends_at": "晚"}, DutyFinding("ends_at", DutyProblem.TIME_MALFORMED)),
        ({"route": ""}, DutyFinding("route", DutyProblem.ROUTE_MISSING)),
        ({"members": ""}, DutyFinding("members", DutyProblem.MEMBERS_MISSING)),
        ({"found": "长" * 2001}, DutyFinding("found", DutyProblem.TEXT_TOO_LONG)),
    ],
)
def test_what_is_wrong_with_a_round(change: dict[str, object], found: DutyFinding | None) -> None:
    assert patrol_problem({**ROUND, **change}, today=TODAY) == found


def turn(day: int, starts_at: str, ends_at: str, who: str = "杨某") -> Turn:
    start, end = span_of(MONDAY + timedelta(days=day), starts_at, ends_at)
    return Turn(f"{day}-{starts_at}-{who}", who, start, end)


def test_two_at_one_time_are_an_overlap_and_the_same_person_is_told_apart() -> None:
    night, other, mine = (
        turn(0, "20:00", "06:00"),
        turn(1, "05:00", "12:00", "吴某"),
        turn(1, "05:30", "07:00"),
    )
    found = overlaps([mine, other, night])
    assert [(one.first_id, one.second_id, one.is_same_person) for one in found] == [
        (night.shift_id, other.shift_id, False),
        (night.shift_id, mine.shift_id, True),
        (other.shift_id, mine.shift_id, False),
    ]
    assert (found[0].start, found[0].end) == (datetime(2026, 11, 24, 5), datetime(2026, 11, 24, 6))


def test_shifts_that_touch_do_not_overlap_and_leave_no_gap() -> None:
    week = [turn(day, "08:00", "08:00") for day in range(-1, 7)]
    assert overlaps(week) == ()
    assert gaps(week, MONDAY) == ()


def test_a_week_without_a_plan_has_no_gaps() -> None:
    assert gaps([], MONDAY) == ()
    assert gaps([turn(-3, "08:00", "20:00")], MONDAY) == ()


def test_gaps_begin_and_end_with_the_week() -> None:
    assert gaps([turn(2, "08:00", "20:00")], MONDAY) == (
        Gap(datetime(2026, 11, 23), datetime(2026, 11, 25, 8)),
        Gap(datetime(2026, 11, 25, 20), datetime(2026, 11, 30)),
    )


def test_a_sunday_night_reaches_into_the_week() -> None:
    found = gaps([turn(-1, "20:00", "06:00"), turn(0, "08:00", "08:00")], MONDAY)
    assert found[0] == Gap(datetime(2026, 11, 23, 6), datetime(2026, 11, 23, 8))


def test_a_village_that_watches_its_nights_is_told_once() -> None:
    nights = [turn(day, "20:00", "06:00") for day in range(-1, 7)]
    days = tuple(MONDAY + timedelta(days=day) for day in range(7))
    assert by_hours(gaps(nights, MONDAY)) == (DailyGap(days, "06:00", "20:00", False),)


def test_a_day_without_anybody_is_said_first() -> None:
    found = by_hours(gaps([turn(day, "00:00", "00:00") for day in (0, 1, 3, 4, 5, 6)], MONDAY))
    assert found == (DailyGap((date(2026, 11, 25),), "00:00", "00:00", True),)


def test_a_week_begins_on_monday() -> None:
    assert {monday_of(MONDAY + timedelta(days=day)) for day in range(7)} == {MONDAY}
