"""What an operation carries since protocol 2."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Which version of the record was seen; nobody knows it of operations that are there."""
    op.add_column("outbox", sa.Column("seen", sa.Integer(), nullable=True))
