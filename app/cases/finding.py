"""What the case form picks from: the classes of the standard and the residents of the roster."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, bindparam, text

from app.cases.vocabulary import class_name, dispute_classes
from app.households.vocabulary import Past, ResidentStatus
from app.organisations.rules import display_name
from app.organisations.vocabulary import Unit, UnitKind
from app.store import Store
from db.search_index import match_expression, search_words, words_typed

COMPARED = 500
"""Residents that are compared before the best are shown."""


@dataclass(frozen=True, slots=True)
class Found:
    """A hit of a picker: a class, or a resident with the address the case takes over.

    The telephone is asked for once somebody was picked: that is a look, and is written down.
    """

    kind: str
    record_id: str
    title: str
    subtitle: str
    address: str | None = None
    past: Past | None = None
    """Why it is history, which the screen says beside it."""
    birth_date: date | None = None
    ethnic_group: str | None = None
    """Of a resident; the case takes them over too."""


def find_classes(typed: str) -> tuple[Found, ...]:
    """Classes by a part of their name, pinyin, initials or code; all of them for no text.

    Sub-classes come before the bare classes: the finer one is the better answer.
    """
    parts = typed.lower().split()
    fitting = [
        found for found, words in _class_words() if all(_fits(words, part) for part in parts)
    ]
    if not parts:
        return tuple(fitting)
    return tuple(sorted(fitting, key=lambda found: len(found.record_id), reverse=True))


def find_residents(
    store: Store, typed: str, *, unit_ids: frozenset[str] | None = None, limit: int = 12
) -> tuple[Found, ...]:
    """Residents by name, pinyin, initials or telephone number; the household says which one.

    Nobody who died is a party; who moved away may be, and comes last with a mark. Where more than
    COMPARED fit, as for a single letter in the county's file, the best of so many.
    """
    match = match_expression(typed)
    if match is None:
        return ()
    where, values = _in_units("r.unit_id", unit_ids)
    statement = (
        "SELECT r.id, r.name, h.number, h.head_name, h.address, r.status, r.birth_date, "
        "r.ethnic_group FROM "
        "(SELECT r.id, r.name, r.household_id, r.status, r.birth_date, r.ethnic_group "
        "FROM search_words w JOIN search_entry e ON e.rowid_ = w.rowid "
        "JOIN resident r ON r.id = e.record_id "
        "WHERE search_words MATCH :match AND e.entity = 'resident' AND r.status <> 'deceased' "
        f"{where} LIMIT {COMPARED}) r JOIN household h ON h.id = r.household_id "
        "ORDER BY r.status = 'moved_out', length(r.name), r.name, h.number LIMIT :page"
    )
    lists: list[BindParameter[Any]] = [bindparam(name, expanding=True) for name in values]
    with store.reading() as session:
        found = session.connection().execute(
            text(statement).bindparams(*lists), {**values, "match": match, "page": limit}
        )
        return tuple(_resident(row) for row in found)


def find_units(units: Iterable[Unit], typed: str) -> tuple[Found, ...]:
    """Villages among these units by a part of their name or pinyin; all of them for no text.

    The two statistical farm units and the virtual villages are no place anybody lives in.
    """
    parts = words_typed(typed)
    return tuple(
        Found("unit", unit.id, display_name(unit), "")
        for unit in units
        if unit.kind is UnitKind.VILLAGE
        and not (unit.is_statistical or unit.is_virtual)
        and all(_fits(_unit_words(unit.name), part) for part in parts)
    )


def find_any_units(units: Iterable[Unit], typed: str) -> tuple[Found, ...]:
    """Units of every kind by a part of their name or pinyin, the higher ones first; all of them
    for no text."""
    fitting = [
        unit
        for unit in units
        if not (unit.is_statistical or unit.is_virtual) and unit_fits(unit, typed)
    ]
    order = (UnitKind.COUNTY, UnitKind.DEPARTMENT, UnitKind.TOWNSHIP, UnitKind.VILLAGE)
    fitting.sort(key=lambda unit: order.index(unit.kind))
    return tuple(Found("unit", unit.id, display_name(unit), "") for unit in fitting)


def find_accounts(store: Store, typed: str, *, limit: int = 50) -> tuple[Found, ...]:
    """Who works with the program, by name or pinyin; the unit says which one."""
    statement = (
        "SELECT a.id, a.name, u.name FROM account a LEFT JOIN unit u ON u.id = a.unit_id "
        "WHERE a.is_active ORDER BY a.name, a.id"
    )
    with store.reading() as session:
        rows = session.connection().execute(text(statement)).all()
    fitting = [row for row in rows if name_fits(row[1], typed)][:limit]
    return tuple(Found("account", row[0], row[1], row[2] or "") for row in fitting)


def unit_fits(unit: Unit, typed: str) -> bool:
    """Whether a unit's name or its pinyin begins like every word typed."""
    return name_fits(unit.name, typed)


def name_fits(name: str, typed: str) -> bool:
    """As ``unit_fits``, for a unit's name in any of its forms."""
    return all(_fits(_unit_words(name), part) for part in words_typed(typed))


@cache
def _unit_words(name: str) -> tuple[str, ...]:
    return tuple(search_words(name, None, None, None).split())


@cache
def _class_words() -> tuple[tuple[Found, tuple[str, ...]], ...]:
    """Every class with the words it is found under, each class before its sub-classes."""
    entries = [each for entry in dispute_classes() for each in (entry, *entry.children)]
    return tuple(
        (
            Found("class", entry.code, class_name(entry.code), entry.code),
            tuple(search_words(class_name(entry.code), None, None, entry.code).split()),
        )
        for entry in entries
    )


def _fits(words: Iterable[str], part: str) -> bool:
    return any(word.startswith(part) for word in words)


def _in_units(column: str, unit_ids: frozenset[str] | None) -> tuple[str, dict[str, Any]]:
    if unit_ids is None:
        return "", {}
    return f"AND {column} IN :units ", {"units": sorted(unit_ids)}


def _resident(row: Any) -> Found:
    resident_id, name, number, head_name, address, status, born, group = row
    return Found(
        kind="resident",
        record_id=resident_id,
        title=name,
        subtitle=" · ".join(part for part in (number, head_name, address) if part),
        address=address,
        past=Past.of(ResidentStatus(status)),
        birth_date=date.fromisoformat(born) if born else None,
        ethnic_group=group,
    )
