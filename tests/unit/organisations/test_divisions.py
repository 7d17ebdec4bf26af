"""The county's real units: 11 townships, 162 villages, and the rows that are only statistics."""

from __future__ import annotations

from collections import Counter

import pytest

from app.organisations.rules import ancestors, display_name, is_within, subtree
from app.organisations.vocabulary import (
    COUNTY_ID,
    CodeSystem,
    Unit,
    UnitKind,
    neighbouring_counties,
    shipped_units,
    unit_id_of,
)

UNITS = shipped_units()
BY_ID = {unit.id: unit for unit in UNITS}
BY_CODE = {unit.code: unit for unit in UNITS}
PINGTAN_TOWNSHIP = "431230216000"


def real(kind: UnitKind) -> list[Unit]:
    return [u for u in UNITS if u.kind is kind and not (u.is_statistical or u.is_virtual)]


def test_there_are_11_real_townships_and_162_real_villages() -> None:
    assert len(real(UnitKind.COUNTY)) == 1
    assert len(real(UnitKind.TOWNSHIP)) == 11
    assert len(real(UnitKind.VILLAGE)) == 162


def test_the_two_farms_and_their_living_areas_are_marked() -> None:
    assert {u.code for u in UNITS if u.is_statistical} == {"431230400000", "431230401000"}
    assert {u.code for u in UNITS if u.is_virtual} == {"431230400598", "431230401598"}


def test_villages_per_township() -> None:
    counts = Counter(BY_ID[u.parent_id or ""].name for u in real(UnitKind.VILLAGE))
    assert counts == {
        "双江镇": 23,
        "县溪镇": 20,
        "播阳镇": 12,
        "牙屯堡镇": 13,
        "菁芜洲镇": 14,
        "溪口镇": 15,
        "陇城镇": 16,
        "万佛山镇": 20,
        "独坡镇": 9,
        "大高坪苗族乡": 4,
        "坪坦乡": 16,
    }


def test_ids_and_codes_are_unique_and_parents_come_first() -> None:
    assert len(BY_ID) == len(UNITS) == len(BY_CODE)
    seen: set[str | None] = {None}
    for unit in UNITS:
        assert unit.parent_id in seen, unit
        seen.add(unit.id)


def test_ids_never_change() -> None:
    assert COUNTY_ID == "604d8ef5-4f77-5526-9545-196092670d38"
    assert unit_id_of(CodeSystem.NBS, PINGTAN_TOWNSHIP) == BY_CODE[PINGTAN_TOWNSHIP].id
    assert unit_id_of(CodeSystem.OWN, "court") == BY_CODE["court"].id


def test_names_that_occur_twice_are_told_apart_by_their_township() -> None:
    counts = Counter(u.name for u in real(UnitKind.VILLAGE))
    assert {name for name, n in counts.items() if n > 1} == {"老寨村", "江口村", "黄柏村"}
    shown = [display_name(u, BY_ID) for u in real(UnitKind.VILLAGE)]
    assert len(set(shown)) == len(shown)
    assert {"牙屯堡镇老寨村", "陇城镇老寨村"} <= set(shown)


def test_display_name_without_a_map_uses_the_shipped_units() -> None:
    village = next(u for u in UNITS if u.name == "坪坦村")
    assert display_name(village) == "坪坦乡坪坦村"
    assert display_name(village, {}) == "坪坦村"
    assert display_name(BY_CODE[PINGTAN_TOWNSHIP]) == "坪坦乡"
    assert display_name(BY_CODE["forestry"]) == "县林业局"


@pytest.mark.parametrize(
    "key",
    [
        *("court", "petitions_office", "public_security", "justice", "legal_aid_centre"),
        *("forestry", "natural_resources", "housing", "agriculture", "civil_affairs"),
        *("human_resources", "mediation_centre"),
    ],
)
def test_departments_stand_under_the_county(key: str) -> None:
    unit = BY_CODE[key]
    assert unit.kind is UnitKind.DEPARTMENT
    assert unit.code_system is CodeSystem.OWN
    assert unit.parent_id == COUNTY_ID


def test_seven_neighbours_in_three_provinces_and_none_of_them_is_a_unit() -> None:
    neighbours = neighbouring_counties()
    assert {n.code for n in neighbours} == {
        *("450226", "450328", "522631", "522633", "431229", "430527", "430529")
    }
    assert len({n.province for n in neighbours}) == 3
    assert not {n.name for n in neighbours} & {u.name for u in UNITS}


def test_ancestors_nearest_first() -> None:
    village = next(u for u in UNITS if u.name == "坪坦村")
    assert [u.name for u in ancestors(village.id, BY_ID)] == ["坪坦乡", "通道侗族自治县"]
    assert ancestors(COUNTY_ID, BY_ID) == ()
    assert ancestors("unknown", BY_ID) == ()


def test_subtree_is_the_unit_and_all_below() -> None:
    township = BY_CODE[PINGTAN_TOWNSHIP]
    assert len(subtree(township.id, UNITS)) == 17
    assert subtree(COUNTY_ID, UNITS) == frozenset(BY_ID)
    assert subtree("unknown", UNITS) == {"unknown"}


def test_subtree_and_is_within_agree() -> None:
    for top in UNITS[:14]:
        below = subtree(top.id, UNITS)
        assert {u.id for u in UNITS if is_within(u.id, top.id, BY_ID)} == below


def test_what_is_unknown_lies_inside_nothing_but_itself() -> None:
    assert not is_within("unknown", COUNTY_ID, BY_ID)
    assert is_within("unknown", "unknown", BY_ID)


def test_a_ring_of_parents_ends() -> None:
    def village(id_: str, parent_id: str) -> Unit:
        return Unit(id_, UnitKind.VILLAGE, id_, CodeSystem.OWN, id_, parent_id)

    ring = {"a": village("a", "b"), "b": village("b", "c"), "c": village("c", "b")}
    assert [u.id for u in ancestors("a", ring)] == ["b", "c"]
    assert not is_within("a", "elsewhere", ring)
    assert subtree("b", ring.values()) == {"a", "b", "c"}
