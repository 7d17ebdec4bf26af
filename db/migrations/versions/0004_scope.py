"""Hand-overs, and records that leave this laptop."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_SYNC_STATES = ("pending", "synced", "refused", "conflict")
_SUBJECTS = ("household", "account", "case_file")


def upgrade() -> None:
    """The table of hand-overs, who holds a case, and what is about to leave."""
    _make_handover()
    op.execute("ALTER TABLE case_file ADD COLUMN holder_unit_id VARCHAR(36)")
    op.create_index("ix_case_file_holder_unit_id", "case_file", ["holder_unit_id"])
    op.create_table(
        "departure",
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=60), nullable=False),
        sa.Column("is_for_ever", sa.Boolean(), nullable=False),
        sa.Column("left_at", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("entity", "record_id"),
    )


def _make_handover() -> None:
    op.create_table(
        "handover",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("sync_version", sa.Integer(), nullable=False),
        sa.Column("sync_seq", sa.Integer(), nullable=False),
        sa.Column("sync_fields", sa.String(), nullable=True),
        sa.Column("sync_dirty", sa.String(), nullable=True),
        sa.Column("sync_extra", sa.String(), nullable=True),
        sa.Column("sync_state", _enum("syncstate_known", _SYNC_STATES), nullable=False),
        sa.Column("subject_entity", _enum("handoversubject_known", _SUBJECTS), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("from_unit_id", sa.String(length=36), nullable=False),
        sa.Column("to_unit_id", sa.String(length=36), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.Column("by_account_id", sa.String(length=36), nullable=False),
        sa.Column("happened_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_handover_unit_id", "handover", ["unit_id"])
    op.create_index("ix_handover_subject_id", "handover", ["subject_id"])
    op.execute("CREATE INDEX ix_handover_dirty ON handover (id) WHERE sync_dirty IS NOT NULL")
    for verb in ("INSERT", "UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER guard_handover_{verb.lower()} BEFORE {verb} ON handover "
            "WHEN gulou_may_write() = 0 BEGIN "
            "SELECT RAISE(ABORT, 'handover: written outside transaction()'); END"
        )


def _enum(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)
