"""The code on a paper: what ``scan_text`` says, so large that a cheap scanner reads it."""

from __future__ import annotations

import base64
import io
from typing import Final

import segno

QUIET: Final = 4
"""Empty modules around it; ISO/IEC 18004 asks for four."""


def qr_png(text: str) -> bytes:
    """The code as a black and white PNG, error level Q: a quarter of it may be torn or stained."""
    made = io.BytesIO()
    segno.make(text, error="q", micro=False).save(made, kind="png", scale=12, border=QUIET)
    return made.getvalue()


def qr_source(text: str) -> str:
    """The same as an address for ``<img src>``."""
    return f"data:image/png;base64,{base64.b64encode(qr_png(text)).decode()}"
