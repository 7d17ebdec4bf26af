"""What may happen to people and households, and on which day: pure, for laptop and county.

A village keeps who lives where, who belongs to whom, who works away, and who needs care. It keeps
no register of illness, drugs or psychiatry, and not the field 健康状况 (GB/T 31000-2015, 5.14):
health is sensitive personal information that asks for a specific purpose, strict necessity,
separate consent and an assessment with records (Personal Information Protection Law of 2021,
Arts. 28 to 31, 55 and 56), and an office that keeps a roster has none of them. How much care
somebody needs is kept (5.46), never why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.households.rules import EARLIEST_BIRTH_YEAR
from app.households.vocabulary import (
    LeftBehindKind,
    Relation,
    ResidentStatus,
    RosterEventKind,
    Sex,
)


class DayProblem(StrEnum):
    """Why something cannot have happened on that day."""

    MISSING = "missing"
    IN_FUTURE = "in_future"
    BEFORE_BIRTH = "before_birth"
    TOO_EARLY = "too_early"
    AFTER_LEAVING = "after_leaving"


def day_problem(
    day: date | None, *, today: date, born: date | None = None, left_on: date | None = None
) -> DayProblem | None:
    """Judges the day of an event in the life of somebody who was born, and perhaps left, then."""
    if day is None:
        return DayProblem.MISSING
    if day > today:
        return DayProblem.IN_FUTURE
    if day.year < EARLIEST_BIRTH_YEAR:
        return DayProblem.TOO_EARLY
    if born is not None and day < born:
        return DayProblem.BEFORE_BIRTH
    if left_on is not None and day < left_on:
        return DayProblem.AFTER_LEAVING
    return None


STATUS_AFTER: Mapping[RosterEventKind, ResidentStatus] = {
    RosterEventKind.DIED: ResidentStatus.DECEASED,
    RosterEventKind.MOVED_OUT: ResidentStatus.MOVED_OUT,
    RosterEventKind.WENT_AWAY: ResidentStatus.AWAY,
    RosterEventKind.CAME_HOME: ResidentStatus.PRESENT,
    RosterEventKind.MOVED_IN: ResidentStatus.PRESENT,
}

_POSSIBLE: Mapping[RosterEventKind, frozenset[ResidentStatus]] = {
    RosterEventKind.DIED: frozenset({ResidentStatus.PRESENT, ResidentStatus.AWAY}),
    RosterEventKind.MOVED_OUT: frozenset({ResidentStatus.PRESENT, ResidentStatus.AWAY}),
    RosterEventKind.WENT_AWAY: frozenset({ResidentStatus.PRESENT}),
    RosterEventKind.CAME_HOME: frozenset({ResidentStatus.AWAY}),
    RosterEventKind.MOVED_IN: frozenset({ResidentStatus.MOVED_OUT}),
    RosterEventKind.HEAD_CHANGED: frozenset({ResidentStatus.PRESENT, ResidentStatus.AWAY}),
    RosterEventKind.HOUSEHOLD_SPLIT: frozenset({ResidentStatus.PRESENT, ResidentStatus.AWAY}),
}

DEPARTURES = frozenset({RosterEventKind.DIED, RosterEventKind.MOVED_OUT})
"""After these nobody is a member of the household any more."""
TWO_SIDED = frozenset({RosterEventKind.HOUSEHOLD_SPLIT, RosterEventKind.HOUSEHOLD_MERGED})
"""These are noted on both households, and each names the other."""


def may_happen(kind: RosterEventKind, status: ResidentStatus) -> bool:
    """Whether this can happen to a resident of that status."""
    return status in _POSSIBLE.get(kind, frozenset())


# --- who belongs to whom -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """What the rules ask about a member of a household."""

    id: str
    name: str
    sex: Sex = Sex.UNKNOWN
    birth_date: date | None = None
    relation: Relation | None = None
    status: ResidentStatus = ResidentStatus.PRESENT
    away_since: date | None = None
    """Since when somebody is away, as far as it is known."""


def head_of(members: Iterable[MemberFacts], head_name: str) -> MemberFacts | None:
    """The head among the members: by relation, else by the name on the household; or nobody."""
    members = list(members)
    return _first(
        (one for one in members if one.relation is not None and one.relation.is_head),
        (one for one in members if one.name == head_name),
    )


def _first(*orders: Iterable[MemberFacts]) -> MemberFacts | None:
    return next((one for order in orders for one in order), None)


_SPOUSES = frozenset({Relation.SPOUSE, Relation.HUSBAND, Relation.WIFE})
_CHILDREN_IN_LAW = frozenset({Relation.SON_IN_LAW, Relation.DAUGHTER_IN_LAW})
_PARENTS_IN_LAW = frozenset(
    {
        Relation.HUSBANDS_FATHER,
        Relation.HUSBANDS_MOTHER,
        Relation.WIFES_FATHER,
        Relation.WIFES_MOTHER,
    }
)


class _Kin(StrEnum):
    """The nearest kin of a head; what is not among them is left open."""

    HEAD = "head"
    SPOUSE = "spouse"
    CHILD = "child"
    CHILD_IN_LAW = "child_in_law"
    GRANDCHILD = "grandchild"
    PARENT = "parent"
    PARENT_IN_LAW = "parent_in_law"


def _kin(relation: Relation | None) -> _Kin | None:
    if relation is None:
        return None
    if relation.is_head:
        return _Kin.HEAD
    if relation in _SPOUSES:
        return _Kin.SPOUSE
    if relation in _CHILDREN_IN_LAW:
        return _Kin.CHILD_IN_LAW
    if relation in _PARENTS_IN_LAW:
        return _Kin.PARENT_IN_LAW
    by_tens = {"2": _Kin.CHILD, "3": _Kin.CHILD, "4": _Kin.GRANDCHILD, "5": _Kin.PARENT}
    return by_tens.get(relation.value[0])


def age_in_years(born: date, day: date) -> int:
    """Whole years lived on that day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


