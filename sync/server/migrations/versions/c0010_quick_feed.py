"""The county's program numbers its lines of the feed itself; the trigger serves all others."""

from __future__ import annotations

from alembic import op

revision = "c0010"
down_revision = "c0009"
branch_labels = None
depends_on = None

_STEP = """
-- Who gives no number gets one here, after the lock that is held until commit. The program takes
-- the same lock, then its numbers, and is spared a call for every row of thousands.
CREATE OR REPLACE FUNCTION feed_take_seq() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seq IS NULL OR (TG_OP = 'UPDATE' AND NEW.seq = OLD.seq) THEN
        PERFORM pg_advisory_xact_lock(424230, hashtext(NEW.county_id));
        NEW.seq := nextval('feed_seq');
    END IF;
    IF TG_OP = 'INSERT' AND NEW.place = 0 THEN
        NEW.place := NEW.seq;  -- a new record, or a line that is there: nothing to look for
    ELSIF TG_OP = 'INSERT' AND NEW.place IS NULL THEN
        NEW.place := coalesce((
            SELECT min(o.place) FROM feed o WHERE o.county_id = NEW.county_id
            AND o.entity = NEW.entity AND o.record_id = NEW.record_id
        ), NEW.seq);
    END IF;
    RETURN NEW;
END
$$;

DROP TRIGGER feed_in_order ON feed;
CREATE TRIGGER feed_in_order BEFORE INSERT ON feed FOR EACH ROW
    WHEN (NEW.seq IS NULL OR NEW.place IS NULL OR NEW.place = 0)
    EXECUTE FUNCTION feed_take_seq();
CREATE TRIGGER feed_in_order_again BEFORE UPDATE ON feed FOR EACH ROW
    WHEN (NEW.seq = OLD.seq)
    EXECUTE FUNCTION feed_take_seq();
"""


def upgrade() -> None:
    """Replaces the trigger."""
    op.execute(_STEP)
