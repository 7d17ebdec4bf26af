"""Which place is chosen, what a keyring keeps, and what happens when it does not."""

from __future__ import annotations

import sys

import keyring.errors
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null

from app.errors import ErrorCode, UserFacingError
from db import keystore
from db.key_file import KdfCost
from db.keystore import (
    MAX_SECRET_BYTES,
    KeyFileStore,
    KeyPlace,
    KeyringStore,
    PassphraseNeed,
    choose_key_store,
    database_key,
    key_place,
    keyring_works,
    new_database_key,
)

PASSPHRASE = "鼓楼下的一块青石板"
CHEAP = KdfCost(memory_kib=64, iterations=1, lanes=1)


class MemoryKeyring(KeyringBackend):
    """A keyring as good as a real one, for as long as the test runs."""

    priority = 5

    def __init__(self):
        super().__init__()
        self.kept = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password

    def delete_password(self, service, username):
        del self.kept[service, username]


class LockedKeyring(MemoryKeyring):
    """The person closed the dialog that asks for the keyring's password."""

    def get_password(self, service, username):
        raise keyring.errors.KeyringLocked("dismissed")

    set_password = delete_password = get_password


class ForgetfulKeyring(MemoryKeyring):
    """Takes a secret and gives back another."""

    def get_password(self, service, username):
        return "bm90IGl0" if super().get_password(service, username) else None


class PlainTextKeyring(MemoryKeyring):
    """keyrings.alt rates its files of clear text like this."""

    priority = 0.5


class GoneKeyring(MemoryKeyring):
    """How the Secret Service says that nobody answers."""

    @property
    def priority(self):
        raise RuntimeError("The Secret Service daemon is neither running nor activatable")


@pytest.fixture
def ring():
    return MemoryKeyring()


@pytest.fixture(params=["keyring", "key file"])
def store(request, ring, tmp_path):
    if request.param == "keyring":
        return KeyringStore(ring)
    return KeyFileStore(tmp_path / "keys.json", PASSPHRASE, cost=CHEAP)


def test_gives_back_what_was_put(store):
    store.put("database:a", b"\x00\xff" * 16)
    store.put("device", "密".encode())

    assert store.get("database:a") == b"\x00\xff" * 16
    assert store.get("device") == "密".encode()


def test_a_name_never_put_is_none(store):
    assert store.get("database:a") is None


def test_put_again_replaces(store):
    store.put("device", b"old")
    store.put("device", b"new")

    assert store.get("device") == b"new"


def test_deleted_is_gone_and_the_others_stay(store):
    store.put("database:a", b"a")
    store.put("device", b"d")
    store.delete("database:a")

    assert store.get("database:a") is None
    assert store.get("device") == b"d"


def test_deleting_what_is_not_there_changes_nothing(store):
    store.put("device", b"d")
    store.delete("database:a")

    assert store.get("device") == b"d"


@pytest.mark.parametrize("secret", [b"", b"x" * (MAX_SECRET_BYTES + 1)])
def test_a_secret_that_would_not_fit_everywhere_fits_nowhere(store, secret):
    with pytest.raises(ValueError, match="bytes"):
        store.put("device", secret)
    assert store.get("device") is None


def test_the_longest_secret_fits_the_limit_of_windows(ring):
    KeyringStore(ring).put("device", b"\xff" * MAX_SECRET_BYTES)

    (kept,) = ring.kept.values()
    assert len(kept.encode("utf-16-le")) <= 2560


@pytest.mark.parametrize("name", ["", "n" * 201])
def test_a_name_no_keyring_takes_is_refused(store, name):
    with pytest.raises(ValueError, match="name"):
        store.put(name, b"secret")


def test_the_keyring_entry_carries_our_service_name(ring):
    KeyringStore(ring).put("device", b"d")

    assert list(ring.kept) == [("gulou", "device")]


@pytest.mark.parametrize("use", ["get", "put", "delete"])
def test_a_locked_keyring_is_said_so(use):
    store = KeyringStore(LockedKeyring())
    arguments = ("device", b"d") if use == "put" else ("device",)

    with pytest.raises(UserFacingError) as caught:
        getattr(store, use)(*arguments)
    assert caught.value.code is ErrorCode.KEYRING_FAILED


def test_a_working_keyring_works_and_keeps_nothing_of_the_probe(ring):
    assert keyring_works(ring)
    assert ring.kept == {}


@pytest.mark.parametrize(
    "backend",
    [
        fail.Keyring(),
        null.Keyring(),
        LockedKeyring(),
        ForgetfulKeyring(),
        PlainTextKeyring(),
        GoneKeyring(),
    ],
    ids=lambda backend: type(backend).__module__.rpartition(".")[2] + type(backend).__name__,
)
def test_a_keyring_that_keeps_nothing_safely_does_not_work(backend):
    assert not keyring_works(backend)


def choose(monkeypatch, backend, key_file, *, has_database):
    monkeypatch.setattr(keystore, "_preferred_backend", lambda: backend)
    asked = []

    def ask(need):
        asked.append(need)
        return PASSPHRASE

    chosen = choose_key_store(key_file=key_file, has_database=has_database, ask_passphrase=ask)
    return chosen, asked


def test_a_new_laptop_with_a_keyring_uses_it_and_asks_nothing(monkeypatch, ring, tmp_path):
    chosen, asked = choose(monkeypatch, ring, tmp_path / "keys.json", has_database=False)

    assert chosen.store.where is KeyPlace.KEYRING
    assert not chosen.is_fallback
    assert asked == []


def test_a_new_laptop_without_a_keyring_gets_a_key_file_and_says_so(monkeypatch, tmp_path):
    chosen, asked = choose(monkeypatch, fail.Keyring(), tmp_path / "keys.json", has_database=False)

    assert chosen.store.where is KeyPlace.KEY_FILE
    assert chosen.is_fallback
    assert asked == [PassphraseNeed.NEW]


def test_a_key_file_stays_in_use_when_a_keyring_turns_up(monkeypatch, ring, tmp_path):
    path = tmp_path / "keys.json"
    KeyFileStore(path, PASSPHRASE, cost=CHEAP).put("device", b"d")
    chosen, asked = choose(monkeypatch, ring, path, has_database=True)

    assert chosen.store.get("device") == b"d"
    assert chosen.is_fallback
    assert asked == [PassphraseNeed.EXISTING]


def test_a_keyring_away_for_once_never_starts_a_key_file(monkeypatch, tmp_path):
    path = tmp_path / "keys.json"
    chosen, asked = choose(monkeypatch, LockedKeyring(), path, has_database=True)

    assert chosen.store.where is KeyPlace.KEYRING
    assert asked == []
    with pytest.raises(UserFacingError) as caught:
        database_key(chosen.store, "a")
    assert caught.value.code is ErrorCode.KEYRING_FAILED
    assert not path.exists()


def test_the_place_is_known_without_asking(monkeypatch, ring, tmp_path):
    monkeypatch.setattr(keystore, "_preferred_backend", lambda: ring)

    assert key_place(key_file=tmp_path / "keys.json", has_database=False) is KeyPlace.KEYRING


def test_tests_never_reach_the_keyring_of_whoever_runs_them(tmp_path):
    assert key_place(key_file=tmp_path / "keys.json", has_database=False) is KeyPlace.KEY_FILE


def test_each_database_gets_its_own_random_key(store):
    first, second = new_database_key(store, "a"), new_database_key(store, "b")

    assert len(first) == len(second) == 32
    assert first != second
    assert database_key(store, "a") == first


def test_a_database_key_is_never_made_over_another(store):
    key = new_database_key(store, "a")

    assert new_database_key(store, "a") == key
    assert database_key(store, "a") == key


def test_a_missing_database_key_is_said_so(store):
    with pytest.raises(UserFacingError) as caught:
        database_key(store, "a")
    assert caught.value.code is ErrorCode.KEY_MISSING
    assert caught.value.params == {"place": store.where}


def test_a_chain_of_keyrings_is_used_by_its_first(monkeypatch, ring):
    from keyring.backends.chainer import ChainerBackend

    class Chain(ChainerBackend):
        backends = (ring, MemoryKeyring())

    monkeypatch.setattr(sys.modules["keyring"], "get_keyring", Chain)
    KeyringStore().put("device", b"d")

    assert ("gulou", "device") in ring.kept
