"""The real server over real TLS: what a laptop gets when it knocks."""

from __future__ import annotations

import base64
import socket
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
import pytest
import requests
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.protocol.messages import CONTENT_TYPE, MAX_INFLATED_BYTES
from sync.protocol.packing import pack, unpack
from sync.server.county import County
from sync.server.process import serve_in_thread
from tests.sync.server.conftest import VILLAGE


class Line:
    """HTTP to the county, trusting its authority alone."""

    def __init__(self, county: County, url: str) -> None:
        self.url = url
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.verify = str(county.certificates.authority)

    def post(self, path: str, body: Any, **headers: str) -> requests.Response:
        """A JSON body, or bytes as they are."""
        if isinstance(body, bytes):
            return self.http.post(self.url + path, data=body, headers=headers, timeout=60)
        return self.http.post(self.url + path, json=body, headers=headers, timeout=60)


@pytest.fixture
def line(county: County) -> Iterator[Line]:
    with serve_in_thread(county) as url:
        made = Line(county, url)
        yield made
        made.http.close()


@pytest.fixture
def signed_in(county: County, line: Line) -> tuple[str, str]:
    """An install and its token, got over the line."""
    key = Ed25519PrivateKey.generate()
    enrolment = county.enrolment(VILLAGE, line.url)
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    request = {"code": enrolment["code"], "public_key": public}
    enrolled = line.post("/enrol", {**request, "device_name": "x", "app_version": "1"}).json()
    install_id = enrolled["install_id"]
    assert (enrolled["magic"], enrolled["unit_id"]) == ("gulou-sync", VILLAGE)
    challenge = line.post("/challenge", {"install_id": install_id}).json()["challenge"]
    signature = base64.b64encode(key.sign(challenge.encode())).decode()
    answer = line.post(
        "/token", {"install_id": install_id, "challenge": challenge, "signature": signature}
    ).json()
    assert answer["seconds"] == 3600
    return install_id, f"Bearer {answer['token']}"


def sync_body(install_id: str, county: County, **other: Any) -> dict[str, Any]:
    return {
        "protocol": 1,
        "app_version": "1",
        "schema_version": 1,
        "epoch": None,
        "install_id": install_id,
        "last_op_no": 0,
        "operations": [],
        "cursors": {},
        "wall_ms": round(county.now().timestamp() * 1000),
        "mono_ms": 0,
        "boot_id": "boot",
        **other,
    }


def assert_problem(response: requests.Response, status: int, code: str) -> dict[str, Any]:
    body: dict[str, Any] = response.json()
    assert (response.status_code, body["magic"], body["code"]) == (status, "gulou-sync", code)
    return dict(body["params"])


def test_the_whole_way_in(county: County, line: Line, signed_in: tuple[str, str]) -> None:
    install_id, bearer = signed_in
    body = pack(orjson.dumps(sync_body(install_id, county)))
    response = line.post("/sync", body, Authorization=bearer, **{"Content-Type": CONTENT_TYPE})
    assert response.status_code == 200
    assert response.headers["Content-Type"] == CONTENT_TYPE
    answer = orjson.loads(unpack(response.content))
    assert answer["magic"] == "gulou-sync"
    assert answer["server_ms"] == round(county.now().timestamp() * 1000)
    assert {change[0] for change in answer["changes"]} == {"unit", "rule_set", "setting"}


def test_health_says_which_county(county: County, line: Line) -> None:
    answer = line.http.get(f"{line.url}/health", timeout=60).json()
    assert answer["magic"] == "gulou-sync"
    assert len(answer["epoch"]) == 36


def test_only_the_countys_own_authority_vouches_for_it(line: Line) -> None:
    with requests.Session() as session:
        session.trust_env = False
        with pytest.raises(requests.exceptions.SSLError):
            session.get(f"{line.url}/health", timeout=60)


def test_without_a_good_token(county: County, line: Line, signed_in: tuple[str, str]) -> None:
    install_id, bearer = signed_in
    body = pack(orjson.dumps(sync_body(install_id, county)))
    assert_problem(line.post("/sync", body), 401, "token_expired")
    assert_problem(line.post("/sync", body, Authorization="Bearer x"), 401, "token_expired")
    assert_problem(line.post("/sync", body, Authorization=bearer + "0"), 401, "token_expired")


def test_a_token_speaks_for_its_own_install_only(
    county: County, line: Line, signed_in: tuple[str, str]
) -> None:
    _install_id, bearer = signed_in
    body = pack(orjson.dumps(sync_body("somebody-else", county)))
    assert_problem(line.post("/sync", body, Authorization=bearer), 400, "bad_request")


def test_a_small_body_that_inflates_without_end(line: Line, signed_in: tuple[str, str]) -> None:
    bomb = zstandard.ZstdCompressor().compress(b"\0" * (MAX_INFLATED_BYTES + 1))
    assert len(bomb) < 10_000
    assert_problem(line.post("/sync", bomb, Authorization=signed_in[1]), 413, "too_large")


