"""HTTPS to the county and nothing else: pinned authority, time limits, honest errors.

Only the county's own certificate authority is trusted; proxies and certificates of the machine
are ignored. An answer counts only with our content type and magic, because a captive portal
answers 200 with a page of its own.
"""

from __future__ import annotations

import base64
import io
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, ValidationError

from sync.client.batches import Traffic
from sync.protocol.messages import (
    CONTENT_TYPE,
    MAGIC,
    PROBLEM_HEADER,
    ChallengeRequest,
    ChallengeResponse,
    EnrolRequest,
    EnrolResponse,
    ProblemCode,
    RenewRequest,
    RenewResponse,
    TokenRequest,
    TokenResponse,
    renewal_text,
)
from sync.protocol.packing import TooLargeError, pack, unpack

if TYPE_CHECKING:
    import requests

CONNECT_SECONDS = 10.0
READ_SECONDS = 120.0
LONGEST_SLOT_S = 3600
"""However busy the county says it is, it is asked again within the hour."""

_Answer = TypeVar("_Answer", bound=BaseModel)
_Result = TypeVar("_Result")


class OfflineError(Exception):
    """The county could not be reached, or the line broke; everything can be repeated."""


class CountyBusyError(OfflineError):
    """The county has too much to do just now and says when to come again."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(retry_after_s)
        self.retry_after_s = retry_after_s


class NotTheCountyError(Exception):
    """Something answered that is not the county: a portal, a proxy, a wrong certificate."""


class CountyRefusedError(Exception):
    """The county refused the whole request; ``code`` says why."""

    def __init__(self, code: str, status: int, params: dict[str, Any]) -> None:
        super().__init__(code, status, params)
        self.code = code
        self.status = status
        self.params = params


@dataclass(frozen=True)
class CountyAddress:
    """Where the county is and whose signature proves it."""

    url: str
    ca_file: Path


@dataclass(frozen=True)
class Device:
    """This laptop as the county knows it."""

    install_id: str
    private_key: Ed25519PrivateKey


@dataclass(frozen=True)
class Answered:
    """An answer that is no sync message: its headers, whatever their case, and its body."""

    headers: Mapping[str, str]
    body: bytes


class Transport(Protocol):
    """One exchange; the tests put breaking lines in its place."""

    def exchange(self, body: bytes) -> bytes:
        """Sends a JSON body, returns the county's JSON body."""

    def ask(self, path: str, body: bytes) -> bytes:
        """The same with another of the county's addresses."""


