"""Recording a dispute, correcting it, and what happens to it, on a real encrypted file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from app.accounts.vocabulary import Role
from app.cases.actions import (
    CASE_FORM,
    EVENT_FORM,
    add_case_event,
    edit_case,
    may_edit_case,
    possible_events,
    record_case,
)
from app.cases.editing import case_for_editing
from app.cases.file_rules import kind_problem
from app.cases.queries import CaseDetail, one_case
from app.cases.rules import MAX_STORY
from app.cases.vocabulary import (
    CaseEventKind,
    CaseKind,
    CaseProblem,
    CaseState,
    PartySide,
    PartySource,
)
from app.drafts import load_draft, save_draft
from app.errors import ErrorCode, UserFacingError
from app.numbering import install_mark
from app.petitions.vocabulary import PetitionForm, PetitionPurpose
from app.store import Store
from app.undo import undo
from db.tables.cases import CaseEvent, CaseFile, CaseParty
from db.tables.local import OutboxOp
from tests.helpers.stores import NO_RISK, a_household, a_resident, a_store, a_unit, an_actor, save
from tests.unit.cases.drafts_of_cases import a_draft, a_party

K, S = CaseEventKind, CaseState
WORKER = an_actor()


def counts(store: Store) -> tuple[int, ...]:
    with store.reading() as session:
        tables = (CaseFile, CaseParty, CaseEvent, OutboxOp)
        return tuple(len(session.exec(select(table)).all()) for table in tables)


def the_case(store: Store, case_id: str) -> CaseDetail:
    found = one_case(store, case_id)
    assert found is not None
    return found


def raised(code: ErrorCode, call: Any, *args: Any, **named: Any) -> dict[str, Any]:
    with pytest.raises(UserFacingError) as caught:
        call(*args, **named)
    assert caught.value.code is code
    return caught.value.params


# --- recording --------------------------------------------------------------------------------


def test_a_dispute_is_a_file_its_parties_and_one_event_in_one_transaction(tmp_path: Path) -> None:
    store = a_store(tmp_path)

    recorded = record_case(store, WORKER, a_draft())

    assert counts(store) == (1, 2, 1, 4)
    with store.reading() as session:
        assert {one.txn for one in session.exec(select(OutboxOp))} == {recorded.changes.txn}
    case = the_case(store, recorded.case_id)
    assert (case.title, case.state, case.number) == ("山林界址争议", S.RECORDED, recorded.number)
    assert [party.name for party in case.parties] == ["吴某", "杨某"]
    assert recorded.touches("case_file")
    assert ("case_file", recorded.case_id) in recorded.records


def test_a_resident_brings_sex_but_leaves_the_identity_number_in_the_roster(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    household = a_household()
    resident = a_resident(household)
    save(store, household, resident)
    party = a_party(resident.name, resident_id=resident.id, phone="13900001111")

    recorded = record_case(store, WORKER, a_draft(parties=(party,)))

    with store.reading() as session:
        (kept,) = session.exec(select(CaseParty)).all()
    assert kept.case_id == recorded.case_id
    assert (kept.source, kept.resident_id) == (PartySource.ROSTER, resident.id)
    assert (kept.sex, kept.phone) == (resident.sex, "13900001111")
    assert kept.identity_number is None


def test_the_first_of_each_side_stands_for_it(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    parties = (
        a_party("甲一"),
        a_party("甲二"),
        a_party("乙一", PartySide.B),
        a_party("旁人", PartySide.THIRD),
    )

    record_case(store, WORKER, a_draft(parties=parties))

    with store.reading() as session:
        mains = {party.name for party in session.exec(select(CaseParty)) if party.is_main}
    assert mains == {"甲一", "乙一", "旁人"}


def test_an_unsound_draft_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    store = a_store(tmp_path)

    params = raised(
        ErrorCode.CASE_DRAFT_WRONG, record_case, store, WORKER, a_draft(title=" ", class_code="")
    )

    assert [problem.code for problem in params["problems"]] == [
        CaseProblem.TITLE_MISSING,
        CaseProblem.CLASS_MISSING,
    ]
    assert counts(store) == (0, 0, 0, 0)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.LEGAL_AID_LAWYER])
def test_who_may_not_record_is_told_so(tmp_path: Path, role: Role) -> None:
    store = a_store(tmp_path)

    raised(ErrorCode.NOT_ALLOWED, record_case, store, an_actor(role), a_draft())

    assert counts(store) == (0, 0, 0, 0)


def test_nobody_records_for_a_village_that_is_not_theirs(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    elsewhere = a_draft(unit_id=a_unit("陇城镇").id)

    raised(ErrorCode.NOT_ALLOWED, record_case, store, WORKER, elsewhere)


def test_the_township_records_for_its_village(tmp_path: Path) -> None:
    store = a_store(tmp_path)

    recorded = record_case(store, an_actor(Role.TOWNSHIP_CENTRE, "坪坦乡"), a_draft())

    assert the_case(store, recorded.case_id).unit_id == a_unit("坪坦村").id


def test_the_draft_of_the_form_goes_with_the_recording_and_only_then(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    mine = {"form": CASE_FORM, "record_id": "", "account_id": WORKER.account_id}
    save_draft(store, **mine, body={"title": "山林界址争议"})
    raised(ErrorCode.CASE_DRAFT_WRONG, record_case, store, WORKER, a_draft(parties=()))
    assert load_draft(store, **mine) is not None

    record_case(store, WORKER, a_draft())

    assert load_draft(store, **mine) is None


# --- numbers ----------------------------------------------------------------------------------


def test_numbers_count_up_on_one_laptop(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    store.set_values(install_id="7b0c")

    numbers = [record_case(store, WORKER, a_draft()).number for _ in range(3)]

    mark = install_mark("7b0c")
    assert numbers == [f"临2026-{a_unit().code[6:]}-{mark}-{count:03d}" for count in (1, 2, 3)]


def test_a_refused_recording_uses_no_number(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    raised(ErrorCode.CASE_DRAFT_WRONG, record_case, store, WORKER, a_draft(title=""))

    assert record_case(store, WORKER, a_draft()).number.endswith("-001")


def test_two_laptops_of_one_village_never_give_the_same_number(tmp_path: Path) -> None:
    numbers = set()
    for name in ("one.db", "two.db"):
        store = a_store(tmp_path, name=name)
        store.set_values(install_id=f"install-{name}")
        numbers |= {record_case(store, WORKER, a_draft()).number for _ in range(2)}

    assert len(numbers) == 4


def test_before_it_is_enrolled_a_laptop_has_a_mark_of_its_own(tmp_path: Path) -> None:
    marks = set()
    for name in ("one.db", "two.db"):
        store = a_store(tmp_path, name=name)
        found = {record_case(store, WORKER, a_draft()).number.split("-")[2] for _ in range(2)}
        assert len(found) == 1
        marks |= found

    assert len(marks) == 2


def test_an_older_copy_put_back_does_not_give_a_number_twice(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    first = record_case(store, WORKER, a_draft()).number
    store.set_values(case_count_2026="0")

    assert record_case(store, WORKER, a_draft()).number != first


def test_marks_have_no_letters_that_are_mistaken() -> None:
    marks = [install_mark(str(number)) for number in range(500)]

    assert len(set(marks)) == 500
    assert not set("".join(marks)) & set("ILOU")
    assert {len(mark) for mark in marks} == {6}


# --- what happens to it -----------------------------------------------------------------------


def test_the_state_follows_the_events(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    case_id = record_case(store, WORKER, a_draft()).case_id
    states = []

    for kind in (K.NOTE_ADDED, K.MEDIATION_HELD, K.SETTLED, K.CLOSED, K.REOPENED):
        changes = add_case_event(
            store, WORKER, case_id=case_id, kind=kind, note=" 说了一回 ", risk=NO_RISK
        )
        states.append(the_case(store, case_id).state)
        assert changes.touches("case_event")

    assert states == [S.RECORDED, S.UNDER_WAY, S.SETTLED, S.CLOSED, S.UNDER_WAY]
    assert [event.note for event in the_case(store, case_id).events] == [None] + ["说了一回"] * 5


def test_what_may_not_follow_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    case_id = record_case(store, WORKER, a_draft()).case_id
    before = counts(store)

    params = raised(
        ErrorCode.CASE_EVENT_NOT_POSSIBLE,
        add_case_event, store, WORKER, case_id=case_id, kind=K.CLOSED,
    )  # fmt: skip

    assert params == {"state": S.RECORDED, "kind": K.CLOSED}
    assert counts(store) == before


def test_a_case_is_never_recorded_twice(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    case_id = record_case(store, WORKER, a_draft()).case_id

    raised(
        ErrorCode.CASE_EVENT_NOT_POSSIBLE,
        add_case_event, store, WORKER, case_id=case_id, kind=K.RECORDED,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "note", "code"),
    [
        (K.NOTE_ADDED, "  ", ErrorCode.CASE_NOTE_MISSING),
        (K.NOT_SETTLED, "", ErrorCode.CASE_EVENT_BLOCKED),
        (K.NOTE_ADDED, "长" * (MAX_STORY + 1), ErrorCode.CASE_NOTE_TOO_LONG),
    ],
)
def test_a_note_that_says_nothing_or_too_much_is_refused(
    tmp_path: Path, kind: CaseEventKind, note: str, code: ErrorCode
) -> None:
    store = a_store(tmp_path)
    case_id = record_case(store, WORKER, a_draft()).case_id

    raised(code, add_case_event, store, WORKER, case_id=case_id, kind=kind, note=note)

    assert counts(store) == (1, 2, 1, 4)


def test_an_outcome_never_stands_on_an_auxiliary_policemans_word(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    case_id = record_case(store, WORKER, a_draft()).case_id
    police = an_actor(Role.AUXILIARY_POLICE, account_id="account-of-li")

    raised(ErrorCode.NOT_ALLOWED, add_case_event, store, police, case_id=case_id, kind=K.SETTLED)
    add_case_event(store, police, case_id=case_id, kind=K.NOTE_ADDED, note="到场劝开")

    assert the_case(store, case_id).state is S.RECORDED


def test_an_event_of_an_unknown_case_is_refused(tmp_path: Path) -> None:
    raised(
        ErrorCode.CASE_NOT_FOUND,
        add_case_event, a_store(tmp_path), WORKER, case_id="gone", kind=K.CLOSED,
    )  # fmt: skip


def test_the_draft_of_the_note_goes_with_the_event(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    case_id = record_case(store, WORKER, a_draft()).case_id
    mine = {"form": EVENT_FORM, "record_id": case_id, "account_id": WORKER.account_id}
    save_draft(store, **mine, body={"note": "双方愿意"})

    add_case_event(store, WORKER, case_id=case_id, kind=K.NOTE_ADDED, note="双方愿意调解")

    assert load_draft(store, **mine) is None


def test_the_buttons_are_what_rules_and_post_allow() -> None:
    village = a_unit().id
    police = an_actor(Role.AUXILIARY_POLICE)

    offered = possible_events(WORKER, state=S.RECORDED, unit_id=village)
    assert offered[:4] == (K.NOTE_ADDED, K.MEDIATION_HELD, K.SETTLED, K.NOT_SETTLED)
    assert {K.ACCEPTED, K.REFUSED} <= set(offered)
    assert K.CLOSED not in offered
    closed = possible_events(WORKER, state=S.CLOSED, unit_id=village)
    assert K.REOPENED in closed
    assert K.SETTLED not in closed
    by_police = possible_events(police, state=S.SETTLED, unit_id=village)
    assert K.NOTE_ADDED in by_police
    assert not {K.CLOSED, K.REOPENED} & set(by_police)
    assert possible_events(WORKER, state=S.RECORDED, unit_id=a_unit("陇城镇").id) == ()
    assert may_edit_case(WORKER, unit_id=village)
    assert not may_edit_case(WORKER, unit_id=a_unit("陇城镇").id)


# --- correcting -------------------------------------------------------------------------------


def operations(store: Store) -> list[tuple[str, str, str]]:
    with store.reading() as session:
        found = session.exec(select(OutboxOp).order_by(OutboxOp.op_no))
        return [(one.entity, one.kind.value, one.patch) for one in found]


def test_only_what_was_changed_is_written(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    case_id = record_case(store, WORKER, a_draft()).case_id
    before = case_for_editing(store, WORKER, case_id).draft

    edit_case(store, WORKER, case_id=case_id, before=before, after=replace(before, place="后山 "))

    assert operations(store)[4:] == [("case_file", "put", '{"place":"后山"}')]


def test_what_a_colleague_changed_meanwhile_stays(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    case_id = record_case(store, WORKER, a_draft()).case_id
    opened = case_for_editing(store, WORKER, case_id).draft
    edit_case(store, WORKER, case_id=case_id, before=opened, after=replace(opened, story="新说法"))

    edit_case(store, WORKER, case_id=case_id, before=opened, after=replace(opened, place="后山"))

    case = the_case(store, case_id)
    assert (case.story, case.place) == ("新说法", "后山")


def test_parties_are_added_changed_and_taken_off(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    case_id = record_case(store, WORKER, a_draft()).case_id
    opened = case_for_editing(store, WORKER, case_id).draft
    first, _second = opened.parties
    after = replace(
        opened, parties=(replace(first, phone="13900001111"), a_party("石某", PartySide.B))
    )

    edit_case(store, WORKER, case_id=case_id, before=opened, after=after)

    case = the_case(store, case_id)
    assert [(party.name, party.phone) for party in case.parties] == [
        ("吴某", "139****1111"),
        ("石某", ""),
    ]
    assert case.parties[0].party_id == first.party_id
    kinds = sorted(operation[:2] for operation in operations(store)[4:])
    assert kinds == [("case_party", "delete"), ("case_party", "put"), ("case_party", "put")]


def test_a_party_a_colleague_took_off_does_not_come_back_by_itself(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    case_id = record_case(store, WORKER, a_draft()).case_id
    opened = case_for_editing(store, WORKER, case_id).draft
    only_first = replace(opened, parties=opened.parties[:1])
    edit_case(store, WORKER, case_id=case_id, before=opened, after=only_first)

    edit_case(store, WORKER, case_id=case_id, before=opened, after=replace(opened, place="后山"))

    assert [party.name for party in the_case(store, case_id).parties] == ["吴某"]


def test_an_unsound_correction_changes_nothing(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    case_id = record_case(store, WORKER, a_draft()).case_id
    opened = case_for_editing(store, WORKER, case_id).draft

    raised(
        ErrorCode.CASE_DRAFT_WRONG,
        edit_case, store, WORKER, case_id=case_id, before=opened,
        after=replace(opened, title="", place="后山"),
    )  # fmt: skip

    assert the_case(store, case_id).place == opened.place


def test_a_lawyer_corrects_nothing(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    case_id = record_case(store, WORKER, a_draft()).case_id
    opened = case_for_editing(store, WORKER, case_id).draft

    raised(
        ErrorCode.NOT_ALLOWED,
        edit_case, store, an_actor(Role.LEGAL_AID_LAWYER), case_id=case_id, before=opened,
        after=replace(opened, place="后山"),
    )  # fmt: skip


# --- recorded as the wrong kind -----------------------------------------------------------------


def a_petition(store: Store) -> str:
    draft = a_draft(
        kind=CaseKind.PETITION,
        received_on=date(2026, 11, 20),
        wanted="补发补偿",
        petition_form=PetitionForm.VISIT,
        petition_purpose=PetitionPurpose.APPEAL,
        parties=(a_party("吴某", address="三组"), a_party("杨某", PartySide.B)),
    )
    return record_case(store, WORKER, draft).case_id


def test_the_kind_is_corrected_and_what_only_the_old_one_has_goes(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    case_id = a_petition(store)
    opened = case_for_editing(store, WORKER, case_id)
    after = replace(opened.draft, kind=CaseKind.LAWSUIT_SOURCE)
    changes = edit_case(store, WORKER, case_id=case_id, before=opened.draft, after=after)

    assert opened.may_correct_kind
    with store.reading() as session:
        case = session.get_one(CaseFile, case_id)
        assert (case.kind, case.petition_form, case.petition_purpose) == (
            CaseKind.LAWSUIT_SOURCE,
            None,
            None,
        )
        assert (case.wanted, case.received_on) == ("补发补偿", date(2026, 11, 20))

    assert changes.txn is not None
    undo(store, account_id=WORKER.account_id, txn=changes.txn)
    assert case_for_editing(store, WORKER, case_id).draft == opened.draft


def test_a_quarrel_becomes_a_petition_only_with_what_a_petition_needs(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    case_id = record_case(store, WORKER, a_draft()).case_id
    before = case_for_editing(store, WORKER, case_id).draft
    after = replace(before, kind=CaseKind.PETITION)
    with pytest.raises(UserFacingError) as caught:
        edit_case(store, WORKER, case_id=case_id, before=before, after=after)

    assert caught.value.code is ErrorCode.CASE_DRAFT_WRONG
    assert the_case(store, case_id).kind is CaseKind.DISPUTE


@pytest.mark.parametrize(
    "changed",
    [
        {"state": CaseState.UNDER_WAY},
        {"is_confidential": True},
        {"kind": CaseKind.INCIDENT_BORN},
    ],
)
def test_what_went_on_is_confidential_or_came_from_an_incident_stays(
    tmp_path: Path, changed: dict[str, Any]
) -> None:
    facts = {"before": CaseKind.PETITION, "state": CaseState.RECORDED, "is_confidential": False}
    facts |= {"before": changed["kind"]} if "kind" in changed else changed

    assert kind_problem(after=CaseKind.DISPUTE, **facts) is CaseProblem.KIND_STAYS  # type: ignore[arg-type]
