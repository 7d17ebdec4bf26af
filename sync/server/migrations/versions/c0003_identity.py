"""Renewed laptops, epochs and backups."""

from __future__ import annotations

revision = "c0003"
down_revision = "c0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
