"""The key file: what it shows, what it survives, and what it says of a bad file."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from app.errors import ErrorCode, UserFacingError
from db import key_file
from db.key_file import STANDARD_COST, KdfCost, KeyFile

PASSPHRASE = "correct horse 鼓楼"
CHEAP = KdfCost(memory_kib=64, iterations=1, lanes=1)
SECRET = bytes(range(32))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "keys" / "keys.json"


@pytest.fixture
def written(path):
    KeyFile(path, PASSPHRASE, cost=CHEAP).write({"database:a": SECRET})
    return path


def code_of(act, *arguments):
    with pytest.raises(UserFacingError) as caught:
        act(*arguments)
    return caught.value.code


def test_survives_the_program(written):
    assert KeyFile(written, PASSPHRASE).read() == {"database:a": SECRET}


def test_shows_neither_secret_nor_name(written):
    raw = written.read_bytes()

    assert key_file._text(SECRET).encode() not in raw
    assert b"database" not in raw


def test_the_same_contents_never_look_the_same(path):
    keys = KeyFile(path, PASSPHRASE, cost=CHEAP)
    keys.write({"device": SECRET})
    first = path.read_bytes()
    keys.write({"device": SECRET})

    assert path.read_bytes() != first


def test_the_standard_cost_is_written_down_and_read_back(path):
    KeyFile(path, PASSPHRASE).write({"device": SECRET})

    assert json.loads(path.read_bytes())["kdf"]["memory_kib"] == STANDARD_COST.memory_kib
    assert KeyFile(path, PASSPHRASE).read() == {"device": SECRET}


@pytest.mark.skipif(os.name != "posix", reason="file modes are of POSIX")
def test_only_the_owner_reads_it(written):
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert stat.S_IMODE(written.parent.stat().st_mode) == 0o700


@pytest.mark.skipif(os.name != "posix", reason="file modes are of POSIX")
def test_a_mode_that_was_widened_is_narrowed_again(written):
    written.chmod(0o644)
    KeyFile(written, PASSPHRASE)

    assert stat.S_IMODE(written.stat().st_mode) == 0o600


def test_a_wrong_passphrase_is_said_so_and_changes_nothing(written):
    before = written.read_bytes()

    assert code_of(KeyFile, written, "wrong horse 鼓楼") is ErrorCode.KEY_PHRASE_WRONG
    assert written.read_bytes() == before


def test_full_width_letters_are_the_same_passphrase(written):
    wide = PASSPHRASE.replace("c", "\uff43").replace(" ", "\u3000")

    assert KeyFile(written, wide).read() == {"database:a": SECRET}


@pytest.mark.parametrize("passphrase", ["", "seven77", "       x       "])
def test_a_new_file_wants_a_passphrase_worth_the_name(path, passphrase):
    assert code_of(KeyFile, path, passphrase) is ErrorCode.KEY_PHRASE_TOO_SHORT
    assert not path.exists()


def test_opening_alone_makes_no_file(path):
    assert KeyFile(path, PASSPHRASE, cost=CHEAP).read() == {}
    assert not path.exists()


def cut(raw):
    return raw[: len(raw) // 2]


def flip(raw):
    fields = json.loads(raw)
    first = fields["sealed"][0]
    fields["sealed"] = ("B" if first == "A" else "A") + fields["sealed"][1:]
    return json.dumps(fields).encode()


def cheapen(raw):
    fields = json.loads(raw)
    fields["kdf"]["memory_kib"] = 8
    return json.dumps(fields).encode()


def with_checksum(**changes):
    """A file whose checksum fits, as only a program could have written it."""

    def change(raw):
        fields = json.loads(raw)
        del fields["sha256"]
        fields["kdf"].update(changes)
        return json.dumps({**fields, "sha256": key_file._checksum(fields)}).encode()

    return change


DAMAGE = {
    "empty": lambda raw: b"",
    "cut": cut,
    "one letter": flip,
    "cheaper": cheapen,
    "zeros": lambda raw: bytes(len(raw)),
    "a list": lambda raw: b"[1, 2]",
    "something else": lambda raw: b'{"format": "other", "version": 1}',
    "huge": lambda raw: b" " * (2 << 20) + raw,
    "a terabyte of memory": with_checksum(memory_kib=1 << 30),
    "no passes": with_checksum(iterations=0),
    "a word for a number": with_checksum(lanes="two"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_file_is_said_so_and_kept(written, damage):
    written.write_bytes(damage(written.read_bytes()))
    before = written.read_bytes()

    assert code_of(KeyFile, written, PASSPHRASE) is ErrorCode.KEY_FILE_DAMAGED
    assert written.read_bytes() == before


def test_a_file_from_a_newer_program_is_not_called_damaged(written):
    fields = json.loads(written.read_bytes())
    written.write_text(json.dumps({**fields, "version": 2}))

    assert code_of(KeyFile, written, PASSPHRASE) is ErrorCode.KEY_FILE_FROM_NEWER_PROGRAM


def test_a_file_made_meanwhile_is_never_overwritten(path):
    late = KeyFile(path, PASSPHRASE, cost=CHEAP)
    KeyFile(path, "another passphrase", cost=CHEAP).write({"database:b": SECRET})

    assert code_of(late.read) is ErrorCode.KEY_FILE_EXISTS
    assert code_of(late.write, {"database:a": SECRET}) is ErrorCode.KEY_FILE_EXISTS
    assert KeyFile(path, "another passphrase").read() == {"database:b": SECRET}
    assert [kept.name for kept in path.parent.iterdir()] == [path.name]


def test_a_file_that_vanished_is_not_an_empty_one(written):
    keys = KeyFile(written, PASSPHRASE)
    written.unlink()

    assert code_of(keys.read) is ErrorCode.KEY_FILE_DAMAGED


def test_a_disk_without_links_still_never_overwrites(path, monkeypatch):
    def no_links(self, target):
        if self.exists():
            raise FileExistsError(self)
        raise PermissionError("no links here")

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    late = KeyFile(path, PASSPHRASE, cost=CHEAP)
    KeyFile(path, "another passphrase", cost=CHEAP).write({"database:b": SECRET})

    assert code_of(late.write, {"database:a": SECRET}) is ErrorCode.KEY_FILE_EXISTS
    assert KeyFile(path, "another passphrase").read() == {"database:b": SECRET}


def test_a_full_disk_is_said_so_and_the_old_file_stays(written, monkeypatch):
    def full(handle):
        raise OSError(28, "No space left on device")

    keys = KeyFile(written, PASSPHRASE)
    monkeypatch.setattr(os, "fsync", full)

    assert code_of(keys.write, {"device": b"d"}) is ErrorCode.KEY_FILE_NOT_WRITTEN
    assert keys.read() == {"database:a": SECRET}
    assert [kept.name for kept in written.parent.iterdir()] == [written.name]


def test_a_folder_in_its_place_is_said_so(path):
    path.mkdir(parents=True)

    assert code_of(KeyFile, path, PASSPHRASE) is ErrorCode.KEY_FILE_NOT_READ
