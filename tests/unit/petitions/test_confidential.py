"""A confidential case: where it may lie, and that whoever may not see it sees nothing of it.

信访工作条例 (2022-02-25), Art. 30 (3) and 46 (5).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.accounts.rules import may
from app.accounts.session import Actor
from app.accounts.vocabulary import Permission, Role
from app.cases.actions import add_case_event, require_discreet
from app.cases.editing import look_at_confidential
from app.cases.listing import CaseFilter, case_rows
from app.cases.queries import one_case
from app.cases.secrecy import hidden_records
from app.cases.vocabulary import CaseEventKind, CaseKind, CaseState, PartySide, PartySource
from app.conflicts.queries import one_conflict, open_conflicts
from app.conflicts.vocabulary import ConflictKind
from app.errors import ErrorCode, UserFacingError
from app.flow.waiting import waiting
from app.handovers.actions import hand_over
from app.handovers.queries import standing_of
from app.handovers.vocabulary import HandoverProblem, HandoverSubject
from app.households.life_queries import household_page
from app.incidents.queries import unreported_risks
from app.links.queries import linked_records
from app.links.vocabulary import LinkKind
from app.looks.queries import looks_of_record
from app.looks.vocabulary import LookedAt
from app.organisations.vocabulary import COUNTY_ID, Unit, UnitKind
from app.pending.queries import pending_list
from app.petitions.confidential_rules import confidential_problem, file_problem
from app.petitions.sponsor_actions import name_sponsor
from app.petitions.sponsor_queries import leaders_board
from app.petitions.sponsor_rules import SponsorFields
from app.petitions.vocabulary import ConfidentialProblem, PetitionPurpose
from app.search import search
from app.statistics.queries import counts_now
from app.store import Store
from app.today.queries import today_view
from db.clock import today_in_china
from db.tables.cases import CaseEvent, CaseParty
from db.tables.conflicts import Conflict
from db.tables.links import RecordLink
from tests.helpers.clock import FakeClock
from tests.helpers.stores import (
    a_case,
    a_household,
    a_resident,
    a_store,
    a_unit,
    acknowledge,
    an_actor,
    save,
    units_by_id,
)
from ui.wording_cases import secret_mark
from ui.wording_today import todo_mark

UNITS = units_by_id()
VILLAGE = a_unit("坪坦村")
TOWNSHIP = UNITS[VILLAGE.parent_id or ""]
OTHER_TOWNSHIP = next(
    one for one in UNITS.values() if one.kind is UnitKind.TOWNSHIP and one.id != TOWNSHIP.id
)
FORESTRY = next(one for one in UNITS.values() if one.name == "县林业局")
TITLE, TELLER = "反映干部优亲厚友", "孙某戊"
SEERS = {role for role in Role if may(role, Permission.SEE_CONFIDENTIAL)}


def at_township(role: Role) -> Actor:
    return an_actor(role, TOWNSHIP, account_id=f"account-{role}")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A township's file: an accusation with a risk, a conflict and a link, written by another."""
    made = a_store(tmp_path_factory.mktemp("secret"))
    _fill(made)
    yield made
    made.close()


def _fill(store: Store) -> None:
    household = a_household(id="house", unit_id=TOWNSHIP.id)
    resident = a_resident(household, id="resident")
    case = a_case(
        store,
        id="secret",
        unit_id=TOWNSHIP.id,
        kind=CaseKind.PETITION,
        title=TITLE,
        is_confidential=True,
        petition_purpose=PetitionPurpose.ACCUSATION,
        accused_unit_id=VILLAGE.id,
    )
    plain = a_case(store, id="plain", unit_id=TOWNSHIP.id, number="TD-2026-0002", title="平常")
    party = CaseParty(
        id="party",
        unit_id=TOWNSHIP.id,
        case_id="secret",
        side=PartySide.A,
        is_main=True,
        source=PartySource.ROSTER,
        resident_id="resident",
        name=TELLER,
        phone="13800000000",
    )
    told = {"unit_id": TOWNSHIP.id, "by_account_id": "somebody", "happened_at": store.clock.now()}
    events = [
        CaseEvent(id=f"{case_id}-{kind}", case_id=case_id, kind=kind, **told)
        for case_id in ("secret", "plain")
        for kind in (CaseEventKind.RECORDED, CaseEventKind.RISK_FOUND)
    ]
    link = RecordLink(
        unit_id=TOWNSHIP.id,
        from_entity="case_file",
        from_id="secret",
        to_entity="case_file",
        to_id="plain",
        kind=LinkKind.RELATED,
        made_at=store.clock.now(),
        by_account_id="somebody",
    )
    for one in (case, plain):
        one.state = CaseState.RECORDED
    save(
        store,
        *(household, resident, case, plain, party, *events, link),
        account_id="somebody",
    )
    conflict = {
        "unit_id": TOWNSHIP.id,
        "kind": ConflictKind.FIELD,
        "found_at": store.clock.now(),
        "current_by": "somebody",
        "current_install": "here",
        "current_at": store.clock.now(),
        "other_by": "other",
        "other_install": "there",
        "other_at": store.clock.now(),
    }
    with store.laying_down() as session:
        session.add(
            Conflict(
                id="clash",
                subject_entity="case_party",
                subject_id="party",
                field_name="name",
                **conflict,
            )
        )


