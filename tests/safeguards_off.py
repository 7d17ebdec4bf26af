"""A pytest plugin that runs the named tests with their safeguards switched off, and keeps how
each ended: ``pytest -p tests.safeguards_off`` with GULOU_SAFEGUARDS naming the file to write.

Used by ``tests/sync/test_safeguards.py`` in a process of its own, so that nothing stays off.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.safeguards import SAFEGUARDS

_BY_TEST = {one.test: one for one in SAFEGUARDS}
_ENDED: dict[str, str] = {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Off for the test itself; its fixtures are made with everything on."""
    safeguard = _BY_TEST[_name(item)]
    with pytest.MonkeyPatch.context() as patch:
        safeguard.switch_off(patch)
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Iterator[None]:
    """How setting up and running the test ended."""
    report: Any = yield
    if report.when == "call" or report.failed:
        ended = f"{report.when} {report.outcome}"
        if _ENDED.get(_name(item)) != "call failed":  # one of its cases is enough
            _ENDED[_name(item)] = ended
    return report


def _name(item: pytest.Item) -> str:
    """The test in the list: one of its cases, or all of them."""
    return item.nodeid if item.nodeid in _BY_TEST else item.nodeid.partition("[")[0]


def pytest_sessionfinish() -> None:
    """Keeps what happened; the exit code of a run in which everything failed says little."""
    Path(os.environ["GULOU_SAFEGUARDS"]).write_text(json.dumps(_ENDED), encoding="utf-8")
