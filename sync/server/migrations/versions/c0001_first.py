"""The first shape: records, feed, intake, installs, conflicts."""

from __future__ import annotations

from alembic import op

revision = "c0001"
down_revision = None

_TABLES = """
CREATE TABLE county_state (
    name text PRIMARY KEY,
    value text NOT NULL
);

CREATE TABLE install (
    id text PRIMARY KEY,
    unit_id text NOT NULL,
    device_name text NOT NULL,
    public_key bytea NOT NULL UNIQUE,
    enrolled_at timestamptz NOT NULL,
    revoked_at timestamptz,
    last_contact_at timestamptz,
    last_op_no bigint NOT NULL DEFAULT 0,
    last_effective_at timestamptz,
    clock_offset_ms bigint,
    app_version text NOT NULL,
    schema_version integer
);

CREATE TABLE enrolment_code (
    code_hash text PRIMARY KEY,
    unit_id text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    used_by text
);

-- Raw operations, committed before anything judges them, and never touched again. The body is text
-- and not jsonb: jsonb refuses some lawful JSON, and here nothing may be refused.
CREATE TABLE op_raw (
    install_id text COLLATE "C" NOT NULL,
    op_no bigint NOT NULL,
    txn bigint NOT NULL,
    sha256 bytea NOT NULL,
    body text NOT NULL,
    received_at timestamptz NOT NULL,
    effective_at timestamptz NOT NULL,
    tries smallint NOT NULL DEFAULT 0,
    PRIMARY KEY (install_id, op_no)
);

CREATE TABLE op_verdict (
    install_id text COLLATE "C" NOT NULL,
    op_no bigint NOT NULL,
    verdict jsonb NOT NULL,
    judged_at timestamptz NOT NULL,
    PRIMARY KEY (install_id, op_no)
);

CREATE VIEW op_intake AS
    SELECT r.*, v.verdict, v.judged_at
    FROM op_raw r LEFT JOIN op_verdict v USING (install_id, op_no);

CREATE TABLE record (
    entity text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    unit_id text NOT NULL,
    bucket text COLLATE "C" NOT NULL,
    parent_id text COLLATE "C",
    body jsonb NOT NULL,
    fields jsonb NOT NULL DEFAULT '{}',
    edits jsonb NOT NULL DEFAULT '{}',
    version integer NOT NULL,
    is_deleted boolean NOT NULL DEFAULT false,
    state text,
    not_applied_reason text,
    created_by text NOT NULL,
    created_install text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_by text NOT NULL,
    updated_install text NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (entity, id)
) WITH (fillfactor = 85);
CREATE INDEX record_by_parent ON record (parent_id, entity) WHERE parent_id IS NOT NULL;
COMMENT ON COLUMN record.fields IS 'field -> version at which it last changed; absent: 1';
COMMENT ON COLUMN record.edits IS
    'field -> [account, install, ms] of its last change; absent: as created';

CREATE TABLE feed (
    seq bigint NOT NULL,
    bucket text COLLATE "C" NOT NULL,
    entity text COLLATE "C" NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    kind text NOT NULL CHECK (kind IN ('put', 'evict', 'tombstone')),
    version integer NOT NULL,
    PRIMARY KEY (entity, record_id, bucket)
);
CREATE INDEX feed_by_bucket ON feed (bucket, seq);
CREATE INDEX feed_by_seq ON feed (seq);

CREATE TABLE conflict (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    entity text NOT NULL,
    record_id text NOT NULL,
    field text NOT NULL,
    county_value jsonb,
    county_by text,
    county_version integer NOT NULL,
    incoming_value jsonb,
    incoming_by text NOT NULL,
    incoming_install text NOT NULL,
    op_no bigint NOT NULL,
    at timestamptz NOT NULL,
    status text NOT NULL DEFAULT 'open'
);
CREATE INDEX conflict_by_record ON conflict (entity, record_id);
"""

_FEED_ORDER = """
CREATE SEQUENCE feed_seq;

-- Sequences do not commit in order. So the number is taken inside the trigger, after the lock that
-- is held until commit; a column default would be evaluated before the trigger and lose rows.
CREATE FUNCTION feed_take_seq() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(424230);
    NEW.seq := nextval('feed_seq');
    RETURN NEW;
END
$$;

CREATE TRIGGER feed_in_order BEFORE INSERT OR UPDATE ON feed
    FOR EACH ROW EXECUTE FUNCTION feed_take_seq();
"""


def upgrade() -> None:
    """Makes everything."""
    op.execute(_TABLES)
    op.execute(_FEED_ORDER)
