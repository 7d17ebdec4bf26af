"""A new name for a laptop whose operation numbers cannot be trusted any more.

That is a copied disk, a file of last week that was put back, or a key store and a file that name
different laptops. The county gives a new name to whoever holds the key; everything unsent keeps
its number together with the name it was given under, so that the county recognises what it has
judged already. Killed between any two steps, the next contact ends what was begun.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from db.keystore import DEVICE_BEFORE, NEXT_DEVICE
from db.local_values import MUST_RENEW
from db.session import Store
from sync.client.identity import (
    FORGOTTEN,
    Secrets,
    enter_name,
    keep_device,
    kept_device,
    next_key,
    public_text,
    room_above,
)
from sync.client.round import APP_VERSION
from sync.client.transport import CountyRefusedError, Device, HttpsTransport
from sync.protocol.messages import ProblemCode

log = logging.getLogger(__name__)


@dataclass
class Renewal:
    """Renews one laptop; the transport goes on in the new name."""

    store: Store
    secrets: Secrets
    secret_name: str
    transport: HttpsTransport
    destroy_keys: Callable[[], None] | None = None

    def is_due(self) -> bool:
        """Whether this laptop may not go on under its name, as far as it can know itself."""
        device = kept_device(self.secrets, self.secret_name)
        if device is None:
            return False
        has_other_name = self.store.value("install_id") != device.install_id
        return has_other_name or self.store.value(MUST_RENEW) == "1"

    def renew(self) -> str:
        """Asks the county for a new name and takes it on; returns it. Raises as a transport."""
        device = kept_device(self.secrets, self.secret_name)
        if device is None:
            raise CountyRefusedError(ProblemCode.INSTALL_UNKNOWN, 401, {})
        if self._was_cut_off_before_the_file(device):
            self._take_on(device, room_above(self.store))
        else:
            device = self._ask_and_take_on(device)
        log.warning("this laptop has a new name: %s", device.install_id)
        return device.install_id

    def recover(self) -> str | None:
        """After the county has said that it does not know us: put back to yesterday, it may know
        our last name.

        None when it does not; the laptop must then be enrolled again.
        """
        before = kept_device(self.secrets, self.secret_name + DEVICE_BEFORE)
        if before is not None:
            try:
                return self._ask_and_take_on(before).install_id
            except CountyRefusedError as refusal:
                log.warning("nor is the last name known: %s", refusal.code)
        self.store.set_values(**{FORGOTTEN: "1"})
        return None

    def _was_cut_off_before_the_file(self, device: Device) -> bool:
        """The key asked with is ours already: only the file does not say so yet."""
        asked_with = self.secrets.get(self.secret_name + NEXT_DEVICE)
        is_ours = asked_with == device.private_key.private_bytes_raw()
        if is_ours and self.store.value("install_id") == device.install_id:
            self.secrets.delete(
                self.secret_name + NEXT_DEVICE
            )  # cut off after the file: done long ago
            return False
        return is_ours

    def _ask_and_take_on(self, device: Device) -> Device:
        key = next_key(self.secrets, self.secret_name)
        last_op_no = room_above(self.store)
        answer = self.transport.renew(
            device, public_key=public_text(key), last_op_no=last_op_no, app_version=APP_VERSION
        )
        keep_device(self.secrets, self.secret_name + DEVICE_BEFORE, device)
        renewed = Device(answer.install_id, key)
        keep_device(self.secrets, self.secret_name, renewed)
        self._take_on(renewed, last_op_no)
        return renewed

    def _take_on(self, device: Device, last_op_no: int) -> None:
        enter_name(self.store, device.install_id, last_op_no=last_op_no)
        self.secrets.delete(self.secret_name + NEXT_DEVICE)
        self.transport.become(device)
