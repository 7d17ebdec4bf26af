"""What the windows need for sticks: this laptop's file and keys, progress, a way to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QStorageInfo, Signal

from app.errors import ErrorCode, UserFacingError
from app.laptop import Laptop
from app.refolding import refold
from sync.client.stick import StickRead, StickRow, StickWritten, read_stick, sticks, write_stick

_MEDIA = ("/media/", "/run/media/", "/mnt/", "/Volumes/")


class StickDesk(QObject):
    """``progressed(done, all)`` while a stick is written or read; works on the runner's threads."""

    progressed = Signal(int, int)

    def __init__(
        self,
        laptop: Laptop,
        *,
        tell: Callable[[StickRead], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._laptop = laptop
        self._tell = tell
        self._stopped = threading.Event()

    def write(self, folder: Path) -> StickWritten:
        """On a background thread; raises ``UserFacingError``."""
        self._stopped.clear()
        laptop = self._laptop
        return write_stick(
            laptop.store,
            laptop.keys,
            folder,
            secret_name=laptop.device_secret,
            on_progress=self._on_progress,
        )

    def read(self, folder: Path) -> StickRead:
        """On a background thread; raises ``UserFacingError``."""
        self._stopped.clear()
        laptop = self._laptop
        found = read_stick(
            laptop.store,
            laptop.keys,
            folder,
            secret_name=laptop.device_secret,
            after=refold,
            on_progress=self._on_progress,
        )
        self._tell(found)
        return found

    def receipts(self) -> tuple[StickRow, ...]:
        """The writings of this laptop, newest first."""
        return sticks(self._laptop.store)

    def stop(self) -> None:
        """What is under way ends after its present piece; nothing is left half done."""
        self._stopped.set()

    def _on_progress(self, done: int, whole: int) -> None:
        self.progressed.emit(done, whole)
        if self._stopped.is_set():
            raise UserFacingError(ErrorCode.STICK_STOPPED)


def suggested_folder() -> str:
    """The first stick that is plugged in, else nothing."""
    for volume in QStorageInfo.mountedVolumes():
        root = volume.rootPath()
        is_stick = root.startswith(_MEDIA) or (root[1:3] == ":/" and root[0].upper() > "C")
        if volume.isReady() and not volume.isReadOnly() and is_stick:
            return root
    return ""
