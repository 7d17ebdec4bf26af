"""Carries out what somebody at the county sets: checks it and makes the setting of all laptops.

Setting the same key for the same day again corrects the record; the changes themselves stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from app.organisations.vocabulary import COUNTY_ID
from app.settings.rules import change_problem, setting_id
from sync.protocol.messages import Operation, Reason
from sync.server.conflicts import county_row
from sync.server.ledger import Ledger
from sync.server.merging import Occasion
from sync.server.refusal import RefusedError
from sync.server.rows import Key

CHANGE: Final = "setting_change"
ENTITY: Final = "setting"


def setting_key(patch: Mapping[str, Any]) -> Key | None:
    """The setting a change is about; None where it does not say."""
    try:
        starts_on = date.fromisoformat(patch["starts_on"])
        return Key(ENTITY, setting_id(str(patch["key"]), starts_on))
    except (KeyError, TypeError, ValueError):
        return None


def keys_of_change(op: Operation) -> set[Key]:
    """What has to be read and locked before a change is judged."""
    key = setting_key(op.patch) if op.entity == CHANGE else None
    return set() if key is None else {key}


def check_and_carry_out(ledger: Ledger, body: Mapping[str, Any], occasion: Occasion) -> None:
    """Raises ``RefusedError``; otherwise the setting is made or put right in the ledger."""
    if body["unit_id"] != COUNTY_ID:
        raise RefusedError(Reason.BAD_VALUE, fields={"unit_id": "not_the_county"})
    key = setting_key(body)
    problem = change_problem(
        key=body["key"],
        value=body["value"],
        starts_on=date.fromisoformat(body["starts_on"]),
        note=body.get("note"),
    )
    if problem is not None or key is None:
        why = "wrong" if problem is None else problem.value
        raise RefusedError(Reason.BAD_VALUE, fields={"value": why})
    author = ledger.get(Key("account", body["by_account_id"]))
    fields = {
        "unit_id": COUNTY_ID,
        **{name: body[name] for name in ("key", "value", "starts_on")},
        "note": body.get("note"),
        "set_by": None if author is None else author.body.get("name"),
    }
    known = ledger.get(key)
    if known is None:
        ledger.add(county_row(key, fields, occasion.now))
        return
    again = ledger.edit(known)
    again.body, again.is_deleted = fields, False
    again.version += 1
    again.updated_at = occasion.now
