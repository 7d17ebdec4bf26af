"""Reading the tables that ship with the program: divisions, code sets, rule sets.

They are data, not code, so that the county can check them against their sources line by line.
Each area keeps its own under `app/<area>/data/`, with a README that names where they come from.
A file that is missing or broken is a fault of the build, so nothing is caught here.
"""

from __future__ import annotations

import csv
import json
from importlib.resources import files
from typing import Any


def read_table(area: str, name: str) -> tuple[dict[str, str], ...]:
    """The rows of `app/<area>/data/<name>` (CSV, UTF-8, first line names the columns)."""
    rows = csv.DictReader(_text(area, name).splitlines(), strict=True)
    return tuple(dict(row) for row in rows)


def read_json(area: str, name: str) -> Any:
    """The contents of `app/<area>/data/<name>`."""
    return json.loads(_text(area, name))


def _text(area: str, name: str) -> str:
    return files(f"app.{area}").joinpath("data", name).read_text(encoding="utf-8")
