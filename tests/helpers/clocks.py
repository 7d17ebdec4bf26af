"""Facts of a case as the clocks take them, from kinds, days and fields."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.cases.detail_rules import write_detail
from app.cases.vocabulary import CaseEventKind, CaseKind, CaseState, CaseStep
from app.clocks.rules import AgreementFacts, CaseFacts
from app.clocks.timing import ClockRules
from app.petitions.vocabulary import PetitionPurpose
from app.settings.holidays import shipped_calendar
from app.settings.rules import SettingFact, as_json
from app.settings.vocabulary import SettingKey
from app.village_rules.vocabulary import shipped_rule_sets


def step(kind: CaseEventKind, day: date | None = None, **values: Any) -> CaseStep:
    """One event written down on a day, with its fields."""
    return CaseStep(kind, write_detail(kind, values), day)


def facts(
    *steps: CaseStep,
    kind: CaseKind = CaseKind.PETITION,
    state: CaseState = CaseState.UNDER_WAY,
    received_on: date | None = None,
    agreements: tuple[AgreementFacts, ...] = (),
    transferred_on: date | None = None,
    purpose: PetitionPurpose | None = None,
) -> CaseFacts:
    """A case of which this has happened."""
    return CaseFacts(kind, state, received_on, steps, agreements, transferred_on, purpose)


def county_rules(**settings: Any) -> ClockRules:
    """The shipped law and holidays, and these settings from the first day on."""
    given = tuple(
        SettingFact(SettingKey(key).value, as_json(value), date(2000, 1, 1))
        for key, value in settings.items()
    )
    return ClockRules(shipped_rule_sets(), shipped_calendar(), given)
