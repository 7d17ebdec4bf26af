"""Who may sign in on this laptop, whose PIN is not yet their own, and which units it knows."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import col, select

from app.accounts.rules import is_account_usable
from app.accounts.vocabulary import Role
from app.organisations.vocabulary import CodeSystem, Unit
from app.store import Store
from db.clock import today_in_china
from db.tables.organisations import Account, Credential, UnitRecord


@dataclass(frozen=True)
class AccountRow:
    """One name on the sign-in page."""

    account_id: str
    name: str
    role: Role
    unit_id: str


def accounts_of_this_laptop(store: Store) -> list[AccountRow]:
    """Usable accounts whose PIN this laptop can verify, by name."""
    today = today_in_china(store.clock)
    with store.reading() as session:
        found = session.exec(
            select(Account)
            .where(Account.id.in_(select(Credential.account_id)))  # type: ignore[attr-defined]
            .order_by(Account.name)
        ).all()
    return [
        AccountRow(one.id, one.name, one.role, one.unit_id)
        for one in found
        if is_account_usable(valid_until=one.valid_until, is_active=one.is_active, today=today)
    ]


def must_change_pin(store: Store, account_id: str) -> bool:
    """Whether the PIN is still the one the county gave; False for who has none on this laptop."""
    with store.reading() as session:
        found = session.exec(
            select(Credential.must_change).where(col(Credential.account_id) == account_id)
        ).first()
    return bool(found)


def account_names(store: Store) -> dict[str, str]:
    """Account id to name, for everyone this laptop knows of."""
    with store.reading() as session:
        return dict(session.exec(select(Account.id, Account.name)).all())


def known_units(store: Store) -> dict[str, Unit]:
    """Every unit the county told this laptop of, by id."""
    with store.reading() as session:
        rows = session.exec(select(UnitRecord)).all()
    return {
        row.id: Unit(
            id=row.id,
            kind=row.kind,
            code=row.code,
            code_system=CodeSystem(row.code_system),
            name=row.name,
            parent_id=row.parent_id,
            is_statistical=row.is_statistical,
            is_virtual=row.is_virtual,
        )
        for row in rows
    }
