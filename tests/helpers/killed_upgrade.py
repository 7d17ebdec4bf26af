"""A laptop in a process of its own that stops in the middle of its upgrade, to be killed.

``python -m tests.helpers.killed_upgrade FOLDER``: says ``upgrading`` once tables were made, CHECKs
rewritten and nothing of the last migration is committed, and then waits to be killed.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Any

from alembic.operations import Operations

from app.laptop import open_laptop
from db.keystore import KeyFileStore
from tests.helpers.copied import CHEAP, PASSPHRASE

_LAST = "setting_change"
"""The newest table; indexes and triggers come after it."""


def main(folder: Path) -> None:
    """Never returns."""
    plain = Operations.create_table

    def stop(self: Operations, name: str, *columns: Any, **options: Any) -> Any:
        made = plain(self, name, *columns, **options)
        if name == _LAST:
            print("upgrading", flush=True)
            threading.Event().wait()
        return made

    Operations.create_table = stop  # type: ignore[method-assign]
    keys = KeyFileStore(folder / "gulou.keys", PASSPHRASE, cost=CHEAP)
    open_laptop(folder, ask_passphrase=lambda _need: PASSPHRASE, keys=keys)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
