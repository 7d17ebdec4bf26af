"""Released programs go on working: their files with today's program, they with today's county."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import psycopg
import pytest
from alembic.operations import Operations
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg.types.json import Jsonb
from sqlalchemy import text
from sqlmodel import select

from app.accounts.pins import hash_pin
from app.cases.vocabulary import CaseEventKind, CaseState, FlowStage
from app.demo.scene import DEMO_PIN, PEOPLE, Scene, build_scene
from app.drafts import load_draft
from app.errors import UserFacingError
from app.laptop import Laptop, copies_of, open_laptop, put_back
from app.refolding import refold
from db.backup import BackupKind
from db.clock import CHINA
from db.keystore import KeyFileStore, database_key_name, device_name
from db.session import Store
from db.tables.attachments import Attachment
from db.tables.base import RecordKind
from db.tables.cases import CaseEvent, CaseFile
from db.tables.conflicts import Conflict
from db.tables.local import DeadLetter
from db.tables.registry import ENTITIES
from db.upgrade import file_revision, newest_revision
from sync.client.acks import acked_numbers
from sync.client.identity import authority_file
from sync.client.line import open_line
from sync.client.round import Exchanger, waiting_count
from sync.client.transport import CountyRefusedError, OfflineError
from sync.protocol.messages import ProblemCode, Verdict
from sync.protocol.op_columns import unpack_operations
from sync.protocol.packing import pack, unpack
from sync.server.api import make_pool
from sync.server.exchange import CountyDesk, exchange
from tests.helpers.copied import CHEAP, PASSPHRASE

pytestmark = pytest.mark.county

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
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
    def known(self) -> dict[str, Any]:
        """Ids of what is in its file, from the third schema on."""
        return dict(self.facts.get("known", {}))

    @property
    def operations(self) -> list[dict[str, Any]]:
        """All its own, in order; those of a program that sends columns come as rows too."""
        found = []
        for one in self.exchanges:
            sent = one["request"]["operations"]
            rows = sent if isinstance(sent, list) else unpack_operations(sent)
            if one.get("install", self.install_id) == self.install_id:
                found += [row if isinstance(row, dict) else asdict(row) for row in rows]
        return found

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
    own = Ed25519PrivateKey.from_private_bytes(released.device[:32])
    installs = {released.install_id: (released.facts["unit_id"], own)} | {
        name: (unit_id, Ed25519PrivateKey.generate())
        for name, unit_id in released.facts.get("others", {}).items()
    }
    with psycopg.connect(made.county.url) as connection, connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO install (id, unit_id, device_name, public_key, enrolled_at, app_version) "
            "VALUES (%s, %s, 'released', %s, '2026-11-01', '0.1.0')",
            [
                (name, unit_id, key.public_key().public_bytes_raw())
                for name, (unit_id, key) in installs.items()
            ],
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
        asked(desk, one.get("install", released.install_id), one["request"])
        for one in released.exchanges
    ]


def asked(desk: CountyDesk, install_id: str, request: dict[str, Any]) -> dict[str, Any]:
    """Today's answer to one request."""
    answer = exchange(desk, install_id, pack(orjson.dumps(request)))
    return dict(orjson.loads(unpack(answer)))


@pytest.fixture
def folder(released: Released, scene: Scene, tmp_path: Path) -> Path:
    """The released laptop's folder with its keys, its line leading to today's county."""
    made = tmp_path / "laptop"
    made.mkdir()
    for file in released.folder.glob("gulou.*"):
        shutil.copyfile(file, made / file.name)
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


