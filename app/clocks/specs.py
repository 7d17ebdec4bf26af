"""A limit as the table of rule sets has it, read once into what the clocks count with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from app.cases.vocabulary import CaseEventKind, CaseKind
from app.clocks.vocabulary import (
    DayUnit,
    ExtensionNeed,
    LimitEnd,
    LimitKey,
    LimitSource,
    PauseGround,
)
from app.petitions.vocabulary import PetitionPurpose
from app.village_rules.vocabulary import RuleSet

RULED: Final = frozenset(LimitKey) - {LimitKey.AGREEMENT_ITEM, LimitKey.FOLLOW_UP}
"""The limits that a rule set sets; the others are agreed on or a setting."""


@dataclass(frozen=True, slots=True)
class LimitSpec:
    """What a rule set says of a limit.

    ``n`` is None where the event that starts it names the days. ``extension_max`` is in days: 0
    for none, None where the rule sets no maximum. ``kinds`` is empty for every kind of case,
    ``purposes`` for whatever a petition wants.
    ``is_right``: who may do something by then loses that; nobody is late. ``is_after_closing``:
    runs on when the case is closed.
    """

    key: LimitKey
    rule: RuleSet
    source: LimitSource
    kinds: frozenset[CaseKind]
    purposes: frozenset[PetitionPurpose]
    anchor: str
    n: int | None
    unit: DayUnit
    ends_with: LimitEnd
    stops: frozenset[CaseEventKind]
    extension_max: int | None
    extension_needs: ExtensionNeed | None
    pauses: frozenset[PauseGround]
    is_right: bool
    is_after_closing: bool


@lru_cache(maxsize=8)
def limit_specs(rule_sets: tuple[RuleSet, ...]) -> tuple[LimitSpec, ...]:
    """Every version of every limit among these rule sets, in the order of the keys.

    One that a newer county words in a way this program does not know is left out, not guessed at.
    """
    wanted = {key.value: key for key in LimitKey if key in RULED}
    found = (_known(wanted[rule.key.value], rule) for rule in rule_sets if rule.key.value in wanted)
    order = list(LimitKey)
    return tuple(sorted(filter(None, found), key=lambda one: order.index(one.key)))


def _known(key: LimitKey, rule: RuleSet) -> LimitSpec | None:
    try:
        return _spec(key, rule)
    except (KeyError, TypeError, ValueError):
        return None


def _spec(key: LimitKey, rule: RuleSet) -> LimitSpec:
    params = rule.params
    needs = params["extension_needs"]
    return LimitSpec(
        key=key,
        rule=rule,
        source=LimitSource(params["source"]),
        kinds=frozenset(map(CaseKind, params["kinds"])),
        purposes=frozenset(map(PetitionPurpose, params.get("purposes", ()))),
        anchor=params["anchor"],
        n=params["n"],
        unit=DayUnit(params["unit"]),
        ends_with=LimitEnd(params["ends_with"]),
        stops=frozenset(map(CaseEventKind, params["stops"])),
        extension_max=params["extension_max"],
        extension_needs=None if needs is None else ExtensionNeed(needs),
        pauses=frozenset(map(PauseGround, params["pauses"])),
        is_right=params["is_right"],
        is_after_closing=params["is_after_closing"],
    )


def spec_of(key: str, specs: Iterable[LimitSpec]) -> LimitSpec | None:
    """The newest of these that has this key."""
    found = [spec for spec in specs if spec.key.value == key]
    return max(found, key=lambda spec: spec.rule.version, default=None)
