"""The county's own keys for what comes and goes by USB stick.

They lie in the database beside the secret of the tokens, so that every host of the county reads
the same sticks, and a backup of the county can still read those that were under way.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from psycopg import Connection

from sync.protocol.messages import CountyKeys
from sync.protocol.sealed import raw_public
from sync.server.state import read_state

_BOX: Final = "stick_box_key"
_SIGNING: Final = "stick_signing_key"


@dataclass(frozen=True, slots=True)
class StickKeys:
    """To decrypt what laptops wrote, and to sign what they are to believe."""

    box: X25519PrivateKey
    signing: Ed25519PrivateKey

    @property
    def public(self) -> CountyKeys:
        """What laptops are told."""
        return CountyKeys(
            box=base64.b64encode(raw_public(self.box)).decode(),
            signing=base64.b64encode(self.signing.public_key().public_bytes_raw()).decode(),
        )


def stick_keys(connection: Connection[Any]) -> StickKeys:
    """The county's keys, made when it has none yet; two that come at once keep one pair."""
    try:
        return _read(connection)
    except LookupError:
        made = (
            (_BOX, X25519PrivateKey.generate().private_bytes_raw().hex()),
            (_SIGNING, Ed25519PrivateKey.generate().private_bytes_raw().hex()),
        )
    for name, value in made:
        connection.execute(
            "INSERT INTO county_state (name, value) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            (name, value),
        )
    connection.commit()
    return _read(connection)


def known_public(connection: Connection[Any]) -> CountyKeys | None:
    """What a laptop that asks is told; only reads."""
    try:
        return _read(connection).public
    except LookupError:
        return None


def _read(connection: Connection[Any]) -> StickKeys:
    return StickKeys(
        box=X25519PrivateKey.from_private_bytes(bytes.fromhex(read_state(connection, _BOX))),
        signing=Ed25519PrivateKey.from_private_bytes(
            bytes.fromhex(read_state(connection, _SIGNING))
        ),
    )
