"""Opens what one laptop is made of: its key store, its encrypted file, its place in the county."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.errors import ErrorCode, UserFacingError
from db.backup import BackupFile, back_up_daily, backups, restore
from db.blob_sweep import forget_unnamed
from db.check import FileHealth, Finding, check_file
from db.clock import Clock, SystemClock, today_in_china
from db.keystore import (
    ChosenKeyStore,
    KeyPlace,
    KeyStore,
    PassphraseNeed,
    choose_key_store,
    database_key,
    device_name,
    forget_laptop,
    new_database_key,
)
from db.local_values import MUST_RENEW
from db.outbox_care import forget_old_operations
from db.session import Store
from db.turns import only_one
from db.upgrade import bring_up_to_date

__all__ = [
    "AskPassphrase",
    "BackupFile",
    "FileHealth",
    "Finding",
    "Laptop",
    "PassphraseNeed",
    "alone",
    "copies_of",
    "daily_care",
    "is_destroyed",
    "open_laptop",
    "put_back",
    "store_path",
    "today_in_china",
]

AskPassphrase = Callable[[PassphraseNeed], str]


@dataclass(frozen=True)
class Laptop:
    """An opened laptop."""

    store: Store
    keys: KeyStore
    store_id: str
    has_keyring: bool
    """False where the keys lie in a file under a passphrase; the program says so."""

    @property
    def device_secret(self) -> str:
        """The name under which the key store holds the device's own key."""
        return device_name(self.store_id)

    def destroy_keys(self) -> None:
        """The county has this laptop down as stolen: nobody opens its file or copies any more."""
        _destroyed_mark(self.store.path.parent).touch()
        forget_laptop(self.keys, self.store_id)

    def close(self) -> None:
        """Closes the file."""
        self.store.close()


def open_laptop(
    folder: Path,
    *,
    ask_passphrase: AskPassphrase,
    clock: Clock | None = None,
    keys: KeyStore | None = None,
) -> Laptop:
    """Opens the laptop in this folder, or makes a new one.

    ``keys`` is for laptops that are thrown away and must not fill anyone's keyring.

    Raises ``UserFacingError`` when the key is missing or wrong, the file is damaged or from a
    newer program, the folder not to be written; nothing is changed then.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return _open(folder, ask_passphrase=ask_passphrase, clock=clock, keys=keys)
    except OSError as problem:  # full, read-only, another's, or held by another window
        raise UserFacingError(ErrorCode.STORE_NOT_WRITTEN, problem=str(problem)) from problem


def _open(
    folder: Path, *, ask_passphrase: AskPassphrase, clock: Clock | None, keys: KeyStore | None
) -> Laptop:
    path = store_path(folder)
    chosen = (
        ChosenKeyStore(keys, is_fallback=keys.where is KeyPlace.KEY_FILE)
        if keys is not None
        else choose_key_store(
            key_file=folder / "gulou.keys",
            has_database=path.exists(),
            ask_passphrase=ask_passphrase,
        )
    )
    if is_destroyed(folder):
        raise UserFacingError(ErrorCode.KEY_DESTROYED)
    with only_one(folder / "gulou.lock"):
        is_new = _is_new(path)
        store_id = _store_id(folder, keys=chosen.store, is_new=is_new)
        find_key = new_database_key if is_new else database_key
        store = Store(path, find_key(chosen.store, store_id), clock=clock or SystemClock())
        try:
            bring_up_to_date(store)
            _note_put_back(store, folder)
        except Exception:
            store.close()
            raise
    return Laptop(store, chosen.store, store_id, has_keyring=not chosen.is_fallback)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Holds the folder for one window, or for a command that no window may be open for.

    Two windows would sync under one name and see each other's work only at the next round.
    Raises ``UserFacingError`` ALREADY_OPEN, at once.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with ExitStack() as held:
        try:
            held.enter_context(only_one(folder / "gulou.window.lock", patience_s=0))
        except TimeoutError as problem:
            raise UserFacingError(ErrorCode.ALREADY_OPEN) from problem
        yield


def daily_care(laptop: Laptop) -> Finding:
    """The check at start and, when the file is whole, the copy of the day; originals that no record
    names and operations long done and safe at the county are let go before."""
    finding = check_file(laptop.store)
    if finding.is_whole:
        forget_unnamed(laptop.store)
        forget_old_operations(laptop.store)
        back_up_daily(laptop.store)
    return finding


def put_back(folder: Path, backup: BackupFile) -> Path:
    """Puts a copy in the place of the present file, which is kept; see ``db.backup.restore``."""
    _put_back_mark(folder).touch()
    return restore(store_path(folder), backup, SystemClock().now())


def copies_of(folder: Path) -> list[BackupFile]:
    """The copies one could go back to, newest first."""
    return backups(store_path(folder))


def store_path(folder: Path) -> Path:
    """The laptop's file."""
    return folder / "gulou.db"


def _put_back_mark(folder: Path) -> Path:
    return folder / "gulou.put-back"


def is_destroyed(folder: Path) -> bool:
    """Whether the county had the keys of this folder destroyed."""
    return _destroyed_mark(folder).exists()


def _destroyed_mark(folder: Path) -> Path:
    return folder / "gulou.destroyed"


def _note_put_back(store: Store, folder: Path) -> None:
    """A file of last week would give its next edits numbers that were given since. So it asks the
    county for a new name before it sends anything; what it writes until then is carried along."""
    mark = _put_back_mark(folder)
    if mark.exists():
        store.set_values(**{MUST_RENEW: "1"})
        mark.unlink()


def _is_new(path: Path) -> bool:
    """Whether there is nothing yet; raises STORE_UNREADABLE where there was something.

    An empty file is what a start that was cut off leaves, and also what a power cut makes of a
    full one. Where copies are, it was a full one: beginning anew would look like loss.
    """
    if path.exists() and (not path.is_file() or path.stat().st_size > 0):
        return False
    if backups(path):
        raise UserFacingError(ErrorCode.STORE_UNREADABLE, path=path.name)
    return True


def _store_id(folder: Path, *, keys: KeyStore, is_new: bool) -> str:
    """A name for this file in the key store; several files may share one keyring."""
    path = folder / "gulou.id"
    known = path.read_bytes().strip() if path.exists() else b""
    if known.isalnum() and known.isascii():
        return known.decode("ascii")
    if not is_new:  # a new name would hide that only the old one opens the file
        raise UserFacingError(ErrorCode.KEY_MISSING, place=keys.where)
    made = uuid.uuid4().hex
    path.write_text(made, encoding="ascii")
    return made
