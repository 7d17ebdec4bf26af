"""The county's HTTP side: routes and nothing else."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from psycopg import Connection, OperationalError
from psycopg_pool import ConnectionPool, PoolTimeout
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync.protocol.messages import (
    BLOBS_PATH,
    CONTENT_TYPE,
    MAGIC,
    MAX_INFLATED_BYTES,
    PROBLEM_HEADER,
    PROTOCOL_VERSION,
    ChallengeRequest,
    ChallengeResponse,
    EnrolRequest,
    EnrolResponse,
    ProblemCode,
    RenewRequest,
    RenewResponse,
    TokenRequest,
    TokenResponse,
)
from sync.server import sign_in
from sync.server.blob_routes import add_blob_routes
from sync.server.bodies import read_body
from sync.server.exchange import CountyDesk, exchange
from sync.server.meters import FLUSH_SECONDS, METERS, fold_ended
from sync.server.metrics import CONTENT_TYPE as METRICS_TYPE
from sync.server.metrics import read_metrics
from sync.server.problems import RequestRefusedError
from sync.server.repair import repair
from sync.server.sign_in import Seal
from sync.server.state import read_state
from sync.server.stick_keys import stick_keys

LOG: Final = logging.getLogger("gulou.county")
_MAX_PACKED_BYTES: Final = MAX_INFLATED_BYTES
"""Nothing honest is larger packed than unpacked."""
_PACKED: Final = frozenset({"/sync", "/repair"})
_MAX_PASSED_OVER: Final = 1024 * 1024
_MAX_FORM_BYTES: Final = 64 * 1024
"""Of the requests that anybody may send."""


def make_pool(url: str, *, size: int = 8) -> ConnectionPool[Connection[Any]]:
    """Connections for one process; opened by the application."""
    return ConnectionPool(
        url,
        min_size=1,
        max_size=size,
        open=False,
        timeout=20,
        configure=_tell_the_planner,
        # A plan that is kept may be one from when the county was empty: it reads every row for
        # each key until somebody analyses the table. To plan anew is nothing beside a batch.
        kwargs={"prepare_threshold": None},
    )


def _tell_the_planner(connection: Connection[Any]) -> None:
    """Every query of a request looks up rows by their keys, or in an index's own order.

    The defaults are for spinning disks and would read the whole county for a page of a village.
    """
    connection.execute("SET random_page_cost = 1.1")
    connection.execute("SET enable_bitmapscan = off")
    connection.commit()


def make_app(desk: CountyDesk) -> FastAPI:
    """The application; it opens the desk's pool when it starts and closes it when it ends."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(_open, app, desk)
        flushing = asyncio.create_task(_flush_meters(desk))
        yield
        flushing.cancel()
        await asyncio.gather(flushing, return_exceptions=True)
        await run_in_threadpool(_flush_once, desk)
        await run_in_threadpool(desk.pool.close)

    app = FastAPI(title="鼓楼", lifespan=life, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(_ShortForms)
    _add_refusals(app)
    _add_sign_in(app, desk)
    _add_sync(app, desk)
    _add_metrics(app, desk)
    add_blob_routes(app, desk)
    return app


class _ShortForms:
    """Gives up a form that is too long before it fills the memory; packed bodies are counted
    where they are read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or _counts_for_itself(scope["path"]):
            await self._app(scope, receive, send)
            return
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > _MAX_FORM_BYTES:
                raise RequestRefusedError(ProblemCode.TOO_LARGE)
            return message

        await self._app(scope, counted, send)


def _counts_for_itself(path: str) -> bool:
    return path in _PACKED or path.startswith(BLOBS_PATH + "/")


def _open(app: FastAPI, desk: CountyDesk) -> None:
    desk.pool.open(wait=True)
    with desk.pool.connection() as connection:
        app.state.seal = Seal(bytes.fromhex(read_state(connection, "token_secret")))
        stick_keys(connection)
        fold_ended(connection, desk.now())


async def _flush_meters(desk: CountyDesk) -> None:
    """Writes down what was counted, now and then; what a kill takes is a few seconds' counts."""
    while True:
        await asyncio.sleep(FLUSH_SECONDS)
        await run_in_threadpool(_flush_once, desk)


def _flush_once(desk: CountyDesk) -> None:
    try:
        with desk.pool.connection() as connection:
            METERS.flush(connection, desk.now())
    except (OperationalError, PoolTimeout):
        LOG.warning("counters not written", exc_info=True)


def _add_refusals(app: FastAPI) -> None:
    @app.exception_handler(RequestRefusedError)
    async def refused(_request: Request, refusal: RequestRefusedError) -> Response:
        headers = {PROBLEM_HEADER: refusal.code.value, **refusal.headers}
        if refusal.code is ProblemCode.TRY_LATER:
            spread = random.randint(10, 40)  # noqa: S311 - spreads load, guards nothing
            headers["Retry-After"] = str(refusal.params.get("retry_after_s", spread))
        return JSONResponse(refusal.problem.model_dump(), refusal.status, headers=headers)

    @app.exception_handler(PoolTimeout)
    async def busy(request: Request, _problem: PoolTimeout) -> Response:
        return await refused(request, RequestRefusedError(ProblemCode.TRY_LATER))

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, _problem: RequestValidationError) -> Response:
        return await refused(request, RequestRefusedError(ProblemCode.BAD_REQUEST, why="body"))


