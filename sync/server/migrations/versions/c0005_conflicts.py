"""Conflicts as records, doubled households, names that go on."""

from __future__ import annotations

revision = "c0005"
down_revision = "c0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
