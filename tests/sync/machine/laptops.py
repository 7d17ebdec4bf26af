"""A laptop of the machine: a real folder with a real encrypted file, and a line that can fail."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.accounts.session import Actor
from app.laptop import Laptop, open_laptop
from app.refolding import refold
from db.keystore import KeyFileStore
from db.session import Store
from sync.client.identity import Enrolment, county_address, enrol, load_device
from sync.client.renewal import Renewal
from sync.client.round import Exchanger, RoundResult
from sync.client.transport import HttpsTransport, NotTheCountyError, OfflineError
from sync.protocol.packing import pack, unpack
from tests.helpers.clock import FakeClock
from tests.helpers.stores import units_by_id
from tests.sync.machine.grounds import CHEAP, PASSPHRASE, PEOPLE


class Fault(StrEnum):
    """What can happen to one exchange."""

    DROP_REQUEST = "drop_request"
    DROP_ANSWER = "drop_answer"
    DUPLICATE = "duplicate"
    TRUNCATE = "truncate"
    POWER_CUT = "power_cut"
    """While the answer is laid down."""


class PowerCutError(Exception):
    """The laptop is gone in the middle of a transaction."""


class FaultyLine:
    """The real transport, with at most one fault armed; everything else passes through."""

    def __init__(self, inner: HttpsTransport) -> None:
        self.inner = inner
        self.fault: Fault | None = None
        self.skip = 0
        """Exchanges that still go well before the fault."""

    def exchange(self, body: bytes) -> bytes:
        """One exchange, or what the fault makes of it."""
        fault = self._due()
        if fault is Fault.DROP_REQUEST:
            raise OfflineError("the request was dropped")
        if fault is Fault.DUPLICATE:
            self.inner.exchange(body)
        answer = self.inner.exchange(body)
        if fault is Fault.DROP_ANSWER:
            raise OfflineError("the answer was dropped")
        if fault is Fault.TRUNCATE:
            packed = pack(answer)
            return _unpacked(packed[: len(packed) * 2 // 3])
        return answer

    def _due(self) -> Fault | None:
        if self.fault in (None, Fault.POWER_CUT):
            return None
        if self.skip > 0:
            self.skip -= 1
            return None
        fault, self.fault = self.fault, None
        return fault

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def _unpacked(packed: bytes) -> bytes:
    try:
        return unpack(packed)
    except Exception as problem:
        raise NotTheCountyError("truncated") from problem


@dataclass
class MachineLaptop:
    """One laptop, through all its power cuts and put-back copies."""

    name: str
    person: str
    folder: Path
    actor: Actor
    clock: FakeClock
    laptop: Laptop
    exchanger: Exchanger
    line: FaultyLine
    may_need_repair: bool = False
    """Whether its file was ever older than what the county had heard of it: put back, copied, or
    ahead of it by stick. A verdict may then come after the row it is about, and a check mends it.
    """
    _lives: int = field(default=1)

    @property
    def store(self) -> Store:
        """Its file."""
        return self.laptop.store

    @property
    def unit_id(self) -> str:
        """The unit it is enrolled for."""
        return PEOPLE[self.person][0]

    def sync(self) -> RoundResult:
        """One round; raises as ``Exchanger.run_round``."""
        return self.exchanger.run_round()

    def power_cut(self) -> None:
        """What the disk holds at this moment is all there is afterwards."""
        self.reopen(copy_as_is(self.folder, self._next_folder()))

    def reopen(self, folder: Path) -> None:
        """Goes on in another folder, as after a start."""
        self.close()
        self.folder = folder
        self.clock.restart(f"boot-{self._lives}")
        self.laptop = open_folder(folder, self.clock)
        self.exchanger, self.line = line_of(self.laptop)

    def enrol_again(self, enrolment: dict[str, str]) -> None:
        """An official brings a new code; the file stays as it is."""
        self.line.inner.close()
        enrol(
            self.laptop.store,
            self.laptop.keys,
            Enrolment(**enrolment),
            secret_name=self.laptop.device_secret,
            device_name=self.name,
        )
        self.exchanger, self.line = line_of(self.laptop)

    def close(self) -> None:
        """Closes file and line."""
        self.line.inner.close()
        self.laptop.close()

    def _next_folder(self) -> Path:
        self._lives += 1
        return self.folder.parent / f"{self.name}-{self._lives}"


def new_laptop(
    name: str,
    person: str,
    *,
    empty: Path,
    folder: Path,
    enrolment: dict[str, str],
    account_id: str,
) -> MachineLaptop:
    """Enrols a laptop for its person's unit."""
    shutil.copytree(empty, folder)
    clock = FakeClock()
    laptop = open_folder(folder, clock)
    enrol(
        laptop.store,
        laptop.keys,
        Enrolment(**enrolment),
        secret_name=laptop.device_secret,
        device_name=name,
    )
    return _made(name, person, folder, account_id, clock, laptop)


def clone_of(source: MachineLaptop, name: str) -> MachineLaptop:
    """A second machine from a copy of the first one's disk, keys and all."""
    folder = copy_as_is(source.folder, source.folder.parent / name)
    clock = FakeClock(source.clock.now(), boot_id=f"boot-of-{name}")
    laptop = open_folder(folder, clock)
    return _made(name, source.person, folder, source.actor.account_id, clock, laptop)


def _made(
    name: str, person: str, folder: Path, account_id: str, clock: FakeClock, laptop: Laptop
) -> MachineLaptop:
    unit_id, role = PEOPLE[person]
    actor = Actor(account_id, person, role, unit_id, units_by_id())
    exchanger, line = line_of(laptop)
    return MachineLaptop(name, person, folder, actor, clock, laptop, exchanger, line)


def open_folder(folder: Path, clock: FakeClock) -> Laptop:
    """Opens what lies there."""
    return open_laptop(
        folder,
        ask_passphrase=lambda _need: PASSPHRASE,
        clock=clock,
        keys=KeyFileStore(folder / "gulou.keys", PASSPHRASE, cost=CHEAP),
    )


def line_of(laptop: Laptop) -> tuple[Exchanger, FaultyLine]:
    """The laptop's real client over its real line, as ``sync.client.line`` puts it together."""
    device = load_device(laptop.store, laptop.keys, secret_name=laptop.device_secret)
    address = county_address(laptop.store)
    assert device is not None
    assert address is not None
    transport = HttpsTransport(address, device)
    line = FaultyLine(transport)
    renewal = Renewal(laptop.store, laptop.keys, laptop.device_secret, transport)

    def after(session: Any, touched: Any) -> None:
        refold(session, touched)
        if line.fault is Fault.POWER_CUT:
            line.fault = None
            raise PowerCutError

    exchanger = Exchanger(
        laptop.store,
        line,
        install_id=device.install_id,
        after_laying=after,
        renewal=renewal,
    )
    return exchanger, line


def copy_as_is(source: Path, target: Path) -> Path:
    """The files as they lie on the disk now, the write-ahead log with them."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("*-shm", "*.lock"))
    return target
