"""Every trap that others who synced offline programs have met, and the tests that stand for it.

A trap without a test would be met again; a test that was renamed must be renamed here.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import Final

import pytest

HERE = Path(__file__).parent

TRAPS: Final[dict[str, tuple[str, ...]]] = {
    "late commits": (
        "sync/server/test_feed_order.py::test_concurrent_writers_lose_nothing",
        "sync/server/test_hosts.py::test_late_commits_across_hosts_are_not_skipped",
    ),
    "scope lost while the laptop is offline with five edits": (
        "sync/server/test_scope_moves.py::"
        "test_scope_lost_while_the_laptop_is_offline_with_five_edits",
    ),
    "scope gained": (
        "sync/server/test_scope_regrouping.py::"
        "test_a_village_moved_to_another_township_leaves_the_old_in_pages_and_starts_at_0_in_the_new",
    ),
    "poison record up": (
        "sync/test_pending_traps.py::"
        "test_poison_record_up_is_kept_shown_and_judged_after_the_repair",
    ),
    "poison record down": (
        "sync/test_pending_traps.py::test_poison_record_down_is_kept_and_blocks_nothing",
    ),
    "a parent refused, its children too": (
        "sync/test_pending_traps.py::test_a_parent_refused_its_children_too",
    ),
    "two laptops create the same household": (
        "sync/server/test_doubles.py::"
        "test_two_laptops_create_the_same_household_and_a_person_is_asked",
        "sync/server/test_doubles.py::"
        "test_an_edit_from_a_laptop_offline_for_weeks_lands_on_the_merged_household",
    ),
    "a lost answer, the batch sent again": (
        "sync/test_breaks.py::test_the_answer_is_lost_and_the_batch_sent_again",
        "sync/server/test_wire.py::test_a_lost_answer_the_batch_sent_again_is_echoed",
    ),
    "an acknowledgement that arrives after a newer edit": (
        "sync/client/test_acks.py::test_an_acknowledgement_that_arrives_after_a_newer_edit",
    ),
    "a copied disk": ("sync/test_identity.py::test_a_copied_disk_both_copies_go_on_working",),
    "a laptop restored from last week": (
        "sync/test_identity.py::test_a_laptop_restored_from_last_week_by_hand_gets_a_new_name",
        "sync/test_put_back.py::test_what_was_sent_since_the_copy_comes_back_and_new_work_goes_up",
    ),
    "a county restored from yesterday": (
        "sync/test_restore.py::test_a_county_restored_from_yesterday_loses_no_operation",
    ),
    "clocks at 1970, 2099 and jumping": (
        "sync/server/test_clock.py::test_any_clock_gives_times_in_order_and_in_bounds",
        "sync/server/test_scope_moves.py::test_a_clock_in_2099_costs_no_work_on_what_moved",
    ),
    "an old client and a new county and the reverse": (
        "released/test_released.py::test_an_old_client_and_a_new_county",
        "released/test_released.py::test_a_new_client_and_an_old_county",
    ),
    "a captive portal that answers 200 with HTML": (
        "sync/client/test_transport.py::test_a_portal_is_recognised",
    ),
    "the inflated size of a compressed body": (
        "sync/server/test_http.py::test_a_small_body_that_inflates_without_end",
        "sync/client/test_transport.py::test_the_inflated_size_is_bounded",
    ),
    "a full disk": (
        "unit/db/test_session.py::test_a_full_disk_is_said_and_leaves_nothing_half_done",
        "sync/client/test_columns.py::test_a_full_disk_is_not_blamed_on_the_rows",
    ),
    "kill -9 on either side at any moment": (
        "sync/test_killed.py",
        "sync/test_breaks.py::test_the_server_is_killed_in_the_middle_of_a_push",
        "unit/db/test_session.py::test_killed_in_the_middle_of_a_save_nothing_is_half_there",
    ),
    "two windows of the program on one file": (
        "unit/test_laptop.py::test_two_windows_that_start_a_laptop_at_once_agree_on_its_key",
    ),
    "3,500 laptops back at once": ("sync/server/test_crowd.py::test_3500_laptops_back_at_once",),
    "a page cut at byte n": (
        "sync/client/test_transport.py::test_a_page_cut_at_byte_n_is_a_cut_line_whatever_n",
    ),
    "echo of one's own edits": (
        "sync/server/test_wire.py::test_echo_of_ones_own_edits_is_an_acknowledgement",
    ),
    "a village merged or split": (
        "sync/server/test_scope_regrouping.py::"
        "test_a_village_merged_into_another_while_its_laptop_is_offline",
        "sync/server/test_scope_regrouping.py::"
        "test_a_village_divided_gives_its_micro_grids_to_the_new_one",
    ),
    "events in another order for whoever gets a case later": (
        "sync/server/test_scope_moves.py::"
        "test_who_gets_a_case_later_folds_its_events_in_the_countys_order",
    ),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_the_trap_has_its_tests(trap: str) -> None:
    missing = [place for place in TRAPS[trap] if not _is_there(place)]
    assert missing == []


def _is_there(place: str) -> bool:
    file, _, name = place.partition("::")
    found = _tests_in(file)
    return name in found if name else bool(found)


@cache
def _tests_in(file: str) -> frozenset[str]:
    path = HERE / file
    if not path.exists():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )
