"""A real encrypted store in a temporary folder, people, and records to put into it.

The builders give unsaved rows with made-up data; ``save`` writes rows as an action would.
"""

from __future__ import annotations

import tempfile
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from app.accounts.session import Actor
from app.accounts.vocabulary import Role
from app.cases.vocabulary import CaseKind, Escalation, RiskAnswer, Urgency
from app.households.vocabulary import (
    EthnicGroup,
    IdentityKind,
    Relation,
    RosterEventKind,
    Sex,
)
from app.organisations.vocabulary import Unit, UnitKind, shipped_units
from app.store import Changes, Store
from app.votes.vocabulary import MeetingBody, MotionMatter
from db.clock import Clock, today_in_china
from db.tables.base import SyncedRecord
from db.tables.cases import CaseFile
from db.tables.households import Household, MicroGrid, Resident, RosterEvent
from db.tables.votes import Motion
from db.upgrade import bring_up_to_date
from tests.helpers.clock import FakeClock

A_KEY = b"k" * 32
NO_RISK = RiskAnswer(Escalation.NONE)
"""Asked whether a dispute may get worse: no."""


def a_store(
    tmp_path: Path, *, clock: Clock | None = None, name: str = "gulou.db", key: bytes = A_KEY
) -> Store:
    """An empty store of today's version; its clock stands still unless one is given."""
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_bytes(_migrated_file(key))
    return Store(path, key, clock=clock or FakeClock())


@cache
def _migrated_file(key: bytes) -> bytes:
    """The bytes of a new file; migrating each one anew would be most of the tests' time."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "template.db", key, clock=FakeClock())
        bring_up_to_date(store)
        store.close()
        return store.path.read_bytes()


@cache
def units_by_id() -> dict[str, Unit]:
    """The county's real units."""
    return {unit.id: unit for unit in shipped_units()}


@cache
def a_unit(name: str = "坪坦村", *, kind: UnitKind | None = None) -> Unit:
    """A real unit by its name; for the names that occur twice, the first."""
    return next(
        unit
        for unit in shipped_units()
        if unit.name == name and (kind is None or unit.kind is kind)
    )


def an_actor(
    role: Role = Role.GRID_WORKER,
    unit: Unit | str = "坪坦村",
    *,
    name: str = "张某",
    account_id: str = "account-of-zhang",
) -> Actor:
    """A signed-in person; ``unit`` as it is or by its name."""
    found = a_unit(unit) if isinstance(unit, str) else unit
    return Actor(account_id, name, role, found.id, units_by_id())


EVERYWHERE = an_actor(Role.COUNTY_CENTRE, "通道侗族自治县", account_id="account-of-the-county")
"""Who sees every case, also confidential ones."""


def save(
    store: Store, *records: SyncedRecord, account_id: str = "account-of-zhang", action: str = "save"
) -> Changes:
    """Writes rows with their operations."""
    with store.transaction(account_id=account_id, action=action) as tx:
        tx.session.add_all(records)
    return tx.changes


def acknowledge(store: Store) -> None:
    """As if the county had taken everything that is counted."""
    with store.laying_down() as session:
        for entity in ("household", "resident", "micro_grid", "case_file", "motion"):
            session.connection().exec_driver_sql(f"UPDATE {entity} SET sync_version = 1")


def a_micro_grid(**fields: Any) -> MicroGrid:
    """第1微网格 of 坪坦村."""
    number = fields.get("number", 1)
    usual = {"unit_id": a_unit().id, "number": number, "name": f"第{number}微网格"}
    return MicroGrid(**{**usual, **fields})


def a_household(**fields: Any) -> Household:
    """Household 001 of 坪坦村, head 吴某甲."""
    return Household(**{"unit_id": a_unit().id, "number": "001", "head_name": "吴某甲", **fields})


def a_resident(household: Household | None = None, **fields: Any) -> Resident:
    """The head of the household, with a made-up identity number."""
    usual: dict[str, Any] = {
        "unit_id": household.unit_id if household else a_unit().id,
        "household_id": household.id if household else "household",
        "name": household.head_name if household else "吴某甲",
        "relation": Relation.HEAD,
        "sex": Sex.MALE,
        "birth_date": date(1976, 5, 4),
        "ethnic_group": EthnicGroup.DONG,
        "identity_kind": IdentityKind.RESIDENT_IDENTITY_NUMBER,
        "identity_number": an_identity_number(date(1976, 5, 4), order=11),
    }
    if fields.get("identity_number", "") is None:
        fields.setdefault("identity_kind", IdentityKind.NONE_YET)
    return Resident(**{**usual, **fields})


def a_roster_event(household: Household, resident: Resident, **fields: Any) -> RosterEvent:
    """The resident moved into the household on 2026-11-01."""
    usual: dict[str, Any] = {
        "unit_id": household.unit_id,
        "household_id": household.id,
        "resident_id": resident.id,
        "kind": RosterEventKind.MOVED_IN,
        "happened_on": date(2026, 11, 1),
        "name": resident.name,
        "by_account_id": "account-of-zhang",
        "recorded_at": FakeClock().now(),
    }
    return RosterEvent(**{**usual, **fields})


def a_case(store: Store | None = None, **fields: Any) -> CaseFile:
    """A dispute about the boundary of a wood; recorded now by the store's clock."""
    clock = store.clock if store else FakeClock()
    usual: dict[str, Any] = {
        "unit_id": a_unit().id,
        "number": "临2026-216200-K3AB9Z-001",
        "kind": CaseKind.DISPUTE,
        "title": "山林界址争议",
        "class_code": "0903",
        "happened_on": today_in_china(clock),
        "place": "坪坦村三组",
        "story": "两户对后山界址各执一词。",
        "urgency": Urgency.MEDIUM,
        "recorded_by": "account-of-zhang",
        "recorded_at": clock.now(),
    }
    return CaseFile(**{**usual, **fields})


def a_motion(store: Store | None = None, **fields: Any) -> Motion:
    """A draft motion to change the building pact."""
    clock = store.clock if store else FakeClock()
    usual: dict[str, Any] = {
        "unit_id": a_unit().id,
        "number": 3,
        "title": "村民建房公约(修订)",
        "text": "第四条 新建木楼滴水须留二尺。",
        "matter": MotionMatter.BUILDING_PACT,
        "body": MeetingBody.VILLAGERS_ASSEMBLY,
        "rule_set_id": "assembly_decision",
        "proposed_by": "account-of-zhang",
        "proposed_at": clock.now(),
    }
    return Motion(**{**usual, **fields})


_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def an_identity_number(born: date, *, order: int = 11, area: str = "433031") -> str:
    """A made-up number that passes the check; an odd ``order`` (000 to 999) is a man."""
    body = f"{area}{born:%Y%m%d}{order:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]
