"""Every sentence a person reads goes through ``tr`` with a literal, so that a catalogue finds it.

An f-string or a sum of pieces would reach the catalogue in as many forms as there are values; a
placeholder without a name could not be moved in another language; a Chinese word that is written
straight into a window is never translated, stretched or tested for clipping.
"""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CJK = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")

# Chinese that no catalogue may change, with the reason. (file, text).
NOT_A_SENTENCE: frozenset[tuple[str, str]] = frozenset(
    {
        # What is cut from the name of a law, which is a fact and stays Chinese.
        ("ui/wording_rules.py", "中华人民共和国"),
        ("ui/wording_rules.py", "中华"),
        ("ui/wording_clocks.py", "中华人民共和国"),
        # Names of fonts.
        ("ui/papers/word_parts.py", "仿宋"),
        ("ui/papers/word_parts.py", "宋体"),
        ("ui/papers/word_parts.py", "黑体"),
    }
)

DONG_KEY = "term"
"""The argument of our widgets that looks a Dong word up by its Mandarin label."""

CHECKED = ("app", "db", "i18n", "sync", "ui")
"""Calls of ``tr`` are checked wherever they are; Chinese outside of ``tr`` only in ``ui``."""


def python_files(root: Path, *tops: str) -> list[Path]:
    return sorted(path for top in tops for path in (root / top).rglob("*.py"))


def bad_tr_calls(root: Path) -> list[str]:
    """Calls of ``tr`` that a catalogue cannot follow, as `file:line: what is wrong`."""
    found = []
    for path in python_files(root, *CHECKED):
        for call in tr_calls(parse(path)):
            problem = problem_of(call)
            if problem:
                found.append(f"{path.relative_to(root)}:{call.lineno}: {problem}")
    return found


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def tr_calls(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and is_tr(node.func):
            yield node


def is_tr(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute):
        return function.attr == "tr"
    return isinstance(function, ast.Name) and function.id == "tr"


def problem_of(call: ast.Call) -> str:
    if not call.args:
        return "tr without a sentence"
    first = call.args[0]
    if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
        return f"the sentence is no plain literal: {ast.unparse(first)}"
    if len(call.args) > 1:
        return "parameters go by name"
    return placeholder_problem(first.value, call.keywords)


def placeholder_problem(sentence: str, keywords: list[ast.keyword]) -> str:
    if not keywords:  # tr then leaves the sentence as it is, braces and all
        return "braces without a parameter" if re.search("[{}]", sentence) else ""
    try:
        fields = [field for _, field, _, _ in string.Formatter().parse(sentence)]
    except ValueError as problem:
        return f"braces: {problem}"
    wanted = {field for field in fields if field is not None}
    unnamed = sorted(name for name in wanted if not name.isidentifier())
    if unnamed:
        return f"placeholders without a name: {unnamed}"
    given = {keyword.arg for keyword in keywords}
    if None in given:  # tr("…", **known): what is in there is known only when it runs
        return ""
    return "" if wanted == given else f"wants {sorted(wanted)}, gets {sorted(map(str, given))}"


def chinese_outside_tr(root: Path) -> list[str]:
    """Chinese string constants of ``ui`` that a person could see untranslated."""
    found = []
    for path in python_files(root, "ui"):
        name = path.relative_to(root).as_posix()
        tree = parse(path)
        skipped = {id(node) for node in spoken_for(tree)}
        for constant in chinese_constants(tree):
            if id(constant) not in skipped and (name, constant.value) not in NOT_A_SENTENCE:
                found.append(f"{name}:{constant.lineno}: {constant.value!r}")
    return found


def chinese_constants(tree: ast.Module) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from [node] if CJK.search(node.value) else []


def spoken_for(tree: ast.Module) -> Iterator[ast.AST]:
    """Constants that need no ``tr``: inside one, asking for a Dong word, or documentation."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == DONG_KEY:
            yield node.value
        if isinstance(node, ast.Call) and (is_tr(node.func) or is_dong(node.func)):
            yield from node.args[:1]
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def is_dong(function: ast.expr) -> bool:
    return ast.unparse(function).rpartition(".")[2] == "dong_for"


def test_every_tr_call_has_a_literal_with_named_placeholders():
    assert bad_tr_calls(ROOT) == []


def test_no_chinese_reaches_a_window_past_tr():
    assert chinese_outside_tr(ROOT) == []


def test_the_allow_list_names_only_what_is_there():
    for name, text in NOT_A_SENTENCE:
        constants = {getattr(node, "value", None) for node in ast.walk(parse(ROOT / name))}
        assert text in constants, f"{name}: {text!r} is gone, take it off the list"


# The checker itself.


def write(root, code):
    path = root / "ui" / "screen.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(code, encoding="utf-8")
    return root


GOOD = (
    'tr("保存")',
    'tr("还差 {missing} 户", missing=2)',
    'tr("第一句。" "第二句 {a}{b:02d}。", a=1, b=2)',
    'text.tr("保存")',
    'tr("坏了:{path}", **known)',
    'tr("大括号 {{}} 原样 {n}", n=1)',
    'dong_for("村")',
    'BilingualLabel(tr("各村"), term="村")',
    '"""中文的文档。"""',
    'def f():\n    """文档。"""  # 注释',
    'name = "plain"',
)

BAD_CALLS = (
    'tr(f"还差 {missing} 户")',
    'tr("还差" + str(2))',
    'tr("还差" + "两户")',
    'tr("还差 %d 户" % 2)',
    "tr(sentence)",
    "tr()",
    'tr("甲" if ready else "乙")',
    'tr("还差 {} 户", 2)',
    'tr("还差 {} 户", missing=2)',
    'tr("还差 {0} 户", missing=2)',
    'tr("还差 {missing.count} 户", missing=2)',
    'tr("还差 {missing} 户")',
    'tr("大括号 {{}} 原样")',
    'tr("还差 {missing} 户", left=2)',
    'tr("还差几户", missing=2)',
    'tr("还差 {missing 户", missing=2)',
)

BAD_CHINESE = (
    'label.setText("保存")',
    'TITLES = {"a": "案件"}',
    'f"共 {n}"',
    'tr("共 {n} 户", n="三")',
    'name == "𠮷"',
    'tr("甲") + "乙"',
)


@pytest.mark.parametrize("code", GOOD)
def test_good_text_passes(tmp_path, code):
    write(tmp_path, code)

    assert bad_tr_calls(tmp_path) == []
    assert chinese_outside_tr(tmp_path) == []


@pytest.mark.parametrize("code", BAD_CALLS)
def test_a_call_no_catalogue_can_follow_is_found(tmp_path, code):
    (found,) = bad_tr_calls(write(tmp_path, code))

    assert found.startswith("ui/screen.py:1: ")


@pytest.mark.parametrize("code", BAD_CHINESE)
def test_chinese_past_tr_is_found(tmp_path, code):
    (found,) = chinese_outside_tr(write(tmp_path, code))

    assert found.startswith("ui/screen.py:1: ")
