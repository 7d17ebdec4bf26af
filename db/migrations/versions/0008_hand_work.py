"""Refused work kept as a note, and exchange by stick."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Notes of what the county did not take, and the writings onto sticks."""
    op.execute("ALTER TABLE outbox ADD COLUMN kept_at VARCHAR")
    op.execute("CREATE INDEX ix_outbox_quarantined ON outbox (op_no) WHERE state = 'quarantined'")
    op.create_table(
        "kept_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("op_no", sa.Integer(), nullable=False),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("patch", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=True),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("written_at", sa.String(), nullable=False),
        sa.Column("kept_at", sa.String(), nullable=False),
        sa.Column("kept_by", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_kept_note_op_no", "kept_note", ["op_no"])
    op.create_table(
        "stick",
        sa.Column("stick_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("install_id", sa.String(length=60), nullable=False),
        sa.Column("written_at", sa.String(), nullable=False),
        sa.Column("operations", sa.Integer(), nullable=False),
        sa.Column("first_op_no", sa.Integer(), nullable=False),
        sa.Column("last_op_no", sa.Integer(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.String(), nullable=True),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("stick_id"),
        sa.UniqueConstraint("number"),
    )
