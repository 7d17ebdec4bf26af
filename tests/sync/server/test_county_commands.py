"""`gulou-county` as a person at the county types it, and the server as a process."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests
from cryptography import x509
from psycopg import Connection

from sync.server.admin_cli import main
from sync.server.certificates import CertificateFiles, make_certificates
from sync.server.county import County, CountyRefusedError
from sync.server.process import CountyProcess
from tests.sync.server.conftest import VILLAGE, Cluster, People
from tests.sync.server.laptops import household

VILLAGE_CODE = "431230216200"


@pytest.fixture
def run(county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a command against this test's county."""
    monkeypatch.setenv("GULOU_DATABASE_URL", county.url)

    def command(*arguments: str) -> int:
        return main([arguments[0], "--data", str(county.data), *arguments[1:]])

    return command


def test_init_on_an_empty_database(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    url = cluster.empty_url()
    monkeypatch.setenv("GULOU_DATABASE_URL", url)
    assert main(["init", "--data", str(tmp_path), "--host", "county.example"]) == 0
    with psycopg.connect(url) as connection:
        units = connection.execute("SELECT count(*) FROM unit").fetchone()[0]
        feed = connection.execute("SELECT count(*) FROM feed WHERE entity = 'unit'").fetchone()[0]
    assert units == feed > 178
    assert str(units) in capsys.readouterr().out


def test_an_account_made_at_the_county_reaches_its_village(
    run: Any, people: People, capsys: Any, sql: Connection[Any]
) -> None:
    laptop = people.laptop()
    made = run(
        "add-account", "--unit", VILLAGE_CODE, "--role", "mediator",
        "--name", "石某某", "--pin", "730984",
    )  # fmt: skip
    assert made == 0
    row = sql.execute("SELECT id, unit_id FROM account WHERE name = '石某某'").fetchone()
    assert row[0] in capsys.readouterr().out
    assert row[1] == VILLAGE
    laptop.sync()
    pins = [body for (kind, _), body in laptop.rows.items() if kind == "credential"]
    mine = next(pin for pin in pins if pin["account_id"] == row[0])
    assert mine["must_change"] is True
    assert mine["pin_hash"].startswith("$argon2id$")


@pytest.mark.parametrize("pin", ["123456", "12345", "198503", "abcdef", "111111"])
def test_a_pin_anyone_would_guess(run: Any, capsys: Any, sql: Connection[Any], pin: str) -> None:
    made = run(
        "add-account", "--unit", VILLAGE_CODE, "--role", "mediator", "--name", "某", "--pin", pin
    )
    assert made == 2
    assert "PIN" in capsys.readouterr().err
    assert sql.execute("SELECT count(*) FROM account").fetchone() == (0,)


@pytest.mark.parametrize(
    "arguments",
    [
        ("add-account", "--unit", "0", "--role", "mediator", "--name", "某", "--pin", "730984"),
        ("add-unit", "--kind", "department", "--code", "x", "--name", "某局", "--parent", "0"),
        ("enrolment-code", "--unit", "0", "--url", "https://x", "--out", "never-written.json"),
        ("revoke-install", "nobody"),
    ],
)
def test_what_does_not_exist_is_said_so(run: Any, capsys: Any, arguments: tuple[str, ...]) -> None:
    assert run(*arguments) == 2
    assert "没有" in capsys.readouterr().err
    assert not Path("never-written.json").exists()


def test_a_database_of_a_newer_program(run: Any, capsys: Any, sql: Connection[Any]) -> None:
    sql.execute("UPDATE alembic_version SET version_num = 'c9999'")
    assert run("init") == 2
    assert "升级本程序" in capsys.readouterr().err


def test_a_database_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("GULOU_DATABASE_URL", f"postgresql://x@/x?host={tmp_path}")
    assert main(["init", "--data", str(tmp_path)]) == 2
    assert "连不上数据库" in capsys.readouterr().err


def test_an_enrolment_file(run: Any, county: County, tmp_path: Path, capsys: Any) -> None:
    out = tmp_path / "坪坦村.json"
    url = "https://county.example:8430"
    assert run("enrolment-code", "--unit", VILLAGE_CODE, "--url", url, "--out", str(out)) == 0
    written = json.loads(out.read_text(encoding="utf-8"))
    assert set(written) == {"url", "code", "ca_pem", "unit_name"}
    assert (written["url"], written["unit_name"]) == (url, "坪坦乡坪坦村")
    assert written["ca_pem"] == county.certificates.authority.read_text(encoding="ascii")
    assert written["code"] in capsys.readouterr().out


def test_an_enrolment_file_that_cannot_be_written(run: Any, tmp_path: Path, capsys: Any) -> None:
    out = tmp_path / "no-such-folder" / "x.json"
    arguments = ("--unit", VILLAGE_CODE, "--url", "https://x", "--out", str(out))
    assert run("enrolment-code", *arguments) == 2
    assert "x.json" in capsys.readouterr().err


def test_a_unit_that_did_not_ship(run: Any, county: County, people: People) -> None:
    laptop = people.laptop()
    arguments = ("--kind", "department", "--code", "tourism", "--name", "县文旅局")
    assert run("add-unit", *arguments, "--parent", "431230000000") == 0
    laptop.sync_all()
    assert county.unit_by_code("tourism").name == "县文旅局"
    assert county.unit_by_code("tourism").id in laptop.ids("unit")


def test_the_list_of_laptops(run: Any, people: People, capsys: Any) -> None:
    laptop = people.laptop()
    laptop.put("household", household())
    laptop.put("household", household(number=None))
    laptop.sync()
    quiet = people.laptop()
    assert run("revoke-install", quiet.install_id) == 0
    capsys.readouterr()
    assert run("installs") == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    by_id = {row[0]: row[1:] for row in rows}
    assert by_id[laptop.install_id][0] == "坪坦乡坪坦村"
    assert by_id[laptop.install_id][3:] == ["0.0", "2", "1", "正常"]
    assert by_id[quiet.install_id][2:] == ["—", "—", "0", "0", "停用"]


def test_the_countys_own_edit_is_whole_or_not_at_all(county: County, sql: Connection[Any]) -> None:
    good = {"unit_id": VILLAGE, "number": 1, "name": "第一微网格"}
    with pytest.raises(CountyRefusedError, match="bad_value"):
        county.put([("micro_grid", "one", good), ("micro_grid", "two", {**good, "number": "x"})])
    assert sql.execute("SELECT count(*) FROM micro_grid").fetchone() == (0,)


# --- certificates ------------------------------------------------------------------------------


def test_certificates_are_made_once(tmp_path: Path) -> None:
    files = CertificateFiles(tmp_path / "certificates")
    make_certificates(files, ["county.example"])
    first = {path.name: path.read_bytes() for path in files.folder.iterdir()}
    make_certificates(files, ["county.example"])
    assert {path.name: path.read_bytes() for path in files.folder.iterdir()} == first
    for key in (files.authority_key, files.server_key):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_another_host_gets_another_certificate_from_the_same_authority(tmp_path: Path) -> None:
    """Laptops have pinned the authority; it must never change."""
    files = CertificateFiles(tmp_path / "certificates")
    make_certificates(files, [])
    authority, server = files.authority.read_bytes(), files.server.read_bytes()
    make_certificates(files, ["10.1.2.3"])
    assert files.authority.read_bytes() == authority
    assert files.server.read_bytes() != server
    certificate = x509.load_pem_x509_certificate(files.server.read_bytes())
    certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(authority))


