"""Which permission writes a record of each kind, and which shows it: one table.

The county judges by it, and the laptop asks it about work that waits or was refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.accounts.vocabulary import Permission

_P = Permission

WRITERS: Final[Mapping[str, frozenset[Permission]]] = {
    "account": frozenset({_P.MANAGE_ACCOUNTS}),
    "credential": frozenset({_P.MANAGE_ACCOUNTS}),
    "micro_grid": frozenset({_P.EDIT_ROSTER, _P.IMPORT_ROSTER}),
    "household": frozenset({_P.EDIT_ROSTER, _P.IMPORT_ROSTER}),
    "resident": frozenset({_P.EDIT_ROSTER, _P.IMPORT_ROSTER}),
    "case_file": frozenset({_P.RECORD_CASE}),
    "case_party": frozenset({_P.RECORD_CASE}),
    "motion": frozenset({_P.PROPOSE_MOTION}),
    "electorate_entry": frozenset({_P.OPEN_MOTION}),
    "ballot": frozenset({_P.TAKE_BALLOT}),
    "ballot_withdrawal": frozenset({_P.TAKE_BALLOT, _P.JUDGE_DUPLICATE_BALLOTS}),
    "record_alias": frozenset({_P.EDIT_ROSTER}),
    "roster_event": frozenset({_P.EDIT_ROSTER, _P.IMPORT_ROSTER}),
    "grid_assignment": frozenset({_P.REDRAW_GRIDS}),
    "team_member": frozenset({_P.MANAGE_TEAM}),
    "visit": frozenset({_P.RECORD_GRID_WORK}),
    "micro_service": frozenset({_P.RECORD_GRID_WORK}),
    "hazard": frozenset({_P.RECORD_GRID_WORK}),
    "hazard_measure": frozenset({_P.RECORD_GRID_WORK}),
    "duty_shift": frozenset({_P.RECORD_GRID_WORK}),
    "patrol": frozenset({_P.RECORD_GRID_WORK}),
    "incident": frozenset({_P.RECORD_INCIDENT}),
    "incident_person": frozenset({_P.RECORD_INCIDENT}),
    "record_link": frozenset({_P.RECORD_INCIDENT, _P.RECORD_CASE}),
    "case_mediator": frozenset({_P.MEDIATE}),
    "agreement": frozenset({_P.MEDIATE}),
    "agreement_item": frozenset({_P.MEDIATE}),
    "agreement_signature": frozenset({_P.MEDIATE}),
    "sponsorship": frozenset({_P.NAME_SPONSOR}),
    "legal_aid": frozenset({_P.GIVE_LEGAL_AID, _P.ADD_CASE_EVENT}),
    "outreach_round": frozenset({_P.RECORD_OUTREACH}),
    "outreach_finding": frozenset({_P.RECORD_OUTREACH}),
    "typical_case": frozenset({_P.WRITE_TYPICAL_CASE, _P.PUBLISH_TYPICAL_CASE}),
    "setting_change": frozenset({_P.MANAGE_SETTINGS}),
    # Whoever may see something in full may also say that he did.
    "look": frozenset({_P.SEE_ROSTER, _P.SEE_CASES}),
}
"""Any one of these suffices. What may be said by an event depends on its kind, what may be done
to a typical case on its state; see ``sync.server.authors``."""

READERS: Final[Mapping[str, Permission]] = {
    "micro_grid": _P.SEE_ROSTER,
    "household": _P.SEE_ROSTER,
    "resident": _P.SEE_ROSTER,
    "roster_event": _P.SEE_ROSTER,
    "grid_assignment": _P.SEE_ROSTER,
    "team_member": _P.SEE_GRID_WORK,
    "visit": _P.SEE_GRID_WORK,
    "micro_service": _P.SEE_GRID_WORK,
    "hazard": _P.SEE_GRID_WORK,
    "hazard_measure": _P.SEE_GRID_WORK,
    "duty_shift": _P.SEE_GRID_WORK,
    "patrol": _P.SEE_GRID_WORK,
    "incident": _P.SEE_INCIDENTS,
    "incident_person": _P.SEE_INCIDENTS,
    "incident_event": _P.SEE_INCIDENTS,
    "record_link": _P.SEE_CASES,
    "look": _P.SEE_LOOKS,
    "case_file": _P.SEE_CASES,
    "case_party": _P.SEE_CASES,
    "case_event": _P.SEE_CASES,
    "case_mediator": _P.SEE_CASES,
    "agreement": _P.SEE_CASES,
    "agreement_item": _P.SEE_CASES,
    "agreement_signature": _P.SEE_CASES,
    "sponsorship": _P.SEE_CASES,
    "legal_aid": _P.SEE_CASES,
    "outreach_round": _P.SEE_CASES,
    "outreach_finding": _P.SEE_CASES,
    "typical_case": _P.SEE_CASES,
    "setting_change": _P.MANAGE_SETTINGS,
    "attachment": _P.SEE_CASES,
    "attachment_withdrawal": _P.SEE_CASES,
    "motion": _P.SEE_MOTIONS,
    "motion_event": _P.SEE_MOTIONS,
    "electorate_entry": _P.SEE_MOTIONS,
    "ballot": _P.SEE_MOTIONS,
    "ballot_withdrawal": _P.SEE_MOTIONS,
    "handover": _P.SEE_CASES,
    "conflict_settlement": _P.SEE_CASES,
    "record_alias": _P.SEE_ROSTER,
    "account": _P.MANAGE_ACCOUNTS,
    "credential": _P.MANAGE_ACCOUNTS,
}
"""Whose words may be shown to whom."""
