"""The long run of the sync machine: ``make soak``, or ``python -m tests.soak --seeds 20``.

Bounded in steps and in time. Each seed is printed before it runs, so that a failure, or a machine
that goes down, can be repeated: ``python -m tests.soak --seed 17``.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence

from tests.sync.machine.drive import run_seed


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every seed held, 1 when one did not."""
    found = _parser().parse_args(arguments)
    seeds = [found.seed] if found.seed is not None else _seeds(found.first, found.seeds)
    steps_each = max(1, found.steps // len(seeds))
    until = time.monotonic() + found.minutes * 60
    made, failed = 0, []
    for seed in seeds:
        if time.monotonic() > until:
            print(f"time is up after {made} steps", flush=True)
            break
        print(f"seed {seed}: ", end="", flush=True)
        begun = time.monotonic()
        try:
            steps = run_seed(seed, steps=steps_each, until=until)
        except Exception as problem:  # noqa: BLE001 - every seed is to be tried
            failed.append(seed)
            print(f"FAILED {type(problem).__name__}: {problem}", flush=True)
            print("\n".join(getattr(problem, "__notes__", [])), flush=True)
        else:
            made += steps
            print(f"{steps} steps in {time.monotonic() - begun:.0f} s", flush=True)
    print(f"{made} steps over {len(seeds)} seeds, {len(failed)} failed: {failed}", flush=True)
    return 1 if failed else 0


def _seeds(first: int | None, count: int) -> list[int]:
    start = random.SystemRandom().randrange(1, 10**6) if first is None else first
    return list(range(start, start + count))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    parser.add_argument("--steps", type=int, default=6000, help="steps over all seeds")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, help="the first seed; drawn if not given")
    parser.add_argument("--seed", type=int, help="one seed alone")
    parser.add_argument("--minutes", type=float, default=60.0)
    return parser


if __name__ == "__main__":
    sys.exit(main())
