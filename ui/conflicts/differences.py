"""Marks what is different in a text, so that two long ones need not be read twice."""

from __future__ import annotations

from difflib import SequenceMatcher
from html import escape
from itertools import takewhile

from ui.theme.palette import AMBER_SOFT

_MOST = 250_000
"""Pairs of characters worth comparing one by one; beyond that the middle is marked whole."""


def different_runs(text: str, against: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it differs from the other."""
    if text == against:
        return [(text, False)] if text else []
    head = _alike(text, against)
    rest, other = text[head:], against[head:]
    tail = _alike(rest[::-1], other[::-1])
    middle, its = rest[: len(rest) - tail], other[: len(other) - tail]
    runs = [(text[:head], False), *_compared(middle, its), (rest[len(rest) - tail :], False)]
    return [run for run in runs if run[0]]


def _alike(text: str, against: str) -> int:
    """How many characters both begin with."""
    pairs = zip(text, against, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _compared(text: str, against: str) -> list[tuple[str, bool]]:
    if not against or len(text) * len(against) > _MOST:
        return [(text, True)]
    matcher = SequenceMatcher(None, against, text, autojunk=False)
    return [
        (text[start:end], tag != "equal")
        for tag, _, _, start, end in matcher.get_opcodes()
        if start < end
    ]


def marked_html(text: str, against: str | None) -> str:
    """Rich text; what differs is underlined on a tint, so it shows without colour as well."""
    runs = [(text, False)] if against is None else different_runs(text, against)
    style = f"background-color:{AMBER_SOFT}; text-decoration:underline;"
    return "".join(
        f'<span style="{style}">{_kept(part)}</span>' if is_different else _kept(part)
        for part, is_different in runs
    )


def _kept(part: str) -> str:
    return escape(part).replace("\n", "<br/>")
