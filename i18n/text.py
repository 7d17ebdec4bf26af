"""Every sentence a person reads passes through `tr`.

Mandarin is the source language, so it can never be incomplete; a Dong line is added by the
widgets from `i18n.dong`, only where an attested word exists. Placeholders are named, so that a
sentence can be reordered, and the literal is the key under which the catalogue finds it.
"""

from __future__ import annotations

from typing import Any

_stretch: float = 1.0


def tr(source: str, **params: Any) -> str:
    """The sentence for the reader; `source` is a literal with named placeholders."""
    text = source.format(**params) if params else source
    return text if _stretch == 1.0 else _stretched(text)


def set_stretch(factor: float) -> None:
    """Tests only: make every sentence `factor` times as long, to find clipped buttons."""
    global _stretch
    _stretch = factor


def _stretched(text: str) -> str:
    extra = max(1, round(len(text) * (_stretch - 1.0)))
    return text + "字" * extra
