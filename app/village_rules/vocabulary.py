"""The law the program decides by, as data: one row per rule, version and period.

The Organic Law of Villagers' Committees was revised in 2025 with new article numbers, and it will
be revised again; a vote of last year must still be judged by the law of last year.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID, uuid5

from app.reference import read_json

RULE_SET_NAMESPACE = UUID("b1c9c7ad-0d1b-5f7e-9a55-201812290000")
"""Never change it: the ids that motions keep are derived from it."""


class RuleSetKey(StrEnum):
    """What a rule is about; the articles in the comments are those of the 2018 text."""

    ASSEMBLY_CALL = "assembly_call"  # 21: who calls it, ten days' notice
    ASSEMBLY_DECISION = "assembly_decision"  # 22: quorum and majority
    ASSEMBLY_MATTERS = "assembly_matters"  # 24: what needs the assembly
    REPRESENTATIVES_DECISION = "representatives_decision"  # 26
    VILLAGE_RULES_MAKING = "village_rules_making"  # 27
    VILLAGE_RULES_MAKING_HUNAN = "village_rules_making_hunan"  # Hunan measures, 3 and 4
    GROUP_DECISION = "group_decision"  # 28
    # limits of cases, by the words of `app.clocks.vocabulary.LimitKey`
    PETITION_TOLD = "petition_told"
    TRANSFER_OBJECTION = "transfer_objection"
    PETITION_HANDLING = "petition_handling"
    REVIEW_ASKING = "review_asking"
    REVIEW_ANSWERING = "review_answering"
    RE_REVIEW_ASKING = "re_review_asking"
    RE_REVIEW_ANSWERING = "re_review_answering"
    COUNTY_MET = "county_met"
    COUNTY_INVESTIGATED = "county_investigated"
    COUNTY_ANSWERED = "county_answered"
    COUNTY_CLOSED = "county_closed"
    PEOPLES_MEDIATION = "peoples_mediation"
    COURT_SENT_MEDIATION = "court_sent_mediation"
    CONFIRMATION_APPLICATION = "confirmation_application"
    CONFIRMATION_RULING = "confirmation_ruling"
    ENFORCEMENT = "enforcement"


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole as the law puts it.

    `is_inclusive` true is "三分之二以上", which takes in exactly two thirds (民法典 2020,
    Art. 1259: 以上 includes the number itself; to be confirmed, its text was not at hand); false
    is "过半数", which leaves out exactly half.
    """

    numerator: int
    denominator: int
    is_inclusive: bool


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One rule of one version of a law.

    `version` is the day this text was passed. `effective_to` is the last day it applies, None
    while in force. `article` is None where the number is not known, `is_confirmed` false where
    the text itself was not found. `source` is where it was read.
    """

    key: RuleSetKey
    law: str
    version: date
    effective_from: date
    effective_to: date | None
    article: str | None
    params: Mapping[str, Any] = field(hash=False)
    source: str
    is_confirmed: bool
    note: str

    @property
    def id(self) -> str:
        """A UUID that comes out alike on every machine; a motion keeps it."""
        return str(uuid5(RULE_SET_NAMESPACE, f"{self.key.value}@{self.version.isoformat()}"))


class RuleTextConcern(StrEnum):
    """What a village may not give itself by its rules."""

    FINE = "fine"
    EXPULSION = "expulsion"
    CUTTING_SUPPLIES = "cutting_supplies"
    WITHHOLDING_BENEFITS = "withholding_benefits"
    CONFISCATION = "confiscation"


@dataclass(frozen=True, slots=True)
class RuleTextFinding:
    """A passage somebody should look at: `text[start:end] == passage`, in characters."""

    concern: RuleTextConcern
    passage: str
    start: int
    end: int


@cache
def shipped_rule_sets() -> tuple[RuleSet, ...]:
    """The table that ships with the program."""
    return tuple(_rule_set(row) for row in read_json("village_rules", "rule_sets.json"))


def _rule_set(row: dict[str, Any]) -> RuleSet:
    last_day = row["effective_to"]
    return RuleSet(
        key=RuleSetKey(row["key"]),
        law=row["law"],
        version=date.fromisoformat(row["version"]),
        effective_from=date.fromisoformat(row["effective_from"]),
        effective_to=None if last_day is None else date.fromisoformat(last_day),
        article=row["article"],
        params=row["params"],
        source=row["source"],
        is_confirmed=row["is_confirmed"],
        note=row["note"],
    )
