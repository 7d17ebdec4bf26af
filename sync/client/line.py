"""The line of an enrolled laptop: who it is, where its county is, and the rounds over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from db.session import Store
from sync.client.identity import Secrets, county_address, load_device
from sync.client.laying import AfterLaying
from sync.client.renewal import Renewal
from sync.client.round import Exchanger
from sync.client.transport import HttpsTransport


@dataclass(frozen=True)
class Line:
    """What a laptop syncs through."""

    transport: HttpsTransport
    exchanger: Exchanger


def open_line(
    store: Store,
    secrets: Secrets,
    *,
    secret_name: str,
    after_laying: AfterLaying,
    destroy_keys: Callable[[], None] | None = None,
) -> Line | None:
    """The line of this laptop; None when it is not enrolled. Nothing is sent yet.

    ``destroy_keys`` is what a stolen laptop does when the county says so.
    """
    address = county_address(store)
    device = load_device(store, secrets, secret_name=secret_name)
    if address is None or device is None:
        return None
    transport = HttpsTransport(address, device)
    renewal = Renewal(store, secrets, secret_name, transport, destroy_keys)
    exchanger = Exchanger(
        store,
        transport,
        install_id=device.install_id,
        after_laying=after_laying,
        renewal=renewal,
    )
    return Line(transport, exchanger)