def tables(store: Store) -> dict[str, int]:
    """{table: rows} of everything people wrote."""
    with store.reading() as session:
        connection = session.connection()
        names = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
        wanted = sorted({*names.all()} & {*ENTITIES, "outbox", "draft", "dead_letter"})
        return {
            name: int(connection.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0)
            for name in wanted
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
        assert outcomes(answer) == outcomes(recorded["answer"])
        assert recorded["answer"].keys() <= answer.keys()
        assert answer["protocol"] == recorded["answer"]["protocol"]
        is_asked = recorded["request"].get("wants_columns")
        assert is_asked or not answer.get("puts"), "columns only where they are asked for"
        for row in answer["changes"]:
            assert len(row) == 7
            assert row[2] in {"put", "evict", "tombstone"}


def outcomes(answer: dict[str, Any]) -> dict[int, tuple[str, str | None]]:
    """How each operation ended. Of what was simply applied a row may come instead of a word: a
    newer county has given it fields of its own."""
    told = {row["op_no"]: (row["verdict"], row.get("reason")) for row in answer["verdicts"]}
    return told | {op_no: ("applied", None) for op_no in acked_numbers(answer)}


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
    last = next(
        one["request"]
        for one in reversed(released.exchanges)
        if one.get("install", released.install_id) == released.install_id
    )
    written = [op for op in released.operations if op["entity"] == "household"]
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
    request = {**last, "protocol": 1, "operations": [edit], "last_op_no": op_no}
    answer = asked(desk, released.install_id, request)
    assert outcomes(answer) == {op_no: ("applied", None)}
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
    before, ended_before = tables(plain), outbox(plain)
    plain.close()
    assert {state for state, _ in ended_before.values()} >= {"waiting", "applied", "refused"}

    laptop = opened(folder)
    store = laptop.store
    assert file_revision(store) == newest_revision()
    assert [copy.kind for copy in copies_of(folder)] == [BackupKind.BEFORE_UPGRADE]
    assert tables(store) == before | {name: 0 for name in tables(store) if name not in before}
    assert outbox(store) == ended_before
    assert integrity(store) == ["ok"]
    worker = released.facts["accounts"]["grid_worker"]
    draft = load_draft(store, form="case", record_id="", account_id=worker)
    assert draft is not None
    assert draft.body["title"] == "没写完的案件"

    if released.known:
        check_without_a_line(released, store)
    line = open_line(store, laptop.keys, secret_name=laptop.device_secret, after_laying=refold)
    assert line is not None
    of_tomorrow = released.known.get("of_tomorrow", {})
    scene.county.put([(entity, *row) for entity, row in of_tomorrow.items()])
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
    after = tables(store)
    work = [name for name in before if name in ENTITIES and is_written_by_people(name)]
    assert {name: after[name] for name in work} == {
        name: before[name] + (name in of_tomorrow) for name in work
    }
    if released.known:
        check_the_desk(released, store, scene)
    line.transport.close()
    laptop.close()


def is_written_by_people(entity: str) -> bool:
    """Whether it does not come from the county alone."""
    kind = ENTITIES[entity].record_kind
    return kind is not RecordKind.REFERENCE and entity not in {"account", "credential"}


def integrity(store: Store) -> list[str]:
    """What SQLite says of the file, whose CHECKs were rewritten."""
    with store.reading() as session:
        return list(session.connection().scalars(text("PRAGMA integrity_check")))


class NoLine:
    """Nothing is reached."""

    def exchange(self, body: bytes) -> bytes:
        raise OfflineError

    def ask(self, path: str, body: bytes) -> bytes:
        raise AssertionError(path)


def check_without_a_line(released: Released, store: Store) -> None:
    """Cases are folded by today's rules, and what a newer county had sent is read, before the
    county is reached: that may take weeks."""
    exchanger = Exchanger(store, NoLine(), install_id=released.install_id, after_laying=refold)
    with pytest.raises(OfflineError):
        exchanger.run_round()
    known = released.known
    assert ("case_file", known["closed"]) in exchanger.so_far.touched
    with store.reading() as session:
        cases = [session.get_one(CaseFile, known[name]) for name in CASES]
        letters = session.exec(select(DeadLetter.problem)).all()
    assert [one.stage for one in cases] == [
        FlowStage.HANDLING,
        FlowStage.ENDED,
        FlowStage.INTAKE,
        FlowStage.INTAKE,
    ]
    assert cases[1].wanted == known["wanted"]
    assert list(letters) == []


def check_the_desk(released: Released, store: Store, scene: Scene) -> None:
    """Cases stand where today's rules put them, on the laptop and at the county; what the program
    of then could not read is read, also where it came before the upgrade."""
    known = released.known
    forestry, township, village = (
        next(one.unit_id for one in PEOPLE if one.key == key)
        for key in ("forestry", "township", "grid_worker")
    )
    with store.reading() as session:
        cases = {name: session.get_one(CaseFile, known[name]) for name in CASES}
        photos = session.exec(select(Attachment)).all()
        quarrel = session.exec(select(Conflict)).one()
        letters = session.exec(select(DeadLetter.entity)).all()
        closing = session.exec(
            select(CaseEvent).where(
                CaseEvent.case_id == known["closed"], CaseEvent.kind == CaseEventKind.CLOSED
            )
        ).one()
    assert {name: (one.state, one.stage, one.holder_unit_id) for name, one in cases.items()} == {
        "sent": (CaseState.UNDER_WAY, FlowStage.HANDLING, forestry),
        "closed": (CaseState.CLOSED, FlowStage.ENDED, None),
        "kept": (CaseState.RECORDED, FlowStage.DISPATCH, township),
        "offline": (CaseState.RECORDED, FlowStage.INTAKE, None),
    }
    assert (cases["closed"].due_on, cases["closed"].due_limit) == (
        closing.happened_at.astimezone(CHINA).date() + timedelta(days=45),
        "follow_up",
    ), "by what the county had set before this program knew of settings"
    assert {cases[name].due_limit for name in ("sent", "kept", "offline")} == {"peoples_mediation"}
    assert quarrel.subject_id == known["quarrelled"]
    assert {photo.name: store.blobs.read(photo.sha256) is not None for photo in photos} == {
        "界石.jpg": True,
        "没发出的.jpg": True,
    }
    assert {*letters} <= {"credential"}, "only what this county never gave"
    with psycopg.connect(scene.county.url) as connection:
        there = connection.execute(
            "SELECT id, state, shared FROM record WHERE entity = 'case_file' AND id = ANY(%s)",
            ([known[name] for name in CASES],),
        ).fetchall()
    assert {case_id: (state, shared or None) for case_id, state, shared in there} == {
        one.id: (one.state.value, one.holder_unit_id) for one in cases.values()
    }
    assert {one.unit_id for one in cases.values()} == {village}


CASES = ("sent", "closed", "kept", "offline")


def test_a_laptop_killed_in_the_middle_of_its_upgrade_has_everything(
    released: Released, folder: Path
) -> None:
    """The file is as it was or as it is to be, never between; the copy made before stays."""
    plain = Store(folder / "gulou.db", bytes.fromhex(released.facts["database_key"]))
    before = tables(plain)
    plain.close()
    command = [sys.executable, "-m", "tests.helpers.killed_upgrade", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "upgrading\n"
        process.kill()
    laptop = opened(folder)
    assert file_revision(laptop.store) == newest_revision()
    assert tables(laptop.store).items() >= before.items()
    assert integrity(laptop.store) == ["ok"]
    assert {copy.kind for copy in copies_of(folder)} == {BackupKind.BEFORE_UPGRADE}
    laptop.close()


def test_the_copy_put_back_after_an_upgrade_that_failed_is_upgraded_and_sent(
    released: Released,
    folder: Path,
    answers: list[dict[str, Any]],
    scene: Scene,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The last migration breaks off; somebody goes back to the copy of before, and the laptop
    asks for a new name, keeps what waits and sends it."""
    plain = Store(folder / "gulou.db", bytes.fromhex(released.facts["database_key"]))
    before, ended_before = tables(plain), outbox(plain)
    plain.close()
    with monkeypatch.context() as patch:
        patch.setattr(Operations, "create_table", broken_off)
        with pytest.raises(UserFacingError, match="broken off"):
            opened(folder)
    [copy] = copies_of(folder)
    assert copy.kind is BackupKind.BEFORE_UPGRADE
    put_back(folder, copy)
    laptop = opened(folder)
    store = laptop.store
    assert file_revision(store) == newest_revision()
    assert tables(store).items() >= before.items()
    assert integrity(store) == ["ok"]
    line = open_line(store, laptop.keys, secret_name=laptop.device_secret, after_laying=refold)
    assert line is not None
    line.exchanger.run_round()
    assert store.value("install_id") != released.install_id
    assert waiting_count(store) == 0
    states_before = {state for state, _ in ended_before.values()}
    assert {state for state, _ in outbox(store).values()} <= states_before - {"waiting"}
    assert tables(store)["household"] >= before["household"]
    line.transport.close()
    laptop.close()


def broken_off(*_: Any, **__: Any) -> None:
    raise OSError("broken off")


class OldCounty:
    """A county that speaks as the released one did: it does not see what it does not know, and
    says nothing else."""

    def __init__(self, released: Released, desk: CountyDesk) -> None:
        self._desk = desk
        self._install_id = released.install_id
        whole = [one for one in released.exchanges if one["request"]["operations"]]
        self._request = frozenset(whole[0]["request"])
        sent = whole[0]["request"]["operations"]
        self._takes_columns = isinstance(sent, dict)
        self._operation = frozenset(sent if self._takes_columns else sent[0])
        self._answer = frozenset(whole[0]["answer"])

    def exchange(self, body: bytes) -> bytes:
        whole = orjson.loads(body)
        is_list = isinstance(whole["operations"], list)
        if not is_list and not self._takes_columns:  # it looked at them before the protocol
            raise CountyRefusedError(ProblemCode.BAD_REQUEST, 400, {"why": "operations"})
        request = {k: v for k, v in whole.items() if k in self._request}
        if is_list and not self._takes_columns:
            request["operations"] = [
                {k: v for k, v in op.items() if k in self._operation}
                for op in request["operations"]
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
    assert tables(laptop.store)["household"] == 4
    assert exchanger.run_round().received == 0
    with laptop.store.reading() as session:
        letters = session.connection().scalar(text("SELECT count(*) FROM dead_letter"))
    assert letters == 0
    assert ENTITIES.keys() >= {"household"}
    laptop.close()
