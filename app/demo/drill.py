"""The drill: is what we back up a county that laptops can go on with?

It makes a backup (a real one, which stays), builds a county from it on an empty database of its
own, enrols a laptop there and lets it sync and write. The county that is in use is only read. Says
what was proved, in words and as JSON.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from app.accounts.pins import hash_pin
from app.accounts.vocabulary import Role
from app.demo.scene import DEMO_PIN
from app.laptop import open_laptop
from app.organisations.vocabulary import UnitKind
from app.refolding import refold
from db.columns import new_id
from db.key_file import KdfCost
from db.keystore import KeyFileStore
from db.tables.households import Household
from db.tables.registry import ENTITIES
from i18n.text import tr
from sync.client.checking import differing, own_sums
from sync.client.identity import Enrolment, enrol
from sync.client.line import Line, open_line
from sync.client.round import waiting_count
from sync.server.backup import Backup, BackupBadError, county_tables
from sync.server.county import County
from sync.server.postgres import EmbeddedPostgres, connection_url
from sync.server.process import serve_in_thread
from sync.server.sums import read_sums

_CHEAP = KdfCost(memory_kib=64, iterations=1, lanes=1)


@dataclass
class Proof:
    """One thing that was looked at."""

    what: str
    is_proved: bool
    found: str
    seconds: float


@dataclass
class Drill:
    """What the drill has proved so far."""

    backup: str
    proofs: list[Proof] = field(default_factory=list)
    _since: float = field(default_factory=time.monotonic)

    @property
    def is_passed(self) -> bool:
        """Everything was proved."""
        return bool(self.proofs) and all(proof.is_proved for proof in self.proofs)

    def note(self, what: str, found: str, *, is_proved: bool) -> None:
        """Keeps and says what was found."""
        now = time.monotonic()
        proof = Proof(what, is_proved, found, round(now - self._since, 2))
        self._since = now
        self.proofs.append(proof)
        word = tr("成立") if is_proved else tr("不成立")
        print(tr("{word}：{what}（{found}）", word=word, what=what, found=found), flush=True)

    def summary(self) -> dict[str, Any]:
        """For the JSON file."""
        proofs = [asdict(proof) for proof in self.proofs]
        return {"passed": self.is_passed, "backup": self.backup, "proofs": proofs}


def run_drill(county: County, out: Path) -> Drill:
    """Backs this county up into ``out`` and tries the backup out; writes ``drill.json`` there.

    Raises ``OSError`` when ``out`` cannot be written.
    """
    out.mkdir(parents=True, exist_ok=True)
    file = out / f"county-{county.now():%Y%m%d-%H%M%S}.zip"
    drill = Drill(file.name)
    made = county.back_up(file)
    drill.note(
        tr("备份做成，逐字节可读"),
        tr("{rows} 行，{size} KB", rows=made.total, size=file.stat().st_size // 1024),
        is_proved=made.total > 0,
    )
    folder = Path(tempfile.mkdtemp(prefix="drill-", dir=out))
    try:
        with _empty_county(folder, made.county_id) as scratch:
            _try_out(drill, scratch, file, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    text = json.dumps(drill.summary(), ensure_ascii=False, indent=2)
    (out / "drill.json").write_text(text + "\n", encoding="utf-8")
    return drill


def _empty_county(folder: Path, county_id: str) -> County:
    """A county with nothing in it, on a database of its own."""
    postgres = EmbeddedPostgres(folder / "postgres")
    url = connection_url(postgres.url(), county_id)
    return County(data=folder / "county", url=url, postgres=postgres)


def _try_out(drill: Drill, scratch: County, file: Path, folder: Path) -> None:
    try:
        backup = scratch.restore(file)
    except BackupBadError as problem:
        drill.note(tr("备份退回到一个空的数据库"), str(problem), is_proved=False)
        return
    _compare_rows(drill, scratch, backup)
    village_id = _a_village(scratch)
    account_id = scratch.add_account(
        unit_id=village_id, role=Role.GRID_WORKER, name="演练", pin_hash=hash_pin(DEMO_PIN)
    )
    with serve_in_thread(scratch) as url:
        laptop = open_laptop(
            folder / "laptop",
            ask_passphrase=lambda _need: DEMO_PIN,
            keys=KeyFileStore(folder / "gulou.keys", f"drill {DEMO_PIN}", cost=_CHEAP),
        )
        try:
            enrolment = Enrolment(**scratch.enrolment(village_id, url))
            enrol(laptop.store, laptop.keys, enrolment, secret_name=laptop.device_secret)
            line = open_line(
                laptop.store, laptop.keys, secret_name=laptop.device_secret, after_laying=refold
            )
            if line is None:
                raise RuntimeError("a laptop that was just enrolled has a line")
            try:
                _sync(drill, scratch, line, laptop.store, village_id)
                _write(drill, scratch, line, laptop.store, village_id, account_id)
            finally:
                line.transport.close()
        finally:
            laptop.close()


def _compare_rows(drill: Drill, scratch: County, backup: Backup) -> None:
    with psycopg.connect(scratch.url) as connection:
        found = {
            name: _count(connection, f"SELECT count(*) FROM {name}")
            for name in county_tables(connection)
        }
        epoch = connection.execute("SELECT value FROM county_state WHERE name = 'epoch'").fetchone()
    found["county_state"] = backup.rows["county_state"]  # says also when it was put back
    wrong = sorted(name for name, rows in backup.rows.items() if found.get(name) != rows)
    drill.note(
        tr("退回后，每张表的行数与备份时相同"),
        tr("{count} 张表", count=len(found)) if not wrong else ", ".join(wrong),
        is_proved=not wrong,
    )
    is_new = epoch is not None and epoch[0] != backup.epoch
    drill.note(tr("退回后是新的纪元，各台电脑会察觉"), "epoch" if is_new else "-", is_proved=is_new)


def _sync(drill: Drill, scratch: County, line: Line, store: Any, village_id: str) -> None:
    result = line.exchanger.run_round()
    scope = scratch.units().scope_of(village_id)
    with psycopg.connect(scratch.url) as connection:
        theirs = read_sums(connection, scope, list(ENTITIES))
    with store.reading() as session:
        ours = own_sums(session.connection())
    drill.note(
        tr("新开通的电脑取回本村全部资料，校验和一致"),
        tr("{rows} 行", rows=result.received),
        is_proved=bool(theirs) and differing(ours, theirs) == [],
    )


def _write(
    drill: Drill, scratch: County, line: Line, store: Any, village_id: str, account_id: str
) -> None:
    household = Household(id=new_id(), unit_id=village_id, number="演练", head_name="演练")
    with store.transaction(account_id=account_id, action="drill") as tx:
        tx.session.add(household)
    line.exchanger.run_round()
    with psycopg.connect(scratch.url) as connection:
        there = connection.execute(
            "SELECT count(*) FROM household WHERE id = %s", (household.id,)
        ).fetchone()
    is_taken = there == (1,) and waiting_count(store) == 0
    drill.note(
        tr("电脑上新写的内容报得上来，县里采纳"),
        tr("1 户") if is_taken else "-",
        is_proved=is_taken,
    )


def _a_village(scratch: County) -> str:
    """The village with the most households, else any."""
    with psycopg.connect(scratch.url) as connection:
        row = connection.execute(
            "SELECT unit_id FROM household GROUP BY unit_id ORDER BY count(*) DESC LIMIT 1"
        ).fetchone()
    if row is not None:
        return str(row[0])
    units = scratch.units().by_id.values()
    return next(unit.id for unit in units if unit.kind is UnitKind.VILLAGE)


def _count(connection: psycopg.Connection[Any], statement: str) -> int:
    row = connection.execute(statement.encode()).fetchone()
    return 0 if row is None else int(row[0])


def main(arguments: Sequence[str] | None = None) -> int:
    """``make drill``; 0 when everything was proved."""
    parser = argparse.ArgumentParser(prog="drill", description=tr("演练：备份能不能真的用来恢复"))
    parser.add_argument("--data", type=Path, default=Path("county-data"))
    parser.add_argument("--out", type=Path, default=Path("build/drill"))
    found = parser.parse_args(arguments)
    with County.open(found.data) as county:
        if not county.is_ready():
            county.init()
        drill = run_drill(county, found.out)
    if drill.is_passed:
        print(tr("演练通过：这份备份可以用来恢复。备份和结果在 {out}", out=found.out))
        return 0
    print(tr("演练没有通过：这份备份不能依靠。结果在 {out}", out=found.out), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
