"""The county's id in every key, and what an operation carries since protocol 2."""

from __future__ import annotations

revision = "c0002"
down_revision = "c0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
