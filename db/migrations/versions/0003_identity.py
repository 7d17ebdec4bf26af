"""Who numbered an operation first, and what the county has backed up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One column that is empty on a laptop that was never renewed."""
    op.add_column("outbox", sa.Column("origin", sa.String(length=60), nullable=True))
