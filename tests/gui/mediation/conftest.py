"""The case page of a village worker, on a real encrypted store."""

from __future__ import annotations

from tests.gui.cases.conftest import make_desk

__all__ = ["make_desk"]
