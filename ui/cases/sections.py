"""The parts of the case page, in the order of their tabs after 经过.

Every area writes its own in ``ui/<area>/case_section.py`` on `ui.cases.section.CaseSection`, and
adds one line here.
"""

from __future__ import annotations

from ui.cases.section import SectionSpec

SECTIONS: tuple[SectionSpec, ...] = ()


def entities_read() -> frozenset[str]:
    """The entities whose changes concern some section."""
    return frozenset(name for spec in SECTIONS for name in spec.reads)
