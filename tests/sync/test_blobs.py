"""Originals between real laptops and the real county, over lines that break and ends that die."""

from __future__ import annotations

import contextlib
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest

from app.attachments.actions import NewFile, attach_files, want_original
from app.attachments.queries import AttachmentRow, attachments_of
from app.attachments.vocabulary import BlobState, MediaType, Subject
from app.cases.actions import record_case
from app.cases.case_draft import CaseDraft
from app.cases.parties import PartyEntry
from app.cases.vocabulary import PartySide, Urgency
from app.demo.scene import DemoLaptop, Scene
from sync.client.blob_line import BlobLine
from sync.client.blobs import Carried, Carrier
from sync.client.identity import authority_file, load_device
from sync.client.transport import CountyAddress, CountyRefusedError, HttpsTransport, OfflineError
from tests.helpers.poor_line import PoorLine
from tests.helpers.stores import EVERYWHERE, NO_RISK

pytestmark = pytest.mark.county

MIB = 1024 * 1024
FAST = {"bits_per_s": 1e9, "round_trip_s": 0.0}


def a_photo(size: int, seed: int) -> bytes:
    return b"\xff\xd8\xff" + random.Random(seed).randbytes(size - 3)


@pytest.fixture(scope="module")
def case_id(scene: Scene) -> str:
    """A dispute of the village, known to the county."""
    actor = scene.actor("grid_worker", "village")
    draft = CaseDraft(
        title="山林界址争议", class_code="0903", happened_on=date(2026, 11, 15), place="后山",
        story="两户各执一词。", urgency=Urgency.MEDIUM, unit_id=actor.unit_id, risk=NO_RISK,
        parties=(PartyEntry(name="吴某", side=PartySide.A),
                 PartyEntry(name="杨某", side=PartySide.B)),
    )  # fmt: skip
    village = scene.laptops["village"]
    made = record_case(village.laptop.store, actor, draft)
    village.sync()
    return made.case_id


def attach(
    scene: Scene, case_id: str, data: bytes, *, person: str = "grid_worker", laptop: str = "village"
) -> AttachmentRow:
    """The photo on the case, its record judged by the county."""
    demo = scene.laptops[laptop]
    file = NewFile(data, MediaType.JPEG, "界址.jpg", thumbnail=data[:3_000])
    changes = attach_files(
        demo.laptop.store,
        scene.actor(person, laptop),
        subject=Subject("case_file", case_id),
        files=[file],
    )
    demo.sync()
    ((_entity, attachment_id),) = changes.records
    return next(row for row in rows(demo, case_id) if row.attachment_id == attachment_id)


def rows(demo: DemoLaptop, case_id: str) -> tuple[AttachmentRow, ...]:
    return attachments_of(demo.laptop.store, EVERYWHERE, entity="case_file", record_id=case_id)


def held(scene: Scene, sha256: str) -> int:
    with psycopg.connect(scene.county.url) as connection:
        row = connection.execute("SELECT held FROM blob WHERE sha256 = %s", (sha256,)).fetchone()
    return 0 if row is None else int(row[0])


@contextlib.contextmanager
def carrier_over(demo: DemoLaptop, port: int) -> Iterator[Carrier]:
    """The laptop's carrier over another line."""
    device = load_device(demo.laptop.store, demo.laptop.keys, secret_name=demo.laptop.device_secret)
    address = CountyAddress(f"https://127.0.0.1:{port}", authority_file(demo.laptop.store))
    transport = HttpsTransport(address, device)
    yield Carrier(demo.laptop.store, BlobLine(transport))
    transport.close()


def carry_through(carrier: Carrier, tries: int = 200) -> list[Carried]:
    """As the worker does: again after every cut."""
    goes = []
    for _ in range(tries):
        try:
            carrier.carry()
        except OfflineError:
            goes.append(carrier.carried)
        else:
            return [*goes, carrier.carried]
    raise AssertionError("it never got through")


def test_the_thumbnail_comes_with_the_record_and_the_original_when_it_is_wanted(
    scene: Scene, case_id: str
) -> None:
    data = a_photo(700_000, 1)
    row = attach(scene, case_id, data)
    township = scene.laptops["township"]
    township.sync()
    (seen,) = (one for one in rows(township, case_id) if one.sha256 == row.sha256)
    assert (seen.thumbnail, seen.original) == (data[:3_000], BlobState.NOT_HERE)
    want_original(township.laptop.store, attachment_id=row.attachment_id)
    township.carry()
    (seen,) = (one for one in rows(township, case_id) if one.sha256 == row.sha256)
    assert seen.problem == "blob_unknown", "the village has not sent it yet"
    assert scene.laptops["village"].carry().up == len(data)
    want_original(township.laptop.store, attachment_id=row.attachment_id)
    assert township.carry().down == len(data)
    assert township.laptop.store.blobs.read(row.sha256) == data


