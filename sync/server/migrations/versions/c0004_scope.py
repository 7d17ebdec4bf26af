"""Where records have been, and who holds a case."""

from __future__ import annotations

from alembic import op

revision = "c0004"
down_revision = "c0003"
branch_labels = None
depends_on = None

_STEP = """
ALTER TABLE record ADD COLUMN shared text COLLATE "C";
COMMENT ON COLUMN record.shared IS
    'further buckets it lies in, separated by spaces; NULL: never moved and never shared';

-- What lay elsewhere before: a record in another unit, a case with another holder, a unit under
-- another township, a laptop in another village. Work written by who did not know of it yet is
-- judged by this. Never emptied: a laptop may come back after a year.
CREATE TABLE placement (
    county_id text COLLATE "C" NOT NULL
        DEFAULT coalesce(current_setting('gulou.county', true), '431230'),
    entity text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    unit_id text COLLATE "C" NOT NULL,
    bucket text COLLATE "C" NOT NULL,
    is_holder boolean NOT NULL DEFAULT false,
    until timestamptz NOT NULL,
    PRIMARY KEY (county_id, entity, id, unit_id, is_holder)
);

-- A unit that was merged into another; what still names it is the other's.
CREATE TABLE merged_unit (
    county_id text COLLATE "C" NOT NULL
        DEFAULT coalesce(current_setting('gulou.county', true), '431230'),
    unit_id text COLLATE "C" NOT NULL,
    into_unit_id text COLLATE "C" NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (county_id, unit_id)
);
"""

_PLACES = """
-- Where a record first stood in the feed. Events are folded in this order, and it must be one and
-- the same for a unit that is handed a case later and gets all of its events at new numbers.
ALTER TABLE feed ADD COLUMN place bigint;
UPDATE feed f SET place = (
    SELECT min(o.seq) FROM feed o WHERE o.county_id = f.county_id AND o.entity = f.entity
    AND o.record_id = f.record_id
);

CREATE OR REPLACE FUNCTION feed_take_seq() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(424230, hashtext(NEW.county_id));
    NEW.seq := nextval('feed_seq');
    IF TG_OP = 'INSERT' AND NEW.place = 0 THEN
        NEW.place := NEW.seq;  -- a new record, or a line that is there: nothing to look for
    ELSIF TG_OP = 'INSERT' THEN
        NEW.place := coalesce((
            SELECT min(o.place) FROM feed o WHERE o.county_id = NEW.county_id
            AND o.entity = NEW.entity AND o.record_id = NEW.record_id
        ), NEW.seq);
    END IF;
    RETURN NEW;
END
$$;
"""


def upgrade() -> None:
    """Adds them."""
    op.execute(_STEP)
    op.execute(_PLACES)