class HttpsTransport:
    """The real line."""

    def __init__(self, address: CountyAddress, device: Device | None = None) -> None:
        self._address = address
        self._device = device
        self._token: str | None = None
        self._lock = threading.Lock()
        self.traffic = Traffic()
        """Bodies that passed since the start; of one cut in the middle, what passed of it."""
        self._http: requests.Session | None = None

    def exchange(self, body: bytes) -> bytes:
        """Posts one packed sync request; signs in first when the token is missing or old."""
        return self.ask("/sync", body)

    def ask(self, path: str, body: bytes) -> bytes:
        """Posts one packed request to this address, signed in."""
        return self._signed_in(lambda token: self._post_packed(path, body, token))

    def call(
        self, method: str, path: str, *, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> Answered:
        """Another request of a laptop that is signed in; raises as ``exchange``."""

        def send(token: str) -> Answered:
            sent = {"Authorization": f"Bearer {token}", **(headers or {})}
            response = self._send(path, body, sent, method=method)
            return Answered(response.headers, response.content)

        return self._signed_in(send)

    def _signed_in(self, send: Callable[[str], _Result]) -> _Result:
        """Sends with a token; once more with a new one when it has become old."""
        with self._lock:
            for attempt in (1, 2):
                token = self._token or self._sign_in()
                try:
                    return send(token)
                except CountyRefusedError as refusal:
                    if refusal.code != ProblemCode.TOKEN_EXPIRED or attempt == 2:
                        raise
                    self._token = None
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Ends the connection; the next exchange opens a new one."""
        if self._http is not None:
            self._http.close()

    def enrol(self, request: EnrolRequest) -> EnrolResponse:
        """Introduces this laptop with its one-time code."""
        return self._post_json("/enrol", request, EnrolResponse)

    def renew(
        self, device: Device, *, public_key: str, last_op_no: int, app_version: str
    ) -> RenewResponse:
        """Asks, in this device's name and with its key, for another name for the new key."""
        challenge = self._challenge(device)
        signature = device.private_key.sign(renewal_text(challenge, public_key))
        request = RenewRequest(
            install_id=device.install_id,
            challenge=challenge,
            public_key=public_key,
            signature=base64.b64encode(signature).decode(),
            last_op_no=last_op_no,
            app_version=app_version,
        )
        return self._post_json("/renew", request, RenewResponse)

    def become(self, device: Device) -> None:
        """From now on in this device's name."""
        with self._lock:
            self._device = device
            self._token = None

    def _challenge(self, device: Device) -> str:
        request = ChallengeRequest(install_id=device.install_id)
        return self._post_json("/challenge", request, ChallengeResponse).challenge

    def _sign_in(self) -> str:
        if self._device is None:
            raise CountyRefusedError(ProblemCode.INSTALL_UNKNOWN, 401, {})
        challenge = self._challenge(self._device)
        signature = self._device.private_key.sign(challenge.encode())
        request = TokenRequest(
            install_id=self._device.install_id,
            challenge=challenge,
            signature=base64.b64encode(signature).decode(),
        )
        self._token = self._post_json("/token", request, TokenResponse).token
        return self._token

    def _post_json(self, path: str, request: BaseModel, answer: type[_Answer]) -> _Answer:
        response = self._send(
            path, request.model_dump_json().encode(), {"Content-Type": "application/json"}
        )
        try:
            found = answer.model_validate_json(response.content)
        except ValidationError as problem:
            raise NotTheCountyError(path) from problem
        if getattr(found, "magic", None) != MAGIC:
            raise NotTheCountyError(path)
        return found

    def _post_packed(self, path: str, body: bytes, token: str) -> bytes:
        response = self._send(
            path,
            pack(body),
            {"Content-Type": CONTENT_TYPE, "Authorization": f"Bearer {token}"},
        )
        if response.headers.get("Content-Type") != CONTENT_TYPE:
            raise NotTheCountyError(path)
        try:
            return unpack(response.content)
        except (zstandard.ZstdError, TooLargeError) as problem:
            raise NotTheCountyError(path) from problem

    def _session(self) -> requests.Session:
        """Made at the first exchange, off the main thread: to load the library takes as long as
        to make the window, and the window comes first."""
        if self._http is None:
            import requests

            self._http = requests.Session()
            self._http.trust_env = False
            self._http.verify = str(self._address.ca_file)
        return self._http

    def _send(
        self, path: str, body: bytes, headers: dict[str, str], *, method: str = "POST"
    ) -> requests.Response:
        http = self._session()
        self.traffic.whole_up, self.traffic.whole_down = len(body), 0
        from requests.exceptions import RequestException, SSLError

        try:
            response = http.request(
                method,
                self._address.url.rstrip("/") + path,
                data=_Counted(body, self.traffic) if body else None,
                headers=headers,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
            )
            self._read(response)
        except SSLError as problem:
            if _is_cut(problem):
                raise OfflineError(str(problem)) from problem
            raise NotTheCountyError(str(problem)) from problem
        except RequestException as problem:
            raise OfflineError(str(problem)) from problem
        if 200 <= response.status_code < 300:
            return response
        raise _refusal(response)

    def _read(self, response: requests.Response) -> None:
        """Fetches the body into the response, counting what came of it."""
        size = response.headers.get("Content-Length") or ""
        if not size and _has_body(response):
            # The county always says it; a line cut in the middle of the head goes unnoticed else.
            raise OfflineError("head cut")
        self.traffic.whole_down = int(size) if size.isdecimal() else 0
        try:
            _ = response.content
        finally:
            self.traffic.down += response.raw.tell()


def _has_body(response: requests.Response) -> bool:
    is_bare = response.request.method == "HEAD" or response.status_code in {204, 304}
    return not is_bare and "Transfer-Encoding" not in response.headers


class _Counted(io.BytesIO):
    """A body that counts what was taken of it to be sent."""

    def __init__(self, body: bytes, traffic: Traffic) -> None:
        super().__init__(body)
        self._size = len(body)
        self._traffic = traffic

    def __len__(self) -> int:
        return self._size

    def read(self, size: int | None = -1, /) -> bytes:
        """The next part."""
        part = super().read(size)
        self._traffic.up += len(part)
        return part


def _is_cut(problem: BaseException | None) -> bool:
    """Whether TLS only says that the line ended in the middle of it."""
    from ssl import SSLEOFError

    while problem is not None and not isinstance(problem, SSLEOFError):
        first = problem.args[0] if problem.args else None  # some wrap it and do not chain it
        wrapped = first if isinstance(first, BaseException) else None
        problem = problem.__cause__ or problem.__context__ or wrapped
    return problem is not None


def _refusal(response: requests.Response) -> Exception:
    if response.status_code in {502, 503, 504}:
        return _busy(response) or OfflineError(f"status {response.status_code}")
    if response.request.method == "HEAD" and PROBLEM_HEADER in response.headers:
        return CountyRefusedError(response.headers[PROBLEM_HEADER], response.status_code, {})
    try:
        problem = json.loads(response.content)
        if problem.get("magic") != MAGIC:
            return NotTheCountyError(f"status {response.status_code}")
        return CountyRefusedError(
            problem["code"], response.status_code, problem.get("params") or {}
        )
    except (ValueError, KeyError, AttributeError):
        if response.status_code >= 500:
            return OfflineError(f"status {response.status_code}")
        return NotTheCountyError(f"status {response.status_code}")


def _busy(response: requests.Response) -> CountyBusyError | None:
    """The county's own word that it is busy; a stranger's 503 sets no time."""
    try:
        problem = json.loads(response.content)
        is_ours = problem["magic"] == MAGIC and problem["code"] == ProblemCode.TRY_LATER
        seconds = int(response.headers.get("Retry-After", ""))
    except (ValueError, KeyError, TypeError):
        return None
    return CountyBusyError(max(0, min(seconds, LONGEST_SLOT_S))) if is_ours else None
