"""The file of originals: what goes in comes out, and only what the county has may ever leave."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

import pytest

from app.attachments.vocabulary import BlobState
from app.errors import ErrorCode, UserFacingError
from db.blobs import PIECE_BYTES, BlobDamagedError, BlobStore
from tests.helpers.stores import A_KEY


def some_bytes(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "gulou.blobs", A_KEY)


def arrive(blobs: BlobStore, sha256: str, data: bytes, piece: int = 50_000) -> BlobState:
    """As the line brings it."""
    state = BlobState.WANTED
    for start in range(0, len(data), piece):
        state = blobs.add_arrived(sha256, start, data[start : start + piece])
    return state


@pytest.mark.parametrize("size", [1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES + 7])
def test_what_goes_in_comes_out(blobs: BlobStore, size: int) -> None:
    data = some_bytes(size)
    sha256 = blobs.put(data)
    assert sha256 == hashlib.sha256(data).hexdigest()
    assert blobs.read(sha256) == data
    start = size // 3
    assert blobs.part(sha256, start, 70_000) == data[start : start + 70_000]


def test_the_same_photo_is_kept_once(blobs: BlobStore) -> None:
    data = some_bytes(200_000)
    sha256 = blobs.put(data)
    blobs.note_at_county(sha256)
    assert blobs.put(data) == sha256
    assert [row.state for row in blobs.kept()] == [BlobState.AT_COUNTY]


def test_nothing_is_readable_on_the_disk(blobs: BlobStore, tmp_path: Path) -> None:
    blobs.put(b"plain words on paper " * 5_000)
    blobs.close()
    for path in tmp_path.iterdir():
        assert b"plain words" not in path.read_bytes()
        assert path.stat().st_mode & 0o077 == 0


def test_an_empty_laptop_has_no_such_file(blobs: BlobStore) -> None:
    assert blobs.to_send() == blobs.wanted() == []
    assert blobs.find("0" * 64) is None
    assert not blobs.path.exists()


def test_what_was_forgotten_is_gone_from_the_disk_and_the_file_shrinks(blobs: BlobStore) -> None:
    sha256 = blobs.put(some_bytes(2_000_000))
    kept = blobs.put(b"small")
    blobs.close()
    full = blobs.path.stat().st_size
    blobs.forget([sha256])
    blobs.close()
    assert blobs.path.stat().st_size < full / 4
    assert blobs.read(sha256) is None
    assert blobs.read(kept) == b"small"


def test_an_original_arrives_piece_by_piece(blobs: BlobStore) -> None:
    data = some_bytes(160_000)
    sha256 = hashlib.sha256(data).hexdigest()
    assert blobs.want(sha256, len(data))
    blobs.add_arrived(sha256, 0, data[:100_000])
    assert blobs.read(sha256) is None
    found = blobs.find(sha256)
    assert found is not None
    assert (found.state, found.moved) == (BlobState.ARRIVING, 100_000)
    with pytest.raises(ValueError, match="order"):
        blobs.add_arrived(sha256, 120_000, data[120_000:])
    assert blobs.add_arrived(sha256, 100_000, data[100_000:]) is BlobState.AT_COUNTY
    assert blobs.read(sha256) == data
    assert not blobs.want(sha256, len(data))


def test_an_original_that_is_not_what_its_name_says_is_not_kept(blobs: BlobStore) -> None:
    data = some_bytes(120_000)
    sha256 = hashlib.sha256(data).hexdigest()
    blobs.want(sha256, len(data))
    assert arrive(blobs, sha256, some_bytes(120_000, seed=2)) is BlobState.WANTED
    assert blobs.read(sha256) is None
    assert arrive(blobs, sha256, data) is BlobState.AT_COUNTY
    assert blobs.read(sha256) == data


def test_a_damaged_original_that_the_county_has_is_fetched_again(blobs: BlobStore) -> None:
    sha256 = blobs.put(some_bytes(1_000))
    blobs.note_at_county(sha256)
    damage(blobs, sha256)
    assert blobs.read(sha256) is None
    assert [row.state for row in blobs.wanted()] == [BlobState.WANTED]


def test_a_damaged_original_that_only_this_laptop_had_is_said_and_kept(blobs: BlobStore) -> None:
    sha256 = blobs.put(some_bytes(1_000))
    damage(blobs, sha256)
    with pytest.raises(BlobDamagedError):
        blobs.read(sha256)
    assert blobs.part(sha256, 0, 1_000) == b"x" * 1_000


def damage(blobs: BlobStore, sha256: str) -> None:
    with blobs._writing() as connection:
        connection.exec_driver_sql(
            "UPDATE piece SET body = ? WHERE sha256 = ?", (b"x" * 1_000, sha256)
        )


def test_sending_is_oldest_first_and_remembers_how_far(blobs: BlobStore) -> None:
    first, second = blobs.put(some_bytes(10)), blobs.put(some_bytes(20))
    blobs.note_sent(second, 7)
    assert [row.sha256 for row in blobs.to_send()] == [first, second]
    blobs.note_at_county(first)
    (left,) = blobs.to_send()
    assert (left.sha256, left.state, left.moved) == (second, BlobState.SENDING, 7)
    blobs.note_sent(second, 0)
    assert blobs.to_send()[0].state is BlobState.HERE


def test_a_photo_attached_here_while_it_was_on_its_way_down(blobs: BlobStore) -> None:
    data = some_bytes(100_000)
    sha256 = hashlib.sha256(data).hexdigest()
    blobs.want(sha256, len(data))
    blobs.add_arrived(sha256, 0, data[:50_000])
    blobs.put(data)
    assert blobs.read(sha256) == data
    assert blobs.add_arrived(sha256, 50_000, data[50_000:]) is BlobState.HERE


def test_a_file_that_is_no_file_of_ours_is_set_aside_and_said_nothing_of(tmp_path: Path) -> None:
    """A dying disk took the file of originals: records and thumbnails must go on."""
    path = tmp_path / "gulou.blobs"
    path.write_bytes(b"\0" * 8192)
    blobs = BlobStore(path, A_KEY)
    assert blobs.to_send() == []
    assert blobs.read(blobs.put(b"new")) == b"new"
    assert [one.read_bytes() for one in tmp_path.glob("gulou.blobs.damaged-*")] == [b"\0" * 8192]


def test_a_full_disk_is_said(blobs: BlobStore) -> None:
    blobs.put(b"first")
    with blobs._reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(UserFacingError) as raised:
        blobs.put(some_bytes(500_000))
    assert raised.value.code is ErrorCode.STORE_NOT_WRITTEN
    assert [row.size for row in blobs.to_send()] == [5]
