"""The county as a thing to open, set up and ask, for its command line, the demo and the tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import Connection

from app.accounts.vocabulary import Role
from app.organisations.rules import display_name
from app.organisations.vocabulary import CodeSystem, Unit, UnitKind, unit_id_of
from db.columns import new_id
from db.tables.registry import SCHEMA_VERSION
from sync.protocol.messages import Operation, Verdict, VerdictRow
from sync.server import backup, regrouping, schema, sign_in
from sync.server.applying import Group, apply_groups, write_feed
from sync.server.authors import COUNTY_SENDER
from sync.server.backup import Backup
from sync.server.certificates import CertificateFiles, make_certificates
from sync.server.exchange import read_rule_sets, utc_now
from sync.server.feed_check import FeedFinding, find_faults, mend_lines
from sync.server.health import Health, read_health
from sync.server.judging import Judge
from sync.server.ledger import Ledger
from sync.server.merging import Occasion
from sync.server.metrics import make_token
from sync.server.postgres import COUNTY_VARIABLE, URL_VARIABLE, EmbeddedPostgres, connection_url
from sync.server.regrouping import Moved
from sync.server.scope import UnitTree, read_tree
from sync.server.seeding import seed_records, unit_fields
from sync.server.stick_keys import stick_keys

Draft = tuple[str, str, dict[str, Any]]
"""Entity, record id, fields."""


class CountyRefusedError(ValueError):
    """The county's own edit was not possible; ``verdicts`` says why."""

    def __init__(self, verdicts: list[VerdictRow]) -> None:
        super().__init__("; ".join(_reason(verdict) for verdict in verdicts))
        self.verdicts = verdicts


@dataclass(frozen=True, slots=True)
class InstallRow:
    """A laptop in the list of laptops."""

    id: str
    unit: str
    device_name: str
    enrolled_at: datetime
    last_contact_at: datetime | None
    clock_offset_ms: int | None
    operations: int
    refused: int
    is_revoked: bool
    is_stolen: bool = False
    """It shall destroy its keys at its next contact."""
    was_told: bool = False
    """It has given what it had and was told so."""
    renewed_from: str | None = None
    """The name it had before."""


