"""Renewed laptops, epochs and backups."""

from __future__ import annotations

from alembic import op

revision = "c0003"
down_revision = "c0002"
branch_labels = None
depends_on = None


_STEP = """
ALTER TABLE install
    ADD COLUMN renewed_from text,
    ADD COLUMN first_op_no bigint NOT NULL DEFAULT 1,
    ADD COLUMN backed_up_op_no bigint NOT NULL DEFAULT 0,
    ADD COLUMN caught_up_at timestamptz,
    ADD COLUMN destroy_key boolean NOT NULL DEFAULT false,
    ADD COLUMN destroy_told_at timestamptz;
CREATE INDEX install_by_renewal ON install (county_id, renewed_from)
    WHERE renewed_from IS NOT NULL;
COMMENT ON COLUMN install.first_op_no IS 'the first number given under this name';
COMMENT ON COLUMN install.backed_up_op_no IS
    'every operation up to this number lies in a backup, with its verdict';
COMMENT ON COLUMN install.caught_up_at IS
    'the last contact after which nothing it had written was still to come';
"""


def upgrade() -> None:
    """New columns of the install; nothing of it changes what is there."""
    op.execute(_STEP)
