"""A household's page and a village's month: what they show, to whom, and what they leave out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.accounts.vocabulary import Role
from app.cases.vocabulary import PartySide, PartySource
from app.errors import ErrorCode, UserFacingError
from app.households.life import record_death, record_move_out, record_went_away
from app.households.life_households import merge_into, split_household
from app.households.life_queries import household_page, life_form, village_events
from app.households.life_steps import Happening, HeadChoice
from app.households.vocabulary import LeftBehindKind, Relation, RosterEventKind, Sex
from app.store import Store
from db.tables.cases import CaseParty
from db.tables.households import Resident
from tests.helpers.stores import (
    a_case,
    a_household,
    a_resident,
    a_store,
    a_unit,
    an_actor,
    an_identity_number,
    save,
)
from tests.helpers.votes import an_open_motion, lay_rule_sets
from ui.wording_life import departure_words, event_words, person_lines, step_saved

VILLAGE = a_unit().id
WORKER = an_actor()
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """001: 吴某甲 and his grandchild; 002: 杨某乙."""
    made = a_store(tmp_path)
    home, other = a_household(id="home"), a_household(id="other", number="002", head_name="杨某乙")
    people = (
        ("head", home, "吴某甲", Relation.HEAD, 1950),
        ("son", home, "吴大某", Relation.SON, 1985),
        ("child", home, "吴小小", Relation.GRANDSON, 2015),
        ("neighbour", other, "杨某乙", Relation.HEAD, 1970),
    )
    rows = [
        a_resident(
            where,
            id=key,
            name=name,
            relation=relation,
            sex=Sex.MALE,
            position=place,
            phone="13800004751",
            carer_phone="13900001234" if key == "child" else None,
            birth_date=date(year, 3, 2),
            identity_number=an_identity_number(date(year, 3, 2), order=11 + place),
        )
        for place, (key, where, name, relation, year) in enumerate(people)
    ]
    save(made, home, other, *rows)
    return made


def on(day: int, place: str = "", note: str = "") -> Happening:
    return Happening(date(2026, 11, day), place, note)


def test_the_page_carries_no_whole_number(store: Store) -> None:
    page = household_page(store, WORKER, "home")
    assert page is not None
    shown = page.people["child"]
    assert (shown.phone, shown.carer_phone) == ("138****4751", "139****1234")
    assert "*" in shown.identity_number
    assert household_page(store, WORKER, "gone") is None


def test_who_may_be_left_behind_is_suggested_until_it_is_noted(store: Store) -> None:
    record_went_away(store, WORKER, resident_ids=["son"], when=Happening(date(2026, 1, 1), "东莞"))
    page = household_page(store, WORKER, "home")
    assert page is not None
    assert page.suggestions["child"] is LeftBehindKind.CHILD
    assert page.suggestions["head"] is LeftBehindKind.ELDER
    with store.transaction(account_id="a", action="x") as tx:
        tx.session.get_one(Resident, "child").left_behind = LeftBehindKind.CHILD
    page = household_page(store, WORKER, "home")
    assert page is not None
    assert "child" not in page.suggestions


@pytest.mark.parametrize("role", list(Role))
def test_cases_are_shown_to_whom_they_may_be(store: Store, role: Role) -> None:
    case = a_case(store)
    party = CaseParty(
        unit_id=VILLAGE,
        case_id=case.id,
        side=PartySide.A,
        source=PartySource.ROSTER,
        resident_id="head",
        name="吴某甲",
    )
    save(store, case, party)
    page = household_page(store, an_actor(role), "home")
    assert page is not None
    sees = role not in (
        *(Role.ADMINISTRATOR, Role.DEPARTMENT_HANDLER, Role.COURT_LIAISON),
        Role.LEGAL_AID_LAWYER,
    )
    assert [one.case_id for one in page.cases] == ([case.id] if sees else [])


def test_the_form_is_for_who_keeps_the_roster(store: Store) -> None:
    form = life_form(store, WORKER, "home")
    assert form is not None
    assert form.head is not None
    assert (form.head.id, form.next_number) == ("head", "003")
    assert [one.id for one in form.members] == ["head", "son", "child"]
    with pytest.raises(UserFacingError) as raised:
        life_form(store, an_actor(Role.MEDIATOR), "home")
    assert raised.value.code is ErrorCode.NOT_ALLOWED
    assert life_form(store, WORKER, "gone") is None


def test_open_cases_and_votes_are_said_before_somebody_goes(store: Store) -> None:
    lay_rule_sets(store)
    case = a_case(store)
    party = CaseParty(
        unit_id=VILLAGE,
        case_id=case.id,
        side=PartySide.A,
        source=PartySource.ROSTER,
        resident_id="son",
        name="吴大某",
    )
    save(store, case, party)
    an_open_motion(store, an_actor(Role.VILLAGE_SECRETARY))
    page = household_page(store, WORKER, "home")
    assert page is not None
    said = departure_words(page, {"son"}, RosterEventKind.DIED)
    assert case.title in said
    assert "正在表决" in said
    assert case.title not in departure_words(page, {"head"}, RosterEventKind.DIED)
    assert departure_words(page, set(), RosterEventKind.DIED) == ""
    assert "移交" in departure_words(page, set(), RosterEventKind.MOVED_OUT)


def test_a_month_shows_a_split_or_merge_once_with_both_households(store: Store) -> None:
    split_household(
        store,
        WORKER,
        household_id="home",
        resident_ids=["son", "child"],
        number="003",
        head=HeadChoice("son"),
        when=on(3),
    )
    merge_into(store, WORKER, household_id="other", into_household_id="home", when=on(4))
    rows = village_events(store, VILLAGE, first_day=FIRST, last_day=LAST)
    assert [row.kind for row in rows] == [
        RosterEventKind.HOUSEHOLD_MERGED,
        RosterEventKind.HOUSEHOLD_SPLIT,
    ]
    merged, split = rows
    assert event_words(split) == "吴大某、吴小小从“001 吴某甲”户分出，立为这一户。"
    assert event_words(merged) == "“002 杨某乙”户并入，来了杨某乙。"
    page = household_page(store, WORKER, "home")
    assert page is not None
    kinds = {row.kind: event_words(row) for row in page.history}
    assert "立为“003 吴大某”户" in kinds[RosterEventKind.HOUSEHOLD_SPLIT]


def test_a_month_ends_where_it_ends_and_can_be_filtered(store: Store) -> None:
    record_move_out(store, WORKER, resident_ids=["son"], when=on(1, "三江县", "嫁过去"))
    record_death(store, WORKER, resident_id="neighbour", when=Happening(date(2026, 10, 31)))
    (row,) = village_events(store, VILLAGE, first_day=FIRST, last_day=LAST)
    assert event_words(row) == "吴大某迁出，迁往三江县。嫁过去"
    died = village_events(
        store, VILLAGE, first_day=FIRST, last_day=LAST, kinds=[RosterEventKind.DIED]
    )
    assert died == ()
    assert village_events(store, "elsewhere", first_day=FIRST, last_day=LAST) == ()


def test_a_persons_lines_say_what_is_known_and_nothing_else(store: Store) -> None:
    page = household_page(store, WORKER, "home")
    assert page is not None
    (child,) = [one for one in page.detail.residents if one.id == "child"]
    lines = person_lines(child, page.people["child"])
    assert lines[0] == "吴小小 · 男 · 2015-03-02 · 侗族"
    assert len(lines) == 2
    assert "139****1234" in lines[1]


@pytest.mark.parametrize("kind", list(RosterEventKind))
def test_every_step_has_its_sentence(kind: RosterEventKind) -> None:
    said = step_saved(kind, "吴某甲", household="002 杨某乙", is_last=False)
    assert said.endswith("。")
    assert "{" not in said
    assert "销户" in step_saved(kind, "吴某甲", household="", is_last=True)
