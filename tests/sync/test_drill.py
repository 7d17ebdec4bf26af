"""The drill proves a backup, and says so when it cannot."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from app.demo import drill as drill_module
from app.demo.drill import run_drill
from app.demo.scene import Scene
from sync.server.county import County
from tests.helpers.stores import a_household, save


@pytest.fixture
def county(scene: Scene) -> County:
    village = scene.laptops["village"]
    actor = scene.actor("grid_worker", "village")
    home = a_household(unit_id=actor.unit_id, number="001")
    save(village.laptop.store, home, account_id=actor.account_id)
    village.sync()
    return scene.county


def test_the_drill_proves_that_a_backup_is_a_county(
    county: County, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drill = run_drill(county, tmp_path)
    assert drill.is_passed, drill.summary()
    assert len(drill.proofs) == 5
    written = json.loads((tmp_path / "drill.json").read_text(encoding="utf-8"))
    assert written["passed"] is True
    assert (tmp_path / written["backup"]).exists(), "the backup stays"
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []
    assert "校验和一致" in capsys.readouterr().out


def test_a_drill_with_a_damaged_backup_does_not_pass(
    county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = County.back_up

    def damaged(self: County, file: Path) -> object:
        made = plain(self, file)
        with zipfile.ZipFile(file, "a") as archive:
            name = archive.getinfo("record.copy")
        body = bytearray(file.read_bytes())
        body[name.header_offset + 200] ^= 0xFF
        file.write_bytes(body)
        return made

    monkeypatch.setattr(County, "back_up", damaged)
    drill = run_drill(county, tmp_path)
    assert not drill.is_passed
    assert json.loads((tmp_path / "drill.json").read_text(encoding="utf-8"))["passed"] is False


def test_a_drill_whose_laptop_holds_other_rows_does_not_pass(
    county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drill_module, "own_sums", lambda _connection: {})
    assert not run_drill(county, tmp_path).is_passed
