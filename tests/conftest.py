"""What holds for every test: no screen, and no secret in the keyring of whoever runs them."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import Any

import pytest

# Before Qt and keyring are imported: both read the environment once.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

_GUI_TESTS = Path(__file__).parent / "gui"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of windows are marked by their folder, so that none is forgotten; the longest come
    first, so that no worker is left with them when the others are done."""
    for item in items:
        if item.path.is_relative_to(_GUI_TESTS):
            item.add_marker(pytest.mark.gui)
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """What the whole run keeps (modules, tests) is not looked through for garbage again and again:
    that was a seventh of the time."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file stays on one worker, whatever --dist says: its tests share a county or a window."""
    from xdist.scheduler import LoadFileScheduling

    config.option.loadscopereorder = False
    return LoadFileScheduling(config, log)
