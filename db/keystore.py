"""Where the secrets of a laptop live: the key of the database, the device's private key.

They are random, so nobody can type them; the operating system keeps them in its keyring. A machine
without one gets a key file that a passphrase opens, and the program says so. Secrets go by name,
so the sync client keeps its own beside the key of the database.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.errors import ErrorCode, UserFacingError
from db.key_file import STANDARD_COST, KdfCost, KeyFile

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "gulou"
DATABASE_KEY_BYTES = 32
MAX_SECRET_BYTES = 960
"""Windows takes 2,560 bytes of UTF-16, which is 1,280 characters of base64."""
MAX_NAME_LENGTH = 200
NEXT_DEVICE = ".next"
"""Ending of the secret with the key that the county was asked with and that is not ours yet."""
DEVICE_BEFORE = ".before"
"""Ending of the secret with the last name and key of this laptop."""


class KeyPlace(StrEnum):
    """Where this laptop keeps its secrets."""

    KEYRING = "keyring"
    KEY_FILE = "key_file"


class PassphraseNeed(StrEnum):
    """What the person is asked for: to think one up, or to give the one that was chosen."""

    NEW = "new"
    EXISTING = "existing"


class KeyStore(Protocol):
    """Short named secrets that outlive the program.

    Every method may raise ``UserFacingError`` when the place cannot be reached or opened.
    """

    @property
    def where(self) -> KeyPlace:
        """Which place this is."""

    def get(self, name: str) -> bytes | None:
        """The secret, or None if there is none of this name."""

    def put(self, name: str, secret: bytes) -> None:
        """Keeps the secret; on return it is durable. At most ``MAX_SECRET_BYTES``."""

    def delete(self, name: str) -> None:
        """Forgets the secret; nothing happens if there is none."""


class KeyringStore:
    """Secrets in the keyring of the operating system, readable after the person's login."""

    where = KeyPlace.KEYRING

    def __init__(self, backend: KeyringBackend | None = None) -> None:
        self._backend = backend or _preferred_backend()

    def get(self, name: str) -> bytes | None:
        """The secret, or None; ``KEYRING_FAILED`` if the keyring is locked or away."""
        name = _checked_name(name)
        with _keyring_problems():
            kept = self._backend.get_password(SERVICE, name)
        # Written by put alone, so anything but base64 is somebody else's doing: let it raise.
        return None if kept is None else base64.b64decode(kept, validate=True)

    def put(self, name: str, secret: bytes) -> None:
        """Keeps the secret in place of an earlier one of the same name."""
        name = _checked_name(name)
        value = base64.b64encode(_checked_secret(secret)).decode("ascii")
        with _keyring_problems():
            self._backend.set_password(SERVICE, name, value)

    def delete(self, name: str) -> None:
        """Forgets the secret, if there is one."""
        if self.get(name) is not None:
            with _keyring_problems():
                self._backend.delete_password(SERVICE, name)


class KeyFileStore:
    """Secrets in one file (mode 0600) that a passphrase opens; see ``db.key_file``."""

    where = KeyPlace.KEY_FILE

    def __init__(self, path: Path, passphrase: str, *, cost: KdfCost = STANDARD_COST) -> None:
        """Opens the file, or prepares to make it at the first ``put``; tests pass a cheap cost.

        Raises ``KEY_PHRASE_WRONG``, ``KEY_FILE_DAMAGED``, ``KEY_FILE_FROM_NEWER_PROGRAM``,
        ``KEY_FILE_NOT_READ``, and ``KEY_PHRASE_TOO_SHORT`` for a new file.
        """
        self._file = KeyFile(path, passphrase, cost=cost)

    def get(self, name: str) -> bytes | None:
        """The secret, or None."""
        return self._file.read().get(_checked_name(name))

    def put(self, name: str, secret: bytes) -> None:
        """Keeps the secret; ``KEY_FILE_EXISTS`` if another program made the file meanwhile."""
        kept = self._file.read()
        self._file.write({**kept, _checked_name(name): _checked_secret(secret)})

    def delete(self, name: str) -> None:
        """Forgets the secret, if there is one."""
        kept = self._file.read()
        if kept.pop(_checked_name(name), None) is not None:
            self._file.write(kept)


@dataclass(frozen=True)
class ChosenKeyStore:
    """The place that was chosen, and whether the person must be told that it is the lesser one."""

    store: KeyStore
    is_fallback: bool


