"""The case page with a dispute chosen, on a real encrypted store."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.gui.cases.conftest import Desk, make_desk
from tests.gui.cases.scenes import some_disputes

__all__ = ["make_desk"]


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    """The newest of six disputes is open beside the list."""
    made = make_desk()
    made.scene.case_ids = some_disputes(made.scene)  # type: ignore[attr-defined]
    made.page.load()
    made.wait()
    made.page.open(made.scene.case_ids[-1])  # type: ignore[attr-defined]
    made.wait()
    return made
