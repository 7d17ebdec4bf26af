"""Who this laptop is: its install id and its own key, and how it got them.

The install id lives in the file and, beside the device key, in the key store. If the two differ
the disk was copied or an older file put back: such a laptop must be enrolled anew, because two
laptops that count their operations under one name would each lose work.
"""

from __future__ import annotations

import base64
import json
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.errors import ErrorCode, UserFacingError
from db.session import Store
from sync.client.round import APP_VERSION, COUNTY_KEYS
from sync.client.transport import (
    CountyAddress,
    CountyRefusedError,
    Device,
    HttpsTransport,
    NotTheCountyError,
    OfflineError,
)
from sync.protocol.messages import EnrolRequest, EnrolResponse


class Secrets(Protocol):
    """The part of a key store that is needed here."""

    def get(self, name: str, /) -> bytes | None:
        """A kept secret."""

    def put(self, name: str, secret: bytes, /) -> None:
        """Keeps a secret."""


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

    Raises ``UserFacingError`` ENROLMENT_REFUSED with the reason; nothing is kept then, and a
    laptop that is known already goes on as it was.
    """
    if load_device(store, secrets, secret_name=secret_name) is not None:
        raise UserFacingError(ErrorCode.ENROLMENT_REFUSED, reason="already_known")
    ca_file = authority_file(store).with_suffix(".new")
    ca_file.write_text(enrolment.ca_pem, encoding="ascii")
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    request = EnrolRequest(
        code=enrolment.code,
        public_key=base64.b64encode(public).decode(),
        device_name=(device_name or platform.node())[:100],
        app_version=APP_VERSION,
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
    secrets.put(secret_name, key.private_bytes_raw() + answer.install_id.encode())
    store.set_values(
        install_id=answer.install_id,
        unit_id=answer.unit_id,
        epoch=answer.epoch,
        county_url=enrolment.url,
        **_known_keys(answer),
    )
    return Device(answer.install_id, key)


def _known_keys(answer: EnrolResponse) -> dict[str, str]:
    """A county of an older program has none; it is asked again at each exchange."""
    return {} if answer.county_keys is None else {COUNTY_KEYS: answer.county_keys.model_dump_json()}


def load_device(store: Store, secrets: Secrets, *, secret_name: str) -> Device | None:
    """This laptop's identity; None when it has none, or file and key store disagree."""
    install_id = store.value("install_id")
    kept = secrets.get(secret_name)
    if install_id is None or kept is None:
        return None
    private, known_as = kept[:32], kept[32:].decode()
    if known_as != install_id:
        return None
    return Device(install_id, Ed25519PrivateKey.from_private_bytes(private))


def county_address(store: Store) -> CountyAddress | None:
    """Where this laptop's county is, once enrolled."""
    url = store.value("county_url")
    return None if url is None else CountyAddress(url, authority_file(store))


def authority_file(store: Store) -> Path:
    """The pinned certificate authority; public, so it lies beside the file."""
    return store.path.with_name(store.path.stem + ".county-ca.pem")
