"""A post has the pages that show it anything; the others are no dead ends of its navigation."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from app.accounts.vocabulary import Role
from tests.helpers.stores import an_actor
from ui.work_pages import work_pages

_CASES = ["today", "board", "cases"]
_VILLAGE = ["incidents", "grids", "visits", "votes"]
_ALWAYS = ["conflicts", "statistics"]
EXPECTED = {
    Role.SPONSOR_LEADER: [*_CASES, "leaders", *_ALWAYS],
    Role.COURT_LIAISON: [*_CASES, *_ALWAYS],
    Role.DEPARTMENT_HANDLER: [*_CASES, *_ALWAYS],
    Role.LEGAL_AID_LAWYER: [*_CASES, *_ALWAYS],
    Role.ADMINISTRATOR: ["today"],
    Role.COUNTY_CENTRE: [*_CASES, "leaders", *_VILLAGE, *_ALWAYS],
    Role.GRID_WORKER: [*_CASES, *_VILLAGE, *_ALWAYS],
}


@pytest.mark.parametrize("role", EXPECTED)
def test_a_post_is_shown_what_it_may_see(role: Role) -> None:
    specs = work_pages(cast(Any, SimpleNamespace(actor=an_actor(role))))

    assert [one.key for one in specs if one.is_in_navigation] == EXPECTED[role]
