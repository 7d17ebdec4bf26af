"""Who has a case in hand, for whoever asks what may be seen or done: the lead and the helpers."""

from __future__ import annotations

from typing import Any, Final

import orjson

IN_UNITS: Final = (
    "(c.unit_id IN :units OR c.holder_unit_id IN :units OR (c.helper_unit_ids IS NOT NULL "
    "AND EXISTS (SELECT 1 FROM json_each(c.helper_unit_ids) WHERE value IN :units)))"
)
"""Condition over ``case_file c``: it is a record of one of ``:units``, or one of them has it."""


SPONSORED: Final = (
    "c.id IN (SELECT s.case_id FROM sponsorship s "
    "WHERE s.ended_on IS NULL AND s.leader_id = :account)"
)
"""The same: a leader, ``:account``, answers for it (包案)."""


def helpers_of(helper_unit_ids: str | None) -> tuple[str, ...]:
    """The column read back."""
    return tuple(orjson.loads(helper_unit_ids)) if helper_unit_ids else ()


def holders_of(case: Any) -> frozenset[str]:
    """The units that have a case in hand besides its own: who leads and who helps; nobody for any
    other record."""
    holder = getattr(case, "holder_unit_id", None)
    helpers = helpers_of(getattr(case, "helper_unit_ids", None))
    return frozenset({*((holder,) if holder else ()), *helpers})
