"""A roster out and in again: nothing lost, nothing shown that was not asked for."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from app.accounts.vocabulary import Permission, Role
from app.errors import ErrorCode, UserFacingError
from app.exchange.roster import read_roster
from app.exchange.roster_apply import import_roster
from app.exchange.roster_columns import RosterColumn
from app.exchange.roster_out import OUT_COLUMNS, RosterOut, export_roster
from app.exchange.roster_plan import plan_roster
from app.exchange.roster_report import RefusalReason, WarningKind
from app.households.vocabulary import (
    CareLevel,
    Education,
    EthnicGroup,
    LeftBehindKind,
    MaritalStatus,
    MissingIdentityReason,
    PoliticalStatus,
    Registration,
    Relation,
    ResidentStatus,
    Sex,
)
from app.looks.vocabulary import LookedAt
from app.store import Store
from db.tables.households import Household, MicroGrid, Resident
from db.tables.looks import Look
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
from tests.unit.exchange.workbooks import PINGTAN, TODAY
from ui.wording_roster_out import out_words, written_sentence

VILLAGE = a_unit().id
WORKER = an_actor()
OWN = {"id", "household_id", "micro_grid_id"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_store(tmp_path)


def a_full_household() -> list[MicroGrid | Household | Resident]:
    """Everything a village may keep, of a head, a child without a number, and a neighbour."""
    grid = a_micro_grid()
    home = a_household(
        micro_grid_id=grid.id,
        group_name="三组",
        address="上寨 12 号",
        phone="0745-8622222",
        note="独栋木楼\n临溪",
    )
    head = a_resident(
        home,
        phone="13874512345",
        note="会木工",
        status=ResidentStatus.AWAY,
        away_place="广东东莞",
        former_name="吴二",
        marital=MaritalStatus.MARRIED,
        political=PoliticalStatus.PARTY_MEMBER,
        education=Education.MIDDLE_SCHOOL,
        occupation="木匠",
        workplace="某家具厂",
        registration=Registration.HERE,
        registered_place="坪坦村",
        care_level=CareLevel.MEDIUM,
        carer_name="吴某丙",
        carer_relation=Relation.SON,
        carer_phone="13900001111",
        needs="屋顶漏雨",
        support="已申请危房改造\n待批",
    )
    child = a_resident(
        home,
        name="吴某丁",
        position=1,
        relation=Relation.GRANDSON,
        sex=Sex.MALE,
        birth_date=date(2026, 3, 1),
        ethnic_group=EthnicGroup.MIAO,
        identity_number=None,
        missing_identity=MissingIdentityReason.NEWBORN_NOT_REGISTERED,
        left_behind=LeftBehindKind.CHILD,
        phone="13811112222",
    )
    other = a_household(number="002", head_name="吴某甲")
    born = date(1980, 1, 1)
    number = an_identity_number(born, order=13)
    namesake = a_resident(other, identity_number=number, birth_date=born)
    return [grid, home, head, child, other, namesake]


def export(store: Store, path: Path, **options: object) -> RosterOut:
    return export_roster(store, WORKER, path, unit_id=VILLAGE, words=out_words(), **options)  # type: ignore[arg-type]


def facts(store: Store) -> list[dict[str, object]]:
    """All residents with their households, without what is this file's own."""

    def plain(record: Household | Resident) -> dict[str, object]:
        fields = record.model_dump(exclude=OWN)
        return {name: value for name, value in fields.items() if not name.startswith("sync_")}

    with store.reading() as session:
        homes = {home.id: home for home in session.exec(select(Household))}
        grids = {grid.id: grid.name for grid in session.exec(select(MicroGrid))}
        found = []
        for one in session.exec(select(Resident)):
            home = homes[one.household_id]
            place = {"home": plain(home), "grid": grids.get(home.micro_grid_id or "")}
            found.append(plain(one) | place)
    return sorted(found, key=str)


def test_what_went_out_changes_nothing_when_it_comes_back(store, tmp_path):
    save(store, *a_full_household())
    out = export(store, tmp_path / "out.xlsx", is_whole=True)
    assert (out.households, out.residents, out.households_without_members) == (2, 3, 0)

    report = read_roster(out.path, today=TODAY)
    plan = plan_roster(store, WORKER, report, unit_id=VILLAGE)

    assert report.refused == ()
    assert {warning.kind for warning in report.warnings} == {
        WarningKind.MICRO_GRID_TOO_SMALL,
        WarningKind.MICRO_GRID_MISSING,
    }
    assert [change for resident in plan.residents for change in resident.changes] == []
    assert [change for home in plan.households for change in home.changes] == []
    assert not plan.has_work
    assert (plan.not_mentioned, plan.warnings) == ((), ())


