"""What an agreement must say, who may sign where and when, and what is noted of performance.

人民调解法 (2010-08-28), Art. 29 (1) lists what a written agreement may state: who the parties are,
the main facts, what is in dispute and each party's responsibility; what was agreed, how and by
when. Facts and terms are asked for by this program; how it is performed may be left out. Shared by
laptop and county.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.mediation.performance_rules import MOST_CENTS
from app.mediation.vocabulary import (
    AgreementField,
    AgreementForm,
    AgreementProblem,
    Performance,
    SignerKind,
    SigningProblem,
)

MOST_ITEMS: Final = 100
MOST_PLACES: Final = 10_000
"""Of a promise: laptops that add at once may leave gaps, and nobody counts on."""
LONGEST: Final = {
    AgreementField.FACTS: 4000,
    AgreementField.TERMS: 4000,
    AgreementField.PERFORMANCE_WAY: 1000,
    AgreementField.ITEM_TEXT: 1000,
    AgreementField.PROOF: 500,
    AgreementField.END_REASON: 500,
}
MOST_COPIES: Final = 99

FROZEN_FIELDS: Final = frozenset(
    {
        "number",
        "form",
        "way",
        "facts",
        "terms",
        "performance_way",
        "reached_on",
        "party_ids",
        "case_id",
    }
)
FROZEN_ITEM_FIELDS: Final = frozenset(
    {"position", "party_id", "text", "amount_cents", "due_on", "agreement_id", "case_id"}
)
"""What stays as it was signed; how many copies there are, its end, and what was done of it may be
written later."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with which field; ``item`` is the place of the item, from 0."""

    field: AgreementField
    code: AgreementProblem
    item: int | None = None


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """One promise as the form holds it; ``item_id`` None for a new one."""

    text: str
    party_id: str | None = None
    amount_cents: int | None = None
    due_on: date | None = None
    item_id: str | None = None


def agreement_problems(
    *,
    form: AgreementForm,
    facts: str,
    terms: str,
    performance_way: str,
    reached_on: date | None,
    copies: int | None,
    today: date,
) -> list[Problem]:
    """What keeps an agreement from being written, in the order of the form."""
    found = []
    if reached_on is None:
        found.append(Problem(AgreementField.REACHED_ON, AgreementProblem.MISSING))
    elif reached_on > today:
        found.append(Problem(AgreementField.REACHED_ON, AgreementProblem.IN_FUTURE))
    is_written = form is AgreementForm.WRITTEN
    found += _text_problems(AgreementField.FACTS, facts, is_required=is_written)
    found += _text_problems(AgreementField.TERMS, terms, is_required=True)
    found += _text_problems(AgreementField.PERFORMANCE_WAY, performance_way)
    if copies is not None and not 1 <= copies <= MOST_COPIES:
        found.append(Problem(AgreementField.COPIES, AgreementProblem.BAD_COUNT))
    return found


def items_problems(
    items: Sequence[ItemDraft], *, party_ids: Collection[str], reached_on: date | None
) -> list[Problem]:
    """What is wrong with the promises, one after the other."""
    found = [
        problem
        for place, item in enumerate(items)
        for problem in item_problems(item, party_ids=party_ids, reached_on=reached_on, place=place)
    ]
    if len(items) > MOST_ITEMS:
        found.append(Problem(AgreementField.ITEM_TEXT, AgreementProblem.TOO_MANY, MOST_ITEMS))
    return found


def item_problems(
    item: ItemDraft, *, party_ids: Collection[str], reached_on: date | None, place: int = 0
) -> Iterable[Problem]:
    """What is wrong with one promise."""
    for problem in _text_problems(AgreementField.ITEM_TEXT, item.text, is_required=True):
        yield Problem(problem.field, problem.code, place)
    if item.party_id is not None and item.party_id not in party_ids:
        yield Problem(AgreementField.ITEM_PARTY, AgreementProblem.NOT_A_PARTY, place)
    if item.amount_cents is not None and not 0 < item.amount_cents <= MOST_CENTS:
        yield Problem(AgreementField.ITEM_AMOUNT, AgreementProblem.BAD_AMOUNT, place)
    if item.due_on is not None and reached_on is not None and item.due_on < reached_on:
        yield Problem(AgreementField.ITEM_DUE, AgreementProblem.BEFORE_REACHED, place)


def signing_problem(
    *,
    form: AgreementForm,
    reached_on: date,
    is_ended: bool,
    signer: SignerKind,
    party_id: str | None,
    party_ids: Collection[str],
    is_minor: bool,
    has_agent: bool,
    name: str,
    signed_on: date,
    today: date,
) -> SigningProblem | None:
    """Why this signature cannot stand under this agreement; 人民调解法 (2010-08-28), Art. 29 (2).

    A party signs, seals or gives a fingerprint; a minor's guardian signs for him.
    """
    checks = (
        (form is not AgreementForm.WRITTEN, SigningProblem.NOT_WRITTEN),
        (is_ended, SigningProblem.ENDED),
        (not name.strip(), SigningProblem.NAME_MISSING),
        ((party_id in party_ids) is not (signer is SignerKind.PARTY), SigningProblem.NOT_A_PARTY),
        (is_minor and not has_agent, SigningProblem.NEEDS_AGENT),
        (signed_on < reached_on, SigningProblem.BEFORE_REACHED),
        (signed_on > today, SigningProblem.IN_FUTURE),
    )
    return next((problem for is_wrong, problem in checks if is_wrong), None)


def performance_problems(
    *,
    performance: Performance,
    performed_on: date | None,
    proof: str,
    reached_on: date,
    today: date,
) -> list[Problem]:
    """What is wrong with what is noted of a promise; done and partly done have their day."""
    field = AgreementField.PERFORMED_ON
    is_done = performance in (Performance.DONE, Performance.PARTLY)
    found = []
    if is_done and performed_on is None:
        found.append(Problem(field, AgreementProblem.DAY_MISSING))
    elif not is_done and performed_on is not None:
        found.append(Problem(field, AgreementProblem.DAY_TOO_MUCH))
    elif performed_on is not None and performed_on > today:
        found.append(Problem(field, AgreementProblem.IN_FUTURE))
    elif performed_on is not None and performed_on < reached_on:
        found.append(Problem(field, AgreementProblem.BEFORE_REACHED))
    return found + _text_problems(AgreementField.PROOF, proof)


def ending_problems(
    *, ended_on: date | None, reason: str, reached_on: date, today: date
) -> list[Problem]:
    """What is wrong with giving an agreement up, or noting that it was held invalid."""
    field = AgreementField.ENDED_ON
    found = []
    if ended_on is None:
        found.append(Problem(field, AgreementProblem.DAY_MISSING))
    elif ended_on > today:
        found.append(Problem(field, AgreementProblem.IN_FUTURE))
    elif ended_on < reached_on:
        found.append(Problem(field, AgreementProblem.BEFORE_REACHED))
    return found + _text_problems(AgreementField.END_REASON, reason, is_required=True)


def _text_problems(field: AgreementField, text: str, *, is_required: bool = False) -> list[Problem]:
    length = len(text.strip())
    if is_required and length == 0:
        return [Problem(field, AgreementProblem.MISSING)]
    return [Problem(field, AgreementProblem.TOO_LONG)] if length > LONGEST[field] else []
