"""Sticks that were read."""

from __future__ import annotations

revision = "c0008"
down_revision = "c0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