class County:
    """One county: its database, its certificates. Close it, or the cluster runs on."""

    def __init__(
        self,
        *,
        data: Path,
        url: str,
        postgres: EmbeddedPostgres | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.data = data
        self.url = url
        self.now = now
        self.certificates = CertificateFiles(data / "certificates")
        self._postgres = postgres

    @classmethod
    def open(
        cls,
        data: Path,
        *,
        database_url: str | None = None,
        county_id: str | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> County:
        """The county in this folder; its database is embedded there unless a URL is given, here
        or in ``GULOU_DATABASE_URL``.

        Several counties may live in one database: ``county_id`` or ``GULOU_COUNTY`` says which.
        Raises ``CountyNotNamedError``.
        """
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        url = database_url or os.environ.get(URL_VARIABLE)
        postgres = None if url else EmbeddedPostgres(data / "postgres")
        bare = url or (postgres.url() if postgres else "")
        try:
            named = county_id or os.environ.get(COUNTY_VARIABLE) or schema.only_county(bare)
        except BaseException:
            if postgres is not None:
                postgres.stop()
            raise
        return cls(data=data, url=connection_url(bare, named), postgres=postgres, now=now)

    def close(self) -> None:
        """Lets go of the embedded cluster; the last holder stops it."""
        if self._postgres is not None:
            self._postgres.stop()
            self._postgres = None

    def __enter__(self) -> County:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- setting up ----------------------------------------------------------------------------

    def init(self, hosts: Iterable[str] = ()) -> None:
        """Tables, certificates, units and law; again does no harm and adds what is new."""
        schema.upgrade(self.url)
        make_certificates(self.certificates, hosts)
        with psycopg.connect(self.url) as connection:
            known = connection.execute(
                "SELECT entity, id, body FROM record "
                "WHERE county_id = current_setting('gulou.county')"
            ).fetchall()
            held = {(entity, record_id): body for entity, record_id, body in known}
            tree = read_tree(connection)
            regrouped = tree.former_parents.keys() | tree.merged.keys()  # the county knows better
            drafts = [
                (entity, record_id, fields)
                for entity, record_id, fields in seed_records()
                if not _is_held(held.get((entity, record_id)), fields)
                and not (entity == "unit" and record_id in regrouped)
                # What was set here stands, though the program ships another value.
                and not (entity == "setting" and (entity, record_id) in held)
            ]
            self._write(connection, drafts, action="seed")
            stick_keys(connection)

    def is_ready(self) -> bool:
        """Whether ``init`` was run by a program of this version."""
        with psycopg.connect(self.url) as connection:
            return schema.is_current(connection) and self.certificates.server.exists()

    # --- units and people -----------------------------------------------------------------------

    def units(self) -> UnitTree:
        """All units."""
        with psycopg.connect(self.url) as connection:
            return read_tree(connection)

    def unit_names(self) -> dict[str, str]:
        """Every unit's name as it is written, by id."""
        tree = self.units()
        return {unit_id: display_name(unit, tree.by_id) for unit_id, unit in tree.by_id.items()}

    def unit_by_code(self, code: str) -> Unit:
        """A unit by its code or id; raises ``LookupError``."""
        for unit in self.units().by_id.values():
            if code in (unit.code, unit.id):
                return unit
        raise LookupError(code)

    def add_unit(self, *, kind: UnitKind, code: str, name: str, parent_id: str) -> str:
        """A unit that did not ship, with a code of our own; returns its id."""
        unit = Unit(
            id=unit_id_of(CodeSystem.OWN, code),
            kind=kind,
            code=code,
            code_system=CodeSystem.OWN,
            name=name,
            parent_id=parent_id,
        )
        self.put([("unit", unit.id, unit_fields(unit))], action="add_unit")
        return unit.id

    def add_account(
        self,
        *,
        unit_id: str,
        role: Role,
        name: str,
        pin_hash: str,
        phone: str | None = None,
        must_change: bool = True,
    ) -> str:
        """A person of this unit with a PIN already hashed; returns the account's id."""
        account_id = new_id()
        account = {"unit_id": unit_id, "name": name, "role": role.value, "phone": phone}
        credential = {
            "unit_id": unit_id,
            "account_id": account_id,
            "pin_hash": pin_hash,
            "must_change": must_change,
        }
        self.put(
            [("account", account_id, account), ("credential", new_id(), credential)],
            action="add_account",
        )
        return account_id

    def put(self, drafts: Iterable[Draft], *, action: str = "county") -> list[VerdictRow]:
        """Writes records as the county itself, all or none, through the same judging as
        everybody's; raises ``CountyRefusedError``."""
        with psycopg.connect(self.url) as connection:
            return self._write(connection, list(drafts), action=action)

    def _write(
        self, connection: Connection[Any], drafts: list[Draft], *, action: str
    ) -> list[VerdictRow]:
        now = self.now()
        operations = [
            _operation(number, draft, action, now) for number, draft in enumerate(drafts, start=1)
        ]
        with connection.transaction(), connection.cursor() as cursor:
            judge = Judge(
                ledger=Ledger(),
                units=read_tree(connection),
                rule_sets=read_rule_sets(connection),
                occasion=Occasion(COUNTY_SENDER, now, now),
            )
            group = Group([(op, op.op_no, now) for op in operations], tries=0)
            outcome = apply_groups(cursor, judge, [group], now=now)
            failed = [row for row in outcome.verdicts if row.verdict is Verdict.REFUSED]
            if failed or outcome.failed:
                raise CountyRefusedError(failed)
            write_feed(cursor, outcome)
        return outcome.verdicts

    # --- how it is ------------------------------------------------------------------------------

    def health(self) -> Health:
        """The county and its laptops at this moment."""
        with psycopg.connect(self.url) as connection:
            return read_health(connection, self.now())

    def check(self, *, mend: bool = False) -> list[FeedFinding]:
        """Where feed and records disagree; with ``mend`` the feed is put right."""
        with psycopg.connect(self.url) as connection:
            if mend:
                return mend_lines(connection, now=self.now())
            return find_faults(connection)

    def new_metrics_token(self) -> str:
        """What a monitor shows to be told; the token before is worth nothing any more."""
        with psycopg.connect(self.url) as connection:
            return make_token(connection)

    # --- the county's order --------------------------------------------------------------------

    def move_unit(self, unit_id: str, parent_id: str) -> None:
        """A unit with everything below it goes under another; raises ``RegroupingError``."""
        with psycopg.connect(self.url) as connection:
            regrouping.move_unit(connection, unit_id, parent_id, self.now())

    def merge_units(self, unit_id: str, into_id: str) -> Moved:
        """All that is one unit's becomes the other's; raises ``RegroupingError``."""
        with psycopg.connect(self.url) as connection:
            return regrouping.merge_units(connection, unit_id, into_id, self.now())

    def split_unit(self, unit_id: str, into_id: str, micro_grids: Iterable[int]) -> Moved:
        """Micro-grids, by their numbers, become another unit's with their households; raises
        ``RegroupingError``."""
        with psycopg.connect(self.url) as connection:
            return regrouping.split_unit(connection, unit_id, into_id, micro_grids, self.now())

    def move_install(self, install_id: str, unit_id: str) -> None:
        """A laptop works for another unit from now on; raises ``RegroupingError``."""
        with psycopg.connect(self.url) as connection:
            regrouping.move_install(connection, install_id, unit_id, self.now())

    # --- backups ---------------------------------------------------------------------------------

    def back_up(self, file: Path) -> Backup:
        """The whole county in one file; see ``sync.server.backup``."""
        return backup.back_up(self.url, file, certificates=self.certificates.folder, now=self.now())

    def restore(self, file: Path) -> Backup:
        """Puts a backup in the place of what is there; the county begins a new epoch."""
        return backup.restore(self.url, file, certificates=self.certificates.folder, now=self.now())

    def is_in_use(self) -> bool:
        """Whether anybody else is connected to the database."""
        with psycopg.connect(self.url) as connection:
            row = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            ).fetchone()
        return row is not None and row[0] > 0

    # --- laptops --------------------------------------------------------------------------------

    def enrolment(self, unit_id: str, url: str) -> dict[str, str]:
        """What a new laptop of this unit needs; the code in it works once, for ten days."""
        tree = self.units()
        unit = tree.by_id[unit_id]
        with psycopg.connect(self.url) as connection:
            code = sign_in.make_code(connection, unit_id, self.now())
        return {
            "url": url,
            "code": code,
            "ca_pem": self.certificates.authority.read_text(encoding="ascii"),
            "unit_name": display_name(unit, tree.by_id),
        }

    def revoke_install(self, install_id: str, *, destroys_key: bool = False) -> None:
        """The laptop is let in no more, nor what was renewed from it; raises ``LookupError``.

        With ``destroys_key`` it is told, at its next contact, to give what it has and to forget
        its keys.
        """
        with psycopg.connect(self.url) as connection:
            done = connection.execute(_REVOKE, (install_id, self.now(), destroys_key))
            if done.rowcount == 0:
                raise LookupError(install_id)

    def installs(self) -> list[InstallRow]:
        """All laptops, those heard of longest ago first."""
        tree = self.units()
        with psycopg.connect(self.url) as connection:
            rows = connection.execute(_INSTALLS).fetchall()
        return [InstallRow(row[0], _unit_name(tree, row[1]), *row[2:]) for row in rows]


_REVOKE: Final = """
WITH RECURSIVE line AS (
    SELECT id FROM install WHERE county_id = current_setting('gulou.county') AND id = %s
    UNION SELECT i.id FROM line JOIN install i
        ON i.county_id = current_setting('gulou.county') AND i.renewed_from = line.id
)
UPDATE install SET revoked_at = coalesce(revoked_at, %s), destroy_key = destroy_key OR %s
WHERE county_id = current_setting('gulou.county') AND id IN (SELECT id FROM line)
"""

_INSTALLS: Final = """
SELECT i.id, i.unit_id, i.device_name, i.enrolled_at, i.last_contact_at, i.clock_offset_ms,
    (SELECT count(*) FROM op_intake o WHERE o.install_id = i.id),
    (SELECT count(*) FROM op_intake o WHERE o.install_id = i.id
        AND o.verdict ->> 'verdict' IN ('refused', 'quarantined')),
    i.revoked_at IS NOT NULL, i.destroy_key, i.destroy_told_at IS NOT NULL, i.renewed_from
FROM install i WHERE i.county_id = current_setting('gulou.county')
ORDER BY i.last_contact_at NULLS FIRST, i.enrolled_at
"""


def _unit_name(tree: UnitTree, unit_id: str) -> str:
    unit = tree.by_id.get(unit_id)
    return unit_id if unit is None else display_name(unit, tree.by_id)


def _is_held(body: dict[str, Any] | None, fields: dict[str, Any]) -> bool:
    return body is not None and all(body.get(name) == value for name, value in fields.items())


def _operation(number: int, draft: Draft, action: str, now: datetime) -> Operation:
    entity, record_id, fields = draft
    return Operation(
        op_no=number,
        txn=1,
        entity=entity,
        record_id=record_id,
        kind="put",
        patch=fields,
        base={},
        account_id="county",
        action=action,
        wall_ms=round(now.timestamp() * 1000),
        mono_ms=0,
        boot_id="county",
        schema_version=SCHEMA_VERSION,
    )


def _reason(verdict: VerdictRow) -> str:
    reason = "" if verdict.reason is None else verdict.reason.value
    return f"{verdict.op_no}: {reason} {verdict.detail or ''}".strip()
