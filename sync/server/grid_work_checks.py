"""What the county judges of visits, micro-services and hazards: the rules the laptop asked before.

Only what an operation writes is judged: two laptops may each have been right about a field of
their own. A day has a day's grace, because a laptop's clock may run ahead.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from app.grid_work.rules import (
    Problem,
    hazard_problems,
    measure_problems,
    resolved_problems,
    service_done_problems,
    service_problems,
    visit_problems,
)
from app.grid_work.vocabulary import WorkProblem
from sync.protocol.messages import Reason
from sync.server.refusal import RefusedError
from sync.server.rows import Key

if TYPE_CHECKING:
    from sync.server.entity_rules import Matter

_GRACE: Final = timedelta(days=1)
_ANCHORS: Final = {
    WorkProblem.BEFORE_ASKED: ("asked_on",),
    WorkProblem.BEFORE_FOUND: ("found_on",),
}
"""The other field a problem hangs on."""
_NAMED: Final = (
    ("household_id", "household"),
    ("resident_id", "resident"),
    ("micro_grid_id", "micro_grid"),
    ("visit_id", "visit"),
    ("patrol_id", "patrol"),
)


def check_visit(matter: Matter) -> Reason | None:
    """Nobody was visited tomorrow."""
    body = matter.body
    found = visit_problems(
        household_id=body["household_id"],
        visited_on=_day(body["visited_on"]),
        met=body.get("met") or "",
        note=body.get("note") or "",
        today=_today(matter),
    )
    return _refuse(matter, found)


def check_micro_service(matter: Matter) -> Reason | None:
    """Asked, and then done; in the village it was asked in."""
    body, asked_on, done_on = matter.body, _day(matter.body["asked_on"]), matter.body.get("done_on")
    found = service_problems(
        asker_name=body["asker_name"],
        asker_phone=body.get("asker_phone") or "",
        text=body["text"],
        asked_on=asked_on,
        due_on=_optional(body.get("due_on")),
        today=_today(matter),
    )
    if done_on is not None:
        found += service_done_problems(
            asked_on=asked_on,
            done_on=_day(done_on),
            done_note=body.get("done_note") or "",
            today=_today(matter),
        )
    _refuse_other_villages(matter)
    return _refuse(matter, found)


def check_hazard(matter: Matter) -> Reason | None:
    """Found, and then due and gone; in the village it was found in."""
    body, found_on = matter.body, _day(matter.body["found_on"])
    found = hazard_problems(
        place=body["place"],
        text=body["text"],
        found_on=found_on,
        due_on=_day(body["due_on"]),
        today=_today(matter),
    )
    if body.get("resolved_on") is not None:
        found += resolved_problems(
            found_on=found_on, resolved_on=_day(body["resolved_on"]), today=_today(matter)
        )
    _refuse_other_villages(matter)
    return _refuse(matter, found)


def check_hazard_measure(matter: Matter) -> Reason | None:
    """Not of the future. Whether it came before the hazard was found only its laptop asks: the day
    of finding may have been corrected since, and what was done stays done."""
    body = matter.body
    done_on = _day(body["done_on"])
    found = measure_problems(
        text=body["text"], found_on=done_on, done_on=done_on, today=_today(matter)
    )
    return _refuse(matter, found)


def _refuse(matter: Matter, problems: Iterable[Problem]) -> Reason | None:
    """Raises ``RefusedError`` for what this operation wrote."""
    wrong = {
        each.field.value: each.code.value
        for each in problems
        if matter.changes(each.field.value, *_ANCHORS.get(each.code, ()))
    }
    if wrong:
        raise RefusedError(Reason.BAD_VALUE, fields=wrong)
    return None


def _refuse_other_villages(matter: Matter) -> None:
    """A record names nothing of another village, unless that once lay in this one: whoever wrote
    it need not have heard of the move. What is not here yet may come later in the group."""
    unit_id = matter.body["unit_id"]
    for name, entity in _NAMED:
        wanted = matter.body.get(name)
        if wanted is None or not matter.changes(name):
            continue
        row = matter.ledger.get(Key(entity, wanted))
        if row is None or row.is_deleted or row.unit_id == unit_id:
            continue
        if unit_id not in matter.ledger.former_units(row.key):
            raise RefusedError(Reason.BAD_VALUE, fields={name: "of_another_village"})


def _today(matter: Matter) -> date:
    return matter.made_on + _GRACE


def _day(value: Any) -> date:
    return date.fromisoformat(value)


def _optional(value: Any) -> date | None:
    return None if value is None else _day(value)
