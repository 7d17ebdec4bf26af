"""Hypothesis drives the world: a short run here, a long one with ``make soak``.

Laptops are real folders with real encrypted files and the real client; the county is the real
server in a process of its own on real PostgreSQL. What fails here is shrunk to its few steps; put
its seed or its steps into ``test_found_before.py``.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tests.sync.machine.invariants import check_all
from tests.sync.machine.rules import RULES, Rule
from tests.sync.machine.world import World

pytestmark = [pytest.mark.county, pytest.mark.slow]

_EXAMPLES = 4
_STEPS = 60
_NUMBER = st.integers(min_value=0, max_value=999)
_BY_WEIGHT = st.sampled_from([one for one in RULES for _ in range(one.weight)])


class SyncMachine(RuleBasedStateMachine):
    """Draws rules by weight, and at the end looks whether every guarantee held."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    @rule(drawn=_BY_WEIGHT, data=st.data())
    def anything(self, drawn: Rule, data: Any) -> None:
        """One step of the world."""
        numbers = {name: data.draw(_NUMBER, label=name) for name in drawn.arguments}
        drawn.apply(self.world, numbers)

    def teardown(self) -> None:
        """The quiet at the end is where the guarantees are looked at."""
        try:
            self.world.settle()
            check_all(self.world)
        finally:
            self.world.close()


def test_nothing_is_lost_and_everyone_ends_up_equal() -> None:
    run_state_machine_as_test(
        SyncMachine,
        settings=settings(
            max_examples=_EXAMPLES,
            stateful_step_count=_STEPS,
            deadline=None,
            derandomize=True,
            phases=(Phase.generate,),  # each step costs a tenth of a second: shrink by hand
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