def test_certificates_hold_for_any_clock(tmp_path: Path) -> None:
    files = CertificateFiles(tmp_path / "certificates")
    make_certificates(files, [])
    for path in (files.authority, files.server):
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
        assert certificate.not_valid_before_utc.year <= 1970
        assert certificate.not_valid_after_utc.year >= 2100


# --- the server as a process ---------------------------------------------------------------------


def health(county: County, url: str) -> Any:
    with requests.Session() as session:
        session.trust_env = False
        verify = str(county.certificates.authority)
        return session.get(f"{url}/health", verify=verify, timeout=30).json()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_process_serves_and_ends(county: County, workers: int) -> None:
    with CountyProcess(county.data, database_url=county.url, workers=workers) as process:
        assert health(county, process.url)["magic"] == "gulou-sync"
    with pytest.raises(requests.ConnectionError):
        health(county, process.url)


def test_a_killed_process_comes_back_at_the_same_place(county: County) -> None:
    first = CountyProcess(county.data, database_url=county.url)
    epoch = health(county, first.url)["epoch"]
    first.kill()
    with CountyProcess(county.data, database_url=county.url, port=first.port) as second:
        assert second.url == first.url
        assert health(county, second.url)["epoch"] == epoch


def test_a_process_that_cannot_start_says_so(county: County) -> None:
    with (
        CountyProcess(county.data, database_url=county.url) as first,
        pytest.raises(RuntimeError),
    ):
        CountyProcess(county.data, database_url=county.url, port=first.port)


def test_an_embedded_county_from_nothing(tmp_path: Path) -> None:
    """A trial: one command, one folder; and nothing of it runs on afterwards."""
    data = tmp_path / "trial"
    with CountyProcess(data) as process:
        county_ca = data / "certificates" / "ca.pem"
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(f"{process.url}/health", verify=str(county_ca), timeout=30)
        assert answer.status_code == 200
    assert not (data / "postgres" / "postmaster.pid").exists()
