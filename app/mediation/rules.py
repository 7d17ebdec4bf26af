"""When mediation may go on, who may lead it, and when an agreement takes effect.

Pure functions, asked alike by laptop and county. Articles are those of 人民调解法 (2010-08-28),
which is the law of people's mediation. No law at hand says when an agreement of administrative
mediation takes effect; this program asks the same signatures of all three ways.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from app.accounts.vocabulary import Role
from app.cases.detail_rules import read_detail
from app.cases.vocabulary import CaseBlock, CaseEventKind, CaseStep, PartySide
from app.mediation.vocabulary import AgreementForm, MediationWay, SignerKind

_K = CaseEventKind

# --- refused and agreed ---------------------------------------------------------------------------


def standing_refusals(past: Iterable[CaseStep]) -> frozenset[str]:
    """The parties that have clearly refused mediation and not agreed since, by id.

    人民调解法 (2010-08-28), Art. 17; Art. 23 (2): each party may refuse, or have it ended, at any
    time. Only who refused can take it back.
    """
    refused: set[str] = set()
    for step in past:
        said = read_detail(step.kind, step.detail)
        if step.kind is _K.PARTY_REFUSED:
            refused.update(said.get("parties", ()))
        elif step.kind is _K.MEDIATION_HELD:
            refused.update(said.get("refused_by", ()))
        elif step.kind is _K.PARTY_AGREED:
            refused.difference_update(said.get("parties", ()))
    return frozenset(refused)


def refusal_block(past: Sequence[CaseStep], _step: CaseStep) -> CaseBlock | None:
    """No mediation while a party's clear refusal stands; 人民调解法 (2010-08-28), Art. 17."""
    return CaseBlock.PARTY_REFUSES if standing_refusals(past) else None


def other_ways_block(past: Sequence[CaseStep], step: CaseStep) -> CaseBlock | None:
    """A mediation that failed is ended and the parties are told of arbitration, administrative
    and court ways; 人民调解法 (2010-08-28), Art. 26.

    Told in the words of the event itself, or in an event of its own before.
    """
    is_told = step.has_note or any(each.kind is _K.TOLD_OTHER_WAYS for each in past)
    return None if is_told else CaseBlock.OTHER_WAYS_UNTOLD


def are_rights_told(past: Iterable[CaseStep]) -> bool:
    """Whether some session says that the parties were told their rights.

    人民调解法 (2010-08-28), Art. 23 lists the rights; that they are told is this program's own
    question, so it is shown and stands in nobody's way.
    """
    return any(
        step.kind is _K.MEDIATION_HELD
        and read_detail(step.kind, step.detail).get("rights_told") is True
        for step in past
    )


# --- three ways of one case -----------------------------------------------------------------------

_COMMITTEES: Final = frozenset(
    {
        *(Role.GRID_WORKER, Role.MEDIATOR, Role.VILLAGE_SECRETARY),
        *(Role.TOWNSHIP_CENTRE, Role.COUNTY_CENTRE),
    }
)
MAY_LEAD: Final[Mapping[MediationWay, frozenset[Role]]] = {
    MediationWay.PEOPLES: _COMMITTEES,
    MediationWay.ADMINISTRATIVE: frozenset(
        {Role.TOWNSHIP_CENTRE, Role.COUNTY_CENTRE, Role.DEPARTMENT_HANDLER}
    ),
    MediationWay.JUDICIAL: frozenset({Role.COURT_LIAISON}),
}
"""Whose work each way is: the committees of villages (人民调解法 2010-08-28, Art. 8) and townships
(Art. 34); township and departments; the court."""


def may_lead(role: Role, way: MediationWay) -> bool:
    """Whether mediation in this way is the work of this post."""
    return role in MAY_LEAD[way]


def may_change_way(role: Role, before: MediationWay | None, after: MediationWay) -> bool:
    """Whoever leads may give a case over to another way, and who leads there may take it over.

    人民调解法 (2010-08-28), Art. 3 (3): mediation keeps nobody from another way.
    """
    return may_lead(role, after) or may_lead(role, before or MediationWay.PEOPLES)


def way_of(past: Iterable[CaseStep]) -> MediationWay | None:
    """Which of the three mediations leads the case after the events that counted.

    A case nobody passed on is people's mediation from its first session; None before that.
    """
    way: MediationWay | None = None
    for step in past:
        if step.kind is _K.WAY_CHANGED:
            way = read_detail(step.kind, step.detail).get("way", way)
        elif step.kind is _K.MEDIATION_HELD and way is None:
            way = MediationWay.PEOPLES
    return way


def same_way_block(past: Sequence[CaseStep], step: CaseStep) -> CaseBlock | None:
    """A case goes over to another way, not to the one it is in."""
    wanted = read_detail(step.kind, step.detail).get("way")
    return CaseBlock.SAME_WAY if wanted is not None and wanted is way_of(past) else None


# --- when an agreement takes effect ---------------------------------------------------------------


