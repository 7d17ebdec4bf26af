"""Conflicts as records, doubled households, names that go on."""

from __future__ import annotations

from alembic import op

revision = "c0005"
down_revision = "c0004"
branch_labels = None
depends_on = None

# What was noted so far becomes records in the feed; only what a person still has to look at.
_AS_RECORDS = """
INSERT INTO record (entity, id, unit_id, bucket, parent_id, body, version, state, created_by,
    created_install, created_at, updated_by, updated_install, updated_at)
SELECT 'conflict', md5(c.incoming_install || '/' || c.op_no || '/' || c.field)::uuid::text,
    r.unit_id, r.unit_id, c.record_id, jsonb_build_object(
        'unit_id', r.unit_id,
        'kind', CASE c.field WHEN '*' THEN 'delete' ELSE 'field' END,
        'subject_entity', c.entity, 'subject_id', c.record_id, 'other_id', NULL,
        'field_name', nullif(c.field, '*'), 'base_value', NULL,
        'current_value', CASE c.field WHEN '*' THEN NULL ELSE c.incoming_value::text END,
        'current_by', CASE c.field WHEN '*' THEN coalesce(c.county_by, '') ELSE c.incoming_by END,
        'current_install', CASE c.field WHEN '*' THEN '' ELSE c.incoming_install END,
        'current_at', to_char(c.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'other_value', CASE c.field WHEN '*' THEN NULL ELSE c.county_value::text END,
        'other_by', CASE c.field WHEN '*' THEN c.incoming_by ELSE coalesce(c.county_by, '') END,
        'other_install', CASE c.field WHEN '*' THEN c.incoming_install ELSE '' END,
        'other_at', to_char(c.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'detail', NULL,
        'found_at', to_char(c.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')),
    1, 'open', 'county', 'county', c.at, 'county', 'county', c.at
FROM conflict c JOIN record r ON r.county_id = c.county_id AND r.entity = c.entity
    AND r.id = c.record_id
WHERE c.status = 'open' AND c.entity <> 'credential' AND NOT r.is_deleted;

INSERT INTO feed (bucket, entity, record_id, kind, version)
SELECT bucket, entity, id, 'put', version FROM record
WHERE county_id = current_setting('gulou.county') AND entity = 'conflict' ORDER BY created_at;

DROP TABLE conflict;

-- By what two laptops' records of one household are found. Beside the records and not an index on
-- their bodies: such an index would make every update of a record write into all indexes.
CREATE TABLE likeness (
    county_id text COLLATE "C" NOT NULL
        DEFAULT coalesce(current_setting('gulou.county', true), '431230'),
    kind text COLLATE "C" NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    unit_id text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    install_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (county_id, kind, record_id)
);
CREATE INDEX likeness_by_value ON likeness (county_id, value, unit_id, kind);
COMMENT ON COLUMN likeness.kind IS 'number of a household, identity of a resident';

INSERT INTO likeness (kind, record_id, unit_id, value, install_id)
SELECT CASE entity WHEN 'household' THEN 'number' ELSE 'identity' END, id, unit_id,
    CASE entity WHEN 'household' THEN coalesce(ltrim(upper(body ->> 'number'), '0 '), '')
        ELSE body ->> 'identity_number' END,
    created_install
FROM record
WHERE county_id = current_setting('gulou.county') AND NOT is_deleted
    AND (entity = 'household' OR entity = 'resident' AND body ->> 'identity_number' IS NOT NULL);
"""


def upgrade() -> None:
    """One source: the table of what lost goes, its rows become records."""
    op.execute(_AS_RECORDS)
