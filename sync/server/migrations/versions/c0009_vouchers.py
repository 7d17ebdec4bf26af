"""Which laptops have shown that they have an original they name."""

from __future__ import annotations

from alembic import op

revision = "c0009"
down_revision = "c0008"
branch_labels = None
depends_on = None

_TABLE = """
CREATE TABLE blob_voucher (
    county_id text NOT NULL DEFAULT current_setting('gulou.county'),
    sha256 text COLLATE "C" NOT NULL,
    install_id text COLLATE "C" NOT NULL,
    shown bigint NOT NULL DEFAULT 0,
    is_same boolean NOT NULL DEFAULT true,
    vouched_at timestamptz,
    PRIMARY KEY (county_id, sha256, install_id)
);
COMMENT ON COLUMN blob_voucher.shown IS 'bytes it has sent from the start on, without a gap';
COMMENT ON COLUMN blob_voucher.is_same IS 'whether they were those of the original until now';
COMMENT ON COLUMN blob_voucher.vouched_at IS 'from then on its records open the original';
"""


def upgrade() -> None:
    """Makes the table."""
    op.execute(_TABLE)
