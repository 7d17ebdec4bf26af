"""The line: pinned authority, portals, broken answers, enrolment files. Real TLS throughout."""

from __future__ import annotations

import http.server
import json
import os
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.errors import ErrorCode, UserFacingError
from sync.client import transport as transport_module
from sync.client.identity import (
    Enrolment,
    authority_file,
    enrol,
    read_enrolment,
)
from sync.client.line import open_line
from sync.client.renewal import Renewal
from sync.client.transport import (
    CountyAddress,
    CountyBusyError,
    CountyRefusedError,
    Device,
    HttpsTransport,
    NotTheCountyError,
    OfflineError,
    _refusal,
)
from sync.protocol.messages import CONTENT_TYPE, MAX_INFLATED_BYTES
from sync.protocol.packing import TooLargeError, pack, unpack
from sync.server.certificates import CertificateFiles, make_certificates
from tests.helpers.stores import a_store


class Answers(http.server.BaseHTTPRequestHandler):
    """Answers every request with what the server was told."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, kind, body = self.server.answer  # type: ignore[attr-defined]
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if status in {301, 302}:
            self.send_header("Location", "https://portal.example/login")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(files: CertificateFiles, status: int, kind: str, body: bytes) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.answer = (status, kind, body)  # type: ignore[attr-defined]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.server, files.server_key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def county_files(tmp_path_factory: pytest.TempPathFactory) -> CertificateFiles:
    files = CertificateFiles(tmp_path_factory.mktemp("county"))
    make_certificates(files, [])
    return files


@pytest.fixture(scope="module")
def other_files(tmp_path_factory: pytest.TempPathFactory) -> CertificateFiles:
    files = CertificateFiles(tmp_path_factory.mktemp("other"))
    make_certificates(files, [])
    return files


def a_transport(url: str, pinned: CertificateFiles) -> HttpsTransport:
    device = Device("install", Ed25519PrivateKey.generate())
    return HttpsTransport(CountyAddress(url, pinned.authority), device)


def exchange(url: str, pinned: CertificateFiles) -> None:
    transport = a_transport(url, pinned)
    try:
        transport.exchange(b"{}")
    finally:
        transport.close()


def test_another_authority_is_not_the_county(
    county_files: CertificateFiles, other_files: CertificateFiles
) -> None:
    with (
        serving(other_files, 200, "application/json", b"{}") as url,
        pytest.raises(NotTheCountyError),
    ):
        exchange(url, county_files)


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (200, "text/html", b"<html>please pay</html>"),
        (302, "text/html", b""),
        (200, "application/json", b'{"challenge": "x", "magic": "other"}'),
        (404, "text/html", b"not found"),
        (403, "application/json", b'{"code": "revoked"}'),
    ],
)
def test_a_portal_is_recognised(
    county_files: CertificateFiles, status: int, kind: str, body: bytes
) -> None:
    with serving(county_files, status, kind, body) as url, pytest.raises(NotTheCountyError):
        exchange(url, county_files)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_county_in_trouble_is_a_line_that_will_come_back(
    county_files: CertificateFiles, status: int
) -> None:
    with serving(county_files, status, "text/plain", b"oops") as url, pytest.raises(OfflineError):
        exchange(url, county_files)


def test_a_refusal_carries_its_code(county_files: CertificateFiles) -> None:
    body = json.dumps({"magic": "gulou-sync", "code": "install_revoked", "params": {}}).encode()
    with (
        serving(county_files, 403, "application/json", body) as url,
        pytest.raises(CountyRefusedError) as raised,
    ):
        exchange(url, county_files)
    assert (raised.value.code, raised.value.status) == ("install_revoked", 403)


def test_nobody_there_is_offline(county_files: CertificateFiles) -> None:
    with serving(county_files, 200, "text/plain", b"") as url:
        pass
    with pytest.raises(OfflineError):
        exchange(url, county_files)


def test_proxies_of_the_machine_are_ignored(
    county_files: CertificateFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nonexistent")
    with (
        serving(county_files, 200, "text/html", b"reached") as url,
        pytest.raises(NotTheCountyError),
    ):
        exchange(url, county_files)


@pytest.mark.parametrize("text", ["", "not json", "[]", '{"url": "https://x"}'])
def test_a_file_that_is_no_enrolment_is_said(tmp_path: Path, text: str) -> None:
    file = tmp_path / "photo.json"
    file.write_text(text)
    with pytest.raises(UserFacingError) as raised:
        read_enrolment(file)
    assert raised.value.code is ErrorCode.ENROLMENT_FILE_BAD


def test_an_unreachable_county_leaves_nothing_enrolled(
    tmp_path: Path, county_files: CertificateFiles
) -> None:
    store = a_store(tmp_path)
    file = tmp_path / "enrolment.json"
    ca = county_files.authority.read_text()
    file.write_text(json.dumps({"url": "https://127.0.0.1:9", "code": "c", "ca_pem": ca}))

    class NoSecrets:
        def get(self, name: str) -> bytes | None:
            return None

        def put(self, name: str, secret: bytes) -> None:
            assert name == "device.next", "only the key to try again with"

        def delete(self, name: str) -> None: ...

    with pytest.raises(UserFacingError) as raised:
        enrol(store, NoSecrets(), read_enrolment(file), secret_name="device")
    assert raised.value.code is ErrorCode.ENROLMENT_REFUSED
    assert store.value("install_id") is None
    assert list(tmp_path.glob("*.pem")) == list(tmp_path.glob("*.new")) == []


def test_a_known_laptop_is_not_enrolled_over(
    tmp_path: Path, county_files: CertificateFiles
) -> None:
    """A second enrolment file, perhaps of another county, changes nothing."""
    store = a_store(tmp_path)
    store.set_values(install_id="this-one")
    authority_file(store).write_text("the county's own")
    key = Ed25519PrivateKey.generate().private_bytes_raw()

    class Secrets:
        def get(self, name: str) -> bytes | None:
            return key + b"this-one"

        def put(self, name: str, secret: bytes) -> None:
            raise AssertionError("nothing may be kept")

        def delete(self, name: str) -> None: ...

    enrolment = Enrolment("https://127.0.0.1:9", "c", county_files.authority.read_text(), "")
    with pytest.raises(UserFacingError) as raised:
        enrol(store, Secrets(), enrolment, secret_name="device")
    assert raised.value.params["reason"] == "already_known"
    assert authority_file(store).read_text() == "the county's own"


def test_a_copied_disk_is_not_the_same_laptop(tmp_path: Path) -> None:
    """File and key store disagree: nobody may go on counting under either name."""
    store = a_store(tmp_path)
    store.set_values(install_id="the-other-one")

    class Secrets:
        def get(self, name: str) -> bytes | None:
            return Ed25519PrivateKey.generate().private_bytes_raw() + b"this-one"

        def put(self, name: str, secret: bytes) -> None: ...

        def delete(self, name: str) -> None: ...

    line = open_line(
        store, Secrets(), secret_name="device", after_laying=lambda _session, _touched: None
    )
    assert line is None, "it has no county yet"
    store.set_values(county_url="https://127.0.0.1:9")
    transport = HttpsTransport(CountyAddress("https://127.0.0.1:9", tmp_path / "none.pem"))
    renewal = Renewal(store, Secrets(), "device", transport)
    assert renewal.is_due()
    store.set_values(install_id="this-one")
    assert not renewal.is_due()


@pytest.mark.parametrize(
    ("body", "header", "kind"),
    [
        (b'{"magic": "gulou-sync", "code": "try_later", "params": {}}', "240", CountyBusyError),
        (b'{"magic": "gulou-sync", "code": "try_later", "params": {}}', "soon", OfflineError),
        (b'{"magic": "gulou-sync", "code": "try_later", "params": {}}', None, OfflineError),
        (b"<html>busy</html>", "86400", OfflineError),
    ],
)
def test_only_the_county_itself_says_when_to_come_again(
    body: bytes, header: str | None, kind: type[Exception]
) -> None:
    """A portal's 503 must not keep a laptop away for a day."""
    response = requests.Response()
    response.status_code = 503
    response._content = body
    if header is not None:
        response.headers["Retry-After"] = header
    refusal = _refusal(response)
    assert type(refusal) is kind
    if isinstance(refusal, CountyBusyError):
        assert refusal.retry_after_s == 240


