"""A laptop in a process of its own that stops in the middle of laying an answer down, to be killed.

``python -m tests.helpers.killed_laptop FOLDER``: says ``laying`` once everything of the answer is
written and nothing is committed, and then waits to be killed.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Any

from sync.client import round as round_module
from tests.helpers.copied import opened


def main(folder: Path) -> None:
    """Never returns."""
    plain = round_module.write_values

    def stop(session: Any, values: dict[str, str]) -> None:
        plain(session, values)
        if "cursors" in values:
            print("laying", flush=True)
            threading.Event().wait()

    round_module.write_values = stop
    opened(folder).sync()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
