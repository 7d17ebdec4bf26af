"""Every safeguard of the sync: what it keeps from happening, how it is switched off, and the test
that must then fail. ``tests/sync/test_safeguards.py`` does that; a safeguard that nothing misses
is either not tested or not needed.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

import pytest


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


_SERVER = "tests/sync/server/"
_CLIENT = "tests/sync/client/"


def _clear_all_marks(layer: Any, entity: str, operations: Any) -> None:
    layer._write_all(
        f"UPDATE {entity} SET sync_dirty = NULL WHERE id = ?", [(key,) for key in operations]
    )


def _keep_refused(ledger: Any) -> None:
    ledger.keep()


SAFEGUARDS: Final = (
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
        "test_a_write_past_the_outbox_is_refused_by_the_file[UPDATE household SET note = 'x']",
        nothing,
    ),
)
