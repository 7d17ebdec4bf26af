"""How a laptop gets in: a one-time code once, then its own key, then a token for an hour.

Challenges and tokens are not stored: the county recognises its own by their MAC, so any of its
processes can answer any request.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from psycopg import Connection
from psycopg.errors import UniqueViolation

from sync.protocol.messages import (
    EnrolRequest,
    ProblemCode,
    RenewRequest,
    TokenRequest,
    renewal_text,
)
from sync.server.problems import RequestRefusedError

TOKEN_SECONDS: Final = 3600
CHALLENGE_SECONDS: Final = 300
CODE_DAYS: Final = 10
_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_CODE_LENGTH: Final = 16
_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Seal:
    """Makes and checks texts that only this county can have made."""

    secret: bytes

    def make(self, purpose: str, install_id: str, expires: datetime) -> str:
        """A text that says who, until when, and proves it."""
        nonce = secrets.token_hex(8)
        text = f"{purpose}.{install_id}.{int(expires.timestamp())}.{nonce}"
        return f"{text}.{self._mac(text)}"

    def read(self, purpose: str, sealed: str, now: datetime) -> str | None:
        """The install it was made for; None if it is not ours or too old."""
        text, _, mac = sealed.rpartition(".")
        parts = text.split(".")
        if not hmac.compare_digest(mac.encode(), self._mac(text).encode()):
            return None
        found_purpose, install_id, expires, _nonce = parts
        is_good = found_purpose == purpose and now.timestamp() < int(expires)
        return install_id if is_good else None

    def _mac(self, text: str) -> str:
        return hmac.new(self.secret, text.encode(), hashlib.sha256).hexdigest()


# --- enrolment -----------------------------------------------------------------------------------


def make_code(connection: Connection[Any], unit_id: str, now: datetime) -> str:
    """A one-time code for a laptop of this unit; only its hash is kept."""
    letters = [secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH)]
    code = "-".join("".join(letters[start : start + 4]) for start in range(0, _CODE_LENGTH, 4))
    connection.execute(
        "INSERT INTO enrolment_code (code_hash, unit_id, created_at, expires_at) "
        "VALUES (%s, %s, %s, %s)",
        (_code_hash(code), unit_id, now, now + timedelta(days=CODE_DAYS)),
    )
    return code


def enrol(connection: Connection[Any], request: EnrolRequest, now: datetime) -> tuple[str, str]:
    """Makes the laptop known; returns install id and unit id.

    The same code with the same key again is the same laptop whose answer was lost. Raises
    ``RequestRefusedError``.
    """
    key = _public_key(request.public_key)
    try:
        return _enrol(connection, request, key, now)
    except UniqueViolation as problem:  # another request with this key was first
        raise RequestRefusedError(ProblemCode.BAD_REQUEST, why="public_key") from problem


def _enrol(
    connection: Connection[Any], request: EnrolRequest, key: bytes, now: datetime
) -> tuple[str, str]:
    with connection.transaction():
        row = connection.execute(
            "SELECT unit_id, expires_at, used_by FROM enrolment_code "
            "WHERE county_id = current_setting('gulou.county') AND code_hash = %s FOR UPDATE",
            (_code_hash(request.code),),
        ).fetchone()
        if row is None:
            raise RequestRefusedError(ProblemCode.CODE_UNKNOWN)
        unit_id, expires_at, used_by = row
        if used_by is not None:
            return _enrolled_before(connection, used_by, key), unit_id
        if now >= expires_at:
            raise RequestRefusedError(ProblemCode.CODE_UNKNOWN, why="expired")
        return _add_install(connection, request, key, unit_id, now), unit_id


def _enrolled_before(connection: Connection[Any], install_id: str, key: bytes) -> str:
    row = connection.execute(
        "SELECT 1 FROM install WHERE county_id = current_setting('gulou.county') "
        "AND id = %s AND public_key = %s",
        (install_id, key),
    ).fetchone()
    if row is None:
        raise RequestRefusedError(ProblemCode.CODE_USED)
    return install_id


def _add_install(
    connection: Connection[Any], request: EnrolRequest, key: bytes, unit_id: str, now: datetime
) -> str:
    taken = connection.execute(
        "SELECT 1 FROM install WHERE county_id = current_setting('gulou.county') "
        "AND public_key = %s",
        (key,),
    ).fetchone()
    if taken is not None:
        raise RequestRefusedError(ProblemCode.BAD_REQUEST, why="public_key")
    install_id = str(uuid.uuid4())
    connection.execute(
        "INSERT INTO install (id, unit_id, device_name, public_key, enrolled_at, app_version, "
        "last_op_no, first_op_no) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (
            install_id,
            unit_id,
            request.device_name.replace("\0", ""),
            key,
            now,
            request.app_version.replace("\0", "")[:40],
            request.last_op_no,
            request.last_op_no + 1,
        ),
    )
    connection.execute(
        "UPDATE enrolment_code SET used_at = %s, used_by = %s "
        "WHERE county_id = current_setting('gulou.county') AND code_hash = %s",
        (now, install_id, _code_hash(request.code)),
    )
    return install_id


def _code_hash(code: str) -> str:
    """Of the letters alone, so that a code typed by hand may come with other dashes or case."""
    plain = "".join(letter for letter in code.upper() if letter in _ALPHABET)
    return hashlib.sha256(plain.encode()).hexdigest()


def _public_key(text: str) -> bytes:
    key = _from_base64(text)
    if len(key) != _KEY_BYTES:
        raise RequestRefusedError(ProblemCode.BAD_REQUEST, why="public_key")
    return key


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as problem:
        raise RequestRefusedError(ProblemCode.BAD_REQUEST, why="base64") from problem


# --- challenge and token -----------------------------------------------------------------------


def make_challenge(seal: Seal, install_id: str, now: datetime) -> str:
    """Something to sign; also for an install nobody knows, so that asking reveals nothing."""
    if not install_id.isascii() or not install_id.isprintable() or "." in install_id:
        raise RequestRefusedError(ProblemCode.BAD_REQUEST, why="install_id")
    return seal.make("challenge", install_id, now + timedelta(seconds=CHALLENGE_SECONDS))


def make_token(
    connection: Connection[Any], seal: Seal, request: TokenRequest, now: datetime
) -> str:
    """A token for the install that signed the challenge; raises ``RequestRefusedError``.

    A stolen laptop that shall destroy its keys gets one too: it must hear of it.
    """
    _check_signature(
        connection,
        seal,
        request,
        signed=request.challenge.encode(),
        now=now,
        may_be_stolen=True,
    )
    return seal.make("token", request.install_id, now + timedelta(seconds=TOKEN_SECONDS))


def _check_signature(
    connection: Connection[Any],
    seal: Seal,
    request: TokenRequest | RenewRequest,
    *,
    signed: bytes,
    now: datetime,
    may_be_stolen: bool = False,
) -> None:
    """Whether the install's own key signed our challenge; raises ``RequestRefusedError``."""
    if seal.read("challenge", request.challenge, now) != request.install_id:
        raise RequestRefusedError(ProblemCode.TOKEN_EXPIRED, why="challenge")
    row = connection.execute(
        "SELECT public_key, revoked_at, destroy_key FROM install "
        "WHERE county_id = current_setting('gulou.county') AND id = %s",
        (request.install_id,),
    ).fetchone()
    if row is None:
        raise RequestRefusedError(ProblemCode.INSTALL_UNKNOWN)
    if row[1] is not None and not (row[2] and may_be_stolen):
        raise RequestRefusedError(ProblemCode.INSTALL_REVOKED)
    try:
        key = Ed25519PublicKey.from_public_bytes(row[0])
        key.verify(_from_base64(request.signature), signed)
    except InvalidSignature as problem:
        raise RequestRefusedError(ProblemCode.INSTALL_UNKNOWN, why="signature") from problem


