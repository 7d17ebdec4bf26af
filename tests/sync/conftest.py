"""One real county per module: embedded PostgreSQL, the real server over TLS, enrolled laptops."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.demo.scene import Scene, build_scene

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever asks for the scene needs a real county."""
    for item in items:
        if item.path.is_relative_to(_HERE) and "scene" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.county)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A county with a village, its township, the county, another village and a department."""
    made = build_scene(tmp_path_factory.mktemp("county") / "scene")
    yield made
    made.close()