@pytest.mark.parametrize("cut_every", [30_000, 77_777, 200_000])
def test_a_line_cut_every_so_many_bytes_sends_no_more_than_a_piece_again(
    scene: Scene, case_id: str, cut_every: int
) -> None:
    data = a_photo(MIB // 2, cut_every)
    row = attach(scene, case_id, data)
    village = scene.laptops["village"]
    with PoorLine(scene.process.port, cut_every=cut_every, **FAST) as line:
        with carrier_over(village, line.port) as carrier:
            goes = carry_through(carrier)
        cuts, carried = line.cuts, line.carried_up
    assert cuts >= 2
    assert held(scene, row.sha256) == len(data)
    assert sum(go.up for go in goes) <= len(data), "no piece that had come was sent again"
    lost_at_most = min(cut_every, 256 * 1024)
    assert carried < len(data) * 1.1 + (cuts + 1) * (lost_at_most + 10_000)


@pytest.mark.parametrize("cut_every", [30_000, 200_000])
def test_a_download_goes_on_at_the_byte_that_came(
    scene: Scene, case_id: str, cut_every: int
) -> None:
    data = a_photo(MIB // 2, 7 + cut_every)
    row = attach(scene, case_id, data)
    scene.laptops["village"].carry()
    township = scene.laptops["township"]
    township.sync()
    want_original(township.laptop.store, attachment_id=row.attachment_id)
    with PoorLine(scene.process.port, cut_every=cut_every, **FAST) as line:
        with carrier_over(township, line.port) as carrier:
            goes = carry_through(carrier)
        assert line.cuts >= 2
    assert sum(go.down for go in goes) == len(data)
    assert township.laptop.store.blobs.read(row.sha256) == data


def test_two_laptops_that_attach_the_same_photo_send_it_once(scene: Scene, case_id: str) -> None:
    data = a_photo(300_000, 3)
    attach(scene, case_id, data)
    scene.laptops["township"].sync()
    row = attach(scene, case_id, data, person="township", laptop="township")
    assert scene.laptops["village"].carry().up == len(data)
    assert scene.laptops["township"].carry().up == 0
    (state,) = {
        one.original for one in rows(scene.laptops["township"], case_id) if one.sha256 == row.sha256
    }
    assert state is BlobState.AT_COUNTY


def test_another_village_gets_nothing(scene: Scene, case_id: str) -> None:
    data = a_photo(10_000, 4)
    row = attach(scene, case_id, data)
    scene.laptops["village"].carry()
    line = BlobLine(scene.laptops["other_village"].transport)
    for ask in (
        lambda: line.fetch(row.sha256, 0, 10),
        lambda: line.held(row.sha256),
        lambda: line.begin(row.sha256, len(data)),
        lambda: line.append(row.sha256, 0, b"x"),
    ):
        with pytest.raises(CountyRefusedError) as refused:
            ask()
        assert (refused.value.status, refused.value.code) == (403, "blob_out_of_scope")


def test_the_county_is_killed_in_the_middle_of_an_upload(scene: Scene, case_id: str) -> None:
    data = a_photo(MIB, 5)
    row = attach(scene, case_id, data)
    village = scene.laptops["village"]
    carrier = Carrier(village.laptop.store, BlobLine(village.transport))
    pieces = 0

    def kill_at_the_third(_changes: object) -> None:
        nonlocal pieces
        pieces += 1
        if pieces == 3:
            scene.process.kill()

    carrier.on_moved = kill_at_the_third
    with pytest.raises(OfflineError):
        carrier.carry()
    sent = carrier.carried.up
    assert 0 < sent < len(data)
    scene.restart_county()
    assert held(scene, row.sha256) >= sent
    assert carrier.carry().up <= len(data) - sent
    assert held(scene, row.sha256) == len(data)


_A_LAPTOP = """
import sys
from pathlib import Path
from app.demo.scene import _PASSPHRASE, _CHEAP
from app.laptop import open_laptop
from db.keystore import KeyFileStore
from sync.client.blob_line import BlobLine
from sync.client.blobs import Carrier
from sync.client.identity import authority_file, load_device
from sync.client.transport import CountyAddress, HttpsTransport
folder = Path(sys.argv[1])
keys = KeyFileStore(folder / "gulou.keys", _PASSPHRASE, cost=_CHEAP)
laptop = open_laptop(folder, ask_passphrase=lambda _need: _PASSPHRASE, keys=keys)
device = load_device(laptop.store, laptop.keys, secret_name=laptop.device_secret)
address = CountyAddress(f"https://127.0.0.1:{sys.argv[2]}", authority_file(laptop.store))
carrier = Carrier(laptop.store, BlobLine(HttpsTransport(address, device)))
carrier.on_moved = lambda _changes: print("moved", flush=True)
carrier.carry()
print("done", flush=True)
"""


def test_the_laptop_is_killed_in_the_middle_of_an_upload(scene: Scene, case_id: str) -> None:
    data = a_photo(MIB, 6)
    row = attach(scene, case_id, data)
    village = scene.laptops["village"]
    with PoorLine(
        scene.process.port, bits_per_s=4_000_000, round_trip_s=0.0, cut_every=None
    ) as line:
        laptop = subprocess.Popen(
            [sys.executable, "-c", _A_LAPTOP, str(scene.folder / "village"), str(line.port)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        assert laptop.stdout is not None
        with laptop.stdout:
            assert [laptop.stdout.readline() for _ in range(2)] == ["moved\n", "moved\n"]
            laptop.kill()
            laptop.wait()
    came = held(scene, row.sha256)
    assert 0 < came < len(data)
    assert village.carry().up <= len(data) - came
    assert held(scene, row.sha256) == len(data)
    assert village.laptop.store.blobs.read(row.sha256) == data
