"""What a county starts with: its units and the law, as reference records in the feed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from app.clocks.rules import citation_of
from app.organisations.vocabulary import COUNTY_ID, Unit, shipped_units
from app.settings.rules import SettingFact, setting_id, shipped_settings
from app.village_rules.vocabulary import RuleSet, shipped_rule_sets


def seed_records() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Entity, id and fields of every shipped record; ids come out alike on every machine."""
    for unit in shipped_units():
        yield "unit", unit.id, unit_fields(unit)
    for rule_set in shipped_rule_sets():
        yield "rule_set", rule_set.id, _rule_set_fields(rule_set)
    for fact in shipped_settings():
        yield "setting", setting_id(fact.key, fact.starts_on), setting_fields(fact)


def unit_fields(unit: Unit) -> dict[str, Any]:
    """A unit as it travels; it is a record of itself."""
    return {
        "unit_id": unit.id,
        "kind": unit.kind.value,
        "code": unit.code,
        "code_system": unit.code_system.value,
        "name": unit.name,
        "parent_id": unit.parent_id,
        "is_statistical": unit.is_statistical,
        "is_virtual": unit.is_virtual,
    }


def setting_fields(fact: SettingFact) -> dict[str, Any]:
    """A setting as it travels."""
    return {
        "unit_id": COUNTY_ID,
        "key": fact.key,
        "value": fact.value,
        "starts_on": fact.starts_on.isoformat(),
        "note": fact.note or None,
        "set_by": None,
    }


def _rule_set_fields(rule_set: RuleSet) -> dict[str, Any]:
    last_day = rule_set.effective_to
    return {
        "unit_id": COUNTY_ID,
        "key": rule_set.key.value,
        "law": rule_set.law,
        "version": rule_set.version.isoformat(),
        "effective_from": rule_set.effective_from.isoformat(),
        "effective_to": None if last_day is None else last_day.isoformat(),
        "article": rule_set.article,
        "citation": citation_of(rule_set),
        "params": json.dumps(rule_set.params, ensure_ascii=False, sort_keys=True),
        "source": rule_set.source,
        "is_confirmed": rule_set.is_confirmed,
        "note": rule_set.note or None,
    }
