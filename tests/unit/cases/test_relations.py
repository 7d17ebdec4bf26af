"""Cases that belong together, and a quarrel that flares up again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.accounts.vocabulary import Permission, Role
from app.cases.actions import record_case
from app.cases.editing import case_for_editing
from app.cases.queries import one_case
from app.cases.relations import find_cases, flare_draft, link_cases, record_flare_up
from app.cases.vocabulary import CaseKind
from app.errors import ErrorCode, UserFacingError
from app.links.vocabulary import LinkKind
from app.undo import undo
from tests.helpers.stores import NO_RISK, a_store, an_actor
from tests.unit.cases.drafts_of_cases import a_draft


@pytest.fixture
def two(tmp_path):  # type: ignore[no-untyped-def]
    store, actor = a_store(tmp_path), an_actor(Role.GRID_WORKER)
    titles = ("后山界址", "水渠用水")
    made = [record_case(store, actor, a_draft(title=title)).case_id for title in titles]
    return store, actor, made


def linked(store, case_id: str) -> list[tuple[LinkKind, str, bool]]:  # type: ignore[no-untyped-def]
    case = one_case(store, case_id)
    assert case is not None
    return [(each.kind, each.title, each.is_origin) for each in case.links]


def test_two_cases_are_linked_and_both_say_so(two) -> None:  # type: ignore[no-untyped-def]
    store, actor, (one, other) = two
    changes = link_cases(store, actor, case_id=one, other_id=other)

    assert linked(store, one) == [(LinkKind.RELATED, "水渠用水", False)]
    assert linked(store, other) == [(LinkKind.RELATED, "后山界址", True)]
    assert changes.txn is not None
    undo(store, account_id=actor.account_id, txn=changes.txn)
    assert linked(store, one) == []


def test_what_is_linked_is_not_linked_again_nor_with_itself(two) -> None:  # type: ignore[no-untyped-def]
    store, actor, (one, other) = two
    link_cases(store, actor, case_id=one, other_id=other)

    for pair in ((other, one), (one, one)):
        with pytest.raises(UserFacingError) as refused:
            link_cases(store, actor, case_id=pair[0], other_id=pair[1])
        assert refused.value.code is ErrorCode.CASES_LINKED_ALREADY


def test_a_quarrel_that_flares_up_is_a_case_of_its_own(two) -> None:  # type: ignore[no-untyped-def]
    store, actor, (one, _other) = two
    draft = flare_draft(store, actor, one)
    assert (draft.title, draft.story, draft.risk) == ("后山界址", "", None)
    assert draft.happened_on == date(2026, 11, 23)
    assert [party.party_id for party in draft.parties] == [None, None]

    made = record_flare_up(store, actor, replace(draft, risk=NO_RISK), from_case_id=one)

    assert linked(store, made.case_id) == [(LinkKind.FLARED_UP, "后山界址", True)]
    assert linked(store, one) == [(LinkKind.FLARED_UP, "后山界址", False)]
    again = case_for_editing(store, actor, made.case_id).draft
    assert (again.kind, len(again.parties)) == (CaseKind.DISPUTE, 2)


@pytest.mark.parametrize("role", Role)
def test_who_may_link(two, role: Role) -> None:  # type: ignore[no-untyped-def]
    store, actor, (one, other) = two
    may = {Role.GRID_WORKER, Role.AUXILIARY_POLICE, Role.VILLAGE_SECRETARY, Role.MEDIATOR}
    object.__setattr__(actor, "role", role)
    if role in may:
        assert link_cases(store, actor, case_id=one, other_id=other).txn is not None
    elif not actor.reaches(Permission.RECORD_CASE, unit_id=actor.unit_id):
        with pytest.raises(UserFacingError) as refused:
            link_cases(store, actor, case_id=one, other_id=other)
        assert refused.value.code is ErrorCode.NOT_ALLOWED


def test_cases_are_found_by_number_and_name(two) -> None:  # type: ignore[no-untyped-def]
    store, _actor, (one, _other) = two
    shown = one_case(store, one)
    assert shown is not None

    for typed in ("后山", "hsjz", shown.number):
        assert one in {hit.record_id for hit in find_cases(store, typed, unit_ids=None)}
    assert find_cases(store, " ", unit_ids=None) == ()
    assert find_cases(store, "后山", unit_ids=frozenset()) == ()