def _add_sign_in(app: FastAPI, desk: CountyDesk) -> None:
    @app.get("/health")
    def health() -> dict[str, Any]:
        with desk.pool.connection() as connection:
            epoch = read_state(connection, "epoch")
        return {"magic": MAGIC, "protocol": PROTOCOL_VERSION, "epoch": epoch}

    @app.post("/enrol")
    def enrol(request: EnrolRequest) -> EnrolResponse:
        with desk.pool.connection() as connection:
            install_id, unit_id = sign_in.enrol(connection, request, desk.now())
            epoch = read_state(connection, "epoch")
            keys = stick_keys(connection).public
        return EnrolResponse(
            magic=MAGIC, install_id=install_id, unit_id=unit_id, epoch=epoch, county_keys=keys
        )

    @app.post("/challenge")
    def challenge(request: ChallengeRequest) -> ChallengeResponse:
        text = sign_in.make_challenge(app.state.seal, request.install_id, desk.now())
        return ChallengeResponse(magic=MAGIC, challenge=text)

    @app.post("/token")
    def token(request: TokenRequest) -> TokenResponse:
        with desk.pool.connection() as connection:
            made = sign_in.make_token(connection, app.state.seal, request, desk.now())
        return TokenResponse(magic=MAGIC, token=made, seconds=sign_in.TOKEN_SECONDS)

    @app.post("/renew")
    def renew(request: RenewRequest) -> RenewResponse:
        with desk.pool.connection() as connection:
            install_id, unit_id = sign_in.renew(connection, app.state.seal, request, desk.now())
            epoch = read_state(connection, "epoch")
        return RenewResponse(magic=MAGIC, install_id=install_id, unit_id=unit_id, epoch=epoch)


def _add_metrics(app: FastAPI, desk: CountyDesk) -> None:
    @app.get("/metrics")
    def metrics(request: Request) -> Response:
        page = read_metrics(desk.pool, request.headers.get("authorization"), desk.now())
        if page is None:
            return Response(status_code=404)
        return Response(page, media_type=METRICS_TYPE)


def _add_sync(app: FastAPI, desk: CountyDesk) -> None:
    @app.post("/sync")
    async def sync(request: Request) -> Response:
        return await _served(app, desk, request, exchange)

    @app.post("/repair")
    async def mend(request: Request) -> Response:
        return await _served(app, desk, request, repair)


async def _served(
    app: FastAPI,
    desk: CountyDesk,
    request: Request,
    work: Callable[[CountyDesk, str, bytes], bytes],
) -> Response:
    """A packed request of a signed-in laptop, when it is its turn."""
    install_id = sign_in.install_of(
        app.state.seal, request.headers.get("authorization"), desk.now()
    )
    packed: bytes | None = None
    try:
        async with desk.slots.admitted():
            packed = await read_body(request, _MAX_PACKED_BYTES)
            async with desk.slots.turn(install_id):
                with METERS.timed(work.__name__):
                    answer = await run_in_threadpool(work, desk, install_id, packed)
    except RequestRefusedError as refusal:
        if refusal.code is ProblemCode.TRY_LATER:
            METERS.count("turned_away")
            if packed is None:
                await _pass_over(request)
        raise
    except Exception:
        METERS.count("failed")
        raise
    return Response(answer, media_type=CONTENT_TYPE)


async def _pass_over(request: Request) -> None:
    """Lets a refused body run out unread: a line that is cut in the middle hears no answer."""
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > _MAX_PASSED_OVER:
            return
