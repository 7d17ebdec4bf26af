"""What may happen on which day, who is what to a new head, who may be left behind."""

from __future__ import annotations

from datetime import date

import pytest

from app.errors import ErrorCode, UserFacingError
from app.households.life_rules import (
    DayProblem,
    LifeProblem,
    MemberFacts,
    day_problem,
    head_of,
    left_behind_suggestion,
    may_happen,
    proposed_head,
    relations_to,
)
from app.households.vocabulary import (
    LeftBehindKind,
    Relation,
    ResidentStatus,
    RosterEventKind,
    Sex,
)
from ui.wording import error_sentence

TODAY = date(2026, 11, 23)
MAN, WOMAN = Sex.MALE, Sex.FEMALE
AWAY = ResidentStatus.AWAY


@pytest.mark.parametrize(
    ("day", "known", "problem"),
    [
        (date(2026, 11, 23), {}, None),
        (date(2026, 11, 24), {}, DayProblem.IN_FUTURE),
        (None, {}, DayProblem.MISSING),
        (date(1899, 12, 31), {}, DayProblem.TOO_EARLY),
        (date(1990, 5, 3), {"born": date(1990, 5, 4)}, DayProblem.BEFORE_BIRTH),
        (date(1990, 5, 4), {"born": date(1990, 5, 4)}, None),
        (date(2020, 1, 1), {"left_on": date(2020, 1, 2)}, DayProblem.AFTER_LEAVING),
    ],
)
def test_a_day_that_cannot_be(day, known, problem):
    assert day_problem(day, today=TODAY, **known) is problem


@pytest.mark.parametrize(
    ("kind", "possible"),
    [
        (RosterEventKind.DIED, {"present", "away"}),
        (RosterEventKind.MOVED_OUT, {"present", "away"}),
        (RosterEventKind.WENT_AWAY, {"present"}),
        (RosterEventKind.CAME_HOME, {"away"}),
        (RosterEventKind.MOVED_IN, {"moved_out"}),
        (RosterEventKind.HOUSEHOLD_SPLIT, {"present", "away"}),
        (RosterEventKind.BORN, set()),
    ],
)
def test_what_may_happen_to_whom(kind, possible):
    assert {one.value for one in ResidentStatus if may_happen(kind, one)} == possible


# --- the head ------------------------------------------------------------------------------------


def member(id_: str, relation: Relation | None, sex: Sex = MAN, born: int = 1970, **more):
    return MemberFacts(id_, id_, sex, date(born, 1, 1), relation, **more)


HEAD = member("head", Relation.HEAD, MAN, 1960)
WIFE = member("wife", Relation.WIFE, WOMAN, 1962)
SON = member("son", Relation.ELDEST_SON, MAN, 1985)
SECOND = member("second", Relation.DAUGHTER, WOMAN, 1990)
IN_LAW = member("in_law", Relation.DAUGHTER_IN_LAW, WOMAN, 1986)
GRANDCHILD = member("grandchild", Relation.GRANDSON, MAN, 2015)
MOTHER = member("mother", Relation.MOTHER, WOMAN, 1938)
FAMILY = (HEAD, WIFE, SON, SECOND, IN_LAW, GRANDCHILD, MOTHER)


def test_the_head_is_known_by_relation_then_by_name():
    assert head_of(FAMILY, "wife") is HEAD
    assert head_of((WIFE, SON), "son") is SON
    assert head_of((WIFE, SON), "nobody") is None


@pytest.mark.parametrize(
    ("staying", "proposed"),
    [
        ((WIFE, SON, MOTHER), WIFE),
        ((SON, GRANDCHILD, MOTHER), MOTHER),
        ((GRANDCHILD,), GRANDCHILD),
        ((member("unknown", None, born=2020), SON), SON),
        ((), None),
    ],
)
def test_whom_to_propose(staying, proposed):
    assert proposed_head(staying, TODAY) is proposed


