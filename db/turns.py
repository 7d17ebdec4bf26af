"""One program at a time: two windows must not make, or upgrade, one file at once."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LONGEST_WAIT_S = 60.0
_STEP_S = 0.05


@contextmanager
def only_one(path: Path, *, patience_s: float = _LONGEST_WAIT_S) -> Iterator[None]:
    """Holds the lock file at ``path``; the system lets go of it when a program is killed.

    Raises ``TimeoutError`` when another program holds it for longer than ``patience_s``.
    """
    with path.open("ab") as file:
        deadline = time.monotonic() + patience_s
        while not _is_taken(file.fileno()):
            if time.monotonic() > deadline:
                raise TimeoutError(str(path))
            time.sleep(_STEP_S)
        yield  # closing the file lets go


if sys.platform == "win32":
    import msvcrt

    def _is_taken(handle: int) -> bool:
        os.lseek(handle, 0, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _is_taken(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
