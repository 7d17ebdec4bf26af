"""A closed case becomes a text for other villages: written, checked, published, taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.accounts.rules import may
from app.accounts.vocabulary import Permission, Role
from app.cases.actions import add_case_event, record_case
from app.cases.vocabulary import CaseEventKind
from app.errors import ErrorCode, UserFacingError
from app.organisations.vocabulary import COUNTY_ID
from app.store import Store
from app.typical.actions import (
    TypicalText,
    check_typical,
    publish_typical,
    take_back_typical,
    write_typical,
)
from app.typical.queries import TypicalView, typical_of
from app.typical.vocabulary import TypicalProblem, TypicalState
from tests.helpers.clock import FakeClock
from tests.helpers.stores import a_household, a_resident, a_store, an_actor, save, units_by_id
from tests.unit.cases.drafts_of_cases import a_draft, a_party

K = CaseEventKind
WORKER = an_actor(Role.VILLAGE_SECRETARY)
COUNTY = an_actor(Role.COUNTY_CENTRE, units_by_id()[COUNTY_ID])
CLEAN = TypicalText("水渠用水争议", "甲某与乙某争一条水渠，调解员讲清相邻权，双方轮流放水。")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_store(tmp_path, clock=FakeClock())


def a_closed_case(store: Store, story: str = "吴文永与杨昌德在坪坦村争水渠，石秀英在场。") -> str:
    parties = (a_party("吴文永"), a_party("杨昌德"))
    done = record_case(store, WORKER, a_draft(story=story, parties=parties))
    add_case_event(store, WORKER, case_id=done.case_id, kind=K.SETTLED, note="吴文永让水三天")
    add_case_event(store, WORKER, case_id=done.case_id, kind=K.CLOSED)
    return done.case_id


def view(store: Store, case_id: str, actor: object = WORKER) -> TypicalView:
    found = typical_of(store, actor, case_id)  # type: ignore[arg-type]
    assert found is not None
    return found


def problem_of(call: object, *args: object, **named: object) -> TypicalProblem:
    with pytest.raises(UserFacingError) as caught:
        call(*args, **named)  # type: ignore[operator]
    assert caught.value.code is ErrorCode.TYPICAL_NOT_POSSIBLE
    problem = caught.value.params["problem"]
    assert isinstance(problem, TypicalProblem)
    return problem


def test_the_first_text_names_neither_parties_nor_villagers_nor_the_village(store: Store) -> None:
    home = a_household()
    save(store, home, a_resident(home, name="石秀英"))
    text = view(store, a_closed_case(store)).text
    for word in ("吴文永", "杨昌德", "石秀英", "坪坦"):
        assert word not in text.title + text.story
    assert "甲某让水三天" in text.story


def test_from_draft_to_every_village_and_back(store: Store) -> None:
    case_id = a_closed_case(store)
    typical_id = write_typical(store, WORKER, case_id=case_id, text=CLEAN).typical_id
    assert view(store, case_id).may_check
    check_typical(store, WORKER, typical_id=typical_id)
    assert not view(store, case_id).may_publish
    assert view(store, case_id, COUNTY).may_publish
    publish_typical(store, COUNTY, typical_id=typical_id)
    assert problem_of(write_typical, store, WORKER, case_id=case_id, text=CLEAN) is (
        TypicalProblem.WRONG_STATE
    )
    take_back_typical(store, COUNTY, typical_id=typical_id)
    write_typical(store, WORKER, case_id=case_id, text=CLEAN)
    assert view(store, case_id).state is TypicalState.DRAFT


def test_a_changed_text_is_checked_again(store: Store) -> None:
    case_id = a_closed_case(store)
    typical_id = write_typical(store, WORKER, case_id=case_id, text=CLEAN).typical_id
    check_typical(store, WORKER, typical_id=typical_id)
    write_typical(store, WORKER, case_id=case_id, text=TypicalText("水渠", "吴文永让了水"))
    assert problem_of(publish_typical, store, COUNTY, typical_id=typical_id) is (
        TypicalProblem.WRONG_STATE
    )
    assert problem_of(check_typical, store, WORKER, typical_id=typical_id) is (
        TypicalProblem.STILL_IDENTIFIES
    )


def test_an_open_case_is_no_example(store: Store) -> None:
    case_id = record_case(store, WORKER, a_draft()).case_id
    assert typical_of(store, WORKER, case_id) is None
    assert problem_of(write_typical, store, WORKER, case_id=case_id, text=CLEAN) is (
        TypicalProblem.NOT_CLOSED
    )


@pytest.mark.parametrize("role", list(Role))
def test_who_may_write_and_who_may_publish(store: Store, role: Role) -> None:
    case_id = a_closed_case(store)
    actor = an_actor(role)
    if may(role, Permission.WRITE_TYPICAL_CASE):
        typical_id = write_typical(store, actor, case_id=case_id, text=CLEAN).typical_id
    else:
        with pytest.raises(UserFacingError):
            write_typical(store, actor, case_id=case_id, text=CLEAN)
        typical_id = write_typical(store, WORKER, case_id=case_id, text=CLEAN).typical_id
    check_typical(store, WORKER, typical_id=typical_id)
    if may(role, Permission.PUBLISH_TYPICAL_CASE):
        publish_typical(store, actor, typical_id=typical_id)
    else:
        with pytest.raises(UserFacingError):
            publish_typical(store, actor, typical_id=typical_id)
