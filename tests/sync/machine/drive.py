"""Runs the world from a seed: the same seed, the same choices."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

from tests.sync.machine.invariants import check_all
from tests.sync.machine.rules import RULES, Rule
from tests.sync.machine.world import World

_LARGEST = 1000


def run_seed(seed: int, *, steps: int, settle_every: int = 60, until: float | None = None) -> int:
    """Steps made; ``until`` is a moment of ``time.monotonic`` at which it ends early.

    Raises ``AssertionError`` with the seed and the last steps when an invariant does not hold.
    """
    world = World(seed)
    trace: list[str] = []
    try:
        for number, (rule, numbers) in enumerate(_choices(seed, steps), start=1):
            if until is not None and time.monotonic() > until:
                break
            trace.append(f"{number} {rule.name} {numbers}")
            rule.apply(world, numbers)
            if number % settle_every == 0:
                trace.append(f"{number} settle")
                world.settle()
                check_all(world)
        world.settle()
        check_all(world)
    except BaseException as problem:
        problem.add_note(f"seed {seed}, {world.steps} steps\n" + "\n".join(trace[-40:]))
        raise
    finally:
        world.close()
    return world.steps


def _choices(seed: int, steps: int) -> Iterator[tuple[Rule, dict[str, int]]]:
    chance = random.Random(seed)
    weights = [rule.weight for rule in RULES]
    for _ in range(steps):
        rule = chance.choices(RULES, weights)[0]
        yield rule, {name: chance.randrange(_LARGEST) for name in rule.arguments}
