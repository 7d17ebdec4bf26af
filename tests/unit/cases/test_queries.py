"""The list page by page, one case whole, and what the form picks from."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.accounts.vocabulary import Permission, Role
from app.cases.actions import add_case_event, record_case
from app.cases.editing import case_for_editing
from app.cases.finding import find_classes, find_residents
from app.cases.listing import (
    OPEN_STATES,
    CaseFilter,
    CaseList,
    case_rows,
)
from app.cases.queries import one_case, units_seen, worst_sync_state
from app.cases.vocabulary import CaseEventKind, CaseState, PartySide, PartySource, Urgency
from app.households.vocabulary import EthnicGroup
from app.looks.actions import reveal_phone
from app.store import Store
from db.tables.base import SyncState
from db.tables.cases import CaseFile, CaseParty
from db.tables.organisations import Account, UnitRecord
from tests.helpers.clock import FakeClock
from tests.helpers.stores import (
    NO_RISK,
    a_case,
    a_household,
    a_resident,
    a_store,
    a_unit,
    an_actor,
    save,
    units_by_id,
)
from tests.unit.cases.drafts_of_cases import a_draft, a_party

WORKER = an_actor()


def titles(found: CaseList) -> list[str]:
    return [row.title for row in found.rows]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Three cases, the oldest first: 一 closed, 二 under way, 三 just recorded."""
    clock = FakeClock()
    store = a_store(tmp_path, clock=clock)
    for title, kinds in (
        ("晒谷坪用地", (CaseEventKind.SETTLED, CaseEventKind.CLOSED)),
        ("建房滴水纠纷", (CaseEventKind.MEDIATION_HELD,)),
        ("稻田放水纠纷", ()),
    ):
        case_id = record_case(store, WORKER, a_draft(title=title)).case_id
        for kind in kinds:
            add_case_event(store, WORKER, case_id=case_id, kind=kind, risk=NO_RISK)
        clock.advance(timedelta(minutes=1))
    return store


def test_the_newest_comes_first(store: Store) -> None:
    found = case_rows(store, CaseFilter())

    assert titles(found) == ["稻田放水纠纷", "建房滴水纠纷", "晒谷坪用地"]
    assert (found.total, found.is_last) == (3, True)
    row = found.rows[1]
    assert (row.state, row.urgency) == (CaseState.UNDER_WAY, Urgency.MEDIUM)
    assert (row.class_name, row.parties) == ("邻里纠纷 / 相邻土地建筑利用", ("吴某", "杨某"))
    assert row.sync_state is SyncState.PENDING


def test_pages_follow_each_other_without_gap_or_repeat(store: Store) -> None:
    first = case_rows(store, CaseFilter(), limit=2)
    second = case_rows(store, CaseFilter(), after=first.rows[-1], limit=2)

    assert (len(first.rows), first.is_last) == (2, False)
    assert (titles(second), second.is_last, second.total) == (["晒谷坪用地"], True, None)


