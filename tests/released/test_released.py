"""Released programs go on working: their files with today's program, they with today's county."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg.types.json import Jsonb
from sqlalchemy import text

from app.accounts.pins import hash_pin
from app.demo.scene import DEMO_PIN, PEOPLE, Scene, build_scene
from app.drafts import load_draft
from app.laptop import Laptop, copies_of, open_laptop
from app.refolding import refold
from db.backup import BackupKind
from db.keystore import KeyFileStore, database_key_name, device_name
from db.session import Store
from db.tables.registry import ENTITIES
from db.upgrade import file_revision, newest_revision
from sync.client.identity import authority_file
from sync.client.line import open_line
from sync.client.round import Exchanger, waiting_count
from sync.client.transport import CountyRefusedError
from sync.protocol.messages import ProblemCode, Verdict
from sync.protocol.packing import pack, unpack
from sync.server.api import make_pool
from sync.server.exchange import CountyDesk, exchange
from tests.helpers.copied import CHEAP, PASSPHRASE

pytestmark = pytest.mark.county

HERE = Path(__file__).parent
RELEASED = sorted(folder.name for folder in HERE.iterdir() if (folder / "gulou.db").exists())


@dataclass(frozen=True)
class Released:
    """One released program's folder."""

    folder: Path
    facts: dict[str, Any]
    exchanges: list[dict[str, Any]]

    @property
    def install_id(self) -> str:
        """The laptop's name."""
        return str(self.facts["install_id"])

    @property
    def device(self) -> bytes:
        """Its device key with its name."""
        return base64.b64decode(self.facts["device_secret"])


@pytest.fixture(scope="module", params=RELEASED)
def released(request: pytest.FixtureRequest) -> Released:
    folder = HERE / str(request.param)
    facts, exchanges = (
        json.loads((folder / name).read_text(encoding="utf-8"))
        for name in ("facts.json", "exchanges.json")
    )
    return Released(folder, facts, exchanges)


