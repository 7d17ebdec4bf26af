"""Who this laptop is: its install id and its own key, and how it got them.

The install id lives in the file and, beside the device key, in the key store. If the two differ
the disk was copied or an older file put back: such a laptop asks for a new name at its next
contact (``sync.client.renewal``), because two laptops that count their operations under one name
would each lose work.
"""

from __future__ import annotations

import base64
import json
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.errors import ErrorCode, UserFacingError
from db.keystore import NEXT_DEVICE
from db.local_values import FORMER_NAMES, MUST_RENEW, read_values, write_values
from db.session import Store
from sync.client.number_blocks import drop_blocks
from sync.client.round import APP_VERSION, COUNTY_KEYS, TOLD_OP_NO
from sync.client.transport import (
    CountyAddress,
    CountyRefusedError,
    Device,
    HttpsTransport,
    NotTheCountyError,
    OfflineError,
)
from sync.protocol.messages import EnrolRequest, EnrolResponse

FORGOTTEN: Final = "county_forgot"
"""The county does not know this laptop any more."""
_ROOM: Final = 1_000


class Secrets(Protocol):
    """The part of a key store that is needed here."""

    def get(self, name: str, /) -> bytes | None:
        """A kept secret."""

    def put(self, name: str, secret: bytes, /) -> None:
        """Keeps a secret."""

    def delete(self, name: str, /) -> None:
        """Forgets a secret."""


@dataclass(frozen=True)
class Enrolment:
    """The county's enrolment file: address, authority and a one-time code."""

    url: str
    code: str
    ca_pem: str
    unit_name: str


def read_enrolment(path: Path) -> Enrolment:
    """Reads an enrolment file; raises ``UserFacingError`` ENROLMENT_FILE_BAD."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Enrolment(
            url=str(found["url"]),
            code=str(found["code"]),
            ca_pem=str(found["ca_pem"]),
            unit_name=str(found.get("unit_name", "")),
        )
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise UserFacingError(ErrorCode.ENROLMENT_FILE_BAD, file=path.name) from problem


def enrol(
    store: Store,
    secrets: Secrets,
    enrolment: Enrolment,
    *,
    secret_name: str,
    device_name: str = "",
) -> Device:
    """Makes this laptop known to the county; asks the county exactly once.

    Also for one that a county put back to an older backup has forgotten: what waits goes up under
    its old numbers. Raises ``UserFacingError`` ENROLMENT_REFUSED with the reason; nothing is kept
    then but the key, so that the same code can be tried again, and a laptop that is known already
    goes on as it was.
    """
    is_known = load_device(store, secrets, secret_name=secret_name) is not None
    if is_known and store.value(FORGOTTEN) != "1":
        raise UserFacingError(ErrorCode.ENROLMENT_REFUSED, reason="already_known")
    ca_file = authority_file(store).with_suffix(".new")
    ca_file.write_text(enrolment.ca_pem, encoding="ascii")
    key = next_key(secrets, secret_name)
    first = room_above(store) if is_known else 0
    request = EnrolRequest(
        code=enrolment.code,
        public_key=public_text(key),
        device_name=(device_name or platform.node())[:100],
        app_version=APP_VERSION,
        last_op_no=first,
    )
    try:
        answer = HttpsTransport(CountyAddress(enrolment.url, ca_file)).enrol(request)
        ca_file.replace(authority_file(store))
    except (OfflineError, NotTheCountyError) as problem:
        raise UserFacingError(ErrorCode.ENROLMENT_REFUSED, reason="unreachable") from problem
    except CountyRefusedError as problem:
        raise UserFacingError(ErrorCode.ENROLMENT_REFUSED, reason=problem.code) from problem
    finally:
        ca_file.unlink(missing_ok=True)
    device = Device(answer.install_id, key)
    keep_device(secrets, secret_name, device)
    facts = {"unit_id": answer.unit_id, "county_url": enrolment.url, **_known_keys(answer)}
    if store.value("epoch") is None:
        facts["epoch"] = answer.epoch
    enter_name(store, device.install_id, last_op_no=first, **facts)
    secrets.delete(secret_name + NEXT_DEVICE)
    return device


def _known_keys(answer: EnrolResponse) -> dict[str, str]:
    """A county of an older program has none; it is asked again at each exchange."""
    return {} if answer.county_keys is None else {COUNTY_KEYS: answer.county_keys.model_dump_json()}


def load_device(store: Store, secrets: Secrets, *, secret_name: str) -> Device | None:
    """This laptop's identity as the key store has it; None when it was never enrolled.

    Where the file says another name, the laptop is renewed at its next contact
    (``sync.client.renewal``); until then it works on.
    """
    if store.value("install_id") is None:
        return None
    return kept_device(secrets, secret_name)


def kept_device(secrets: Secrets, secret_name: str) -> Device | None:
    """The name and key in the key store."""
    kept = secrets.get(secret_name)
    if kept is None:
        return None
    return Device(kept[32:].decode(), Ed25519PrivateKey.from_private_bytes(kept[:32]))


def keep_device(secrets: Secrets, secret_name: str, device: Device) -> None:
    """Puts name and key into the key store, together."""
    secrets.put(secret_name, device.private_key.private_bytes_raw() + device.install_id.encode())


def next_key(secrets: Secrets, secret_name: str) -> Ed25519PrivateKey:
    """The key to ask the county with; kept before it is asked, so that a laptop killed before the
    answer asks with the same and is given the same name."""
    kept = secrets.get(secret_name + NEXT_DEVICE)
    if kept is not None:
        return Ed25519PrivateKey.from_private_bytes(kept)
    key = Ed25519PrivateKey.generate()
    secrets.put(secret_name + NEXT_DEVICE, key.private_bytes_raw())
    return key


def public_text(key: Ed25519PrivateKey) -> str:
    """The public half as it travels."""
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def room_above(store: Store) -> int:
    """A number above all given, with room for what is written while the county answers."""
    return int(store.value("last_op_no") or 0) + _ROOM


def enter_name(store: Store, install_id: str, *, last_op_no: int = 0, **facts: str) -> None:
    """The file's half of a new name. Numbers given before keep the name they were given under.

    What is left of its blocks of lasting numbers goes: another copy of the disk may use them.
    """
    with store.local_writing() as session:
        known = read_values(session, "install_id", "last_op_no", FORMER_NAMES)
        old = known.get("install_id")
        if old is not None and old != install_id:
            session.connection().exec_driver_sql(
                "UPDATE outbox SET origin = ? WHERE origin IS NULL", (old,)
            )
            drop_blocks(session)
            names = {*orjson.loads(known.get(FORMER_NAMES, "[]")), old}
            facts[FORMER_NAMES] = orjson.dumps(sorted(names)).decode()
        last = max(int(known.get("last_op_no", 0)), last_op_no)
        write_values(
            session,
            {
                "install_id": install_id,
                "last_op_no": str(last),
                MUST_RENEW: "0",
                FORGOTTEN: "0",
                TOLD_OP_NO: "0",
                **facts,
            },
        )


def county_address(store: Store) -> CountyAddress | None:
    """Where this laptop's county is, once enrolled."""
    url = store.value("county_url")
    return None if url is None else CountyAddress(url, authority_file(store))


def authority_file(store: Store) -> Path:
    """The pinned certificate authority; public, so it lies beside the file."""
    return store.path.with_name(store.path.stem + ".county-ca.pem")
