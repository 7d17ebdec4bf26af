"""Refusals of a whole request, and the HTTP status each one has."""

from __future__ import annotations

from typing import Any, Final

from sync.protocol.messages import TUS_VERSION, Problem, ProblemCode

STATUS: Final[dict[ProblemCode, int]] = {
    ProblemCode.BAD_REQUEST: 400,
    ProblemCode.BLOB_HASH_WRONG: 460,
    ProblemCode.BLOB_OFFSET_WRONG: 409,
    ProblemCode.BLOB_OUT_OF_SCOPE: 403,
    ProblemCode.BLOB_RANGE_WRONG: 416,
    ProblemCode.BLOB_UNKNOWN: 404,
    ProblemCode.CODE_UNKNOWN: 403,
    ProblemCode.CODE_USED: 403,
    ProblemCode.IDENTITY_REUSED: 409,
    ProblemCode.INSTALL_BEHIND: 409,
    ProblemCode.INSTALL_REVOKED: 403,
    ProblemCode.INSTALL_UNKNOWN: 401,
    ProblemCode.PIECE_DAMAGED: 460,
    ProblemCode.PIECE_TYPE_WRONG: 415,
    ProblemCode.TUS_VERSION_UNKNOWN: 412,
    ProblemCode.TOKEN_EXPIRED: 401,
    ProblemCode.TOO_LARGE: 413,
    ProblemCode.PROTOCOL_TOO_OLD: 426,
    ProblemCode.TRY_LATER: 503,
}


class RequestRefusedError(Exception):
    """Nothing of the request was applied; ``code`` says why, ``params`` what goes with it."""

    def __init__(self, code: ProblemCode, **params: Any) -> None:
        super().__init__(code.value, params)
        self.code = code
        self.params = params

    @property
    def status(self) -> int:
        """The HTTP status."""
        return STATUS[self.code]

    @property
    def headers(self) -> dict[str, str]:
        """What the status asks for besides."""
        if self.code is ProblemCode.TUS_VERSION_UNKNOWN:
            return {"Tus-Version": TUS_VERSION}
        return {}

    @property
    def problem(self) -> Problem:
        """The body of the answer."""
        return Problem(code=self.code.value, params=self.params)
