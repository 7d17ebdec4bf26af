"""The 1+X team: terms, who is missing, what is refused, who may."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from app.accounts.rules import may
from app.accounts.vocabulary import Permission, Role
from app.errors import ErrorCode, UserFacingError
from app.grid_work.team_actions import (
    TeamFields,
    add_team_member,
    edit_team_member,
    end_term,
    remove_team_member,
    team_member_for_editing,
)
from app.grid_work.team_queries import team_contacts, village_team, village_team_rows
from app.grid_work.team_rules import (
    TERM_HINTS,
    TermState,
    do_overlap,
    is_backwards,
    last_day,
    term_state,
)
from app.grid_work.vocabulary import TeamPost
from app.looks.actions import reveal
from app.organisations.vocabulary import COUNTY_ID, UnitKind
from app.store import Store
from app.undo import undo
from db.tables.looks import Look
from tests.helpers.stores import a_household, a_resident, a_store, a_unit, an_actor, save

VILLAGE = a_unit().id
WORKER = an_actor()
TODAY = date(2026, 11, 23)
LI = TeamFields("李某", TeamPost.AUXILIARY_POLICE, date(2024, 1, 1), phone="138 0000 4751")
YANG = TeamFields("杨某", TeamPost.MEDIATOR, date(2023, 12, 1), date(2026, 11, 30))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_store(tmp_path)


def add(store: Store, *given: TeamFields, unit_id: str = VILLAGE, actor=WORKER) -> list[str]:
    """Their ids."""
    found = []
    for one in given:
        changes = add_team_member(store, actor, unit_id=unit_id, given=one)
        found.append(next(record_id for _, record_id in changes.records))
    return found


# --- terms ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts", "ends", "state"),
    [
        (date(2026, 11, 24), None, TermState.COMING),
        (date(2026, 11, 23), None, TermState.CURRENT),
        (date(2020, 1, 1), date(2027, 1, 23), TermState.CURRENT),
        (date(2020, 1, 1), date(2027, 1, 22), TermState.ENDING),
        (date(2020, 1, 1), TODAY, TermState.ENDING),
        (date(2020, 1, 1), date(2026, 11, 22), TermState.ENDED),
    ],
)
def test_where_a_term_stands(starts, ends, state) -> None:
    assert term_state(starts, ends, TODAY) is state


def test_how_long_the_laws_say_a_term_lasts() -> None:
    hint = TERM_HINTS[TeamPost.MEDIATOR]
    assert (hint.years, hint.law, hint.article) == (3, "人民调解法", "第九条")
    assert last_day(date(2024, 1, 1), hint.years) == date(2026, 12, 31)
    assert last_day(date(2024, 2, 29), 3) == date(2027, 2, 28)
    assert not TERM_HINTS[TeamPost.VILLAGE_OFFICIAL].is_confirmed
    assert TeamPost.AUXILIARY_POLICE not in TERM_HINTS


_DAYS = st.dates(date(2020, 1, 1), date(2020, 2, 1))


@given(_DAYS, st.none() | _DAYS, _DAYS, st.none() | _DAYS)
def test_terms_overlap_when_a_day_is_in_both(start, end, other_start, other_end) -> None:
    if is_backwards(start, end) or is_backwards(other_start, other_end):
        return
    far = date(2021, 1, 1)
    days = set(range(start.toordinal(), (end or far).toordinal() + 1))
    others = set(range(other_start.toordinal(), (other_end or far).toordinal() + 1))
    assert do_overlap((start, end), (other_start, other_end)) is bool(days & others)


# --- writing -------------------------------------------------------------------------------------


def test_what_somebody_can_and_who_it_is_in_the_roster(store) -> None:
    home = a_household()
    yang = a_resident(home, name="杨某")
    save(store, home, yang)
    told = replace(YANG, skills=frozenset({"21", "15", "08"}), resident_id=yang.id)
    (member_id,) = add(store, told)
    found = team_member_for_editing(store, WORKER, member_id)
    assert found == replace(told, resident_name="杨某")
    (row,) = village_team(store, WORKER, VILLAGE).members
    assert row.skills == {"08", "15", "21"}
    edit_team_member(store, WORKER, member_id=member_id, given=YANG)
    assert team_member_for_editing(store, WORKER, member_id) == YANG


def test_a_team_stands_with_the_one_first_and_ended_terms_apart(store) -> None:
    old = TeamFields("石某", TeamPost.AUXILIARY_POLICE, date(2020, 1, 1), date(2023, 12, 31))
    grid = TeamFields("龙某", TeamPost.GRID_WORKER, date(2025, 1, 1))
    add(store, YANG, grid, old, LI)
    team = village_team(store, WORKER, VILLAGE)

    assert [one.name for one in team.members] == ["李某", "龙某", "杨某"]
    assert [one.name for one in team.former] == ["石某"]
    assert [one.name for one in team.ending] == ["杨某"]
    assert team.has_the_one
    assert team.members[0].phone == "138****4751"
    assert team_contacts(store, WORKER, VILLAGE)[0].phone == "13800004751"


def test_a_village_with_two_wards_has_two_auxiliary_policemen(store) -> None:
    upper = TeamFields("李某", LI.post, LI.starts_on, post_name="上寨片")
    lower = TeamFields("李某", LI.post, LI.starts_on, post_name="下寨片")
    add(store, lower, upper, TeamFields("吴某", LI.post, LI.starts_on))
    assert len(village_team(store, WORKER, VILLAGE).members) == 3


def test_a_term_is_ended_and_the_end_taken_back(store) -> None:
    (member,) = add(store, LI)
    changes = end_term(store, WORKER, member_id=member, on=date(2026, 11, 22))
    assert not village_team(store, WORKER, VILLAGE).has_the_one

    undo(store, account_id=WORKER.account_id, txn=changes.txn or 0)
    assert village_team(store, WORKER, VILLAGE).has_the_one


def test_a_term_is_corrected_removed_and_put_back(store) -> None:
    (member,) = add(store, LI)
    given = TeamFields("李 某 某", LI.post, LI.starts_on, phone="找他姐", note="兼治保主任")
    edit_team_member(store, WORKER, member_id=member, given=given)
    assert village_team(store, WORKER, VILLAGE).members[0].name == "李某某"
    assert team_member_for_editing(store, WORKER, member).phone == "找他姐"

    changes = remove_team_member(store, WORKER, member_id=member)
    assert village_team(store, WORKER, VILLAGE).members == ()
    undo(store, account_id=WORKER.account_id, txn=changes.txn or 0)
    assert village_team(store, WORKER, VILLAGE).members[0].note == "兼治保主任"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (TeamFields(" ", LI.post, LI.starts_on), ErrorCode.PERSON_NAME_MISSING),
        (TeamFields("长" * 51, LI.post, LI.starts_on), ErrorCode.ROSTER_TEXT_TOO_LONG),
        (TeamFields("杨某", LI.post, TODAY, date(2026, 1, 1)), ErrorCode.TEAM_TERM_BACKWARDS),
        (TeamFields("李某", LI.post, date(2025, 1, 1)), ErrorCode.TEAM_TERM_TWICE),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_written(store, given, code) -> None:
    add(store, LI)
    with pytest.raises(UserFacingError) as raised:
        add(store, given)

    assert raised.value.code is code
    assert len(village_team(store, WORKER, VILLAGE).members) == 1


def test_the_next_term_of_the_same_person_is_no_double(store) -> None:
    add(store, YANG, TeamFields("杨某", YANG.post, date(2026, 12, 1)))
    team = village_team(store, WORKER, VILLAGE)
    assert [one.state for one in team.members] == [TermState.ENDING, TermState.COMING]


def test_what_another_laptop_removed_is_said(store) -> None:
    for write in (
        lambda: edit_team_member(store, WORKER, member_id="gone", given=LI),
        lambda: end_term(store, WORKER, member_id="gone", on=TODAY),
        lambda: remove_team_member(store, WORKER, member_id="gone"),
    ):
        with pytest.raises(UserFacingError) as raised:
            write()
        assert raised.value.code is ErrorCode.ROSTER_CHANGED_MEANWHILE
    assert team_member_for_editing(store, WORKER, "gone") is None


def test_a_phone_is_shown_on_request_and_the_look_written_down(store) -> None:
    (member,) = add(store, LI)
    shown = reveal(store, WORKER, entity="team_member", record_id=member, field="phone")
    assert shown == "13800004751"
    with store.reading() as session:
        assert [one.subject_id for one in session.exec(select(Look))] == [member]


# --- who -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_who_may_see_the_team(store, role) -> None:
    add(store, LI)
    actor = an_actor(role)
    if may(role, Permission.SEE_GRID_WORK):
        assert village_team(store, actor, VILLAGE).unit_id == VILLAGE
    else:
        with pytest.raises(UserFacingError):
            village_team(store, actor, VILLAGE)


def test_a_township_sees_which_of_its_villages_lack_the_one(store) -> None:
    township = a_unit("坪坦乡", kind=UnitKind.TOWNSHIP)
    other = a_unit("横岭村")
    add(store, LI, YANG)
    add(store, YANG, unit_id=other.id, actor=an_actor(unit=other))
    actor = an_actor(Role.TOWNSHIP_CENTRE, township)
    rows = village_team_rows(store, actor)

    by_unit = {one.unit_id: one for one in rows}
    assert by_unit[VILLAGE].leaders == ("李某",)
    assert (by_unit[VILLAGE].others, by_unit[VILLAGE].ending) == (1, 1)
    assert by_unit[other.id].leaders == ()
    assert rows[-1].unit_id == VILLAGE, "those without come first"
    assert len(rows) < 20


def test_the_county_sees_all_villages_and_a_department_none(store) -> None:
    county = an_actor(
        Role.COUNTY_CENTRE, next(u for u in WORKER.units.values() if u.id == COUNTY_ID)
    )
    assert len(village_team_rows(store, county)) > 100
    forestry = an_actor(Role.DEPARTMENT_HANDLER, a_unit("县林业局"))
    assert village_team_rows(store, forestry) == []
