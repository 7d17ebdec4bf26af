"""Keeping a PIN so that it can be checked and not read back.

Six digits are a million guesses, so the hash alone never protects the file: the database key
does. The cost here only makes sure that a copied row is not worth the trouble.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

_SALT_BYTES = 16
_HASH_BYTES = 32


@dataclass(frozen=True, slots=True)
class PinCost:
    """What one hash costs: memory in KiB, passes over it, lanes (threads)."""

    memory_kib: int
    iterations: int
    lanes: int


STANDARD_COST = PinCost(memory_kib=64 * 1024, iterations=2, lanes=1)
"""About a tenth of a second on the kind of laptop a village has."""


def hash_pin(pin: str, *, cost: PinCost = STANDARD_COST) -> str:
    """An argon2id hash in PHC form, salt and cost inside; tests pass a cheap `cost`."""
    argon2 = Argon2id(
        salt=os.urandom(_SALT_BYTES),
        length=_HASH_BYTES,
        iterations=cost.iterations,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    )
    return argon2.derive_phc_encoded(pin.encode())


def verify_pin(pin: str, encoded: str) -> bool:
    """Whether the PIN is the one that was hashed; a damaged hash is nobody's PIN."""
    try:
        Argon2id.verify_phc_encoded(pin.encode(), encoded)
    except (InvalidKey, ValueError, MemoryError):
        return False
    return True
