"""The case desk: the chain, petitions, the three mediations, the court, what the county sets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_CHOSENBY = ("assigned", "chosen", "invited")
_MEDIATIONWAY = ("peoples", "administrative", "judicial")
_AGREEMENTFORM = ("written", "oral")
_PERFORMANCE = ("open", "partly", "done", "not_done")
_SIGNERKIND = ("party", "mediator", "seal")
_SIGNATUREMANNER = ("signed", "sealed", "fingerprint")
_FINDINGEND = ("open", "settled_there", "became_case", "became_visit", "passed_on")
_TYPICALSTATE = ("draft", "checked", "published", "taken_back")
_PETITIONPURPOSE = ("advice", "accusation", "appeal")
_PETITIONFORM = ("visit", "letter", "online", "telephone", "fax", "handed_down")
_FLOWSTAGE = ("intake", "dispatch", "handling", "joint", "feedback", "ended")
_SPOKENLANGUAGE = ("dong", "mandarin", "miao", "yao", "zhuang", "local_chinese", "other")
_AGENTKIND = ("guardian", "entrusted")
_LEGALAIDGROUND = (
    *("state_compensation", "social_security", "survivors_pension", "maintenance"),
    *("labour", "capacity", "injury", "environment", "other_by_law"),
    *("heroes", "good_samaritan", "acquitted", "violence", "other_without_means_test"),
)
_HANDOVERPURPOSE = (
    "handed_over",
    "dispatched",
    "returned",
    "escalated",
    "help_asked",
    "help_ended",
)
_MORE_CASE_EVENTS = (
    "accepted",
    "refused",
    "taken_on",
    "urged",
    "reported_back",
    "feedback_given",
    "withdrawn",
    "clock_paused",
    "clock_resumed",
    "extended",
    "met",
    "investigated",
    "answered",
    "evaluation_sought",
    "evaluated",
    "review_asked",
    "review_decided",
    "re_review_asked",
    "re_review_decided",
    "way_changed",
    "party_refused",
    "party_agreed",
    "told_other_ways",
    "consented",
    "court_sent",
    "sent_back_to_court",
    "confirmation_applied",
    "confirmation_withdrawn",
    "confirmation_accepted",
    "confirmation_ruled",
    "enforcement_applied",
    "suit_filed",
    "hearing_attended",
    "law_explained",
    "followed_up",
)
_MORE_CASE_STATES = ("accepted", "refused", "answered", "withdrawn")

_CASE_COLUMNS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("received_on", "DATE", ()),
    ("wanted", "VARCHAR(2000)", ()),
    ("head_count", "INTEGER", ()),
    ("place_region", "VARCHAR(6)", ()),
    ("is_confidential", "BOOLEAN NOT NULL DEFAULT 0", ()),
    ("accused_unit_id", "VARCHAR(36)", ()),
    ("petition_purpose", "VARCHAR(40)", _PETITIONPURPOSE),
    ("petition_form", "VARCHAR(40)", _PETITIONFORM),
    ("first_contact_id", "VARCHAR(36)", ()),
    ("former_number", "VARCHAR(40)", ()),
    ("helper_unit_ids", "VARCHAR(2000)", ()),
    ("stage", "VARCHAR(40) NOT NULL DEFAULT 'intake'", _FLOWSTAGE),
    ("way", "VARCHAR(40)", _MEDIATIONWAY),
    ("due_on", "DATE", ()),
    ("due_limit", "VARCHAR(80)", ()),
)
_PARTY_COLUMNS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("is_organisation", "BOOLEAN NOT NULL DEFAULT 0", ()),
    ("is_representative", "BOOLEAN NOT NULL DEFAULT 0", ()),
    ("ethnicity", "VARCHAR(2)", ()),
    ("category", "VARCHAR(4)", ()),
    ("birth_date", "DATE", ()),
    ("language", "VARCHAR(40)", _SPOKENLANGUAGE),
    ("region", "VARCHAR(6)", ()),
    ("agent_kind", "VARCHAR(40)", _AGENTKIND),
    ("agent_name", "VARCHAR(80)", ()),
    ("agent_phone", "VARCHAR(50)", ()),
)
_OTHER_COLUMNS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("handover", "purpose", "VARCHAR(40) NOT NULL DEFAULT 'handed_over'", _HANDOVERPURPOSE),
    ("handover", "due_on", "DATE", ()),
    ("team_member", "resident_id", "VARCHAR(36)", ()),
    ("team_member", "skills", "VARCHAR(100)", ()),
)
_INDEXES = (
    ("case_mediator", "unit_id"),
    ("case_mediator", "case_id"),
    ("agreement", "case_id"),
    ("agreement", "unit_id"),
    ("agreement_item", "unit_id"),
    ("agreement_item", "due_on"),
    ("agreement_item", "agreement_id"),
    ("agreement_item", "case_id"),
    ("agreement_signature", "case_id"),
    ("agreement_signature", "unit_id"),
    ("agreement_signature", "agreement_id"),
    ("sponsorship", "unit_id"),
    ("sponsorship", "leader_id"),
    ("sponsorship", "case_id"),
    ("legal_aid", "unit_id"),
    ("legal_aid", "case_id"),
    ("outreach_round", "unit_id"),
    ("outreach_round", "held_on"),
    ("outreach_finding", "round_id"),
    ("outreach_finding", "unit_id"),
    ("typical_case", "case_id"),
    ("typical_case", "unit_id"),
    ("published_case", "unit_id"),
    ("setting", "key"),
    ("setting", "unit_id"),
    ("setting_change", "unit_id"),
    ("setting_change", "key"),
)


def upgrade() -> None:
    """New fields on what there is, new tables beside it."""
    _widen_check("case_event", "'reported_to_police'", _MORE_CASE_EVENTS)
    _widen_check("case_file", "'closed'", _MORE_CASE_STATES)
    _widen_check("record_link", "'related'", ("flared_up",))
    for name, kind, words in _CASE_COLUMNS:
        _add("case_file", name, kind, words)
    for name, kind, words in _PARTY_COLUMNS:
        _add("case_party", name, kind, words)
    for table, name, kind, words in _OTHER_COLUMNS:
        _add(table, name, kind, words)
    op.create_index("ix_case_file_former_number", "case_file", ["former_number"])
    op.execute("CREATE INDEX ix_case_file_confidential ON case_file (id) WHERE is_confidential = 1")
    _make_finding()
    _make_mediation()
    _make_desk()
    _make_settings()
    _make_local()
    op.execute(
        "CREATE INDEX ix_sponsorship_plan_open ON sponsorship (plan_due_on) WHERE ended_on IS NULL"
    )
    op.execute(
        "CREATE INDEX ix_handover_with_day ON handover (subject_id, due_on) "
        "WHERE due_on IS NOT NULL"
    )
    op.execute(
        "CREATE INDEX ix_legal_aid_open ON legal_aid (case_id) "
        "WHERE applied_on IS NOT NULL AND done_on IS NULL"
    )
    op.execute(
        "CREATE INDEX ix_outreach_finding_open ON outreach_finding (round_id) "
        "WHERE \"end\" = 'open'"
    )
    for table, column in _INDEXES:
        op.create_index(f"ix_{table}_{column}", table, [column])
    for table in dict.fromkeys(table for table, _ in _INDEXES):
        _guard(table)


def _widen_check(table: str, last: str, more: tuple[str, ...]) -> None:
    """A CHECK that knows more words: only its text changes, no row is looked at.

    SQLite documents this way for constraints (ALTER TABLE, 7): the written schema is edited and
    its version raised, so that every connection reads it again.
    """
    connection = op.get_bind()
    (sql,) = connection.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)
    ).one()
    words = ", ".join(f"'{word}'" for word in more)
    wider = sql.replace(f"{last})", f"{last}, {words})")
    if wider == sql:
        raise RuntimeError(f"the words of {table} are not where they were")
    (version,) = connection.exec_driver_sql("PRAGMA schema_version").one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    try:
        connection.exec_driver_sql(
            "UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?", (wider, table)
        )
        connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    finally:
        connection.exec_driver_sql("PRAGMA writable_schema = OFF")


def _add(table: str, name: str, kind: str, words: tuple[str, ...]) -> None:
    known = f" CHECK ({name} IN {words!r})" if words else ""
    op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind}{known}")


def _make_mediation() -> None:
    op.create_table(
        "case_mediator",
        *_synced_columns(),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("member_id", sa.String(36), nullable=True),
        sa.Column("account_id", sa.String(36), nullable=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("chosen_by", _enum("chosenby_known", *_CHOSENBY), nullable=False),
        sa.Column("chosen_note", sa.String(200), nullable=True),
        sa.Column("kinship_note", sa.String(500), nullable=True),
        sa.Column("way", _enum("mediationway_known", *_MEDIATIONWAY), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "agreement",
        *_synced_columns(),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("number", sa.String(60), nullable=True),
        sa.Column("form", _enum("agreementform_known", *_AGREEMENTFORM), nullable=False),
        sa.Column("way", _enum("mediationway_known", *_MEDIATIONWAY), nullable=False),
        sa.Column("facts", sa.String(4000), nullable=False),
        sa.Column("terms", sa.String(4000), nullable=False),
        sa.Column("performance_way", sa.String(1000), nullable=True),
        sa.Column("reached_on", sa.Date(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=True),
        sa.Column("party_ids", sa.String(4000), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.String(500), nullable=True),
        sa.Column("by_account_id", sa.String(36), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "agreement_item",
        *_synced_columns(),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("agreement_id", sa.String(36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.String(36), nullable=True),
        sa.Column("text", sa.String(1000), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("performance", _enum("performance_known", *_PERFORMANCE), nullable=False),
        sa.Column("performed_on", sa.Date(), nullable=True),
        sa.Column("proof", sa.String(500), nullable=True),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "agreement_signature",
        *_synced_columns(),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("agreement_id", sa.String(36), nullable=False),
        sa.Column("signer", _enum("signerkind_known", *_SIGNERKIND), nullable=False),
        sa.Column("party_id", sa.String(36), nullable=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("manner", _enum("signaturemanner_known", *_SIGNATUREMANNER), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("by_account_id", sa.String(36), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id"),
    )


def _make_desk() -> None:
    op.create_table(
        "sponsorship",
        *_synced_columns(),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("leader_id", sa.String(36), nullable=True),
        sa.Column("leader_name", sa.String(80), nullable=False),
        sa.Column("leader_post", sa.String(80), nullable=True),
        sa.Column("task_force", sa.String(1000), nullable=True),
        sa.Column("plan", sa.String(4000), nullable=True),
        sa.Column("plan_due_on", sa.Date(), nullable=True),
        sa.Column("handler_id", sa.String(36), nullable=True),
        sa.Column("handler_name", sa.String(80), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("by_account_id", sa.String(36), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "legal_aid",
        *_synced_columns(),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("party_id", sa.String(36), nullable=True),
        sa.Column("need", sa.String(1000), nullable=False),
        sa.Column("ground", _enum("legalaidground_known", *_LEGALAIDGROUND), nullable=True),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("is_granted", sa.Boolean(), nullable=True),
        sa.Column("decision_note", sa.String(500), nullable=True),
        sa.Column("is_ahead", sa.Boolean(), nullable=False),
        sa.Column("lawyer_id", sa.String(36), nullable=True),
        sa.Column("lawyer_name", sa.String(80), nullable=True),
        sa.Column("lawyer_office", sa.String(100), nullable=True),
        sa.Column("named_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(2000), nullable=True),
        sa.Column("by_account_id", sa.String(36), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "outreach_round",
        *_synced_columns(),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("members", sa.String(1000), nullable=False),
        sa.Column("summary", sa.String(4000), nullable=True),
        sa.Column("by_account_id", sa.String(36), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "outreach_finding",
        *_synced_columns(),
        sa.Column("round_id", sa.String(36), nullable=False),
        sa.Column("household_id", sa.String(36), nullable=True),
        sa.Column("text", sa.String(1000), nullable=False),
        sa.Column("end", _enum("findingend_known", *_FINDINGEND), nullable=False),
        sa.Column("end_note", sa.String(500), nullable=True),
        sa.Column("by_account_id", sa.String(36), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["outreach_round.id"], initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "typical_case",
        *_synced_columns(),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("story", sa.String(8000), nullable=False),
        sa.Column("law", sa.String(2000), nullable=True),
        sa.Column("lesson", sa.String(2000), nullable=True),
        sa.Column("state", _enum("typicalstate_known", *_TYPICALSTATE), nullable=False),
        sa.Column("checked_by", sa.String(36), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("by_account_id", sa.String(36), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "published_case",
        *_synced_columns(),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("story", sa.String(8000), nullable=False),
        sa.Column("law", sa.String(2000), nullable=True),
        sa.Column("lesson", sa.String(2000), nullable=True),
        sa.Column("class_code", sa.String(4), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _make_settings() -> None:
    op.create_table(
        "setting",
        *_synced_columns(),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("value", sa.String(8000), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(1000), nullable=True),
        sa.Column("set_by", sa.String(80), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "setting_change",
        *_synced_columns(),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("value", sa.String(8000), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(1000), nullable=True),
        sa.Column("by_account_id", sa.String(36), nullable=False),
        sa.Column("happened_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


_FILTERED = (
    *("state", "kind", "stage", "way", "urgency", "class_code", "due_on"),
    *("unit_id", "holder_unit_id", "helper_unit_ids", "first_contact_id", "is_confidential"),
)
"""Whatever the list of cases is narrowed by stands in the index it is walked by: no row is read
that is not shown. The two partial ones hold the few that are open, or have a limit."""


def _others(first: str) -> str:
    return ", ".join(name for name in _FILTERED if name != first)


def _make_finding() -> None:
    op.drop_index("ix_case_file_newest", "case_file")
    op.create_index("ix_case_file_newest", "case_file", ["recorded_at", "id", *_FILTERED])
    op.drop_index("ix_case_file_open", "case_file")
    op.execute(
        "CREATE INDEX ix_case_file_open ON case_file "
        f"(urgency, recorded_at, id, {_others('urgency')}) WHERE state <> 'closed'"
    )
    op.execute(
        "CREATE INDEX ix_case_file_due_open ON case_file "
        f"(due_on, recorded_at, id, {_others('due_on')}) WHERE due_on IS NOT NULL"
    )
    op.execute(
        "CREATE VIRTUAL TABLE search_stories USING fts5("
        "words, content='', contentless_delete=1, detail='none')"
    )
    op.execute(
        "CREATE VIRTUAL TABLE search_cases USING fts5("
        "words, content='', contentless_delete=1, prefix='1 2 3', detail='none')"
    )
    op.execute(
        "CREATE TRIGGER search_cases_left AFTER DELETE ON case_file BEGIN "
        "DELETE FROM search_cases WHERE rowid = old.rowid; END"
    )
    # What is there already is entered when the program starts, or behind the next round.
    op.execute(
        "INSERT OR REPLACE INTO local_value (name, value) SELECT 'stories_behind', '0' "
        "WHERE EXISTS (SELECT 1 FROM case_file) OR EXISTS (SELECT 1 FROM incident)"
    )


def _make_local() -> None:
    op.create_table(
        "saved_filter",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("page", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_saved_filter_account_id", "saved_filter", ["account_id"])
    op.create_table(
        "number_block",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("series", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("following", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _synced_columns() -> list[sa.Column[str] | sa.Column[int]]:
    states = ("pending", "synced", "refused", "conflict")
    return [
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("sync_version", sa.Integer(), nullable=False),
        sa.Column("sync_seq", sa.Integer(), nullable=False),
        sa.Column("sync_fields", sa.String(), nullable=True),
        sa.Column("sync_dirty", sa.String(), nullable=True),
        sa.Column("sync_extra", sa.String(), nullable=True),
        sa.Column("sync_state", _enum("syncstate_known", *states), nullable=False),
    ]


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _guard(table: str) -> None:
    """As for the tables of the first file: no write past the outbox."""
    for verb in ("INSERT", "UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER guard_{table}_{verb.lower()} BEFORE {verb} ON {table} "
            "WHEN gulou_may_write() = 0 BEGIN "
            f"SELECT RAISE(ABORT, '{table}: written outside transaction()'); END"
        )
    op.execute(f"CREATE INDEX ix_{table}_dirty ON {table} (id) WHERE sync_dirty IS NOT NULL")