def renew(
    connection: Connection[Any], seal: Seal, request: RenewRequest, now: datetime
) -> tuple[str, str]:
    """A new name for a laptop whose numbers cannot be trusted; returns install id and unit id.

    The old name stays good: a copy of the disk may go on working under it. The same new key again
    is the same laptop whose answer was lost. Raises ``RequestRefusedError``.
    """
    key = _public_key(request.public_key)
    _check_signature(
        connection,
        seal,
        request,
        signed=renewal_text(request.challenge, request.public_key),
        now=now,
    )
    try:
        with connection.transaction():
            connection.execute(_RENEW, (str(uuid.uuid4()), key, *_renewal(request)))
    except UniqueViolation:
        pass  # the same key again, or another request with it was first
    row = connection.execute(
        "SELECT id, unit_id FROM install WHERE county_id = current_setting('gulou.county') "
        "AND public_key = %s AND renewed_from = %s",
        (key, request.install_id),
    ).fetchone()
    if row is None:
        raise RequestRefusedError(ProblemCode.BAD_REQUEST, why="public_key")
    return str(row[0]), str(row[1])


_RENEW: Final = """
INSERT INTO install (id, unit_id, device_name, public_key, enrolled_at, app_version,
    last_op_no, first_op_no, renewed_from)
SELECT %s, unit_id, device_name, %s, enrolled_at, %s, %s, %s, id
FROM install WHERE county_id = current_setting('gulou.county') AND id = %s
"""
"""Enrolled when the first of its line was: what it carries may be as old as that."""


def _renewal(request: RenewRequest) -> tuple[str, int, int, str]:
    version = request.app_version.replace("\0", "")[:40]
    return version, request.last_op_no, request.last_op_no + 1, request.install_id


def install_of(seal: Seal, authorization: str | None, now: datetime) -> str:
    """The install a request's token was made for; raises ``RequestRefusedError`` 401."""
    scheme, _, token = (authorization or "").partition(" ")
    install_id = seal.read("token", token, now) if scheme.lower() == "bearer" else None
    if install_id is None:
        raise RequestRefusedError(ProblemCode.TOKEN_EXPIRED)
    return install_id
