"""The person who is signed in, and the one gate every action passes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from app.accounts.rules import may, may_act_on
from app.accounts.vocabulary import Permission, Role
from app.errors import ErrorCode, UserFacingError
from app.organisations.vocabulary import Unit


@dataclass(frozen=True)
class Actor:
    """Who acts: an account with its role and unit, and the units known to this laptop."""

    account_id: str
    name: str
    role: Role
    unit_id: str
    units: Mapping[str, Unit] = field(repr=False, compare=False, hash=False)

    def may(self, permission: Permission) -> bool:
        """Whether the role has the permission at all; for showing or hiding a button."""
        return may(self.role, permission)

    def reaches(
        self,
        permission: Permission,
        *,
        unit_id: str,
        holder_unit_id: str | None = None,
        holder_unit_ids: Collection[str] = (),
    ) -> bool:
        """Whether the permission reaches a record of this unit, or one handed to its holders:
        of a case, who leads and who helps."""
        return may_act_on(
            self.role,
            permission,
            account_unit_id=self.unit_id,
            record_unit_id=unit_id,
            units_by_id=self.units,
            holder_unit_ids={*holder_unit_ids, *((holder_unit_id,) if holder_unit_id else ())},
        )

    def require(
        self,
        permission: Permission,
        *,
        unit_id: str,
        holder_unit_id: str | None = None,
        holder_unit_ids: Collection[str] = (),
    ) -> None:
        """Raises ``UserFacingError`` NOT_ALLOWED unless the permission reaches the record."""
        if not self.reaches(
            permission,
            unit_id=unit_id,
            holder_unit_id=holder_unit_id,
            holder_unit_ids=holder_unit_ids,
        ):
            raise UserFacingError(ErrorCode.NOT_ALLOWED, permission=permission)
