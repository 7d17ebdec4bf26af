"""Which unit lies inside which: the ground of every "may this person see that record".

A unit that is not known here lies inside nothing: when in doubt, nothing is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from app.organisations.vocabulary import Unit, UnitKind, shipped_units


def ancestors(unit_id: str, units_by_id: Mapping[str, Unit]) -> tuple[Unit, ...]:
    """The units above this one, nearest first, without the unit itself.

    A ring of parents (only bad data has one) ends where it would repeat.
    """
    found: dict[str, Unit] = {}
    unit = units_by_id.get(unit_id)
    while unit is not None and unit.parent_id is not None:
        unit = units_by_id.get(unit.parent_id)
        if unit is None or unit.id == unit_id or unit.id in found:
            break
        found[unit.id] = unit
    return tuple(found.values())


def subtree(unit_id: str, units: Iterable[Unit]) -> frozenset[str]:
    """The ids of this unit and of everything below it; the id itself even if not listed."""
    children: dict[str, list[str]] = {}
    for unit in units:
        if unit.parent_id is not None:
            children.setdefault(unit.parent_id, []).append(unit.id)
    found: set[str] = set()
    waiting = [unit_id]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting.extend(children.get(here, ()))
    return frozenset(found)


def is_within(unit_id: str, top_id: str, units_by_id: Mapping[str, Unit]) -> bool:
    """Whether a unit is the top unit itself or lies below it."""
    if unit_id == top_id:
        return True
    return any(unit.id == top_id for unit in ancestors(unit_id, units_by_id))


def display_name(unit: Unit, units_by_id: Mapping[str, Unit] | None = None) -> str:
    """How a unit is shown: a village always after its township.

    老寨村, 江口村 and 黄柏村 each exist twice in the county, so the bare name is never enough.
    Without `units_by_id` the shipped units are used.
    """
    if unit.kind is not UnitKind.VILLAGE or unit.parent_id is None:
        return unit.name
    known = _shipped_by_id() if units_by_id is None else units_by_id
    township = known.get(unit.parent_id)
    return unit.name if township is None else f"{township.name}{unit.name}"


@cache
def _shipped_by_id() -> dict[str, Unit]:
    return {unit.id: unit for unit in shipped_units()}
