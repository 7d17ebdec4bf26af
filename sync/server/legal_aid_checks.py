"""What the county judges of legal aid: the order of its steps, as the laptop did before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from app.legal_aid.rules import Aid, problem_with
from sync.protocol.messages import Reason
from sync.server.refusal import RefusedError

if TYPE_CHECKING:
    from sync.server.entity_rules import Matter

_GRACE: Final = timedelta(days=1)
"""A laptop's clock may be a day ahead."""

DECIDED: Final = ("decided_on", "is_granted", "named_on", "lawyer_id", "done_on")
"""Fields only who gives legal aid fills in."""


def check_legal_aid(matter: Matter) -> Reason | None:
    """法律援助法 (2021-08-20), Art. 43, 44 and 50; see `app.legal_aid.rules`."""
    problem = problem_with(_aid(matter.body), matter.made_on + _GRACE)
    if problem is not None:
        raise RefusedError(Reason.BAD_VALUE, fields={"legal_aid": problem.value})
    return None


def is_decided(body: dict[str, Any]) -> bool:
    """Whether somebody has decided on it, or named a lawyer."""
    return any(body.get(name) is not None for name in DECIDED)


def _aid(body: dict[str, Any]) -> Aid:
    return Aid(
        need=body["need"],
        seen_on=_day(body["seen_on"]),
        applied_on=_day(body.get("applied_on")),
        decided_on=_day(body.get("decided_on")),
        is_granted=body.get("is_granted"),
        decision_note=body.get("decision_note") or "",
        is_ahead=bool(body.get("is_ahead")),
        lawyer=body.get("lawyer_name") or body.get("lawyer_office") or body.get("lawyer_id") or "",
        named_on=_day(body.get("named_on")),
        done_on=_day(body.get("done_on")),
        outcome=body.get("outcome") or "",
    )


def _day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)
