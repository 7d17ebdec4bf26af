"""Steps of a case as the rules take them."""

from __future__ import annotations

from collections.abc import Iterable

from app.cases.vocabulary import CaseEventKind, CaseStep


def steps_of(kinds: Iterable[CaseEventKind]) -> list[CaseStep]:
    """These kinds, each without words of its own."""
    return [CaseStep(kind) for kind in kinds]
