"""The set-up installs what is missing, where it may, and otherwise says so once and goes on."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "packaging" / "system_packages.py"


@pytest.fixture(scope="module")
def setup():
    spec = importlib.util.spec_from_file_location("system_packages", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclass looks its module up
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.fixture
def short_list(setup, tmp_path, monkeypatch):
    path = tmp_path / "list.txt"
    path.write_text("# comment\n\nlibnone0  lib:libnone.so.0  why\nshell  cmd:sh  why\n")
    monkeypatch.setattr(setup, "LIST", path)
    monkeypatch.setattr(sys, "platform", "linux")
    return path


def test_every_line_of_the_list_can_be_looked_for(setup):
    needs = setup.read_needs(setup.LIST.read_text(encoding="utf-8"))

    assert len({need.package for need in needs}) == len(needs) > 30
    assert {need.probe.partition(":")[0] for need in needs} == {"lib", "cmd", "font"}


def test_only_what_is_missing_is_named(setup, short_list):
    assert setup.missing_packages(setup.read_needs(short_list.read_text())) == ["libnone0"]


def test_a_mistake_in_the_list_is_a_bug(setup):
    with pytest.raises(ValueError, match="unknown probe"):
        setup.is_there("libEGL.so.1")


def test_without_apt_one_line_says_what_is_missing(setup, short_list, monkeypatch, capsys):
    monkeypatch.setattr(setup, "apt_prefix", lambda: None)

    assert setup.main() == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.endswith("apt-get install libnone0")


def test_with_nothing_missing_apt_is_not_even_asked(setup, short_list, monkeypatch, capsys):
    short_list.write_text("shell  cmd:sh  why\n")
    monkeypatch.setattr(setup, "_run", lambda command: pytest.fail(f"ran {command}"))

    assert setup.main() == 0
    assert capsys.readouterr().out == ""


def test_an_unknown_name_does_not_keep_the_others_out(setup, monkeypatch):
    ran = []

    def run(command):
        ran.append(command)
        return "unknown" not in command

    monkeypatch.setattr(setup, "_run", run)
    setup.install_packages(["sudo"], ["unknown", "xvfb"])

    assert all(command[:2] == ["sudo", "apt-get"] for command in ran)
    assert ran[0][-1] == "update"
    assert ran[-1][-2:] == ["--no-install-recommends", "xvfb"]


def test_neither_root_nor_sudo_means_no_apt(setup, monkeypatch):
    monkeypatch.setattr(setup.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(
        setup.shutil, "which", lambda name: None if name == "sudo" else f"/usr/bin/{name}"
    )

    assert setup.apt_prefix() is None
