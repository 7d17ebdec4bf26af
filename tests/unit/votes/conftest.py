"""A real encrypted store with the county's rule sets in it."""

from __future__ import annotations

import pytest

from tests.helpers.stores import a_store
from tests.helpers.votes import lay_rule_sets


@pytest.fixture
def store(tmp_path):
    made = a_store(tmp_path)
    lay_rule_sets(made)
    yield made
    made.close()
