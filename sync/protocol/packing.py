"""Compression of bodies, bounded on the way in."""

from __future__ import annotations

import zstandard

from sync.protocol.messages import MAX_INFLATED_BYTES

_LEVEL = 3


class TooLargeError(ValueError):
    """The body would inflate past what one exchange may carry."""


def pack(body: bytes) -> bytes:
    """Compressed with its size in the frame header."""
    return zstandard.ZstdCompressor(level=_LEVEL).compress(body)


def unpack(packed: bytes, *, limit: int = MAX_INFLATED_BYTES) -> bytes:
    """The body again; never more than ``limit`` bytes, whatever the header claims.

    Raises ``TooLargeError``, or ``zstandard.ZstdError`` for what is no zstd frame or not all of it.
    """
    reader = zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(packed)
    body: bytes = reader.read(limit + 1)
    if len(body) > limit:
        raise TooLargeError(limit)
    size = zstandard.frame_content_size(packed)
    if size >= 0 and len(body) != size:  # a cut frame is read to its end without a word
        raise zstandard.ZstdError(f"{len(body)} of {size} bytes")
    return body