def test_cases_of_one_moment_are_not_lost_between_pages(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    save(store, *(a_case(store, number=f"TD-{number}") for number in range(7)))

    seen: list[str] = []
    page = case_rows(store, CaseFilter(), limit=3)
    seen += [row.number for row in page.rows]
    while not page.is_last:
        page = case_rows(store, CaseFilter(), after=page.rows[-1], limit=3)
        seen += [row.number for row in page.rows]

    assert sorted(seen) == [f"TD-{number}" for number in range(7)]


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (frozenset({CaseState.CLOSED}), ["晒谷坪用地"]),
        (OPEN_STATES, ["稻田放水纠纷", "建房滴水纠纷"]),
        (frozenset({CaseState.NOT_SETTLED}), []),
    ],
)
def test_states_narrow_the_list(
    store: Store, states: frozenset[CaseState], expected: list[str]
) -> None:
    found = case_rows(store, CaseFilter(states=states))

    assert titles(found) == expected
    assert found.total == len(expected)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("滴水", ["建房滴水纠纷"]),
        ("dsjf", ["建房滴水纠纷"]),
        ("daotian", ["稻田放水纠纷"]),
        ("杨某", ["稻田放水纠纷", "建房滴水纠纷", "晒谷坪用地"]),
        ("杨 晒谷", ["晒谷坪用地"]),
        ("邻里", ["稻田放水纠纷", "建房滴水纠纷", "晒谷坪用地"]),
        ("  ", ["稻田放水纠纷", "建房滴水纠纷", "晒谷坪用地"]),
        ("没有的", []),
        ("\"'%_-*()", []),
    ],
)
@pytest.mark.parametrize("is_common", [False, True])
def test_text_finds_titles_parties_and_classes(
    store: Store,
    typed: str,
    expected: list[str],
    is_common: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.cases.listing.fits_more_than", lambda *_: is_common)
    assert titles(case_rows(store, CaseFilter(text=typed))) == expected


def test_a_number_with_its_dashes_finds_its_case(store: Store) -> None:
    row = case_rows(store, CaseFilter()).rows[0]

    assert titles(case_rows(store, CaseFilter(text=row.number))) == [row.title]


def test_the_list_finds_a_case_as_it_is_now(store: Store) -> None:
    """A party who was taken out, a title that was mended, a file that left: nobody finds the old
    words, nor a new case under them."""
    case = a_case(store, title="借款未还", number="TD-2026-0900")
    party = CaseParty(
        unit_id=case.unit_id, case_id=case.id, side=PartySide.A, name="龙远来",
        source=PartySource.OUTSIDE,
    )  # fmt: skip
    save(store, case)
    save(store, party)
    assert titles(case_rows(store, CaseFilter(text="龙远"))) == ["借款未还"]

    with store.transaction(account_id="a", action="test") as tx:
        tx.session.delete(tx.session.get(CaseParty, party.id))
        tx.session.get_one(CaseFile, case.id).title = "工钱未付"
    assert [titles(case_rows(store, CaseFilter(text=one))) for one in ("龙远", "借款", "工钱")] == [
        [], [], ["工钱未付"],
    ]  # fmt: skip

    with store.laying_down() as session:
        session.delete(session.get(CaseFile, case.id))
    save(store, a_case(store, title="新案一件", number="TD-2026-0901"))
    assert titles(case_rows(store, CaseFilter(text="工钱"))) == []


def test_units_narrow_the_list(store: Store) -> None:
    save(store, a_case(store, unit_id=a_unit("陇城镇").id))
    here = frozenset({a_unit().id})

    assert case_rows(store, CaseFilter(unit_ids=here)).total == 3
    assert case_rows(store, CaseFilter()).total == 4
    assert case_rows(store, CaseFilter(unit_ids=frozenset())).rows == ()


def test_a_township_name_stands_before_the_village(store: Store) -> None:
    village = a_unit()
    assert village.parent_id is not None
    with store.laying_down() as session:
        for unit in (units_by_id()[village.parent_id], village):
            session.add(
                UnitRecord(
                    id=unit.id, unit_id=unit.id, kind=unit.kind, code=unit.code,
                    code_system=unit.code_system.value, name=unit.name, parent_id=unit.parent_id,
                )
            )  # fmt: skip

    assert case_rows(store, CaseFilter()).rows[0].village == "坪坦乡坪坦村"


def test_the_timeline_names_who_and_when(store: Store) -> None:
    save(
        store,
        Account(id=WORKER.account_id, unit_id=a_unit().id, name="张某", role=Role.GRID_WORKER),
    )
    case_id = case_rows(store, CaseFilter(text="滴水")).rows[0].case_id

    case = one_case(store, case_id)

    assert case is not None
    assert [(event.kind, event.by_name, event.by_role) for event in case.events] == [
        (CaseEventKind.RECORDED, "张某", Role.GRID_WORKER),
        (CaseEventKind.MEDIATION_HELD, "张某", Role.GRID_WORKER),
    ]
    assert case.recorded_by == "张某"
    assert case.events[0].happened_at == case.recorded_at


def test_a_case_of_an_unknown_person_still_opens(store: Store) -> None:
    case = one_case(store, case_rows(store, CaseFilter()).rows[0].case_id)

    assert case is not None
    assert (case.events[0].by_name, case.events[0].by_role) == ("", None)


def test_a_case_out_of_sight_is_not_shown(store: Store) -> None:
    case_id = case_rows(store, CaseFilter()).rows[0].case_id

    assert one_case(store, "gone") is None
    assert one_case(store, case_id, unit_ids=frozenset({a_unit("陇城镇").id})) is None
    assert one_case(store, case_id, unit_ids=frozenset({a_unit().id})) is not None


def test_the_draft_of_a_case_is_the_case(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    draft = a_draft(parties=(a_party("吴某", phone="13900001111", address="贵州省黎平县"),))

    opened = case_for_editing(store, WORKER, record_case(store, WORKER, draft).case_id).draft

    (party,) = opened.parties
    assert (party.name, party.phone, party.address) == ("吴某", "13900001111", "贵州省黎平县")
    assert (opened.title, opened.happened_on) == (draft.title, draft.happened_on)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([SyncState.SYNCED, SyncState.SYNCED], SyncState.SYNCED),
        ([SyncState.SYNCED, SyncState.PENDING], SyncState.PENDING),
        ([SyncState.REFUSED, SyncState.PENDING], SyncState.REFUSED),
        ([SyncState.CONFLICT, SyncState.REFUSED], SyncState.CONFLICT),
    ],
)
def test_a_case_shows_the_gravest_of_its_records(
    states: list[SyncState], expected: SyncState
) -> None:
    assert worst_sync_state(states) is expected


