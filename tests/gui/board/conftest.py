"""A laptop of 坪坦村 for the board."""

from __future__ import annotations

import pytest

from tests.gui.scene import make_scene


@pytest.fixture
def scene(tmp_path, runner):
    yield from make_scene(tmp_path, runner)
