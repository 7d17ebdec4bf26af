"""Reading what a laptop sends, without ever holding more of it than may come."""

from __future__ import annotations

from starlette.requests import Request

from sync.protocol.messages import ProblemCode
from sync.server.problems import RequestRefusedError


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body, given up as soon as it is longer than ``limit`` bytes.

    Raises ``RequestRefusedError`` TOO_LARGE (limit).
    """
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise RequestRefusedError(ProblemCode.TOO_LARGE, limit=limit)
        parts.append(part)
    return b"".join(parts)
