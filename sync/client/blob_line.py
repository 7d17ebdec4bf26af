"""Originals over the laptop's own line to the county: tus 1.0 up, ranges down.

tuspy 1.1 (MIT, the library of the protocol's own people) was looked at and does not serve here:
it opens a connection for every piece, which on a village's line costs three journeys of 600 ms
each; it trusts the machine's authorities and proxies or nothing at all, where we pin one authority;
its checksums are SHA-1, it has no time limits, and it brings aiohttp and tinydb. What is left of
the protocol is what stands below.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Protocol

from sync.client.transport import Answered, CountyRefusedError, NotTheCountyError, OfflineError
from sync.protocol.messages import BLOBS_PATH, PIECE_CONTENT_TYPE, TUS_VERSION, ProblemCode

_TUS = {"Tus-Resumable": TUS_VERSION}


class Caller(Protocol):
    """The part of the transport that is needed here; it holds the connection and the token."""

    def call(
        self, method: str, path: str, *, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> Answered:
        """One request."""


class BlobLine:
    """Sends and fetches pieces of originals.

    Every method raises ``OfflineError``, ``NotTheCountyError`` or ``CountyRefusedError``.
    """

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def begin(self, sha256: str, size: int) -> int:
        """Announces an original; returns how many bytes of it the county has already."""
        name = base64.b64encode(sha256.encode()).decode()
        headers = {"Upload-Length": str(size), "Upload-Metadata": f"sha256 {name}"}
        return _offset(self._caller.call("POST", BLOBS_PATH, headers=_TUS | headers))

    def held(self, sha256: str) -> int:
        """How many bytes the county has."""
        return _offset(self._caller.call("HEAD", _place(sha256), headers=_TUS))

    def append(self, sha256: str, start: int, body: bytes) -> int:
        """Sends the next piece; returns how many bytes the county has now.

        Where another laptop sends the same original, that may be more than was sent from here.
        """
        checksum = base64.b64encode(hashlib.sha256(body).digest()).decode()
        headers = {
            "Content-Type": PIECE_CONTENT_TYPE,
            "Upload-Offset": str(start),
            "Upload-Checksum": f"sha256 {checksum}",
        }
        try:
            return _offset(
                self._caller.call("PATCH", _place(sha256), body=body, headers=_TUS | headers)
            )
        except CountyRefusedError as refusal:
            if refusal.code == ProblemCode.PIECE_DAMAGED:
                raise OfflineError("the line changed a piece") from refusal
            held = refusal.params.get("held")
            if refusal.code != ProblemCode.BLOB_OFFSET_WRONG or not isinstance(held, int):
                raise
            return held

    def fetch(self, sha256: str, start: int, length: int) -> bytes:
        """The next bytes of an original; never more than ``length``."""
        wanted = {"Range": f"bytes={start}-{start + length - 1}"}
        answer = self._caller.call("GET", _place(sha256), headers=wanted)
        given = answer.headers.get("Content-Range", "")
        is_ours = answer.headers.get("ETag") == f'"{sha256}"'
        if not is_ours or not given.startswith(f"bytes {start}-") or not answer.body:
            raise NotTheCountyError(_place(sha256))
        return answer.body[:length]


def _place(sha256: str) -> str:
    return f"{BLOBS_PATH}/{sha256}"


def _offset(answer: Answered) -> int:
    offset = answer.headers.get("Upload-Offset", "")
    if not offset.isdecimal():
        raise NotTheCountyError("no offset")
    return int(offset)
