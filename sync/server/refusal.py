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


class SetAsideError(Exception):
    """What came too late and is not carried out, without refusing its group: the laptop gets back
    what the county has."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason
