"""The week's plan at its edges, and what a record of the grid's work must say."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.grid_work.rules import (
    OUR_SETTINGS,
    Candidate,
    Problem,
    VisitSettings,
    care_needed,
    hazard_due_on,
    hazard_problems,
    measure_problems,
    next_visit,
    number_key,
    plan_week,
    resolved_problems,
    service_done_problems,
    service_problems,
    visit_problems,
    week_of,
)
from app.grid_work.vocabulary import (
    DueReason,
    HazardLevel,
    PlanPlace,
    WorkField,
    WorkProblem,
)
from app.households.vocabulary import CareLevel, LeftBehindKind

TODAY = date(2026, 11, 23)
"""A Monday."""
HIGH, MEDIUM, LOW = CareLevel


def due(
    care: CareLevel | None,
    *,
    seen: date | None = None,
    phoned: date | None = None,
    came: date | None = None,
    today: date = TODAY,
) -> tuple[date, DueReason]:
    found = next_visit(
        care=care, last_seen_on=seen, last_phone_on=phoned, came_on=came, today=today
    )
    return found.due_on, found.reason


# --- care --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("levels", "left_behind", "needed"),
    [
        ((), (), None),
        ((None, None), (), None),
        ((LOW, None), (), LOW),
        ((LOW, HIGH, MEDIUM), (), HIGH),
        ((), (LeftBehindKind.ELDER,), MEDIUM),
        ((LOW,), (LeftBehindKind.CHILD,), MEDIUM),
        ((LOW,), (LeftBehindKind.WOMAN,), LOW),
        ((HIGH,), (LeftBehindKind.ELDER,), HIGH),
    ],
)
def test_the_care_a_household_needs(levels, left_behind, needed) -> None:  # type: ignore[no-untyped-def]
    assert care_needed(levels, left_behind) is needed


# --- when --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("care", "days"), [(HIGH, 7), (MEDIUM, 14), (LOW, 30), (None, 90)])
def test_the_interval_hangs_on_the_care(care: CareLevel | None, days: int) -> None:
    seen = date(2026, 11, 1)
    assert due(care, seen=seen) == (seen + timedelta(days=days), DueReason.INTERVAL_OVER)


def test_the_thirtieth_day_is_in_time_and_the_thirty_first_late() -> None:
    on, _ = due(LOW, seen=TODAY - timedelta(days=30))
    assert on == TODAY
    late, _ = due(LOW, seen=TODAY - timedelta(days=31))
    assert late == TODAY - timedelta(days=1)


def test_a_leap_day_is_a_day() -> None:
    assert due(LOW, seen=date(2028, 2, 1))[0] == date(2028, 3, 2)
    assert due(LOW, seen=date(2027, 2, 1))[0] == date(2027, 3, 3)
    assert due(HIGH, seen=date(2028, 2, 29))[0] == date(2028, 3, 7)


def test_who_was_never_visited_is_due_today() -> None:
    assert due(None) == (TODAY, DueReason.NEVER_VISITED)


def test_who_moved_in_yesterday_has_a_week() -> None:
    yesterday = TODAY - timedelta(days=1)
    assert due(HIGH, came=yesterday) == (date(2026, 11, 29), DueReason.CAME_LATELY)


def test_who_was_visited_before_somebody_joined_keeps_the_interval() -> None:
    seen = TODAY - timedelta(days=3)
    assert due(HIGH, seen=seen, came=TODAY)[1] is DueReason.INTERVAL_OVER


@pytest.mark.parametrize(
    ("care", "seen_ago", "phoned_ago", "due_in"),
    [
        (HIGH, 7, 1, 3),  # four days, half of seven rounded up, after the call
        (HIGH, 7, 7, 0),  # a call on the day of the visit adds nothing
        (HIGH, 5, 6, 2),  # a call before the visit neither
        (LOW, 28, 20, 2),  # a call never brings a visit forward
        (HIGH, 20, 0, -6),  # and never puts it off beyond twice the interval
        (MEDIUM, 20, 0, 7),
    ],
)
def test_a_call_is_worth_half(care: CareLevel, seen_ago: int, phoned_ago: int, due_in: int) -> None:
    on, _ = due(
        care, seen=TODAY - timedelta(days=seen_ago), phoned=TODAY - timedelta(days=phoned_ago)
    )
    assert (on - TODAY).days == due_in


def test_a_call_alone_is_no_visit() -> None:
    assert due(LOW, phoned=TODAY)[1] is DueReason.NEVER_VISITED


def test_other_settings_are_another_table() -> None:
    weekly = VisitSettings(days_by_care=dict.fromkeys((*CareLevel, None), 7))
    found = next_visit(
        care=None,
        last_seen_on=TODAY,
        last_phone_on=None,
        came_on=None,
        today=TODAY,
        settings=weekly,
    )
    assert found.due_on == date(2026, 11, 30)
    assert OUR_SETTINGS.days_by_care[None] == 90


@pytest.mark.parametrize("day", [date(2026, 11, 23), date(2026, 11, 26), date(2026, 11, 29)])
def test_a_week_is_monday_to_sunday(day: date) -> None:
    assert week_of(day) == (date(2026, 11, 23), date(2026, 11, 29))


def test_a_week_over_the_end_of_the_year() -> None:
    assert week_of(date(2027, 1, 1)) == (date(2026, 12, 28), date(2027, 1, 3))


# --- the plan ----------------------------------------------------------------------------------


def home(
    name: str,
    *,
    due_in: int = 0,
    care: CareLevel | None = None,
    worker: str | None = "zhang",
    grid: int = 1,
    number: str = "001",
) -> Candidate[str]:
    return Candidate(name, TODAY + timedelta(days=due_in), care, worker, grid, number)


def plan(
    *candidates: Candidate[str], done: int = 0, capacity: int = 20
) -> list[tuple[str, PlanPlace]]:
    found = plan_week(candidates, today=TODAY, done_by={"zhang": done}, capacity=capacity)
    return [(one.item, one.place) for one in found]


def test_the_order_is_late_then_care_then_neighbours() -> None:
    found = plan(
        home("next door", grid=2, number="11"),
        home("cared for", due_in=3, care=HIGH, grid=3),
        home("neighbour", grid=2, number="9"),
        home("late", due_in=-1, grid=9),
        home("very late", due_in=-40, grid=9, number="002"),
        home("late and cared for", due_in=-1, care=MEDIUM, grid=9),
    )
    assert [name for name, _ in found] == [
        "late and cared for",
        "late",
        "very late",
        "cared for",
        "neighbour",
        "next door",
    ]
    assert [place for _, place in found][:4] == [PlanPlace.OVERDUE] * 3 + [PlanPlace.THIS_WEEK]


def test_due_today_is_not_late() -> None:
    assert plan(home("today")) == [("today", PlanPlace.THIS_WEEK)]


def test_what_has_no_room_is_counted_and_comes_last() -> None:
    homes = [home(f"{place:02}", number=f"{place:03}") for place in range(25)]
    found = plan(*homes, capacity=20)
    assert len(found) == 25
    assert [place for _, place in found].count(PlanPlace.NO_ROOM) == 5
    assert all(place is PlanPlace.NO_ROOM for _, place in found[20:])


def test_who_was_visited_this_week_took_a_place() -> None:
    found = plan(home("a"), home("b", number="002"), done=19)
    assert found == [("a", PlanPlace.THIS_WEEK), ("b", PlanPlace.NO_ROOM)]


def test_each_worker_has_a_week_of_their_own() -> None:
    found = plan(home("a"), home("b", worker="long"), home("c", worker=None), capacity=1, done=1)
    assert dict(found) == {
        "a": PlanPlace.NO_ROOM,
        "b": PlanPlace.THIS_WEEK,
        "c": PlanPlace.THIS_WEEK,
    }


def test_nothing_due_is_an_empty_plan() -> None:
    assert plan() == []


def test_numbers_are_ordered_like_houses() -> None:
    numbers = ["10", "009", "8-1", "8", "", "100"]
    assert sorted(numbers, key=number_key) == ["8", "8-1", "009", "10", "100", ""]


# --- hazards and what is typed -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "days"), [(HazardLevel.HIGH, 3), (HazardLevel.MEDIUM, 15), (HazardLevel.LOW, 30)]
)
def test_the_days_of_a_hazard(level: HazardLevel, days: int) -> None:
    assert hazard_due_on(level, TODAY) == TODAY + timedelta(days=days)


def codes(problems: list[Problem]) -> dict[WorkField, WorkProblem]:
    return {each.field: each.code for each in problems}


def test_a_sound_visit() -> None:
    found = visit_problems(household_id="h", visited_on=TODAY, met="", note="", today=TODAY)
    assert found == []


@pytest.mark.parametrize(
    ("field", "value", "name", "code"),
    [
        ("household_id", None, WorkField.HOUSEHOLD, WorkProblem.MISSING),
        ("visited_on", None, WorkField.VISITED_ON, WorkProblem.MISSING),
        ("visited_on", TODAY + timedelta(days=1), WorkField.VISITED_ON, WorkProblem.IN_FUTURE),
        ("visited_on", date(1999, 12, 31), WorkField.VISITED_ON, WorkProblem.TOO_EARLY),
        ("met", "某" * 101, WorkField.MET, WorkProblem.TOO_LONG),
        ("note", "某" * 2001, WorkField.NOTE, WorkProblem.TOO_LONG),
    ],
)
def test_a_visit_that_is_not_sound(field, value, name, code) -> None:  # type: ignore[no-untyped-def]
    sound = {"household_id": "h", "visited_on": TODAY, "met": "", "note": "", "today": TODAY}
    assert codes(visit_problems(**{**sound, field: value})) == {name: code}


@pytest.mark.parametrize(
    ("field", "value", "name", "code"),
    [
        ("asker_name", " ", WorkField.ASKER_NAME, WorkProblem.MISSING),
        ("asker_name", "某" * 81, WorkField.ASKER_NAME, WorkProblem.TOO_LONG),
        ("asker_phone", "1" * 51, WorkField.ASKER_PHONE, WorkProblem.TOO_LONG),
        ("text", "", WorkField.TEXT, WorkProblem.MISSING),
        ("text", "某" * 1001, WorkField.TEXT, WorkProblem.TOO_LONG),
        ("asked_on", TODAY + timedelta(days=1), WorkField.ASKED_ON, WorkProblem.IN_FUTURE),
        ("due_on", TODAY - timedelta(days=1), WorkField.DUE_ON, WorkProblem.BEFORE_ASKED),
    ],
)
def test_a_service_that_is_not_sound(field, value, name, code) -> None:  # type: ignore[no-untyped-def]
    sound = {"asker_name": "吴某", "asker_phone": "", "text": "办社保", "asked_on": TODAY}
    sound |= {"due_on": None, "today": TODAY}
    assert service_problems(**sound) == []
    assert codes(service_problems(**{**sound, field: value})) == {name: code}


@pytest.mark.parametrize(
    ("done_on", "code"),
    [
        (None, WorkProblem.MISSING),
        (TODAY + timedelta(days=1), WorkProblem.IN_FUTURE),
        (TODAY - timedelta(days=6), WorkProblem.BEFORE_ASKED),
    ],
)
def test_a_service_is_done_between_asking_and_today(done_on, code) -> None:  # type: ignore[no-untyped-def]
    asked = TODAY - timedelta(days=5)
    for day in (asked, TODAY):
        assert not service_done_problems(asked_on=asked, done_on=day, done_note="", today=TODAY)
    found = service_done_problems(asked_on=asked, done_on=done_on, done_note="", today=TODAY)
    assert codes(found) == {WorkField.DONE_ON: code}


@pytest.mark.parametrize(
    ("field", "value", "name", "code"),
    [
        ("place", "", WorkField.PLACE, WorkProblem.MISSING),
        ("place", "某" * 201, WorkField.PLACE, WorkProblem.TOO_LONG),
        ("text", "", WorkField.TEXT, WorkProblem.MISSING),
        ("text", "某" * 2001, WorkField.TEXT, WorkProblem.TOO_LONG),
        ("found_on", TODAY + timedelta(days=1), WorkField.FOUND_ON, WorkProblem.IN_FUTURE),
        ("due_on", None, WorkField.DUE_ON, WorkProblem.MISSING),
        ("due_on", TODAY - timedelta(days=1), WorkField.DUE_ON, WorkProblem.BEFORE_FOUND),
    ],
)
def test_a_hazard_that_is_not_sound(field, value, name, code) -> None:  # type: ignore[no-untyped-def]
    sound = {"place": "灶房", "text": "电线老化", "found_on": TODAY, "due_on": TODAY}
    sound |= {"today": TODAY}
    assert hazard_problems(**sound) == []
    found = codes(hazard_problems(**{**sound, field: value}))
    assert found[name] is code


def test_what_is_done_about_a_hazard_comes_after_it_was_found() -> None:
    before = TODAY - timedelta(days=1)
    found = measure_problems(text="", found_on=TODAY, done_on=before, today=TODAY)
    assert codes(found) == {
        WorkField.TEXT: WorkProblem.MISSING,
        WorkField.DONE_ON: WorkProblem.BEFORE_FOUND,
    }
    gone = resolved_problems(found_on=TODAY, resolved_on=before, today=TODAY)
    assert codes(gone) == {WorkField.RESOLVED_ON: WorkProblem.BEFORE_FOUND}
    assert not resolved_problems(found_on=TODAY, resolved_on=TODAY, today=TODAY)
