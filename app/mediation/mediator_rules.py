"""Who may mediate a case, and what the roster tells of kin among the parties.

The roster knows households and what each resident is to its head, nothing more. Brothers who have
households of their own, in-laws and godparents are not found: what is not found is not denied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.households.vocabulary import Relation
from app.mediation.vocabulary import ChosenBy, KinDegree, MediatorProblem

LONGEST_NAME: Final = 80
LONGEST_CHOSEN: Final = 200
LONGEST_KINSHIP: Final = 500

LAW, PSYCHOLOGY, LANGUAGES = "15", "16", "21"
SKILLS: Final[Mapping[str, str]] = {
    LAW: "法律咨询",
    PSYCHOLOGY: "心理咨询",
    "17": "医疗救护",
    "20": "外语",
    LANGUAGES: "民族语言",
    "22": "手语",
    "99": "其他",
}
"""Of GB/T 31000-2015, 5.5 专业特长, those a mediation may need; names as printed there."""


def skills_of(stored: str | None) -> frozenset[str]:
    """The codes a term keeps, apart by commas; what is not known here is kept among them."""
    return frozenset(each for each in (stored or "").split(",") if each)


def stored_skills(codes: Iterable[str]) -> str | None:
    """As a term keeps them; None for none."""
    return ",".join(sorted(set(codes))) or None


@dataclass(frozen=True, slots=True)
class RosterPerson:
    """Somebody of the roster, or a party nobody found there (``resident_id`` None)."""

    name: str
    resident_id: str | None = None
    household_id: str | None = None
    relation: Relation | None = None
    """To the head of the household."""
    identity_number: str | None = None
    households_before: frozenset[str] = frozenset()
    """Households his was split from or merged with."""


@dataclass(frozen=True, slots=True)
class Kin:
    """What was found between the mediator and one party."""

    party_name: str
    degree: KinDegree
    mediator_relation: Relation | None = None
    party_relation: Relation | None = None
    """What either is to the head of their household."""


@dataclass(frozen=True, slots=True)
class KinCheck:
    """What the roster told; ``is_mediator_known`` is false where nobody could be looked for, and
    ``unknown`` are the parties who are not in the roster, by name."""

    is_mediator_known: bool
    found: tuple[Kin, ...]
    unknown: tuple[str, ...]

    @property
    def is_party(self) -> bool:
        """Whether the mediator is a party himself."""
        selves = (KinDegree.SAME_PERSON, KinDegree.SAME_NUMBER)
        return any(kin.degree in selves for kin in self.found)


def kin_between(mediator: RosterPerson, parties: Iterable[RosterPerson]) -> KinCheck:
    """The nearest tie to each party that the roster knows, in the order of the parties.

    人民调解法 (2010-08-28), Art. 15 (1) forbids to favour a party; that kin are looked for is this
    program's own care, and a tie that was found only asks for a word.
    """
    people = list(parties)
    found = (_tie(mediator, party) for party in people)
    return KinCheck(
        is_mediator_known=mediator.resident_id is not None,
        found=tuple(tie for tie in found if tie is not None),
        unknown=tuple(party.name for party in people if party.resident_id is None),
    )


def _tie(mediator: RosterPerson, party: RosterPerson) -> Kin | None:
    degree = _degree(mediator, party)
    if degree is None:
        return None
    is_home = degree is KinDegree.SAME_HOUSEHOLD
    return Kin(
        party.name,
        degree,
        mediator.relation if is_home else None,
        party.relation if is_home else None,
    )


def _degree(mediator: RosterPerson, party: RosterPerson) -> KinDegree | None:
    if mediator.resident_id is not None and mediator.resident_id == party.resident_id:
        return KinDegree.SAME_PERSON
    if mediator.identity_number and mediator.identity_number == party.identity_number:
        return KinDegree.SAME_NUMBER
    if mediator.household_id is not None and mediator.household_id == party.household_id:
        return KinDegree.SAME_HOUSEHOLD
    homes = mediator.households_before | {mediator.household_id}
    if party.household_id is not None and party.household_id in homes:
        return KinDegree.SAME_HOUSEHOLD_BEFORE
    both_known = mediator.resident_id is not None and party.resident_id is not None
    return KinDegree.SAME_NAME if mediator.name == party.name and not both_known else None


def mediator_problem(
    *,
    name: str,
    chosen_by: ChosenBy,
    chosen_note: str,
    kinship_note: str,
    kin: KinCheck | None,
    is_active: bool,
    starts_on: date,
    ends_on: date | None,
    today: date,
) -> MediatorProblem | None:
    """Why this person cannot mediate the case; 人民调解法 (2010-08-28), Art. 19 and 20.

    One or several mediate, assigned by the committee or chosen by the parties; who is invited
    besides comes with the parties' consent, which is written down. ``kin`` None where nobody
    asked the roster, as at the county.
    """
    needs_consent = chosen_by is ChosenBy.INVITED and not chosen_note.strip()
    is_kin = kin is not None and bool(kin.found) and not kinship_note.strip()
    lengths = (
        len(name.strip()) > LONGEST_NAME
        or len(chosen_note.strip()) > LONGEST_CHOSEN
        or len(kinship_note.strip()) > LONGEST_KINSHIP
    )
    checks = (
        (not name.strip(), MediatorProblem.NAME_MISSING),
        (lengths, MediatorProblem.TOO_LONG),
        (kin is not None and kin.is_party, MediatorProblem.IS_PARTY),
        (is_active, MediatorProblem.ACTIVE_ALREADY),
        (needs_consent, MediatorProblem.CONSENT_MISSING),
        (is_kin, MediatorProblem.KIN_UNEXPLAINED),
        (starts_on > today, MediatorProblem.IN_FUTURE),
        (ends_on is not None and ends_on < starts_on, MediatorProblem.ENDS_BEFORE_START),
    )
    return next((problem for is_wrong, problem in checks if is_wrong), None)
