"""Who there is: the county, its townships and villages, its departments.

Laptop and county build the same units from the same shipped tables, so their ids must come out
alike on every machine without asking anyone: they are derived from the code, not drawn at random.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from uuid import UUID, uuid5

from app.reference import read_table

UNIT_NAMESPACE = UUID("6f0d6a53-9a0e-5c43-8d0b-431230000000")
"""Never change it: every unit id in every file and at the county is derived from it."""

COUNTY_CODE = "431230000000"


class UnitKind(StrEnum):
    """What a unit is; departments stand directly under the county."""

    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"
    DEPARTMENT = "department"


class CodeSystem(StrEnum):
    """Whose number a unit carries. The civil affairs codes are a third system, not used here:
    they give the same number to other townships."""

    NBS = "NBS"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit; `is_statistical` and `is_virtual` mark rows that no official works for."""

    id: str
    kind: UnitKind
    code: str
    code_system: CodeSystem
    name: str
    parent_id: str | None
    is_statistical: bool = False
    is_virtual: bool = False


@dataclass(frozen=True, slots=True)
class NeighbouringCounty:
    """A county over the border: parties and places may lie there, no account ever does."""

    code: str
    name: str
    province: str


def unit_id_of(code_system: CodeSystem, code: str) -> str:
    """The stable id of a shipped unit, as a UUID in text form."""
    return str(uuid5(UNIT_NAMESPACE, f"{code_system.value.lower()}:{code}"))


COUNTY_ID = unit_id_of(CodeSystem.NBS, COUNTY_CODE)


@cache
def shipped_units() -> tuple[Unit, ...]:
    """County, townships, villages and departments, each parent before its children.

    178 rows of the National Bureau of Statistics (2023) and our own list of departments.
    """
    divisions = [_division(row) for row in read_table("organisations", "divisions.csv")]
    departments = [_department(row) for row in read_table("organisations", "departments.csv")]
    order = list(UnitKind)
    return tuple(sorted((*divisions, *departments), key=lambda unit: order.index(unit.kind)))


@cache
def neighbouring_counties() -> tuple[NeighbouringCounty, ...]:
    """The seven counties around 通道, in three provinces."""
    rows = read_table("organisations", "neighbouring_counties.csv")
    return tuple(NeighbouringCounty(**row) for row in rows)


def _division(row: dict[str, str]) -> Unit:
    kind = UnitKind(row["level"])
    is_top = kind is UnitKind.COUNTY
    return Unit(
        id=unit_id_of(CodeSystem.NBS, row["code"]),
        kind=kind,
        code=row["code"],
        code_system=CodeSystem.NBS,
        name=row["name"],
        parent_id=None if is_top else unit_id_of(CodeSystem.NBS, row["parent_code"]),
        is_statistical=row["mark"] == "statistical",
        is_virtual=row["mark"] == "virtual",
    )


def _department(row: dict[str, str]) -> Unit:
    return Unit(
        id=unit_id_of(CodeSystem.OWN, row["key"]),
        kind=UnitKind.DEPARTMENT,
        code=row["key"],
        code_system=CodeSystem.OWN,
        name=row["name"],
        parent_id=COUNTY_ID,
    )
