"""`gulou stick-out` and `gulou stick-in` say what is wrong in a sentence, and change nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import laptop as laptop_module
from app.__main__ import main
from app.laptop import Laptop
from db.key_file import KdfCost
from db.keystore import KeyFileStore

_CHEAP = KdfCost(memory_kib=64, iterations=1, lanes=1)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A laptop's folder whose keys lie in a cheap key file."""
    whole = laptop_module.open_laptop

    def opened(folder: Path, **others: object) -> Laptop:
        folder.mkdir(exist_ok=True)
        keys = KeyFileStore(folder / "gulou.keys", "a passphrase", cost=_CHEAP)
        return whole(folder, ask_passphrase=lambda _need: "a passphrase", keys=keys)

    monkeypatch.setattr(laptop_module, "open_laptop", opened)
    return tmp_path / "laptop"


@pytest.mark.parametrize("command", ["stick-out", "stick-in"])
def test_a_laptop_the_county_does_not_know_yet(
    folder: Path, tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    assert main(["--folder", str(folder), command, str(stick)]) == 1
    assert "还没有在县里开通" in capsys.readouterr().err
    assert list(stick.iterdir()) == []
