"""A village goes to another township, is merged or divided; a laptop changes its village."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from app.accounts.vocabulary import Role
from app.organisations.vocabulary import CodeSystem, UnitKind, unit_id_of
from sync.server.admin_cli import main
from sync.server.county import County
from sync.server.regrouping import RegroupingError
from tests.sync.server.conftest import COUNTY, FORESTRY, TOWNSHIP, VILLAGE, People, other_village
from tests.sync.server.laptops import FakeLaptop, case_event, case_file, household, resident
from tests.sync.server.test_scope_moves import all_sync, handover, holders, home_of_two

OTHER_TOWNSHIP = unit_id_of(CodeSystem.NBS, "431230100000")


@pytest.fixture
def neighbours(county: County) -> str:
    """A village of the same township."""
    return other_village(county)


@pytest.fixture
def everywhere(people: People, county: County, neighbours: str) -> Iterator[dict[str, FakeLaptop]]:
    """A laptop at each kind of unit; in the end each holds what the county says it should."""
    laptops = {
        "village": people.laptop(VILLAGE, Role.GRID_WORKER),
        "neighbours": people.laptop(neighbours, Role.GRID_WORKER),
        "township": people.laptop(TOWNSHIP, Role.TOWNSHIP_CENTRE),
        "other_township": people.laptop(OTHER_TOWNSHIP, Role.TOWNSHIP_CENTRE),
        "county": people.laptop(COUNTY, Role.COUNTY_CENTRE),
        "forestry": people.laptop(FORESTRY, Role.DEPARTMENT_HANDLER),
    }
    yield laptops
    for laptop in laptops.values():
        laptop.assert_equal()
    assert county.check() == []


def pages(laptop: FakeLaptop, **other: Any) -> list[list[list[Any]]]:
    """The changes of every page until nothing more comes."""
    found = []
    while True:
        answer = laptop.sync(**other)
        found.append(answer["changes"])
        if not answer["more"]:
            return found


# --- a village goes to another township -----------------------------------------------------------


def test_a_village_moved_to_another_township_leaves_the_old_in_pages_and_starts_at_0_in_the_new(
    everywhere: dict[str, FakeLaptop], county: County
) -> None:
    village, township = everywhere["village"], everywhere["township"]
    homes = {
        village.put("household", household(number=str(number)))["record_id"] for number in range(7)
    }
    village.sync()
    all_sync(everywhere)
    county.move_unit(VILLAGE, OTHER_TOWNSHIP)

    sizes = [len(page) for page in pages(township, page_rows=3)]
    assert max(sizes) <= 3
    assert not township.ids("household")
    assert VILLAGE not in township.cursors
    assert not any(name.startswith("!") for name in township.cursors)
    assert {row[2] for page in pages(township) for row in page} == set()
    gained = everywhere["other_township"]
    pages(gained, page_rows=3)
    assert homes <= gained.ids("household")
    all_sync(everywhere)
    assert homes <= village.ids("household") & everywhere["county"].ids("household")


def test_scope_lost_while_the_township_is_offline_with_edits_judges_them_as_it_knew(
    everywhere: dict[str, FakeLaptop], county: County
) -> None:
    village, township = everywhere["village"], everywhere["township"]
    case = village.put("case_file", case_file(village.account_id))["record_id"]
    village.put("case_event", case_event(case, "recorded", village.account_id))
    village.sync()
    township.sync_all()
    note = {**case_event(case, "note_added", township.account_id, note="."), "unit_id": VILLAGE}
    first = township.put("case_event", note)
    second = township.put("case_event", note)
    county.move_unit(VILLAGE, OTHER_TOWNSHIP)
    # Two batches: the first answer already tells of the move.
    township.outbox = [first]
    township.sync_all()
    assert not township.ids("case_file")
    township.outbox = [second]
    assert township.verdict_of(second)["verdict"] == "applied"
    late = township.put("case_event", note)
    assert township.verdict_of(late)["reason"] == "out_of_scope"
    village.sync_all()
    assert {first["record_id"], second["record_id"]} <= village.ids("case_event")


def test_a_village_that_comes_back_before_it_was_all_evicted_is_whole_again(
    everywhere: dict[str, FakeLaptop], county: County
) -> None:
    village, township = everywhere["village"], everywhere["township"]
    homes = {
        village.put("household", household(number=str(number)))["record_id"] for number in range(7)
    }
    village.sync()
    all_sync(everywhere)
    county.move_unit(VILLAGE, OTHER_TOWNSHIP)
    township.sync(page_rows=3)
    assert any(name.startswith("!") for name in township.cursors)
    county.move_unit(VILLAGE, TOWNSHIP)
    pages(township, page_rows=3)
    assert homes <= township.ids("household")


def test_what_the_township_holds_itself_stays_when_the_village_leaves(
    everywhere: dict[str, FakeLaptop], county: County
) -> None:
    village, township = everywhere["village"], everywhere["township"]
    held = village.put("case_file", case_file(village.account_id))["record_id"]
    other = village.put("case_file", case_file(village.account_id))["record_id"]
    handover(village, "case_file", held, target=TOWNSHIP)
    village.sync()
    all_sync(everywhere)
    county.move_unit(VILLAGE, OTHER_TOWNSHIP)
    pages(township)
    assert township.ids("case_file") == {held}
    assert other in everywhere["village"].ids("case_file")


def test_a_restored_county_still_takes_off_what_is_lost(
    everywhere: dict[str, FakeLaptop], county: County
) -> None:
    """Numbers of another epoch say nothing; the buckets a laptop names still do."""
    home_of_two(everywhere["village"])
    township = everywhere["township"]
    township.sync_all()
    county.move_unit(VILLAGE, OTHER_TOWNSHIP)
    township.epoch = "another"
    pages(township)
    assert not township.ids("household")


def test_seeding_again_does_not_undo_the_countys_order(county: County, neighbours: str) -> None:
    county.move_unit(VILLAGE, OTHER_TOWNSHIP)
    county.merge_units(neighbours, VILLAGE)
    county.init()
    units = county.units().by_id
    assert units[VILLAGE].parent_id == OTHER_TOWNSHIP
    assert units[neighbours].is_virtual


# --- merged and divided ---------------------------------------------------------------------------


def test_a_village_merged_into_another_while_its_laptop_is_offline(
    everywhere: dict[str, FakeLaptop], county: County, neighbours: str
) -> None:
    village, other = everywhere["village"], everywhere["neighbours"]
    home, _ = home_of_two(village)
    case = village.put("case_file", case_file(village.account_id))["record_id"]
    village.put("case_event", case_event(case, "recorded", village.account_id))
    handover(village, "case_file", case, target=FORESTRY)
    village.sync()
    all_sync(everywhere)
    edits = [
        village.edit("household", home, phone="13900000001"),
        village.put("resident", resident(home, name="新生儿")),
        village.put("household", household(number="99")),
        village.put("case_event", case_event(case, "note_added", village.account_id, note=".")),
    ]
    moved = county.merge_units(VILLAGE, neighbours)
    assert moved.laptops == 1
    verdicts = village.sync()["verdicts"]
    assert {verdicts[op["op_no"]]["verdict"] for op in edits} <= {"applied", "merged"}
    all_sync(everywhere)
    # Both laptops are the merged village's now, and hold the same.
    for entity in ("household", "resident", "case_file", "case_event"):
        assert village.ids(entity) == other.ids(entity), entity
    assert {home, edits[2]["record_id"]} <= other.ids("household")
    units = {
        row["unit_id"] for key, row in other.rows.items() if key[0] in ("household", "case_event")
    }
    assert units == {neighbours}
    # The department still holds the case, and can give it back to the new village.
    forestry = everywhere["forestry"]
    assert case in forestry.ids("case_file")
    back = handover(
        forestry, "case_file", case, unit=neighbours, source=FORESTRY, target=neighbours
    )
    assert forestry.verdict_of(back)["verdict"] == "applied"
    # People of the merged village sign in with the others.
    assert holders(everywhere, "credential", credential_of(village)) == {"village", "neighbours"}


def test_who_helps_a_merged_village_helps_on(
    everywhere: dict[str, FakeLaptop], county: County, neighbours: str
) -> None:
    village, forestry = everywhere["village"], everywhere["forestry"]
    case = village.put("case_file", case_file(village.account_id))["record_id"]
    village.put("case_event", case_event(case, "recorded", village.account_id))
    handover(village, "case_file", case, target=FORESTRY, purpose="help_asked")
    village.sync()
    all_sync(everywhere)
    county.merge_units(VILLAGE, neighbours)
    all_sync(everywhere)
    assert case in forestry.ids("case_file")
    # The new village leads: it hands the case on, and the department helps still.
    on = handover(village, "case_file", case, unit=neighbours, target=TOWNSHIP)
    assert village.verdict_of(on)["verdict"] == "applied"
    all_sync(everywhere)
    assert case in forestry.ids("case_file")
    ended = {"unit": neighbours, "source": FORESTRY, "target": TOWNSHIP, "purpose": "help_ended"}
    over = handover(everywhere["township"], "case_file", case, **ended)
    assert everywhere["township"].verdict_of(over)["verdict"] == "applied"
    all_sync(everywhere)
    assert case not in forestry.ids("case_file")


@pytest.mark.parametrize("is_offline", [False, True], ids=["before", "offline"])
def test_what_a_merged_village_said_of_a_case_it_led_is_its_new_units_word(
    everywhere: dict[str, FakeLaptop], county: County, neighbours: str, is_offline: bool
) -> None:
    """Else a case it had reported back on could never be closed, and one that was closed would
    stand open again on every laptop that folds it."""
    village, township = everywhere["village"], everywhere["township"]
    case = township.put("case_file", case_file(township.account_id))["record_id"]
    township.put("case_event", case_event(case, "recorded", township.account_id))
    sent = {"unit": TOWNSHIP, "source": TOWNSHIP, "target": VILLAGE, "purpose": "dispatched"}
    handover(township, "case_file", case, **sent)
    all_sync(everywhere)
    said = [
        village.put("case_event", _said(village, case, kind, unit_id=VILLAGE, **other))
        for kind, other in (("taken_on", {}), ("reported_back", {"result": "已调好"}))
    ]
    if is_offline:
        county.merge_units(VILLAGE, neighbours)
    verdicts = village.sync()["verdicts"]
    assert {verdicts[one["op_no"]]["verdict"] for one in said} == {"applied"}
    if not is_offline:
        county.merge_units(VILLAGE, neighbours)
    all_sync(everywhere)
    for one in said:
        detail = township.rows["case_event", one["record_id"]]["detail"]
        assert json.loads(detail)["unit_id"] == neighbours
    for kind, other in (
        ("settled", {}),
        ("feedback_given", {"given_on": "2026-11-23"}),
        ("closed", {}),
    ):
        told = township.put("case_event", _said(township, case, kind, **other))
        assert township.verdict_of(told)["verdict"] == "applied", kind
    all_sync(everywhere)


def _said(laptop: FakeLaptop, case_id: str, kind: str, **detail: Any) -> dict[str, Any]:
    told = case_event(case_id, kind, laptop.account_id, note=".")
    return {**told, "unit_id": TOWNSHIP, "detail": json.dumps(detail) if detail else None}


def test_who_is_accused_stays_accused_when_the_unit_is_merged(
    everywhere: dict[str, FakeLaptop], county: County, neighbours: str
) -> None:
    """Its people sit in the other unit from then on."""
    township = everywhere["township"]
    accusation = {"kind": "petition", "received_on": "2026-11-20", "wanted": "查处"}
    accusation |= {"petition_purpose": "accusation", "petition_form": "letter"}
    accusation |= {"is_confidential": True, "accused_unit_id": VILLAGE}
    case = township.put("case_file", {**case_file(township.account_id), **accusation})["record_id"]
    assert {one["verdict"] for one in township.sync()["verdicts"].values()} == {"applied"}
    county.merge_units(VILLAGE, neighbours)
    all_sync(everywhere)
    assert township.rows["case_file", case]["accused_unit_id"] == neighbours


def credential_of(laptop: FakeLaptop) -> str:
    return next(
        key[1]
        for key, body in laptop.rows.items()
        if key[0] == "credential" and body["account_id"] == laptop.account_id
    )


def test_a_village_divided_gives_its_micro_grids_to_the_new_one(
    everywhere: dict[str, FakeLaptop], people: People, county: County
) -> None:
    village = everywhere["village"]
    grids = [
        village.put("micro_grid", {"number": number, "name": f"{number}组"})["record_id"]
        for number in (1, 2)
    ]
    homes = [
        village.put("household", household(number=str(place), micro_grid_id=grid))["record_id"]
        for place, grid in enumerate(grids)
    ]
    born = village.put("resident", resident(homes[1]))["record_id"]
    village.sync()
    all_sync(everywhere)
    waiting = village.edit("household", homes[1], note="没上报的")
    new = county.add_unit(kind=UnitKind.VILLAGE, code="new-1", name="新村", parent_id=TOWNSHIP)
    county.split_unit(VILLAGE, new, [2])
    assert village.verdict_of(waiting)["verdict"] in ("applied", "merged")
    laptop = people.laptop(new, Role.GRID_WORKER)
    all_sync({**everywhere, "new": laptop})
    assert laptop.ids("household") == {homes[1]}
    assert laptop.ids("micro_grid") == {grids[1]}
    assert born in laptop.ids("resident")
    body = laptop.rows["household", homes[1]]
    assert (body["micro_grid_id"], body["note"]) == (grids[1], "没上报的")
    assert village.ids("household") == {homes[0]}
    assert everywhere["township"].ids("household") == set(homes)


# --- a laptop for another village -----------------------------------------------------------------


def test_a_laptop_given_to_another_village_changes_what_it_holds(
    everywhere: dict[str, FakeLaptop], county: County, neighbours: str
) -> None:
    village, other = everywhere["village"], everywhere["neighbours"]
    home, _ = home_of_two(village)
    theirs = other.put("household", household(number="8"))["record_id"]
    other.sync()
    all_sync(everywhere)
    waiting = village.put("household", household(number="7"))
    edit = village.edit("household", home, note="没上报的")
    county.move_install(village.install_id, neighbours)
    verdicts = village.sync()["verdicts"]
    assert {verdicts[op["op_no"]]["verdict"] for op in (waiting, edit)} <= {"applied", "merged"}
    village.sync_all()
    assert village.ids("household") == {theirs}
    pins = {body["unit_id"] for key, body in village.rows.items() if key[0] == "credential"}
    assert pins == {neighbours}
    late = village.put("household", household(number="6"))
    late["patch"]["unit_id"] = VILLAGE
    assert village.verdict_of(late)["verdict"] == "refused"


@pytest.mark.parametrize(("source", "target"), [(VILLAGE, COUNTY), (COUNTY, VILLAGE)])
def test_a_laptop_moved_between_village_and_county(
    people: People, county: County, neighbours: str, source: str, target: str
) -> None:
    homes = {}
    for unit in (VILLAGE, neighbours):
        laptop = people.laptop(unit, Role.GRID_WORKER)
        homes[unit] = laptop.put("household", household())["record_id"]
        laptop.sync()
    role = Role.GRID_WORKER if source == VILLAGE else Role.COUNTY_CENTRE
    moved = people.laptop(source, role)
    moved.sync_all()
    county.move_install(moved.install_id, target)
    moved.sync_all(page_rows=50)
    wanted = {homes[VILLAGE]} if target == VILLAGE else set(homes.values())
    assert moved.ids("household") == wanted
    assert moved.account_id not in {
        body["account_id"] for key, body in moved.rows.items() if key[0] == "credential"
    }


# --- the command line -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ("move-unit", "nowhere", "--parent", "431230100000"),
        ("move-unit", "431230216000", "--parent", "431230216200"),
        ("move-unit", "431230216200", "--parent", "431230216000"),
        ("merge-units", "431230216200", "431230216000"),
        ("merge-units", "431230216200", "431230216200"),
        ("split-unit", "431230216200", "431230100201", "--micro-grid", "3"),
        ("move-install", "nobody", "--unit", "431230216200"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    county: County, monkeypatch: pytest.MonkeyPatch, capsys: Any, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setenv("GULOU_DATABASE_URL", county.url)
    before = county.units()
    assert main([arguments[0], "--data", str(county.data), *arguments[1:]]) == 2
    assert "没有改动" in capsys.readouterr().err
    assert county.units() == before


def test_the_commands_say_what_they_did(
    county: County, people: People, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("GULOU_DATABASE_URL", county.url)
    laptop = people.laptop()
    home_of_two(laptop)

    def run(name: str, *arguments: str) -> int:
        return main([name, "--data", str(county.data), *arguments])

    assert run("move-unit", "431230216200", "--parent", "431230100000") == 0
    assert run("merge-units", "431230216200", "431230100201") == 0
    said = capsys.readouterr().out
    assert "1 台电脑" in said
    assert run("move-install", laptop.install_id, "--unit", "431230216000") == 0
    with pytest.raises(RegroupingError):
        county.move_unit(VILLAGE, "nowhere")
