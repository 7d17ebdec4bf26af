"""What the county judges of rounds and their findings: the rules the laptop asked before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from app.outreach.rules import Problem, finding_problems, round_problems
from app.outreach.vocabulary import FindingEnd, OutreachField
from sync.protocol.messages import Reason
from sync.server.refusal import RefusedError

if TYPE_CHECKING:
    from sync.server.entity_rules import Matter

_GRACE: Final = timedelta(days=1)
_TEXTS: Final = (
    OutreachField.TITLE,
    OutreachField.PLACE,
    OutreachField.MEMBERS,
    OutreachField.SUMMARY,
)


def check_outreach_round(matter: Matter) -> Reason | None:
    """Nobody went out tomorrow; a laptop's clock may be a day ahead."""
    body = matter.body
    return _refuse(
        round_problems(
            {field: body.get(field.value) or "" for field in _TEXTS},
            held_on=date.fromisoformat(body["held_on"]),
            today=matter.made_on + _GRACE,
        )
    )


def check_outreach_finding(matter: Matter) -> Reason | None:
    """It says what was found, and how it was settled or who has it now."""
    body = matter.body
    end, note = FindingEnd(body["end"]), body.get("end_note") or ""
    return _refuse(finding_problems(text=body["text"], end=end, end_note=note))


def _refuse(problems: list[Problem]) -> Reason | None:
    if not problems:
        return None
    fields = {problem.field.value: problem.code.value for problem in problems}
    raise RefusedError(Reason.BAD_VALUE, fields=fields)
