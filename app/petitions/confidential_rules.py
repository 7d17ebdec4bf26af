"""Where a confidential matter may lie, and who may see it; judged by laptop and county.

信访工作条例 (2022-02-25), Art. 30 (3) and 46 (5): what accuses somebody, and anything about it, is
neither told nor handed to the person or unit accused. A record lies on the laptops of its unit and
of every unit above it, so the unit must be neither the accused one nor below it; and in a village
the accused is often a neighbour, so it is never a village's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from app.accounts.rules import may
from app.accounts.vocabulary import Permission, Role
from app.organisations.rules import is_within
from app.organisations.vocabulary import Unit, UnitKind
from app.petitions.vocabulary import ConfidentialProblem, PetitionPurpose


def confidential_problem(
    unit_id: str, accused_unit_id: str | None, units: Mapping[str, Unit]
) -> ConfidentialProblem | None:
    """Why a confidential matter may not lie at this unit, as its own or handed to it.

    信访工作条例 (2022-02-25), Art. 30 (3) and 46 (5). A unit that is not known is taken for a
    village: when in doubt, nothing is handed over.
    """
    unit = units.get(unit_id)
    if unit is None or unit.kind is UnitKind.VILLAGE:
        return ConfidentialProblem.AT_A_VILLAGE
    if accused_unit_id is not None and is_within(unit_id, accused_unit_id, units):
        return ConfidentialProblem.REACHES_ACCUSED
    return None


def file_problem(
    body: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    *,
    role: Role,
    holders: Collection[str],
    units: Mapping[str, Unit],
) -> ConfidentialProblem | None:
    """What is wrong with a case file as it is to be written, in its wire form.

    ``before`` is the file as it was; what was confidential stays so. ``holders`` are the units
    that have it in hand. 信访工作条例 (2022-02-25), Art. 30 (3) and 46 (5).
    """
    is_secret = bool(body.get("is_confidential"))
    must_be = body.get("petition_purpose") == PetitionPurpose.ACCUSATION
    if not is_secret:
        was_secret = before is not None and bool(before.get("is_confidential"))
        return ConfidentialProblem.NOT_CONFIDENTIAL if must_be or was_secret else None
    if not may(role, Permission.SEE_CONFIDENTIAL):
        return ConfidentialProblem.NOT_FOR_THIS_POST
    places = (str(body["unit_id"]), *holders)
    accused = body.get("accused_unit_id")
    found = (confidential_problem(one, accused, units) for one in places)
    return next((one for one in found if one is not None), None)
