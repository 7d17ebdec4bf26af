"""What windows and actions know of the local store: its type, and what a write touched."""

from __future__ import annotations

from db.session import Changes, Store, Transaction

__all__ = ["Changes", "Store", "Transaction"]
