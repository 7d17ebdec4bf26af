"""Sums, repairs, health."""

from __future__ import annotations

revision = "c0006"
down_revision = "c0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
