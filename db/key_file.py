"""The key file of a machine without a keyring: named secrets, sealed under a passphrase.

The passphrase goes through argon2id, the secrets through AES-256-GCM with the header as bound
data. A checksum over everything tells a damaged file from a wrong passphrase, which the seal alone
cannot: the person must know whether to try again or to ask for help.

The file is JSON, so that a technician can see what it is::

    {"format": "gulou-keys", "version": 1,
     "kdf": {"name": "argon2id", "salt": …, "memory_kib": …, "iterations": …, "lanes": …},
     "nonce": …, "sealed": …, "sha256": …}
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import threading
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from app.errors import ErrorCode, UserFacingError

FORMAT = "gulou-keys"
VERSION = 1
MIN_PASSPHRASE_LENGTH = 8
MAX_FILE_BYTES = 1 << 20
_KEY_BYTES = 32
_NONCE_BYTES = 12
_SALT_BYTES = 16


@dataclass(frozen=True)
class KdfCost:
    """What one try at the passphrase costs: memory in KiB, passes over it, lanes."""

    memory_kib: int
    iterations: int
    lanes: int


STANDARD_COST = KdfCost(memory_kib=128 * 1024, iterations=3, lanes=2)
"""A quarter of a second; a passphrase is asked once per start, a thief asks millions of times."""
_COST_LIMIT = KdfCost(memory_kib=1024 * 1024, iterations=32, lanes=16)


@dataclass(frozen=True)
class _Sealed:
    """One file as read, not yet opened."""

    salt: bytes
    cost: KdfCost
    nonce: bytes
    sealed: bytes


class KeyFile:
    """The file as a mapping of names to secrets; threads may share one."""

    def __init__(self, path: Path, passphrase: str, *, cost: KdfCost = STANDARD_COST) -> None:
        """Opens the file; if there is none, the first ``write`` makes it. Keeps no passphrase."""
        self.path = path
        self._lock = threading.Lock()
        found = _read_sealed(path)
        self._is_made = found is not None
        if found is None:
            _refuse_short(passphrase)
            self._salt, self._cost = secrets.token_bytes(_SALT_BYTES), cost
        else:
            self._salt, self._cost = found.salt, found.cost
        self._key = _derive(passphrase, self._salt, self._cost)
        if found is not None:
            _open(found, self._key, path)

    def read(self) -> dict[str, bytes]:
        """All secrets as they are on the disk now; a file that is gone is damage."""
        with self._lock:
            found = _read_sealed(self.path)
            if found is None:
                if self._is_made:
                    raise _damaged(self.path)
                return {}
            if not self._is_made:
                raise UserFacingError(ErrorCode.KEY_FILE_EXISTS, path=str(self.path))
            return _open(found, self._key, self.path)

    def write(self, contents: Mapping[str, bytes]) -> None:
        """Replaces all secrets, durably and whole; never a file that somebody else has made."""
        with self._lock:
            text = _seal(contents, self._key, self._salt, self._cost)
            try:
                _write_file(self.path, text, may_replace=self._is_made)
            except FileExistsError as problem:
                raise UserFacingError(ErrorCode.KEY_FILE_EXISTS, path=str(self.path)) from problem
            except OSError as problem:
                raise UserFacingError(
                    ErrorCode.KEY_FILE_NOT_WRITTEN, path=str(self.path), problem=str(problem)
                ) from problem
            self._is_made = True


def _refuse_short(passphrase: str) -> None:
    if len(passphrase.strip()) < MIN_PASSPHRASE_LENGTH:
        raise UserFacingError(ErrorCode.KEY_PHRASE_TOO_SHORT, minimum=MIN_PASSPHRASE_LENGTH)


def _damaged(path: Path) -> UserFacingError:
    return UserFacingError(ErrorCode.KEY_FILE_DAMAGED, path=str(path))


def _derive(passphrase: str, salt: bytes, cost: KdfCost) -> bytes:
    # An input method may give full-width letters one day and half-width the next.
    same = unicodedata.normalize("NFKC", passphrase).encode()
    argon2 = Argon2id(
        salt=salt,
        length=_KEY_BYTES,
        iterations=cost.iterations,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    )
    return argon2.derive(same)


def _seal(contents: Mapping[str, bytes], key: bytes, salt: bytes, cost: KdfCost) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    plain = json.dumps({name: _text(secret) for name, secret in contents.items()}).encode()
    sealed = AESGCM(key).encrypt(nonce, plain, _bound(salt, cost))
    fields = {**_header(salt, cost), "nonce": _text(nonce), "sealed": _text(sealed)}
    return json.dumps({**fields, "sha256": _checksum(fields)}, indent=1).encode()


def _open(found: _Sealed, key: bytes, path: Path) -> dict[str, bytes]:
    bound = _bound(found.salt, found.cost)
    try:
        plain = AESGCM(key).decrypt(found.nonce, found.sealed, bound)
    except InvalidTag as problem:
        raise UserFacingError(ErrorCode.KEY_PHRASE_WRONG, path=str(path)) from problem
    return {name: _bytes(secret) for name, secret in json.loads(plain).items()}


def _header(salt: bytes, cost: KdfCost) -> dict[str, Any]:
    kdf = {"name": "argon2id", "salt": _text(salt), **vars(cost)}
    return {"format": FORMAT, "version": VERSION, "kdf": kdf}


def _bound(salt: bytes, cost: KdfCost) -> bytes:
    return _canonical(_header(salt, cost))


def _canonical(fields: Mapping[str, Any]) -> bytes:
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()


def _checksum(fields: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(fields)).hexdigest()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _read_sealed(path: Path) -> _Sealed | None:
    raw = _read_file(path)
    if raw is None:
        return None
    try:
        fields = json.loads(raw)
        version = fields["version"] if fields["format"] == FORMAT else None
        if isinstance(version, int) and version > VERSION:
            raise UserFacingError(
                ErrorCode.KEY_FILE_FROM_NEWER_PROGRAM, path=str(path), version=version
            )
        return _parse(fields)
    except (ValueError, KeyError, TypeError) as problem:  # not JSON, not ours, cut short
        raise _damaged(path) from problem


def _parse(fields: dict[str, Any]) -> _Sealed:
    if fields.pop("sha256") != _checksum(fields) or fields["version"] != VERSION:
        raise ValueError("the checksum does not fit")
    kdf = fields["kdf"]
    cost = KdfCost(kdf["memory_kib"], kdf["iterations"], kdf["lanes"])
    limits = vars(_COST_LIMIT)
    if any(not 0 < value <= limits[name] for name, value in vars(cost).items()):
        raise ValueError("a cost that no program of ours has written")
    return _Sealed(_bytes(kdf["salt"]), cost, _bytes(fields["nonce"]), _bytes(fields["sealed"]))


def _read_file(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            if os.name == "posix" and os.fstat(file.fileno()).st_mode & 0o077:
                path.chmod(0o600)
            return file.read(MAX_FILE_BYTES)
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise UserFacingError(
            ErrorCode.KEY_FILE_NOT_READ, path=str(path), problem=str(problem)
        ) from problem


def _write_file(path: Path, data: bytes, *, may_replace: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        _write_new(draft, data)
        if may_replace:
            draft.replace(path)
        else:
            _claim(draft, path, data)
        _sync_folder(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def _write_new(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _claim(draft: Path, path: Path, data: bytes) -> None:
    # A link fails where the name is taken; a replace would overwrite. FAT has no links.
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        raise
    except OSError:
        _write_new(path, data)


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":  # elsewhere a folder cannot be opened
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
