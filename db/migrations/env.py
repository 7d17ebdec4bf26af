"""Alembic's entry: runs on the connection that db/upgrade.py hands over, never on a URL."""

from __future__ import annotations

from alembic import context

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=context.config.attributes.get("metadata"),
    render_as_batch=True,
    transaction_per_migration=True,
)
context.run_migrations()