def test_an_unsent_event_makes_the_row_unsent(store: Store) -> None:
    with store.laying_down() as session:
        for table in ("case_file", "case_party", "case_event"):
            session.connection().exec_driver_sql(f"UPDATE {table} SET sync_state = 'synced'")
    row = case_rows(store, CaseFilter()).rows[0]
    assert row.sync_state is SyncState.SYNCED

    add_case_event(store, WORKER, case_id=row.case_id, kind=CaseEventKind.NOTE_ADDED, note="去看了")

    assert case_rows(store, CaseFilter()).rows[0].sync_state is SyncState.PENDING


# --- who sees what ----------------------------------------------------------------------------


def test_each_post_sees_its_own_ground() -> None:
    village, township = a_unit("坪坦村").id, a_unit("坪坦乡").id

    assert units_seen(an_actor()) == {village}
    seen = units_seen(an_actor(Role.TOWNSHIP_CENTRE, "坪坦乡"))
    assert seen is not None
    assert {village, township} <= seen
    assert a_unit("陇城镇").id not in seen
    assert units_seen(an_actor(Role.COUNTY_CENTRE, "通道侗族自治县")) is None
    handler = an_actor(Role.DEPARTMENT_HANDLER, "县林业局")
    assert units_seen(handler) == {a_unit("县林业局").id}
    assert units_seen(handler, Permission.SEE_ROSTER) == frozenset()
    assert units_seen(an_actor(Role.ADMINISTRATOR)) == frozenset()
    assert units_seen(an_actor(Role.DEPARTMENT_HANDLER), Permission.SEE_ROSTER) == frozenset()


# --- pickers ----------------------------------------------------------------------------------


def codes(typed: str) -> list[str]:
    return [found.record_id for found in find_classes(typed)]


def test_classes_are_found_by_name_pinyin_initials_and_code() -> None:
    assert codes("通行")[0] == "0201"
    assert "0202" in codes("xianglintudi")
    assert "0102" in codes("fysy")
    assert "0103" in codes("分家")
    assert codes("0301") == ["0301"]
    assert codes("没有这一类") == []


def test_sub_classes_come_before_their_class() -> None:
    found = codes("邻里")

    assert found[-1] == "02"
    assert set(found) == {"02", "0201", "0202", "0203", "0299"}


def test_without_text_all_classes_are_listed() -> None:
    assert len(codes("")) == 17 + 78


@pytest.fixture
def roster(tmp_path: Path) -> Store:
    store = a_store(tmp_path)
    first = a_household(number="001", head_name="吴文永", phone="13900000001")
    second = a_household(number="002", head_name="吴文涌", address="二组")
    people: list[Any] = [
        a_resident(first),
        a_resident(second, identity_number=None, phone="13900000002"),
    ]
    save(store, first, second, *people)
    return store


@pytest.mark.parametrize("typed", ["吴文", "文", "wwy", "wuwen", "WWY"])
def test_residents_are_found_by_name_and_pinyin(roster: Store, typed: str) -> None:
    found = find_residents(roster, typed)

    assert sorted(hit.title for hit in found) == ["吴文永", "吴文涌"]


def test_a_hit_says_which_household_and_its_telephone_is_asked_for(roster: Store) -> None:
    (hit,) = find_residents(roster, "吴文涌")

    assert (hit.kind, hit.subtitle) == ("resident", "002 · 吴文涌 · 二组")
    assert hit.address == "二组"
    assert (hit.birth_date, hit.ethnic_group) == (date(1976, 5, 4), EthnicGroup.DONG)
    assert "13900000002" not in str(hit)
    assert reveal_phone(roster, WORKER, hit.record_id) == "13900000002"
    (other,) = find_residents(roster, "吴文永")
    assert reveal_phone(roster, WORKER, other.record_id) == "13900000001"


@pytest.mark.parametrize("typed", ["", "  ", "\"'*-", "无此人"])
def test_nobody_is_found_for_nothing(roster: Store, typed: str) -> None:
    assert find_residents(roster, typed) == ()


def test_residents_of_other_villages_are_not_offered(roster: Store) -> None:
    assert find_residents(roster, "吴文", unit_ids=frozenset({a_unit("陇城镇").id})) == ()


def test_households_and_cases_are_no_parties(roster: Store) -> None:
    record_case(roster, WORKER, a_draft(parties=(a_party("吴文外", PartySide.A),)))

    assert "吴文外" not in [hit.title for hit in find_residents(roster, "吴文")]


def test_beyond_the_most_it_counts_no_further(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.cases.listing.MOST_COUNTED", 2)
    found = case_rows(store, CaseFilter(), limit=1)
    assert (len(found.rows), found.total, found.at_least) == (1, None, 2)
    assert case_rows(store, CaseFilter(), limit=4).total == 3
