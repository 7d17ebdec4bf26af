"""The pieces of photographs, scans and recordings."""

from __future__ import annotations

revision = "c0007"
down_revision = "c0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
