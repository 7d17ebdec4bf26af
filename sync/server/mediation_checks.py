"""What the county judges of mediation: who leads, who mediates, what is agreed, signed and done.

The same rules the laptop asked. What an operation does not write is not judged again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.accounts.vocabulary import Role
from app.cases.detail_rules import read_detail
from app.cases.vocabulary import CaseBlock, CaseEventKind, CaseStep
from app.mediation.rules import may_change_way, way_of
from sync.protocol.messages import Reason
from sync.server.refusal import RefusedError

if TYPE_CHECKING:
    from sync.server.entity_rules import Matter


def require_way(matter: Matter, past: Sequence[CaseStep]) -> None:
    """Whoever passes a case to another way leads on one side of it; raises ``RefusedError``."""
    author = matter.parent("account", "by_account_id")
    wanted = read_detail(CaseEventKind.WAY_CHANGED, matter.body.get("detail"))["way"]
    if not may_change_way(Role(author.body["role"]), way_of(past), wanted):
        raise RefusedError(Reason.NOT_PERMITTED, why=CaseBlock.WAY_NOT_YOURS.value)