@pytest.mark.parametrize(
    ("unit", "accused", "problem"),
    [
        (TOWNSHIP, None, None),
        (TOWNSHIP, VILLAGE, None),
        (FORESTRY, TOWNSHIP, None),
        (VILLAGE, None, ConfidentialProblem.AT_A_VILLAGE),
        (VILLAGE, FORESTRY, ConfidentialProblem.AT_A_VILLAGE),
        (TOWNSHIP, TOWNSHIP, ConfidentialProblem.REACHES_ACCUSED),
        (FORESTRY, FORESTRY, ConfidentialProblem.REACHES_ACCUSED),
        (TOWNSHIP, UNITS[COUNTY_ID], ConfidentialProblem.REACHES_ACCUSED),
        (UNITS[COUNTY_ID], TOWNSHIP, None),
        (UNITS[COUNTY_ID], UNITS[COUNTY_ID], ConfidentialProblem.REACHES_ACCUSED),
    ],
)
def test_where_a_confidential_case_may_lie(
    unit: Unit, accused: Unit | None, problem: ConfidentialProblem | None
) -> None:
    assert confidential_problem(unit.id, accused and accused.id, UNITS) is problem


def test_a_unit_nobody_knows_gets_nothing() -> None:
    assert confidential_problem("nowhere", None, UNITS) is ConfidentialProblem.AT_A_VILLAGE


@pytest.mark.parametrize("role", Role)
def test_who_may_write_a_confidential_file(role: Role) -> None:
    body = {"unit_id": TOWNSHIP.id, "is_confidential": True, "petition_purpose": "accusation"}
    found = file_problem(body, None, role=role, holders=(), units=UNITS)
    assert found is (None if role in SEERS else ConfidentialProblem.NOT_FOR_THIS_POST)


def test_an_accusation_is_confidential_and_stays_so() -> None:
    open_one = {"unit_id": TOWNSHIP.id, "is_confidential": False}
    secret = {**open_one, "is_confidential": True}
    asked = {"role": Role.COUNTY_CENTRE, "holders": (), "units": UNITS}
    named = {**open_one, "petition_purpose": "accusation"}
    assert file_problem(named, None, **asked) is ConfidentialProblem.NOT_CONFIDENTIAL
    assert file_problem(open_one, secret, **asked) is ConfidentialProblem.NOT_CONFIDENTIAL
    assert file_problem(open_one, open_one, **asked) is None


def test_naming_the_accused_asks_who_has_it_already() -> None:
    body = {
        "unit_id": COUNTY_ID,
        "is_confidential": True,
        "accused_unit_id": FORESTRY.id,
    }
    asked = {"role": Role.COUNTY_CENTRE, "units": UNITS}
    held = file_problem(body, body, holders=[FORESTRY.id], **asked)
    assert held is ConfidentialProblem.REACHES_ACCUSED
    assert file_problem(body, body, holders=[TOWNSHIP.id], **asked) is None


@pytest.mark.parametrize("role", Role)
def test_nobody_else_sees_anything_of_it(store: Store, role: Role) -> None:
    actor = at_township(role)
    shown = [
        *(row.title for row in pending_list(store, actor).rows),
        *(row.title for row in open_conflicts(store, actor)),
        *(
            todo.what.title
            for todo in today_view(store, actor).todos
            if hasattr(todo.what, "title")
        ),
        *(risk.title for risk in unreported_risks(store, actor)),
        *(hit.title for hit in search(store, "优亲厚友", reader=actor)),
        *(row.title for row in waiting(store, actor, today_in_china(store.clock)).for_me),
        *(row.title for row in waiting(store, actor, today_in_china(store.clock)).for_others),
    ]
    sees = any(word in title for title in shown for word in (TITLE, TELLER))
    if role not in SEERS:
        assert not sees
        assert one_conflict(store, actor, "clash") is None
    assert one_case(store, "secret") is None
    assert one_case(store, "party") is None
    if role not in SEERS:
        assert one_case(store, "secret", reader=actor) is None
        assert {"secret", "party", "secret-recorded"} <= hidden_records_of(store, actor)
    else:
        assert hidden_records_of(store, actor) == frozenset()


def hidden_records_of(store: Store, actor: Actor) -> frozenset[str]:
    with store.reading() as session:
        return hidden_records(session, actor)


