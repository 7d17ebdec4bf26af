"""Keeps Python's search for cycles from stopping the window.

A full search looks at every object of the program: 0.15 s of everybody's time, in the middle of a
list that is scrolled or a board that is read. What was imported stays to the end and is taken out
of its sight; what comes later is looked at in small portions, and as a whole but seldom: rows that
are read go by themselves.
"""

from __future__ import annotations

import gc
from typing import Final

_NEW: Final = 10_000
"""Objects until the newest are searched: half a millisecond."""
_YOUNG: Final = 10
_WHOLE: Final = 50
"""Searches of the younger until everything that came since is searched."""


def settle_memory() -> None:
    """For the program itself, once its pages are imported; a process that makes many windows would
    keep them all."""
    gc.freeze()
    gc.set_threshold(_NEW, _YOUNG, _WHOLE)
