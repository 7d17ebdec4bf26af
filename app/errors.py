"""The two kinds of errors: the world's, shown as a sentence, and ours, which are bugs.

A `UserFacingError` carries a stable code and parameters, never prose: `ui/wording.py` turns it
into a sentence that says what happened, what was kept and what to do. Anything else that is
raised is a bug and reaches the crash dialog and the log.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class ErrorCode(StrEnum):
    """Every sentence-worthy failure, by area."""

    # accounts
    ACCOUNT_EXPIRED = "account_expired"
    ACCOUNT_LOCKED_FOR_NOW = "account_locked_for_now"
    NOT_ALLOWED = "not_allowed"
    PIN_WRONG = "pin_wrong"
    PIN_TOO_WEAK = "pin_too_weak"

    # attachments
    ATTACHMENT_DAMAGED = "attachment_damaged"
    ATTACHMENT_FILE_NOT_READ = "attachment_file_not_read"
    ATTACHMENT_GONE = "attachment_gone"
    ATTACHMENT_NOT_HERE = "attachment_not_here"
    ATTACHMENT_NOT_POSSIBLE = "attachment_not_possible"
    ATTACHMENT_NOT_SAVED = "attachment_not_saved"
    ATTACHMENT_SUBJECT_GONE = "attachment_subject_gone"

    # cases
    CASE_DRAFT_WRONG = "case_draft_wrong"
    CASE_EVENT_NOT_POSSIBLE = "case_event_not_possible"
    CASE_NOTE_MISSING = "case_note_missing"
    CASE_NOTE_TOO_LONG = "case_note_too_long"
    CASE_NOT_FOUND = "case_not_found"
    CASE_LOOK_FIRST = "case_look_first"
    CASE_CONFIDENTIAL = "case_confidential"
    SPONSOR_WRONG = "sponsor_wrong"
    SPONSOR_GONE = "sponsor_gone"
    FIRST_CONTACT_WRONG = "first_contact_wrong"
    CASE_RISK_UNANSWERED = "case_risk_unanswered"
    CASES_LINKED_ALREADY = "cases_linked_already"
    SOUND_NO_MICROPHONE = "sound_no_microphone"
    SOUND_NO_LOUDSPEAKER = "sound_no_loudspeaker"
    SOUND_NOT_POSSIBLE = "sound_not_possible"
    SOUND_NOT_PLAYABLE = "sound_not_playable"
    LEGAL_AID_WRONG = "legal_aid_wrong"
    LEGAL_AID_GONE = "legal_aid_gone"
    OUTREACH_WRONG = "outreach_wrong"
    OUTREACH_GONE = "outreach_gone"
    OUTREACH_HAS_RESULTS = "outreach_has_results"
    TYPICAL_GONE = "typical_gone"
    TYPICAL_NOT_POSSIBLE = "typical_not_possible"
    CASE_DETAIL_WRONG = "case_detail_wrong"
    CASE_EVENT_BLOCKED = "case_event_blocked"
    CASE_RISK_UNREPORTED = "case_risk_unreported"
    CASE_UNIT_UNKNOWN = "case_unit_unknown"

    # conflicts
    CONFLICT_RECORD_GONE = "conflict_record_gone"
    CONFLICT_SETTLED_BEFORE = "conflict_settled_before"
    CONFLICT_VALUE_MISSING = "conflict_value_missing"
    CONFLICT_VALUE_TOO_LONG = "conflict_value_too_long"

    # duty
    DUTY_FIELD_WRONG = "duty_field_wrong"
    DUTY_GONE = "duty_gone"
    DUTY_NOTHING_TO_COPY = "duty_nothing_to_copy"
    PATROL_HAS_FINDINGS = "patrol_has_findings"

    # saved filters
    FILTER_NOT_SAVED = "filter_not_saved"

    # exchange
    SHEET_NOT_WRITTEN = "sheet_not_written"
    TABLE_IMPORT_CANCELLED = "table_import_cancelled"
    TABLE_NO_HEADER = "table_no_header"
    TABLE_PLAN_OUTDATED = "table_plan_outdated"
    WORKBOOK_DAMAGED = "workbook_damaged"
    WORKBOOK_EMPTY = "workbook_empty"
    WORKBOOK_LOCKED = "workbook_locked"
    WORKBOOK_NOT_EXCEL = "workbook_not_excel"
    WORKBOOK_NOT_FOUND = "workbook_not_found"
    WORKBOOK_NOT_READABLE = "workbook_not_readable"
    WORKBOOK_NO_HEADER = "workbook_no_header"
    WORKBOOK_NO_NAME_COLUMN = "workbook_no_name_column"
    WORKBOOK_NO_SHEET_CHOSEN = "workbook_no_sheet_chosen"
    WORKBOOK_OLD_FORMAT = "workbook_old_format"
    WORKBOOK_SHEET_NOT_FOUND = "workbook_sheet_not_found"
    WORKBOOK_TOO_LARGE = "workbook_too_large"
    WORKBOOK_TOO_MANY_ROWS = "workbook_too_many_rows"

    # the grid's work
    GRID_WORK_DONE_BEFORE = "grid_work_done_before"
    GRID_WORK_GONE = "grid_work_gone"
    GRID_WORK_HAS_ATTACHMENTS = "grid_work_has_attachments"
    GRID_WORK_OPEN_AGAIN = "grid_work_open_again"
    GRID_WORK_WRONG = "grid_work_wrong"

    # hand-overs
    HANDOVER_NOTE_TOO_LONG = "handover_note_too_long"
    HANDOVER_NOT_POSSIBLE = "handover_not_possible"
    FLOW_URGED_TODAY = "flow_urged_today"
    HANDOVER_PENDING = "handover_pending"
    HANDOVER_SUBJECT_GONE = "handover_subject_gone"

    # households
    GRID_HANDOVER_DATE_WRONG = "grid_handover_date_wrong"
    GRID_WORKER_NOT_HERE = "grid_worker_not_here"
    GRID_WORKER_SAME = "grid_worker_same"
    HOUSEHOLD_HAS_HISTORY = "household_has_history"
    HOUSEHOLD_NOT_EMPTY = "household_not_empty"
    HOUSEHOLD_NUMBER_MISSING = "household_number_missing"
    HOUSEHOLD_NUMBER_TAKEN = "household_number_taken"
    LIFE_DAY_WRONG = "life_day_wrong"
    LIFE_STEP_NOT_POSSIBLE = "life_step_not_possible"
    IDENTITY_NUMBER_TAKEN = "identity_number_taken"
    IDENTITY_NUMBER_WRONG = "identity_number_wrong"
    MICRO_GRID_NUMBER_TAKEN = "micro_grid_number_taken"
    PERSON_NAME_MISSING = "person_name_missing"
    REDRAW_NOTHING_CHANGED = "redraw_nothing_changed"
    REDRAW_OUTDATED = "redraw_outdated"
    ROSTER_CHANGED_MEANWHILE = "roster_changed_meanwhile"
    ROSTER_IMPORT_CANCELLED = "roster_import_cancelled"
    ROSTER_PLAN_OUTDATED = "roster_plan_outdated"
    ROSTER_TEXT_TOO_LONG = "roster_text_too_long"
    TEAM_TERM_BACKWARDS = "team_term_backwards"
    TEAM_TERM_TWICE = "team_term_twice"

    # incidents
    INCIDENT_DRAFT_WRONG = "incident_draft_wrong"
    INCIDENT_EVENT_NOT_POSSIBLE = "incident_event_not_possible"
    INCIDENT_NOTE_MISSING = "incident_note_missing"
    INCIDENT_NOTE_TOO_LONG = "incident_note_too_long"
    INCIDENT_NOT_FOUND = "incident_not_found"
    INCIDENT_UNIT_UNKNOWN = "incident_unit_unknown"
    INCIDENT_MOMENT_IN_FUTURE = "incident_moment_in_future"
    POLICE_MEDIATION_WRONG = "police_mediation_wrong"
    POLICE_REPORT_WRONG = "police_report_wrong"

    # key store
    KEY_DESTROYED = "key_destroyed"
    KEYRING_FAILED = "keyring_failed"
    KEY_FILE_DAMAGED = "key_file_damaged"
    KEY_FILE_EXISTS = "key_file_exists"
    KEY_FILE_FROM_NEWER_PROGRAM = "key_file_from_newer_program"
    KEY_FILE_NOT_READ = "key_file_not_read"
    KEY_FILE_NOT_WRITTEN = "key_file_not_written"
    KEY_MISSING = "key_missing"
    KEY_PHRASE_TOO_SHORT = "key_phrase_too_short"
    KEY_PHRASE_WRONG = "key_phrase_wrong"

    # looks
    LOOK_SUBJECT_GONE = "look_subject_gone"

    # mediation
    AGREEMENT_BLOCKED = "agreement_blocked"
    AGREEMENT_ENDED = "agreement_ended"
    AGREEMENT_FROZEN = "agreement_frozen"
    AGREEMENT_GONE = "agreement_gone"
    AGREEMENT_NOT_IN_FORCE = "agreement_not_in_force"
    AGREEMENT_WRONG = "agreement_wrong"
    MEDIATOR_GONE = "mediator_gone"
    MEDIATOR_WRONG = "mediator_wrong"
    SIGNING_NOT_POSSIBLE = "signing_not_possible"

    # paper
    PAPER_NOT_PRINTED = "paper_not_printed"
    PAPER_NOT_WRITTEN = "paper_not_written"

    # sticks
    STICK_CUT_OFF = "stick_cut_off"
    STICK_DOES_NOT_FIT = "stick_does_not_fit"
    STICK_EMPTY = "stick_empty"
    STICK_FOR_ANOTHER = "stick_for_another"
    STICK_FROM_NEWER_PROGRAM = "stick_from_newer_program"
    STICK_NOT_ENROLLED = "stick_not_enrolled"
    STICK_NOT_READ = "stick_not_read"
    STICK_NOT_WRITTEN = "stick_not_written"
    STICK_NO_COUNTY_KEYS = "stick_no_county_keys"
    STICK_STOPPED = "stick_stopped"
    STICK_TAMPERED = "stick_tampered"

    # store
    ALREADY_OPEN = "already_open"
    BACKUP_FAILED = "backup_failed"
    STORE_FROM_NEWER_PROGRAM = "store_from_newer_program"
    STORE_NOT_WRITTEN = "store_not_written"
    STORE_UNREADABLE = "store_unreadable"

    # sync
    ENROLMENT_FILE_BAD = "enrolment_file_bad"
    ENROLMENT_REFUSED = "enrolment_refused"
    NOTHING_TO_KEEP = "nothing_to_keep"
    NOTHING_TO_SEND_AGAIN = "nothing_to_send_again"

    # settings
    HOLIDAYS_NOT_READ = "holidays_not_read"
    HOLIDAY_ROW_WRONG = "holiday_row_wrong"
    SETTING_WRONG = "setting_wrong"

    # undo
    NOTHING_TO_UNDO = "nothing_to_undo"
    FIRST_HOLIDAYS_STAY = "first_holidays_stay"
    UNDO_TOO_LATE = "undo_too_late"

    # votes
    BALLOTS_IN_DOUBT = "ballots_in_doubt"
    BALLOT_ALREADY_TAKEN = "ballot_already_taken"
    BALLOT_GONE = "ballot_gone"
    BALLOT_NOT_TAKEN = "ballot_not_taken"
    BALLOT_REASON_MISSING = "ballot_reason_missing"
    MOTION_BODY_NOT_BY_HOUSEHOLD = "motion_body_not_by_household"
    MOTION_NOT_A_DRAFT = "motion_not_a_draft"
    MOTION_NOT_FOUND = "motion_not_found"
    MOTION_NOT_OPEN = "motion_not_open"
    MOTION_NOT_OPENABLE = "motion_not_openable"
    MOTION_TEXT_MISSING = "motion_text_missing"
    MOTION_TEXT_TOO_LONG = "motion_text_too_long"
    MOTION_TITLE_MISSING = "motion_title_missing"
    MOTION_TITLE_TOO_LONG = "motion_title_too_long"
    RULE_SET_MISSING = "rule_set_missing"


class UserFacingError(Exception):
    """The world's fault: a wrong PIN, a full disk, a workbook that is not one."""

    def __init__(self, code: ErrorCode, **params: Any) -> None:
        super().__init__(code.value, params)
        self.code = code
        self.params = params
