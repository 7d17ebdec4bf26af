"""What is carried, in which order, and when it stops; a real encrypted store, a made-up line."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.attachments.actions import NewFile, attach_files, want_original
from app.attachments.queries import AttachmentRow, attachments_of
from app.attachments.vocabulary import BlobState, MediaType, Subject
from app.store import Changes, Store
from db.blobs import DAILY_BUDGET
from sync.client.blobs import Carrier, Ended, PieceSize
from sync.client.transport import CountyRefusedError, OfflineError
from sync.protocol.messages import MAX_PIECE_BYTES, ProblemCode
from tests.helpers.clock import FakeClock
from tests.helpers.stores import EVERYWHERE, a_case, a_store, an_actor, save


class County:
    """The other end of a line of so many bytes a second, which can break and refuse."""

    def __init__(self, clock: FakeClock, bytes_per_s: int = 1_000_000) -> None:
        self.clock = clock
        self.bytes_per_s = bytes_per_s
        self.held_bytes: dict[str, bytes] = {}
        self.sizes: dict[str, int] = {}
        self.asked: list[tuple[str, str]] = []
        self.breaks_after: int | None = None
        self.refuses: dict[str, str] = {}
        self.damages = False

    def _come(self, what: str, sha256: str, size: int = 0) -> None:
        self.asked.append((what, sha256))
        if sha256 in self.refuses:
            raise CountyRefusedError(self.refuses[sha256], 403, {})
        if self.breaks_after is not None:
            self.breaks_after -= 1
            if self.breaks_after < 0:
                raise OfflineError("cut")
        self.clock.advance(timedelta(seconds=size / self.bytes_per_s))

    def begin(self, sha256: str, size: int) -> int:
        self._come("begin", sha256)
        self.sizes[sha256] = size
        return len(self.held_bytes.setdefault(sha256, b""))

    def held(self, sha256: str) -> int:
        self._come("held", sha256)
        if sha256 not in self.held_bytes:
            raise CountyRefusedError(ProblemCode.BLOB_UNKNOWN, 404, {})
        return len(self.held_bytes[sha256])

    def append(self, sha256: str, start: int, body: bytes) -> int:
        self._come("append", sha256, len(body))
        assert len(self.held_bytes[sha256]) == start
        self.held_bytes[sha256] += body
        whole = self.held_bytes[sha256]
        if len(whole) == self.sizes[sha256] and hashlib.sha256(whole).hexdigest() != sha256:
            self.held_bytes[sha256] = b""
            raise CountyRefusedError(ProblemCode.BLOB_HASH_WRONG, 460, {})
        return len(whole)

    def fetch(self, sha256: str, start: int, length: int) -> bytes:
        self._come("fetch", sha256, length)
        if sha256 not in self.held_bytes:
            raise CountyRefusedError(ProblemCode.BLOB_UNKNOWN, 404, {})
        body = self.held_bytes[sha256][start : start + length]
        return bytes(len(body)) if self.damages else body


class Desk:
    """A village's store with a case, and its carrier."""

    def __init__(self, tmp_path: Path) -> None:
        self.clock = FakeClock()
        self.store: Store = a_store(tmp_path, clock=self.clock)
        self.county = County(self.clock)
        self.moved: list[Changes] = []
        case = a_case(self.store)
        save(self.store, case)
        self.case_id = case.id
        self.carrier = self.new_carrier()

    def new_carrier(self) -> Carrier:
        """As after a start of the program."""
        line: Any = self.county
        return Carrier(self.store, line, on_moved=self.moved.append)

    def attach(self, size: int, seed: int = 1, *, is_judged: bool = True) -> AttachmentRow:
        data = b"\xff\xd8\xff" + random.Random(seed).randbytes(size - 3)
        file = NewFile(data, MediaType.JPEG, f"{seed}.jpg")
        subject = Subject("case_file", self.case_id)
        changes = attach_files(self.store, an_actor(), subject=subject, files=[file])
        if is_judged:
            self.judge()
        ((_entity, attachment_id),) = changes.records
        return next(row for row in self.rows() if row.attachment_id == attachment_id)

    def judge(self) -> None:
        """As if a round had brought the records back."""
        with self.store.laying_down() as session:
            session.connection().exec_driver_sql(
                "UPDATE attachment SET sync_version = 1, sync_seq = rowid, sync_state = 'synced'"
            )

    def evict(self) -> None:
        """As if a round had taken the records out of this laptop's scope."""
        with self.store.laying_down() as session:
            session.connection().exec_driver_sql("DELETE FROM attachment")

    def rows(self) -> tuple[AttachmentRow, ...]:
        return attachments_of(self.store, EVERYWHERE, entity="case_file", record_id=self.case_id)

    def state(self, row: AttachmentRow) -> BlobState:
        return next(one.original for one in self.rows() if one.sha256 == row.sha256)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def after(count: int) -> Callable[[], bool]:
    """Interrupted at the look after so many."""
    looks = iter([False] * count)
    return lambda: next(looks, True)