@pytest.mark.parametrize("body", [b"", b"<html>", pack(b"not json"), pack(b"[]"), pack(b"{}")])
def test_a_body_that_is_none(line: Line, signed_in: tuple[str, str], body: bytes) -> None:
    assert_problem(line.post("/sync", body, Authorization=signed_in[1]), 400, "bad_request")


@pytest.mark.parametrize("path", ["/enrol", "/challenge", "/token"])
def test_a_form_that_is_none(line: Line, path: str) -> None:
    assert_problem(line.post(path, {"install_id": 5}), 400, "bad_request")
    assert_problem(line.post(path, b"\xff\xfe"), 400, "bad_request")


@pytest.mark.parametrize("name", ["a\\u0000b", "\\ud800", "a.b", "a\\n", "x" * 200])
def test_a_name_no_install_has(line: Line, name: str) -> None:
    body = f'{{"install_id": "{name}"}}'.encode()
    answer = line.post("/challenge", body, **{"Content-Type": "application/json"})
    assert_problem(answer, 400, "bad_request")


@pytest.mark.parametrize("field", ["challenge", "install_id", "signature"])
@pytest.mark.parametrize("text", ["\\ud800", "\\u0000"])
def test_a_token_is_not_made_of_no_text(line: Line, field: str, text: str) -> None:
    fields = {"challenge": "a.b", "install_id": "x", "signature": "eA==", field: text}
    body = ",".join(f'"{name}": "{value}"' for name, value in fields.items())
    answer = line.post("/token", f"{{{body}}}".encode(), **{"Content-Type": "application/json"})
    assert answer.status_code in {400, 401}


@pytest.mark.parametrize("field", ["code", "public_key", "device_name", "app_version"])
def test_nobody_enrols_with_no_text(county: County, line: Line, field: str) -> None:
    code = county.enrolment(VILLAGE, line.url)["code"]
    public = base64.b64encode(b"k" * 32).decode()
    fields = {"code": code, "public_key": public, "device_name": "x", "app_version": "1"}
    body = ",".join(f'"{name}": "{value}"' for name, value in {**fields, field: "\\ud800"}.items())
    answer = line.post("/enrol", f"{{{body}}}".encode(), **{"Content-Type": "application/json"})
    assert_problem(answer, 400, "bad_request")
    assert line.post("/enrol", fields).status_code == 200, "the code is still good"


def test_one_key_for_two_codes_at_once(county: County, line: Line) -> None:
    """Which of the two is first is chance; the other is told and costs nothing."""
    public = base64.b64encode(b"k" * 32).decode()
    bodies = [
        {"code": county.enrolment(VILLAGE, line.url)["code"], "public_key": public}
        for _ in range(6)
    ]
    with ThreadPoolExecutor(6) as pool:
        answers = list(
            pool.map(
                lambda body: (
                    requests.post(
                        f"{line.url}/enrol",
                        json={**body, "device_name": "x", "app_version": "1"},
                        verify=line.http.verify,
                        timeout=60,
                    ).status_code
                ),
                bodies,
            )
        )
    assert sorted(answers) == [200, 400, 400, 400, 400, 400]


def test_a_form_is_not_read_without_end(line: Line) -> None:
    """Anybody may knock: what would fill the memory is answered before it has all come."""
    context = ssl.create_default_context(cafile=str(line.http.verify))
    host, port = line.url.removeprefix("https://").split(":")
    head = f"POST /enrol HTTP/1.1\r\nHost: {host}\r\nContent-Length: 900000000\r\n\r\n"
    with (
        socket.create_connection((host, int(port)), timeout=20) as plain,
        context.wrap_socket(plain, server_hostname=host) as knock,
    ):
        knock.sendall(head.encode() + b" " * 100_000)
        assert knock.recv(100).startswith(b"HTTP/1.1 400")


def test_a_revoked_laptop_is_told_so(
    county: County, line: Line, signed_in: tuple[str, str]
) -> None:
    install_id, bearer = signed_in
    county.revoke_install(install_id)
    body = pack(orjson.dumps(sync_body(install_id, county)))
    assert_problem(line.post("/sync", body, Authorization=bearer), 403, "install_revoked")


def test_the_same_number_with_another_content(
    county: County, line: Line, signed_in: tuple[str, str]
) -> None:
    install_id, bearer = signed_in
    for note, status in (("one", 200), ("another", 409)):
        operations = [{"op_no": 1, "patch": {"note": note}}]
        body = pack(orjson.dumps(sync_body(install_id, county, operations=operations)))
        response = line.post("/sync", body, Authorization=bearer)
        assert response.status_code == status
    assert assert_problem(response, 409, "identity_reused") == {"op_no": 1}


def test_nothing_else_is_served(line: Line) -> None:
    for path in ("/", "/docs", "/openapi.json", "/redoc"):
        assert line.http.get(line.url + path, timeout=60).status_code == 404