ADULT_AGE = 18
"""民法典 (2020), Art. 17. Unconfirmed: its text was not at hand."""


def proposed_head(members: Sequence[MemberFacts], today: date) -> MemberFacts | None:
    """Whom to propose as head of these: the spouse of the old one, else the eldest adult.

    Custom, not law: a person chooses.
    """
    dated = sorted((one.birth_date, one.id, one) for one in members if one.birth_date)
    by_age = [one for _, _, one in dated]
    return _first(
        (one for one in members if one.relation in _SPOUSES),
        (one for born, _, one in dated if age_in_years(born, today) >= ADULT_AGE),
        by_age,
        members,
    )


_SEX_WORDS: Mapping[str, tuple[Relation, Relation, Relation | None]] = {
    # of a man, of a woman, where the sex is not known
    "spouse": (Relation.HUSBAND, Relation.WIFE, Relation.SPOUSE),
    "child": (Relation.SON, Relation.DAUGHTER, None),
    "parent": (Relation.FATHER, Relation.MOTHER, Relation.PARENT),
    "grandchild": (Relation.GRANDSON, Relation.GRANDDAUGHTER, Relation.GRANDCHILD),
    "daughters_child": (
        Relation.DAUGHTERS_SON,
        Relation.DAUGHTERS_DAUGHTER,
        Relation.GRANDCHILD,
    ),
    "husbands_parent": (Relation.HUSBANDS_FATHER, Relation.HUSBANDS_MOTHER, Relation.PARENT),
    "wifes_parent": (Relation.WIFES_FATHER, Relation.WIFES_MOTHER, Relation.PARENT),
    "child_in_law": (Relation.SON_IN_LAW, Relation.DAUGHTER_IN_LAW, None),
}


def _said(word: str, sex: Sex) -> Relation | None:
    man, woman, unknown = _SEX_WORDS[word]
    return {Sex.MALE: man, Sex.FEMALE: woman}.get(sex, unknown)


def relations_to(
    new_head: MemberFacts, members: Iterable[MemberFacts], old_head: MemberFacts | None
) -> dict[str, Relation | None]:
    """What each member is to the new head, as far as it follows from what they were to the old.

    None where it does not follow (whether a grandchild is the new head's child or nephew, say):
    that is asked, never guessed. The new head is HEAD.
    """
    facts = [one for one in members if one.id != new_head.id]
    found: dict[str, Relation | None] = {new_head.id: Relation.HEAD}
    seen_as = _kin(new_head.relation)
    for one in facts:
        kin = _Kin.HEAD if old_head is not None and one.id == old_head.id else _kin(one.relation)
        found[one.id] = _turned(seen_as, kin, one, new_head, old_head)
    return found


def _turned(
    seen_as: _Kin | None,
    kin: _Kin | None,
    one: MemberFacts,
    new_head: MemberFacts,
    old_head: MemberFacts | None,
) -> Relation | None:
    """From the old head's eyes to those of a spouse, a child or a parent of the old head."""
    if seen_as is _Kin.SPOUSE:
        return _for_spouse(kin, one, new_head)
    if seen_as is _Kin.CHILD:
        word = {_Kin.HEAD: "parent", _Kin.SPOUSE: "parent"}.get(kin) if kin else None
        if kin is _Kin.CHILD:
            return Relation.SIBLING
        return _said(word, one.sex) if word else None
    if seen_as is _Kin.PARENT:
        return _for_parent(kin, one, old_head)
    return None


def _for_spouse(kin: _Kin | None, one: MemberFacts, new_head: MemberFacts) -> Relation | None:
    if kin in (_Kin.CHILD, _Kin.CHILD_IN_LAW, _Kin.GRANDCHILD):
        return one.relation
    if kin is _Kin.HEAD:
        return _said("spouse", one.sex)
    if kin is _Kin.PARENT:
        is_wife = new_head.sex is Sex.FEMALE
        return _said("husbands_parent" if is_wife else "wifes_parent", one.sex)
    return _said("parent", one.sex) if kin is _Kin.PARENT_IN_LAW else None


