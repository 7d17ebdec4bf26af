"""What a look was at."""

from __future__ import annotations

from enum import StrEnum


class LookedAt(StrEnum):
    """Personal data that is shown only when asked for."""

    IDENTITY_NUMBER = "identity_number"
    PHONE = "phone"
    WHOLE_RECORD = "whole_record"
    """A form that shows number and phone for correcting them, or a confidential case."""
    EXPORT = "export"
    PRINT = "print"