def test_the_wife_follows_her_husband():
    found = relations_to(WIFE, FAMILY, HEAD)
    assert found == {
        "wife": Relation.HEAD,
        "head": Relation.HUSBAND,
        "son": Relation.ELDEST_SON,
        "second": Relation.DAUGHTER,
        "in_law": Relation.DAUGHTER_IN_LAW,
        "grandchild": Relation.GRANDSON,
        "mother": Relation.HUSBANDS_MOTHER,
    }


def test_a_son_follows_and_what_does_not_follow_is_left_open():
    found = relations_to(SON, FAMILY, HEAD)
    assert found == {
        "son": Relation.HEAD,
        "head": Relation.FATHER,
        "wife": Relation.MOTHER,
        "second": Relation.SIBLING,
        "in_law": None,
        "grandchild": None,
        "mother": None,
    }


def test_a_mother_follows_her_son():
    found = relations_to(MOTHER, FAMILY, HEAD)
    assert found["head"] is Relation.SON
    assert found["wife"] is Relation.DAUGHTER_IN_LAW
    assert found["son"] is Relation.GRANDSON
    assert found["second"] is Relation.GRANDDAUGHTER
    assert found["grandchild"] is None


def test_of_a_stranger_nothing_follows():
    stranger = member("stranger", Relation.OTHER_RELATIVE)
    found = relations_to(stranger, (HEAD, WIFE, stranger), HEAD)
    assert found == {"stranger": Relation.HEAD, "head": None, "wife": None}


# --- left behind ---------------------------------------------------------------------------------


LONG, SHORT = date(2026, 5, 23), date(2026, 5, 24)


def suggestion(one, *others):
    return left_behind_suggestion(one, (one, *others), TODAY)


def away(one: MemberFacts, since: date | None = LONG) -> MemberFacts:
    return MemberFacts(one.id, one.name, one.sex, one.birth_date, one.relation, AWAY, since)


@pytest.mark.parametrize(
    ("one", "others", "kind"),
    [
        (GRANDCHILD, (HEAD, away(SON), IN_LAW), LeftBehindKind.CHILD),
        (GRANDCHILD, (HEAD, away(SON, SHORT), IN_LAW), None),
        (GRANDCHILD, (HEAD, away(SON, None)), None),
        (GRANDCHILD, (HEAD, SON), None),
        (MOTHER, (away(HEAD), away(WIFE)), LeftBehindKind.ELDER),
        (MOTHER, (away(HEAD), WIFE), None),
        (MOTHER, (), None),
        (HEAD, (away(SON), away(SECOND)), LeftBehindKind.ELDER),
        (IN_LAW, (HEAD, away(SON)), LeftBehindKind.WOMAN),
        (member("wife", Relation.WIFE, WOMAN, 1990), (away(HEAD),), LeftBehindKind.WOMAN),
        (member("husband", Relation.HUSBAND, MAN, 1990), (away(HEAD),), None),
        (away(GRANDCHILD), (away(SON),), None),
    ],
)
def test_who_may_be_left_behind(one, others, kind):
    assert suggestion(one, *others) is kind


def test_nothing_is_suggested_of_whom_no_birthday_is_known():
    one = MemberFacts("x", "x", relation=Relation.SON)
    assert suggestion(one, away(HEAD)) is None


# --- sentences -----------------------------------------------------------------------------------


@pytest.mark.parametrize("problem", list(DayProblem))
@pytest.mark.parametrize("name", ["", "吴某甲"])
def test_every_wrong_day_is_said(problem, name):
    said = error_sentence(UserFacingError(ErrorCode.LIFE_DAY_WRONG, problem=problem, name=name))
    assert "没有保存" in said
    assert "{" not in said


@pytest.mark.parametrize("problem", list(LifeProblem))
def test_every_step_that_cannot_be_is_said(problem):
    params = {"problem": problem, "name": "吴某甲", "status": ResidentStatus.DECEASED}
    said = error_sentence(UserFacingError(ErrorCode.LIFE_STEP_NOT_POSSIBLE, **params))
    assert "没有改动" in said
    assert "{" not in said
