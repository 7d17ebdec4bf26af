"""What windows and actions know of the local store: its type, what a write touched, row states."""

from __future__ import annotations

from db.session import Changes, Store, Transaction
from db.tables.base import SyncState

__all__ = ["Changes", "Store", "SyncState", "Transaction"]
