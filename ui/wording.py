"""Every error of the world as a sentence: what happened, what was kept, what to do next.

Each area keeps its own sentences in ``wording_<area>.py``; this is the one place that knows them
all, for the windows and for the command line alike. No Qt here.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from app.errors import ErrorCode, UserFacingError

Sentence = Callable[..., str]

_AREAS: Final = (
    ("ui.wording_accounts", "ACCOUNT_ERROR_SENTENCES"),
    ("ui.wording_attachments", "ATTACHMENT_ERROR_SENTENCES"),
    ("ui.wording_board", "FILTER_ERROR_SENTENCES"),
    ("ui.wording_cases", "CASE_ERROR_SENTENCES"),
    ("ui.wording_exchange", "EXCHANGE_ERROR_SENTENCES"),
    ("ui.wording_duty", "DUTY_ERROR_SENTENCES"),
    ("ui.wording_grid_work", "GRID_WORK_ERROR_SENTENCES"),
    ("ui.wording_incidents", "INCIDENT_ERROR_SENTENCES"),
    ("ui.wording_flow", "FLOW_ERROR_SENTENCES"),
    ("ui.wording_handovers", "HANDOVER_ERROR_SENTENCES"),
    ("ui.wording_conflicts", "CONFLICT_ERROR_SENTENCES"),
    ("ui.wording_grids", "GRID_ERROR_SENTENCES"),
    ("ui.wording_households", "HOUSEHOLD_ERROR_SENTENCES"),
    ("ui.wording_looks", "LOOK_ERROR_SENTENCES"),
    ("ui.wording_mediation", "MEDIATION_ERROR_SENTENCES"),
    ("ui.wording_legal_aid", "LEGAL_AID_ERROR_SENTENCES"),
    ("ui.wording_outreach", "OUTREACH_ERROR_SENTENCES"),
    ("ui.wording_paper", "PAPER_ERROR_SENTENCES"),
    ("ui.wording_petitions", "PETITION_ERROR_SENTENCES"),
    ("ui.wording_life", "LIFE_ERROR_SENTENCES"),
    ("ui.wording_roster", "ROSTER_ERROR_SENTENCES"),
    ("ui.wording_settings", "SETTING_ERROR_SENTENCES"),
    ("ui.wording_sticks", "STICK_ERROR_SENTENCES"),
    ("ui.wording_store", "KEY_STORE_SENTENCES"),
    ("ui.wording_sync", "SYNC_ERROR_SENTENCES"),
    ("ui.wording_tables", "TABLE_ERROR_SENTENCES"),
    ("ui.wording_votes", "VOTE_ERROR_SENTENCES"),
)


def error_sentence(error: UserFacingError) -> str:
    """The sentence for an error of the world."""
    return sentences()[error.code](**error.params)


@cache
def sentences() -> Mapping[ErrorCode, Sentence]:
    """All sentences by code; a code with two homes is a mistake."""
    found: dict[ErrorCode, Sentence] = {}
    for module_name, table_name in _AREAS:
        table: Mapping[ErrorCode, Sentence] = getattr(
            importlib.import_module(module_name), table_name
        )
        twice = found.keys() & table.keys()
        if twice:
            raise ValueError(f"{module_name}: {sorted(twice)} already has a sentence")
        found.update(table)
    return found
