"""What lies on a USB stick: the same messages as on the line, sealed for one reader.

A village without a line carries its batches to the county on a stick, and the answers back. A
stick is lost more easily than a line is tapped, so a file is encrypted to its reader's X25519 key
(a key pair made for this file alone, HKDF-SHA256, ChaCha20-Poly1305) and signed as a whole with
the sender's Ed25519 key. Nothing of a file is believed before both have been checked.

Layout: magic, version (1 byte), length of the header (4 bytes, big end first), header (JSON),
ciphertext of the items, signature (64 bytes) over all bytes before it. Items are messages packed
as on the line: going up the requests, coming down by turns what was asked and what was answered.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import struct
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import BaseModel, Field, ValidationError

from sync.protocol.messages import MAX_INFLATED_BYTES

MAGIC: Final = b"GULOUSTK"
VERSION: Final = 1
ENDING: Final = ".glu"
SPLIT_BYTES: Final = 24 * 1024 * 1024
"""When a writer begins another file; a FAT stick and an old laptop's memory must do."""
MAX_FILE_BYTES: Final = SPLIT_BYTES + 2 * MAX_INFLATED_BYTES
"""Of a file that ends with the largest question and answer; nothing of ours is larger."""
_LARGEST: Final = 2**62
_NO_NUL: Final = r"^[^\x00]*$"
_PREFIX: Final = struct.Struct(">8sBI")
_LENGTH: Final = struct.Struct(">I")
_SIGNATURE_BYTES: Final = 64
_MAX_HEADER_BYTES: Final = 16 * 1024
_ONCE: Final = b"\0" * 12
"""The nonce: every file has a key of its own."""


class StickKind(StrEnum):
    """Which way a file travels."""

    UP = "up"
    """From a laptop to the county."""
    DOWN = "down"
    """The county's answer."""


class SealedHeader(BaseModel):
    """What may be read without a key; all of it is under the signature."""

    kind: StickKind
    install_id: str = Field(max_length=60, pattern=_NO_NUL)
    """The laptop that wrote it, or that it is for."""
    stick_id: str = Field(max_length=60, pattern=_NO_NUL)
    """Of one writing; the answer names the writing it answers."""
    number: int = Field(ge=1, le=_LARGEST)
    """The laptop's count of its writings."""
    part: int = Field(ge=1)
    parts: int = Field(ge=1, le=9_999)
    operations: int = Field(default=0, ge=0, le=_LARGEST)
    """How many the whole writing carries."""
    first_op_no: int = Field(default=0, ge=0, le=_LARGEST)
    last_op_no: int = Field(default=0, ge=0, le=_LARGEST)
    """Between them lie its operations; both 0 without any."""
    reply_to: str | None = Field(default=None, max_length=100)
    """The laptop's own X25519 key, raw, base64: the answer is sealed for it."""
    once: str = Field(default="", max_length=100)
    """The X25519 key made for this file, raw, base64."""


class NotSealedError(ValueError):
    """Not a file of ours, or a piece of one."""


class SealedByNewerError(NotSealedError):
    """Written by a newer program in a form not known here."""


class TamperedError(ValueError):
    """The signature does not hold, or it cannot be decrypted with this key."""


def seal(
    header: SealedHeader,
    items: Sequence[bytes],
    *,
    signer: Ed25519PrivateKey,
    reader: X25519PublicKey,
) -> bytes:
    """A whole file's bytes: these items, for the holder of the reader's private key alone."""
    once = X25519PrivateKey.generate()
    named = header.model_copy(update={"once": base64.b64encode(raw_public(once)).decode()})
    header_json = named.model_dump_json().encode()
    head = _PREFIX.pack(MAGIC, VERSION, len(header_json)) + header_json
    framed = b"".join(_LENGTH.pack(len(item)) + item for item in items)
    key = _derived(once.exchange(reader), raw_public(once), reader.public_bytes_raw(), header.kind)
    unsigned = head + ChaCha20Poly1305(key).encrypt(_ONCE, framed, head)
    return unsigned + signer.sign(_digest(unsigned))


def read_header(sealed: bytes) -> SealedHeader:
    """The header as it claims to be; believe it only after ``open_sealed``.

    Raises ``NotSealedError``.
    """
    header, _body_start = _read_head(sealed)
    return header


