"""A laptop as the county sees it: numbers its operations, keeps what it is sent."""

from __future__ import annotations

import os
import uuid
from base64 import b64encode
from typing import Any

import orjson

from db.columns import new_id
from db.tables.registry import ENTITIES
from sync.client.acks import Ack, read_acks
from sync.protocol.messages import EnrolRequest
from sync.protocol.op_columns import FIELDS, pack_operations
from sync.protocol.packing import pack, unpack
from sync.protocol.sums import Sum, row_hash
from sync.server import sign_in
from sync.server.exchange import CountyDesk, exchange
from tests.helpers.clock import FakeClock

Answer = dict[str, Any]


class FakeLaptop:
    """Speaks the protocol by hand, so that a test can also speak it wrongly."""

    protocol = 1
    """What it speaks; in 2 it notes acknowledgements itself, as the real one does."""

    def __init__(self, desk: CountyDesk, clock: FakeClock, unit_id: str, account_id: str) -> None:
        self.desk = desk
        self.clock = clock
        self.unit_id = unit_id
        self.account_id = account_id
        self.install_id = _enrolled(desk, unit_id)
        self.outbox: list[dict[str, Any]] = []
        self.cursors: dict[str, int] = {}
        self.epoch: str | None = None
        self.rows: dict[tuple[str, str], dict[str, Any]] = {}
        self.versions: dict[tuple[str, str], dict[str, int]] = {}
        self.record_versions: dict[tuple[str, str], int] = {}
        self.places: dict[tuple[str, str], int] = {}
        self.last_op_no = 0

    # --- writing -----------------------------------------------------------------------------

    def put(
        self,
        entity: str,
        patch: dict[str, Any],
        *,
        record_id: str | None = None,
        base: dict[str, int] | None = None,
        txn: int | None = None,
        account_id: str | None = None,
        wall_ms: int | None = None,
    ) -> dict[str, Any]:
        """One operation into the outbox; a new record gets the laptop's unit."""
        if record_id is None:
            patch = {"unit_id": self.unit_id, **patch}
        return self._add(
            entity, record_id or new_id(), "put", patch, base, txn, account_id, wall_ms
        )

    def edit(self, entity: str, record_id: str, **patch: Any) -> dict[str, Any]:
        """An edit on top of what this laptop was last sent."""
        versions = self.versions[entity, record_id]
        base = {name: versions.get(name, 1) for name in patch}
        return self.put(entity, patch, record_id=record_id, base=base)

    def delete(
        self, entity: str, record_id: str, *, version: int | None = None, txn: int | None = None
    ) -> dict[str, Any]:
        """A delete, based on this version of the record."""
        base = {} if version is None else {"*": version}
        return self._add(entity, record_id, "delete", {}, base, txn, None, None)

    def _add(
        self,
        entity: str,
        record_id: str,
        kind: str,
        patch: dict[str, Any],
        base: dict[str, int] | None,
        txn: int | None,
        account_id: str | None,
        wall_ms: int | None,
    ) -> dict[str, Any]:
        self.last_op_no += 1
        operation = {
            "op_no": self.last_op_no,
            "txn": txn or self.last_op_no,
            "entity": entity,
            "record_id": record_id,
            "kind": kind,
            "patch": patch,
            "base": base or {},
            "account_id": account_id or self.account_id,
            "action": "test",
            "wall_ms": self.wall_ms() if wall_ms is None else wall_ms,
            "mono_ms": 0,
            "boot_id": "boot",
            "schema_version": 1,
            "seen": self.record_versions.get((entity, record_id), 0),
        }
        self.outbox.append(operation)
        return operation

    # --- syncing -----------------------------------------------------------------------------

    def wall_ms(self) -> int:
        """The laptop's clock."""
        return round(self.clock.now().timestamp() * 1000)

    def request(self, operations: list[Any], **other: Any) -> dict[str, Any]:
        """A request as it is sent."""
        columns = self.protocol > 1 and all(isinstance(one, dict) for one in operations)
        return {
            "protocol": self.protocol,
            "app_version": "0.1.0",
            "schema_version": 1,
            "epoch": self.epoch,
            "install_id": self.install_id,
            "last_op_no": self.last_op_no,
            "operations": as_columns(operations) if columns else operations,
            "cursors": self.cursors,
            "page_rows": 2000,
            "wall_ms": self.wall_ms(),
            "mono_ms": 0,
            "boot_id": "boot",
            **other,
        }

    def send(self, operations: list[Any] | None = None, **other: Any) -> Answer:
        """One exchange whose answer is lost: nothing of it is kept."""
        body = self.request(self.outbox if operations is None else operations, **other)
        return Answer(
            orjson.loads(unpack(exchange(self.desk, self.install_id, pack(orjson.dumps(body)))))
        )

    def sync(self, **other: Any) -> Answer:
        """One exchange, laid down; returns the answer with verdicts by operation number."""
        answer = self.send(**other)
        judged = {row["op_no"]: row for row in answer["verdicts"]}
        acks = read_acks(answer)
        applied = {"verdict": "applied"}
        judged |= {a.op_no: {"op_no": a.op_no, **applied, "version": a.version} for a in acks}
        self.lay_acks(acks)
        self.outbox = [op for op in self.outbox if op["op_no"] not in judged]
        self.lay(answer)
        return {**answer, "verdicts": dict(sorted(judged.items()))}

    def sync_all(self, **other: Any) -> list[int]:
        """Until nothing more is there; returns the sizes of the pages."""
        sizes = []
        while True:
            answer = self.sync(**other)
            sizes.append(len(answer["changes"]))
            if not answer["more"]:
                return sizes

    def lay_acks(self, acks: list[Ack]) -> None:
        """Notes what the county took as it was written."""
        sent = {op["op_no"]: op for op in self.outbox}
        for ack in acks:
            op = sent[ack.op_no]
            key = op["entity"], op["record_id"]
            if op["kind"] == "delete":
                self.rows.pop(key, None)
                continue
            self.rows[key] = {**self.rows.get(key, {}), **op["patch"]}
            if ack.version > 1:
                changed = dict.fromkeys(op["patch"], ack.version)
                self.versions[key] = {**self.versions.get(key, {}), **changed}
            else:
                self.versions[key] = {}
            self.record_versions[key], self.places[key] = ack.version, ack.seq

    def lay(self, answer: Answer) -> None:
        """Keeps the rows of an answer as a laptop would."""
        for entity, record_id, kind, version, fields, body, seq in answer["changes"]:
            key = (entity, record_id)
            if kind == "put":
                self.places[key] = seq
                self.rows[key] = body
                self.record_versions[key] = version
                self.versions[key] = fields or {}
            else:
                self.rows.pop(key, None)
        self.cursors = answer["cursors"]
        self.epoch = answer["epoch"]

    def sums(self) -> dict[str, Sum]:
        """What this laptop holds, added up by home bucket."""
        found: dict[str, Sum] = {}
        for (entity, record_id), body in self.rows.items():
            home = ENTITIES[entity].bucket_of(body)
            one = found.get(home, Sum())
            mix = row_hash(entity, record_id, self.record_versions[entity, record_id])
            found[home] = Sum(one.rows + 1, one.mix ^ mix)
        return found

    def assert_equal(self) -> None:
        """Syncs, and compares with what the county says it should hold."""
        self.sync_all()
        theirs = self.sync(wants_sums=True)["sums"]
        assert self.sums() == {home: Sum.read(one) for home, one in theirs.items()}

    def verdict_of(self, operation: dict[str, Any]) -> dict[str, Any]:
        """Syncs, and says how this operation ended; the number is left out."""
        return without_number(self.sync()["verdicts"][operation["op_no"]])

    def ids(self, entity: str) -> set[str]:
        """The records of an entity this laptop holds."""
        return {record_id for kind, record_id in self.rows if kind == entity}


