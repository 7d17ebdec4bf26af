"""The picture of what may follow what, made from the one table: `python -m app.cases.diagram`.

ARCHITECTURE.md shows it between two marks; a test compares the two, so the picture cannot age.
"""

from __future__ import annotations

from typing import Final

from app.cases.rules import STAYS, TRANSITIONS
from app.cases.vocabulary import CaseEventKind, CaseState

BEGIN: Final = "<!-- what may follow what: python -m app.cases.diagram -->"
END: Final = "<!-- end of what may follow what -->"


def diagram() -> str:
    """A line for each state with the arrows that leave it, an event that is called like the state
    it leads to named once; then what may happen besides and changes nothing."""
    lines = ["```"]
    for state in CaseState:
        arrows: dict[CaseState, list[str]] = {}
        for (start, kind), following in TRANSITIONS.items():
            if start is state and following is not state:
                arrows.setdefault(following, []).append(kind.value)
        plain = [one.value for one, kinds in arrows.items() if kinds == [one.value]]
        named = [
            f"{', '.join(kinds)} ──► {one.value}"
            for one, kinds in arrows.items()
            if kinds != [one.value]
        ]
        word = "●" if state is CaseState.NOT_RECORDED else state.value
        shown = [*([f"──► {', '.join(plain)}"] if plain else []), *named]
        lines += [f"{word if place == 0 else '':<12}{each}" for place, each in enumerate(shown)]
    return "\n".join([*lines, "```", *_besides()])


def _besides() -> list[str]:
    """By state, not by event: that is how it is asked."""
    always = {kind for kind, states in STAYS.items() if len(states) == len(CaseState) - 1}
    lines = [f"Changing nothing, always: {_listed(always)}; and"]
    groups: dict[frozenset[CaseState], set[CaseEventKind]] = {}
    for kind, states in STAYS.items():
        if kind not in always:
            groups.setdefault(states, set()).add(kind)
    for states, kinds in groups.items():
        where = ", ".join(state.value for state in CaseState if state in states)
        lines.append(f"- in {where}: {_listed(kinds)}")
    return lines


def _listed(kinds: set[CaseEventKind]) -> str:
    return ", ".join(kind.value for kind in CaseEventKind if kind in kinds)


if __name__ == "__main__":
    print("\n".join((BEGIN, diagram(), END)))  # noqa: T201 - this is what it is for
