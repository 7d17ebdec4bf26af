"""Laptops for measuring: a full one that knows a county it never reaches, and enrolled ones.

Their keys lie in a key file with the cheapest derivation: a person's typing of a passphrase, or
the answer of a keyring, is no part of any figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.accounts.pins import hash_pin
from app.accounts.vocabulary import Role
from app.demo.scene import Scene
from app.laptop import Laptop, daily_care, open_laptop
from app.organisations.vocabulary import CodeSystem, shipped_units, unit_id_of
from app.refolding import refold
from app.store import Store
from db.key_file import KdfCost
from db.keystore import KeyFileStore
from db.search_catch_up import catch_up_search
from sync.client.identity import (
    Enrolment,
    authority_file,
    county_address,
    enrol,
)
from sync.client.round import Exchanger, lay_down
from sync.client.transport import HttpsTransport
from sync.server.seeding import seed_records
from tests.benchmarks.known import PASSPHRASE, PIN
from tests.benchmarks.people import Draft, a_population

TOWNSHIP: Final = unit_id_of(CodeSystem.NBS, "431230216000")
VILLAGE: Final = unit_id_of(CodeSystem.NBS, "431230216200")
VILLAGES: Final = tuple(unit.id for unit in shipped_units() if unit.parent_id == TOWNSHIP)
TOWNSHIP_CLERK: Final = "account-of-the-township"
_CHEAP: Final = KdfCost(memory_kib=64, iterations=1, lanes=1)
_NOBODY: Final = "https://127.0.0.1:9"
"""The discard port: whoever asks there is refused at once."""
_PAGE: Final = 10_000


def open_measured(folder: Path) -> Laptop:
    """A new laptop in this folder, or the one that is there."""
    folder.mkdir(parents=True, exist_ok=True)
    keys = KeyFileStore(folder / "gulou.keys", PASSPHRASE, cost=_CHEAP)
    return open_laptop(folder, ask_passphrase=lambda _need: PASSPHRASE, keys=keys)


def build_full_laptop(folder: Path, *, households: int, residents: int) -> None:
    """A township's laptop with all its people, laid down and indexed as sync does, and with
    today's copy made."""
    laptop = open_measured(folder)
    try:
        lay_drafts(laptop.store, _places_and_people())
        lay_drafts(laptop.store, a_population(VILLAGES, households=households, residents=residents))
        catch_up_search(laptop.store)
        pretend_enrolled(laptop, TOWNSHIP)
        daily_care(laptop)
    finally:
        laptop.close()


def lay_drafts(store: Store, drafts: Iterable[Draft]) -> None:
    """Lays records down page by page, as answers of the county."""
    numbered = enumerate(drafts, start=1)
    page = list(islice(numbered, _PAGE))
    while page:
        following = list(islice(numbered, _PAGE))
        changes = [
            [draft.entity, draft.record_id, "put", 1, None, draft.body, number]
            for number, draft in page
        ]
        lay_down(store, _an_answer(changes, more=bool(following)), refold)
        page = following


def _an_answer(changes: list[list[Any]], *, more: bool) -> dict[str, Any]:
    return {
        "verdicts": [],
        "changes": changes,
        "cursors": {},
        "epoch": "measured",
        "server_ms": 0,
        "more": more,
    }


def _places_and_people() -> Iterator[Draft]:
    yield from (Draft(*record) for record in seed_records())
    account = {
        "unit_id": TOWNSHIP,
        "name": "杨某",
        "role": Role.TOWNSHIP_CENTRE.value,
        "phone": None,
        "valid_until": None,
        "is_active": True,
    }
    credential = {
        "unit_id": TOWNSHIP,
        "account_id": TOWNSHIP_CLERK,
        "pin_hash": hash_pin(PIN),
        "must_change": False,
    }
    yield Draft("account", TOWNSHIP_CLERK, account)
    yield Draft("credential", "credential-of-the-township", credential)


def pretend_enrolled(laptop: Laptop, unit_id: str) -> None:
    """As if a county that nobody reaches had taken this laptop in for this unit."""
    authority_file(laptop.store).write_text("", encoding="ascii")
    key = Ed25519PrivateKey.generate().private_bytes_raw()
    laptop.keys.put(laptop.device_secret, key + b"measured")
    laptop.store.set_values(install_id="measured", unit_id=unit_id, county_url=_NOBODY)


@dataclass
class EnrolledLaptop:
    """An empty laptop that the county knows, with its line."""

    laptop: Laptop
    transport: HttpsTransport
    exchanger: Exchanger

    @property
    def store(self) -> Store:
        """Its file."""
        return self.laptop.store

    def close(self) -> None:
        """Ends the line and closes the file."""
        self.transport.close()
        self.laptop.close()


def enrol_laptop(scene: Scene, folder: Path, unit_id: str) -> EnrolledLaptop:
    """Enrols a new laptop for this unit; nothing is fetched yet."""
    laptop = open_measured(folder)
    device = enrol(
        laptop.store,
        laptop.keys,
        Enrolment(**scene.county.enrolment(unit_id, scene.process.url)),
        secret_name=laptop.device_secret,
        device_name="measured",
    )
    address = county_address(laptop.store)
    assert address is not None
    transport = HttpsTransport(address, device)
    exchanger = Exchanger(
        laptop.store, transport, install_id=device.install_id, after_laying=refold
    )
    return EnrolledLaptop(laptop, transport, exchanger)