@contextmanager
def cutting(files: CertificateFiles, whole: bytes) -> Iterator[tuple[str, list[int]]]:
    """A county that ends the line after so many bytes of its answer, taken from the list."""
    places: list[int] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.server, files.server_key)

    class Cuts(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            try:
                line = context.wrap_socket(self.request, server_side=True)
                heard = b""
                while not heard.endswith(b"body"):
                    heard += line.recv(65536)
                line.sendall(whole[: places.pop()])
                line.close()  # no goodbye: as a cut does
            except OSError:
                return

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Cuts)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_address[1]}", places
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def an_answer_as_sent(body: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {CONTENT_TYPE}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def test_a_page_cut_at_byte_n_is_a_cut_line_whatever_n(
    county_files: CertificateFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never half an answer, and never "not the county": every byte of a small answer is tried."""
    monkeypatch.setattr(transport_module, "pack", lambda _body: b"body")
    body = b'{"magic":"gulou-sync","changes":[],"verdicts":[]}'
    whole = an_answer_as_sent(pack(body))
    with cutting(county_files, whole) as (url, places):
        for place in range(len(whole)):
            places.append(place)
            transport = a_transport(url, county_files)
            transport._token = "token"
            with pytest.raises(OfflineError):
                transport.exchange(b"{}")
            transport.close()
        places.append(len(whole))
        transport = a_transport(url, county_files)
        transport._token = "token"
        assert transport.exchange(b"{}") == body
        assert transport.traffic.down == len(pack(body))
        transport.close()


def test_what_came_of_a_cut_page_is_counted(
    county_files: CertificateFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport_module, "pack", lambda _body: b"body")
    page = pack(os.urandom(300_000))
    whole = an_answer_as_sent(page)
    with cutting(county_files, whole) as (url, places):
        places.append(len(whole) - 100_000)
        transport = a_transport(url, county_files)
        transport._token = "token"
        with pytest.raises(OfflineError):
            transport.exchange(b"{}")
        transport.close()
    assert transport.traffic.whole_down == len(page)
    assert 100_000 < transport.traffic.down <= len(page) - 100_000
    assert (transport.traffic.up, transport.traffic.whole_up) == (4, 4)


def test_a_truncated_frame_is_no_answer(county_files: CertificateFiles) -> None:
    """Whole as HTTP, cut as zstd: the decompressor alone would hand over the part it has."""
    packed = pack(b'{"magic":"gulou-sync","changes":[]}' + b" " * 200_000 + os.urandom(50))
    for place in range(len(packed)):
        with pytest.raises(zstandard.ZstdError):
            unpack(packed[:place])
    with serving(county_files, 200, CONTENT_TYPE, packed[:-1]) as url:
        transport = a_transport(url, county_files)
        transport._token = "token"
        with pytest.raises(NotTheCountyError):
            transport.exchange(b"{}")
        transport.close()


def test_the_inflated_size_is_bounded(county_files: CertificateFiles) -> None:
    """A few kilobytes can claim, and can be, gigabytes."""
    bomb = pack(b" " * (MAX_INFLATED_BYTES + 1))
    assert len(bomb) < 10_000
    with pytest.raises(TooLargeError):
        unpack(bomb)
    with serving(county_files, 200, CONTENT_TYPE, bomb) as url:
        transport = a_transport(url, county_files)
        transport._token = "token"
        with pytest.raises(NotTheCountyError):
            transport.exchange(b"{}")
        transport.close()


def test_a_line_that_ends_inside_tls_is_a_cut_line_and_not_a_stranger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the libraries wrap it: a cut is repeated quietly, a stranger is told to a person."""
    from urllib3.exceptions import MaxRetryError
    from urllib3.exceptions import SSLError as WrappedError

    line = HttpsTransport(CountyAddress("https://127.0.0.1:1", tmp_path / "ca.pem"))
    cut = ssl.SSLEOFError(8, "EOF occurred in violation of protocol")
    stranger = ssl.SSLCertVerificationError(1, "certificate verify failed")
    for reason, expected in ((cut, OfflineError), (stranger, NotTheCountyError)):

        def break_off(*_: object, reason: Exception = reason, **__: object) -> None:
            wrapped = WrappedError(reason)
            try:
                raise MaxRetryError(None, "/sync", wrapped) from wrapped  # type: ignore[arg-type]
            except MaxRetryError as problem:
                raise requests.exceptions.SSLError(problem)  # noqa: B904 - as requests does

        monkeypatch.setattr(requests.Session, "request", break_off)
        with pytest.raises(expected):
            line._send("/sync", b"", {})
