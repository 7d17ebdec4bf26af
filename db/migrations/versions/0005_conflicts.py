"""Conflicts, their settlement, doubled households and the names they go by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_SYNC_STATES = ("pending", "synced", "refused", "conflict")
_KINDS = ("field", "delete", "ballot_double", "household_double", "case_closed_and_sent")
_CHOICES = (
    "keep_current",
    "take_other",
    "another_value",
    "delete_record",
    "keep_ballot",
    "merge_households",
    "not_the_same",
    "stays_closed",
    "reopen_case",
    "gone",
    "reopen",
)


def upgrade() -> None:
    """Makes the three tables, guarded like the others."""
    op.create_table(
        "conflict",
        *_synced_columns(),
        sa.Column("kind", _enum("conflictkind_known", *_KINDS), nullable=False),
        sa.Column("subject_entity", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=60), nullable=False),
        sa.Column("other_id", sa.String(length=60), nullable=True),
        sa.Column("field_name", sa.String(length=60), nullable=True),
        sa.Column("base_value", sa.String(), nullable=True),
        sa.Column("current_value", sa.String(), nullable=True),
        sa.Column("current_by", sa.String(length=36), nullable=False),
        sa.Column("current_install", sa.String(length=60), nullable=False),
        sa.Column("current_at", sa.String(), nullable=False),
        sa.Column("other_value", sa.String(), nullable=True),
        sa.Column("other_by", sa.String(length=36), nullable=False),
        sa.Column("other_install", sa.String(length=60), nullable=False),
        sa.Column("other_at", sa.String(), nullable=False),
        sa.Column("detail", sa.String(length=8000), nullable=True),
        sa.Column("found_at", sa.String(), nullable=False),
        sa.Column("state", _enum("conflictstate_known", "open", "settled"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "conflict_settlement",
        *_synced_columns(),
        sa.Column("conflict_id", sa.String(length=36), nullable=False),
        sa.Column("choice", _enum("settlementchoice_known", *_CHOICES), nullable=False),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("by_account_id", sa.String(length=36), nullable=False),
        sa.Column("settled_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conflict_id"], ["conflict.id"], initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "record_alias",
        *_synced_columns(),
        sa.Column("subject_entity", sa.String(length=40), nullable=False),
        sa.Column("old_id", sa.String(length=60), nullable=False),
        sa.Column("new_id", sa.String(length=60), nullable=False),
        sa.Column("old_version", sa.Integer(), nullable=False),
        sa.Column("by_account_id", sa.String(length=36), nullable=False),
        sa.Column("happened_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    for table, column in (
        ("conflict", "subject_id"),
        ("conflict", "unit_id"),
        ("conflict_settlement", "conflict_id"),
        ("conflict_settlement", "unit_id"),
        ("record_alias", "old_id"),
        ("record_alias", "unit_id"),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column], unique=False)
    # The list of what is open, and the number in the navigation.
    op.execute("CREATE INDEX ix_conflict_by_state ON conflict (state, subject_entity)")
    for table in ("conflict", "conflict_settlement", "record_alias"):
        _guard(table)


def _synced_columns() -> tuple[sa.Column, ...]:  # type: ignore[type-arg]
    return (
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("sync_version", sa.Integer(), nullable=False),
        sa.Column("sync_seq", sa.Integer(), nullable=False),
        sa.Column("sync_fields", sa.String(), nullable=True),
        sa.Column("sync_dirty", sa.String(), nullable=True),
        sa.Column("sync_extra", sa.String(), nullable=True),
        sa.Column("sync_state", _enum("syncstate_known", *_SYNC_STATES), nullable=False),
    )


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _guard(table: str) -> None:
    """As for every synced table: see the first step."""
    for verb in ("INSERT", "UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER guard_{table}_{verb.lower()} BEFORE {verb} ON {table} "
            "WHEN gulou_may_write() = 0 BEGIN "
            f"SELECT RAISE(ABORT, '{table}: written outside transaction()'); END"
        )
    op.execute(f"CREATE INDEX ix_{table}_dirty ON {table} (id) WHERE sync_dirty IS NOT NULL")
