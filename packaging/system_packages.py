"""Install the system libraries that are missing, where that is possible, and never insist.

Looks for the library, command or font itself rather than for the package, so that a machine
with other package names, or without apt, passes as soon as the thing is there. Runs before the
virtual environment is filled: standard library only.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

LIST = Path(__file__).with_name("system-packages.txt")
APT = ("apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120")
INSTALL = (*APT, "install", "--yes", "--no-install-recommends")


@dataclass(frozen=True)
class Need:
    """One line of the list: the package and how to see that its content is there."""

    package: str
    probe: str


def read_needs(text: str) -> tuple[Need, ...]:
    """Package and probe of each line; empty lines and comments are left out."""
    rows = (line.split() for line in text.splitlines())
    return tuple(Need(row[0], row[1]) for row in rows if row and not row[0].startswith("#"))


def is_there(probe: str) -> bool:
    """Whether the library loads, the command is on the path, or a font speaks the language."""
    kind, _, name = probe.partition(":")
    if kind == "lib":
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
        return True
    if kind == "cmd":
        return shutil.which(name) is not None
    if kind == "font":
        return _has_font(name)
    raise ValueError(f"{LIST.name}: unknown probe {probe!r}")


def missing_packages(needs: tuple[Need, ...]) -> list[str]:
    """Names of the packages whose content this machine lacks."""
    return [need.package for need in needs if not is_there(need.probe)]


def _has_font(language: str) -> bool:
    if shutil.which("fc-list") is None:
        return False
    found = subprocess.run(
        ["fc-list", f":lang={language}", "family"], capture_output=True, check=False
    )
    return bool(found.stdout.strip())


def apt_prefix() -> list[str] | None:
    """What to put before apt-get: nothing as root, sudo without a password, None if neither."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return ["env", "DEBIAN_FRONTEND=noninteractive"]
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode:
        return None
    return [sudo, "-n", "env", "DEBIAN_FRONTEND=noninteractive"] if sudo else None


def install_packages(prefix: list[str], packages: list[str]) -> None:
    """Install all at once; if one name is unknown here, the others one by one."""
    print("系统库 system packages:", " ".join(packages), flush=True)
    _run([*prefix, *APT, "update"])
    if not _run([*prefix, *INSTALL, *packages]):
        for package in packages:
            _run([*prefix, *INSTALL, package])


def _run(command: list[str]) -> bool:
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(done.stderr.strip(), file=sys.stderr, flush=True)
    return done.returncode == 0


def main() -> int:
    """Always 0: a missing library may not matter for what was asked for."""
    if not sys.platform.startswith("linux"):
        return 0
    needs = read_needs(LIST.read_text(encoding="utf-8"))
    missing = missing_packages(needs)
    prefix = apt_prefix() if missing else None
    if prefix is not None:
        install_packages(prefix, missing)
        missing = missing_packages(needs)
    if missing:
        print(
            "缺少系统库,请管理员安装 / still missing, ask an administrator: apt-get install",
            " ".join(missing),
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
