"""How a check says no: raised while judging, turned into a verdict."""

from __future__ import annotations

from typing import Any

from sync.protocol.messages import Reason


class RefusedError(Exception):
    """The operation is refused; it stays in the intake, and its text on the laptop."""

    def __init__(self, reason: Reason, **detail: Any) -> None:
        super().__init__(reason.value, detail)
        self.reason = reason
        self.detail = detail
