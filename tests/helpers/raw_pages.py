"""Looks for a text in everything a laptop has on its disk, page by page and decrypted by hand.

SQLite itself shows only what is still in a table. What was deleted may still lie in a freed page,
in the log, or in a copy; so the pages are decrypted here as SQLCipher encrypts them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_PAGE = 4096
_RESERVE = 80
"""At the end of each page: 16 bytes of initial vector, 64 of checksum."""
_SALT = 16
_LOG_HEADER, _FRAME_HEADER = 32, 24


def places_of(text: str, folder: Path, key: bytes) -> list[str]:
    """Files and pages in which this text stands; plain files are searched as they are."""
    wanted = text.encode()
    return [
        f"{path.relative_to(folder)}:{place}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for place, page in _pages(path, key)
        if wanted in page
    ]


def _pages(path: Path, key: bytes) -> Iterator[tuple[int, bytes]]:
    data = path.read_bytes()
    if path.name.endswith("-wal"):
        step = _PAGE + _FRAME_HEADER
        for place, start in enumerate(range(_LOG_HEADER, len(data) - step + 1, step)):
            number = int.from_bytes(data[start : start + 4], "big")
            frame = data[start + _FRAME_HEADER : start + step]
            yield place, _decrypted(frame, key, is_first=number == 1)
    elif path.suffix == ".db" or ".db." in path.name:
        for place in range(len(data) // _PAGE):
            page = data[place * _PAGE : (place + 1) * _PAGE]
            yield place, _decrypted(page, key, is_first=place == 0)
    else:
        yield 0, data


def _decrypted(page: bytes, key: bytes, *, is_first: bool) -> bytes:
    body = page[_SALT if is_first else 0 : _PAGE - _RESERVE]
    vector = page[_PAGE - _RESERVE : _PAGE - _RESERVE + 16]
    cipher = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
    return cipher.update(body) + cipher.finalize()
