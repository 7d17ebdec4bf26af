"""A throw-away county: a real server on embedded PostgreSQL, and enrolled laptops around it.

Everybody in it is made up; the units are the county's real ones. The PINs stand here because the
whole county is thrown away at the end.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from app.accounts.actions import sign_in
from app.accounts.pins import hash_pin
from app.accounts.session import Actor
from app.accounts.vocabulary import Role
from app.laptop import Laptop, open_laptop
from app.organisations.vocabulary import CodeSystem, unit_id_of
from app.refolding import refold
from db.key_file import KdfCost
from db.keystore import KeyFileStore
from db.purging import purge_departed
from db.search_catch_up import catch_up_search
from sync.client.blob_line import BlobLine
from sync.client.blobs import Carried, Carrier
from sync.client.identity import Enrolment, enrol
from sync.client.line import open_line
from sync.client.round import Exchanger, RoundResult
from sync.client.transport import HttpsTransport
from sync.server.county import County
from sync.server.process import CountyProcess

DEMO_PIN: Final = "274913"
_PASSPHRASE: Final = "throw-away county"
_KEPT_S: Final = 86_400
_CHEAP: Final = KdfCost(memory_kib=64, iterations=1, lanes=1)


@dataclass(frozen=True)
class Person:
    """Somebody of the demo."""

    key: str
    name: str
    role: Role
    unit_code: str
    code_system: CodeSystem = CodeSystem.NBS

    @property
    def unit_id(self) -> str:
        """The person's unit."""
        return unit_id_of(self.code_system, self.unit_code)


PEOPLE: Final = (
    Person("grid_worker", "张小满", Role.GRID_WORKER, "431230216200"),
    Person("police", "李守田", Role.AUXILIARY_POLICE, "431230216200"),
    Person("secretary", "吴长顺", Role.VILLAGE_SECRETARY, "431230216200"),
    Person("township", "杨春燕", Role.TOWNSHIP_CENTRE, "431230216000"),
    Person("county", "石立新", Role.COUNTY_CENTRE, "431230000000"),
    Person("other_village", "陆远志", Role.GRID_WORKER, "431230100201"),
    Person("court", "龙正平", Role.COURT_LIAISON, "court", CodeSystem.OWN),
    Person("forestry", "粟青山", Role.DEPARTMENT_HANDLER, "forestry", CodeSystem.OWN),
)

LAPTOPS: Final = {
    "village": "grid_worker",
    "township": "township",
    "county": "county",
    "other_village": "other_village",
    "forestry": "forestry",
    "court": "court",
}
"""Laptop to the person for whose unit it is enrolled."""


@dataclass
class DemoLaptop:
    """An enrolled laptop of the demo with its line to the county."""

    name: str
    laptop: Laptop
    exchanger: Exchanger
    transport: HttpsTransport
    carrier: Carrier

    def close(self) -> None:
        """Ends its connection and closes its file."""
        self.transport.close()
        self.laptop.close()

    def carry(self) -> Carried:
        """Originals of attachments, as far as the line and the day allow."""
        return self.carrier.carry()

    def sync(self) -> RoundResult:
        """One round now."""
        result = self.exchanger.run_round()
        catch_up_search(self.laptop.store)
        purge_departed(self.laptop.store)
        return result


@dataclass
class Scene:
    """The running county and its laptops."""

    folder: Path
    county: County
    process: CountyProcess
    account_ids: dict[str, str]
    laptops: dict[str, DemoLaptop] = field(default_factory=dict)

    def actor(self, person_key: str, laptop: str) -> Actor:
        """A person signed in on a laptop."""
        store = self.laptops[laptop].laptop.store
        return sign_in(store, account_id=self.account_ids[person_key], pin=DEMO_PIN)

    def restart_county(self) -> None:
        """The server comes back at the same place, with whatever it had committed."""
        self.process = CountyProcess(self.folder / "county", port=self.process.port)

    def close(self) -> None:
        """Stops everything."""
        for one in self.laptops.values():
            one.close()
        self.process.stop()
        self.county.close()

    def discard(self) -> None:
        """Stops everything and removes it."""
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def fresh_folder(out: Path) -> Path:
    """A folder of this run's own: another demo may be open, or one that was killed may have left
    its database running. What killed ones left more than a day ago is removed."""
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("demo-*"):
        if time.time() - old.stat().st_mtime > _KEPT_S:
            shutil.rmtree(old, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix="demo-", dir=out))


def build_scene(folder: Path, *, laptops: tuple[str, ...] = tuple(LAPTOPS)) -> Scene:
    """A new county in ``folder``; what an earlier demo left there is removed."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    county = County.open(folder / "county")
    county.init()
    pin_hash = hash_pin(
        DEMO_PIN
    )  # one for all: the PIN is the same, and hashing is slow on purpose
    accounts = {
        one.key: county.add_account(
            unit_id=one.unit_id,
            role=one.role,
            name=one.name,
            pin_hash=pin_hash,
            must_change=False,
        )
        for one in PEOPLE
    }
    process = CountyProcess(folder / "county")
    scene = Scene(folder, county, process, accounts)
    for name in laptops:
        add_laptop(scene, name)
    return scene


def add_laptop(scene: Scene, name: str) -> DemoLaptop:
    """Enrols a laptop for its unit and fetches what the county has for it."""
    person = next(one for one in PEOPLE if one.key == LAPTOPS[name])
    folder = scene.folder / name
    folder.mkdir(parents=True, exist_ok=True)
    laptop = open_laptop(
        folder,
        ask_passphrase=lambda _need: _PASSPHRASE,
        keys=KeyFileStore(folder / "gulou.keys", _PASSPHRASE, cost=_CHEAP),
    )
    file = scene.county.enrolment(person.unit_id, scene.process.url)
    enrol(
        laptop.store,
        laptop.keys,
        Enrolment(**file),
        secret_name=laptop.device_secret,
        device_name=f"demo {name}",
    )
    line = open_line(
        laptop.store,
        laptop.keys,
        secret_name=laptop.device_secret,
        after_laying=refold,
        destroy_keys=laptop.destroy_keys,
    )
    if line is None:
        raise RuntimeError("a laptop that was just enrolled has a line")
    carrier = Carrier(laptop.store, BlobLine(line.transport))
    made = DemoLaptop(name, laptop, line.exchanger, line.transport, carrier)
    made.sync()
    scene.laptops[name] = made
    return made
