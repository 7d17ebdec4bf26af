"""Each safeguard is switched off once, and the test that stands for it must fail."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.safeguards import SAFEGUARDS, Safeguard

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.county, pytest.mark.slow]


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Test to how it ended with its safeguard off, all in one process.

    What one left behind in a county they share may keep the next from beginning: that one runs
    once more, alone.
    """
    folder = tmp_path_factory.mktemp("safeguards")
    found = _run(folder, [one.test for one in SAFEGUARDS])
    for test in [test for test, how in found.items() if how == "setup failed"]:
        found |= _run(folder, [test])
    return found


def _run(folder: Path, tests: list[str]) -> dict[str, str]:
    kept = folder / "ended.json"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.safeguards_off"]
    command += ["-p", "no:cacheprovider", "-p", "no:xdist", f"--basetemp={folder / 'runs'}"]
    subprocess.run(
        [*command, *tests],
        cwd=ROOT,
        env={**os.environ, "GULOU_SAFEGUARDS": str(kept), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        check=False,
        timeout=300,
    )
    return dict(json.loads(kept.read_text(encoding="utf-8")))


def test_each_has_a_test_of_its_own() -> None:
    assert len({one.test for one in SAFEGUARDS}) == len(SAFEGUARDS)
    assert len({one.name for one in SAFEGUARDS}) == len(SAFEGUARDS)


@pytest.mark.parametrize("safeguard", SAFEGUARDS, ids=lambda one: one.name.replace(" ", "-"))
def test_without_it_the_suite_fails(safeguard: Safeguard, ended: dict[str, str]) -> None:
    assert ended[safeguard.test] == "call failed", f"nothing misses: {safeguard.name}"
