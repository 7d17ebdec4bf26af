"""Sums, repairs, health."""

from __future__ import annotations

from alembic import op

revision = "c0006"
down_revision = "c0005"
branch_labels = None
depends_on = None

_STATEMENTS = """
-- The sums of a scope read the records of its buckets.
CREATE INDEX record_by_bucket ON record (county_id, bucket) WHERE NOT is_deleted;

CREATE INDEX record_shared ON record (county_id, entity) WHERE shared IS NOT NULL;

-- A line in a bucket that is not the record's own says whose it is: so the few records a scope
-- holds from elsewhere are found without looking at all it holds.
ALTER TABLE feed ADD COLUMN home text COLLATE "C";
CREATE INDEX feed_away_from_home ON feed (county_id, bucket) WHERE home IS NOT NULL;
COMMENT ON COLUMN feed.home IS 'the record''s own bucket, where it is another than this line''s';

ALTER TABLE install ADD COLUMN protocol integer;
ALTER TABLE install ADD COLUMN waiting integer;
ALTER TABLE install ADD COLUMN refused integer;
COMMENT ON COLUMN install.waiting IS 'operations the laptop had left to send at its last contact';
COMMENT ON COLUMN install.refused IS 'refused operations nobody has sent again, as the laptop says';

-- What stands in somebody's way, without a walk through all that was ever judged.
CREATE INDEX op_verdict_troubled ON op_verdict (county_id, install_id)
    WHERE verdict ->> 'verdict' IN ('refused', 'quarantined');

CREATE INDEX op_raw_tried ON op_raw (county_id, install_id) WHERE tries > 0;

CREATE TABLE repair (
    county_id text COLLATE "C" NOT NULL DEFAULT current_setting('gulou.county'),
    install_id text COLLATE "C" NOT NULL,
    no bigint NOT NULL,
    reported_at timestamptz NOT NULL,
    at timestamptz,
    bucket text NOT NULL,
    laid integer NOT NULL,
    removed integer NOT NULL,
    is_mended boolean NOT NULL,
    PRIMARY KEY (county_id, install_id, no)
);
COMMENT ON TABLE repair IS 'laptops that were not equal with the county, and what was done';

-- What each serving process counted; the sum over all of them is the county's.
CREATE TABLE process_count (
    county_id text COLLATE "C" NOT NULL DEFAULT current_setting('gulou.county'),
    process text COLLATE "C" NOT NULL,
    counted jsonb NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (county_id, process)
);
"""


def upgrade() -> None:
    """Makes the tables of the checks."""
    op.execute(_STATEMENTS)