def test_originals_go_up_oldest_first_and_screens_hear_of_it(desk: Desk) -> None:
    first, second = desk.attach(300_000), desk.attach(90_000, 2)
    carried = desk.carrier.carry()
    assert (carried.up, carried.ended) == (390_000, Ended.DONE)
    begun = [sha256 for what, sha256 in desk.county.asked if what == "begin"]
    assert begun == [first.sha256, second.sha256]
    assert {desk.state(first), desk.state(second)} == {BlobState.AT_COUNTY}
    assert ("attachment", second.attachment_id) in desk.moved[-1].records
    desk.county.asked.clear()
    desk.carrier.carry()
    assert desk.county.asked == [], "nothing is left, so nothing is asked"


def test_nothing_is_sent_before_its_record_was_judged(desk: Desk) -> None:
    row = desk.attach(10_000, is_judged=False)
    assert desk.carrier.carry().up == 0
    assert desk.county.asked == []
    desk.judge()
    desk.carrier.carry()
    assert desk.state(row) is BlobState.AT_COUNTY


def test_an_edit_stops_it_between_two_pieces_and_it_goes_on_there(desk: Desk) -> None:
    row = desk.attach(1_000_000)
    carried = desk.carrier.carry(after(2))
    assert carried.ended is Ended.INTERRUPTED
    assert 0 < carried.up < 1_000_000
    assert desk.state(row) is BlobState.SENDING
    again = desk.new_carrier().carry()
    assert carried.up + again.up == 1_000_000
    assert [what for what, _ in desk.county.asked].count("held") == 1


def test_a_cut_costs_one_piece_and_makes_the_next_smaller(desk: Desk) -> None:
    desk.attach(400_000)
    desk.county.breaks_after = 3
    with pytest.raises(OfflineError):
        desk.carrier.carry()
    sent, size = desk.carrier.carried.up, desk.carrier.piece.size
    assert sent > 0
    desk.county.breaks_after = None
    assert desk.carrier.carry().up == 400_000 - sent
    desk.attach(400_000, 2)
    desk.county.breaks_after = 1
    before = desk.carrier.piece.size
    with pytest.raises(OfflineError):
        desk.carrier.carry()
    assert desk.carrier.piece.size == before // 2
    assert size <= MAX_PIECE_BYTES


def test_pieces_stay_within_their_limits() -> None:
    piece = PieceSize()
    for _ in range(10):
        piece.shrink()
    assert piece.size == 8 * 1024
    for _ in range(10):
        piece.grow(bytes_per_s=1_000_000)
    assert piece.size == MAX_PIECE_BYTES
    piece.grow(bytes_per_s=25_000)
    assert piece.size == 75_000, "no piece keeps an edit waiting for long"
    piece.grow(bytes_per_s=10)
    assert piece.size == 8 * 1024


def test_a_poor_line_carries_its_days_bytes_and_no_more(desk: Desk) -> None:
    desk.county.bytes_per_s = 30_000
    desk.store.set_values(**{DAILY_BUDGET: "1"})
    desk.attach(1_500_000)
    desk.attach(1_500_000, 2)
    first = desk.carrier.carry()
    assert first.ended is Ended.BUDGET_SPENT
    assert 1024 * 1024 <= first.up < 1024 * 1024 + MAX_PIECE_BYTES
    assert desk.new_carrier().carry().up == 0, "a new start is no new day"
    desk.clock.advance(timedelta(days=1))
    assert desk.carrier.carry().up > 1_000_000


def test_a_good_line_has_no_limit(desk: Desk) -> None:
    desk.store.set_values(**{DAILY_BUDGET: "1"})
    desk.attach(3_000_000)
    assert desk.carrier.carry().ended is Ended.DONE


def test_what_a_person_wants_comes_first_and_is_not_limited(desk: Desk) -> None:
    desk.county.bytes_per_s = 30_000
    desk.store.set_values(**{DAILY_BUDGET: "0"})
    wanted = desk.attach(300_000)
    data = desk.store.blobs.read(wanted.sha256)
    assert data is not None
    desk.county.held_bytes[wanted.sha256] = data
    desk.store.blobs.forget([wanted.sha256])
    desk.attach(300_000, 2)
    assert desk.state(wanted) is BlobState.NOT_HERE, "large ones wait until they are asked for"
    want_original(desk.store, attachment_id=wanted.attachment_id)
    carried = desk.carrier.carry()
    assert (carried.down, carried.up, carried.ended) == (300_000, 0, Ended.BUDGET_SPENT)
    assert desk.store.blobs.read(wanted.sha256) == data


def test_small_ones_come_unasked_on_a_good_line_only(desk: Desk) -> None:
    row = desk.attach(20_000)
    data = desk.store.blobs.read(row.sha256)
    assert data is not None
    desk.county.held_bytes[row.sha256] = data
    desk.store.blobs.forget([row.sha256])
    desk.store.set_values(attachment_bytes_per_s="30000")
    assert desk.carrier.carry().down == 0
    desk.store.set_values(attachment_bytes_per_s="300000")
    assert desk.carrier.carry().down == 20_000


