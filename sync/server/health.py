"""How the county and its laptops are: what the command line shows and what a monitor collects."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from psycopg import Connection

from sync.server.meters import Histogram, read_counted
from sync.server.state import read_state

CLOCK_OFF_MS: Final = 10 * 60 * 1000
BACKUP_STATE: Final = "backup_at"
"""The county's fact that says when its last backup was finished, as ISO text."""
_SILENT: Final = (timedelta(days=7), timedelta(days=30))


@dataclass(frozen=True, slots=True)
class LaptopHealth:
    """One laptop that wants somebody's attention, or is merely there."""

    id: str
    unit_id: str
    device_name: str
    last_contact_at: datetime | None
    silent_days: int | None
    """Whole days since its last contact; None when it has never come."""
    clock_offset_ms: int | None
    app_version: str
    schema_version: int | None
    protocol: int | None
    waiting: int | None
    """Operations it still had to send, as it said itself."""
    refused: int | None
    """Refused operations nobody has sent again, as it said itself."""
    troubled: int
    """Operations refused or quarantined here, ever."""
    quarantined: int
    repairs: int
    unmended: int
    """Of the repairs, those after which it was not equal."""


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took, in seconds; the shares are upper ends of steps."""

    count: int
    half_s: float | None
    most_s: float | None
    """Ninety-nine in a hundred."""


@dataclass(frozen=True, slots=True)
class Health:
    """The county at one moment."""

    at: datetime
    laptops: int
    silent_7_days: int
    silent_30_days: int
    never_heard: int
    clock_off: int
    with_refused: int
    waiting: int
    unjudged: int
    """Operations that were tried in vain and will be tried again."""
    repairs: int
    unmended: int
    database_bytes: int
    backup_age_s: float | None
    """None when there was never a backup."""
    programs: dict[str, int]
    """{"app schema protocol": laptops}."""
    requests: dict[str, Times]
    feed_lock: Times
    turned_away: int
    failed: int
    rows: tuple[LaptopHealth, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values; moments as ISO text."""
        return asdict(self)


def read_health(connection: Connection[Any], now: datetime) -> Health:
    """Reads it all; revoked laptops are left out."""
    rows = tuple(_laptops(connection, now))
    counted = read_counted(connection)
    times = {name: _times(one) for name, one in counted.times.items()}
    seven, thirty = (_silent(rows, limit) for limit in _SILENT)
    return Health(
        at=now,
        laptops=len(rows),
        silent_7_days=seven,
        silent_30_days=thirty,
        never_heard=sum(row.silent_days is None for row in rows),
        clock_off=sum(abs(row.clock_offset_ms or 0) > CLOCK_OFF_MS for row in rows),
        with_refused=sum(bool(row.refused or row.quarantined) for row in rows),
        waiting=sum(row.waiting or 0 for row in rows),
        unjudged=_number(connection, _UNJUDGED),
        repairs=_number(connection, _REPAIRS),
        unmended=_number(connection, _REPAIRS + " AND NOT is_mended"),
        database_bytes=_number(connection, "SELECT pg_database_size(current_database())"),
        backup_age_s=_backup_age_s(connection, now),
        programs=_programs(rows),
        requests={name: one for name, one in times.items() if name != "feed_lock"},
        feed_lock=times.get("feed_lock", _times(Histogram())),
        turned_away=counted.numbers.get("turned_away", 0),
        failed=counted.numbers.get("failed", 0),
        rows=rows,
    )


_UNJUDGED: Final = """
SELECT count(*) FROM op_raw r WHERE r.county_id = current_setting('gulou.county') AND r.tries > 0
AND NOT EXISTS (SELECT 1 FROM op_verdict v WHERE v.county_id = r.county_id
    AND v.install_id = r.install_id AND v.op_no = r.op_no)
"""
_REPAIRS: Final = "SELECT count(*) FROM repair WHERE county_id = current_setting('gulou.county')"
_LAPTOPS: Final = """
SELECT i.id, i.unit_id, i.device_name, i.last_contact_at, i.clock_offset_ms, i.app_version,
    i.schema_version, i.protocol, i.waiting, i.refused, coalesce(v.troubled, 0),
    coalesce(v.quarantined, 0), coalesce(p.repairs, 0), coalesce(p.unmended, 0)
FROM install i
LEFT JOIN (
    SELECT install_id, count(*) AS troubled,
        count(*) FILTER (WHERE verdict ->> 'verdict' = 'quarantined') AS quarantined
    FROM op_verdict WHERE county_id = current_setting('gulou.county')
    AND verdict ->> 'verdict' IN ('refused', 'quarantined') GROUP BY install_id
) v ON v.install_id = i.id
LEFT JOIN (
    SELECT install_id, count(*) AS repairs, count(*) FILTER (WHERE NOT is_mended) AS unmended
    FROM repair WHERE county_id = current_setting('gulou.county') GROUP BY install_id
) p ON p.install_id = i.id
WHERE i.county_id = current_setting('gulou.county') AND i.revoked_at IS NULL
ORDER BY i.last_contact_at NULLS FIRST, i.id
"""


def _laptops(connection: Connection[Any], now: datetime) -> list[LaptopHealth]:
    found = []
    for row in connection.execute(_LAPTOPS).fetchall():
        contact = row[3]
        days = None if contact is None else max(0, (now - contact).days)
        found.append(LaptopHealth(*[*row[:4], days, *row[4:]]))
    return found


def _silent(rows: tuple[LaptopHealth, ...], limit: timedelta) -> int:
    return sum(row.silent_days is not None and row.silent_days >= limit.days for row in rows)


def _programs(rows: tuple[LaptopHealth, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        name = f"{row.app_version} {row.schema_version or '-'} {row.protocol or '-'}"
        found[name] = found.get(name, 0) + 1
    return dict(sorted(found.items()))


def _times(one: Histogram) -> Times:
    return Times(one.total, one.quantile_s(0.5), one.quantile_s(0.99))


def _number(connection: Connection[Any], statement: str) -> int:
    row = connection.execute(statement.encode()).fetchone()
    return int(row[0]) if row else 0


def _backup_age_s(connection: Connection[Any], now: datetime) -> float | None:
    try:
        made_at = datetime.fromisoformat(read_state(connection, BACKUP_STATE))
    except LookupError:
        return None
    return (now - made_at).total_seconds()
