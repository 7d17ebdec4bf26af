"""Blocks of lasting numbers, and which numbers are used."""

from __future__ import annotations

from alembic import op

revision = "c0011"
down_revision = "c0010"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE number_block (
    county_id text NOT NULL DEFAULT current_setting('gulou.county'),
    series text COLLATE "C" NOT NULL,
    year integer NOT NULL,
    first bigint NOT NULL CHECK (first >= 1),
    last bigint NOT NULL,
    install_id text COLLATE "C" NOT NULL,
    epoch text COLLATE "C" NOT NULL,
    given_at timestamptz NOT NULL,
    PRIMARY KEY (county_id, series, year, first),
    CHECK (last >= first)
);
CREATE INDEX number_block_by_install ON number_block (county_id, install_id);
CREATE TABLE used_number (
    county_id text NOT NULL DEFAULT current_setting('gulou.county'),
    series text COLLATE "C" NOT NULL,
    year integer NOT NULL,
    count bigint NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (county_id, series, year, count)
);
COMMENT ON TABLE number_block IS 'lasting numbers set aside for one laptop; never given twice';
COMMENT ON COLUMN number_block.epoch IS 'the epoch in which the county gave it, or heard of it';
COMMENT ON TABLE used_number IS 'which record has, or once had, a lasting number';
"""


def upgrade() -> None:
    """Makes the tables."""
    op.execute(_TABLES)