class AgreementFacts(Protocol):
    """What the rules ask of an agreement; its row is one."""

    @property
    def form(self) -> AgreementForm: ...
    @property
    def reached_on(self) -> date: ...


class SignatureFacts(Protocol):
    """What the rules ask of a signature; its row is one."""

    @property
    def signer(self) -> SignerKind: ...
    @property
    def party_id(self) -> str | None: ...
    @property
    def signed_on(self) -> date: ...


@dataclass(frozen=True, slots=True)
class AgreementTerms:
    """An agreement where there is no row of it, as at the county."""

    form: AgreementForm
    reached_on: date


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature where there is no row of it."""

    signer: SignerKind
    signed_on: date
    party_id: str | None = None


@dataclass(frozen=True, slots=True)
class SigningPlace:
    """A line under the agreement that somebody signs: which party, or the mediator, or the seal."""

    signer: SignerKind
    party_id: str | None = None


def who_agrees(
    parties: Iterable[tuple[str, PartySide]], owing: Collection[str | None] = ()
) -> tuple[str, ...]:
    """The parties an agreement is between, by id: all of the two sides, and who of the third owes
    something by it. Kept with the agreement, so that whoever joins the case later is not missed
    under it."""
    return tuple(
        party_id for party_id, side in parties if side is not PartySide.THIRD or party_id in owing
    )


def stored_parties(party_ids: Iterable[str]) -> str:
    """As an agreement keeps them."""
    return json.dumps(list(party_ids))


def read_parties(stored: str) -> tuple[str, ...]:
    """Read back; none where it cannot be read."""
    try:
        found = json.loads(stored)
    except (ValueError, RecursionError):
        return ()
    is_list = isinstance(found, list) and all(isinstance(each, str) for each in found)
    return tuple(found) if is_list else ()


def places_to_sign(party_ids: Iterable[str]) -> tuple[SigningPlace, ...]:
    """The lines under a written agreement: every party it is between; a mediator; the committee's
    seal. 人民调解法 (2010-08-28), Art. 29 (2)."""
    return (
        *(SigningPlace(SignerKind.PARTY, each) for each in party_ids),
        SigningPlace(SignerKind.MEDIATOR),
        SigningPlace(SignerKind.SEAL),
    )


def missing_signatures(
    agreement: AgreementFacts, signatures: Iterable[SignatureFacts], party_ids: Iterable[str]
) -> tuple[SigningPlace, ...]:
    """The lines nobody has signed yet, in their order; none of an oral agreement, which needs no
    signature (人民调解法 2010-08-28, Art. 30)."""
    if agreement.form is AgreementForm.ORAL:
        return ()
    signed = {_place_of(each) for each in signatures}
    return tuple(place for place in places_to_sign(party_ids) if place not in signed)


def effective_on(
    agreement: AgreementFacts, signatures: Iterable[SignatureFacts], party_ids: Iterable[str]
) -> date | None:
    """The day the agreement takes effect; None while a signature is missing.

    ``party_ids`` are those it is between. 人民调解法 (2010-08-28), Art. 29 (2): a written one on
    the day the last of the parties, the mediator and the seal stands under it. Art. 30: an oral
    one on the day it was reached. Where a place was signed twice, as by two laptops, the first day
    counts. Between nobody there is no agreement.
    """
    if agreement.form is AgreementForm.ORAL:
        return agreement.reached_on
    first: dict[SigningPlace, date] = {}
    for each in signatures:
        place = _place_of(each)
        first[place] = min(each.signed_on, first.get(place, each.signed_on))
    places = places_to_sign(party_ids)
    is_whole = any(place.party_id for place in places) and first.keys() >= set(places)
    return max(first[place] for place in places) if is_whole else None


def is_frozen(agreement: AgreementFacts, signatures: Iterable[SignatureFacts]) -> bool:
    """Whether what was agreed can no more be changed: it stands from the first signature, and an
    oral one from when it was reached; 人民调解法 (2010-08-28), Art. 31: it binds. Who agrees on
    something else makes a new agreement."""
    return agreement.form is AgreementForm.ORAL or any(True for _ in signatures)


def _place_of(signature: SignatureFacts) -> SigningPlace:
    is_party = signature.signer is SignerKind.PARTY
    return SigningPlace(signature.signer, signature.party_id if is_party else None)


FULL_AGE: Final = 18


def is_minor(birth_date: date | None, on: date) -> bool:
    """Whether somebody is under eighteen on that day, so that the guardian signs.

    民法典 (2020), Art. 17, 19, 20 and 23; the text was not at hand, to be confirmed. Who is not
    known to be a minor signs himself.
    """
    if birth_date is None:
        return False
    try:
        of_age = birth_date.replace(year=birth_date.year + FULL_AGE)
    except ValueError:  # born on 29 February
        of_age = date(birth_date.year + FULL_AGE, 3, 1)
    return on < of_age