def _for_parent(
    kin: _Kin | None, one: MemberFacts, old_head: MemberFacts | None
) -> Relation | None:
    """The old head is the new head's child; so is nobody else for sure."""
    if old_head is None:
        return None
    if kin is _Kin.HEAD:
        return _said("child", one.sex)
    if kin is _Kin.SPOUSE:
        return _said("child_in_law", one.sex)
    if kin is _Kin.CHILD:
        is_sons = old_head.sex is Sex.MALE
        return _said("grandchild" if is_sons else "daughters_child", one.sex)
    return _said("spouse", one.sex) if kin is _Kin.PARENT else None


# --- who is left behind --------------------------------------------------------------------------

AWAY_MONTHS = 6
"""到本县以外务工达6个月以上: GB/T 31000-2015, 4.2.4 and table 14."""
CHILD_BELOW = 16
"""不满十六周岁: State Council opinion 国发〔2016〕13号 on left-behind children. Unconfirmed: its
text was not at hand."""
ELDER_FROM = 60
"""六十周岁以上: Law on the Protection of the Rights of the Elderly of 2018, Art. 2. Unconfirmed:
its text was not at hand."""


def is_long_away(one: MemberFacts, today: date) -> bool:
    """Away for six months or more; since when must be known."""
    if one.status is not ResidentStatus.AWAY or one.away_since is None:
        return False
    months = (today.year - one.away_since.year) * 12 + today.month - one.away_since.month
    return months - (today.day < one.away_since.day) >= AWAY_MONTHS


def left_behind_suggestion(
    one: MemberFacts, members: Iterable[MemberFacts], today: date
) -> LeftBehindKind | None:
    """Whether somebody at home may count as left behind, by age and by who is away.

    A suggestion: whether the place is outside the county, and who else is there, a person knows.
    """
    if one.status is not ResidentStatus.PRESENT or one.birth_date is None:
        return None
    others = [each for each in members if each.id != one.id]
    age = age_in_years(one.birth_date, today)
    if age < CHILD_BELOW:
        away = [is_long_away(each, today) for each in _parents_of(one, others)]
        return LeftBehindKind.CHILD if any(away) else None
    if age >= ELDER_FROM:
        away = [is_long_away(each, today) for each in _children_of(one, others)]
        return LeftBehindKind.ELDER if away and all(away) else None
    if one.sex is Sex.FEMALE and age >= ADULT_AGE:
        away = [is_long_away(each, today) for each in _husbands_of(one, others)]
        return LeftBehindKind.WOMAN if away and all(away) else None
    return None


def _of(others: Iterable[MemberFacts], *kinds: _Kin) -> list[MemberFacts]:
    return [each for each in others if _kin(each.relation) in kinds]


def _parents_of(one: MemberFacts, others: list[MemberFacts]) -> list[MemberFacts]:
    kin = _kin(one.relation)
    if kin is _Kin.CHILD:
        return _of(others, _Kin.HEAD, _Kin.SPOUSE)
    return _of(others, _Kin.CHILD, _Kin.CHILD_IN_LAW) if kin is _Kin.GRANDCHILD else []


def _children_of(one: MemberFacts, others: list[MemberFacts]) -> list[MemberFacts]:
    kin = _kin(one.relation)
    if kin in (_Kin.HEAD, _Kin.SPOUSE):
        return _of(others, _Kin.CHILD, _Kin.CHILD_IN_LAW)
    return _of(others, _Kin.HEAD, _Kin.SPOUSE) if kin is _Kin.PARENT else []


def _husbands_of(one: MemberFacts, others: list[MemberFacts]) -> list[MemberFacts]:
    kin = _kin(one.relation)
    if kin is _Kin.SPOUSE:
        return _of(others, _Kin.HEAD)
    if kin is _Kin.HEAD:
        return _of(others, _Kin.SPOUSE)
    sons = [each for each in _of(others, _Kin.CHILD) if each.sex is Sex.MALE]
    return sons if kin is _Kin.CHILD_IN_LAW else []


# --- in time for the household -------------------------------------------------------------------


class LifeProblem(StrEnum):
    """Why a step in the life of a household cannot be taken."""

    NOBODY_CHOSEN = "nobody_chosen"
    EVERYBODY_CHOSEN = "everybody_chosen"
    NOT_POSSIBLE_NOW = "not_possible_now"
    HEAD_MISSING = "head_missing"
    HEAD_NOT_A_MEMBER = "head_not_a_member"
    SAME_HEAD = "same_head"
    SAME_HOUSEHOLD = "same_household"
    OTHER_VILLAGE = "other_village"
    HOUSEHOLD_DISSOLVED = "household_dissolved"
    NOT_GONE = "not_gone"
