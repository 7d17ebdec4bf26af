"""Who signs in, and the words for what they may do.

Several people share one laptop: a role belongs to an account, never to a machine.
"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """The posts named in the county's system; one account holds one."""

    GRID_WORKER = "grid_worker"
    AUXILIARY_POLICE = "auxiliary_police"
    MEDIATOR = "mediator"
    VILLAGE_SECRETARY = "village_secretary"
    TOWNSHIP_CENTRE = "township_centre"
    COUNTY_CENTRE = "county_centre"
    DEPARTMENT_HANDLER = "department_handler"
    COURT_LIAISON = "court_liaison"
    LEGAL_AID_LAWYER = "legal_aid_lawyer"
    SPONSOR_LEADER = "sponsor_leader"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """One thing a person may see or do; what it reaches is decided by `may_act_on`."""

    # roster
    SEE_ROSTER = "see_roster"
    EDIT_ROSTER = "edit_roster"
    IMPORT_ROSTER = "import_roster"
    SEE_IDENTITY_NUMBERS = "see_identity_numbers"
    SEE_LOOKS = "see_looks"
    REDRAW_GRIDS = "redraw_grids"
    # the grid desk
    SEE_GRID_WORK = "see_grid_work"
    RECORD_GRID_WORK = "record_grid_work"
    MANAGE_TEAM = "manage_team"
    SEE_INCIDENTS = "see_incidents"
    RECORD_INCIDENT = "record_incident"
    CLOSE_INCIDENT = "close_incident"
    # cases
    SEE_CASES = "see_cases"
    RECORD_CASE = "record_case"
    ADD_CASE_EVENT = "add_case_event"
    CLOSE_CASE = "close_case"
    SEE_CONFIDENTIAL = "see_confidential"
    ACCEPT_CASE = "accept_case"
    ANSWER_CASE = "answer_case"
    EXTEND_LIMIT = "extend_limit"
    NAME_SPONSOR = "name_sponsor"
    MEDIATE = "mediate"
    DO_COURT_WORK = "do_court_work"
    GIVE_LEGAL_AID = "give_legal_aid"
    WRITE_TYPICAL_CASE = "write_typical_case"
    PUBLISH_TYPICAL_CASE = "publish_typical_case"
    RECORD_OUTREACH = "record_outreach"
    # village self-rule
    SEE_MOTIONS = "see_motions"
    PROPOSE_MOTION = "propose_motion"
    OPEN_MOTION = "open_motion"
    TAKE_BALLOT = "take_ballot"
    JUDGE_DUPLICATE_BALLOTS = "judge_duplicate_ballots"
    TALLY_MOTION = "tally_motion"
    # what changes hands
    MOVE_RECORDS = "move_records"
    HAND_OVER_CASE = "hand_over_case"
    # the county as a whole
    SEE_STATISTICS = "see_statistics"
    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_SETTINGS = "manage_settings"


class PinWeakness(StrEnum):
    """Why a PIN is refused."""

    NOT_SIX_DIGITS = "not_six_digits"
    REPEATED = "repeated"
    RUN = "run"
    BIRTHDAY = "birthday"
    COMMON = "common"
