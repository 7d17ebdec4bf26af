"""What the county asks of a case file that is confidential, and of who writes to one.

The same rules the laptop asked; 信访工作条例 (2022-02-25), Art. 30 (3) and 46 (5).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from app.accounts.rules import may
from app.accounts.vocabulary import Permission, Role
from app.organisations.vocabulary import Unit
from app.petitions.confidential_rules import file_problem
from app.petitions.sponsor_rules import has_active, of_wire, sponsor_problem
from app.petitions.vocabulary import SponsorProblem
from sync.protocol.messages import Reason
from sync.server.ledger import Ledger
from sync.server.refusal import RefusedError
from sync.server.relations import parent_of
from sync.server.rows import Key

if TYPE_CHECKING:
    from sync.server.entity_rules import Matter

_CASE = "case_file"


def check_sponsorship(matter: Matter) -> Reason | None:
    """One matter, one leader: no second one while the first is in charge; the form's own checks."""
    given = of_wire(matter.body)
    problem = sponsor_problem(given)
    if problem is not None:
        raise RefusedError(Reason.BAD_VALUE, fields={problem[0]: problem[1].value})
    if given.ended_on is None and (matter.row is None or matter.changes("ended_on")):
        rows = matter.ledger.children("sponsorship", str(matter.body["case_id"]))
        others = [row.body for row in rows if row.key != matter.key and not row.is_deleted]
        if has_active(others):
            raise RefusedError(
                Reason.BAD_VALUE, fields={"leader_name": SponsorProblem.ANOTHER_IS_ACTIVE.value}
            )
    return None


def check_secrecy(
    ledger: Ledger,
    body: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    *,
    holders: Collection[str],
    units: Mapping[str, Unit],
) -> None:
    """Refuses a confidential file where it must not lie, and an accusation that is none."""
    recorder = ledger.get(Key("account", str(body["recorded_by"])))
    role = Role.COUNTY_CENTRE if recorder is None else Role(recorder.body["role"])
    problem = file_problem(body, before, role=role, holders=holders, units=units)
    if problem is not None:
        raise RefusedError(Reason.NOT_PERMITTED, why=f"confidential_{problem.value}")


def check_may_see(ledger: Ledger, entity: str, body: Mapping[str, Any], role: Role) -> None:
    """Nobody writes to a confidential case, or to what hangs on it, who may not see it."""
    if may(role, Permission.SEE_CONFIDENTIAL):
        return
    case: Mapping[str, Any] | None = body if entity == _CASE else None
    if entity != _CASE:
        parent = parent_of(entity, body)
        found = ledger.get(Key(*parent)) if parent and parent[0] == _CASE else None
        case = None if found is None else found.body
    if case is not None and case.get("is_confidential"):
        raise RefusedError(Reason.NOT_PERMITTED, why="confidential_not_for_this_post")
