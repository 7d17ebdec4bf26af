"""Refusals of a whole request, and the HTTP status each one has."""

from __future__ import annotations

from typing import Any, Final

from sync.protocol.messages import Problem, ProblemCode

STATUS: Final[dict[ProblemCode, int]] = {
    ProblemCode.BAD_REQUEST: 400,
    ProblemCode.CODE_UNKNOWN: 403,
    ProblemCode.CODE_USED: 403,
    ProblemCode.IDENTITY_REUSED: 409,
    ProblemCode.INSTALL_REVOKED: 403,
    ProblemCode.INSTALL_UNKNOWN: 401,
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
    def problem(self) -> Problem:
        """The body of the answer."""
        return Problem(code=self.code.value, params=self.params)
