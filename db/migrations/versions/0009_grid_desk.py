"""The grid desk: a roster that lives, micro-grids with a history, visits, incidents, looks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ROSTEREVENTKIND = (
    "born",
    "died",
    "moved_in",
    "moved_out",
    "went_away",
    "came_home",
    "head_changed",
    "household_split",
    "household_merged",
)
_TEAMPOST = (
    "auxiliary_police",
    "policeman",
    "village_secretary",
    "village_official",
    "grid_worker",
    "mediator",
    "elder",
    "legal_adviser",
    "volunteer",
    "other",
)
_VISITPURPOSE = ("routine", "care", "hazard_check", "dispute_check", "policy", "follow_up", "other")
_VISITWAY = ("at_home", "elsewhere", "by_phone", "nobody_home")
_SERVICEKIND = ("errand", "papers", "care", "repair", "transport", "policy_question", "other")
_HAZARDKIND = ("fire", "wiring", "building", "road", "water", "landslide", "public_order", "other")
_HAZARDLEVEL = ("01", "02", "03")
_INCIDENTCLASS = ("01", "02", "03", "04", "99")
_INCIDENTSOURCE = (
    "seen_by_grid",
    "told_by_villager",
    "patrol",
    "from_police",
    "from_case",
    "other",
)
_INCIDENTSTATE = (
    *("not_recorded", "open", "with_police", "answered", "became_case", "closed"),
    "withdrawn",
)
_INCIDENTROLE = ("reporter", "involved", "harmed", "witness")
_PARTYSOURCE = ("roster", "outside")
_SEX = ("0", "1", "2", "9")
_INCIDENTEVENTKIND = (
    "recorded",
    "note_added",
    "grid_acted",
    "reported_to_police",
    "police_mediated",
    "police_result",
    "became_case",
    "closed",
    "reopened",
    "withdrawn",
)
_LINKKIND = ("grew_into", "related")
_LOOKEDAT = ("identity_number", "phone", "whole_record", "export", "print")
_RESIDENTSTATUS = ("present", "away", "moved_out", "deceased")
_MARITALSTATUS = ("10", "20", "21", "22", "23", "30", "40", "90")
_POLITICALSTATUS = ("01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13")
_EDUCATION = ("10", "20", "30", "40", "60", "70", "80", "90")
_REGISTRATION = ("01", "02")
_LEFTBEHINDKIND = ("01", "02", "03")
_CARELEVEL = ("01", "02", "03")
_RELATION = (
    "01",
    "02",
    "10",
    "11",
    "12",
    "20",
    "21",
    "22",
    "23",
    "24",
    "25",
    "26",
    "27",
    "28",
    "29",
    "30",
    "31",
    "32",
    "33",
    "34",
    "35",
    "36",
    "37",
    "38",
    "39",
    "40",
    "41",
    "42",
    "43",
    "44",
    "45",
    "46",
    "47",
    "48",
    "49",
    "50",
    "51",
    "52",
    "53",
    "54",
    "55",
    "56",
    "57",
    "58",
    "59",
    "60",
    "61",
    "62",
    "63",
    "64",
    "65",
    "66",
    "67",
    "68",
    "69",
    "70",
    "71",
    "72",
    "73",
    "74",
    "75",
    "76",
    "77",
    "78",
    "79",
    "80",
    "81",
    "82",
    "83",
    "84",
    "85",
    "86",
    "87",
    "88",
    "89",
    "90",
    "91",
    "92",
    "93",
    "94",
    "95",
    "96",
    "97",
)
_RESIDENT_COLUMNS = (
    ("left_on", "DATE", ()),
    ("away_place", "VARCHAR(100)", ()),
    ("former_name", "VARCHAR(50)", ()),
    ("marital", "VARCHAR(40)", _MARITALSTATUS),
    ("political", "VARCHAR(40)", _POLITICALSTATUS),
    ("education", "VARCHAR(40)", _EDUCATION),
    ("occupation", "VARCHAR(30)", ()),
    ("workplace", "VARCHAR(100)", ()),
    ("registration", "VARCHAR(40)", _REGISTRATION),
    ("registered_place", "VARCHAR(80)", ()),
    ("left_behind", "VARCHAR(40)", _LEFTBEHINDKIND),
    ("care_level", "VARCHAR(40)", _CARELEVEL),
    ("carer_name", "VARCHAR(50)", ()),
    ("carer_relation", "VARCHAR(40)", _RELATION),
    ("carer_phone", "VARCHAR(50)", ()),
    ("needs", "VARCHAR(1024)", ()),
    ("support", "VARCHAR(1024)", ()),
)
_INDEXES = (
    ("roster_event", "household_id"),
    ("roster_event", "unit_id"),
    ("roster_event", "happened_on"),
    ("roster_event", "resident_id"),
    ("grid_assignment", "micro_grid_id"),
    ("grid_assignment", "unit_id"),
    ("team_member", "unit_id"),
    ("micro_service", "household_id"),
    ("micro_service", "unit_id"),
    ("micro_service", "visit_id"),
    ("hazard", "household_id"),
    ("hazard", "unit_id"),
    ("hazard", "visit_id"),
    ("hazard_measure", "hazard_id"),
    ("hazard_measure", "unit_id"),
    ("duty_shift", "on_date"),
    ("duty_shift", "unit_id"),
    ("patrol", "unit_id"),
    ("patrol", "on_date"),
    ("incident", "number"),
    ("incident", "unit_id"),
    ("incident_person", "unit_id"),
    ("incident_person", "incident_id"),
    ("incident_person", "resident_id"),
    ("incident_event", "incident_id"),
    ("incident_event", "unit_id"),
    ("record_link", "unit_id"),
    ("record_link", "from_id"),
    ("record_link", "to_id"),
    ("look", "subject_id"),
    ("look", "happened_at"),
    ("look", "unit_id"),
)


_VISIT_INDEXES = (
    ("unit_id", ("unit_id", "visited_on", "id")),
    ("household_id", ("household_id", "way", "visited_on")),
    ("by_account_id", ("by_account_id", "unit_id", "visited_on", "id")),
)
"""The list, newest first; when a household was last visited; the list of one person, and whether
somebody ever visited in a village."""

_WIDER_INDEXES = (
    ("household", "unit_id", ("unit_id", "dissolved_on", "micro_grid_id", "sync_version")),
    ("household", "micro_grid_id", ("micro_grid_id", "dissolved_on")),
    ("resident", "unit_id", ("unit_id", "status", "sync_version")),
    ("resident", "household_id", ("household_id", "status")),
)
"""Counts ask for the living, statistics for those the county has: the index answers them without a
look at the rows."""


_INDEXES_OF_TODAY = (
    "CREATE INDEX ix_case_event_risk_open ON case_event (case_id) WHERE kind = 'risk_found'",
    "CREATE INDEX ix_incident_open ON incident (happened_at, id) "
    "WHERE state IN ('open', 'with_police', 'answered')",
    "CREATE INDEX ix_hazard_open ON hazard (due_on) WHERE resolved_on IS NULL",
    "CREATE INDEX ix_micro_service_open ON micro_service (unit_id) WHERE done_on IS NULL",
    "CREATE INDEX ix_outbox_to_mend ON outbox (op_no) "
    "WHERE state NOT IN ('waiting', 'applied', 'merged')",
)
"""The few that are open among the many that are not: what today reads."""


def upgrade() -> None:
    """New fields on what there is, new tables beside it."""
    _widen_roster()
    _widen_indexes()
    _widen_case_events()
    _make_roster_life()
    _make_grid_work()
    _make_incidents()
    _make_links_and_looks()
    for table, column in _INDEXES:
        op.create_index(f"ix_{table}_{column}", table, [column])
    op.create_index(
        "ix_incident_counted",
        "incident",
        ["unit_id", "incident_class", "happened_at", "sync_version", "state"],
    )
    op.create_index("ix_incident_newest", "incident", ["happened_at", "id"])
    for statement in _INDEXES_OF_TODAY:
        op.execute(statement)
    for name, columns in _VISIT_INDEXES:
        op.create_index(f"ix_visit_{name}", "visit", columns)
    for table in dict.fromkeys(("visit", *(table for table, _ in _INDEXES))):
        _guard(table)


def _widen_roster() -> None:
    op.execute("ALTER TABLE micro_grid ADD COLUMN closed_on DATE")
    op.execute("ALTER TABLE household ADD COLUMN group_name VARCHAR(40)")
    op.execute("ALTER TABLE household ADD COLUMN dissolved_on DATE")
    op.execute(
        "ALTER TABLE resident ADD COLUMN status VARCHAR(40) NOT NULL DEFAULT 'present' "
        f"CONSTRAINT residentstatus_known CHECK (status IN {_RESIDENTSTATUS!r})"
    )
    for name, kind, words in _RESIDENT_COLUMNS:
        known = f" CHECK ({name} IN {words!r})" if words else ""
        op.execute(f"ALTER TABLE resident ADD COLUMN {name} {kind}{known}")


def _widen_indexes() -> None:
    for table, column, columns in _WIDER_INDEXES:
        op.drop_index(f"ix_{table}_{column}", table)
        op.create_index(f"ix_{table}_{column}", table, columns)
    op.drop_index("ix_case_file_by_state", "case_file")
    op.create_index("ix_case_file_by_state", "case_file", ["state", "unit_id", "sync_version"])
    op.execute(
        "CREATE INDEX ix_case_file_open ON case_file "
        "(urgency, recorded_at, unit_id, holder_unit_id) WHERE state <> 'closed'"
    )


def _widen_case_events() -> None:
    """A CHECK cannot be altered: the table is written anew, its rows in their old order."""
    op.execute("ALTER TABLE case_event ADD COLUMN detail VARCHAR(8000)")
    connection = op.get_bind()
    made = "SELECT {} FROM sqlite_master WHERE tbl_name = 'case_event' AND type = '{}'"
    (sql,) = connection.exec_driver_sql(made.format("sql", "table")).one()
    rest = connection.exec_driver_sql(
        made.format("sql", "index")
        + " AND sql IS NOT NULL UNION ALL "
        + made.format("sql", "trigger")
    ).all()
    wider = sql.replace("'reopened')", "'reopened', 'risk_found', 'reported_to_police')")
    if wider == sql:
        raise RuntimeError("the kinds of case events are not where they were")
    op.execute(wider.replace("case_event", "case_event_wider", 1))
    names = ", ".join(row[1] for row in connection.exec_driver_sql("PRAGMA table_info(case_event)"))
    op.execute(
        f"INSERT INTO case_event_wider (rowid, {names}) SELECT rowid, {names} FROM case_event"
    )
    op.execute("DROP TABLE case_event")
    op.execute("ALTER TABLE case_event_wider RENAME TO case_event")
    for (statement,) in rest:
        connection.exec_driver_sql(statement)


def _make_roster_life() -> None:
    op.create_table(
        "roster_event",
        *_synced_columns(),
        sa.Column("household_id", sa.String(length=36), nullable=False),
        sa.Column("resident_id", sa.String(length=36), nullable=True),
        sa.Column("other_household_id", sa.String(length=36), nullable=True),
        sa.Column("kind", _enum("rostereventkind_known", *_ROSTEREVENTKIND), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.Column("by_account_id", sa.String(length=36), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "grid_assignment",
        *_synced_columns(),
        sa.Column("micro_grid_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=True),
        sa.Column("worker_name", sa.String(length=80), nullable=False),
        sa.Column("from_name", sa.String(length=80), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("by_account_id", sa.String(length=36), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["micro_grid_id"], ["micro_grid.id"], initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "team_member",
        *_synced_columns(),
        sa.Column("account_id", sa.String(length=36), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=50), nullable=True),
        sa.Column("post", _enum("teampost_known", *_TEAMPOST), nullable=False),
        sa.Column("post_name", sa.String(length=50), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )


def _make_grid_work() -> None:
    op.create_table(
        "visit",
        *_synced_columns(),
        sa.Column("household_id", sa.String(length=36), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("purpose", _enum("visitpurpose_known", *_VISITPURPOSE), nullable=False),
        sa.Column("way", _enum("visitway_known", *_VISITWAY), nullable=False),
        sa.Column("met", sa.String(length=100), nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=True),
        sa.Column("by_account_id", sa.String(length=36), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "micro_service",
        *_synced_columns(),
        sa.Column("household_id", sa.String(length=36), nullable=True),
        sa.Column("resident_id", sa.String(length=36), nullable=True),
        sa.Column("visit_id", sa.String(length=36), nullable=True),
        sa.Column("kind", _enum("servicekind_known", *_SERVICEKIND), nullable=False),
        sa.Column("asker_name", sa.String(length=80), nullable=False),
        sa.Column("asker_phone", sa.String(length=50), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_note", sa.String(length=1000), nullable=True),
        sa.Column("done_by", sa.String(length=36), nullable=True),
        sa.Column("by_account_id", sa.String(length=36), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "hazard",
        *_synced_columns(),
        sa.Column("household_id", sa.String(length=36), nullable=True),
        sa.Column("micro_grid_id", sa.String(length=36), nullable=True),
        sa.Column("visit_id", sa.String(length=36), nullable=True),
        sa.Column("patrol_id", sa.String(length=36), nullable=True),
        sa.Column("kind", _enum("hazardkind_known", *_HAZARDKIND), nullable=False),
        sa.Column("level", _enum("hazardlevel_known", *_HAZARDLEVEL), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("resolved_on", sa.Date(), nullable=True),
        sa.Column("by_account_id", sa.String(length=36), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "hazard_measure",
        *_synced_columns(),
        sa.Column("hazard_id", sa.String(length=36), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("by_account_id", sa.String(length=36), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hazard_id"], ["hazard.id"], initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "duty_shift",
        *_synced_columns(),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.String(length=5), nullable=False),
        sa.Column("ends_at", sa.String(length=5), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=50), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "patrol",
        *_synced_columns(),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.String(length=5), nullable=False),
        sa.Column("ends_at", sa.String(length=5), nullable=True),
        sa.Column("route", sa.String(length=300), nullable=False),
        sa.Column("members", sa.String(length=300), nullable=False),
        sa.Column("found", sa.String(length=2000), nullable=True),
        sa.Column("by_account_id", sa.String(length=36), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _make_incidents() -> None:
    op.create_table(
        "incident",
        *_synced_columns(),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("incident_class", _enum("incidentclass_known", *_INCIDENTCLASS), nullable=False),
        sa.Column("source", _enum("incidentsource_known", *_INCIDENTSOURCE), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("story", sa.String(length=4000), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("micro_grid_id", sa.String(length=36), nullable=True),
        sa.Column("patrol_id", sa.String(length=36), nullable=True),
        sa.Column("happened_at", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(length=36), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.Column("state", _enum("incidentstate_known", *_INCIDENTSTATE), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "incident_person",
        *_synced_columns(),
        sa.Column("incident_id", sa.String(length=36), nullable=False),
        sa.Column("role", _enum("incidentrole_known", *_INCIDENTROLE), nullable=False),
        sa.Column("source", _enum("partysource_known", *_PARTYSOURCE), nullable=False),
        sa.Column("resident_id", sa.String(length=36), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("sex", _enum("sex_known", *_SEX), nullable=False),
        sa.Column("identity_number", sa.String(length=50), nullable=True),
        sa.Column("phone", sa.String(length=50), nullable=True),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "incident_event",
        *_synced_columns(),
        sa.Column("incident_id", sa.String(length=36), nullable=False),
        sa.Column("kind", _enum("incidenteventkind_known", *_INCIDENTEVENTKIND), nullable=False),
        sa.Column("note", sa.String(length=4000), nullable=True),
        sa.Column("detail", sa.String(length=8000), nullable=True),
        sa.Column("done_at", sa.String(), nullable=True),
        sa.Column("by_account_id", sa.String(length=36), nullable=False),
        sa.Column("happened_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id"),
    )


def _make_links_and_looks() -> None:
    op.create_table(
        "record_link",
        *_synced_columns(),
        sa.Column("kind", _enum("linkkind_known", *_LINKKIND), nullable=False),
        sa.Column("from_entity", sa.String(length=40), nullable=False),
        sa.Column("from_id", sa.String(length=60), nullable=False),
        sa.Column("to_entity", sa.String(length=40), nullable=False),
        sa.Column("to_id", sa.String(length=60), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("by_account_id", sa.String(length=36), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "look",
        *_synced_columns(),
        sa.Column("subject_entity", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=60), nullable=False),
        sa.Column("looked_at", _enum("lookedat_known", *_LOOKEDAT), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("by_account_id", sa.String(length=36), nullable=False),
        sa.Column("happened_at", sa.String(), nullable=False),
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
