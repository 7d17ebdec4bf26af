"""How much memory processes need at most, as the machine sees it while something is measured."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Final

import psutil

_EVERY_S: Final = 0.05
_MIB: Final = 1024 * 1024


class PeakMemory:
    """Samples the resident memory of a process with its children while the block runs.

    ``is_alone`` leaves the children out: those of whoever measures are what is measured.
    """

    def __init__(self, pid: int, *, is_alone: bool = False) -> None:
        self._is_alone = is_alone
        self._process = psutil.Process(pid)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.mib = 0.0

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _value: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(_EVERY_S):
            try:
                children = [] if self._is_alone else self._process.children(recursive=True)
                family = [self._process, *children]
                size = sum(one.memory_info().rss for one in family)
            except psutil.NoSuchProcess:
                continue
            self.mib = max(self.mib, size / _MIB)
