"""The pieces of photographs, scans and recordings."""

from __future__ import annotations

from alembic import op

revision = "c0007"
down_revision = "c0006"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE blob (
    county_id text NOT NULL DEFAULT current_setting('gulou.county'),
    sha256 text COLLATE "C" NOT NULL,
    size bigint NOT NULL,
    held bigint NOT NULL DEFAULT 0,
    begun_at timestamptz NOT NULL,
    whole_at timestamptz,
    unreferenced_since timestamptz,
    PRIMARY KEY (county_id, sha256)
);
COMMENT ON COLUMN blob.held IS 'bytes that have come; all of them from whole_at on';

CREATE TABLE blob_piece (
    county_id text NOT NULL DEFAULT current_setting('gulou.county'),
    sha256 text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (county_id, sha256, at),
    FOREIGN KEY (county_id, sha256) REFERENCES blob ON DELETE CASCADE
);
-- Pictures are compressed already: trying again costs time, and parts are read without the rest.
ALTER TABLE blob_piece ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE INDEX record_by_original ON record (county_id, (body ->> 'sha256'))
    WHERE entity = 'attachment';
"""


def upgrade() -> None:
    """Makes the store of originals."""
    op.execute(_TABLES)
