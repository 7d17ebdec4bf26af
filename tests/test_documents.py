"""What the documents name is there: files, links, make targets, commands and their options."""

from __future__ import annotations

import argparse
import re
import shlex
from pathlib import Path

import pytest

from app.__main__ import _parser as laptop_parser
from sync.server.admin_cli import _parser as county_parser

ROOT = Path(__file__).parents[1]
DOCUMENTS = (
    *("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"),
    *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")),
)
FOLDERS = ("app", "db", "docs", "i18n", "packaging", "sync", "tests", "ui", ".ci")
MADE = ("build/tour/",)
"""Written by a command; not there in a fresh clone."""
PARSERS = {"gulou": laptop_parser, "gulou-county": county_parser}
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)


def text_of(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def code_in(document: str) -> list[str]:
    """Every line that stands as code."""
    found = _CODE.findall(text_of(document))
    return [line.strip() for piece in found for line in piece.strip("`").splitlines()]


def paths_in(document: str) -> set[str]:
    """Whatever reads like a path of this repository; <area>, * and … stand for many."""
    words = {word for line in code_in(document) for word in re.split(r"[\s,;()=\"']+", line)}
    first = re.compile(rf"({'|'.join(map(re.escape, FOLDERS))})/")
    return {
        word.rstrip(".:")
        for word in words
        if first.match(word) and not set(word) & set("<>*{}…") and word not in MADE
    }


def names_in(document: str) -> set[str]:
    """Files named without their folder."""
    bare = re.compile(r"[a-z_]+\.(?:py|json)")
    return {line for line in code_in(document) if bare.fullmatch(line)}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_and_link_is_there(document: str) -> None:
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", text_of(document))
    missing = [path for path in paths_in(document) if not (ROOT / path).exists()]
    missing += [link for link in linked if not ((ROOT / document).parent / link).exists()]
    missing += [name for name in names_in(document) if not any(ROOT.glob(f"[a-z]*/**/{name}"))]
    assert missing == []


def test_paths_are_read_at_all() -> None:
    assert {"ui/application.py", "tests/test_layers.py"} <= paths_in("ARCHITECTURE.md")
    assert {"checking.py", "rule_sets.json"} <= names_in("ARCHITECTURE.md")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_target_is_one(document: str) -> None:
    phony = re.search(r"^\.PHONY:(.*)$", text_of("Makefile"), re.MULTILINE)
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))
    assert phony is not None
    assert targets == set(phony[1].split()), "a folder of that name would hide a target"
    named = {found for line in code_in(document) for found in re.findall(r"\bmake ([a-z]+)", line)}
    assert named <= targets


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_and_option_is_known(document: str) -> None:
    for line in code_in(document):
        for program, words in commands_in(line):
            known = subcommands(PARSERS[program]())
            assert words[0] in known, line
            options = {word for word in words[1:] if word.startswith("--")}
            assert options <= set(known[words[0]]._option_string_actions), line


def commands_in(line: str) -> list[tuple[str, list[str]]]:
    """The commands of ours a line of code runs, each with its words."""
    plain = re.sub(r"[<>\[\]（）]", " ", line.partition("  #")[0])
    found = []
    for program, rest in re.findall(r"(?:^|\s)(gulou(?:-county)?) ([a-z][^&|]*)", plain):
        found.append((program, shlex.split(rest)))
    return found


def subcommands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    return next(
        action.choices
        for action in parser._actions
        if isinstance(action, argparse._SubParsersAction)
    )