def open_sealed(
    sealed: bytes, *, signed_by: Ed25519PublicKey, reader: X25519PrivateKey
) -> list[bytes]:
    """The items, whole or not at all; raises ``NotSealedError`` or ``TamperedError``."""
    header, start = _read_head(sealed)
    unsigned, signature = sealed[:-_SIGNATURE_BYTES], sealed[-_SIGNATURE_BYTES:]
    if len(unsigned) < start:
        raise NotSealedError("cut off")
    try:
        _verify(signed_by, signature, unsigned)
        once = base64.b64decode(header.once, validate=True)
        shared = reader.exchange(X25519PublicKey.from_public_bytes(once))
        key = _derived(shared, once, raw_public(reader), header.kind)
        framed = ChaCha20Poly1305(key).decrypt(_ONCE, unsigned[start:], unsigned[:start])
        return _unframed(framed)
    except (InvalidSignature, InvalidTag, ValueError, struct.error) as problem:
        raise TamperedError(type(problem).__name__) from problem


def raw_public(key: X25519PrivateKey) -> bytes:
    """The public part, 32 bytes."""
    return key.public_key().public_bytes_raw()


def file_name(header: SealedHeader) -> str:
    """Latin letters, so that every stick and every system can hold it."""
    return (
        f"gulou-{header.kind}-{header.install_id[:8]}-{header.number:04}"
        f"-{header.part}of{header.parts}{ENDING}"
    )


def is_sealed_name(name: str, kind: StickKind) -> bool:
    """Whether a file calls itself one of ours that travels this way."""
    return name.startswith(f"gulou-{kind}-") and name.endswith(ENDING)


def read_whole(path: Path) -> bytes:
    """A file's bytes; raises ``OSError``, or ``NotSealedError`` for one that is too large."""
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size > MAX_FILE_BYTES:
            raise NotSealedError("size")
        return file.read(MAX_FILE_BYTES)


def write_whole(path: Path, content: bytes) -> Path:
    """The file is on the disk when this returns, or nothing of it; raises ``OSError``."""
    unfinished = path.with_name(path.name + ".part")
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise
    return path


def split(items: Sequence[bytes], *, limit: int = SPLIT_BYTES) -> list[list[bytes]]:
    """The items in as many files as they need; an item is never cut."""
    files: list[list[bytes]] = [[]]
    size = 0
    for item in items:
        if files[-1] and size + len(item) > limit:
            files.append([])
            size = 0
        files[-1].append(item)
        size += len(item)
    return files


def _read_head(sealed: bytes) -> tuple[SealedHeader, int]:
    """The header and where the ciphertext begins."""
    if len(sealed) < _PREFIX.size or not sealed.startswith(MAGIC):
        raise NotSealedError("magic")
    _magic, version, length = _PREFIX.unpack_from(sealed)
    if version > VERSION:
        raise SealedByNewerError(version)
    end = _PREFIX.size + length
    if version < 1 or length > _MAX_HEADER_BYTES or len(sealed) < end + _SIGNATURE_BYTES:
        raise NotSealedError("header")
    try:
        return SealedHeader.model_validate_json(sealed[_PREFIX.size : end]), end
    except ValidationError as problem:
        raise NotSealedError("header") from problem


def _derived(shared: bytes, once: bytes, reader: bytes, kind: StickKind) -> bytes:
    """The file's key, bound to both public keys and to the way it travels."""
    info = b"gulou stick 1 " + kind.encode()
    return HKDF(algorithm=SHA256(), length=32, salt=once + reader, info=info).derive(shared)


def _verify(signed_by: Ed25519PublicKey, signature: bytes, unsigned: bytes) -> None:
    signed_by.verify(signature, _digest(unsigned))


def _digest(unsigned: bytes) -> bytes:
    """What is signed; the words keep it apart from whatever else this key signs."""
    return b"gulou stick 1" + hashlib.sha512(unsigned).digest()


def _unframed(framed: bytes) -> list[bytes]:
    items: list[bytes] = []
    place = 0
    while place < len(framed):
        (length,) = _LENGTH.unpack_from(framed, place)
        place += _LENGTH.size
        if place + length > len(framed):
            raise ValueError("frame")
        items.append(framed[place : place + length])
        place += length
    return items