def choose_key_store(
    *, key_file: Path, has_database: bool, ask_passphrase: Callable[[PassphraseNeed], str]
) -> ChosenKeyStore:
    """The key store of this laptop, as ``key_place`` decides.

    ``ask_passphrase`` is called only for a key file.
    """
    if key_place(key_file=key_file, has_database=has_database) is KeyPlace.KEYRING:
        return ChosenKeyStore(KeyringStore(), is_fallback=False)
    need = PassphraseNeed.EXISTING if key_file.exists() else PassphraseNeed.NEW
    return ChosenKeyStore(KeyFileStore(key_file, ask_passphrase(need)), is_fallback=True)


def key_place(*, key_file: Path, has_database: bool) -> KeyPlace:
    """Where the secrets are, or on a new laptop where they shall go; asks nobody anything.

    A key file is used even if a keyring has turned up since, for the secrets are in it. A database
    without a key file has its key in the keyring, even if that is locked or away just now: to
    begin a key file then would only hide the true trouble.
    """
    if key_file.exists():
        return KeyPlace.KEY_FILE
    if has_database or keyring_works():
        return KeyPlace.KEYRING
    return KeyPlace.KEY_FILE


def keyring_works(backend: KeyringBackend | None = None) -> bool:
    """Whether a real keyring keeps, gives back and forgets a secret now.

    Back ends that keep nothing, or keep it in the clear, do not count.
    """
    backend = backend or _preferred_backend()
    if not _is_real(backend):
        return False
    name, secret = f"probe-{secrets.token_hex(8)}", secrets.token_bytes(DATABASE_KEY_BYTES)
    store = KeyringStore(backend)
    try:
        store.put(name, secret)
        given_back = store.get(name)
        store.delete(name)
    except (UserFacingError, ValueError):
        return False
    return given_back == secret


def forget_laptop(keys: KeyStore, store_id: str) -> None:
    """Forgets every secret of a laptop, those that open its file first: nobody can read it then."""
    device = device_name(store_id)
    for name in (
        database_key_name(store_id),
        device,
        device + NEXT_DEVICE,
        device + DEVICE_BEFORE,
    ):
        keys.delete(name)


def device_name(store_id: str) -> str:
    """The name of the device's own key, of the laptop with this database file."""
    return f"device-{store_id}"


def database_key_name(store_id: str) -> str:
    """The name of the key of one database file."""
    return f"database:{store_id}"


def new_database_key(keys: KeyStore, store_id: str) -> bytes:
    """The random key for a database file that is still to be made; 32 bytes, kept on return.

    A key of this name that is there already is used again: a program killed between key and file
    starts where it stopped, and no key that may open a copy somewhere is ever overwritten.
    """
    name = database_key_name(store_id)
    key = keys.get(name)
    if key is None:
        key = secrets.token_bytes(DATABASE_KEY_BYTES)
        keys.put(name, key)
    return key


def database_key(keys: KeyStore, store_id: str) -> bytes:
    """The key of an existing database file; ``KEY_MISSING`` if it is not there."""
    key = keys.get(database_key_name(store_id))
    if key is None:
        raise UserFacingError(ErrorCode.KEY_MISSING, place=keys.where)
    return key


def _preferred_backend() -> KeyringBackend:
    # Imported here: it costs a tenth of a second that a machine with a key file need not pay.
    import keyring
    from keyring.backends.chainer import ChainerBackend

    chosen = keyring.get_keyring()
    if isinstance(chosen, ChainerBackend) and chosen.backends:
        # The chain could read a secret from one and write to another.
        first: KeyringBackend = chosen.backends[0]
        return first
    return chosen


def _is_real(backend: KeyringBackend) -> bool:
    # 1 is keyring's own line between what it recommends and what it merely has.
    try:
        return float(backend.priority) >= 1
    except RuntimeError:  # how a back end says that its service is gone
        return False


@contextmanager
def _keyring_problems() -> Iterator[None]:
    # Back ends let the errors of D-Bus, Windows and macOS through, so no list is complete.
    try:
        yield
    except Exception as problem:
        raise UserFacingError(ErrorCode.KEYRING_FAILED, problem=str(problem)) from problem


def _checked_name(name: str) -> str:
    if not 0 < len(name) <= MAX_NAME_LENGTH:
        raise ValueError(f"a secret's name has 1 to {MAX_NAME_LENGTH} characters")
    return name


def _checked_secret(secret: bytes) -> bytes:
    if not 0 < len(secret) <= MAX_SECRET_BYTES:
        raise ValueError(f"a secret has 1 to {MAX_SECRET_BYTES} bytes")
    return bytes(secret)
