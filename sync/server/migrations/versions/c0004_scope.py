"""Where records have been, and who holds a case."""

from __future__ import annotations

revision = "c0004"
down_revision = "c0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
