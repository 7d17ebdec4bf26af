"""A setting on its way: asked for at the county, carried out there, sent to every laptop."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.accounts.rules import may
from app.accounts.vocabulary import Permission, Role
from sync.server.admin_cli import main
from sync.server.county import County
from tests.sync.server.conftest import COUNTY, VILLAGE, People
from tests.sync.server.laptops import FakeLaptop


def change(laptop: FakeLaptop, **other: Any) -> dict[str, Any]:
    return {
        "unit_id": COUNTY,
        "key": "reminder_days",
        "value": "5",
        "starts_on": "2026-11-01",
        "note": "县里通知",
        "by_account_id": laptop.account_id,
        "happened_at": "2026-11-23T08:30:00.000Z",
        **other,
    }


def settings_of(laptop: FakeLaptop, key: str) -> list[dict[str, Any]]:
    laptop.sync_all()
    found = (row for (entity, _), row in laptop.rows.items() if entity == "setting")
    return [row for row in found if row["key"] == key]


def verdict(laptop: FakeLaptop, patch: dict[str, Any]) -> dict[str, Any]:
    op = laptop.put("setting_change", patch)
    found: dict[str, Any] = laptop.sync()["verdicts"][op["op_no"]]
    return found


@pytest.fixture
def centre(people: People) -> FakeLaptop:
    return people.laptop(COUNTY, Role.COUNTY_CENTRE)


def test_every_village_gets_what_was_set_and_who_set_it(people: People, centre: FakeLaptop) -> None:
    assert verdict(centre, change(centre))["verdict"] == "applied"
    [row] = settings_of(people.laptop(VILLAGE), "reminder_days")
    assert (row["value"], row["note"], row["set_by"]) == ("5", "县里通知", "杨某某")


def test_setting_the_same_day_again_corrects_it(people: People, centre: FakeLaptop) -> None:
    village = people.laptop(VILLAGE)
    verdict(centre, change(centre))
    settings_of(village, "reminder_days")
    assert verdict(centre, change(centre, value="7"))["verdict"] == "applied"
    [row] = settings_of(village, "reminder_days")
    assert row["value"] == "7"
    verdict(centre, change(centre, value="9", starts_on="2027-01-01"))
    assert [row["value"] for row in settings_of(village, "reminder_days")] == ["7", "9"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": "99"},
        {"value": "{"},
        {"key": "colour"},
        {"note": None},
        {"key": "holidays", "value": '{"year":2027,"days":[]}', "starts_on": "2027-01-01"},
        {"unit_id": VILLAGE},
    ],
)
def test_what_the_rules_do_not_allow_is_refused(
    people: People, centre: FakeLaptop, wrong: dict[str, Any]
) -> None:
    assert verdict(centre, change(centre, **wrong))["verdict"] == "refused"
    assert settings_of(people.laptop(VILLAGE), "reminder_days") == []


@pytest.mark.parametrize("role", list(Role))
def test_only_who_may_set_is_heard(people: People, role: Role) -> None:
    laptop = people.laptop(COUNTY, role)
    allowed = may(role, Permission.MANAGE_SETTINGS)
    assert verdict(laptop, change(laptop))["verdict"] == ("applied" if allowed else "refused")


def test_a_village_sets_nothing_and_nobody_writes_the_setting_itself(people: People) -> None:
    laptop = people.laptop(VILLAGE, Role.VILLAGE_SECRETARY)
    assert verdict(laptop, change(laptop))["verdict"] == "refused"
    own = {"unit_id": COUNTY, "key": "reminder_days", "value": "5", "starts_on": "2026-11-01"}
    op = laptop.put("setting", own)
    assert laptop.sync()["verdicts"][op["op_no"]]["verdict"] == "refused"


def test_the_holidays_that_ship_are_everywhere_and_a_correction_outlives_an_upgrade(
    county: County, people: People, centre: FakeLaptop
) -> None:
    village = people.laptop(VILLAGE)
    tables = settings_of(village, "holidays")
    assert [json.loads(row["value"])["year"] for row in tables] == [2025, 2026]
    mended = '{"days":[{"day":"2026-01-01","kind":"off","note":""}],"year":2026}'
    fixed = change(centre, key="holidays", value=mended, starts_on="2026-01-01")
    assert verdict(centre, fixed)["verdict"] == "applied"
    county.init()
    values = {row["starts_on"]: row["value"] for row in settings_of(village, "holidays")}
    assert values["2026-01-01"] == mended


def test_the_server_sets_and_lists_by_command(
    county: County,
    people: People,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(County, "open", lambda _data: county)
    file = tmp_path / "2027.csv"
    file.write_text("2027-01-01,放假,元旦\n2027-01-03,上班,调休\n", "utf-8")
    assert main(["settings", "--holidays", str(file), "--note", "2027年的通知"]) == 0
    words = ["settings", "--set", "reminder_days=6", "--from", "2026-11-01", "--note", "通知"]
    assert main(words) == 0
    assert main(["settings"]) == 0
    assert "reminder_days\t2026-11-01\t6\t通知" in capsys.readouterr().out
    village = people.laptop(VILLAGE)
    assert len(settings_of(village, "holidays")) == 3
    [row] = settings_of(village, "reminder_days")
    assert (row["value"], row["set_by"]) == ("6", None)


@pytest.mark.parametrize(
    "words",
    [
        ["--set", "reminder_days=99", "--from", "2026-11-01", "--note", "通知"],
        ["--set", "reminder_days=6", "--note", "通知"],
        ["--set", "reminder_days=6", "--from", "2026-11-01"],
        ["--set", "reminder_days", "--from", "2026-11-01", "--note", "通知"],
        ["--holidays", "no-such-file.csv", "--note", "通知"],
    ],
)
def test_a_wrong_command_changes_nothing_and_says_so(
    county: County,
    words: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(County, "open", lambda _data: county)
    assert main(["settings", *words]) == 2
    assert "没有改动" in capsys.readouterr().err or words[0] == "--holidays"
    main(["settings"])
    assert "reminder_days" not in capsys.readouterr().out
