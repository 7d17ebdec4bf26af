"""Sums per bucket, and what their repair found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the list of repairs, and lets what was refused be counted without a walk."""
    op.create_table(
        "sync_incident",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("bucket", sa.String(length=80), nullable=False),
        sa.Column("laid", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("is_mended", sa.Boolean(), nullable=False),
        sa.Column("is_reported", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("no"),
    )
    op.execute(
        "CREATE INDEX ix_outbox_refused ON outbox (record_id, op_no) "
        "WHERE state IN ('refused', 'quarantined')"
    )
