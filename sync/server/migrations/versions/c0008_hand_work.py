"""Sticks that were read."""

from __future__ import annotations

from alembic import op

revision = "c0008"
down_revision = "c0007"
branch_labels = None
depends_on = None

_TABLE = """
CREATE TABLE stick_read (
    county_id text COLLATE "C" NOT NULL
        DEFAULT coalesce(current_setting('gulou.county', true), '431230'),
    install_id text COLLATE "C" NOT NULL,
    stick_id text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    operations bigint NOT NULL,
    first_read_at timestamptz NOT NULL,
    last_read_at timestamptz NOT NULL,
    times integer NOT NULL DEFAULT 1,
    PRIMARY KEY (county_id, install_id, stick_id)
);
"""


def upgrade() -> None:
    """What came by hand, how often it was read."""
    op.execute(_TABLE)
