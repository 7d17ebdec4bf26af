"""The county's id in every key, and which rows need no echo.

Several counties can then live in one database, or one table be spread over machines or partitions
by county (Citus, declarative partitioning): both demand the distributing column in every key. It
comes first in each index, so that what one county reads lies together.
"""

from __future__ import annotations

from alembic import op

revision = "c0002"
down_revision = "c0001"
branch_labels = None
depends_on = None

_KEYS = {
    "county_state": "name",
    "install": "id",
    "enrolment_code": "code_hash",
    "op_raw": "install_id, op_no",
    "op_verdict": "install_id, op_no",
    "record": "entity, id",
    "feed": "entity, record_id, bucket",
    "conflict": "id",
}

_INDEXES = """
ALTER TABLE install DROP CONSTRAINT install_public_key_key;
ALTER TABLE install ADD CONSTRAINT install_public_key_key UNIQUE (county_id, public_key);

DROP INDEX record_by_parent;
CREATE INDEX record_by_parent ON record (county_id, parent_id, entity)
    WHERE parent_id IS NOT NULL;

DROP INDEX feed_by_bucket;
DROP INDEX feed_by_seq;
CREATE INDEX feed_by_bucket ON feed (county_id, bucket, seq);
CREATE INDEX feed_by_seq ON feed (county_id, seq);

DROP INDEX conflict_by_record;
CREATE INDEX conflict_by_record ON conflict (county_id, entity, record_id);
"""

_INTAKE = """
CREATE VIEW op_intake AS
    SELECT r.*, v.verdict, v.judged_at
    FROM op_raw r LEFT JOIN op_verdict v USING (county_id, install_id, op_no)
    WHERE r.county_id = current_setting('gulou.county');
"""

_HOLDING = """
ALTER TABLE record ADD COLUMN unheld integer NOT NULL DEFAULT 0;
-- Nobody knows whether the laptops hold what is there as it stands.
UPDATE record SET unheld = version;
COMMENT ON COLUMN record.unheld IS
    'the last version whose writer may not hold what came of it and is sent an echo';
"""

_FEED_ORDER = """
-- One lock for each county: counties in one database do not wait for each other.
CREATE OR REPLACE FUNCTION feed_take_seq() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(424230, hashtext(NEW.county_id));
    NEW.seq := nextval('feed_seq');
    RETURN NEW;
END
$$;
"""


def upgrade() -> None:
    """Gives what is there to the county that runs the step."""
    op.execute("DROP VIEW op_intake")
    for table, key in _KEYS.items():
        op.execute(
            f'ALTER TABLE {table} ADD COLUMN county_id text COLLATE "C" NOT NULL '
            "DEFAULT current_setting('gulou.county')"
        )
        op.execute(
            f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey, "
            f"ADD CONSTRAINT {table}_pkey PRIMARY KEY (county_id, {key})"
        )
    op.execute(_INDEXES)
    op.execute(_INTAKE)
    op.execute(_HOLDING)
    op.execute(_FEED_ORDER)
