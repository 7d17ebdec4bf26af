"""The dry run of an import, and the import: found again, never doubled, never erased."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from app.accounts.vocabulary import Role
from app.errors import ErrorCode, UserFacingError
from app.exchange.roster import read_roster
from app.exchange.roster_apply import import_roster
from app.exchange.roster_columns import RosterColumn
from app.exchange.roster_plan import plan_roster
from app.exchange.roster_plan_rows import PlanField, PlanKind, PlanWarningKind, RosterPlan
from app.exchange.roster_report import RosterHousehold, RosterReport, RosterResident
from app.households.queries import micro_grid_rows, residents_count
from app.households.vocabulary import (
    Education,
    IdentityKind,
    MicroGridSize,
    MissingIdentityReason,
    Relation,
    ResidentStatus,
    Sex,
)
from app.store import Store
from app.undo import undo
from db.tables.households import Household, Resident
from tests.helpers.rosters import save_second_form
from tests.helpers.stores import (
    a_household,
    a_micro_grid,
    a_resident,
    a_store,
    a_unit,
    an_actor,
    an_identity_number,
    save,
)

ROSTER = Path(__file__).parents[3] / "app" / "demo" / "data" / "roster_pingtan.xlsx"
TODAY = date(2026, 11, 23)
VILLAGE = a_unit().id
WORKER = an_actor()
BORN = date(1980, 3, 2)


@pytest.fixture(scope="module")
def real_report() -> RosterReport:
    return read_roster(ROSTER, today=TODAY)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_store(tmp_path)


def plan_of(store: Store, report: RosterReport) -> RosterPlan:
    return plan_roster(store, WORKER, report, unit_id=VILLAGE)


def a_line(row: int = 4, **fields: object) -> RosterResident:
    usual = {
        "row": row,
        "name": "杨某乙",
        "relation": Relation.HEAD,
        "relation_words": "户主",
        "sex": Sex.MALE,
        "birth_date": BORN,
        "ethnic_group": None,
        "identity_kind": IdentityKind.RESIDENT_IDENTITY_NUMBER,
        "identity_number": an_identity_number(BORN),
        "missing_reason": None,
        "phone": None,
        "note": None,
    }
    if "identity_number" in fields and fields["identity_number"] is None:
        usual |= {
            "identity_kind": IdentityKind.NONE_YET,
            "missing_reason": MissingIdentityReason.PENDING,
        }
    return RosterResident(**{**usual, **fields})


def a_home(*lines: RosterResident, number: str = "007", **fields: object) -> RosterHousehold:
    lines = lines or (a_line(),)
    usual = {
        "number": number,
        "micro_grid_name": "",
        "micro_grid_number": None,
        "head_name": lines[0].name,
        "rows": tuple(line.row for line in lines),
        "residents": lines,
    }
    return RosterHousehold(**{**usual, **fields})


def a_report(real: RosterReport, *homes: RosterHousehold, **fields: object) -> RosterReport:
    """A report of these households alone."""
    usual = {"households": homes, "micro_grids": (), "refused": (), "warnings": ()}
    return dataclasses.replace(real, **{**usual, **fields})


def residents(store: Store) -> list[Resident]:
    with store.reading() as session:
        return list(session.exec(select(Resident).order_by(Resident.name)))


def changed_fields(plan: RosterPlan) -> dict[PlanField, tuple[str | None, str | None]]:
    (resident,) = plan.residents
    return {change.field: (change.old, change.new) for change in resident.changes}


def save_household(store: Store, **resident_fields: object) -> tuple[Household, Resident]:
    household = a_household(number="007", head_name="杨某乙")
    fields = {"name": "杨某乙", "birth_date": BORN, "identity_number": an_identity_number(BORN)}
    resident = a_resident(household, **{**fields, **resident_fields})
    save(store, household, resident)
    return household, resident


# --- the whole roster of a village -----------------------------------------------------------


def test_the_dry_run_of_an_empty_village_adds_everything_and_writes_nothing(store, real_report):
    plan = plan_of(store, real_report)

    counts = plan.counts
    assert (counts.households_to_add, counts.to_add, counts.micro_grids_to_add) == (46, 177, 3)
    assert (counts.to_change, counts.same, counts.refused_rows) == (0, 0, 2)
    assert plan.has_work
    assert plan.warnings == ()
    assert residents(store) == []


def test_the_import_writes_the_roster_in_one_transaction(store, real_report):
    changes = import_roster(store, WORKER, plan_of(store, real_report))

    totals = residents_count(store, VILLAGE)
    assert (totals.micro_grids, totals.households, totals.residents) == (3, 46, 177)
    assert changes.txn == 1
    assert len(changes.records) == 3 + 46 + 177
    sizes = [
        (row.name, row.household_count, row.finding) for row in micro_grid_rows(store, VILLAGE)
    ]
    assert sizes == [
        ("第1微网格", 17, MicroGridSize.FITS),
        ("第2微网格", 17, MicroGridSize.FITS),
        ("第3微网格", 12, MicroGridSize.TOO_SMALL),
    ]


def test_the_same_file_twice_adds_and_changes_nothing(store, real_report):
    import_roster(store, WORKER, plan_of(store, real_report))

    again = plan_of(store, real_report)

    assert not again.has_work
    assert again.counts.same == 177
    assert again.not_mentioned == ()
    assert not import_roster(store, WORKER, again)


def test_undo_takes_the_whole_import_back_in_one_step(store, real_report):
    changes = import_roster(store, WORKER, plan_of(store, real_report))

    outcome = undo(store, account_id=WORKER.account_id, txn=changes.txn)

    totals = residents_count(store, VILLAGE)
    assert (totals.micro_grids, totals.households, totals.residents) == (0, 0, 0)
    assert outcome.left == 0


def test_an_import_that_is_stopped_leaves_nothing_half_done(store, real_report):
    class StoppedError(Exception):
        pass

    def stop_in_the_middle(done: int, total: int) -> None:
        assert total == 46
        if done == 20:
            raise StoppedError

    with pytest.raises(StoppedError):
        import_roster(store, WORKER, plan_of(store, real_report), on_progress=stop_in_the_middle)

    assert residents(store) == []


# --- finding households and residents again ---------------------------------------------------


def test_a_household_is_found_by_its_number_however_it_is_padded(store, real_report):
    household, _ = save_household(store)

    plan = plan_of(store, a_report(real_report, a_home(number="7")))

    assert plan.households[0].household_id == household.id
    assert plan.households[0].kind is PlanKind.SAME


def test_a_household_without_number_is_found_by_who_lives_in_it(store, real_report):
    household, _ = save_household(store)

    plan = plan_of(store, a_report(real_report, a_home(number="", head_name="杨某")))

    assert plan.households[0].household_id == household.id
    assert [change.field for change in plan.households[0].changes] == [PlanField.HEAD_NAME]


def test_a_household_that_had_no_number_gets_the_one_of_the_sheet(store, real_report):
    household = a_household(number="", head_name="杨某乙")
    save(store, household)

    import_roster(store, WORKER, plan_of(store, a_report(real_report, a_home(number="007"))))

    with store.reading() as session:
        assert session.get_one(Household, household.id).number == "007"


def test_two_unnumbered_households_of_one_head_name_stay_two(store, real_report):
    first = a_line(4, identity_number=None, birth_date=None)
    second = a_line(5, identity_number=None, birth_date=None)
    report = a_report(real_report, a_home(first, number=""), a_home(second, number=""))
    import_roster(store, WORKER, plan_of(store, report))

    assert not plan_of(store, report).has_work
    assert residents_count(store, VILLAGE).households == 2


def test_a_resident_is_found_by_identity_number_though_the_name_is_corrected(store, real_report):
    _, resident = save_household(store, name="杨莫乙")

    plan = plan_of(store, a_report(real_report, a_home()))

    assert plan.residents[0].resident_id == resident.id
    assert changed_fields(plan) == {PlanField.NAME: ("杨莫乙", "杨某乙")}


def test_a_resident_without_number_is_found_by_household_and_name(store, real_report):
    number = an_identity_number(BORN)
    _, resident = save_household(
        store, identity_number=None, missing_identity=MissingIdentityReason.PENDING
    )

    plan = plan_of(store, a_report(real_report, a_home()))
    import_roster(store, WORKER, plan)

    assert changed_fields(plan) == {
        PlanField.IDENTITY_NUMBER: (None, number),
        PlanField.MISSING_IDENTITY: ("pending", None),
    }
    (now,) = residents(store)
    assert (now.id, now.identity_number, now.missing_identity) == (resident.id, number, None)
    assert now.identity_kind is IdentityKind.RESIDENT_IDENTITY_NUMBER


def test_a_namesake_of_another_birthday_is_another_person(store, real_report):
    _, resident = save_household(store)
    other = date(2005, 1, 9)

    plan = plan_of(
        store,
        a_report(
            real_report,
            a_home(a_line(birth_date=other, identity_number=an_identity_number(other))),
        ),
    )

    assert plan.residents[0].kind is PlanKind.ADD
    assert [one.record_id for one in plan.not_mentioned] == [resident.id]


def test_a_lone_namesake_without_numbers_is_the_same_person_of_another_birthday(store, real_report):
    save_household(store, identity_number=None, birth_date=date(1980, 2, 3))

    plan = plan_of(store, a_report(real_report, a_home(a_line(identity_number=None))))

    assert changed_fields(plan)[PlanField.BIRTH_DATE] == ("1980-02-03", "1980-03-02")


def test_whoever_lives_in_another_household_is_moved_and_told(store, real_report):
    old_home, resident = save_household(store)
    new_home = a_household(number="012", head_name="石某")
    save(store, new_home)

    plan = plan_of(store, a_report(real_report, a_home(number="012", head_name="石某")))
    import_roster(store, WORKER, plan)

    (warning,) = plan.warnings
    assert warning.kind is PlanWarningKind.MOVES_HOUSEHOLD
    assert (warning.row, warning.params["from_household"]) == (4, "007 杨某乙")
    assert changed_fields(plan) == {PlanField.HOUSEHOLD: ("007 杨某乙", "012 石某")}
    (now,) = residents(store)
    assert (now.id, now.household_id) == (resident.id, new_home.id)
    assert [one.record_id for one in plan.not_mentioned] == [old_home.id]


def test_a_number_held_in_another_village_is_told_and_that_village_left_alone(store, real_report):
    other = a_unit("横岭村").id
    household = a_household(unit_id=other, number="003", head_name="粟某")
    save(store, household, a_resident(household, identity_number=an_identity_number(BORN)))

    plan = plan_of(store, a_report(real_report, a_home()))

    (warning,) = plan.warnings
    assert warning.kind is PlanWarningKind.HELD_BY_ANOTHER_VILLAGE
    assert warning.params["other_name"] == "粟某"
    assert warning.params["village"] == "坪坦乡横岭村"
    assert plan.residents[0].kind is PlanKind.ADD
    assert plan.not_mentioned == ()


# --- what changes, and what never does ---------------------------------------------------------


def test_a_field_that_differs_is_listed_old_and_new(store, real_report):
    save_household(store, phone="13800004751", relation=Relation.SON)

    plan = plan_of(store, a_report(real_report, a_home(a_line(phone="13900001122"))))

    assert changed_fields(plan) == {
        PlanField.PHONE: ("13800004751", "13900001122"),
        PlanField.RELATION: ("20", "02"),
    }


def test_an_empty_cell_never_erases_what_the_store_holds(store, real_report):
    save_household(store, phone="13800004751", note="独居")
    bare = a_line(identity_number=None, birth_date=None, sex=Sex.UNKNOWN, relation=None, phone=None)

    plan = plan_of(store, a_report(real_report, a_home(bare)))

    assert plan.residents[0].kind is PlanKind.SAME


def test_pending_never_replaces_a_reason_that_was_given(store, real_report):
    reason = MissingIdentityReason.NEWBORN_NOT_REGISTERED
    save_household(store, identity_number=None, missing_identity=reason)

    plan = plan_of(store, a_report(real_report, a_home(a_line(identity_number=None))))

    assert plan.residents[0].kind is PlanKind.SAME


def test_who_is_not_in_the_sheet_is_listed_and_stays(store, real_report):
    household, resident = save_household(store)
    wife = a_resident(household, name="龙某", position=1, identity_number=None)
    alone = a_household(number="044", head_name="陆某")
    save(store, wife, alone)

    plan = plan_of(store, a_report(real_report, a_home(a_line(phone="13900001122"))))
    import_roster(store, WORKER, plan)

    assert [(one.entity, one.record_id) for one in plan.not_mentioned] == [
        ("household", alone.id),
        ("resident", wife.id),
    ]
    assert {one.id for one in residents(store)} == {resident.id, wife.id}


def test_micro_grids_are_found_under_other_spellings_and_new_ones_get_a_free_number(
    store, real_report
):
    first = a_micro_grid(number=1, name="第一微网格")
    save(store, first)
    grid = real_report.micro_grids[0]
    homes = (
        a_home(a_line(4), micro_grid_name="第1微网格", micro_grid_number=1),
        a_home(
            a_line(5, name="石某", identity_number=None),
            number="008",
            micro_grid_name="上寨",
        ),
    )
    grids = (grid, dataclasses.replace(grid, name="上寨", number=None))

    plan = plan_of(store, a_report(real_report, *homes, micro_grids=grids))
    import_roster(store, WORKER, plan)

    rows = micro_grid_rows(store, VILLAGE)
    assert [(row.id == first.id, row.number, row.name, row.household_count) for row in rows] == [
        (True, 1, "第一微网格", 1),
        (False, 2, "上寨", 1),
    ]


# --- what is refused -----------------------------------------------------------------------------


def test_a_title_of_another_village_is_told(store, real_report):
    plan = plan_of(store, a_report(real_report, a_home(), village_name_hint="横岭村"))

    (warning,) = plan.warnings
    assert warning.kind is PlanWarningKind.OTHER_VILLAGE_IN_TITLE
    assert warning.params == {"in_title": "横岭村", "village": "坪坦村"}


def test_a_store_that_changed_since_the_dry_run_is_planned_anew(store, real_report):
    plan = plan_of(store, a_report(real_report, a_home()))
    save_household(store)

    with pytest.raises(UserFacingError) as raised:
        import_roster(store, WORKER, plan)

    assert raised.value.code is ErrorCode.ROSTER_PLAN_OUTDATED
    assert len(residents(store)) == 1


@pytest.mark.parametrize(
    ("role", "unit"),
    [
        (Role.AUXILIARY_POLICE, "坪坦村"),
        (Role.GRID_WORKER, "横岭村"),
        (Role.COUNTY_CENTRE, "坪坦村"),
    ],
)
def test_only_who_keeps_this_village_may_import(store, real_report, role, unit):
    with pytest.raises(UserFacingError) as raised:
        plan_roster(store, an_actor(role, unit), real_report, unit_id=VILLAGE)

    assert raised.value.code is ErrorCode.NOT_ALLOWED


def test_the_import_asks_again_who_imports(store, real_report):
    plan = plan_of(store, real_report)

    with pytest.raises(UserFacingError) as raised:
        import_roster(store, an_actor(Role.AUXILIARY_POLICE), plan)

    assert raised.value.code is ErrorCode.NOT_ALLOWED
    assert residents(store) == []


# --- the second form, and a village that has gone on living ---------------------------------------


@pytest.fixture(scope="module")
def second_report(tmp_path_factory: pytest.TempPathFactory) -> RosterReport:
    path = save_second_form(tmp_path_factory.mktemp("second") / "名册.xlsx")
    return read_roster(path, today=TODAY)


def test_a_roster_of_many_sheets_is_imported_as_one_and_found_again(store, second_report):
    plan = plan_of(store, second_report)
    changes = import_roster(store, WORKER, plan)

    totals = residents_count(store, VILLAGE)
    assert (totals.micro_grids, totals.households, totals.residents) == (2, 33, 102)
    assert not plan_of(store, second_report).has_work
    undo(store, account_id=WORKER.account_id, txn=changes.txn)
    assert residents(store) == []


def test_rows_of_one_number_on_two_sheets_are_two_people(store, second_report):
    plan = plan_of(store, second_report)
    assert plan.counts.to_add == 102
    places = [resident.source.place for resident in plan.residents]
    assert len(set(places)) == 102


def test_a_closed_micro_grid_is_not_filled_again(store, real_report):
    closed = a_micro_grid(number=1, closed_on=date(2026, 1, 1))
    save(store, closed)
    home = a_home(micro_grid_name="第1微网格", micro_grid_number=1)
    grid = dataclasses.replace(real_report.micro_grids[0], name="第1微网格", number=1)

    plan = plan_of(store, a_report(real_report, home, micro_grids=(grid,)))

    assert [each.micro_grid_id for each in plan.micro_grids] == [None]


def test_numbers_of_a_sheet_do_not_tear_known_households_apart(store, real_report):
    """The village is numbered through; the new roster counts anew on each sheet."""
    household, resident = save_household(store)
    other = a_household(number="1-1", head_name="石某")
    save(store, other)
    home = a_home(a_line(), number="1-1", is_number_of_sheet=True)

    plan = plan_of(store, a_report(real_report, home))

    assert plan.households[0].household_id == household.id
    assert plan.residents[0].resident_id == resident.id
    assert not plan.has_work


def test_what_a_village_keeps_besides_is_added_and_changed(store, real_report):
    household, _ = save_household(store, education=Education.PRIMARY_SCHOOL)
    line = a_line(
        details=(
            (RosterColumn.STATUS, "away"),
            (RosterColumn.AWAY_PLACE, "东莞"),
            (RosterColumn.EDUCATION, "70"),
        )
    )
    home = a_home(line, details=((RosterColumn.GROUP, "三组"), (RosterColumn.ADDRESS, "上寨")))

    plan = plan_of(store, a_report(real_report, home))
    import_roster(store, WORKER, plan)

    assert changed_fields(plan) == {
        PlanField.STATUS: ("present", "away"),
        PlanField.AWAY_PLACE: (None, "东莞"),
        PlanField.EDUCATION: ("80", "70"),
    }
    (now,) = residents(store)
    assert (now.status, now.education) == (ResidentStatus.AWAY, Education.MIDDLE_SCHOOL)
    with store.reading() as session:
        kept = session.get_one(Household, household.id)
        assert (kept.group_name, kept.address) == ("三组", "上寨")
    assert not plan_of(store, a_report(real_report, home)).has_work
