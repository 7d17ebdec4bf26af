"""Brings what the sync thread says to the windows, and the network's return to the sync thread.

The signals live on this object, which belongs to the main thread, so every receiver runs there.
"""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QNetworkInformation

from app.store import Changes
from sync.client.status import SyncStatus

log = logging.getLogger(__name__)


class SyncBridge(QObject):
    """``status_changed(SyncStatus)``, ``changes_arrived(Changes)`` and ``network_returned``."""

    status_changed = Signal(object)
    changes_arrived = Signal(object)
    network_returned = Signal()

    def tell_status(self, status: SyncStatus) -> None:
        """Called on the sync thread."""
        self.status_changed.emit(status)

    def tell_changes(self, changes: Changes) -> None:
        """Called on the sync thread."""
        self.changes_arrived.emit(changes)

    def watch_network(self) -> bool:
        """Follows the system's network; False where the system cannot tell, then the timer does."""
        if not QNetworkInformation.loadDefaultBackend():
            log.info("the system does not tell when the network returns; the timer must do")
            return False
        information = QNetworkInformation.instance()
        if information is None:
            return False
        information.reachabilityChanged.connect(self._on_reachability_changed)
        return True

    def _on_reachability_changed(self, reachability: QNetworkInformation.Reachability) -> None:
        if reachability is not QNetworkInformation.Reachability.Disconnected:
            self.network_returned.emit()
