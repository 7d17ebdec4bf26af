"""Sends a typical case to every village, and takes it back: the county's own copy of the text.

The copy names neither the case nor its unit; its id says nothing of either.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from app.organisations.vocabulary import COUNTY_ID
from app.typical.rules import STEPS_BACK, Known, may_become, names_of, published_id, typical_problem
from app.typical.vocabulary import TypicalProblem, TypicalState
from sync.protocol.messages import Reason
from sync.server.authors import china_date
from sync.server.conflicts import county_row
from sync.server.ledger import Ledger
from sync.server.refusal import RefusedError
from sync.server.rows import Key, Row

ENTITY: Final = "published_case"
_TEXTS: Final = ("title", "story", "law", "lesson")


def published_key(typical_id: str) -> Key:
    """Where the county's copy of a text lies."""
    return Key(ENTITY, published_id(typical_id))


def check_and_carry_out(
    ledger: Ledger, row: Row | None, key: Key, body: dict[str, Any], now: datetime
) -> None:
    """Refuses a step nobody may take, and a text that still names a party; then publishes.

    Raises ``RefusedError``.
    """
    before = TypicalState(row.body["state"]) if row is not None else TypicalState.DRAFT
    after = TypicalState(body["state"])
    if not may_become(before, after) and (before, after) not in STEPS_BACK:
        raise RefusedError(Reason.EVENT_NOT_ALLOWED_NOW, state=before.value)
    is_changed = row is not None and any(row.body.get(name) != body.get(name) for name in _TEXTS)
    if is_changed and after is not TypicalState.DRAFT:
        raise RefusedError(Reason.BAD_VALUE, fields={"story": "to_be_checked_again"})
    goes_on = after in (TypicalState.CHECKED, TypicalState.PUBLISHED)
    problem = typical_problem(
        **{name: str(body.get(name) or "") for name in _TEXTS},
        known=_known(ledger, body["case_id"]),
        goes_on=goes_on,
    )
    if problem is not None:
        raise RefusedError(Reason.BAD_VALUE, fields={"story": problem.value})
    case = ledger.get(Key("case_file", body["case_id"]))
    if case is None or case.body.get("is_confidential"):
        raise RefusedError(Reason.BAD_VALUE, fields={"case_id": TypicalProblem.CONFIDENTIAL.value})
    _carry_out(ledger, key, body, after, case, now)


def _carry_out(
    ledger: Ledger,
    key: Key,
    body: dict[str, Any],
    after: TypicalState,
    case: Row,
    now: datetime,
) -> None:
    copy_key = published_key(key.record_id)
    copy = ledger.get(copy_key)
    if after is TypicalState.PUBLISHED:
        fields = {
            "unit_id": COUNTY_ID,
            **{name: body.get(name) for name in _TEXTS},
            "class_code": case.body["class_code"],
            "published_on": china_date(now).isoformat(),
        }
        if copy is None:
            ledger.add(county_row(copy_key, fields, now))
            return
        again = ledger.edit(copy)
        again.body, again.is_deleted = fields, False
        again.version += 1
        again.updated_at = now
    elif copy is not None and not copy.is_deleted:
        gone = ledger.edit(copy)
        gone.is_deleted = True
        gone.version += 1
        gone.updated_at = now


def _known(ledger: Ledger, case_id: str) -> Known:
    """What the county knows of the people of the case; the laptop asks the village's roster too."""
    parties = [row.body for row in ledger.children("case_party", case_id)]
    return Known(
        people=names_of(
            *([party.get("name"), party.get("agent_name")] for party in parties),
        ),
        numbers=names_of(
            *(
                [party.get("identity_number"), party.get("phone"), party.get("agent_phone")]
                for party in parties
            )
        ),
    )
