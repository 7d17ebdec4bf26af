"""Backups of a county: whole, private, and back again; what is no backup changes nothing."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from sync.server import backup as backup_module
from sync.server import schema
from sync.server.admin_cli import main
from sync.server.backup import BackupBadError, BackupOlderError, county_tables, read_backup
from sync.server.county import County
from tests.sync.server.conftest import Cluster
from tests.sync.server.laptops import FakeLaptop, household


def everything(url: str) -> dict[str, list[Any]]:
    """All rows of the county but what a restore changes."""
    with psycopg.connect(url) as connection:
        found = {
            name: connection.execute(f"SELECT {', '.join(columns)} FROM {name}").fetchall()  # type: ignore[arg-type]
            for name, columns in county_tables(connection).items()
        }
    found["county_state"] = [
        row for row in found["county_state"] if not {"epoch", "restored_at", "backup_at"} & set(row)
    ]
    found.pop("install")
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


def epoch(url: str) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT value FROM county_state WHERE name = 'epoch'").fetchone()
    assert row is not None
    return str(row[0])


def test_a_backup_comes_back_as_it_was_with_a_new_epoch(
    county: County, laptop: FakeLaptop, tmp_path: Path
) -> None:
    laptop.put("household", household(head_name="换行\n制表\t反斜杠\\N"))
    laptop.sync()
    file = tmp_path / "backup.zip"
    assert county.health().backup_age_s is None
    made = county.back_up(file)
    assert county.health().backup_age_s == 0
    assert file.stat().st_mode & 0o777 == 0o600
    before, old_epoch = everything(county.url), epoch(county.url)
    laptop.put("household", household(number="2"))
    laptop.sync()
    assert county.restore(file) == made
    assert everything(county.url) == before
    assert epoch(county.url) != old_epoch
    laptop.put("household", household(number="3"))
    laptop.sync()
    with psycopg.connect(county.url) as connection:
        seqs = connection.execute("SELECT count(*), count(DISTINCT seq) FROM feed").fetchone()
    assert seqs is not None
    assert seqs[0] == seqs[1]


def test_a_backup_fills_an_empty_database_with_its_certificates(
    county: County, cluster: Cluster, laptop: FakeLaptop, tmp_path: Path
) -> None:
    laptop.put("household", household())
    laptop.sync()
    file = tmp_path / "backup.zip"
    county.back_up(file)
    other = County(data=tmp_path / "new machine", url=cluster.empty_url())
    other.restore(file)
    assert everything(other.url) == everything(county.url)
    assert other.is_ready()
    old, new = county.certificates, other.certificates
    assert new.authority.read_bytes() == old.authority.read_bytes()
    assert new.authority_key.stat().st_mode & 0o777 == 0o600


def test_the_mark_stops_at_the_first_number_without_a_verdict(
    county: County, laptop: FakeLaptop, sql: Connection[Any], tmp_path: Path
) -> None:
    """What came by another way and was not judged yet must be kept by the laptop."""
    operations = [laptop.put("household", household(number=str(n))) for n in range(4)]
    laptop.send([operations[0], operations[1], operations[3]])  # the third is on a lost stick
    county.back_up(tmp_path / "backup.zip")
    assert sql.execute(
        "SELECT backed_up_op_no FROM install WHERE id = %s", (laptop.install_id,)
    ).fetchone() == (2,)
    assert laptop.send()["backed_up_op_no"] == 2


def test_a_backup_without_counties_of_others(
    county: County, tmp_path: Path, sql: Connection[Any]
) -> None:
    sql.execute(
        "INSERT INTO county_state (county_id, name, value) VALUES ('other', 'epoch', 'theirs')"
    )
    file = tmp_path / "backup.zip"
    county.back_up(file)
    county.restore(file)
    assert sql.execute("SELECT value FROM county_state WHERE county_id = 'other'").fetchone() == (
        "theirs",
    )
    with zipfile.ZipFile(file) as archive:
        assert b"theirs" not in archive.read("county_state.copy")


@pytest.mark.parametrize("damage", ["cut", "turned", "text", "missing", "of another county"])
def test_what_is_no_backup_changes_nothing(county: County, tmp_path: Path, damage: str) -> None:
    file = tmp_path / "backup.zip"
    county.back_up(file)
    whole = bytearray(file.read_bytes())
    if damage == "cut":
        file.write_bytes(whole[: len(whole) // 2])
    elif damage == "turned":
        whole[200] ^= 0xFF
        file.write_bytes(whole)
    elif damage == "text":
        file.write_text("not a backup")
    elif damage == "missing":
        file.unlink()
    else:
        made = read_backup(file)
        county = County(
            data=county.data,
            url=county.url.replace(f"gulou.county={made.county_id}", "gulou.county=431299"),
        )
    before = everything(county.url)
    with pytest.raises(BackupBadError):
        county.restore(file)
    assert everything(county.url) == before


def test_a_backup_of_an_older_program_needs_an_empty_database(
    county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "backup.zip"
    county.back_up(file)
    monkeypatch.setattr(schema, "current_version", lambda _connection: "c9999")
    with pytest.raises(BackupOlderError):
        county.restore(file)


def test_a_disk_that_is_full_leaves_the_last_backup(
    county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "backup.zip"
    county.back_up(file)
    good = file.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup_module, "_write_certificates", full)
    with pytest.raises(OSError, match="No space"):
        county.back_up(file)
    assert file.read_bytes() == good
    assert list(tmp_path.glob("*.unfinished")) == []


def test_the_commands_say_what_happened(
    cluster: Cluster,
    county: County,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GULOU_DATABASE_URL", county.url)
    data, file = str(cluster.data), str(tmp_path / "backup.zip")
    assert main(["backup", "--data", data, "--out", file]) == 0
    assert file in capsys.readouterr().out
    with psycopg.connect(county.url):
        assert main(["restore", "--data", data, file]) == 2
    assert "先停止服务" in capsys.readouterr().err
    assert main(["restore", "--data", data, str(tmp_path / "none.zip")]) == 2
    assert "什么都没有改动" in capsys.readouterr().err
    assert main(["restore", "--data", data, file]) == 0
    assert "已退回到" in capsys.readouterr().out
    assert main(["backup", "--data", data, "--out", str(tmp_path / "no" / "b.zip")]) == 2
    assert "备份没有做成" in capsys.readouterr().err
