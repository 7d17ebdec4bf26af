"""Every safeguard of the sync: what it keeps from happening, how it is switched off, and the test
that must then fail. ``tests/sync/test_safeguards.py`` does that; a safeguard that nothing misses
is either not tested or not needed.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from typing import Any, Final

import pytest

from app.accounts.vocabulary import Permission
from app.conflicts.vocabulary import ConflictState
from app.handovers.rules import Hands
from app.incidents.vocabulary import IncidentEventKind


@dataclass(frozen=True)
class Safeguard:
    """One of them."""

    name: str
    keeps_from: str
    """What would happen without it."""
    test: str
    """The test that then fails."""
    switch_off: Callable[[pytest.MonkeyPatch], None]


def replaced(place: str, by: Any) -> Callable[[pytest.MonkeyPatch], None]:
    """Puts something else at ``module:name.of.thing``."""

    def switch_off(patch: pytest.MonkeyPatch) -> None:
        module, _, path = place.partition(":")
        *owners, name = path.split(".")
        owner = reduce(getattr, owners, importlib.import_module(module))
        patch.setattr(owner, name, by)

    return switch_off


def nothing(*_: Any, **__: Any) -> None:
    """Does not look."""


class _Everybody(set[str]):
    """Whoever is asked for is in it."""

    def __ge__(self, _others: object) -> bool:
        return True


def _may_write_texts(*_: Any) -> Permission:
    return Permission.WRITE_TYPICAL_CASE


_SERVER = "tests/sync/server/"
_CLIENT = "tests/sync/client/"


def _clear_all_marks(layer: Any, entity: str, operations: Any) -> None:
    layer._write_all(
        f"UPDATE {entity} SET sync_dirty = NULL WHERE id = ?", [(key,) for key in operations]
    )


def _keep_refused(ledger: Any) -> None:
    ledger.keep()


def _each_by_itself(ledger: Any, entities: Any, parent_id: str) -> Any:
    return [row for entity in entities for row in ledger.children(entity, parent_id)]


def _every_group(incoming: Any, taken: Any) -> Any:
    from sync.server.applying import groups_of

    unjudged = {op_no: replace(one, verdict=None) for op_no, one in taken.items()}
    return groups_of(incoming, unjudged)


def _believed_times(wall_times_ms: Any, *, offset: int, **_: Any) -> list[datetime]:
    return [datetime.fromtimestamp(wall_ms / 1000, UTC) for wall_ms in wall_times_ms]


def _at_its_number(*columns: Any) -> Any:
    from sync.server.page_rows import Line

    return Line(*columns)._replace(place=columns[0])


def _known_words_only(verdict: Any) -> Any:
    from sync.protocol.messages import Verdict

    return Verdict(verdict["verdict"]), verdict.get("reason")


def _always_whole(*_: Any) -> Any:
    from sync.client.stick import Fit

    return Fit.WHOLE


def _as_if_each_case_were_here(session: Any, case_ids: Any, handed: Any) -> None:
    from app.refolding import refold_case
    from db.tables.cases import CaseFile

    for case_id in case_ids:
        session.get_one(CaseFile, case_id)
        refold_case(session, case_id)


def _nothing_skipped(_kinds: Any) -> Any:
    from app.folding import Folded

    return Folded(None, ())


def _raise(*_: Any) -> None:
    raise RuntimeError("nothing catches it")


class _AlwaysSettled(dict[Any, Any]):
    """As if each settlement were the first."""

    def get(self, _key: Any, _default: Any = None) -> Any:
        return ConflictState.SETTLED


SAFEGUARDS: Final = (
    Safeguard(
        "a number is had by one record",
        "two cases go by one number, on paper and at the court",
        _SERVER + "test_numbers.py::test_a_number_is_had_once",
        replaced("sync.server.entity_rules:numbers.check", nothing),
    ),
    Safeguard(
        "the first block after a restore begins far above all that is known",
        "a county put back gives numbers again that a laptop has on its papers",
        _SERVER + "test_numbers.py::test_a_county_put_back_gives_no_number_again",
        replaced("sync.server.number_blocks:_gap", lambda *_: 0),
    ),
    Safeguard(
        "a laptop with another name drops its blocks",
        "two copies of one disk go on giving the same numbers",
        "tests/unit/test_numbering.py::test_another_name_drops_the_blocks_and_keeps_the_marks",
        replaced("sync.client.identity:drop_blocks", nothing),
    ),
    Safeguard(
        "the first settlement of a conflict counts, and what came with a later one is set aside",
        "two people who keep another ballot each leave a household without any",
        _SERVER + "test_doubles.py::test_two_people_who_keep_another_ballot_each_do_not_lose_both",
        replaced("sync.server.entity_rules:conflict_rules.TRANSITIONS", _AlwaysSettled()),
    ),
    Safeguard(
        "a merged record's old name is followed for ever",
        "what a laptop wrote while it was away is refused, because its household is gone",
        _SERVER + "test_doubles.py::"
        "test_an_edit_from_a_laptop_offline_for_weeks_lands_on_the_merged_household",
        replaced("sync.server.aliases:redirected", lambda _ledger, op: op),
    ),
    Safeguard(
        "what others wrote into a record unseen survives its merge",
        "a telephone number vanishes with the record that goes",
        _SERVER + "test_doubles.py::"
        "test_what_was_written_into_the_old_record_unseen_is_not_lost_in_a_merge",
        replaced("sync.server.aliases:_keep_unseen", nothing),
    ),
    Safeguard(
        "two of one household are noticed",
        "a household made on two laptops is counted, visited and asked twice",
        _SERVER + "test_doubles.py::test_a_person_who_is_in_two_households_by_now_is_found",
        replaced("sync.server.doubles:_note_households", nothing),
    ),
    Safeguard(
        "doubled ballots are put before a person",
        "nobody hears that a household's word waits to be judged",
        _SERVER + "test_doubles.py::test_a_third_ballot_of_a_household_is_put_before_a_person_too",
        replaced("sync.server.doubles:_note_ballots", nothing),
    ),
    Safeguard(
        "no conflict carries a PIN's hash out of its unit",
        "a township's laptop can guess a village's PINs",
        _SERVER + "test_conflicts.py::"
        "test_two_pins_of_one_person_are_no_conflict_for_other_units_to_read",
        replaced("sync.server.conflicts:NEVER_ASKED", frozenset()),
    ),
    Safeguard(
        "the value that lost is kept",
        "of two people's words for one field one is gone, and nobody is asked",
        _SERVER + "test_merging.py::test_the_same_field_is_a_conflict_and_the_loser_is_kept",
        replaced("sync.server.merging:_note_field_conflict", nothing),
    ),
    Safeguard(
        "an acknowledgement clears only its own marks",
        "a newer edit is taken for sent and overwritten",
        _CLIENT + "test_laying.py::test_an_acknowledgement_does_not_swallow_a_newer_edit",
        replaced("sync.client.laying:Layer._clear_marks", _clear_all_marks),
    ),
    Safeguard(
        "the county's row goes under what was typed",
        "a page from the county overwrites an edit that has not been sent",
        _CLIENT + "test_laying.py::test_a_county_row_goes_under_the_unsent_edit",
        replaced("sync.client.laying:Layer._marked_fields", lambda *_: {}),
    ),
    Safeguard(
        "a record deleted here stays deleted",
        "the answer that was on its way brings it back",
        _CLIENT + "test_laying.py::test_a_row_deleted_here_is_not_brought_back",
        replaced("sync.client.laying:Layer._deleted_here", lambda *_: set()),
    ),
    Safeguard(
        "an operation number belongs to one content",
        "two machines that count under one name overwrite each other's work",
        _SERVER + "test_exchange.py::test_a_number_used_twice_applies_nothing",
        replaced("sync.server.intake:_refuse_reused", nothing),
    ),
    Safeguard(
        "a group is applied whole or not at all",
        "half of an edit stays when the other half is refused",
        _SERVER + "test_events.py::test_a_refused_group_does_not_move_the_case",
        replaced("sync.server.ledger:Ledger.discard", _keep_refused),
    ),
    Safeguard(
        "a village writes its own records only",
        "one laptop changes another village's roster",
        _SERVER + "test_refusals.py::test_a_village_writes_nobody_elses_records",
        replaced("sync.server.authors:check_reach", nothing),
    ),
    Safeguard(
        "a frame is inflated up to a limit",
        "a small body fills the county's memory",
        _SERVER + "test_http.py::test_a_small_body_that_inflates_without_end",
        replaced("sync.server.envelope:unpack", lambda packed: b"[]"),
    ),
    Safeguard(
        "synced tables are written through the outbox only",
        "an edit stays on the laptop and nobody ever hears of it",
        "tests/unit/db/test_session.py::"
        "test_a_write_past_the_outbox_is_refused_by_the_file[DELETE FROM household]",
        replaced("db.engine:WriteGuard.is_open", property(lambda _: True, nothing)),
    ),
    Safeguard(
        "what was judged is not judged again",
        "a batch whose answer was lost is applied twice",
        _SERVER + "test_exchange.py::test_a_lost_answer_costs_nothing",
        replaced("sync.server.exchange:groups_of", _every_group),
    ),
    Safeguard(
        "a laptop's time is bounded by its contacts",
        "a wrong clock dates work before it was possible, or in the future",
        _SERVER + "test_exchange.py::test_the_countys_time_of_an_operation",
        replaced("sync.server.intake:effective_times", _believed_times),
    ),
    Safeguard(
        "the third try is the last",
        "a record that cannot be judged is tried for ever",
        _SERVER + "test_poison.py::test_three_tries_then_quarantine_and_the_others_go_on",
        replaced("sync.server.applying:MAX_TRIES", 1000),
    ),
    Safeguard(
        "the same field edited on an older version is a conflict",
        "what another laptop wrote is overwritten and nobody is told",
        _SERVER + "test_merging.py::test_a_record_of_another_laptop_without_a_base_is_a_conflict",
        replaced("sync.server.merging:_is_conflict", lambda *_: False),
    ),
    Safeguard(
        "a child needs its parent at the county",
        "residents lie in nobody's household",
        _SERVER + "test_refusals.py::test_a_parent_that_was_refused_takes_its_children_along",
        replaced("sync.server.judging:references_of", lambda _: ()),
    ),
    Safeguard(
        "what somebody else worked on is not deleted",
        "a delete takes another laptop's newer work with it",
        _SERVER + "test_merging.py::"
        "test_a_delete_of_what_somebody_else_worked_on_is_not_carried_out",
        replaced("sync.server.merging:is_edited_since", lambda *_: False),
    ),
    Safeguard(
        "who leans on a record that waits, waits with it",
        "a child is refused because its parent had a bad moment",
        _SERVER + "test_poison.py::test_what_leans_on_a_waiting_record_waits_with_it",
        replaced("sync.server.applying:Group.written", lambda _: iter(())),
    ),
    Safeguard(
        "cursors of another epoch say nothing",
        "a restored county's rows are skipped because their numbers were seen before",
        _SERVER + "test_exchange.py::test_a_cursor_beyond_the_feed_starts_again",
        replaced("sync.server.feed_page:_start", lambda cursor, _head: cursor),
    ),
    Safeguard(
        "values no database stores are refused before they reach it",
        "one NUL character stops a whole batch",
        _SERVER + "test_hostile.py::test_a_value_nested_deeper_than_anybody_reads",
        replaced("sync.server.validation:_refuse_unstorable", nothing),
    ),
    Safeguard(
        "nobody signs with another name",
        "an event is put into somebody else's mouth",
        _SERVER + "test_hostile.py::test_nobody_signs_an_event_with_another_name",
        replaced("sync.server.judging:Judge._check_signature", nothing),
    ),
    Safeguard(
        "an answer is believed only from the county",
        "a captive portal's page is laid down as the county's answer",
        _CLIENT + "test_laying.py::test_anything_but_the_county_is_recognised",
        replaced("tests.sync.client.test_laying:parse_answer", nothing),
    ),
    Safeguard(
        "a row that cannot be laid down blocks nothing",
        "one bad row from the county keeps a laptop from ever syncing again",
        _CLIENT + "test_laying.py::test_a_poison_row_is_kept_and_blocks_nothing",
        replaced("sync.client.laying:Layer._keep_dead_letter", _raise),
    ),
    Safeguard(
        "what leaves the search leaves it at once",
        "Ctrl+K finds a person this laptop may no longer hold",
        _CLIENT + "test_search_catch_up.py::test_what_left_this_laptop_leaves_the_search_at_once",
        replaced("sync.client.laying:Layer._leave_search", nothing),
    ),
    Safeguard(
        "a row that should have left leaves, and no copy is kept",
        "a laptop keeps what is another unit's, in a corner",
        "tests/sync/test_sums.py::"
        "test_a_row_that_should_have_left_the_laptop_leaves_and_is_not_kept",
        replaced("sync.client.checking:Checker._fates", lambda *_: []),
    ),
    Safeguard(
        "both sides add up what they hold",
        "a hole in a laptop's rows is never noticed",
        "tests/sync/test_sums.py::test_damage_on_the_laptop_is_mended",
        replaced("sync.client.checking:differing", lambda *_: []),
    ),
    Safeguard(
        "sums are compared only when nothing moves",
        "every unsent edit is taken for a fault",
        "tests/sync/test_sums.py::test_nothing_is_compared_while_something_waits",
        replaced("sync.client.checking:_is_quiet", lambda *_: True),
    ),
    Safeguard(
        "what cannot be mended is not asked for each minute",
        "one bad row costs a poor line its day",
        "tests/sync/test_sums.py::test_a_range_that_cannot_be_mended_is_not_asked_for_every_minute",
        replaced("sync.client.checking:_is_known", lambda *_: False),
    ),
    Safeguard(
        "the county gives out slots",
        "3,500 laptops come back at once and none gets through",
        "tests/sync/server/test_crowd.py::test_3500_laptops_back_at_once",
        replaced("sync.server.slots:Slots.expected_wait_s", lambda *_: 0.0),
    ),
    Safeguard(
        "the county's slot is kept",
        "an edit on the laptop jumps the queue",
        "tests/sync/client/test_worker.py::test_what_is_written_does_not_shorten_the_countys_slot",
        replaced("sync.client.worker:SyncWorker._keep_slot", nothing),
    ),
    Safeguard(
        "an original is fetched by whose scope holds its record",
        "another village looks at a case's photographs",
        "tests/sync/server/test_blobs.py::test_only_whose_scope_holds_the_record_may_fetch_it",
        replaced("sync.server.blobs:_require", nothing),
    ),
    Safeguard(
        "an original is what its name says, at the county",
        "a photograph arrives changed and nobody knows",
        "tests/sync/server/test_blobs.py::"
        "test_a_wrong_hash_at_the_end_keeps_nothing_and_begins_again",
        replaced("sync.server.blobs:_is_sound", lambda *_: True),
    ),
    Safeguard(
        "a piece is what was sent",
        "one flipped bit costs a whole upload",
        "tests/sync/server/test_blobs.py::test_a_piece_the_line_changed_is_not_kept",
        replaced("sync.server.blob_routes:_require_checksum", nothing),
    ),
    Safeguard(
        "an original is what its name says, on the laptop",
        "a broken photograph is shown as evidence",
        "tests/unit/db/test_blobs.py::test_an_original_that_is_not_what_its_name_says_is_not_kept",
        replaced("db.blobs:_is_sound", lambda *_: True),
    ),
    Safeguard(
        "an original leaves with its record",
        "a photograph stays on a disk that may not hold its case",
        "tests/sync/client/test_carrier.py::test_an_original_leaves_the_disk_with_its_subject",
        replaced("sync.client.blobs:forget_unnamed", nothing),
    ),
    Safeguard(
        "an original follows its judged record",
        "the county is sent photographs of nothing",
        "tests/sync/client/test_carrier.py::test_nothing_is_sent_before_its_record_was_judged",
        replaced(
            "sync.client.blobs:Carrier._sendable", lambda carrier: carrier._store.blobs.to_send()
        ),
    ),
    Safeguard(
        "originals are offered anew to a restored county",
        "what yesterday's backup had not seen is never sent again",
        "tests/sync/client/test_carrier.py::"
        "test_a_county_restored_from_yesterday_gets_back_what_came_since",
        replaced("sync.client.blobs:Carrier._offer_again_after_restore", nothing),
    ),
    Safeguard(
        "a line cut inside TLS is a cut line",
        "the laptop thinks a stranger answered and waits",
        "tests/sync/client/test_transport.py::"
        "test_a_line_that_ends_inside_tls_is_a_cut_line_and_not_a_stranger",
        replaced("sync.client.transport:_is_cut", lambda *_: False),
    ),
    Safeguard(
        "work is judged as its author knew things to be",
        "five edits made in good faith are refused because of a move",
        "tests/sync/server/test_scope_moves.py::"
        "test_scope_lost_while_the_laptop_is_offline_with_five_edits",
        replaced("sync.server.former:Known.may_believe", lambda *_, **__: False),
    ),
    Safeguard(
        "who was told of a move cannot write there",
        "a village goes on writing what is another's",
        "tests/sync/server/test_scope_moves.py::"
        "test_who_has_been_told_of_a_move_cannot_write_there_any_more",
        replaced("sync.server.former:Known.may_believe", lambda *_, **__: True),
    ),
    Safeguard(
        "a household moves with its people",
        "its residents stay behind in the other village",
        "tests/sync/server/test_scope_moves.py::test_a_household_moves_whole",
        replaced("sync.server.moving:load_for_moves", nothing),
    ),
    Safeguard(
        "who holds a case gets its file",
        "a department is handed a number and nothing to read",
        "tests/sync/server/test_scope_moves.py::test_a_department_gets_a_case_and_loses_it_again",
        replaced("sync.server.moving:hold", nothing),
    ),
    Safeguard(
        "the first of two hand-overs counts",
        "a case is in two departments at once",
        "tests/sync/server/test_scope_moves.py::"
        "test_of_two_hand_overs_the_second_does_not_fit_any_more",
        replaced("sync.server.moving:carry_out", lambda _hands, step: Hands(step.to_unit_id)),
    ),
    Safeguard(
        "a case is closed when each that has it has answered and the people were told",
        "a department's work is cut off by who did not know of it",
        _SERVER + "test_flow.py::"
        "test_a_case_goes_to_a_department_with_a_helper_and_is_closed_when_all_have_answered",
        replaced("app.flow.turns:is_loop_open", lambda *_: False),
    ),
    Safeguard(
        "hand-overs and events are told in one order",
        "a word given before a dispatch answers what was asked after it",
        _SERVER + "test_flow.py::test_what_comes_in_one_request_is_judged_in_its_order",
        replaced("sync.server.ledger:Ledger.history", _each_by_itself),
    ),
    Safeguard(
        "a unit speaks for itself",
        "whoever helps reports back for who leads",
        _SERVER + "test_flow.py::test_nobody_speaks_for_another_unit",
        replaced("sync.server.entity_rules:_require_own_unit", nothing),
    ),
    Safeguard(
        "a dispatch goes back within five working days",
        "a case wanders for months between offices that each say it is not theirs",
        _SERVER + "test_flow.py::"
        "test_a_wrong_dispatch_is_returned_within_five_working_days[8-refused]",
        replaced("app.flow.rules:last_day_to_return", lambda *_: date.max),
    ),
    Safeguard(
        "a case that went on stays what it was recorded as",
        "limits and rights of a petition vanish because somebody calls it a quarrel",
        _SERVER + "test_case_files.py::"
        "test_the_kind_is_corrected_with_what_hangs_on_it[recorded2-patch2-kind]",
        replaced("sync.server.case_checks:check_kind", nothing),
    ),
    Safeguard(
        "a helper is asked whoever leads; only a change of the lead crosses a closing",
        "people are asked to decide about a case that never left them",
        _SERVER + "test_crossings.py::test_help_asked_for_crosses_no_closing",
        replaced("sync.server.crossings:_changes_lead", lambda _row: True),
    ),
    Safeguard(
        "lost buckets are evicted",
        "a township keeps a village that is another township's",
        "tests/sync/server/test_scope_regrouping.py::"
        "test_a_village_moved_to_another_township_leaves_the_old_in_pages_and_starts_at_0_in_the_new",
        replaced("sync.server.feed_page:lost_buckets", lambda *_: {}),
    ),
    Safeguard(
        "merged units go on as another",
        "work of a laptop that was offline is refused for ever",
        "tests/sync/server/test_scope_regrouping.py::"
        "test_a_village_merged_into_another_while_its_laptop_is_offline",
        replaced("sync.server.scope:_to_the_end", lambda *_: {}),
    ),
    Safeguard(
        "a record stays until its work is judged",
        "what was typed leaves the disk before it was sent",
        "tests/sync/client/test_departing.py::test_a_record_stays_until_its_work_is_judged",
        replaced("sync.client.departing:Departures._needed", lambda _: set()),
    ),
    Safeguard(
        "who was to join a household that left stays where they lived",
        "a person whose move was refused hangs on a household that is somebody else's by now",
        f"{_CLIENT}test_departing.py::"
        "test_who_was_to_join_a_household_that_left_lives_where_they_lived",
        replaced("sync.client.departing:Departures._return_to_their_wholes", lambda *_: set()),
    ),
    Safeguard(
        "the log is cut after a departure",
        "what left is still in the write-ahead log",
        "tests/unit/db/test_purging.py::test_the_log_is_written_out_and_cut",
        replaced("db.purging:_empty_log", lambda *_: True),
    ),
    Safeguard(
        "copies are made anew after a departure",
        "what left is still in yesterday's copy",
        "tests/unit/db/test_purging.py::test_copies_made_before_are_replaced_by_one_made_now",
        replaced("db.purging:_replace_copies", nothing),
    ),
    Safeguard(
        "a set-aside file with unsent work is kept",
        "work that was never sent goes with an old file",
        "tests/unit/db/test_purging.py::"
        "test_a_file_set_aside_with_unsent_work_is_kept_for_thirty_days",
        replaced("db.purging:_has_unsent_work", lambda *_: False),
    ),
    Safeguard(
        "events keep their place",
        "a unit that gets a case later folds its events in another order",
        "tests/sync/server/test_scope_moves.py::"
        "test_who_gets_a_case_later_folds_its_events_in_the_countys_order",
        replaced("sync.server.feed_page:Line", _at_its_number),
    ),
    Safeguard(
        "what a laptop may not keep is evicted at once",
        "a department keeps its note on a case that went back",
        "tests/sync/server/test_scope_moves.py::"
        "test_what_a_department_wrote_and_may_not_keep_leaves_it",
        replaced("sync.server.exchange:read_not_kept", lambda *_: []),
    ),
    Safeguard(
        "whoever comes with lower numbers is told",
        "a laptop put back to last week gives its numbers twice",
        "tests/sync/server/test_lineage.py::test_a_laptop_restored_from_last_week_is_told_so",
        replaced("sync.server.intake:refuse_behind", nothing),
    ),
    Safeguard(
        "another content under a carried number is the laptop's own",
        "work done on a copied disk takes another's verdict",
        "tests/sync/server/test_lineage.py::"
        "test_another_content_under_a_carried_number_is_the_renewed_laptops_own",
        replaced("sync.server.lineage:_known", lambda *_, **__: {}),
    ),
    Safeguard(
        "a restored county begins a new epoch",
        "laptops skip the rows of the restored county",
        "tests/sync/server/test_backup.py::test_a_backup_comes_back_as_it_was_with_a_new_epoch",
        replaced("sync.server.backup:_begin_epoch", nothing),
    ),
    Safeguard(
        "what the backup has not seen is sent again",
        "a day's work is lost with the county's disk",
        "tests/sync/test_restore.py::test_a_county_restored_from_yesterday_loses_no_operation",
        replaced("sync.client.round:send_again", nothing),
    ),
    Safeguard(
        "a county that went back is noticed without its saying so",
        "a copy put back by hand silently lacks a day",
        "tests/sync/test_restore.py::test_a_county_put_back_without_a_new_epoch_is_noticed_too",
        replaced("sync.client.round:county_went_back", lambda *_: False),
    ),
    Safeguard(
        "a verdict word of a newer county stops nothing",
        "an old laptop never syncs again",
        "tests/sync/client/test_after_upgrade.py::"
        "test_a_verdict_word_of_a_newer_county_does_not_stop_the_round",
        replaced("sync.client.laying:_outcome", _known_words_only),
    ),
    Safeguard(
        "dead letters are tried again by a newer program",
        "a row stays missing although the program now knows it",
        "tests/sync/client/test_after_upgrade.py::"
        "test_an_enum_value_of_a_newer_county_is_kept_and_tried_again_after_an_upgrade",
        replaced("sync.client.after_upgrade:_take_letters", lambda *_: []),
    ),
    Safeguard(
        "rules that come after the cases are used on those that ended too",
        "on a laptop that is new a review asked for after closing is never due",
        "tests/unit/clocks/test_folding.py::"
        "test_rules_that_come_after_a_case_that_ended_say_what_is_due_of_it",
        replaced("app.clocks.refolding:_ended_with_duties", lambda *_: set()),
    ),
    Safeguard(
        "what an older program folded is folded in turns",
        "nobody writes for minutes after an upgrade, and a kill begins them again",
        "tests/sync/client/test_after_upgrade.py::"
        "test_what_was_folded_by_an_older_program_is_folded_in_turns_and_gone_on_with",
        replaced("sync.client.after_upgrade:_write_places", nothing),
    ),
    Safeguard(
        "a stick is believed only with its signature",
        "anyone writes a village's work on a stick",
        "tests/unit/test_sealed.py::test_another_writer_and_another_reader_are_refused",
        replaced("sync.protocol.sealed:_verify", nothing),
    ),
    Safeguard(
        "an answer by stick is laid only where it fits",
        "an old stick turns the laptop back",
        "tests/sync/test_stick.py::test_the_line_comes_back_before_the_receipt",
        replaced("sync.client.stick:_fit", _always_whole),
    ),
    Safeguard(
        "a round that a stick overtook is dropped",
        "two answers are laid down in the wrong order",
        "tests/sync/test_stick.py::test_a_round_that_was_under_way_when_the_stick_was_read",
        replaced("sync.client.round:unless_read_from_stick", lambda *_: None),
    ),
    Safeguard(
        "a stick is read with all its parts or not",
        "half a village is laid down as the whole",
        "tests/sync/test_stick.py::test_first_fetch_by_stick_in_several_files",
        replaced("sync.client.stick:_require_all_parts", nothing),
    ),
    Safeguard(
        "an older quarantined text never returns",
        "a repair brings back what was corrected since",
        "tests/sync/server/test_quarantine.py::"
        "test_an_older_text_never_comes_back_over_a_newer_one",
        replaced("sync.server.quarantine:_is_replaced", lambda *_, **__: False),
    ),
    Safeguard(
        "a later verdict reaches the laptop",
        "a repaired record stays marked as refused for ever",
        "tests/sync/server/test_quarantine.py::"
        "test_judged_again_after_the_repair_the_whole_group_is_applied",
        replaced("sync.server.exchange:later_verdicts", lambda *_: []),
    ),
    Safeguard(
        "pending words are for who may read the record",
        "refused text of a sealed case is read by everyone",
        "tests/unit/pending/test_queries.py::"
        "test_who_has_no_permission_sees_that_there_is_something_but_not_what",
        replaced("app.pending.queries:may_read_pending", lambda *_, **__: True),
    ),
    Safeguard(
        "a frame that was cut is no answer",
        "half an answer is laid down",
        "tests/sync/client/test_transport.py::test_a_truncated_frame_is_no_answer",
        replaced("sync.protocol.packing:zstandard.frame_content_size", lambda _: -1),
    ),
    Safeguard(
        "a batch is no larger than the line carries",
        "a poor line never gets anything through",
        "tests/sync/client/test_batches.py::"
        "test_after_a_cut_nothing_is_larger_than_the_line_carries",
        replaced("sync.client.batches:BatchSize._fitting", lambda *_: 10_000),
    ),
    Safeguard(
        "a tally that was not applied seals nothing",
        "two laptops count the same vote differently",
        "tests/unit/votes/test_queries.py::TestTallyOnTheWire::"
        "test_a_tally_from_before_the_opening_seals_nothing",
        replaced("app.votes.standing:fold_motion_with_refusals", _nothing_skipped),
    ),
    Safeguard(
        "an acknowledgement needs that the laptop holds the rest",
        "somebody else's edit never reaches the laptop",
        "tests/sync/server/test_wire.py::test_somebody_elses_edit_in_between_is_echoed",
        replaced("sync.server.merging:holds", lambda *_, **__: True),
    ),
    Safeguard(
        "no batch goes ahead of an unjudged one",
        "a later edit is judged before the record it is about",
        "tests/sync/client/test_round.py::"
        "test_a_batch_with_an_unjudged_operation_has_none_ahead_of_it",
        replaced("sync.client.round:_unjudged", lambda *_: set()),
    ),
    Safeguard(
        "an event answers only to whose it is",
        "a laptop guesses, value by value, what stands in another village's event",
        "tests/sync/server/test_attacks.py::test_nobody_guesses_what_stands_in_an_event_of_others",
        replaced("sync.server.judging:Judge._is_of_this_laptop", lambda *_: True),
    ),
    Safeguard(
        "an old acknowledgement does not turn a record back",
        "what a stick says late is laid over what the line brought since",
        "tests/sync/client/test_acks.py::"
        "test_an_old_acknowledgement_does_not_set_a_newer_record_back",
        replaced("sync.client.acks:_overtaken", lambda *_: set()),
    ),
    Safeguard(
        "a micro-grid is handed only to somebody of its village",
        "a worker of another village answers for households he may not see",
        _SERVER + "test_grids.py::test_a_micro_grid_goes_to_nobody_of_another_village",
        replaced("sync.server.judging:references_of", lambda *_: ()),
    ),
    Safeguard(
        "a drawing of micro-grids is written only on the village it was made on",
        "what came from another laptop meanwhile is moved without anybody having seen it",
        "tests/unit/households/test_grids_actions.py::"
        "test_a_drawing_of_yesterdays_village_is_not_written[came]",
        replaced("app.households.grids_queries:VillageGrids.is_as", lambda *_: True),
    ),
    Safeguard(
        "no term of the team ends before it begins",
        "somebody is never in office, and the village is told that it lacks nobody",
        _SERVER + "test_grids.py::test_no_term_ends_before_it_begins",
        replaced("sync.server.entity_rules:is_backwards", lambda *_: False),
    ),
    Safeguard(
        "no visit, service or hazard has days that cannot be",
        "somebody who was never seen counts as visited, and stands in no plan",
        _SERVER + "test_grid_work.py::test_what_cannot_be",
        replaced("sync.server.grid_work_checks:_refuse", nothing),
    ),
    Safeguard(
        "the grid's work names only its own village",
        "a hazard lies in a household its village does not hold, and nobody goes there",
        _SERVER + "test_grid_work.py::test_nothing_of_another_village_is_named",
        replaced("sync.server.grid_work_checks:_refuse_other_villages", nothing),
    ),
    Safeguard(
        "what a photograph hangs on stays",
        "the removal comes back from the county as a conflict for somebody else to settle",
        "tests/unit/grid_work/test_actions.py::test_a_hazard_with_a_photograph_stays",
        replaced("app.grid_work.hazards:refuse_with_attachments", nothing),
    ),
    Safeguard(
        "times of duty are times, also at the county",
        "one bad shift keeps a whole village from seeing its week",
        _SERVER + "test_duty.py::test_a_sound_shift_and_an_edit_that_is_not",
        replaced("sync.server.entity_rules:shift_problem", nothing),
    ),
    Safeguard(
        "what is another's, or known to the police, is not withdrawn on an auxiliary's signature",
        "an incident the police were told of leaves every list and figure",
        _SERVER
        + "test_incidents.py::"
        + "test_an_auxiliary_policeman_withdraws_his_own_before_the_police_know",
        replaced("sync.server.authors:permission_for", lambda *_, **__: Permission.RECORD_INCIDENT),
    ),
    Safeguard(
        "undo leaves an incident that somebody went on with",
        "one press withdraws what a colleague has reported to the police since",
        "tests/unit/incidents/test_actions.py::test_what_went_on_since_is_left",
        replaced("app.incidents.opposites:_answer", lambda *_: IncidentEventKind.WITHDRAWN),
    ),
    Safeguard(
        "what was before a village's first incident is unknown, not quiet",
        "a village is marked for having begun to write down what happens in it",
        "tests/unit/statistics/test_incidents.py::test_an_own_past_begins_with_the_first_incident",
        replaced("app.statistics.incidents:IncidentReport._past_from", lambda *_: 0),
    ),
    Safeguard(
        "identity numbers are masked in every list of what was written",
        "whoever may not see them reads them in a conflict",
        "tests/unit/ui/test_wording_fields.py::"
        "test_an_identity_number_is_masked_for_whoever_may_not_see_it[resident]",
        replaced("ui.wording_fields:mask_identity_number", str),
    ),
    Safeguard(
        "who died or moved away is not made again by last year's roster",
        "the dead stand in the register twice, once of them living",
        "tests/unit/exchange/test_roster_past.py::"
        "test_who_left_is_said_and_stays_as_they_are[True-deceased]",
        replaced("app.households.vocabulary:ResidentStatus.is_member", True),
    ),
    Safeguard(
        "nobody leaves a household without a head",
        "a household is left with a dead head, and nobody to call",
        "tests/unit/households/test_life.py::test_nobody_leaves_a_household_without_a_head",
        replaced("app.households.life:head_of", nothing),
    ),
    Safeguard(
        "a split or merge names the household on its other side",
        "a household's history breaks off, and where its people went is not known",
        _SERVER + "test_roster_life.py::test_the_county_judges_the_day_and_the_other_side"
        "[fields4-wrong4]",
        replaced("sync.server.entity_rules:TWO_SIDED", frozenset()),
    ),
    Safeguard(
        "what is history is nobody's double",
        "people are asked about the dead and about households that have ended",
        _SERVER + "test_roster_life.py::test_a_dissolved_household_is_nobodys_double",
        replaced("sync.server.doubles:_is_present", lambda _row: True),
    ),
    Safeguard(
        "no number is shown without its look",
        "somebody reads a village's identity numbers and nobody ever knows",
        "tests/unit/looks/test_looks.py::"
        "test_a_number_comes_with_its_record_and_the_record_goes_up",
        replaced("app.looks.actions:add_look", nothing),
    ),
    Safeguard(
        "a clock that was set back hides no look",
        "whoever sets the clock back by a day looks at everything again unseen",
        "tests/unit/looks/test_looks.py::test_a_clock_set_back_hides_no_look",
        replaced("app.looks.actions:is_same_look", lambda *_: True),
    ),
    Safeguard(
        "a look is signed by who looked",
        "a colleague is said to have looked, and the one who did is not",
        _SERVER + "test_looks.py::test_a_look_is_taken_from_who_looked_alone",
        replaced("sync.server.judging:Judge._check_signature", nothing),
    ),
    Safeguard(
        "a number is masked again when the screen is left",
        "it stands there while the laptop is locked and handed on",
        "tests/gui/looks/test_reveal.py::"
        "test_it_is_masked_by_hand_by_leaving_and_by_another_person",
        replaced("ui.looks.reveal:RevealLine.hideEvent", nothing),
    ),
    Safeguard(
        "a court sends before filing only what both sides agreed to",
        "a person is kept from the court by a mediation he never wanted",
        "tests/unit/court/test_court_way.py::test_the_court_sends_only_what_both_sides_agreed_to",
        replaced("app.court.rules:consenting", lambda _past: _Everybody()),
    ),
    Safeguard(
        "those whose consent counts are of both sides",
        "one side's word sends the other to mediation",
        _SERVER + "test_court.py::test_the_court_sends_with_both_sides_consent",
        replaced("sync.server.court_checks:_require_both_sides", nothing),
    ),
    Safeguard(
        "what is brought to the court is an agreement in effect",
        "the court is asked to confirm what nobody has signed",
        _SERVER + "test_court.py::test_an_agreement_is_brought_to_the_court_in_time_by_both",
        replaced("sync.server.court_checks:_require_agreement", nothing),
    ),
    Safeguard(
        "only who gives legal aid decides on it",
        "a village grants its own people a lawyer nobody has agreed to pay",
        _SERVER + "test_court.py::test_the_village_applies_and_does_not_decide",
        replaced("sync.server.authors:is_decided", lambda _body: False),
    ),
    Safeguard(
        "an answer that comes late shows no number of somebody else",
        "the number of one person stands beside the name of another",
        "tests/gui/looks/test_reveal.py::test_an_answer_that_comes_late_shows_nothing",
        replaced("ui.looks.reveal:RevealLine._is_still_asked", lambda *_: True),
    ),
    Safeguard(
        "today stays one page",
        "the second sheet is left on the printer, and what stood on it is not done",
        "tests/gui/today/test_desk.py::"
        "test_however_much_there_is_it_stays_one_page_and_the_rest_is_counted",
        replaced("ui.today.paper:_fits", lambda *_: True),
    ),
    Safeguard(
        "a roster goes out masked unless somebody asks",
        "a list for the noticeboard carries every identity number of the village",
        "tests/unit/exchange/test_roster_out.py::"
        "test_numbers_are_masked_unless_asked_for_and_a_masked_sheet_is_not_read_back",
        replaced("app.exchange.roster_out:_mask", nothing),
    ),
    Safeguard(
        "whole numbers that go out are written down first",
        "nobody can say who took a village's numbers out of the program",
        "tests/unit/exchange/test_roster_out.py::"
        "test_whole_numbers_are_a_look_that_is_written_down",
        replaced("app.exchange.roster_out:_write_down", nothing),
    ),
    Safeguard(
        "a sheet whose people stand on other sheets is not read again",
        "every villager is refused once as a double, and the micro-grids are lost",
        "tests/unit/exchange/test_second_form.py::"
        "test_a_sheet_of_the_whole_village_beside_its_micro_grids_is_a_copy",
        replaced("app.exchange.roster_sheets:_why_no_roster", nothing),
    ),
    Safeguard(
        "a table that is imported twice is written once",
        "the month's visits count double in the report",
        "tests/unit/exchange/test_tables.py::test_the_same_visit_twice_is_written_once",
        replaced("app.exchange.table_plan:_stored_keys", lambda *_: iter(())),
    ),
    Safeguard(
        "the county judges the file of a case",
        "a case concerns nobody, or happened in a county that there is not",
        _SERVER + "test_case_files.py::test_a_file_is_judged[fields1-head_count]",
        replaced("sync.server.entity_rules:case_checks.check_file_fields", nothing),
    ),
    Safeguard(
        "the county judges the parties of a case",
        "the county's report to the province counts people of no known group",
        _SERVER + "test_case_files.py::test_a_party_is_judged[fields1-ethnicity]",
        replaced("sync.server.entity_rules:case_checks.check_party_fields", nothing),
    ),
    Safeguard(
        "a link joins two cases, and none with itself",
        "a case shows itself as what it flared up from",
        _SERVER + "test_case_files.py::test_a_link_is_judged[fields3-refused]",
        replaced("sync.server.entity_rules:case_checks.check_link", nothing),
    ),
    Safeguard(
        "what was signed stays as it was signed",
        "the other laptop changes the words under somebody's signature",
        "tests/sync/server/test_mediation.py::test_what_was_signed_is_not_changed",
        replaced("sync.server.mediation_checks:_is_frozen", lambda *_: False),
    ),
    Safeguard(
        "a promise that was signed cannot be taken away",
        "an instalment vanishes from an agreement everybody has signed",
        "tests/sync/server/test_mediation.py::test_no_promise_is_added_to_what_was_signed",
        replaced("sync.server.mediation_checks:is_leaned_on", lambda *_: False),
    ),
    Safeguard(
        "no mediation against a clear refusal",
        "people are mediated who said no (人民调解法 2010-08-28, Art. 17)",
        "tests/unit/mediation/test_rules.py::"
        "test_the_session_at_which_a_party_refuses_counts_and_the_next_does_not",
        replaced("app.mediation.rules:standing_refusals", lambda *_: frozenset()),
    ),
    Safeguard(
        "a party does not mediate",
        "somebody is judge in his own quarrel",
        "tests/unit/mediation/test_mediators.py::"
        "test_a_party_does_not_mediate_and_kin_asks_for_a_word",
        replaced("app.mediation.mediators:_kin", nothing),
    ),
    Safeguard(
        "the county asks where an accusation may lie",
        "a record about an official lies open on the laptops of those it accuses",
        f"{_SERVER}test_petitions.py::test_what_is_confidential_stays_so",
        replaced("sync.server.petition_checks:check_secrecy", nothing),
    ),
    Safeguard(
        "an accusation is handed neither to a village nor to the accused",
        "the accused office gets the file to answer it",
        f"{_SERVER}test_petitions.py::"
        "test_it_is_handed_neither_to_a_village_nor_to_the_accused[accused]",
        replaced("app.handovers.rules:confidential_problem", nothing),
    ),
    Safeguard(
        "a confidential case opens after its look is written",
        "nobody can say who read an accusation",
        "tests/unit/petitions/test_confidential.py::"
        "test_it_opens_only_after_the_look_is_written_and_for_ten_minutes",
        replaced("app.cases.queries:has_looked", lambda *_: True),
    ),
    Safeguard(
        "what waits to be sent is no way around secrecy",
        "whoever shares the township's laptop reads the accuser's name among unsent records",
        "tests/unit/petitions/test_confidential.py::test_nobody_else_sees_anything_of_it[mediator]",
        replaced("app.pending.queries:hidden_records", lambda *_: frozenset()),
    ),
    Safeguard(
        "a case not to be seen is answered like one that does not exist",
        "who tries the number of an accusation learns that it is there",
        "tests/unit/accounts/test_every_action.py::"
        "test_a_case_not_to_be_seen_is_answered_like_one_that_does_not_exist[write_agreement]",
        replaced("app.cases.opening:is_hidden", lambda *_: False),
    ),
    Safeguard(
        "of accusations a leader reads those he leads",
        "any leader of the unit reads what is told about a colleague",
        "tests/unit/petitions/test_confidential.py::"
        "test_a_leader_reads_the_one_he_was_put_in_charge_of",
        replaced("app.cases.secrecy:_LED", "SELECT id AS case_id FROM case_file"),
    ),
    Safeguard(
        "an export holds what its maker may see",
        "a filter of a saved list brings another village's quarrels into a file",
        "tests/unit/exchange/test_cases_out.py::"
        "test_the_file_holds_what_its_maker_may_see[grid_worker]",
        replaced("app.exchange.cases_out:units_in_sight", lambda _actor, wanted: wanted),
    ),
    Safeguard(
        "an agreement has no ten thousand promises",
        "one changed program fills every laptop that has the case",
        f"{_SERVER}test_hostile_values.py::test_an_agreement_has_no_ten_thousand_promises",
        replaced("sync.server.mediation_checks:_require_room", nothing),
    ),
    Safeguard(
        "nothing leaves on paper or as a file before its look is written down",
        "on a full disk a case is printed and nobody ever knows",
        "tests/gui/widgets/test_paper.py::test_nothing_leaves_before_what_must_come_first_is_done",
        replaced("ui.widgets.paper:PaperDesk._leave", lambda _desk, work: work()),
    ),
    Safeguard(
        "a list of incidents that goes out is written down first",
        "stories and names of a village leave and nobody can say with whom",
        "tests/unit/exchange/test_tables.py::"
        "test_what_an_incident_says_comes_back_and_nothing_is_made_up",
        replaced("app.exchange.table_out:_write_down", nothing),
    ),
    Safeguard(
        "cases in a table made anew are entered in the search again",
        "after a later upgrade the list finds another case than the one that was looked for",
        "tests/unit/db/test_upgrade.py::test_cases_in_a_table_made_anew_are_found_again",
        replaced("db.upgrade:_enter_cases_anew", nothing),
    ),
    Safeguard(
        "an original is read by who may see what it hangs on",
        "a recording of an accusation is saved by whoever knows its name",
        "tests/unit/accounts/test_every_action.py::"
        "test_what_hangs_on_a_case_not_to_be_seen_is_not_read_past_it",
        replaced("app.attachments.reach:may_see_subject", lambda *_, **__: True),
    ),
    Safeguard(
        "nobody takes back another's step",
        "whoever sits down next undoes what a colleague answers for",
        "tests/unit/test_undo_of_the_desk.py::"
        "test_each_step_is_taken_back_or_says_why_not[write_agreement]",
        replaced("app.undo:_is_anothers", lambda *_: False),
    ),
    Safeguard(
        "only who publishes sends a text to the whole county",
        "one changed program in a village speaks to every village",
        f"{_SERVER}test_typical.py::"
        "test_only_who_publishes_sends_a_text_to_the_county_or_takes_it_back",
        replaced("sync.server.authors:permission_for_text", _may_write_texts),
    ),
    Safeguard(
        "nobody writes to an accusation who may not see it",
        "a colleague at the township adds to a file that is kept from him",
        f"{_SERVER}test_petitions.py::test_only_who_may_see_it_writes_to_it[mediator]",
        replaced("sync.server.judging:check_may_see", nothing),
    ),
    Safeguard(
        "one matter has one leader",
        "two laptops each name a leader, and neither feels in charge",
        f"{_SERVER}test_petitions.py::test_one_matter_has_one_leader",
        replaced("sync.server.petition_checks:has_active", lambda _others: False),
    ),
    Safeguard(
        "no day outside of time",
        "one laptop sends a day of the year 9999, and no laptop that counts a limit from it can "
        "lay down a page any more",
        f"{_SERVER}test_case_desk_attacks.py::test_what_an_event_carries[no_day_of_this_world]",
        replaced("app.cases.detail_rules:LAST_YEAR", 9999),
    ),
    Safeguard(
        "no half of a character",
        "what JSON can spell and no file or screen can hold breaks who shows it",
        f"{_SERVER}test_case_desk_attacks.py::test_what_an_event_carries[half_a_character]",
        replaced("app.cases.detail_rules:_is_storable", lambda _text: True),
    ),
    Safeguard(
        "counting ends with time",
        "a promise due in the year 9999 stops the laptops that hold its case",
        "tests/unit/clocks/test_counting.py::"
        "test_a_period_ends_with_time_itself_and_nothing_raises[start2-calendar]",
        replaced("app.clocks.counting:days_after", lambda start, n: start + timedelta(days=n)),
    ),
    Safeguard(
        "a merged unit's word is its new unit's",
        "a case it had reported back on stands open again on every laptop and is never closed",
        f"{_SERVER}test_scope_regrouping.py::"
        "test_what_a_merged_village_said_of_a_case_it_led_is_its_new_units_word[offline]",
        replaced("sync.server.moving:naming_merged", lambda *_: {}),
    ),
    Safeguard(
        "what the county did not take ends no duty",
        "a laptop whose clock says 2099 gives an agreement up, is refused, and forgets the promise "
        "everybody else still waits for",
        "tests/unit/clocks/test_folding.py::test_what_the_county_did_not_take_ends_no_duty",
        replaced("app.clocks.facts:standing_values", lambda *_: {}),
    ),
    Safeguard(
        "what an older program could not use is used after its upgrade",
        "steps a newer county had sent stay dead letters, and every case recorded before stands at "
        "its first stage",
        "tests/released/test_released.py::"
        "test_a_released_file_is_upgraded_and_nothing_in_it_is_lost[3]",
        replaced("sync.client.round:use_what_was_left", lambda *_: set()),
    ),
    Safeguard(
        "an event may come before its case",
        "a first sync stops for ever at the page with the events of a case that was corrected "
        "later",
        "tests/unit/test_refolding.py::"
        "test_in_whatever_order_pages_come_the_case_is_folded_alike[(2, 1, 0)]",
        replaced("app.refolding:_refold_at_once", _as_if_each_case_were_here),
    ),
)
