"""The words of the chain: who is waited for, and for what."""

from __future__ import annotations

from enum import StrEnum


class Wait(StrEnum):
    """What a case waits for."""

    ACCEPT = "accept"
    """受理 or not."""
    TAKE_ON = "take_on"
    """签收."""
    REPORT = "report"
    """办理回复."""
    FEEDBACK = "feedback"
    """反馈 to the people of the case."""
    NOTHING = "nothing"


class TurnPart(StrEnum):
    """As what a unit has a case in hand."""

    LEAD = "lead"
    """牵头."""
    HELPER = "helper"
    """协办."""


class FlowAct(StrEnum):
    """What a person can do to move a case on, in the order of the chain."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    TAKE_ON = "take_on"
    RETURN = "return"
    DISPATCH = "dispatch"
    ASK_HELP = "ask_help"
    ESCALATE = "escalate"
    REPORT_BACK = "report_back"
    URGE = "urge"
    END_HELP = "end_help"
    FEEDBACK = "feedback"
    REOPEN = "reopen"
