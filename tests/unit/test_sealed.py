"""The seal on what travels by stick: whole, for one reader, from one writer, or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.protocol.sealed import (
    NotSealedError,
    SealedByNewerError,
    SealedHeader,
    StickKind,
    TamperedError,
    file_name,
    is_sealed_name,
    open_sealed,
    read_header,
    seal,
    split,
)

WRITER, READER = Ed25519PrivateKey.generate(), X25519PrivateKey.generate()
HEADER = SealedHeader(
    kind=StickKind.UP, install_id="install-of-zhang", stick_id="s", number=7, part=1, parts=2
)
ITEMS = [b"", b"the requests of a village", bytes(700)]


def sealed(**other: Any) -> bytes:
    return seal(HEADER.model_copy(update=other), ITEMS, signer=WRITER, reader=READER.public_key())


def opened(content: bytes) -> list[bytes]:
    return open_sealed(content, signed_by=WRITER.public_key(), reader=READER)


def test_what_was_sealed_comes_out() -> None:
    assert opened(sealed()) == ITEMS
    assert read_header(sealed()).number == 7


def test_nothing_of_it_can_be_read_on_the_stick() -> None:
    assert b"village" not in sealed()
    assert sealed() != sealed(), "a key of its own for each file"


CONTENT = sealed()


def test_a_flipped_bit_anywhere_refuses_the_whole() -> None:
    for place in range(len(CONTENT)):
        changed = bytearray(CONTENT)
        changed[place] ^= 1 << place % 8
        with pytest.raises((TamperedError, NotSealedError)):
            opened(bytes(changed))


@pytest.mark.parametrize("length", [0, 7, 8, 12, 13, 100, 300, 400, len(CONTENT) - 1])
def test_a_file_cut_off_refuses_the_whole(length: int) -> None:
    with pytest.raises((TamperedError, NotSealedError)):
        opened(CONTENT[:length])


def test_more_bytes_at_the_end_refuse_the_whole() -> None:
    with pytest.raises(TamperedError):
        opened(CONTENT + b"\0")


def test_another_writer_and_another_reader_are_refused() -> None:
    with pytest.raises(TamperedError):
        open_sealed(CONTENT, signed_by=Ed25519PrivateKey.generate().public_key(), reader=READER)
    with pytest.raises(TamperedError):
        open_sealed(CONTENT, signed_by=WRITER.public_key(), reader=X25519PrivateKey.generate())


def test_a_file_of_a_newer_program_says_so() -> None:
    newer = bytearray(CONTENT)
    newer[8] = 2
    with pytest.raises(SealedByNewerError):
        read_header(bytes(newer))


@settings(max_examples=200)
@given(st.binary(max_size=400))
def test_any_bytes_at_all_are_refused_cleanly(content: bytes) -> None:
    with pytest.raises((TamperedError, NotSealedError)):
        opened(content)
    with pytest.raises((TamperedError, NotSealedError)):
        opened(CONTENT[:13] + content)


def test_names_say_which_way_they_travel() -> None:
    name = file_name(HEADER)
    assert is_sealed_name(name, StickKind.UP)
    assert not is_sealed_name(name, StickKind.DOWN)
    assert not is_sealed_name("roster.xlsx", StickKind.UP)
    assert len(file_name(HEADER.model_copy(update={"kind": StickKind.DOWN}))) < 100


@given(st.lists(st.binary(max_size=30), max_size=20), st.integers(1, 60))
def test_splitting_keeps_every_item_in_order(items: list[bytes], limit: int) -> None:
    files = split(items, limit=limit)
    assert [item for file in files for item in file] == items
    assert all(sum(map(len, file)) <= limit or len(file) == 1 for file in files)
