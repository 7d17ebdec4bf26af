"""One line about the machine the figures come from."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import psutil
import psycopg
import PySide6
from sqlcipher3 import dbapi2 as sqlcipher

_GIB = 1024**3


def machine_line(county_url: str) -> str:
    """Processor, cores, memory, how busy it is with other work, and the versions that matter."""
    with psycopg.connect(county_url) as connection:
        row = connection.execute("SHOW server_version").fetchone()
    postgres = str(row[0]).split()[0] if row else "?"
    return ", ".join(
        (
            _processor(),
            f"{os.cpu_count()} cores",
            f"{psutil.virtual_memory().total / _GIB:.0f} GiB memory",
            f"load {psutil.getloadavg()[0]:.1f} at the end",
            platform.system(),
            f"Python {platform.python_version()}",
            f"PySide6 {PySide6.__version__}",
            f"SQLCipher {_sqlcipher_version()}",
            f"PostgreSQL {postgres}",
        )
    )


def _processor() -> str:
    """The model, where Linux tells it."""
    found = Path("/proc/cpuinfo")
    lines = found.read_text(encoding="utf-8").splitlines() if found.exists() else []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.processor() or platform.machine())


def _sqlcipher_version() -> str:
    connection = sqlcipher.connect(":memory:")
    try:
        version = str(connection.execute("PRAGMA cipher_version").fetchone()[0])
    finally:
        connection.close()
    return version.split()[0]
