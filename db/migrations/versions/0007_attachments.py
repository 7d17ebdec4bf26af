"""Photographs, scans and recordings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The records; the originals lie in a file of their own."""
    op.create_table(
        "attachment",
        *_synced_columns(),
        sa.Column("subject_entity", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=60), nullable=False),
        sa.Column("part_id", sa.String(length=60), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("taken_at", sa.String(), nullable=True),
        sa.Column("thumbnail", sa.String(length=11_000), nullable=True),
        sa.Column("by_account_id", sa.String(length=36), nullable=False),
        sa.Column("happened_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_attachment_unit_id", "attachment", ["unit_id"])
    op.create_index("ix_attachment_subject_id", "attachment", ["subject_id"])
    op.create_index("ix_attachment_sha256", "attachment", ["sha256"])
    op.create_table(
        "attachment_withdrawal",
        *_synced_columns(),
        sa.Column("subject_entity", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=60), nullable=False),
        sa.Column("attachment_id", sa.String(length=36), nullable=False),
        sa.Column("kind", _enum("withdrawalkind_known", "withdrawn", "put_back"), nullable=False),
        sa.Column("by_account_id", sa.String(length=36), nullable=False),
        sa.Column("happened_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    for name in ("unit_id", "subject_id", "attachment_id"):
        op.create_index(f"ix_attachment_withdrawal_{name}", "attachment_withdrawal", [name])
    for table in ("attachment", "attachment_withdrawal"):
        _guard(table)


def _synced_columns() -> list[sa.Column[str] | sa.Column[int]]:
    states = ("pending", "synced", "refused", "conflict")
    return [
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("sync_version", sa.Integer(), nullable=False),
        sa.Column("sync_seq", sa.Integer(), nullable=False),
        sa.Column("sync_fields", sa.String(), nullable=True),
        sa.Column("sync_dirty", sa.String(), nullable=True),
        sa.Column("sync_extra", sa.String(), nullable=True),
        sa.Column("sync_state", _enum("syncstate_known", *states), nullable=False),
    ]


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _guard(table: str) -> None:
    """As for the tables of the first file: no write past the outbox."""
    for verb in ("INSERT", "UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER guard_{table}_{verb.lower()} BEFORE {verb} ON {table} "
            "WHEN gulou_may_write() = 0 BEGIN "
            f"SELECT RAISE(ABORT, '{table}: written outside transaction()'); END"
        )
    op.execute(f"CREATE INDEX ix_{table}_dirty ON {table} (id) WHERE sync_dirty IS NOT NULL")