def test_lists_show_it_only_where_it_is_asked_for(store: Store) -> None:
    assert [row.case_id for row in case_rows(store, CaseFilter()).rows] == ["plain"]
    everything = case_rows(store, CaseFilter(sees_confidential=True))
    marks = {row.case_id: secret_mark(row.is_confidential) for row in everything.rows}
    assert marks == {"plain": "", "secret": "保密"}
    todos = today_view(store, at_township(Role.TOWNSHIP_CENTRE)).todos
    assert {todo_mark(one) for one in todos if "secret" in one.key} == {"保密"}
    by_words = CaseFilter(text="优亲厚友")
    assert case_rows(store, by_words).rows == ()


def test_the_roster_and_links_say_nothing(store: Store) -> None:
    page = household_page(store, at_township(Role.TOWNSHIP_CENTRE), "house")
    assert page is not None
    assert TITLE not in repr(page)
    assert linked_records(store, entity="case_file", record_id="plain") == ()


def test_counting_leaves_it_out_for_who_may_not_see_it(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    _fill(store)
    acknowledge(store)
    seen = counts_now(store, at_township(Role.TOWNSHIP_CENTRE)).cases or {}
    unseen = counts_now(store, at_township(Role.MEDIATOR)).cases or {}
    assert (sum(seen.values()), sum(unseen.values())) == (2, 1)
    store.close()


def test_it_opens_only_after_the_look_is_written_and_for_ten_minutes(tmp_path: Path) -> None:
    clock = FakeClock()
    store = a_store(tmp_path, clock=clock)
    _fill(store)
    actor = at_township(Role.TOWNSHIP_CENTRE)
    with pytest.raises(UserFacingError) as first:
        one_case(store, "party", reader=actor)
    assert (first.value.code, first.value.params) == (
        ErrorCode.CASE_LOOK_FIRST,
        {"case_id": "secret"},
    )
    look_at_confidential(store, actor, "secret")
    found = one_case(store, "secret", reader=actor)
    assert found is not None
    assert found.title == TITLE
    looks = looks_of_record(store, actor, "secret")
    assert looks is not None
    assert [(row.account_id, row.looked_at) for row in looks.rows] == [
        (actor.account_id, LookedAt.WHOLE_RECORD)
    ]
    clock.advance(timedelta(minutes=11))
    with pytest.raises(UserFacingError):
        one_case(store, "secret", reader=actor)
    store.close()


def test_a_leader_reads_the_one_he_was_put_in_charge_of(tmp_path: Path) -> None:
    """信访工作条例 (2022-02-25), Art. 18 (2) and 30 (3)."""
    store = a_store(tmp_path)
    _fill(store)
    leader = at_township(Role.SPONSOR_LEADER)
    centre = at_township(Role.TOWNSHIP_CENTRE)
    assert leaders_board(store, leader).rows == ()
    given = SponsorFields("石某", today_in_china(store.clock), leader_id=leader.account_id)
    name_sponsor(store, centre, case_id="secret", given=given)
    assert [row.case_id for row in leaders_board(store, leader).rows] == ["secret"]
    assert hidden_records_of(store, leader) == frozenset()
    other = an_actor(Role.SPONSOR_LEADER, TOWNSHIP, account_id="another leader")
    assert "secret" in hidden_records_of(store, other)
    assert one_case(store, "secret", reader=other) is None
    look_at_confidential(store, leader, "secret")
    assert one_case(store, "secret", reader=leader) is not None
    with pytest.raises(UserFacingError) as refused:
        add_case_event(store, leader, case_id="secret", kind=CaseEventKind.NOTE_ADDED, note="督办")
    assert refused.value.code is ErrorCode.NOT_ALLOWED
    store.close()


def test_it_is_never_handed_to_a_village_or_to_the_accused(store: Store) -> None:
    county = an_actor(Role.COUNTY_CENTRE, UNITS[COUNTY_ID], account_id="county")
    found = standing_of(store, county, subject=HandoverSubject.CASE, subject_id="secret")
    assert found is not None
    kinds = {UNITS[one.id].kind for one in found.targets}
    assert UnitKind.VILLAGE not in kinds
    assert UnitKind.DEPARTMENT in kinds
    with pytest.raises(UserFacingError) as refused:
        hand_over(
            store,
            county,
            subject=HandoverSubject.CASE,
            subject_id="secret",
            to_unit_id=VILLAGE.id,
        )
    assert refused.value.params["problem"] is HandoverProblem.CONFIDENTIAL


def test_a_village_writes_no_accusation() -> None:
    case = a_case(
        is_confidential=True, petition_purpose=PetitionPurpose.ACCUSATION, unit_id=VILLAGE.id
    )
    for role in (Role.COUNTY_CENTRE, Role.VILLAGE_SECRETARY):
        with pytest.raises(UserFacingError) as refused:
            require_discreet(an_actor(role), case)
        assert refused.value.code is ErrorCode.CASE_CONFIDENTIAL
