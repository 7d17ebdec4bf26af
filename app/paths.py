"""Where this laptop keeps its file, by the custom of its operating system."""

from __future__ import annotations

from pathlib import Path

import platformdirs


def data_folder() -> Path:
    """The folder of the program's data; local, never roaming."""
    return Path(platformdirs.user_data_dir("Gulou", appauthor=False, roaming=False))


def log_file() -> Path:
    """Where the program writes its log."""
    return Path(platformdirs.user_log_dir("Gulou", appauthor=False)) / "gulou.log"
