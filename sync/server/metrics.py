"""The county's health for a monitor: GET /metrics, in the text format Prometheus collects.

Whoever asks must show the county's token for it (`gulou-county metrics-token`); without one there
is nothing to see. The numbers are the whole county's, whichever process answers.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime
from typing import Any, Final

from psycopg import Connection
from psycopg_pool import ConnectionPool

from sync.server.health import Health, read_health
from sync.server.meters import BOUNDS_S, METERS, Counted, read_counted
from sync.server.state import read_state, write_state

TOKEN_STATE: Final = "metrics_token"  # noqa: S105 - its name
CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


def make_token(connection: Connection[Any]) -> str:
    """A new token; the one before is worth nothing any more."""
    token = secrets.token_urlsafe(24)
    write_state(connection, TOKEN_STATE, token)
    connection.commit()
    return token


def read_metrics(
    pool: ConnectionPool[Connection[Any]], authorization: str | None, now: datetime
) -> str | None:
    """The page for whoever shows the token; None for everybody else."""
    with pool.connection() as connection:
        try:
            wanted = f"Bearer {read_state(connection, TOKEN_STATE)}"
        except LookupError:
            return None
        if not hmac.compare_digest((authorization or "").encode(), wanted.encode()):
            return None
        METERS.flush(connection, now)
        return as_prometheus(read_health(connection, now), read_counted(connection))


def as_prometheus(health: Health, counted: Counted) -> str:
    """The text format a Prometheus server collects; names and units as it wants them."""
    lines: list[str] = []

    def gauge(name: str, value: float | None, help_: str, kind: str = "gauge") -> None:
        if value is not None:
            lines.extend((f"# HELP gulou_{name} {help_}", f"# TYPE gulou_{name} {kind}"))
            lines.append(f"gulou_{name} {value:g}" if value < 1e6 else f"gulou_{name} {value:.0f}")

    gauge("laptops", health.laptops, "Laptops that are not revoked.")
    gauge("laptops_silent_7_days", health.silent_7_days, "Not heard of for seven days.")
    gauge("laptops_silent_30_days", health.silent_30_days, "Not heard of for thirty days.")
    gauge("laptops_never_heard", health.never_heard, "Enrolled and never heard of.")
    gauge("laptops_clock_off", health.clock_off, "Clock more than ten minutes off.")
    gauge("laptops_with_refused", health.with_refused, "With refused or quarantined work.")
    gauge("operations_waiting", health.waiting, "Operations laptops said they still hold.")
    gauge("operations_unjudged", health.unjudged, "Operations tried in vain.")
    gauge("repairs_total", health.repairs, "Buckets found unequal.", "counter")
    gauge("repairs_unmended_total", health.unmended, "Still unequal afterwards.", "counter")
    gauge("database_bytes", health.database_bytes, "Size of the database.")
    gauge("backup_age_seconds", health.backup_age_s, "Since the last backup was finished.")
    gauge("turned_away_total", health.turned_away, "Requests told to come later.", "counter")
    gauge("failed_total", health.failed, "Requests that raised.", "counter")
    lines += [
        "# HELP gulou_laptop_programs Laptops by program.",
        "# TYPE gulou_laptop_programs gauge",
    ]
    for name, number in health.programs.items():
        app, schema, protocol = name.rsplit(" ", 2)
        labels = f'app="{_label(app)}",schema="{schema}",protocol="{protocol}"'
        lines.append(f"gulou_laptop_programs{{{labels}}} {number}")
    lines += _histogram("request_seconds", "Time of requests.", "path", counted, requests=True)
    lines += _histogram("wait_seconds", "Waits inside.", "for", counted, requests=False)
    return "\n".join(lines) + "\n"


def _histogram(name: str, help_: str, label: str, counted: Counted, *, requests: bool) -> list[str]:
    lines = [f"# HELP gulou_{name} {help_}", f"# TYPE gulou_{name} histogram"]
    for what, one in sorted(counted.times.items()):
        if (what != "feed_lock") is not requests:
            continue
        seen = 0
        for bound, count in zip((*BOUNDS_S, "+Inf"), one.counts, strict=True):
            seen += count
            lines.append(f'gulou_{name}_bucket{{{label}="{_label(what)}",le="{bound}"}} {seen}')
        lines.append(f'gulou_{name}_sum{{{label}="{_label(what)}"}} {one.seconds:.6f}')
        lines.append(f'gulou_{name}_count{{{label}="{_label(what)}"}} {one.total}')
    return lines


def _label(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
