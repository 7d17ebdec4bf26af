"""The first file: synced tables, local tables, guards against writes past the outbox, search."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("sync_version", sa.Integer(), nullable=False),
        sa.Column("sync_seq", sa.Integer(), nullable=False),
        sa.Column("sync_fields", sa.String(), nullable=True),
        sa.Column("sync_dirty", sa.String(), nullable=True),
        sa.Column("sync_extra", sa.String(), nullable=True),
        sa.Column(
            "sync_state",
            sa.Enum(
                "pending",
                "synced",
                "refused",
                "conflict",
                name="syncstate_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "grid_worker",
                "auxiliary_police",
                "mediator",
                "village_secretary",
                "township_centre",
                "county_centre",
                "department_handler",
                "court_liaison",
                "legal_aid_lawyer",
                "sponsor_leader",
                "administrator",
                name="role_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("phone", sa.String(length=50), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "case_file",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("sync_version", sa.Integer(), nullable=False),
        sa.Column("sync_seq", sa.Integer(), nullable=False),
        sa.Column("sync_fields", sa.String(), nullable=True),
        sa.Column("sync_dirty", sa.String(), nullable=True),
        sa.Column("sync_extra", sa.String(), nullable=True),
        sa.Column(
            "sync_state",
            sa.Enum(
                "pending",
                "synced",
                "refused",
                "conflict",
                name="syncstate_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "dispute",
                "petition",
                "lawsuit_source",
                "reconsideration",
                "incident_born",
                name="casekind_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("class_code", sa.String(length=4), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("story", sa.String(length=4000), nullable=False),
        sa.Column(
            "urgency",
            sa.Enum(
                "high",
                "medium",
                "low",
                name="urgency_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.String(length=36), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "not_recorded",
                "recorded",
                "under_way",
                "settled",
                "not_settled",
                "closed",
                name="casestate_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_file_number"), ["number"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_file_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "credential",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("sync_version", sa.Integer(), nullable=False),
        sa.Column("sync_seq", sa.Integer(), nullable=False),
        sa.Column("sync_fields", sa.String(), nullable=True),
        sa.Column("sync_dirty", sa.String(), nullable=True),
        sa.Column("sync_extra", sa.String(), nullable=True),
        sa.Column(
            "sync_state",
            sa.Enum(
                "pending",
                "synced",
                "refused",
                "conflict",
                name="syncstate_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("pin_hash", sa.String(length=300), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("credential", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_credential_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_credential_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "dead_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("problem", sa.String(length=500), nullable=False),
        sa.Column("received_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "draft",
        sa.Column("form", sa.String(length=60), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("saved_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("form", "record_id", "account_id"),
    )
    op.create_table(
        "household",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("sync_version", sa.Integer(), nullable=False),
        sa.Column("sync_seq", sa.Integer(), nullable=False),
        sa.Column("sync_fields", sa.String(), nullable=True),
        sa.Column("sync_dirty", sa.String(), nullable=True),
        sa.Column("sync_extra", sa.String(), nullable=True),
        sa.Column(
            "sync_state",
            sa.Enum(
                "pending",
                "synced",
                "refused",
                "conflict",
                name="syncstate_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("micro_grid_id", sa.String(length=36), nullable=True),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("head_name", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=50), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("household", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_household_micro_grid_id"), ["micro_grid_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_household_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "local_value",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "micro_grid",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("sync_version", sa.Integer(), nullable=False),
        sa.Column("sync_seq", sa.Integer(), nullable=False),
        sa.Column("sync_fields", sa.String(), nullable=True),
        sa.Column("sync_dirty", sa.String(), nullable=True),
        sa.Column("sync_extra", sa.String(), nullable=True),
        sa.Column(
            "sync_state",
            sa.Enum(
                "pending",
                "synced",
                "refused",
                "conflict",
                name="syncstate_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("worker_id", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("micro_grid", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_micro_grid_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "motion",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("sync_version", sa.Integer(), nullable=False),
        sa.Column("sync_seq", sa.Integer(), nullable=False),
        sa.Column("sync_fields", sa.String(), nullable=True),
        sa.Column("sync_dirty", sa.String(), nullable=True),
        sa.Column("sync_extra", sa.String(), nullable=True),
        sa.Column(
            "sync_state",
            sa.Enum(
                "pending",
                "synced",
                "refused",
                "conflict",
                name="syncstate_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("text", sa.String(length=8000), nullable=False),
        sa.Column(
            "matter",
            sa.Enum(
                "village_rules_made_or_changed",
                "building_pact",
                "homestead_use_plan",
                "land_contracting_plan",
                "land_compensation_plan",
                "public_works_and_levies",
                "collective_income_use",
                "collective_projects",
                "collective_property_disposal",
                "subsidised_posts",
                "other",
                "group_property",
                name="motionmatter_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "body",
            sa.Enum(
                "villagers_assembly",
                "representatives_assembly",
                "group_meeting",
                name="meetingbody_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("rule_set_id", sa.String(length=60), nullable=False),
        sa.Column("proposed_by", sa.String(length=36), nullable=False),
        sa.Column("proposed_at", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "open",
                "tallied",
                "withdrawn",
                name="motionstate_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("motion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_motion_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("op_no", sa.Integer(), nullable=False),
        sa.Column("txn", sa.Integer(), nullable=False),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "put",
                "delete",
                name="opkind_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("patch", sa.String(), nullable=False),
        sa.Column("base", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("wall_ms", sa.Integer(), nullable=False),
        sa.Column("mono_ms", sa.Integer(), nullable=False),
        sa.Column("boot_id", sa.String(length=40), nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "applied",
                "merged",
                "conflict",
                "not_applied",
                "refused",
                "quarantined",
                name="opstate_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=100), nullable=True),
        sa.Column("detail", sa.String(), nullable=True),
        sa.Column("judged_at", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("op_no"),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_record_id"), ["record_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_txn"), ["txn"], unique=False)

    op.create_table(
        "rule_set",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("sync_version", sa.Integer(), nullable=False),
        sa.Column("sync_seq", sa.Integer(), nullable=False),
        sa.Column("sync_fields", sa.String(), nullable=True),
        sa.Column("sync_dirty", sa.String(), nullable=True),
        sa.Column("sync_extra", sa.String(), nullable=True),
        sa.Column(
            "sync_state",
            sa.Enum(
                "pending",
                "synced",
                "refused",
                "conflict",
                name="syncstate_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("law", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Date(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("article", sa.String(length=40), nullable=True),
        sa.Column("citation", sa.String(length=200), nullable=False),
        sa.Column("params", sa.String(length=4000), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("rule_set", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rule_set_key"), ["key"], unique=False)
        batch_op.create_index(batch_op.f("ix_rule_set_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "search_entry",
        sa.Column("rowid_", sa.Integer(), nullable=False),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("subtitle", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("rowid_"),
        sa.UniqueConstraint("record_id"),
    )
    op.create_table(
        "sign_in_try",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("last_wrong_ms", sa.Integer(), nullable=False),
        sa.Column("boot_id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("account_id"),
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("sync_version", sa.Integer(), nullable=False),
        sa.Column("sync_seq", sa.Integer(), nullable=False),
        sa.Column("sync_fields", sa.String(), nullable=True),
        sa.Column("sync_dirty", sa.String(), nullable=True),
        sa.Column("sync_extra", sa.String(), nullable=True),
        sa.Column(
            "sync_state",
            sa.Enum(
                "pending",
                "synced",
                "refused",
                "conflict",
                name="syncstate_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "county",
                "township",
                "village",
                "department",
                name="unitkind_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("code_system", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("parent_id", sa.String(length=36), nullable=True),
        sa.Column("is_statistical", sa.Boolean(), nullable=False),
        sa.Column("is_virtual", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_code"), ["code"], unique=False)
        batch_op.create_index(batch_op.f("ix_unit_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_unit_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "ballot",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("sync_version", sa.Integer(), nullable=False),
        sa.Column("sync_seq", sa.Integer(), nullable=False),
        sa.Column("sync_fields", sa.String(), nullable=True),
        sa.Column("sync_dirty", sa.String(), nullable=True),
        sa.Column("sync_extra", sa.String(), nullable=True),
        sa.Column(
            "sync_state",
            sa.Enum(
                "pending",
                "synced",
                "refused",
                "conflict",
                name="syncstate_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("motion_id", sa.String(length=36), nullable=False),
        sa.Column("household_id", sa.String(length=36), nullable=False),
        sa.Column(
            "choice",
            sa.Enum(
                "agree",
                "oppose",
                "abstain",
                name="ballotchoice_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "method",
            sa.Enum(
                "signature",
                "oral_recorded",
                "proxy",
                "show_of_hands",
                name="ballotmethod_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("by_account_id", sa.String(length=36), nullable=False),
        sa.Column("taken_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["motion_id"], ["motion.id"], initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("ballot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ballot_household_id"), ["household_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ballot_motion_id"), ["motion_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ballot_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "case_event",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("sync_version", sa.Integer(), nullable=False),
        sa.Column("sync_seq", sa.Integer(), nullable=False),
        sa.Column("sync_fields", sa.String(), nullable=True),
        sa.Column("sync_dirty", sa.String(), nullable=True),
        sa.Column("sync_extra", sa.String(), nullable=True),
        sa.Column(
            "sync_state",
            sa.Enum(
                "pending",
                "synced",
                "refused",
                "conflict",
                name="syncstate_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "recorded",
                "note_added",
                "mediation_held",
                "settled",
                "not_settled",
                "closed",
                "reopened",
                name="caseeventkind_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=4000), nullable=True),
        sa.Column("by_account_id", sa.String(length=36), nullable=False),
        sa.Column("happened_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_event_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_event_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "case_party",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("sync_version", sa.Integer(), nullable=False),
        sa.Column("sync_seq", sa.Integer(), nullable=False),
        sa.Column("sync_fields", sa.String(), nullable=True),
        sa.Column("sync_dirty", sa.String(), nullable=True),
        sa.Column("sync_extra", sa.String(), nullable=True),
        sa.Column(
            "sync_state",
            sa.Enum(
                "pending",
                "synced",
                "refused",
                "conflict",
                name="syncstate_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "a",
                "b",
                "third",
                name="partyside_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("is_main", sa.Boolean(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "roster",
                "outside",
                name="partysource_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("resident_id", sa.String(length=36), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column(
            "sex",
            sa.Enum(
                "0",
                "1",
                "2",
                "9",
                name="sex_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("identity_number", sa.String(length=50), nullable=True),
        sa.Column("phone", sa.String(length=50), nullable=True),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("case_party", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_party_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_case_party_resident_id"), ["resident_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_case_party_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "electorate_entry",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("sync_version", sa.Integer(), nullable=False),
        sa.Column("sync_seq", sa.Integer(), nullable=False),
        sa.Column("sync_fields", sa.String(), nullable=True),
        sa.Column("sync_dirty", sa.String(), nullable=True),
        sa.Column("sync_extra", sa.String(), nullable=True),
        sa.Column(
            "sync_state",
            sa.Enum(
                "pending",
                "synced",
                "refused",
                "conflict",
                name="syncstate_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("motion_id", sa.String(length=36), nullable=False),
        sa.Column("household_id", sa.String(length=36), nullable=False),
        sa.Column("household_number", sa.String(length=20), nullable=False),
        sa.Column("head_name", sa.String(length=80), nullable=False),
        sa.Column("micro_grid_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["motion_id"], ["motion.id"], initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("electorate_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_electorate_entry_household_id"), ["household_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_electorate_entry_motion_id"), ["motion_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_electorate_entry_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "motion_event",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("sync_version", sa.Integer(), nullable=False),
        sa.Column("sync_seq", sa.Integer(), nullable=False),
        sa.Column("sync_fields", sa.String(), nullable=True),
        sa.Column("sync_dirty", sa.String(), nullable=True),
        sa.Column("sync_extra", sa.String(), nullable=True),
        sa.Column(
            "sync_state",
            sa.Enum(
                "pending",
                "synced",
                "refused",
                "conflict",
                name="syncstate_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("motion_id", sa.String(length=36), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "opened",
                "tallied",
                "withdrawn",
                name="motioneventkind_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("by_account_id", sa.String(length=36), nullable=False),
        sa.Column("happened_at", sa.String(), nullable=False),
        sa.Column("detail", sa.String(length=4000), nullable=True),
        sa.ForeignKeyConstraint(
            ["motion_id"], ["motion.id"], initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("motion_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_motion_event_motion_id"), ["motion_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_motion_event_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "resident",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("sync_version", sa.Integer(), nullable=False),
        sa.Column("sync_seq", sa.Integer(), nullable=False),
        sa.Column("sync_fields", sa.String(), nullable=True),
        sa.Column("sync_dirty", sa.String(), nullable=True),
        sa.Column("sync_extra", sa.String(), nullable=True),
        sa.Column(
            "sync_state",
            sa.Enum(
                "pending",
                "synced",
                "refused",
                "conflict",
                name="syncstate_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("household_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column(
            "relation",
            sa.Enum(
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
                name="relation_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "sex",
            sa.Enum(
                "0",
                "1",
                "2",
                "9",
                name="sex_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column(
            "ethnic_group",
            sa.Enum(
                "01",
                "02",
                "03",
                "04",
                "05",
                "06",
                "07",
                "08",
                "09",
                "10",
                "11",
                "12",
                "13",
                "14",
                "15",
                "16",
                "17",
                "18",
                "19",
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
                name="ethnicgroup_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "identity_kind",
            sa.Enum(
                "resident_identity_number",
                "none_yet",
                name="identitykind_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("identity_number", sa.String(length=50), nullable=True),
        sa.Column(
            "missing_identity",
            sa.Enum(
                "newborn_not_registered",
                "pending",
                "other",
                name="missingidentityreason_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("phone", sa.String(length=50), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("resident", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_resident_household_id"), ["household_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_resident_identity_number"), ["identity_number"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_resident_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "ballot_withdrawal",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("sync_version", sa.Integer(), nullable=False),
        sa.Column("sync_seq", sa.Integer(), nullable=False),
        sa.Column("sync_fields", sa.String(), nullable=True),
        sa.Column("sync_dirty", sa.String(), nullable=True),
        sa.Column("sync_extra", sa.String(), nullable=True),
        sa.Column(
            "sync_state",
            sa.Enum(
                "pending",
                "synced",
                "refused",
                "conflict",
                name="syncstate_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("motion_id", sa.String(length=36), nullable=False),
        sa.Column("ballot_id", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("by_account_id", sa.String(length=36), nullable=False),
        sa.Column("withdrawn_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballot.id"], initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["motion_id"], ["motion.id"], initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("ballot_withdrawal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ballot_withdrawal_ballot_id"), ["ballot_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_ballot_withdrawal_motion_id"), ["motion_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_ballot_withdrawal_unit_id"), ["unit_id"], unique=False)
    _guard_synced_tables()
    _make_search()


SYNCED = (
    "unit",
    "account",
    "credential",
    "rule_set",
    "micro_grid",
    "household",
    "resident",
    "case_file",
    "case_party",
    "case_event",
    "motion",
    "motion_event",
    "electorate_entry",
    "ballot",
    "ballot_withdrawal",
)


def _guard_synced_tables() -> None:
    """A write that does not come through the store's session is refused by the file itself.

    ``gulou_may_write`` is a function of the program's own connections; any other tool that tries
    to write finds that it does not exist.
    """
    for table in SYNCED:
        for verb in ("INSERT", "UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER guard_{table}_{verb.lower()} BEFORE {verb} ON {table} "
                "WHEN gulou_may_write() = 0 BEGIN "
                f"SELECT RAISE(ABORT, '{table}: written outside transaction()'); END"
            )
        op.execute(f"CREATE INDEX ix_{table}_dirty ON {table} (id) WHERE sync_dirty IS NOT NULL")
    # The list of cases: newest first, and by state.
    op.execute("CREATE INDEX ix_case_file_newest ON case_file (recorded_at, id)")
    op.execute("CREATE INDEX ix_case_file_by_state ON case_file (state, unit_id)")
    op.execute("CREATE INDEX ix_outbox_waiting ON outbox (op_no) WHERE state = 'waiting'")


def _make_search() -> None:
    op.execute(
        "CREATE VIRTUAL TABLE search_words USING fts5("
        "words, content='', contentless_delete=1, prefix='1 2 3', detail='none')"
    )
