"""Originals over HTTP: tus 1.0 (core, creation, checksum) up, ranges down.

The address of an upload is the SHA-256 of what is sent, so a laptop that was cut off, restored or
moved to another server of the county finds its upload without having kept anything.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from psycopg import Connection
from starlette.requests import ClientDisconnect

from app.attachments.rules import MAX_BYTES, is_sha256
from sync.protocol.messages import (
    BLOBS_PATH,
    MAX_PIECE_BYTES,
    PIECE_CONTENT_TYPE,
    TUS_VERSION,
    ProblemCode,
)
from sync.server import blobs, intake, sign_in
from sync.server.blobs import Held
from sync.server.bodies import read_body
from sync.server.exchange import CountyDesk
from sync.server.lineage import read_lineage
from sync.server.problems import RequestRefusedError
from sync.server.vouchers import Reach

_RANGE: Final = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")
_TUS: Final = {"Tus-Resumable": TUS_VERSION}


def add_blob_routes(app: FastAPI, desk: CountyDesk) -> None:
    """The five of them."""
    _add_beginning(app, desk)
    _add_pieces(app, desk)
    _add_reading(app, desk)


def _add_beginning(app: FastAPI, desk: CountyDesk) -> None:
    @app.options(BLOBS_PATH)
    def options() -> Response:
        can = {
            "Tus-Version": TUS_VERSION,
            "Tus-Extension": "creation,checksum",
            "Tus-Checksum-Algorithm": "sha256",
            "Tus-Max-Size": str(MAX_BYTES),
        }
        return Response(status_code=204, headers=_TUS | can)

    @app.post(BLOBS_PATH)
    def begin(request: Request) -> Response:
        _require_tus(request)
        _require_quiet(desk)
        sha256 = _metadata_sha256(request.headers.get("upload-metadata", ""))
        size = _number(request, "upload-length")
        if size > MAX_BYTES:
            raise RequestRefusedError(ProblemCode.TOO_LARGE, limit=MAX_BYTES)
        with desk.pool.connection() as connection:
            reach = _reach(request, desk, connection)
            found = blobs.begin(connection, reach, sha256=sha256, size=size, now=desk.now())
        place = {"Location": f"{BLOBS_PATH}/{sha256}"}
        return Response(status_code=201, headers=_offset(found) | place)


def _add_pieces(app: FastAPI, desk: CountyDesk) -> None:
    @app.head(BLOBS_PATH + "/{sha256}")
    def head(request: Request, sha256: str) -> Response:
        _require_tus(request)
        with desk.pool.connection() as connection:
            reach = _reach(request, desk, connection)
            found = blobs.held(connection, reach, sha256=sha256, now=desk.now())
        return Response(headers=_offset(found) | {"Cache-Control": "no-store"})

    @app.patch(BLOBS_PATH + "/{sha256}")
    async def patch(request: Request, sha256: str) -> Response:
        _require_tus(request)
        if request.headers.get("content-type") != PIECE_CONTENT_TYPE:
            raise RequestRefusedError(ProblemCode.PIECE_TYPE_WRONG)
        start = _number(request, "upload-offset")
        _install_id(request, desk)  # before anything of a stranger's is read
        _require_quiet(desk)
        try:
            body = await read_body(request, MAX_PIECE_BYTES)
        except ClientDisconnect:  # nobody is there to be answered; the piece comes again
            return Response(status_code=400)
        _require_checksum(request.headers.get("upload-checksum"), body)
        found = await run_in_threadpool(_append, desk, request, sha256, start, body)
        return Response(status_code=204, headers=_offset(found))


def _add_reading(app: FastAPI, desk: CountyDesk) -> None:
    @app.get(BLOBS_PATH + "/{sha256}")
    def get(request: Request, sha256: str) -> Response:
        start, end = _range(request.headers.get("range"))
        _require_quiet(desk)
        with desk.pool.connection() as connection:
            reach = _reach(request, desk, connection)
            body, found = blobs.read(
                connection, reach, sha256=sha256, start=start, end=end, now=desk.now()
            )
        headers = {"ETag": f'"{sha256}"', "Accept-Ranges": "bytes", "Cache-Control": "no-store"}
        headers["Content-Range"] = f"bytes {start}-{start + len(body) - 1}/{found.size}"
        is_part = request.headers.get("range") is not None
        return Response(
            body,
            status_code=206 if is_part else 200,
            headers=headers,
            media_type="application/octet-stream",
        )


def _require_quiet(desk: CountyDesk) -> None:
    """Records first: while laptops queue with theirs, photographs come later."""
    advice = desk.slots.advice_s()
    if advice is not None:
        raise RequestRefusedError(ProblemCode.TRY_LATER, retry_after_s=advice)


def _append(desk: CountyDesk, request: Request, sha256: str, start: int, body: bytes) -> Held:
    with desk.pool.connection() as connection:
        reach = _reach(request, desk, connection)
        return blobs.append(
            connection, reach, sha256=sha256, start=start, body=body, now=desk.now()
        )


def _reach(request: Request, desk: CountyDesk, connection: Connection[Any]) -> Reach:
    """The laptop behind a request, not revoked, and what it is sent."""
    install = intake.read_install(connection, _install_id(request, desk))
    scope = desk.units.tree(connection).scope_of(install.unit_id)
    names = read_lineage(connection, install.id)
    connection.commit()
    return Reach(names, scope)


def _install_id(request: Request, desk: CountyDesk) -> str:
    authorization = request.headers.get("authorization")
    return sign_in.install_of(request.app.state.seal, authorization, desk.now())


def _offset(found: Held) -> dict[str, str]:
    return {**_TUS, "Upload-Offset": str(found.held), "Upload-Length": str(found.size)}


def _require_tus(request: Request) -> None:
    if request.headers.get("tus-resumable") != TUS_VERSION:
        raise RequestRefusedError(ProblemCode.TUS_VERSION_UNKNOWN, known=TUS_VERSION)


def _number(request: Request, header: str) -> int:
    text = request.headers.get(header, "")
    if not re.fullmatch(r"[0-9]{1,12}", text):
        raise RequestRefusedError(ProblemCode.BAD_REQUEST, why=header)
    return int(text)


def _metadata_sha256(metadata: str) -> str:
    """tus metadata is a list of names with values in base64."""
    pairs = dict(pair.strip().partition(" ")[::2] for pair in metadata.split(","))
    try:
        sha256 = base64.b64decode(pairs.get("sha256", ""), validate=True).decode("ascii")
    except (binascii.Error, ValueError) as problem:
        raise RequestRefusedError(ProblemCode.BAD_REQUEST, why="upload-metadata") from problem
    if not is_sha256(sha256):
        raise RequestRefusedError(ProblemCode.BAD_REQUEST, why="upload-metadata")
    return sha256


def _require_checksum(header: str | None, body: bytes) -> None:
    """A piece is not believed without its checksum: some lines change bytes and say nothing."""
    algorithm, _, given = (header or "").partition(" ")
    if algorithm != "sha256":
        raise RequestRefusedError(ProblemCode.BAD_REQUEST, why="upload-checksum")
    if given != base64.b64encode(hashlib.sha256(body).digest()).decode():
        raise RequestRefusedError(ProblemCode.PIECE_DAMAGED)


def _range(header: str | None) -> tuple[int, int | None]:
    """The first byte and the one after the last; of several ranges none."""
    if header is None:
        return 0, None
    found = _RANGE.fullmatch(header)
    if found is None:
        raise RequestRefusedError(ProblemCode.BLOB_RANGE_WRONG)
    return int(found[1]), int(found[2]) + 1 if found[2] else None