@pytest.fixture(scope="module")
def scene(released: Released, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Today's county; it knows the released laptop and its people, and nothing they wrote."""
    made = build_scene(tmp_path_factory.mktemp("county") / "scene", laptops=())
    accounts = released.facts["accounts"]
    for person in (one for one in PEOPLE if one.key in accounts):  # others came later
        account_id = accounts[person.key]
        account = {"unit_id": person.unit_id, "name": person.name, "role": person.role.value}
        credential = {
            "unit_id": person.unit_id,
            "account_id": account_id,
            "pin_hash": hash_pin(DEMO_PIN),
            "must_change": False,
        }
        made.county.put(
            [("account", account_id, account), ("credential", f"pin-{account_id}"[:36], credential)]
        )
    key = Ed25519PrivateKey.from_private_bytes(released.device[:32]).public_key()
    with psycopg.connect(made.county.url) as connection:
        connection.execute(
            "INSERT INTO install (id, unit_id, device_name, public_key, enrolled_at, app_version) "
            "VALUES (%s, %s, 'released', %s, '2026-11-01', '0.1.0')",
            (released.install_id, released.facts["unit_id"], key.public_bytes_raw()),
        )
    yield made
    made.close()


@pytest.fixture(scope="module")
def desk(scene: Scene) -> Iterator[CountyDesk]:
    made = CountyDesk(pool=make_pool(scene.county.url, size=2))
    made.pool.open(wait=True)
    yield made
    made.pool.close()


@pytest.fixture(scope="module")
def answers(released: Released, desk: CountyDesk) -> list[dict[str, Any]]:
    """Today's answers to what the released program sent, byte for byte as it sent it."""
    return [
        orjson.loads(
            unpack(exchange(desk, released.install_id, pack(orjson.dumps(one["request"]))))
        )
        for one in released.exchanges
    ]


@pytest.fixture
def folder(released: Released, scene: Scene, tmp_path: Path) -> Path:
    """The released laptop's folder with its keys, its line leading to today's county."""
    made = tmp_path / "laptop"
    made.mkdir()
    shutil.copyfile(released.folder / "gulou.db", made / "gulou.db")
    store_id = "released"
    (made / "gulou.id").write_text(store_id)
    keys = KeyFileStore(made / "gulou.keys", PASSPHRASE, cost=CHEAP)
    key = bytes.fromhex(released.facts["database_key"])
    keys.put(database_key_name(store_id), key)
    keys.put(device_name(store_id), released.device)
    store = Store(made / "gulou.db", key)
    shutil.copyfile(scene.county.certificates.authority, authority_file(store))
    store.set_values(county_url=scene.process.url)
    store.close()
    return made


def opened(folder: Path) -> Laptop:
    keys = KeyFileStore(folder / "gulou.keys", PASSPHRASE, cost=CHEAP)
    return open_laptop(folder, ask_passphrase=lambda _need: "", keys=keys)


def counts(store: Store) -> dict[str, int]:
    """Rows of all tables a released program had."""
    tables = ("household", "resident", "case_file", "case_party", "case_event", "motion", "ballot")
    with store.reading() as session:
        return {
            name: int(session.connection().scalar(text(f"SELECT count(*) FROM {name}")) or 0)
            for name in (*tables, "motion_event", "electorate_entry", "outbox", "draft")
        }


def outbox(store: Store) -> dict[int, tuple[str, str | None]]:
    """State and reason of every operation."""
    with store.reading() as session:
        rows = session.connection().execute(text("SELECT op_no, state, reason FROM outbox"))
        return {row[0]: (row[1], row[2]) for row in rows}


def test_an_old_client_and_a_new_county(released: Released, answers: list[dict[str, Any]]) -> None:
    """Each operation ends as it did then, and the answers are of the form that program reads."""
    assert any(one["request"]["operations"] for one in released.exchanges)
    for recorded, answer in zip(released.exchanges, answers, strict=True):
        then = {row["op_no"]: row for row in recorded["answer"]["verdicts"]}
        now = {row["op_no"]: row for row in answer["verdicts"]}
        assert {n: (row["verdict"], row.get("reason")) for n, row in now.items()} == {
            n: (row["verdict"], row.get("reason")) for n, row in then.items()
        }
        assert recorded["answer"].keys() <= answer.keys()
        assert answer["protocol"] == recorded["answer"]["protocol"]
        assert not answer.get("puts"), "columns only where they are asked for"
        for row in answer["changes"]:
            assert len(row) == 7
            assert row[2] in {"put", "evict", "tombstone"}


def test_no_word_of_a_verdict_stops_a_released_program() -> None:
    """They raise at a word they do not know; a new ending of an operation is a new reason."""
    assert {verdict.value for verdict in Verdict} == {
        "applied",
        "merged",
        "conflict",
        "not_applied",
        "refused",
        "quarantined",
    }


def test_an_old_client_never_erases_a_field_it_does_not_know(
    released: Released, answers: list[dict[str, Any]], desk: CountyDesk, scene: Scene
) -> None:
    """It sends patches; what a newer program wrote beside them stays."""
    last = released.exchanges[-1]["request"]
    written = [
        op
        for one in released.exchanges
        for op in one["request"]["operations"]
        if op["entity"] == "household"
    ]
    record_id, op_no = written[0]["record_id"], last["last_op_no"] + 500
    with psycopg.connect(scene.county.url) as connection:
        connection.execute(
            "UPDATE record SET body = body || %s WHERE id = %s",
            (Jsonb({"of_a_newer_program": "kept"}), record_id),
        )
    edit = {
        **written[0],
        "op_no": op_no,
        "txn": op_no,
        "patch": {"address": "上寨"},
        "base": {"address": 1},
    }
    request = {**last, "operations": [edit], "last_op_no": op_no}
    answer = orjson.loads(unpack(exchange(desk, released.install_id, pack(orjson.dumps(request)))))
    assert [row["verdict"] for row in answer["verdicts"]] == ["applied"]
    with psycopg.connect(scene.county.url) as connection:
        row = connection.execute(
            "SELECT body ->> 'of_a_newer_program', body ->> 'address' FROM record WHERE id = %s",
            (record_id,),
        ).fetchone()
    assert row == ("kept", "上寨")


def test_a_released_file_is_upgraded_and_nothing_in_it_is_lost(
    released: Released, folder: Path, answers: list[dict[str, Any]], scene: Scene
) -> None:
    plain = Store(folder / "gulou.db", bytes.fromhex(released.facts["database_key"]))
    before, ended_before = counts(plain), outbox(plain)
    plain.close()
    assert {state for state, _ in ended_before.values()} >= {"waiting", "applied", "refused"}

    laptop = opened(folder)
    store = laptop.store
    assert file_revision(store) == newest_revision()
    assert [copy.kind for copy in copies_of(folder)] == [BackupKind.BEFORE_UPGRADE]
    assert counts(store) == before
    assert outbox(store) == ended_before
    worker = released.facts["accounts"]["grid_worker"]
    draft = load_draft(store, form="case", record_id="", account_id=worker)
    assert draft is not None
    assert draft.body["title"] == "没写完的案件"

    line = open_line(store, laptop.keys, secret_name=laptop.device_secret, after_laying=refold)
    assert line is not None
    line.exchanger.run_round()
    assert waiting_count(store) == 0
    ended = outbox(store)
    assert {n: one for n, one in ended.items() if ended_before[n][0] != "waiting"} == {
        n: one for n, one in ended_before.items() if one[0] != "waiting"
    }, "what was judged then is judged the same now"
    assert {ended[n][0] for n, one in ended_before.items() if one[0] == "waiting"} == {"applied"}
    with psycopg.connect(scene.county.url) as connection:
        heads = connection.execute("SELECT head_name FROM household").fetchall()
    assert {"吴某改", "吴某四"} <= {row[0] for row in heads}
    assert counts(store) == before
    line.transport.close()
    laptop.close()


class OldCounty:
    """A county that speaks as the released one did: it does not see what it does not know, and
    says nothing else."""

    def __init__(self, released: Released, desk: CountyDesk) -> None:
        self._desk = desk
        self._install_id = released.install_id
        whole = [one for one in released.exchanges if one["request"]["operations"]]
        self._request = frozenset(whole[0]["request"])
        self._operation = frozenset(whole[0]["request"]["operations"][0])
        self._answer = frozenset(whole[0]["answer"])

    def exchange(self, body: bytes) -> bytes:
        whole = orjson.loads(body)
        if not isinstance(whole["operations"], list):  # it looked at them before the protocol
            raise CountyRefusedError(ProblemCode.BAD_REQUEST, 400, {"why": "operations"})
        request = {k: v for k, v in whole.items() if k in self._request}
        request["operations"] = [
            {k: v for k, v in op.items() if k in self._operation} for op in request["operations"]
        ]
        packed = exchange(self._desk, self._install_id, pack(orjson.dumps(request)))
        answer = orjson.loads(unpack(packed))
        return orjson.dumps({k: v for k, v in answer.items() if k in self._answer})

    def ask(self, path: str, body: bytes) -> bytes:
        raise AssertionError(f"an old county has no {path}")


def test_a_new_client_and_an_old_county(
    released: Released, folder: Path, answers: list[dict[str, Any]], desk: CountyDesk
) -> None:
    """What that county does not know is left out, and everything else goes on."""
    laptop = opened(folder)
    exchanger = Exchanger(
        laptop.store,
        OldCounty(released, desk),
        install_id=released.install_id,
        after_laying=refold,
    )
    exchanger.run_round()
    assert waiting_count(laptop.store) == 0
    assert counts(laptop.store)["household"] == 4
    assert exchanger.run_round().received == 0
    with laptop.store.reading() as session:
        letters = session.connection().scalar(text("SELECT count(*) FROM dead_letter"))
    assert letters == 0
    assert ENTITIES.keys() >= {"household"}
    laptop.close()
