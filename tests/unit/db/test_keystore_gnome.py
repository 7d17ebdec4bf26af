"""The key store against a real gnome-keyring, on a D-Bus session of its own.

Each step is a process of its own, and the daemon itself is started anew in between: what is read
back comes from the disk of the keyring, not from somebody's memory.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
NEEDED = ("dbus-run-session", "gnome-keyring-daemon")
INSTALL = "apt-get install dbus gnome-keyring"
SECONDS = 60

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="gnome-keyring is the keyring of Linux desktops"
)

UNLOCK = "printf %s '{password}' | gnome-keyring-daemon --unlock --components=secrets >/dev/null"
HEAD = """
from pathlib import Path
from db.keystore import *
from db.keystore import _preferred_backend
assert type(_preferred_backend()).__module__ == "keyring.backends.SecretService"
keys = KeyringStore()
"""


@pytest.fixture
def session():
    """Runs Python code in a new D-Bus session with an unlocked keyring; one home for all."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        must_have = os.environ.get("CI") == "true" or os.geteuid() == 0
        (pytest.fail if must_have else pytest.skip)(f"no {' and no '.join(missing)}: {INSTALL}")
    # Not tmp_path: the daemon's socket lies in here and its path may have 107 letters.
    with tempfile.TemporaryDirectory(prefix="gk", ignore_cleanup_errors=True) as home:
        yield lambda *steps, password="门": run_session(Path(home), steps, password)


def run_session(home, steps, password):
    runtime = home / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(runtime),
        "XDG_DATA_HOME": str(home / "data"),
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
    }
    unlock = UNLOCK.format(password=password)
    script = "set -e; " + unlock + '; for step in "$@"; do "$0" -c "$step"; done'
    command = ["bash", "-c", script, sys.executable, *(HEAD + step for step in steps)]
    done = subprocess.run(
        ["dbus-run-session", "--", *command],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_keeps_gives_back_and_forgets_across_processes_and_restarts(session):
    made = session(
        "print(keyring_works(), keys.get('database:a'))",
        "print(new_database_key(keys, 'a').hex())",
        "print(database_key(keys, 'a').hex())",
    )
    assert made[:2] == ["True", "None"]
    assert made[2] == made[3]
    assert len(made[2]) == 64

    later = session(
        "print(database_key(keys, 'a').hex())",
        "keys.put('device', b'd'); keys.delete('database:a')",
        "print(keys.get('database:a'), keys.get('device').decode())",
    )
    assert later == [made[2], "None", "d"]


def test_is_chosen_on_a_new_laptop(session):
    chosen = session(
        "print(choose_key_store(key_file=Path('none'), has_database=False, ask_passphrase=None)"
        ".store.where)"
    )
    assert chosen == ["keyring"]


def test_keeps_the_longest_secret(session):
    assert session(
        "keys.put('device', bytes(range(256)) * 3 + b'x' * 192)",
        "print(keys.get('device') == bytes(range(256)) * 3 + b'x' * 192, MAX_SECRET_BYTES)",
    ) == ["True", "960"]
