"""A round, what was found on it, and what comes of that."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from app.accounts.rules import may
from app.accounts.vocabulary import Permission, Role
from app.attachments.actions import NewFile, attach_files, may_attach
from app.attachments.vocabulary import MediaType, Subject
from app.board.queries import board
from app.board.rules import TaskKind
from app.cases.queries import one_case
from app.errors import ErrorCode, UserFacingError
from app.grid_work.parts import VisitFields
from app.grid_work.vocabulary import VisitPurpose, VisitWay
from app.outreach.actions import (
    FindingDraft,
    RoundDraft,
    add_finding,
    edit_round,
    end_finding,
    record_round,
    remove_round,
    turn_finding_into_case,
    turn_finding_into_visit,
)
from app.outreach.queries import one_round, round_rows
from app.outreach.rules import LONGEST, finding_problems
from app.outreach.vocabulary import FindingEnd, OutreachField, OutreachProblem
from app.store import Store
from app.undo import undo
from tests.helpers.clock import A_MONDAY, FakeClock
from tests.helpers.stores import a_household, a_store, a_unit, an_actor, save
from tests.unit.cases.drafts_of_cases import a_draft

WORKER = an_actor()
TODAY = A_MONDAY.date()


def a_round(**fields: object) -> RoundDraft:
    usual = {
        "unit_id": a_unit().id,
        "title": "春耕用水走访",
        "held_on": TODAY,
        "place": "坪坦村下寨",
        "members": "吴某、杨某",
        "findings": (FindingDraft("两户争水渠"), FindingDraft("路灯坏了")),
    }
    return RoundDraft(**{**usual, **fields})  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_store(tmp_path, clock=FakeClock())


def findings_of(store: Store) -> list[str]:
    (row,) = round_rows(store, WORKER)
    found = one_round(store, WORKER, row.id)
    assert found is not None
    return [one.id for one in found.findings]


def refused(call: object, *args: object, **named: object) -> ErrorCode:
    with pytest.raises(UserFacingError) as caught:
        call(*args, **named)  # type: ignore[operator]
    return caught.value.code


def test_a_round_and_its_findings_are_one_step_and_one_undo(store: Store) -> None:
    done = record_round(store, WORKER, a_round())
    (row,) = round_rows(store, WORKER)
    assert (row.findings, row.open_findings) == (2, 2)
    assert done.txn is not None
    assert undo(store, account_id=WORKER.account_id, txn=done.txn).left == 0
    assert round_rows(store, WORKER) == ()


def test_what_hangs_on_a_round_keeps_it(store: Store) -> None:
    """A photograph hangs on the round; neither removing nor undo takes the round from under it."""
    done = record_round(store, WORKER, a_round(findings=()))
    photo = NewFile(b"\xff\xd8\xff" + b"0" * 40, MediaType.JPEG, "鼓楼.jpg")
    subject = Subject("outreach_round", done.round_id)
    attach_files(store, WORKER, subject=subject, files=[photo])
    assert done.txn is not None

    assert refused(remove_round, store, WORKER, round_id=done.round_id) is (
        ErrorCode.GRID_WORK_HAS_ATTACHMENTS
    )
    assert undo(store, account_id=WORKER.account_id, txn=done.txn).left == 1
    assert len(round_rows(store, WORKER, unit_id=WORKER.unit_id)) == 1
    assert round_rows(store, WORKER, unit_id=a_unit("高步村").id) == ()


@pytest.mark.parametrize("role", list(Role))
def test_who_may_hang_something_on_a_round(role: Role) -> None:
    given = {"subject_entity": "outreach_round", "unit_id": a_unit().id}
    assert may_attach(an_actor(role), **given) is may(role, Permission.RECORD_OUTREACH)
    assert not may_attach(an_actor(role, "高步村"), **given)


@pytest.mark.parametrize("role", list(Role))
def test_who_may_write_a_round_down(store: Store, role: Role) -> None:
    actor = an_actor(role)
    if may(role, Permission.RECORD_OUTREACH):
        assert record_round(store, actor, a_round()).round_id
    else:
        assert refused(record_round, store, actor, a_round()) is ErrorCode.NOT_ALLOWED


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"members": ""},
        {"held_on": None},
        {"held_on": TODAY + timedelta(days=1)},
        {"place": "长" * (LONGEST[OutreachField.PLACE] + 1)},
        {"findings": (FindingDraft(""),)},
        {"findings": (FindingDraft("水渠", end=FindingEnd.PASSED_ON),)},
    ],
)
def test_what_is_wrong_is_refused_whole(store: Store, wrong: dict[str, object]) -> None:
    assert refused(record_round, store, WORKER, a_round(**wrong)) is ErrorCode.OUTREACH_WRONG
    assert round_rows(store, WORKER) == ()


def test_how_it_was_settled_must_be_said() -> None:
    (problem,) = finding_problems(text="水渠", end=FindingEnd.SETTLED_THERE, end_note=" ")
    assert (problem.field, problem.code) == (OutreachField.END_NOTE, OutreachProblem.MISSING)


@pytest.mark.parametrize("role", Role)
def test_what_was_found_waits_on_the_board_until_something_came_of_it(
    store: Store, role: Role
) -> None:
    record_round(store, WORKER, a_round())
    actor = an_actor(role)
    records = may(role, Permission.RECORD_OUTREACH)

    def waiting() -> list[str]:
        columns = board(store, actor, TODAY).columns.values()
        return [one.title for tasks in columns for one in tasks if one.kind is TaskKind.OUTREACH]

    assert waiting() == ([a_round().title] if records else [])
    for one in findings_of(store):
        end_finding(store, WORKER, finding_id=one, end=FindingEnd.PASSED_ON, end_note="交民政办")
    assert waiting() == []


def test_a_finding_becomes_a_case_that_knows_where_it_came_from(store: Store) -> None:
    record_round(store, WORKER, a_round())
    first, _ = findings_of(store)
    case = turn_finding_into_case(store, WORKER, finding_id=first, draft=a_draft())
    found = one_round(store, WORKER, first)
    assert found is not None
    assert found.findings[0].end is FindingEnd.BECAME_CASE
    assert found.findings[0].became == ("case_file", case.case_id)
    assert one_case(store, case.case_id) is not None
    again = {"finding_id": first, "draft": a_draft()}
    assert refused(turn_finding_into_case, store, WORKER, **again) is ErrorCode.OUTREACH_HAS_RESULTS
    removed = refused(remove_round, store, WORKER, round_id=found.row.id)
    assert removed is ErrorCode.OUTREACH_HAS_RESULTS


def test_a_finding_becomes_a_visit(store: Store) -> None:
    home = a_household()
    save(store, home)
    record_round(store, WORKER, a_round())
    first, _ = findings_of(store)
    given = VisitFields(
        household_id=home.id,
        visited_on=TODAY,
        purpose=VisitPurpose.DISPUTE_CHECK,
        way=VisitWay.AT_HOME,
    )
    done = turn_finding_into_visit(store, WORKER, finding_id=first, given=given)
    found = one_round(store, WORKER, first)
    assert found is not None
    assert found.findings[0].end is FindingEnd.BECAME_VISIT
    assert done.txn is not None
    assert undo(store, account_id=WORKER.account_id, txn=done.txn).left == 0
    found = one_round(store, WORKER, first)
    assert found is not None
    assert found.findings[0].end is FindingEnd.OPEN


def test_correcting_adding_ending_and_taking_back(store: Store) -> None:
    done = record_round(store, WORKER, a_round())
    edit_round(store, WORKER, round_id=done.round_id, draft=a_round(title="送法上门"))
    add_finding(store, WORKER, round_id=done.round_id, draft=FindingDraft("老人独居"))
    first, second, _ = findings_of(store)
    end_finding(store, WORKER, finding_id=first, end=FindingEnd.SETTLED_THERE, end_note="当场说和")
    end_finding(store, WORKER, finding_id=second, end=FindingEnd.PASSED_ON, end_note="电管站")
    (row,) = round_rows(store, WORKER)
    assert (row.title, row.findings, row.open_findings) == ("送法上门", 3, 1)
    remove_round(store, WORKER, round_id=done.round_id)
    assert round_rows(store, WORKER) == ()
    assert refused(remove_round, store, WORKER, round_id=done.round_id) is ErrorCode.OUTREACH_GONE
