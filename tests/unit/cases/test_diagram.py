"""The picture in ARCHITECTURE.md is the table's."""

from __future__ import annotations

from pathlib import Path

from app.cases.diagram import BEGIN, END, diagram

ARCHITECTURE = Path(__file__).parents[3] / "ARCHITECTURE.md"


def test_the_picture_is_the_one_the_table_makes() -> None:
    shown = ARCHITECTURE.read_text(encoding="utf-8")
    drawn = shown.partition(BEGIN)[2].partition(END)[0].strip()
    assert drawn == diagram(), "python -m app.cases.diagram prints it anew"
