"""Writing the register by hand."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from app.accounts.vocabulary import Role
from app.cases.vocabulary import PartySide, PartySource
from app.errors import ErrorCode, UserFacingError
from app.households.actions import (
    HouseholdFields,
    ResidentFields,
    add_household,
    add_micro_grid,
    add_resident,
    assign_micro_grid,
    edit_household,
    edit_resident,
    remove_household,
    remove_resident,
)
from app.households.rules import IdentityProblem
from app.households.vocabulary import (
    EthnicGroup,
    HouseholdTrace,
    IdentityKind,
    MissingIdentityReason,
    Relation,
    ResidentStatus,
    RosterEventKind,
    Sex,
)
from app.incidents.vocabulary import IncidentClass, IncidentRole, IncidentSource
from app.store import Changes, Store
from app.undo import undo
from db.tables.attachments import Attachment
from db.tables.cases import CaseParty
from db.tables.handovers import Handover
from db.tables.households import Household, Resident, RosterEvent
from db.tables.incidents import Incident, IncidentPerson
from db.tables.local import OutboxOp
from db.tables.votes import ElectorateEntry
from tests.helpers.grid_work import a_hazard, a_service, a_visit
from tests.helpers.stores import (
    a_case,
    a_household,
    a_micro_grid,
    a_motion,
    a_resident,
    a_roster_event,
    a_store,
    a_unit,
    an_actor,
    an_identity_number,
    save,
)
from ui.wording import error_sentence
from ui.wording_households import trace_words

VILLAGE = a_unit().id
WORKER = an_actor()
BORN = date(1991, 7, 15)
NUMBER = an_identity_number(BORN, order=12)
HOME = HouseholdFields(number="007", head_name="杨 某乙", phone="１３８ 0000 4751")
WIFE = ResidentFields(
    name="龙某", relation=Relation.WIFE, ethnic_group=EthnicGroup.DONG, identity_number=NUMBER
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_store(tmp_path)


@pytest.fixture
def household(store: Store) -> Household:
    made = a_household()
    save(store, made, a_resident(made))
    return made


def id_in(changes: Changes, entity: str) -> str:
    return next(record_id for kind, record_id in changes.records if kind == entity)


def held(store: Store, model: type, record_id: str):
    with store.reading() as session:
        return session.get(model, record_id)


def code_of(raised: pytest.ExceptionInfo[UserFacingError]) -> ErrorCode:
    return raised.value.code


# --- households ----------------------------------------------------------------------------------


def test_a_household_is_added_with_name_and_phone_in_the_usual_writing(store):
    changes = add_household(store, WORKER, unit_id=VILLAGE, given=HOME)

    made = held(store, Household, id_in(changes, "household"))
    assert (made.number, made.head_name, made.phone) == ("007", "杨某乙", "13800004751")
    assert (made.unit_id, made.address, made.note) == (VILLAGE, None, None)


def test_a_phone_that_is_none_is_kept_as_typed(store):
    given = dataclasses.replace(HOME, phone="找他姐")
    changes = add_household(store, WORKER, unit_id=VILLAGE, given=given)

    assert held(store, Household, id_in(changes, "household")).phone == "找他姐"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (HouseholdFields(number=" ", head_name="杨某"), ErrorCode.HOUSEHOLD_NUMBER_MISSING),
        (HouseholdFields(number="007", head_name=" "), ErrorCode.PERSON_NAME_MISSING),
        (HouseholdFields(number="001", head_name="杨某"), ErrorCode.HOUSEHOLD_NUMBER_TAKEN),
        (HouseholdFields(number="0" * 21, head_name="杨某"), ErrorCode.ROSTER_TEXT_TOO_LONG),
        (
            HouseholdFields(number="007", head_name="杨某", note="长" * 501),
            ErrorCode.ROSTER_TEXT_TOO_LONG,
        ),
        (
            HouseholdFields(number="007", head_name="杨某", micro_grid_id="gone"),
            ErrorCode.ROSTER_CHANGED_MEANWHILE,
        ),
    ],
)
def test_a_household_that_cannot_be_is_refused_and_nothing_written(store, household, given, code):
    with pytest.raises(UserFacingError) as raised:
        add_household(store, WORKER, unit_id=VILLAGE, given=given)

    assert code_of(raised) is code
    with store.reading() as session:
        assert session.exec(select(Household.number)).all() == ["001"]


def test_the_same_number_in_another_village_is_no_matter(store):
    save(store, a_household(unit_id=a_unit("横岭村").id, number="007"))

    assert add_household(store, WORKER, unit_id=VILLAGE, given=HOME)


def test_a_household_is_corrected_and_the_edit_undone(store, household):
    given = HouseholdFields(number="001", head_name="吴某乙", address="三组")
    changes = edit_household(store, WORKER, household_id=household.id, given=given)
    assert held(store, Household, household.id).head_name == "吴某乙"

    undo(store, account_id=WORKER.account_id, txn=changes.txn)

    assert held(store, Household, household.id).head_name == "吴某甲"
    assert held(store, Household, household.id).address is None


def test_an_edit_is_one_operation(store, household):
    edit_household(store, WORKER, household_id=household.id, given=HOME)

    with store.reading() as session:
        actions = [one.action for one in session.exec(select(OutboxOp))]
    assert actions.count("edit_household") == 1


def test_a_household_with_residents_is_removed_only_with_them(store, household):
    with pytest.raises(UserFacingError) as raised:
        remove_household(store, WORKER, household_id=household.id)
    assert code_of(raised) is ErrorCode.HOUSEHOLD_NOT_EMPTY
    assert raised.value.params == {"count": 1, "head": "吴某甲"}

    changes = remove_household(store, WORKER, household_id=household.id, with_residents=True)
    assert len(changes.records) == 2
    assert held(store, Household, household.id) is None

    undo(store, account_id=WORKER.account_id, txn=changes.txn)
    assert held(store, Household, household.id).head_name == "吴某甲"


@pytest.mark.parametrize("trace", list(HouseholdTrace))
def test_a_household_something_hangs_on_is_history_and_stays(store, household, trace):
    (person,) = residents(store)
    save(store, *left_behind(store, trace, household, person))

    with pytest.raises(UserFacingError) as raised:
        remove_household(store, WORKER, household_id=household.id, with_residents=True)

    assert code_of(raised) is ErrorCode.HOUSEHOLD_HAS_HISTORY
    assert raised.value.params == {"head": "吴某甲", "traces": {trace: 1}}
    assert trace_words(trace, 1) in error_sentence(raised.value)
    assert "登记变动" in error_sentence(raised.value)
    assert held(store, Household, household.id) is not None
    assert residents(store) == [person]


def test_that_its_people_came_is_no_history(store, household):
    (person,) = residents(store)
    came = a_roster_event(household, person)
    save(store, came)

    changes = remove_household(store, WORKER, household_id=household.id, with_residents=True)
    assert held(store, RosterEvent, came.id) is None

    undo(store, account_id=WORKER.account_id, txn=changes.txn)
    assert held(store, RosterEvent, came.id).resident_id == person.id


def residents(store: Store) -> list[Resident]:
    with store.reading() as session:
        return list(session.exec(select(Resident)))


def left_behind(store: Store, trace: HouseholdTrace, home: Household, person: Resident) -> list:
    """One record of this kind, with what it is a part of."""
    by = {"unit_id": VILLAGE, "by_account_id": WORKER.account_id}
    now = store.clock.now()
    subject = {"subject_entity": "household", "subject_id": home.id, "happened_at": now}
    if trace is HouseholdTrace.CASE:
        case = a_case()
        party = {"source": PartySource.ROSTER, "name": person.name, "resident_id": person.id}
        return [case, CaseParty(unit_id=VILLAGE, case_id=case.id, side=PartySide.A, **party)]
    if trace is HouseholdTrace.INCIDENT:
        incident = Incident(
            unit_id=VILLAGE,
            number="1",
            incident_class=IncidentClass.PUBLIC_ORDER,
            source=IncidentSource.PATROL,
            title="争吵",
            story="",
            place="鼓楼边",
            happened_at=now,
            recorded_by=WORKER.account_id,
            recorded_at=now,
        )
        party = {"source": PartySource.ROSTER, "name": person.name, "resident_id": person.id}
        role = IncidentRole.REPORTER
        who = IncidentPerson(unit_id=VILLAGE, incident_id=incident.id, role=role, **party)
        return [incident, who]
    if trace is HouseholdTrace.VOTE:
        motion = a_motion()
        entry = {"household_id": home.id, "household_number": "001", "head_name": "吴某甲"}
        return [motion, ElectorateEntry(unit_id=VILLAGE, motion_id=motion.id, **entry)]
    if trace is HouseholdTrace.ATTACHMENT:
        file = {"sha256": "0" * 64, "size": 9, "media_type": "image/jpeg", "name": "照片"}
        return [Attachment(**subject, **by, **file)]
    if trace is HouseholdTrace.HANDOVER:
        units = {"from_unit_id": a_unit("横岭村").id, "to_unit_id": VILLAGE}
        return [Handover(**subject, **by, **units)]
    made = {
        HouseholdTrace.VISIT: a_visit,
        HouseholdTrace.SERVICE: a_service,
        HouseholdTrace.HAZARD: a_hazard,
        HouseholdTrace.LIFE_EVENT: lambda home: a_roster_event(
            home, person, kind=RosterEventKind.WENT_AWAY
        ),
    }
    return [made[trace](home)]


def test_an_empty_household_is_removed(store):
    household = a_household()
    save(store, household)

    remove_household(store, WORKER, household_id=household.id)

    assert held(store, Household, household.id) is None


# --- residents -----------------------------------------------------------------------------------


def test_an_identity_number_decides_sex_and_birthday(store, household):
    spaced = dataclasses.replace(
        WIFE, identity_number=f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}", sex=Sex.MALE
    )
    changes = add_resident(store, WORKER, household_id=household.id, given=spaced)

    made = held(store, Resident, id_in(changes, "resident"))
    assert (made.identity_number, made.sex, made.birth_date) == (NUMBER, Sex.FEMALE, BORN)
    assert (made.identity_kind, made.missing_identity) == (
        IdentityKind.RESIDENT_IDENTITY_NUMBER,
        None,
    )
    assert (made.position, made.unit_id) == (1, VILLAGE)


def test_without_a_number_the_reason_is_kept(store, household):
    given = ResidentFields(name="吴某宝", sex=Sex.MALE, birth_date=date(2026, 10, 1))
    changes = add_resident(store, WORKER, household_id=household.id, given=given)

    made = held(store, Resident, id_in(changes, "resident"))
    assert made.identity_kind is IdentityKind.NONE_YET
    assert made.missing_identity is MissingIdentityReason.PENDING
    assert made.birth_date == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        (NUMBER[:17] + ("1" if NUMBER[17] != "1" else "2"), IdentityProblem.WRONG_CHECK_DIGIT),
        (an_identity_number(date(2026, 11, 24)), IdentityProblem.DATE_IN_FUTURE),
        ("433031850317237", IdentityProblem.OLD_FIFTEEN_DIGITS),
        (NUMBER[:17], IdentityProblem.WRONG_LENGTH),
        ("43303119910231123X", IdentityProblem.IMPOSSIBLE_DATE),
    ],
)
def test_a_wrong_identity_number_is_never_stored(store, household, typed, problem):
    given = dataclasses.replace(WIFE, identity_number=typed)
    with pytest.raises(UserFacingError) as raised:
        add_resident(store, WORKER, household_id=household.id, given=given)

    assert code_of(raised) is ErrorCode.IDENTITY_NUMBER_WRONG
    assert raised.value.params["problem"] is problem
    assert typed not in str(raised.value)
    with store.reading() as session:
        assert len(session.exec(select(Resident)).all()) == 1


def test_a_number_of_a_neighbour_is_refused_with_whose_it_is(store, household):
    add_resident(store, WORKER, household_id=household.id, given=WIFE)
    other = id_in(add_household(store, WORKER, unit_id=VILLAGE, given=HOME), "household")

    with pytest.raises(UserFacingError) as raised:
        add_resident(store, WORKER, household_id=other, given=WIFE)

    assert code_of(raised) is ErrorCode.IDENTITY_NUMBER_TAKEN
    assert raised.value.params == {
        "name": "龙某",
        "household": "001 吴某甲",
        "status": ResidentStatus.PRESENT,
    }


def test_a_resident_is_corrected_without_the_number_in_the_way(store, household):
    changes = add_resident(store, WORKER, household_id=household.id, given=WIFE)
    resident_id = id_in(changes, "resident")

    given = dataclasses.replace(WIFE, name="龙某妹", phone="0745-8620000")
    edit_resident(store, WORKER, resident_id=resident_id, given=given)

    now = held(store, Resident, resident_id)
    assert (now.name, now.phone, now.identity_number) == ("龙某妹", "0745-8620000", NUMBER)


def test_a_resident_is_removed_and_brought_back(store, household):
    resident_id = id_in(
        add_resident(store, WORKER, household_id=household.id, given=WIFE), "resident"
    )
    changes = remove_resident(store, WORKER, resident_id=resident_id)
    assert held(store, Resident, resident_id) is None

    undo(store, account_id=WORKER.account_id, txn=changes.txn)
    assert held(store, Resident, resident_id).identity_number == NUMBER


# --- micro-grids ---------------------------------------------------------------------------------


def test_households_are_put_into_a_micro_grid_and_taken_out(store, household):
    grid = id_in(
        add_micro_grid(store, WORKER, unit_id=VILLAGE, number=2, name="上寨"), "micro_grid"
    )
    assign_micro_grid(store, WORKER, household_ids=[household.id], micro_grid_id=grid)
    assert held(store, Household, household.id).micro_grid_id == grid

    assign_micro_grid(store, WORKER, household_ids=[household.id], micro_grid_id=None)
    assert held(store, Household, household.id).micro_grid_id is None


def test_a_micro_grid_of_another_village_is_refused(store, household):
    grid = a_micro_grid(unit_id=a_unit("横岭村").id)
    save(store, grid)

    with pytest.raises(UserFacingError) as raised:
        assign_micro_grid(store, WORKER, household_ids=[household.id], micro_grid_id=grid.id)

    assert code_of(raised) is ErrorCode.ROSTER_CHANGED_MEANWHILE


def test_a_micro_grid_number_is_given_once(store):
    save(store, a_micro_grid())

    with pytest.raises(UserFacingError) as raised:
        add_micro_grid(store, WORKER, unit_id=VILLAGE, number=1, name="下寨")

    assert raised.value.params == {"number": 1, "name": "第1微网格"}


# --- who may, and what is gone -------------------------------------------------------------------

WRITES = {
    "add_household": lambda store, actor, home, one, grid: add_household(
        store, actor, unit_id=VILLAGE, given=HOME
    ),
    "edit_household": lambda store, actor, home, one, grid: edit_household(
        store, actor, household_id=home, given=HOME
    ),
    "remove_household": lambda store, actor, home, one, grid: remove_household(
        store, actor, household_id=home, with_residents=True
    ),
    "add_resident": lambda store, actor, home, one, grid: add_resident(
        store, actor, household_id=home, given=WIFE
    ),
    "edit_resident": lambda store, actor, home, one, grid: edit_resident(
        store, actor, resident_id=one, given=WIFE
    ),
    "remove_resident": lambda store, actor, home, one, grid: remove_resident(
        store, actor, resident_id=one
    ),
    "add_micro_grid": lambda store, actor, home, one, grid: add_micro_grid(
        store, actor, unit_id=VILLAGE, number=9, name="新寨"
    ),
    "assign_micro_grid": lambda store, actor, home, one, grid: assign_micro_grid(
        store, actor, household_ids=[home], micro_grid_id=grid
    ),
}


@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize(
    ("role", "unit"), [(Role.MEDIATOR, "坪坦村"), (Role.VILLAGE_SECRETARY, "横岭村")]
)
def test_only_who_keeps_this_villages_roster_writes_it(store, name, role, unit):
    home, grid = a_household(), a_micro_grid()
    one = a_resident(home)
    save(store, home, one, grid)

    with pytest.raises(UserFacingError) as raised:
        WRITES[name](store, an_actor(role, unit), home.id, one.id, grid.id)

    assert code_of(raised) is ErrorCode.NOT_ALLOWED


@pytest.mark.parametrize(
    "name", [name for name in WRITES if name not in ("add_household", "add_micro_grid")]
)
def test_what_another_laptop_removed_is_told_and_nothing_written(store, name):
    with pytest.raises(UserFacingError) as raised:
        WRITES[name](store, WORKER, "gone", "gone", "gone")

    assert code_of(raised) is ErrorCode.ROSTER_CHANGED_MEANWHILE
