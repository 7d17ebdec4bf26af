"""Writing down visits, micro-services and hazards on a real encrypted file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from app.accounts.session import Actor
from app.accounts.vocabulary import Role
from app.attachments.actions import NewFile, attach_files
from app.attachments.vocabulary import MediaType, Subject
from app.errors import ErrorCode, UserFacingError
from app.grid_work.actions import (
    edit_service,
    edit_visit,
    finish_service,
    record_service,
    record_visit,
    remove_service,
    remove_visit,
    reopen_service,
)
from app.grid_work.hazards import (
    add_measure,
    edit_hazard,
    record_hazard,
    remove_hazard,
    reopen_hazard,
    resolve_hazard,
)
from app.grid_work.parts import HazardFields, ServiceFields, VisitFields
from app.grid_work.vocabulary import (
    HazardKind,
    HazardLevel,
    ServiceKind,
    VisitPurpose,
    VisitWay,
    WorkField,
)
from app.organisations.vocabulary import UnitKind
from app.store import Changes, Store
from app.undo import undo
from db.tables.grid_work import Hazard, HazardMeasure, MicroService, Visit
from db.tables.households import Household
from tests.helpers.stores import a_household, a_store, a_unit, an_actor, save

TODAY = date(2026, 11, 23)
ZHANG = an_actor()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = a_store(tmp_path)
    yield made
    made.close()


@pytest.fixture
def home(store: Store) -> Household:
    made = a_household()
    save(store, made)
    return made


def a_visit_to(home: Household, **fields: Any) -> VisitFields:
    return replace(VisitFields(household_id=home.id, visited_on=TODAY), **fields)


def some_service(**fields: Any) -> ServiceFields:
    return replace(ServiceFields(asker_name="吴某甲", text="代取养老金", asked_on=TODAY), **fields)


def some_hazard(**fields: Any) -> HazardFields:
    usual = HazardFields(
        kind=HazardKind.WIRING,
        level=HazardLevel.HIGH,
        place="灶房",
        text="电线老化",
        found_on=TODAY,
        due_on=TODAY + timedelta(days=3),
    )
    return replace(usual, **fields)


def only(store: Store, model: type[Any]) -> Any:
    with store.reading() as session:
        return session.exec(select(model)).one()


def count(store: Store, model: type[Any]) -> int:
    with store.reading() as session:
        return len(session.exec(select(model)).all())


def refused(work: Callable[[], object]) -> UserFacingError:
    with pytest.raises(UserFacingError) as caught:
        work()
    return caught.value


def take_back(store: Store, changes: Changes) -> int:
    assert changes.txn is not None
    return undo(store, account_id=ZHANG.account_id, txn=changes.txn).left


# --- visits ------------------------------------------------------------------------------------


def test_a_visit_with_what_came_of_it_is_one_step(store: Store, home: Household) -> None:
    done = record_visit(
        store,
        ZHANG,
        a_visit_to(home, way=VisitWay.ELSEWHERE, met=" 吴某甲 ", purpose=VisitPurpose.CARE),
        services=[some_service(), some_service(text="修水管", kind=ServiceKind.REPAIR)],
        hazards=[some_hazard()],
    )
    visit = only(store, Visit)
    assert (visit.id, visit.unit_id, visit.met, visit.note) == (
        done.record_id,
        home.unit_id,
        "吴某甲",
        None,
    )
    assert (visit.by_account_id, visit.recorded_at) == (ZHANG.account_id, store.clock.now())
    hazard = only(store, Hazard)
    assert (hazard.visit_id, hazard.household_id) == (visit.id, home.id)
    with store.reading() as session:
        services = session.exec(select(MicroService)).all()
    assert {one.visit_id for one in services} == {visit.id}
    assert {one.household_id for one in services} == {home.id}
    assert take_back(store, done.changes) == 0
    assert [count(store, one) for one in (Visit, MicroService, Hazard)] == [0, 0, 0]


@pytest.mark.parametrize(
    "parts",
    [{"services": [some_service(text=" ")]}, {"hazards": [some_hazard(place="")]}],
    ids=["service", "hazard"],
)
def test_one_wrong_part_and_nothing_is_written(
    store: Store, home: Household, parts: dict[str, Any]
) -> None:
    error = refused(lambda: record_visit(store, ZHANG, a_visit_to(home), **parts))
    assert error.code is ErrorCode.GRID_WORK_WRONG
    assert count(store, Visit) == 0


def test_a_visit_without_a_household_or_to_one_that_is_gone(store: Store, home: Household) -> None:
    error = refused(lambda: record_visit(store, ZHANG, a_visit_to(home, household_id=None)))
    assert [each.field for each in error.params["problems"]] == [WorkField.HOUSEHOLD]
    gone = refused(lambda: record_visit(store, ZHANG, a_visit_to(home, household_id="nobody")))
    assert gone.code is ErrorCode.GRID_WORK_GONE


def test_a_visit_tomorrow_is_refused(store: Store, home: Household) -> None:
    tomorrow = a_visit_to(home, visited_on=TODAY + timedelta(days=1))
    assert refused(lambda: record_visit(store, ZHANG, tomorrow)).code is ErrorCode.GRID_WORK_WRONG


def test_a_visit_is_corrected_and_taken_back(store: Store, home: Household) -> None:
    made = record_visit(store, ZHANG, a_visit_to(home, note="一切都好"))
    after = a_visit_to(home, visited_on=date(2026, 11, 22), way=VisitWay.NOBODY_HOME)
    changes = edit_visit(store, ZHANG, visit_id=made.record_id, given=after)
    visit = only(store, Visit)
    assert (visit.visited_on, visit.way, visit.note) == (
        date(2026, 11, 22),
        VisitWay.NOBODY_HOME,
        None,
    )
    assert take_back(store, changes) == 0
    assert only(store, Visit).note == "一切都好"


def test_what_was_found_outlives_the_visit_and_comes_back_to_it(
    store: Store, home: Household
) -> None:
    made = record_visit(
        store, ZHANG, a_visit_to(home), services=[some_service()], hazards=[some_hazard()]
    )
    changes = remove_visit(store, ZHANG, visit_id=made.record_id)
    assert count(store, Visit) == 0
    assert only(store, Hazard).visit_id is None
    assert only(store, MicroService).visit_id is None
    assert take_back(store, changes) == 0
    assert only(store, Hazard).visit_id == made.record_id
    assert only(store, MicroService).visit_id == made.record_id


def test_undo_leaves_a_visit_that_something_leans_on(store: Store, home: Household) -> None:
    made = record_visit(store, ZHANG, a_visit_to(home))
    hazard = record_hazard(store, ZHANG, unit_id=home.unit_id, given=some_hazard())
    with store.transaction(account_id=ZHANG.account_id, action="test") as tx:
        found = tx.session.get(Hazard, hazard.record_id)
        assert found is not None
        found.visit_id = made.record_id
    assert take_back(store, made.changes) == 1
    assert count(store, Visit) == 1


# --- micro-services ----------------------------------------------------------------------------


def test_a_service_is_asked_done_and_opened_again(store: Store, home: Household) -> None:
    made = record_service(
        store,
        ZHANG,
        unit_id=home.unit_id,
        given=some_service(household_id=home.id, asker_phone="13800000000"),
    )
    li = an_actor(name="李某", account_id="account-of-li")
    finish_service(store, li, service_id=made.record_id, done_on=TODAY, done_note="已取 ")
    service = only(store, MicroService)
    assert (service.done_on, service.done_by, service.done_note) == (
        TODAY,
        "account-of-li",
        "已取",
    )
    twice = refused(lambda: finish_service(store, ZHANG, service_id=made.record_id, done_on=TODAY))
    assert (twice.code, twice.params) == (ErrorCode.GRID_WORK_DONE_BEFORE, {"day": TODAY})
    changes = reopen_service(store, ZHANG, service_id=made.record_id)
    service = only(store, MicroService)
    assert (service.done_on, service.done_by, service.done_note) == (None, None, None)
    assert take_back(store, changes) == 0
    assert only(store, MicroService).done_by == "account-of-li"


def test_a_service_that_is_open_is_not_opened_again(store: Store, home: Household) -> None:
    made = record_service(store, ZHANG, unit_id=home.unit_id, given=some_service())
    error = refused(lambda: reopen_service(store, ZHANG, service_id=made.record_id))
    assert error.code is ErrorCode.GRID_WORK_OPEN_AGAIN


def test_a_service_is_not_done_before_it_was_asked(store: Store, home: Household) -> None:
    made = record_service(store, ZHANG, unit_id=home.unit_id, given=some_service())
    early = TODAY - timedelta(days=1)
    error = refused(lambda: finish_service(store, ZHANG, service_id=made.record_id, done_on=early))
    assert error.code is ErrorCode.GRID_WORK_WRONG


def test_a_service_is_corrected_and_removed(store: Store, home: Household) -> None:
    made = record_service(store, ZHANG, unit_id=home.unit_id, given=some_service())
    after = some_service(household_id=home.id, text="代取养老金和医保卡", due_on=TODAY)
    edit_service(store, ZHANG, service_id=made.record_id, given=after)
    service = only(store, MicroService)
    assert (service.household_id, service.text, service.due_on) == (home.id, after.text, TODAY)
    changes = remove_service(store, ZHANG, service_id=made.record_id)
    assert count(store, MicroService) == 0
    assert take_back(store, changes) == 0
    assert only(store, MicroService).text == after.text


def test_a_service_names_no_household_of_another_village(store: Store, home: Household) -> None:
    other = a_household(unit_id=a_unit("高步村").id, number="002")
    save(store, other)
    wrong = some_service(household_id=other.id)
    error = refused(lambda: record_service(store, ZHANG, unit_id=home.unit_id, given=wrong))
    assert error.code is ErrorCode.GRID_WORK_GONE


# --- hazards -----------------------------------------------------------------------------------


def test_a_hazard_is_worked_on_until_it_is_gone(store: Store, home: Household) -> None:
    made = record_hazard(
        store, ZHANG, unit_id=home.unit_id, given=some_hazard(household_id=home.id)
    )
    add_measure(store, ZHANG, hazard_id=made.record_id, done_on=TODAY, text="换了插座")
    assert only(store, Hazard).resolved_on is None
    changes = add_measure(
        store, ZHANG, hazard_id=made.record_id, done_on=TODAY, text="全部换线", is_resolved=True
    )
    assert only(store, Hazard).resolved_on == TODAY
    late = refused(
        lambda: add_measure(store, ZHANG, hazard_id=made.record_id, done_on=TODAY, text="又去看")
    )
    assert late.code is ErrorCode.GRID_WORK_DONE_BEFORE
    assert take_back(store, changes) == 0
    assert only(store, Hazard).resolved_on is None
    assert count(store, HazardMeasure) == 1


def test_a_hazard_is_called_gone_and_is_there_again(store: Store, home: Household) -> None:
    made = record_hazard(store, ZHANG, unit_id=home.unit_id, given=some_hazard())
    resolve_hazard(store, ZHANG, hazard_id=made.record_id, resolved_on=TODAY)
    assert only(store, Hazard).resolved_on == TODAY
    reopen_hazard(store, ZHANG, hazard_id=made.record_id)
    assert only(store, Hazard).resolved_on is None
    error = refused(lambda: reopen_hazard(store, ZHANG, hazard_id=made.record_id))
    assert error.code is ErrorCode.GRID_WORK_OPEN_AGAIN
    tomorrow = TODAY + timedelta(days=1)
    wrong = refused(
        lambda: resolve_hazard(store, ZHANG, hazard_id=made.record_id, resolved_on=tomorrow)
    )
    assert wrong.code is ErrorCode.GRID_WORK_WRONG


def test_a_hazard_is_corrected_and_removed_with_its_measures(store: Store, home: Household) -> None:
    made = record_hazard(store, ZHANG, unit_id=home.unit_id, given=some_hazard())
    add_measure(store, ZHANG, hazard_id=made.record_id, done_on=TODAY, text="看过")
    after = some_hazard(level=HazardLevel.LOW, due_on=TODAY + timedelta(days=30))
    edit_hazard(store, ZHANG, hazard_id=made.record_id, given=after)
    assert only(store, Hazard).level is HazardLevel.LOW
    changes = remove_hazard(store, ZHANG, hazard_id=made.record_id)
    assert (count(store, Hazard), count(store, HazardMeasure)) == (0, 0)
    assert take_back(store, changes) == 0
    assert (count(store, Hazard), count(store, HazardMeasure)) == (1, 1)


def test_what_has_gone_is_said_to_be_gone(store: Store) -> None:
    for work in (
        lambda: remove_visit(store, ZHANG, visit_id="x"),
        lambda: remove_service(store, ZHANG, service_id="x"),
        lambda: remove_hazard(store, ZHANG, hazard_id="x"),
        lambda: add_measure(store, ZHANG, hazard_id="x", done_on=TODAY, text="看过"),
    ):
        assert refused(work).code is ErrorCode.GRID_WORK_GONE


# --- photographs -------------------------------------------------------------------------------


def test_a_hazard_with_a_photograph_stays(store: Store, home: Household) -> None:
    made = record_hazard(store, ZHANG, unit_id=home.unit_id, given=some_hazard())
    file = NewFile(b"%PDF-1.7 made up", MediaType.PDF, "灶房.pdf")
    attach_files(store, ZHANG, subject=Subject("hazard", made.record_id), files=[file])
    error = refused(lambda: remove_hazard(store, ZHANG, hazard_id=made.record_id))
    assert error.code is ErrorCode.GRID_WORK_HAS_ATTACHMENTS
    assert count(store, Hazard) == 1


# --- who may -----------------------------------------------------------------------------------


def someone(role: Role) -> Actor:
    unit = {
        Role.TOWNSHIP_CENTRE: a_unit("坪坦乡", kind=UnitKind.TOWNSHIP),
        Role.COUNTY_CENTRE: a_unit("通道侗族自治县", kind=UnitKind.COUNTY),
    }.get(role, a_unit())
    return an_actor(role, unit)


RECORDING = {
    Role.GRID_WORKER,
    Role.AUXILIARY_POLICE,
    Role.MEDIATOR,
    Role.VILLAGE_SECRETARY,
}


def test_nobody_records_in_another_village(store: Store, home: Household) -> None:
    stranger = an_actor(unit="高步村")
    error = refused(lambda: record_visit(store, stranger, a_visit_to(home)))
    assert error.code is ErrorCode.NOT_ALLOWED
