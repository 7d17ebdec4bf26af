"""The two kinds of errors: the world's, shown as a sentence, and ours, which are bugs.

A `UserFacingError` carries a stable code and parameters, never prose: `ui/wording.py` turns it
into a sentence that says what happened, what was kept and what to do. Anything else that is
raised is a bug and reaches the crash dialog and the log.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class ErrorCode(StrEnum):
    """Every sentence-worthy failure, by area."""

    # accounts
    ACCOUNT_EXPIRED = "account_expired"
    ACCOUNT_LOCKED_FOR_NOW = "account_locked_for_now"
    NOT_ALLOWED = "not_allowed"
    PIN_WRONG = "pin_wrong"
    PIN_TOO_WEAK = "pin_too_weak"


class UserFacingError(Exception):
    """The world's fault: a wrong PIN, a full disk, a workbook that is not one."""

    def __init__(self, code: ErrorCode, **params: Any) -> None:
        super().__init__(code.value, params)
        self.code = code
        self.params = params
