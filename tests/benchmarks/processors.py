"""How long the processors worked for the county: on a machine that does other things besides, the
clock says more about those than about us."""

from __future__ import annotations

from pathlib import Path

import psutil
import psycopg

from app.demo.scene import Scene


def county_seconds(scene: Scene) -> float:
    """Seconds of processor so far: the server with its children, and its PostgreSQL."""
    return _family(scene.process.pid) + _family(_postmaster(scene))


def _postmaster(scene: Scene) -> int:
    with psycopg.connect(scene.county.url) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
    assert row is not None
    return int((Path(row[0]) / "postmaster.pid").read_text(encoding="ascii").split()[0])


def _family(pid: int) -> float:
    """Of a process and its children, also of those that have ended."""
    parent = psutil.Process(pid)
    total = sum(parent.cpu_times()[:4])
    for child in parent.children(recursive=True):
        try:
            total += sum(child.cpu_times()[:4])
        except psutil.NoSuchProcess:
            continue
    return float(total)
