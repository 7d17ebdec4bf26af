"""How much one exchange carries: as much as the line lets through between two cuts.

What a cut interrupts is sent again, so a batch or page must be small beside what the line carries
until it breaks, and on a good line large. Both are learned: a size halves on a cut and doubles on
success, but not beyond a quarter of the bytes that were last seen to pass before a cut.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from sync.protocol.messages import MAX_OPERATIONS

MAX_ROWS: Final = 10_000
MAX_BYTES: Final = 1024 * 1024
"""Of the patches in one batch, unpacked."""
_SHARE: Final = 4
_LEAST_BYTES: Final = 4 * 1024
"""Less tells nothing of a line: the county restarts, a cable is pulled."""


@dataclass
class Traffic:
    """Bytes that passed, packed, also of what was cut in the middle."""

    up: int = 0
    down: int = 0
    whole_up: int = 0
    """The whole size of the last body sent."""
    whole_down: int = 0
    """The whole size of its answer, once that had begun to come."""

    def since(self, before: Traffic) -> Traffic:
        """What passed after ``before``."""
        passed = (self.up - before.up, self.down - before.down)
        return Traffic(*passed, self.whole_up, self.whole_down)


@dataclass
class BatchSize:
    """Operations and rows of the next exchange."""

    operations: int = 500
    rows: int = 2000
    most_bytes: int | None = None
    """The most that one way of an exchange should be; None until the line was cut once."""
    _carried: int = field(default=0, compare=False)
    """Bytes since the last cut, both ways."""

    @property
    def patch_bytes(self) -> int:
        """The most that the patches of one batch may be before they are packed."""
        return MAX_BYTES if self.most_bytes is None else min(MAX_BYTES, self.most_bytes)

    def grow(self, passed: Traffic, *, operations: int, rows: int) -> None:
        """After an exchange that carried so many operations up and rows down."""
        self._carried += passed.up + passed.down
        if self.most_bytes is not None:
            self.most_bytes = max(self.most_bytes, self._carried // _SHARE)
        self.operations = min(
            self.operations * 2, MAX_OPERATIONS, self._fitting(passed.up, operations)
        )
        self.rows = min(self.rows * 2, MAX_ROWS, self._fitting(passed.down, rows))

    def shrink(self, passed: Traffic, *, operations: int, rows: int) -> None:
        """After a cut or a time-out of an exchange of this size, in which so much had passed."""
        self._carried += passed.up + passed.down
        if self._carried >= _LEAST_BYTES:
            self.most_bytes = self._carried // _SHARE
        self._carried = 0
        fitting = self._fitting(passed.whole_up, operations)
        self.operations = max(min(self.operations // 2, fitting), 1)
        self.rows = max(min(self.rows // 2, self._fitting(passed.whole_down, rows)), 1)

    def _fitting(self, size: int, count: int) -> int:
        """How many of this kind fit, from what ``count`` of them weighed."""
        if self.most_bytes is None or count == 0:
            return MAX_ROWS
        return max(self.most_bytes * count // max(size, 1), 1)
