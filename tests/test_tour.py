"""The tour is kept alive: it runs as a person would start it, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.county, pytest.mark.slow]


def test_the_tour_passes_and_leaves_its_pictures(tmp_path: Path) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    for display in ("DISPLAY", "WAYLAND_DISPLAY"):
        environment.pop(display, None)
    done = subprocess.run(
        [sys.executable, "-m", "app", "demo", "--out", str(tmp_path)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    summary = json.loads((tmp_path / "tour" / "summary.json").read_text(encoding="utf-8"))
    assert summary["passed"]
    assert all(step["checks"] for step in summary["steps"])
    pictures = sorted((tmp_path / "tour").glob("*.png"))
    assert len(pictures) >= 8
    assert all(picture.stat().st_size > 10_000 for picture in pictures)