def as_columns(operations: list[dict[str, Any]]) -> dict[str, Any]:
    """Operations as they travel since protocol 2."""
    return pack_operations([tuple(one.get(name) for name in FIELDS) for one in operations])


def without_number(verdict: dict[str, Any]) -> dict[str, Any]:
    """A verdict without the operation's number."""
    return {name: value for name, value in verdict.items() if name != "op_no"}


def _enrolled(desk: CountyDesk, unit_id: str) -> str:
    with desk.pool.connection() as connection:
        code = sign_in.make_code(connection, unit_id, desk.now())
        request = EnrolRequest(
            code=code,
            public_key=b64encode(os.urandom(32)).decode(),
            device_name="laptop",
            app_version="0.1.0",
        )
        return sign_in.enrol(connection, request, desk.now())[0]


# --- records -------------------------------------------------------------------------------------


def household(**other: Any) -> dict[str, Any]:
    """A household without its unit."""
    return {"number": "1", "head_name": "石某某", **other}


def resident(household_id: str, **other: Any) -> dict[str, Any]:
    """A resident without papers."""
    return {
        "household_id": household_id,
        "name": "吴某某",
        "sex": "2",
        "identity_kind": "none_yet",
        "missing_identity": "pending",
        **other,
    }


def case_file(account_id: str, **other: Any) -> dict[str, Any]:
    """A dispute."""
    return {
        "number": "临2026-216200-K3-001",
        "kind": "dispute",
        "title": "排水纠纷",
        "class_code": "0101",
        "happened_on": "2026-11-20",
        "place": "坪坦村",
        "story": "",
        "urgency": "low",
        "recorded_by": account_id,
        "recorded_at": "2026-11-23T08:30:00.000Z",
        **other,
    }


def case_event(case_id: str, kind: str, account_id: str, **other: Any) -> dict[str, Any]:
    """Something that happened to a case."""
    return {
        "case_id": case_id,
        "kind": kind,
        "by_account_id": account_id,
        "happened_at": "2026-11-23T08:30:00.000Z",
        **other,
    }


def motion(account_id: str, rule_set_id: str, **other: Any) -> dict[str, Any]:
    """A motion on village rules before the villagers' assembly."""
    return {
        "number": 1,
        "title": "修订村规民约",
        "text": "……",
        "matter": "village_rules_made_or_changed",
        "body": "villagers_assembly",
        "rule_set_id": rule_set_id,
        "proposed_by": account_id,
        "proposed_at": "2026-11-23T08:30:00.000Z",
        **other,
    }


def motion_event(motion_id: str, kind: str, account_id: str) -> dict[str, Any]:
    """Opened, tallied or withdrawn."""
    return {
        "motion_id": motion_id,
        "kind": kind,
        "by_account_id": account_id,
        "happened_at": "2026-11-23T08:30:00.000Z",
    }


def electorate_entry(motion_id: str, household_id: str) -> dict[str, Any]:
    """A household on the frozen list."""
    return {
        "motion_id": motion_id,
        "household_id": household_id,
        "household_number": "1",
        "head_name": "石某某",
    }


def ballot(motion_id: str, household_id: str, account_id: str, **other: Any) -> dict[str, Any]:
    """A household's word."""
    return {
        "motion_id": motion_id,
        "household_id": household_id,
        "choice": "agree",
        "method": "signature",
        "by_account_id": account_id,
        "taken_at": "2026-11-23T08:30:00.000Z",
        **other,
    }


def made_up_id() -> str:
    """An id nobody has."""
    return str(uuid.uuid4())
