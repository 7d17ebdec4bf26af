"""Every field that travels has one name, every value is read as a person reads it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Enum as SaEnum

from app.cases.vocabulary import CaseField
from app.grid_work.vocabulary import VisitWay
from app.incidents.vocabulary import IncidentField
from db.tables.cases import CaseFile
from db.tables.incidents import Incident
from db.tables.registry import ENTITIES
from ui.wording_fields import field_word, roster_field, value_text
from ui.wording_handovers import HANDOVER_NAMES
from ui.wording_incidents import INCIDENT_NAMES
from ui.wording_incidents import field_word as incident_field_word
from ui.wording_kinds import KIND_NAMES
from ui.wording_rules import name_of

FIELDS = [(entity, name) for entity, model in ENTITIES.items() for name in model.wire_fields()]


def _is_mandarin(text: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


@pytest.mark.parametrize("entity", list(ENTITIES))
def test_every_field_of_the_wire_has_a_name_of_its_own(entity: str) -> None:
    names = {name: field_word(entity, name) for name in ENTITIES[entity].wire_fields()}
    assert [name for name, word in names.items() if not _is_mandarin(word)] == []
    assert [name for name, word in names.items() if name in word] == []
    assert len(set(names.values())) == len(names), "two fields of one record with one name"


@pytest.mark.parametrize("entity", list(ENTITIES))
def test_every_value_of_an_enum_field_is_a_word(entity: str) -> None:
    columns = ENTITIES[entity].metadata.tables[entity].columns
    for name in (*ENTITIES[entity].wire_fields(), *ENTITIES[entity].local_fields):
        kind = columns[name].type
        if isinstance(kind, SaEnum):
            words = [value_text(entity, name, value) for value in kind.enums]
            assert all(map(_is_mandarin, words)), name
            assert len(set(words)) == len(words), name


@pytest.mark.parametrize(
    ("entity", "field", "value", "words"),
    [
        ("resident", "sex", "2", "女"),
        ("resident", "ethnic_group", "12", "侗族"),
        ("visit", "way", VisitWay.NOBODY_HOME, "家里没人"),
        ("visit", "visited_on", "2026-11-23", "2026年11月23日"),
        ("visit", "visited_on", date(2026, 11, 23), "2026年11月23日"),
        ("incident", "happened_at", "2026-11-23T08:30:00.000Z", "2026-11-23 16:30"),
        ("incident", "happened_at", datetime(2026, 11, 23, 8, 30, tzinfo=UTC), "2026-11-23 16:30"),
        ("case_file", "class_code", "0201", "邻里纠纷 / 用水排水通行通风采光"),
        ("account", "is_active", False, "否"),
        ("motion", "number", 0, "0"),
        ("household", "note", None, ""),
        ("household", "note", "", ""),
    ],
)
def test_a_value_is_read_the_same_stored_or_travelling(
    entity: str, field: str, value: object, words: str
) -> None:
    assert value_text(entity, field, value) == words


@pytest.mark.parametrize("value", ["of_a_newer_program", "99x", 7])
def test_what_this_program_does_not_know_is_shown_as_it_was_written(value: object) -> None:
    assert value_text("visit", "way", value) == str(value)
    assert value_text("visit", "a_new_field", value) == str(value)
    assert value_text("a_new_entity", "way", value) == str(value)
    assert field_word("visit", "a_new_field") == "其他（a_new_field）"


@pytest.mark.parametrize("entity", ["resident", "case_party", "incident_person"])
def test_an_identity_number_is_masked_for_whoever_may_not_see_it(entity: str) -> None:
    number = "43123019800101001X"
    assert value_text(entity, "identity_number", number) == number
    masked = value_text(entity, "identity_number", number, sees_numbers=False)
    assert "19800101" not in masked
    assert masked.startswith("431230")


def test_the_roster_speaks_of_households_and_residents_at_once() -> None:
    assert [roster_field(name) for name in ("number", "note", "name", "relation")] == [
        "户号",
        "备注",
        "姓名",
        "与户主关系",
    ]


def test_a_field_is_called_in_lists_as_its_form_calls_it() -> None:
    for field in CaseField:
        if field.value in CaseFile.wire_fields():
            assert field_word("case_file", field.value) == name_of(field)
    for field in IncidentField:
        if field.value in Incident.wire_fields():
            assert field_word("incident", field.value) == incident_field_word(field)


def test_no_kind_has_words_in_two_tables() -> None:
    tables = (HANDOVER_NAMES, KIND_NAMES, INCIDENT_NAMES)
    kinds = [kind for table in tables for kind in table]
    assert len(set(kinds)) == len(kinds)
