"""Photographs over a village's line: slow, far away, and cut again and again."""

from __future__ import annotations

import random
import threading
import time
from datetime import date

from app.accounts.session import Actor
from app.accounts.vocabulary import Role
from app.attachments.actions import NewFile, attach_files
from app.attachments.vocabulary import MediaType, Subject
from app.cases.actions import record_case
from app.cases.case_draft import CaseDraft
from app.cases.parties import PartyEntry
from app.cases.vocabulary import PartySide, Urgency
from app.demo.scene import Scene
from app.organisations.vocabulary import shipped_units
from app.refolding import refold
from sync.client.blob_line import BlobLine
from sync.client.blobs import Carrier
from sync.client.identity import authority_file, load_device
from sync.client.round import Exchanger
from sync.client.status import SyncStatus
from sync.client.transport import CountyAddress, HttpsTransport
from sync.client.worker import SyncWorker
from tests.benchmarks.figures import Figure
from tests.benchmarks.laptops import VILLAGE, EnrolledLaptop, enrol_laptop
from tests.helpers.poor_line import PoorLine
from tests.helpers.stores import NO_RISK

PHOTOS = 2
BITS_PER_S = 256_000
CUT_EVERY = 200_000
_LONGEST_S = 900.0


def measure_photos(scene: Scene, *, size: int) -> tuple[Figure, Figure]:
    """The real worker, from its start until the county has both photos whole: seconds, with every
    wait and every new handshake; and bytes sent.

    Floor: the photos alone at the line's own rate, uncut, as if the county were next door.
    """
    laptop = enrol_laptop(scene, scene.folder / "photos", VILLAGE)
    try:
        laptop.exchanger.run_round()
        _attach(laptop, scene.account_ids["grid_worker"], size)
        laptop.exchanger.run_round()
        with PoorLine(
            scene.process.port, bits_per_s=BITS_PER_S, round_trip_s=0.6, cut_every=CUT_EVERY
        ) as line:
            seconds = _send(laptop, line.port)
            carried = line.carried_up
    finally:
        laptop.close()
    name = f"{PHOTOS} photos of {size / 2**20:g} MiB on a poor line"
    bare = PHOTOS * size
    return (
        Figure(name, seconds, "s", bare * 8 / BITS_PER_S),
        Figure(f"{name}, bytes up", carried, "bytes", bare),
    )


def _attach(laptop: EnrolledLaptop, account_id: str, size: int) -> None:
    units = {unit.id: unit for unit in shipped_units()}
    actor = Actor(account_id, "张小满", Role.GRID_WORKER, VILLAGE, units)
    draft = CaseDraft(
        title="山林界址争议",
        class_code="0903",
        happened_on=date(2026, 11, 15),
        place="后山",
        story="两户各执一词。",
        urgency=Urgency.MEDIUM,
        parties=(
            PartyEntry(name="吴某", side=PartySide.A),
            PartyEntry(name="杨某", side=PartySide.B),
        ),
        unit_id=VILLAGE,
        risk=NO_RISK,
    )
    case_id = record_case(laptop.store, actor, draft).case_id
    photos = [
        NewFile(b"\xff\xd8\xff" + random.Random(n).randbytes(size - 3), MediaType.JPEG, f"{n}.jpg")
        for n in range(PHOTOS)
    ]
    attach_files(laptop.store, actor, subject=Subject("case_file", case_id), files=photos)


def _send(laptop: EnrolledLaptop, port: int) -> float:
    """Seconds until nothing waits."""
    all_there = threading.Event()

    def look(status: SyncStatus) -> None:
        if not status.originals_waiting:
            all_there.set()

    device = load_device(laptop.store, laptop.laptop.keys, secret_name=laptop.laptop.device_secret)
    assert device is not None
    address = CountyAddress(f"https://127.0.0.1:{port}", authority_file(laptop.store))
    transport = HttpsTransport(address, device)
    worker = SyncWorker(
        laptop.store,
        Exchanger(laptop.store, transport, install_id=device.install_id, after_laying=refold),
        on_changes=lambda _changes: None,
        on_status=look,
        carrier=Carrier(laptop.store, BlobLine(transport)),
    )
    begun = time.perf_counter()
    worker.start()
    is_whole = all_there.wait(_LONGEST_S)
    seconds = time.perf_counter() - begun
    worker.stop()
    transport.close()
    assert is_whole, "the photos never got through"
    return seconds
