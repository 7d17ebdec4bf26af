"""How many bytes of originals may go up in a day while the line is poor: a setting of the laptop.

It lies in the laptop's file and not with the screen's settings, because it is the line that costs
money, whoever has signed in.
"""

from __future__ import annotations

from typing import Final

from app.store import Store
from db.blobs import DAILY_BUDGET, USUAL_DAILY_MIB

BUDGETS_MIB: Final = (0, 5, 20, 100)
"""What may be chosen; 0 sends only on a good line."""


def daily_budget_mib(store: Store) -> int:
    """The choice in MiB."""
    return int(store.value(DAILY_BUDGET) or USUAL_DAILY_MIB)


def set_daily_budget(store: Store, mib: int) -> int:
    """Keeps the choice; it counts from the next piece on."""
    store.set_values(**{DAILY_BUDGET: str(mib)})
    return mib