def test_an_empty_laptop_gets_all_of_it(store, tmp_path):
    save(store, *a_full_household())
    out = export(store, tmp_path / "out.xlsx", is_whole=True)
    other = a_store(tmp_path / "other")

    plan = plan_roster(other, WORKER, read_roster(out.path, today=TODAY), unit_id=VILLAGE)
    import_roster(other, WORKER, plan)

    assert facts(other) == facts(store)


def test_two_telephones_in_one_field_are_no_change(store, tmp_path):
    home = a_household()
    save(store, home, a_resident(home, phone="13811112222/0745-8611111", note="五保户"))
    out = export(store, tmp_path / "out.xlsx", is_whole=True)

    plan = plan_roster(store, WORKER, read_roster(out.path, today=TODAY), unit_id=VILLAGE)

    assert not plan.has_work


def test_the_given_roster_survives_the_way_out_and_in(store, tmp_path):
    plan = plan_roster(store, WORKER, read_roster(PINGTAN, today=TODAY), unit_id=VILLAGE)
    import_roster(store, WORKER, plan)

    out = export(store, tmp_path / "out.xlsx", is_whole=True)
    again = plan_roster(store, WORKER, read_roster(out.path, today=TODAY), unit_id=VILLAGE)

    assert (out.households, out.residents) == (46, 177)
    assert again.counts.same == 177
    assert not again.has_work


def test_numbers_are_masked_unless_asked_for_and_a_masked_sheet_is_not_read_back(store, tmp_path):
    save(store, *a_full_household())
    out = export(store, tmp_path / "out.xlsx")

    text = str([cell.value for row in load_workbook(out.path).active for cell in row])
    for secret in (an_identity_number(date(1976, 5, 4)), "13874512345", "13900001111", "8622222"):
        assert secret not in text
    report = read_roster(out.path, today=TODAY)
    assert {row.reason for row in report.refused} == {RefusalReason.IDENTITY_MASKED}
    (child,) = report.residents
    assert (child.name, child.phone) == ("吴某丁", None)
    assert WarningKind.PHONE_MASKED in [warning.kind for warning in report.warnings]


def test_whole_numbers_are_a_look_that_is_written_down(store, tmp_path):
    save(store, *a_full_household())
    export(store, tmp_path / "masked.xlsx")
    with store.reading() as session:
        assert session.exec(select(Look)).all() == []

    export(store, tmp_path / "whole.xlsx", is_whole=True, reason="上报乡里")

    with store.reading() as session:
        (look,) = session.exec(select(Look)).all()
    assert (look.looked_at, look.people, look.reason) == (LookedAt.EXPORT, 3, "上报乡里")
    assert (look.subject_id, look.by_account_id) == (VILLAGE, WORKER.account_id)


def test_every_cell_is_text_and_identity_numbers_keep_their_digits(store, tmp_path):
    save(store, *a_full_household())
    out = export(store, tmp_path / "out.xlsx", is_whole=True)
    sheet = load_workbook(out.path).active
    assert sheet["A1"].value == "坪坦乡坪坦村户籍花名册（2026-11-23）"
    place = [column for column, _ in OUT_COLUMNS].index(RosterColumn.IDENTITY_NUMBER)
    cell = sheet[3][place]
    assert (cell.data_type, cell.number_format) == ("s", "@")
    assert cell.value == an_identity_number(date(1976, 5, 4))


def test_one_micro_grid_alone(store, tmp_path):
    records = a_full_household()
    save(store, *records)
    out = export(store, tmp_path / "out.xlsx", micro_grid_ids={records[0].id})
    assert (out.households, out.residents) == (1, 2)


def test_the_dead_and_the_dissolved_stay_at_home_and_empty_households_are_told(store, tmp_path):
    gone = a_household(number="009", head_name="石某", dissolved_on=date(2026, 1, 1))
    empty = a_household(number="008", head_name="粟某")
    save(store, gone, empty, a_resident(empty, status=ResidentStatus.DECEASED))
    out = export(store, tmp_path / "out.xlsx")
    assert (out.households, out.residents, out.households_without_members) == (0, 0, 1)
    assert "1 户没有成员" in written_sentence(out)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("is_whole", [False, True])
def test_who_may_take_a_roster_out(store, tmp_path, role, is_whole):
    actor = an_actor(role)
    needed = Permission.SEE_IDENTITY_NUMBERS if is_whole else Permission.SEE_ROSTER
    path = tmp_path / "out.xlsx"

    def take_out() -> None:
        export_roster(store, actor, path, unit_id=VILLAGE, words=out_words(), is_whole=is_whole)

    if actor.reaches(needed, unit_id=VILLAGE):
        take_out()
        assert path.exists()
    else:
        with pytest.raises(UserFacingError) as raised:
            take_out()
        assert raised.value.code is ErrorCode.NOT_ALLOWED
        assert not path.exists()
