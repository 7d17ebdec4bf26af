"""One-time codes, challenges and tokens."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg import Connection

from sync.protocol.messages import EnrolRequest, ProblemCode, TokenRequest
from sync.server import sign_in
from sync.server.county import County
from sync.server.problems import RequestRefusedError
from sync.server.sign_in import Seal
from tests.helpers.clock import FakeClock
from tests.sync.server.conftest import VILLAGE

SEAL = Seal(b"secret of this county")


@pytest.fixture
def connection(county: County) -> Iterator[Connection[Any]]:
    with psycopg.connect(county.url, autocommit=True) as made:
        yield made


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


def enrolling(code: str, key: Ed25519PrivateKey) -> EnrolRequest:
    return EnrolRequest(
        code=code,
        public_key=base64.b64encode(key.public_key().public_bytes_raw()).decode(),
        device_name="村部电脑",
        app_version="0.1.0",
    )


def refused(code: ProblemCode, work: Any, *arguments: Any) -> dict[str, Any]:
    with pytest.raises(RequestRefusedError) as refusal:
        work(*arguments)
    assert refusal.value.code is code
    return refusal.value.params


def test_a_code_makes_a_laptop_known(
    connection: Connection[Any], key: Ed25519PrivateKey, clock: FakeClock
) -> None:
    code = sign_in.make_code(connection, VILLAGE, clock.now())
    install_id, unit_id = sign_in.enrol(connection, enrolling(code, key), clock.now())
    assert unit_id == VILLAGE
    row = connection.execute("SELECT id, device_name, public_key FROM install").fetchone()
    assert row == (install_id, "村部电脑", key.public_key().public_bytes_raw())


def test_a_code_is_not_kept_in_the_clear(connection: Connection[Any], clock: FakeClock) -> None:
    code = sign_in.make_code(connection, VILLAGE, clock.now())
    row = connection.execute("SELECT code_hash FROM enrolment_code").fetchone()
    assert code not in row[0]
    assert code.replace("-", "") not in row[0]


def test_a_lost_answer_is_given_again(
    connection: Connection[Any], key: Ed25519PrivateKey, clock: FakeClock
) -> None:
    code = sign_in.make_code(connection, VILLAGE, clock.now())
    first = sign_in.enrol(connection, enrolling(code, key), clock.now())
    again = sign_in.enrol(connection, enrolling(code.lower().replace("-", " "), key), clock.now())
    assert again == first
    assert connection.execute("SELECT count(*) FROM install").fetchone() == (1,)


def test_codes_that_open_nothing(
    connection: Connection[Any], key: Ed25519PrivateKey, clock: FakeClock
) -> None:
    code = sign_in.make_code(connection, VILLAGE, clock.now())
    other = Ed25519PrivateKey.generate()
    refused(
        ProblemCode.CODE_UNKNOWN,
        sign_in.enrol, connection, enrolling("AAAA-BBBB", key), clock.now(),
    )  # fmt: skip
    sign_in.enrol(connection, enrolling(code, key), clock.now())
    refused(ProblemCode.CODE_USED, sign_in.enrol, connection, enrolling(code, other), clock.now())
    late = sign_in.make_code(connection, VILLAGE, clock.now())
    clock.advance(timedelta(days=10))
    refused(
        ProblemCode.CODE_UNKNOWN, sign_in.enrol, connection, enrolling(late, other), clock.now()
    )
    assert connection.execute("SELECT count(*) FROM install").fetchone() == (1,)


@pytest.mark.parametrize("public_key", ["", "not base64!", "c2hvcnQ="])
def test_a_key_that_is_none(
    connection: Connection[Any], clock: FakeClock, key: Ed25519PrivateKey, public_key: str
) -> None:
    code = sign_in.make_code(connection, VILLAGE, clock.now())
    request = enrolling(code, key).model_copy(update={"public_key": public_key})
    refused(ProblemCode.BAD_REQUEST, sign_in.enrol, connection, request, clock.now())
    assert sign_in.enrol(connection, enrolling(code, key), clock.now())[1] == VILLAGE


def test_two_laptops_do_not_share_a_key(
    connection: Connection[Any], clock: FakeClock, key: Ed25519PrivateKey
) -> None:
    for is_first in (True, False):
        code = sign_in.make_code(connection, VILLAGE, clock.now())
        if is_first:
            sign_in.enrol(connection, enrolling(code, key), clock.now())
        else:
            refused(
                ProblemCode.BAD_REQUEST,
                sign_in.enrol, connection, enrolling(code, key), clock.now(),
            )  # fmt: skip


@pytest.fixture
def install_id(connection: Connection[Any], clock: FakeClock, key: Ed25519PrivateKey) -> str:
    code = sign_in.make_code(connection, VILLAGE, clock.now())
    return sign_in.enrol(connection, enrolling(code, key), clock.now())[0]


def signed(install_id: str, challenge: str, key: Ed25519PrivateKey) -> TokenRequest:
    signature = base64.b64encode(key.sign(challenge.encode())).decode()
    return TokenRequest(install_id=install_id, challenge=challenge, signature=signature)


def test_a_signed_challenge_gives_a_token_for_an_hour(
    connection: Connection[Any], clock: FakeClock, key: Ed25519PrivateKey, install_id: str
) -> None:
    challenge = sign_in.make_challenge(SEAL, install_id, clock.now())
    request = signed(install_id, challenge, key)
    bearer = f"Bearer {sign_in.make_token(connection, SEAL, request, clock.now())}"
    assert sign_in.install_of(SEAL, bearer, clock.now()) == install_id
    clock.advance(timedelta(minutes=59))
    assert sign_in.install_of(SEAL, bearer, clock.now()) == install_id
    clock.advance(timedelta(minutes=1))
    refused(ProblemCode.TOKEN_EXPIRED, sign_in.install_of, SEAL, bearer, clock.now())


def test_signatures_that_open_nothing(
    connection: Connection[Any], clock: FakeClock, key: Ed25519PrivateKey, install_id: str
) -> None:
    now = clock.now()
    challenge = sign_in.make_challenge(SEAL, install_id, now)
    good = signed(install_id, challenge, key)
    foreign = Seal(b"another county").make("challenge", install_id, now + timedelta(hours=1))
    token = SEAL.make("token", install_id, now + timedelta(hours=1))
    stranger = sign_in.make_challenge(SEAL, "stranger", now)
    for code, request in (
        (ProblemCode.INSTALL_UNKNOWN, signed(install_id, challenge, Ed25519PrivateKey.generate())),
        (ProblemCode.TOKEN_EXPIRED, signed("stranger", challenge, key)),
        (ProblemCode.TOKEN_EXPIRED, signed(install_id, foreign, key)),
        (ProblemCode.TOKEN_EXPIRED, signed(install_id, token, key)),
        (ProblemCode.TOKEN_EXPIRED, signed(install_id, "nonsense", key)),
        (ProblemCode.INSTALL_UNKNOWN, signed("stranger", stranger, key)),
        (ProblemCode.BAD_REQUEST, good.model_copy(update={"signature": "?"})),
    ):
        refused(code, sign_in.make_token, connection, SEAL, request, now)
    clock.advance(timedelta(minutes=5))
    refused(ProblemCode.TOKEN_EXPIRED, sign_in.make_token, connection, SEAL, good, clock.now())


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer x", "Basic {token}", "{token}"])
def test_headers_that_open_nothing(clock: FakeClock, header: str | None) -> None:
    token = SEAL.make("token", "install", clock.now() + timedelta(hours=1))
    text = None if header is None else header.format(token=token)
    refused(ProblemCode.TOKEN_EXPIRED, sign_in.install_of, SEAL, text, clock.now())


def test_a_token_cannot_be_rewritten(clock: FakeClock) -> None:
    token = SEAL.make("token", "install", clock.now() + timedelta(hours=1))
    for forged in (
        token.replace("install", "another"),
        token.replace("token", "challenge"),
        token[:-1] + ("0" if token[-1] != "0" else "1"),
    ):
        refused(
            ProblemCode.TOKEN_EXPIRED,
            sign_in.install_of, SEAL, f"Bearer {forged}", clock.now(),
        )  # fmt: skip