def test_one_the_county_will_not_have_holds_up_nobody(desk: Desk) -> None:
    bad, good = desk.attach(50_000), desk.attach(50_000, 2)
    desk.county.refuses[bad.sha256] = ProblemCode.BLOB_OUT_OF_SCOPE
    desk.carrier.carry()
    assert desk.state(good) is BlobState.AT_COUNTY
    assert next(row for row in desk.rows() if row.sha256 == bad.sha256).problem
    desk.county.asked.clear()
    desk.carrier.carry()
    assert desk.county.asked == [], "not asked again at once"
    desk.county.refuses.clear()
    desk.carrier.records_changed()
    desk.carrier.carry()
    assert desk.state(bad) is BlobState.AT_COUNTY


def test_a_revoked_laptop_is_told_to_whoever_runs_the_carrier(desk: Desk) -> None:
    row = desk.attach(50_000)
    desk.county.refuses[row.sha256] = ProblemCode.INSTALL_REVOKED
    with pytest.raises(CountyRefusedError):
        desk.carrier.carry()


def test_an_original_that_has_not_come_to_the_county_is_asked_for_later(desk: Desk) -> None:
    row = desk.attach(50_000)
    data = desk.store.blobs.read(row.sha256)
    assert data is not None
    desk.store.blobs.forget([row.sha256])
    want_original(desk.store, attachment_id=row.attachment_id)
    desk.carrier.carry()
    assert desk.rows()[0].problem == ProblemCode.BLOB_UNKNOWN
    desk.county.held_bytes[row.sha256] = data
    desk.county.asked.clear()
    desk.carrier.carry()
    assert desk.county.asked == []
    desk.clock.advance(timedelta(minutes=16))
    assert desk.carrier.carry().down == 50_000


def test_a_damaged_download_is_not_kept_and_not_tried_for_ever(desk: Desk) -> None:
    row = desk.attach(50_000)
    data = desk.store.blobs.read(row.sha256)
    assert data is not None
    desk.county.held_bytes[row.sha256] = data
    desk.store.blobs.forget([row.sha256])
    want_original(desk.store, attachment_id=row.attachment_id)
    desk.county.damages = True
    desk.carrier.carry()
    assert desk.store.blobs.read(row.sha256) is None
    desk.county.asked.clear()
    desk.carrier.carry()
    assert desk.county.asked == []
    desk.county.damages = False
    want_original(desk.store, attachment_id=row.attachment_id)
    assert desk.carrier.carry().down == 50_000
    assert desk.store.blobs.read(row.sha256) == data


def test_an_original_damaged_on_this_disk_is_set_aside(desk: Desk) -> None:
    row = desk.attach(50_000)
    with desk.store.blobs._writing() as connection:
        connection.exec_driver_sql("UPDATE piece SET body = ?", (bytes(50_000),))
    desk.carrier.carry()
    assert desk.rows()[0].problem == "damaged"
    assert desk.state(row) is BlobState.HERE


def test_an_upload_the_county_garbled_begins_again(desk: Desk) -> None:
    row = desk.attach(150_000)
    desk.county.begin(row.sha256, 150_000)
    desk.county.held_bytes[row.sha256] = b"of another file"
    desk.carrier.carry()
    assert desk.rows()[0].problem == ProblemCode.BLOB_HASH_WRONG
    desk.carrier.records_changed()
    desk.carrier.carry()
    assert desk.state(row) is BlobState.AT_COUNTY


def test_a_county_restored_from_yesterday_gets_back_what_came_since(desk: Desk) -> None:
    desk.store.set_values(epoch="first")
    lost, kept = desk.attach(50_000), desk.attach(60_000, 2)
    desk.carrier.carry()
    del desk.county.held_bytes[lost.sha256]
    assert desk.carrier.carry().up == 0
    desk.store.set_values(epoch="restored")
    assert desk.carrier.carry().up == 50_000, "what it has still is not sent again"
    assert {desk.state(lost), desk.state(kept)} == {BlobState.AT_COUNTY}
    desk.county.asked.clear()
    desk.carrier.carry()
    assert desk.county.asked == []


def test_an_original_leaves_the_disk_with_its_subject(desk: Desk) -> None:
    row = desk.attach(50_000)
    desk.carrier.carry()
    desk.evict()
    desk.carrier.carry()
    assert desk.store.blobs.find(row.sha256) is None


def test_an_unsent_original_is_sent_before_it_leaves_with_its_subject(desk: Desk) -> None:
    """Scope lost while the laptop was offline: what was photographed is not lost."""
    row = desk.attach(50_000)
    desk.evict()
    desk.carrier.carry()
    assert len(desk.county.held_bytes[row.sha256]) == 50_000
    desk.carrier.carry()
    assert desk.store.blobs.find(row.sha256) is None


def test_a_photo_named_twice_stays_while_one_record_names_it(desk: Desk) -> None:
    row = desk.attach(50_000)
    desk.attach(50_000)
    desk.carrier.carry()
    with desk.store.laying_down() as session:
        session.connection().exec_driver_sql(
            "DELETE FROM attachment WHERE id = ?", (row.attachment_id,)
        )
    desk.carrier.carry()
    assert desk.store.blobs.find(row.sha256) is not None
